//! Answers of many authorities in one file.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::survey_upload::Model;

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::scalar::Upload;
use crate::graphql::types::survey::SurveyUpload;
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::survey::bulk;

/// A file with answers.
#[derive(Debug, Clone, InputObject)]
pub(in crate::graphql::mutation) struct PreviewSurveyUploadInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the round.
    wave: ID,
    /// The file, CSV or XLSX, as the template has it; at most 1,000 rows.
    file: Upload,
}

/// A file to commit.
#[derive(Debug, Clone, InputObject)]
pub(in crate::graphql::mutation) struct CommitSurveyUploadInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the file.
    id: ID,
}

macro_rules! payload {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Debug, Clone, SimpleObject)]
        pub(in crate::graphql::mutation) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The file and its rows; null when there were mistakes.
            upload: Option<SurveyUpload>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }

        impl $name {
            fn of(client_mutation_id: Option<String>, done: ApiResult<Model>) -> ApiResult<Self> {
                let (upload, errors) = match mistakes(done)? {
                    Ok(row) => (Some(SurveyUpload(row)), Vec::new()),
                    Err(errors) => (None, errors),
                };
                Ok(Self {
                    client_mutation_id,
                    upload,
                    errors,
                })
            }
        }
    };
}

payload!(
    PreviewSurveyUploadPayload,
    "The result of looking at a file with answers."
);
payload!(
    CommitSurveyUploadPayload,
    "The result of writing a file with answers."
);

/// Answers of many authorities in one file. For administrators.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::graphql::mutation) struct SurveyUploadMutation;

/// Answers of many authorities in one file. For administrators.
#[Object]
impl SurveyUploadMutation {
    /// Keeps a file with answers and says what writing it would do, row by row. Nothing is answered until
    /// `commitSurveyUpload`. For administrators.
    async fn preview_survey_upload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file, and its round.")] input: PreviewSurveyUploadInput,
    ) -> Result<PreviewSurveyUploadPayload, ApiError> {
        let done = async {
            let wave = expect(Kind::SurveyWave, &input.wave, &["wave"])?;
            let file = input.file.file(ctx, &["file"])?;
            bulk::preview(
                ctx.data_unchecked(),
                &viewer::of(ctx),
                wave,
                &file.name,
                file.bytes,
            )
            .await
        };
        PreviewSurveyUploadPayload::of(input.client_mutation_id.clone(), done.await)
    }

    /// Submits the good rows of a file. Rows that say what is submitted already change nothing, so that a file may be
    /// sent, and committed, again. For administrators.
    async fn commit_survey_upload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which file.")] input: CommitSurveyUploadInput,
    ) -> Result<CommitSurveyUploadPayload, ApiError> {
        let done = async {
            let id = expect(Kind::SurveyUpload, &input.id, &["id"])?;
            bulk::commit(ctx.data_unchecked(), &viewer::of(ctx), id).await
        };
        CommitSurveyUploadPayload::of(input.client_mutation_id.clone(), done.await)
    }
}
