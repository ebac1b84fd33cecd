//! The shipped reference data and the demonstration catalogue, into the database.

use std::collections::HashMap;

use entity::kinds::{NeighbourKind, OrganisationKind};
use entity::{
    catalogue, organisation, organisation_alias as alias, organisation_identifier as identifier,
    organisation_neighbour as neighbour, organisation_successor as successor,
};
use sea_orm::Set;
use uuid::Uuid;

use crate::clock;
use crate::data::{self, AuthorityFacts, Body, DataError};
use crate::error::{ApiError, ApiResult};
use crate::store::organisation::Rows;
use crate::store::search::folded;
use crate::store::{self, Database};

/// Changed whenever the shipped authorities change.
pub const REFERENCE_VERSION: &str = "1";

impl From<DataError> for ApiError {
    fn from(cause: DataError) -> Self {
        Self::internal(cause)
    }
}

/// Names that are set aside in texts: places, and authorities under all their names.
///
/// # Errors
/// When the shipped data is broken.
pub fn places() -> ApiResult<Vec<String>> {
    let reference = data::load()?;
    let places = reference.places.iter().map(|place| place.name.clone());
    let authorities = reference
        .authorities
        .iter()
        .flat_map(AuthorityFacts::names)
        .map(str::to_owned);
    Ok(places.chain(authorities).collect())
}

/// Loads the authorities, unless they are there.
///
/// # Errors
/// When the database fails; nothing of it stays.
pub async fn load(db: &Database) -> ApiResult<()> {
    if store::catalogue::state(db.read())
        .await?
        .reference_version
        .is_some()
    {
        return Ok(());
    }
    let txn = db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    if store::catalogue::state(&txn).await?.reference_version.is_none() {
        store::organisation::insert(&txn, rows(data::load()?)).await?;
        let note = catalogue::ActiveModel {
            reference_version: Set(Some(REFERENCE_VERSION.to_owned())),
            ..Default::default()
        };
        store::catalogue::note(&txn, note).await?;
    }
    Ok(txn.commit().await?)
}

fn rows(reference: &data::Reference) -> Rows {
    let mut rows = Rows::default();
    let ids: HashMap<&str, Uuid> = reference
        .authorities
        .iter()
        .map(|facts| (facts.key.as_str(), Uuid::now_v7()))
        .collect();
    let by_code: HashMap<&str, Uuid> = reference
        .authorities
        .iter()
        .filter_map(|facts| Some((facts.code.as_deref()?, *ids.get(facts.key.as_str())?)))
        .collect();
    for facts in &reference.authorities {
        let Some(&id) = ids.get(facts.key.as_str()) else {
            continue;
        };
        rows.organisations.push(authority(id, facts));
        add_names(&mut rows, id, facts);
        let known = |codes: &[String]| -> Vec<Uuid> {
            codes
                .iter()
                .filter_map(|code| by_code.get(code.as_str()).copied())
                .collect()
        };
        rows.successors.extend(
            known(&facts.successors)
                .into_iter()
                .map(|successor_id| successor::Model {
                    organisation_id: id,
                    successor_id,
                }),
        );
        for (kind, codes) in [
            (NeighbourKind::Border, &facts.border),
            (NeighbourKind::Near, &facts.near),
        ] {
            let beside = known(codes)
                .into_iter()
                .zip(1..)
                .map(|(neighbour_id, rank)| neighbour::Model {
                    organisation_id: id,
                    neighbour_id,
                    kind,
                    rank,
                });
            rows.neighbours.extend(beside);
        }
    }
    for body in &reference.bodies {
        add_body(&mut rows, body);
    }
    rows
}

fn authority(id: Uuid, facts: &AuthorityFacts) -> organisation::Model {
    let now = clock::now();
    organisation::Model {
        id,
        kind: OrganisationKind::LocalAuthority,
        name: facts.name.clone(),
        name_key: folded(&facts.name),
        short_name: Some(facts.short_name.clone()),
        code: facts.code.clone(),
        gss: facts.gss.clone(),
        nation: Some(facts.nation.clone()),
        region: facts.region.clone(),
        tier: Some(facts.tier.as_str().to_owned()),
        county_code: facts.county.clone(),
        combined_authority_code: facts.combined_authority.clone(),
        population: facts.population.and_then(|number| i64::try_from(number).ok()),
        area_hectares: facts.area_km2.map(hectares),
        latitude: facts.latitude,
        longitude: facts.longitude,
        start_date: facts.start,
        end_date: facts.end,
        merged_into_id: None,
        created_at: now,
        updated_at: now,
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a float becomes an integer by `as` only; it saturates"
)]
fn hectares(area_km2: f64) -> i64 {
    (area_km2 * 100.0).round() as i64
}

fn add_names(rows: &mut Rows, id: Uuid, facts: &AuthorityFacts) {
    let shown = facts.aliases.iter().map(|name| (name, true));
    let hidden = facts.spellings.iter().map(|name| (name, false));
    rows.aliases
        .extend(shown.chain(hidden).map(|(name, shown)| alias::Model {
            id: Uuid::now_v7(),
            organisation_id: id,
            name: name.clone(),
            shown,
        }));
    let registered = facts
        .identifiers
        .iter()
        .map(|known| (known.scheme.clone(), known.id.clone()));
    let gss = facts
        .gss
        .iter()
        .chain(&facts.former_gss)
        .map(|gss| ("GSS".to_owned(), gss.clone()));
    rows.identifiers
        .extend(registered.chain(gss).map(|(scheme, value)| identifier::Model {
            id: Uuid::now_v7(),
            organisation_id: id,
            scheme,
            value,
        }));
}

fn add_body(rows: &mut Rows, body: &Body) {
    let id = Uuid::now_v7();
    rows.organisations.push(named_body(id, body.kind, &body.name));
    rows.aliases.extend(body.aliases.iter().map(|name| alias::Model {
        id: Uuid::now_v7(),
        organisation_id: id,
        name: name.clone(),
        shown: true,
    }));
}

/// A body of which no more than the name is known.
#[must_use]
pub fn named_body(id: Uuid, kind: OrganisationKind, name: &str) -> organisation::Model {
    let now = clock::now();
    organisation::Model {
        id,
        kind,
        name: name.to_owned(),
        name_key: folded(name),
        short_name: None,
        code: None,
        gss: None,
        nation: None,
        region: None,
        tier: None,
        county_code: None,
        combined_authority_code: None,
        population: None,
        area_hectares: None,
        latitude: None,
        longitude: None,
        start_date: None,
        end_date: None,
        merged_into_id: None,
        created_at: now,
        updated_at: now,
    }
}
