//! Lets one record of a project recorded twice survive, and keeps how that came about, so that it can be undone.

use sea_orm_migration::prelude::*;

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_11_merges"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("project_merge")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("kept_id").uuid().not_null())
            .col(ColumnDef::new("gone_id").uuid().not_null())
            .col(ColumnDef::new("reason").text().not_null())
            .col(ColumnDef::new("merged_by").text().not_null())
            .col(ColumnDef::new("merged_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("moved").text().not_null())
            .col(ColumnDef::new("undone_at").timestamp_with_time_zone().null())
            .col(ColumnDef::new("undone_by").text().null())
            .col(ColumnDef::new("undone_reason").text().null())
            .foreign_key(&mut foreign_key("project_merge", "kept_id", "project"))
            .foreign_key(&mut foreign_key("project_merge", "gone_id", "project"))
            .take();
        manager.create_table(table).await?;
        for column in ["kept_id", "gone_id"] {
            manager.create_index(index("project_merge", &[column])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("project_merge").if_exists().take())
            .await
    }
}
