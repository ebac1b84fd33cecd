//! The audit log: entries that hang together by their hashes, and that nobody changes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_16_audit"
    }
}

/// The hash before the first entry.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [entry(), chain(), origin()] {
            manager.create_table(table).await?;
        }
        let mut place = index("audit_entry", &["seq"]);
        manager.create_index(place.unique().take()).await?;
        for made in [
            index("audit_entry", &["actor", "seq"]),
            index("audit_entry", &["operation", "seq"]),
            index("audit_origin", &["noted_at"]),
        ] {
            manager.create_index(made).await?;
        }
        let first = Query::insert()
            .into_table("audit_chain")
            .columns(["id", "seq", "hash"])
            .values([1.into(), 0.into(), BEGINNING.into()])
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .take();
        manager.execute(first).await?;
        let db = manager.get_connection();
        for statement in append_only(manager.get_database_backend()) {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["audit_origin", "audit_chain", "audit_entry"] {
            manager
                .drop_table(Table::drop().table(name).if_exists().take())
                .await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            let function = "DROP FUNCTION IF EXISTS audit_entry_stands()";
            manager.get_connection().execute_unprepared(function).await?;
        }
        Ok(())
    }
}

fn entry() -> TableCreateStatement {
    Table::create()
        .table("audit_entry")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("seq").big_integer().not_null())
        .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("actor").string_len(200).not_null())
        .col(ColumnDef::new("operation").string_len(200).not_null())
        .col(ColumnDef::new("transport").string_len(32).not_null())
        .col(ColumnDef::new("request_id").string_len(128).null())
        .col(ColumnDef::new("origin_digest").string_len(64).null())
        .col(ColumnDef::new("changes").text().not_null())
        .col(ColumnDef::new("previous_hash").string_len(64).not_null())
        .col(ColumnDef::new("hash").string_len(64).not_null())
        .take()
}

fn chain() -> TableCreateStatement {
    Table::create()
        .table("audit_chain")
        .col(ColumnDef::new("id").integer().not_null().primary_key())
        .col(ColumnDef::new("seq").big_integer().not_null())
        .col(ColumnDef::new("hash").string_len(64).not_null())
        .take()
}

fn origin() -> TableCreateStatement {
    Table::create()
        .table("audit_origin")
        .col(ColumnDef::new("entry_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("address").string_len(64).not_null())
        .col(ColumnDef::new("salt").string_len(32).not_null())
        .col(ColumnDef::new("noted_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut foreign_key("audit_origin", "entry_id", "audit_entry"))
        .take()
}

/// What keeps an entry as it was written, whoever is at the database.
fn append_only(backend: DbBackend) -> Vec<&'static str> {
    match backend {
        DbBackend::Postgres => vec![
            "CREATE FUNCTION audit_entry_stands() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'entries of the audit log are only ever added'; END $$",
            "CREATE TRIGGER audit_entry_stands BEFORE UPDATE OR DELETE ON audit_entry \
             FOR EACH ROW EXECUTE FUNCTION audit_entry_stands()",
            "CREATE TRIGGER audit_entry_remains BEFORE TRUNCATE ON audit_entry \
             FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stands()",
        ],
        _ => vec![
            "CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry \
             BEGIN SELECT RAISE(ABORT, 'entries of the audit log are only ever added'); END",
            "CREATE TRIGGER audit_entry_undeleted BEFORE DELETE ON audit_entry \
             BEGIN SELECT RAISE(ABORT, 'entries of the audit log are only ever added'); END",
        ],
    }
}
