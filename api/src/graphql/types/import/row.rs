//! What becomes of one row of an import.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Object, SimpleObject};
use entity::import_row::Model;
use entity::kinds::{ImportOutcome, ImportUndo};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::graphql::pagination::{PageArguments, connection, cursor, page_info};
use crate::graphql::scalar::BigInt;
use crate::graphql::types::project::Project;
use crate::graphql::types::version::FieldChange;
use crate::service::App;
use crate::service::import;
use crate::service::project::told::Difference;
use crate::store;
use crate::store::page::{KeyKind, Page, Position, SortKey, slice};

/// What becomes of one row of an import.
#[derive(Debug, Clone)]
pub struct ImportRow {
    row: Model,
    project: Option<Project>,
}

connection!(ImportRowConnection, ImportRowEdge, ImportRow, "rows");

/// Something wrong with a value of a row, or worth knowing of it.
#[derive(Debug, Clone, SimpleObject)]
pub struct ImportProblem {
    /// Our name of the field; `row` for the row as a whole.
    field: String,
    /// The file's name of the column, where it is known.
    column: Option<String>,
    /// What stood there, shortened, where it is known.
    value: Option<String>,
    /// What is wrong, for a person to read.
    message: String,
    /// What becomes of the value.
    consequence: ImportConsequence,
}

/// What becomes of a value with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ImportConsequence {
    /// The whole row is left out.
    RowRefused,
    /// The value is left out.
    ValueDropped,
    /// Nothing: it is worth knowing.
    Noted,
    /// An organisation that nobody knew is recorded by its name.
    Recorded,
}

impl From<import::Consequence> for ImportConsequence {
    fn from(consequence: import::Consequence) -> Self {
        match consequence {
            import::Consequence::RowRefused => Self::RowRefused,
            import::Consequence::ValueDropped => Self::ValueDropped,
            import::Consequence::Noted => Self::Noted,
            import::Consequence::Recorded => Self::Recorded,
        }
    }
}

impl From<import::Problem> for ImportProblem {
    fn from(problem: import::Problem) -> Self {
        let known = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            field: problem.field,
            column: known(problem.column),
            value: known(problem.value),
            message: problem.message,
            consequence: problem.consequence.into(),
        }
    }
}

impl ImportRow {
    /// A page of the rows of an import, in the file's order.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(super) async fn connection(
        ctx: &Context<'_>,
        job: Uuid,
        outcome: Option<ImportOutcome>,
        arguments: &PageArguments,
    ) -> ApiResult<ImportRowConnection> {
        let page: Page = arguments.page(KeyKind::Integer)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let outcomes: Vec<ImportOutcome> = outcome.into_iter().collect();
        let after = match page.beyond.as_ref().map(|place| &place.key) {
            Some(SortKey::Integer(number)) => Some(*number),
            _ => None,
        };
        let limit = page.limit.saturating_add(1);
        let found = store::import::rows(db, job, &outcomes, after, limit).await?;
        let slice = slice(found, &page);
        let look = ctx.look_ahead();
        let total = match look.field("totalCount").exists() {
            true => store::import::count_rows(db, job, &outcomes).await?,
            false => 0,
        };
        let place = |row: &Model| Position {
            key: SortKey::Integer(row.number),
            id: row.job_id,
        };
        let info = page_info(&slice, place);
        let cursors = slice.rows.iter().map(|row| cursor(&place(row))).collect();
        let asked = [
            look.field("nodes").field("project"),
            look.field("edges").field("node").field("project"),
        ];
        let mut projects: HashMap<Uuid, Project> = HashMap::new();
        if asked.iter().any(async_graphql::Lookahead::exists) {
            let ids: Vec<Uuid> = slice.rows.iter().filter_map(|row| row.project_id).collect();
            let rows = store::project::by_ids(db, &ids).await?;
            let found = Project::page(ctx, rows, &asked).await?;
            projects.extend(found.into_iter().map(|project| (project.row.id, project)));
        }
        let nodes = slice.rows.into_iter().map(|row| Self {
            project: row.project_id.and_then(|id| projects.get(&id).cloned()),
            row,
        });
        Ok(ImportRowConnection::new(nodes.collect(), cursors, info, total))
    }
}

fn list<T: DeserializeOwned>(text: Option<&str>) -> Result<Vec<T>, ApiError> {
    text.map_or(Ok(Vec::new()), |text| {
        serde_json::from_str(text).map_err(ApiError::internal)
    })
}

/// What becomes of one row of an import.
#[Object]
impl ImportRow {
    /// Which row of the file, counted from 1; a header is none.
    async fn row(&self) -> BigInt {
        BigInt(self.row.number)
    }

    /// The line of the file on which it begins, counted from 1.
    async fn line(&self) -> BigInt {
        BigInt(self.row.line)
    }

    /// The record's id in the file; `content:` and a hash where it has none.
    async fn record_id(&self) -> Option<&str> {
        self.row.record_id.as_deref()
    }

    /// The record's title, its first 300 characters; empty where the row was not understood.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// What becomes of it; what would, until the import is committed.
    async fn outcome(&self) -> ImportOutcome {
        self.row.outcome
    }

    /// What the preview had said; null until the import is committed, and where there was no preview.
    async fn previewed(&self) -> Option<ImportOutcome> {
        self.row.previewed
    }

    /// The project concerned; null where there is none yet.
    async fn project(&self) -> Option<&Project> {
        self.project.as_ref()
    }

    /// The version of the project that is changed; null for a new project.
    async fn version_before(&self) -> Option<i32> {
        self.row.version_before
    }

    /// The version of the project that this made; null until it is made.
    async fn version_after(&self) -> Option<i32> {
        self.row.version_after
    }

    /// The fields of a changed project that change.
    async fn changes(&self) -> Result<Vec<FieldChange>, ApiError> {
        let changes: Vec<Difference> = list(self.row.changes.as_deref())?;
        Ok(changes.into_iter().map(FieldChange::from).collect())
    }

    /// What is wrong with its values, or worth knowing.
    async fn problems(&self) -> Result<Vec<ImportProblem>, ApiError> {
        let problems: Vec<import::Problem> = list(self.row.problems.as_deref())?;
        Ok(problems.into_iter().map(ImportProblem::from).collect())
    }

    /// What undoing did to it; null until it is undone, and where nothing was to be undone.
    async fn undo(&self) -> Option<ImportUndo> {
        self.row.undo
    }

    /// Why undoing left it.
    async fn undo_note(&self) -> Option<&str> {
        self.row.undo_note.as_deref()
    }
}
