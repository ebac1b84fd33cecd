//! A call for bids: who pays, how much, until when.

use sea_orm::entity::prelude::*;

/// A call for bids: who pays, how much, until when.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "funding_call")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What the source is called in the catalogue.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// The source's own id; for calls made here, the row's id.
    #[sea_orm(column_type = "Text")]
    pub record_id: String,
    /// The title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// What it is about; may be empty.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// Everything that is searched, folded.
    #[sea_orm(column_type = "Text")]
    pub search_key: String,
    /// Who pays, where the body is known.
    pub funder_id: Option<Uuid>,
    /// Who pays, as written.
    #[sea_orm(column_type = "Text", nullable)]
    pub funder_name: Option<String>,
    /// The web address.
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// From when bids are taken: milliseconds since 1970 in UTC.
    pub opens_ms: Option<i64>,
    /// From when bids are taken no more.
    pub closes_ms: Option<i64>,
    /// The IANA zone in which the two were told.
    pub time_zone: String,
    /// ISO 4217, of all sums of the call.
    pub currency: String,
    /// What there is for all bids together.
    pub purse_minor: Option<i64>,
    /// The least that a bid may ask for.
    pub least_grant_minor: Option<i64>,
    /// The most that is granted to a bid.
    pub most_grant_minor: Option<i64>,
    /// The most that is granted to each member.
    pub most_grant_each_minor: Option<i64>,
    /// The fewest partners beside the lead.
    pub fewest_partners: i32,
    /// The most partners beside the lead.
    pub most_partners: Option<i32>,
    /// The most bids that one body may lead.
    pub most_led: Option<i32>,
    /// Counts the changes, from 1.
    pub version: i32,
    /// A hash of what was told, to know it again.
    pub content_hash: String,
    /// Who recorded it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
