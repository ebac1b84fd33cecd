//! `tandem migrate`.

use anyhow::Context as _;

use super::serve::say;
use super::{ExitStatus, database};
use crate::config::DatabaseArgs;

/// Brings the database's tables up to date.
///
/// # Errors
/// When the database cannot be opened or a migration fails; nothing of that migration stays.
pub fn run(args: &DatabaseArgs) -> anyhow::Result<ExitStatus> {
    database::run("migrate", async {
        let database = database::connect(args).await?;
        database.migrate().await.context("migrating the database")?;
        database.close().await.context("closing the database")?;
        say("the database is up to date");
        Ok(ExitStatus::Done)
    })
}
