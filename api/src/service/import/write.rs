//! Writes what was planned, within the transaction of its batch.

use entity::kinds::ProjectChange;
use entity::project_source as source;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Action, Change, Planned, RowResult, Touched};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::service::project::{Stamp, assemble, version};
use crate::store;

/// Writes a batch from a place in the order of changes on; what became of its rows.
pub(crate) async fn write(
    db: &impl ConnectionTrait,
    planned: Vec<Planned>,
    place: i64,
) -> ApiResult<Vec<RowResult>> {
    let mut fresh = Vec::new();
    let mut results = Vec::with_capacity(planned.len());
    for (Planned { mut result, action }, change_seq) in planned.into_iter().zip(place..) {
        match action {
            Action::Nothing => {}
            Action::Create(new) => {
                let (resolved, origin) = *new;
                let now = clock::now();
                let stamp = Stamp {
                    id: Uuid::now_v7(),
                    version: 1,
                    change_seq,
                    now,
                    created_at: now,
                    change: origin.change(ProjectChange::Created),
                };
                result.touched = Some(Touched {
                    project: stamp.id,
                    before: None,
                    after: Some(stamp.version),
                    source: None,
                });
                fresh.push(assemble(resolved, &stamp, vec![origin]));
            }
            Action::Change(changed) => {
                let after = change(db, *changed, change_seq).await?;
                if let Some(touched) = &mut result.touched {
                    touched.after = Some(after);
                }
            }
        }
        results.push(result);
    }
    store::project::insert(db, fresh).await?;
    Ok(results)
}

/// Writes one change; the version that it made.
async fn change(db: &impl ConnectionTrait, change: Change, change_seq: i64) -> ApiResult<i32> {
    let Change {
        row,
        present,
        resolved,
        origin,
        renewed,
    } = change;
    let now = clock::now();
    let stamp = Stamp {
        id: row.id,
        version: row.version + 1,
        change_seq,
        now,
        created_at: row.created_at,
        change: origin.change(ProjectChange::Changed),
    };
    version::keep_state(db, &row, &present).await?;
    if !store::project::replace(db, assemble(resolved, &stamp, Vec::new()), row.version).await? {
        // Changes are serialised by the catalogue's row, so this cannot be without a fault of ours.
        let message = anyhow::anyhow!("project {} changed within the batch that changes it", row.id);
        return Err(ApiError::internal(message));
    }
    if let Some(source) = renewed {
        let renewed = source::Model {
            content_hash: origin.content_hash,
            line: origin.line,
            recorded_at: now,
            ..source
        };
        store::project::update_source(db, renewed).await?;
    }
    Ok(stamp.version)
}
