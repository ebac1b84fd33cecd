//! The bodies behind some projects, as the solver sees them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use entity::kinds::{ParticipantRole, ProjectStatus, TagKind};
use entity::organisation;
use matching::Key;
use matching::cluster::Link;
use matching::cofunding::{Body, Effort, Named, Pool, costs};
use uuid::Uuid;

use super::members_of;
use crate::error::ApiResult;
use crate::exchange::to_matching::phase;
use crate::service::App;
use crate::store;
use crate::store::overlap::OverlapQuery;

/// At most so many findings tie the bodies of a pool together, the strongest.
const MOST_LINKS: u64 = 20_000;

/// Everybody who leads or takes part in these projects. A project's cost is its lead's.
///
/// # Errors
/// When the database fails.
pub(in crate::service) async fn pool(app: &App, projects: &[Uuid]) -> ApiResult<Pool> {
    let db = app.db.read();
    let members = members_of(app, projects).await?;
    let spent = costs(&members);
    let proven: HashSet<Key> = members
        .iter()
        .filter(|member| member.proven)
        .map(|member| member.project)
        .collect();
    let mut rows = store::project::by_ids(db, projects).await?;
    rows.retain(|row| row.status == ProjectStatus::Active);
    let tags = store::project::tags(db, projects).await?;
    let mut themes: HashMap<Uuid, Vec<String>> = HashMap::new();
    for tag in tags.into_iter().filter(|tag| tag.kind == TagKind::Theme) {
        themes.entry(tag.project_id).or_default().push(tag.label);
    }
    let mut bodies: BTreeMap<Uuid, Body> = BTreeMap::new();
    for (part, body) in store::project::participants(db, projects).await? {
        let Some(row) = rows.iter().find(|row| row.id == part.project_id) else {
            continue;
        };
        let key = Key(row.id.as_u128());
        let leads = match part.role {
            ParticipantRole::Lead => true,
            ParticipantRole::Partner => false,
            _ => continue,
        };
        let own = bodies.entry(body.id).or_insert_with(|| told(&body));
        if own.efforts.iter().any(|effort| effort.project == key) {
            continue;
        }
        own.efforts.push(Effort {
            project: key,
            phase: row.phase.map(phase),
            proven: proven.contains(&key),
            themes: themes.get(&row.id).cloned().unwrap_or_default(),
            costs: if leads {
                spent.get(&key).cloned().unwrap_or_default()
            } else {
                Vec::new()
            },
        });
    }
    let query = OverlapQuery {
        projects: projects.to_vec(),
        ..OverlapQuery::default()
    };
    let pairs = store::overlap::pairs(db, &query, MOST_LINKS).await?;
    let links = pairs.into_iter().map(|row| Link {
        left: Key(row.left_id.as_u128()),
        right: Key(row.right_id.as_u128()),
        score: row.score,
    });
    Ok(Pool::new(
        bodies.into_values().collect(),
        &links.collect::<Vec<_>>(),
    ))
}

/// A body as the rules see it, without efforts.
pub(in crate::service) fn told(body: &Arc<organisation::Model>) -> Body {
    Body {
        named: Named {
            id: body.id.to_string(),
            name: body.name.clone(),
        },
        kind: body.kind.as_str().to_owned(),
        nation: body.nation.clone(),
        region: body.region.clone(),
        ended: body.end_date.is_some() || body.merged_into_id.is_some(),
        led: 0,
        efforts: Vec::new(),
    }
}
