//! What a person tells of a project, and whether it can be taken so.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use entity::kinds::{DeclaredRelation, ParticipantRole, Phase, ProjectKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::exchange::record::{Amount, PartialDate};
use crate::service::directory::{Meaning, Meanings, listed};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 500;

/// The longest summary, outcome or note, in characters: evaluations are pasted whole.
const LONGEST_SUMMARY: usize = 100_000;

/// The longest programme or reason, in characters.
pub const LONGEST_SHORT_TEXT: usize = 1_000;

/// The longest web address, in characters.
const LONGEST_ADDRESS: usize = 2_000;

/// The longest theme, technology or name, in characters.
const LONGEST_LABEL: usize = 200;

/// The most entries of any list.
const MOST_ENTRIES: usize = 100;

/// More than this is a slip of the keyboard: ten thousand million, in minor units.
const LARGEST_AMOUNT: i64 = 1_000_000_000_000;

/// Years that a project of our time can lie in.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2150;

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
    /// What came of it.
    pub outcome: Option<String>,
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
    if mistakes.is_empty() {
        Ok(Resolved {
            relations: draft.relations.clone(),
            draft,
            participants,
            award_funders,
        })
    } else {
        Err(ApiError::BadInput(mistakes))
    }
}

/// Whether a text is within its bound, and can be stored.
///
/// # Errors
/// A mistake at `path` when it is longer, or has the character U+0000, which PostgreSQL cannot hold.
pub(crate) fn bounded_text(path: &[&str], text: &str, longest: usize) -> ApiResult<()> {
    if text.contains('\0') {
        let message = "the character U+0000 cannot be stored";
        return Err(ApiError::bad_input(UserErrorCode::Invalid, path, message));
    }
    if text.chars().count() <= longest {
        return Ok(());
    }
    Err(ApiError::bad_input(
        UserErrorCode::TooLong,
        path,
        format!("at most {longest} characters"),
    ))
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
    draft.sources = distinct(draft.sources);
    draft.relations.sort_unstable();
    draft.relations.dedup();
    draft
}

fn check_texts(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
    if draft.title.is_empty() {
        mistakes.push(UserError::new(
            UserErrorCode::Required,
            &["title"],
            "a title is needed",
        ));
    }
    let texts = [
        ("title", Some(&draft.title), LONGEST_TITLE),
        ("summary", Some(&draft.summary), LONGEST_SUMMARY),
        ("programme", draft.programme.as_ref(), LONGEST_SHORT_TEXT),
        ("outcome", draft.outcome.as_ref(), LONGEST_SUMMARY),
        ("note", draft.note.as_ref(), LONGEST_SUMMARY),
    ];
    for (name, text, longest) in texts {
        if let Some(Err(ApiError::BadInput(errors))) = text.map(|text| bounded_text(&[name], text, longest)) {
            mistakes.extend(errors);
        }
    }
}

fn check_lists(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
    let lists = [
        ("partners", &draft.partners, LONGEST_LABEL),
        ("funders", &draft.funders, LONGEST_LABEL),
        ("suppliers", &draft.suppliers, LONGEST_LABEL),
        ("evaluators", &draft.evaluators, LONGEST_LABEL),
        ("themes", &draft.themes, LONGEST_LABEL),
        ("technologies", &draft.technologies, LONGEST_LABEL),
        ("links", &draft.links, LONGEST_ADDRESS),
        ("sources", &draft.sources, LONGEST_ADDRESS),
    ];
    for (name, list, longest) in lists {
        for (place, text) in list.iter().enumerate() {
            let path = [name, &place.to_string()];
            if let Err(ApiError::BadInput(errors)) = bounded_text(&path, text.trim(), longest) {
                mistakes.extend(errors);
            }
        }
    }
    for (name, list) in [("links", &draft.links), ("sources", &draft.sources)] {
        for (place, address) in list.iter().enumerate() {
            let address = address.trim();
            if !(address.is_empty() || address.starts_with("https://") || address.starts_with("http://")) {
                let path = [name, &place.to_string()];
                let message = "a web address begins with https:// or http://";
                mistakes.push(UserError::new(UserErrorCode::Invalid, &path, message));
            }
        }
    }
    let counted = [
        ("awards", draft.awards.len()),
        ("relations", draft.relations.len()),
    ];
    let told = lists.iter().map(|(name, list, _)| (*name, list.len()));
    for (name, _) in told.chain(counted).filter(|(_, length)| *length > MOST_ENTRIES) {
        let message = format!("at most {MOST_ENTRIES} entries");
        mistakes.push(UserError::new(UserErrorCode::TooLong, &[name], message));
    }
}

fn check_dates(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
    for (name, date) in [("startDate", draft.start), ("endDate", draft.end)] {
        if date.is_some_and(|date| !YEARS.contains(&date.date.year())) {
            let message = format!("a year between {} and {} is expected", YEARS.start(), YEARS.end());
            mistakes.push(UserError::new(UserErrorCode::OutOfRange, &[name], message));
        }
    }
    if draft
        .start
        .zip(draft.end)
        .is_some_and(|(start, end)| last_day(end) < start.date)
    {
        let message = "the period ends before it starts";
        mistakes.push(UserError::new(
            UserErrorCode::ReversedPeriod,
            &["endDate"],
            message,
        ));
    }
}

/// The last day that a date said so may mean: "2019" may end in December.
fn last_day(date: PartialDate) -> NaiveDate {
    use chrono::{Days, Months};
    use entity::kinds::DatePrecision;
    let beyond = match date.precision {
        DatePrecision::Day => return date.date,
        DatePrecision::Month => Months::new(1),
        DatePrecision::Year => Months::new(12),
    };
    let next = date.date.checked_add_months(beyond);
    next.and_then(|next| next.checked_sub_days(Days::new(1)))
        .unwrap_or(date.date)
}

fn check_money(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
    let budget = draft
        .budget
        .iter()
        .map(|amount| (vec!["budget".to_owned()], amount));
    let awards = draft.awards.iter().enumerate();
    let awards = awards.map(|(place, award)| {
        (
            vec!["awards".to_owned(), place.to_string(), "amount".to_owned()],
            &award.amount,
        )
    });
    for (path, amount) in budget.chain(awards) {
        let mut say = |code, field: Option<&str>, message: &str| {
            let mut path = path.clone();
            path.extend(field.map(str::to_owned));
            mistakes.push(UserError {
                code,
                message: message.to_owned(),
                path,
            });
        };
        if amount.minor < 0 {
            say(UserErrorCode::OutOfRange, None, "an amount is not negative");
        } else if amount.minor > LARGEST_AMOUNT {
            say(
                UserErrorCode::OutOfRange,
                None,
                "more than ten thousand million is taken for a slip",
            );
        }
        if amount.currency.len() != 3 || !amount.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            say(
                UserErrorCode::Invalid,
                Some("currency"),
                "an ISO 4217 code such as GBP is expected",
            );
        }
    }
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
