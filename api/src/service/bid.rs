//! Bids: drafted from a suggestion, agreed by their members, handed in, decided.
//!
//! Each member bears a share of the cost; what of it is not asked of the funder it brings itself. Shares add up to the
//! cost to the penny, in every version. Whoever agreed did so to the terms of that moment: new terms are asked anew.

mod alike;
mod answer;
mod creation;
mod group;
mod terms;
mod version;

use std::collections::HashMap;
use std::sync::Arc;

use entity::kinds::{BidMemberState, BidState};
use entity::{bid, bid_member as member, organisation};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::funding::{self, Call};
use crate::access::{Role, Viewer};
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
use crate::store::bid::{BidQuery, Seeing};
pub use answer::{Outcome, answer, decide, submit, withdraw};
pub use creation::{NewBid, create};
pub use group::{Group, groups};
pub use terms::{Revision, Share, revise};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 500;

/// The longest summary, in characters.
const LONGEST_SUMMARY: usize = 100_000;

/// The most partners or projects of a bid.
const MOST_ENTRIES: usize = 100;

/// A bid with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Bid {
    /// The bid's own row.
    pub row: bid::Model,
    /// The lead first; those who left too.
    pub members: Vec<(member::Model, Arc<organisation::Model>)>,
    /// What it builds on.
    pub projects: Vec<Uuid>,
}

impl Bid {
    /// Those who did not leave.
    pub fn standing(&self) -> impl Iterator<Item = &(member::Model, Arc<organisation::Model>)> {
        self.members
            .iter()
            .filter(|(row, _)| row.state != BidMemberState::Left)
    }
}

/// Bids with what belongs to them, in the order of the rows.
///
/// # Errors
/// When the database fails.
pub async fn load(db: &impl ConnectionTrait, rows: Vec<bid::Model>) -> ApiResult<Vec<Bid>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let members = store::bid::members(db, &ids).await?;
    let mut bodies: Vec<Uuid> = members.iter().map(|row| row.organisation_id).collect();
    bodies.sort_unstable();
    bodies.dedup();
    let bodies = store::organisation::by_ids(db, bodies).await?;
    let bodies: HashMap<Uuid, Arc<organisation::Model>> =
        bodies.into_iter().map(|row| (row.id, Arc::new(row))).collect();
    let projects = store::bid::projects(db, &ids).await?;
    let bid = |row: bid::Model| {
        let own = members.iter().filter(|member| member.bid_id == row.id);
        let own =
            own.filter_map(|member| Some((member.clone(), bodies.get(&member.organisation_id)?.clone())));
        let builds = projects.iter().filter(|project| project.bid_id == row.id);
        Bid {
            members: own.collect(),
            projects: builds.map(|project| project.project_id).collect(),
            row,
        }
    };
    Ok(rows.into_iter().map(bid).collect())
}

/// Narrows a question to the bids that somebody may see: members see their own, funders what was handed in to them.
#[must_use]
pub fn seen(viewer: &Viewer, query: BidQuery) -> BidQuery {
    let bodies = viewer
        .organisations(Role::Member)
        .chain(viewer.organisations(Role::Editor));
    let seeing = Seeing {
        bodies: bodies.collect(),
        funders: viewer.organisations(Role::Funder).collect(),
    };
    BidQuery {
        seen_by: (!viewer.is_administrator()).then_some(seeing),
        ..query
    }
}

/// A bid, if there is one that somebody may see.
///
/// # Errors
/// When the database fails.
pub async fn visible(app: &App, viewer: &Viewer, id: Uuid) -> ApiResult<Option<Bid>> {
    seen_by(app.db.read(), viewer, id).await
}

/// The same. One that they may not see takes no longer to look for than one that is not there: the statement that finds it
/// asks for whom it is.
async fn seen_by(db: &impl ConnectionTrait, viewer: &Viewer, id: Uuid) -> ApiResult<Option<Bid>> {
    let seeing = seen(viewer, BidQuery::default()).seen_by;
    let row = store::bid::seen_by_id(db, id, seeing.as_ref()).await?;
    Ok(load(db, row.into_iter().collect()).await?.pop())
}

/// A bid that is to be changed, within the change's own transaction, with its call.
async fn taken(db: &impl ConnectionTrait, viewer: &Viewer, id: Uuid) -> ApiResult<(Bid, Call)> {
    funding::known(viewer)?;
    let missing = || ApiError::bad_input(UserErrorCode::NotFound, &["id"], "there is no such bid");
    let bid = seen_by(db, viewer, id).await?.ok_or_else(missing)?;
    let call = funding::by_id(db, bid.row.call_id).await?.ok_or_else(missing)?;
    Ok((bid, call))
}

/// Refuses whoever does not speak for a body.
fn speaks(viewer: &Viewer, body: Uuid) -> ApiResult<()> {
    match viewer.is_administrator() || viewer.speaks_for(body) {
        true => Ok(()),
        false => Err(ApiError::Forbidden(
            "only an editor of that organisation may do this".to_owned(),
        )),
    }
}

fn in_state(bid: &Bid, states: &[BidState]) -> ApiResult<()> {
    if states.contains(&bid.row.state) {
        return Ok(());
    }
    let message = format!("the bid is {} by now", bid.row.state.as_str());
    Err(ApiError::bad_input(UserErrorCode::Conflict, &["id"], message))
}

fn at_version(bid: &Bid, version: Option<i32>) -> ApiResult<()> {
    if version.is_none_or(|version| version == bid.row.version) {
        return Ok(());
    }
    let message = format!("the bid has version {} by now; read it again", bid.row.version);
    Err(ApiError::bad_input(
        UserErrorCode::Conflict,
        &["version"],
        message,
    ))
}
