//! Which body took over from an ended one.

use sea_orm::entity::prelude::*;

/// Which body took over from an ended one.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_successor")]
pub struct Model {
    /// The ended body.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The body that took over.
    #[sea_orm(primary_key, auto_increment = false)]
    pub successor_id: Uuid,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
