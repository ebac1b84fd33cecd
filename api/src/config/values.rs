//! How values are written on the command line.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
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

/// At most so much may clocks differ: a machine whose clock is further out needs mending.
const MOST_LEEWAY: Duration = Duration::from_secs(5 * 60);

/// How far clocks may differ.
pub(super) fn leeway(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        leeway if leeway <= MOST_LEEWAY => Ok(leeway),
        _ => Err("clocks that differ by more than 5m need mending".into()),
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

/// Points a minute; `off` sets no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points(pub Option<u32>);

impl FromStr for Points {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(points) if points > 0 => Ok(Self(Some(points))),
            _ if text == "off" => Ok(Self(None)),
            _ => Err(format!(
                "`{text}` is not a whole number from 1 to {}, nor `off`",
                u32::MAX
            )),
        }
    }
}

/// An address to listen on. A port alone, and `localhost`, is on loopback.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let local = text
        .strip_prefix("localhost:")
        .or(Some(text))
        .and_then(|port| port.parse().ok());
    match local {
        Some(port) => Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
        None => text
            .parse()
            .map_err(|_| format!("`{text}` is not an address; write it like 127.0.0.1:8080 or 8080")),
    }
}

/// An address that nobody reaches from another machine.
///
/// # Errors
/// What is wrong with any other, for a person.
pub fn loopback_address(text: &str) -> Result<SocketAddr, String> {
    let address = address(text)?;
    match address.ip().is_loopback() {
        true => Ok(address),
        false => Err(format!(
            "{address} can be reached from other machines; use a loopback address such as 127.0.0.1:{}",
            address.port()
        )),
    }
}
