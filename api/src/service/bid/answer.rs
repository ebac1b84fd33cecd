//! What members, the lead and the funder say to a bid.

use entity::kinds::{BidChange, BidMemberState, BidState};
use matching::cofunding::{Body, Part};
use uuid::Uuid;

use super::{Bid, alike, at_version, in_state, speaks, taken, version};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::App;
use crate::service::cofunding::{pool, rules, told};
use crate::service::funding::{self, Call, Standing};
use crate::service::group;
use crate::service::project::{LONGEST_SHORT_TEXT, bounded_text};
use crate::store;

/// What the funder decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Funded.
    Won,
    /// Not funded.
    Lost,
}

/// Agrees to the present terms for a member, or leaves for it. The cost of whoever leaves goes with it.
///
/// # Errors
/// Bad input when the body is no member, the lead would leave, or the terms are others by now. Forbidden for whoever does
/// not speak for the member.
pub async fn answer(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    organisation: Uuid,
    accept: bool,
    at: Option<i32>,
) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    let (mut bid, _) = taken(&txn, viewer, id).await?;
    let refused = |code, message: &str| Err(ApiError::bad_input(code, &["organisation"], message));
    let lead = bid.row.lead_id;
    let member = bid
        .members
        .iter_mut()
        .find(|(row, _)| row.organisation_id == organisation);
    let Some((row, _)) = member.filter(|(row, _)| row.state != BidMemberState::Left) else {
        return refused(
            UserErrorCode::NotFound,
            "this organisation is no member of the bid",
        );
    };
    speaks(viewer, organisation)?;
    if organisation == lead && !accept {
        return refused(
            UserErrorCode::Conflict,
            "the lead cannot leave its bid; it can withdraw it",
        );
    }
    row.answered_by = Some(funding::signed(viewer));
    row.answered_at = Some(clock::now());
    let change = if accept {
        row.state = BidMemberState::Accepted;
        BidChange::Accepted
    } else {
        row.state = BidMemberState::Left;
        bid.row.cost_minor = bid.row.cost_minor.saturating_sub(row.share_minor);
        (row.share_minor, row.grant_minor) = (0, 0);
        BidChange::Left
    };
    in_state(&bid, &[BidState::Draft])?;
    at_version(&bid, at)?;
    version::write(&txn, viewer, &mut bid, change).await?;
    txn.commit().await?;
    Ok(())
}

/// Hands a bid in, offers introductions to applicants whose bids are alike, and returns how many.
///
/// # Errors
/// Every rule that does not hold, at once; a member that has not agreed; a call that is closed or not open yet; a conflict
/// when somebody else was faster. Forbidden for whoever does not speak for the lead.
pub async fn submit(app: &App, viewer: &Viewer, id: Uuid, at: i32) -> ApiResult<usize> {
    // Read first, because texts are compared in a thread for long work; the version holds what was read.
    let (bid, _) = taken(app.db.read(), viewer, id).await?;
    let likenesses = alike::with_others(app, &bid).await?;
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let (mut bid, call) = taken(&txn, viewer, id).await?;
    speaks(viewer, bid.row.lead_id)?;
    in_state(&bid, &[BidState::Draft])?;
    at_version(&bid, Some(at))?;
    let mistakes = unfit(app, &bid, &call).await?;
    if !mistakes.is_empty() {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    }
    bid.row.state = BidState::Submitted;
    bid.row.submitted_at = Some(clock::now());
    version::write(&txn, viewer, &mut bid, BidChange::Submitted).await?;
    let introduced = likenesses.len();
    store::bid::introduce(&txn, likenesses).await?;
    txn.commit().await?;
    Ok(introduced)
}

/// The bodies of a bid with their efforts, and what they put in together.
async fn together(app: &App, bid: &Bid) -> ApiResult<(Vec<Body>, Part)> {
    let mut total = Part::default();
    let mut bodies: Vec<Body> = Vec::new();
    let pool = pool(app, &bid.projects).await?;
    let everybody: Vec<Uuid> = bid.standing().map(|(row, _)| row.organisation_id).collect();
    let stand_for = group::with_members(app.db.read(), &everybody).await?;
    for (row, body) in bid.standing() {
        total.share += row.share_minor;
        total.grant += row.grant_minor;
        total.matched += row.share_minor - row.grant_minor;
        // A group has the efforts of its members.
        let own = stand_for.iter().filter(|(group, _)| *group == body.id);
        let own: Vec<String> = own.map(|(_, stands)| stands.to_string()).collect();
        let known = pool.bodies().iter().filter(|known| own.contains(&known.named.id));
        bodies.push(Body {
            efforts: known.flat_map(|known| known.efforts.clone()).collect(),
            ..told(body)
        });
    }
    Ok((bodies, total))
}

/// Why a bid cannot be handed in.
async fn unfit(app: &App, bid: &Bid, call: &Call) -> ApiResult<Vec<UserError>> {
    let mut mistakes = Vec::new();
    let mut say = |path: &[&str], message: String| {
        mistakes.push(UserError::new(UserErrorCode::Conflict, path, message));
    };
    match call.standing(clock::now().timestamp_millis()) {
        Standing::Open => {}
        Standing::Upcoming => say(&["call"], "the call is not open yet".to_owned()),
        Standing::Closed => {
            if let Err(ApiError::BadInput(errors)) = funding::not_closed(call, &["call"]) {
                errors.into_iter().for_each(|error| say(&["call"], error.message));
            }
        }
    }
    for (row, body) in bid
        .standing()
        .filter(|(row, _)| row.state == BidMemberState::Invited)
    {
        say(
            &["members", &row.position.to_string()],
            format!("{} has not agreed to the present terms", body.name),
        );
    }
    let shares: i128 = bid.standing().map(|(row, _)| i128::from(row.share_minor)).sum();
    if shares != i128::from(bid.row.cost_minor) {
        say(
            &["cost"],
            format!(
                "the shares come to {shares} minor units, the cost to {}",
                bid.row.cost_minor
            ),
        );
    }
    let (bodies, total) = together(app, bid).await?;
    let bodies: Vec<&Body> = bodies.iter().collect();
    // This bid is among those that its lead leads: how many more there may be was asked when it was drafted.
    for check in rules(call)
        .of_bid(&bodies, &total)
        .into_iter()
        .filter(|check| !check.holds)
    {
        let path = match check.rule {
            matching::cofunding::Rule::LeastGrant => "cost",
            matching::cofunding::Rule::LeadKind => "lead",
            _ => "members",
        };
        say(&[path], check.detail);
    }
    Ok(mistakes)
}

/// Takes a bid back.
///
/// # Errors
/// Bad input when the funder has decided already. Forbidden for whoever does not speak for the lead.
pub async fn withdraw(app: &App, viewer: &Viewer, id: Uuid, at: Option<i32>) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    let (mut bid, _) = taken(&txn, viewer, id).await?;
    speaks(viewer, bid.row.lead_id)?;
    in_state(&bid, &[BidState::Draft, BidState::Submitted])?;
    at_version(&bid, at)?;
    bid.row.state = BidState::Withdrawn;
    version::write(&txn, viewer, &mut bid, BidChange::Withdrawn).await?;
    txn.commit().await?;
    Ok(())
}

/// Records what the funder decided.
///
/// # Errors
/// Bad input when the bid is not handed in. Forbidden for whoever does not answer for the call's money.
pub async fn decide(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    outcome: Outcome,
    note: Option<String>,
) -> ApiResult<()> {
    if let Some(note) = &note {
        bounded_text(&["note"], note, LONGEST_SHORT_TEXT)?;
    }
    let txn = app.db.begin().await?;
    let (mut bid, call) = taken(&txn, viewer, id).await?;
    if !funding::answers_for(viewer, call.row.funder_id) {
        let message = "only the funder of the call and administrators may do this";
        return Err(ApiError::Forbidden(message.to_owned()));
    }
    in_state(&bid, &[BidState::Submitted])?;
    bid.row.state = match outcome {
        Outcome::Won => BidState::Won,
        Outcome::Lost => BidState::Lost,
    };
    bid.row.outcome_note = note
        .map(|note| note.trim().to_owned())
        .filter(|note| !note.is_empty());
    version::write(&txn, viewer, &mut bid, BidChange::Decided).await?;
    txn.commit().await?;
    Ok(())
}
