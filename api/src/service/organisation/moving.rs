//! What goes from one organisation to another, and back.

use entity::kinds::ProjectChange;
use entity::organisation_successor as successor;
use entity::{organisation, organisation_alias as alias, organisation_change};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::parties::Parties;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::service::project::revise;
use crate::service::project::version::{self, Change};
use crate::store;
use crate::store::organisation::Rows;
use crate::store::search::folded;

/// What a change moved, so that it can be undone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Moved {
    /// Other names that changed hands.
    pub(super) aliases: Vec<Uuid>,
    /// Other names that were added: the official ones of the record that went.
    pub(super) added: Vec<Uuid>,
    /// Identifiers that changed hands.
    pub(super) identifiers: Vec<Uuid>,
    /// Successions as they were: who ended, and who took over.
    pub(super) were: Vec<(Uuid, Uuid)>,
    /// Successions as they became.
    pub(super) became: Vec<(Uuid, Uuid)>,
    /// Projects whose organisations changed.
    pub(super) projects: Vec<MovedProject>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct MovedProject {
    pub(super) id: Uuid,
    pub(super) before: Parties,
    pub(super) after: Parties,
}

/// What a change moved.
///
/// # Errors
/// When what was kept cannot be read.
pub(super) fn moved(row: &organisation_change::Model) -> ApiResult<Moved> {
    serde_json::from_str(&row.moved).map_err(ApiError::internal)
}

/// Moves all that one organisation has to another, and leaves a tombstone.
pub(super) async fn absorb(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
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
    let projects = rename(db, viewer, &projects, from, to, why).await?;
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
        were: pairs(&were),
        became: pairs(&became),
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

pub(super) fn successions(pairs: &[(Uuid, Uuid)]) -> Vec<successor::Model> {
    let row = |&(organisation_id, successor_id): &(Uuid, Uuid)| successor::Model {
        organisation_id,
        successor_id,
    };
    pairs.iter().map(row).collect()
}

/// Puts one organisation in place of another in these projects.
pub(super) async fn rename(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
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
        revise(db, &row, draft, change(viewer, why)).await?;
        moved.push(MovedProject { id, before, after });
    }
    Ok(moved)
}

/// Goes back to the organisations that a project had; false when somebody changed them since.
pub(super) async fn give_back(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    project: MovedProject,
    why: &str,
) -> ApiResult<bool> {
    let Some(row) = store::project::by_id(db, project.id).await? else {
        return Ok(true);
    };
    let mut draft = version::draft(db, &row).await?;
    let now = Parties::of(&draft);
    let (then, left) = now.restored(&project.before, &project.after);
    if then != now {
        then.onto(&mut draft);
        revise(db, &row, draft, change(viewer, why)).await?;
    }
    Ok(!left)
}

fn change(viewer: &Viewer, why: &str) -> Change {
    Change {
        kind: ProjectChange::Changed,
        by: Some(viewer.signature()),
        reason: Some(why.to_owned()),
    }
}

/// Every process sees by the time of its last change that an organisation is not what it was.
pub(super) fn touched(row: organisation::Model) -> organisation::Model {
    organisation::Model {
        updated_at: clock::now(),
        ..row
    }
}
