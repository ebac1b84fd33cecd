//! An effort of one or more bodies, as the catalogue tells it.

use sea_orm::entity::prelude::*;

use crate::kinds::{DatePrecision, Phase, ProjectChange, ProjectKind, ProjectStatus};

/// An effort of one or more bodies, as the catalogue tells it.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// The title folded for sorting.
    #[sea_orm(column_type = "Text")]
    pub title_key: String,
    /// What it is about; may be empty.
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    /// What sort of effort.
    pub kind: Option<ProjectKind>,
    /// How far along.
    pub phase: Option<Phase>,
    /// Where the record stands.
    pub status: ProjectStatus,
    /// Who answers for it.
    pub lead_id: Option<Uuid>,
    /// The programme or competition that pays.
    #[sea_orm(column_type = "Text", nullable)]
    pub programme: Option<String>,
    /// What came of it.
    #[sea_orm(column_type = "Text", nullable)]
    pub outcome: Option<String>,
    /// What a reader should know of the facts.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// The first day.
    pub start_date: Option<Date>,
    /// How exactly the first day is known.
    pub start_precision: Option<DatePrecision>,
    /// The last day.
    pub end_date: Option<Date>,
    /// How exactly the last day is known.
    pub end_precision: Option<DatePrecision>,
    /// The budget in minor units.
    pub budget_minor: Option<i64>,
    /// ISO 4217.
    pub budget_currency: Option<String>,
    /// 1 at creation, one more with each change.
    pub version: i32,
    /// What the last change was.
    pub change: ProjectChange,
    /// Who made it: a person, or the source that brought it.
    #[sea_orm(column_type = "Text", nullable)]
    pub changed_by: Option<String>,
    /// Why, where told.
    #[sea_orm(column_type = "Text", nullable)]
    pub change_reason: Option<String>,
    /// The place of the last change in the order of all changes.
    pub change_seq: i64,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// When somebody last said that it is still true.
    pub last_confirmed_at: Option<DateTimeUtc>,
    /// When the record was taken out.
    pub retired_at: Option<DateTimeUtc>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub retired_reason: Option<String>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
