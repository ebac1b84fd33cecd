//! Projects tied together by overlaps.

use sea_orm::entity::prelude::*;

/// Projects tied together by overlaps.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "overlap_cluster")]
pub struct Model {
    /// UUIDv7; kept while the core stays.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The most central project.
    pub central_id: Uuid,
    /// How many projects.
    pub size: i32,
    /// The mean score of its pairs.
    pub cohesion: f64,
    /// When it was first seen.
    pub created_at: DateTimeUtc,
    /// When its members last changed.
    pub updated_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
