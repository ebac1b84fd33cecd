//! What a draft may say: lengths, dates, sums, addresses.

use chrono::{Datelike, NaiveDate};

use super::ProjectDraft;
use crate::data;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::exchange::record::PartialDate;

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

/// Whether a text is within its bound, and can be stored.
///
/// # Errors
/// A mistake at `path` when it is longer, or has the character U+0000, which PostgreSQL cannot hold.
pub(in crate::service) fn bounded_text(path: &[&str], text: &str, longest: usize) -> ApiResult<()> {
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

pub(super) fn check_texts(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
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

pub(super) fn check_lists(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
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
            if !(address.is_empty() || is_address(address)) {
                let path = [name, &place.to_string()];
                mistakes.push(UserError::new(UserErrorCode::Invalid, &path, NO_ADDRESS));
            }
        }
    }
    for (place, told) in draft.places.iter().enumerate() {
        let place = place.to_string();
        if let Err(ApiError::BadInput(errors)) =
            bounded_text(&["beneficiaryPlaces", &place], told.name.trim(), LONGEST_LABEL)
        {
            mistakes.extend(errors);
        }
    }
    let counted = [
        ("awards", draft.awards.len()),
        ("relations", draft.relations.len()),
        ("outcomes", draft.outcomes.len()),
        ("adopters", draft.adopters.len()),
        ("beneficiaryPlaces", draft.places.len()),
        ("sectors", draft.sectors.len()),
        ("goals", draft.goals.len()),
    ];
    let told = lists.iter().map(|(name, list, _)| (*name, list.len()));
    for (name, _) in told.chain(counted).filter(|(_, length)| *length > MOST_ENTRIES) {
        let message = format!("at most {MOST_ENTRIES} entries");
        mistakes.push(UserError::new(UserErrorCode::TooLong, &[name], message));
    }
}

pub(super) fn check_dates(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
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

pub(super) fn check_money(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
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

pub(super) fn check_tags(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
    for (place, code) in draft.sectors.iter().enumerate() {
        if data::load().is_ok_and(|reference| reference.sector(code).is_none()) {
            let message = "a code of COFOG such as 04 or 04.5 is expected";
            mistakes.push(UserError::new(
                UserErrorCode::Invalid,
                &["sectors", &place.to_string()],
                message,
            ));
        }
    }
    for (place, number) in draft.goals.iter().enumerate() {
        if data::goal(usize::from(*number)).is_none() {
            let message = format!(
                "a Sustainable Development Goal has a number from 1 to {}",
                data::GOALS.len()
            );
            mistakes.push(UserError::new(
                UserErrorCode::OutOfRange,
                &["goals", &place.to_string()],
                message,
            ));
        }
    }
}

pub(super) fn check_outcomes(draft: &ProjectDraft, mistakes: &mut Vec<UserError>) {
    for (place, outcome) in draft.outcomes.iter().enumerate() {
        let place = place.to_string();
        let mut say = |code, field: &str, message: &str| {
            mistakes.push(UserError::new(code, &["outcomes", &place, field], message));
        };
        if outcome.statement.is_empty() {
            say(UserErrorCode::Required, "statement", "say what was found");
        }
        if outcome
            .evidence_url
            .as_deref()
            .is_some_and(|url| !is_address(url))
        {
            say(UserErrorCode::Invalid, "evidenceUrl", NO_ADDRESS);
        }
        let texts = [
            ("statement", Some(&outcome.statement), LONGEST_SUMMARY),
            ("evidence", outcome.evidence.as_ref(), LONGEST_SUMMARY),
            ("evidenceUrl", outcome.evidence_url.as_ref(), LONGEST_ADDRESS),
        ];
        for (field, text, longest) in texts {
            let path = ["outcomes", place.as_str(), field];
            if let Some(Err(ApiError::BadInput(errors))) = text.map(|text| bounded_text(&path, text, longest))
            {
                mistakes.extend(errors);
            }
        }
    }
}

const NO_ADDRESS: &str = "a web address begins with https:// or http://";

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
