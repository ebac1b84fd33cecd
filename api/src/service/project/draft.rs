//! What a person tells of a project, and whether it can be taken so.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::kinds::{
    DatePrecision, DeclaredRelation, OutcomeFinding, ParticipantRole, Phase, ProjectKind, Reusability,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::checks::{check_dates, check_lists, check_money, check_outcomes, check_tags, check_texts};
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::exchange::record::{Amount, PartialDate};
use crate::service::directory::{Meaning, Meanings, listed};

/// A project as told. Organisations are ids, names or codes. Empty and `None` mean unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectDraft {
    /// The title; needed.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// What sort of effort.
    pub kind: Option<ProjectKind>,
    /// How far along.
    pub phase: Option<Phase>,
    /// Who answers for it.
    pub lead: Option<String>,
    /// Who takes part.
    pub partners: Vec<String>,
    /// Who pays.
    pub funders: Vec<String>,
    /// Who sells to it.
    pub suppliers: Vec<String>,
    /// Who judges it.
    pub evaluators: Vec<String>,
    /// What it is about, in key words.
    pub themes: Vec<String>,
    /// What it is made with.
    pub technologies: Vec<String>,
    /// The programme that pays.
    pub programme: Option<String>,
    /// The functions of government that it serves: codes of COFOG such as `04.5`.
    pub sectors: Vec<String>,
    /// The numbers of the Sustainable Development Goals that it serves.
    pub goals: Vec<u8>,
    /// What came of it, in a few words.
    pub outcome: Option<String>,
    /// What it found out, one by one.
    pub outcomes: Vec<Outcome>,
    /// Who took up what it made or found.
    pub adopters: Vec<Adoption>,
    /// Whom it is for.
    pub places: Vec<PlaceTold>,
    /// What a reader should know of the facts.
    pub note: Option<String>,
    /// The first day.
    pub start: Option<PartialDate>,
    /// The last day.
    pub end: Option<PartialDate>,
    /// What it costs.
    pub budget: Option<Amount>,
    /// Money granted.
    pub awards: Vec<Award>,
    /// Web addresses about it.
    pub links: Vec<String>,
    /// Web addresses that state the facts.
    pub sources: Vec<String>,
    /// What it is to other projects.
    pub relations: Vec<(Uuid, DeclaredRelation)>,
}

/// Something that was found out, as told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whether it worked.
    pub finding: OutcomeFinding,
    /// What was found.
    pub statement: String,
    /// How that is known.
    pub evidence: Option<String>,
    /// The web address of the evidence.
    pub evidence_url: Option<String>,
    /// Whether others can use it.
    pub reusable: Option<Reusability>,
}

/// Who took something up, as told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// Who.
    pub organisation: String,
    /// When.
    pub adopted_on: Option<NaiveDate>,
}

/// A place, as told. Where its name or code means one authority, that is found when the draft is resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceTold {
    /// The name, or a code.
    pub name: String,
    /// The id of the authority whose area it is, where that is known already.
    pub authority: Option<String>,
}

/// Money granted, as told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Award {
    /// Who granted it.
    pub funder: Option<String>,
    /// How much.
    pub amount: Amount,
    /// When.
    pub awarded_on: Option<NaiveDate>,
}

/// A draft without mistakes, its organisations found.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The draft, tidied.
    pub draft: ProjectDraft,
    /// Who takes part; each body once a role.
    pub participants: Vec<(Uuid, ParticipantRole)>,
    /// Who granted each award.
    pub award_funders: Vec<Option<Uuid>>,
    /// What it is to other projects.
    pub relations: Vec<(Uuid, DeclaredRelation)>,
    /// Who took it up, and when.
    pub adopters: Vec<(Uuid, Option<NaiveDate>)>,
    /// The bodies whose areas the draft's places are.
    pub place_authorities: Vec<Option<Uuid>>,
}

/// Takes every id at its word: for drafts that were made of stored rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids;

impl Meanings for Ids {
    fn meaning(&self, name: &str, _on: Option<NaiveDate>) -> Meaning {
        Uuid::parse_str(name).map_or_else(|_| Meaning::Unknown(Vec::new()), Meaning::Clear)
    }
}

/// Checks a draft and finds its organisations.
///
/// # Errors
/// Every mistake at once, each with its path.
pub fn resolve(directory: &impl Meanings, draft: ProjectDraft) -> ApiResult<Resolved> {
    let mut mistakes = Vec::new();
    // Before blanks are dropped: a mistake is told by its place in the list as it was sent.
    check_lists(&draft, &mut mistakes);
    let draft = tidied(draft);
    check_texts(&draft, &mut mistakes);
    check_dates(&draft, &mut mistakes);
    check_money(&draft, &mut mistakes);
    check_tags(&draft, &mut mistakes);
    check_outcomes(&draft, &mut mistakes);
    let participants = find_participants(directory, &draft, &mut mistakes);
    let award_funders = draft.awards.iter().enumerate().map(|(place, award)| {
        let name = award.funder.as_deref()?;
        find(
            directory,
            name,
            draft.start,
            &["awards", &place.to_string(), "funder"],
            &mut mistakes,
        )
    });
    let award_funders = award_funders.collect();
    let adopters = draft.adopters.iter().enumerate().filter_map(|(place, adoption)| {
        let place = place.to_string();
        let path = ["adopters", place.as_str(), "organisation"];
        let name = &adoption.organisation;
        let on = adoption.adopted_on.map(|date| PartialDate {
            date,
            precision: DatePrecision::Day,
        });
        find(directory, name, on.or(draft.start), &path, &mut mistakes).map(|id| (id, adoption.adopted_on))
    });
    let adopters = adopters.collect();
    // A place that no authority is known by is kept as it was told.
    let on = draft.start.map(|date| date.date);
    let authority =
        |place: &PlaceTold| match directory.meaning(place.authority.as_ref().unwrap_or(&place.name), on) {
            Meaning::Clear(id) => Some(id),
            Meaning::Ambiguous(_) | Meaning::Unknown(_) => None,
        };
    let place_authorities = draft.places.iter().map(authority).collect();
    if mistakes.is_empty() {
        Ok(Resolved {
            adopters,
            place_authorities,
            relations: draft.relations.clone(),
            draft,
            participants,
            award_funders,
        })
    } else {
        Err(ApiError::BadInput(mistakes))
    }
}

fn tidied(mut draft: ProjectDraft) -> ProjectDraft {
    let known = |text: Option<String>| {
        text.map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let distinct = |list: Vec<String>| -> Vec<String> {
        let mut seen = HashSet::new();
        let trimmed = list.into_iter().map(|text| text.trim().to_owned());
        trimmed
            .filter(|text| !text.is_empty() && seen.insert(text.to_lowercase()))
            .collect()
    };
    draft.title = draft.title.split_whitespace().collect::<Vec<_>>().join(" ");
    draft.summary = draft.summary.trim().to_owned();
    draft.lead = known(draft.lead);
    draft.programme = known(draft.programme);
    draft.outcome = known(draft.outcome);
    draft.note = known(draft.note);
    draft.themes = distinct(draft.themes);
    draft.technologies = distinct(draft.technologies);
    draft.links = distinct(draft.links);
    draft.sectors = distinct(draft.sectors);
    draft.goals.sort_unstable();
    draft.goals.dedup();
    draft.places.retain(|place| !place.name.trim().is_empty());
    for outcome in &mut draft.outcomes {
        outcome.statement = outcome.statement.trim().to_owned();
        outcome.evidence = known(outcome.evidence.take());
        outcome.evidence_url = known(outcome.evidence_url.take());
    }
    draft.sources = distinct(draft.sources);
    draft.relations.sort_unstable();
    draft.relations.dedup();
    draft
}

fn find_participants(
    directory: &impl Meanings,
    draft: &ProjectDraft,
    mistakes: &mut Vec<UserError>,
) -> Vec<(Uuid, ParticipantRole)> {
    let mut found = Vec::new();
    let mut add = |id: Option<Uuid>, role| {
        if let Some(id) = id
            && !found.contains(&(id, role))
        {
            found.push((id, role));
        }
    };
    let lead = draft
        .lead
        .as_deref()
        .and_then(|name| find(directory, name, draft.start, &["lead"], mistakes));
    add(lead, ParticipantRole::Lead);
    let lists = [
        ("partners", &draft.partners, ParticipantRole::Partner),
        ("funders", &draft.funders, ParticipantRole::Funder),
        ("suppliers", &draft.suppliers, ParticipantRole::Supplier),
        ("evaluators", &draft.evaluators, ParticipantRole::Evaluator),
    ];
    for (field, names, role) in lists {
        for (place, name) in names.iter().enumerate() {
            let id = find(
                directory,
                name,
                draft.start,
                &[field, &place.to_string()],
                mistakes,
            );
            // The lead is no partner of itself.
            add(
                id.filter(|id| role != ParticipantRole::Partner || Some(*id) != lead),
                role,
            );
        }
    }
    for (place, award) in draft.awards.iter().enumerate() {
        let path = place.to_string();
        let path = ["awards", &path, "funder"];
        // A mistake here is reported with the award itself.
        let id = award
            .funder
            .as_deref()
            .and_then(|name| find(directory, name, draft.start, &path, &mut Vec::new()));
        add(id, ParticipantRole::Funder);
    }
    found
}

fn find(
    directory: &impl Meanings,
    name: &str,
    on: Option<PartialDate>,
    path: &[&str],
    mistakes: &mut Vec<UserError>,
) -> Option<Uuid> {
    match directory.meaning(name, on.map(|date| date.date)) {
        Meaning::Clear(id) => return Some(id),
        Meaning::Ambiguous(candidates) => {
            let message = format!("“{name}” may mean {}; give its code or id", listed(&candidates));
            mistakes.push(UserError::new(UserErrorCode::Ambiguous, path, message));
        }
        Meaning::Unknown(_) => {
            let message = format!("no organisation is known as “{name}”");
            mistakes.push(UserError::new(UserErrorCode::NotFound, path, message));
        }
    }
    None
}
