//! What is filled in beforehand: what the authority told last time, and what the catalogue knows of its projects.
//!
//! It is worked out when it is asked for and stored nowhere, so that nothing counts as an answer before somebody
//! confirmed it.

use std::collections::BTreeMap;

use entity::project;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::respondent::Respondent;
use super::wave::MOST_WAVES;
use super::{Given, read_all};
use crate::error::ApiResult;
use crate::service::App;
use crate::service::project::version::State;
use crate::store;
use crate::survey::answer::{Answer, ProjectItem};
use crate::survey::check::{Answers, is_asked};

/// An answer that somebody may confirm.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefilled {
    /// The answer.
    pub answer: Answer,
    /// Where it comes from.
    pub from: Source,
}

/// Where an answer that was filled in comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// What the authority told in an earlier round.
    EarlierRound,
    /// What the catalogue knows.
    Catalogue,
}

/// What can be filled in for the questions that have no answer, by question.
///
/// # Errors
/// When the database fails.
pub async fn prefilled(
    app: &App,
    respondent: &Respondent,
    given: &Given,
) -> ApiResult<BTreeMap<String, Prefilled>> {
    let earlier = last_told(app, respondent).await?;
    let mut found = BTreeMap::new();
    let mut all = given.answers.clone();
    for question in &respondent.round.set.questions {
        let answered = given.rows.contains_key(&question.id);
        if !is_asked(&respondent.round.set, question, &all) {
            continue;
        }
        let filled = match question.projects() {
            // Those that were not told yet are offered still.
            Some(group) => {
                let mut items = known_projects(app, respondent.response.organisation_id, group.most).await?;
                items.retain(|item| !tells(given.answers.get(&question.id), item.project));
                (!items.is_empty()).then_some((Answer::Projects(items), Source::Catalogue))
            }
            None if answered => None,
            None => earlier
                .get(&question.id)
                .filter(|answer| answer.fits(&question.kind))
                .map(|answer| (answer.clone(), Source::EarlierRound)),
        };
        if let Some((answer, from)) = filled {
            // What hangs on it is filled in too.
            all.entry(question.id.clone()).or_insert_with(|| answer.clone());
            found.insert(question.id.clone(), Prefilled { answer, from });
        }
    }
    Ok(found)
}

fn tells(answer: Option<&Answer>, project: Option<Uuid>) -> bool {
    match answer {
        Some(Answer::Projects(items)) => items.iter().any(|item| item.project == project),
        _ => false,
    }
}

/// What the authority submitted in the latest earlier round in which it did.
async fn last_told(app: &App, respondent: &Respondent) -> ApiResult<Answers> {
    let db = app.db.read();
    let round = &respondent.round.wave;
    for wave in store::survey::waves(db, round.survey_id, MOST_WAVES).await? {
        if (wave.opens_at, wave.id) >= (round.opens_at, round.id) {
            continue;
        }
        let row = store::survey::response::of(db, wave.id, respondent.response.organisation_id).await?;
        let Some(row) = row.filter(|row| row.version > 0) else {
            continue;
        };
        let told = store::survey::response::submissions(db, &[row.id]).await?;
        if let Some(latest) = told.first() {
            return read_all(&latest.answers);
        }
    }
    Ok(Answers::new())
}

/// The projects that an authority leads, as the catalogue has them.
async fn known_projects(app: &App, organisation: Uuid, most: usize) -> ApiResult<Vec<ProjectItem>> {
    let db = app.db.read();
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    let mut items = Vec::new();
    for row in store::project::led_by(db, organisation, limit).await? {
        items.push(item(app, db, &row).await?);
    }
    Ok(items)
}

/// A project of the catalogue as a survey tells it.
///
/// # Errors
/// When the database fails.
pub async fn item(app: &App, db: &impl ConnectionTrait, row: &project::Model) -> ApiResult<ProjectItem> {
    let draft = State::present(db, row).await?.draft;
    let name = |id: &String| {
        let known = Uuid::try_parse(id).ok().and_then(|id| app.directory.name(id));
        known.unwrap_or_else(|| id.clone())
    };
    Ok(ProjectItem {
        id: row.id.simple().to_string(),
        project: Some(row.id),
        separate: false,
        unchanged: false,
        title: draft.title,
        summary: draft.summary,
        phase: draft.phase,
        themes: draft.themes,
        technologies: draft.technologies,
        start: draft.start,
        end: draft.end,
        budget: draft.budget,
        partners: draft.partners.iter().map(name).collect(),
        funders: draft.funders.iter().map(name).collect(),
    })
}
