//! Where requests came from, for as long as that is kept.

use sea_orm::entity::prelude::*;

/// The address of one entry. It is personal, and can be removed: the entry keeps a digest that tells nothing without the salt.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_origin")]
pub struct Model {
    /// The entry.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: Uuid,
    /// The address.
    pub address: String,
    /// 128 random bits in hexadecimal.
    pub salt: String,
    /// When it was noted.
    pub noted_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
