//! What the program counts of itself, for Prometheus: one place for the whole process.
//!
//! Labels are words of closed lists, never what a client wrote: a name or an address as a label would be kept by whoever
//! collects them, and anybody could fill their memory.

use std::sync::LazyLock;
use std::time::Duration;

use prometheus::{
    Encoder as _, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

/// What the text is that [`Metrics::text`] gives.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper ends of the classes of durations, in seconds: from answers out of memory to the limit of an operation.
const SECONDS: [f64; 13] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0,
];

/// Upper ends of the classes of costs, in fields: up to the most that is answered.
const COSTS: [f64; 9] = [
    1.0, 10.0, 50.0, 200.0, 1_000.0, 5_000.0, 15_000.0, 30_000.0, 60_000.0,
];

/// Every measure. Those that stand for the database's content are brought up to date when they are asked for.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    operations: IntCounterVec,
    errors: IntCounterVec,
    cost: Histogram,
    /// WebSocket connections that are open.
    pub sockets: IntGauge,
    /// Statements that were sent to the database.
    pub statements: IntGauge,
    /// The number of the last change of a project.
    pub changes: IntGauge,
    /// Changes that the index of this process does not know yet.
    pub index_lag: IntGauge,
    /// Changes for which overlaps were not looked for yet.
    pub overlap_lag: IntGauge,
    /// Findings that hold, by their state.
    pub findings: IntGaugeVec,
    /// Imports, by their state.
    pub imports: IntGaugeVec,
    /// Entries of the audit log.
    pub audit_entries: IntGauge,
    /// Whether what comes from the database could be read when it was last asked for.
    pub database_up: IntGauge,
}

static METRICS: LazyLock<Option<Metrics>> = LazyLock::new(|| match Metrics::new() {
    Ok(metrics) => Some(metrics),
    Err(error) => {
        tracing::error!(%error, "nothing is counted");
        None
    }
});

/// The process's measures; `None` when they could not be set up, which is logged.
#[must_use]
pub fn get() -> Option<&'static Metrics> {
    METRICS.as_ref()
}

/// A registry that is being filled.
struct Making(Registry);

impl Making {
    fn gauge(&self, name: &str, help: &str) -> prometheus::Result<IntGauge> {
        let gauge = IntGauge::new(name, help)?;
        self.0.register(Box::new(gauge.clone()))?;
        Ok(gauge)
    }

    fn gauges(&self, name: &str, help: &str, label: &str) -> prometheus::Result<IntGaugeVec> {
        let gauges = IntGaugeVec::new(Opts::new(name, help), &[label])?;
        self.0.register(Box::new(gauges.clone()))?;
        Ok(gauges)
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntCounterVec> {
        let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
        self.0.register(Box::new(counters.clone()))?;
        Ok(counters)
    }

    fn request_seconds(&self) -> prometheus::Result<HistogramVec> {
        let help = "How long requests took to answer, in seconds";
        let options = HistogramOpts::new("tandem_request_seconds", help).buckets(SECONDS.to_vec());
        let seconds = HistogramVec::new(options, &["kind"])?;
        self.0.register(Box::new(seconds.clone()))?;
        Ok(seconds)
    }

    fn cost(&self) -> prometheus::Result<Histogram> {
        let help = "What operations cost, in fields that they may resolve";
        let options = HistogramOpts::new("tandem_operation_cost", help).buckets(COSTS.to_vec());
        let cost = Histogram::with_opts(options)?;
        self.0.register(Box::new(cost.clone()))?;
        Ok(cost)
    }
}

impl Metrics {
    fn new() -> prometheus::Result<Self> {
        let made = Making(Registry::new());
        let build = made.gauges("tandem_build_info", "Always 1; tells the version", "version")?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        let requests = "Requests that were answered, by their route and the class of their status";
        let operations = "GraphQL operations, by their kind and whether they had errors";
        let overlaps = "Changes for which overlaps were not looked for yet";
        Ok(Self {
            requests: made.counters("tandem_requests_total", requests, &["route", "status"])?,
            operations: made.counters("tandem_operations_total", operations, &["kind", "outcome"])?,
            errors: made.counters(
                "tandem_errors_total",
                "Errors that clients were told, by their code",
                &["code"],
            )?,
            request_seconds: made.request_seconds()?,
            cost: made.cost()?,
            sockets: made.gauge("tandem_sockets", "WebSocket connections that are open")?,
            statements: made.gauge(
                "tandem_database_statements",
                "Statements that were sent to the database",
            )?,
            changes: made.gauge("tandem_changes", "The number of the last change of a project")?,
            index_lag: made.gauge(
                "tandem_index_lag_changes",
                "Changes that the index does not know yet",
            )?,
            overlap_lag: made.gauge("tandem_overlap_lag_changes", overlaps)?,
            findings: made.gauges("tandem_findings", "Findings that hold, by their state", "state")?,
            imports: made.gauges("tandem_imports", "Imports, by their state", "state")?,
            audit_entries: made.gauge("tandem_audit_entries", "Entries of the audit log")?,
            database_up: made.gauge(
                "tandem_database_up",
                "Whether the database answered when it was last asked",
            )?,
            registry: made.0,
        })
    }

    /// Counts a request that was answered. `kind` is the operation's, or `other`.
    pub fn answered(&self, route: &str, status: u16, kind: &str, took: Duration) {
        let class = match status {
            100..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        self.requests.with_label_values(&[route, class]).inc();
        self.request_seconds
            .with_label_values(&[kind])
            .observe(took.as_secs_f64());
    }

    /// Counts an operation that ran.
    pub fn ran(&self, kind: &str, has_errors: bool) {
        let outcome = if has_errors { "errors" } else { "ok" };
        self.operations.with_label_values(&[kind, outcome]).inc();
    }

    /// Counts an error that a client was told.
    pub fn told(&self, code: &str) {
        self.errors.with_label_values(&[code]).inc();
    }

    /// Counts what an operation cost.
    pub fn cost(&self, fields: u32) {
        self.cost.observe(f64::from(fields));
    }

    /// Everything as Prometheus reads it.
    ///
    /// # Errors
    /// When it cannot be written, which no measure of ours makes happen.
    pub fn text(&self) -> prometheus::Result<String> {
        let mut bytes = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut bytes)?;
        String::from_utf8(bytes).map_err(|error| prometheus::Error::Msg(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_in_prometheus_own_words() {
        let metrics = Metrics::new().unwrap();
        metrics.answered("/graphql", 200, "query", Duration::from_millis(3));
        metrics.answered("/graphql", 503, "other", Duration::from_millis(3));
        metrics.ran("query", true);
        metrics.told("FORBIDDEN");
        metrics.cost(70);
        metrics.findings.with_label_values(&["FLAGGED"]).set(7);
        let text = metrics.text().unwrap();
        for line in [
            "tandem_requests_total{route=\"/graphql\",status=\"2xx\"} 1",
            "tandem_requests_total{route=\"/graphql\",status=\"5xx\"} 1",
            "tandem_request_seconds_bucket{kind=\"query\",le=\"0.0025\"} 0",
            "tandem_request_seconds_bucket{kind=\"query\",le=\"0.005\"} 1",
            "tandem_operations_total{kind=\"query\",outcome=\"errors\"} 1",
            "tandem_errors_total{code=\"FORBIDDEN\"} 1",
            "tandem_operation_cost_bucket{le=\"200\"} 1",
            "tandem_findings{state=\"FLAGGED\"} 7",
        ] {
            assert!(
                text.lines().any(|told| told == line),
                "{line} is missing in\n{text}"
            );
        }
    }
}
