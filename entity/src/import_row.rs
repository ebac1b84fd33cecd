//! What became of one row of an import.

use sea_orm::entity::prelude::*;

use crate::kinds::{ImportOutcome, ImportUndo};

/// What became of one row of an import; before it is committed, what would become of it.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: Uuid,
    /// Which row of the file, counted from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The line of the file.
    pub line: i64,
    /// The record's id there.
    #[sea_orm(column_type = "Text", nullable)]
    pub record_id: Option<String>,
    /// The record's title, perhaps cut; empty where the row was not understood.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// What the preview said would become of it.
    pub previewed: Option<ImportOutcome>,
    /// The project.
    pub project_id: Option<Uuid>,
    /// The project's version that was changed.
    pub version_before: Option<i32>,
    /// The project's version that this made.
    pub version_after: Option<i32>,
    /// The record of the project's source that was renewed.
    pub source_id: Option<Uuid>,
    /// The content that the source had before.
    pub hash_before: Option<String>,
    /// The fields that change, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub changes: Option<String>,
    /// What is wrong with its values, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub problems: Option<String>,
    /// What undoing did to it.
    pub undo: Option<ImportUndo>,
    /// Why undoing left it.
    #[sea_orm(column_type = "Text", nullable)]
    pub undo_note: Option<String>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
