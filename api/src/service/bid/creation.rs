//! Bids that are drafted.

use std::collections::HashMap;
use std::sync::Arc;

use entity::kinds::{BidChange, BidMemberState, BidState, ProjectStatus};
use entity::{bid, bid_member as member, bid_project, organisation};
use matching::cofunding::{Assumptions, Payer, Rules, split};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Bid, LONGEST_SUMMARY, LONGEST_TITLE, MOST_ENTRIES, speaks, version};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::App;
use crate::service::cofunding::{pool, rules};
use crate::service::funding::{self, Call};
use crate::service::group;
use crate::service::project::bounded_text;
use crate::service::retry::Retry;
use crate::store;

/// The operation's name among the keys of retries.
const OPERATION: &str = "createBid";

/// A bid to draft, as a suggestion tells it.
#[derive(Debug, Clone)]
pub struct NewBid {
    /// The call.
    pub call: Uuid,
    /// The title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Who leads.
    pub lead: Uuid,
    /// Who else takes part.
    pub partners: Vec<Uuid>,
    /// The projects that it builds on: their costs make the shares.
    pub projects: Vec<Uuid>,
}

/// Drafts a bid. Shares are those that the suggestion tells; what the call's caps leave open falls to the members'
/// own part until the terms say otherwise. A retry with the same key and input gives the same bid.
///
/// # Errors
/// Every mistake at once: a call that is closed, a body that has ended, a lead that leads too many, a project without a
/// member. Unauthenticated or forbidden for whoever does not speak for the lead.
pub async fn create(app: &App, viewer: &Viewer, told: NewBid, retry: Option<Retry>) -> ApiResult<Uuid> {
    funding::known(viewer)?;
    speaks(viewer, told.lead)?;
    let mut mistakes = Vec::new();
    texts(&told, &mut mistakes);
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that nobody leads two bids at once where one is allowed.
    store::catalogue::reserve(&txn, 0).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    let call = funding::by_id(&txn, told.call).await?;
    match &call {
        None => say(
            &mut mistakes,
            UserErrorCode::NotFound,
            &["call"],
            "there is no such funding call",
        ),
        Some(call) => collect(&mut mistakes, funding::not_closed(call, &["call"])),
    }
    let bodies = bodies(&txn, &told, &mut mistakes).await?;
    let everybody: Vec<Uuid> = std::iter::once(told.lead)
        .chain(told.partners.iter().copied())
        .collect();
    let stand_for = group::with_members(&txn, &everybody).await?;
    once(&everybody, &stand_for, &mut mistakes);
    projects(&txn, &told, &stand_for, &mut mistakes).await?;
    if let Some(call) = &call {
        leads(&txn, call, told.lead, &mut mistakes).await?;
    }
    let (Some(call), true) = (call, mistakes.is_empty()) else {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    };
    let needs = needs(app, &told.projects, &rules(&call), &stand_for).await?;
    let bid = drafted(viewer, told, &call, &bodies, &needs);
    let members = bid.members.iter().map(|(row, _)| row.clone()).collect();
    let builds = bid
        .projects
        .iter()
        .zip(0..)
        .map(|(project, position)| bid_project::Model {
            bid_id: bid.row.id,
            project_id: *project,
            position,
        });
    store::bid::insert(&txn, bid.row.clone(), members, builds.collect()).await?;
    version::keep(&txn, viewer, &bid, BidChange::Created).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, bid.row.id).await?;
    }
    txn.commit().await?;
    Ok(bid.row.id)
}

pub(super) fn say(mistakes: &mut Vec<UserError>, code: UserErrorCode, path: &[&str], message: &str) {
    mistakes.push(UserError::new(code, path, message));
}

pub(super) fn collect(mistakes: &mut Vec<UserError>, checked: ApiResult<()>) {
    if let Err(ApiError::BadInput(errors)) = checked {
        mistakes.extend(errors);
    }
}

/// Says where a body would bear two shares, itself or as a member of a group.
fn once(everybody: &[Uuid], stand_for: &[(Uuid, Uuid)], mistakes: &mut Vec<UserError>) {
    for place in group::twice(everybody, stand_for) {
        // The lead is the first of all, and none comes before it.
        let place = place.saturating_sub(1).to_string();
        let path = ["partners", place.as_str()];
        say(mistakes, UserErrorCode::Duplicate, &path, group::TWICE);
    }
}

fn texts(told: &NewBid, mistakes: &mut Vec<UserError>) {
    if told.title.trim().is_empty() {
        say(mistakes, UserErrorCode::Required, &["title"], "a title is needed");
    }
    collect(mistakes, bounded_text(&["title"], &told.title, LONGEST_TITLE));
    collect(
        mistakes,
        bounded_text(&["summary"], &told.summary, LONGEST_SUMMARY),
    );
    for (field, length) in [
        ("partners", told.partners.len()),
        ("projects", told.projects.len()),
    ] {
        if length > MOST_ENTRIES {
            let message = format!("at most {MOST_ENTRIES} entries");
            say(mistakes, UserErrorCode::TooLong, &[field], &message);
        }
    }
}

/// The bodies by id; those that are not there, were named twice or have ended are told.
async fn bodies(
    db: &impl ConnectionTrait,
    told: &NewBid,
    mistakes: &mut Vec<UserError>,
) -> ApiResult<HashMap<Uuid, Arc<organisation::Model>>> {
    let all = std::iter::once(told.lead).chain(told.partners.iter().copied());
    let rows = store::organisation::by_ids(db, all.collect::<Vec<_>>()).await?;
    let bodies: HashMap<Uuid, Arc<organisation::Model>> =
        rows.into_iter().map(|row| (row.id, Arc::new(row))).collect();
    stands(db, &bodies, told.lead, &["lead"], mistakes).await?;
    for (place, partner) in told.partners.iter().enumerate() {
        let place_name = place.to_string();
        let path = ["partners", place_name.as_str()];
        let before = told.partners.iter().take(place);
        if *partner == told.lead || before.into_iter().any(|other| other == partner) {
            say(
                mistakes,
                UserErrorCode::Duplicate,
                &path,
                "this organisation takes part already",
            );
        }
        stands(db, &bodies, *partner, &path, mistakes).await?;
    }
    Ok(bodies)
}

async fn stands(
    db: &impl ConnectionTrait,
    bodies: &HashMap<Uuid, Arc<organisation::Model>>,
    id: Uuid,
    path: &[&str],
    mistakes: &mut Vec<UserError>,
) -> ApiResult<()> {
    let Some(body) = bodies.get(&id) else {
        say(
            mistakes,
            UserErrorCode::NotFound,
            path,
            "there is no such organisation",
        );
        return Ok(());
    };
    if body.end_date.is_none() && body.merged_into_id.is_none() {
        return Ok(());
    }
    let successors = store::organisation::successors(db, &[id]).await?;
    let heirs = successors
        .iter()
        .map(|row| row.successor_id)
        .chain(body.merged_into_id);
    let heirs = store::organisation::by_ids(db, heirs.collect::<Vec<_>>()).await?;
    let names: Vec<&str> = heirs.iter().map(|heir| heir.name.as_str()).collect();
    let message = match names.is_empty() {
        true => format!("{} has ended", body.name),
        false => format!("{} has ended; {} took over", body.name, names.join(" and ")),
    };
    say(mistakes, UserErrorCode::Conflict, path, &message);
    Ok(())
}

async fn projects(
    db: &impl ConnectionTrait,
    told: &NewBid,
    stand_for: &[(Uuid, Uuid)],
    mistakes: &mut Vec<UserError>,
) -> ApiResult<()> {
    if told.projects.is_empty() {
        say(
            mistakes,
            UserErrorCode::Required,
            &["projects"],
            "a project to build on is needed",
        );
    }
    let rows = store::project::by_ids(db, &told.projects).await?;
    let parts = store::project::roles(db, &told.projects).await?;
    for (place, project) in told.projects.iter().enumerate() {
        let place_name = place.to_string();
        let path = ["projects", place_name.as_str()];
        let there = rows
            .iter()
            .any(|row| row.id == *project && row.status == ProjectStatus::Active);
        let before = told.projects.iter().take(place);
        let member = |id: Uuid| stand_for.iter().any(|(_, stands)| *stands == id);
        if !there {
            say(
                mistakes,
                UserErrorCode::NotFound,
                &path,
                "there is no such project",
            );
        } else if before.into_iter().any(|other| other == project) {
            say(
                mistakes,
                UserErrorCode::Duplicate,
                &path,
                "this project is named already",
            );
        } else if !parts
            .iter()
            .any(|part| part.project_id == *project && member(part.organisation_id))
        {
            say(
                mistakes,
                UserErrorCode::Conflict,
                &path,
                "no member of the bid takes part in this project",
            );
        }
    }
    Ok(())
}

/// Whether the lead may lead one more bid of the call.
async fn leads(
    db: &impl ConnectionTrait,
    call: &Call,
    lead: Uuid,
    mistakes: &mut Vec<UserError>,
) -> ApiResult<()> {
    let led = store::bid::led(db, &[call.row.id], None).await?;
    let led = led.get(&(call.row.id, lead)).copied().unwrap_or(0);
    if let Some(most) = rules(call).most_led.filter(|most| led >= *most) {
        let message = format!("it leads {led} bids of this call, and {most} may be led by one");
        say(mistakes, UserErrorCode::Conflict, &["lead"], &message);
    }
    Ok(())
}

/// What each body would pay alone for these projects; a group what its members would.
async fn needs(
    app: &App,
    projects: &[Uuid],
    rules: &Rules,
    stand_for: &[(Uuid, Uuid)],
) -> ApiResult<HashMap<String, i64>> {
    // A bid may build on projects that the call would not fund by themselves: all their costs count.
    let rules = Rules {
        currency: rules.currency.clone(),
        ..Rules::default()
    };
    let pool = pool(app, projects).await?;
    let mut needs: HashMap<String, i64> = HashMap::new();
    for (body, stands) in stand_for {
        let known = pool
            .bodies()
            .iter()
            .find(|known| known.named.id == stands.to_string());
        if let Some(need) = known.and_then(|known| known.need(&rules)) {
            let sum = needs.entry(body.to_string()).or_default();
            *sum = sum.saturating_add(need);
        }
    }
    Ok(needs)
}

fn drafted(
    viewer: &Viewer,
    told: NewBid,
    call: &Call,
    bodies: &HashMap<Uuid, Arc<organisation::Model>>,
    needs: &HashMap<String, i64>,
) -> Bid {
    let now = clock::now();
    let id = Uuid::now_v7();
    let rules = rules(call);
    let everybody = std::iter::once(told.lead).chain(told.partners);
    let everybody: Vec<&Arc<organisation::Model>> = everybody.filter_map(|id| bodies.get(&id)).collect();
    let payer = |body: &&Arc<organisation::Model>| Payer {
        alone: needs.get(&body.id.to_string()).copied(),
        basis_points: rules.match_rate(group::acting_as(body.kind).as_str()),
    };
    let payers: Vec<Payer> = everybody.iter().map(payer).collect();
    let money = split(
        &payers,
        rules.most_grant_each,
        rules.most_grant,
        Assumptions::default(),
    );
    let members = everybody
        .into_iter()
        .zip(&money.each)
        .zip(0..)
        .map(|((body, part), position)| {
            let lead = position == 0;
            let row = member::Model {
                bid_id: id,
                organisation_id: body.id,
                position,
                state: if lead {
                    BidMemberState::Accepted
                } else {
                    BidMemberState::Invited
                },
                alone_minor: part.alone,
                share_minor: part.share,
                grant_minor: part.grant,
                answered_by: lead.then(|| funding::signed(viewer)),
                answered_at: lead.then_some(now),
            };
            (row, Arc::clone(body))
        });
    Bid {
        members: members.collect(),
        row: bid::Model {
            id,
            call_id: call.row.id,
            title: told.title.trim().to_owned(),
            summary: told.summary.trim().to_owned(),
            lead_id: told.lead,
            state: BidState::Draft,
            currency: call.row.currency.clone(),
            cost_minor: money.total.share,
            version: 1,
            created_by: funding::signed(viewer),
            created_at: now,
            updated_at: now,
            submitted_at: None,
            outcome_note: None,
        },
        projects: told.projects,
    }
}
