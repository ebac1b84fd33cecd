//! One row: how far the catalogue's changes have come.

use sea_orm::entity::prelude::*;

/// One row: how far the catalogue's changes have come.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalogue")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The number of the last change.
    pub change_seq: i64,
    /// How often organisations' own rows were changed.
    pub organisation_seq: i64,
    /// Up to which change overlaps were looked for.
    pub settled_seq: i64,
    /// The method that looked for them.
    pub settled_model: Option<String>,
    /// The reference data that was loaded.
    pub reference_version: Option<String>,
    /// The demonstration catalogue that was loaded.
    pub demonstration_version: Option<String>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
