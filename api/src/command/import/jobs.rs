//! `tandem import list`, `undo` and `resume`: imports that were begun before.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use entity::import_job::Model;
use entity::kinds::{ImportOutcome, ImportState, ImportUndo};
use uuid::Uuid;

use super::{Opened, hash, look_for_overlaps, status, write};
use crate::command::intake::Complaints;
use crate::command::{ExitStatus, FileArgs, database};
use crate::config::{DatabaseArgs, EncoderArgs};
use crate::graphql::id::{Kind, decode, encode};
use crate::service::import_job::{self, COMMAND_LINE, Options, Running};
use crate::service::{App, import};
use crate::store;
use crate::store::import::JobQuery;
use crate::store::page::Page;

/// So many projects that were left are named; the rest are counted.
const SHOWN: u64 = 20;

/// List the imports, the latest first
#[derive(Debug, Clone, clap::Args)]
pub struct ImportListArgs {
    /// How many, from 1 to 1000
    #[arg(long, value_name = "COUNT", default_value = "20", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub first: u64,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Take an import back
///
/// Projects that it created are taken out and leave a tombstone; projects that it changed say again what they said
/// before, as a new version. Those that somebody changed since are left as they are, and listed. An import that is
/// still being written is stopped first. Undoing again does nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportUndoArgs {
    /// The import, as `tandem import list` names it
    #[arg(value_name = "IMPORT", value_parser = parsed)]
    pub job: Uuid,
    /// Why; it is kept with every project concerned
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What reads texts as a whole.
    #[command(flatten)]
    pub encoder: EncoderArgs,
}

/// Go on with an import that stopped in the middle
///
/// It goes on exactly where it stopped. A file that came through the API is in the database; any other has to be named
/// again, and must be the very same.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportResumeArgs {
    /// The import, as `tandem import list` names it
    #[arg(value_name = "IMPORT", value_parser = parsed)]
    pub job: Uuid,
    /// The file, unless it came through the API
    pub file: Option<PathBuf>,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What reads texts as a whole.
    #[command(flatten)]
    pub encoder: EncoderArgs,
}

/// The import's id, as people are shown it.
pub(super) fn shown(id: Uuid) -> String {
    encode(Kind::Import, id).to_string()
}

fn parsed(text: &str) -> Result<Uuid, String> {
    match decode(text) {
        Some((Kind::Import, id)) => Ok(id),
        _ => Uuid::try_parse(text).map_err(|_| "give an id that `tandem import list` shows".to_owned()),
    }
}

/// Lists imports, one a line.
///
/// # Errors
/// When the database cannot be used.
pub fn list(args: &ImportListArgs, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    database::run("import list", async {
        let database = database::connect(&args.database).await?;
        if !database.is_current().await? {
            bail!("the database's tables are not up to date: run `tandem migrate`");
        }
        let page = Page::first(args.first);
        let jobs = store::import::list(database.read(), &JobQuery::default(), &page).await?;
        for job in &jobs.rows {
            writeln!(out, "{}", line(job))?;
        }
        if jobs.rows.is_empty() {
            writeln!(out, "nothing was imported yet")?;
        }
        database.close().await?;
        Ok(ExitStatus::Done)
    })
}

fn line(job: &Model) -> String {
    let undone = match job.state {
        ImportState::Undoing | ImportState::Undone => format!(
            "; {} taken out, {} restored, {} left",
            job.retired, job.restored, job.left_standing
        ),
        _ => String::new(),
    };
    let of = job.rows_total.map(|total| format!(" of {total}"));
    format!(
        "{}  {}  {:10}  {}: {}{} rows, {} created, {} changed, {} unchanged, {} refused{undone}",
        shown(job.id),
        job.created_at.format("%Y-%m-%d %H:%M"),
        job.state.as_str(),
        job.source,
        job.rows_done,
        of.unwrap_or_default(),
        job.created,
        job.changed,
        job.unchanged + job.kept,
        job.refused,
    )
}

/// Takes an import back, to its end.
///
/// # Errors
/// When there is no such import, it was not written, or the database fails.
pub fn undo(args: &ImportUndoArgs, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    database::run("import undo", async {
        let app = database::open(&args.database, &args.encoder).await?;
        let begun = import_job::undo(&app, args.job, &args.reason, COMMAND_LINE).await;
        begun.map_err(database::cause)?;
        let done = import_job::undo_through(&app, args.job).await;
        let job = done.map_err(database::cause)?;
        let overlaps = look_for_overlaps(&app).await?;
        left(&app, &job, err).await?;
        writeln!(
            err,
            "{} projects taken out, {} restored, {} left as they are\n{overlaps} overlaps stand in the catalogue",
            job.retired, job.restored, job.left_standing
        )?;
        app.db.close().await?;
        Ok(ExitStatus::Done)
    })
}

/// Names the projects that the undoing left.
async fn left(app: &App, job: &Model, err: &mut dyn Write) -> anyhow::Result<()> {
    if job.left_standing == 0 {
        return Ok(());
    }
    let touched = [ImportOutcome::Created, ImportOutcome::Changed];
    let (mut after, mut told) = (None, 0);
    while told < SHOWN {
        let rows = store::import::rows(app.db.read(), job.id, &touched, after, 500).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.number);
        for row in rows.iter().filter(|row| row.undo == Some(ImportUndo::Left)) {
            if told == SHOWN {
                break;
            }
            told += 1;
            let why = row.undo_note.as_deref().unwrap_or_default();
            writeln!(err, "line {}: “{}” was left: {why}", row.line, row.title)?;
        }
    }
    let more = job.left_standing - i64::try_from(told).unwrap_or(0);
    if more > 0 {
        writeln!(err, "… and {more} more that were left")?;
    }
    Ok(())
}

/// Goes on with an import, to its end.
///
/// # Errors
/// When there is no such import, it has ended, the file is another, or the database fails.
pub fn resume(args: &ImportResumeArgs, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    database::run("import resume", async {
        let app = database::open(&args.database, &args.encoder).await?;
        let found = import_job::by_id(&app, args.job).await;
        let job = found.map_err(database::cause)?;
        let done = match job.state {
            ImportState::Committing if job.stored => stored(&app, job, err).await?,
            ImportState::Committing => Box::pin(again(&app, job, args, err)).await?,
            ImportState::Undoing => {
                let done = import_job::undo_through(&app, job.id).await;
                let job = done.map_err(database::cause)?;
                writeln!(err, "{}", line(&job))?;
                ExitStatus::Done
            }
            state => bail!(
                "import {} is {} and has nothing to go on with",
                shown(job.id),
                state.as_str()
            ),
        };
        app.db.close().await?;
        Ok(done)
    })
}

/// Goes on with a file that is in the database.
async fn stored(app: &App, job: Model, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let job = import_job::work_through(app, job)
        .await
        .map_err(database::cause)?;
    let tally: import::Tally = import_job::tally_of(&job);
    super::Told::counts(&tally, false, err)?;
    if let Some(why) = &job.failure {
        bail!("{why}");
    }
    Ok(status(job.refused))
}

/// Goes on with a file that lies beside the program.
async fn again(
    app: &App,
    job: Model,
    args: &ImportResumeArgs,
    err: &mut dyn Write,
) -> anyhow::Result<ExitStatus> {
    let Some(file) = &args.file else {
        bail!(
            "name the file again: `tandem import resume {} FILE`",
            shown(job.id)
        );
    };
    let Some(known) = &job.content_hash else {
        bail!(
            "what came by standard input cannot be gone on with; import it again: nothing is imported twice"
        );
    };
    if hash(file)?.as_ref() != Some(known) {
        bail!("{} is not the file that this import began with", file.display());
    }
    let options = Options::of_job(&job).map_err(database::cause)?;
    let complaints = Complaints::new(&FileArgs::default()).context("reading the file again")?;
    let opened = Opened::open(file, &options.reading(), complaints)?;
    let running = Running::resumed(job);
    opened.resumes(&running, err)?;
    write(app, running, opened, false, err).await
}
