//! The first tables: organisations, projects, overlaps and the catalogue's state.

mod catalogue;
mod organisation;
mod overlap;
mod project;

use sea_orm_migration::prelude::*;

use crate::table;

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261121_catalogue"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let tables = [
            organisation::tables(backend),
            project::tables(backend),
            overlap::tables(backend),
            catalogue::tables(backend),
        ];
        for made in tables.into_iter().flatten() {
            manager.create_table(made.table).await?;
            for index in made.indexes {
                manager.create_index(index).await?;
            }
        }
        for index in several_columns() {
            manager.create_index(index).await?;
        }
        let first = Query::insert()
            .into_table("catalogue")
            .columns(["id", "change_seq"])
            .values_panic([1.into(), 0.into()])
            .take();
        manager.execute(first).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in DROP_ORDER {
            manager
                .drop_table(Table::drop().table(*name).if_exists().take())
                .await?;
        }
        Ok(())
    }
}

fn several_columns() -> [IndexCreateStatement; 4] {
    [
        table::index("overlap", &["left_id", "right_id"]).unique().take(),
        table::index("project_source", &["system", "record_id"])
            .unique()
            .take(),
        table::index("project_participant", &["project_id", "organisation_id", "role"])
            .unique()
            .take(),
        table::index("project_relation", &["project_id", "other_id", "relation"])
            .unique()
            .take(),
    ]
}

/// Whoever points at a table goes before it.
const DROP_ORDER: &[&str] = &[
    "catalogue",
    "idempotency",
    "overlap_cluster_member",
    "overlap_cluster",
    "overlap",
    "project_term",
    "project_relation",
    "project_link",
    "project_source",
    "project_award",
    "project_tag",
    "project_participant",
    "project",
    "organisation_neighbour",
    "organisation_successor",
    "organisation_identifier",
    "organisation_alias",
    "organisation",
];
