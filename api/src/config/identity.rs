//! Who vouches for people.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values;
use crate::access::token::Expected;
use crate::service::account::tokens::{self, Keys, Tokens};

/// Who vouches for people: an OpenID Connect issuer, whose tokens are taken beside API keys.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Sign-in")]
pub struct OidcArgs {
    /// The issuer whose tokens let people in, exactly as the tokens have it, such as `https://login.example/realm`
    #[arg(long, env = "TANDEM_OIDC_ISSUER", value_name = "URL", requires = "oidc_audience", value_parser = tokens::issuer)]
    pub oidc_issuer: Option<String>,
    /// For whom the tokens must be: what this server is registered as with the issuer
    #[arg(
        long,
        env = "TANDEM_OIDC_AUDIENCE",
        value_name = "AUDIENCE",
        requires = "oidc_issuer"
    )]
    pub oidc_audience: Option<String>,
    /// File with the issuer's public keys (a JWK set), for servers that cannot reach it [default: its discovery document
    /// says where they are]
    #[arg(long, env = "TANDEM_OIDC_JWKS", value_name = "FILE", requires = "oidc_issuer")]
    pub oidc_jwks: Option<PathBuf>,
    /// How far the issuer's clock and this one may differ, at most 5m
    #[arg(long, env = "TANDEM_OIDC_LEEWAY", value_name = "DURATION", default_value = "30s", value_parser = values::leeway)]
    pub oidc_leeway: Duration,
}

impl OidcArgs {
    /// What reads the issuer's tokens; `None` where nobody vouches.
    ///
    /// # Errors
    /// When the file of keys cannot be used.
    pub fn tokens(&self) -> anyhow::Result<Option<Tokens>> {
        let (Some(issuer), Some(audience)) = (&self.oidc_issuer, &self.oidc_audience) else {
            return Ok(None);
        };
        let expected = Expected {
            issuer: issuer.clone(),
            audience: audience.clone(),
            leeway: self.oidc_leeway,
        };
        let keys = self.oidc_jwks.clone().map_or(Keys::Discovered, Keys::File);
        Tokens::new(expected, keys).map(Some)
    }
}
