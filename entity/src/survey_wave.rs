//! One round of a survey.

use sea_orm::entity::prelude::*;

/// One round of a survey.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_wave")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The survey.
    pub survey_id: Uuid,
    /// What is asked.
    pub question_set_id: Uuid,
    /// What it is called, such as `Spring 2027`.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// From when on it can be answered.
    pub opens_at: DateTimeUtc,
    /// From when on it cannot.
    pub closes_at: DateTimeUtc,
    /// Who made it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
