//! How far people have come with a finding, and what stands decided.

use sea_orm::entity::prelude::*;

use crate::kinds::{FollowUp, OverlapRelation, OverlapState};

/// How far people have come with a finding. There is none as long as nobody, and no declared relation, moved it.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "overlap_review")]
pub struct Model {
    /// The finding.
    #[sea_orm(primary_key, auto_increment = false)]
    pub overlap_id: Uuid,
    /// One more with each move.
    pub version: i32,
    /// The account of whoever is at it.
    pub assignee_id: Option<Uuid>,
    /// How histories call them.
    #[sea_orm(column_type = "Text", nullable)]
    pub assignee_name: Option<String>,
    /// What was decided: `CONFIRMED`, `DISMISSED` or `RELATED`; kept when it is closed.
    pub outcome: Option<OverlapState>,
    /// What a person says that the two are to each other.
    pub relation: Option<OverlapRelation>,
    /// What is to follow.
    pub follow_up: Option<FollowUp>,
    /// Whether a declared relation, and nobody yet, says that the two are related.
    pub explained: bool,
    /// The account of whoever decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<DateTimeUtc>,
    /// The move that decided.
    pub decision_id: Option<Uuid>,
    /// What both records said that is material when it was decided, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub material: Option<String>,
    /// When this round of looking at it began: replies from before it do not count.
    pub round_began_at: Option<DateTimeUtc>,
    /// Until when the authorities concerned are waited for.
    pub reply_due_at: Option<DateTimeUtc>,
    /// When whoever is at it wants to be reminded.
    pub remind_at: Option<DateTimeUtc>,
    /// Until when the decision can be appealed against; none when it cannot, or an appeal was decided.
    pub appeal_due_at: Option<DateTimeUtc>,
    /// Whether an appeal waits for a decision.
    pub appeal_open: bool,
    /// When it was last moved.
    pub updated_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
