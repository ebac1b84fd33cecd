//! That one body would like to work with another.

use sea_orm::entity::prelude::*;

use crate::kinds::InterestState;

/// That one body would like to work with another.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "interest")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The body that is interested.
    pub from_id: Uuid,
    /// The body that it is interested in.
    pub to_id: Uuid,
    /// The project that it is about, where it is about one.
    pub project_id: Option<Uuid>,
    /// What is said to the other.
    #[sea_orm(column_type = "Text")]
    pub message: String,
    /// What became of it, but for its expiry, which `expires_at` tells.
    pub state: InterestState,
    /// What the other said.
    #[sea_orm(column_type = "Text", nullable)]
    pub answer_note: Option<String>,
    /// The board that it opened.
    pub board_id: Option<Uuid>,
    /// Who expressed it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// Until when it can be answered.
    pub expires_at: DateTimeUtc,
    /// Who answered or took it back.
    #[sea_orm(column_type = "Text", nullable)]
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
