//! A link by which somebody of an authority answers.

use sea_orm::entity::prelude::*;

/// A link by which somebody of an authority answers.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_invitation")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The round.
    pub wave_id: Uuid,
    /// The authority.
    pub organisation_id: Uuid,
    /// The response that all of its officers work on.
    pub response_id: Uuid,
    /// To whom it is sent; seen by those who run the survey only.
    #[sea_orm(column_type = "Text", nullable)]
    pub recipient: Option<String>,
    /// SHA-256 of the secret in the link; the secret itself is kept nowhere.
    pub token_hash: String,
    /// From when on the link opens nothing.
    pub expires_at: DateTimeUtc,
    /// When it was taken back.
    pub revoked_at: Option<DateTimeUtc>,
    /// When it was sent, as told.
    pub sent_at: Option<DateTimeUtc>,
    /// When a reminder was last sent, as told.
    pub reminded_at: Option<DateTimeUtc>,
    /// How many reminders were sent.
    pub reminders: i32,
    /// Who invited.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
