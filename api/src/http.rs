//! The HTTP front: GraphQL over HTTP and WebSocket, GraphiQL, the schema's text and health.
//!
//! Everything here is generic over [`Executor`], so it knows nothing of the schema. What it adds to a
//! schema: bounds on bodies, documents, time and sockets; the media types and status codes of the
//! GraphQL-over-HTTP specification; protection of a browser's user against other sites; a request id in
//! the log, the response and every error; an answer even when a resolver panics.

mod access;
mod admission;
mod allowance;
mod execution;
mod exposition;
mod form;
mod graphql;
mod health;
mod introspection;
mod media;
mod origin;
mod page;
mod parameters;
mod report;
mod request_id;
mod respond;
mod running;
mod settings;
mod socket;
mod trusted;
mod upload;

pub use admission::Doorkeeper;
pub use allowance::AllowanceSettings;
pub use exposition::{Refresh, expose};
pub use form::{FormAnswer, FormRequest, Forms};
pub use health::{Part, Readiness};
pub use introspection::Introspection;
pub use origin::Origin;
pub use request_id::{ClientAddress, RequestId};
pub use running::{Running, serve};
pub use settings::{HttpSettings, SocketSettings};
pub use trusted::{DocumentSettings, TrustedDocuments};

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use async_graphql::Executor;
use tokio::sync::{Semaphore, watch};

use crate::graphql::documents::Documents;
use crate::graphql::pricing::Prices;

/// What every handler shares.
struct Shared<E> {
    executor: E,
    sdl: String,
    settings: HttpSettings,
    page: page::Page,
    readiness: health::Probe,
    doorkeeper: Doorkeeper,
    prices: Prices,
    documents: Documents,
    allowances: Arc<allowance::Allowances>,
    /// Turns `true` when the server begins to stop.
    stopping: watch::Receiver<bool>,
    /// WebSocket connections that are open.
    sockets: AtomicUsize,
    /// Turns to send files.
    uploads: Semaphore,
}

impl<E: Executor> Shared<E> {
    fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

#[cfg(test)]
mod tests;
