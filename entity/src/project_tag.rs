//! A theme or a technology of a project.

use sea_orm::entity::prelude::*;

use crate::kinds::TagKind;

/// A theme or a technology of a project.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_tag")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// Theme or technology.
    pub kind: TagKind,
    /// As shown.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// Folded for filters.
    #[sea_orm(column_type = "Text")]
    pub label_key: String,
    /// The place in the list as given.
    pub position: i32,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
