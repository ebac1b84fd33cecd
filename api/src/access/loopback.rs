//! Names of the machine itself.

use std::net::IpAddr;

/// Whether a host, as an address of the web names it and in lower case, is this machine alone: `localhost`, names below
/// it, and the addresses that are kept for that.
#[must_use]
pub fn is_name(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn only_this_machine_is_loopback() {
        for (host, expected) in [
            ("localhost", true),
            ("api.localhost", true),
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("[::1]", true),
            ("::1", true),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("0.0.0.0", false),
            ("10.0.0.1", false),
            ("", false),
        ] {
            assert_eq!(is_name(host), expected, "{host}");
        }
    }
}
