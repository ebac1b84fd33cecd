//! `tandem import`: files into the catalogue.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::intake::Complaints;
use super::{ExitStatus, FileArgs, database};
use crate::config::{DatabaseArgs, EncoderArgs};
use crate::exchange::projects::{self, Reading};
use crate::exchange::record::ProjectRecord;
use crate::live::Silent;
use crate::progress::Progress;
use crate::service::App;
use crate::service::import::{Import, Note};
use crate::store;

/// So many records are written at a time, whole or not at all.
const BATCH: usize = 500;

/// So many notes are shown; the rest are counted.
const SHOWN: usize = 20;

/// Import projects from a file
///
/// Reads CSV (any separator, UTF-8 or Windows-1252) and JSON, one record a row. Columns are found by their
/// names; --map names others. Rows that cannot be read are reported by line and field and left out, the
/// others are kept. Importing a file again changes nothing; a record whose content changed is changed in the
/// catalogue too, unless somebody has edited it there.
///
/// Ends with status 0 when done, 1 when done but rows were refused, 2 when it could not be done.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportProjectsArgs {
    /// The file; "-" is standard input
    pub file: PathBuf,
    /// What the source is called in the catalogue; the same name and record id mean the same record
    /// [default: the file's name]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Do everything, report it, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How the file is read.
    #[command(flatten)]
    pub input: FileArgs,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What reads texts as a whole.
    #[command(flatten)]
    pub encoder: EncoderArgs,
}

/// Imports a file of projects and looks for overlaps of what is new.
///
/// # Errors
/// When the file cannot be read or the database fails; batches that were written stay.
pub fn run(args: &ImportProjectsArgs, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let options = args.input.options(false);
    let reading = projects::open(&args.file, &options)?;
    let mut complaints = Complaints::new(&args.input)?;
    database::runtime()?.block_on(async {
        let app = database::open(&args.database, &args.encoder).await?;
        let mut import = Import::new(
            args.source.clone().unwrap_or_else(|| name(&args.file)),
            args.dry_run,
        );
        let refused = read(&app, args, reading, &mut import, &mut complaints, err).await?;
        let overlaps = if args.dry_run {
            None
        } else {
            Some(look_for_overlaps(&app).await?)
        };
        complaints.finish(err)?;
        report(&import, args.dry_run, refused, overlaps, err)?;
        app.db.close().await?;
        Ok(if refused + import.report().refused > 0 {
            ExitStatus::RowsRefused
        } else {
            ExitStatus::Done
        })
    })
}

async fn read(
    app: &App,
    args: &ImportProjectsArgs,
    mut reading: Reading,
    import: &mut Import,
    complaints: &mut Complaints,
    err: &mut dyn Write,
) -> anyhow::Result<usize> {
    let title = args.file.display().to_string();
    for note in reading.notes() {
        writeln!(err, "{title}: {note}")?;
    }
    let progress = Progress::new("importing", reading.size().unwrap_or(0));
    let mut refused = 0;
    let mut batch: Vec<ProjectRecord> = Vec::with_capacity(BATCH);
    while let Some(row) = reading.next() {
        let row = row?;
        for problem in &row.problems {
            complaints.take(&title, problem, err)?;
        }
        match row.record {
            Some(record) => batch.push(record),
            None => refused += 1,
        }
        progress.reach(reading.position());
        if batch.len() == BATCH {
            import
                .batch(app, std::mem::take(&mut batch))
                .await
                .map_err(database::cause)?;
        }
    }
    import.batch(app, batch).await.map_err(database::cause)?;
    Ok(refused)
}

/// Looks for overlaps of what changed; returns how many findings stand.
async fn look_for_overlaps(app: &App) -> anyhow::Result<u64> {
    app.live
        .load(&app.db, Arc::new(Silent))
        .await
        .map_err(database::cause)?;
    Ok(store::overlap::count(app.db.read(), &store::overlap::OverlapQuery::default()).await?)
}

fn report(
    import: &Import,
    dry_run: bool,
    refused: usize,
    overlaps: Option<u64>,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    let done = import.report();
    for Note {
        line,
        field,
        message,
        refused,
    } in done.notes.iter().take(SHOWN).chain(&done.recorded)
    {
        let end = if *refused { " (row refused)" } else { "" };
        writeln!(err, "line {line}, {field}: {message}{end}")?;
    }
    if let Some(more) = done
        .new_organisations
        .checked_sub(done.recorded.len())
        .filter(|more| *more > 0)
    {
        writeln!(err, "… and {more} more organisations that were not known")?;
    }
    if done.notes.len() > SHOWN {
        writeln!(err, "… and {} more notes of this kind", done.notes.len() - SHOWN)?;
    }
    let would = if dry_run { "would be " } else { "" };
    writeln!(
        err,
        "{} projects {would}created, {} changed, {} unchanged, {} rows refused; {} organisations {would}recorded by name",
        done.created,
        done.updated,
        done.unchanged,
        refused + done.refused,
        done.new_organisations
    )?;
    if let Some(overlaps) = overlaps {
        writeln!(err, "{overlaps} overlaps stand in the catalogue")?;
    }
    Ok(())
}

/// What a file is called as a source: its name without folder and ending.
fn name(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| stem != "-")
        .unwrap_or_else(|| "standard input".to_owned())
}
