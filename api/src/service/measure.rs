//! What of the database's content is measured, read when it is asked for.

use crate::error::ApiResult;
use crate::metrics::Metrics;
use crate::service::App;
use crate::store;

/// Brings the measures up to date that stand for the database's content.
pub async fn refresh(app: &App, metrics: &Metrics) {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    metrics.statements.set(count(app.db.statements()));
    match read(app, metrics).await {
        Ok(()) => metrics.database_up.set(1),
        Err(error) => {
            tracing::warn!(?error, "the database could not be measured");
            metrics.database_up.set(0);
        }
    }
}

async fn read(app: &App, metrics: &Metrics) -> ApiResult<()> {
    let db = app.db.read();
    let state = store::catalogue::state(db).await?;
    metrics.changes.set(state.change_seq);
    metrics.index_lag.set(state.change_seq - app.live.place());
    metrics.overlap_lag.set(state.change_seq - state.settled_seq);
    metrics.audit_entries.set(store::audit::head(db).await?.seq);
    // A state that nothing is in any more is told as nothing, not as it was.
    metrics.findings.reset();
    for (state, number) in store::health::findings(db).await? {
        metrics.findings.with_label_values(&[state.as_str()]).set(number);
    }
    metrics.imports.reset();
    for (state, number) in store::health::imports(db).await? {
        metrics.imports.with_label_values(&[state.as_str()]).set(number);
    }
    Ok(())
}
