//! Counts the changes of organisations, so that a process knows whether what it keeps of them in memory still holds.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_9_kept"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let count = ColumnDef::new("organisation_seq")
            .big_integer()
            .not_null()
            .default(0)
            .take();
        manager
            .alter_table(Table::alter().table("catalogue").add_column(count).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter()
            .table("catalogue")
            .drop_column("organisation_seq")
            .take();
        manager.alter_table(column).await
    }
}
