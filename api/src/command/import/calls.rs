//! `tandem import calls`: funding calls from files into the catalogue.

use std::io::Write;
use std::path::PathBuf;

use crate::access::Viewer;
use crate::command::intake::Complaints;
use crate::command::{ExitStatus, FileArgs, database};
use crate::config::{DatabaseArgs, EncoderArgs};
use crate::exchange::calls;
use crate::service::funding::import::{self, BATCH, Tally};

/// So many remarks on rows are shown; the rest are counted.
const SHOWN: usize = 20;

/// Import funding calls from a file
///
/// Reads CSV, XLSX and JSON, found out by content. Columns are found by their names: id, title, description, funder,
/// url, topics, opens, closes, timeZone, purse, leastGrant, mostGrant, mostGrantEach, fewestPartners, mostPartners,
/// mostLed, leadKinds, memberKinds, nations, phases, themes, nationQuotas (`Wales=1`) and matchRates (`LOCAL_AUTHORITY=25`);
/// --map names others. Lists are parted by semicolons. Importing a file again changes nothing but calls that say
/// something else.
///
/// Ends with status 0 when done, 1 when done but rows were refused, 2 when it could not be done.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportCallsArgs {
    /// The file; "-" is standard input
    pub file: PathBuf,
    /// What the source is called in the catalogue; the same name and id mean the same call
    /// [default: the file's name]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Say what would be created, changed and left; and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How the file is read.
    #[command(flatten)]
    pub input: FileArgs,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Imports a file of funding calls.
///
/// # Errors
/// When the file cannot be read or the database fails; batches that were written stay.
pub fn run(args: &ImportCallsArgs, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let reading = calls::open(&args.file, &args.input.options(false))?;
    let source = args.source.clone().unwrap_or_else(|| super::name(&args.file));
    let source = import::source_name(&source).map_err(database::cause)?;
    let mut complaints = Complaints::new(&args.input)?;
    let title = args.file.display().to_string();
    let (mut tally, mut remarks, mut rows_refused) = (Tally::default(), Vec::new(), 0);
    database::run("import calls", async {
        let app = database::open(&args.database, &EncoderArgs::default()).await?;
        let operator = Viewer::operator();
        let mut batch = Vec::with_capacity(BATCH);
        let mut reading = reading.peekable();
        while let Some(row) = reading.next() {
            let row = row?;
            for problem in &row.problems {
                complaints.take(&title, problem, err)?;
            }
            match row.record {
                Some(record) => batch.push((row.line, record)),
                None => rows_refused += 1,
            }
            if batch.len() == BATCH || reading.peek().is_none() {
                let rows = std::mem::take(&mut batch);
                let told = import::batch(&app, &operator, &source, rows, args.dry_run, &mut tally).await;
                remarks.extend(told.map_err(database::cause)?);
            }
        }
        app.db.close().await?;
        anyhow::Ok(())
    })?;
    complaints.finish(err)?;
    for remark in remarks.iter().take(SHOWN) {
        let end = if remark.refused { " (row refused)" } else { "" };
        writeln!(
            err,
            "{title}, line {}, {}: {}{end}",
            remark.line, remark.field, remark.message
        )?;
    }
    if remarks.len() > SHOWN {
        writeln!(err, "… and {} more remarks", remarks.len() - SHOWN)?;
    }
    let refused = tally.refused + rows_refused;
    let would = if args.dry_run { "would be " } else { "" };
    writeln!(
        err,
        "funding calls {would}created: {}, changed: {}, unchanged: {}, refused: {refused}",
        tally.created, tally.changed, tally.unchanged
    )?;
    Ok(match refused {
        0 => ExitStatus::Done,
        _ => ExitStatus::RowsRefused,
    })
}
