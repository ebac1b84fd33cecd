//! The keys of programs.

use sea_orm::entity::prelude::*;

use crate::kinds::KeyScope;

/// One key. Only its hash is kept.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub account_id: Uuid,
    /// What it is for.
    pub name: String,
    /// How it begins, so that people can tell keys apart.
    pub prefix: String,
    /// The SHA-256 of the key in hexadecimal. A key has 256 random bits, so it needs no slow hash.
    pub hash: String,
    /// What may be done with it.
    pub scope: KeyScope,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// From when on it is refused.
    pub expires_at: DateTimeUtc,
    /// When it was taken back, if it was.
    pub revoked_at: Option<DateTimeUtc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
