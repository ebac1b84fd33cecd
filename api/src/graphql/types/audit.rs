//! The audit log, as administrators read it.

use async_graphql::{Context, ID, InputObject, Object};
use entity::audit_entry;
use entity::kinds::{AuditKind, AuditTransport};

use super::account::Account;
use crate::access::viewer::{signature_of, signer};
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::graphql::id::{Kind, encode, expect};
use crate::graphql::pagination::{PageArguments, connection, laid_out};
use crate::graphql::scalar::{BigInt, DateTime, Json};
use crate::service::App;
use crate::store;
use crate::store::audit::AuditQuery;
use crate::store::page::{KeyKind, Position, SortKey};

/// The longest text that is looked for, in characters.
const LONGEST: usize = 200;

/// Which entries of the audit log are wanted.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AuditEntryFilter {
    /// Only of this kind.
    kind: Option<AuditKind>,
    /// Only of this account, by its global id.
    account: Option<ID>,
    /// Only of this operation, such as `createProject`: the names of all that a request asked for, joined by a comma and a
    /// space; at most 200 characters.
    operation: Option<String>,
    /// Only of the request with this id; at most 128 characters.
    request_id: Option<String>,
    /// Only from this moment on.
    since: Option<DateTime>,
    /// Only before this moment.
    until: Option<DateTime>,
}

impl AuditEntryFilter {
    /// The same as a query.
    ///
    /// # Errors
    /// Bad input for an id of another type and a text that is too long.
    pub(crate) fn query(self) -> ApiResult<AuditQuery> {
        for (field, text) in [("operation", &self.operation), ("requestId", &self.request_id)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
                let message = format!("at most {LONGEST} characters");
                return Err(ApiError::bad_input(
                    UserErrorCode::TooLong,
                    &["filter", field],
                    message,
                ));
            }
        }
        let account = self
            .account
            .map(|id| expect(Kind::Account, &id, &["filter", "account"]));
        Ok(AuditQuery {
            kind: self.kind,
            actor: account.transpose()?.map(signature_of),
            operation: self.operation,
            request_id: self.request_id,
            since: self.since.map(|since| since.0),
            until: self.until.map(|until| until.0),
        })
    }
}

/// One entry of the audit log: who changed something or was shown what is not public. Entries are never changed or
/// removed, and each carries the hash of the one before, so that `tandem audit verify` finds what was touched.
#[derive(Debug, Clone)]
pub struct AuditEntry(pub(crate) audit_entry::Model);

/// One entry of the audit log: who changed something or was shown what is not public. Entries are never changed or
/// removed, and each carries the hash of the one before, so that `tandem audit verify` finds what was touched.
#[Object]
impl AuditEntry {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::AuditEntry, self.0.id)
    }

    /// Its place in the log, from 1, without gaps.
    async fn sequence(&self) -> BigInt {
        BigInt(self.0.seq)
    }

    /// When, to the millisecond.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// A change, or a look at what is not public.
    async fn kind(&self) -> AuditKind {
        self.0.kind
    }

    /// Who: `account:` and an id, `public`, `command line` or `server`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// The account that acted, where one did.
    async fn account(&self, ctx: &Context<'_>) -> Option<Result<Account, ApiError>> {
        let id = signer(&self.0.actor)?;
        let found = store::account::by_id(ctx.data_unchecked::<App>().db.read(), id).await;
        found
            .map(|row| row.map(Account))
            .map_err(ApiError::from)
            .transpose()
    }

    /// What was asked for, such as `createProject`; several are joined by a comma and a space.
    async fn operation(&self) -> &str {
        &self.0.operation
    }

    /// By which way.
    async fn transport(&self) -> AuditTransport {
        self.0.transport
    }

    /// The id of the request, which finds its line in the server's log.
    async fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The address that the request came from; null where there was none, or once it is no longer kept.
    async fn address(&self, ctx: &Context<'_>) -> Option<Result<String, ApiError>> {
        self.0.origin_digest.as_ref()?;
        let db = ctx.data_unchecked::<App>().db.read();
        match store::audit::origins(db, &[self.0.id]).await {
            Ok(origins) => Ok(origins.into_iter().next().map(|origin| origin.address)).transpose(),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// What was changed or read, as a JSON array. Of a change: `table`, `action`, `row`, the names of the `fields` that
    /// changed, SHA-256 digests of the row `before` and `after`, and the `values` before and after of states, versions and
    /// moments; where many rows changed at once, `rows` tells how many. Of a read: the `field` and the `ids` asked for.
    async fn changes(&self) -> Result<Json, ApiError> {
        serde_json::from_str(&self.0.changes)
            .map(Json)
            .map_err(ApiError::internal)
    }

    /// The hash of the entry before: SHA-256 in hexadecimal; zeros before the first.
    async fn previous_hash(&self) -> &str {
        &self.0.previous_hash
    }

    /// SHA-256 over the hash before and everything that the entry says.
    async fn hash(&self) -> &str {
        &self.0.hash
    }
}

connection!(AuditEntryConnection, AuditEntryEdge, AuditEntry, "entries");

impl AuditEntry {
    /// A page of entries, the latest first.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        query: &AuditQuery,
        arguments: &PageArguments,
    ) -> ApiResult<AuditEntryConnection> {
        let page = arguments.page(KeyKind::Integer)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let slice = store::audit::list(db, query, &page).await?;
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::audit::count(db, query).await?,
            false => 0,
        };
        let (rows, cursors, info) = laid_out(slice, |row| Position {
            key: SortKey::Integer(row.seq),
            id: row.id,
        });
        let nodes = rows.into_iter().map(Self).collect();
        Ok(AuditEntryConnection::new(nodes, cursors, info, total))
    }
}
