//! Authorities that act as one partner.

use sea_orm::entity::prelude::*;

/// Authorities that act as one partner. Its name and kind stand in the organisation with the same id.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_group")]
pub struct Model {
    /// The organisation that the group is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The member that speaks for it.
    pub lead_id: Uuid,
    /// Counts the changes, from 1.
    pub version: i32,
    /// Who made it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// When it was dissolved.
    pub dissolved_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
