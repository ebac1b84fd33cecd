//! Small authorities that act as one partner: a group has a name, members and a lead that speaks for it.
//!
//! A group is an organisation, so that it expresses interest, sits on boards and takes part in bids like any other. Whoever
//! belongs to a member sees what the group does, and an editor of its lead speaks for it: `account::Doors` says so to every
//! process. No authority is in a group that it did not agree to.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::kinds::{GroupMemberState as State, OrganisationKind};
use entity::organisation_group::Model;
use entity::{organisation, organisation_group_member as member};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::funding::{known, signed};
use super::interest::own;
use super::organisation::{LONGEST_NAME, known_as};
use super::project::bounded_text;
use super::reference::named_body;
use super::retry::Retry;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::store::organisation::Rows;
use crate::store::{self, Transaction};

/// The operation's name among the keys of retries.
const OPERATION: &str = "createOrganisationGroup";

/// The most members.
const MOST_MEMBERS: usize = 100;

/// A group, as told.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// What it is called.
    pub name: String,
    /// The member that speaks for it.
    pub lead: Uuid,
    /// The other members, who are asked.
    pub members: Vec<Uuid>,
}

/// A change of a group. `None` leaves as it is; a list is given whole.
#[derive(Debug, Clone, Default)]
pub struct Revision {
    /// The version that it is based on.
    pub version: i32,
    /// The member that speaks for it.
    pub lead: Option<Uuid>,
    /// Every member beside the lead. New ones are asked.
    pub members: Option<Vec<Uuid>>,
}

/// As what sort of body an organisation stands before the rules of a funding call: a group as what it is made of.
#[must_use]
pub fn acting_as(kind: OrganisationKind) -> OrganisationKind {
    match kind {
        OrganisationKind::Group => OrganisationKind::LocalAuthority,
        other => other,
    }
}

/// Makes a group: the lead is in it, the others are asked. A retry with the same key and input gives the same one.
///
/// # Errors
/// Every mistake at once: a name that is missing or another's, members that are no authorities, have ended or are named
/// twice. Unauthenticated or forbidden for whoever does not speak for the lead.
pub async fn create(app: &App, viewer: &Viewer, told: NewGroup, retry: Option<Retry>) -> ApiResult<Uuid> {
    known(viewer)?;
    speaks(viewer, told.lead)?;
    let name = told.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut mistakes = Vec::new();
    if name.is_empty() {
        let message = "a name is needed";
        mistakes.push(UserError::new(UserErrorCode::Required, &["name"], message));
    }
    if let Err(ApiError::BadInput(found)) = bounded_text(&["name"], &name, LONGEST_NAME) {
        mistakes.extend(found);
    }
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that no name is taken twice at once.
    store::catalogue::reserve(&txn, 0).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    if let Some(other) = known_as(&txn, &app.directory, &name).await? {
        let message = format!("this is a name of {other}, which is recorded already");
        mistakes.push(UserError::new(UserErrorCode::Duplicate, &["name"], message));
    }
    let bodies = authorities(&txn, told.lead, &told.members, &mut mistakes).await?;
    let (Some(lead), true) = (bodies.get(&told.lead), mistakes.is_empty()) else {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    };
    let (id, now) = (Uuid::now_v7(), clock::now());
    let body = organisation::Model {
        nation: lead.nation.clone(),
        region: lead.region.clone(),
        ..named_body(id, OrganisationKind::Group, &name)
    };
    let rows = Rows {
        organisations: vec![body],
        ..Rows::default()
    };
    store::organisation::insert(&txn, rows.clone()).await?;
    let row = Model {
        id,
        lead_id: told.lead,
        version: 1,
        created_by: signed(viewer),
        created_at: now,
        updated_at: now,
        dissolved_at: None,
    };
    let members = listed(viewer, id, (told.lead, &told.members), &[], now);
    store::group::insert(&txn, row, members).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    finish(app, txn).await?;
    app.directory.learn(rows);
    Ok(id)
}

/// Commits, and lets every process see anew who acts for whom.
async fn finish(app: &App, txn: Transaction) -> ApiResult<()> {
    store::account::touch_state(&txn).await?;
    txn.commit().await?;
    app.doors.forget();
    Ok(())
}

/// The rows of members: the lead takes part, whoever was there before stays as they were, new ones are asked, and those that
/// are named no more have left.
fn listed(
    viewer: &Viewer,
    group: Uuid,
    (lead, others): (Uuid, &[Uuid]),
    before: &[member::Model],
    now: DateTime<Utc>,
) -> Vec<member::Model> {
    let gone = before.iter().map(|row| row.organisation_id);
    let gone = gone.filter(|id| *id != lead && !others.contains(id));
    let everybody = std::iter::once(lead).chain(others.iter().copied());
    let everybody = everybody.map(|id| (id, true)).chain(gone.map(|id| (id, false)));
    let row = |((id, stays), position): ((Uuid, bool), i32)| {
        let known = before.iter().find(|row| row.organisation_id == id);
        let state = match (stays, known.map(|row| row.state)) {
            (false, _) => State::Left,
            (true, Some(State::Accepted)) => State::Accepted,
            (true, _) if id == lead => State::Accepted,
            (true, _) => State::Invited,
        };
        let same = known.filter(|row| row.state == state);
        let own = state == State::Accepted && same.is_none();
        member::Model {
            group_id: group,
            organisation_id: id,
            position,
            state,
            answered_by: match same {
                Some(row) => row.answered_by.clone(),
                None => own.then(|| signed(viewer)),
            },
            answered_at: match same {
                Some(row) => row.answered_at,
                None => own.then_some(now),
            },
        }
    };
    everybody.zip(0..).map(row).collect()
}

/// The authorities that a group is to be made of, by id; whatever is none is told.
async fn authorities(
    db: &impl ConnectionTrait,
    lead: Uuid,
    members: &[Uuid],
    mistakes: &mut Vec<UserError>,
) -> ApiResult<HashMap<Uuid, organisation::Model>> {
    let mut say = |code, path: &[&str], message: &str| mistakes.push(UserError::new(code, path, message));
    if members.is_empty() || members.len() > MOST_MEMBERS {
        let message = format!("from one to {MOST_MEMBERS} members beside the lead");
        say(UserErrorCode::OutOfRange, &["members"], &message);
        return Ok(HashMap::new());
    }
    let all = std::iter::once(lead).chain(members.iter().copied());
    let rows = store::organisation::by_ids(db, all.collect::<Vec<_>>()).await?;
    let bodies: HashMap<Uuid, organisation::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut check = |id: Uuid, path: &[&str]| match bodies.get(&id) {
        Some(body) if body.kind != OrganisationKind::LocalAuthority => {
            say(
                UserErrorCode::Conflict,
                path,
                "groups are made of local authorities",
            );
        }
        Some(body) if body.end_date.is_some() || body.merged_into_id.is_some() => {
            say(
                UserErrorCode::Conflict,
                path,
                &format!("{} has ended; ask its successor", body.name),
            );
        }
        Some(_) => {}
        None => say(UserErrorCode::NotFound, path, "there is no such organisation"),
    };
    check(lead, &["lead"]);
    for (place, id) in members.iter().enumerate() {
        check(*id, &["members", &place.to_string()]);
    }
    for (place, id) in members.iter().enumerate() {
        let twice = *id == lead || members.iter().take(place).any(|other| other == id);
        if twice {
            let path = ["members", &place.to_string()];
            say(
                UserErrorCode::Duplicate,
                &path,
                "this authority is in the group already",
            );
        }
    }
    Ok(bodies)
}

/// Says for an authority whether it takes part in a group. Whoever took part may leave at any time.
///
/// # Errors
/// Bad input when it was not asked, the lead would leave, or the group was dissolved. Forbidden for whoever does not speak
/// for the authority.
pub async fn answer(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    organisation: Uuid,
    accepts: bool,
) -> ApiResult<()> {
    known(viewer)?;
    speaks(viewer, organisation)?;
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let group = standing(&txn, id).await?;
    let refused = |message: &str| {
        Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["organisation"],
            message,
        ))
    };
    let rows = store::group::members(&txn, &[id]).await?;
    let row = rows
        .into_iter()
        .find(|row| row.organisation_id == organisation && row.state != State::Left);
    let Some(row) = row else {
        return refused("this organisation was not asked, or has left; the lead can ask it anew");
    };
    if organisation == group.lead_id && !accepts {
        return refused("the lead cannot leave: let another member lead, or dissolve the group");
    }
    let state = if accepts { State::Accepted } else { State::Left };
    store::group::answer(&txn, row, (state, signed(viewer), clock::now())).await?;
    changed(&txn, group, |_| {}).await?;
    finish(app, txn).await
}

/// Changes who is in a group and who leads it. New members are asked.
///
/// # Errors
/// Every mistake at once; a conflict when somebody else was faster. Forbidden for whoever does not speak for the lead.
pub async fn revise(app: &App, viewer: &Viewer, id: Uuid, told: Revision) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let group = led(&txn, viewer, id, told.version).await?;
    let before = store::group::members(&txn, &[id]).await?;
    let lead = told.lead.unwrap_or(group.lead_id);
    let others = match told.members {
        Some(members) => members,
        None => {
            let standing = before.iter().filter(|row| row.state != State::Left);
            standing
                .map(|row| row.organisation_id)
                .filter(|id| *id != lead)
                .collect()
        }
    };
    let mut mistakes = Vec::new();
    let takes_part = |row: &member::Model| row.organisation_id == lead && row.state == State::Accepted;
    if !before.iter().any(takes_part) {
        let message = "only a member that takes part can lead";
        mistakes.push(UserError::new(UserErrorCode::Conflict, &["lead"], message));
    }
    authorities(&txn, lead, &others, &mut mistakes).await?;
    if !mistakes.is_empty() {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    }
    let members = listed(viewer, id, (lead, &others), &before, clock::now());
    store::group::replace_members(&txn, id, members).await?;
    changed(&txn, group, |row| row.lead_id = lead).await?;
    finish(app, txn).await
}

/// Ends a group: what it did stays to be seen, and it does nothing new.
///
/// # Errors
/// A conflict when somebody else was faster or it was dissolved before. Forbidden for whoever does not speak for the lead.
pub async fn dissolve(app: &App, viewer: &Viewer, id: Uuid, version: i32) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let group = led(&txn, viewer, id, version).await?;
    let now = clock::now();
    let Some(body) = store::organisation::by_id(&txn, id).await? else {
        return Err(missing());
    };
    let ended = organisation::Model {
        end_date: Some(now.date_naive()),
        updated_at: now,
        ..body
    };
    store::organisation::update(&txn, ended).await?;
    changed(&txn, group, |row| row.dissolved_at = Some(now)).await?;
    finish(app, txn).await
}

fn missing() -> ApiError {
    ApiError::bad_input(UserErrorCode::NotFound, &["id"], "there is no such group")
}

/// A group that was not dissolved.
async fn standing(db: &impl ConnectionTrait, id: Uuid) -> ApiResult<Model> {
    let group = store::group::by_id(db, id).await?.ok_or_else(missing)?;
    match group.dissolved_at {
        None => Ok(group),
        Some(_) => Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["id"],
            "this group was dissolved",
        )),
    }
}

/// The same, at the version that was read, for whoever speaks for its lead.
async fn led(db: &impl ConnectionTrait, viewer: &Viewer, id: Uuid, version: i32) -> ApiResult<Model> {
    known(viewer)?;
    let group = standing(db, id).await?;
    speaks(viewer, group.lead_id)?;
    if group.version != version {
        let message = format!("the group has version {} by now; read it again", group.version);
        return Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["version"],
            message,
        ));
    }
    Ok(group)
}

/// Writes a group as its next version.
async fn changed(
    db: &impl ConnectionTrait,
    mut group: Model,
    change: impl FnOnce(&mut Model),
) -> ApiResult<()> {
    change(&mut group);
    group.version = group.version.saturating_add(1);
    group.updated_at = clock::now();
    // The catalogue's row is locked, so nobody changed it meanwhile.
    store::group::update(db, group).await?;
    Ok(())
}

fn speaks(viewer: &Viewer, body: Uuid) -> ApiResult<()> {
    match viewer.is_administrator() || viewer.speaks_for(body) {
        true => Ok(()),
        false => Err(ApiError::Forbidden(
            "only an editor of that organisation may do this".to_owned(),
        )),
    }
}

/// The organisations whose groups somebody is shown: their own; `None` for whoever sees all.
///
/// # Errors
/// Unauthenticated for the public.
pub fn seen(viewer: &Viewer) -> ApiResult<Option<Vec<Uuid>>> {
    known(viewer)?;
    Ok((!viewer.is_administrator()).then(|| own(viewer)))
}

/// Whether somebody sees who was asked and who left: those who belong to anybody in it do.
#[must_use]
pub fn sees_all(viewer: &Viewer, members: &[member::Model]) -> bool {
    let belongs = |row: &member::Model| viewer.belongs_to(row.organisation_id);
    viewer.is_administrator() || members.iter().any(belongs)
}

/// Why [`twice`] does not do.
pub const TWICE: &str =
    "it takes part already: a group and its members, or groups that share one, cannot both take part";

/// The places of those who stand for somebody that an earlier one of the list stands for too: a group and one of its
/// members would bear two shares.
#[must_use]
pub fn twice(bodies: &[Uuid], stand_for: &[(Uuid, Uuid)]) -> Vec<usize> {
    let stands = |body: Uuid| {
        stand_for
            .iter()
            .filter(move |(one, _)| *one == body)
            .map(|(_, stands)| *stands)
    };
    let mut found = Vec::new();
    for (place, body) in bodies.iter().enumerate() {
        let mut before = bodies.iter().take(place).filter(|other| *other != body);
        if before.any(|other| stands(*other).any(|one| stands(*body).any(|own| own == one))) {
            found.push(place);
        }
    }
    found
}

/// Those that stand for a body: itself, and of a group every member that takes part.
///
/// # Errors
/// When the database fails.
pub async fn with_members(db: &impl ConnectionTrait, bodies: &[Uuid]) -> ApiResult<Vec<(Uuid, Uuid)>> {
    let mut all: Vec<(Uuid, Uuid)> = bodies.iter().map(|id| (*id, *id)).collect();
    all.extend(store::group::taking_part(db, bodies).await?);
    Ok(all)
}
