//! What a board means to reach by a day.

use sea_orm::entity::prelude::*;

/// What a board means to reach by a day.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "board_milestone")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The board.
    pub board_id: Uuid,
    /// The place in the list.
    pub position: i32,
    /// What is to be reached.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// By when.
    pub due_on: Date,
    /// The body that answers for it.
    pub owner_id: Uuid,
    /// When it was reached.
    pub done_on: Option<Date>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
