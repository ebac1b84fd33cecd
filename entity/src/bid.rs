//! A bid for a funding call.

use sea_orm::entity::prelude::*;

use crate::kinds::BidState;

/// A bid for a funding call.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bid")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The call.
    pub call_id: Uuid,
    /// The title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// What it is about.
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    /// The body that leads and answers for it.
    pub lead_id: Uuid,
    /// How far along.
    pub state: BidState,
    /// ISO 4217, the call's.
    pub currency: String,
    /// What it costs in all.
    pub cost_minor: i64,
    /// Counts the changes, from 1.
    pub version: i32,
    /// Who drafted it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// When it was handed in.
    pub submitted_at: Option<DateTimeUtc>,
    /// What the funder said.
    #[sea_orm(column_type = "Text", nullable)]
    pub outcome_note: Option<String>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
