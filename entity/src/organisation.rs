//! A body that takes part in projects: a council, a funder, a company.

use sea_orm::entity::prelude::*;

use crate::kinds::OrganisationKind;

/// A body that takes part in projects: a council, a funder, a company.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What sort of body.
    pub kind: OrganisationKind,
    /// The official name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The name folded for sorting and for exact look-ups.
    #[sea_orm(column_type = "Text")]
    pub name_key: String,
    /// The everyday name, such as "Leeds".
    #[sea_orm(column_type = "Text", nullable)]
    pub short_name: Option<String>,
    /// The register's three-letter code of a UK authority.
    pub code: Option<String>,
    /// The GSS code of its boundary.
    pub gss: Option<String>,
    /// England, Scotland, Wales, Northern Ireland; United States.
    pub nation: Option<String>,
    /// The region, or the state.
    #[sea_orm(column_type = "Text", nullable)]
    pub region: Option<String>,
    /// What sort of authority, such as `LONDON_BOROUGH`.
    pub tier: Option<String>,
    /// The code of the county council above a district.
    pub county_code: Option<String>,
    /// The code of the combined authority that it belongs to.
    pub combined_authority_code: Option<String>,
    /// Residents.
    pub population: Option<i64>,
    /// Area in hectares.
    pub area_hectares: Option<i64>,
    /// Of the centroid, WGS 84.
    pub latitude: Option<f64>,
    /// Of the centroid, WGS 84.
    pub longitude: Option<f64>,
    /// When it came to be.
    pub start_date: Option<Date>,
    /// When it ended.
    pub end_date: Option<Date>,
    /// The organisation that it was found to be the same as; its own row is a tombstone then.
    pub merged_into_id: Option<Uuid>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
