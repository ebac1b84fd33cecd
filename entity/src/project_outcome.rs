//! Something that a project found out, with its evidence.

use sea_orm::entity::prelude::*;

use crate::kinds::{OutcomeFinding, Reusability};

/// Something that a project found out, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_outcome")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// The place in the list as given.
    pub position: i32,
    /// Whether it worked.
    pub finding: OutcomeFinding,
    /// What was found, in a sentence or more.
    #[sea_orm(column_type = "Text")]
    pub statement: String,
    /// How that is known.
    #[sea_orm(column_type = "Text", nullable)]
    pub evidence: Option<String>,
    /// The web address of the evidence.
    #[sea_orm(column_type = "Text", nullable)]
    pub evidence_url: Option<String>,
    /// Whether others can use it.
    pub reusable: Option<Reusability>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
