//! Imports: looked at, written, taken back.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::import_job::Model;

use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::graphql::id::{Kind, expect};
use crate::graphql::scalar::Upload;
use crate::graphql::types::import::{ImportFormat, ImportJob};
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::import_job::{self, Options, format_name};

/// The most entries of `map`.
const MOST_MAPPED: usize = 100;

/// Imports: looked at, written, taken back.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ImportMutation;

/// A field of ours, and the column of the file that it is read from.
#[derive(Debug, Clone, InputObject)]
pub(super) struct ColumnMapInput {
    /// Our field, such as `title`, `summary`, `lead`, `startDate` or `budget`.
    field: String,
    /// The file's column, exactly as its header has it.
    column: String,
}

/// A file, and how to read it.
#[derive(Debug, Clone, InputObject)]
pub(super) struct PreviewImportInput {
    /// An id of the client's own, which comes back with the answer.
    client_mutation_id: Option<String>,
    /// The file, sent as the GraphQL multipart request specification says: at most 32 MiB and 100,000 rows, unless the
    /// server is set otherwise.
    file: Upload,
    /// How it is laid out; found out from the file unless given.
    format: Option<ImportFormat>,
    /// What parts the cells of a CSV file: one character; found out from the file unless given.
    separator: Option<String>,
    /// Columns that go by other names than ours: at most 100.
    map: Option<Vec<ColumnMapInput>>,
    /// What the source is called in the catalogue; the file's name without its ending unless given. The same source and
    /// record id mean the same record.
    source: Option<String>,
}

/// Which import.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CommitImportInput {
    /// An id of the client's own, which comes back with the answer.
    client_mutation_id: Option<String>,
    /// The import's global id.
    id: ID,
}

/// Which import, and why.
#[derive(Debug, Clone, InputObject)]
pub(super) struct UndoImportInput {
    /// An id of the client's own, which comes back with the answer.
    client_mutation_id: Option<String>,
    /// The import's global id.
    id: ID,
    /// Why; it is kept with every project concerned. At most 1,000 characters.
    reason: String,
}

/// Imports: looked at, written, taken back.
#[Object]
impl ImportMutation {
    /// Keeps a file and says what importing it would do, row by row: what would be created, changed with which fields,
    /// left, and refused for which mistakes. Nothing of the catalogue changes until `commitImport`. A preview that is not
    /// committed is forgotten after 7 days.
    async fn preview_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file, and how to read it.")] input: PreviewImportInput,
    ) -> Result<PreviewImportPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let done = preview(ctx, input).await;
        PreviewImportPayload::of(client_mutation_id, done)
    }

    /// Begins to write a previewed import into the catalogue, beside other requests; `importJob` shows how far it has
    /// come. Where somebody changed the catalogue since the preview, that is respected, and told with the row. Of two who
    /// commit at once, one is told that it is being written already.
    async fn commit_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import.")] input: CommitImportInput,
    ) -> Result<CommitImportPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let done = match expect(Kind::Import, &input.id, &["id"]) {
            Ok(id) => import_job::commit(app, id).await,
            Err(error) => Err(error),
        };
        CommitImportPayload::of(input.client_mutation_id, done)
    }

    /// Begins to take an import back, beside other requests; `importJob` shows how far that has come. Projects that it
    /// created are taken out, projects that it changed say again what they said before; those that somebody changed since
    /// are left, and listed. An import that is still being written is stopped first. Undoing again does nothing.
    async fn undo_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import, and why.")] input: UndoImportInput,
    ) -> Result<UndoImportPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let done = match expect(Kind::Import, &input.id, &["id"]) {
            Ok(id) => import_job::undo(app, id, &input.reason, &viewer::of(ctx).signature()).await,
            Err(error) => Err(error),
        };
        UndoImportPayload::of(input.client_mutation_id, done)
    }
}

async fn preview(ctx: &Context<'_>, input: PreviewImportInput) -> ApiResult<Model> {
    let separator = match input
        .separator
        .as_deref()
        .map(|text| text.chars().collect::<Vec<_>>())
    {
        None => None,
        Some(text) => match text.as_slice() {
            [one] => Some(*one),
            _ => {
                let message = "one character is expected";
                return Err(ApiError::bad_input(
                    UserErrorCode::Invalid,
                    &["separator"],
                    message,
                ));
            }
        },
    };
    let map = input.map.unwrap_or_default();
    if map.len() > MOST_MAPPED {
        let message = format!("at most {MOST_MAPPED} entries");
        return Err(ApiError::bad_input(UserErrorCode::TooLong, &["map"], message));
    }
    let by = viewer::of(ctx).signature();
    let file = input.file.file(ctx, &["file"])?;
    let upload = import_job::Upload {
        bytes: file.bytes,
        name: file.name,
        source: input.source,
        options: Options {
            format: input.format.map(|format| format_name(format.into())),
            separator,
            mapping: map.into_iter().map(|entry| (entry.field, entry.column)).collect(),
        },
        by,
    };
    import_job::preview(ctx.data_unchecked::<App>(), upload).await
}

macro_rules! payload {
    ($name:ident, $done:literal) => {
        #[doc = concat!("The result of ", $done, " an import.")]
        #[derive(Debug, Clone, SimpleObject)]
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The import as it stands now; null when there were mistakes.
            job: Option<ImportJob>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }

        impl $name {
            fn of(client_mutation_id: Option<String>, done: ApiResult<Model>) -> Result<Self, ApiError> {
                let (job, errors) = match mistakes(done)? {
                    Ok(job) => (Some(job.into()), Vec::new()),
                    Err(errors) => (None, errors),
                };
                Ok(Self {
                    client_mutation_id,
                    job,
                    errors,
                })
            }
        }
    };
}

payload!(PreviewImportPayload, "looking at");
payload!(CommitImportPayload, "beginning to write");
payload!(UndoImportPayload, "beginning to take back");
