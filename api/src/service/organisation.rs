//! The identity of organisations: which of them are one body, and which one was two.
//!
//! A merge leaves the record that went as a tombstone that points to the one that stays, moves its names, identifiers,
//! successions and everything that projects say of it, and keeps what it moved, so that it can be undone. Projects change
//! by it as by any other change: with a new version, which tells why.

mod creation;
mod parties;

use entity::kinds::{OrganisationChangeKind, OrganisationKind, ProjectChange};
use entity::organisation_successor as successor;
use entity::{organisation, organisation_alias as alias, organisation_change};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::App;
use super::directory::{Meaning, Meanings};
use super::project::{API, LONGEST_SHORT_TEXT, bounded_text, revise, version};
use super::reference::named_body;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
use crate::store::organisation::Rows;
use crate::store::search::folded;
pub use creation::{NewOrganisation, create};
use parties::Parties;
use version::Change;

/// So many organisations are merged into one at a time.
const MOST_MERGED: usize = 20;

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// The most names, identifiers or projects that a split hands over.
const MOST_HANDED_OVER: usize = 1_000;

/// What a change moved, so that it can be undone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Moved {
    /// Other names that changed hands.
    aliases: Vec<Uuid>,
    /// Other names that were added: the official ones of the record that went.
    added: Vec<Uuid>,
    /// Identifiers that changed hands.
    identifiers: Vec<Uuid>,
    /// Successions as they were, and as they became.
    successions: (Vec<(Uuid, Uuid)>, Vec<(Uuid, Uuid)>),
    /// Projects whose organisations changed.
    projects: Vec<MovedProject>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct MovedProject {
    id: Uuid,
    before: Parties,
    after: Parties,
}

/// How many projects a change concerned.
///
/// # Errors
/// When what was kept cannot be read.
pub fn projects_moved(row: &organisation_change::Model) -> ApiResult<usize> {
    Ok(moved(row)?.projects.len())
}

fn moved(row: &organisation_change::Model) -> ApiResult<Moved> {
    serde_json::from_str(&row.moved).map_err(ApiError::internal)
}

/// Makes organisations one: `kept` stays, with the names, identifiers and projects of `others`. Returns the changes, one
/// for each of `others`.
///
/// # Errors
/// Bad input when one is not there, was merged before, is named twice, or when two authorities of the official register
/// are to be one; then nothing was changed.
pub async fn merge(app: &App, kept: Uuid, others: &[Uuid], reason: &str) -> ApiResult<Vec<Uuid>> {
    let reason = needed(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    if others.is_empty() || others.len() > MOST_MERGED {
        let message = format!("give from one to {MOST_MERGED} organisations");
        return Err(ApiError::bad_input(
            UserErrorCode::OutOfRange,
            &["merged"],
            message,
        ));
    }
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that nobody changes identities or projects meanwhile.
    store::catalogue::reserve(&txn, 0).await?;
    let stays = standing(&txn, kept, &["kept"]).await?;
    let mut changes = Vec::new();
    for (place, id) in others.iter().enumerate() {
        let place = place.to_string();
        let path = ["merged", place.as_str()];
        if *id == kept {
            let message = "an organisation cannot be merged with itself";
            return Err(ApiError::bad_input(UserErrorCode::Conflict, &path, message));
        }
        let goes = standing(&txn, *id, &path).await?;
        if let Some((a, b)) = stays.code.as_ref().zip(goes.code.as_ref()) {
            let message = format!(
                "{} ({a}) and {} ({b}) are two bodies of the official register; one that took over from another is its successor",
                stays.name, goes.name
            );
            return Err(ApiError::bad_input(UserErrorCode::Conflict, &path, message));
        }
        let why = format!(
            "{} and {} were found to be one organisation: {reason}",
            goes.name, stays.name
        );
        let moved = absorb(&txn, &goes, &stays, &why).await?;
        let change = Identity {
            kind: OrganisationChangeKind::Merged,
            organisation: kept,
            other: *id,
            reason: reason.clone(),
        };
        changes.push(change.keep(&txn, &moved).await?);
    }
    txn.commit().await?;
    known_anew(app).await?;
    Ok(changes)
}

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

/// Makes two organisations of one: a new one gets the name, and whatever is its own. Returns the change.
///
/// # Errors
/// Bad input when the organisation is not there, the new name means another one, or something that is handed over is not
/// the organisation's; then nothing was changed.
pub async fn split(app: &App, id: Uuid, part: Part, reason: &str) -> ApiResult<Uuid> {
    let reason = needed(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    let name = needed(&["name"], &part.name, LONGEST_NAME)?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
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
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let whole = standing(&txn, id, &["organisation"]).await?;
    if folded(&name) == whole.name_key {
        let message = "the organisation itself has this name; the new one needs another";
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["name"], message));
    }
    if let Meaning::Clear(other) = app.directory.meaning(&name, None)
        && other != id
        && app
            .directory
            .name(other)
            .is_some_and(|known| folded(&known) == folded(&name))
    {
        let message = "another organisation has this name; merge with it instead";
        return Err(ApiError::bad_input(UserErrorCode::Duplicate, &["name"], message));
    }
    let aliases = own_aliases(&txn, id, &part.aliases).await?;
    let identifiers = own_identifiers(&txn, id, &part.identifiers).await?;
    let theirs = store::organisation_change::projects_of(&txn, id).await?;
    for (place, project) in part.projects.iter().enumerate() {
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
        projects: rename(&txn, &part.projects, id, new_id, &why).await?,
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
    let change = change.keep(&txn, &moved).await?;
    txn.commit().await?;
    known_anew(app).await?;
    Ok(change)
}

/// What was undone.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The change.
    pub change: Uuid,
    /// Projects whose organisations somebody changed since; they stay as they are.
    pub left: Vec<Uuid>,
}

/// Undoes a merge or a split.
///
/// # Errors
/// Bad input when it is not there or was undone before, or when a later change of the same organisations must be undone
/// first; then nothing was changed.
pub async fn undo(app: &App, id: Uuid, reason: &str) -> ApiResult<Undone> {
    let reason = needed(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let Some(row) = store::organisation_change::by_id(&txn, id).await? else {
        let message = "there is no such change";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["change"], message));
    };
    if row.undone_at.is_some() {
        let message = "this change was undone before";
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["change"], message));
    }
    let bodies = [row.organisation_id, row.other_id];
    if let Some(later) = store::organisation_change::standing_after(&txn, &bodies, id).await? {
        let names =
            [later.organisation_id, later.other_id].map(|id| app.directory.name(id).unwrap_or_default());
        let message = format!(
            "a later change of {} and {} builds on this one; undo that first",
            names[0], names[1]
        );
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["change"], message));
    }
    let stays = any(&txn, row.organisation_id).await?;
    let other = any(&txn, row.other_id).await?;
    let mut left = Vec::new();
    match row.kind {
        OrganisationChangeKind::Merged => {
            let moved = moved(&row)?;
            let why = format!(
                "{} and {} are two organisations after all: {reason}",
                other.name, stays.name
            );
            store::organisation_change::hand_over(&txn, &moved.aliases, &moved.identifiers, other.id).await?;
            store::organisation_change::forget_aliases(&txn, &moved.added).await?;
            let (were, became) = &moved.successions;
            store::organisation_change::replace_successions(&txn, &successions(became), &successions(were))
                .await?;
            for project in moved.projects {
                if !give_back(&txn, project.clone(), &why).await? {
                    left.push(project.id);
                }
            }
            let back = organisation::Model {
                merged_into_id: None,
                ..touched(other)
            };
            store::organisation::update(&txn, back).await?;
            store::organisation::update(&txn, touched(stays)).await?;
        }
        OrganisationChangeKind::Split => {
            let why = format!(
                "{} and {} are one organisation after all: {reason}",
                other.name, stays.name
            );
            absorb(&txn, &other, &stays, &why).await?;
        }
    }
    let row = organisation_change::Model {
        undone_at: Some(clock::now()),
        undone_by: Some(API.to_owned()),
        undone_reason: Some(reason),
        ..row
    };
    store::organisation_change::update(&txn, row).await?;
    txn.commit().await?;
    known_anew(app).await?;
    Ok(Undone { change: id, left })
}

/// A change of identities that is about to be kept.
struct Identity {
    kind: OrganisationChangeKind,
    organisation: Uuid,
    other: Uuid,
    reason: String,
}

impl Identity {
    async fn keep(self, db: &impl ConnectionTrait, moved: &Moved) -> ApiResult<Uuid> {
        let id = Uuid::now_v7();
        let row = organisation_change::Model {
            id,
            kind: self.kind,
            organisation_id: self.organisation,
            other_id: self.other,
            reason: self.reason,
            changed_by: Some(API.to_owned()),
            changed_at: clock::now(),
            moved: serde_json::to_string(moved).map_err(ApiError::internal)?,
            undone_at: None,
            undone_by: None,
            undone_reason: None,
        };
        store::organisation_change::insert(db, row).await?;
        Ok(id)
    }
}

/// Moves all that one organisation has to another, and leaves a tombstone.
async fn absorb(
    db: &impl ConnectionTrait,
    goes: &organisation::Model,
    stays: &organisation::Model,
    why: &str,
) -> ApiResult<Moved> {
    let (from, to) = (goes.id, stays.id);
    let aliases = store::organisation::aliases(db, &[from]).await?;
    let identifiers = store::organisation::identifiers(db, &[from]).await?;
    let aliases: Vec<Uuid> = aliases.into_iter().map(|row| row.id).collect();
    let identifiers: Vec<Uuid> = identifiers.into_iter().map(|row| row.id).collect();
    store::organisation_change::hand_over(db, &aliases, &identifiers, to).await?;
    let added = official_names(goes, stays);
    let added_ids = added.iter().map(|row| row.id).collect();
    let rows = Rows {
        aliases: added,
        ..Rows::default()
    };
    store::organisation::insert(db, rows).await?;
    let were = store::organisation_change::successions(db, from).await?;
    let became: Vec<successor::Model> = were.iter().filter_map(|row| handed_on(row, from, to)).collect();
    store::organisation_change::replace_successions(db, &were, &became).await?;
    let projects = store::organisation_change::projects_of(db, from).await?;
    let projects = rename(db, &projects, from, to, why).await?;
    let tombstone = organisation::Model {
        merged_into_id: Some(to),
        ..touched(goes.clone())
    };
    store::organisation::update(db, tombstone).await?;
    store::organisation::update(db, touched(stays.clone())).await?;
    Ok(Moved {
        aliases,
        added: added_ids,
        identifiers,
        successions: (pairs(&were), pairs(&became)),
        projects,
    })
}

/// The names of the record that goes, as other names of the one that stays.
fn official_names(goes: &organisation::Model, stays: &organisation::Model) -> Vec<alias::Model> {
    let names = [Some(&goes.name), goes.short_name.as_ref()];
    let names = names.into_iter().flatten().filter(|name| {
        let name = folded(name);
        name != stays.name_key && Some(name) != stays.short_name.as_deref().map(folded)
    });
    names
        .map(|name| alias::Model {
            id: Uuid::now_v7(),
            organisation_id: stays.id,
            name: name.clone(),
            shown: true,
        })
        .collect()
}

/// A succession with one organisation in place of another; nobody succeeds itself.
fn handed_on(row: &successor::Model, from: Uuid, to: Uuid) -> Option<successor::Model> {
    let other = |id: Uuid| if id == from { to } else { id };
    let row = successor::Model {
        organisation_id: other(row.organisation_id),
        successor_id: other(row.successor_id),
    };
    (row.organisation_id != row.successor_id).then_some(row)
}

fn pairs(rows: &[successor::Model]) -> Vec<(Uuid, Uuid)> {
    rows.iter()
        .map(|row| (row.organisation_id, row.successor_id))
        .collect()
}

fn successions(pairs: &[(Uuid, Uuid)]) -> Vec<successor::Model> {
    let row = |&(organisation_id, successor_id): &(Uuid, Uuid)| successor::Model {
        organisation_id,
        successor_id,
    };
    pairs.iter().map(row).collect()
}

/// Puts one organisation in place of another in these projects.
async fn rename(
    db: &impl ConnectionTrait,
    projects: &[Uuid],
    from: Uuid,
    to: Uuid,
    why: &str,
) -> ApiResult<Vec<MovedProject>> {
    let mut moved = Vec::with_capacity(projects.len());
    for &id in projects {
        let Some(row) = store::project::by_id(db, id).await? else {
            continue;
        };
        let mut draft = version::draft(db, &row).await?;
        let before = Parties::of(&draft);
        let after = before.renamed(from, to);
        after.onto(&mut draft);
        revise(db, &row, draft, change(why)).await?;
        moved.push(MovedProject { id, before, after });
    }
    Ok(moved)
}

/// Goes back to the organisations that a project had; false when somebody changed them since.
async fn give_back(db: &impl ConnectionTrait, project: MovedProject, why: &str) -> ApiResult<bool> {
    let Some(row) = store::project::by_id(db, project.id).await? else {
        return Ok(true);
    };
    let mut draft = version::draft(db, &row).await?;
    let now = Parties::of(&draft);
    let (then, left) = now.restored(&project.before, &project.after);
    if then != now {
        then.onto(&mut draft);
        revise(db, &row, draft, change(why)).await?;
    }
    Ok(!left)
}

fn change(why: &str) -> Change {
    Change {
        kind: ProjectChange::Changed,
        by: Some(API.to_owned()),
        reason: Some(why.to_owned()),
    }
}

/// Every process sees by the time of its last change that an organisation is not what it was.
fn touched(row: organisation::Model) -> organisation::Model {
    organisation::Model {
        updated_at: clock::now(),
        ..row
    }
}

async fn known_anew(app: &App) -> ApiResult<()> {
    app.directory.reload(&app.db).await?;
    app.live.wake();
    Ok(())
}

fn needed(path: &[&str], text: &str, longest: usize) -> ApiResult<String> {
    let text = text.trim();
    if text.is_empty() {
        let message = format!("a {} is needed", path.last().unwrap_or(&"value"));
        return Err(ApiError::bad_input(UserErrorCode::Required, path, message));
    }
    bounded_text(path, text, longest)?;
    Ok(text.to_owned())
}

/// An organisation that was not merged into another.
async fn standing(db: &impl ConnectionTrait, id: Uuid, path: &[&str]) -> ApiResult<organisation::Model> {
    match store::organisation::by_id(db, id).await? {
        Some(row) if row.merged_into_id.is_none() => Ok(row),
        Some(row) => {
            let message = format!("{} was merged into another organisation before", row.name);
            Err(ApiError::bad_input(UserErrorCode::Conflict, path, message))
        }
        None => {
            let message = "there is no such organisation";
            Err(ApiError::bad_input(UserErrorCode::NotFound, path, message))
        }
    }
}

async fn any(db: &impl ConnectionTrait, id: Uuid) -> ApiResult<organisation::Model> {
    let row = store::organisation::by_id(db, id).await?;
    row.ok_or_else(|| {
        ApiError::internal(anyhow::anyhow!(
            "a change names organisation {id}, which is not there"
        ))
    })
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
