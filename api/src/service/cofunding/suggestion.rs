//! Calls that fit, and bids that could be made for them.

use std::collections::HashMap;
use std::sync::Arc;

use entity::kinds::TagKind;
use matching::Record;
use matching::cofunding::{Assumptions, Consortium, LeftOut, Offer, Pool, Proposals, spread};
use uuid::Uuid;

use super::{known, nobody, pools, rules};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::bid;
use crate::service::funding::{self, Call, Standing};
use crate::store;
use crate::store::bid::BidQuery;
use crate::store::cluster::ClusterQuery;
use crate::store::funding::CallQuery;
use crate::store::page::Page;
use crate::work;

/// At most so many calls are looked through for one question, those that close first.
const MOST_CALLS: u64 = 200;

/// At most so many clusters of an authority are looked at, the largest.
const MOST_CLUSTERS: u64 = 20;

/// At most so many clusters are looked at for a funder, the largest.
const MOST_FOR_FUNDER: u64 = 300;

/// Of each cluster and call, so many bids with different leads are suggested.
const LEADS_SHOWN: usize = 3;

/// At most so many projects speak for a question when calls are put in order.
const MOST_TEXTS: usize = 12;

/// At most so many projects of an authority are looked at.
const MOST_PROJECTS: usize = 200;

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One project and those who are in it.
    Project(Uuid),
    /// A cluster of overlapping projects.
    Cluster(Uuid),
    /// An authority, its projects, and whatever overlaps them.
    Authority(Uuid),
}

/// A bid that could be made.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// For which call.
    pub call: Arc<Call>,
    /// Out of which cluster.
    pub cluster: Option<Uuid>,
    /// By whom, and what each pays and gets.
    pub bid: Consortium,
    /// How much the call is about what the projects are about, from 0 to 1.
    pub likeness: f64,
}

/// A call, and whether it fits.
#[derive(Debug, Clone)]
pub struct Match {
    /// The call.
    pub call: Arc<Call>,
    /// Whether a bid could be made that keeps every rule.
    pub fits: bool,
    /// The best bid, or what comes nearest.
    pub best: Option<Consortium>,
    /// Bodies that cannot take part, and why.
    pub left_out: Vec<LeftOut>,
    /// As [`Suggestion::likeness`].
    pub likeness: f64,
}

/// Some projects, and what is asked of them.
struct Ground {
    cluster: Option<Uuid>,
    projects: Vec<Uuid>,
}

/// The calls that take bids or will, those that fit first, then those that are most about the same.
///
/// # Errors
/// Bad input when there is nothing to ask about.
pub async fn matches(app: &App, viewer: &Viewer, scope: Scope) -> ApiResult<Vec<Match>> {
    let (projects, including) = match scope {
        Scope::Project(id) => (vec![id], None),
        Scope::Cluster(id) => (in_cluster(app, id).await?, None),
        Scope::Authority(id) => {
            let mut all: Vec<Uuid> = Vec::new();
            for ground in around(app, id).await? {
                all.extend(ground.projects);
            }
            all.sort_unstable();
            all.dedup();
            all.truncate(MOST_PROJECTS);
            (all, Some(id.to_string()))
        }
    };
    if store::project::by_ids(app.db.read(), &projects).await?.is_empty() {
        let field = match scope {
            Scope::Project(_) => "project",
            Scope::Cluster(_) => "cluster",
            Scope::Authority(_) => "authority",
        };
        let message = "there is no such record, or it has no projects";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &[field], message));
    }
    let calls = open_calls(app).await?;
    let sets = [projects];
    let alike = known::alike(app, texts(app, &sets).await?).await?;
    let alike = alike.into_iter().next().unwrap_or_default();
    let pool = pools(app, &sets).await?.pop().unwrap_or_else(nobody);
    let led = led(app, viewer, &calls).await?;
    let solved = solve(pool, calls, led, including).await?;
    let mut found: Vec<Match> = solved
        .into_iter()
        .map(|(call, mut proposals)| Match {
            fits: !proposals.bids.is_empty(),
            likeness: alike.get(&call.row.id).copied().unwrap_or(0.0),
            best: match proposals.bids.is_empty() {
                true => proposals.near_miss,
                false => Some(proposals.bids.swap_remove(0)),
            },
            left_out: proposals.left_out,
            call,
        })
        .collect();
    found.sort_by(|a, b| {
        (b.fits.cmp(&a.fits))
            .then_with(|| b.likeness.total_cmp(&a.likeness))
            .then_with(|| closing(&a.call).cmp(&closing(&b.call)))
    });
    Ok(found)
}

/// The bids that could be made by the bodies of a cluster, or with an authority, for one call or all that take bids;
/// those that keep every rule first, each with the call that it fits best.
///
/// # Errors
/// Bad input when neither a cluster nor an authority is given, one is not there, or the call is closed.
pub async fn suggest(
    app: &App,
    viewer: &Viewer,
    cluster: Option<Uuid>,
    authority: Option<Uuid>,
    call: Option<Uuid>,
) -> ApiResult<Vec<Suggestion>> {
    let grounds = match (cluster, authority) {
        (Some(cluster), _) => vec![Ground {
            cluster: Some(cluster),
            projects: in_cluster(app, cluster).await?,
        }],
        (None, Some(authority)) => around(app, authority).await?,
        (None, None) => {
            let message = "give a cluster or an authority";
            return Err(ApiError::bad_input(
                UserErrorCode::Required,
                &["cluster"],
                message,
            ));
        }
    };
    let calls = match call {
        Some(id) => vec![one_open(app, id).await?],
        None => open_calls(app).await?,
    };
    let led = led(app, viewer, &calls).await?;
    let including = authority.map(|id| id.to_string());
    let mut found = Vec::new();
    let sets: Vec<Vec<Uuid>> = grounds.iter().map(|ground| ground.projects.clone()).collect();
    let alike = known::alike(app, texts(app, &sets).await?).await?;
    let grounds = grounds.into_iter().zip(pools(app, &sets).await?);
    for ((ground, pool), alike) in grounds.zip(alike) {
        for (call, proposals) in solve(pool, calls.clone(), led.clone(), including.clone()).await? {
            let likeness = alike.get(&call.row.id).copied().unwrap_or(0.0);
            let bids = proposals
                .bids
                .into_iter()
                .filter(|bid| bid.seats.len() > 1)
                .take(LEADS_SHOWN);
            found.extend(bids.chain(proposals.near_miss).map(|bid| Suggestion {
                call: Arc::clone(&call),
                cluster: ground.cluster,
                bid,
                likeness,
            }));
        }
    }
    found.sort_by(rank);
    // Over all clusters nobody is put as lead into more bids of a call than it allows.
    let mut led = led;
    found.retain(|one| {
        let lead = one.bid.lead().and_then(|lead| Uuid::parse_str(lead).ok());
        let (Some(lead), true) = (lead, one.bid.complete) else {
            return true;
        };
        let count = led.entry((one.call.row.id, lead)).or_default();
        *count += 1;
        rules(&one.call).most_led.is_none_or(|most| *count <= most)
    });
    Ok(found)
}

/// Complete ones first; then by what they are worth, likeness to the call counting up to 1,000 points.
fn rank(a: &Suggestion, b: &Suggestion) -> std::cmp::Ordering {
    let points = |one: &Suggestion| {
        f64::from(i32::try_from(one.bid.points).unwrap_or(i32::MAX)) + 1_000.0 * one.likeness
    };
    (b.bid.complete.cmp(&a.bid.complete))
        .then_with(|| points(b).total_cmp(&points(a)))
        .then_with(|| closing(&a.call).cmp(&closing(&b.call)))
        .then_with(|| a.bid.lead().cmp(&b.bid.lead()))
}

fn closing(call: &Call) -> (i64, Uuid) {
    (call.row.closes_ms.unwrap_or(i64::MAX), call.row.id)
}

/// The bids that a call could get, one a cluster, so that nobody leads more than the call allows; the best first.
///
/// # Errors
/// Unauthenticated or forbidden for whoever neither answers for the call's money nor is an administrator.
pub async fn eligible(app: &App, viewer: &Viewer, call: Uuid) -> ApiResult<Vec<Suggestion>> {
    funding::known(viewer)?;
    let call = funding::by_id(app.db.read(), call).await?;
    let Some(call) = call.map(Arc::new) else {
        let message = "there is no such funding call";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["call"], message));
    };
    if !funding::answers_for(viewer, call.row.funder_id) {
        let message = "only the funder of a call and administrators see this";
        return Err(ApiError::Forbidden(message.to_owned()));
    }
    let page = Page::first(MOST_FOR_FUNDER);
    let clusters = store::cluster::list(app.db.read(), &ClusterQuery::default(), &page)
        .await?
        .rows;
    let grounds = grounds(app, clusters.iter().map(|row| row.id).collect()).await?;
    let led = led(app, viewer, std::slice::from_ref(&call)).await?;
    let sets: Vec<Vec<Uuid>> = grounds.iter().map(|ground| ground.projects.clone()).collect();
    let mut offers = Vec::new();
    let mut bids: Vec<(Ground, Vec<Consortium>)> = Vec::new();
    for (ground, pool) in grounds.into_iter().zip(pools(app, &sets).await?) {
        let solved = solve(pool, vec![Arc::clone(&call)], led.clone(), None).await?;
        let own = solved.into_iter().flat_map(|(_, proposals)| proposals.bids);
        let own: Vec<Consortium> = own.filter(|bid| bid.seats.len() > 1).collect();
        let offer = |bid: &Consortium| Offer {
            lead: bid.lead().unwrap_or_default().to_owned(),
            points: bid.points,
        };
        offers.push(own.iter().map(offer).collect::<Vec<_>>());
        bids.push((ground, own));
    }
    let most = rules(&call).most_led.unwrap_or(usize::MAX);
    let room = |lead: &str| {
        let id = Uuid::parse_str(lead).unwrap_or_default();
        most.saturating_sub(led.get(&(call.row.id, id)).copied().unwrap_or(0))
    };
    let mut chosen: Vec<(Ground, Consortium)> = Vec::new();
    for (taken, (ground, mut own)) in spread(&offers, room).into_iter().zip(bids) {
        if let Some(taken) = taken.filter(|taken| *taken < own.len()) {
            chosen.push((ground, own.swap_remove(taken)));
        }
    }
    let sets: Vec<Vec<Uuid>> = chosen.iter().map(|(ground, _)| ground.projects.clone()).collect();
    let alike = known::alike(app, texts(app, &sets).await?).await?;
    let mut found: Vec<Suggestion> = chosen
        .into_iter()
        .zip(alike)
        .map(|((ground, bid), alike)| Suggestion {
            call: Arc::clone(&call),
            cluster: ground.cluster,
            bid,
            likeness: alike.get(&call.row.id).copied().unwrap_or(0.0),
        })
        .collect();
    found.sort_by(rank);
    Ok(found)
}

type Led = HashMap<(Uuid, Uuid), usize>;

/// Counted are the bids that the viewer may see: who is no longer suggested as a lead would tell everybody else of a draft.
async fn led(app: &App, viewer: &Viewer, calls: &[Arc<Call>]) -> ApiResult<Led> {
    let ids: Vec<Uuid> = calls.iter().map(|call| call.row.id).collect();
    let seen = bid::seen(viewer, BidQuery::default()).seen_by;
    Ok(store::bid::led(app.db.read(), &ids, seen.as_ref()).await?)
}

/// Asks a pool for each call, in a thread for long work.
async fn solve(
    mut pool: Pool,
    calls: Vec<Arc<Call>>,
    led: Led,
    including: Option<String>,
) -> ApiResult<Vec<(Arc<Call>, Proposals)>> {
    work::long(move || {
        let solved = calls.into_iter().map(|call| {
            pool.leads(|body| {
                let body = Uuid::parse_str(body).unwrap_or_default();
                led.get(&(call.row.id, body)).copied().unwrap_or(0)
            });
            let proposals = pool.propose(&rules(&call), including.as_deref(), Assumptions::default());
            (call, proposals)
        });
        solved.collect()
    })
    .await
}

async fn open_calls(app: &App) -> ApiResult<Vec<Arc<Call>>> {
    let query = CallQuery {
        standing: vec![Standing::Open, Standing::Upcoming],
        now_ms: clock::now().timestamp_millis(),
        ..CallQuery::default()
    };
    let rows = store::funding::next(app.db.read(), &query, MOST_CALLS).await?;
    let calls = funding::load(app.db.read(), rows).await?;
    Ok(calls.into_iter().map(Arc::new).collect())
}

async fn one_open(app: &App, id: Uuid) -> ApiResult<Arc<Call>> {
    let call = funding::by_id(app.db.read(), id).await?;
    let Some(call) = call else {
        let message = "there is no such funding call";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["call"], message));
    };
    funding::not_closed(&call, &["call"])?;
    Ok(Arc::new(call))
}

async fn in_cluster(app: &App, id: Uuid) -> ApiResult<Vec<Uuid>> {
    let members = store::cluster::members(app.db.read(), &[id]).await?;
    match members.is_empty() {
        true => Err(ApiError::bad_input(
            UserErrorCode::NotFound,
            &["cluster"],
            "there is no such cluster",
        )),
        false => Ok(members.into_iter().map(|row| row.project_id).collect()),
    }
}

/// The clusters that an authority has a project in; where there are none, its own projects.
async fn around(app: &App, authority: Uuid) -> ApiResult<Vec<Ground>> {
    if store::organisation::by_id(app.db.read(), authority)
        .await?
        .is_none()
    {
        let message = "there is no such organisation";
        return Err(ApiError::bad_input(
            UserErrorCode::NotFound,
            &["authority"],
            message,
        ));
    }
    let query = ClusterQuery {
        authorities: vec![authority],
        ..ClusterQuery::default()
    };
    let clusters = store::cluster::list(app.db.read(), &query, &Page::first(MOST_CLUSTERS))
        .await?
        .rows;
    if clusters.is_empty() {
        let mut projects = store::organisation_change::projects_of(app.db.read(), authority).await?;
        projects.truncate(MOST_PROJECTS);
        return Ok(vec![Ground {
            cluster: None,
            projects,
        }]);
    }
    let ids: Vec<Uuid> = clusters.iter().map(|row| row.id).collect();
    grounds(app, ids).await
}

/// The projects of clusters, in the clusters' order.
async fn grounds(app: &App, clusters: Vec<Uuid>) -> ApiResult<Vec<Ground>> {
    let members = store::cluster::members(app.db.read(), &clusters).await?;
    let mut projects = store::grouped(members, |row| row.cluster_id);
    let ground = |id: Uuid| Ground {
        cluster: Some(id),
        projects: projects
            .remove(&id)
            .unwrap_or_default()
            .into_iter()
            .map(|row| row.project_id)
            .collect(),
    };
    Ok(clusters.into_iter().map(ground).collect())
}

/// What each of several sets of projects is about, by the first of each.
async fn texts(app: &App, sets: &[Vec<Uuid>]) -> ApiResult<Vec<Vec<Record>>> {
    let mut records: HashMap<Uuid, Record> = HashMap::new();
    let first = |set: &Vec<Uuid>| set.iter().take(MOST_TEXTS).copied().collect::<Vec<Uuid>>();
    let mut all: Vec<Uuid> = sets.iter().flat_map(first).collect();
    all.sort_unstable();
    all.dedup();
    for ids in all.chunks(store::ROWS_AN_INSERT) {
        let mut tags = store::grouped(store::project::tags(app.db.read(), ids).await?, |tag| {
            tag.project_id
        });
        for row in store::project::by_ids(app.db.read(), ids).await? {
            let own = tags.remove(&row.id).unwrap_or_default();
            let record = Record {
                themes: store::project::labels(&own, TagKind::Theme),
                technologies: store::project::labels(&own, TagKind::Technology),
                title: row.title,
                summary: row.summary,
                ..Record::default()
            };
            records.insert(row.id, record);
        }
    }
    let told = |set: &Vec<Uuid>| {
        let known = first(set).into_iter().filter_map(|id| records.get(&id).cloned());
        known.collect()
    };
    Ok(sets.iter().map(told).collect())
}
