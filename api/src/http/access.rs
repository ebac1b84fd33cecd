//! What surrounds every request: its id, its log line, the headers that protect browsers.

use std::time::{Instant, SystemTime};

use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpResponse};
use async_graphql::Executor;
use tracing::Instrument as _;

use super::allowance::{Client, PLAIN, Standing};
use super::execution::Summary;
use super::media::ResponseMedia;
use super::request_id::{self, ClientAddress, RequestId};
use super::respond::Failure;
use super::{HttpSettings, Shared, form, origin};
use crate::metrics;
use crate::traces::{self, Context, Span, Told};

/// Headers of every response that does not set its own.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Runs a request within a span that carries its id, and writes its one line in the access log.
pub(super) async fn observe<E: Executor, B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let begun = Instant::now();
    let traced = traces::wanted().then(|| Traced::begin(request.headers()));
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    // An error span, so that no filter that lets a line through takes its id away.
    let span = tracing::error_span!("request", request_id = %id);
    let cross_origin = shared::<E>(&request)
        .and_then(|shared| origin::allowed_cross_origin(request.headers(), &shared.settings));
    let early = shared::<E>(&request).and_then(|shared| {
        early_answer(&request, &shared.settings, &id).or_else(|| rationed(&request, shared, &id))
    });
    let mut response = match early {
        Some(early) => request.into_response(early).map_into_right_body(),
        None => next
            .call(request)
            .instrument(span.clone())
            .await?
            .map_into_left_body(),
    };
    let headers = response.headers_mut();
    protect(headers);
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(HeaderName::from_static(request_id::HEADER), value);
    }
    if let Some(origin) = cross_origin {
        share_with(headers, &origin);
    }
    let standing = response.request().extensions().get::<Standing>().cloned();
    if let Some(standing) = standing {
        standing.tell(response.headers_mut());
    }
    span.in_scope(|| log(&response, begun));
    if let Some(traced) = traced.flatten() {
        traced.end(&response, &id);
    }
    Ok(response)
}

fn shared<E: Executor>(request: &ServiceRequest) -> Option<&Data<Shared<E>>> {
    request.app_data::<Data<Shared<E>>>()
}

/// Answers that no handler is needed for: a wrong host name, a browser's question before a cross-origin
/// request.
fn early_answer(request: &ServiceRequest, settings: &HttpSettings, id: &RequestId) -> Option<HttpResponse> {
    if !origin::is_called_properly(request.headers(), settings) {
        let message = "this server is reached under a loopback name only; allow others by --allow-origin";
        let failure = Failure::new(StatusCode::MISDIRECTED_REQUEST, "FORBIDDEN", message);
        return Some(failure.render(ResponseMedia::Json, id));
    }
    let preflight = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    preflight.then(|| HttpResponse::NoContent().finish())
}

/// The answer for an address that asks too much of what is not GraphQL. Whoever watches over the server may ask how it is
/// as often as they like; what GraphQL costs is known only once it is read.
fn rationed<E>(request: &ServiceRequest, shared: &Shared<E>, id: &RequestId) -> Option<HttpResponse> {
    let path = request.path();
    if path.starts_with("/health/") || matches!(path, "/graphql" | "/graphql/ws") {
        return None;
    }
    let client = Client::stranger(ClientAddress::of(request.request(), &shared.settings));
    let charged = shared.allowances.charge(client, PLAIN, Instant::now());
    let standing = charged.err()?;
    let refusal = standing.refusal().render(ResponseMedia::Json, id);
    request.extensions_mut().insert(standing);
    Some(refusal)
}

fn protect(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

fn share_with(headers: &mut HeaderMap, origin: &str) {
    if let Ok(value) = HeaderValue::from_str(origin) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
    }
    let fixed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "accept, apollo-require-preflight, authorization, content-type, graphql-require-preflight, x-request-id, \
             x-requested-with",
        ),
        (
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "ratelimit, ratelimit-policy, retry-after, x-request-id",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

/// A request that a collector is told of.
struct Traced {
    context: Context,
    begun: SystemTime,
}

impl Traced {
    fn begin(headers: &HeaderMap) -> Option<Self> {
        let parent = headers.get("traceparent").and_then(|value| value.to_str().ok());
        Some(Self {
            context: Context::below(parent)?,
            begun: SystemTime::now(),
        })
    }

    fn end<B: MessageBody>(self, response: &ServiceResponse<B>, id: &RequestId) {
        let request = response.request();
        let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
        let summary = request.extensions().get::<Summary>().cloned().unwrap_or_default();
        let status = response.status();
        let text = |text: &str| Told::Text(text.to_owned());
        let mut attributes = vec![
            ("http.request.method", text(request.method().as_str())),
            ("http.route", text(&route)),
            ("http.response.status_code", Told::Number(status.as_u16().into())),
            ("tandem.request_id", text(id.as_str())),
        ];
        if let Some(operation) = &summary.operation {
            attributes.push(("graphql.operation.type", text(operation.kind.keyword())));
            if let Some(name) = &operation.name {
                attributes.push(("graphql.operation.name", text(name)));
            }
        }
        traces::ended(Span {
            context: self.context,
            name: format!("{} {route}", request.method()),
            begun: self.begun,
            ended: SystemTime::now(),
            attributes,
            failed: status.is_server_error(),
        });
    }
}

fn log<B: MessageBody>(response: &ServiceResponse<B>, begun: Instant) {
    let request = response.request();
    let summary = request.extensions().get::<Summary>().cloned().unwrap_or_default();
    let operation = summary.operation.as_ref();
    // What is refused before its document is read has one error.
    let status = response.status();
    let refused = usize::from(status.is_client_error() || status.is_server_error());
    let bytes = match response.response().body().size() {
        BodySize::Sized(bytes) => Some(bytes),
        BodySize::None => Some(0),
        BodySize::Stream => None,
    };
    if let Some(metrics) = metrics::get() {
        let kind = operation.map_or("other", |operation| operation.kind.keyword());
        let route = request.match_pattern();
        let route = route.as_deref().unwrap_or("none");
        metrics.answered(route, status.as_u16(), kind, begun.elapsed());
    }
    tracing::info!(
        method = %request.method(),
        path = form::loggable(request.path()),
        operation = operation.and_then(|operation| operation.name.as_deref()),
        kind = operation.map(|operation| operation.kind.keyword()),
        status = status.as_u16(),
        errors = summary.errors.max(refused),
        duration_ms = begun.elapsed().as_secs_f64() * 1_000.0,
        bytes,
        "answered"
    );
}
