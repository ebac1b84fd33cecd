//! The one error of services and resolvers, and how it becomes an answer.

use std::sync::Arc;

use async_graphql::{ErrorExtensions, Value};

/// What went wrong, sorted by whose turn it is.
///
/// `Debug` and deliberately not `Display`: async-graphql sends the text of any
/// `Display` error to the client, SQL included. The one way out is the explicit
/// conversion below, which logs an internal cause and never sends it.
#[derive(Debug, Clone)]
pub enum ApiError {
    /// The caller can put it right; all mistakes at once.
    BadInput(Vec<UserError>),
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
            Self::NotFound(_) => "NOT_FOUND",
            Self::Conflict(_) => "CONFLICT",
            Self::Limit(_) => "LIMIT_EXCEEDED",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl From<sea_orm::DbErr> for ApiError {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::internal(cause)
    }
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
            ApiError::NotFound(what) | ApiError::Conflict(what) | ApiError::Limit(what) => (what, None),
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
