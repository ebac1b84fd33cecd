//! Who takes part in a project, and as what.

use sea_orm::entity::prelude::*;

use crate::kinds::ParticipantRole;

/// Who takes part in a project, and as what.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_participant")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// The body.
    pub organisation_id: Uuid,
    /// What it does there.
    pub role: ParticipantRole,
    /// The place in the list as given.
    pub position: i32,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
