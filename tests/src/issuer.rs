//! People with tokens: a server that trusts an issuer whose key the test holds.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tandem::issuer::Signer;

use crate::Server;
use crate::database::{Database, Fixture};

/// Who vouches for people in tests; nobody asks this address for anything.
pub const ISSUER: &str = "https://issuer.example";
/// For whom the tokens are.
pub const AUDIENCE: &str = "tandem-test";

/// A server that takes tokens, and the key that signs them.
#[derive(Debug)]
pub struct SignIn {
    /// The server; it grants clocks no leeway.
    pub server: Server,
    /// The issuer's key.
    pub signer: Signer,
}

impl SignIn {
    /// What a good token claims of somebody, for ten minutes.
    pub fn claims(subject: &str) -> Value {
        json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "exp": seconds() + 600, "iat": seconds(), "name": format!("Person {subject}") })
    }

    /// A good token.
    pub fn token(&self, subject: &str) -> String {
        self.signer.token(&Self::claims(subject))
    }
}

/// The time of day in seconds since the beginning of 1970.
///
/// # Panics
/// Before 1970.
pub fn seconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("it is later than 1970").as_secs()
}

impl Fixture for SignIn {
    async fn on(database: Database) -> Self {
        let signer = Signer::of_seed([42; 32]).expect("a key");
        let keys = database.folder().join("keys.json");
        std::fs::write(&keys, signer.key_set().to_string()).expect("write the keys");
        let keys = keys.display().to_string();
        let settings = [
            "--oidc-issuer",
            ISSUER,
            "--oidc-audience",
            AUDIENCE,
            "--oidc-jwks",
            &keys,
            "--oidc-leeway",
            "0s",
        ];
        Self {
            server: Server::start_as(database, &settings).await,
            signer,
        }
    }
}
