//! Two projects that seem to pursue the same effort.

use sea_orm::entity::prelude::*;

use crate::kinds::{OverlapRelation, OverlapState};

/// Two projects that seem to pursue the same effort.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "overlap")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The project with the smaller id.
    pub left_id: Uuid,
    /// The other.
    pub right_id: Uuid,
    /// A calibrated probability.
    pub score: f64,
    /// What they seem to be to each other.
    pub relation: OverlapRelation,
    /// How far people have come with it.
    pub state: OverlapState,
    /// Why, as JSON.
    #[sea_orm(column_type = "Text")]
    pub evidence: String,
    /// The version of the left record that was judged.
    pub left_version: i32,
    /// The version of the right record that was judged.
    pub right_version: i32,
    /// The method and parameters that judged.
    pub model_version: String,
    /// What is worth reading first: larger is sooner. How far people have come, then what is at stake.
    pub priority: i64,
    /// When it was first flagged.
    pub created_at: DateTimeUtc,
    /// When it was last judged.
    pub updated_at: DateTimeUtc,
    /// When a change of a record took the score under the threshold.
    pub withdrawn_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
