//! `tandem export`: the catalogue into files.

use std::io::Write;
use std::path::PathBuf;

use super::destination::Destination;
use super::{ExitStatus, database};
use crate::config::{DatabaseArgs, EncoderArgs};
use crate::exchange::written::{Layout, Writing, template};
use crate::progress::Progress;
use crate::service::export;
use crate::store;

/// Export projects to a file
///
/// Writes every project of the catalogue that was not taken out, one a row, with the columns that `tandem import
/// projects` reads. A file that is edited and imported again changes the projects it names by their ids; an empty cell
/// changes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportProjectsArgs {
    /// How the projects are written
    #[arg(long, value_enum, default_value = "csv")]
    pub format: Layout,
    /// Write to this file; "-" or none is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Write an empty file to fill in
///
/// The columns that `tandem import projects` reads, with an example; a workbook has a second sheet that says what each
/// column holds.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportTemplateArgs {
    /// How it is laid out: csv, jsonl or xlsx
    #[arg(long, value_enum, default_value = "xlsx")]
    pub format: Layout,
    /// Write to this file; "-" or none is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Writes a template.
///
/// # Errors
/// When it cannot be written, or there is none in that layout.
pub fn run_template(args: &ExportTemplateArgs, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let destination = Destination::open(args.out.as_deref())?;
    destination.fill(out, |out| Ok(template(args.format, out)?))?;
    Ok(ExitStatus::Done)
}

/// Exports the projects.
///
/// # Errors
/// When the file cannot be written or the database fails; then no file is left behind.
pub fn run(
    args: &ExportProjectsArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitStatus> {
    let destination = Destination::open(args.out.as_deref())?;
    let runtime = database::runtime()?;
    let app = runtime.block_on(database::open(&args.database, &EncoderArgs::default()))?;
    let mut written = 0_u64;
    let mut notes = Vec::new();
    destination.fill(out, |out| {
        let all = runtime.block_on(store::project::count(
            app.db.read(),
            &store::project::ProjectQuery::default(),
        ))?;
        let progress = Progress::new("exporting", all);
        let mut writing = Writing::begin(args.format, out)?;
        let mut after = None;
        loop {
            let page = runtime
                .block_on(export::page(&app, after))
                .map_err(database::cause)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            for (_, outgoing) in &page {
                writing.project(outgoing)?;
                written += 1;
            }
            progress.reach(written);
        }
        notes = writing.finish()?;
        Ok(())
    })?;
    runtime.block_on(app.db.close())?;
    for note in notes {
        writeln!(err, "{note}")?;
    }
    writeln!(err, "{written} projects written")?;
    Ok(ExitStatus::Done)
}
