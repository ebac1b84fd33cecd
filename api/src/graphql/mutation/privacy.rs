//! Removal of what is kept of a person.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::error::ApiError;
use crate::graphql::id::{Kind, expect};
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::privacy;

/// Whose data to remove.
#[derive(Debug, Clone, InputObject)]
pub(super) struct EraseMyDataInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of your own account, to say that you mean it. Administrators may name another's, for whoever asked
    /// them to.
    account: ID,
}

/// What was removed of one kind.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct ErasedData {
    /// Of what, such as `account` or `board_entry`.
    kind: String,
    /// How many rows were rewritten or removed.
    rows: i32,
}

/// The result of removing what is kept of a person.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct EraseMyDataPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// What was removed; empty when there were mistakes.
    erased: Vec<ErasedData>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// Removal of what is kept of a person.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PrivacyMutation;

/// Removal of what is kept of a person.
#[Object]
impl PrivacyMutation {
    /// Removes what is kept of you: your name, how your issuer knows you, what you wrote to others, your name on answers,
    /// and where your requests came from. The account is closed and its keys are revoked, which cannot be undone. What
    /// public bodies recorded stays, signed by an id that leads to nobody, and so does the audit log, which never had more.
    async fn erase_my_data(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: EraseMyDataInput,
    ) -> Result<EraseMyDataPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let done = match expect(Kind::Account, &input.account, &["account"]) {
            Ok(id) => privacy::erase(app, &viewer::of(ctx), id).await,
            Err(error) => Err(error),
        };
        let (erased, errors) = match mistakes(done)? {
            Ok(erased) => (erased, Vec::new()),
            Err(errors) => (Vec::new(), errors),
        };
        let erased = erased.into_iter().map(|(kind, rows)| ErasedData {
            kind: kind.to_owned(),
            rows: i32::try_from(rows).unwrap_or(i32::MAX),
        });
        Ok(EraseMyDataPayload {
            client_mutation_id: input.client_mutation_id,
            erased: erased.collect(),
            errors,
        })
    }
}
