//! The database's history, one migration a file. Migrations only ever go forward on
//! a populated database; a change to a table is a new file here.

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::MigratorTrait;

mod m20261121_catalogue;
mod m20261122_10_reviews;
mod m20261122_11_merges;
mod m20261122_12_calibrations;
mod m20261122_12_funding;
mod m20261122_13_boards;
mod m20261122_14_surveys;
mod m20261122_15_identities;
mod m20261122_16_audit;
mod m20261122_18_groups;
mod m20261122_19_second_looks;
mod m20261122_1_meaning;
mod m20261122_2_history;
mod m20261122_3_identity;
mod m20261122_4_outcomes;
mod m20261122_5_search;
mod m20261122_6_imports;
mod m20261122_7_retries;
mod m20261122_8_accounts;
mod m20261122_9_kept;
mod table;

/// Runs the migrations.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_catalogue::Migration),
            Box::new(m20261122_1_meaning::Migration),
            Box::new(m20261122_2_history::Migration),
            Box::new(m20261122_3_identity::Migration),
            Box::new(m20261122_4_outcomes::Migration),
            Box::new(m20261122_5_search::Migration),
            Box::new(m20261122_6_imports::Migration),
            Box::new(m20261122_7_retries::Migration),
            Box::new(m20261122_8_accounts::Migration),
            Box::new(m20261122_9_kept::Migration),
            Box::new(m20261122_10_reviews::Migration),
            Box::new(m20261122_11_merges::Migration),
            Box::new(m20261122_12_calibrations::Migration),
            Box::new(m20261122_12_funding::Migration),
            Box::new(m20261122_13_boards::Migration),
            Box::new(m20261122_14_surveys::Migration),
            Box::new(m20261122_15_identities::Migration),
            Box::new(m20261122_16_audit::Migration),
            Box::new(m20261122_18_groups::Migration),
            Box::new(m20261122_19_second_looks::Migration),
        ]
    }
}
