//! What strangers may ask, and how much anybody may.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::values::{self, Points};
use crate::graphql::limits::Limits;
use crate::http::{AllowanceSettings, DocumentSettings, Introspection, TrustedDocuments};

/// What strangers may ask, and how much anybody may.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Safety")]
pub struct SafetyArgs {
    /// Points a minute for an address without a credential, or `off`; a field costs a point, a list as many as it may have
    #[arg(
        long,
        env = "TANDEM_RATE_LIMIT_STRANGERS",
        value_name = "POINTS",
        default_value = "600000"
    )]
    pub rate_limit_strangers: Points,
    /// Points a minute for an account, whichever of its keys and tokens it shows, or `off`
    #[arg(
        long,
        env = "TANDEM_RATE_LIMIT_KNOWN",
        value_name = "POINTS",
        default_value = "6000000"
    )]
    pub rate_limit_known: Points,
    /// Operations that one client may have under way at once
    #[arg(long, env = "TANDEM_MAX_OPERATIONS", value_name = "COUNT", default_value = "64",
          value_parser = values::count)]
    pub max_operations: usize,
    /// WebSocket connections that one address may have open at once
    #[arg(long, env = "TANDEM_MAX_SOCKETS_PER_ADDRESS", value_name = "COUNT", default_value = "100",
          value_parser = values::count)]
    pub max_sockets_per_address: usize,
    /// Believe the last address of `X-Forwarded-For`: only behind a proxy that writes it
    #[arg(long, env = "TANDEM_TRUST_FORWARDED", value_name = "BOOL", default_value_t = false,
          default_missing_value = "true", num_args = 0..=1, require_equals = true, action = ArgAction::Set)]
    pub trust_forwarded: bool,
    /// Trusted documents, which clients name by `documentId` or their SHA-256: a manifest (JSON), or a folder of `.graphql`
    /// files
    #[arg(long, env = "TANDEM_DOCUMENTS", value_name = "PATH")]
    pub documents: Option<PathBuf>,
    /// Run no other documents for whoever shows no credential
    #[arg(long, env = "TANDEM_DOCUMENTS_ONLY", value_name = "BOOL", default_value_t = false,
          default_missing_value = "true", num_args = 0..=1, require_equals = true, action = ArgAction::Set,
          requires_if("true", "documents"))]
    pub documents_only: bool,
    /// Who may ask what the schema has, by introspection and at `/schema.graphql`
    #[arg(long, env = "TANDEM_INTROSPECTION", value_enum, default_value = "everyone")]
    pub introspection: Introspection,
}

impl SafetyArgs {
    /// How much one client may ask.
    pub(super) fn allowances(&self) -> AllowanceSettings {
        let (Points(strangers), Points(known)) = (self.rate_limit_strangers, self.rate_limit_known);
        AllowanceSettings {
            strangers,
            known,
            operations: self.max_operations,
            sockets: self.max_sockets_per_address,
        }
    }

    /// Which documents are run.
    ///
    /// # Errors
    /// When one of them cannot be taken.
    pub fn documents(&self, limits: &Limits) -> anyhow::Result<DocumentSettings> {
        let read = |path: &PathBuf| TrustedDocuments::read(path, limits);
        Ok(DocumentSettings {
            trusted: self.documents.as_ref().map(read).transpose()?,
            only: self.documents_only,
        })
    }
}
