//! Waiting for what happens beside a request.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long it may take before the test fails: far beyond what it takes, so that only a hang is caught.
const LIMIT: Duration = Duration::from_secs(60);

/// Looks again and again until there is something to see.
///
/// # Panics
/// When there is nothing to see for a minute.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < end, "{what}: not seen within {LIMIT:?}");
        sleep(Duration::from_millis(50)).await;
    }
}
