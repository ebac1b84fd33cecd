//! A response as it was submitted; its answers never change.

use sea_orm::entity::prelude::*;

use crate::kinds::SurveyDecision;

/// A response as it was submitted; its answers never change.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_submission")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The response.
    pub response_id: Uuid,
    /// 1 for the first submission, one more with each.
    pub version: i32,
    /// The answers by question, as JSON.
    #[sea_orm(column_type = "Text")]
    pub answers: String,
    /// Who submitted it.
    #[sea_orm(column_type = "Text")]
    pub submitted_by: String,
    /// When.
    pub submitted_at: DateTimeUtc,
    /// What a reviewer decided.
    pub decision: Option<SurveyDecision>,
    /// What the reviewer said.
    #[sea_orm(column_type = "Text", nullable)]
    pub remarks: Option<String>,
    /// Who decided.
    #[sea_orm(column_type = "Text", nullable)]
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
