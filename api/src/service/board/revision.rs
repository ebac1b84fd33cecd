//! Changes of a board's words, members, projects and milestones.

use entity::kinds::{BoardRole, ProjectStatus};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    LONGEST_TEXT, LONGEST_TITLE, MOST_ENTRIES, Milestone, Revision, members_of, milestones_of, projects_of,
    taken, text, write,
};
use crate::access::Viewer;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::App;
use crate::service::project::bounded_text;
use crate::store;
use crate::store::board::Parts;

/// Changes a board.
///
/// # Errors
/// Every mistake at once: members, projects or owners that are not there, a board without a chair, an owner that is no member; a conflict when
/// somebody else was faster. Forbidden for whoever speaks for no member.
pub async fn revise(app: &App, viewer: &Viewer, id: Uuid, revision: Revision) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    let mut board = taken(&txn, viewer, id, revision.members.is_some()).await?;
    let mut mistakes = Vec::new();
    if let Some(title) = &revision.title {
        text(&["title"], title, LONGEST_TITLE, &mut mistakes);
        title.trim().clone_into(&mut board.row.title);
    }
    if let Some(purpose) = &revision.purpose {
        if let Err(ApiError::BadInput(errors)) = bounded_text(&["purpose"], purpose, LONGEST_TEXT) {
            mistakes.extend(errors);
        }
        purpose.trim().clone_into(&mut board.row.purpose);
    }
    let present: Vec<(Uuid, BoardRole)> = board
        .members
        .iter()
        .map(|(row, _)| (row.organisation_id, row.role))
        .collect();
    let members = revision.members.unwrap_or(present);
    check_members(&txn, &members, &mut mistakes).await?;
    let projects = revision.projects.unwrap_or_else(|| board.projects.clone());
    check_projects(&txn, &projects, &mut mistakes).await?;
    let standing = || {
        board.milestones.iter().map(|row| Milestone {
            title: row.title.clone(),
            due_on: row.due_on,
            owner: row.owner_id,
            done_on: row.done_on,
        })
    };
    let milestones = revision.milestones.unwrap_or_else(|| standing().collect());
    check_milestones(&members, &milestones, &mut mistakes);
    if !mistakes.is_empty() {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    }
    let parts = Parts {
        members: members_of(id, &members),
        projects: projects_of(id, &projects),
        milestones: milestones_of(id, milestones),
    };
    write(&txn, board.row, Some(parts), revision.version).await?;
    txn.commit().await?;
    Ok(())
}

fn bounded_list(field: &str, length: usize, mistakes: &mut Vec<UserError>) {
    if length > MOST_ENTRIES {
        let message = format!("at most {MOST_ENTRIES} entries");
        mistakes.push(UserError::new(UserErrorCode::TooLong, &[field], message));
    }
}

async fn check_members(
    db: &impl ConnectionTrait,
    members: &[(Uuid, BoardRole)],
    mistakes: &mut Vec<UserError>,
) -> ApiResult<()> {
    bounded_list("members", members.len(), mistakes);
    if !members.iter().any(|(_, role)| *role == BoardRole::Chair) {
        let message = "a board needs a chair";
        mistakes.push(UserError::new(UserErrorCode::Required, &["members"], message));
    }
    let rows = store::organisation::by_ids(db, members.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await?;
    for (place, (id, _)) in members.iter().enumerate() {
        let name = place.to_string();
        let path = ["members", name.as_str(), "organisation"];
        if !rows.iter().any(|row| row.id == *id) {
            mistakes.push(UserError::new(
                UserErrorCode::NotFound,
                &path,
                "there is no such organisation",
            ));
        } else if members.iter().take(place).any(|(other, _)| other == id) {
            mistakes.push(UserError::new(
                UserErrorCode::Duplicate,
                &path,
                "this organisation is named already",
            ));
        }
    }
    Ok(())
}

async fn check_projects(
    db: &impl ConnectionTrait,
    projects: &[Uuid],
    mistakes: &mut Vec<UserError>,
) -> ApiResult<()> {
    bounded_list("projects", projects.len(), mistakes);
    let rows = store::project::by_ids(db, projects).await?;
    for (place, id) in projects.iter().enumerate() {
        let name = place.to_string();
        let path = ["projects", name.as_str()];
        if !rows
            .iter()
            .any(|row| row.id == *id && row.status == ProjectStatus::Active)
        {
            mistakes.push(UserError::new(
                UserErrorCode::NotFound,
                &path,
                "there is no such project",
            ));
        } else if projects.iter().take(place).any(|other| other == id) {
            mistakes.push(UserError::new(
                UserErrorCode::Duplicate,
                &path,
                "this project is named already",
            ));
        }
    }
    Ok(())
}

fn check_milestones(members: &[(Uuid, BoardRole)], milestones: &[Milestone], mistakes: &mut Vec<UserError>) {
    bounded_list("milestones", milestones.len(), mistakes);
    for (place, told) in milestones.iter().enumerate() {
        let name = place.to_string();
        text(
            &["milestones", &name, "title"],
            &told.title,
            LONGEST_TITLE,
            mistakes,
        );
        if !members.iter().any(|(id, _)| *id == told.owner) {
            let path = ["milestones", name.as_str(), "owner"];
            let message = "whoever answers for a milestone must be a member of the board";
            mistakes.push(UserError::new(UserErrorCode::Conflict, &path, message));
        }
    }
}
