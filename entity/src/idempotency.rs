//! The result of a mutation, to answer a retry with.

use sea_orm::entity::prelude::*;

/// The result of a mutation, to answer a retry with.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The operation and the client's key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// A hash of the input: the same key with another input is a mistake.
    pub request_hash: String,
    /// What was created.
    pub created_id: Uuid,
    /// When.
    pub created_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
