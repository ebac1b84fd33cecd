//! `/health/live` and `/health/ready`.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use async_graphql::Executor;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::Serialize;

use super::Shared;

/// A probe that takes longer counts as a no.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// A part of the service that requests depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// A short name such as `database`, shown to whoever asks.
    pub name: &'static str,
    /// Whether it can serve now.
    pub ready: bool,
}

/// The parts of the service and whether each can serve. Causes belong in the log, not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Every part; the service is ready when all are.
    pub parts: Vec<Part>,
}

/// Asks the service whether it is ready.
pub(super) type Probe = Arc<dyn Fn() -> BoxFuture<'static, Readiness> + Send + Sync>;

#[derive(Serialize)]
struct Report {
    status: &'static str,
    parts: BTreeMap<&'static str, &'static str>,
}

/// The process runs and answers.
pub(super) async fn live() -> HttpResponse {
    respond(true, "live", BTreeMap::new())
}

/// The service can do its work: 503 with the parts that cannot, otherwise 200.
pub(super) async fn ready<E: Executor>(shared: Data<Shared<E>>) -> HttpResponse {
    if shared.is_stopping() {
        return respond(false, "stopping", BTreeMap::new());
    }
    let probe = AssertUnwindSafe((shared.readiness)()).catch_unwind();
    let Ok(Ok(readiness)) = tokio::time::timeout(PROBE_TIMEOUT, probe).await else {
        return respond(false, "not ready", BTreeMap::from([("probe", "not ready")]));
    };
    let word = |ready| if ready { "ready" } else { "not ready" };
    let ready = readiness.parts.iter().all(|part| part.ready);
    let parts = readiness
        .parts
        .iter()
        .map(|part| (part.name, word(part.ready)))
        .collect();
    respond(ready, word(ready), parts)
}

fn respond(ok: bool, status: &'static str, parts: BTreeMap<&'static str, &'static str>) -> HttpResponse {
    let mut builder = if ok {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    builder
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(Report { status, parts })
}
