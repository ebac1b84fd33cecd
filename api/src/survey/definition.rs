//! Reading a question set from the file that people write: JSON, every mistake at once, each by its path in the file.

mod reader;

use std::collections::HashSet;

use serde_json::Value;

use super::question::{
    Choice, Condition, Kind, ProjectField, ProjectGroup, Question, QuestionSet, Range, Steps, Theme,
};
use crate::error::{UserError, UserErrorCode};
use crate::exchange::value::amount::currency;
use reader::{Part, Reader};

/// The longest file, in bytes.
const LONGEST_FILE: usize = 512 << 10;

/// The most questions: nobody busy answers more.
const MOST_QUESTIONS: usize = 200;

/// The most options or themes of one question.
const MOST_CHOICES: usize = 100;

/// What a question may say, whatever its kind.
const COMMON: [&str; 9] = [
    "id",
    "section",
    "text",
    "help",
    "kind",
    "required",
    "confidential",
    "askIf",
    "note",
];

/// Reads a question set.
///
/// # Errors
/// Every mistake at once, each by its path in the file, such as `["questions", "2", "options", "0", "id"]`.
pub fn read(text: &str) -> Result<QuestionSet, Vec<UserError>> {
    let refuse = |message: String| vec![UserError::new(UserErrorCode::Invalid, &[], message)];
    if text.len() > LONGEST_FILE {
        return Err(vec![UserError::new(
            UserErrorCode::TooLong,
            &[],
            format!("a question set has at most {LONGEST_FILE} bytes"),
        )]);
    }
    let file: Value = serde_json::from_str(text)
        .map_err(|error| refuse(format!("the question set is not valid JSON: {error}")))?;
    let mut reader = Reader::default();
    let set = set(&Part::root(&file), &mut reader);
    match reader.found.is_empty() {
        true => Ok(set),
        false => Err(reader.found),
    }
}

fn set(file: &Part<'_>, reader: &mut Reader) -> QuestionSet {
    reader.only(file, &["title", "introduction", "questions", "note"]);
    let title = reader.text(file, "title", 200);
    let introduction = reader.text_if(file, "introduction", 5_000);
    let parts = reader.list(file, "questions", 1, MOST_QUESTIONS);
    let mut questions: Vec<Question> = Vec::new();
    for part in &parts {
        let read = question(part, &questions, reader);
        if questions.iter().any(|known| known.id == read.id) {
            let message = format!("two questions have the id “{}”", read.id);
            reader.say(part, "id", UserErrorCode::Duplicate, message);
        }
        questions.push(read);
    }
    QuestionSet {
        title,
        introduction,
        questions,
    }
}

fn question(part: &Part<'_>, earlier: &[Question], reader: &mut Reader) -> Question {
    let kind = kind(part, reader);
    if matches!(kind, Kind::Projects(_)) && reader.flag(part, "confidential") {
        let message = "projects go into the public catalogue, so a question for them cannot be confidential";
        reader.say(part, "confidential", UserErrorCode::Conflict, message);
    }
    Question {
        id: reader.name(part, "id"),
        section: reader.text_if(part, "section", 200),
        text: reader.text(part, "text", 1_000),
        help: reader.text_if(part, "help", 2_000),
        kind,
        required: reader.flag(part, "required"),
        confidential: reader.flag(part, "confidential"),
        ask_if: condition(part, earlier, reader),
    }
}

fn kind(part: &Part<'_>, reader: &mut Reader) -> Kind {
    let name = reader.text(part, "kind", 40);
    let allowed: &[&str] = match name.as_str() {
        "YES_NO" | "ORGANISATION" => &[],
        "SINGLE" => &["options"],
        "MULTIPLE" => &["options", "maxChoices"],
        "NUMBER" => &["min", "max", "decimals"],
        "MONEY" => &["currencies", "min", "max"],
        "DATE" => &["earliest", "latest"],
        "SHORT_TEXT" => &["maxLength"],
        "LONG_TEXT" => &["maxLength", "themes"],
        "PROJECTS" => &["minItems", "maxItems", "fields", "requiredFields"],
        "SCALE" => &["min", "max", "lowLabel", "highLabel"],
        "" => return Kind::YesNo,
        other => {
            let message = format!(
                "there is no kind “{other}”; the kinds are YES_NO, SINGLE, MULTIPLE, NUMBER, MONEY, DATE, SHORT_TEXT, \
                 LONG_TEXT, ORGANISATION, PROJECTS and SCALE"
            );
            reader.say(part, "kind", UserErrorCode::NotFound, message);
            return Kind::YesNo;
        }
    };
    let known: Vec<&str> = COMMON.iter().chain(allowed).copied().collect();
    reader.only(part, &known);
    match name.as_str() {
        "SINGLE" => Kind::Single(choices(part, reader)),
        "MULTIPLE" => {
            let choices = choices(part, reader);
            let most = reader.count(part, "maxChoices", 1, MOST_CHOICES);
            Kind::Multiple(choices, most.unwrap_or(MOST_CHOICES))
        }
        "NUMBER" => {
            let decimals = reader.count(part, "decimals", 0, 6).unwrap_or(0);
            Kind::Number(range(part, u32::try_from(decimals).unwrap_or(0), reader))
        }
        "MONEY" => money(part, reader),
        "DATE" => {
            let (earliest, latest) = (reader.day(part, "earliest"), reader.day(part, "latest"));
            if earliest.zip(latest).is_some_and(|(from, to)| to < from) {
                let message = "the latest day lies before the earliest";
                reader.say(part, "latest", UserErrorCode::ReversedPeriod, message);
            }
            Kind::Date(earliest, latest)
        }
        "SHORT_TEXT" => Kind::ShortText(reader.count(part, "maxLength", 1, 1_000).unwrap_or(200)),
        "LONG_TEXT" => {
            let longest = reader.count(part, "maxLength", 1, super::check::LONGEST_TEXT);
            Kind::LongText(longest.unwrap_or(5_000), themes(part, reader))
        }
        "ORGANISATION" => Kind::Organisation,
        "PROJECTS" => Kind::Projects(group(part, reader)),
        "SCALE" => scale(part, reader),
        _ => Kind::YesNo,
    }
}

fn choices(part: &Part<'_>, reader: &mut Reader) -> Vec<Choice> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for option in reader.list(part, "options", 2, MOST_CHOICES) {
        reader.only(&option, &["id", "text"]);
        let choice = Choice {
            id: reader.name(&option, "id"),
            text: reader.text(&option, "text", 300),
        };
        if !seen.insert(choice.id.clone()) {
            let message = format!("two options have the id “{}”", choice.id);
            reader.say(&option, "id", UserErrorCode::Duplicate, message);
        }
        found.push(choice);
    }
    found
}

fn themes(part: &Part<'_>, reader: &mut Reader) -> Vec<Theme> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for theme in reader.list(part, "themes", 0, MOST_CHOICES) {
        reader.only(&theme, &["id", "text", "words"]);
        let read = Theme {
            id: reader.name(&theme, "id"),
            text: reader.text(&theme, "text", 300),
            words: reader.texts(&theme, "words", 1, 100),
        };
        if !seen.insert(read.id.clone()) {
            let message = format!("two themes have the id “{}”", read.id);
            reader.say(&theme, "id", UserErrorCode::Duplicate, message);
        }
        found.push(read);
    }
    found
}

fn range(part: &Part<'_>, decimals: u32, reader: &mut Reader) -> Range {
    let (least, most) = (reader.number(part, "min"), reader.number(part, "max"));
    if least.zip(most).is_some_and(|(least, most)| most < least) {
        let message = "the most is less than the least";
        reader.say(part, "max", UserErrorCode::OutOfRange, message);
    }
    Range {
        least,
        most,
        decimals,
    }
}

fn money(part: &Part<'_>, reader: &mut Reader) -> Kind {
    let mut codes = reader.texts(part, "currencies", 0, 20);
    for (place, code) in codes.iter().enumerate() {
        if currency(code) != Some(code.as_str()) {
            let message =
                format!("“{code}” is no currency that is known; an ISO 4217 code such as GBP is expected");
            reader.say_at(
                part,
                &["currencies", &place.to_string()],
                UserErrorCode::NotFound,
                message,
            );
        }
    }
    if codes.is_empty() {
        codes.push("GBP".to_owned());
    }
    let mut range = range(part, 2, reader);
    range.least.get_or_insert(0.0);
    Kind::Money(codes, range)
}

fn scale(part: &Part<'_>, reader: &mut Reader) -> Kind {
    let bound = |reader: &mut Reader, name: &str, unless: i32| {
        let told = reader.count(part, name, 0, 100);
        told.and_then(|told| i32::try_from(told).ok()).unwrap_or(unless)
    };
    let steps = Steps {
        from: bound(reader, "min", 1),
        to: bound(reader, "max", 5),
        low: reader.text_if(part, "lowLabel", 100),
        high: reader.text_if(part, "highLabel", 100),
    };
    if steps.to <= steps.from || steps.to - steps.from > 10 {
        let message = "a scale goes up, by at most 10 steps";
        reader.say(part, "max", UserErrorCode::OutOfRange, message);
    }
    Kind::Scale(steps)
}

fn group(part: &Part<'_>, reader: &mut Reader) -> ProjectGroup {
    let mut fields = |name: &str| -> Option<Vec<ProjectField>> {
        part.get(name)?;
        let named = reader.texts(part, name, 0, ProjectField::ALL.len());
        let mut found = Vec::new();
        for (place, field) in named.iter().enumerate() {
            match ProjectField::named(field) {
                Some(field) => found.push(field),
                None => {
                    let names = ProjectField::ALL.map(ProjectField::name).join(", ");
                    let message = format!("projects have no field “{field}”; the fields are {names}");
                    reader.say_at(
                        part,
                        &[name, &place.to_string()],
                        UserErrorCode::NotFound,
                        message,
                    );
                }
            }
        }
        Some(found)
    };
    let asked = fields("fields").unwrap_or_else(|| ProjectField::ALL.to_vec());
    let required = fields("requiredFields").unwrap_or_default();
    for field in required.iter().filter(|field| !asked.contains(field)) {
        let message = format!(
            "{} is required but not among the fields that are asked",
            field.name()
        );
        reader.say(part, "requiredFields", UserErrorCode::Conflict, message);
    }
    let most = super::check::MOST_PROJECTS;
    let group = ProjectGroup {
        least: reader.count(part, "minItems", 0, most).unwrap_or(0),
        most: reader.count(part, "maxItems", 1, most).unwrap_or(most),
        fields: asked,
        required,
    };
    if group.most < group.least {
        reader.say(
            part,
            "maxItems",
            UserErrorCode::OutOfRange,
            "the most is less than the least",
        );
    }
    group
}

fn condition(part: &Part<'_>, earlier: &[Question], reader: &mut Reader) -> Option<Condition> {
    let inner = part.get("askIf")?;
    reader.only(&inner, &["question", "is", "anyOf"]);
    let question = reader.text(&inner, "question", 100);
    let mut any_of = reader.texts(&inner, "anyOf", 0, MOST_CHOICES);
    any_of.extend(reader.text_if(&inner, "is", 100));
    match earlier.iter().find(|known| known.id == question) {
        None if question.is_empty() => {}
        None => {
            let message = format!("no earlier question has the id “{question}”");
            reader.say(&inner, "question", UserErrorCode::NotFound, message);
        }
        Some(known) => {
            let known: Vec<&str> = match &known.kind {
                Kind::YesNo => vec!["YES", "NO"],
                _ => known.choices().iter().map(|choice| choice.id.as_str()).collect(),
            };
            for option in any_of.iter().filter(|option| !known.contains(&option.as_str())) {
                let message = format!("the question “{question}” has no option “{option}”");
                reader.say(&inner, "anyOf", UserErrorCode::NotFound, message);
            }
        }
    }
    Some(Condition { question, any_of })
}

#[cfg(test)]
mod tests;
