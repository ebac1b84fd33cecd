//! The subcommands, one a file: its arguments, and what it does.

pub mod audit;
pub mod backup;
pub mod calibrate;
pub mod check;
mod database;
pub mod demo;
mod destination;
pub mod doctor;
pub mod export;
pub mod import;
mod intake;
pub mod issuer;
pub mod key;
pub mod link;
pub mod migrate;
pub mod pairs;
mod report;
pub mod retention;
pub mod scan;
mod schema;
pub mod serve;

use crate::config::{AuditCommand, Cli, Command, EncoderArgs, ExportCommand, ImportCommand, KeyCommand};
use crate::exchange::projects::{Format, ReadOptions};
use crate::exchange::to_matching::Resolver;
use crate::service::directory::Shipped;
use crate::service::reference;
use matching::Encoder;
use std::collections::HashMap;
use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{PoisonError, RwLock};

/// How a command ended that could do its work. One that could not returns an error, for which
/// the process ends with status 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Done: status 0.
    Done,
    /// Done, but rows were refused: status 1.
    RowsRefused,
    /// Done, and something was found that is not as it should be: status 1.
    Faulty,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Done => Self::SUCCESS,
            ExitStatus::RowsRefused | ExitStatus::Faulty => Self::from(1),
        }
    }
}

/// Does what the command line asks for.
///
/// # Errors
/// When it could not be done; the text is for the person at the terminal.
pub fn run(cli: Cli) -> anyhow::Result<ExitStatus> {
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let Some(command) = cli.command else {
        return Ok(ExitStatus::Done);
    };
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Calibrate(args) => calibrate::run(&args, &mut out),
        Command::Schema => schema::run(&mut out),
        Command::Migrate(args) => migrate::run(&args),
        Command::Audit(AuditCommand::Verify(args)) => audit::verify(&args, &mut out),
        Command::Audit(AuditCommand::Export(args)) => audit::export(&args, &mut out, &mut err),
        Command::Backup(args) => backup::write(&args, &mut err),
        Command::Restore(args) => backup::restore(&args, &mut err),
        Command::Doctor(args) => doctor::run(&args, &mut out),
        Command::Retention(args) => retention::run(&args, &mut out),
        Command::Key(KeyCommand::Create(args)) => key::create(&args, &mut out, &mut err),
        Command::Key(KeyCommand::List(args)) => key::list(&args, &mut out),
        Command::Key(KeyCommand::Revoke(args)) => key::revoke(&args, &mut err),
        Command::Issuer(args) => issuer::run(&args),
        Command::Import(ImportCommand::Projects(args)) => import::run(&args, &mut err),
        Command::Import(ImportCommand::Calls(args)) => import::calls::run(&args, &mut err),
        Command::Import(ImportCommand::List(args)) => import::jobs::list(&args, &mut out),
        Command::Import(ImportCommand::Undo(args)) => import::jobs::undo(&args, &mut err),
        Command::Import(ImportCommand::Resume(args)) => import::jobs::resume(&args, &mut err),
        Command::Export(ExportCommand::Projects(args)) => export::run(&args, &mut out, &mut err),
        Command::Export(ExportCommand::Template(args)) => export::run_template(&args, &mut out),
        Command::Scan(args) => over_files(&args.encoder, &mut out, &mut err, |around| {
            scan::run(&args, around)
        }),
        Command::Link(args) => over_files(&args.encoder, &mut out, &mut err, |around| {
            link::run(&args, around)
        }),
        Command::Check(args) => {
            let standing = || database::standing(&args.database, &args.encoder);
            over_files(&args.encoder, &mut out, &mut err, |around| {
                check::run(&args, Some(&standing), around)
            })
        }
    }
}

/// So many names are remembered with what they mean.
const MOST_REMEMBERED: usize = 100_000;

/// Runs a command that needs no database of its own, only the shipped names.
fn over_files(
    encoder: &EncoderArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
    work: impl FnOnce(Surroundings<'_>) -> anyhow::Result<ExitStatus>,
) -> anyhow::Result<ExitStatus> {
    let places = reference::places().map_err(database::cause)?;
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let shipped = Shipped::read()?;
    // A file names few bodies many times, and finding one costs most of a millisecond.
    let found: RwLock<HashMap<String, Option<String>>> = RwLock::default();
    let resolve = |name: &str| {
        if let Some(key) = found.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return key.clone();
        }
        let key = shipped.key(name);
        let mut found = found.write().unwrap_or_else(PoisonError::into_inner);
        if found.len() < MOST_REMEMBERED {
            found.insert(name.to_owned(), key.clone());
        }
        key
    };
    let encoder = database::load_encoder(encoder)?;
    work(Surroundings {
        places: &places,
        resolve: &resolve,
        encoder: encoder.as_ref(),
        out,
        err,
    })
}

/// What a command over files is given by whoever starts it.
pub struct Surroundings<'a> {
    /// Names of places and authorities that are no evidence in a text.
    pub places: &'a [&'a str],
    /// Finds what identifies the body of a name.
    pub resolve: Resolver<'a>,
    /// Reads texts as a whole, where one was named.
    pub encoder: Option<&'a Encoder>,
    /// Where results go that no file was named for.
    pub out: &'a mut dyn Write,
    /// Where people are told things.
    pub err: &'a mut dyn Write,
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("places", &self.places.len())
            .finish_non_exhaustive()
    }
}

/// How files are read.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FileArgs {
    /// Read the field OURS from the column THEIRS; may be given several times. Several columns
    /// for summary are put together
    #[arg(long = "map", value_name = "OURS=THEIRS", value_parser = mapping)]
    pub map: Vec<(String, String)>,
    /// What parts the cells; found out from the file if not given ("\t" for a tab)
    #[arg(long, value_name = "CHARACTER", value_parser = separator)]
    pub separator: Option<char>,
    /// How the file is laid out; found out from the file if not given
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write every row and value that could not be read to this CSV file
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
}

impl FileArgs {
    fn options(&self, several_files: bool) -> ReadOptions {
        ReadOptions {
            format: self.format,
            separator: self.separator,
            mapping: self.map.clone(),
            needs_summary: false,
            mapping_may_miss: several_files,
        }
    }
}

/// Which pairs are given out, and where.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PairArgs {
    /// Write the pairs to this CSV file; "-" or none is standard output
    #[arg(long, value_name = "PAIRS.csv")]
    pub out: Option<PathBuf>,
    /// Leave out pairs that score less than this, between 0 and 1; 0 gives all that were compared
    /// [default: the score at which a pair is flagged]
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub min_score: Option<f64>,
    /// Say why in a column of reasons
    #[arg(long)]
    pub explain: bool,
}

impl PairArgs {
    fn min_score(&self) -> f64 {
        self.min_score.unwrap_or(matching::Catalogue::FLAG_THRESHOLD)
    }
}

fn mapping(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((ours, theirs)) if !ours.trim().is_empty() && !theirs.trim().is_empty() => {
            Ok((ours.trim().to_owned(), theirs.trim().to_owned()))
        }
        _ => Err("give our field, an equals sign and the file's column, as in title=Project name".to_owned()),
    }
}

fn separator(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) => Ok(one),
        _ if matches!(text, "\\t" | "tab") => Ok('\t'),
        _ => Err("give one character, or \\t for a tab".to_owned()),
    }
}

fn score(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|score| (0.0..=1.0).contains(score))
        .ok_or_else(|| "give a number from 0 to 1".to_owned())
}

#[cfg(test)]
#[path = "command/tests.rs"]
mod tests;
