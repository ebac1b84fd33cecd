//! An authority in a group.

use sea_orm::entity::prelude::*;

use crate::kinds::GroupMemberState;

/// An authority in a group.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_group_member")]
pub struct Model {
    /// The group.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: Uuid,
    /// The authority.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The place in the list.
    pub position: i32,
    /// What it has said.
    pub state: GroupMemberState,
    /// Who answered for it.
    #[sea_orm(column_type = "Text", nullable)]
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
