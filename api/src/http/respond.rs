//! GraphQL responses as HTTP responses, every error with its code and request id.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, VARY, WWW_AUTHENTICATE};
use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use serde::Serialize;

use super::media::ResponseMedia;
use super::request_id::RequestId;
use crate::metrics;

/// What the client did wrong or the server could not do, before or instead of executing an operation.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: StatusCode,
    pub(super) error: Box<ServerError>,
    pub(super) allow: Option<&'static str>,
    /// Whether to say how to be let in.
    pub(super) challenge: bool,
    /// When to try again, where waiting helps.
    pub(super) retry_in: Option<Duration>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let mut error = ServerError::new(message, None);
        set_extension(&mut error, "code", code);
        Self {
            status,
            error: Box::new(error),
            allow: None,
            challenge: false,
            retry_in: None,
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)
    }

    pub(super) fn method(message: &str, allow: &'static str) -> Self {
        let failure = Self::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", message);
        Self {
            allow: Some(allow),
            ..failure
        }
    }

    /// Renders it. The status is the failure's own, whatever the media type.
    pub(super) fn render(self, media: ResponseMedia, id: &RequestId) -> HttpResponse {
        let mut builder = HttpResponse::build(self.status);
        if let Some(allow) = self.allow {
            builder.insert_header((ALLOW, allow));
        }
        if self.challenge {
            builder.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(retry_in) = self.retry_in {
            builder.insert_header((RETRY_AFTER, retry_in.as_secs().to_string()));
        }
        let mut response = Response::from_errors(vec![*self.error]);
        stamp(&mut response, id);
        finish(builder, &response, media)
    }
}

/// A document can be wrong in thousands of places; whoever wrote it needs to see some of them.
const MAX_REQUEST_ERRORS: usize = 50;

/// The errors of a request that was not executed; the specification wants no `data` beside them.
#[derive(Serialize)]
struct WithoutData<'a> {
    errors: &'a [ServerError],
}

/// Whether the response says that the request was not executed at all: a failing field has a path.
pub(super) fn is_request_error(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// Renders what the schema answered.
pub(super) fn render(mut response: Response, media: ResponseMedia, id: &RequestId) -> HttpResponse {
    stamp(&mut response, id);
    let refused = is_request_error(&response) && media == ResponseMedia::GraphqlResponse;
    let status = if refused {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    finish(HttpResponse::build(status), &response, media)
}

fn finish(
    mut builder: actix_web::HttpResponseBuilder,
    response: &Response,
    media: ResponseMedia,
) -> HttpResponse {
    builder
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, "Accept"));
    match to_json(response) {
        Ok(body) => builder.content_type(media.content_type()).body(body),
        Err(error) => {
            tracing::error!(%error, "the response could not be written as JSON");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// The JSON text of a response, without `data` when the request was not executed.
pub(super) fn to_json(response: &Response) -> serde_json::Result<String> {
    if is_request_error(response) {
        return serde_json::to_string(&WithoutData {
            errors: &response.errors,
        });
    }
    serde_json::to_string(response)
}

/// Gives every error its request id and, where it has none, its code.
///
/// An error without a code that wraps another error came from a `?` on something `Display`: its text was
/// never meant for a client, so it is logged and replaced.
pub(super) fn stamp(response: &mut Response, id: &RequestId) {
    if is_request_error(response) {
        response.errors.truncate(MAX_REQUEST_ERRORS);
    }
    for error in &mut response.errors {
        let has_code = error
            .extensions
            .as_ref()
            .is_some_and(|values| values.get("code").is_some());
        if !has_code && error.source.is_some() {
            tracing::error!(error = %error.message, path = ?error.path, "an internal error reached the boundary");
            "internal error".clone_into(&mut error.message);
            error.extensions = None;
            set_extension(error, "code", "INTERNAL");
        } else if !has_code {
            set_extension(error, "code", "BAD_USER_INPUT");
        }
        set_extension(error, "requestId", id.as_str());
        count(error);
    }
}

/// Counts an error by its code.
fn count(error: &ServerError) {
    let code = error.extensions.as_ref().and_then(|values| values.get("code"));
    if let (Some(metrics), Some(Value::String(code))) = (metrics::get(), code) {
        metrics.told(code);
    }
}

fn set_extension(error: &mut ServerError, name: &str, value: &str) {
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set(name, value);
}
