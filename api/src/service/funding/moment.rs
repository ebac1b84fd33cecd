//! When a call opens and closes: a moment, or a day or hour on the clocks of a place.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

/// The zone of calls that name none.
pub const UK: &str = "Europe/London";

/// Which end of a call is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// From when bids are taken: a day from its beginning.
    Opens,
    /// From when they are taken no more: a day until its end.
    Closes,
}

/// The zone with this name of the IANA time zone database.
#[must_use]
pub fn zone(name: &str) -> Option<Tz> {
    name.trim().parse().ok()
}

/// The moment that a text means, in milliseconds since 1970: a day such as `2026-12-01`, a time on the clocks of the
/// zone such as `2026-12-01T12:00`, or a moment with its offset such as `2026-12-01T12:00:00Z`. Of a time that
/// comes twice when clocks go back, the one that leaves the call open longer.
///
/// # Errors
/// Says what is expected, or that clocks never show this time.
pub fn parse(text: &str, zone: Tz, edge: Edge) -> Result<i64, &'static str> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.timestamp_millis());
    }
    // As RFC 3339 has it, but for the seconds.
    if let Ok(moment) = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z") {
        return Ok(moment.timestamp_millis());
    }
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    if let Some(local) = local {
        return on_clocks(local, zone, edge).ok_or("clocks of that zone never show this time on that day");
    }
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) => of_day(day, zone, edge).ok_or("this day lies out of all bounds"),
        Err(_) => Err("a day such as 2026-12-01, or a time such as 2026-12-01T12:00, is expected"),
    }
}

/// The beginning of a day, or its end, on the clocks of a zone.
#[must_use]
pub fn of_day(day: NaiveDate, zone: Tz, edge: Edge) -> Option<i64> {
    let day = match edge {
        Edge::Opens => day,
        Edge::Closes => day.checked_add_days(Days::new(1))?,
    };
    let midnight = day.and_time(NaiveTime::MIN);
    // Where clocks go forward at midnight the day begins an hour later.
    on_clocks(midnight, zone, edge).or_else(|| on_clocks(day.and_hms_opt(1, 0, 0)?, zone, edge))
}

fn on_clocks(local: NaiveDateTime, zone: Tz, edge: Edge) -> Option<i64> {
    let moment = match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) => moment,
        LocalResult::Ambiguous(earlier, later) => match edge {
            Edge::Opens => earlier,
            Edge::Closes => later,
        },
        LocalResult::None => return None,
    };
    Some(moment.timestamp_millis())
}

/// A stored moment as a time in UTC.
#[must_use]
pub fn utc(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// A stored moment on the clocks of its zone: `2026-12-01T12:00 GMT`.
#[must_use]
pub fn told(ms: i64, name: &str) -> String {
    let moment = utc(ms);
    match zone(name) {
        Some(zone) => moment
            .with_timezone(&zone)
            .format("%Y-%m-%dT%H:%M %Z")
            .to_string(),
        None => moment.format("%Y-%m-%dT%H:%M UTC").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, zone_name: &str, edge: Edge, expected: Result<&str, ()>) {
        let found = parse(text, zone(zone_name).unwrap(), edge).map(|ms| utc(ms).format("%FT%T").to_string());
        assert_eq!(
            found.as_deref().map_err(|_| ()),
            expected,
            "{text} in {zone_name}"
        );
    }

    #[test]
    fn a_closing_is_read_on_the_clocks_of_its_zone() {
        check("2026-12-01T12:00", UK, Edge::Closes, Ok("2026-12-01T12:00:00"));
        check("2026-06-01T12:00", UK, Edge::Closes, Ok("2026-06-01T11:00:00"));
        check(
            "2026-06-01T12:00+02:00",
            UK,
            Edge::Closes,
            Ok("2026-06-01T10:00:00"),
        );
        check("2026-06-01", UK, Edge::Closes, Ok("2026-06-01T23:00:00"));
        check("2026-06-01", UK, Edge::Opens, Ok("2026-05-31T23:00:00"));
        check(
            "2026-06-01",
            "America/Chicago",
            Edge::Closes,
            Ok("2026-06-02T05:00:00"),
        );
        // Clocks go back on the 25th of October and forward on the 29th of March.
        check("2026-10-25T01:30", UK, Edge::Opens, Ok("2026-10-25T00:30:00"));
        check("2026-10-25T01:30", UK, Edge::Closes, Ok("2026-10-25T01:30:00"));
        check("2026-03-29T01:30", UK, Edge::Closes, Err(()));
        for text in ["", "soon", "2026-13-01", "01/12/2026", "2026-12-01T25:00"] {
            check(text, UK, Edge::Closes, Err(()));
        }
        assert_eq!(zone("Mars/Olympus"), None);
    }
}
