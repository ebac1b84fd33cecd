//! The keys that an issuer shows (RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::Algorithm;

/// At most so many keys of an issuer are kept; large providers show about ten.
const MOST_KEYS: usize = 100;

/// The longest name of a key that is kept, in bytes.
const LONGEST_NAME: usize = 512;

/// Why a set of keys is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeySetError {
    /// It is not JSON of the right shape.
    #[error("the key set is not a JSON object with a list `keys`")]
    Malformed,
    /// It holds a secret, which has no business there.
    #[error("the key set holds a private or shared key; give the public keys alone")]
    Secret,
    /// None of its keys can be used.
    #[error("the key set has no key for RS256 (2048 bits or more), ES256 or EdDSA (Ed25519)")]
    NoKey,
}

/// The public keys of an issuer.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<PublicKey>);

/// One of them: its name, and what it checks signatures with.
#[derive(Debug, Clone)]
pub(super) struct PublicKey {
    name: Option<String>,
    material: Material,
}

/// A key and its family. Which algorithm it is for follows from it and from nothing else.
#[derive(Debug, Clone)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

#[derive(Deserialize)]
struct Written {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct WrittenKey {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<Value>,
    k: Option<Value>,
}

impl KeySet {
    /// Reads a key set. Keys of other kinds, for other purposes or of too few bits are passed over, as issuers show
    /// several kinds.
    ///
    /// # Errors
    /// When it is malformed, holds a secret, or none of its keys can be used.
    pub fn read(bytes: &[u8]) -> Result<Self, KeySetError> {
        let written: Written = serde_json::from_slice(bytes).map_err(|_| KeySetError::Malformed)?;
        let mut keys = Vec::new();
        for key in written.keys.into_iter().take(MOST_KEYS) {
            let Ok(key) = serde_json::from_value::<WrittenKey>(key) else {
                continue;
            };
            if key.d.is_some() || key.k.is_some() || key.kty == "oct" {
                return Err(KeySetError::Secret);
            }
            keys.extend(key.read());
        }
        match keys.is_empty() {
            true => Err(KeySetError::NoKey),
            false => Ok(Self(keys)),
        }
    }

    /// The key that a token names. One that names none is checked by the only key of its algorithm; where there are
    /// several, it must say which.
    pub(super) fn choose(&self, algorithm: Algorithm, name: Option<&str>) -> Option<&PublicKey> {
        let mut fitting = self
            .0
            .iter()
            .filter(|key| key.material.algorithm() == algorithm)
            .filter(|key| name.is_none() || key.name.as_deref() == name);
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    }
}

impl WrittenKey {
    fn read(self) -> Option<PublicKey> {
        let for_signatures = self.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let may_verify = self
            .key_ops
            .is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
        if !for_signatures || !may_verify || self.kid.as_ref().is_some_and(|name| name.len() > LONGEST_NAME) {
            return None;
        }
        let material = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", None) => {
                let modulus = number(&self.n?)?;
                // ring refuses shorter ones too, but only when a signature is checked.
                (modulus.len() >= 256).then_some(Material::Rsa {
                    modulus,
                    exponent: number(&self.e?)?,
                })?
            }
            ("EC", Some("P-256")) => {
                let (x, y) = (coordinate(&self.x?)?, coordinate(&self.y?)?);
                // The point uncompressed, as SEC 1 writes it.
                Material::P256([&[4], x.as_slice(), y.as_slice()].concat())
            }
            ("OKP", Some("Ed25519")) => Material::Ed25519(coordinate(&self.x?)?),
            _ => return None,
        };
        let told = self.alg.as_deref();
        if told.is_some_and(|told| Algorithm::parse(told) != Some(material.algorithm())) {
            return None;
        }
        Some(PublicKey {
            name: self.kid,
            material,
        })
    }
}

/// A number of any length, without leading zeros.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let bytes: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
    (!bytes.is_empty()).then_some(bytes)
}

/// A coordinate of a curve of 256 bits.
fn coordinate(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    (bytes.len() == 32).then_some(bytes)
}

impl Material {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa { .. } => Algorithm::Rs256,
            Self::P256(_) => Algorithm::Es256,
            Self::Ed25519(_) => Algorithm::EdDsa,
        }
    }
}

impl PublicKey {
    /// Whether this key's owner signed the text.
    pub(super) fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        let checked = match &self.material {
            Material::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, text, signature),
            Material::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(text, signature)
            }
            Material::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point).verify(text, signature),
        };
        checked.is_ok()
    }
}
