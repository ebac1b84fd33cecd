//! `tandem issuer`: signing in, tried out on one's own machine.

use std::net::SocketAddr;

use anyhow::Context as _;

use super::{ExitStatus, database, serve};
use crate::issuer::{self, Signer};

/// Give out tokens for trying sign-in out on this machine; never for anything that matters
#[derive(Debug, Clone, clap::Args)]
pub struct IssuerArgs {
    /// Address and port to listen on, on loopback; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9090", value_parser = crate::config::loopback_address)]
    pub bind: SocketAddr,
    /// For whom the tokens are, as `--oidc-audience` of the server has it
    #[arg(long, value_name = "AUDIENCE", default_value = "tandem")]
    pub audience: String,
}

/// Serves until a signal says stop.
///
/// # Errors
/// When the address is not this machine's own or cannot be bound.
pub fn run(args: &IssuerArgs) -> anyhow::Result<ExitStatus> {
    database::runtime()?.block_on(async {
        let (address, server) =
            issuer::serve(args.bind, &args.audience, Signer::make()?).context("starting the issuer")?;
        serve::say(&format!(
            "The development issuer listens on {address}: whoever asks there is whoever they say.\n  \
             Server: tandem serve --oidc-issuer {address} --oidc-audience {}\n  \
             A token: curl --data 'subject=ada&name=Ada Lovelace' {address}/token   Stop with Ctrl-C.",
            args.audience
        ));
        server.await.context("serving")?;
        Ok(ExitStatus::Done)
    })
}
