//! What is kept for some time only, and the removal of what was kept long enough.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Erased, subject};
use crate::clock;
use crate::error::ApiResult;
use crate::service::App;
use crate::store;

/// For how many days each kind of data is kept once it has served its purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The addresses that requests came from, since the request.
    pub addresses_days: u32,
    /// Whom links were sent to and who answered by them, since the round closed.
    pub respondents_days: u32,
    /// The names of closed accounts and what they wrote to others, since the closing.
    pub closed_accounts_days: u32,
    /// Keys that let nobody in any more, since they stopped.
    pub dead_keys_days: u32,
    /// The keys by which a repeated creation is known, since the first try.
    pub retries_days: u32,
    /// What imported files were called, since the import ended.
    pub file_names_days: u32,
}

/// How often a server looks.
const EVERY: Duration = Duration::from_secs(3_600);

/// So many closed accounts are erased in one transaction.
const BATCH: u64 = 50;

impl Retention {
    /// The moment before which data of a kind were kept long enough.
    fn before(days: u32, now: DateTime<Utc>) -> DateTime<Utc> {
        now.checked_sub_signed(TimeDelta::days(days.into()))
            .unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

/// Removes what was kept long enough by `now`. Returns how many rows of each kind were removed or rewritten.
///
/// # Errors
/// When the database fails; what was done before stays done.
pub async fn enforce(app: &App, retention: &Retention, now: DateTime<Utc>) -> ApiResult<Vec<Erased>> {
    let before = |days| Retention::before(days, now);
    let txn = app.db.begin().await?;
    let mut done = vec![
        (
            "addresses",
            store::audit::forget_origins_before(&txn, before(retention.addresses_days)).await?,
        ),
        (
            "respondents",
            store::privacy::forget_respondents(&txn, before(retention.respondents_days)).await?,
        ),
        (
            "keys",
            store::privacy::remove_dead_keys(&txn, before(retention.dead_keys_days)).await?,
        ),
        (
            "retries",
            store::privacy::remove_retries(&txn, before(retention.retries_days)).await?,
        ),
        (
            "file names",
            store::privacy::forget_file_names(&txn, before(retention.file_names_days)).await?,
        ),
    ];
    txn.commit().await?;
    let mut accounts = 0;
    loop {
        let txn = app.db.begin().await?;
        let closed =
            store::privacy::closed_accounts(&txn, before(retention.closed_accounts_days), BATCH).await?;
        if closed.is_empty() {
            break;
        }
        for row in &closed {
            store::privacy::erase(&txn, &subject(row)).await?;
            accounts += 1;
        }
        txn.commit().await?;
    }
    done.push(("closed accounts", accounts));
    Ok(done.into_iter().filter(|(_, rows)| *rows > 0).collect())
}

/// Removes what was kept long enough, now and every hour, until it is told to stop by dropping the future.
pub async fn follow(app: App, retention: Retention) {
    loop {
        match enforce(&app, &retention, clock::now()).await {
            Ok(done) if done.is_empty() => {}
            Ok(done) => {
                let rows: u64 = done.iter().map(|(_, rows)| rows).sum();
                tracing::info!(rows, "what was kept long enough was removed");
            }
            Err(error) => tracing::error!(
                ?error,
                "what was kept long enough could not be removed; it is tried again"
            ),
        }
        tokio::time::sleep(EVERY).await;
    }
}
