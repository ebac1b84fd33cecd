//! Spans of requests for an OpenTelemetry collector, by OTLP over HTTP in JSON.
//!
//! A request is one span, and that needs no more than this: the libraries for it bring a second HTTP client, a second log
//! and minutes of compiling. The collector is meant to run beside the server, so it is reached without TLS.

mod context;
mod export;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use tokio::sync::mpsc::{self, Receiver, Sender};

pub use context::Context;
pub use export::{Collector, CollectorError};

/// So many spans wait to be sent; those that come beyond are counted and lost, since no request waits for a collector.
const MOST_WAITING: usize = 2_048;

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

/// A span that has ended.
#[derive(Debug, Clone)]
pub struct Span {
    /// Where it belongs.
    pub context: Context,
    /// What it is of, such as `POST /graphql`: of few sorts.
    pub name: String,
    /// When it began.
    pub begun: SystemTime,
    /// When it ended.
    pub ended: SystemTime,
    /// What else is told of it.
    pub attributes: Vec<(&'static str, Told)>,
    /// Whether the server failed.
    pub failed: bool,
}

static SENDER: OnceLock<Sender<Span>> = OnceLock::new();
static LOST: AtomicU64 = AtomicU64::new(0);

/// Whether spans are wanted.
#[must_use]
pub fn wanted() -> bool {
    SENDER.get().is_some()
}

/// Hands in a span.
pub fn ended(span: Span) {
    let Some(sender) = SENDER.get().filter(|_| span.context.is_sampled) else {
        return;
    };
    if sender.try_send(span).is_err() {
        LOST.fetch_add(1, Ordering::Relaxed);
    }
}

/// Begins to take spans. Whoever calls this first is given them.
fn begin() -> Option<Receiver<Span>> {
    let (sender, receiver) = mpsc::channel(MOST_WAITING);
    SENDER.set(sender).ok().map(|()| receiver)
}

/// Sends spans to a collector until the future is dropped. Does nothing where another already does. Spans are taken from
/// the call on, not only from when the future first runs: the first request may come before that.
pub fn follow(collector: Collector) -> impl Future<Output = ()> {
    let taken = begin();
    async move {
        if let Some(spans) = taken {
            send(collector, spans).await;
        }
    }
}

async fn send(collector: Collector, mut spans: Receiver<Span>) {
    let mut batch = Vec::new();
    loop {
        if spans.recv_many(&mut batch, export::MOST_AT_ONCE).await == 0 {
            return;
        }
        // A moment's spans go together.
        tokio::time::sleep(export::GATHERED).await;
        while batch.len() < export::MOST_AT_ONCE {
            let Ok(span) = spans.try_recv() else { break };
            batch.push(span);
        }
        let lost = LOST.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(lost, "spans came faster than they were sent, and some were lost");
        }
        if let Err(error) = collector.send(&batch).await {
            tracing::warn!(%error, spans = batch.len(), "the collector did not take spans; they are lost");
        }
        batch.clear();
    }
}
