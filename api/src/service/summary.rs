//! Totals: how much overlaps, by theme, region, authority, funder, programme and year.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};
use entity::kinds::{OverlapState, ParticipantRole, TagKind};
use entity::project;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use crate::error::ApiResult;
use crate::exchange::record::Amount;
use crate::store;
use crate::store::overlap::{OverlapQuery, Pair};

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
    /// Findings, those left out that people dismissed.
    pub overlaps: i64,
    /// Findings that people confirmed.
    pub confirmed: i64,
    /// Findings that nobody decided on yet.
    pub open: i64,
    /// Findings that are explained: the two are related, and not the same twice.
    pub related: i64,
    /// Projects with a finding.
    pub projects: i64,
    /// What those projects cost, by currency: the awards, or else the budget.
    pub spend: Vec<Amount>,
    /// The same of those with a confirmed finding.
    pub confirmed_spend: Vec<Amount>,
    /// The same of those with a finding that nobody decided on yet.
    pub open_spend: Vec<Amount>,
}

/// At most so many findings are counted, the strongest first.
const MOST_FINDINGS: u64 = 100_000;

#[derive(Default)]
struct Tally {
    organisation: Option<Uuid>,
    overlaps: i64,
    confirmed: i64,
    open: i64,
    related: i64,
    projects: BTreeSet<Uuid>,
    confirmed_projects: BTreeSet<Uuid>,
    open_projects: BTreeSet<Uuid>,
}

impl Tally {
    /// Counts a finding, whose projects of this line are `projects`.
    fn count(&mut self, found: &Pair, projects: &[Uuid]) {
        self.overlaps += 1;
        self.projects.extend(projects);
        match found.outcome.unwrap_or(found.state) {
            OverlapState::Confirmed => {
                self.confirmed += 1;
                self.confirmed_projects.extend(projects);
            }
            OverlapState::Flagged | OverlapState::UnderReview | OverlapState::NeedsInfo => {
                self.open += 1;
                self.open_projects.extend(projects);
            }
            OverlapState::Related => self.related += 1,
            OverlapState::Dismissed | OverlapState::Closed => {}
        }
    }
}

/// The totals over the findings that fit, most findings first.
///
/// # Errors
/// When the database fails.
pub async fn summarise(app: &App, by: Dimension, query: &OverlapQuery) -> ApiResult<Vec<Row>> {
    let query = OverlapQuery {
        // Whoever asks for dismissed ones by their state gets them.
        undismissed: query.states.is_empty(),
        ..query.clone()
    };
    let findings = store::overlap::pairs(app.db.read(), &query, MOST_FINDINGS).await?;
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
            let own = sides.iter().filter(|id| {
                keys.get(*id)
                    .is_some_and(|keys| keys.iter().any(|(own, _)| own == key))
            });
            let own: Vec<Uuid> = own.copied().collect();
            tally.count(found, &own);
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
    let cost = |projects: &BTreeSet<Uuid>| added(projects.iter().filter_map(|id| costs.get(id)).flatten());
    Row {
        spend: cost(&tally.projects),
        confirmed_spend: cost(&tally.confirmed_projects),
        open_spend: cost(&tally.open_projects),
        related: tally.related,
        key,
        organisation: tally.organisation,
        overlaps: tally.overlaps,
        confirmed: tally.confirmed,
        open: tally.open,
        projects: i64::try_from(tally.projects.len()).unwrap_or(i64::MAX),
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
    costs_in(app.db.read(), ids).await
}

/// The same, within whatever is under way.
///
/// # Errors
/// When the database fails.
pub(super) async fn costs_in(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> ApiResult<HashMap<Uuid, Vec<Amount>>> {
    let mut costs: HashMap<Uuid, Vec<Amount>> = HashMap::new();
    for ids in ids.chunks(store::ROWS_AN_INSERT) {
        for award in store::project::awards(db, ids).await? {
            let amount = Amount {
                minor: award.amount_minor,
                currency: award.currency,
            };
            costs.entry(award.project_id).or_default().push(amount);
        }
        for row in store::project::by_ids(db, ids).await? {
            if let Some((minor, currency)) = row.budget_minor.zip(row.budget_currency) {
                costs
                    .entry(row.id)
                    .or_insert_with(|| vec![Amount { minor, currency }]);
            }
        }
    }
    Ok(costs)
}

/// When an effort ran, where that is known, and what it cost.
pub type Spent<'a> = (Option<(NaiveDate, NaiveDate)>, &'a [Amount]);

/// What was spent at the same time at most, by currency: of all days the one on which the efforts then running cost most
/// together. Efforts without a first and a last day are left out.
#[must_use]
pub fn concurrent(efforts: &[Spent<'_>]) -> Vec<Amount> {
    let dated: Vec<(NaiveDate, NaiveDate, &[Amount])> = efforts
        .iter()
        .filter_map(|(period, costs)| period.map(|(from, to)| (from, to, *costs)))
        .collect();
    let mut most: BTreeMap<String, i64> = BTreeMap::new();
    // The sum only ever rises on the first day of an effort.
    for (day, _, _) in &dated {
        let running = dated.iter().filter(|(from, to, _)| from <= day && day <= to);
        for sum in added(running.flat_map(|(_, _, costs)| *costs)) {
            let known = most.entry(sum.currency).or_default();
            *known = (*known).max(sum.minor);
        }
    }
    most.into_iter()
        .map(|(currency, minor)| Amount { minor, currency })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_one_after_the_other_costs_nothing_at_the_same_time() {
        let day = |month| NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
        let cost = |minor, currency: &str| {
            vec![Amount {
                minor,
                currency: currency.to_owned(),
            }]
        };
        let (a, b, c, d) = (cost(10, "GBP"), cost(20, "GBP"), cost(5, "EUR"), cost(99, "GBP"));
        let efforts: Vec<Spent<'_>> = vec![
            (Some((day(1), day(3))), &a),
            (Some((day(3), day(5))), &b),
            (Some((day(5), day(6))), &c),
            (Some((day(6), day(7))), &a),
            (None, &d),
        ];
        assert_eq!(concurrent(&efforts), [cost(5, "EUR"), cost(30, "GBP")].concat());
        assert_eq!(concurrent(&[]), []);
    }
}
