//! Authorities that act as one partner.

use sea_orm_migration::prelude::*;

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_18_groups"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(group()).await?;
        manager.create_table(member()).await?;
        manager
            .create_index(index("organisation_group_member", &["organisation_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["organisation_group_member", "organisation_group"] {
            manager
                .drop_table(Table::drop().table(name).if_exists().take())
                .await?;
        }
        Ok(())
    }
}

fn group() -> TableCreateStatement {
    Table::create()
        .table("organisation_group")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("lead_id").uuid().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("dissolved_at").timestamp_with_time_zone().null())
        .foreign_key(&mut foreign_key("organisation_group", "id", "organisation"))
        .foreign_key(&mut foreign_key("organisation_group", "lead_id", "organisation"))
        .take()
}

fn member() -> TableCreateStatement {
    Table::create()
        .table("organisation_group_member")
        .col(ColumnDef::new("group_id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("state").string_len(32).not_null())
        .col(ColumnDef::new("answered_by").text().null())
        .col(ColumnDef::new("answered_at").timestamp_with_time_zone().null())
        .primary_key(Index::create().col("group_id").col("organisation_id"))
        .foreign_key(&mut foreign_key(
            "organisation_group_member",
            "group_id",
            "organisation_group",
        ))
        .foreign_key(&mut foreign_key(
            "organisation_group_member",
            "organisation_id",
            "organisation",
        ))
        .take()
}
