//! What is made of reviewers' decisions.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::types::quality::Calibration;
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::calibration;

/// A calibration to be fitted.
#[derive(Debug, Clone, InputObject)]
pub(super) struct ProposeCalibrationInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// Whether the few weights are fitted and not the slope: each is pulled towards what it is at present. Only decisions whose
    /// evidence is still what was decided on count then.
    weights: Option<bool>,
}

/// Which calibration takes effect.
#[derive(Debug, Clone, InputObject)]
pub(super) struct AcceptCalibrationInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The calibration's global id.
    calibration: ID,
    /// Why, at most 1,000 characters.
    reason: String,
}

macro_rules! payload {
    ($name:ident, $done:literal) => {
        #[doc = concat!("The result of ", $done, " a calibration.")]
        #[derive(Debug, Clone, SimpleObject)]
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The calibration; null when there were mistakes.
            calibration: Option<Calibration>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }
    };
}

payload!(ProposeCalibrationPayload, "fitting");
payload!(AcceptCalibrationPayload, "accepting");

/// What is made of reviewers' decisions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CalibrationMutation;

/// What is made of reviewers' decisions.
#[Object]
impl CalibrationMutation {
    /// Fits a calibration on what reviewers decided: for administrators. It has no effect until it is accepted. Fails with
    /// `CONFLICT` when fewer than 50 findings were decided, or all alike.
    async fn propose_calibration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is fitted.")] input: ProposeCalibrationInput,
    ) -> Result<ProposeCalibrationPayload, ApiError> {
        let done = propose(ctx, input.weights.unwrap_or(false)).await;
        let (calibration, errors) = parted(mistakes(done)?);
        Ok(ProposeCalibrationPayload {
            client_mutation_id: input.client_mutation_id,
            calibration,
            errors,
        })
    }

    /// Lets a calibration take effect: for administrators. Findings that are judged from then on carry its version; older
    /// ones keep theirs.
    async fn accept_calibration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: AcceptCalibrationInput,
    ) -> Result<AcceptCalibrationPayload, ApiError> {
        let (calibration, errors) = parted(mistakes(accepted(ctx, &input).await)?);
        Ok(AcceptCalibrationPayload {
            client_mutation_id: input.client_mutation_id,
            calibration,
            errors,
        })
    }
}

fn parted(done: Result<entity::calibration::Model, Vec<UserError>>) -> (Option<Calibration>, Vec<UserError>) {
    match done {
        Ok(row) => (Some(Calibration(row)), Vec::new()),
        Err(errors) => (None, errors),
    }
}

async fn propose(ctx: &Context<'_>, weights: bool) -> ApiResult<entity::calibration::Model> {
    calibration::propose(ctx.data_unchecked::<App>(), &viewer::of(ctx), weights).await
}

async fn accepted(
    ctx: &Context<'_>,
    input: &AcceptCalibrationInput,
) -> ApiResult<entity::calibration::Model> {
    let id = expect(Kind::Calibration, &input.calibration, &["calibration"])?;
    calibration::accept(ctx.data_unchecked::<App>(), &viewer::of(ctx), id, &input.reason).await
}
