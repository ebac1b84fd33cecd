//! For a funder: bids of a call that are after the same, and what one joint bid would save.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use entity::kinds::BidState;
use matching::cofunding::{Assumptions, Payer, split};
use uuid::Uuid;

use super::{Bid, load};
use crate::access::Viewer;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::funding;
use crate::store;

/// At most so many bids of a call are grouped.
const MOST_BIDS: u64 = 2_000;

/// Bids that are tied together by introductions.
#[derive(Debug, Clone)]
pub struct Group {
    /// The bids, in the order in which they were drafted.
    pub bids: Vec<Arc<Bid>>,
    /// Their currency.
    pub currency: String,
    /// What they cost in all.
    pub cost_minor: i64,
    /// What of that is spent on the same: everything but the dearest bid.
    pub duplicated_minor: i64,
    /// What one joint bid would save.
    pub saved_minor: i64,
}

/// The groups of alike bids that were handed in to a call, the dearest duplication first.
///
/// # Errors
/// Unauthenticated or forbidden for whoever does not answer for the call's money.
pub async fn groups(app: &App, viewer: &Viewer, call: Uuid) -> ApiResult<Vec<Group>> {
    funding::known(viewer)?;
    let Some(row) = store::funding::by_id(app.db.read(), call).await? else {
        let message = "there is no such funding call";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["call"], message));
    };
    if !funding::answers_for(viewer, row.funder_id) {
        let message = "only the funder of a call and administrators see this";
        return Err(ApiError::Forbidden(message.to_owned()));
    }
    let mut rows = store::bid::standing(app.db.read(), call, MOST_BIDS).await?;
    rows.retain(|row| row.state != BidState::Draft);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut group_of: HashMap<Uuid, Uuid> = ids.iter().map(|id| (*id, *id)).collect();
    for tie in store::bid::introductions(app.db.read(), &ids).await? {
        let ends = group_of
            .get(&tie.left_id)
            .copied()
            .zip(group_of.get(&tie.right_id).copied());
        // A bid of the pair may have been withdrawn since.
        if let Some((left, right)) = ends {
            let (kept, gone) = (left.min(right), left.max(right));
            group_of
                .values_mut()
                .filter(|group| **group == gone)
                .for_each(|group| *group = kept);
        }
    }
    let mut groups: BTreeMap<Uuid, Vec<Arc<Bid>>> = BTreeMap::new();
    for bid in load(app.db.read(), rows).await? {
        let group = group_of.get(&bid.row.id).copied().unwrap_or(bid.row.id);
        groups.entry(group).or_default().push(Arc::new(bid));
    }
    let mut groups: Vec<Group> = groups
        .into_values()
        .filter(|bids| bids.len() > 1)
        .map(grouped)
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.duplicated_minor));
    Ok(groups)
}

fn grouped(bids: Vec<Arc<Bid>>) -> Group {
    let payer = |bid: &Arc<Bid>| Payer {
        alone: Some(bid.row.cost_minor),
        basis_points: 0,
    };
    let payers: Vec<Payer> = bids.iter().map(payer).collect();
    let money = split(&payers, None, None, Assumptions::default()).total;
    let dearest = bids.iter().map(|bid| bid.row.cost_minor).max().unwrap_or(0);
    Group {
        currency: bids
            .first()
            .map(|bid| bid.row.currency.clone())
            .unwrap_or_default(),
        cost_minor: money.alone,
        duplicated_minor: money.alone.saturating_sub(dearest),
        saved_minor: money.saved,
        bids,
    }
}
