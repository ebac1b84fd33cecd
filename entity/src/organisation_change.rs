//! What was done to the identity of organisations: two found to be one, or one found to be two.

use sea_orm::entity::prelude::*;

use crate::kinds::OrganisationChangeKind;

/// One merge of two organisations into one, or one split of one into two.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_change")]
pub struct Model {
    /// UUIDv7: later changes have larger ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What was done.
    pub kind: OrganisationChangeKind,
    /// The organisation that stands: the one kept, or the one that was split.
    pub organisation_id: Uuid,
    /// The other: the one merged into it, or the one split off.
    pub other_id: Uuid,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who did it.
    #[sea_orm(column_type = "Text", nullable)]
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: DateTimeUtc,
    /// What went from one to the other, as JSON, so that it can be undone.
    #[sea_orm(column_type = "Text")]
    pub moved: String,
    /// When it was undone, if it was.
    pub undone_at: Option<DateTimeUtc>,
    /// Who undid it.
    #[sea_orm(column_type = "Text", nullable)]
    pub undone_by: Option<String>,
    /// Why it was undone.
    #[sea_orm(column_type = "Text", nullable)]
    pub undone_reason: Option<String>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
