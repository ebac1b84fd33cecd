//! Interest of one body in working with another: seen, accepted, declined, or left to expire. An accepted one opens a board.

use chrono::{DateTime, TimeDelta, Utc};
use entity::interest::Model;
use entity::kinds::{InterestState, ProjectStatus};
use entity::organisation;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::board;
use super::funding::{known, signed};
use super::group;
use super::project::{LONGEST_SHORT_TEXT, bounded_text};
use super::retry::Retry;
use crate::access::{Role, Viewer};
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::store;
use crate::store::interest::InterestQuery;

/// The operation's name among the keys of retries.
const OPERATION: &str = "expressInterest";

/// So long the other side has to answer.
pub const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(30);

/// An expression of interest, as told.
#[derive(Debug, Clone)]
pub struct NewInterest {
    /// Who is interested.
    pub from: Uuid,
    /// In whom.
    pub to: Uuid,
    /// In which of its projects, where it is about one.
    pub project: Option<Uuid>,
    /// What is said to the other.
    pub message: String,
}

/// What the other side says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It would like to.
    Accept,
    /// It would not.
    Decline,
}

/// What has become of one by now: what nobody answered in time has expired.
#[must_use]
pub fn state(row: &Model, now: DateTime<Utc>) -> InterestState {
    match row.state {
        InterestState::Pending if row.expires_at <= now => InterestState::Expired,
        state => state,
    }
}

/// Expresses interest. A retry with the same key and input gives the same one.
///
/// # Errors
/// Every mistake at once: interest in oneself, in a body that is not there or has ended, in a project that the other takes no part in, or one
/// that waits for an answer already. Unauthenticated or forbidden for whoever does not speak for `from`.
pub async fn express(app: &App, viewer: &Viewer, told: NewInterest, retry: Option<Retry>) -> ApiResult<Uuid> {
    known(viewer)?;
    speaks(viewer, told.from)?;
    let mut mistakes = Vec::new();
    if let Err(ApiError::BadInput(errors)) = bounded_text(&["message"], &told.message, LONGEST_SHORT_TEXT) {
        mistakes.extend(errors);
    }
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that one interest is not expressed twice at once.
    store::catalogue::reserve(&txn, 0).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    check(&txn, &told, &mut mistakes).await?;
    if !mistakes.is_empty() {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    }
    let now = clock::now();
    let row = Model {
        id: Uuid::now_v7(),
        from_id: told.from,
        to_id: told.to,
        project_id: told.project,
        message: told.message.trim().to_owned(),
        state: InterestState::Pending,
        answer_note: None,
        board_id: None,
        created_by: signed(viewer),
        created_at: now,
        expires_at: now + ANSWERED_WITHIN,
        answered_by: None,
        answered_at: None,
    };
    let id = row.id;
    store::interest::insert(&txn, row).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    txn.commit().await?;
    Ok(id)
}

async fn check(
    db: &impl ConnectionTrait,
    told: &NewInterest,
    mistakes: &mut Vec<UserError>,
) -> ApiResult<()> {
    let mut say = |code, path: &[&str], message: &str| mistakes.push(UserError::new(code, path, message));
    if told.from == told.to {
        say(
            UserErrorCode::Conflict,
            &["to"],
            "an organisation cannot be interested in itself",
        );
        return Ok(());
    }
    let stand_for = group::with_members(db, &[told.from, told.to]).await?;
    if stand_for.contains(&(told.from, told.to)) || stand_for.contains(&(told.to, told.from)) {
        say(
            UserErrorCode::Conflict,
            &["to"],
            "a group and its own members need no interest in each other",
        );
    }
    let bodies = store::organisation::by_ids(db, [told.from, told.to]).await?;
    for (field, id) in [("from", told.from), ("to", told.to)] {
        match bodies.iter().find(|body| body.id == id) {
            None => say(UserErrorCode::NotFound, &[field], "there is no such organisation"),
            Some(body) if ended(body) => {
                say(
                    UserErrorCode::Conflict,
                    &[field],
                    &format!("{} has ended; ask its successor", body.name),
                );
            }
            Some(_) => {}
        }
    }
    if let Some(project) = told.project {
        let rows = store::project::by_ids(db, &[project]).await?;
        let there = rows.iter().any(|row| row.status == ProjectStatus::Active);
        let parts = store::project::roles(db, &[project]).await?;
        if !there {
            say(UserErrorCode::NotFound, &["project"], "there is no such project");
        } else if !parts
            .iter()
            .any(|part| stand_for.contains(&(told.to, part.organisation_id)))
        {
            say(
                UserErrorCode::Conflict,
                &["project"],
                "the other takes no part in this project",
            );
        }
    }
    let waiting = store::interest::waiting(db, told.from, told.to, told.project, clock::now()).await?;
    if waiting.is_some() {
        say(
            UserErrorCode::Duplicate,
            &["to"],
            "the same interest waits for an answer already",
        );
    }
    Ok(())
}

fn ended(body: &organisation::Model) -> bool {
    body.end_date.is_some() || body.merged_into_id.is_some()
}

/// Answers one. Accepting opens a board and returns it. Of two answers at once the first counts.
///
/// # Errors
/// A conflict when it was answered, taken back or has expired. Forbidden for whoever does not speak for the other side.
pub async fn answer(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    answer: Answer,
    note: Option<String>,
) -> ApiResult<Option<Uuid>> {
    if let Some(note) = &note {
        bounded_text(&["note"], note, LONGEST_SHORT_TEXT)?;
    }
    let txn = app.db.begin().await?;
    let mut row = seen(&txn, viewer, id).await?;
    speaks(viewer, row.to_id)?;
    waits(&row)?;
    row.answer_note = note
        .map(|note| note.trim().to_owned())
        .filter(|note| !note.is_empty());
    row.answered_by = Some(signed(viewer));
    row.answered_at = Some(clock::now());
    row.state = match answer {
        Answer::Accept => InterestState::Accepted,
        Answer::Decline => InterestState::Declined,
    };
    if answer == Answer::Accept {
        row.board_id = Some(board::open(&txn, viewer, &row).await?);
    }
    let opened = row.board_id;
    if !store::interest::settle(&txn, row).await? {
        txn.rollback().await?;
        return Err(settled("it was answered a moment ago"));
    }
    txn.commit().await?;
    Ok(opened)
}

/// Takes back what was not answered.
///
/// # Errors
/// A conflict when it was answered, taken back or has expired. Forbidden for whoever does not speak for the one that expressed it.
pub async fn withdraw(app: &App, viewer: &Viewer, id: Uuid) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    let mut row = seen(&txn, viewer, id).await?;
    speaks(viewer, row.from_id)?;
    waits(&row)?;
    row.state = InterestState::Withdrawn;
    row.answered_by = Some(signed(viewer));
    row.answered_at = Some(clock::now());
    if !store::interest::settle(&txn, row).await? {
        txn.rollback().await?;
        return Err(settled("it was answered a moment ago"));
    }
    txn.commit().await?;
    Ok(())
}

fn waits(row: &Model) -> ApiResult<()> {
    match state(row, clock::now()) {
        InterestState::Pending => Ok(()),
        InterestState::Expired => Err(settled("nobody answered in time; it has expired")),
        state => Err(settled(&format!("it is {} already", state.as_str()))),
    }
}

fn settled(message: &str) -> ApiError {
    ApiError::bad_input(UserErrorCode::Conflict, &["id"], message)
}

/// One that somebody may see: both sides do.
///
/// # Errors
/// Bad input when there is none; what one may not see looks as if it did not exist.
async fn seen(db: &impl ConnectionTrait, viewer: &Viewer, id: Uuid) -> ApiResult<Model> {
    known(viewer)?;
    let row = store::interest::by_id(db, id).await?;
    row.filter(|row| sees(viewer, row)).ok_or_else(|| {
        let message = "there is no such expression of interest";
        ApiError::bad_input(UserErrorCode::NotFound, &["id"], message)
    })
}

/// Whether somebody belongs to either side.
#[must_use]
pub fn sees(viewer: &Viewer, row: &Model) -> bool {
    viewer.is_administrator() || viewer.belongs_to(row.from_id) || viewer.belongs_to(row.to_id)
}

/// Narrows a question to what somebody may see.
///
/// # Errors
/// Unauthenticated for the public.
pub fn narrowed(viewer: &Viewer, query: InterestQuery) -> ApiResult<InterestQuery> {
    known(viewer)?;
    Ok(InterestQuery {
        of: (!viewer.is_administrator()).then(|| own(viewer)),
        ..query
    })
}

/// The bodies that somebody belongs to.
#[must_use]
pub(super) fn own(viewer: &Viewer) -> Vec<Uuid> {
    let bodies = viewer
        .organisations(Role::Member)
        .chain(viewer.organisations(Role::Editor));
    bodies.collect()
}

fn speaks(viewer: &Viewer, body: Uuid) -> ApiResult<()> {
    match viewer.is_administrator() || viewer.speaks_for(body) {
        true => Ok(()),
        false => Err(ApiError::Forbidden(
            "only an editor of that organisation may do this".to_owned(),
        )),
    }
}
