//! Overlaps: checking a draft, and reading findings.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entity::kinds::ParticipantRole;
use entity::project;
use matching::{Catalogue, Money, Party, Period, Record, SearchOptions, SearchOutcome};
use uuid::Uuid;

use super::calibration::Current as Calibration;
use super::directory::{Meaning, Meanings, listed};
use super::{App, evidence};
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::exchange::record::Amount;
use crate::exchange::to_matching::day;
use crate::store;

/// The longest text of a draft, in characters.
pub const LONGEST_TEXT: usize = 100_000;

/// The most entries of a list in a draft.
pub const MOST_ENTRIES: usize = 50;

/// What a caller tells of a draft.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Themes.
    pub themes: Vec<String>,
    /// Technologies.
    pub technologies: Vec<String>,
    /// Who leads: a name or code.
    pub lead: Option<String>,
    /// Who else takes part: names or codes.
    pub partners: Vec<String>,
    /// The first day.
    pub start: Option<NaiveDate>,
    /// The last day.
    pub end: Option<NaiveDate>,
    /// What it costs.
    pub budget: Option<Amount>,
    /// No match below this; the flag threshold unless given.
    pub min_score: Option<f64>,
}

/// What a check came to.
#[derive(Debug, Clone)]
pub struct Check {
    /// Why the draft cannot be judged, if it cannot.
    pub insufficient: Option<String>,
    /// What overlaps it, best first.
    pub matches: Vec<CheckMatch>,
    /// What the caller should know.
    pub notes: Vec<String>,
}

/// A project that overlaps the draft.
#[derive(Debug, Clone)]
pub struct CheckMatch {
    /// The project.
    pub project: project::Model,
    /// How sure.
    pub score: f64,
    /// What it seems to be.
    pub relation: entity::kinds::OverlapRelation,
    /// Whether the draft's lead leads it or takes part in it.
    pub own: bool,
    /// Why; the draft is on the left.
    pub evidence: evidence::Stored,
}

/// At most so many drafts are checked at once.
pub const MOST_DRAFTS: usize = 200;

/// Checks a draft against the catalogue. Stores nothing.
///
/// # Errors
/// Every mistake in the draft at once.
pub async fn check(app: &App, draft: Draft, first: usize) -> ApiResult<Check> {
    let mistakes = mistakes(&draft);
    if !mistakes.is_empty() {
        return Err(ApiError::BadInput(mistakes));
    }
    let checks = judged(app, vec![draft], first).await?;
    checks
        .into_iter()
        .next()
        .ok_or_else(|| ApiError::internal(anyhow::anyhow!("a draft was lost")))
}

/// Checks drafts against the catalogue, each for itself, in their order. Stores nothing.
///
/// # Errors
/// Every mistake in all drafts at once, and when there are more than [`MOST_DRAFTS`].
pub async fn check_all(app: &App, drafts: Vec<Draft>, first: usize) -> ApiResult<Vec<Check>> {
    if drafts.len() > MOST_DRAFTS {
        let message = format!("at most {MOST_DRAFTS} drafts at once");
        return Err(ApiError::bad_input(UserErrorCode::TooLong, &["inputs"], message));
    }
    let mut found = Vec::new();
    for (place, draft) in drafts.iter().enumerate() {
        for mut mistake in mistakes(draft) {
            mistake
                .path
                .splice(0..0, ["inputs".to_owned(), place.to_string()]);
            found.push(mistake);
        }
    }
    match found.is_empty() {
        true => judged(app, drafts, first).await,
        false => Err(ApiError::BadInput(found)),
    }
}

/// A draft that was judged: who leads it, what it came to, and what the caller should know.
struct Outcome {
    lead: Option<Uuid>,
    /// No match below this.
    min_score: f64,
    outcome: SearchOutcome,
    notes: Vec<String>,
}

async fn judged(app: &App, drafts: Vec<Draft>, first: usize) -> ApiResult<Vec<Check>> {
    let calibration = app.live.calibration();
    let mut outcomes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut notes = Vec::new();
        if !app.live.is_loaded() {
            notes.push("The catalogue is still being read; some overlaps may be missing.".to_owned());
        }
        let wanted = draft.min_score.unwrap_or(Catalogue::FLAG_THRESHOLD);
        let record = record(app, draft, &mut notes);
        let lead = record
            .lead
            .as_ref()
            .and_then(|lead| Uuid::try_parse(lead.id.as_deref()?).ok());
        let options = SearchOptions {
            first,
            min_score: calibration.before(wanted),
            exclude: None,
        };
        let outcome = app.live.search(record, options).await?;
        outcomes.push(Outcome {
            lead,
            min_score: wanted,
            outcome,
            notes,
        });
    }
    let ids: BTreeSet<Uuid> = outcomes
        .iter()
        .flat_map(|found| matched(&found.outcome))
        .collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let (mut rows, mut works) = (HashMap::with_capacity(ids.len()), HashSet::new());
    let led = outcomes.iter().any(|found| found.lead.is_some());
    for ids in ids.chunks(store::ROWS_AN_INSERT) {
        let projects = store::project::by_ids(app.db.read(), ids).await?;
        rows.extend(projects.into_iter().map(|row| (row.id, row)));
        if led {
            let roles = store::project::roles(app.db.read(), ids).await?.into_iter();
            let working =
                roles.filter(|row| matches!(row.role, ParticipantRole::Lead | ParticipantRole::Partner));
            works.extend(working.map(|row| (row.project_id, row.organisation_id)));
        }
    }
    Ok(outcomes
        .into_iter()
        .map(|found| checked(found, &rows, (&works, &calibration)))
        .collect())
}

fn matched(outcome: &SearchOutcome) -> Vec<Uuid> {
    match outcome {
        SearchOutcome::InsufficientText(_) => Vec::new(),
        SearchOutcome::Judged(matches) => matches.iter().map(|found| Uuid::from_u128(found.key.0)).collect(),
    }
}

fn checked(
    found: Outcome,
    rows: &HashMap<Uuid, project::Model>,
    (works, calibration): (&HashSet<(Uuid, Uuid)>, &Calibration),
) -> Check {
    let Outcome {
        lead,
        min_score,
        outcome,
        notes,
    } = found;
    let matches = match outcome {
        SearchOutcome::InsufficientText(reason) => {
            return Check {
                insufficient: Some(reason),
                matches: Vec::new(),
                notes,
            };
        }
        SearchOutcome::Judged(matches) => matches,
    };
    let told = matches.into_iter().filter_map(|found| {
        let id = Uuid::from_u128(found.key.0);
        let evidence = evidence::Stored::from(&found.evidence);
        let (score, evidence) = calibration.told(found.score.value(), evidence);
        Some(CheckMatch {
            project: rows.get(&id)?.clone(),
            score,
            relation: crate::live::named(found.relation),
            own: lead.is_some_and(|lead| works.contains(&(id, lead))),
            evidence,
        })
    });
    // What decisions say may change the order, and the engine was asked for a little more.
    let mut matches: Vec<CheckMatch> = told
        .filter(|found| Calibration::reaches(found.score, min_score))
        .collect();
    matches.sort_by(|a, b| b.score.total_cmp(&a.score));
    Check {
        insufficient: None,
        matches,
        notes,
    }
}

fn mistakes(draft: &Draft) -> Vec<UserError> {
    use UserErrorCode::{OutOfRange, Required, ReversedPeriod, TooLong};
    let mut found = Vec::new();
    let mut say = |code, path: &[&str], message: String| found.push(UserError::new(code, path, message));
    if draft.title.trim().is_empty() {
        say(Required, &["title"], "a title is needed".to_owned());
    }
    for (name, text) in [("title", &draft.title), ("summary", &draft.summary)] {
        if text.chars().count() > LONGEST_TEXT {
            say(TooLong, &[name], format!("at most {LONGEST_TEXT} characters"));
        }
    }
    let lists = [
        ("themes", &draft.themes),
        ("technologies", &draft.technologies),
        ("partners", &draft.partners),
    ];
    for (name, list) in lists {
        if list.len() > MOST_ENTRIES {
            say(TooLong, &[name], format!("at most {MOST_ENTRIES} entries"));
        }
    }
    if draft.start.zip(draft.end).is_some_and(|(start, end)| end < start) {
        say(
            ReversedPeriod,
            &["endDate"],
            "the period ends before it starts".to_owned(),
        );
    }
    if draft.budget.as_ref().is_some_and(|budget| budget.minor < 0) {
        say(OutOfRange, &["budget"], "a budget is not negative".to_owned());
    }
    if draft.min_score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
        say(
            OutOfRange,
            &["minScore"],
            "a score lies between 0 and 1".to_owned(),
        );
    }
    found
}

fn record(app: &App, draft: Draft, notes: &mut Vec<String>) -> Record {
    let mut party = |role: &str, name: String| {
        let id = match app.directory.meaning(&name, draft.start) {
            Meaning::Clear(id) => Some(id.to_string()),
            Meaning::Ambiguous(candidates) => {
                notes.push(format!(
                    "The {role} “{name}” may mean {}; it was compared by name.",
                    listed(&candidates)
                ));
                None
            }
            Meaning::Unknown(_) => {
                notes.push(format!(
                    "The {role} “{name}” is no known organisation; it was compared by name."
                ));
                None
            }
        };
        Party { id, name }
    };
    let lead = draft.lead.map(|name| party("lead", name));
    let partners = draft
        .partners
        .into_iter()
        .map(|name| party("partner", name))
        .collect();
    let money = draft.budget.map(|budget| Money {
        minor: budget.minor,
        currency: budget.currency,
        funder: None,
    });
    Record {
        meaning: None,
        title: draft.title,
        summary: draft.summary,
        lead,
        partners,
        themes: draft.themes,
        technologies: draft.technologies,
        programme: None,
        phase: None,
        period: Period {
            start: draft.start.map(day),
            end: draft.end.map(day),
        },
        money: money.into_iter().collect(),
        declared: Vec::new(),
    }
}
