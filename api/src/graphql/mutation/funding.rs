//! Changes of funding calls.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use crate::access::Viewer;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::types::funding::{FundingCall, FundingCallInput};
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::retry::Retry;
use crate::service::{App, funding};

/// A funding call to record.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CreateFundingCallInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// The call.
    call: FundingCallInput,
}

/// What a funding call is from now on.
#[derive(Debug, Clone, InputObject)]
pub(super) struct UpdateFundingCallInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The call's global id.
    id: ID,
    /// The version that the change is based on; when the call has changed since, nothing is done.
    version: i32,
    /// All of the call, as it is to be: what is not given is taken away.
    call: FundingCallInput,
}

/// The result of recording a funding call.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct CreateFundingCallPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The call; null when there were mistakes.
    funding_call: Option<FundingCall>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// The result of changing a funding call.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct UpdateFundingCallPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The call as it is now; null when there were mistakes.
    funding_call: Option<FundingCall>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// Changes of funding calls.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FundingMutation;

/// Changes of funding calls.
#[Object]
impl FundingMutation {
    /// Records a funding call with its rules; a rule that contradicts another is refused. For its funder and administrators.
    async fn create_funding_call(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The call.")] input: CreateFundingCallInput,
    ) -> Result<CreateFundingCallPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let (funding_call, errors) = match mistakes(create(app, &viewer::of(ctx), input).await)? {
            Ok(id) => (stored(app, id).await?, Vec::new()),
            Err(errors) => (None, errors),
        };
        Ok(CreateFundingCallPayload {
            client_mutation_id,
            funding_call,
            errors,
        })
    }

    /// Says anew what a funding call is, all of it. For its funder and administrators.
    async fn update_funding_call(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which call, and what it is from now on.")] input: UpdateFundingCallInput,
    ) -> Result<UpdateFundingCallPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let (funding_call, errors) = match mistakes(update(app, &viewer::of(ctx), input).await)? {
            Ok(id) => (stored(app, id).await?, Vec::new()),
            Err(errors) => (None, errors),
        };
        Ok(UpdateFundingCallPayload {
            client_mutation_id,
            funding_call,
            errors,
        })
    }
}

async fn create(app: &App, viewer: &Viewer, input: CreateFundingCallInput) -> ApiResult<Uuid> {
    let retry = Retry::read(viewer, input.idempotency_key, &input.call)?;
    funding::create(app, viewer, input.call.draft()?, retry).await
}

async fn update(app: &App, viewer: &Viewer, input: UpdateFundingCallInput) -> ApiResult<Uuid> {
    let id = expect(Kind::FundingCall, &input.id, &["id"])?;
    funding::update(app, viewer, id, input.version, input.call.draft()?).await?;
    Ok(id)
}

async fn stored(app: &App, id: Uuid) -> ApiResult<Option<FundingCall>> {
    let call = funding::by_id(app.db.read(), id).await?;
    Ok(call.map(FundingCall::from))
}
