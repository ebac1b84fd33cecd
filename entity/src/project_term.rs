//! A word of a project, for free-text search.

use sea_orm::entity::prelude::*;

/// A word of a project, for free-text search.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_term")]
pub struct Model {
    /// The project.
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    /// The word, folded.
    #[sea_orm(primary_key, auto_increment = false)]
    pub term: String,
    /// 2 when the title has it, 1 otherwise.
    pub weight: i32,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
