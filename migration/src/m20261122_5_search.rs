//! Searches are answered from memory: the words of projects are no longer kept in a table of their own.

use sea_orm_migration::prelude::*;

use crate::table::{byte_ordered, foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_5_search"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("project_term").if_exists().take())
            .await?;
        // Lists by title, whose ties are in the order of ids, are read off this one.
        manager.create_index(index("project", &["title_key", "id"])).await
    }

    /// The table comes back empty: an older program finds projects by words again when they are next written.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        manager
            .drop_index(
                Index::drop()
                    .name("ix_project_title_key_id")
                    .table("project")
                    .to_owned(),
            )
            .await?;
        let table = Table::create()
            .table("project_term")
            .col(ColumnDef::new("project_id").uuid().not_null())
            .col(byte_ordered(
                ColumnDef::new("term").string_len(64).not_null().take(),
                backend,
            ))
            .col(ColumnDef::new("weight").integer().not_null())
            .primary_key(Index::create().col("project_id").col("term"))
            .foreign_key(&mut foreign_key("project_term", "project_id", "project"))
            .take();
        manager.create_table(table).await?;
        manager.create_index(index("project_term", &["term"])).await
    }
}
