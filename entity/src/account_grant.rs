//! What an account may act as.

use sea_orm::entity::prelude::*;

use crate::kinds::Role;

/// A role that an account holds.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_grant")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub account_id: Uuid,
    /// What.
    pub role: Role,
    /// For which organisation; null where it is held for the whole catalogue.
    pub organisation_id: Option<Uuid>,
    /// Who granted it.
    pub granted_by: String,
    /// When.
    pub granted_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
