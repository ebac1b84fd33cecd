//! What mutations are told.

mod outcome;

use std::collections::HashSet;

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::kinds::{DatePrecision, DeclaredRelation, Phase, ProjectKind};
use uuid::Uuid;

use super::filter::body;
use super::id::{Kind, expect};
use super::scalar::Date;
use super::types::money::MoneyInput;
use crate::access::Viewer;
use crate::error::{ApiError, UserError as Mistake, UserErrorCode};
use crate::exchange::record::{Amount, PartialDate};
use crate::service::project::{Award, ProjectDraft};
use crate::service::retry::Retry;
use outcome::{AdopterInput, ProjectOutcomeInput, adopters, goals, outcomes, places};

/// A project to add. Organisations are told by global id, code, GSS code or name.
#[derive(Debug, Clone, InputObject)]
pub struct CreateProjectInput {
    /// Any text; it comes back in the payload.
    pub(super) client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    pub(super) idempotency_key: Option<String>,
    /// The title, at most 500 characters.
    pub(super) title: String,
    /// What it is about, at most 100,000 characters.
    pub(super) summary: Option<String>,
    /// What sort of effort it is.
    pub(super) kind: Option<ProjectKind>,
    /// How far along it is.
    pub(super) phase: Option<Phase>,
    /// Who answers for it.
    pub(super) lead: Option<String>,
    /// Who else takes part.
    pub(super) partners: Option<Vec<String>>,
    /// Who pays.
    pub(super) funders: Option<Vec<String>>,
    /// Who sells to it.
    pub(super) suppliers: Option<Vec<String>>,
    /// Who judges it.
    pub(super) evaluators: Option<Vec<String>>,
    /// What it is about, in key words.
    pub(super) themes: Option<Vec<String>>,
    /// What it is made with.
    pub(super) technologies: Option<Vec<String>>,
    /// The functions of government that it serves: codes of COFOG such as `04.5`; see `vocabulary`.
    pub(super) sectors: Option<Vec<String>>,
    /// The Sustainable Development Goals that it serves: numbers from 1 to 17.
    pub(super) goals: Option<Vec<i32>>,
    /// What it found out, one by one: what worked, what did not, and whether others can use it.
    pub(super) outcomes: Option<Vec<ProjectOutcomeInput>>,
    /// Who took up what it made or found.
    pub(super) adopters: Option<Vec<AdopterInput>>,
    /// Whom it is for: names or codes of places.
    pub(super) beneficiary_places: Option<Vec<String>>,
    /// The programme or competition that pays.
    pub(super) programme: Option<String>,
    /// What came of it.
    pub(super) outcome: Option<String>,
    /// What a reader should know of these facts.
    pub(super) note: Option<String>,
    /// The first day.
    pub(super) start_date: Option<Date>,
    /// How exactly the first day is known; to the day unless given.
    pub(super) start_precision: Option<DatePrecision>,
    /// The last day.
    pub(super) end_date: Option<Date>,
    /// How exactly the last day is known; to the day unless given.
    pub(super) end_precision: Option<DatePrecision>,
    /// What it costs.
    pub(super) budget: Option<MoneyInput>,
    /// Money granted for it.
    pub(super) awards: Option<Vec<FundingAwardInput>>,
    /// Web addresses about it.
    pub(super) links: Option<Vec<String>>,
    /// Web addresses that state these facts.
    pub(super) sources: Option<Vec<String>>,
    /// What it is to other projects.
    pub(super) relations: Option<Vec<ProjectRelationInput>>,
}

/// Money granted for a project.
#[derive(Debug, Clone, InputObject)]
pub struct FundingAwardInput {
    /// Who granted it.
    pub(super) funder: Option<String>,
    /// How much.
    pub(super) amount: MoneyInput,
    /// When.
    pub(super) awarded_on: Option<Date>,
}

/// What a project is to another.
#[derive(Debug, Clone, InputObject)]
pub struct ProjectRelationInput {
    /// What it is to the other.
    pub(super) relation: DeclaredRelation,
    /// The other project's global id.
    pub(super) project: ID,
}

/// A change of a project. Fields that are not given stay as they are; null clears a field.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateProjectInput {
    /// Any text; it comes back in the payload.
    pub(super) client_mutation_id: Option<String>,
    /// The project's global id.
    pub(super) id: ID,
    /// The version that the change is based on; when the project has changed since, nothing is done.
    pub(super) version: i32,
    /// Why it is changed, at most 1,000 characters; kept with the project's history.
    pub(super) reason: Option<String>,
    /// The title, at most 500 characters.
    pub(super) title: MaybeUndefined<String>,
    /// What it is about, at most 100,000 characters.
    pub(super) summary: MaybeUndefined<String>,
    /// What sort of effort it is.
    pub(super) kind: MaybeUndefined<ProjectKind>,
    /// How far along it is.
    pub(super) phase: MaybeUndefined<Phase>,
    /// Who answers for it.
    pub(super) lead: MaybeUndefined<String>,
    /// Who else takes part.
    pub(super) partners: MaybeUndefined<Vec<String>>,
    /// Who pays.
    pub(super) funders: MaybeUndefined<Vec<String>>,
    /// Who sells to it.
    pub(super) suppliers: MaybeUndefined<Vec<String>>,
    /// Who judges it.
    pub(super) evaluators: MaybeUndefined<Vec<String>>,
    /// What it is about, in key words.
    pub(super) themes: MaybeUndefined<Vec<String>>,
    /// What it is made with.
    pub(super) technologies: MaybeUndefined<Vec<String>>,
    /// The functions of government that it serves: codes of COFOG such as `04.5`; see `vocabulary`.
    pub(super) sectors: MaybeUndefined<Vec<String>>,
    /// The Sustainable Development Goals that it serves: numbers from 1 to 17.
    pub(super) goals: MaybeUndefined<Vec<i32>>,
    /// What it found out, one by one: what worked, what did not, and whether others can use it.
    pub(super) outcomes: MaybeUndefined<Vec<ProjectOutcomeInput>>,
    /// Who took up what it made or found.
    pub(super) adopters: MaybeUndefined<Vec<AdopterInput>>,
    /// Whom it is for: names or codes of places.
    pub(super) beneficiary_places: MaybeUndefined<Vec<String>>,
    /// The programme or competition that pays.
    pub(super) programme: MaybeUndefined<String>,
    /// What came of it.
    pub(super) outcome: MaybeUndefined<String>,
    /// What a reader should know of these facts.
    pub(super) note: MaybeUndefined<String>,
    /// The first day.
    pub(super) start_date: MaybeUndefined<Date>,
    /// How exactly the first day is known; to the day unless given.
    pub(super) start_precision: Option<DatePrecision>,
    /// The last day.
    pub(super) end_date: MaybeUndefined<Date>,
    /// How exactly the last day is known; to the day unless given.
    pub(super) end_precision: Option<DatePrecision>,
    /// What it costs.
    pub(super) budget: MaybeUndefined<MoneyInput>,
    /// Money granted for it.
    pub(super) awards: MaybeUndefined<Vec<FundingAwardInput>>,
    /// Web addresses about it.
    pub(super) links: MaybeUndefined<Vec<String>>,
    /// Web addresses that state these facts; they are added to those known.
    pub(super) sources: Option<Vec<String>>,
    /// What it is to other projects.
    pub(super) relations: MaybeUndefined<Vec<ProjectRelationInput>>,
}

/// Which project to take out, and why.
#[derive(Debug, Clone, InputObject)]
pub struct RetireProjectInput {
    /// Any text; it comes back in the payload.
    pub(super) client_mutation_id: Option<String>,
    /// The project's global id.
    pub(super) id: ID,
    /// The version that the decision is based on; when the project has changed since, nothing is done.
    pub(super) version: Option<i32>,
    /// Why, at most 1,000 characters.
    pub(super) reason: String,
}

/// Which project to confirm.
#[derive(Debug, Clone, InputObject)]
pub struct ConfirmProjectInput {
    /// Any text; it comes back in the payload.
    pub(super) client_mutation_id: Option<String>,
    /// The project's global id.
    pub(super) id: ID,
    /// The version that was read; when the project has changed since, nothing is done.
    pub(super) version: Option<i32>,
}

fn bodies(told: Option<Vec<String>>) -> Vec<String> {
    told.unwrap_or_default().into_iter().map(body).collect()
}

fn date(day: Option<Date>, precision: Option<DatePrecision>) -> Option<PartialDate> {
    let precision = precision.unwrap_or(DatePrecision::Day);
    day.map(|day| PartialDate {
        date: day.0,
        precision,
    })
}

/// The awards meant; every mistake is kept. An amount that cannot be read counts as nothing, so that the
/// other awards keep their places.
fn awards(told: Vec<FundingAwardInput>, found: &mut Vec<Mistake>) -> Vec<Award> {
    let read = |(place, award): (usize, FundingAwardInput)| {
        let amount = award.amount.amount(&["awards", &place.to_string(), "amount"]);
        Award {
            funder: award.funder.map(body),
            amount: amount.unwrap_or_else(|mistake| {
                found.push(mistake);
                Amount {
                    minor: 0,
                    currency: "GBP".to_owned(),
                }
            }),
            awarded_on: award.awarded_on.map(|day| day.0),
        }
    };
    told.into_iter().enumerate().map(read).collect()
}

type Relations = Vec<(Uuid, DeclaredRelation)>;

/// The relations meant, to projects that are `known` to exist; every mistake is kept.
fn relations(told: Vec<ProjectRelationInput>, known: &HashSet<Uuid>, found: &mut Vec<Mistake>) -> Relations {
    let mut relations = Vec::with_capacity(told.len());
    for (place, relation) in told.into_iter().enumerate() {
        let place = place.to_string();
        let path = ["relations", place.as_str(), "project"];
        match expect(Kind::Project, &relation.project, &path) {
            Ok(id) if known.contains(&id) => relations.push((id, relation.relation)),
            Ok(_) => found.push(Mistake::new(
                UserErrorCode::NotFound,
                &path,
                "there is no such project",
            )),
            Err(ApiError::BadInput(mistakes)) => found.extend(mistakes),
            Err(_) => {}
        }
    }
    relations
}

fn budget(told: Option<MoneyInput>, found: &mut Vec<Mistake>) -> Option<Amount> {
    match told?.amount(&["budget"]) {
        Ok(amount) => Some(amount),
        Err(mistake) => {
            found.push(mistake);
            None
        }
    }
}

impl CreateProjectInput {
    /// The draft, what makes a retry known, and the mistakes found. `known` are the projects that exist
    /// among those it names.
    pub(super) fn read(
        self,
        viewer: &Viewer,
        known: &HashSet<Uuid>,
    ) -> (ProjectDraft, Option<Retry>, Vec<Mistake>) {
        let asked = Self {
            client_mutation_id: None,
            ..self.clone()
        };
        let mut found = Vec::new();
        let retry = match Retry::read(viewer, self.idempotency_key, &asked) {
            Ok(retry) => retry,
            Err(ApiError::BadInput(mistakes)) => {
                found.extend(mistakes);
                None
            }
            Err(_) => None,
        };
        let draft = ProjectDraft {
            title: self.title,
            summary: self.summary.unwrap_or_default(),
            kind: self.kind,
            phase: self.phase,
            lead: self.lead.map(body),
            partners: bodies(self.partners),
            funders: bodies(self.funders),
            suppliers: bodies(self.suppliers),
            evaluators: bodies(self.evaluators),
            themes: self.themes.unwrap_or_default(),
            technologies: self.technologies.unwrap_or_default(),
            sectors: self.sectors.unwrap_or_default(),
            goals: goals(self.goals.unwrap_or_default()),
            outcomes: outcomes(self.outcomes.unwrap_or_default()),
            adopters: adopters(self.adopters.unwrap_or_default()),
            places: places(self.beneficiary_places.unwrap_or_default()),
            programme: self.programme,
            outcome: self.outcome,
            note: self.note,
            start: date(self.start_date, self.start_precision),
            end: date(self.end_date, self.end_precision),
            budget: budget(self.budget, &mut found),
            awards: awards(self.awards.unwrap_or_default(), &mut found),
            links: self.links.unwrap_or_default(),
            sources: self.sources.unwrap_or_default(),
            relations: relations(self.relations.unwrap_or_default(), known, &mut found),
        };
        (draft, retry, found)
    }
}

/// Lays a told value over the one that stands: not given keeps it, null clears it.
fn lay<T, U: Default>(told: MaybeUndefined<T>, standing: &mut U, convert: impl FnOnce(T) -> U) {
    match told {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *standing = U::default(),
        MaybeUndefined::Value(value) => *standing = convert(value),
    }
}

impl UpdateProjectInput {
    /// The draft with these changes, and the mistakes found. `known` are the projects that exist among
    /// those it names.
    pub(super) fn onto(self, mut draft: ProjectDraft, known: &HashSet<Uuid>) -> (ProjectDraft, Vec<Mistake>) {
        let mut found = Vec::new();
        let list = |told: Vec<String>| told.into_iter().map(body).collect();
        lay(self.title, &mut draft.title, |title| title);
        lay(self.summary, &mut draft.summary, |summary| summary);
        lay(self.kind, &mut draft.kind, Some);
        lay(self.phase, &mut draft.phase, Some);
        lay(self.lead, &mut draft.lead, |lead| Some(body(lead)));
        lay(self.partners, &mut draft.partners, list);
        lay(self.funders, &mut draft.funders, list);
        lay(self.suppliers, &mut draft.suppliers, list);
        lay(self.evaluators, &mut draft.evaluators, list);
        lay(self.themes, &mut draft.themes, |themes| themes);
        lay(self.technologies, &mut draft.technologies, |technologies| {
            technologies
        });
        lay(self.sectors, &mut draft.sectors, |sectors| sectors);
        lay(self.goals, &mut draft.goals, goals);
        lay(self.outcomes, &mut draft.outcomes, outcomes);
        lay(self.adopters, &mut draft.adopters, adopters);
        lay(self.beneficiary_places, &mut draft.places, places);
        lay(self.programme, &mut draft.programme, Some);
        lay(self.outcome, &mut draft.outcome, Some);
        lay(self.note, &mut draft.note, Some);
        lay(self.start_date, &mut draft.start, |day| {
            date(Some(day), self.start_precision)
        });
        lay(self.end_date, &mut draft.end, |day| {
            date(Some(day), self.end_precision)
        });
        lay(self.budget, &mut draft.budget, |told| {
            budget(Some(told), &mut found)
        });
        lay(self.awards, &mut draft.awards, |told| awards(told, &mut found));
        lay(self.links, &mut draft.links, |links| links);
        lay(self.relations, &mut draft.relations, |told| {
            relations(told, known, &mut found)
        });
        draft.sources = self.sources.unwrap_or_default();
        (draft, found)
    }
}
