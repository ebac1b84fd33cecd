//! Whom an authority should talk to.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;
use entity::kinds::{
    NeighbourKind, OrganisationKind, OutcomeFinding, ParticipantRole, ProjectStatus, TagKind,
};
use entity::{organisation, project};
use matching::Key;
use matching::partners::{Activity, AuthorityFacts, Directory, Question, Suggestions, Tier, UnknownSeeker};
use uuid::Uuid;

// What the API shows of a suggestion.
pub use matching::partners::{Likeness as Measured, Reason as Weighed, Suggestion};

use super::{App, cluster};
use crate::data;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::exchange::to_matching::{day, phase};
use crate::store::organisation::State;
use crate::store::{self, Database};
use crate::work;

/// What the suggestions were made of: the change up to which overlaps were looked for, and the organisations as they were.
type AsOf = (i64, State);

/// The facts about authorities and their projects as of one change of the catalogue.
#[derive(Debug, Default)]
pub struct Cache {
    kept: Mutex<Option<(AsOf, Arc<Directory>)>>,
}

/// At most so many projects are read at a time.
const BATCH: u64 = 1_000;

/// What partners are sought for.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// A project of the one who asks; all its projects count unless given.
    pub project: Option<Uuid>,
    /// Themes.
    pub themes: Vec<String>,
    /// Authorities that ask as one group with it: they are not suggested, and whoever worked with them, is near them or
    /// like them ranks higher.
    pub together: Vec<Uuid>,
}

/// Authorities worth talking to, best first.
///
/// # Errors
/// When the authority is none, or takes no part in the project.
pub async fn suggest(app: &App, authority: Uuid, sought: Sought, first: usize) -> ApiResult<Suggestions> {
    let directory = directory(app).await?;
    let today = day(Utc::now().date_naive());
    let mut question = Question::new(authority.to_string(), today);
    question.project = sought.project.map(|id| Key(id.as_u128()));
    question.themes = sought.themes;
    question.on_board = sought.together.iter().map(Uuid::to_string).collect();
    question.first = first;
    let found = work::long(move || directory.suggest(&question)).await?;
    found.map_err(|error| match error {
        UnknownSeeker::Authority(_) => ApiError::bad_input(
            UserErrorCode::NotFound,
            &["authority"],
            "there is no such authority, or it has ended; ask for its successor",
        ),
        UnknownSeeker::Project { .. } => ApiError::bad_input(
            UserErrorCode::NotFound,
            &["project"],
            "the authority takes no part in such a project",
        ),
    })
}

async fn directory(app: &App) -> ApiResult<Arc<Directory>> {
    let settled = store::catalogue::state(app.db.read()).await?.settled_seq;
    let known = (settled, store::organisation::state(app.db.read()).await?);
    let kept = app
        .partners
        .kept
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if let Some((as_of, directory)) = kept
        && as_of == known
    {
        return Ok(directory);
    }
    let directory = Arc::new(read(&app.db).await?);
    *app.partners.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((known, Arc::clone(&directory)));
    Ok(directory)
}

async fn read(db: &Database) -> ApiResult<Directory> {
    let rows = store::organisation::directory(db.read()).await?;
    let mut borders: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in rows
        .neighbours
        .iter()
        .filter(|row| row.kind == NeighbourKind::Border)
    {
        borders
            .entry(row.organisation_id)
            .or_default()
            .push(row.neighbour_id.to_string());
    }
    // An ended authority's work counts for whoever took over.
    let heirs: HashMap<Uuid, Uuid> = rows
        .successors
        .iter()
        .map(|row| (row.organisation_id, row.successor_id))
        .collect();
    let current: Vec<&organisation::Model> = rows
        .organisations
        .iter()
        .filter(|body| {
            let stands = body.end_date.is_none() && body.merged_into_id.is_none();
            body.kind == OrganisationKind::LocalAuthority && stands
        })
        .collect();
    let ids: BTreeSet<Uuid> = current.iter().map(|body| body.id).collect();
    let facts = current
        .iter()
        .map(|body| facts(body, borders.remove(&body.id).unwrap_or_default()))
        .collect();
    let mut activities = Vec::new();
    let mut place = 0;
    loop {
        let projects = store::project::changed_after(db.read(), place, BATCH).await?;
        let Some(last) = projects.last() else { break };
        place = last.change_seq;
        activities.extend(of_projects(db, projects, &ids, &heirs).await?);
    }
    let links = cluster::links(db.read()).await?;
    Ok(Directory::new(facts, activities, &links))
}

async fn of_projects(
    db: &Database,
    projects: Vec<project::Model>,
    authorities: &BTreeSet<Uuid>,
    heirs: &HashMap<Uuid, Uuid>,
) -> ApiResult<Vec<Activity>> {
    let rows: HashMap<Uuid, project::Model> = projects
        .into_iter()
        .filter(|row| row.status == ProjectStatus::Active)
        .map(|row| (row.id, row))
        .collect();
    let ids: Vec<Uuid> = rows.keys().copied().collect();
    let tags = store::project::tags(db.read(), &ids).await?;
    let participants = store::project::participants(db.read(), &ids).await?;
    let outcomes = store::project::outcomes(db.read(), &ids).await?;
    let worked = outcomes
        .iter()
        .filter(|row| row.finding == OutcomeFinding::Worked);
    let worked: BTreeSet<Uuid> = worked.map(|row| row.project_id).collect();
    let mut labels: HashMap<Uuid, (Vec<String>, Vec<String>)> = HashMap::new();
    for tag in tags {
        let (themes, technologies) = labels.entry(tag.project_id).or_default();
        match tag.kind {
            TagKind::Theme => themes.push(tag.label),
            TagKind::Technology => technologies.push(tag.label),
            TagKind::Sector | TagKind::Goal => {}
        }
    }
    let own = [ParticipantRole::Lead, ParticipantRole::Partner];
    let activities = participants
        .iter()
        .filter(|(row, _)| own.contains(&row.role))
        .filter_map(|(row, body)| {
            let authority = if authorities.contains(&body.id) {
                body.id
            } else {
                *heirs.get(&body.id)?
            };
            let project = rows.get(&row.project_id)?;
            let (themes, technologies) = labels.get(&row.project_id).cloned().unwrap_or_default();
            Some(Activity {
                authority: authority.to_string(),
                project: Key(project.id.as_u128()),
                title: project.title.clone(),
                themes,
                technologies,
                phase: project.phase.map(phase),
                proven: worked.contains(&project.id),
                last_confirmed: project.last_confirmed_at.map(|at| day(at.date_naive())),
            })
        });
    Ok(activities.collect())
}

fn facts(body: &organisation::Model, borders: Vec<String>) -> AuthorityFacts {
    AuthorityFacts {
        id: body.id.to_string(),
        name: body.name.clone(),
        tier: body.tier.as_deref().and_then(tier),
        nation: body.nation.clone().unwrap_or_default(),
        region: body.region.clone(),
        county: body.county_code.clone(),
        combined_authority: body.combined_authority_code.clone(),
        population: body.population.map(real),
        area_km2: body.area_hectares.map(|hectares| real(hectares) / 100.0),
        centre: body.latitude.zip(body.longitude),
        borders,
    }
}

#[expect(
    clippy::as_conversions,
    reason = "residents and hectares are far below 2^53, where a float is exact"
)]
fn real(number: i64) -> f64 {
    number as f64
}

/// The matcher's word for a stored tier: which services such an authority runs.
fn tier(word: &str) -> Option<Tier> {
    use data::Tier as Stored;
    let stored = Stored::ALL.iter().find(|tier| tier.as_str() == word)?;
    match stored {
        Stored::County => Some(Tier::County),
        Stored::District => Some(Tier::District),
        Stored::NiDistrict => Some(Tier::NorthernIrelandDistrict),
        Stored::CombinedAuthority | Stored::StrategicAuthority => Some(Tier::Strategic),
        Stored::Unitary
        | Stored::MetropolitanDistrict
        | Stored::LondonBorough
        | Stored::CityCorporation
        | Stored::ScottishCouncil
        | Stored::WelshCouncil => Some(Tier::Single),
        // Which services an American city runs differs from state to state.
        Stored::UsCity => None,
    }
}
