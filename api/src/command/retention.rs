//! `tandem retention`: removing what was kept long enough, as a server does every hour.

use std::io::Write;

use super::{ExitStatus, database};
use crate::clock;
use crate::config::{DatabaseArgs, EncoderArgs, RetentionArgs};
use crate::service::privacy::retention::enforce;

/// Remove personal data that were kept long enough, as a server does every hour
#[derive(Debug, Clone, clap::Args)]
pub struct RetentionCommandArgs {
    /// For how long.
    #[command(flatten)]
    pub retention: RetentionArgs,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Removes it now, and says what.
///
/// # Errors
/// When the database cannot be used.
pub fn run(args: &RetentionCommandArgs, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let done = database::run("retention", async {
        let app = database::open(&args.database, &EncoderArgs::default()).await?;
        let done = enforce(&app, &args.retention.retention(), clock::now()).await;
        app.db.close().await?;
        done.map_err(database::cause)
    })?;
    if done.is_empty() {
        writeln!(out, "nothing was kept longer than it may be")?;
    }
    for (kind, rows) in done {
        writeln!(out, "{kind}: {rows} removed")?;
    }
    Ok(ExitStatus::Done)
}
