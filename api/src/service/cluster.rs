//! Clusters: which projects belong to one effort, and what they cost together.

use std::collections::HashMap;

use entity::{overlap_cluster as cluster, overlap_cluster_member as member};
use matching::cluster::{Cluster, ClusterId, ClusterOptions, Link, assign_ids, clusters};
use matching::{Catalogue, Key};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::clock;
use crate::error::ApiResult;
use crate::store;
use crate::store::overlap::OverlapQuery;

/// At most so many findings are clustered, the strongest first.
const MOST_LINKS: u64 = 500_000;

/// The standing findings as links between projects; what people dismissed ties nobody together.
///
/// # Errors
/// When the database fails.
pub async fn links(db: &impl ConnectionTrait) -> ApiResult<Vec<Link>> {
    let query = OverlapQuery {
        undismissed: true,
        ..OverlapQuery::default()
    };
    let rows = store::overlap::pairs(db, &query, MOST_LINKS).await?;
    let link = |row: store::overlap::Pair| Link {
        left: Key(row.left_id.as_u128()),
        right: Key(row.right_id.as_u128()),
        score: row.score,
    };
    Ok(rows.into_iter().map(link).collect())
}

/// Clusters the standing findings anew. A cluster keeps its id while its core stays.
///
/// # Errors
/// When the database fails.
pub(crate) async fn renew(db: &impl ConnectionTrait) -> ApiResult<()> {
    let flag_threshold = Catalogue::FLAG_THRESHOLD;
    let options = ClusterOptions {
        flag_threshold,
        known_from: flag_threshold,
    };
    let now = clusters(&links(db).await?, &options);
    let (rows, members) = store::cluster::all(db).await?;
    let mut was: HashMap<Uuid, (cluster::Model, Vec<Key>)> =
        rows.into_iter().map(|row| (row.id, (row, Vec::new()))).collect();
    for row in members {
        if let Some((_, keys)) = was.get_mut(&row.cluster_id) {
            keys.push(Key(row.project_id.as_u128()));
        }
    }
    let previous: Vec<(ClusterId, Vec<Key>)> = was
        .iter()
        .map(|(id, (_, keys))| (ClusterId(id.as_u128()), keys.clone()))
        .collect();
    let ids = assign_ids(&previous, &now, || Uuid::now_v7().as_u128());
    let (mut fresh, mut fresh_members) = (Vec::new(), Vec::new());
    for (id, found) in ids.into_iter().zip(now) {
        let id = Uuid::from_u128(id.0);
        let earlier = was.remove(&id);
        if let Some((row, keys)) = &earlier
            && same(row, keys, &found)
        {
            continue;
        }
        let created_at = earlier.as_ref().map(|(row, _)| row.created_at);
        if let Some(earlier) = earlier {
            was.insert(id, earlier);
        }
        fresh.push(row(id, &found, created_at));
        fresh_members.extend(found.members.iter().map(|key| member::Model {
            cluster_id: id,
            project_id: Uuid::from_u128(key.0),
        }));
    }
    let gone: Vec<Uuid> = was.into_keys().collect();
    store::cluster::replace(db, &gone, fresh, fresh_members).await?;
    Ok(())
}

fn same(row: &cluster::Model, keys: &[Key], found: &Cluster) -> bool {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys == found.members
        && row.central_id.as_u128() == found.central.0
        && (row.cohesion - found.cohesion).abs() < f64::EPSILON
}

fn row(id: Uuid, found: &Cluster, created_at: Option<chrono::DateTime<chrono::Utc>>) -> cluster::Model {
    let now = clock::now();
    cluster::Model {
        id,
        central_id: Uuid::from_u128(found.central.0),
        size: i32::try_from(found.members.len()).unwrap_or(i32::MAX),
        cohesion: found.cohesion,
        created_at: created_at.unwrap_or(now),
        updated_at: now,
    }
}
