//! The id that ties a request to its log lines and errors.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use uuid::Uuid;

use super::HttpSettings;

/// The header that carries the id, in and out.
pub(super) const HEADER: &str = "x-request-id";

const MAX_BYTES: usize = 128;

/// The id of a request; resolvers find it in their context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

/// The address that the request came from; resolvers find it in their context. Behind a proxy that is not trusted it is
/// the proxy's.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub Option<SocketAddr>);

impl ClientAddress {
    /// Whom a request is from. A proxy adds whom it heard from to the end of `X-Forwarded-For`; what stands before that
    /// is anybody's word.
    pub(super) fn of(http: &HttpRequest, settings: &HttpSettings) -> Self {
        let forwarded = || {
            let value = http.headers().get_all("x-forwarded-for").last()?.to_str().ok()?;
            let last = value.rsplit(',').next()?.trim();
            let bare = || last.parse::<IpAddr>().ok().map(|ip| SocketAddr::from((ip, 0)));
            last.parse().ok().or_else(bare)
        };
        let told = settings.trust_forwarded.then(forwarded).flatten();
        Self(told.or_else(|| http.peer_addr()))
    }
}

impl RequestId {
    /// A fresh id: a `UUIDv7`, so that ids sort by time.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7().to_string().into())
    }

    /// The client's own id when it sent one that is short and plain enough to log, else a fresh one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|id| (1..=MAX_BYTES).contains(&id.len()))
            .filter(|id| {
                id.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
            })
            .map_or_else(Self::fresh, |id| Self(id.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn id_for(sent: &str) -> RequestId {
        let mut headers = HeaderMap::new();
        headers.insert(
            HeaderName::from_static(HEADER),
            HeaderValue::from_str(sent).unwrap(),
        );
        RequestId::of(&headers)
    }

    #[test]
    fn a_plain_id_is_kept() {
        assert_eq!(id_for("trace-42_a.b:c").as_str(), "trace-42_a.b:c");
    }

    #[test]
    fn only_the_last_word_of_a_trusted_proxy_tells_the_address() {
        let of = |forwarded: Option<&str>, trust_forwarded| {
            let mut request = actix_web::test::TestRequest::default().peer_addr(([192, 0, 2, 1], 7).into());
            if let Some(forwarded) = forwarded {
                request = request.insert_header(("x-forwarded-for", forwarded));
            }
            let settings = HttpSettings {
                trust_forwarded,
                ..HttpSettings::default()
            };
            let ClientAddress(address) = ClientAddress::of(&request.to_http_request(), &settings);
            address.unwrap().ip().to_string()
        };
        assert_eq!(of(Some("198.51.100.9"), false), "192.0.2.1");
        assert_eq!(of(None, true), "192.0.2.1");
        assert_eq!(of(Some("203.0.113.1, 198.51.100.9"), true), "198.51.100.9");
        assert_eq!(of(Some("198.51.100.9:4711"), true), "198.51.100.9");
        assert_eq!(of(Some("[2001:db8::1]:4711"), true), "2001:db8::1");
        assert_eq!(of(Some("2001:db8::1"), true), "2001:db8::1");
        assert_eq!(of(Some("unknown"), true), "192.0.2.1");
    }

    #[test]
    fn an_id_that_could_forge_a_log_line_or_is_too_long_is_replaced() {
        let long = "x".repeat(MAX_BYTES + 1);
        for sent in ["", "a b", "a\"b", "<script>", long.as_str()] {
            let id = id_for(sent);
            assert!(Uuid::parse_str(id.as_str()).is_ok(), "{sent} gave {id}");
        }
    }
}
