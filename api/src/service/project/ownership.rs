//! Whose project it is: those who speak for its lead, or for a partner, change it.

use entity::kinds::ParticipantRole;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::access::{Role, Viewer};
use crate::error::{ApiError, ApiResult};
use crate::store;

/// The roles whose holders answer for what a project says.
const ANSWERING: [ParticipantRole; 2] = [ParticipantRole::Lead, ParticipantRole::Partner];

/// Refuses whoever speaks for none of those who take part.
pub(super) async fn may_write(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    participants: impl IntoIterator<Item = (Uuid, ParticipantRole)>,
) -> ApiResult<()> {
    if viewer.is_administrator() {
        return Ok(());
    }
    let own: Vec<Uuid> = viewer.organisations(Role::Editor).collect();
    // Whoever took over from an authority speaks for what that one did.
    let own = store::organisation::with_predecessors(db, &own).await?;
    let answers = |(id, role)| ANSWERING.contains(&role) && own.contains(&id);
    match participants.into_iter().any(answers) {
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
    may_write(db, viewer, rows.iter().map(|row| (row.organisation_id, row.role))).await
}
