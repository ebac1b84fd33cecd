//! Keeps what a mutation created whatever it was, so that a retry of any creation gets the first result.

use sea_orm_migration::prelude::*;

use crate::table::foreign_key;

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_7_retries"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(keys("idempotency_key", "created_id"))
            .await?;
        let known = Query::select()
            .columns(["id", "request_hash", "project_id", "created_at"])
            .from("idempotency")
            .take();
        let copied = Query::insert()
            .into_table("idempotency_key")
            .columns(["id", "request_hash", "created_id", "created_at"])
            .select_from(known)
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .take();
        manager.execute(copied).await?;
        manager
            .drop_table(Table::drop().table("idempotency").take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = keys("idempotency", "project_id");
        table.foreign_key(&mut foreign_key("idempotency", "project_id", "project"));
        manager.create_table(table).await?;
        manager
            .drop_table(Table::drop().table("idempotency_key").if_exists().take())
            .await
    }
}

fn keys(table: &'static str, created: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(ColumnDef::new("id").string_len(128).not_null())
        .col(ColumnDef::new("request_hash").string_len(64).not_null())
        .col(ColumnDef::new(created).uuid().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("id"))
        .take()
}
