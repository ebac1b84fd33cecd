//! Which authorities lie beside or near each other.

use sea_orm::entity::prelude::*;

use crate::kinds::NeighbourKind;

/// Which authorities lie beside or near each other.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_neighbour")]
pub struct Model {
    /// From here.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// To there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub neighbour_id: Uuid,
    /// Beside or near.
    pub kind: NeighbourKind,
    /// 1 is the nearest of its kind.
    pub rank: i32,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
