//! An import: one file, and what became of it.

use sea_orm::entity::prelude::*;

use crate::kinds::ImportState;

/// An import: one file, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_job")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What the source is called in the catalogue.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// The file's name, without folders.
    #[sea_orm(column_type = "Text", nullable)]
    pub file_name: Option<String>,
    /// The layout that the file has.
    pub format: String,
    /// How it is to be read, as JSON.
    #[sea_orm(column_type = "Text")]
    pub options: String,
    /// SHA-256 of the file, where it could be read twice.
    pub content_hash: Option<String>,
    /// The file's length, where known.
    pub size_bytes: Option<i64>,
    /// Whether the file is kept beside the job.
    pub stored: bool,
    /// Whether it was previewed before it was committed.
    pub previewed: bool,
    /// How far it has come.
    pub state: ImportState,
    /// The file's rows, where counted.
    pub rows_total: Option<i64>,
    /// Rows done with: the next batch begins after them.
    pub rows_done: i64,
    /// Projects that are new; in a preview, that would be.
    pub created: i64,
    /// Projects that changed.
    pub changed: i64,
    /// Rows that the catalogue had already.
    pub unchanged: i64,
    /// Rows whose project somebody else had changed.
    pub kept: i64,
    /// Rows that were left out.
    pub refused: i64,
    /// Organisations recorded by name.
    pub new_organisations: i64,
    /// Rows that came out otherwise than the preview said.
    pub unexpected: i64,
    /// Projects taken out by the undoing.
    pub retired: i64,
    /// Projects given back their earlier state by the undoing.
    pub restored: i64,
    /// Projects that the undoing left as they are.
    pub left_standing: i64,
    /// What is to be known of the file as a whole, as a JSON list of texts.
    #[sea_orm(column_type = "Text")]
    pub notes: String,
    /// Why it failed, if it did.
    #[sea_orm(column_type = "Text", nullable)]
    pub failure: Option<String>,
    /// Who began it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When it was begun.
    pub created_at: DateTimeUtc,
    /// When a batch was last written.
    pub updated_at: DateTimeUtc,
    /// When it was written to its end, or failed.
    pub finished_at: Option<DateTimeUtc>,
    /// Who wanted it undone.
    #[sea_orm(column_type = "Text", nullable)]
    pub undone_by: Option<String>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub undo_reason: Option<String>,
    /// When it was undone to its end.
    pub undone_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
