//! What an authority answers in a round.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::kinds::{SurveyDecision, SurveyResponseState};
use entity::{survey_response as row, survey_submission};
use uuid::Uuid;

use super::answer::Answer;
use super::{SurveyWave, authority};
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::pagination::{PageArguments, connection, laid_out};
use crate::graphql::scalar::DateTime;
use crate::graphql::types::organisation::Authority;
use crate::graphql::types::project::Project;
use crate::graphql::viewer;
use crate::service::App;
use crate::service::overlap::CheckMatch;
use crate::service::survey::prefill::{Source, prefilled};
use crate::service::survey::project::{Overlapping, proposals};
use crate::service::survey::respondent::Respondent;
use crate::service::survey::{given, read_all, response, reviewing, round};
use crate::store;
use crate::store::page::{KeyKind, Position};
use crate::store::survey::response::ResponseQuery;

/// What an authority answers in a round. Several officers work on one response.
#[derive(Debug, Clone)]
pub struct SurveyResponse(pub(crate) row::Model);

connection!(
    SurveyResponseConnection,
    SurveyResponseEdge,
    SurveyResponse,
    "responses"
);

/// The present answer to a question.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyAnswer {
    /// The question's key.
    pub question: String,
    /// The answer; null where it was taken back.
    pub answer: Option<Answer>,
    /// Send this with another answer to the question: it shows that you saw this one.
    pub revision: i32,
    /// Who answered last: the recipient of a link, or the name of an account.
    pub answered_by: String,
    /// When.
    pub answered_at: DateTime,
}

/// An answer that was filled in beforehand. It counts as none before it is confirmed.
#[derive(Debug, Clone, SimpleObject)]
pub struct PrefilledAnswer {
    /// The question's key.
    pub question: String,
    /// The answer.
    pub answer: Answer,
    /// Where it comes from.
    pub source: PrefillSource,
}

/// Where an answer that was filled in comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum PrefillSource {
    /// What the authority submitted in an earlier round.
    EarlierRound,
    /// What an authority that it took over from submitted in an earlier round; of several, what they agreed in.
    Predecessor,
    /// What the catalogue knows.
    Catalogue,
}

/// Two officers answered one question differently.
#[derive(Debug, Clone, SimpleObject)]
pub struct AnswerConflict {
    /// The question's key.
    pub question: String,
    /// What another officer answered meanwhile; it stays. Null where it was taken back.
    pub stored: Option<Answer>,
    /// Who that was.
    pub stored_by: String,
    /// Send yours again with this revision if it is to stand.
    pub revision: i32,
    /// What you sent; it is kept in the history. Null where you took the answer back.
    pub yours: Option<Answer>,
}

/// A project that was told, and one that the catalogue has of the authority: is it the one?
#[derive(Debug, Clone, SimpleObject)]
pub struct ProjectProposal {
    /// The question's key.
    pub question: String,
    /// The project's key within the answer. Answer with its `project`, or with `isNew`.
    pub key: String,
    /// The project of the catalogue.
    pub project: Project,
    /// How likely they overlap, in [0, 1].
    pub score: f64,
    /// Why, in a sentence.
    pub summary: String,
}

/// What others do that overlaps a project that was told.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyOverlap {
    /// The question's key.
    pub question: String,
    /// The project's key within the answer.
    pub key: String,
    /// Its title.
    pub title: String,
    /// How many other authorities do something that overlaps.
    pub authorities: i32,
    /// Their projects, the surest first; at most 20.
    pub projects: Vec<Project>,
}

/// A response as it was submitted once. Its answers never change.
#[derive(Debug, Clone)]
pub struct SurveySubmission(survey_submission::Model);

impl SurveyResponse {
    /// A page of the responses of a round, for reviewers.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds; forbidden to others.
    pub(super) async fn connection(
        ctx: &Context<'_>,
        wave: Uuid,
        states: Option<Vec<SurveyResponseState>>,
        arguments: &PageArguments,
    ) -> ApiResult<SurveyResponseConnection> {
        reviewing(&viewer::of(ctx))?;
        let query = ResponseQuery {
            wave,
            states: crate::graphql::filter::bounded(states, "states")?,
        };
        let page = arguments.page(KeyKind::Id)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::survey::response::list(db, &query, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::survey::response::count(db, &query).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let nodes = rows.into_iter().map(Self).collect();
        Ok(SurveyResponseConnection::new(nodes, cursors, info, total))
    }

    async fn respondent(&self, app: &App) -> ApiResult<Respondent> {
        Ok(Respondent {
            round: round(app, self.0.wave_id, &["wave"]).await?,
            response: self.0.clone(),
            by: String::new(),
        })
    }
}

/// What an authority answers in a round. Several officers work on one response.
#[Object]
impl SurveyResponse {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::SurveyResponse, self.0.id)
    }

    /// The round.
    async fn wave(&self, ctx: &Context<'_>) -> Result<SurveyWave, ApiError> {
        Ok(SurveyWave(
            self.respondent(ctx.data_unchecked()).await?.round.wave,
        ))
    }

    /// The authority.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Authority, ApiError> {
        authority(ctx, self.0.organisation_id).await
    }

    /// How far it has come.
    async fn state(&self) -> SurveyResponseState {
        self.0.state
    }

    /// How often it was submitted; `reviewSurveyResponse` wants it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Why the authority declined, if it did and said so.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When something of it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// When it was last submitted.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.submitted_at.map(DateTime)
    }

    /// The present answers, by the keys of their questions.
    async fn answers(&self, ctx: &Context<'_>) -> Result<Vec<SurveyAnswer>, ApiError> {
        let given = given(ctx.data_unchecked::<App>().db.read(), self.0.id).await?;
        let mut answers = given.answers;
        let told = given.rows.into_iter().map(|(question, row)| SurveyAnswer {
            answer: answers.remove(&question).map(Answer::from),
            question,
            revision: row.revision,
            answered_by: row.answered_by,
            answered_at: DateTime(row.answered_at),
        });
        Ok(told.collect())
    }

    /// Answers for questions that have none: what the authority told in the round before, and what the catalogue knows.
    /// They count as answers once they are confirmed.
    async fn prefilled(&self, ctx: &Context<'_>) -> Result<Vec<PrefilledAnswer>, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let given = given(app.db.read(), self.0.id).await?;
        let found = prefilled(app, &self.respondent(app).await?, &given).await?;
        let told = found.into_iter().map(|(question, filled)| PrefilledAnswer {
            question,
            answer: filled.answer.into(),
            source: match filled.from {
                Source::EarlierRound => PrefillSource::EarlierRound,
                Source::Predecessor => PrefillSource::Predecessor,
                Source::Catalogue => PrefillSource::Catalogue,
            },
        });
        Ok(told.collect())
    }

    /// For projects that were answered and not tied to the catalogue: which of the authority's own projects each may be.
    async fn proposals(&self, ctx: &Context<'_>) -> Result<Vec<ProjectProposal>, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let given = given(app.db.read(), self.0.id).await?;
        let found = proposals(app, &self.respondent(app).await?, &given.answers).await?;
        let mut told = Vec::with_capacity(found.len());
        for proposal in found {
            let look = ctx.look_ahead().field("project");
            let Some(project) = Project::one(ctx, proposal.found.project, look).await? else {
                continue;
            };
            told.push(ProjectProposal {
                question: proposal.question,
                key: proposal.item,
                project,
                score: proposal.found.score,
                summary: proposal.found.evidence.summary.clone(),
            });
        }
        Ok(told)
    }

    /// What was submitted, the latest first.
    async fn submissions(&self, ctx: &Context<'_>) -> Result<Vec<SurveySubmission>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let rows = store::survey::response::submissions(db, &[self.0.id]).await?;
        Ok(rows.into_iter().take(MOST_SHOWN).map(SurveySubmission).collect())
    }

    /// Every answer that was given to a question, the latest first, at most 100; with those that were not taken, because
    /// another officer had answered otherwise meanwhile.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question's key.")] question: String,
    ) -> Result<Vec<SurveyAnswer>, ApiError> {
        let found = response::history(ctx.data_unchecked(), self.0.id, &question).await?;
        let told = found.into_iter().map(|(row, answer)| SurveyAnswer {
            question: row.question,
            answer: answer.map(Answer::from),
            revision: row.revision,
            answered_by: row.answered_by,
            answered_at: DateTime(row.answered_at),
        });
        Ok(told.collect())
    }
}

/// So many submissions of a response are shown.
const MOST_SHOWN: usize = 100;

/// A response as it was submitted once. Its answers never change.
#[Object]
impl SurveySubmission {
    /// 1 for the first submission, one more with each.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was submitted.
    async fn submitted_at(&self) -> DateTime {
        DateTime(self.0.submitted_at)
    }

    /// Who submitted it.
    async fn submitted_by(&self) -> &str {
        &self.0.submitted_by
    }

    /// The answers; those to questions that were not asked left out.
    async fn answers(&self) -> Result<Vec<SurveyAnswer>, ApiError> {
        let answers = read_all(&self.0.answers)?.into_iter();
        let told = answers.map(|(question, answer)| SurveyAnswer {
            question,
            answer: Some(answer.into()),
            revision: self.0.version,
            answered_by: self.0.submitted_by.clone(),
            answered_at: DateTime(self.0.submitted_at),
        });
        Ok(told.collect())
    }

    /// What a reviewer decided; null as long as nobody did.
    async fn decision(&self) -> Option<SurveyDecision> {
        self.0.decision
    }

    /// What the reviewer said.
    async fn remarks(&self) -> Option<&str> {
        self.0.remarks.as_deref()
    }

    /// When it was decided.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }
}

/// Conflicts as they are shown.
pub(crate) fn conflicts(found: Vec<response::AnswerConflict>) -> Vec<AnswerConflict> {
    let told = found.into_iter().map(|conflict| AnswerConflict {
        question: conflict.question,
        stored: conflict.stored.map(Answer::from),
        stored_by: conflict.by,
        revision: conflict.revision,
        yours: conflict.yours.map(Answer::from),
    });
    told.collect()
}

/// Overlaps as they are shown.
///
/// # Errors
/// When the database fails.
pub(crate) async fn overlaps(ctx: &Context<'_>, found: Vec<Overlapping>) -> ApiResult<Vec<SurveyOverlap>> {
    let look = ctx.look_ahead().field("overlaps").field("projects");
    let mut told = Vec::with_capacity(found.len());
    for overlapping in found {
        let authorities = overlapping.authorities();
        let order: HashMap<Uuid, usize> = overlapping
            .found
            .iter()
            .map(|found| found.project.id)
            .zip(0..)
            .collect();
        let rows = overlapping
            .found
            .into_iter()
            .map(|found: CheckMatch| found.project);
        let mut projects = Project::page(ctx, rows.collect(), std::slice::from_ref(&look)).await?;
        projects.sort_by_key(|project| order.get(&project.row.id).copied());
        told.push(SurveyOverlap {
            question: overlapping.question,
            key: overlapping.item,
            title: overlapping.title,
            authorities: i32::try_from(authorities).unwrap_or(i32::MAX),
            projects,
        });
    }
    Ok(told)
}
