//! One record that means two bodies.

use entity::kinds::{OrganisationChangeKind, OrganisationKind};
use entity::organisation;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::moving::{Moved, rename, touched};
use super::{Identity, LONGEST_NAME, known_anew, needed, standing};
use crate::access::Viewer;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::directory::{Meaning, Meanings};
use crate::service::project::LONGEST_SHORT_TEXT;
use crate::service::reference::named_body;
use crate::service::retry::Retry;
use crate::store;
use crate::store::organisation::Rows;
use crate::store::search::folded;

/// The operation's name among the keys of retries.
const OPERATION: &str = "splitOrganisation";

/// The most names, identifiers or projects that a split hands over.
const MOST_HANDED_OVER: usize = 1_000;

/// What belongs to the body that is split off.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its official name.
    pub name: String,
    /// What sort of body it is; as the one it is split off from, unless given.
    pub kind: Option<OrganisationKind>,
    /// The other names that are its own.
    pub aliases: Vec<String>,
    /// The identifiers that are its own: scheme and id.
    pub identifiers: Vec<(String, String)>,
    /// The projects that it, and not the other, takes part in.
    pub projects: Vec<Uuid>,
}

/// Makes two organisations of one: a new one gets the name, and whatever is its own. Returns the change; a retry
/// gets the first one.
///
/// # Errors
/// Bad input when the organisation is not there, the new name means another one, or something that is handed over is not
/// the organisation's; then nothing was changed.
pub async fn split(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    part: Part,
    reason: &str,
    retry: Option<Retry>,
) -> ApiResult<Uuid> {
    let reason = needed(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    let name = needed(&["name"], &part.name, LONGEST_NAME)?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    bounded(&part)?;
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    let whole = standing(&txn, id, &["organisation"]).await?;
    new_name(app, &whole, &name)?;
    let aliases = own_aliases(&txn, id, &part.aliases).await?;
    let identifiers = own_identifiers(&txn, id, &part.identifiers).await?;
    own_projects(&txn, id, &part.projects).await?;
    let new = named_body(Uuid::now_v7(), part.kind.unwrap_or(whole.kind), &name);
    let new_id = new.id;
    let rows = Rows {
        organisations: vec![new],
        ..Rows::default()
    };
    store::organisation::insert(&txn, rows).await?;
    store::organisation_change::hand_over(&txn, &aliases, &identifiers, new_id).await?;
    let why = format!(
        "{name} was found to be another organisation than {}: {reason}",
        whole.name
    );
    let moved = Moved {
        projects: rename(&txn, viewer, &part.projects, id, new_id, &why).await?,
        aliases,
        identifiers,
        ..Moved::default()
    };
    store::organisation::update(&txn, touched(whole)).await?;
    let change = Identity {
        kind: OrganisationChangeKind::Split,
        organisation: id,
        other: new_id,
        reason,
    };
    let change = change.keep(&txn, viewer, &moved).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, change).await?;
    }
    txn.commit().await?;
    known_anew(app).await?;
    Ok(change)
}

/// Whether a name can be a new organisation's: nobody has it yet.
fn new_name(app: &App, whole: &organisation::Model, name: &str) -> ApiResult<()> {
    if folded(name) == whole.name_key {
        let message = "the organisation itself has this name; the new one needs another";
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["name"], message));
    }
    if let Meaning::Clear(other) = app.directory.meaning(name, None)
        && other != whole.id
        && app
            .directory
            .name(other)
            .is_some_and(|known| folded(&known) == folded(name))
    {
        let message = "another organisation has this name; merge with it instead";
        return Err(ApiError::bad_input(UserErrorCode::Duplicate, &["name"], message));
    }
    Ok(())
}

fn bounded(part: &Part) -> ApiResult<()> {
    for (field, length) in [
        ("aliases", part.aliases.len()),
        ("identifiers", part.identifiers.len()),
        ("projects", part.projects.len()),
    ] {
        if length > MOST_HANDED_OVER {
            let message = format!("at most {MOST_HANDED_OVER} entries");
            return Err(ApiError::bad_input(UserErrorCode::TooLong, &[field], message));
        }
    }
    Ok(())
}

async fn own_aliases(db: &impl ConnectionTrait, id: Uuid, wanted: &[String]) -> ApiResult<Vec<Uuid>> {
    let own = store::organisation::aliases(db, &[id]).await?;
    let mut found = Vec::new();
    for (place, name) in wanted.iter().enumerate() {
        let same: Vec<Uuid> = own
            .iter()
            .filter(|row| folded(&row.name) == folded(name))
            .map(|row| row.id)
            .collect();
        if same.is_empty() {
            let message = format!("“{}” is no other name of the organisation", name.trim());
            return Err(ApiError::bad_input(
                UserErrorCode::NotFound,
                &["aliases", &place.to_string()],
                message,
            ));
        }
        found.extend(same);
    }
    Ok(found)
}

async fn own_identifiers(
    db: &impl ConnectionTrait,
    id: Uuid,
    wanted: &[(String, String)],
) -> ApiResult<Vec<Uuid>> {
    let own = store::organisation::identifiers(db, &[id]).await?;
    let mut found = Vec::new();
    for (place, (scheme, value)) in wanted.iter().enumerate() {
        let same = own
            .iter()
            .find(|row| row.scheme == scheme.trim() && row.value == value.trim());
        let Some(row) = same else {
            let message = format!(
                "{}-{} is no identifier of the organisation",
                scheme.trim(),
                value.trim()
            );
            let path = ["identifiers", &place.to_string()];
            return Err(ApiError::bad_input(UserErrorCode::NotFound, &path, message));
        };
        found.push(row.id);
    }
    Ok(found)
}

async fn own_projects(db: &impl ConnectionTrait, id: Uuid, wanted: &[Uuid]) -> ApiResult<()> {
    let theirs = store::organisation_change::projects_of(db, id).await?;
    for (place, project) in wanted.iter().enumerate() {
        if !theirs.contains(project) {
            let place = place.to_string();
            let message = "the organisation takes no part in this project";
            return Err(ApiError::bad_input(
                UserErrorCode::NotFound,
                &["projects", &place],
                message,
            ));
        }
    }
    Ok(())
}
