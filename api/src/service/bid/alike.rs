//! Which bids of one call are after the same.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::bid_introduction as introduction;
use entity::kinds::BidState;
use matching::{Catalogue, Key, Record, SearchOptions, SearchOutcome};
use uuid::Uuid;

use super::{Bid, load};
use crate::clock;
use crate::error::ApiResult;
use crate::live::Silent;
use crate::service::App;
use crate::store;
use crate::store::overlap::OverlapQuery;
use crate::work;

/// At most so many bids of a call are compared.
const MOST_BIDS: u64 = 2_000;

/// At most so many findings are looked at.
const MOST_FINDINGS: u64 = 10_000;

/// The other bids of the call that were handed in and are after the same: by their words, by a project that both build on, or by
/// a finding between their projects.
///
/// # Errors
/// When the database fails.
pub(super) async fn with_others(app: &App, bid: &Bid) -> ApiResult<Vec<introduction::Model>> {
    let mut others = store::bid::standing(app.db.read(), bid.row.call_id, MOST_BIDS).await?;
    others.retain(|row| row.id != bid.row.id && row.state != BidState::Draft);
    let others = load(app.db.read(), others).await?;
    let mut scores = by_projects(app, bid, &others).await?;
    for (id, score) in by_words(app, bid, &others).await? {
        let best = scores.entry(id).or_default();
        *best = best.max(score);
    }
    let same_lead: HashSet<Uuid> = others
        .iter()
        .filter(|other| other.row.lead_id == bid.row.lead_id)
        .map(|other| other.row.id)
        .collect();
    let now = clock::now();
    let alike = scores
        .into_iter()
        .filter(|(id, score)| *score >= Catalogue::FLAG_THRESHOLD && !same_lead.contains(id));
    Ok(alike
        .map(|(other, score)| introduction::Model {
            left_id: other,
            right_id: bid.row.id,
            score,
            created_at: now,
        })
        .collect())
}

async fn by_projects(app: &App, bid: &Bid, others: &[Bid]) -> ApiResult<BTreeMap<Uuid, f64>> {
    let query = OverlapQuery {
        projects: bid.projects.clone(),
        ..OverlapQuery::default()
    };
    let pairs = store::overlap::pairs(app.db.read(), &query, MOST_FINDINGS).await?;
    let mut best: HashMap<Uuid, f64> = bid.projects.iter().map(|project| (*project, 1.0)).collect();
    for pair in pairs {
        for end in [pair.left_id, pair.right_id] {
            let known = best.entry(end).or_default();
            *known = known.max(pair.score);
        }
    }
    let score = |other: &Bid| {
        let scores = other.projects.iter().filter_map(|project| best.get(project));
        scores.copied().reduce(f64::max)
    };
    Ok(others
        .iter()
        .filter_map(|other| Some((other.row.id, score(other)?)))
        .collect())
}

async fn by_words(app: &App, bid: &Bid, others: &[Bid]) -> ApiResult<BTreeMap<Uuid, f64>> {
    let places = app.directory.names();
    let text = |bid: &Bid| Record {
        title: bid.row.title.clone(),
        summary: bid.row.summary.clone(),
        ..Record::default()
    };
    let records: Vec<(Key, Record)> = others
        .iter()
        .map(|other| (Key(other.row.id.as_u128()), text(other)))
        .collect();
    let asked = text(bid);
    work::long(move || {
        let mut catalogue = Catalogue::new(places.iter().map(String::as_str));
        catalogue.extend(records, &Silent);
        let options = SearchOptions {
            first: 100,
            min_score: Catalogue::FLAG_THRESHOLD,
            exclude: None,
        };
        match catalogue.search(&asked, &options) {
            SearchOutcome::Judged(found) => found
                .into_iter()
                .map(|one| (Uuid::from_u128(one.key.0), one.score.value()))
                .collect(),
            // Too short to judge by its words; its projects may tell.
            SearchOutcome::InsufficientText(_) => BTreeMap::new(),
        }
    })
    .await
}
