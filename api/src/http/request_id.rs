//! The id that ties a request to its log lines and errors.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::http::header::HeaderMap;
use uuid::Uuid;

/// The header that carries the id, in and out.
pub(super) const HEADER: &str = "x-request-id";

const MAX_BYTES: usize = 128;

/// The id of a request; resolvers find it in their context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

/// The address that the request came from; resolvers find it in their context. Behind a proxy it is the
/// proxy's.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub Option<SocketAddr>);

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
    fn an_id_that_could_forge_a_log_line_or_is_too_long_is_replaced() {
        let long = "x".repeat(MAX_BYTES + 1);
        for sent in ["", "a b", "a\"b", "<script>", long.as_str()] {
            let id = id_for(sent);
            assert!(Uuid::parse_str(id.as_str()).is_ok(), "{sent} gave {id}");
        }
    }
}
