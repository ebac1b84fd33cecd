//! Lets organisations be found to be one, or two, and keeps how that came about.

use sea_orm_migration::prelude::*;

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_3_identity"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let survivor = ColumnDef::new("merged_into_id").uuid().null().take();
        manager
            .alter_table(Table::alter().table("organisation").add_column(survivor).take())
            .await?;
        manager.create_table(organisation_change()).await?;
        for column in ["organisation_id", "other_id"] {
            manager
                .create_index(index("organisation_change", &[column]))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("organisation_change").if_exists().take())
            .await?;
        let column = Table::alter()
            .table("organisation")
            .drop_column("merged_into_id")
            .take();
        manager.alter_table(column).await
    }
}

fn organisation_change() -> TableCreateStatement {
    Table::create()
        .table("organisation_change")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("other_id").uuid().not_null())
        .col(ColumnDef::new("reason").text().not_null())
        .col(ColumnDef::new("changed_by").text().null())
        .col(ColumnDef::new("changed_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("moved").text().not_null())
        .col(ColumnDef::new("undone_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("undone_by").text().null())
        .col(ColumnDef::new("undone_reason").text().null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key(
            "organisation_change",
            "organisation_id",
            "organisation",
        ))
        .foreign_key(&mut foreign_key(
            "organisation_change",
            "other_id",
            "organisation",
        ))
        .take()
}
