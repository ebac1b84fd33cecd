//! Where a project's facts come from.

use sea_orm::entity::prelude::*;

/// Where a project's facts come from.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_source")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// The source's name: a file, a survey, the demonstration catalogue.
    #[sea_orm(column_type = "Text")]
    pub system: String,
    /// The record's id there.
    #[sea_orm(column_type = "Text", nullable)]
    pub record_id: Option<String>,
    /// The line of the file.
    pub line: Option<i64>,
    /// The web page that states the facts.
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// A hash of the record as it came, to know it again.
    pub content_hash: Option<String>,
    /// When it came.
    pub recorded_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
