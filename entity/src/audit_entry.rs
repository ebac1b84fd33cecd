//! The audit log.

use sea_orm::entity::prelude::*;

use crate::kinds::{AuditKind, AuditTransport};

/// One entry. The database lets nobody change or remove it.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its place in the log, from 1, without gaps.
    pub seq: i64,
    /// When, to the millisecond.
    pub at: DateTimeUtc,
    /// A change, or a look at what is not public.
    pub kind: AuditKind,
    /// Who: an account by its id, `public`, `command line` or `server`.
    pub actor: String,
    /// What was asked for.
    pub operation: String,
    /// By which way.
    pub transport: AuditTransport,
    /// The id of the request.
    pub request_id: Option<String>,
    /// A salted SHA-256 of the address that it came from; the salt and the address lie in `audit_origin`.
    pub origin_digest: Option<String>,
    /// What was changed, or read: a JSON array.
    pub changes: String,
    /// The hash of the entry before.
    pub previous_hash: String,
    /// SHA-256 over the hash before and everything above, in hexadecimal.
    pub hash: String,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
