//! How much one client may ask: points a minute, operations at once, sockets.
//!
//! A client has a bucket of points that fills evenly, so that a minute's worth is to be had at once and no more than it
//! within any minute on average. What is known of a client is a few words; clients whose bucket is full are forgotten.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use uuid::Uuid;

use super::request_id::ClientAddress;
use super::respond::Failure;
use crate::access::Viewer;

/// The code of every refusal of this file.
const CODE: &str = "RATE_LIMITED";

/// A bucket fills from empty to full within this.
const WINDOW: Duration = Duration::from_secs(60);

/// What is left is counted in so many parts of a point, so that in each millisecond as many parts come in as points in a
/// minute, and nothing is lost to rounding.
const PARTS: u64 = 60_000;

/// At most so many clients are remembered, about 10 MB. A flood of more makes those with nothing under way be forgotten:
/// they start with a full bucket again.
const MOST_CLIENTS: usize = 50_000;

/// What a request costs that shows a credential that is no good: guessing is slow.
pub(super) const WRONG_CREDENTIAL: u64 = 1_000;

/// What a request costs that is refused before it runs, and one for anything but GraphQL.
pub(super) const PLAIN: u64 = 10;

/// Bounds on what one client may ask.
#[derive(Clone, Debug)]
pub struct AllowanceSettings {
    /// Points a minute for an address that shows no credential; `None` sets no bound.
    pub strangers: Option<u32>,
    /// Points a minute for an account; `None` sets no bound.
    pub known: Option<u32>,
    /// Operations that one client may have under way at once.
    pub operations: usize,
    /// Sockets that one address may have open at once.
    pub sockets: usize,
}

impl Default for AllowanceSettings {
    fn default() -> Self {
        Self {
            strangers: Some(600_000),
            known: Some(6_000_000),
            operations: 64,
            sockets: 100,
        }
    }
}

/// Whom something is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Client {
    /// Somebody who is known, wherever they are and whichever of their keys they show.
    Account(Uuid),
    /// A stranger. Of IPv6 the network counts: one home has more addresses than there are grains of sand.
    Address(Option<IpAddr>),
}

impl Client {
    pub(super) fn of(viewer: &Viewer, address: ClientAddress) -> Self {
        match viewer.account() {
            Some(account) => Self::Account(account),
            None => Self::stranger(address),
        }
    }

    pub(super) fn stranger(ClientAddress(address): ClientAddress) -> Self {
        Self::Address(address.map(|address| match address.ip().to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << 64);
                IpAddr::V6(network.into())
            }
        }))
    }

    fn policy(self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Address(_) => "address",
        }
    }
}

/// What one client has done lately.
#[derive(Debug)]
struct Use {
    /// Parts of points that are left, as of `at`.
    left: u64,
    at: Instant,
    operations: usize,
    sockets: usize,
}

/// How a client stands after a request: what the answer's headers tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    policy: &'static str,
    quota: u32,
    left: u64,
    /// Until the bucket is full again.
    full_in: Duration,
    /// Until there is enough for what was refused.
    retry_in: Option<Duration>,
}

/// What clients have done lately.
#[derive(Debug)]
pub(super) struct Allowances {
    settings: AllowanceSettings,
    clients: Mutex<HashMap<Client, Use>>,
}

/// An operation that is under way, or a socket that is open; over when dropped.
#[derive(Debug)]
pub(super) struct Place {
    allowances: Arc<Allowances>,
    client: Client,
    socket: bool,
}

impl Allowances {
    pub(super) fn new(settings: AllowanceSettings) -> Arc<Self> {
        Arc::new(Self {
            settings,
            clients: Mutex::default(),
        })
    }

    /// Takes points from a client's bucket. What costs more than a bucket holds empties a full one.
    ///
    /// # Errors
    /// When too few are left; then none are taken.
    pub(super) fn charge(
        &self,
        client: Client,
        points: u64,
        now: Instant,
    ) -> Result<Option<Standing>, Standing> {
        let Some(quota) = self.quota(client) else {
            return Ok(None);
        };
        let full = u64::from(quota).saturating_mul(PARTS);
        let price = points.saturating_mul(PARTS).min(full);
        let mut clients = self.clients();
        let known = entry(&mut clients, client, full, now);
        known.fill(quota, full, now);
        let enough = known.left >= price;
        if enough {
            known.left = known.left.saturating_sub(price);
        }
        let left = known.left;
        drop(clients);
        let standing = Standing {
            policy: client.policy(),
            quota,
            left: left / PARTS,
            full_in: time_for(full.saturating_sub(left), quota),
            retry_in: (!enough).then(|| time_for(price.saturating_sub(left), quota)),
        };
        match enough {
            true => Ok(Some(standing)),
            false => Err(standing),
        }
    }

    /// Lets a client begin an operation.
    ///
    /// # Errors
    /// When it has as many under way as it may.
    pub(super) fn begin(self: &Arc<Self>, client: Client, now: Instant) -> Result<Place, Failure> {
        let message = "you have as many operations under way as you may; wait for one to end";
        self.take(client, false, now).ok_or_else(|| wait(message))
    }

    /// Lets an address open a socket.
    ///
    /// # Errors
    /// When it has as many open as it may.
    pub(super) fn open(self: &Arc<Self>, client: Client, now: Instant) -> Result<Place, Failure> {
        let message = "as many sockets are open from your address as may be";
        self.take(client, true, now).ok_or_else(|| wait(message))
    }

    fn take(self: &Arc<Self>, client: Client, socket: bool, now: Instant) -> Option<Place> {
        let full = u64::from(self.quota(client).unwrap_or(0)).saturating_mul(PARTS);
        let mut clients = self.clients();
        let known = entry(&mut clients, client, full, now);
        let (count, most) = match socket {
            true => (&mut known.sockets, self.settings.sockets),
            false => (&mut known.operations, self.settings.operations),
        };
        if *count >= most {
            return None;
        }
        *count += 1;
        drop(clients);
        Some(Place {
            allowances: self.clone(),
            client,
            socket,
        })
    }

    fn quota(&self, client: Client) -> Option<u32> {
        match client {
            Client::Account(_) => self.settings.known,
            Client::Address(_) => self.settings.strangers,
        }
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<Client, Use>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Use {
    /// Adds what has come in since.
    fn fill(&mut self, quota: u32, full: u64, now: Instant) {
        let passed = now.saturating_duration_since(self.at);
        let milliseconds = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        let come = milliseconds.saturating_mul(u64::from(quota));
        self.left = self.left.saturating_add(come).min(full);
        // Parts of a millisecond count next time.
        self.at = self
            .at
            .checked_add(Duration::from_millis(milliseconds))
            .unwrap_or(now);
    }

    fn is_idle(&self) -> bool {
        self.operations == 0 && self.sockets == 0
    }
}

fn entry(clients: &mut HashMap<Client, Use>, client: Client, full: u64, now: Instant) -> &mut Use {
    if clients.len() >= MOST_CLIENTS && !clients.contains_key(&client) {
        clients.retain(|_, known| !known.is_idle() || now.saturating_duration_since(known.at) < WINDOW);
        if clients.len() >= MOST_CLIENTS {
            clients.retain(|_, known| !known.is_idle());
        }
    }
    clients.entry(client).or_insert(Use {
        left: full,
        at: now,
        operations: 0,
        sockets: 0,
    })
}

/// How long it takes until so many parts have come in, in whole seconds.
fn time_for(parts: u64, quota: u32) -> Duration {
    let a_second = u64::from(quota).saturating_mul(1_000).max(1);
    Duration::from_secs(parts.div_ceil(a_second))
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut clients = self.allowances.clients();
        if let Some(known) = clients.get_mut(&self.client) {
            let count = match self.socket {
                true => &mut known.sockets,
                false => &mut known.operations,
            };
            *count = count.saturating_sub(1);
        }
    }
}

fn wait(message: &str) -> Failure {
    let mut failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, CODE, message);
    failure.retry_in = Some(Duration::from_secs(1));
    failure
}

impl Standing {
    /// What a client is told that has too few points left.
    pub(super) fn refusal(&self) -> Failure {
        let seconds = self.retry_in.unwrap_or_default().as_secs();
        let message = format!(
            "you have asked for more than {} points within a minute; try again in {seconds} seconds",
            self.quota
        );
        let mut failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, CODE, message);
        if let Some(extensions) = &mut failure.error.extensions {
            extensions.set("retryAfterSeconds", seconds);
            // What headers tell over HTTP; an answer over a socket has none.
            extensions.set("pointsPerMinute", self.quota);
            extensions.set("pointsLeft", self.left);
        }
        failure.retry_in = self.retry_in;
        failure
    }

    /// Tells a client how it stands, by the headers that the IETF's httpapi group drafts (version 10).
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        let Self {
            policy, quota, left, ..
        } = self;
        let texts = [
            (
                "ratelimit-policy",
                format!("\"{policy}\";q={quota};w={}", WINDOW.as_secs()),
            ),
            (
                "ratelimit",
                format!("\"{policy}\";r={left};t={}", self.full_in.as_secs()),
            ),
        ];
        for (name, text) in texts {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if let Some(retry_in) = self.retry_in {
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_in.as_secs()));
        }
    }
}

#[cfg(test)]
mod tests;
