//! The key that the development issuer signs with.

use anyhow::anyhow;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

/// An Ed25519 key and its name.
pub struct Signer {
    key: Ed25519KeyPair,
    name: String,
}

impl Signer {
    /// Makes a key from the system's random numbers.
    ///
    /// # Errors
    /// When the system has none.
    pub fn make() -> anyhow::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Self::of_seed(seed)
    }

    /// The key of a seed: the same for the same seed, and so for tests alone.
    ///
    /// # Errors
    /// Never for a seed of this length; the library cannot know that.
    pub fn of_seed(seed: [u8; 32]) -> anyhow::Result<Self> {
        let key = Ed25519KeyPair::from_seed_unchecked(&seed)
            .map_err(|error| anyhow!("making the issuer's key: {error}"))?;
        let name = URL_SAFE_NO_PAD.encode(key.public_key()).chars().take(8).collect();
        Ok(Self { key, name })
    }

    /// The key's name, as tokens and the key set have it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What everybody may know of the key, as a JSON Web Key.
    #[must_use]
    pub fn public_key(&self) -> Value {
        let point = URL_SAFE_NO_PAD.encode(self.key.public_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.name, "x": point })
    }

    /// The set with this one key.
    #[must_use]
    pub fn key_set(&self) -> Value {
        json!({ "keys": [self.public_key()] })
    }

    /// A token that claims this.
    #[must_use]
    pub fn token(&self, claims: &Value) -> String {
        self.signed(&json!({ "alg": "EdDSA", "kid": self.name, "typ": "JWT" }), claims)
    }

    /// A token with a header of one's own, be it sense or nonsense.
    #[must_use]
    pub fn signed(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(text.as_bytes()));
        format!("{text}.{signature}")
    }
}

/// Secrets are not shown, in logs or anywhere.
impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
