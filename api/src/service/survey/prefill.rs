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
    /// What an authority that it took over from told in an earlier round.
    Predecessor,
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
    let bodies = respondent.bodies(app.db.read()).await?;
    let (earlier, told_by) = last_told(app, respondent, &bodies).await?;
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
                let mut items = known_projects(app, &bodies, group.most).await?;
                items.retain(|item| !tells(given.answers.get(&question.id), item.project));
                (!items.is_empty()).then_some((Answer::Projects(items), Source::Catalogue))
            }
            None if answered => None,
            None => earlier
                .get(&question.id)
                .filter(|answer| answer.fits(&question.kind))
                .map(|answer| (answer.clone(), told_by)),
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

/// What was submitted in the latest earlier round in which the authority, or one that it took over from, did; its own
/// goes first.
async fn last_told(app: &App, respondent: &Respondent, bodies: &[Uuid]) -> ApiResult<(Answers, Source)> {
    let db = app.db.read();
    let round = &respondent.round.wave;
    let earlier: Vec<Uuid> = store::survey::waves(db, round.survey_id, MOST_WAVES)
        .await?
        .into_iter()
        .filter(|wave| (wave.opens_at, wave.id) < (round.opens_at, round.id))
        .map(|wave| wave.id)
        .collect();
    let submitted = store::survey::response::submitted_by(db, &earlier, bodies).await?;
    for wave in earlier {
        let there: Vec<_> = submitted.iter().filter(|row| row.wave_id == wave).collect();
        let own = respondent.response.organisation_id;
        let own: Vec<Uuid> = there
            .iter()
            .filter(|row| row.organisation_id == own)
            .map(|row| row.id)
            .collect();
        let (responses, from) = match (own.is_empty(), there.is_empty()) {
            (_, true) => continue,
            (false, _) => (own, Source::EarlierRound),
            (true, _) => (there.iter().map(|row| row.id).collect(), Source::Predecessor),
        };
        return Ok((agreed(latest(db, &responses).await?), from));
    }
    Ok((Answers::new(), Source::EarlierRound))
}

/// What each of these responses says as it was last submitted.
async fn latest(db: &impl ConnectionTrait, responses: &[Uuid]) -> ApiResult<Vec<Answers>> {
    let mut rows = store::survey::response::submissions(db, responses).await?;
    // Each response's latest comes first.
    rows.dedup_by_key(|row| row.response_id);
    rows.iter().map(|row| read_all(&row.answers)).collect()
}

/// What several authorities say that became one: where they say the same, that; of options, those that any of them
/// chose. What they say otherwise is nobody's to confirm, and is asked.
fn agreed(told: Vec<Answers>) -> Answers {
    let mut all: BTreeMap<String, Option<Answer>> = BTreeMap::new();
    for (question, answer) in told.into_iter().flatten() {
        match all.get_mut(&question) {
            None => drop(all.insert(question, Some(answer))),
            Some(known) => *known = known.take().and_then(|known| both(known, answer)),
        }
    }
    let same = all
        .into_iter()
        .filter_map(|(question, answer)| Some((question, answer?)));
    same.collect()
}

fn both(one: Answer, other: Answer) -> Option<Answer> {
    match (one, other) {
        (Answer::Choices(mut chosen), Answer::Choices(more)) => {
            let new: Vec<String> = more.into_iter().filter(|id| !chosen.contains(id)).collect();
            chosen.extend(new);
            Some(Answer::Choices(chosen))
        }
        (one, other) => (one == other).then_some(one),
    }
}

/// The projects that these lead, as the catalogue has them.
async fn known_projects(app: &App, bodies: &[Uuid], most: usize) -> ApiResult<Vec<ProjectItem>> {
    let db = app.db.read();
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    let mut items = Vec::new();
    for row in store::project::led_by(db, bodies, limit).await? {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_one_says_what_all_of_it_said() {
        let text = |text: &str| Answer::Text(text.to_owned());
        let chosen = |ids: &[&str]| Answer::Choices(ids.iter().map(|&id| id.to_owned()).collect());
        let of = |answers: &[(&str, Answer)]| -> Answers {
            answers
                .iter()
                .map(|(question, answer)| ((*question).to_owned(), answer.clone()))
                .collect()
        };
        let told = vec![
            of(&[
                ("same", text("a")),
                ("other", text("a")),
                ("some", chosen(&["x", "y"])),
            ]),
            of(&[
                ("same", text("a")),
                ("other", text("b")),
                ("some", chosen(&["y", "z"])),
            ]),
            of(&[("other", text("a")), ("one", Answer::Number(3.0))]),
        ];
        let expected = of(&[
            ("same", text("a")),
            ("some", chosen(&["x", "y", "z"])),
            ("one", Answer::Number(3.0)),
        ]);
        assert_eq!(
            agreed(told),
            expected,
            "what two said otherwise stays open, whoever agrees with one"
        );
    }
}
