//! One socket, from its handshake to its close.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session};
use async_graphql::{Executor, Request, Response, ServerError};
use chrono::{DateTime, Utc};
use entity::kinds::AuditTransport;
use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::time::Instant;

use super::super::allowance::{Client, PLAIN, Place};
use super::super::request_id::{ClientAddress, RequestId};
use super::super::trusted::Asked;
use super::super::{Shared, execution, parameters, respond};
use super::message::{self, ClientMessage};
use super::operations::{self, Event, Operations};
use crate::access::Viewer;
use crate::clock;
use crate::graphql::documents::Admitted;
use crate::graphql::limits::{Operation, OperationKind};

/// Why a socket is closed: a code and a reason that the client sees.
#[derive(Debug)]
struct Close {
    code: u16,
    reason: String,
}

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }

    fn malformed(reason: &str) -> Self {
        Self::new(4400, reason)
    }
}

/// How a socket ends.
enum End {
    /// The client left or cannot be reached.
    Gone,
    /// The server closes it.
    Close(Close),
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// The state of one socket.
pub(super) struct Connection<E: Executor> {
    shared: Data<Shared<E>>,
    session: Session,
    client: ClientAddress,
    /// What the client shows to be let in, by the handshake or by its introduction.
    shown: Option<String>,
    /// When what they show ends.
    known_until: Option<Instant>,
    initialised: bool,
    operations: Operations,
    heard: Instant,
}

impl<E: Executor> Connection<E> {
    pub(super) fn new(
        shared: Data<Shared<E>>,
        session: Session,
        client: ClientAddress,
        shown: Option<String>,
    ) -> Self {
        let operations = Operations::default();
        Self {
            shared,
            session,
            client,
            shown,
            known_until: None,
            initialised: false,
            operations,
            heard: Instant::now(),
        }
    }

    /// Serves until the client leaves, breaks the protocol, or the server stops.
    pub(super) async fn serve(mut self, messages: AggregatedMessageStream, agreed: bool) {
        let end = if agreed {
            self.converse(messages).await
        } else {
            Close::new(4406, "Subprotocol not acceptable").into()
        };
        if let End::Close(Close { code, reason }) = end {
            tracing::debug!(code, reason, "closing a socket");
            let reason = CloseReason {
                code: CloseCode::from(code),
                description: Some(reason),
            };
            let closing = self.session.close(Some(reason));
            let _sent = tokio::time::timeout(self.shared.settings.socket.send_timeout, closing).await;
        }
    }

    async fn converse(&mut self, mut messages: AggregatedMessageStream) -> End {
        let settings = self.shared.settings.socket.clone();
        let mut stopping = self.shared.stopping.clone();
        let mut pings = tokio::time::interval(settings.ping_interval.max(Duration::from_millis(10)));
        let deadline = Instant::now() + settings.init_timeout;
        loop {
            let ends = self.known_until.unwrap_or(deadline);
            let turn = tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => {
                    return Close::new(1001, "the server is stopping").into();
                }
                () = tokio::time::sleep_until(deadline), if !self.initialised => {
                    return Close::new(4408, "Connection initialisation timeout").into();
                }
                () = tokio::time::sleep_until(ends), if self.known_until.is_some() => {
                    self.viewer().await.map(|_viewer| ())
                }
                _ = pings.tick() => self.ping(settings.ping_interval * 2).await,
                message = messages.next() => self.receive(message).await,
                event = self.operations.next() => self.report(event).await,
            };
            if let Err(end) = turn {
                return end;
            }
        }
    }

    async fn ping(&mut self, patience: Duration) -> Result<(), End> {
        if self.heard.elapsed() > patience {
            return Err(Close::new(1001, "the client has gone silent").into());
        }
        self.session.ping(b"").await.map_err(|_closed| End::Gone)?;
        // Whoever lost their rights meanwhile hears nothing more.
        self.viewer().await.map(|_viewer| ())
    }

    /// Who listens, as of now.
    async fn viewer(&mut self) -> Result<Viewer, End> {
        match self.shared.who(self.shown.as_deref(), self.client).await {
            Ok(viewer) => {
                self.known_until = viewer.until().map(in_time);
                Ok(viewer)
            }
            Err(failure) if failure.status == StatusCode::UNAUTHORIZED => {
                Err(Close::new(4403, "Forbidden").into())
            }
            Err(failure) if failure.status == StatusCode::TOO_MANY_REQUESTS => {
                Err(Close::new(4429, "Too many wrong credentials").into())
            }
            Err(_) => Err(Close::new(1013, "try again later").into()),
        }
    }

    async fn receive(
        &mut self,
        message: Option<Result<AggregatedMessage, ProtocolError>>,
    ) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            None | Some(Ok(AggregatedMessage::Close(None))) => Err(End::Gone),
            Some(Ok(AggregatedMessage::Close(Some(reason)))) => {
                Err(Close::new(reason.code.into(), reason.description.unwrap_or_default()).into())
            }
            Some(Ok(AggregatedMessage::Ping(payload))) => {
                self.session.pong(&payload).await.map_err(|_closed| End::Gone)
            }
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Ok(AggregatedMessage::Binary(_))) => Err(Close::new(1003, "messages must be text").into()),
            Some(Ok(AggregatedMessage::Text(text))) => {
                let message = ClientMessage::read(&text).map_err(Close::malformed)?;
                self.handle(message).await
            }
            Some(Err(ProtocolError::Overflow)) => Err(Close::new(1009, "the message is too long").into()),
            Some(Err(error)) => Err(Close::new(1002, error.to_string()).into()),
        }
    }

    async fn handle(&mut self, message: ClientMessage) -> Result<(), End> {
        match message {
            ClientMessage::Init(_) if self.initialised => {
                Err(Close::new(4429, "Too many initialisation requests").into())
            }
            ClientMessage::Init(Some(shown))
                if self.shown.as_ref().is_some_and(|before| *before != shown) =>
            {
                Err(Close::malformed("the handshake and the introduction show different credentials").into())
            }
            ClientMessage::Init(shown) => {
                self.shown = shown.or_else(|| self.shown.take());
                self.viewer().await?;
                self.initialised = true;
                self.send(message::ack()).await
            }
            ClientMessage::Ping(payload) => self.send(message::pong(payload)).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Complete { id } => {
                self.operations.cancel(&id);
                Ok(())
            }
            ClientMessage::Subscribe { .. } if !self.initialised => {
                Err(Close::new(4401, "Unauthorized").into())
            }
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload).await,
        }
    }

    async fn subscribe(&mut self, id: String, payload: Value) -> Result<(), End> {
        if self.operations.contains(&id) {
            return Err(Close::new(4409, format!("Subscriber for {id} already exists")).into());
        }
        let asked = parameters::from_value(payload).map_err(|reason| Close::malformed(&reason))?;
        let viewer = self.viewer().await?;
        let request_id = RequestId::fresh();
        match self.admitted(asked, &viewer) {
            Ok((operation, request, place)) => {
                let request = execution::with_context(
                    request,
                    &request_id,
                    self.client,
                    viewer,
                    AuditTransport::Websocket,
                );
                let begun = operations::Begun {
                    id: id.clone(),
                    request_id,
                    operation,
                    place,
                };
                let events = operations::events(self.shared.clone(), begun, request);
                self.operations.start(id, events);
                Ok(())
            }
            Err(error) => {
                let mut response = Response::from_errors(vec![error]);
                respond::stamp(&mut response, &request_id);
                let payload = serde_json::to_string(&response.errors).unwrap_or_else(|_| "[]".into());
                self.report(Event::Error { id, payload }).await
            }
        }
    }

    /// What an operation is held against before it runs: as over HTTP, and how many are open.
    fn admitted(
        &self,
        asked: Asked,
        viewer: &Viewer,
    ) -> Result<(Operation, Request, Option<Place>), ServerError> {
        let max = self.shared.settings.socket.max_operations;
        if self.operations.len() >= max {
            return Err(too_many(max));
        }
        let (allowances, now) = (&self.shared.allowances, std::time::Instant::now());
        let client = Client::of(viewer, self.client);
        let request = asked
            .settled(&self.shared.settings.documents, viewer)
            .map_err(|failure| *failure.error)?;
        let admitted = execution::admit(&self.shared, request, viewer);
        let points = match &admitted {
            Ok(admitted) => admitted.price(&self.shared.prices),
            Err(_) => PLAIN,
        };
        let charged = allowances.charge(client, points, now);
        charged.map_err(|standing| *standing.refusal().error)?;
        let Admitted {
            request, operation, ..
        } = admitted?;
        // A subscription is under way for as long as it likes; how many there are is bounded by socket.
        let place = match operation.kind {
            OperationKind::Subscription => None,
            _ => Some(allowances.begin(client, now).map_err(|failure| *failure.error)?),
        };
        Ok((operation, request, place))
    }

    async fn report(&mut self, event: Event) -> Result<(), End> {
        let text = match event {
            Event::Next { id, payload } => message::with_payload("next", &id, &payload),
            Event::Error { id, payload } => message::with_payload("error", &id, &payload),
            Event::Complete { id } => message::complete(&id),
        };
        self.send(text).await
    }

    /// Sends a message. A client that does not take it in time is let go, since what it has not taken
    /// would pile up here.
    async fn send(&mut self, text: String) -> Result<(), End> {
        let sending = self.session.text(text);
        match tokio::time::timeout(self.shared.settings.socket.send_timeout, sending).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}

/// The farthest moment that is waited for at once.
const FAR: Duration = Duration::from_secs(24 * 60 * 60);

/// A moment on the clock that is waited by: a breath after it, so that it is over then.
fn in_time(moment: DateTime<Utc>) -> Instant {
    let left = (moment - clock::now()).to_std().unwrap_or_default();
    Instant::now() + left.min(FAR) + Duration::from_millis(2)
}

fn too_many(max: usize) -> ServerError {
    let message = format!("the socket has {max} operations open, which is as many as it may");
    execution::limit_exceeded(&message)
}
