//! Changes of accounts, roles and keys.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::kinds::{AccountKind, KeyScope, Role};
use uuid::Uuid;

use crate::access::Viewer;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::types::account::{Account, ApiKey};
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::account::{self, Identity, Made, NewAccount, NewKey};
use crate::service::retry::Retry;
use crate::store;

/// A role to hold.
#[derive(Debug, Clone, InputObject)]
pub(super) struct RoleInput {
    /// The role.
    role: Role,
    /// The global id of the organisation that it is held for: needed for MEMBER, EDITOR and FUNDER, not for the others.
    organisation: Option<ID>,
}

/// Somebody to let in.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CreateAccountInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// A person or a program.
    kind: AccountKind,
    /// What they are called, at most 200 characters.
    name: String,
    /// Who vouches for a person: the issuer of their tokens, 1 to 255 characters. Given with `subject` or `email`, or not at all.
    issuer: Option<String>,
    /// What the issuer calls them, 1 to 255 characters.
    subject: Option<String>,
    /// Where they get mail, 1 to 255 characters: whoever comes first with a token in which the issuer says that it has
    /// verified this address has the account from then on.
    email: Option<String>,
    /// What they may act as, at most 100.
    roles: Option<Vec<RoleInput>>,
}

/// Whose account to close.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CloseAccountInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the account.
    id: ID,
}

/// What an account is to act as, or no longer.
#[derive(Debug, Clone, InputObject)]
pub(super) struct ChangeRoleInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the account.
    account: ID,
    /// The role.
    role: Role,
    /// The global id of the organisation that it is held for: needed for MEMBER, EDITOR and FUNDER, not for the others.
    organisation: Option<ID>,
}

/// A key to make.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CreateApiKeyInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives what the first made,
    /// without its secret, which was shown then. Whoever never saw it revokes that key and makes another.
    idempotency_key: Option<String>,
    /// The global id of the account; your own unless given.
    account: Option<ID>,
    /// What it is for, at most 200 characters.
    name: String,
    /// What may be done with it; reading only unless given.
    scope: Option<KeyScope>,
    /// For how many days it works, from 1 to 3,660; 365 unless given.
    days: Option<i32>,
    /// The global id of a key of the same account that this one replaces.
    replaces: Option<ID>,
    /// For how many more hours the replaced key works, from 0 to 744, so that nothing stands still meanwhile; 24 unless given.
    replaced_works_for_hours: Option<i32>,
}

/// Which key to take back.
#[derive(Debug, Clone, InputObject)]
pub(super) struct RevokeApiKeyInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the key.
    id: ID,
}

/// The result of making a key.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct CreateApiKeyPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The key itself. It is shown this once: only a hash of it is kept. Null when there were mistakes, and for a retry.
    secret: Option<String>,
    /// What is kept of it; null when there were mistakes.
    api_key: Option<ApiKey>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// The result of taking a key back.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct RevokeApiKeyPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The key as it is now; null when there were mistakes.
    api_key: Option<ApiKey>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

macro_rules! payload {
    ($name:ident, $done:literal) => {
        #[doc = concat!("The result of ", $done, ".")]
        #[derive(Debug, Clone, SimpleObject)]
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The account as it is now; null when there were mistakes.
            account: Option<Account>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }

        impl $name {
            async fn of(
                ctx: &Context<'_>,
                client_mutation_id: Option<String>,
                done: ApiResult<Uuid>,
            ) -> ApiResult<Self> {
                let (account, errors) = match mistakes(done)? {
                    Ok(id) => {
                        let db = ctx.data_unchecked::<App>().db.read();
                        (
                            store::account::by_id(db, id).await?.map(Account),
                            Vec::new(),
                        )
                    }
                    Err(errors) => (None, errors),
                };
                Ok(Self {
                    client_mutation_id,
                    account,
                    errors,
                })
            }
        }
    };
}

payload!(CreateAccountPayload, "making an account");
payload!(CloseAccountPayload, "closing an account");
payload!(GrantRolePayload, "granting a role");
payload!(RevokeRolePayload, "taking a role back");

/// Changes of accounts, roles and keys.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AccountMutation;

/// Changes of accounts, roles and keys.
#[Object]
impl AccountMutation {
    /// Lets a person or a program in. A person is known by the issuer and subject of their tokens, a program by its keys.
    async fn create_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: CreateAccountInput,
    ) -> Result<CreateAccountPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let done = create(ctx, input).await;
        CreateAccountPayload::of(ctx, client_mutation_id, done).await
    }

    /// Closes an account: its roles and keys do nothing from now on. What it did stays in the histories.
    async fn close_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: CloseAccountInput,
    ) -> Result<CloseAccountPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let done = match expect(Kind::Account, &input.id, &["id"]) {
            Ok(id) => account::close(app, id).await.map(|()| id),
            Err(error) => Err(error),
        };
        CloseAccountPayload::of(ctx, input.client_mutation_id, done).await
    }

    /// Lets an account act as something more. A role that it holds is not held twice.
    async fn grant_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and as what.")] input: ChangeRoleInput,
    ) -> Result<GrantRolePayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let done = match input.read() {
            Ok((id, role, of)) => account::grant(app, &viewer::of(ctx), id, role, of)
                .await
                .map(|()| id),
            Err(error) => Err(error),
        };
        GrantRolePayload::of(ctx, input.client_mutation_id, done).await
    }

    /// Takes a role back. The last administrator stays one.
    async fn revoke_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and which.")] input: ChangeRoleInput,
    ) -> Result<RevokeRolePayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let done = match input.read() {
            Ok((id, role, of)) => account::revoke(app, id, role, of).await.map(|()| id),
            Err(error) => Err(error),
        };
        RevokeRolePayload::of(ctx, input.client_mutation_id, done).await
    }

    /// Makes an API key for your own account; administrators make them for any. The key is shown this once.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What for.")] input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let made = make_key(ctx.data_unchecked::<App>(), &viewer::of(ctx), input).await;
        Ok(match mistakes(made)? {
            Ok(made) => CreateApiKeyPayload {
                client_mutation_id,
                secret: made.key.map(|key| key.reveal().to_owned()),
                api_key: Some(made.row.into()),
                errors: Vec::new(),
            },
            Err(errors) => CreateApiKeyPayload {
                client_mutation_id,
                secret: None,
                api_key: None,
                errors,
            },
        })
    }

    /// Takes a key back at once: your own, or any as an administrator. Doing so again changes nothing.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which key.")] input: RevokeApiKeyInput,
    ) -> Result<RevokeApiKeyPayload, ApiError> {
        let done = match expect(Kind::ApiKey, &input.id, &["id"]) {
            Ok(id) => account::revoke_key(ctx.data_unchecked::<App>(), &viewer::of(ctx), id).await,
            Err(error) => Err(error),
        };
        let (api_key, errors) = match mistakes(done)? {
            Ok(row) => (Some(row.into()), Vec::new()),
            Err(errors) => (None, errors),
        };
        Ok(RevokeApiKeyPayload {
            client_mutation_id: input.client_mutation_id,
            api_key,
            errors,
        })
    }
}

async fn create(ctx: &Context<'_>, input: CreateAccountInput) -> ApiResult<Uuid> {
    let asked = CreateAccountInput {
        client_mutation_id: None,
        ..input.clone()
    };
    let viewer = viewer::of(ctx);
    let retry = Retry::read(&viewer, input.idempotency_key, &asked)?;
    let mut grants = Vec::new();
    for (place, wanted) in input.roles.unwrap_or_default().into_iter().enumerate() {
        let place = place.to_string();
        let path = ["roles", place.as_str(), "organisation"];
        grants.push((wanted.role, organisation(wanted.organisation.as_ref(), &path)?));
    }
    let identity = match (input.issuer, input.subject, input.email) {
        (None, None, None) => None,
        (issuer, subject, email) => Some(Identity {
            issuer: issuer.unwrap_or_default(),
            subject,
            email: email.map(|email| email.trim().to_lowercase()),
        }),
    };
    let new = NewAccount {
        kind: input.kind,
        name: input.name,
        identity,
        grants,
    };
    account::create(ctx.data_unchecked::<App>(), &viewer, new, retry).await
}

fn organisation(id: Option<&ID>, path: &[&str]) -> ApiResult<Option<Uuid>> {
    id.map(|id| expect(Kind::Organisation, id, path)).transpose()
}

impl ChangeRoleInput {
    fn read(&self) -> ApiResult<(Uuid, Role, Option<Uuid>)> {
        let account = expect(Kind::Account, &self.account, &["account"])?;
        let of = organisation(self.organisation.as_ref(), &["organisation"])?;
        Ok((account, self.role, of))
    }
}

async fn make_key(app: &App, viewer: &Viewer, input: CreateApiKeyInput) -> ApiResult<Made> {
    let asked = CreateApiKeyInput {
        client_mutation_id: None,
        ..input.clone()
    };
    let retry = Retry::read(viewer, input.idempotency_key.clone(), &asked)?;
    account::create_key(app, viewer, input.read()?, retry).await
}

impl CreateApiKeyInput {
    fn read(self) -> ApiResult<NewKey> {
        let account = self.account.as_ref();
        let replaces = self.replaces.as_ref();
        let replaces = replaces
            .map(|id| expect(Kind::ApiKey, id, &["replaces"]))
            .transpose()?;
        let hours = self.replaced_works_for_hours.unwrap_or(24);
        Ok(NewKey {
            account: account
                .map(|id| expect(Kind::Account, id, &["account"]))
                .transpose()?,
            name: self.name,
            scope: self.scope.unwrap_or(KeyScope::Read),
            days: self.days.unwrap_or(365).into(),
            replaces: replaces.map(|id| (id, hours.into())),
        })
    }
}
