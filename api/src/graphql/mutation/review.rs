//! What people do with findings.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::kinds::{FollowUp, OverlapRelation, OverlapState, ReviewMove, ReviewReason};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::scalar::DateTime;
use crate::graphql::types::overlap::Overlap;
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::retry::Retry;
use crate::service::review::{self, Asked};
use crate::store;

/// What a reviewer does with a finding. Which parts a move needs stands with each.
#[derive(Debug, Clone, InputObject)]
pub(super) struct ReviewOverlapInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The finding's global id.
    overlap: ID,
    /// The version of the review that this is based on: 0 where nobody has moved the finding.
    version: i32,
    /// What to do. `overlap.review.legalMoves` says what can be done.
    #[graphql(name = "move")]
    kind: ReviewMove,
    /// Why, from the list: needed to confirm, dismiss, relate, reopen, uphold and overturn.
    reason: Option<ReviewReason>,
    /// Why, in words that those concerned read; needed with the reason `OTHER`, and to ask for information. At most
    /// 10,000 characters.
    explanation: Option<String>,
    /// What only reviewers read, at most 10,000 characters.
    note: Option<String>,
    /// What the two are to each other, where the engine's word is wrong: when confirming, dismissing, relating and
    /// overturning.
    relation: Option<OverlapRelation>,
    /// What is to follow: needed to choose it.
    follow_up: Option<FollowUp>,
    /// What the decision is turned into: needed to overturn it; or what you would decide: needed to judge it apart.
    outcome: Option<OverlapState>,
    /// The account that the finding is given to: with `ASSIGN`, where whoever asks takes it otherwise. A global id.
    assignee: Option<ID>,
    /// Until when the authorities concerned are waited for (`START`, where 21 days are given otherwise, and `EXTEND`), or
    /// when to be reminded (`REMIND`): at most 366 days ahead.
    due_at: Option<DateTime>,
}

/// What an authority says about a finding that concerns it.
#[derive(Debug, Clone, InputObject)]
pub(super) struct ReplyToOverlapInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input changes nothing more.
    idempotency_key: Option<String>,
    /// The finding's global id.
    overlap: ID,
    /// The global id of the authority that replies; needed when the finding concerns several that you speak for.
    authority: Option<ID>,
    /// The reply, at most 10,000 characters. Reviewers read it, and whoever belongs to the authority.
    text: String,
}

/// An appeal against a decision.
#[derive(Debug, Clone, InputObject)]
pub(super) struct AppealOverlapInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input changes nothing more.
    idempotency_key: Option<String>,
    /// The finding's global id.
    overlap: ID,
    /// The global id of the organisation that appeals; needed when the finding concerns several that you speak for.
    organisation: Option<ID>,
    /// Why, at most 10,000 characters. Reviewers read it, and whoever belongs to the organisation.
    text: String,
}

macro_rules! payload {
    ($name:ident, $done:literal) => {
        #[doc = concat!("The result of ", $done, ".")]
        #[derive(Debug, Clone, SimpleObject)]
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The finding as it stands now, also when somebody else moved it meanwhile; null when there is no such finding.
            overlap: Option<Overlap>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }
    };
}

payload!(ReviewOverlapPayload, "moving a finding");
payload!(ReplyToOverlapPayload, "replying to a finding");
payload!(AppealOverlapPayload, "appealing against a decision");

/// What people do with findings.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ReviewMutation;

/// What people do with findings.
#[Object]
impl ReviewMutation {
    /// Moves a finding: for reviewers. A move that cannot be made as it stands is refused with the moves that can; when
    /// somebody else was faster the error is a `CONFLICT` at `version`, and `overlap` shows what they made of it.
    async fn review_overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which finding, and what to do.")] input: ReviewOverlapInput,
    ) -> Result<ReviewOverlapPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let id = input.overlap.clone();
        let (overlap, errors) = shown(ctx, &id, reviewed(ctx, input).await).await?;
        Ok(ReviewOverlapPayload {
            client_mutation_id,
            overlap,
            errors,
        })
    }

    /// Says what an authority has to say about a finding that concerns it, before it is decided: for who speaks for the
    /// authority.
    async fn reply_to_overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which finding, and the reply.")] input: ReplyToOverlapInput,
    ) -> Result<ReplyToOverlapPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let id = input.overlap.clone();
        let said = Said {
            kind: ReviewMove::Reply,
            overlap: input.overlap,
            organisation: (input.authority, "authority"),
            text: input.text,
            key: input.idempotency_key,
        };
        let (overlap, errors) = shown(ctx, &id, say(ctx, said).await).await?;
        Ok(ReplyToOverlapPayload {
            client_mutation_id,
            overlap,
            errors,
        })
    }

    /// Appeals against a decision, within 28 days of it and once: for who speaks for an authority concerned, or acts for
    /// somebody that pays for one of the two projects. Another reviewer than the first decides.
    async fn appeal_overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which finding, and why.")] input: AppealOverlapInput,
    ) -> Result<AppealOverlapPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let id = input.overlap.clone();
        let said = Said {
            kind: ReviewMove::Appeal,
            overlap: input.overlap,
            organisation: (input.organisation, "organisation"),
            text: input.text,
            key: input.idempotency_key,
        };
        let (overlap, errors) = shown(ctx, &id, say(ctx, said).await).await?;
        Ok(AppealOverlapPayload {
            client_mutation_id,
            overlap,
            errors,
        })
    }
}

async fn reviewed(ctx: &Context<'_>, input: ReviewOverlapInput) -> ApiResult<()> {
    let id = expect(Kind::Overlap, &input.overlap, &["overlap"])?;
    let asked = Asked {
        version: Some(input.version),
        reason: input.reason,
        explanation: input.explanation,
        note: input.note,
        relation: input.relation,
        follow_up: input.follow_up,
        outcome: input.outcome,
        due_at: input.due_at.map(|due| due.0),
        assignee: match &input.assignee {
            Some(id) => Some(expect(Kind::Account, id, &["assignee"])?),
            None => None,
        },
        ..Asked::bare(input.kind)
    };
    let viewer = viewer::of(ctx);
    review::act(ctx.data_unchecked::<App>(), &viewer, id, asked, None).await
}

/// A reply or an appeal.
#[derive(Debug)]
struct Said {
    kind: ReviewMove,
    overlap: ID,
    /// Who speaks, and how the input calls them.
    organisation: (Option<ID>, &'static str),
    text: String,
    key: Option<String>,
}

async fn say(ctx: &Context<'_>, said: Said) -> ApiResult<()> {
    let viewer = viewer::of(ctx);
    let id = expect(Kind::Overlap, &said.overlap, &["overlap"])?;
    let (organisation, field) = &said.organisation;
    let organisation: Option<Uuid> = match organisation {
        Some(id) => Some(expect(Kind::Organisation, id, &[field])?),
        None => None,
    };
    let retry = Retry::read(&viewer, said.key.clone(), &(id, organisation, &said.text))?;
    let asked = Asked {
        explanation: Some(said.text),
        organisation,
        ..Asked::bare(said.kind)
    };
    let done = review::act(ctx.data_unchecked::<App>(), &viewer, id, asked, retry).await;
    done.map_err(|error| called(error, field))
}

/// A mistake under the name that the input has for it.
fn called(error: ApiError, field: &str) -> ApiError {
    let ApiError::BadInput(mut mistakes) = error else {
        return error;
    };
    for mistake in &mut mistakes {
        match mistake.path.first_mut() {
            Some(first) if first == "explanation" => "text".clone_into(first),
            Some(first) if first == "organisation" => field.clone_into(first),
            Some(first) if first == "move" => "overlap".clone_into(first),
            _ => {}
        }
    }
    ApiError::BadInput(mistakes)
}

/// The finding as it stands, and what was wrong with the input.
async fn shown(
    ctx: &Context<'_>,
    id: &str,
    done: ApiResult<()>,
) -> Result<(Option<Overlap>, Vec<UserError>), ApiError> {
    let errors = mistakes(done)?.err().unwrap_or_default();
    let Ok(id) = expect(Kind::Overlap, id, &["overlap"]) else {
        return Ok((None, errors));
    };
    let row = store::overlap::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
    let look = ctx.look_ahead().field("overlap");
    let overlap = Overlap::page(ctx, row.into_iter().collect(), &[look])
        .await?
        .pop();
    Ok((overlap, errors))
}
