//! Another name of an organisation.

use sea_orm::entity::prelude::*;

/// Another name of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_alias")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose name.
    pub organisation_id: Uuid,
    /// As written.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Whether it is fit to be shown; misspellings only serve to find it.
    pub shown: bool,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
