//! `tandem import`: files into the catalogue.

pub mod calls;
pub mod jobs;
mod told;

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::intake::Complaints;
use super::{ExitStatus, FileArgs, database};
use crate::config::{DatabaseArgs, EncoderArgs};
use crate::exchange::projects::{self, ReadOptions, Reading, Row};
use crate::live::Silent;
use crate::progress::Progress;
use crate::service::App;
use crate::service::import_job::{self, BATCH, COMMAND_LINE, FileFacts, Options, Preview, Running};
use crate::store;
use told::Told;

/// Import projects from a file
///
/// Reads CSV (any separator, UTF-8 or Windows-1252), XLSX, JSON, 360Giving (JSON, CSV) and IATI (XML), found out
/// by content. Columns are found by their names; --map names others. Rows that cannot be read are reported by line and field and left out, the
/// others are kept. Importing a file again changes nothing; a record whose content changed is changed in the
/// catalogue too, unless somebody has edited it there.
///
/// The file is written in batches, each whole or not at all. If that stops in the middle, the same command goes
/// on where it stopped. `tandem import list` names every import, `tandem import undo` takes one back.
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
    /// Say what would be created, changed with which fields, and left; and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How the file is read.
    #[command(flatten)]
    pub input: FileArgs,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Leave looking for overlaps to the next server that runs on this database
    #[arg(long)]
    pub no_overlaps: bool,
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
    let mut opened = Opened::open(&args.file, &options, Complaints::new(&args.input)?)?;
    database::run("import projects", async {
        let app = database::open(&args.database, &args.encoder).await?;
        let source = args.source.clone().unwrap_or_else(|| name(&args.file));
        let status = if args.dry_run {
            look(&app, &source, opened, err).await?
        } else {
            let facts = opened.facts(&args.file, source, &options)?;
            let running = import_job::begin(&app, facts).await.map_err(database::cause)?;
            opened.resumes(&running, err)?;
            write(&app, running, opened, args.no_overlaps, err).await?
        };
        app.db.close().await?;
        Ok(status)
    })
}

/// A file that is being read, and what was wrong with it so far.
struct Opened {
    title: String,
    reading: Reading,
    complaints: Complaints,
}

impl Opened {
    fn open(file: &Path, options: &ReadOptions, complaints: Complaints) -> anyhow::Result<Self> {
        Ok(Self {
            title: file.display().to_string(),
            reading: projects::open(file, options)?,
            complaints,
        })
    }

    fn facts(&mut self, file: &Path, source: String, options: &ReadOptions) -> anyhow::Result<FileFacts> {
        Ok(FileFacts {
            source,
            file_name: file.file_name().map(|name| name.to_string_lossy().into_owned()),
            format: self.reading.format(),
            options: Options::of(options),
            content_hash: hash(file)?,
            size_bytes: self.reading.size(),
            notes: self.reading.notes(),
            by: COMMAND_LINE.to_owned(),
        })
    }

    fn resumes(&self, running: &Running, err: &mut dyn Write) -> anyhow::Result<()> {
        let done = running.job.rows_done;
        if done > 0 {
            writeln!(
                err,
                "{}: going on after row {done}, where import {} stopped",
                self.title,
                jobs::shown(running.job.id)
            )?;
        }
        Ok(())
    }

    /// Reads the file to its end and gives it on in batches.
    async fn each_batch(
        &mut self,
        what: &'static str,
        err: &mut dyn Write,
        mut take: impl AsyncFnMut(Vec<Row>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for note in self.reading.notes() {
            writeln!(err, "{}: {note}", self.title)?;
        }
        let progress = Progress::new(what, self.reading.size().unwrap_or(0));
        let mut batch: Vec<Row> = Vec::with_capacity(BATCH);
        while let Some(row) = self.reading.next() {
            let row = row?;
            for problem in &row.problems {
                self.complaints.take(&self.title, problem, err)?;
            }
            batch.push(row);
            progress.reach(self.reading.position());
            if batch.len() == BATCH {
                take(std::mem::take(&mut batch)).await?;
            }
        }
        take(batch).await
    }
}

/// Says what a file would do.
async fn look(
    app: &App,
    source: &str,
    mut opened: Opened,
    err: &mut dyn Write,
) -> anyhow::Result<ExitStatus> {
    let mut preview = Preview::new(source);
    let mut told = Told::default();
    let read = opened.each_batch("looking", err, async |rows| {
        let results = preview.batch(app, rows).await.map_err(database::cause)?;
        told.take(&results);
        Ok(())
    });
    read.await?;
    opened.complaints.finish(err)?;
    told.strays(&preview.strays());
    told.changes(err)?;
    told.problems(err)?;
    Told::counts(&preview.tally(), true, err)?;
    Ok(status(preview.tally().refused))
}

/// Writes a file, batch by batch.
async fn write(
    app: &App,
    mut running: Running,
    mut opened: Opened,
    no_overlaps: bool,
    err: &mut dyn Write,
) -> anyhow::Result<ExitStatus> {
    let mut told = Told::default();
    let title = opened.title.clone();
    let read = opened.each_batch("importing", err, async |rows| {
        let results = running.batch(app, rows).await.map_err(database::cause)?;
        told.take(&results);
        Ok(())
    });
    if let Err(error) = read.await {
        if error.is::<projects::ReadError>() {
            // Where the file lies is for whoever is at this terminal only.
            let bare = running.job.file_name.clone().unwrap_or_default();
            let why = error.to_string().replace(&title, &bare);
            running.fail(app, why).await.map_err(database::cause)?;
        }
        return Err(error);
    }
    let (job, strays) = running.finish(app).await.map_err(database::cause)?;
    told.strays(&strays);
    let overlaps = match no_overlaps {
        true => None,
        false => Some(look_for_overlaps(app).await?),
    };
    opened.complaints.finish(err)?;
    told.problems(err)?;
    Told::counts(&import_job::tally_of(&job), false, err)?;
    if let Some(overlaps) = overlaps {
        writeln!(err, "{overlaps} overlaps stand in the catalogue")?;
    }
    if job.created + job.changed > 0 {
        let id = jobs::shown(job.id);
        writeln!(
            err,
            "this was import {id}; `tandem import undo {id} --reason …` takes it back"
        )?;
    }
    Ok(status(job.refused))
}

fn status(refused: i64) -> ExitStatus {
    match refused {
        0 => ExitStatus::Done,
        _ => ExitStatus::RowsRefused,
    }
}

/// Looks for overlaps of what changed; returns how many findings stand.
async fn look_for_overlaps(app: &App) -> anyhow::Result<u64> {
    app.live
        .load(&app.db, Arc::new(Silent))
        .await
        .map_err(database::cause)?;
    Ok(store::overlap::count(app.db.read(), &store::overlap::OverlapQuery::default()).await?)
}

/// What a file's content is known by; `None` for what cannot be read twice.
fn hash(file: &Path) -> anyhow::Result<Option<String>> {
    let cannot = || format!("cannot read {}", file.display());
    if file.as_os_str() == "-" || !std::fs::metadata(file).with_context(cannot)?.is_file() {
        return Ok(None);
    }
    let mut bytes = File::open(file).with_context(cannot)?;
    let (mut digest, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = bytes.read(&mut buffer).with_context(cannot)?;
        if read == 0 {
            break;
        }
        digest.update(buffer.get(..read).unwrap_or_default());
    }
    let digest = digest.finalize();
    Ok(Some(digest.iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// What a file is called as a source: its name without folder and ending.
fn name(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| stem != "-")
        .unwrap_or_else(|| "standard input".to_owned())
}
