//! Funding calls with their rules as rows, and bids with their members, versions and look-alikes.

use sea_orm_migration::prelude::*;

use crate::table::{byte_ordered, foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_12_funding"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let record_id = byte_ordered(
            ColumnDef::new("record_id").text().not_null().take(),
            manager.get_database_backend(),
        );
        for table in [
            call(record_id),
            term(),
            bid(),
            member(),
            project(),
            version(),
            introduction(),
        ] {
            manager.create_table(table).await?;
        }
        for index in [
            index("funding_call", &["source", "record_id"]).unique().take(),
            index("funding_call", &["closes_ms"]),
            index("funding_call", &["funder_id"]),
            index("funding_call_term", &["call_id", "kind"]),
            index("funding_call_term", &["kind", "value_key"]),
            index("bid", &["call_id", "state"]),
            index("bid", &["lead_id"]),
            index("bid_member", &["organisation_id"]),
            index("bid_introduction", &["right_id"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "bid_introduction",
            "bid_version",
            "bid_project",
            "bid_member",
            "bid",
            "funding_call_term",
            "funding_call",
        ] {
            manager
                .drop_table(Table::drop().table(name).if_exists().take())
                .await?;
        }
        Ok(())
    }
}

fn call(record_id: ColumnDef) -> TableCreateStatement {
    let mut table = Table::create()
        .table("funding_call")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("source").text().not_null())
        .col(record_id)
        .col(ColumnDef::new("title").text().not_null())
        .col(ColumnDef::new("description").text().not_null())
        .col(ColumnDef::new("search_key").text().not_null())
        .col(ColumnDef::new("funder_id").uuid().null())
        .col(ColumnDef::new("funder_name").text().null())
        .col(ColumnDef::new("url").text().null())
        .col(ColumnDef::new("time_zone").string_len(64).not_null())
        .col(ColumnDef::new("currency").string_len(3).not_null())
        .col(ColumnDef::new("fewest_partners").integer().not_null())
        .col(ColumnDef::new("most_partners").integer().null())
        .col(ColumnDef::new("most_led").integer().null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("content_hash").string_len(64).not_null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut foreign_key("funding_call", "funder_id", "organisation"))
        .take();
    for number in [
        "opens_ms",
        "closes_ms",
        "purse_minor",
        "least_grant_minor",
        "most_grant_minor",
        "most_grant_each_minor",
    ] {
        table.col(ColumnDef::new(number).big_integer().null());
    }
    table
}

fn term() -> TableCreateStatement {
    Table::create()
        .table("funding_call_term")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("call_id").uuid().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("value").text().not_null())
        .col(ColumnDef::new("value_key").text().not_null())
        .col(ColumnDef::new("number").integer().null())
        .foreign_key(&mut foreign_key("funding_call_term", "call_id", "funding_call"))
        .take()
}

fn bid() -> TableCreateStatement {
    Table::create()
        .table("bid")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("call_id").uuid().not_null())
        .col(ColumnDef::new("title").text().not_null())
        .col(ColumnDef::new("summary").text().not_null())
        .col(ColumnDef::new("lead_id").uuid().not_null())
        .col(ColumnDef::new("state").string_len(32).not_null())
        .col(ColumnDef::new("currency").string_len(3).not_null())
        .col(ColumnDef::new("cost_minor").big_integer().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("submitted_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("outcome_note").text().null())
        .foreign_key(&mut foreign_key("bid", "call_id", "funding_call"))
        .foreign_key(&mut foreign_key("bid", "lead_id", "organisation"))
        .take()
}

fn member() -> TableCreateStatement {
    Table::create()
        .table("bid_member")
        .col(ColumnDef::new("bid_id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("state").string_len(32).not_null())
        .col(ColumnDef::new("alone_minor").big_integer().not_null())
        .col(ColumnDef::new("share_minor").big_integer().not_null())
        .col(ColumnDef::new("grant_minor").big_integer().not_null())
        .col(ColumnDef::new("answered_by").text().null())
        .col(ColumnDef::new("answered_at").timestamp_with_time_zone().null())
        .primary_key(Index::create().col("bid_id").col("organisation_id"))
        .foreign_key(&mut foreign_key("bid_member", "bid_id", "bid"))
        .foreign_key(&mut foreign_key("bid_member", "organisation_id", "organisation"))
        .take()
}

fn project() -> TableCreateStatement {
    Table::create()
        .table("bid_project")
        .col(ColumnDef::new("bid_id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .primary_key(Index::create().col("bid_id").col("project_id"))
        .foreign_key(&mut foreign_key("bid_project", "bid_id", "bid"))
        .foreign_key(&mut foreign_key("bid_project", "project_id", "project"))
        .take()
}

fn version() -> TableCreateStatement {
    Table::create()
        .table("bid_version")
        .col(ColumnDef::new("bid_id").uuid().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("change").string_len(32).not_null())
        .col(ColumnDef::new("changed_by").text().not_null())
        .col(ColumnDef::new("changed_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("state").text().not_null())
        .primary_key(Index::create().col("bid_id").col("version"))
        .foreign_key(&mut foreign_key("bid_version", "bid_id", "bid"))
        .take()
}

fn introduction() -> TableCreateStatement {
    Table::create()
        .table("bid_introduction")
        .col(ColumnDef::new("left_id").uuid().not_null())
        .col(ColumnDef::new("right_id").uuid().not_null())
        .col(ColumnDef::new("score").double().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("left_id").col("right_id"))
        .foreign_key(&mut foreign_key("bid_introduction", "left_id", "bid"))
        .foreign_key(&mut foreign_key("bid_introduction", "right_id", "bid"))
        .take()
}
