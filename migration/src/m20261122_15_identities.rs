//! Lets people be known by a verified address before their issuer has told what it calls them.

use sea_orm_migration::prelude::*;

use crate::table::index;

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_15_identities"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let email = ColumnDef::new("email").string_len(255).null().take();
        manager
            .alter_table(Table::alter().table("account").add_column(email).take())
            .await?;
        manager.create_index(index("account", &["issuer", "email"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop()
            .name("ix_account_issuer_email")
            .table("account")
            .to_owned();
        manager.drop_index(index).await?;
        let column = Table::alter().table("account").drop_column("email").take();
        manager.alter_table(column).await
    }
}
