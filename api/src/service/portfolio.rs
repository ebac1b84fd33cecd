//! What overlaps among the projects that somebody pays for, and between them and all others.

use std::collections::{BTreeSet, HashSet};

use entity::kinds::OverlapState;
use uuid::Uuid;

use super::App;
use super::summary::{added, costs};
use crate::error::ApiResult;
use crate::exchange::record::Amount;
use crate::store;
use crate::store::overlap::{OverlapQuery, Portfolio, Reach};

/// At most so many findings are counted, the surest first.
const MOST_FINDINGS: u64 = 100_000;

/// What overlaps in one reach of a portfolio.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Findings, those left out that people dismissed.
    pub overlaps: i64,
    /// Findings that people confirmed.
    pub confirmed: i64,
    /// Findings that nobody decided on yet.
    pub open: i64,
    /// The portfolio's projects with a finding of this reach.
    pub projects: i64,
    /// What those cost, by currency.
    pub spend: Vec<Amount>,
    /// The same of those with a confirmed finding.
    pub confirmed_spend: Vec<Amount>,
}

/// What somebody pays for, and what of it overlaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlaps {
    /// How many projects they pay for.
    pub projects: i64,
    /// What those cost, by currency.
    pub spend: Vec<Amount>,
    /// Among themselves.
    pub within: Part,
    /// With projects that they do not pay for.
    pub across: Part,
}

/// What overlaps of what some organisations pay for.
///
/// # Errors
/// When the database fails.
pub async fn overlaps(app: &App, funders: &[Uuid]) -> ApiResult<Overlaps> {
    let paid = store::overlap::portfolio(app.db.read(), funders).await?;
    let all: HashSet<Uuid> = paid.iter().copied().collect();
    let spend = costs(app, &paid).await?;
    Ok(Overlaps {
        projects: i64::try_from(paid.len()).unwrap_or(i64::MAX),
        spend: added(spend.values().flatten()),
        within: part(app, funders, Reach::Within, &all).await?,
        across: part(app, funders, Reach::Across, &all).await?,
    })
}

async fn part(app: &App, funders: &[Uuid], reach: Reach, paid: &HashSet<Uuid>) -> ApiResult<Part> {
    let query = OverlapQuery {
        undismissed: true,
        portfolio: Some(Portfolio {
            funders: funders.to_vec(),
            reach,
        }),
        ..OverlapQuery::default()
    };
    let found = store::overlap::pairs(app.db.read(), &query, MOST_FINDINGS).await?;
    let (mut projects, mut sure) = (BTreeSet::new(), BTreeSet::new());
    let mut part = Part::default();
    for pair in found {
        let own = [pair.left_id, pair.right_id]
            .into_iter()
            .filter(|id| paid.contains(id));
        let own: Vec<Uuid> = own.collect();
        part.overlaps += 1;
        match pair.outcome.unwrap_or(pair.state) {
            OverlapState::Confirmed => {
                part.confirmed += 1;
                sure.extend(own.iter().copied());
            }
            OverlapState::Flagged | OverlapState::UnderReview | OverlapState::NeedsInfo => part.open += 1,
            OverlapState::Dismissed | OverlapState::Related | OverlapState::Closed => {}
        }
        projects.extend(own);
    }
    let projects: Vec<Uuid> = projects.into_iter().collect();
    let spend = costs(app, &projects).await?;
    part.projects = i64::try_from(projects.len()).unwrap_or(i64::MAX);
    part.confirmed_spend = added(sure.iter().filter_map(|id| spend.get(id)).flatten());
    part.spend = added(spend.values().flatten());
    Ok(part)
}
