//! Two records that were found to be one project.

use sea_orm::entity::prelude::*;

/// Two records that were found to be one project.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_merge")]
pub struct Model {
    /// UUIDv7: later merges have larger ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The record that stands.
    pub kept_id: Uuid,
    /// The record that became part of it; a tombstone.
    pub gone_id: Uuid,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who did it.
    #[sea_orm(column_type = "Text")]
    pub merged_by: String,
    /// When.
    pub merged_at: DateTimeUtc,
    /// What went from one to the other, as JSON, so that it can be undone.
    #[sea_orm(column_type = "Text")]
    pub moved: String,
    /// When it was undone, if it was.
    pub undone_at: Option<DateTimeUtc>,
    /// Who undid it.
    #[sea_orm(column_type = "Text", nullable)]
    pub undone_by: Option<String>,
    /// Why it was undone.
    #[sea_orm(column_type = "Text", nullable)]
    pub undone_reason: Option<String>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
