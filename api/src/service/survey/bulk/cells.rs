//! The cells of a file, and what they answer.

use std::io::Cursor;

use bytes::Bytes;

use super::{MOST_ROWS, Problem, problem, says};
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::exchange::source::{Cell, Source, SourceError, Wanted};
use crate::exchange::value::guard::unguarded;
use crate::survey::check::Answers;
use crate::survey::fields::{self, Fields};
use crate::survey::question::{Kind, ProjectField, Question, QuestionSet};

/// The column that names the authority.
const AUTHORITY: &str = "authority";

/// A row as it was read.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) line: u64,
    pub(super) authority: String,
    pub(super) answers: Answers,
    pub(super) problems: Vec<Problem>,
}

/// The columns of a template, and what each holds.
pub(super) fn columns(set: &QuestionSet) -> Vec<(String, String)> {
    let mut columns = vec![(
        AUTHORITY.to_owned(),
        "The authority: its name or code. Further rows of the same authority tell further projects"
            .to_owned(),
    )];
    for question in &set.questions {
        match question.projects() {
            None => columns.push((question.id.clone(), says(question))),
            Some(group) => {
                let title = format!("{} (the name of a project; one project a row)", question.text);
                columns.push((format!("{}.title", question.id), title));
                for field in &group.fields {
                    let text = format!("Of the project: {}", held(*field));
                    columns.push((format!("{}.{}", question.id, field.name()), text));
                }
            }
        }
    }
    columns
}

fn held(field: ProjectField) -> &'static str {
    match field {
        ProjectField::Summary => "what it does, for whom and how",
        ProjectField::Phase => "CONCEPT, DISCOVERY, ALPHA, BETA, LIVE or RETIRED",
        ProjectField::Themes => "themes, parted by semicolons",
        ProjectField::Technologies => "technologies, parted by semicolons",
        ProjectField::StartDate => "the first day: 2026-04-01, 2026-04 or 2026",
        ProjectField::EndDate => "the last day, in the same way",
        ProjectField::Budget => "what it costs, in pounds",
        ProjectField::Partners => "who takes part, parted by semicolons",
        ProjectField::Funders => "who pays, parted by semicolons",
    }
}

/// Reads a file.
///
/// # Errors
/// A mistake at `file` when it is no table with the column of the authority, or has too many rows.
pub(super) fn read(set: &QuestionSet, bytes: Bytes) -> ApiResult<Vec<Line>> {
    let refuse = |code, message: String| Err(ApiError::bad_input(code, &["file"], message));
    let names: Vec<String> = columns(set).into_iter().map(|(name, _)| name).collect();
    let knows = |header: &[String]| header.iter().filter(|name| names.contains(&plain(name))).count();
    let wanted = Wanted {
        format: None,
        separator: None,
        mapped: true,
        knows: &knows,
    };
    let broken = |error: SourceError| {
        ApiError::bad_input(
            UserErrorCode::Invalid,
            &["file"],
            format!("the file cannot be read: {error}"),
        )
    };
    let (mut source, _) = Source::open(Box::new(Cursor::new(bytes)), wanted).map_err(broken)?;
    if let Some(header) = source.header()
        && !header.iter().any(|name| plain(name) == AUTHORITY)
    {
        let message = format!("no column is called `{AUTHORITY}`; take the template");
        return refuse(UserErrorCode::Required, message);
    }
    let mut lines = Vec::new();
    while let Some(raw) = source.next_row().map_err(broken)? {
        if lines.len() >= MOST_ROWS {
            let message = format!("at most {MOST_ROWS} rows at a time; send the rest as another file");
            return refuse(UserErrorCode::TooLong, message);
        }
        match raw.content {
            Ok((header, cells)) => lines.extend(line(set, raw.line, &header, &cells)),
            Err(message) => lines.push(Line {
                line: raw.line,
                authority: String::new(),
                answers: Answers::new(),
                problems: vec![problem("", message)],
            }),
        }
    }
    match lines.is_empty() {
        true => refuse(
            UserErrorCode::Required,
            "the file has no rows with answers".to_owned(),
        ),
        false => Ok(lines),
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A row; none where only the authority is named, as in a template that was not filled in.
fn line(set: &QuestionSet, number: u64, header: &[String], cells: &[Cell]) -> Option<Line> {
    let mut line = Line {
        line: number,
        authority: String::new(),
        answers: Answers::new(),
        problems: Vec::new(),
    };
    let mut typed = Fields::default();
    for (name, cell) in header.iter().zip(cells).filter(|(_, cell)| !cell.is_blank()) {
        let text = match cell {
            Cell::Text(text) => unguarded(text.trim()).to_owned(),
            Cell::List(entries) => entries.join("; "),
            Cell::Oversize(_) => {
                line.problems.push(problem(name, "this cell is too long"));
                continue;
            }
        };
        let name = plain(name);
        if name == AUTHORITY {
            line.authority = text;
            continue;
        }
        let (key, part) = name.split_once('.').unwrap_or((&name, ""));
        let Some(question) = set.question(key) else {
            continue;
        };
        field(question, part, &text, &mut typed);
    }
    for question in &set.questions {
        match fields::read(question, &typed) {
            Ok(Some(answer)) => drop(line.answers.insert(question.id.clone(), answer.tidied())),
            Ok(None) => {}
            Err(slip) => line.problems.push(problem(&question.id, slip)),
        }
    }
    let blank = line.answers.is_empty() && line.problems.is_empty();
    (!blank).then_some(line)
}

/// A cell as the fields of its question.
fn field(question: &Question, part: &str, text: &str, typed: &mut Fields) {
    let name = fields::name(question);
    let chosen = |text: &str| {
        let choices = question.choices().iter();
        let known = choices.into_iter().find(|choice| {
            choice.id.eq_ignore_ascii_case(text.trim())
                || choice.text.to_lowercase() == text.trim().to_lowercase()
        });
        known.map_or_else(|| text.trim().to_owned(), |choice| choice.id.clone())
    };
    match &question.kind {
        Kind::YesNo => typed.add(
            &name,
            match plain(text).as_str() {
                "yes" | "y" | "true" | "1" => "YES",
                "no" | "n" | "false" | "0" => "NO",
                _ => text,
            },
        ),
        Kind::Single(_) => typed.add(&name, chosen(text)),
        Kind::Multiple(..) => {
            for entry in text.split(';').filter(|entry| !entry.trim().is_empty()) {
                typed.add(&name, chosen(entry));
            }
        }
        Kind::Money(..) => typed.add(&format!("{name}.amount"), text),
        Kind::Projects(_) => {
            if typed.get(&format!("{name}.count")).is_empty() {
                typed.add(&format!("{name}.count"), "1");
                typed.add(&format!("{name}.0.id"), "row-0");
            }
            let parts = ProjectField::ALL.map(ProjectField::name);
            let known = parts.into_iter().find(|known| known.eq_ignore_ascii_case(part));
            typed.add(&format!("{name}.0.{}", known.unwrap_or("title")), text);
        }
        _ => typed.add(&name, text),
    }
}
