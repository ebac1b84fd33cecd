//! Whose project it is: those who speak for its lead, or for a partner, change it.

use entity::kinds::ParticipantRole;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::access::Viewer;
use crate::error::{ApiError, ApiResult};
use crate::store;

/// The roles whose holders answer for what a project says.
const ANSWERING: [ParticipantRole; 2] = [ParticipantRole::Lead, ParticipantRole::Partner];

/// Refuses whoever speaks for none of those who take part.
pub(super) fn may_write(
    viewer: &Viewer,
    participants: impl IntoIterator<Item = (Uuid, ParticipantRole)>,
) -> ApiResult<()> {
    let answers = |(id, role)| ANSWERING.contains(&role) && viewer.speaks_for(id);
    match viewer.is_administrator() || participants.into_iter().any(answers) {
        true => Ok(()),
        false => Err(ApiError::Forbidden(
            "only editors of an organisation that leads a project or is its partner write what it says"
                .to_owned(),
        )),
    }
}

/// Refuses whoever speaks for none of those who take part in a stored project.
pub(super) async fn may_change(db: &impl ConnectionTrait, viewer: &Viewer, project: Uuid) -> ApiResult<()> {
    if viewer.is_administrator() {
        return Ok(());
    }
    let rows = store::project::roles(db, &[project]).await?;
    may_write(viewer, rows.iter().map(|row| (row.organisation_id, row.role)))
}
