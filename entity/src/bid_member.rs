//! A body in a bid, and what it bears.

use sea_orm::entity::prelude::*;

use crate::kinds::BidMemberState;

/// A body in a bid, and what it bears.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bid_member")]
pub struct Model {
    /// The bid.
    #[sea_orm(primary_key, auto_increment = false)]
    pub bid_id: Uuid,
    /// The body.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The place in the list; the lead is 0.
    pub position: i32,
    /// What it has said.
    pub state: BidMemberState,
    /// What it would pay alone, where known; 0 otherwise.
    pub alone_minor: i64,
    /// What it bears of the cost.
    pub share_minor: i64,
    /// What of its share is asked of the funder; the rest it brings itself.
    pub grant_minor: i64,
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
