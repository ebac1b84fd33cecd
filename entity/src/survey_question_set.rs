//! A version of what a survey asks; nothing of it changes once it is published.

use sea_orm::entity::prelude::*;

/// A version of what a survey asks; nothing of it changes once it is published.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_question_set")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The survey.
    pub survey_id: Uuid,
    /// 1 for the first version of the survey, one more with each.
    pub number: i32,
    /// The file as it was written.
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    /// 1 at first, one more with each change of the draft.
    pub revision: i32,
    /// The version that it began as a copy of.
    pub cloned_from_id: Option<Uuid>,
    /// Who made it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Who published it.
    #[sea_orm(column_type = "Text", nullable)]
    pub published_by: Option<String>,
    /// When it was published.
    pub published_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
