//! `/survey/{secret}`: pages that people fill in. What stands on them is told by whoever serves them.

use std::fmt;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, ORIGIN,
};
use actix_web::web::{self, Bytes, Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use async_graphql::Executor;
use entity::kinds::AuditTransport;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;

use super::request_id::{ClientAddress, RequestId};
use super::{Shared, origin};
use crate::audit::Origin;

/// What every such address begins with.
const ROOM: &str = "/survey/";

/// A form that is too long is read on, and thrown away, up to so many times the bound: most browsers listen to the answer
/// only once they have sent everything.
const READ_ON: usize = 32;

/// A request for a page.
#[derive(Clone)]
pub struct FormRequest {
    /// The secret in the address.
    pub token: String,
    /// What stands behind the question mark.
    pub query: String,
    /// The fields that were sent, as a form sends them; `None` where the page is asked for.
    pub fields: Option<Bytes>,
    /// Whether a script asks, which wants JSON and no page.
    pub scripted: bool,
    /// Where it came from, for the audit log.
    pub origin: Origin,
}

/// The answer to it.
#[derive(Clone, Debug)]
pub struct FormAnswer {
    /// The status.
    pub status: u16,
    /// What the text is.
    pub media_type: &'static str,
    /// The text.
    pub body: String,
    /// Where the browser is sent on to.
    pub location: Option<String>,
    /// What the page may load and run.
    pub policy: String,
}

/// Whoever tells what stands on the pages.
#[derive(Clone)]
pub struct Forms(Arc<dyn Fn(FormRequest) -> BoxFuture<'static, FormAnswer> + Send + Sync>);

impl Forms {
    /// Pages told by a function.
    pub fn new(tell: impl Fn(FormRequest) -> BoxFuture<'static, FormAnswer> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }
}

impl fmt::Debug for Forms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Forms")
    }
}

/// The path as a log may have it: without the secret.
pub(super) fn loggable(path: &str) -> &str {
    if path.starts_with(ROOM) { ROOM } else { path }
}

/// Shows a page.
pub(super) async fn show<E: Executor>(
    token: web::Path<String>,
    http: HttpRequest,
    shared: Data<Shared<E>>,
) -> HttpResponse {
    answer(&shared, &http, token.into_inner(), None).await
}

/// Takes the fields of a page.
pub(super) async fn take<E: Executor>(
    token: web::Path<String>,
    http: HttpRequest,
    mut payload: Payload,
    shared: Data<Shared<E>>,
) -> HttpResponse {
    let plain = |status: StatusCode, text: &'static str| {
        HttpResponse::build(status)
            .content_type("text/plain; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(text)
    };
    let kind = http
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a form is expected");
    }
    // The page's own policy keeps its browser from naming itself: such a form comes from `null`.
    let foreign = http.headers().get(ORIGIN).is_some_and(|value| value != "null");
    if foreign && !origin::may_open_socket(http.headers(), &shared.settings) {
        return plain(StatusCode::FORBIDDEN, "the form was sent by another site");
    }
    let limit = shared.settings.body_limit_bytes;
    let mut bytes = web::BytesMut::new();
    let mut length = 0_usize;
    while let Some(piece) = payload.next().await {
        let Ok(piece) = piece else {
            return plain(StatusCode::BAD_REQUEST, "the form broke off");
        };
        length = length.saturating_add(piece.len());
        if length <= limit {
            bytes.extend_from_slice(&piece);
        } else if length > limit.saturating_mul(READ_ON) {
            break;
        }
    }
    if length > limit {
        let text = "the form is too long; what was saved before is kept";
        return plain(StatusCode::PAYLOAD_TOO_LARGE, text);
    }
    answer(&shared, &http, token.into_inner(), Some(bytes.freeze())).await
}

async fn answer<E>(
    shared: &Shared<E>,
    http: &HttpRequest,
    token: String,
    fields: Option<Bytes>,
) -> HttpResponse {
    let Some(Forms(tell)) = &shared.settings.forms else {
        return HttpResponse::NotFound().finish();
    };
    let id = http.extensions().get::<RequestId>().cloned();
    let id = id.unwrap_or_else(RequestId::fresh);
    let address = ClientAddress::of(http, &shared.settings)
        .0
        .map(|address| address.ip());
    let accept = http.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let request = FormRequest {
        token,
        query: http.query_string().to_owned(),
        fields,
        scripted: accept.is_some_and(|accept| accept.starts_with("application/json")),
        origin: Origin::request(AuditTransport::Form, "", id.as_str(), address).asking("surveyForm"),
    };
    let told = match tokio::time::timeout(shared.settings.request_timeout, tell(request)).await {
        Ok(told) => told,
        Err(_elapsed) => return HttpResponse::ServiceUnavailable().finish(),
    };
    let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response
        .content_type(told.media_type)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, told.policy));
    if let Some(location) = told.location {
        response.insert_header((LOCATION, location));
    }
    response.body(told.body)
}
