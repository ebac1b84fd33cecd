//! The operations that one socket has open.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::web::Data;
use async_graphql::{Executor, Request, Response};
use futures_util::StreamExt as _;
use futures_util::stream::{self, AbortHandle, Abortable, BoxStream, SelectAll};

use super::super::allowance::Place;
use super::super::request_id::RequestId;
use super::super::respond::{self, Failure};
use super::super::{Shared, execution};
use crate::graphql::limits::{Operation, OperationKind};

/// Something that an operation has to say to its client.
#[derive(Debug)]
pub(super) enum Event {
    /// A result, as JSON.
    Next { id: String, payload: String },
    /// The operation could not run: its errors, as JSON. Nothing follows.
    Error { id: String, payload: String },
    /// Nothing follows.
    Complete { id: String },
}

/// Open operations by the ids that their client gave them.
#[derive(Default)]
pub(super) struct Operations {
    handles: HashMap<String, AbortHandle>,
    streams: SelectAll<BoxStream<'static, Event>>,
}

impl Operations {
    pub(super) fn len(&self) -> usize {
        self.handles.len()
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.handles.contains_key(id)
    }

    pub(super) fn start(&mut self, id: String, events: BoxStream<'static, Event>) {
        let (handle, registration) = AbortHandle::new_pair();
        self.streams.push(Abortable::new(events, registration).boxed());
        self.handles.insert(id, handle);
    }

    /// Ends an operation without a word: its client asked for that.
    pub(super) fn cancel(&mut self, id: &str) {
        if let Some(handle) = self.handles.remove(id) {
            handle.abort();
        }
    }

    /// The next event of any operation; waits for ever while there is none.
    pub(super) async fn next(&mut self) -> Event {
        let Some(event) = self.streams.next().await else {
            return std::future::pending().await;
        };
        if let Event::Error { id, .. } | Event::Complete { id } = &event {
            self.handles.remove(id);
        }
        event
    }
}

/// An operation that was admitted.
pub(super) struct Begun {
    /// As its client calls it.
    pub(super) id: String,
    pub(super) request_id: RequestId,
    pub(super) operation: Operation,
    /// Given back when it ends.
    pub(super) place: Option<Place>,
}

/// The events of one admitted operation, run within a span of its own.
pub(super) fn events<E: Executor>(
    shared: Data<Shared<E>>,
    begun: Begun,
    request: Request,
) -> BoxStream<'static, Event> {
    let Begun {
        id,
        request_id,
        operation,
        place,
    } = begun;
    let span = tracing::error_span!("operation", request_id = %request_id);
    let responses = responses(&shared, operation.kind, request);
    let log = Log {
        operation,
        begun: Instant::now(),
        results: 0,
        span: span.clone(),
    };
    let state = State {
        responses: Some(responses),
        id,
        request_id,
        log,
        _place: place,
    };
    let mut events = stream::unfold(Some(state), |state| async move { step(state?).await }).boxed();
    // The span must be entered whenever the operation is worked on, and only then.
    stream::poll_fn(move |context| span.in_scope(|| events.poll_next_unpin(context))).boxed()
}

struct State {
    /// `None` once the operation has ended.
    responses: Option<BoxStream<'static, Result<Response, Failure>>>,
    id: String,
    request_id: RequestId,
    log: Log,
    _place: Option<Place>,
}

async fn step(mut state: State) -> Option<(Event, Option<State>)> {
    let mut responses = state.responses.take()?;
    let id = state.id.clone();
    let mut response = match responses.next().await {
        None => return Some((Event::Complete { id }, None)),
        Some(Ok(response)) => response,
        Some(Err(failure)) => Response::from_errors(vec![*failure.error]),
    };
    respond::stamp(&mut response, &state.request_id);
    if respond::is_request_error(&response) {
        let payload = serde_json::to_string(&response.errors).unwrap_or_else(|_| "[]".into());
        return Some((Event::Error { id, payload }, None));
    }
    state.log.results += 1;
    state.responses = Some(responses);
    let payload = respond::to_json(&response).unwrap_or_else(|_| "{}".into());
    Some((Event::Next { id, payload }, Some(state)))
}

/// What the schema answers. A panic ends the operation with an error; so does a query or mutation that
/// takes too long. A subscription may take as long as it likes.
fn responses<E: Executor>(
    shared: &Data<Shared<E>>,
    kind: OperationKind,
    request: Request,
) -> BoxStream<'static, Result<Response, Failure>> {
    if kind != OperationKind::Subscription {
        let shared = shared.clone();
        let operation = Operation {
            kind,
            name: None,
            introspects: false,
        };
        return stream::once(async move { execution::execute(&shared, &operation, request).await }).boxed();
    }
    let responses = shared.executor.execute_stream(request, None);
    let caught = AssertUnwindSafe(responses).catch_unwind();
    caught
        .map(|response| response.map_err(|_panic| execution::panicked()))
        .boxed()
}

/// One line in the access log when the operation ends, however it ends.
struct Log {
    operation: Operation,
    begun: Instant,
    results: usize,
    span: tracing::Span,
}

impl Drop for Log {
    fn drop(&mut self) {
        let _entered = self.span.enter();
        tracing::info!(
            path = "/graphql/ws",
            operation = self.operation.name.as_deref(),
            kind = self.operation.kind.keyword(),
            results = self.results,
            duration_ms = self.begun.elapsed().as_secs_f64() * 1_000.0,
            "operation ended"
        );
    }
}
