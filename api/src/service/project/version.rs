//! What a project was before each change, kept with who made it so and why.

use entity::kinds::{ParticipantRole, ProjectChange, ProjectStatus, TagKind};
use entity::{project, project_version};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Adoption, Award, Outcome, PlaceTold, ProjectDraft, Resolved};
use crate::error::{ApiError, ApiResult};
use crate::exchange::record::{Amount, PartialDate};
use crate::store;

/// What was done to a project, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What was done.
    pub kind: ProjectChange,
    /// Who did it: a person, or the source that brought it.
    pub by: Option<String>,
    /// Why, where told.
    pub reason: Option<String>,
}

/// All that a project says. Organisations are ids; sources, which only ever grow, are not part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Its facts.
    #[serde(flatten)]
    pub draft: ProjectDraft,
    /// Where its record stands.
    pub status: ProjectStatus,
    /// Why the record was taken out, if it was.
    pub retired_reason: Option<String>,
}

/// One state of a project, and how it came to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// 1 at creation, one more with each change.
    pub number: i32,
    /// What made it so.
    pub change: Change,
    /// When it became so.
    pub changed_at: chrono::DateTime<chrono::Utc>,
    /// What the project said from then on.
    pub state: State,
}

impl State {
    /// What a project says now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn present(db: &impl ConnectionTrait, row: &project::Model) -> ApiResult<Self> {
        Ok(Self {
            draft: draft(db, row).await?,
            status: row.status,
            retired_reason: row.retired_reason.clone(),
        })
    }

    /// What a project would say if a draft were taken.
    #[must_use]
    pub fn proposed(resolved: Resolved) -> Self {
        let with = |role: ParticipantRole| -> Vec<String> {
            let bodies = resolved
                .participants
                .iter()
                .filter(|(_, as_what)| *as_what == role);
            bodies.map(|(id, _)| id.to_string()).collect()
        };
        let mut draft = resolved.draft.clone();
        draft.lead = with(ParticipantRole::Lead).into_iter().next();
        draft.partners = with(ParticipantRole::Partner);
        draft.funders = with(ParticipantRole::Funder);
        draft.suppliers = with(ParticipantRole::Supplier);
        draft.evaluators = with(ParticipantRole::Evaluator);
        for (award, funder) in draft.awards.iter_mut().zip(&resolved.award_funders) {
            award.funder = funder.map(|id| id.to_string());
        }
        draft.adopters = resolved
            .adopters
            .iter()
            .map(|(id, adopted_on)| Adoption {
                organisation: id.to_string(),
                adopted_on: *adopted_on,
            })
            .collect();
        for (place, authority) in draft.places.iter_mut().zip(&resolved.place_authorities) {
            place.authority = authority.map(|id| id.to_string());
        }
        draft.sources.clear();
        Self {
            draft,
            status: ProjectStatus::Active,
            retired_reason: None,
        }
    }

    /// The organisations that it names.
    pub fn bodies(&self) -> impl Iterator<Item = Uuid> {
        let draft = &self.draft;
        let lists = [
            &draft.partners,
            &draft.funders,
            &draft.suppliers,
            &draft.evaluators,
        ];
        let granted = draft.awards.iter().filter_map(|award| award.funder.as_ref());
        let named = draft
            .lead
            .iter()
            .chain(lists.into_iter().flatten())
            .chain(granted)
            .chain(draft.adopters.iter().map(|adoption| &adoption.organisation))
            .chain(draft.places.iter().filter_map(|place| place.authority.as_ref()));
        named.filter_map(|id| Uuid::try_parse(id).ok())
    }
}

/// Keeps the present state of a project, which is about to change.
///
/// # Errors
/// When the database fails.
pub async fn keep(db: &impl ConnectionTrait, row: &project::Model) -> ApiResult<()> {
    keep_state(db, row, &State::present(db, row).await?).await
}

/// Keeps a state of a project that was read before.
///
/// # Errors
/// When the database fails.
pub async fn keep_state(db: &impl ConnectionTrait, row: &project::Model, state: &State) -> ApiResult<()> {
    let state = serde_json::to_string(state).map_err(ApiError::internal)?;
    let row = project_version::Model {
        project_id: row.id,
        version: row.version,
        change: row.change,
        changed_by: row.changed_by.clone(),
        change_reason: row.change_reason.clone(),
        changed_at: row.updated_at,
        state,
    };
    Ok(store::version::insert(db, row).await?)
}

/// The states of a project up to a version, the latest first: at most `limit`. All of them unless `before` is given.
///
/// # Errors
/// When the database fails.
pub async fn history(
    db: &impl ConnectionTrait,
    row: &project::Model,
    before: Option<i32>,
    limit: u64,
) -> ApiResult<Vec<Version>> {
    let mut versions = Vec::new();
    if before.is_none_or(|before| row.version < before) {
        versions.push(Version {
            number: row.version,
            change: Change {
                kind: row.change,
                by: row.changed_by.clone(),
                reason: row.change_reason.clone(),
            },
            changed_at: row.updated_at,
            state: State::present(db, row).await?,
        });
    }
    let below = before.map_or(row.version, |before| before.min(row.version));
    for kept in store::version::before(db, row.id, below, limit).await? {
        versions.push(Version::try_from(kept)?);
    }
    versions.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(versions)
}

/// What a project was at an earlier version, where it is kept.
///
/// # Errors
/// When the database fails.
pub async fn earlier(db: &impl ConnectionTrait, project: Uuid, version: i32) -> ApiResult<Option<State>> {
    let kept = store::version::at(db, project, version).await?;
    let kept = kept.map(Version::try_from).transpose()?;
    Ok(kept.map(|version| version.state))
}

impl TryFrom<project_version::Model> for Version {
    type Error = ApiError;

    fn try_from(row: project_version::Model) -> Result<Self, ApiError> {
        Ok(Self {
            number: row.version,
            change: Change {
                kind: row.change,
                by: row.changed_by,
                reason: row.change_reason,
            },
            changed_at: row.changed_at,
            state: serde_json::from_str(&row.state).map_err(ApiError::internal)?,
        })
    }
}

/// The draft that would give a project as it stands, but for its sources.
pub(in crate::service) async fn draft(
    db: &impl ConnectionTrait,
    row: &project::Model,
) -> ApiResult<ProjectDraft> {
    let id = row.id;
    let participants = store::project::participants(db, &[id]).await?;
    let tags = store::project::tags(db, &[id]).await?;
    let with = |role: ParticipantRole| -> Vec<String> {
        let ids = participants.iter().filter(|(row, _)| row.role == role);
        ids.map(|(row, _)| row.organisation_id.to_string()).collect()
    };
    let relations = store::project::relations(db, &[id]).await?.into_iter();
    let mut relations: Vec<_> = relations.map(|row| (row.other_id, row.relation)).collect();
    relations.sort_unstable();
    let awards = store::project::awards(db, &[id]).await?;
    let outcomes = store::project::outcomes(db, &[id]).await?;
    let adopters = store::project::adopters(db, &[id]).await?;
    let places = store::project::places(db, &[id]).await?;
    let links = store::project::links(db, &[id]).await?;
    let goals = store::project::labels(&tags, TagKind::Goal);
    let date = |date: Option<_>, precision: Option<_>| {
        date.zip(precision)
            .map(|(date, precision)| PartialDate { date, precision })
    };
    let budget = row.budget_minor.zip(row.budget_currency.clone());
    Ok(ProjectDraft {
        title: row.title.clone(),
        summary: row.summary.clone(),
        kind: row.kind,
        phase: row.phase,
        lead: with(ParticipantRole::Lead).into_iter().next(),
        partners: with(ParticipantRole::Partner),
        funders: with(ParticipantRole::Funder),
        suppliers: with(ParticipantRole::Supplier),
        evaluators: with(ParticipantRole::Evaluator),
        themes: store::project::labels(&tags, TagKind::Theme),
        technologies: store::project::labels(&tags, TagKind::Technology),
        programme: row.programme.clone(),
        outcome: row.outcome.clone(),
        note: row.note.clone(),
        start: date(row.start_date, row.start_precision),
        end: date(row.end_date, row.end_precision),
        budget: budget.map(|(minor, currency)| Amount { minor, currency }),
        awards: awards.into_iter().map(Award::from).collect(),
        links: links.into_iter().map(|link| link.url).collect(),
        sectors: store::project::labels(&tags, TagKind::Sector),
        goals: goals.iter().filter_map(|number| number.parse().ok()).collect(),
        outcomes: outcomes.into_iter().map(Outcome::from).collect(),
        adopters: adopters.into_iter().map(Adoption::from).collect(),
        places: places.into_iter().map(PlaceTold::from).collect(),
        sources: Vec::new(),
        relations,
    })
}
