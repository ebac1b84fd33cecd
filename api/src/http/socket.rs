//! `GET /graphql/ws`: GraphQL over WebSocket, by the graphql-transport-ws protocol alone.

mod message;
mod operations;
mod session;

use std::sync::atomic::Ordering;
use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use async_graphql::Executor;
use tracing::Instrument as _;

use super::allowance::Client;
use super::media::ResponseMedia;
use super::request_id::{ClientAddress, RequestId};
use super::respond::Failure;
use super::{Shared, admission, origin};
use crate::metrics;
use session::Connection;

const PROTOCOL: &str = "graphql-transport-ws";

/// Opens a socket, unless the page that asks belongs to another site.
pub(super) async fn open<E: Executor>(
    http: HttpRequest,
    payload: Payload,
    shared: Data<Shared<E>>,
) -> HttpResponse {
    let id = http
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_else(RequestId::fresh);
    match accept(&http, payload, shared, &id) {
        Ok(response) => response,
        Err(failure) => failure.render(ResponseMedia::Json, &id),
    }
}

fn accept<E: Executor>(
    http: &HttpRequest,
    payload: Payload,
    shared: Data<Shared<E>>,
    id: &RequestId,
) -> Result<HttpResponse, Failure> {
    if !origin::may_open_socket(http.headers(), &shared.settings) {
        let message = "pages of this origin may not open a socket; allow it by --allow-origin";
        return Err(Failure::new(StatusCode::FORBIDDEN, "FORBIDDEN", message));
    }
    let shown = admission::shown(http.headers())?;
    let address = ClientAddress::of(http, &shared.settings);
    let place = Place::take(shared.clone())?;
    let own_place = shared
        .allowances
        .open(Client::stranger(address), Instant::now())?;
    let (response, session, stream) = actix_ws::handle_with_protocols(http, payload, &[PROTOCOL])
        .map_err(|error| Failure::bad_request(format!("not a WebSocket handshake: {error}")))?;
    let agreed = response.headers().contains_key("sec-websocket-protocol");
    let max = shared.settings.socket.max_message_bytes;
    let messages = stream
        .max_frame_size(max)
        .aggregate_continuations()
        .max_continuation_size(max);
    let connection = Connection::new(shared, session, address, shown);
    let span = tracing::error_span!("socket", socket_id = %id);
    actix_web::rt::spawn(
        async move {
            connection.serve(messages, agreed).await;
            drop((place, own_place));
        }
        .instrument(span),
    );
    Ok(response)
}

/// One of the sockets that may be open; given back when dropped.
struct Place<E: Executor>(Data<Shared<E>>);

impl<E: Executor> Place<E> {
    fn take(shared: Data<Shared<E>>) -> Result<Self, Failure> {
        let max = shared.settings.socket.max_sockets;
        let more = |open: usize| (open < max).then_some(open + 1);
        match shared
            .sockets
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
        {
            Ok(_) => {
                if let Some(metrics) = metrics::get() {
                    metrics.sockets.inc();
                }
                Ok(Self(shared))
            }
            Err(_) => Err(Failure::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "LIMIT_EXCEEDED",
                "as many sockets are open as the server allows",
            )),
        }
    }
}

impl<E: Executor> Drop for Place<E> {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::AcqRel);
        if let Some(metrics) = metrics::get() {
            metrics.sockets.dec();
        }
    }
}
