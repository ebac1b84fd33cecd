//! Creations that are sent twice: the second gets what the first created.

use std::fmt::Debug;

use entity::idempotency;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::fingerprint;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;

/// The longest idempotency key, in characters.
const LONGEST_KEY: usize = 100;

/// A creation that may be a retry: the client's key, and a hash of what it asked for.
#[derive(Debug, Clone)]
pub struct Retry {
    key: String,
    request_hash: String,
}

impl Retry {
    /// Reads a key, where one was given. `input` is all that the client asked for. A key is its viewer's own: two
    /// who choose the same one do not meet.
    ///
    /// # Errors
    /// Bad input when the key is empty or too long.
    pub fn read(viewer: &Viewer, key: Option<String>, input: &impl Debug) -> ApiResult<Option<Self>> {
        let Some(key) = key else { return Ok(None) };
        if key.trim().is_empty() || key.chars().count() > LONGEST_KEY {
            let message = format!("a key of 1 to {LONGEST_KEY} characters is expected");
            return Err(ApiError::bad_input(
                UserErrorCode::OutOfRange,
                &["idempotencyKey"],
                message,
            ));
        }
        let request_hash = fingerprint(&format!("{input:?}"));
        let key = match viewer.account() {
            Some(account) => fingerprint(&format!("{account} {key}")),
            None => key,
        };
        Ok(Some(Self { key, request_hash }))
    }

    /// What an earlier try of `operation` with this key created.
    ///
    /// # Errors
    /// A conflict when that try asked for something else.
    pub(super) async fn earlier(
        &self,
        db: &impl ConnectionTrait,
        operation: &str,
    ) -> ApiResult<Option<Uuid>> {
        match store::idempotency::find(db, &self.id(operation)).await? {
            Some(row) if row.request_hash == self.request_hash => Ok(Some(row.created_id)),
            Some(_) => Err(ApiError::bad_input(
                UserErrorCode::Conflict,
                &["idempotencyKey"],
                "this key was used with another input; use a new key for something new",
            )),
            None => Ok(None),
        }
    }

    /// Keeps what this try created, within its transaction.
    ///
    /// # Errors
    /// When another try was faster, or the database fails.
    pub(super) async fn keep(
        self,
        db: &impl ConnectionTrait,
        operation: &str,
        created_id: Uuid,
    ) -> ApiResult<()> {
        let row = idempotency::Model {
            id: self.id(operation),
            request_hash: self.request_hash,
            created_id,
            created_at: clock::now(),
        };
        Ok(store::idempotency::insert(db, row).await?)
    }

    fn id(&self, operation: &str) -> String {
        format!("{operation}:{}", self.key)
    }
}
