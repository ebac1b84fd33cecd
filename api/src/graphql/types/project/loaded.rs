//! What belongs to projects, loaded for a whole page at once.
//!
//! Before a page's objects are resolved, the query is looked ahead, and every kind of
//! child that it asks for comes in one statement for all projects of the page. An
//! object that was made in another way fetches its own children when asked.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql::{Context, Lookahead, Value};
use entity::{
    project, project_adopter, project_award, project_link, project_outcome, project_place, project_relation,
    project_source, project_tag,
};
use uuid::Uuid;

use super::Project;
use crate::error::ApiResult;
use crate::graphql::pagination::{DEFAULT_PAGE, LARGEST_PAGE};
use crate::service::App;
use crate::service::kept::Placed;
use crate::store::overlap::{OverlapQuery, Owned};
use crate::store::page::Page;
use crate::store::project::{self as store, Participation};
use crate::store::{self as all, grouped};

type Shared<T> = Option<Arc<Vec<T>>>;

/// What was loaded of a project's children; `None` was not asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::graphql::types) struct Loaded {
    pub(super) participants: Shared<Participation>,
    tags: Shared<project_tag::Model>,
    awards: Shared<project_award::Model>,
    sources: Shared<project_source::Model>,
    links: Shared<project_link::Model>,
    relations: Shared<project_relation::Model>,
    outcomes: Shared<project_outcome::Model>,
    adopters: Shared<project_adopter::Model>,
    places: Shared<project_place::Model>,
    pub(in crate::graphql::types) overlaps: Option<Arc<LoadedOverlaps>>,
}

/// A project's best findings with the projects on both sides.
#[derive(Debug)]
pub(in crate::graphql::types) struct LoadedOverlaps {
    /// Best first; one more than asked for, where there are more.
    pub(in crate::graphql::types) rows: Vec<entity::overlap::Model>,
    /// The projects on both sides, by id.
    pub(in crate::graphql::types) projects: Arc<HashMap<Uuid, Project>>,
    /// How many findings there are in all; 0 when not asked for.
    pub(in crate::graphql::types) total: i64,
}

/// Which children a query asks of its projects.
#[derive(Debug, Clone, Default)]
pub(in crate::graphql::types) struct Wanted {
    participants: bool,
    tags: bool,
    awards: bool,
    sources: bool,
    links: bool,
    relations: bool,
    outcomes: bool,
    adopters: bool,
    places: bool,
    overlaps: Option<Box<WantedOverlaps>>,
}

#[derive(Debug, Clone)]
struct WantedOverlaps {
    limit: u64,
    total: bool,
    project: Wanted,
}

impl Wanted {
    /// What these fields of a query, all of project type, ask for.
    pub(in crate::graphql::types) fn of(asked: &[Lookahead<'_>]) -> Self {
        let any = |names: &[&str]| {
            asked
                .iter()
                .any(|look| names.iter().any(|name| look.field(name).exists()))
        };
        Self {
            participants: any(&["lead", "participants", "awards"]),
            tags: any(&["themes", "technologies", "sectors", "goals"]),
            awards: any(&["awards"]),
            sources: any(&["sources"]),
            links: any(&["links"]),
            relations: any(&["relations"]),
            outcomes: any(&["outcomes"]),
            adopters: any(&["adopters"]),
            places: any(&["beneficiaryPlaces"]),
            overlaps: any(&["overlaps"]).then(|| Box::new(WantedOverlaps::of(asked))),
        }
    }
}

impl Wanted {
    /// With everybody who takes part.
    pub(in crate::graphql::types) fn with_participants(self) -> Self {
        Self {
            participants: true,
            ..self
        }
    }
}

impl WantedOverlaps {
    fn of(asked: &[Lookahead<'_>]) -> Self {
        let fields: Vec<Lookahead<'_>> = asked.iter().map(|look| look.field("overlaps")).collect();
        let sizes = fields.iter().flat_map(Lookahead::selection_fields).map(|field| {
            let arguments = field.arguments().unwrap_or_default();
            arguments
                .into_iter()
                .find(|(name, _)| name == "first")
                .map_or(DEFAULT_PAGE, |(_, value)| page_size(&value))
        });
        let nodes: Vec<Lookahead<'_>> = fields
            .iter()
            .flat_map(|look| [look.field("nodes"), look.field("edges").field("node")])
            .collect();
        let mut projects: Vec<Lookahead<'_>> = nodes
            .iter()
            .flat_map(|look| [look.field("left"), look.field("right")])
            .collect();
        projects.extend(fields.iter().map(|look| look.field("edges").field("other")));
        let mut project = Wanted::of(&projects);
        // A finding's project may ask for its own findings; those it then fetches by itself.
        project.overlaps = None;
        Self {
            limit: sizes.max().unwrap_or(DEFAULT_PAGE),
            total: fields.iter().any(|look| look.field("totalCount").exists()),
            project,
        }
    }
}

/// A page size that was looked ahead; whether it is allowed is said when the field is resolved.
pub(in crate::graphql::types) fn page_size(value: &Value) -> u64 {
    match value {
        Value::Number(number) => number.as_u64().unwrap_or(0).min(LARGEST_PAGE),
        _ => DEFAULT_PAGE,
    }
}

/// Projects with the children that are wanted.
pub(super) async fn load(
    app: &App,
    rows: Vec<Arc<project::Model>>,
    wanted: &Wanted,
) -> ApiResult<Vec<Project>> {
    let db = &app.db;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let db_read = db.read();
    macro_rules! children {
        ($wanted:expr, $load:path, $owner:expr) => {
            match $wanted && !ids.is_empty() {
                true => Some(grouped($load(db_read, &ids).await?, $owner)),
                false => None,
            }
        };
    }
    let mut participants = match wanted.participants && !ids.is_empty() {
        true => {
            let placed: Vec<Placed> = rows.iter().map(|row| (row.id, row.change_seq)).collect();
            Some(app.kept.participants(db, &placed).await?)
        }
        false => None,
    };
    let mut tags = children!(wanted.tags, store::tags, |row| row.project_id);
    let mut awards = children!(wanted.awards, store::awards, |row| row.project_id);
    let mut sources = children!(wanted.sources, store::sources, |row| row.project_id);
    let mut links = children!(wanted.links, store::links, |row| row.project_id);
    let mut relations = children!(wanted.relations, store::relations, |row| row.project_id);
    let mut outcomes = children!(wanted.outcomes, store::outcomes, |row| row.project_id);
    let mut adopters = children!(wanted.adopters, store::adopters, |row| row.project_id);
    let mut places = children!(wanted.places, store::places, |row| row.project_id);
    let mut overlaps = match &wanted.overlaps {
        Some(wanted) if !ids.is_empty() => Some(load_overlaps(app, &ids, wanted).await?),
        _ => None,
    };
    let projects = rows.into_iter().map(|row| {
        let id = row.id;
        let loaded = Loaded {
            participants: participants
                .as_mut()
                .map(|found| found.remove(&id).unwrap_or_default()),
            tags: take(&mut tags, id),
            awards: take(&mut awards, id),
            sources: take(&mut sources, id),
            links: take(&mut links, id),
            relations: take(&mut relations, id),
            outcomes: take(&mut outcomes, id),
            adopters: take(&mut adopters, id),
            places: take(&mut places, id),
            overlaps: overlaps
                .as_mut()
                .and_then(|found| found.remove(&id))
                .map(Arc::new),
        };
        Project { row, loaded }
    });
    Ok(projects.collect())
}

async fn load_overlaps(
    app: &App,
    ids: &[Uuid],
    wanted: &WantedOverlaps,
) -> ApiResult<HashMap<Uuid, LoadedOverlaps>> {
    let db = &app.db;
    let found = all::overlap::best_of(db.read(), ids, wanted.limit + 1).await?;
    let totals: HashMap<Uuid, i64> = match wanted.total {
        true => all::overlap::counts_of(db.read(), ids)
            .await?
            .into_iter()
            .collect(),
        false => HashMap::new(),
    };
    let rows: Vec<entity::overlap::Model> = found.iter().map(|row| row.overlap.clone()).collect();
    let projects = sides(app, &rows, &wanted.project).await?;
    let mut rows = grouped(found, |row: &Owned| row.owner_id);
    let of = |&id: &Uuid| {
        let rows = rows
            .remove(&id)
            .unwrap_or_default()
            .into_iter()
            .map(|row| row.overlap)
            .collect();
        let total = totals.get(&id).copied().unwrap_or(0);
        (
            id,
            LoadedOverlaps {
                rows,
                projects: Arc::clone(&projects),
                total,
            },
        )
    };
    Ok(ids.iter().map(of).collect())
}

/// A project's share of what was loaded for all; none of it is known to be none.
fn take<T>(groups: &mut Option<HashMap<Uuid, Vec<T>>>, id: Uuid) -> Shared<T> {
    groups
        .as_mut()
        .map(|groups| Arc::new(groups.remove(&id).unwrap_or_default()))
}

macro_rules! children {
    ($($name:ident: $row:ty, $load:path;)+) => {
        impl Loaded {
            $(
                pub(super) async fn $name(
                    &self,
                    ctx: &Context<'_>,
                    project: &project::Model,
                ) -> ApiResult<Arc<Vec<$row>>> {
                    match &self.$name {
                        Some(rows) => Ok(Arc::clone(rows)),
                        None => Ok(Arc::new($load(ctx.data_unchecked::<App>().db.read(), &[project.id]).await?)),
                    }
                }
            )+
        }
    };
}

children! {
    participants: Participation, store::participants;
    tags: project_tag::Model, store::tags;
    awards: project_award::Model, store::awards;
    sources: project_source::Model, store::sources;
    links: project_link::Model, store::links;
    relations: project_relation::Model, store::relations;
    outcomes: project_outcome::Model, store::outcomes;
    adopters: project_adopter::Model, store::adopters;
    places: project_place::Model, store::places;
}

impl Project {
    /// A page of the project's findings, one more than asked for where there are more; loaded with the
    /// page of projects, or else now.
    pub(in crate::graphql::types) async fn best_overlaps(
        &self,
        ctx: &Context<'_>,
        page: &Page,
    ) -> ApiResult<Arc<LoadedOverlaps>> {
        let app = ctx.data_unchecked::<App>();
        let db = &app.db;
        if let (Some(found), None) = (&self.loaded.overlaps, &page.beyond) {
            return Ok(Arc::clone(found));
        }
        let query = OverlapQuery {
            projects: vec![self.row.id],
            descending: true,
            ..OverlapQuery::default()
        };
        let further = Page {
            limit: page.limit + 1,
            ..page.clone()
        };
        let rows = all::overlap::list(db.read(), &query, &further).await?.rows;
        let total = i64::try_from(all::overlap::count(db.read(), &query).await?).unwrap_or(i64::MAX);
        let projects = sides(app, &rows, &Wanted::default()).await?;
        Ok(Arc::new(LoadedOverlaps {
            rows,
            projects,
            total,
        }))
    }
}

/// The projects on both sides of findings, by id.
async fn sides(
    app: &App,
    rows: &[entity::overlap::Model],
    wanted: &Wanted,
) -> ApiResult<Arc<HashMap<Uuid, Project>>> {
    let ids: BTreeSet<Uuid> = rows.iter().flat_map(|row| [row.left_id, row.right_id]).collect();
    let rows = app
        .kept
        .by_ids(&app.db, &ids.into_iter().collect::<Vec<_>>())
        .await?;
    let projects = Box::pin(load(app, rows, wanted)).await?;
    Ok(Arc::new(
        projects
            .into_iter()
            .map(|project| (project.row.id, project))
            .collect(),
    ))
}
