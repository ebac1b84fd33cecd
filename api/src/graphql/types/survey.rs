//! Surveys, what they ask, their rounds, and who is invited.

mod answer;
mod question;
mod response;
mod result;
mod upload;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entity::kinds::SurveyResponseState;
use entity::{survey, survey_invitation, survey_question_set, survey_wave};

use super::organisation::{Authority, Organisation};
use super::organisation_change::organisation;
pub use answer::{Answer, SurveyProject};
pub(crate) use answer::{AnswerInput, sent};
pub use question::{Question, QuestionCondition, QuestionOption};
pub use response::{
    AnswerConflict, PrefilledAnswer, ProjectProposal, SurveyAnswer, SurveyOverlap, SurveyResponse,
    SurveyResponseConnection, SurveyResponseEdge, SurveySubmission,
};
pub(crate) use response::{conflicts, overlaps};
pub use result::{SurveyAggregate, SurveyDimension, SurveyOptionCount, SurveyRate, SurveyResultRow};
pub use upload::{SurveyUpload, SurveyUploadOutcome, SurveyUploadProblem, SurveyUploadRow};

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::{PageArguments, connection, laid_out};
use crate::graphql::scalar::DateTime;
use crate::graphql::viewer;
use crate::service::App;
use crate::service::survey::export::File;
use crate::service::survey::invitation::Issued;
use crate::service::survey::question_set::MOST_SETS;
use crate::service::survey::wave::MOST_WAVES;
use crate::service::survey::{managing, parsed};
use crate::store;
use crate::store::page::{KeyKind, Position};
use crate::store::survey::invitation::InvitationQuery;
use crate::survey::sheet::Layout;

/// A survey that comes again and again, round by round.
#[derive(Debug, Clone)]
pub struct Survey(pub(crate) survey::Model);

/// A version of what a survey asks. Nothing of it changes once it is published.
#[derive(Debug, Clone)]
pub struct QuestionSet(pub(crate) survey_question_set::Model);

/// A round of a survey.
#[derive(Debug, Clone)]
pub struct SurveyWave(pub(crate) survey_wave::Model);

/// A link by which somebody of an authority answers. Its secret is shown once, when it is made.
#[derive(Debug, Clone)]
pub struct SurveyInvitation(pub(crate) survey_invitation::Model);

connection!(SurveyConnection, SurveyEdge, Survey, "surveys");
connection!(
    SurveyInvitationConnection,
    SurveyInvitationEdge,
    SurveyInvitation,
    "invitations"
);

/// A link that was just made. It is shown this once.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyLink {
    /// The invitation.
    pub invitation: SurveyInvitation,
    /// The secret; whoever has it answers for the authority.
    pub token: String,
    /// The address of the form, below the address of this server: `/survey/` and the secret.
    pub path: String,
}

impl From<Issued> for SurveyLink {
    fn from(issued: Issued) -> Self {
        Self {
            path: format!("/survey/{}", issued.token),
            token: issued.token,
            invitation: SurveyInvitation(issued.invitation),
        }
    }
}

/// How a file of a survey is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SurveyFileFormat {
    /// Cells parted by commas, UTF-8.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

impl From<SurveyFileFormat> for Layout {
    fn from(format: SurveyFileFormat) -> Self {
        match format {
            SurveyFileFormat::Csv => Self::Csv,
            SurveyFileFormat::Xlsx => Self::Xlsx,
        }
    }
}

/// A file to keep.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyFile {
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its content, as Base64 has it.
    pub base64: String,
}

impl From<File> for SurveyFile {
    fn from(file: File) -> Self {
        Self {
            name: file.name,
            media_type: file.media_type.to_owned(),
            base64: STANDARD.encode(file.bytes),
        }
    }
}

impl Survey {
    /// A page of surveys, the latest first; those without a round are seen by those who run surveys only.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        arguments: &PageArguments,
    ) -> ApiResult<SurveyConnection> {
        let page = arguments.page(KeyKind::Id)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let drafts = viewer::of(ctx).is_administrator();
        let slice = store::survey::list(db, drafts, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::survey::count(db, drafts).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let nodes = rows.into_iter().map(Self).collect();
        Ok(SurveyConnection::new(nodes, cursors, info, total))
    }
}

/// A survey that comes again and again, round by round.
#[Object]
impl Survey {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Survey, self.0.id)
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Of confidential answers no number is told that counts fewer authorities than this.
    async fn threshold(&self) -> i32 {
        self.0.threshold
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The versions of what it asks, the latest first, at most 100. Drafts are seen by those who run surveys only.
    async fn question_sets(&self, ctx: &Context<'_>) -> Result<Vec<QuestionSet>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let drafts = viewer::of(ctx).is_administrator();
        let rows = store::survey::sets(db, self.0.id, MOST_SETS).await?.into_iter();
        let seen = rows.filter(|row| drafts || row.published_at.is_some());
        Ok(seen.map(QuestionSet).collect())
    }

    /// Its rounds, the latest first, at most 100.
    async fn waves(&self, ctx: &Context<'_>) -> Result<Vec<SurveyWave>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let rows = store::survey::waves(db, self.0.id, MOST_WAVES).await?;
        Ok(rows.into_iter().map(SurveyWave).collect())
    }
}

/// A version of what a survey asks. Nothing of it changes once it is published.
#[Object]
impl QuestionSet {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::QuestionSet, self.0.id)
    }

    /// 1 for the first version of the survey, one more with each.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// 1 at first, one more with each change of the draft; `changeQuestionSet` wants it.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// The file as it was written: JSON.
    async fn definition(&self) -> &str {
        &self.0.definition
    }

    /// The questions, in the order in which they are asked.
    async fn questions(&self) -> Result<Vec<Question>, ApiError> {
        Ok(Question::all(parsed(&self.0)?))
    }

    /// What the officer should know before beginning.
    async fn introduction(&self) -> Result<Option<String>, ApiError> {
        Ok(parsed(&self.0)?.introduction)
    }

    /// When it was published; null as long as it is a draft.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }
}

/// A round of a survey.
#[Object]
impl SurveyWave {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::SurveyWave, self.0.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The survey.
    async fn survey(&self, ctx: &Context<'_>) -> Result<Survey, ApiError> {
        let row = store::survey::by_id(ctx.data_unchecked::<App>().db.read(), self.0.survey_id).await?;
        let row = row.ok_or_else(|| ApiError::internal(anyhow::anyhow!("a round has no survey")))?;
        Ok(Survey(row))
    }

    /// What is asked.
    async fn question_set(&self, ctx: &Context<'_>) -> Result<QuestionSet, ApiError> {
        let row = store::survey::set(ctx.data_unchecked::<App>().db.read(), self.0.question_set_id).await?;
        let row = row.ok_or_else(|| ApiError::internal(anyhow::anyhow!("a round has no question set")))?;
        Ok(QuestionSet(row))
    }

    /// From when on it can be answered.
    async fn opens_at(&self) -> DateTime {
        DateTime(self.0.opens_at)
    }

    /// From when on it cannot be answered. Results of confidential questions are told from then on.
    async fn closes_at(&self) -> DateTime {
        DateTime(self.0.closes_at)
    }

    /// Its invitations, in the order in which they were made; for those who run surveys.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those to be reminded: the link opens now, and the authority has neither submitted nor declined."
        )]
        outstanding: Option<bool>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<SurveyInvitationConnection, ApiError> {
        managing(&viewer::of(ctx))?;
        let query = InvitationQuery {
            wave: self.0.id,
            outstanding: outstanding.unwrap_or(false).then(crate::clock::now),
        };
        let page = PageArguments::forwards(first, after).page(KeyKind::Id)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::survey::invitation::list(db, &query, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::survey::invitation::count(db, &query).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let nodes = rows.into_iter().map(SurveyInvitation).collect();
        Ok(SurveyInvitationConnection::new(nodes, cursors, info, total))
    }

    /// What authorities answered, in the order in which they were invited; for reviewers.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn responses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in one of these states.")] states: Option<Vec<SurveyResponseState>>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<SurveyResponseConnection, ApiError> {
        let arguments = PageArguments::forwards(first, after);
        SurveyResponse::connection(ctx, self.0.id, states, &arguments).await
    }
}

/// A link by which somebody of an authority answers. Its secret is shown once, when it is made.
#[Object]
impl SurveyInvitation {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::SurveyInvitation, self.0.id)
    }

    /// The authority.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Authority, ApiError> {
        authority(ctx, self.0.organisation_id).await
    }

    /// To whom it is sent.
    async fn recipient(&self) -> Option<&str> {
        self.0.recipient.as_deref()
    }

    /// How far the authority's response has come.
    async fn state(&self, ctx: &Context<'_>) -> Result<SurveyResponseState, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let row = store::survey::response::by_id(db, self.0.response_id).await?;
        let row = row.ok_or_else(|| ApiError::internal(anyhow::anyhow!("an invitation has no response")))?;
        Ok(row.state)
    }

    /// From when on the link opens nothing.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was taken back, if it was.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// When it was sent, as told by `markSurveyInvitationsSent`.
    async fn sent_at(&self) -> Option<DateTime> {
        self.0.sent_at.map(DateTime)
    }

    /// When a reminder was last sent, as told.
    async fn reminded_at(&self) -> Option<DateTime> {
        self.0.reminded_at.map(DateTime)
    }

    /// How many reminders were sent, as told.
    async fn reminders(&self) -> i32 {
        self.0.reminders
    }
}

/// An authority that a row names.
pub(super) async fn authority(ctx: &Context<'_>, id: uuid::Uuid) -> ApiResult<Authority> {
    match organisation(ctx, id).await? {
        Organisation::Authority(authority) => Ok(authority),
        Organisation::OtherOrganisation(_) => Err(ApiError::internal(anyhow::anyhow!(
            "{id} answers a survey and is no authority"
        ))),
    }
}
