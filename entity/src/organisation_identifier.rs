//! An organisation's identifier in a register.

use sea_orm::entity::prelude::*;

/// An organisation's identifier in a register.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_identifier")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose identifier.
    pub organisation_id: Uuid,
    /// The register, as org-id.guide names it, or GSS.
    pub scheme: String,
    /// The identifier there.
    #[sea_orm(column_type = "Text")]
    pub value: String,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
