//! Answers of many authorities in one file: a template, a preview row by row, and the writing of the good rows.
//!
//! A row is an authority; further rows of the same authority tell further projects of it. Each authority is submitted in
//! a transaction of its own, and what is submitted already is left: sending or committing a file again changes nothing.

mod cells;

use std::collections::BTreeMap;

use bytes::Bytes;
use entity::survey_upload::{ActiveModel, Model};
use sea_orm::Set;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::export::File;
use super::respondent::{Claim, Respondent, open};
use super::response::{Content, Sent};
use super::submission::{checked, write};
use super::{Round, given, managing, name_of, read_all, round, written};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::directory::{Meaning, Meanings, listed};
use crate::store;
use crate::survey::answer::Answer;
use crate::survey::check::{Answers, asked};
use crate::survey::question::{Kind, Question};
use crate::survey::sheet::{Layout, Sheet, write as write_sheet};
use cells::Line;

/// So many rows are taken at a time: each is submitted by itself.
pub const MOST_ROWS: usize = 1_000;

/// A row of a file, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UploadRow {
    /// The line on which it begins.
    pub line: u64,
    /// The authority, as the row has it.
    pub authority: String,
    /// The authority that is meant.
    pub organisation: Option<Uuid>,
    /// What becomes of it; what would, until it is committed.
    pub outcome: Outcome,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// What it tells.
    pub answers: Answers,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The authority had submitted nothing.
    New,
    /// It had submitted something else.
    Changed,
    /// It had submitted the same.
    Unchanged,
    /// The row is left out for its mistakes.
    Refused,
}

/// Something wrong with a cell, or with the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The column; empty for the row as a whole.
    pub column: String,
    /// What is wrong.
    pub message: String,
}

/// An empty file to fill in, with a row for each authority that was invited.
///
/// # Errors
/// A mistake at `wave` when there is no such round.
pub async fn template(app: &App, viewer: &Viewer, wave: Uuid, layout: Layout) -> ApiResult<File> {
    managing(viewer)?;
    let round = round(app, wave, &["wave"]).await?;
    let columns = cells::columns(&round.set);
    let responses = store::survey::response::of_waves(app.db.read(), &[wave]).await?;
    let mut rows: Vec<Vec<String>> = responses
        .iter()
        .filter_map(|row| app.directory.name(row.organisation_id))
        .map(|name| vec![name])
        .collect();
    rows.sort_unstable();
    for row in &mut rows {
        row.resize(columns.len(), String::new());
    }
    let sheet = Sheet {
        name: "Answers".to_owned(),
        header: columns.iter().map(|(name, _)| name.clone()).collect(),
        rows,
    };
    let notes = Sheet {
        name: "Notes".to_owned(),
        header: vec!["Column".to_owned(), "What it holds".to_owned()],
        rows: columns.into_iter().map(|(name, says)| vec![name, says]).collect(),
    };
    let bytes = write_sheet(&[sheet, notes], layout).map_err(ApiError::internal)?;
    Ok(File {
        name: format!("answers.{}", layout.ending()),
        media_type: layout.media_type(),
        bytes,
    })
}

/// Keeps a file and says what writing it would do, row by row. Nothing is answered by that.
///
/// # Errors
/// A mistake at `wave` or `file`.
pub async fn preview(app: &App, viewer: &Viewer, wave: Uuid, name: &str, bytes: Bytes) -> ApiResult<Model> {
    managing(viewer)?;
    let round = round(app, wave, &["wave"]).await?;
    open(&round)?;
    let digest = Sha256::digest(&bytes);
    let content_hash = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let set = round.set.clone();
    // Not among the long work that takes turns: a large file would hold up whatever is asked meanwhile.
    let reading = tokio::task::spawn_blocking(move || cells::read(&set, bytes));
    let lines = reading.await.map_err(ApiError::internal)??;
    let rows = judged(app, &round, lines).await?;
    let row = Model {
        id: Uuid::now_v7(),
        wave_id: wave,
        file_name: name.chars().filter(|c| !c.is_control()).take(200).collect(),
        content_hash,
        rows: written(&rows)?,
        committed: false,
        created_by: name_of(viewer),
        created_at: clock::now(),
        committed_at: None,
    };
    let txn = app.db.begin().await?;
    store::survey::insert_upload(&txn, row.clone()).await?;
    txn.commit().await?;
    Ok(row)
}

/// The rows of a file that is kept.
///
/// # Errors
/// When they were not written by this program.
pub fn rows(row: &Model) -> ApiResult<Vec<UploadRow>> {
    serde_json::from_str(&row.rows).map_err(ApiError::internal)
}

/// Writes the good rows of a file. Doing it again changes nothing.
///
/// # Errors
/// A mistake at `id` when there is no such file, or at `wave` when the round is not open.
pub async fn commit(app: &App, viewer: &Viewer, id: Uuid) -> ApiResult<Model> {
    managing(viewer)?;
    let found = store::survey::upload(app.db.read(), id).await?;
    let Some(upload) = found else {
        let message = "there is no such file";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["id"], message));
    };
    if upload.committed {
        return Ok(upload);
    }
    let round = round(app, upload.wave_id, &["wave"]).await?;
    open(&round)?;
    let mut told = rows(&upload)?;
    let good = told.iter().filter(|row| row.outcome != Outcome::Refused);
    let bodies: std::collections::BTreeSet<Uuid> = good.filter_map(|row| row.organisation).collect();
    for organisation in bodies {
        let answers = merged(told.iter().filter(|row| row.organisation == Some(organisation)));
        let (outcome, problems) = submit(app, viewer, &round, organisation, answers).await?;
        for row in told
            .iter_mut()
            .filter(|row| row.organisation == Some(organisation))
        {
            row.outcome = outcome;
            row.problems.extend(problems.iter().cloned());
        }
    }
    let txn = app.db.begin().await?;
    let change = ActiveModel {
        rows: Set(written(&told)?),
        committed: Set(true),
        committed_at: Set(Some(clock::now())),
        ..ActiveModel::default()
    };
    store::survey::change_upload(&txn, id, change).await?;
    txn.commit().await?;
    let row = store::survey::upload(app.db.read(), id).await?;
    row.ok_or_else(|| ApiError::NotFound("the file is gone".to_owned()))
}

/// Submits what a file tells of one authority.
async fn submit(
    app: &App,
    viewer: &Viewer,
    round: &Round,
    organisation: Uuid,
    answers: Answers,
) -> ApiResult<(Outcome, Vec<Problem>)> {
    let respondent = respondent(app, round, organisation).await?;
    let Some(respondent) = respondent else {
        return Ok((Outcome::Refused, vec![problem("authority", NOT_INVITED)]));
    };
    let stored = given(app.db.read(), respondent.response.id).await?;
    let outcome = outcome(app, &respondent, &answers).await?;
    if outcome == Outcome::Unchanged {
        return Ok((outcome, Vec::new()));
    }
    let sent = answers.into_iter().map(|(question, answer)| Sent {
        base: stored.rows.get(&question).map_or(0, |row| row.revision),
        question,
        content: Content::Given(answer),
    });
    let claim = Claim::Account {
        wave: round.wave.id,
        organisation,
    };
    match write(app, viewer, &claim, sent.collect()).await {
        Ok((_, conflicts, _)) if conflicts.is_empty() => Ok((outcome, Vec::new())),
        Ok(_) => Ok((
            Outcome::Refused,
            vec![problem(
                "",
                "an officer answered at the same moment; send the row again",
            )],
        )),
        Err(ApiError::BadInput(mistakes)) => Ok((Outcome::Refused, problems(mistakes))),
        Err(other) => Err(other),
    }
}

const NOT_INVITED: &str = "this authority was not invited to the round";

fn problem(column: &str, message: impl Into<String>) -> Problem {
    Problem {
        column: column.to_owned(),
        message: message.into(),
    }
}

/// Mistakes of answers, by the columns that they stand in.
fn problems(mistakes: Vec<crate::error::UserError>) -> Vec<Problem> {
    let told = mistakes.into_iter().map(|mistake| {
        let path: Vec<&str> = mistake.path.iter().map(String::as_str).collect();
        let column = match path.as_slice() {
            ["answers", question, "projects", _, field, ..] => format!("{question}.{field}"),
            ["answers", question, ..] => (*question).to_owned(),
            _ => String::new(),
        };
        problem(&column, mistake.message)
    });
    told.collect()
}

async fn respondent(app: &App, round: &Round, organisation: Uuid) -> ApiResult<Option<Respondent>> {
    let row = store::survey::response::of(app.db.read(), round.wave.id, organisation).await?;
    Ok(row.map(|response| Respondent {
        round: round.clone(),
        response,
        by: String::new(),
    }))
}

/// What rows of one authority tell together: the answers of all, and the projects one after the other.
fn merged<'a>(rows: impl Iterator<Item = &'a UploadRow>) -> Answers {
    let mut all = Answers::new();
    for row in rows {
        for (question, answer) in &row.answers {
            match (all.get_mut(question), answer) {
                (Some(Answer::Projects(known)), Answer::Projects(more)) => {
                    for item in more {
                        let id = format!("row-{}", known.len());
                        known.push(crate::survey::answer::ProjectItem { id, ..item.clone() });
                    }
                }
                _ => drop(all.insert(question.clone(), answer.clone())),
            }
        }
    }
    all
}

/// What writing answers would do to a response.
async fn outcome(app: &App, respondent: &Respondent, answers: &Answers) -> ApiResult<Outcome> {
    let submitted = store::survey::response::submissions(app.db.read(), &[respondent.response.id]).await?;
    let Some(latest) = submitted.first() else {
        return Ok(Outcome::New);
    };
    let before = read_all(&latest.answers)?;
    let after = asked(&respondent.round.set, answers);
    let same = after.iter().all(|(question, answer)| {
        before
            .get(question)
            .is_some_and(|known| plain(known) == plain(answer))
    });
    Ok(if same {
        Outcome::Unchanged
    } else {
        Outcome::Changed
    })
}

/// An answer without what the catalogue made of its projects.
fn plain(answer: &Answer) -> Answer {
    match answer {
        Answer::Projects(items) => {
            let mut items = items.clone();
            for item in &mut items {
                item.project = None;
            }
            Answer::Projects(items)
        }
        other => other.clone(),
    }
}

/// Says of each row what would become of it.
async fn judged(app: &App, round: &Round, lines: Vec<Line>) -> ApiResult<Vec<UploadRow>> {
    let mut rows: Vec<UploadRow> = lines.into_iter().map(|line| named(app, line)).collect();
    let mut first: BTreeMap<Uuid, usize> = BTreeMap::new();
    for place in 0..rows.len() {
        let Some(row) = rows.get(place) else { continue };
        let Some(organisation) = row.organisation else {
            continue;
        };
        match first.get(&organisation).and_then(|known| rows.get(*known)) {
            None => drop(first.insert(organisation, place)),
            Some(known) => {
                let clashes: Vec<Problem> = row
                    .answers
                    .iter()
                    .filter(|(question, answer)| {
                        let other = known.answers.get(*question);
                        !matches!(answer, Answer::Projects(_)) && other.is_some_and(|other| other != *answer)
                    })
                    .map(|(question, _)| problem(question, format!("told otherwise on line {}", known.line)))
                    .collect();
                if let Some(row) = rows.get_mut(place).filter(|_| !clashes.is_empty()) {
                    row.outcome = Outcome::Refused;
                    row.problems.extend(clashes);
                }
            }
        }
    }
    for (organisation, place) in first {
        let (outcome, problems) = foreseen(app, round, organisation, &rows).await?;
        let Some(outcome) = outcome else { continue };
        for row in rows
            .iter_mut()
            .filter(|row| row.organisation == Some(organisation))
        {
            row.outcome = outcome;
        }
        if let Some(row) = rows.get_mut(place) {
            row.problems.extend(problems);
        }
    }
    Ok(rows)
}

/// What would become of the rows of one authority; nothing new where one of them is refused: then all are.
async fn foreseen(
    app: &App,
    round: &Round,
    organisation: Uuid,
    rows: &[UploadRow],
) -> ApiResult<(Option<Outcome>, Vec<Problem>)> {
    let own = || rows.iter().filter(|row| row.organisation == Some(organisation));
    if own().any(|row| row.outcome == Outcome::Refused) {
        return Ok((Some(Outcome::Refused), Vec::new()));
    }
    let Some(respondent) = respondent(app, round, organisation).await? else {
        return Ok((Some(Outcome::Refused), vec![problem("authority", NOT_INVITED)]));
    };
    let answers = merged(own());
    let mut all = given(app.db.read(), respondent.response.id).await?.answers;
    all.extend(answers.clone());
    match checked(app, &respondent, &asked(&round.set, &all)) {
        Ok(()) => Ok((Some(outcome(app, &respondent, &answers).await?), Vec::new())),
        Err(ApiError::BadInput(mistakes)) => Ok((Some(Outcome::Refused), problems(mistakes))),
        Err(other) => Err(other),
    }
}

fn named(app: &App, line: Line) -> UploadRow {
    let mut row = UploadRow {
        line: line.line,
        organisation: None,
        outcome: Outcome::New,
        problems: line.problems,
        answers: line.answers,
        authority: line.authority,
    };
    if row.problems.is_empty() || !row.authority.is_empty() {
        match app.directory.meaning(&row.authority, None) {
            Meaning::Clear(id) => row.organisation = Some(id),
            Meaning::Ambiguous(candidates) => {
                let message = format!("this may mean {}", listed(&candidates));
                row.problems.push(problem("authority", message));
            }
            Meaning::Unknown(_) => {
                row.problems
                    .push(problem("authority", "no authority is known by this name"));
            }
        }
    }
    if !row.problems.is_empty() {
        row.outcome = Outcome::Refused;
    }
    row
}

/// What a column of the template holds.
fn says(question: &Question) -> String {
    let options = || {
        let ids = question
            .choices()
            .iter()
            .map(|choice| format!("{} ({})", choice.id, choice.text));
        ids.collect::<Vec<_>>().join(", ")
    };
    let form = match &question.kind {
        Kind::YesNo => "yes or no".to_owned(),
        Kind::Single(_) => format!("one of: {}", options()),
        Kind::Multiple(..) => format!("any of, parted by semicolons: {}", options()),
        Kind::Number(_) => "a number".to_owned(),
        Kind::Money(currencies, _) => format!("a sum in {}, such as 120000", currencies.join(" or ")),
        Kind::Date(..) => "a day such as 2026-11-21".to_owned(),
        Kind::ShortText(longest) | Kind::LongText(longest, _) => format!("at most {longest} characters"),
        Kind::Organisation => "a name or a code".to_owned(),
        Kind::Scale(steps) => format!("a whole number from {} to {}", steps.from, steps.to),
        Kind::Projects(_) => "one project a row".to_owned(),
    };
    let needed = if question.required { "; needed" } else { "" };
    format!("{} ({form}{needed})", question.text)
}
