//! The one error of services and resolvers, and how it becomes an answer.

use std::sync::Arc;

use async_graphql::{ErrorExtensions, Value};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// What went wrong, sorted by whose turn it is.
///
/// `Debug` and deliberately not `Display`: async-graphql sends the text of any
/// `Display` error to the client, SQL included. The one way out is the explicit
/// conversion below, which logs an internal cause and never sends it.
#[derive(Debug, Clone)]
pub enum ApiError {
    /// The caller can put it right; all mistakes at once.
    BadInput(Vec<UserError>),
    /// Nobody is known, and this is for people who are.
    Unauthenticated(String),
    /// The viewer is known, and may not.
    Forbidden(String),
    /// There is no such thing, or not for this viewer.
    NotFound(String),
    /// Somebody else was faster, or the same key came with another input.
    Conflict(String),
    /// More was asked than is given at once.
    Limit(String),
    /// The server's own failure.
    Internal(Arc<anyhow::Error>),
}

/// The result of everything that a resolver may call.
pub type ApiResult<T> = Result<T, ApiError>;

/// What is wrong with one value of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserErrorCode {
    /// A needed value is missing or empty.
    Required,
    /// The value cannot be understood.
    Invalid,
    /// A text or list is too long.
    TooLong,
    /// A number or date lies outside its bounds.
    OutOfRange,
    /// The period ends before it starts.
    ReversedPeriod,
    /// The thing named does not exist.
    NotFound,
    /// The name fits several things.
    Ambiguous,
    /// The same is there twice.
    Duplicate,
    /// It changed meanwhile, or contradicts what is there.
    Conflict,
}

/// One mistake in an input, which the caller can put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError {
    /// What kind of mistake.
    pub code: UserErrorCode,
    /// What is wrong, for a person.
    pub message: String,
    /// Where in the input: names of fields and positions in lists.
    pub path: Vec<String>,
}

impl UserError {
    /// A mistake at a path such as `["partners", "2"]`.
    pub fn new(code: UserErrorCode, path: &[&str], message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            path: path.iter().map(|&part| part.to_owned()).collect(),
        }
    }
}

impl ApiError {
    /// One mistake at one field.
    pub fn bad_input(code: UserErrorCode, path: &[&str], message: impl Into<String>) -> Self {
        Self::BadInput(vec![UserError::new(code, path, message)])
    }

    /// The server's own failure.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal(Arc::new(cause.into()))
    }

    /// The stable code that the client is given.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadInput(_) => "BAD_USER_INPUT",
            Self::Unauthenticated(_) => "UNAUTHENTICATED",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::NotFound(_) => "NOT_FOUND",
            Self::Conflict(_) => "CONFLICT",
            Self::Limit(_) => "LIMIT_EXCEEDED",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl From<DbErr> for ApiError {
    fn from(cause: DbErr) -> Self {
        if holds_nul(&cause) {
            let message = "a text has the character U+0000, which no text of the catalogue can have";
            return Self::bad_input(UserErrorCode::Invalid, &[], message);
        }
        if matches!(cause, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) {
            tracing::warn!("no connection to the database came free in time");
            return Self::Limit("the server has too much to do; try again in a moment".to_owned());
        }
        Self::internal(cause)
    }
}

/// What PostgreSQL calls a text that its encoding cannot hold. Texts reach it as UTF-8, so it is U+0000.
const NOT_IN_REPERTOIRE: &str = "22021";

/// Whether PostgreSQL refused a statement because a text has the character U+0000. SQLite compares it like any other.
fn holds_nul(cause: &DbErr) -> bool {
    let (DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause))) = cause
    else {
        return false;
    };
    let told = cause.as_database_error();
    told.is_some_and(|told| told.code().as_deref() == Some(NOT_IN_REPERTOIRE))
}

impl From<anyhow::Error> for ApiError {
    fn from(cause: anyhow::Error) -> Self {
        Self::Internal(Arc::new(cause))
    }
}

impl From<ApiError> for async_graphql::Error {
    fn from(error: ApiError) -> Self {
        let code = error.code();
        let (message, path) = match error {
            ApiError::BadInput(errors) => described(errors),
            ApiError::Unauthenticated(what)
            | ApiError::Forbidden(what)
            | ApiError::NotFound(what)
            | ApiError::Conflict(what)
            | ApiError::Limit(what) => (what, None),
            ApiError::Internal(cause) => {
                tracing::error!(cause = format!("{cause:#}"), "request failed inside");
                (
                    "the server could not do this; quote the request id when you report it".to_owned(),
                    None,
                )
            }
        };
        Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", code);
            if let Some(path) = path {
                extensions.set("inputPath", path);
            }
        })
    }
}

/// All mistakes in one sentence, and where the first one is.
fn described(errors: Vec<UserError>) -> (String, Option<Value>) {
    let path = errors
        .first()
        .map(|error| Value::List(error.path.iter().map(Value::from).collect()));
    let messages: Vec<String> = errors
        .into_iter()
        .map(|error| match error.path.is_empty() {
            true => error.message,
            false => format!("{}: {}", error.path.join("."), error.message),
        })
        .collect();
    (messages.join("; "), path)
}
