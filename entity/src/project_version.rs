//! What a project was before a change.

use sea_orm::entity::prelude::*;

use crate::kinds::ProjectChange;

/// An earlier state of a project. The present one is in the project's own tables.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_version")]
pub struct Model {
    /// The project.
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    /// The version that this was.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// What made it so.
    pub change: ProjectChange,
    /// Who made it so.
    #[sea_orm(column_type = "Text", nullable)]
    pub changed_by: Option<String>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub change_reason: Option<String>,
    /// When it became so.
    pub changed_at: DateTimeUtc,
    /// All that the project said, as JSON.
    #[sea_orm(column_type = "Text")]
    pub state: String,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
