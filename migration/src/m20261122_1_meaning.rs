//! Keeps the sentence vectors of projects.

use sea_orm_migration::prelude::*;

use crate::table::foreign_key;

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_1_meaning"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(project_meaning()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("project_meaning").if_exists().take())
            .await
    }
}

fn project_meaning() -> TableCreateStatement {
    Table::create()
        .table("project_meaning")
        // For some days the first migration made this table.
        .if_not_exists()
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("model").string_len(64).not_null())
        .col(ColumnDef::new("text_hash").string_len(64).not_null())
        .col(ColumnDef::new("vector").binary().not_null())
        .primary_key(Index::create().col("project_id").col("model"))
        .foreign_key(&mut foreign_key("project_meaning", "project_id", "project"))
        .take()
}
