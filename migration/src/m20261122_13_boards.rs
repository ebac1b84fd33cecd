//! Interest of one body in another, and the boards that it opens.

use sea_orm_migration::prelude::*;

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_13_boards"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [board(), interest(), member(), project(), milestone(), entry()] {
            manager.create_table(table).await?;
        }
        for index in [
            index("interest", &["from_id"]),
            index("interest", &["to_id"]),
            index("board_member", &["organisation_id"]),
            index("board_milestone", &["board_id"]),
            index("board_entry", &["board_id"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "board_entry",
            "board_milestone",
            "board_project",
            "board_member",
            "interest",
            "board",
        ] {
            manager
                .drop_table(Table::drop().table(name).if_exists().take())
                .await?;
        }
        Ok(())
    }
}

fn board() -> TableCreateStatement {
    Table::create()
        .table("board")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("title").text().not_null())
        .col(ColumnDef::new("purpose").text().not_null())
        .col(ColumnDef::new("state").string_len(32).not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("outcome").string_len(32).null())
        .col(ColumnDef::new("outcome_note").text().null())
        .col(ColumnDef::new("outcome_project_id").uuid().null())
        .col(ColumnDef::new("outcome_bid_id").uuid().null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("closed_at").timestamp_with_time_zone().null())
        .foreign_key(&mut foreign_key("board", "outcome_project_id", "project"))
        .foreign_key(&mut foreign_key("board", "outcome_bid_id", "bid"))
        .take()
}

fn interest() -> TableCreateStatement {
    Table::create()
        .table("interest")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("from_id").uuid().not_null())
        .col(ColumnDef::new("to_id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().null())
        .col(ColumnDef::new("message").text().not_null())
        .col(ColumnDef::new("state").string_len(32).not_null())
        .col(ColumnDef::new("answer_note").text().null())
        .col(ColumnDef::new("board_id").uuid().null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("answered_by").text().null())
        .col(ColumnDef::new("answered_at").timestamp_with_time_zone().null())
        .foreign_key(&mut foreign_key("interest", "from_id", "organisation"))
        .foreign_key(&mut foreign_key("interest", "to_id", "organisation"))
        .foreign_key(&mut foreign_key("interest", "project_id", "project"))
        .foreign_key(&mut foreign_key("interest", "board_id", "board"))
        .take()
}

fn member() -> TableCreateStatement {
    Table::create()
        .table("board_member")
        .col(ColumnDef::new("board_id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("role").string_len(32).not_null())
        .primary_key(Index::create().col("board_id").col("organisation_id"))
        .foreign_key(&mut foreign_key("board_member", "board_id", "board"))
        .foreign_key(&mut foreign_key(
            "board_member",
            "organisation_id",
            "organisation",
        ))
        .take()
}

fn project() -> TableCreateStatement {
    Table::create()
        .table("board_project")
        .col(ColumnDef::new("board_id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .primary_key(Index::create().col("board_id").col("project_id"))
        .foreign_key(&mut foreign_key("board_project", "board_id", "board"))
        .foreign_key(&mut foreign_key("board_project", "project_id", "project"))
        .take()
}

fn milestone() -> TableCreateStatement {
    Table::create()
        .table("board_milestone")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("board_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("title").text().not_null())
        .col(ColumnDef::new("due_on").date().not_null())
        .col(ColumnDef::new("owner_id").uuid().not_null())
        .col(ColumnDef::new("done_on").date().null())
        .foreign_key(&mut foreign_key("board_milestone", "board_id", "board"))
        .foreign_key(&mut foreign_key("board_milestone", "owner_id", "organisation"))
        .take()
}

fn entry() -> TableCreateStatement {
    Table::create()
        .table("board_entry")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("board_id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("text").text().not_null())
        .col(ColumnDef::new("url").text().null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut foreign_key("board_entry", "board_id", "board"))
        .foreign_key(&mut foreign_key("board_entry", "organisation_id", "organisation"))
        .take()
}
