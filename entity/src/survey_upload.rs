//! A file with answers of several authorities, and what its rows come to.

use sea_orm::entity::prelude::*;

/// A file with answers of several authorities, and what its rows come to.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_upload")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The round.
    pub wave_id: Uuid,
    /// The file's name, without folders.
    #[sea_orm(column_type = "Text")]
    pub file_name: String,
    /// SHA-256 of the file.
    pub content_hash: String,
    /// Each row, what it says and what becomes of it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub rows: String,
    /// Whether its good rows were written.
    pub committed: bool,
    /// Who sent it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it was written.
    pub committed_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
