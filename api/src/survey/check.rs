//! Whether answers fit their questions: every mistake at once, each with its place.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::answer::{Answer, ProjectItem};
use super::question::{Choice, Kind, ProjectGroup, Question, QuestionSet, Range};
use crate::error::{UserError, UserErrorCode};
use crate::exchange::currency::decimal;
use crate::exchange::record::Amount;

/// Answers by the names of their questions.
pub type Answers = BTreeMap<String, Answer>;

/// No text of an answer is longer, whatever its question says, in characters.
pub const LONGEST_TEXT: usize = 20_000;

/// The longest name or line, in characters.
pub const LONGEST_LINE: usize = 1_000;

/// The most projects of one answer.
pub const MOST_PROJECTS: usize = 50;

/// The most entries of a list that a project tells.
const MOST_ENTRIES: usize = 50;

/// A list of mistakes, and the place below which they are noted.
struct Notes<'a> {
    found: &'a mut Vec<UserError>,
    place: Vec<String>,
}

impl Notes<'_> {
    fn say(&mut self, code: UserErrorCode, below: &[&str], message: impl Into<String>) {
        let below = below.iter().map(|&part| part.to_owned());
        self.found.push(UserError {
            code,
            message: message.into(),
            path: self.place.iter().cloned().chain(below).collect(),
        });
    }

    fn text(&mut self, below: &[&str], text: &str, longest: usize) {
        if text.contains('\0') {
            self.say(
                UserErrorCode::Invalid,
                below,
                "the character U+0000 cannot be stored",
            );
        }
        let length = text.chars().count();
        if length > longest {
            let message = format!("at most {longest} characters; this has {length}");
            self.say(UserErrorCode::TooLong, below, message);
        }
    }
}

/// Whether a question is asked, given the answers to those before it.
#[must_use]
pub fn is_asked(set: &QuestionSet, question: &Question, answers: &Answers) -> bool {
    let Some(condition) = &question.ask_if else {
        return true;
    };
    // A condition names an earlier question, so this ends.
    let Some(earlier) = set.question(&condition.question) else {
        return true;
    };
    let Some(answer) = answers.get(&earlier.id).filter(|answer| !answer.is_blank()) else {
        return false;
    };
    let met = condition.any_of.is_empty()
        || answer
            .chosen()
            .iter()
            .any(|id| condition.any_of.iter().any(|wanted| wanted == id));
    met && is_asked(set, earlier, answers)
}

/// The answers to questions that are asked: what a submission is made of.
#[must_use]
pub fn asked(set: &QuestionSet, answers: &Answers) -> Answers {
    let questions = set
        .questions
        .iter()
        .filter(|question| is_asked(set, question, answers));
    let told = questions.filter_map(|question| {
        let answer = answers.get(&question.id).filter(|answer| !answer.is_blank())?;
        Some((question.id.clone(), answer.clone()))
    });
    told.collect()
}

/// Whether answers can be kept in a draft beside what is there: their questions are asked, they are of the right sort
/// and of a size that can be kept. Told by `["answers", place in the list]`.
#[must_use]
pub fn keepable(set: &QuestionSet, stored: &Answers, sent: &[(String, Option<Answer>)]) -> Vec<UserError> {
    let mut found = Vec::new();
    let mut all = stored.clone();
    for (id, answer) in sent {
        match answer {
            Some(answer) => drop(all.insert(id.clone(), answer.clone())),
            None => drop(all.remove(id)),
        }
    }
    let mut seen = HashSet::new();
    for (place, (id, answer)) in sent.iter().enumerate() {
        let mut notes = Notes {
            found: &mut found,
            place: vec!["answers".to_owned(), place.to_string()],
        };
        let shown: String = id.chars().take(60).collect();
        let Some(question) = set.question(id) else {
            let message = format!("the survey has no question “{shown}”");
            notes.say(UserErrorCode::NotFound, &["question"], message);
            continue;
        };
        if !seen.insert(id) {
            let message = format!("the question “{shown}” is answered twice");
            notes.say(UserErrorCode::Duplicate, &["question"], message);
        }
        let Some(answer) = answer else { continue };
        if !answer.fits(&question.kind) {
            let message = format!(
                "the question “{shown}” takes an answer of the kind {}",
                question.kind.name()
            );
            notes.say(UserErrorCode::Invalid, &[], message);
            continue;
        }
        if !is_asked(set, question, &all) {
            let message =
                format!("the question “{shown}” is not asked, because of the answer to an earlier one");
            notes.say(UserErrorCode::Conflict, &["question"], message);
        }
        size(answer, &mut notes);
    }
    found
}

fn size(answer: &Answer, notes: &mut Notes<'_>) {
    match answer {
        Answer::Text(text) => notes.text(&["text"], text, LONGEST_TEXT),
        Answer::Organisation(text) => notes.text(&["organisation"], text, LONGEST_LINE),
        Answer::Choice(id) => notes.text(&["choice"], id, LONGEST_LINE),
        Answer::Choices(ids) => {
            if ids.len() > MOST_ENTRIES * 2 {
                notes.say(UserErrorCode::TooLong, &["choices"], "too many options");
            }
            for (place, id) in ids.iter().enumerate() {
                notes.text(&["choices", &place.to_string()], id, LONGEST_LINE);
            }
        }
        Answer::Number(number) if !number.is_finite() => {
            notes.say(UserErrorCode::Invalid, &["number"], "a number is expected");
        }
        Answer::Projects(items) => {
            if items.len() > MOST_PROJECTS {
                let message = format!("at most {MOST_PROJECTS} projects");
                notes.say(UserErrorCode::TooLong, &["projects"], message);
            }
            for (place, item) in items.iter().take(MOST_PROJECTS).enumerate() {
                item_size(item, &place.to_string(), notes);
            }
        }
        Answer::YesNo(_) | Answer::Number(_) | Answer::Money(_) | Answer::Date(_) => {}
    }
}

fn item_size(item: &ProjectItem, place: &str, notes: &mut Notes<'_>) {
    notes.text(&["projects", place, "id"], &item.id, 100);
    notes.text(&["projects", place, "title"], &item.title, 500);
    notes.text(&["projects", place, "summary"], &item.summary, LONGEST_TEXT);
    for (name, list) in [
        ("themes", &item.themes),
        ("technologies", &item.technologies),
        ("partners", &item.partners),
        ("funders", &item.funders),
    ] {
        if list.len() > MOST_ENTRIES {
            let message = format!("at most {MOST_ENTRIES} entries");
            notes.say(UserErrorCode::TooLong, &["projects", place, name], message);
        }
        for (entry, text) in list.iter().take(MOST_ENTRIES).enumerate() {
            notes.text(&["projects", place, name, &entry.to_string()], text, 200);
        }
    }
}

/// Whether a response can be submitted: every question that is asked and needs an answer has one within its limits.
/// Told by `["answers", the question, …]`. `body` says what is wrong with the name of an organisation.
#[must_use]
pub fn complete(
    set: &QuestionSet,
    answers: &Answers,
    body: &dyn Fn(&str) -> Option<(UserErrorCode, String)>,
) -> Vec<UserError> {
    let mut found = Vec::new();
    for question in &set.questions {
        if !is_asked(set, question, answers) {
            continue;
        }
        let mut notes = Notes {
            found: &mut found,
            place: vec!["answers".to_owned(), question.id.clone()],
        };
        match answers.get(&question.id).filter(|answer| !answer.is_blank()) {
            Some(answer) => fit(question, answer, body, &mut notes),
            None if question.required => {
                notes.say(UserErrorCode::Required, &[], "this question needs an answer")
            }
            None => {}
        }
    }
    found
}

fn fit(
    question: &Question,
    answer: &Answer,
    body: &dyn Fn(&str) -> Option<(UserErrorCode, String)>,
    notes: &mut Notes<'_>,
) {
    match (&question.kind, answer) {
        (Kind::YesNo, Answer::YesNo(_)) => {}
        (Kind::Single(choices), Answer::Choice(id)) => chosen(choices, std::slice::from_ref(id), notes),
        (Kind::Multiple(choices, most), Answer::Choices(ids)) => {
            chosen(choices, ids, notes);
            if ids.len() > *most {
                notes.say(UserErrorCode::TooLong, &[], format!("choose at most {most}"));
            }
        }
        (Kind::Number(range), Answer::Number(number)) => in_range(range, *number, notes),
        (Kind::Scale(steps), Answer::Number(number)) => {
            let range = Range {
                least: Some(f64::from(steps.from)),
                most: Some(f64::from(steps.to)),
                decimals: 0,
            };
            in_range(&range, *number, notes);
        }
        (Kind::Money(currencies, range), Answer::Money(sum)) => money(currencies, range, sum, notes),
        (Kind::Date(earliest, latest), Answer::Date(day)) => date(*earliest, *latest, *day, notes),
        (Kind::ShortText(longest) | Kind::LongText(longest, _), Answer::Text(text)) => {
            notes.text(&[], text, *longest);
        }
        (Kind::Organisation, Answer::Organisation(name)) => {
            if let Some((code, message)) = body(name) {
                notes.say(code, &[], message);
            }
        }
        (Kind::Projects(group), Answer::Projects(items)) => projects(group, items, body, notes),
        (kind, _) => {
            let message = format!("an answer of the kind {} is expected", kind.name());
            notes.say(UserErrorCode::Invalid, &[], message);
        }
    }
}

fn money(currencies: &[String], range: &Range, sum: &Amount, notes: &mut Notes<'_>) {
    if !currencies.contains(&sum.currency) {
        let message = format!("give the sum in {}", currencies.join(" or "));
        notes.say(UserErrorCode::Invalid, &["currency"], message);
    } else if let Ok(major) = decimal(sum).parse() {
        // Sums are whole minor units: digits behind the point cannot be too many.
        let range = Range {
            decimals: 4,
            ..*range
        };
        in_range(&range, major, notes);
    }
}

fn date(earliest: Option<NaiveDate>, latest: Option<NaiveDate>, day: NaiveDate, notes: &mut Notes<'_>) {
    if earliest.is_some_and(|earliest| day < earliest) || latest.is_some_and(|latest| day > latest) {
        let told = |day: Option<NaiveDate>| day.map_or("…".to_owned(), |day| day.to_string());
        let message = format!("a day from {} to {} is expected", told(earliest), told(latest));
        notes.say(UserErrorCode::OutOfRange, &[], message);
    }
}

fn chosen(choices: &[Choice], ids: &[String], notes: &mut Notes<'_>) {
    let mut seen = HashSet::new();
    for (place, id) in ids.iter().enumerate() {
        let shown: String = id.chars().take(60).collect();
        let place = place.to_string();
        if !choices.iter().any(|choice| choice.id == *id) {
            let message = format!("“{shown}” is none of the options");
            notes.say(UserErrorCode::NotFound, &[&place], message);
        } else if !seen.insert(id) {
            let message = format!("“{shown}” is chosen twice");
            notes.say(UserErrorCode::Duplicate, &[&place], message);
        }
    }
}

fn in_range(range: &Range, number: f64, notes: &mut Notes<'_>) {
    let below = range.least.is_some_and(|least| number < least);
    let above = range.most.is_some_and(|most| number > most);
    if !number.is_finite() || below || above {
        let message = match (range.least, range.most) {
            (Some(least), Some(most)) => format!("a number from {least} to {most} is expected"),
            (Some(least), None) => format!("a number of {least} or more is expected"),
            (None, Some(most)) => format!("a number of {most} or less is expected"),
            (None, None) => "a number is expected".to_owned(),
        };
        notes.say(UserErrorCode::OutOfRange, &[], message);
        return;
    }
    let unit = 10_f64.powi(i32::try_from(range.decimals).unwrap_or(0));
    let scaled = number * unit;
    // Binary fractions miss decimal ones by a little: 0.1 × 10 is 1 but for the last digits.
    if (scaled - scaled.round()).abs() > 1e-6 * scaled.abs().max(1.0) {
        let message = match range.decimals {
            0 => "a whole number is expected".to_owned(),
            decimals => format!("at most {decimals} digits behind the point"),
        };
        notes.say(UserErrorCode::Invalid, &[], message);
    }
}

fn projects(
    group: &ProjectGroup,
    items: &[ProjectItem],
    body: &dyn Fn(&str) -> Option<(UserErrorCode, String)>,
    notes: &mut Notes<'_>,
) {
    if items.len() < group.least || items.len() > group.most {
        let message = format!("from {} to {} projects are expected", group.least, group.most);
        notes.say(UserErrorCode::OutOfRange, &["projects"], message);
    }
    let mut ids = HashSet::new();
    let mut known = HashSet::new();
    for (place, item) in items.iter().enumerate() {
        let place = place.to_string();
        if !ids.insert(&item.id) {
            let message = "two projects of the answer have this id";
            notes.say(UserErrorCode::Duplicate, &["projects", &place, "id"], message);
        }
        if item.project.is_some_and(|id| !known.insert(id)) {
            let message = "this project is told twice";
            notes.say(
                UserErrorCode::Duplicate,
                &["projects", &place, "project"],
                message,
            );
        }
        if item.unchanged {
            if item.project.is_none() {
                let message = "say which project is unchanged";
                notes.say(UserErrorCode::Required, &["projects", &place, "project"], message);
            }
            continue;
        }
        if item.title.trim().is_empty() {
            notes.say(
                UserErrorCode::Required,
                &["projects", &place, "title"],
                "a title is needed",
            );
        }
        for field in group.required.iter().filter(|field| !item.tells(**field)) {
            let message = format!("the {} of the project is needed", field.name());
            notes.say(
                UserErrorCode::Required,
                &["projects", &place, field.name()],
                message,
            );
        }
        for (name, list) in [("partners", &item.partners), ("funders", &item.funders)] {
            for (entry, told) in list.iter().enumerate() {
                if let Some((code, message)) = body(told) {
                    notes.say(code, &["projects", &place, name, &entry.to_string()], message);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
