//! The command line and the environment: the one place where either is read.
//!
//! Every setting is a flag with a default, most can come from an environment variable too, and `--help`
//! shows all three. A flag wins over the environment.

mod database;
mod identity;
mod retention;
mod safety;
mod server;
mod values;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::command::audit::{AuditExportArgs, AuditVerifyArgs};
use crate::command::backup::{BackupArgs, RestoreArgs};
use crate::command::calibrate::CalibrateArgs;
use crate::command::check::CheckArgs;
use crate::command::doctor::DoctorArgs;
use crate::command::export::{ExportProjectsArgs, ExportTemplateArgs};
use crate::command::import::ImportProjectsArgs;
use crate::command::import::calls::ImportCallsArgs;
use crate::command::import::jobs::{ImportListArgs, ImportResumeArgs, ImportUndoArgs};
use crate::command::issuer::IssuerArgs;
use crate::command::key::{KeyCreateArgs, KeyListArgs, KeyRevokeArgs};
use crate::command::link::LinkArgs;
use crate::command::retention::RetentionCommandArgs;
use crate::command::scan::ScanArgs;
pub use database::{Backend, DatabaseArgs, DatabaseUrl, DatabaseUrlError};
pub use identity::OidcArgs;
pub use retention::RetentionArgs;
pub use safety::SafetyArgs;
pub use server::{DemoArgs, ServeArgs, ServerArgs};
pub use values::loopback_address;

/// Finds local-government projects that overlap, says why, and turns an overlap into a partner.
///
/// Without a command, `tandem demo` is meant: it loads real projects of UK councils, reports where they
/// overlap, and serves the GraphQL API over them.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "tandem",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to log, and how.
    #[command(flatten)]
    pub logging: LogArgs,
    /// What to do; [`Cli::read`] fills in the demonstration.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can be asked to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Load the demonstration catalogue, report its overlaps, then serve
    Demo(DemoArgs),
    /// Serve the GraphQL API, migrating the database first
    Serve(ServeArgs),
    /// Bring records of a file into the catalogue
    #[command(subcommand)]
    Import(ImportCommand),
    /// Write the catalogue's records to a file
    #[command(subcommand)]
    Export(ExportCommand),
    /// Find every overlap within a file; no server, no database
    Scan(ScanArgs),
    /// Find the overlaps between two files
    Link(LinkArgs),
    /// Check each draft of a file against a catalogue
    Check(CheckArgs),
    /// Fit the scores to what reviewers decided
    Calibrate(CalibrateArgs),
    /// Print the GraphQL schema
    Schema,
    /// Make, list and revoke the keys that programs and people are let in by
    #[command(subcommand)]
    Key(KeyCommand),
    /// Give out tokens for trying sign-in out on this machine; never for anything that matters
    Issuer(IssuerArgs),
    /// Bring the database to the newest version and stop
    Migrate(DatabaseArgs),
    /// Write the whole database to a file, while it is in use
    Backup(BackupArgs),
    /// Make the database what a backup says
    Restore(RestoreArgs),
    /// Say what is wrong, and how to mend it
    Doctor(DoctorArgs),
    /// Look after the log of who changed what and who looked at what is not public
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Remove personal data that were kept long enough
    Retention(RetentionCommandArgs),
}

/// What reads texts as a whole.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Matching")]
pub struct EncoderArgs {
    /// Folder of a sentence encoder (as `script/encoder` fetches it), which makes matching more accurate and
    /// slower; without it texts are compared by their words
    #[arg(long, env = "TANDEM_ENCODER", value_name = "DIRECTORY")]
    pub encoder: Option<PathBuf>,
}

/// What can be imported.
#[derive(Clone, Debug, Subcommand)]
pub enum ImportCommand {
    /// Import projects from a file
    Projects(ImportProjectsArgs),
    /// Import funding calls from a file
    Calls(ImportCallsArgs),
    /// List the imports, the latest first
    List(ImportListArgs),
    /// Take an import back
    Undo(ImportUndoArgs),
    /// Go on with an import that stopped in the middle
    Resume(ImportResumeArgs),
}

/// What can be done with keys.
#[derive(Clone, Debug, Subcommand)]
pub enum KeyCommand {
    /// Let somebody in: make an account with its roles, and a key that is printed once
    Create(KeyCreateArgs),
    /// List accounts, their roles and their keys
    List(KeyListArgs),
    /// Take a key back at once
    Revoke(KeyRevokeArgs),
}

/// What can be done with the audit log.
#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Look at every entry; status 1 and the first that is wrong when any was touched
    Verify(AuditVerifyArgs),
    /// Write every entry as JSON Lines
    Export(AuditExportArgs),
}

/// What can be exported.
#[derive(Clone, Debug, Subcommand)]
pub enum ExportCommand {
    /// Export projects to a file
    Projects(ExportProjectsArgs),
    /// Write an empty file to fill in
    Template(ExportTemplateArgs),
}

/// What to log, and how. Logs go to standard error.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Logging")]
pub struct LogArgs {
    /// What to log: a level, or levels by module such as `info,tandem=debug`
    #[arg(
        long,
        global = true,
        env = "TANDEM_LOG",
        value_name = "FILTER",
        default_value = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,actix_server=warn"
    )]
    pub log: String,
    /// How log lines look; `auto` is `pretty` on a terminal and `json` elsewhere
    #[arg(
        long,
        global = true,
        env = "TANDEM_LOG_FORMAT",
        value_enum,
        default_value = "auto"
    )]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl Cli {
    /// Reads the process's arguments and environment. Prints what is wrong and ends the process when they
    /// make no sense, as it does for `--help`.
    pub fn read() -> Self {
        Self::from_arguments(std::env::args_os()).unwrap_or_else(|error| error.exit())
    }

    /// Reads `arguments`, the program's name first. Without a command the demonstration is meant.
    ///
    /// # Errors
    /// When an argument or a variable is unknown or has no meaning, and for `--help` and `--version`.
    pub fn from_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut arguments: Vec<OsString> = arguments.into_iter().collect();
        let cli = Self::try_parse_from(&arguments)?;
        if cli.command.is_some() {
            return Ok(cli);
        }
        arguments.push("demo".into());
        Self::try_parse_from(arguments)
    }
}

/// Whether output may be coloured, by the convention of <https://no-color.org>.
pub fn may_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Variables of the environment that look like settings of this program and are none: misspellings, most
/// likely.
pub fn unknown_variables() -> Vec<String> {
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    unknown_among(set)
}

fn unknown_among(set: impl Iterator<Item = String>) -> Vec<String> {
    let mut known = BTreeSet::new();
    collect_variables(&Cli::command(), &mut known);
    set.filter(|name| name.starts_with("TANDEM_") && !name.starts_with("TANDEM_TEST_"))
        .filter(|name| !known.contains(name))
        .collect()
}

fn collect_variables(command: &clap::Command, known: &mut BTreeSet<String>) {
    let variables = command.get_arguments().filter_map(clap::Arg::get_env);
    known.extend(variables.map(|name| name.to_string_lossy().into_owned()));
    for inner in command.get_subcommands() {
        collect_variables(inner, known);
    }
}

#[cfg(test)]
mod tests;
