//! What one authority says in one round.

use sea_orm::entity::prelude::*;

use crate::kinds::SurveyResponseState;

/// What one authority says in one round.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_response")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The round.
    pub wave_id: Uuid,
    /// The authority.
    pub organisation_id: Uuid,
    /// How far it has come.
    pub state: SurveyResponseState,
    /// One more with each change of whatever belongs to it.
    pub revision: i32,
    /// How often it was submitted.
    pub version: i32,
    /// Why it was declined, if it was.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// When the authority was invited first.
    pub created_at: DateTimeUtc,
    /// When something of it last changed.
    pub updated_at: DateTimeUtc,
    /// When it was last submitted.
    pub submitted_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
