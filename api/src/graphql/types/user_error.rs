//! Mistakes that a user can put right.

use async_graphql::{Enum, SimpleObject};

use crate::error::{ApiError, ApiResult, UserError as Mistake, UserErrorCode as Code};

/// Something wrong with an input, which the user can put right. Nothing was changed.
#[derive(Debug, Clone, SimpleObject)]
pub struct UserError {
    /// What kind of mistake it is.
    pub code: UserErrorCode,
    /// What is wrong, for a person to read.
    pub message: String,
    /// Where in the input it is: names of fields, and positions in lists counted from 0.
    pub path: Vec<String>,
}

impl UserError {
    /// Whether somebody else changed the thing after the version that the input is based on.
    pub(crate) fn is_stale_version(&self) -> bool {
        self.code == UserErrorCode::Conflict && self.path.last().is_some_and(|field| field == "version")
    }
}

/// What kind of mistake an input has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// A needed value is missing or empty.
    Required,
    /// The value cannot be understood.
    Invalid,
    /// A text or a list is too long.
    TooLong,
    /// A number or a date lies outside its bounds.
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

impl From<Code> for UserErrorCode {
    fn from(code: Code) -> Self {
        match code {
            Code::Required => Self::Required,
            Code::Invalid => Self::Invalid,
            Code::TooLong => Self::TooLong,
            Code::OutOfRange => Self::OutOfRange,
            Code::ReversedPeriod => Self::ReversedPeriod,
            Code::NotFound => Self::NotFound,
            Code::Ambiguous => Self::Ambiguous,
            Code::Duplicate => Self::Duplicate,
            Code::Conflict => Self::Conflict,
        }
    }
}

impl From<Mistake> for UserError {
    fn from(mistake: Mistake) -> Self {
        Self {
            code: mistake.code.into(),
            message: mistake.message,
            path: mistake.path,
        }
    }
}

/// Sets a user's mistakes apart from failures of the server: the first belong into
/// the payload, under the input's name, the others go on as errors.
///
/// # Errors
/// Whatever is not the user's mistake.
pub fn mistakes<T>(result: ApiResult<T>) -> ApiResult<Result<T, Vec<UserError>>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(ApiError::BadInput(mistakes)) => Ok(Err(mistakes.into_iter().map(under_input).collect())),
        Err(other) => Err(other),
    }
}

fn under_input(mistake: Mistake) -> UserError {
    let mut error = UserError::from(mistake);
    error.path.insert(0, "input".to_owned());
    error
}
