//! Two bids of one call that are alike, whose applicants are offered an introduction.

use sea_orm::entity::prelude::*;

/// Two bids of one call that are alike, whose applicants are offered an introduction.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bid_introduction")]
pub struct Model {
    /// The bid that was handed in first.
    #[sea_orm(primary_key, auto_increment = false)]
    pub left_id: Uuid,
    /// The other.
    #[sea_orm(primary_key, auto_increment = false)]
    pub right_id: Uuid,
    /// How sure it is that both are after the same, in [0, 1].
    pub score: f64,
    /// When it was offered.
    pub created_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
