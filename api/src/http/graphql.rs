//! `POST /graphql` and `GET /graphql`.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use async_graphql::Executor;
use bytes::BytesMut;
use entity::kinds::AuditTransport;
use futures_util::StreamExt as _;

use super::allowance::{Client, PLAIN};
use super::execution::{self, Summary};
use super::media::{self, ResponseMedia};
use super::request_id::{ClientAddress, RequestId};
use super::respond::{self, Failure};
use super::trusted::Asked;
use super::{Shared, parameters, upload};
use crate::graphql::limits::OperationKind;
use crate::metrics;

const METHODS: &str = "GET, POST";

/// Any operation but a subscription, as JSON or as a form with files.
pub(super) async fn post<E: Executor>(
    http: HttpRequest,
    payload: Payload,
    shared: Data<Shared<E>>,
) -> HttpResponse {
    answer(&http, async |media| {
        if upload::is_form(http.headers()) {
            return post_form(&http, payload, &shared, media).await;
        }
        media::refuse_body(http.headers())
            .map_err(|message| Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT", message))?;
        let reading = read(&http, payload, shared.settings.body_limit_bytes);
        let body = in_time(shared.settings.request_timeout, reading).await?;
        let asked = parameters::from_body(&body).map_err(Failure::bad_request)?;
        run(&http, &shared, asked, media, false).await
    })
    .await
}

/// How many times longer than an operation a file may take to arrive.
const PATIENCE_WITH_FILES: u32 = 4;

/// An operation with files. So many at once, since each file is held in memory until its operation ends.
async fn post_form<E: Executor>(
    http: &HttpRequest,
    payload: Payload,
    shared: &Shared<E>,
    media: ResponseMedia,
) -> Result<HttpResponse, Failure> {
    let Ok(_turn) = shared.uploads.try_acquire() else {
        let message = "other files are being sent; try again in a moment";
        return Err(Failure::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "LIMIT_EXCEEDED",
            message,
        ));
    };
    let reading = upload::read(http, payload, &shared.settings);
    let patience = shared
        .settings
        .request_timeout
        .saturating_mul(PATIENCE_WITH_FILES);
    let asked = in_time(patience, reading).await?;
    run(http, shared, asked, media, false).await
}

async fn in_time<T>(
    patience: Duration,
    reading: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::time::timeout(patience, reading)
        .await
        .map_err(|_elapsed| {
            Failure::new(
                StatusCode::REQUEST_TIMEOUT,
                "LIMIT_EXCEEDED",
                "the body took too long to arrive",
            )
        })?
}

/// Queries only: a link or an image on another site can make a browser send a GET.
pub(super) async fn get<E: Executor>(http: HttpRequest, shared: Data<Shared<E>>) -> HttpResponse {
    answer(&http, async |media| {
        let asked = parameters::from_query_string(http.query_string()).map_err(Failure::bad_request)?;
        run(&http, &shared, asked, media, true).await
    })
    .await
}

/// Every other method.
pub(super) async fn other(http: HttpRequest) -> HttpResponse {
    answer(&http, async |_| {
        Err(Failure::method("GraphQL is served over GET and POST", METHODS))
    })
    .await
}

/// Settles the response's media type first, so that failures are rendered in it too.
async fn answer(
    http: &HttpRequest,
    handle: impl AsyncFnOnce(ResponseMedia) -> Result<HttpResponse, Failure>,
) -> HttpResponse {
    let id = http
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_else(RequestId::fresh);
    let Some(media) = ResponseMedia::negotiate(http.headers()) else {
        let message = "accept application/graphql-response+json or application/json";
        return Failure::new(StatusCode::NOT_ACCEPTABLE, "BAD_USER_INPUT", message)
            .render(ResponseMedia::Json, &id);
    };
    match handle(media).await {
        Ok(response) => response,
        Err(failure) => failure.render(media, &id),
    }
}

async fn run<E: Executor>(
    http: &HttpRequest,
    shared: &Shared<E>,
    asked: Asked,
    media: ResponseMedia,
    read_only: bool,
) -> Result<HttpResponse, Failure> {
    let id = http
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_else(RequestId::fresh);
    let address = ClientAddress::of(http, &shared.settings);
    let viewer = shared.viewer(http).await?;
    let client = Client::of(&viewer, address);
    let _place = shared.allowances.begin(client, Instant::now())?;
    let request = asked.settled(&shared.settings.documents, &viewer)?;
    let admitted = match execution::admit(shared, request, &viewer) {
        Ok(admitted) => admitted,
        Err(refusal) => {
            http.extensions_mut().insert(Summary {
                operation: None,
                errors: 1,
            });
            charge(http, shared, client, PLAIN)?;
            let refused = async_graphql::Response::from_errors(vec![refusal]);
            return Ok(respond::render(refused, media, &id));
        }
    };
    let price = admitted.price(&shared.prices);
    let (request, operation) = (admitted.request, admitted.operation);
    let mut summary = Summary {
        operation: Some(operation.clone()),
        errors: 1,
    };
    http.extensions_mut().insert(summary.clone());
    if read_only && operation.kind != OperationKind::Query {
        return Err(Failure::method("only queries run over GET; use POST", "POST"));
    }
    if let Some(metrics) = metrics::get() {
        metrics.cost(u32::try_from(price).unwrap_or(u32::MAX));
    }
    charge(http, shared, client, price)?;
    let request = execution::with_context(request, &id, address, viewer, AuditTransport::Http);
    let response = execution::execute(shared, &operation, request).await?;
    summary.errors = response.errors.len();
    http.extensions_mut().insert(summary);
    Ok(respond::render(response, media, &id))
}

/// Takes what an operation costs from its client's points, and keeps what is left for the answer's headers.
fn charge<E>(http: &HttpRequest, shared: &Shared<E>, client: Client, points: u64) -> Result<(), Failure> {
    let (standing, refusal) = match shared.allowances.charge(client, points, Instant::now()) {
        Ok(None) => return Ok(()),
        Ok(Some(standing)) => (standing, None),
        Err(standing) => {
            let refusal = standing.refusal();
            (standing, Some(refusal))
        }
    };
    http.extensions_mut().insert(standing);
    refusal.map_or(Ok(()), Err)
}

/// Reads the body, never holding more than `limit` bytes of it.
async fn read(http: &HttpRequest, mut payload: Payload, limit: usize) -> Result<BytesMut, Failure> {
    let too_long = || {
        let message = format!("the body is longer than {limit} bytes");
        Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED", message)
    };
    let announced = http
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    if announced
        .and_then(|length| length.parse::<usize>().ok())
        .is_some_and(|length| length > limit)
    {
        return Err(too_long());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Failure::bad_request(format!("the body broke off: {error}")))?;
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
