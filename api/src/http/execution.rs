//! Running one operation: guarded, timed and caught.

use std::panic::AssertUnwindSafe;

use actix_web::http::StatusCode;
use async_graphql::{Executor, Request, Response, ServerError};
use entity::kinds::AuditTransport;
use futures_util::FutureExt as _;

use super::Shared;
use super::request_id::{ClientAddress, RequestId};
use super::respond::Failure;
use crate::access::Viewer;
use crate::audit::Origin;
use crate::graphql::documents::Admitted;
use crate::graphql::limits::{Operation, OperationKind};
use crate::metrics;

/// What the access log tells of an operation. Never its variables: they can be confidential.
#[derive(Clone, Debug, Default)]
pub(super) struct Summary {
    pub(super) operation: Option<Operation>,
    pub(super) errors: usize,
}

/// Reads the document and says which operation would run; refuses what is malformed or too much.
pub(super) fn admit<E>(
    shared: &Shared<E>,
    request: Request,
    viewer: &Viewer,
) -> Result<Admitted, ServerError> {
    let admitted = shared.documents.admit(request, &shared.settings.limits)?;
    let shown = shared.settings.introspection;
    match admitted.operation.introspects && !shown.is_for(viewer) {
        true => Err(*shown.refusal().error),
        false => Ok(admitted),
    }
}

/// Makes a request's id, its origin and who asks known to resolvers.
pub(super) fn with_context(
    request: Request,
    id: &RequestId,
    client: ClientAddress,
    viewer: Viewer,
    transport: AuditTransport,
) -> Request {
    let address = client.0.map(|address| address.ip());
    let origin = Origin::request(transport, &viewer.signature(), id.as_str(), address);
    request.data(id.clone()).data(client).data(viewer).data(origin)
}

/// Executes a query or a mutation.
pub(super) async fn execute<E: Executor>(
    shared: &Shared<E>,
    operation: &Operation,
    request: Request,
) -> Result<Response, Failure> {
    if operation.kind == OperationKind::Subscription {
        return Err(Failure::bad_request(
            "subscriptions are served on /graphql/ws by the graphql-transport-ws protocol",
        ));
    }
    let running = AssertUnwindSafe(shared.executor.execute(request)).catch_unwind();
    match tokio::time::timeout(shared.settings.request_timeout, running).await {
        Ok(Ok(response)) => {
            if let Some(metrics) = metrics::get() {
                metrics.ran(operation.kind.keyword(), !response.errors.is_empty());
            }
            Ok(response)
        }
        Ok(Err(_panic)) => Err(panicked()),
        Err(_elapsed) => Err(timed_out(shared)),
    }
}

/// An error that says that a bound was met.
pub(super) fn limit_exceeded(message: &str) -> ServerError {
    *Failure::new(StatusCode::SERVICE_UNAVAILABLE, "LIMIT_EXCEEDED", message).error
}

/// The answer when a resolver panicked; the panic itself is logged where it happens.
pub(super) fn panicked() -> Failure {
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "internal error")
}

/// The answer when an operation took too long. 503 and not 504: this server gave up, no server behind it.
pub(super) fn timed_out<E>(shared: &Shared<E>) -> Failure {
    let seconds = shared.settings.request_timeout.as_secs_f64();
    let message = format!("the operation took longer than {seconds} seconds");
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, "LIMIT_EXCEEDED", message)
}
