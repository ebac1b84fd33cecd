//! What one project is declared to be to another.

use sea_orm::entity::prelude::*;

use crate::kinds::DeclaredRelation;

/// What one project is declared to be to another.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_relation")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The project that declares.
    pub project_id: Uuid,
    /// The project that it speaks of.
    pub other_id: Uuid,
    /// What it declares.
    pub relation: DeclaredRelation,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
