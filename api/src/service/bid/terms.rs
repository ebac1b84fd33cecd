//! Who bears what: changes of a bid's words, members and money.

use std::sync::Arc;

use entity::bid_member as member;
use entity::kinds::{BidChange, BidMemberState, BidState};
use entity::organisation;
use matching::cofunding::Rules;
use uuid::Uuid;

use super::creation::{collect, say};
use super::{
    Bid, LONGEST_SUMMARY, LONGEST_TITLE, MOST_ENTRIES, at_version, in_state, speaks, taken, version,
};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::App;
use crate::service::cofunding::rules;
use crate::service::project::bounded_text;
use crate::service::{funding, group};
use crate::store;

/// What one member bears, in minor units of the call's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The body.
    pub organisation: Uuid,
    /// What it bears of the cost.
    pub cost_minor: i64,
    /// What of that is asked of the funder; it brings the rest.
    pub grant_minor: i64,
}

/// A change of a bid. `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct Revision {
    /// The version that it is based on.
    pub version: i32,
    /// The title.
    pub title: Option<String>,
    /// What it is about.
    pub summary: Option<String>,
    /// What the bid costs, and every member with its share.
    pub terms: Option<(i64, Vec<Share>)>,
}

/// Changes a draft. New terms must be agreed by every partner anew.
///
/// # Errors
/// Every mistake at once: shares that do not add up, that bring less than the match rate asks, that ask for more than the
/// caps grant; a conflict when somebody else was faster. Forbidden for whoever does not speak for the lead.
pub async fn revise(app: &App, viewer: &Viewer, id: Uuid, revision: Revision) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    let (mut bid, call) = taken(&txn, viewer, id).await?;
    speaks(viewer, bid.row.lead_id)?;
    in_state(&bid, &[BidState::Draft])?;
    at_version(&bid, Some(revision.version))?;
    let mut mistakes = Vec::new();
    if let Some(title) = &revision.title {
        if title.trim().is_empty() {
            say(
                &mut mistakes,
                UserErrorCode::Required,
                &["title"],
                "a title is needed",
            );
        }
        collect(&mut mistakes, bounded_text(&["title"], title, LONGEST_TITLE));
        title.trim().clone_into(&mut bid.row.title);
    }
    if let Some(summary) = &revision.summary {
        collect(
            &mut mistakes,
            bounded_text(&["summary"], summary, LONGEST_SUMMARY),
        );
        summary.trim().clone_into(&mut bid.row.summary);
    }
    if let Some((cost, shares)) = revision.terms {
        let ids: Vec<Uuid> = shares.iter().map(|share| share.organisation).collect();
        let bodies = store::organisation::by_ids(&txn, ids).await?;
        let bodies: Vec<Arc<organisation::Model>> = bodies.into_iter().map(Arc::new).collect();
        check(&bid, &rules(&call), cost, &shares, &bodies, &mut mistakes);
        let everybody: Vec<Uuid> = shares.iter().map(|share| share.organisation).collect();
        let stand_for = group::with_members(&txn, &everybody).await?;
        for place in group::twice(&everybody, &stand_for) {
            let path = ["shares", &place.to_string(), "organisation"];
            say(&mut mistakes, UserErrorCode::Duplicate, &path, group::TWICE);
        }
        if mistakes.is_empty() {
            bid.row.cost_minor = cost;
            agree(&mut bid, viewer, &shares, &bodies);
        }
    }
    if !mistakes.is_empty() {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    }
    version::write(&txn, viewer, &mut bid, BidChange::Changed).await?;
    txn.commit().await?;
    Ok(())
}

fn check(
    bid: &Bid,
    rules: &Rules,
    cost: i64,
    shares: &[Share],
    bodies: &[Arc<organisation::Model>],
    mistakes: &mut Vec<UserError>,
) {
    if shares.len() > MOST_ENTRIES {
        say(
            mistakes,
            UserErrorCode::TooLong,
            &["shares"],
            "more members than a bid can have",
        );
    }
    if !shares.iter().any(|share| share.organisation == bid.row.lead_id) {
        say(
            mistakes,
            UserErrorCode::Required,
            &["shares"],
            "the lead's own share is missing",
        );
    }
    for (place, share) in shares.iter().enumerate() {
        let before = shares.iter().take(place);
        let twice = before
            .into_iter()
            .any(|other| other.organisation == share.organisation);
        let body = bodies.iter().find(|body| body.id == share.organisation);
        let place = place.to_string();
        for (field, code, message) in wrong(share, twice, body, rules) {
            mistakes.push(UserError::new(code, &["shares", &place, field], message));
        }
    }
    let sum = |of: fn(&Share) -> i64| shares.iter().map(|share| i128::from(of(share))).sum::<i128>();
    let (costs, grants) = (sum(|share| share.cost_minor), sum(|share| share.grant_minor));
    if costs != i128::from(cost) {
        let message = format!(
            "the shares come to {costs} minor units, the cost to {cost}: {} apart",
            (costs - i128::from(cost)).abs()
        );
        say(mistakes, UserErrorCode::Conflict, &["cost"], &message);
    }
    if rules.most_grant.is_some_and(|most| grants > i128::from(most)) {
        say(
            mistakes,
            UserErrorCode::Conflict,
            &["shares"],
            "more is asked for than the call grants to a bid",
        );
    }
}

/// What is wrong with one share: the field, the kind of mistake, and why.
fn wrong(
    share: &Share,
    twice: bool,
    body: Option<&Arc<organisation::Model>>,
    rules: &Rules,
) -> Vec<(&'static str, UserErrorCode, String)> {
    let mut found = Vec::new();
    let mut say = |field, code, message: &str| found.push((field, code, message.to_owned()));
    if twice {
        say(
            "organisation",
            UserErrorCode::Duplicate,
            "this organisation has a share already",
        );
    }
    match body {
        None => say(
            "organisation",
            UserErrorCode::NotFound,
            "there is no such organisation",
        ),
        Some(body) if body.end_date.is_some() || body.merged_into_id.is_some() => {
            say(
                "organisation",
                UserErrorCode::Conflict,
                &format!("{} has ended", body.name),
            );
        }
        Some(body) => {
            if let Some(message) = unpaid(share, rules, body) {
                say("grant", UserErrorCode::Conflict, &message);
            }
        }
    }
    if share.cost_minor < 0 {
        say(
            "cost",
            UserErrorCode::OutOfRange,
            "a sum of nothing or more is expected",
        );
    }
    if !(0..=share.cost_minor.max(0)).contains(&share.grant_minor) {
        say(
            "grant",
            UserErrorCode::OutOfRange,
            "a sum from nothing to the member's cost is expected",
        );
    }
    found
}

/// Why a member asks for more than the call allows, if it does.
fn unpaid(share: &Share, rules: &Rules, body: &organisation::Model) -> Option<String> {
    let rate = i128::from(rules.match_rate(group::acting_as(body.kind).as_str()));
    let least = (i128::from(share.cost_minor) * rate + 9_999).div_euclid(10_000);
    let brings = i128::from(share.cost_minor) - i128::from(share.grant_minor);
    if brings < least {
        return Some(format!(
            "{} must bring {least} minor units itself, and would bring {brings}",
            body.name
        ));
    }
    let most = rules.most_grant_each.filter(|most| share.grant_minor > *most)?;
    Some(format!("the call grants at most {most} minor units to each"))
}

/// Puts new terms in place. Whoever is no longer named has left; the lead agrees by making them.
fn agree(bid: &mut Bid, viewer: &Viewer, shares: &[Share], bodies: &[Arc<organisation::Model>]) {
    let mut members: Vec<(member::Model, Arc<organisation::Model>)> = Vec::new();
    let mut earlier = std::mem::take(&mut bid.members);
    let others = shares
        .iter()
        .filter(|share| share.organisation != bid.row.lead_id);
    let ordered = shares
        .iter()
        .filter(|share| share.organisation == bid.row.lead_id)
        .chain(others);
    for share in ordered {
        let known = earlier
            .iter()
            .position(|(row, _)| row.organisation_id == share.organisation);
        let known = known.map(|at| earlier.swap_remove(at).0);
        let Some(body) = bodies.iter().find(|body| body.id == share.organisation) else {
            continue;
        };
        let lead = share.organisation == bid.row.lead_id;
        members.push((
            member::Model {
                bid_id: bid.row.id,
                organisation_id: share.organisation,
                position: 0,
                state: if lead {
                    BidMemberState::Accepted
                } else {
                    BidMemberState::Invited
                },
                alone_minor: known.map_or(0, |row| row.alone_minor),
                share_minor: share.cost_minor,
                grant_minor: share.grant_minor,
                answered_by: lead.then(|| funding::signed(viewer)),
                answered_at: lead.then(clock::now),
            },
            Arc::clone(body),
        ));
    }
    for (mut row, body) in earlier {
        row.state = BidMemberState::Left;
        (row.share_minor, row.grant_minor) = (0, 0);
        members.push((row, body));
    }
    for (place, (row, _)) in (0..).zip(&mut members) {
        row.position = place;
    }
    bid.members = members;
}
