//! Tokens of an issuer that vouches for people: signed JWTs, read strictly.
//!
//! Signatures are checked by `ring`, which TLS brings along anyway; what is read here is only the frame around them
//! (RFC 7515, 7519, 9068; the traps of RFC 8725). What a key may be used for is said by the key alone and never by the
//! token, so that no token can have a public key taken for a shared secret; a token's own words about keys (`jwk`, `jku`,
//! `x5c`, `x5u`) are not even read.

mod keys;
#[cfg(test)]
mod tests;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

pub use keys::{KeySet, KeySetError};

/// The longest subject, in characters: what OpenID Connect allows.
const LONGEST_SUBJECT: usize = 255;

/// The longest name that is taken from a token, in characters; the rest is cut off.
const LONGEST_NAME: usize = 200;

/// At most so many audiences of one token are looked at.
const MOST_AUDIENCES: usize = 100;

/// The algorithms that tokens may be signed with. There is no way to name another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, 2,048 bits at least, with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// The algorithm of a name; `None` for every other, `none` among them.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// What a token must say to be taken.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Who must have signed it.
    pub issuer: String,
    /// For whom it must be.
    pub audience: String,
    /// How far clocks may differ.
    pub leeway: Duration,
}

/// A person, as their issuer tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who vouches for them.
    pub issuer: String,
    /// What the issuer calls them, for ever.
    pub subject: String,
    /// What people call them; the subject where the issuer does not say.
    pub name: String,
    /// Where they get mail, in lower case; only an address that the issuer says it has verified.
    pub email: Option<String>,
    /// From when on the token is refused, the leeway counted in.
    pub until: DateTime<Utc>,
}

/// Why a token is not taken. The words are for the client and tell nothing that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadToken {
    /// It is no token of the kind that is taken.
    Malformed,
    /// It is signed in a way that is not taken.
    Algorithm,
    /// It asks for extensions that are not understood.
    Critical,
    /// It is signed by a key that the issuer does not have, or does not have any more, or not yet.
    UnknownKey,
    /// The signature is wrong.
    Signature,
    /// It is another issuer's.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    Early,
}

impl BadToken {
    /// What the client is told.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Malformed => "this is no token that is taken here",
            Self::Algorithm => "the token must be signed with RS256, ES256 or EdDSA",
            Self::Critical => "the token asks for extensions that are not understood",
            Self::UnknownKey => "the token is signed with a key that its issuer does not show",
            Self::Signature => "the token's signature is wrong",
            Self::Issuer => "the token is another issuer's",
            Self::Audience => "the token is for somebody else",
            Self::Expired => "the token has expired",
            Self::Early => "the token is not valid yet",
        }
    }
}

/// The part of a token's header that is read. Members that stand twice are an error.
#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// The claims that are read. Wrong types are errors, never absences.
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    name: Option<Value>,
    preferred_username: Option<Value>,
    email: Option<Value>,
    email_verified: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn has(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Several(several) => {
                several.len() <= MOST_AUDIENCES && several.iter().any(|one| one == wanted)
            }
        }
    }
}

/// Reads a token: whose it is, when it was signed by one of `keys` for `expected` and `now` lies within its time.
///
/// # Errors
/// The first reason why it is not taken.
pub fn read(token: &str, keys: &KeySet, expected: &Expected, now: DateTime<Utc>) -> Result<Person, BadToken> {
    let (signed, signature) = token.rsplit_once('.').ok_or(BadToken::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(BadToken::Malformed)?;
    if claims.contains('.') {
        return Err(BadToken::Malformed);
    }
    let header: Header = json(header)?;
    if header.crit.is_some() {
        return Err(BadToken::Critical);
    }
    if !header.typ.as_deref().is_none_or(is_token) {
        return Err(BadToken::Malformed);
    }
    let algorithm = Algorithm::parse(&header.alg).ok_or(BadToken::Algorithm)?;
    let signature = decoded(signature)?;
    let key = keys
        .choose(algorithm, header.kid.as_deref())
        .ok_or(BadToken::UnknownKey)?;
    if !key.signed(signed.as_bytes(), &signature) {
        return Err(BadToken::Signature);
    }
    // Nothing of the claims is read before somebody has vouched for them.
    person(json(claims)?, expected, now)
}

fn decoded(part: &str) -> Result<Vec<u8>, BadToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| BadToken::Malformed)
}

fn json<T: for<'a> Deserialize<'a>>(part: &str) -> Result<T, BadToken> {
    serde_json::from_slice(&decoded(part)?).map_err(|_| BadToken::Malformed)
}

/// Whether a `typ` is that of a token to come in with. Issuers sign other things with the same keys.
fn is_token(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
}

fn person(claims: Claims, expected: &Expected, now: DateTime<Utc>) -> Result<Person, BadToken> {
    if claims.iss != expected.issuer {
        return Err(BadToken::Issuer);
    }
    if !claims.aud.has(&expected.audience) {
        return Err(BadToken::Audience);
    }
    let until = moment(claims.exp, expected.leeway)?;
    if until <= now {
        return Err(BadToken::Expired);
    }
    for begins in [claims.nbf, claims.iat].into_iter().flatten() {
        if moment(begins, Duration::ZERO)? > later(now, expected.leeway)? {
            return Err(BadToken::Early);
        }
    }
    // A token that ended before it began is a mistake of whoever made it.
    if claims.iat.is_some_and(|made| made > claims.exp) {
        return Err(BadToken::Malformed);
    }
    let subject = claims.sub;
    let length = subject.chars().count();
    if subject.trim().is_empty() || length > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
        return Err(BadToken::Malformed);
    }
    let verified = claims
        .email_verified
        .is_some_and(|said| said == Value::Bool(true));
    let email = text(claims.email).filter(|_| verified);
    let name = [claims.name, claims.preferred_username]
        .into_iter()
        .find_map(text)
        .unwrap_or_else(|| subject.chars().take(LONGEST_NAME).collect());
    Ok(Person {
        issuer: claims.iss,
        subject,
        name,
        email: email.map(|email| email.to_lowercase()),
        until,
    })
}

/// A text of a claim that is only shown: without control characters, cut to its bound; `None` when it is none.
fn text(claim: Option<Value>) -> Option<String> {
    let Some(Value::String(text)) = claim else {
        return None;
    };
    let plain = text.trim().chars().filter(|character| !character.is_control());
    let plain: String = plain.take(LONGEST_NAME).collect();
    (!plain.is_empty()).then_some(plain)
}

/// The moment so many seconds after the beginning of 1970, and `more` later. Fractions of seconds are cut off.
fn moment(seconds: f64, more: Duration) -> Result<DateTime<Utc>, BadToken> {
    // Through text, since no conversion of numbers tells what does not fit.
    let whole: i64 = format!("{:.0}", seconds.floor())
        .parse()
        .map_err(|_| BadToken::Malformed)?;
    later(
        DateTime::from_timestamp(whole, 0).ok_or(BadToken::Malformed)?,
        more,
    )
}

fn later(moment: DateTime<Utc>, by: Duration) -> Result<DateTime<Utc>, BadToken> {
    let by = chrono::TimeDelta::from_std(by).map_err(|_| BadToken::Malformed)?;
    moment.checked_add_signed(by).ok_or(BadToken::Malformed)
}
