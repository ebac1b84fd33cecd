//! An answer as it was given once; rows only ever come.

use sea_orm::entity::prelude::*;

/// An answer as it was given once; rows only ever come.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_answer_version")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The response.
    pub response_id: Uuid,
    /// The question's own name.
    pub question: String,
    /// The revision that it made, or that it was meant to follow where it was not taken.
    pub revision: i32,
    /// The answer as JSON; `None` where it was taken back.
    #[sea_orm(column_type = "Text", nullable)]
    pub value: Option<String>,
    /// Whether it became the present answer; not so where another officer had answered otherwise meanwhile.
    pub taken: bool,
    /// Who answered.
    #[sea_orm(column_type = "Text")]
    pub answered_by: String,
    /// When.
    pub answered_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
