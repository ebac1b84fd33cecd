//! What becomes of one row, and of all of them together.

use entity::kinds::ImportOutcome;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::UserError;
use crate::exchange::projects::{Consequence as ReadConsequence, Row, RowError};
use crate::service::project::Origin;
use crate::service::project::told::Difference;

/// So much of a title is kept beside a row, in characters.
const LONGEST_TITLE_KEPT: usize = 300;

/// What became of a row of a file, or would become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowResult {
    /// The line of the file.
    pub line: u64,
    /// The record's id there.
    pub record_id: Option<String>,
    /// The record's title, perhaps cut; empty where the row was not understood.
    pub title: String,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// The project that it concerns.
    pub touched: Option<Touched>,
    /// The fields that change; of a new project none are listed.
    pub changes: Vec<Difference>,
    /// What is wrong with it, or worth knowing.
    pub problems: Vec<Problem>,
    /// So many of the problems, the first ones, were met when the row was read.
    met_on_reading: usize,
}

/// The project that a row concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The project.
    pub project: Uuid,
    /// The version that was changed.
    pub before: Option<i32>,
    /// The version that was made.
    pub after: Option<i32>,
    /// The record of its source that was renewed, and the content that it had before.
    pub source: Option<(Uuid, Option<String>)>,
}

/// What is wrong with a value of a row, or worth knowing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Our name of the field.
    pub field: String,
    /// The file's name of the column, where it is known.
    pub column: String,
    /// What stood there, where it is known.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// What became of the value.
    pub consequence: Consequence,
}

/// What became of a value with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Consequence {
    /// The whole row was left out.
    RowRefused,
    /// The value was left out.
    ValueDropped,
    /// Nothing: it is worth knowing.
    Noted,
    /// An organisation that nobody knew was recorded by its name.
    Recorded,
}

impl Problem {
    /// Something that was noticed about a field.
    pub fn noted(field: &str, message: String, consequence: Consequence) -> Self {
        Self {
            field: field.to_owned(),
            column: String::new(),
            value: String::new(),
            message,
            consequence,
        }
    }
}

impl From<&RowError> for Problem {
    fn from(error: &RowError) -> Self {
        Self {
            field: error.field.to_owned(),
            column: error.column.clone(),
            value: error.value.clone(),
            message: error.message.clone(),
            consequence: match error.consequence {
                ReadConsequence::RowRefused => Consequence::RowRefused,
                ReadConsequence::ValueDropped => Consequence::ValueDropped,
            },
        }
    }
}

impl RowResult {
    /// A row as it was read, which is refused as long as nothing better is decided.
    pub(super) fn of(row: &Row, origin: Option<&Origin>) -> Self {
        let record = row.record.as_ref();
        Self {
            line: row.line,
            record_id: record
                .and_then(|record| record.id.clone())
                .or_else(|| origin.and_then(|origin| origin.record_id.clone())),
            title: record
                .map(|record| record.title.chars().take(LONGEST_TITLE_KEPT).collect())
                .unwrap_or_default(),
            outcome: ImportOutcome::Refused,
            touched: None,
            changes: Vec::new(),
            problems: row.problems.iter().map(Problem::from).collect(),
            met_on_reading: row.problems.len(),
        }
    }

    /// The problems that were met after the row was read.
    #[must_use]
    pub fn met_after_reading(&self) -> &[Problem] {
        self.problems.get(self.met_on_reading..).unwrap_or_default()
    }

    pub(super) fn refuse(&mut self, mistakes: Vec<UserError>) {
        self.outcome = ImportOutcome::Refused;
        self.problems.extend(mistakes.into_iter().map(|mistake| {
            let field = mistake.path.join(".");
            Problem::noted(&field, mistake.message, Consequence::RowRefused)
        }));
    }

    pub(super) fn keep(&mut self, why: &str) {
        self.outcome = ImportOutcome::Kept;
        self.problems
            .push(Problem::noted("id", why.to_owned(), Consequence::Noted));
    }
}

/// How many rows came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Projects that are new.
    pub created: i64,
    /// Projects that changed.
    pub changed: i64,
    /// Records that the catalogue has as they are.
    pub unchanged: i64,
    /// Records whose project somebody changed since it was imported.
    pub kept: i64,
    /// Records that were left out.
    pub refused: i64,
    /// Organisations that were recorded by name.
    pub new_organisations: i64,
}

impl Tally {
    /// Counts a row.
    pub fn add(&mut self, outcome: ImportOutcome) {
        let count = match outcome {
            ImportOutcome::Created => &mut self.created,
            ImportOutcome::Changed => &mut self.changed,
            ImportOutcome::Unchanged => &mut self.unchanged,
            ImportOutcome::Kept => &mut self.kept,
            ImportOutcome::Refused => &mut self.refused,
        };
        *count += 1;
    }

    /// Counts rows.
    #[must_use]
    pub fn of<'a>(results: impl IntoIterator<Item = &'a RowResult>) -> Self {
        let mut tally = Self::default();
        for result in results {
            tally.add(result.outcome);
        }
        tally
    }

    /// The sum of two.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            created: self.created + other.created,
            changed: self.changed + other.changed,
            unchanged: self.unchanged + other.unchanged,
            kept: self.kept + other.kept,
            refused: self.refused + other.refused,
            new_organisations: self.new_organisations + other.new_organisations,
        }
    }
}
