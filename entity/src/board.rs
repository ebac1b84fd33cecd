//! Where bodies work out what to do together.

use sea_orm::entity::prelude::*;

use crate::kinds::{BoardOutcome, BoardState};

/// Where bodies work out what to do together.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "board")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// What it is for.
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    /// Whether it is at work.
    pub state: BoardState,
    /// Counts the changes, from 1.
    pub version: i32,
    /// What came of it, once it is closed.
    pub outcome: Option<BoardOutcome>,
    /// Why, or what exactly.
    #[sea_orm(column_type = "Text", nullable)]
    pub outcome_note: Option<String>,
    /// The project that came of it.
    pub outcome_project_id: Option<Uuid>,
    /// The bid that came of it.
    pub outcome_bid_id: Option<Uuid>,
    /// Who opened it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// When it was closed.
    pub closed_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
