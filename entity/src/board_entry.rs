//! What was decided, said or linked to on a board.

use sea_orm::entity::prelude::*;

use crate::kinds::BoardEntryKind;

/// What was decided, said or linked to on a board.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "board_entry")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The board.
    pub board_id: Uuid,
    /// The body for which it was written.
    pub organisation_id: Uuid,
    /// What it is.
    pub kind: BoardEntryKind,
    /// What it says.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// The web address, of links.
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// Who wrote it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
