//! Imports: files that came, and what became of them.

mod row;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::import_job::Model;
use entity::kinds::{ImportOutcome, ImportState};

use super::account::shown;
use crate::error::{ApiError, ApiResult};
use crate::exchange::projects::Format;
use crate::graphql::filter::bounded;
use crate::graphql::id::{Kind, encode};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::{PageArguments, connection, laid_out};
use crate::graphql::scalar::{BigInt, DateTime};
use crate::service::App;
use crate::store;
use crate::store::import::JobQuery;
use crate::store::page::{KeyKind, Position};
pub use row::{ImportConsequence, ImportProblem, ImportRow, ImportRowConnection, ImportRowEdge};

/// A file that was sent, or brought by `tandem import`: what it would do, how far it has come, what it did.
#[derive(Debug, Clone)]
pub struct ImportJob(Box<Model>);

connection!(ImportJobConnection, ImportJobEdge, ImportJob, "imports");

/// Which imports are wanted.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ImportJobFilter {
    /// In one of these states.
    states: Option<Vec<ImportState>>,
    /// Of the source with exactly this name.
    source: Option<String>,
    /// Of a file with this SHA-256, as 64 hexadecimal digits in lower case.
    content_hash: Option<String>,
}

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ImportFormat {
    /// A header row, then one row a record, cells parted by a separator.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array of objects, or objects one after the other.
    Json,
    /// An Excel workbook (XLSX).
    Xlsx,
    /// A 360Giving data package in JSON.
    #[graphql(name = "THREE_SIXTY_GIVING_JSON")]
    ThreeSixtyJson,
    /// A 360Giving table of grants.
    #[graphql(name = "THREE_SIXTY_GIVING_CSV")]
    ThreeSixtyCsv,
    /// Activities of IATI 2 in XML.
    Iati,
}

impl From<ImportFormat> for Format {
    fn from(format: ImportFormat) -> Self {
        match format {
            ImportFormat::Csv => Self::Csv,
            ImportFormat::Jsonl => Self::Jsonl,
            ImportFormat::Json => Self::Json,
            ImportFormat::Xlsx => Self::Xlsx,
            ImportFormat::ThreeSixtyJson => Self::ThreeSixtyJson,
            ImportFormat::ThreeSixtyCsv => Self::ThreeSixtyCsv,
            ImportFormat::Iati => Self::Iati,
        }
    }
}

impl ImportJobFilter {
    /// The question to the database.
    ///
    /// # Errors
    /// Bad input for lists out of bounds.
    pub(crate) fn query(self) -> ApiResult<JobQuery> {
        Ok(JobQuery {
            states: bounded(self.states, "states")?,
            source: self.source,
            content_hash: self.content_hash,
        })
    }
}

impl From<Model> for ImportJob {
    fn from(row: Model) -> Self {
        Self(Box::new(row))
    }
}

impl ImportJob {
    /// A page of the imports that fit, the latest first.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        query: JobQuery,
        arguments: &PageArguments,
    ) -> ApiResult<ImportJobConnection> {
        let page = arguments.page(KeyKind::Id)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::import::list(db, &query, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::import::count(db, &query).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let nodes = rows.into_iter().map(Self::from).collect();
        Ok(ImportJobConnection::new(nodes, cursors, info, total))
    }
}

/// A file that was sent, or brought by `tandem import`: what it would do, how far it has come, what it did. Until it is
/// committed, its counts and rows say what would be done.
#[Object]
impl ImportJob {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Import, self.0.id)
    }

    /// How far it has come.
    async fn state(&self) -> ImportState {
        self.0.state
    }

    /// What the source is called in the catalogue: the same name and record id mean the same record.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// The file's name; null for standard input.
    async fn file_name(&self) -> Option<&str> {
        self.0.file_name.as_deref()
    }

    /// The layout of the file, as the command line calls it, such as `csv`.
    async fn format(&self) -> &str {
        &self.0.format
    }

    /// The SHA-256 of the file, in hexadecimal digits; null for standard input.
    async fn content_hash(&self) -> Option<&str> {
        self.0.content_hash.as_deref()
    }

    /// The file's length in bytes, where it is known.
    async fn size_bytes(&self) -> Option<BigInt> {
        self.0.size_bytes.map(BigInt)
    }

    /// How many rows the file has; null as long as they were not counted.
    async fn rows_total(&self) -> Option<BigInt> {
        self.0.rows_total.map(BigInt)
    }

    /// How many rows are done with. They are written in batches, each whole or not at all.
    async fn rows_done(&self) -> BigInt {
        BigInt(self.0.rows_done)
    }

    /// How many projects are created.
    async fn created(&self) -> BigInt {
        BigInt(self.0.created)
    }

    /// How many projects are changed.
    async fn changed(&self) -> BigInt {
        BigInt(self.0.changed)
    }

    /// How many rows the catalogue has already, as they are.
    async fn unchanged(&self) -> BigInt {
        BigInt(self.0.unchanged)
    }

    /// How many rows are not followed, because somebody changed or took out their project since it was imported.
    async fn kept(&self) -> BigInt {
        BigInt(self.0.kept)
    }

    /// How many rows are left out for their mistakes.
    async fn refused(&self) -> BigInt {
        BigInt(self.0.refused)
    }

    /// How many organisations that nobody knew are recorded by their names.
    async fn new_organisations(&self) -> BigInt {
        BigInt(self.0.new_organisations)
    }

    /// How many rows came out otherwise than the preview said, because the catalogue was changed meanwhile. Each says so
    /// in its problems.
    async fn unexpected(&self) -> BigInt {
        BigInt(self.0.unexpected)
    }

    /// How many projects the undoing took out.
    async fn retired(&self) -> BigInt {
        BigInt(self.0.retired)
    }

    /// How many projects the undoing gave back their earlier state.
    async fn restored(&self) -> BigInt {
        BigInt(self.0.restored)
    }

    /// How many projects the undoing left, because somebody changed them since.
    async fn left_standing(&self) -> BigInt {
        BigInt(self.0.left_standing)
    }

    /// What is to be known of the file as a whole: columns that were not read, bytes that were mended.
    async fn notes(&self) -> Result<Vec<String>, ApiError> {
        serde_json::from_str(&self.0.notes).map_err(ApiError::internal)
    }

    /// Why it failed, if it did.
    async fn failure(&self) -> Option<&str> {
        self.0.failure.as_deref()
    }

    /// Who began it: a person, `api` or `command line`.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        Ok(shown(ctx, Some(&self.0.created_by)).await?.unwrap_or_default())
    }

    /// When it was begun.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it last came farther.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// When it was written to its end, or failed.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }

    /// Who wanted it undone.
    async fn undone_by(&self, ctx: &Context<'_>) -> Option<Result<String, ApiError>> {
        shown(ctx, self.0.undone_by.as_deref()).await.transpose()
    }

    /// Why it was undone.
    async fn undo_reason(&self) -> Option<&str> {
        self.0.undo_reason.as_deref()
    }

    /// When it was undone to its end.
    async fn undone_at(&self) -> Option<DateTime> {
        self.0.undone_at.map(DateTime)
    }

    /// What becomes of the rows, in the file's order. Of a file that was not previewed, rows that left the catalogue as
    /// it was are counted and not listed.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only rows with this outcome.")] outcome: Option<ImportOutcome>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<ImportRowConnection, ApiError> {
        ImportRow::connection(ctx, self.0.id, outcome, &PageArguments::forwards(first, after)).await
    }
}
