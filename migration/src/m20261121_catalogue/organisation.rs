//! The tables of organisations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{Table as Made, byte_ordered, foreign_key, index};

pub(super) fn tables(backend: DbBackend) -> Vec<Made> {
    vec![
        organisation(backend),
        organisation_alias(),
        organisation_identifier(),
        organisation_successor(),
        organisation_neighbour(),
    ]
}

fn organisation(backend: DbBackend) -> Made {
    let table = Table::create()
        .table("organisation")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("name").text().not_null())
        .col(byte_ordered(
            ColumnDef::new("name_key").text().not_null().take(),
            backend,
        ))
        .col(ColumnDef::new("short_name").text().null())
        .col(ColumnDef::new("code").string_len(8).null())
        .col(ColumnDef::new("gss").string_len(16).null())
        .col(ColumnDef::new("nation").string_len(32).null())
        .col(ColumnDef::new("region").text().null())
        .col(ColumnDef::new("tier").string_len(32).null())
        .col(ColumnDef::new("county_code").string_len(8).null())
        .col(ColumnDef::new("combined_authority_code").string_len(8).null())
        .col(ColumnDef::new("population").big_integer().null())
        .col(ColumnDef::new("area_hectares").big_integer().null())
        .col(ColumnDef::new("latitude").double().null())
        .col(ColumnDef::new("longitude").double().null())
        .col(ColumnDef::new("start_date").date().null())
        .col(ColumnDef::new("end_date").date().null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("id"))
        .take();
    Made {
        table,
        indexes: vec![
            index("organisation", &["code"]).unique().take(),
            index("organisation", &["gss"]),
            index("organisation", &["nation"]),
            index("organisation", &["region"]),
        ],
    }
}

fn organisation_alias() -> Made {
    let table = Table::create()
        .table("organisation_alias")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("shown").boolean().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key(
            "organisation_alias",
            "organisation_id",
            "organisation",
        ))
        .take();
    Made {
        table,
        indexes: vec![index("organisation_alias", &["organisation_id"])],
    }
}

fn organisation_identifier() -> Made {
    let table = Table::create()
        .table("organisation_identifier")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("scheme").string_len(32).not_null())
        .col(ColumnDef::new("value").text().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key(
            "organisation_identifier",
            "organisation_id",
            "organisation",
        ))
        .take();
    Made {
        table,
        indexes: vec![
            index("organisation_identifier", &["organisation_id"]),
            index("organisation_identifier", &["value"]),
        ],
    }
}

fn organisation_successor() -> Made {
    let table = Table::create()
        .table("organisation_successor")
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("successor_id").uuid().not_null())
        .primary_key(Index::create().col("organisation_id").col("successor_id"))
        .foreign_key(&mut foreign_key(
            "organisation_successor",
            "organisation_id",
            "organisation",
        ))
        .foreign_key(&mut foreign_key(
            "organisation_successor",
            "successor_id",
            "organisation",
        ))
        .take();
    Made {
        table,
        indexes: vec![],
    }
}

fn organisation_neighbour() -> Made {
    let table = Table::create()
        .table("organisation_neighbour")
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("neighbour_id").uuid().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("rank").integer().not_null())
        .primary_key(Index::create().col("organisation_id").col("neighbour_id"))
        .foreign_key(&mut foreign_key(
            "organisation_neighbour",
            "organisation_id",
            "organisation",
        ))
        .foreign_key(&mut foreign_key(
            "organisation_neighbour",
            "neighbour_id",
            "organisation",
        ))
        .take();
    Made {
        table,
        indexes: vec![],
    }
}
