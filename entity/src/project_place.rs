//! A place whose people a project is for.

use sea_orm::entity::prelude::*;

/// A place whose people a project is for.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_place")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// The place in the list as given.
    pub position: i32,
    /// As it was told.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The body whose area it is, where that is known.
    pub organisation_id: Option<Uuid>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
