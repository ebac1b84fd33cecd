//! What came of a project, who took it up, and whom it was for.

use sea_orm_migration::prelude::*;

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_4_outcomes"
    }
}

const TABLES: [&str; 3] = ["project_outcome", "project_adopter", "project_place"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [project_outcome(), project_adopter(), project_place()] {
            manager.create_table(table).await?;
        }
        for table in TABLES {
            manager.create_index(index(table, &["project_id"])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager
                .drop_table(Table::drop().table(table).if_exists().take())
                .await?;
        }
        Ok(())
    }
}

/// A table of what belongs to projects, in the order in which it was told.
fn belonging(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key(table, "project_id", "project"))
        .take()
}

fn project_outcome() -> TableCreateStatement {
    belonging("project_outcome")
        .col(ColumnDef::new("finding").string_len(32).not_null())
        .col(ColumnDef::new("statement").text().not_null())
        .col(ColumnDef::new("evidence").text().null())
        .col(ColumnDef::new("evidence_url").text().null())
        .col(ColumnDef::new("reusable").string_len(32).null())
        .take()
}

fn project_adopter() -> TableCreateStatement {
    belonging("project_adopter")
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("adopted_on").date().null())
        .foreign_key(&mut foreign_key(
            "project_adopter",
            "organisation_id",
            "organisation",
        ))
        .take()
}

fn project_place() -> TableCreateStatement {
    belonging("project_place")
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("organisation_id").uuid().null())
        .foreign_key(&mut foreign_key(
            "project_place",
            "organisation_id",
            "organisation",
        ))
        .take()
}
