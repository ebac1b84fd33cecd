//! The tables of the catalogue itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{Table as Made, foreign_key};

pub(super) fn tables(_backend: DbBackend) -> Vec<Made> {
    vec![idempotency(), catalogue()]
}

fn idempotency() -> Made {
    let table = Table::create()
        .table("idempotency")
        .col(ColumnDef::new("id").string_len(128).not_null())
        .col(ColumnDef::new("request_hash").string_len(64).not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("idempotency", "project_id", "project"))
        .take();
    Made {
        table,
        indexes: vec![],
    }
}

fn catalogue() -> Made {
    let table = Table::create()
        .table("catalogue")
        .col(ColumnDef::new("id").integer().not_null())
        .col(ColumnDef::new("change_seq").big_integer().not_null())
        .col(ColumnDef::new("settled_seq").big_integer().not_null().default(0))
        .col(ColumnDef::new("settled_model").string_len(64).null())
        .col(ColumnDef::new("reference_version").string_len(64).null())
        .col(ColumnDef::new("demonstration_version").string_len(64).null())
        .primary_key(Index::create().col("id"))
        .take();
    Made {
        table,
        indexes: vec![],
    }
}
