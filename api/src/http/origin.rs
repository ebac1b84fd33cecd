//! Which pages in a browser may talk to this server, and under which names it answers.

use std::fmt;
use std::str::FromStr;

use actix_web::http::Uri;
use actix_web::http::header::{HOST, HeaderMap, ORIGIN};

use super::HttpSettings;
use crate::access::loopback;

/// The origin of a web page: scheme, host and port, such as `https://partner.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not an origin; write it like https://partner.example");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let scheme = uri.scheme_str().ok_or_else(wrong)?.to_ascii_lowercase();
        let authority = uri.authority().ok_or_else(wrong)?;
        let bare = uri.path_and_query().is_none_or(|path| path == "/") && !text.ends_with('/');
        if !matches!(scheme.as_str(), "http" | "https") || !bare || authority.as_str().contains('@') {
            return Err(wrong());
        }
        let standard = if scheme == "https" { 443 } else { 80 };
        let port = authority.port_u16().filter(|port| *port != standard);
        Ok(Self {
            scheme,
            host: authority.host().to_ascii_lowercase(),
            port,
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme, self.host)?;
        self.port.map_or(Ok(()), |port| write!(formatter, ":{port}"))
    }
}

/// The name that the client called this server by, without the port.
fn called_host(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(HOST)?.to_str().ok()?;
    let authority: actix_web::http::uri::Authority = text.parse().ok()?;
    Some(authority.host().to_ascii_lowercase())
}

/// Whether the server answers to the name that it was called by.
///
/// A server on loopback trusts whoever reaches it. A site can point its own name at 127.0.0.1 and so make
/// a visitor's browser reach it as that site, so it answers to loopback names and allowed hosts only.
pub(super) fn is_called_properly(headers: &HeaderMap, settings: &HttpSettings) -> bool {
    if !settings.bind.ip().is_loopback() {
        return true;
    }
    called_host(headers).is_some_and(|host| {
        loopback::is_name(&host) || settings.allowed_origins.iter().any(|origin| origin.host == host)
    })
}

/// The page's origin, when it is another site's that is allowed to call.
pub(super) fn allowed_cross_origin(headers: &HeaderMap, settings: &HttpSettings) -> Option<String> {
    let origin: Origin = headers.get(ORIGIN)?.to_str().ok()?.parse().ok()?;
    settings
        .allowed_origins
        .contains(&origin)
        .then(|| origin.to_string())
}

/// Whether a WebSocket may be opened. Browsers let any page open one and say which page it was; other
/// clients say nothing.
pub(super) fn may_open_socket(headers: &HeaderMap, settings: &HttpSettings) -> bool {
    let Some(value) = headers.get(ORIGIN) else {
        return true;
    };
    let Some(origin) = value.to_str().ok().and_then(|text| text.parse::<Origin>().ok()) else {
        return false;
    };
    let called = called_host(headers);
    let same_host = called.as_deref() == Some(origin.host.as_str());
    let both_local = loopback::is_name(&origin.host) && called.as_deref().is_some_and(loopback::is_name);
    same_host || both_local || settings.allowed_origins.contains(&origin)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        headers
    }

    fn settings() -> HttpSettings {
        let allowed_origins = vec!["https://partner.example".parse().unwrap()];
        HttpSettings {
            allowed_origins,
            ..HttpSettings::default()
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_alone() {
        for text in [
            "partner.example",
            "ftp://a.example",
            "https://a.example/path",
            "https://u@a.example",
            "null",
            "",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
        let origin: Origin = "HTTPS://Partner.Example:443".parse().unwrap();
        assert_eq!(origin.to_string(), "https://partner.example");
    }

    #[test]
    fn sockets_open_for_own_pages_local_pages_allowed_sites_and_programs() {
        let cases = [
            ("127.0.0.1:8080", None, true),
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080"), true),
            ("localhost:8080", Some("http://localhost:3000"), true),
            ("[::1]:8080", Some("http://localhost:3000"), true),
            ("127.0.0.1:8080", Some("https://partner.example"), true),
            ("127.0.0.1:8080", Some("http://partner.example"), false),
            ("127.0.0.1:8080", Some("https://evil.example"), false),
            ("127.0.0.1:8080", Some("https://localhost.evil.example"), false),
            ("127.0.0.1:8080", Some("null"), false),
        ];
        for (host, origin, expected) in cases {
            assert_eq!(
                may_open_socket(&headers(host, origin), &settings()),
                expected,
                "{host} {origin:?}"
            );
        }
    }

    #[test]
    fn a_loopback_server_answers_to_no_foreign_name() {
        let cases = [
            ("127.0.0.1:8080", true),
            ("localhost", true),
            ("[::1]:80", true),
            ("partner.example", true),
            ("rebound.evil.example:8080", false),
            ("localhost.evil.example", false),
        ];
        for (host, expected) in cases {
            assert_eq!(
                is_called_properly(&headers(host, None), &settings()),
                expected,
                "{host}"
            );
        }
    }
}
