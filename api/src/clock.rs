//! The time of day, in the one precision that every backend keeps.

use chrono::{DateTime, SubsecRound, Utc};

/// Now, to the millisecond: PostgreSQL keeps microseconds and SQLite text, and a
/// time must come back from both as it went in.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
