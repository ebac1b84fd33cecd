//! The present answer to one question.

use sea_orm::entity::prelude::*;

/// The present answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_answer")]
pub struct Model {
    /// The response.
    #[sea_orm(primary_key, auto_increment = false)]
    pub response_id: Uuid,
    /// The question's own name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub question: String,
    /// The answer as JSON; `None` where it was taken back.
    #[sea_orm(column_type = "Text", nullable)]
    pub value: Option<String>,
    /// 1 at first, one more with each change: whoever changes it says which one they saw.
    pub revision: i32,
    /// Who answered last.
    #[sea_orm(column_type = "Text")]
    pub answered_by: String,
    /// When.
    pub answered_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
