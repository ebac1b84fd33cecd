//! A piece of a file that waits to be imported.

use sea_orm::entity::prelude::*;

/// A piece of a file that waits to be imported; in the database, so that every replica can.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_chunk")]
pub struct Model {
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: Uuid,
    /// Which piece, counted from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
