//! Files with answers of several authorities.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::survey_upload::Model;

use crate::error::ApiError;
use crate::graphql::id::{Kind, encode};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::size_of;
use crate::graphql::scalar::{BigInt, DateTime};
use crate::graphql::types::organisation::Authority;
use crate::service::survey::bulk::{self, Outcome};

/// A file with answers of several authorities, and what becomes of its rows.
#[derive(Debug, Clone)]
pub struct SurveyUpload(pub(crate) Model);

/// A row of a file, and what becomes of it; what would, until the file is committed.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyUploadRow {
    /// The line of the file on which it begins, counted from 1.
    pub line: BigInt,
    /// The authority, as the row has it.
    pub authority_told: String,
    /// The authority that is meant; null where none is known by that name.
    pub authority: Option<Authority>,
    /// What becomes of it.
    pub outcome: SurveyUploadOutcome,
    /// What is wrong with it.
    pub problems: Vec<SurveyUploadProblem>,
}

/// Something wrong with a cell, or with a row.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyUploadProblem {
    /// The column; empty for the row as a whole.
    pub column: String,
    /// What is wrong, for a person to read.
    pub message: String,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SurveyUploadOutcome {
    /// The authority had submitted nothing: it is submitted.
    New,
    /// The authority had submitted something else: it is submitted anew.
    Changed,
    /// The authority had submitted the same: nothing is done.
    Unchanged,
    /// The row is left out for its mistakes, and with it all rows of the authority.
    Refused,
}

impl From<Outcome> for SurveyUploadOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::New => Self::New,
            Outcome::Changed => Self::Changed,
            Outcome::Unchanged => Self::Unchanged,
            Outcome::Refused => Self::Refused,
        }
    }
}

/// A file with answers of several authorities, and what becomes of its rows.
#[Object]
impl SurveyUpload {
    /// The global id; `commitSurveyUpload` takes it.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::SurveyUpload, self.0.id)
    }

    /// The file's name.
    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    /// The SHA-256 of the file, in hexadecimal digits.
    async fn content_hash(&self) -> &str {
        &self.0.content_hash
    }

    /// When its good rows were written; null until then.
    async fn committed_at(&self) -> Option<DateTime> {
        self.0.committed_at.map(DateTime)
    }

    /// How many rows have this outcome; all rows unless told.
    async fn row_count(
        &self,
        #[graphql(desc = "Only rows with this outcome.")] outcome: Option<SurveyUploadOutcome>,
    ) -> Result<i32, ApiError> {
        let rows = bulk::rows(&self.0)?.into_iter();
        let count = rows.filter(|row| outcome.is_none_or(|outcome| outcome == row.outcome.into()));
        Ok(i32::try_from(count.count()).unwrap_or(i32::MAX))
    }

    /// The rows, in the order of the file.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only rows with this outcome.")] outcome: Option<SurveyUploadOutcome>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only rows that begin after this line.")] after_line: Option<BigInt>,
    ) -> Result<Vec<SurveyUploadRow>, ApiError> {
        let limit = usize::try_from(size_of(first, "first")?).unwrap_or(usize::MAX);
        let after = after_line
            .and_then(|line| u64::try_from(line.0).ok())
            .unwrap_or(0);
        let rows = bulk::rows(&self.0)?.into_iter();
        let wanted = rows
            .filter(|row| row.line > after && outcome.is_none_or(|outcome| outcome == row.outcome.into()));
        let mut told = Vec::new();
        for row in wanted.take(limit) {
            let authority = match row.organisation {
                Some(id) => super::authority(ctx, id).await.ok(),
                None => None,
            };
            told.push(SurveyUploadRow {
                line: BigInt(i64::try_from(row.line).unwrap_or(i64::MAX)),
                authority_told: row.authority,
                authority,
                outcome: row.outcome.into(),
                problems: row
                    .problems
                    .into_iter()
                    .map(|problem| SurveyUploadProblem {
                        column: problem.column,
                        message: problem.message,
                    })
                    .collect(),
            });
        }
        Ok(told)
    }
}
