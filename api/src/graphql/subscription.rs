//! What can be listened to.

use async_graphql::{Context, ID, Subscription as Subscribes};
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::id::{Kind, expect};
use super::types::overlap::Overlap;
use crate::error::{ApiError, ApiResult};
use crate::service::App;
use crate::store;
use crate::store::overlap::OverlapQuery;

/// What can be listened to in Tandem.
#[derive(Debug, Clone, Copy)]
pub struct Subscription;

/// What can be listened to in Tandem.
#[Subscribes]
impl Subscription {
    /// Each new finding, as soon as it is flagged. A listener that falls far behind misses the oldest.
    async fn overlap_flagged(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only findings of a project that this organisation takes part in: its global id.")]
        authority: Option<ID>,
        #[graphql(desc = "Only findings of this project: its global id.")] project: Option<ID>,
        #[graphql(desc = "Only findings at least this sure, from 0 to 1.")] min_score: Option<f64>,
    ) -> Result<impl Stream<Item = ApiResult<Overlap>>, ApiError> {
        let wanted = OverlapQuery {
            authorities: one(authority, Kind::Organisation, "authority")?,
            projects: one(project, Kind::Project, "project")?,
            min_score,
            ..OverlapQuery::default()
        };
        let app = ctx.data_unchecked::<App>();
        let flagged = app.live.subscribe();
        let state = (app.clone(), flagged, wanted);
        Ok(stream::unfold(state, async move |(app, mut flagged, wanted)| {
            loop {
                let id = match flagged.recv().await {
                    Ok(id) => id,
                    Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => return None,
                };
                match find(&app, id, &wanted).await {
                    Ok(Some(overlap)) => return Some((Ok(overlap), (app, flagged, wanted))),
                    Ok(None) => {}
                    Err(error) => return Some((Err(error), (app, flagged, wanted))),
                }
            }
        }))
    }
}

fn one(id: Option<ID>, kind: Kind, name: &str) -> Result<Vec<Uuid>, ApiError> {
    id.map(|id| expect(kind, &id, &[name]))
        .transpose()
        .map(|id| id.into_iter().collect())
}

async fn find(app: &App, id: Uuid, wanted: &OverlapQuery) -> Result<Option<Overlap>, ApiError> {
    let query = OverlapQuery {
        ids: vec![id],
        ..wanted.clone()
    };
    let row = store::overlap::all(app.db.read(), &query, 1).await?.pop();
    match row {
        Some(row) => Overlap::alone(app, row).await,
        None => Ok(None),
    }
}
