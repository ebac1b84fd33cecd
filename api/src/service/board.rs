//! Boards: where bodies work out over some three months what to do together.

mod revision;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use entity::kinds::{BoardEntryKind, BoardOutcome, BoardRole, BoardState};
use entity::{
    board, board_entry as entry, board_member as member, board_milestone as milestone, board_project,
    interest, organisation,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::funding::{known, signed};
use super::interest::own;
use super::project::{LONGEST_SHORT_TEXT, bounded_text};
use super::retry::Retry;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::store;
use crate::store::board::{BoardQuery, Parts};
pub use revision::revise;

/// What a new board means to reach, and after how many days; its members change it as they like.
const PLAN: [(&str, u64); 3] = [
    ("First talk: what each does and wants", 14),
    ("Agreed what to do together, and who pays", 45),
    ("Closed, with what came of it", 90),
];

/// The name of writing on a board among the keys of retries.
const POST: &str = "postToBoard";

/// The most members, projects or milestones.
const MOST_ENTRIES: usize = 100;

/// The longest title, in characters.
const LONGEST_TITLE: usize = 500;

/// The longest entry or purpose, in characters.
const LONGEST_TEXT: usize = 20_000;

/// A board with what belongs to it.
#[derive(Debug, Clone)]
pub struct Board {
    /// The board's own row.
    pub row: board::Model,
    /// Who is on it.
    pub members: Vec<(member::Model, Arc<organisation::Model>)>,
    /// What it is about.
    pub projects: Vec<Uuid>,
    /// What it means to reach, the next first.
    pub milestones: Vec<milestone::Model>,
}

/// A milestone, as told.
#[derive(Debug, Clone)]
pub struct Milestone {
    /// What is to be reached.
    pub title: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Who answers for it.
    pub owner: Uuid,
    /// When it was reached.
    pub done_on: Option<NaiveDate>,
}

/// A change of a board. `None` leaves as it is; a list is given whole.
#[derive(Debug, Clone, Default)]
pub struct Revision {
    /// The version that it is based on.
    pub version: i32,
    /// The title.
    pub title: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// Who is on it.
    pub members: Option<Vec<(Uuid, BoardRole)>>,
    /// What it is about.
    pub projects: Option<Vec<Uuid>>,
    /// What it means to reach.
    pub milestones: Option<Vec<Milestone>>,
}

/// What came of a board.
#[derive(Debug, Clone)]
pub struct Closing {
    /// What.
    pub outcome: BoardOutcome,
    /// Why, or what exactly.
    pub note: String,
    /// The project that came of it.
    pub project: Option<Uuid>,
    /// The bid that came of it.
    pub bid: Option<Uuid>,
}

/// Something to write on a board.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// For which body.
    pub organisation: Uuid,
    /// What it is.
    pub kind: BoardEntryKind,
    /// What it says.
    pub text: String,
    /// The web address, of links.
    pub url: Option<String>,
}

/// Opens the board of an interest that is being accepted.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    interest: &interest::Model,
) -> ApiResult<Uuid> {
    let now = clock::now();
    let id = Uuid::now_v7();
    let bodies = store::organisation::by_ids(db, [interest.from_id, interest.to_id]).await?;
    let name = |id: Uuid| {
        bodies
            .iter()
            .find(|body| body.id == id)
            .map_or("", |body| body.name.as_str())
    };
    let row = board::Model {
        id,
        title: format!("{} and {}", name(interest.from_id), name(interest.to_id)),
        purpose: interest.message.clone(),
        state: BoardState::Open,
        version: 1,
        outcome: None,
        outcome_note: None,
        outcome_project_id: None,
        outcome_bid_id: None,
        created_by: signed(viewer),
        created_at: now,
        updated_at: now,
        closed_at: None,
    };
    let members = [
        (interest.from_id, BoardRole::Chair),
        (interest.to_id, BoardRole::Member),
    ];
    let day = |days| now.date_naive().checked_add_days(Days::new(days));
    let plan = PLAN.iter().filter_map(|(title, days)| {
        Some(Milestone {
            title: (*title).to_owned(),
            due_on: day(*days)?,
            owner: interest.from_id,
            done_on: None,
        })
    });
    let parts = Parts {
        members: members_of(id, &members),
        projects: projects_of(id, interest.project_id.as_slice()),
        milestones: milestones_of(id, plan.collect()),
    };
    store::board::insert(db, row, parts).await?;
    Ok(id)
}

fn members_of(board: Uuid, members: &[(Uuid, BoardRole)]) -> Vec<member::Model> {
    let row = |((organisation, role), position): (&(Uuid, BoardRole), i32)| member::Model {
        board_id: board,
        organisation_id: *organisation,
        position,
        role: *role,
    };
    members.iter().zip(0..).map(row).collect()
}

fn projects_of(board: Uuid, projects: &[Uuid]) -> Vec<board_project::Model> {
    let row = |(project, position): (&Uuid, i32)| board_project::Model {
        board_id: board,
        project_id: *project,
        position,
    };
    projects.iter().zip(0..).map(row).collect()
}

fn milestones_of(board: Uuid, milestones: Vec<Milestone>) -> Vec<milestone::Model> {
    let row = |(told, position): (Milestone, i32)| milestone::Model {
        id: Uuid::now_v7(),
        board_id: board,
        position,
        title: told.title.trim().to_owned(),
        due_on: told.due_on,
        owner_id: told.owner,
        done_on: told.done_on,
    };
    milestones.into_iter().zip(0..).map(row).collect()
}

/// Boards with what belongs to them, in the order of the rows.
///
/// # Errors
/// When the database fails.
pub async fn load(db: &impl ConnectionTrait, rows: Vec<board::Model>) -> ApiResult<Vec<Board>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let parts = store::board::parts(db, &ids).await?;
    let mut bodies: Vec<Uuid> = parts.members.iter().map(|row| row.organisation_id).collect();
    bodies.sort_unstable();
    bodies.dedup();
    let bodies = store::organisation::by_ids(db, bodies).await?;
    let bodies: HashMap<Uuid, Arc<organisation::Model>> =
        bodies.into_iter().map(|row| (row.id, Arc::new(row))).collect();
    let board = |row: board::Model| {
        let members = parts.members.iter().filter(|member| member.board_id == row.id);
        let members =
            members.filter_map(|member| Some((member.clone(), bodies.get(&member.organisation_id)?.clone())));
        let projects = parts.projects.iter().filter(|project| project.board_id == row.id);
        let milestones = parts
            .milestones
            .iter()
            .filter(|milestone| milestone.board_id == row.id);
        Board {
            members: members.collect(),
            projects: projects.map(|project| project.project_id).collect(),
            milestones: milestones.cloned().collect(),
            row,
        }
    };
    Ok(rows.into_iter().map(board).collect())
}

/// A board, if there is one that somebody may see: its members do.
///
/// # Errors
/// When the database fails.
pub async fn visible(db: &impl ConnectionTrait, viewer: &Viewer, id: Uuid) -> ApiResult<Option<Board>> {
    let rows = store::board::by_id(db, id).await?;
    let board = load(db, rows.into_iter().collect()).await?.pop();
    Ok(board.filter(|board| {
        let member = |(row, _): &(member::Model, _)| viewer.belongs_to(row.organisation_id);
        viewer.is_administrator() || board.members.iter().any(member)
    }))
}

/// Narrows a question to the boards that somebody may see.
///
/// # Errors
/// Unauthenticated for the public.
pub fn narrowed(viewer: &Viewer, query: BoardQuery) -> ApiResult<BoardQuery> {
    known(viewer)?;
    Ok(BoardQuery {
        seen_by: (!viewer.is_administrator()).then(|| own(viewer)),
        ..query
    })
}

/// An open board that somebody may change: an editor of a member that is no observer; of its chair, where `chairing`.
async fn taken(db: &impl ConnectionTrait, viewer: &Viewer, id: Uuid, chairing: bool) -> ApiResult<Board> {
    known(viewer)?;
    let Some(board) = visible(db, viewer, id).await? else {
        let message = "there is no such board";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["id"], message));
    };
    let may = board.members.iter().any(|(row, _)| {
        let role = row.role == BoardRole::Chair || (!chairing && row.role == BoardRole::Member);
        role && viewer.speaks_for(row.organisation_id)
    });
    if !may && !viewer.is_administrator() {
        let who = if chairing {
            "an editor of its chair"
        } else {
            "an editor of a member"
        };
        return Err(ApiError::Forbidden(format!("only {who} may do this")));
    }
    match board.row.state {
        BoardState::Open => Ok(board),
        BoardState::Closed => {
            let message = "the board is closed";
            Err(ApiError::bad_input(UserErrorCode::Conflict, &["id"], message))
        }
    }
}

async fn write(
    db: &impl ConnectionTrait,
    mut row: board::Model,
    parts: Option<Parts>,
    version: i32,
) -> ApiResult<()> {
    let present = row.version;
    row.version = version.saturating_add(1);
    row.updated_at = clock::now();
    match store::board::update(db, row, parts, version).await? {
        true => Ok(()),
        false => {
            let message = format!("the board has version {present} by now; read it again");
            Err(ApiError::bad_input(
                UserErrorCode::Conflict,
                &["version"],
                message,
            ))
        }
    }
}

fn text(path: &[&str], text: &str, longest: usize, mistakes: &mut Vec<UserError>) {
    if text.trim().is_empty() {
        mistakes.push(UserError::new(UserErrorCode::Required, path, "a text is needed"));
    } else if let Err(ApiError::BadInput(errors)) = bounded_text(path, text, longest) {
        mistakes.extend(errors);
    }
}

/// What is wrong with the text and the address of an entry.
fn written(told: &NewEntry) -> Vec<UserError> {
    let mut mistakes = Vec::new();
    text(&["text"], &told.text, LONGEST_TEXT, &mut mistakes);
    let web = |address: &String| {
        let known = address.starts_with("https://") || address.starts_with("http://");
        known && address.chars().count() <= 2_000
    };
    if told.kind == BoardEntryKind::Link && told.url.is_none() {
        mistakes.push(UserError::new(
            UserErrorCode::Required,
            &["url"],
            "a web address is needed",
        ));
    }
    if told.url.as_ref().is_some_and(|address| !web(address)) {
        let message =
            "a web address of at most 2,000 characters that begins with https:// or http:// is expected";
        mistakes.push(UserError::new(UserErrorCode::Invalid, &["url"], message));
    }
    mistakes
}

/// Writes something on a board. A retry with the same key and input writes nothing more.
///
/// # Errors
/// Bad input for texts out of bounds, a link without an address, a body that is not on the board; forbidden for whoever does not speak for it.
pub async fn post(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    told: NewEntry,
    retry: Option<Retry>,
) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    if retry.is_some() {
        // Locks the catalogue's row, so that one entry is not written twice at once.
        store::catalogue::reserve(&txn, 0).await?;
    }
    let board = taken(&txn, viewer, id, false).await?;
    if let Some(retry) = &retry
        && retry.earlier(&txn, POST).await?.is_some()
    {
        txn.rollback().await?;
        return Ok(());
    }
    let mut mistakes = written(&told);
    if !board
        .members
        .iter()
        .any(|(row, _)| row.organisation_id == told.organisation)
    {
        let message = "this organisation is not on the board";
        mistakes.push(UserError::new(
            UserErrorCode::NotFound,
            &["organisation"],
            message,
        ));
    } else if !viewer.is_administrator() && !viewer.speaks_for(told.organisation) {
        return Err(ApiError::Forbidden(
            "only an editor of that organisation may do this".to_owned(),
        ));
    }
    if !mistakes.is_empty() {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    }
    let row = entry::Model {
        id: Uuid::now_v7(),
        board_id: id,
        organisation_id: told.organisation,
        kind: told.kind,
        text: told.text.trim().to_owned(),
        url: told.url,
        created_by: signed(viewer),
        created_at: clock::now(),
    };
    if let Some(retry) = retry {
        retry.keep(&txn, POST, row.id).await?;
    }
    store::board::post(&txn, row).await?;
    txn.commit().await?;
    Ok(())
}

/// Closes a board with what came of it.
///
/// # Errors
/// Bad input without a reason, or for a project or bid that is not there; a conflict when it changed meanwhile. Forbidden for whoever does not speak for its chair.
pub async fn close(app: &App, viewer: &Viewer, id: Uuid, version: i32, told: Closing) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    let board = taken(&txn, viewer, id, true).await?;
    let mut mistakes = Vec::new();
    text(&["note"], &told.note, LONGEST_SHORT_TEXT, &mut mistakes);
    if let Some(project) = told.project {
        let rows = store::project::by_ids(&txn, &[project]).await?;
        if rows.is_empty() {
            mistakes.push(UserError::new(
                UserErrorCode::NotFound,
                &["project"],
                "there is no such project",
            ));
        }
    }
    if let Some(bid) = told.bid
        && super::bid::visible(app, viewer, bid).await?.is_none()
    {
        mistakes.push(UserError::new(
            UserErrorCode::NotFound,
            &["bid"],
            "there is no such bid",
        ));
    }
    if !mistakes.is_empty() {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    }
    let row = board::Model {
        state: BoardState::Closed,
        outcome: Some(told.outcome),
        outcome_note: Some(told.note.trim().to_owned()),
        outcome_project_id: told.project,
        outcome_bid_id: told.bid,
        closed_at: Some(clock::now()),
        ..board.row
    };
    write(&txn, row, None, version).await?;
    txn.commit().await?;
    Ok(())
}
