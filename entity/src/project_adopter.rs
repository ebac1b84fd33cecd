//! A body that took up what a project made or found.

use sea_orm::entity::prelude::*;

/// A body that took up what a project made or found.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_adopter")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// The place in the list as given.
    pub position: i32,
    /// Who.
    pub organisation_id: Uuid,
    /// When, where known.
    pub adopted_on: Option<Date>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
