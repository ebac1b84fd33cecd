//! A line of a funding call's rules, or a topic.

use sea_orm::entity::prelude::*;

use crate::kinds::CallTermKind;

/// A line of a funding call's rules, or a topic.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "funding_call_term")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The call.
    pub call_id: Uuid,
    /// What it says.
    pub kind: CallTermKind,
    /// The place in the list as given.
    pub position: i32,
    /// The word: a kind of body, a nation, a phase, a theme, a topic.
    #[sea_orm(column_type = "Text")]
    pub value: String,
    /// The word as it is compared.
    #[sea_orm(column_type = "Text")]
    pub value_key: String,
    /// How many, or how much, where the kind has a number.
    pub number: Option<i32>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
