//! Scalars of the API.

use std::collections::HashMap;

use async_graphql::{Context, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use bytes::Bytes;
use chrono::{NaiveDate, SecondsFormat, Utc};

use crate::error::{ApiError, ApiResult, UserErrorCode};

/// A calendar day, written `2026-11-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A calendar day as ISO 8601 writes it, such as `2026-11-21`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d");
        day.map(Self)
            .map_err(|_| InputValueError::custom("a day such as 2026-11-21 is expected"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

/// A moment in UTC, written `2026-11-21T09:30:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment as RFC 3339 writes it, such as `2026-11-21T09:30:00.000Z`. Given in UTC; other offsets are understood.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let moment = chrono::DateTime::parse_from_rfc3339(text);
        moment
            .map(|moment| Self(moment.to_utc()))
            .map_err(|_| InputValueError::custom("a moment such as 2026-11-21T09:30:00Z is expected"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A whole number that may be larger than an `Int`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BigInt(pub i64);

/// A whole number between -2^53 and 2^53, written as a JSON number; a numeric string is understood too.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for BigInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = match &value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        let exact = number.filter(|number| number.unsigned_abs() <= 1 << 53);
        exact
            .map(Self)
            .ok_or_else(|| InputValueError::custom("a whole number is expected"))
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.into())
    }
}

/// Any JSON value.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(pub serde_json::Value);

/// Any JSON value: its fields are told where it is used.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

/// A file that came with a request.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name, as told by the sender; may be empty.
    pub name: String,
    /// Its content.
    pub bytes: Bytes,
}

/// The files that came with a request, by the names of their parts. The request's data holds them.
#[derive(Debug, Clone, Default)]
pub struct Uploads(HashMap<String, File>);

impl Uploads {
    /// What stands for the file of a part among the request's variables.
    #[must_use]
    pub fn token(part: &str) -> String {
        format!("upload:{part}")
    }

    /// Takes a part's file.
    pub fn add(&mut self, part: &str, file: File) {
        self.0.insert(Self::token(part), file);
    }

    /// Whether a part's file came.
    #[must_use]
    pub fn has(&self, part: &str) -> bool {
        self.0.contains_key(&Self::token(part))
    }
}

/// A file, sent beside the request.
///
/// Not the GraphQL library's own scalar, which panics on a text that names no file of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload(String);

impl Upload {
    /// The file.
    ///
    /// # Errors
    /// A mistake at `path` when no file was sent.
    pub fn file(&self, ctx: &Context<'_>, path: &[&str]) -> ApiResult<File> {
        let files = ctx.data_opt::<Uploads>();
        let file = files.and_then(|files| files.0.get(&self.0));
        file.cloned().ok_or_else(|| {
            let message = "no file was sent; send it as the GraphQL multipart request specification says";
            ApiError::bad_input(UserErrorCode::Invalid, path, message)
        })
    }
}

/// A file, sent as the GraphQL multipart request specification says: null in the variables, and a part of its own in the
/// form. Such a request needs the header `graphql-require-preflight: 1` (or `apollo-require-preflight` or
/// `x-requested-with`).
#[Scalar(specified_by_url = "https://github.com/jaydenseric/graphql-multipart-request-spec")]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(token) => Ok(Self(token)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}
