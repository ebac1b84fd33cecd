//! How values are written on the command line.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// `500ms`, `30s`, `5m`; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration; write it like 500ms, 30s or 5m");
    let unit_at = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(unit_at).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let milliseconds = match unit.trim() {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" => 60_000,
        _ => return Err(wrong()),
    };
    number
        .checked_mul(milliseconds)
        .map(Duration::from_millis)
        .ok_or_else(wrong)
}

/// A duration that is not nothing.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("a time limit of nothing would end everything at once".into()),
        limit => Ok(limit),
    }
}

/// `65536`, `64k`, `1M`: bytes, by steps of 1,024.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    let wrong = || format!("`{text}` is not a size; write it like 65536, 64k or 1M");
    let lower = text.to_ascii_lowercase();
    let (number, shift) = match (lower.strip_suffix('k'), lower.strip_suffix('m')) {
        (Some(number), _) => (number, 1 << 10),
        (_, Some(number)) => (number, 1 << 20),
        _ => (lower.as_str(), 1),
    };
    let number: usize = number.parse().map_err(|_| wrong())?;
    number
        .checked_mul(shift)
        .filter(|bytes| *bytes > 0)
        .ok_or_else(wrong)
}

/// A count of at least one.
pub(super) fn count(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| *count > 0);
    count.ok_or_else(|| format!("`{text}` is not a whole number from 1"))
}

/// An address on loopback. Any other is refused: there are no roles yet, so whoever reaches the API may
/// change everything.
pub(super) fn loopback_address(text: &str) -> Result<SocketAddr, String> {
    let local = text
        .strip_prefix("localhost:")
        .or(Some(text))
        .and_then(|port| port.parse().ok());
    let address = match local {
        Some(port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        None => text
            .parse()
            .map_err(|_| format!("`{text}` is not an address; write it like 127.0.0.1:8080 or 8080"))?,
    };
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(format!(
        "{address} can be reached from other machines, and whoever reaches the API may change everything \
         until it has roles; use a loopback address such as 127.0.0.1:{}",
        address.port()
    ))
}
