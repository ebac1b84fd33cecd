//! A body on a board.

use sea_orm::entity::prelude::*;

use crate::kinds::BoardRole;

/// A body on a board.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "board_member")]
pub struct Model {
    /// The board.
    #[sea_orm(primary_key, auto_increment = false)]
    pub board_id: Uuid,
    /// The body.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The place in the list.
    pub position: i32,
    /// What it does there.
    pub role: BoardRole,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
