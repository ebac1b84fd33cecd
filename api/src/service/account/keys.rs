//! The keys of programs: made, shown once, taken back.

use chrono::{DateTime, TimeDelta, Utc};
use entity::api_key;
use entity::kinds::KeyScope;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{LONGEST_NAME, no_account, open};
use crate::access::Viewer;
use crate::access::credential::Key;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::project::bounded_text;
use crate::service::retry::Retry;
use crate::store;

/// The operation's name among the keys of retries.
const OPERATION: &str = "createApiKey";

/// The longest life of a key, in days.
pub const LONGEST_DAYS: i64 = 3_660;

/// At most so many keys of one account work at a time: enough to rotate each, few enough to look through.
const MOST_KEYS: usize = 20;

/// A key that is to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Whose; the viewer's own when nobody is named.
    pub account: Option<Uuid>,
    /// What it is for.
    pub name: String,
    /// What may be done with it.
    pub scope: KeyScope,
    /// For how many days it works.
    pub days: i64,
    /// A key of the same account that this one follows, and for how many more hours that one works.
    pub replaces: Option<(Uuid, i64)>,
}

/// A key that was made.
#[derive(Debug)]
pub struct Made {
    /// The key, never to be had again: `None` where it was made by an earlier try, and shown then.
    pub key: Option<Key>,
    /// What is kept of it.
    pub row: api_key::Model,
}

/// The longest that a replaced key goes on working, in hours.
const LONGEST_HOURS: i64 = 24 * 31;

/// Makes a key for the viewer's own account, or for another's by an administrator. A retry gets what the first try made.
///
/// # Errors
/// A mistake in the name, the days or the key that is replaced; too many keys; no such account.
pub async fn create_key(app: &App, viewer: &Viewer, new: NewKey, retry: Option<Retry>) -> ApiResult<Made> {
    let account = whose(viewer, new.account)?;
    bounded_text(&["name"], &new.name, LONGEST_NAME)?;
    if new.name.trim().is_empty() {
        let message = "say what the key is for";
        return Err(ApiError::bad_input(UserErrorCode::Required, &["name"], message));
    }
    bounded_number(&["days"], new.days, 1, LONGEST_DAYS)?;
    if new.scope == KeyScope::Write && viewer.only_reads() {
        let message = "a key that may only read cannot make one that writes";
        return Err(ApiError::Forbidden(message.to_owned()));
    }
    let key = Key::make()?;
    let now = clock::now();
    let txn = app.db.begin().await?;
    store::account::touch_state(&txn).await?;
    open(&txn, account).await?;
    if let Some(retry) = &retry
        && let Some(row) = earlier(&txn, retry).await?
    {
        txn.rollback().await?;
        return Ok(Made { key: None, row });
    }
    let known = store::account::keys(&txn, &[account]).await?;
    if known.iter().filter(|key| works(key, now)).count() >= MOST_KEYS {
        let message =
            format!("the account has {MOST_KEYS} keys, which is as many as it may; revoke one first");
        return Err(ApiError::bad_input(UserErrorCode::TooLong, &["account"], message));
    }
    if let Some((replaced, hours)) = new.replaces {
        bounded_number(&["replacedWorksForHours"], hours, 0, LONGEST_HOURS)?;
        if !known.iter().any(|key| key.id == replaced && works(key, now)) {
            let message = "the account has no such key that works";
            return Err(ApiError::bad_input(
                UserErrorCode::NotFound,
                &["replaces"],
                message,
            ));
        }
        store::account::revoke_keys(&txn, &[replaced], now + TimeDelta::hours(hours)).await?;
    }
    let row = row(account, &new, &key, now);
    store::account::insert_key(&txn, row.clone()).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, row.id).await?;
    }
    txn.commit().await?;
    app.doors.forget();
    Ok(Made { key: Some(key), row })
}

fn row(account: Uuid, new: &NewKey, key: &Key, now: DateTime<Utc>) -> api_key::Model {
    api_key::Model {
        id: Uuid::now_v7(),
        account_id: account,
        name: new.name.trim().to_owned(),
        prefix: key.prefix(),
        hash: key.hash(),
        scope: new.scope,
        created_at: now,
        expires_at: now + TimeDelta::days(new.days),
        revoked_at: None,
        last_used_at: None,
    }
}

/// The key that an earlier try made, if it is still there.
async fn earlier(db: &impl ConnectionTrait, retry: &Retry) -> ApiResult<Option<api_key::Model>> {
    match retry.earlier(db, OPERATION).await? {
        Some(id) => Ok(store::account::key(db, id).await?),
        None => Ok(None),
    }
}

/// Takes a key back at once. Doing so again changes nothing.
///
/// # Errors
/// When there is no such key, or it is somebody else's.
pub async fn revoke_key(app: &App, viewer: &Viewer, id: Uuid) -> ApiResult<api_key::Model> {
    let txn = app.db.begin().await?;
    store::account::touch_state(&txn).await?;
    let row = store::account::key(&txn, id).await?;
    // Somebody else's key looks like none at all.
    let own = |row: &api_key::Model| viewer.is_administrator() || viewer.account() == Some(row.account_id);
    let Some(row) = row.filter(own) else {
        let message = "there is no such key";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["id"], message));
    };
    let now = clock::now();
    store::account::revoke_keys(&txn, &[row.id], now).await?;
    txn.commit().await?;
    app.doors.forget();
    let earlier = row.revoked_at.filter(|at| *at <= now);
    Ok(api_key::Model {
        revoked_at: Some(earlier.unwrap_or(now)),
        ..row
    })
}

/// Whether a key lets anybody in at `now`.
pub(super) fn works(key: &api_key::Model, now: DateTime<Utc>) -> bool {
    key.expires_at > now && key.revoked_at.is_none_or(|at| at > now)
}

fn whose(viewer: &Viewer, wanted: Option<Uuid>) -> ApiResult<Uuid> {
    match wanted {
        Some(account) if viewer.is_administrator() || viewer.account() == Some(account) => Ok(account),
        Some(_) => Err(no_account()),
        None => viewer.account().ok_or_else(no_account),
    }
}

fn bounded_number(path: &[&str], number: i64, least: i64, most: i64) -> ApiResult<()> {
    match (least..=most).contains(&number) {
        true => Ok(()),
        false => {
            let message = format!("a number from {least} to {most} is expected");
            Err(ApiError::bad_input(UserErrorCode::OutOfRange, path, message))
        }
    }
}
