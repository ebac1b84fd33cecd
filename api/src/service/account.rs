//! Who is let in, and as what.

mod doors;
mod keys;
mod people;
pub mod tokens;

use entity::kinds::{AccountKind, Role};
use entity::{account, account_grant};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::project::{LONGEST_SHORT_TEXT, bounded_text};
use super::retry::Retry;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::store;

pub use doors::Doors;
pub use keys::{LONGEST_DAYS, Made, NewKey, create_key, revoke_key};

/// The longest name of an account, in characters.
const LONGEST_NAME: usize = 200;

/// At most so many roles are held by one account.
const MOST_GRANTS: usize = 100;

const OPERATION: &str = "createAccount";

/// An account that is to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// A person or a program.
    pub kind: AccountKind,
    /// What they are called.
    pub name: String,
    /// For a person: who vouches for them, and how they are known there.
    pub identity: Option<Identity>,
    /// What they may act as.
    pub grants: Vec<(Role, Option<Uuid>)>,
}

/// How a person is known to their issuer: by what it calls them, or, until they come for the first time, by an address that
/// it has verified.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// Who vouches for them.
    pub issuer: String,
    /// What that issuer calls them.
    pub subject: Option<String>,
    /// Where they get mail.
    pub email: Option<String>,
}

/// Makes an account.
///
/// # Errors
/// Every mistake at once: an empty name, a role without its organisation or with one too many, an identity that is taken.
pub async fn create(app: &App, viewer: &Viewer, new: NewAccount, retry: Option<Retry>) -> ApiResult<Uuid> {
    let mut mistakes = checked(&new);
    for (place, (role, organisation)) in new.grants.iter().enumerate() {
        let place = place.to_string();
        mistakes.extend(grant_mistakes(app, *role, *organisation, &["roles", &place]).await?);
    }
    if !mistakes.is_empty() {
        return Err(ApiError::BadInput(mistakes));
    }
    let txn = app.db.begin().await?;
    store::account::touch_state(&txn).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        return Ok(earlier);
    }
    let identity = new.identity.unwrap_or_default();
    unique(&txn, &identity).await?;
    let id = Uuid::now_v7();
    let row = account::Model {
        id,
        kind: new.kind,
        name: new.name.trim().to_owned(),
        issuer: Some(identity.issuer).filter(|issuer| !issuer.is_empty()),
        subject: identity.subject,
        email: identity.email,
        created_at: clock::now(),
        closed_at: None,
    };
    store::account::insert(&txn, row).await?;
    for (role, organisation) in new.grants {
        store::account::grant(&txn, granted(id, role, organisation, viewer)).await?;
    }
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    txn.commit().await?;
    app.doors.forget();
    Ok(id)
}

/// Nobody has two accounts.
async fn unique(db: &impl ConnectionTrait, identity: &Identity) -> ApiResult<()> {
    let taken =
        |path: &str, message: &str| Err(ApiError::bad_input(UserErrorCode::Duplicate, &[path], message));
    if let Some(subject) = &identity.subject
        && store::account::by_subject(db, &identity.issuer, subject)
            .await?
            .is_some()
    {
        return taken("subject", "this issuer's subject has an account");
    }
    if let Some(email) = &identity.email
        && store::account::awaited(db, &identity.issuer, email)
            .await?
            .is_some()
    {
        return taken("email", "an account waits for whoever has this address");
    }
    Ok(())
}

fn checked(new: &NewAccount) -> Vec<UserError> {
    let mut mistakes = Vec::new();
    if let Err(ApiError::BadInput(found)) = named(&new.name) {
        mistakes.extend(found);
    }
    if let Some(identity) = &new.identity {
        let texts = [
            ("issuer", Some(&identity.issuer)),
            ("subject", identity.subject.as_ref()),
            ("email", identity.email.as_ref()),
        ];
        for (path, text) in texts {
            if text.is_some_and(|text| text.trim().is_empty() || text.chars().count() > 255) {
                let message = "1 to 255 characters are expected";
                mistakes.push(UserError::new(UserErrorCode::OutOfRange, &[path], message));
            }
        }
        if identity.subject.is_none() && identity.email.is_none() {
            let message = "say what the issuer calls them, or give the address that it has verified";
            mistakes.push(UserError::new(UserErrorCode::Required, &["subject"], message));
        }
    }
    if new.grants.len() > MOST_GRANTS {
        let message = format!("at most {MOST_GRANTS} roles");
        mistakes.push(UserError::new(UserErrorCode::TooLong, &["roles"], message));
    }
    mistakes
}

fn named(name: &str) -> ApiResult<()> {
    if name.trim().is_empty() {
        let message = "a name is needed";
        return Err(ApiError::bad_input(UserErrorCode::Required, &["name"], message));
    }
    bounded_text(&["name"], name, LONGEST_NAME.min(LONGEST_SHORT_TEXT))
}

/// What is wrong with a role and the organisation it is to be held for.
async fn grant_mistakes(
    app: &App,
    role: Role,
    organisation: Option<Uuid>,
    path: &[&str],
) -> ApiResult<Vec<UserError>> {
    let at = |field| {
        let mut path = path.to_vec();
        path.push(field);
        path
    };
    let needed = role.is_for_an_organisation();
    Ok(match organisation {
        None if needed => {
            let message = format!("say for which organisation {} is held", role.as_str());
            vec![UserError::new(
                UserErrorCode::Required,
                &at("organisation"),
                message,
            )]
        }
        Some(_) if !needed => {
            let message = format!("{} is held for the whole catalogue", role.as_str());
            vec![UserError::new(
                UserErrorCode::Invalid,
                &at("organisation"),
                message,
            )]
        }
        Some(id) if store::organisation::by_id(app.db.read(), id).await?.is_none() => {
            let message = "there is no such organisation";
            vec![UserError::new(
                UserErrorCode::NotFound,
                &at("organisation"),
                message,
            )]
        }
        _ => Vec::new(),
    })
}

fn granted(
    account_id: Uuid,
    role: Role,
    organisation_id: Option<Uuid>,
    viewer: &Viewer,
) -> account_grant::Model {
    account_grant::Model {
        id: Uuid::now_v7(),
        account_id,
        role,
        organisation_id,
        granted_by: viewer.signature(),
        granted_at: clock::now(),
    }
}

/// Lets an account act as something more. A role that it holds is not held twice.
///
/// # Errors
/// When there is no such account or it is closed, or the role and the organisation do not go together.
pub async fn grant(
    app: &App,
    viewer: &Viewer,
    account: Uuid,
    role: Role,
    organisation: Option<Uuid>,
) -> ApiResult<()> {
    let mistakes = grant_mistakes(app, role, organisation, &[]).await?;
    if !mistakes.is_empty() {
        return Err(ApiError::BadInput(mistakes));
    }
    let txn = app.db.begin().await?;
    store::account::touch_state(&txn).await?;
    open(&txn, account).await?;
    let held = store::account::grants(&txn, &[account]).await?;
    let same = |row: &account_grant::Model| row.role == role && row.organisation_id == organisation;
    if !held.iter().any(same) {
        if held.len() >= MOST_GRANTS {
            let message = format!("the account holds {MOST_GRANTS} roles, which is as many as it may");
            return Err(ApiError::bad_input(UserErrorCode::TooLong, &["role"], message));
        }
        store::account::grant(&txn, granted(account, role, organisation, viewer)).await?;
    }
    txn.commit().await?;
    app.doors.forget();
    Ok(())
}

/// Takes a role back. The last administrator stays one.
///
/// # Errors
/// When there is no such account, it does not hold the role, or nobody would be left who may do everything.
pub async fn revoke(app: &App, account: Uuid, role: Role, organisation: Option<Uuid>) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    store::account::touch_state(&txn).await?;
    open(&txn, account).await?;
    let held = store::account::grants(&txn, &[account]).await?;
    let Some(row) = held
        .iter()
        .find(|row| row.role == role && row.organisation_id == organisation)
    else {
        let message = "the account does not hold this role";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["role"], message));
    };
    store::account::ungrant(&txn, row.id).await?;
    some_administrator(&txn, &["role"]).await?;
    txn.commit().await?;
    app.doors.forget();
    Ok(())
}

/// Closes an account: its roles and keys do nothing from now on. Closing it again changes nothing.
///
/// # Errors
/// When there is no such account, or nobody would be left who may do everything.
pub async fn close(app: &App, account: Uuid) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    close_within(&txn, account, &["id"]).await?;
    txn.commit().await?;
    app.doors.forget();
    Ok(())
}

/// The same, as a part of something larger. A mistake is told at `path`.
pub(super) async fn close_within(
    db: &impl ConnectionTrait,
    account: Uuid,
    path: &[&str],
) -> ApiResult<account::Model> {
    store::account::touch_state(db).await?;
    let Some(row) = store::account::by_id(db, account).await? else {
        return Err(no_account());
    };
    let now = clock::now();
    let keys = store::account::keys(db, &[account]).await?;
    let keys: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
    store::account::revoke_keys(db, &keys, now).await?;
    store::account::close(db, account, now).await?;
    some_administrator(db, path).await?;
    Ok(row)
}

async fn open(db: &impl ConnectionTrait, id: Uuid) -> ApiResult<account::Model> {
    match store::account::by_id(db, id).await? {
        Some(row) if row.closed_at.is_none() => Ok(row),
        Some(_) => Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["account"],
            "this account is closed",
        )),
        None => Err(no_account()),
    }
}

fn no_account() -> ApiError {
    ApiError::bad_input(UserErrorCode::NotFound, &["account"], "there is no such account")
}

/// Somebody must be left who can put things right without the command line.
async fn some_administrator(db: &impl ConnectionTrait, path: &[&str]) -> ApiResult<()> {
    match store::account::has_administrator(db).await? {
        true => Ok(()),
        false => Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            path,
            "this is the last administrator; make another first",
        )),
    }
}
