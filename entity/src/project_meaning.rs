//! A project's text as a vector, made by a sentence encoder.

use sea_orm::entity::prelude::*;

/// A project's text as a vector, made by a sentence encoder.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_meaning")]
pub struct Model {
    /// The project.
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: Uuid,
    /// The encoder's version: vectors of two versions are not comparable.
    #[sea_orm(primary_key, auto_increment = false)]
    pub model: String,
    /// A hash of the text that was encoded.
    pub text_hash: String,
    /// The numbers, as little-endian 32-bit floats.
    pub vector: Vec<u8>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
