//! Changes of bids.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use crate::access::Viewer;
use crate::error::{ApiError, ApiResult, UserError as Mistake, UserErrorCode};
use crate::graphql::id::{Kind, expect, expect_all};
use crate::graphql::scalar::BigInt;
use crate::graphql::types::bid::Bid;
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::bid::{self, NewBid, Outcome, Revision, Share};
use crate::service::retry::Retry;

/// A bid to draft, as `coFundingSuggestions` tell it.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CreateBidInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// The funding call's global id.
    call: ID,
    /// The title, at most 500 characters.
    title: String,
    /// What it is about, at most 100,000 characters.
    summary: Option<String>,
    /// The global id of the body that leads.
    lead: ID,
    /// The global ids of those who take part beside it, at most 100.
    partners: Vec<ID>,
    /// The global ids of the projects that it builds on, from 1 to 100; their costs make the shares.
    projects: Vec<ID>,
}

/// What one member bears.
#[derive(Debug, Clone, InputObject)]
pub(super) struct BidShareInput {
    /// The global id of the body.
    organisation: ID,
    /// What it bears of the cost, in minor units of the call's currency.
    cost: BigInt,
    /// What of that is asked of the funder, in minor units; it brings the rest itself.
    grant: BigInt,
}

/// A change of a draft. What is not given stays.
#[derive(Debug, Clone, InputObject)]
pub(super) struct UpdateBidInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The bid's global id.
    id: ID,
    /// The version that the change is based on; when the bid has changed since, nothing is done.
    version: i32,
    /// The title, at most 500 characters.
    title: Option<String>,
    /// What it is about, at most 100,000 characters.
    summary: Option<String>,
    /// What it costs in all, in minor units of the call's currency; given with `shares`.
    cost: Option<BigInt>,
    /// Every member with its share, the lead among them; the costs add up to `cost`. Whoever is not named leaves, and every partner
    /// must agree anew.
    shares: Option<Vec<BidShareInput>>,
}

/// What a member says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum BidAnswer {
    /// It agrees to the present terms.
    Accept,
    /// It takes no part any more.
    Leave,
}

/// A member's answer.
#[derive(Debug, Clone, InputObject)]
pub(super) struct AnswerBidInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The bid's global id.
    id: ID,
    /// The global id of the member that answers.
    organisation: ID,
    /// What it says.
    answer: BidAnswer,
    /// The version that was read; when the bid has changed since, nothing is done.
    version: Option<i32>,
}

/// A bid to hand in.
#[derive(Debug, Clone, InputObject)]
pub(super) struct SubmitBidInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The bid's global id.
    id: ID,
    /// The version that was read; when the bid has changed since, nothing is done.
    version: i32,
}

/// A bid to take back.
#[derive(Debug, Clone, InputObject)]
pub(super) struct WithdrawBidInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The bid's global id.
    id: ID,
    /// The version that was read; when the bid has changed since, nothing is done.
    version: Option<i32>,
}

/// What the funder decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum BidOutcome {
    /// It is funded.
    Won,
    /// It is not funded.
    Lost,
}

/// The funder's decision.
#[derive(Debug, Clone, InputObject)]
pub(super) struct RecordBidOutcomeInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The bid's global id.
    id: ID,
    /// What was decided.
    outcome: BidOutcome,
    /// What the funder says to it, at most 1,000 characters.
    note: Option<String>,
}

macro_rules! payload {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, SimpleObject)]
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The bid as it is now; null when there were mistakes.
            bid: Option<Bid>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }

        impl $name {
            async fn of(
                ctx: &Context<'_>,
                client_mutation_id: Option<String>,
                done: ApiResult<Uuid>,
            ) -> ApiResult<Self> {
                let (bid, errors) = match mistakes(done)? {
                    Ok(id) => (stored(ctx, id).await?, Vec::new()),
                    Err(errors) => (None, errors),
                };
                Ok(Self { client_mutation_id, bid, errors })
            }
        }
    };
}

payload!(
    /// The result of drafting a bid.
    CreateBidPayload
);
payload!(
    /// The result of changing a bid.
    UpdateBidPayload
);
payload!(
    /// The result of a member's answer.
    AnswerBidPayload
);
payload!(
    /// The result of handing a bid in. Its `introductions` name applicants whose bids are after the same.
    SubmitBidPayload
);
payload!(
    /// The result of taking a bid back.
    WithdrawBidPayload
);
payload!(
    /// The result of the funder's decision.
    RecordBidOutcomePayload
);

/// Changes of bids.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BidMutation;

/// Changes of bids.
#[Object]
impl BidMutation {
    /// Drafts a bid from a suggestion. Each member's share, match and grant come from the costs of its projects and the call's rules,
    /// and add up to the penny; what the call's caps leave open falls to the members' own part. For editors of the lead.
    async fn create_bid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The bid.")] input: CreateBidInput,
    ) -> Result<CreateBidPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = create(app, &viewer::of(ctx), input).await;
        CreateBidPayload::of(ctx, client_mutation_id, done).await
    }

    /// Changes a draft: its words, or who bears what. For editors of the lead.
    async fn update_bid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateBidInput,
    ) -> Result<UpdateBidPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = update(app, &viewer::of(ctx), input).await;
        UpdateBidPayload::of(ctx, client_mutation_id, done).await
    }

    /// Agrees to a bid's present terms for a member, or leaves for it. For editors of the member.
    async fn answer_bid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which bid, who answers, and what.")] input: AnswerBidInput,
    ) -> Result<AnswerBidPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = answer(app, &viewer::of(ctx), input).await;
        AnswerBidPayload::of(ctx, client_mutation_id, done).await
    }

    /// Hands a bid in: every member has agreed, the shares add up, every rule of the call holds and it is open. Applicants whose
    /// bids are after the same are offered an introduction. For editors of the lead.
    async fn submit_bid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which bid.")] input: SubmitBidInput,
    ) -> Result<SubmitBidPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = submit(app, &viewer::of(ctx), &input).await;
        SubmitBidPayload::of(ctx, client_mutation_id, done).await
    }

    /// Takes a bid back that the funder has not decided on. For editors of the lead.
    async fn withdraw_bid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which bid.")] input: WithdrawBidInput,
    ) -> Result<WithdrawBidPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = withdraw(app, &viewer::of(ctx), &input).await;
        WithdrawBidPayload::of(ctx, client_mutation_id, done).await
    }

    /// Records what the funder decided on a bid that was handed in. For the call's funder and administrators.
    async fn record_bid_outcome(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which bid, and what was decided.")] input: RecordBidOutcomeInput,
    ) -> Result<RecordBidOutcomePayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let done = decide(app, &viewer::of(ctx), input).await;
        RecordBidOutcomePayload::of(ctx, client_mutation_id, done).await
    }
}

async fn create(app: &App, viewer: &Viewer, input: CreateBidInput) -> ApiResult<Uuid> {
    let asked = CreateBidInput {
        client_mutation_id: None,
        ..input.clone()
    };
    let retry = Retry::read(viewer, input.idempotency_key, &asked)?;
    let told = NewBid {
        call: expect(Kind::FundingCall, &input.call, &["call"])?,
        title: input.title,
        summary: input.summary.unwrap_or_default(),
        lead: expect(Kind::Organisation, &input.lead, &["lead"])?,
        partners: expect_all(Kind::Organisation, &input.partners, "partners")?,
        projects: expect_all(Kind::Project, &input.projects, "projects")?,
    };
    bid::create(app, viewer, told, retry).await
}

async fn update(app: &App, viewer: &Viewer, input: UpdateBidInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Bid, &input.id, &["id"])?;
    let terms = match (input.cost, input.shares) {
        (None, None) => None,
        (Some(cost), Some(shares)) => Some((cost.0, shares_of(shares)?)),
        (cost, _) => {
            let missing = if cost.is_none() { "cost" } else { "shares" };
            let message = "give cost and shares together";
            return Err(ApiError::bad_input(UserErrorCode::Required, &[missing], message));
        }
    };
    let revision = Revision {
        version: input.version,
        title: input.title,
        summary: input.summary,
        terms,
    };
    bid::revise(app, viewer, id, revision).await?;
    Ok(id)
}

fn shares_of(shares: Vec<BidShareInput>) -> ApiResult<Vec<Share>> {
    let mut mistakes: Vec<Mistake> = Vec::new();
    let mut read = Vec::new();
    for (place, share) in shares.into_iter().enumerate() {
        let place = place.to_string();
        match expect(
            Kind::Organisation,
            &share.organisation,
            &["shares", &place, "organisation"],
        ) {
            Ok(organisation) => read.push(Share {
                organisation,
                cost_minor: share.cost.0,
                grant_minor: share.grant.0,
            }),
            Err(ApiError::BadInput(errors)) => mistakes.extend(errors),
            Err(other) => return Err(other),
        }
    }
    match mistakes.is_empty() {
        true => Ok(read),
        false => Err(ApiError::BadInput(mistakes)),
    }
}

async fn answer(app: &App, viewer: &Viewer, input: AnswerBidInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Bid, &input.id, &["id"])?;
    let organisation = expect(Kind::Organisation, &input.organisation, &["organisation"])?;
    let accept = input.answer == BidAnswer::Accept;
    bid::answer(app, viewer, id, organisation, accept, input.version).await?;
    Ok(id)
}

async fn submit(app: &App, viewer: &Viewer, input: &SubmitBidInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Bid, &input.id, &["id"])?;
    bid::submit(app, viewer, id, input.version).await?;
    Ok(id)
}

async fn withdraw(app: &App, viewer: &Viewer, input: &WithdrawBidInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Bid, &input.id, &["id"])?;
    bid::withdraw(app, viewer, id, input.version).await?;
    Ok(id)
}

async fn decide(app: &App, viewer: &Viewer, input: RecordBidOutcomeInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Bid, &input.id, &["id"])?;
    let outcome = match input.outcome {
        BidOutcome::Won => Outcome::Won,
        BidOutcome::Lost => Outcome::Lost,
    };
    bid::decide(app, viewer, id, outcome, input.note).await?;
    Ok(id)
}

/// The bid as it is now; whoever just left it sees it no less.
async fn stored(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<Bid>> {
    let app = ctx.data_unchecked::<App>();
    let bid = bid::visible(app, &viewer::of(ctx), id).await?;
    Ok(bid.map(Bid::from))
}
