//! Imports as jobs: the file, how far it has come, and what became of each row.

use sea_orm_migration::prelude::*;

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_6_imports"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [job(), row(), chunk()] {
            manager.create_table(table).await?;
        }
        for index in [
            index("import_job", &["state"]),
            index("import_job", &["source", "content_hash"]),
            index("import_row", &["job_id", "outcome", "number"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["import_chunk", "import_row", "import_job"] {
            manager
                .drop_table(Table::drop().table(name).if_exists().take())
                .await?;
        }
        Ok(())
    }
}

/// What an import counts, from nought.
const COUNTS: [&str; 11] = [
    "rows_done",
    "created",
    "changed",
    "unchanged",
    "kept",
    "refused",
    "new_organisations",
    "unexpected",
    "retired",
    "restored",
    "left_standing",
];

fn job() -> TableCreateStatement {
    let mut table = Table::create()
        .table("import_job")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("source").text().not_null())
        .col(ColumnDef::new("file_name").text().null())
        .col(ColumnDef::new("format").string_len(32).not_null())
        .col(ColumnDef::new("options").text().not_null())
        .col(ColumnDef::new("content_hash").string_len(64).null())
        .col(ColumnDef::new("size_bytes").big_integer().null())
        .col(ColumnDef::new("stored").boolean().not_null())
        .col(ColumnDef::new("previewed").boolean().not_null())
        .col(ColumnDef::new("state").string_len(32).not_null())
        .col(ColumnDef::new("rows_total").big_integer().null())
        .col(ColumnDef::new("notes").text().not_null())
        .col(ColumnDef::new("failure").text().null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("finished_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("undone_by").text().null())
        .col(ColumnDef::new("undo_reason").text().null())
        .col(ColumnDef::new("undone_at").timestamp_with_time_zone().null())
        .take();
    for count in COUNTS {
        table.col(ColumnDef::new(count).big_integer().not_null().default(0));
    }
    table
}

fn row() -> TableCreateStatement {
    Table::create()
        .table("import_row")
        .col(ColumnDef::new("job_id").uuid().not_null())
        .col(ColumnDef::new("number").big_integer().not_null())
        .col(ColumnDef::new("line").big_integer().not_null())
        .col(ColumnDef::new("record_id").text().null())
        .col(ColumnDef::new("title").text().not_null())
        .col(ColumnDef::new("outcome").string_len(32).not_null())
        .col(ColumnDef::new("previewed").string_len(32).null())
        .col(ColumnDef::new("project_id").uuid().null())
        .col(ColumnDef::new("version_before").integer().null())
        .col(ColumnDef::new("version_after").integer().null())
        .col(ColumnDef::new("source_id").uuid().null())
        .col(ColumnDef::new("hash_before").string_len(64).null())
        .col(ColumnDef::new("changes").text().null())
        .col(ColumnDef::new("problems").text().null())
        .col(ColumnDef::new("undo").string_len(32).null())
        .col(ColumnDef::new("undo_note").text().null())
        .primary_key(Index::create().col("job_id").col("number"))
        .foreign_key(&mut foreign_key("import_row", "job_id", "import_job"))
        .foreign_key(&mut foreign_key("import_row", "project_id", "project"))
        .take()
}

fn chunk() -> TableCreateStatement {
    Table::create()
        .table("import_chunk")
        .col(ColumnDef::new("job_id").uuid().not_null())
        .col(ColumnDef::new("place").integer().not_null())
        .col(ColumnDef::new("bytes").binary().not_null())
        .primary_key(Index::create().col("job_id").col("place"))
        .foreign_key(&mut foreign_key("import_chunk", "job_id", "import_job"))
        .take()
}
