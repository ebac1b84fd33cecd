//! Totals: how much overlaps, by theme, region, authority, funder, programme and year.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::Datelike;
use entity::kinds::{OverlapState, ParticipantRole, TagKind};
use entity::project;
use uuid::Uuid;

use super::App;
use crate::error::ApiResult;
use crate::exchange::record::Amount;
use crate::store;
use crate::store::overlap::OverlapQuery;

/// What to count by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// The projects' themes.
    Theme,
    /// The leads' regions.
    Region,
    /// Who leads or takes part.
    Authority,
    /// Who pays.
    Funder,
    /// The programme.
    Programme,
    /// The year of the start.
    Year,
}

/// One line of the totals. A pair counts once in each line that either project belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The theme, region, name or year.
    pub key: String,
    /// The organisation, when counted by one.
    pub organisation: Option<Uuid>,
    /// Findings.
    pub overlaps: i64,
    /// Findings that people confirmed.
    pub confirmed: i64,
    /// Findings that nobody decided on yet.
    pub open: i64,
    /// Projects with a finding.
    pub projects: i64,
    /// What those projects cost, by currency: the awards, or else the budget.
    pub spend: Vec<Amount>,
}

/// At most so many findings are counted, the strongest first.
const MOST_FINDINGS: u64 = 100_000;

#[derive(Default)]
struct Tally {
    organisation: Option<Uuid>,
    overlaps: i64,
    confirmed: i64,
    open: i64,
    projects: BTreeSet<Uuid>,
}

/// The totals over the findings that fit, most findings first.
///
/// # Errors
/// When the database fails.
pub async fn summarise(app: &App, by: Dimension, query: &OverlapQuery) -> ApiResult<Vec<Row>> {
    let findings = store::overlap::pairs(app.db.read(), query, MOST_FINDINGS).await?;
    let ids: BTreeSet<Uuid> = findings
        .iter()
        .flat_map(|found| [found.left_id, found.right_id])
        .collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let keys = keys(app, by, &ids).await?;
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for found in &findings {
        let sides = [found.left_id, found.right_id];
        let belongs: BTreeMap<&str, Option<Uuid>> = sides
            .iter()
            .filter_map(|id| keys.get(id))
            .flatten()
            .map(|(key, organisation)| (key.as_str(), *organisation))
            .collect();
        for (key, organisation) in belongs {
            let tally = tallies.entry(key.to_owned()).or_default();
            tally.organisation = organisation;
            tally.overlaps += 1;
            tally.confirmed += i64::from(found.state == OverlapState::Confirmed);
            tally.open += i64::from(matches!(
                found.state,
                OverlapState::Flagged | OverlapState::UnderReview | OverlapState::NeedsInfo
            ));
            tally.projects.extend(sides.iter().filter(|id| {
                keys.get(*id)
                    .is_some_and(|keys| keys.iter().any(|(own, _)| own == key))
            }));
        }
    }
    let costs = costs(app, &ids).await?;
    let mut rows: Vec<Row> = tallies
        .into_iter()
        .map(|(key, tally)| row(key, tally, &costs))
        .collect();
    rows.sort_by(|a, b| b.overlaps.cmp(&a.overlaps).then_with(|| a.key.cmp(&b.key)));
    Ok(rows)
}

fn row(key: String, tally: Tally, costs: &HashMap<Uuid, Vec<Amount>>) -> Row {
    let all = tally.projects.iter().filter_map(|id| costs.get(id)).flatten();
    Row {
        key,
        organisation: tally.organisation,
        overlaps: tally.overlaps,
        confirmed: tally.confirmed,
        open: tally.open,
        projects: i64::try_from(tally.projects.len()).unwrap_or(i64::MAX),
        spend: added(all),
    }
}

/// Amounts added up by currency, in the order of the codes.
pub fn added<'a>(amounts: impl IntoIterator<Item = &'a Amount>) -> Vec<Amount> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for amount in amounts {
        let sum = sums.entry(&amount.currency).or_default();
        *sum = sum.saturating_add(amount.minor);
    }
    sums.into_iter()
        .map(|(currency, minor)| Amount {
            minor,
            currency: currency.to_owned(),
        })
        .collect()
}

/// What projects cost: their awards, or else their budget; unknown costs are left out.
///
/// # Errors
/// When the database fails.
pub async fn costs(app: &App, ids: &[Uuid]) -> ApiResult<HashMap<Uuid, Vec<Amount>>> {
    let mut costs: HashMap<Uuid, Vec<Amount>> = HashMap::new();
    for ids in ids.chunks(store::ROWS_AN_INSERT) {
        for award in store::project::awards(app.db.read(), ids).await? {
            let amount = Amount {
                minor: award.amount_minor,
                currency: award.currency,
            };
            costs.entry(award.project_id).or_default().push(amount);
        }
        for row in store::project::by_ids(app.db.read(), ids).await? {
            if let Some((minor, currency)) = row.budget_minor.zip(row.budget_currency) {
                costs
                    .entry(row.id)
                    .or_insert_with(|| vec![Amount { minor, currency }]);
            }
        }
    }
    Ok(costs)
}

type Keys = HashMap<Uuid, Vec<(String, Option<Uuid>)>>;

async fn keys(app: &App, by: Dimension, ids: &[Uuid]) -> ApiResult<Keys> {
    let mut keys = Keys::new();
    for ids in ids.chunks(store::ROWS_AN_INSERT) {
        match by {
            Dimension::Theme => {
                for tag in store::project::tags(app.db.read(), ids).await? {
                    if tag.kind == TagKind::Theme {
                        keys.entry(tag.project_id).or_default().push((tag.label, None));
                    }
                }
            }
            Dimension::Programme | Dimension::Year => {
                for row in store::project::by_ids(app.db.read(), ids).await? {
                    let id = row.id;
                    keys.entry(id)
                        .or_default()
                        .extend(own_key(by, row).map(|key| (key, None)));
                }
            }
            Dimension::Region | Dimension::Authority | Dimension::Funder => {
                for (row, body) in store::project::participants(app.db.read(), ids).await? {
                    let key = match by {
                        Dimension::Region if row.role == ParticipantRole::Lead => {
                            body.region.clone().map(|key| (key, None))
                        }
                        Dimension::Authority if row.role != ParticipantRole::Funder => {
                            Some((body.name.clone(), Some(body.id)))
                        }
                        Dimension::Funder if row.role == ParticipantRole::Funder => {
                            Some((body.name.clone(), Some(body.id)))
                        }
                        _ => None,
                    };
                    keys.entry(row.project_id).or_default().extend(key);
                }
            }
        }
    }
    Ok(keys)
}

fn own_key(by: Dimension, row: project::Model) -> Option<String> {
    match by {
        Dimension::Programme => row.programme,
        _ => row.start_date.map(|day| day.year().to_string()),
    }
}
