//! What somebody shows to be let in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::service::fingerprint;

/// What every key begins with, so that people and scanners of secrets know one when they see it.
pub const KEY_PREFIX: &str = "tandem_";

/// So many characters of a key are kept and shown, to tell keys apart.
const SHOWN: usize = KEY_PREFIX.len() + 6;

/// So many random bytes make a key: guessing one is hopeless, so a fast hash protects it well.
const KEY_BYTES: usize = 32;

/// The longest credential that is looked at, in bytes. Tokens of common issuers have 1 to 3 KiB.
pub const LONGEST: usize = 8 << 10;

/// A new key, shown to a person once.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// Makes one from the system's random numbers.
    ///
    /// # Errors
    /// When the system has none.
    pub fn make() -> anyhow::Result<Self> {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("{KEY_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The key itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// How it begins.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.0.chars().take(SHOWN).collect()
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> String {
        fingerprint(&self.0)
    }
}

/// What came with a request.
#[derive(Clone)]
pub enum Credential {
    /// A key, of which only the hash is carried on.
    Key(String),
    /// A token of an issuer, unread.
    Token(String),
}

impl Credential {
    /// Reads the value of an `Authorization` header, `Bearer …`.
    ///
    /// # Errors
    /// When it is anything else, or too long.
    pub fn read(header: &str) -> Result<Self, &'static str> {
        if header.len() > LONGEST {
            return Err("the credential is too long");
        }
        let (scheme, value) = header.trim().split_once(' ').unwrap_or_default();
        let value = value.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || value.is_empty() {
            return Err("send `Authorization: Bearer …` with an API key or a token");
        }
        Ok(match value.starts_with(KEY_PREFIX) {
            true => Self::Key(fingerprint(value)),
            false => Self::Token(value.to_owned()),
        })
    }
}

/// Why nobody was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotLetIn {
    /// The credential is not good. The words are for the client and say nothing of what exists.
    Refused(&'static str),
    /// That could not be found out.
    Unavailable,
}

/// Secrets are not shown, in logs or anywhere.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Secrets are not shown, in logs or anywhere.
impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_and_never_show() {
        let (one, other) = (Key::make().unwrap(), Key::make().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert!(one.reveal().starts_with(&one.prefix()) && one.reveal().len() == KEY_PREFIX.len() + 43);
        assert_eq!(format!("{one:?}"), "Key(…)");
        let read = Credential::read(&format!("bearer  {}", one.reveal())).unwrap();
        assert!(matches!(&read, Credential::Key(hash) if *hash == one.hash()));
        assert_eq!(format!("{read:?}"), "Key(…)");
    }

    #[test]
    fn anything_else_is_refused() {
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "Basic dGVzdDp0ZXN0",
            "tandem_abc",
            &format!("Bearer {}", "x".repeat(LONGEST)),
        ] {
            assert!(Credential::read(header).is_err(), "{header:.20}");
        }
        assert!(matches!(
            Credential::read("Bearer a.b.c"),
            Ok(Credential::Token(_))
        ));
    }
}
