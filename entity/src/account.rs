//! Somebody who is known: a person or a program.

use sea_orm::entity::prelude::*;

use crate::kinds::AccountKind;

/// Somebody who is known: a person or a program.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// A person or a program.
    pub kind: AccountKind,
    /// What they are called.
    pub name: String,
    /// Who vouches for a person: the issuer of their tokens.
    pub issuer: Option<String>,
    /// What the issuer calls them.
    pub subject: Option<String>,
    /// Where a person gets mail, in lower case: as the issuer verified it, or by which they are to be known when they come
    /// for the first time.
    pub email: Option<String>,
    /// When they were first known.
    pub created_at: DateTimeUtc,
    /// When the account was closed, if it was.
    pub closed_at: Option<DateTimeUtc>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
