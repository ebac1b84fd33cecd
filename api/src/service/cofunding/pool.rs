//! The bodies behind some projects, as the solver sees them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use entity::kinds::{ParticipantRole, ProjectStatus, TagKind};
use entity::{organisation, project};
use matching::Key;
use matching::cluster::Link;
use matching::cofunding::{Body, Effort, Member, Named, Pool, costs};
use uuid::Uuid;

use super::members_of;
use crate::error::ApiResult;
use crate::exchange::to_matching::phase;
use crate::service::App;
use crate::service::group::acting_as;
use crate::store;
use crate::store::overlap::OverlapQuery;
use crate::store::project::Participation;

/// At most so many findings are read for 500 projects, the strongest.
const MOST_LINKS: u64 = 20_000;

/// Everybody who leads or takes part in these projects. A project's cost is its lead's.
///
/// # Errors
/// When the database fails.
pub(in crate::service) async fn pool(app: &App, projects: &[Uuid]) -> ApiResult<Pool> {
    let mut pools = pools(app, &[projects.to_vec()]).await?;
    Ok(pools.pop().unwrap_or_else(nobody))
}

/// A pool without anybody.
pub(super) fn nobody() -> Pool {
    Pool::new(Vec::new(), &[])
}

/// The same for each of several sets of projects, with as many statements as for one, for each 500 projects.
///
/// # Errors
/// When the database fails.
pub(super) async fn pools(app: &App, sets: &[Vec<Uuid>]) -> ApiResult<Vec<Pool>> {
    let mut all: Vec<Uuid> = sets.iter().flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    let mut found = Found::default();
    for ids in all.chunks(store::ROWS_AN_INSERT) {
        found.read(app, ids).await?;
    }
    // A finding ties two projects of one set: it is asked for by its left one, and held against the sets here.
    for ids in all.chunks(store::ROWS_AN_INSERT) {
        let query = OverlapQuery {
            projects: ids.to_vec(),
            ..OverlapQuery::default()
        };
        for row in store::overlap::pairs(app.db.read(), &query, MOST_LINKS).await? {
            found.links.insert((row.left_id, row.right_id), row.score);
        }
    }
    Ok(sets.iter().map(|set| found.pool(set)).collect())
}

/// What is known of projects.
#[derive(Default)]
struct Found {
    members: HashMap<Uuid, Member>,
    rows: HashMap<Uuid, project::Model>,
    themes: HashMap<Uuid, Vec<String>>,
    parts: HashMap<Uuid, Vec<Participation>>,
    links: HashMap<(Uuid, Uuid), f64>,
}

impl Found {
    async fn read(&mut self, app: &App, ids: &[Uuid]) -> ApiResult<()> {
        let db = app.db.read();
        let members = members_of(app, ids).await?.into_iter();
        self.members
            .extend(members.map(|member| (Uuid::from_u128(member.project.0), member)));
        let rows = store::project::by_ids(db, ids).await?.into_iter();
        let active = rows.filter(|row| row.status == ProjectStatus::Active);
        self.rows.extend(active.map(|row| (row.id, row)));
        let tags = store::project::tags(db, ids).await?;
        for tag in tags.into_iter().filter(|tag| tag.kind == TagKind::Theme) {
            self.themes.entry(tag.project_id).or_default().push(tag.label);
        }
        let parts = store::project::participants(db, ids).await?;
        self.parts
            .extend(store::grouped(parts, |(part, _)| part.project_id));
        Ok(())
    }

    fn pool(&self, set: &[Uuid]) -> Pool {
        let members: Vec<Member> = set
            .iter()
            .filter_map(|id| self.members.get(id).cloned())
            .collect();
        let spent = costs(&members);
        let proven: HashSet<Key> = members
            .iter()
            .filter(|member| member.proven)
            .map(|member| member.project)
            .collect();
        let mut bodies: BTreeMap<Uuid, Body> = BTreeMap::new();
        for row in set.iter().filter_map(|id| self.rows.get(id)) {
            let key = Key(row.id.as_u128());
            for (part, body) in self.parts.get(&row.id).into_iter().flatten() {
                let leads = match part.role {
                    ParticipantRole::Lead => true,
                    ParticipantRole::Partner => false,
                    _ => continue,
                };
                let own = bodies.entry(body.id).or_insert_with(|| told(body));
                if own.efforts.iter().any(|effort| effort.project == key) {
                    continue;
                }
                own.efforts.push(Effort {
                    project: key,
                    phase: row.phase.map(phase),
                    proven: proven.contains(&key),
                    themes: self.themes.get(&row.id).cloned().unwrap_or_default(),
                    costs: if leads {
                        spent.get(&key).cloned().unwrap_or_default()
                    } else {
                        Vec::new()
                    },
                });
            }
        }
        let within: HashSet<&Uuid> = set.iter().collect();
        let ties = self.links.iter();
        let ties = ties.filter(|((left, right), _)| within.contains(left) && within.contains(right));
        let mut links: Vec<Link> = ties
            .map(|((left, right), score)| Link {
                left: Key(left.as_u128()),
                right: Key(right.as_u128()),
                score: *score,
            })
            .collect();
        links.sort_by(|a, b| {
            (b.score.total_cmp(&a.score)).then_with(|| (a.left, a.right).cmp(&(b.left, b.right)))
        });
        Pool::new(bodies.into_values().collect(), &links)
    }
}

/// A body as the rules see it, without efforts.
pub(in crate::service) fn told(body: &Arc<organisation::Model>) -> Body {
    Body {
        named: Named {
            id: body.id.to_string(),
            name: body.name.clone(),
        },
        kind: acting_as(body.kind).as_str().to_owned(),
        nation: body.nation.clone(),
        region: body.region.clone(),
        ended: body.end_date.is_some() || body.merged_into_id.is_some(),
        led: 0,
        efforts: Vec::new(),
    }
}
