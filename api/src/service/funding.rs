//! Funding calls: who pays for what, under which rules, until when.

mod checks;
mod draft;
pub mod import;
pub mod moment;
mod rows;

use std::collections::HashMap;
use std::sync::Arc;

use entity::kinds::CallTermKind;
use entity::{funding_call as call, funding_call_term as term, organisation};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::retry::Retry;
use crate::access::{Role, Viewer};
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
pub use crate::store::funding::Standing;
pub use draft::{CallDraft, MatchRate, Quota};

/// The operation's name among the keys of retries.
const OPERATION: &str = "createFundingCall";

/// What calls made through the API are called as a source.
const OWN: &str = "tandem";

/// A call with the lines of its rules and its funder.
#[derive(Debug, Clone)]
pub struct Call {
    /// The call's own row.
    pub row: call::Model,
    /// Its lines, each kind's in their order.
    pub terms: Vec<term::Model>,
    /// Who pays, where the body is known.
    pub funder: Option<Arc<organisation::Model>>,
}

impl Call {
    /// The words of the lines of one kind.
    pub fn words(&self, kind: CallTermKind) -> impl Iterator<Item = &str> {
        self.lines(kind).map(|line| line.value.as_str())
    }

    /// The lines of one kind.
    pub fn lines(&self, kind: CallTermKind) -> impl Iterator<Item = &term::Model> {
        self.terms.iter().filter(move |line| line.kind == kind)
    }

    /// Whether it takes bids at a moment, in milliseconds since 1970.
    #[must_use]
    pub fn standing(&self, now_ms: i64) -> Standing {
        if self.row.closes_ms.is_some_and(|closes| closes <= now_ms) {
            Standing::Closed
        } else if self.row.opens_ms.is_some_and(|opens| opens > now_ms) {
            Standing::Upcoming
        } else {
            Standing::Open
        }
    }

    /// Whole days until it closes; 0 on its last day, `None` where it never closes or has.
    #[must_use]
    pub fn days_left(&self, now_ms: i64) -> Option<i64> {
        const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
        let left = self.row.closes_ms?.saturating_sub(now_ms);
        (left > 0).then_some(left / DAY_MS)
    }
}

/// Calls with what belongs to them, in the order of the rows, in a fixed number of statements.
///
/// # Errors
/// When the database fails.
pub async fn load(db: &impl ConnectionTrait, rows: Vec<call::Model>) -> ApiResult<Vec<Call>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut terms: HashMap<Uuid, Vec<term::Model>> = HashMap::new();
    for ids in ids.chunks(store::ROWS_AN_INSERT) {
        for line in store::funding::terms(db, ids).await? {
            terms.entry(line.call_id).or_default().push(line);
        }
    }
    let mut funders: Vec<Uuid> = rows.iter().filter_map(|row| row.funder_id).collect();
    funders.sort_unstable();
    funders.dedup();
    let funders = store::organisation::by_ids(db, funders).await?;
    let funders: HashMap<Uuid, Arc<organisation::Model>> =
        funders.into_iter().map(|row| (row.id, Arc::new(row))).collect();
    let call = |row: call::Model| Call {
        terms: terms.remove(&row.id).unwrap_or_default(),
        funder: row.funder_id.and_then(|id| funders.get(&id).cloned()),
        row,
    };
    Ok(rows.into_iter().map(call).collect())
}

/// One call; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> ApiResult<Option<Call>> {
    let rows = store::funding::by_id(db, id).await?;
    Ok(load(db, rows.into_iter().collect()).await?.pop())
}

/// Records a call. A retry with the same key and input gives the same one.
///
/// # Errors
/// Every mistake at once, under `call`; unauthenticated or forbidden for whoever is neither the funder nor an administrator.
pub async fn create(app: &App, viewer: &Viewer, told: CallDraft, retry: Option<Retry>) -> ApiResult<Uuid> {
    known(viewer)?;
    let id = Uuid::now_v7();
    let prepared = draft::prepare(app.directory.as_ref(), told);
    if let Ok(prepared) = &prepared {
        permitted(viewer, prepared.funder)?;
    } else if !viewer.is_administrator() && !viewer.has(Role::Funder) {
        return Err(forbidden());
    }
    let prepared = prepared.map_err(|mistakes| ApiError::BadInput(under_call(mistakes)))?;
    let txn = app.db.begin().await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    let (row, terms) = rows::rows(id, prepared, OWN, &id.to_string(), &signed(viewer), clock::now());
    store::funding::insert(&txn, vec![row], terms).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    txn.commit().await?;
    Ok(id)
}

/// Says anew what a call is, all of it.
///
/// # Errors
/// As [`create`]; a conflict at `version` when somebody else was faster.
pub async fn update(app: &App, viewer: &Viewer, id: Uuid, version: i32, told: CallDraft) -> ApiResult<()> {
    known(viewer)?;
    let Some(row) = store::funding::by_id(app.db.read(), id).await? else {
        let message = "there is no such funding call";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["id"], message));
    };
    permitted(viewer, row.funder_id)?;
    let prepared = draft::prepare(app.directory.as_ref(), told);
    let prepared = prepared.map_err(|mistakes| ApiError::BadInput(under_call(mistakes)))?;
    permitted(viewer, prepared.funder)?;
    let txn = app.db.begin().await?;
    let now = clock::now();
    let (mut renewed, terms) = rows::rows(id, prepared, &row.source, &row.record_id, &row.created_by, now);
    renewed.created_at = row.created_at;
    renewed.version = version.saturating_add(1);
    if !store::funding::replace(&txn, renewed, terms, version).await? {
        txn.rollback().await?;
        let message = format!("the call has version {} by now; read it again", row.version);
        return Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["version"],
            message,
        ));
    }
    txn.commit().await?;
    Ok(())
}

/// Refuses whoever is not known.
///
/// # Errors
/// Unauthenticated for the public.
pub(in crate::service) fn known(viewer: &Viewer) -> ApiResult<()> {
    match viewer.is_known() {
        true => Ok(()),
        false => Err(ApiError::Unauthenticated("sign in to do this".to_owned())),
    }
}

/// Whether somebody answers for the calls of a funder.
#[must_use]
pub fn answers_for(viewer: &Viewer, funder: Option<Uuid>) -> bool {
    viewer.is_administrator() || funder.is_some_and(|funder| viewer.holds(Role::Funder, funder))
}

fn permitted(viewer: &Viewer, funder: Option<Uuid>) -> ApiResult<()> {
    match answers_for(viewer, funder) {
        true => Ok(()),
        false => Err(forbidden()),
    }
}

fn forbidden() -> ApiError {
    ApiError::Forbidden("only the funder of a call and administrators may do this".to_owned())
}

fn under_call(mut mistakes: Vec<crate::error::UserError>) -> Vec<crate::error::UserError> {
    for mistake in &mut mistakes {
        mistake.path.insert(0, "call".to_owned());
    }
    mistakes
}

/// The most words of a search.
const MOST_WORDS: usize = 20;

/// The words of a search; none where nothing is searched for.
///
/// # Errors
/// Bad input for more words than are looked for.
pub fn searched(text: Option<&str>) -> ApiResult<Vec<String>> {
    let words = rows::words(text.unwrap_or_default());
    if words.len() > MOST_WORDS {
        let message = format!("at most {MOST_WORDS} words");
        return Err(ApiError::bad_input(UserErrorCode::TooLong, &["search"], message));
    }
    Ok(words)
}

/// Refuses a call that takes bids no more.
///
/// # Errors
/// A conflict at `path` that says when it closed.
pub(in crate::service) fn not_closed(call: &Call, path: &[&str]) -> ApiResult<()> {
    let closed = call
        .row
        .closes_ms
        .filter(|closes| *closes <= clock::now().timestamp_millis());
    match closed {
        None => Ok(()),
        Some(closes) => {
            let message = format!("the call closed at {}", moment::told(closes, &call.row.time_zone));
            Err(ApiError::bad_input(UserErrorCode::Conflict, path, message))
        }
    }
}

/// How histories keep somebody.
#[must_use]
pub(in crate::service) fn signed(viewer: &Viewer) -> String {
    viewer.signature()
}
