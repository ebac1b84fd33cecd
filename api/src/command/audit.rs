//! `tandem audit`: finding out whether anybody touched the log of who did what, and taking it elsewhere.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{anyhow, bail};

use super::destination::Destination;
use super::{ExitStatus, database};
use crate::config::DatabaseArgs;
use crate::service::audit::{self, Verdict};

/// Look at every entry of the audit log; status 1 and the first entry that is wrong when any was touched
#[derive(Debug, Clone, clap::Args)]
pub struct AuditVerifyArgs {
    /// An end of the log that was written down before, as this command prints it: the log must still hold it
    #[arg(long, value_name = "ENTRY:HASH", value_parser = noted)]
    pub head: Option<(i64, String)>,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Write the audit log as JSON Lines, the earliest entry first
#[derive(Debug, Clone, clap::Args)]
pub struct AuditExportArgs {
    /// Write to this file; "-" or none is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// The digits of a SHA-256 in hexadecimal.
const HASH_DIGITS: usize = 64;

fn noted(text: &str) -> Result<(i64, String), String> {
    let read = || {
        let (seq, hash) = text.split_once(':')?;
        let plain = hash.len() == HASH_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some((seq.parse().ok()?, plain.then(|| hash.to_ascii_lowercase())?))
    };
    read().ok_or_else(|| {
        "give an entry's number, a colon and its hash, as `tandem audit verify` prints them".to_owned()
    })
}

/// Looks at the whole log.
///
/// # Errors
/// When the database cannot be used.
pub fn verify(args: &AuditVerifyArgs, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let verdict = database::run("audit verify", async {
        let database = database::connect(&args.database).await?;
        if !database.is_current().await? {
            bail!("the database's tables are not up to date: run `tandem migrate`");
        }
        let verdict = audit::verify(&database, args.head.as_ref()).await;
        database.close().await?;
        verdict.map_err(database::cause)
    })?;
    match verdict {
        Verdict::Whole { entries, head } => {
            writeln!(
                out,
                "{entries} entries, none touched; the log ends at {entries}:{head}"
            )?;
            Ok(ExitStatus::Done)
        }
        Verdict::Broken { seq, why } => {
            writeln!(out, "the log is broken at entry {seq}: {why}")?;
            Ok(ExitStatus::Faulty)
        }
    }
}

/// Writes the whole log.
///
/// # Errors
/// When the file cannot be written or the database fails; then no file is left behind.
pub fn export(
    args: &AuditExportArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitStatus> {
    let destination = Destination::open(args.out.as_deref())?;
    let runtime = database::runtime()?;
    let database = runtime.block_on(database::connect(&args.database))?;
    let mut written = 0;
    destination.fill(out, |out| {
        // A reader that goes away is told apart from a database that fails.
        let mut broken = None;
        let write = |entry: serde_json::Value| {
            writeln!(out, "{entry}").map_err(|error| {
                broken = Some(error);
                anyhow!("the log could not be written")
            })
        };
        let done = runtime.block_on(audit::export(&database, write));
        if let Some(error) = broken {
            return Err(error.into());
        }
        written = done.map_err(database::cause)?;
        Ok(())
    })?;
    runtime.block_on(database.close())?;
    writeln!(err, "{written} entries written")?;
    Ok(ExitStatus::Done)
}
