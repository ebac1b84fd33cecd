//! Accounts, their roles and keys, and whoever asks.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::kinds::{AccountKind, KeyScope, Role};
use entity::{account, account_grant, api_key};
use uuid::Uuid;

use super::organisation::Organisation;
use super::organisation_change::organisation;
use crate::access;
use crate::access::viewer::signer;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::pagination::{PageArguments, connection, laid_out};
use crate::graphql::scalar::DateTime;
use crate::graphql::viewer;
use crate::service::App;
use crate::store;
use crate::store::page::{KeyKind, Position};

/// A role, and for which organisation it is held.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    role: Role,
    organisation: Option<Uuid>,
}

/// A role, and for which organisation it is held.
#[Object(name = "RoleGrant")]
impl Grant {
    /// The role.
    async fn role(&self) -> Role {
        self.role
    }

    /// For which organisation; null where the role is held for the whole catalogue.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<Organisation, ApiError>> {
        Some(organisation(ctx, self.organisation?).await)
    }
}

impl From<&access::Grant> for Grant {
    fn from(grant: &access::Grant) -> Self {
        Self {
            role: grant.role,
            organisation: grant.organisation,
        }
    }
}

impl From<account_grant::Model> for Grant {
    fn from(row: account_grant::Model) -> Self {
        Self {
            role: row.role,
            organisation: row.organisation_id,
        }
    }
}

/// Whoever asks.
#[derive(Debug, Clone)]
pub struct Viewer(pub(crate) access::Viewer);

/// Whoever asks.
#[Object]
impl Viewer {
    /// The account; null for the public.
    async fn account(&self, ctx: &Context<'_>) -> Option<Result<Account, ApiError>> {
        let id = self.0.account()?;
        let found = store::account::by_id(ctx.data_unchecked::<App>().db.read(), id).await;
        found
            .map(|row| row.map(Account))
            .map_err(ApiError::from)
            .transpose()
    }

    /// What they may act as. Everybody may read what is public.
    async fn roles(&self) -> Vec<Grant> {
        self.0.grants().iter().map(Grant::from).collect()
    }

    /// Whether they came by a key that may change nothing.
    async fn only_reads(&self) -> bool {
        self.0.only_reads()
    }
}

/// A person or a program that is known. Seen by its owner and by administrators.
#[derive(Debug, Clone)]
pub struct Account(pub(crate) account::Model);

/// A person or a program that is known. Seen by its owner and by administrators.
#[Object]
impl Account {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Account, self.0.id)
    }

    /// A person or a program.
    async fn kind(&self) -> AccountKind {
        self.0.kind
    }

    /// What they are called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Who vouches for a person: the issuer of their tokens.
    async fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    /// What the issuer calls them.
    async fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// Where a person gets mail, as their issuer verified it or as it is awaited from them, in lower case.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// When they were first known.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the account was closed, if it was.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// What they may act as, at most 100.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<Grant>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let rows = store::account::grants(db, &[self.0.id]).await?;
        Ok(rows.into_iter().map(Grant::from).collect())
    }

    /// Their keys, in the order of making, the latest 100.
    async fn api_keys(&self, ctx: &Context<'_>) -> Result<Vec<ApiKey>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let rows = store::account::keys(db, &[self.0.id]).await?;
        let older = rows.len().saturating_sub(MOST_KEYS_SHOWN);
        Ok(rows.into_iter().skip(older).map(ApiKey::from).collect())
    }
}

/// So many keys of an account are shown, the latest.
const MOST_KEYS_SHOWN: usize = 100;

/// A key of a program. The key itself is shown once, when it is made.
#[derive(Debug, Clone, SimpleObject)]
pub struct ApiKey {
    /// The global id.
    id: ID,
    /// What it is for.
    name: String,
    /// How the key begins, to tell keys apart.
    prefix: String,
    /// What may be done with it.
    scope: KeyScope,
    /// When it was made.
    created_at: DateTime,
    /// From when on it is refused.
    expires_at: DateTime,
    /// From when on it is refused because somebody took it back or replaced it.
    revoked_at: Option<DateTime>,
    /// When it was last used, to the minute; null when it never was.
    last_used_at: Option<DateTime>,
}

impl From<api_key::Model> for ApiKey {
    fn from(row: api_key::Model) -> Self {
        Self {
            id: encode(Kind::ApiKey, row.id),
            name: row.name,
            prefix: row.prefix,
            scope: row.scope,
            created_at: DateTime(row.created_at),
            expires_at: DateTime(row.expires_at),
            revoked_at: row.revoked_at.map(DateTime),
            last_used_at: row.last_used_at.map(DateTime),
        }
    }
}

connection!(AccountConnection, AccountEdge, Account, "accounts");

impl Account {
    /// A page of accounts, the latest first.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        arguments: &PageArguments,
    ) -> ApiResult<AccountConnection> {
        let page = arguments.page(KeyKind::Id)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::account::list(db, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::account::count(db).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
        let nodes = rows.into_iter().map(Self).collect();
        Ok(AccountConnection::new(nodes, cursors, info, total))
    }
}

/// Who did something, as the viewer may know it: a file with its line or the command line for everybody, the name of a
/// person or program for themselves, reviewers and administrators, and `api` for the rest.
///
/// # Errors
/// When the database fails.
pub(crate) async fn shown(ctx: &Context<'_>, signature: Option<&str>) -> ApiResult<Option<String>> {
    let Some(signature) = signature else {
        return Ok(None);
    };
    let Some(account) = signer(signature) else {
        return Ok(Some(signature.to_owned()));
    };
    let viewer = viewer::of(ctx);
    if viewer.account() != Some(account) && !viewer.is_reviewer() && !viewer.is_administrator() {
        return Ok(Some(ANONYMOUS.to_owned()));
    }
    let row = store::account::by_id(ctx.data_unchecked::<App>().db.read(), account).await?;
    Ok(Some(row.map_or_else(|| ANONYMOUS.to_owned(), |row| row.name)))
}

/// What the public is told of who did something through the API.
const ANONYMOUS: &str = "api";
