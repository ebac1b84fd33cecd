//! `tandem doctor`: what is wrong, and how to mend it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{ExitStatus, database};
use crate::config::{self, Backend, DatabaseArgs, DatabaseUrl};
use crate::service::doctor::{self, Finding, State};

/// Say what is wrong and how to mend it; status 1 when anything is
#[derive(Debug, Clone, clap::Args)]
pub struct DoctorArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Less room than this, and writes may soon fail.
const LEAST_FREE_BYTES: u64 = 1 << 30;

/// Looks at everything that can be looked at.
///
/// # Errors
/// When what was found cannot be told.
pub fn run(args: &DoctorArgs, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let mut found = vec![settings()];
    let file = file_of(&args.database.database_url);
    let there = file.as_ref().is_none_or(|file| file.is_file());
    match there {
        true => found.extend(database::run("doctor", examined(args))?),
        false => found.push(Finding::wrong(
            "database",
            State::Ill,
            format!("{} is not there", args.database.database_url),
            "name it by --database-url or DATABASE_URL; `tandem serve` makes a new one",
        )),
    }
    if let Some(file) = &file {
        found.push(disk(file));
    }
    for finding in &found {
        let word = match finding.state {
            State::Well => "well",
            State::Odd => "ODD ",
            State::Ill => "ILL ",
        };
        writeln!(out, "{word}  {}: {}", finding.part, finding.what).context("writing what was found")?;
        if !finding.mend.is_empty() {
            writeln!(out, "      → {}", finding.mend).context("writing what was found")?;
        }
    }
    Ok(match found.iter().all(|finding| finding.state == State::Well) {
        true => ExitStatus::Done,
        false => ExitStatus::Faulty,
    })
}

fn settings() -> Finding {
    let unknown = config::unknown_variables();
    match unknown.is_empty() {
        true => Finding::well("settings", "every variable of the environment is known"),
        false => Finding::wrong(
            "settings",
            State::Odd,
            format!("the environment sets what is no setting: {}", unknown.join(", ")),
            "correct the names; `tandem serve --help` has them all",
        ),
    }
}

async fn examined(args: &DoctorArgs) -> anyhow::Result<Vec<Finding>> {
    let shown = args.database.database_url.to_string();
    let unreachable = |error: anyhow::Error| {
        // The cause can repeat the address, and with it a password.
        tracing::debug!(cause = format!("{error:#}"), "the database cannot be reached");
        let mend = "make sure that it runs, that its address is right and that this user may use it";
        vec![Finding::wrong(
            "database",
            State::Ill,
            format!("{shown} cannot be reached"),
            mend,
        )]
    };
    let database = match database::connect(&args.database).await {
        Ok(database) => database,
        Err(error) => return Ok(unreachable(error)),
    };
    let mut found = vec![Finding::well("database", format!("{shown} answers"))];
    let tables = doctor::tables(&database).await.map_err(database::cause)?;
    let current = tables.state == State::Well;
    found.push(tables);
    if current {
        found.extend(doctor::examine(&database).await.map_err(database::cause)?);
    }
    database.close().await?;
    Ok(found)
}

/// The file of a SQLite database.
fn file_of(url: &DatabaseUrl) -> Option<PathBuf> {
    if url.backend() != Ok(Backend::Sqlite) {
        return None;
    }
    let bare = url.to_string();
    let file = bare.strip_prefix("sqlite:")?;
    Some(PathBuf::from(file.strip_prefix("//").unwrap_or(file)))
}

#[cfg(unix)]
fn disk(file: &Path) -> Finding {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let told = rustix::fs::statvfs(folder.unwrap_or(Path::new(".")));
    let Ok(told) = told else {
        return Finding::wrong(
            "disk",
            State::Odd,
            "how full it is cannot be told",
            "look at it with df",
        );
    };
    let free = told.f_bavail.saturating_mul(told.f_frsize);
    let used = file.metadata().map_or(0, |file| file.len());
    let what = format!("{} MB free, the database has {} MB", free >> 20, used >> 20);
    match free < LEAST_FREE_BYTES.max(used) {
        true => Finding::wrong(
            "disk",
            State::Odd,
            what,
            "make room: a backup or a migration needs about as much again",
        ),
        false => Finding::well("disk", what),
    }
}

#[cfg(not(unix))]
fn disk(_file: &Path) -> Finding {
    Finding::well("disk", "not looked at on this system")
}
