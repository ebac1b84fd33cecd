//! What somebody did with a finding.

use sea_orm::entity::prelude::*;

use crate::kinds::{FollowUp, OverlapRelation, OverlapState, ReviewMove, ReviewReason, ReviewSeat};

/// One move in the review of a finding. Rows are only ever added: the database refuses to change or delete one.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "overlap_move")]
pub struct Model {
    /// UUIDv7: later moves have larger ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The finding.
    pub overlap_id: Uuid,
    /// What was done.
    pub kind: ReviewMove,
    /// When.
    pub moved_at: DateTimeUtc,
    /// The account of whoever did it; none for Tandem itself and for the command line.
    pub moved_by: Option<Uuid>,
    /// How they are called.
    #[sea_orm(column_type = "Text")]
    pub mover: String,
    /// As what they did it.
    pub seat: ReviewSeat,
    /// The organisation that they spoke for, where they did.
    pub organisation_id: Option<Uuid>,
    /// The state before.
    pub from_state: OverlapState,
    /// The state after.
    pub to_state: OverlapState,
    /// Why, from the list.
    pub reason: Option<ReviewReason>,
    /// Why, in words for those concerned; of a reply or an appeal, its text.
    #[sea_orm(column_type = "Text", nullable)]
    pub explanation: Option<String>,
    /// For reviewers only.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// What the two are said to be to each other.
    pub relation: Option<OverlapRelation>,
    /// What is to follow.
    pub follow_up: Option<FollowUp>,
    /// What whoever judged it apart would decide.
    pub judged: Option<OverlapState>,
    /// The deadline or reminder that was set.
    pub due_at: Option<DateTimeUtc>,
    /// The earlier move that this one speaks of.
    pub cites_id: Option<Uuid>,
    /// The version of the review after it.
    pub review_version: i32,
    /// The score that it was based on.
    pub score: f64,
    /// The version of the left record that it was based on.
    pub left_version: i32,
    /// The version of the right record that it was based on.
    pub right_version: i32,
    /// The method and parameters that it was based on.
    pub model_version: String,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
