//! The tables of projects.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{Table as Made, byte_ordered, foreign_key, index};

pub(super) fn tables(backend: DbBackend) -> Vec<Made> {
    vec![
        project(backend),
        project_participant(),
        project_tag(backend),
        project_award(),
        project_source(),
        project_link(),
        project_relation(),
        project_term(backend),
    ]
}

fn project(backend: DbBackend) -> Made {
    let table = Table::create()
        .table("project")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("title").text().not_null())
        .col(byte_ordered(
            ColumnDef::new("title_key").text().not_null().take(),
            backend,
        ))
        .col(ColumnDef::new("summary").text().not_null())
        .col(ColumnDef::new("kind").string_len(32).null())
        .col(ColumnDef::new("phase").string_len(32).null())
        .col(ColumnDef::new("status").string_len(32).not_null())
        .col(ColumnDef::new("lead_id").uuid().null())
        .col(ColumnDef::new("programme").text().null())
        .col(ColumnDef::new("outcome").text().null())
        .col(ColumnDef::new("note").text().null())
        .col(ColumnDef::new("start_date").date().null())
        .col(ColumnDef::new("start_precision").string_len(32).null())
        .col(ColumnDef::new("end_date").date().null())
        .col(ColumnDef::new("end_precision").string_len(32).null())
        .col(ColumnDef::new("budget_minor").big_integer().null())
        .col(ColumnDef::new("budget_currency").string_len(3).null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("change_seq").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(
            ColumnDef::new("last_confirmed_at")
                .timestamp_with_time_zone()
                .null(),
        )
        .col(ColumnDef::new("retired_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("retired_reason").text().null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("project", "lead_id", "organisation"))
        .take();
    Made {
        table,
        indexes: vec![
            index("project", &["title_key"]),
            index("project", &["lead_id"]),
            index("project", &["change_seq"]).unique().take(),
        ],
    }
}

fn project_participant() -> Made {
    let table = Table::create()
        .table("project_participant")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("role").string_len(32).not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("project_participant", "project_id", "project"))
        .foreign_key(&mut foreign_key(
            "project_participant",
            "organisation_id",
            "organisation",
        ))
        .take();
    Made {
        table,
        indexes: vec![
            index("project_participant", &["project_id"]),
            index("project_participant", &["organisation_id"]),
        ],
    }
}

fn project_tag(backend: DbBackend) -> Made {
    let table = Table::create()
        .table("project_tag")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("label").text().not_null())
        .col(byte_ordered(
            ColumnDef::new("label_key").text().not_null().take(),
            backend,
        ))
        .col(ColumnDef::new("position").integer().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("project_tag", "project_id", "project"))
        .take();
    Made {
        table,
        indexes: vec![
            index("project_tag", &["project_id"]),
            index("project_tag", &["label_key"]),
        ],
    }
}

fn project_award() -> Made {
    let table = Table::create()
        .table("project_award")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("funder_id").uuid().null())
        .col(ColumnDef::new("amount_minor").big_integer().not_null())
        .col(ColumnDef::new("currency").string_len(3).not_null())
        .col(ColumnDef::new("awarded_on").date().null())
        .col(ColumnDef::new("position").integer().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("project_award", "project_id", "project"))
        .foreign_key(&mut foreign_key("project_award", "funder_id", "organisation"))
        .take();
    Made {
        table,
        indexes: vec![index("project_award", &["project_id"])],
    }
}

fn project_source() -> Made {
    let table = Table::create()
        .table("project_source")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("system").text().not_null())
        .col(ColumnDef::new("record_id").text().null())
        .col(ColumnDef::new("line").big_integer().null())
        .col(ColumnDef::new("url").text().null())
        .col(ColumnDef::new("content_hash").string_len(64).null())
        .col(
            ColumnDef::new("recorded_at")
                .timestamp_with_time_zone()
                .not_null(),
        )
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("project_source", "project_id", "project"))
        .take();
    Made {
        table,
        indexes: vec![index("project_source", &["project_id"])],
    }
}

fn project_link() -> Made {
    let table = Table::create()
        .table("project_link")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("url").text().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("project_link", "project_id", "project"))
        .take();
    Made {
        table,
        indexes: vec![index("project_link", &["project_id"])],
    }
}

fn project_relation() -> Made {
    let table = Table::create()
        .table("project_relation")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("other_id").uuid().not_null())
        .col(ColumnDef::new("relation").string_len(32).not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("project_relation", "project_id", "project"))
        .foreign_key(&mut foreign_key("project_relation", "other_id", "project"))
        .take();
    Made {
        table,
        indexes: vec![
            index("project_relation", &["project_id"]),
            index("project_relation", &["other_id"]),
        ],
    }
}

fn project_term(backend: DbBackend) -> Made {
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
    Made {
        table,
        indexes: vec![index("project_term", &["term"])],
    }
}
