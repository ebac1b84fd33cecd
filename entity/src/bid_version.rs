//! A bid as it was after one change.

use sea_orm::entity::prelude::*;

use crate::kinds::BidChange;

/// A bid as it was after one change.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bid_version")]
pub struct Model {
    /// The bid.
    #[sea_orm(primary_key, auto_increment = false)]
    pub bid_id: Uuid,
    /// The version that the change made.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// What was done.
    pub change: BidChange,
    /// Who did it.
    #[sea_orm(column_type = "Text")]
    pub changed_by: String,
    /// When.
    pub changed_at: DateTimeUtc,
    /// Words, members and money as JSON.
    #[sea_orm(column_type = "Text")]
    pub state: String,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
