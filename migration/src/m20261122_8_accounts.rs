//! Who may come in: accounts, what they may act as, and their keys.

use sea_orm_migration::prelude::*;

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_8_accounts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [account(), account_grant(), api_key(), access_state()] {
            manager.create_table(table).await?;
        }
        let mut identity = index("account", &["issuer", "subject"]);
        manager.create_index(identity.unique().take()).await?;
        manager
            .create_index(index("account_grant", &["account_id"]))
            .await?;
        manager.create_index(index("api_key", &["account_id"])).await?;
        let mut hash = index("api_key", &["hash"]);
        manager.create_index(hash.unique().take()).await?;
        let first = Query::insert()
            .into_table("access_state")
            .columns(["id", "changed_seq"])
            .values([1.into(), 0.into()])
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .take();
        manager.execute(first).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["access_state", "api_key", "account_grant", "account"] {
            manager
                .drop_table(Table::drop().table(table).if_exists().take())
                .await?;
        }
        Ok(())
    }
}

fn account() -> TableCreateStatement {
    Table::create()
        .table("account")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(ColumnDef::new("issuer").string_len(500).null())
        .col(ColumnDef::new("subject").string_len(255).null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("closed_at").timestamp_with_time_zone().null())
        .primary_key(Index::create().col("id"))
        .take()
}

fn account_grant() -> TableCreateStatement {
    Table::create()
        .table("account_grant")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("account_id").uuid().not_null())
        .col(ColumnDef::new("role").string_len(32).not_null())
        .col(ColumnDef::new("organisation_id").uuid().null())
        .col(ColumnDef::new("granted_by").string_len(200).not_null())
        .col(ColumnDef::new("granted_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("account_grant", "account_id", "account"))
        .foreign_key(&mut foreign_key(
            "account_grant",
            "organisation_id",
            "organisation",
        ))
        .take()
}

fn api_key() -> TableCreateStatement {
    Table::create()
        .table("api_key")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("account_id").uuid().not_null())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(ColumnDef::new("prefix").string_len(32).not_null())
        .col(ColumnDef::new("hash").string_len(64).not_null())
        .col(ColumnDef::new("scope").string_len(32).not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("revoked_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("last_used_at").timestamp_with_time_zone().null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("api_key", "account_id", "account"))
        .take()
}

/// One row that changes with every change of who may do what, so that servers notice.
fn access_state() -> TableCreateStatement {
    Table::create()
        .table("access_state")
        .col(ColumnDef::new("id").integer().not_null())
        .col(ColumnDef::new("changed_seq").big_integer().not_null())
        .primary_key(Index::create().col("id"))
        .take()
}
