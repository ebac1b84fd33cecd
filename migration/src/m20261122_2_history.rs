//! Keeps what a project was before each change, with who changed it and why.

use sea_orm_migration::prelude::*;

use crate::table::foreign_key;

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_2_history"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite adds no more at once.
        for column in [
            ColumnDef::new("change")
                .string_len(32)
                .not_null()
                .default("CREATED")
                .take(),
            ColumnDef::new("changed_by").text().null().take(),
            ColumnDef::new("change_reason").text().null().take(),
        ] {
            manager
                .alter_table(Table::alter().table("project").add_column(column).take())
                .await?;
        }
        manager.create_table(project_version()).await?;
        // What was changed before today is known to have been changed, and no more.
        let changed = Query::update()
            .table("project")
            .value("change", "CHANGED")
            .and_where(Expr::col("version").gt(1))
            .take();
        manager.execute(changed).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("project_version").if_exists().take())
            .await?;
        for column in ["change_reason", "changed_by", "change"] {
            manager
                .alter_table(Table::alter().table("project").drop_column(column).take())
                .await?;
        }
        Ok(())
    }
}

fn project_version() -> TableCreateStatement {
    Table::create()
        .table("project_version")
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("change").string_len(32).not_null())
        .col(ColumnDef::new("changed_by").text().null())
        .col(ColumnDef::new("change_reason").text().null())
        .col(ColumnDef::new("changed_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("state").text().not_null())
        .primary_key(Index::create().col("project_id").col("version"))
        .foreign_key(&mut foreign_key("project_version", "project_id", "project"))
        .take()
}
