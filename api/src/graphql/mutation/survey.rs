//! Running surveys: what is asked, when, and of whom.

mod bulk;
mod reminder;
mod response;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect, expect_all};
use crate::graphql::scalar::DateTime;
use crate::graphql::types::survey::{QuestionSet, Survey, SurveyInvitation, SurveyLink, SurveyWave};
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::retry::Retry;
use crate::service::survey::invitation::{self, Invited};
use crate::service::survey::question_set::{self, NewSurvey};
use crate::service::survey::wave::{self, NewWave};
use crate::store;
pub(super) use bulk::SurveyUploadMutation;
pub(super) use reminder::SurveyReminderMutation;
pub(super) use response::ResponseMutation;

/// A survey to make.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CreateSurveyInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// What it is called, at most 200 characters; as the question set says unless given.
    title: Option<String>,
    /// Of confidential answers no number is told that counts fewer authorities than this: from 3 to 100, 10 unless given.
    threshold: Option<i32>,
    /// What it asks: the text of a question set file (JSON). The one that ships with Tandem unless given.
    definition: Option<String>,
}

/// A version of what a survey asks, to begin another with.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CloneQuestionSetInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// The global id of the version to copy.
    id: ID,
}

/// A change of a draft.
#[derive(Debug, Clone, InputObject)]
pub(super) struct ChangeQuestionSetInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the draft.
    id: ID,
    /// The text of the question set file (JSON), as it is to be.
    definition: String,
    /// The revision that the change is based on.
    revision: i32,
}

/// A draft to publish.
#[derive(Debug, Clone, InputObject)]
pub(super) struct PublishQuestionSetInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the draft.
    id: ID,
}

/// A round to make.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CreateSurveyWaveInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// The global id of what is asked; it must be published.
    question_set: ID,
    /// What the round is called, at most 200 characters, such as `Spring 2027`.
    name: String,
    /// From when on it can be answered.
    opens_at: DateTime,
    /// From when on it cannot.
    closes_at: DateTime,
}

/// Another end of a round.
#[derive(Debug, Clone, InputObject)]
pub(super) struct ChangeSurveyWaveInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the round, which has not ended.
    id: ID,
    /// From when on it cannot be answered; a moment that has passed ends it at once.
    closes_at: DateTime,
}

/// Whom to invite.
#[derive(Debug, Clone, InputObject)]
pub(super) struct SurveyInvitationInput {
    /// The authority's global id.
    authority: ID,
    /// To whom the link will be sent, such as an address; at most 1,000 characters. Seen by those who run surveys.
    recipient: Option<String>,
}

/// Whom to invite to a round.
#[derive(Debug, Clone, InputObject)]
pub(super) struct InviteToSurveyInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: with a key that was used nobody is invited twice.
    idempotency_key: Option<String>,
    /// The global id of the round.
    wave: ID,
    /// Whom, at most 1,000 at a time. An authority may be invited several times, each time for another officer.
    invitations: Vec<SurveyInvitationInput>,
    /// From when on the links open nothing; the end of the round unless given.
    expires_at: Option<DateTime>,
}

/// A link to take back.
#[derive(Debug, Clone, InputObject)]
pub(super) struct RevokeSurveyInvitationInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the invitation.
    id: ID,
}

/// An invitation whose link was lost or has expired.
#[derive(Debug, Clone, InputObject)]
pub(super) struct RenewSurveyInvitationInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the invitation.
    id: ID,
    /// From when on the new link opens nothing; the end of the round unless given.
    expires_at: Option<DateTime>,
}

/// What was sent.
#[derive(Debug, Clone, InputObject)]
pub(super) struct MarkSurveyInvitationsSentInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global ids of the invitations, at most 1,000.
    invitations: Vec<ID>,
    /// When they were sent; now unless given.
    sent_at: Option<DateTime>,
    /// Whether reminders were sent, and not the invitations themselves.
    reminders: Option<bool>,
}

macro_rules! payload {
    ($name:ident, $field:ident, $type:ty, $doc:literal, $what:literal) => {
        #[doc = $doc]
        #[derive(Debug, Clone, SimpleObject)]
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            #[doc = $what]
            $field: $type,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }

        impl $name {
            fn of(client_mutation_id: Option<String>, done: ApiResult<$type>) -> ApiResult<Self> {
                let (told, errors) = match mistakes(done)? {
                    Ok(told) => (told, Vec::new()),
                    Err(errors) => (<$type>::default(), errors),
                };
                Ok(Self {
                    client_mutation_id,
                    $field: told,
                    errors,
                })
            }
        }
    };
}

payload!(
    CreateSurveyPayload,
    survey,
    Option<Survey>,
    "The result of making a survey.",
    "The survey, with a first draft of what it asks; null when there were mistakes."
);
payload!(
    CloneQuestionSetPayload,
    question_set,
    Option<QuestionSet>,
    "The result of copying a question set.",
    "The new draft; null when there were mistakes."
);
payload!(
    ChangeQuestionSetPayload,
    question_set,
    Option<QuestionSet>,
    "The result of changing a question set.",
    "The draft as it is now; null when there were mistakes."
);
payload!(
    PublishQuestionSetPayload,
    question_set,
    Option<QuestionSet>,
    "The result of publishing a question set.",
    "The question set; null when there were mistakes."
);
payload!(
    CreateSurveyWavePayload,
    wave,
    Option<SurveyWave>,
    "The result of making a round.",
    "The round; null when there were mistakes."
);
payload!(
    ChangeSurveyWavePayload,
    wave,
    Option<SurveyWave>,
    "The result of moving the end of a round.",
    "The round as it is now; null when there were mistakes."
);
payload!(
    InviteToSurveyPayload,
    links,
    Vec<SurveyLink>,
    "The result of inviting.",
    "The links, in the order of the invitations; they are shown this once."
);
payload!(
    RevokeSurveyInvitationPayload,
    invitation,
    Option<SurveyInvitation>,
    "The result of taking a link back.",
    "The invitation as it is now; null when there were mistakes."
);
payload!(
    RenewSurveyInvitationPayload,
    link,
    Option<SurveyLink>,
    "The result of renewing a link.",
    "The new link, which is shown this once; null when there were mistakes."
);
payload!(
    MarkSurveyInvitationsSentPayload,
    invitations,
    Vec<SurveyInvitation>,
    "The result of noting what was sent.",
    "The invitations as they are now."
);

/// Running surveys: what is asked, when, and of whom. For administrators.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SurveyMutation;

/// Running surveys: what is asked, when, and of whom. For administrators.
#[Object]
impl SurveyMutation {
    /// Makes a survey with a first draft of what it asks. For administrators.
    async fn create_survey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The survey.")] input: CreateSurveyInput,
    ) -> Result<CreateSurveyPayload, ApiError> {
        let client = input.client_mutation_id.clone();
        let done = create(ctx, input).await;
        CreateSurveyPayload::of(client, done)
    }

    /// Begins a new version of what a survey asks, as a copy of another. For administrators.
    async fn clone_question_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: CloneQuestionSetInput,
    ) -> Result<CloneQuestionSetPayload, ApiError> {
        let done = async {
            let retry = Retry::read(&viewer::of(ctx), input.idempotency_key.clone(), &input.id)?;
            let id = expect(Kind::QuestionSet, &input.id, &["id"])?;
            let made = question_set::clone(ctx.data_unchecked(), &viewer::of(ctx), id, retry).await?;
            set(ctx, made).await
        };
        CloneQuestionSetPayload::of(input.client_mutation_id.clone(), done.await)
    }

    /// Changes a draft of what a survey asks. Mistakes are told by their paths in the file. For administrators.
    async fn change_question_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how.")] input: ChangeQuestionSetInput,
    ) -> Result<ChangeQuestionSetPayload, ApiError> {
        let done = async {
            let id = expect(Kind::QuestionSet, &input.id, &["id"])?;
            let (app, viewer) = (ctx.data_unchecked::<App>(), viewer::of(ctx));
            question_set::change(app, &viewer, id, input.definition, input.revision).await?;
            set(ctx, id).await
        };
        ChangeQuestionSetPayload::of(input.client_mutation_id.clone(), done.await)
    }

    /// Publishes a draft of what a survey asks: from then on nothing of it changes. For administrators.
    async fn publish_question_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: PublishQuestionSetInput,
    ) -> Result<PublishQuestionSetPayload, ApiError> {
        let done = async {
            let id = expect(Kind::QuestionSet, &input.id, &["id"])?;
            question_set::publish(ctx.data_unchecked(), &viewer::of(ctx), id).await?;
            set(ctx, id).await
        };
        PublishQuestionSetPayload::of(input.client_mutation_id.clone(), done.await)
    }

    /// Makes a round of a survey. For administrators.
    async fn create_survey_wave(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The round.")] input: CreateSurveyWaveInput,
    ) -> Result<CreateSurveyWavePayload, ApiError> {
        let client = input.client_mutation_id.clone();
        let done = begin(ctx, input).await;
        CreateSurveyWavePayload::of(client, done)
    }

    /// Moves the end of a round that has not ended. One that has ended stays so, because its results are told. For
    /// administrators.
    async fn change_survey_wave(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and its end.")] input: ChangeSurveyWaveInput,
    ) -> Result<ChangeSurveyWavePayload, ApiError> {
        let done = async {
            let id = expect(Kind::SurveyWave, &input.id, &["id"])?;
            wave::move_end(ctx.data_unchecked(), &viewer::of(ctx), id, input.closes_at.0).await?;
            round(ctx, id).await
        };
        ChangeSurveyWavePayload::of(input.client_mutation_id.clone(), done.await)
    }

    /// Invites authorities to a round: each gets a link of its own, shown once. Tandem sends no mail. For administrators.
    async fn invite_to_survey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, to which round.")] input: InviteToSurveyInput,
    ) -> Result<InviteToSurveyPayload, ApiError> {
        let client = input.client_mutation_id.clone();
        let done = invite(ctx, input).await;
        InviteToSurveyPayload::of(client, done)
    }

    /// Takes a link back: it opens nothing from then on. For administrators.
    async fn revoke_survey_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RevokeSurveyInvitationInput,
    ) -> Result<RevokeSurveyInvitationPayload, ApiError> {
        let done = async {
            let id = expect(Kind::SurveyInvitation, &input.id, &["id"])?;
            let row = invitation::revoke(ctx.data_unchecked(), &viewer::of(ctx), id).await?;
            Ok(Some(SurveyInvitation(row)))
        };
        RevokeSurveyInvitationPayload::of(input.client_mutation_id.clone(), done.await)
    }

    /// Gives an invitation a new link, shown once; the old one opens nothing from then on. For administrators.
    async fn renew_survey_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RenewSurveyInvitationInput,
    ) -> Result<RenewSurveyInvitationPayload, ApiError> {
        let done = async {
            let id = expect(Kind::SurveyInvitation, &input.id, &["id"])?;
            let expires_at = input.expires_at.map(|moment| moment.0);
            let link = invitation::renew(ctx.data_unchecked(), &viewer::of(ctx), id, expires_at).await?;
            Ok(Some(SurveyLink::from(link)))
        };
        RenewSurveyInvitationPayload::of(input.client_mutation_id.clone(), done.await)
    }

    /// Notes that invitations, or reminders of them, were sent. For administrators.
    async fn mark_survey_invitations_sent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: MarkSurveyInvitationsSentInput,
    ) -> Result<MarkSurveyInvitationsSentPayload, ApiError> {
        let done = async {
            let ids = expect_all(Kind::SurveyInvitation, &input.invitations, "invitations")?;
            let (app, viewer) = (ctx.data_unchecked::<App>(), viewer::of(ctx));
            let at = input.sent_at.map(|moment| moment.0);
            let rows = invitation::mark(app, &viewer, &ids, at, input.reminders.unwrap_or(false)).await?;
            Ok(rows.into_iter().map(SurveyInvitation).collect())
        };
        MarkSurveyInvitationsSentPayload::of(input.client_mutation_id.clone(), done.await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateSurveyInput) -> ApiResult<Option<Survey>> {
    let app = ctx.data_unchecked::<App>();
    let told = NewSurvey {
        title: input.title,
        threshold: input.threshold,
        definition: input
            .definition
            .unwrap_or_else(|| crate::survey::DIGITAL_JOURNEY.to_owned()),
    };
    let retry = Retry::read(&viewer::of(ctx), input.idempotency_key, &told)?;
    let id = question_set::create(app, &viewer::of(ctx), told, retry).await?;
    Ok(store::survey::by_id(app.db.read(), id).await?.map(Survey))
}

async fn begin(ctx: &Context<'_>, input: CreateSurveyWaveInput) -> ApiResult<Option<SurveyWave>> {
    let told = NewWave {
        question_set: expect(Kind::QuestionSet, &input.question_set, &["questionSet"])?,
        name: input.name,
        opens_at: input.opens_at.0,
        closes_at: input.closes_at.0,
    };
    let retry = Retry::read(&viewer::of(ctx), input.idempotency_key, &told)?;
    let id = wave::create(ctx.data_unchecked(), &viewer::of(ctx), told, retry).await?;
    round(ctx, id).await
}

async fn invite(ctx: &Context<'_>, input: InviteToSurveyInput) -> ApiResult<Vec<SurveyLink>> {
    let wave = expect(Kind::SurveyWave, &input.wave, &["wave"])?;
    let mut invited = Vec::with_capacity(input.invitations.len().min(invitation::MOST_INVITED));
    for (place, told) in input.invitations.into_iter().enumerate() {
        let place = place.to_string();
        let path = ["invitations", place.as_str(), "authority"];
        invited.push(Invited {
            organisation: expect(Kind::Organisation, &told.authority, &path)?,
            recipient: told.recipient,
        });
    }
    let retry = Retry::read(&viewer::of(ctx), input.idempotency_key, &(wave, &invited))?;
    let expires_at = input.expires_at.map(|moment| moment.0);
    let app = ctx.data_unchecked::<App>();
    let links = invitation::invite(app, &viewer::of(ctx), wave, invited, expires_at, retry).await?;
    Ok(links.into_iter().map(SurveyLink::from).collect())
}

async fn set(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<QuestionSet>> {
    let row = store::survey::set(ctx.data_unchecked::<App>().db.read(), id).await?;
    Ok(row.map(QuestionSet))
}

async fn round(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<SurveyWave>> {
    let row = store::survey::wave(ctx.data_unchecked::<App>().db.read(), id).await?;
    Ok(row.map(SurveyWave))
}
