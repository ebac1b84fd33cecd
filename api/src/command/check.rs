//! `tandem check`: drafts against a catalogue.

use super::intake::{self, Complaints, Intake};
use super::pairs::{self, Destination, Pair};
use super::scan::{fill, length};
use super::{ExitStatus, FileArgs, PairArgs, Surroundings};
use crate::config::{DatabaseArgs, EncoderArgs};
use crate::progress::Progress;
use anyhow::bail;
use matching::{Catalogue, Key, Match, Record, SearchOptions, SearchOutcome};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

/// Check each draft of a file against a catalogue
///
/// CATALOGUE is another file of projects, or the database if none is named. Drafts are not compared with each
/// other (`tandem scan` does that) and nothing is stored. Both files are read as `tandem scan` reads its file.
/// In a pair the draft is on the left.
///
/// Ends with status 0 when done, 1 when done but rows were refused, 2 when it could not be done.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// The drafts; "-" is standard input
    pub file: PathBuf,
    /// What to check them against: a file of projects; the database if not given
    #[arg(long, value_name = "CATALOGUE")]
    pub against: Option<PathBuf>,
    /// Which pairs are given out, and where.
    #[command(flatten)]
    pub pairs: PairArgs,
    /// At most so many pairs for each draft
    #[arg(long, value_name = "K")]
    pub top: Option<usize>,
    /// How files are read.
    #[command(flatten)]
    pub input: FileArgs,
    /// Where the database is, for a check that names no file.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What reads texts as a whole.
    #[command(flatten)]
    pub encoder: EncoderArgs,
}

/// Projects that drafts are checked against.
#[derive(Debug)]
pub struct Standing {
    /// The projects, indexed.
    pub catalogue: Catalogue,
    /// What each is called.
    pub ids: BTreeMap<Key, String>,
}

/// Gives the projects of the database, for a check that names no file.
pub type FromDatabase<'a> = &'a dyn Fn() -> anyhow::Result<Standing>;

/// Reads drafts and catalogue, checks each draft and writes the pairs. Without `database`, a catalogue
/// must be named.
///
/// # Errors
/// If something cannot be read or the pairs cannot be written; then no pairs are left behind.
pub fn run(
    args: &CheckArgs,
    database: Option<FromDatabase<'_>>,
    mut around: Surroundings<'_>,
) -> anyhow::Result<ExitStatus> {
    let began = Instant::now();
    let destination = Destination::open(args.pairs.out.as_deref())?;
    let mut complaints = Complaints::new(&args.input)?;
    let options = args.input.options(args.against.is_some());
    let drafts = intake::read(&args.file, &options, &mut complaints, &mut around)?;
    let (standing, refused) = match (&args.against, database) {
        (Some(file), _) => {
            let Intake {
                ids,
                records,
                refused,
            } = intake::read(file, &options, &mut complaints, &mut around)?;
            let catalogue = fill(around.places, records.into_iter());
            (
                Standing {
                    catalogue,
                    ids: (0..).map(Key).zip(ids).collect(),
                },
                refused,
            )
        }
        (None, Some(database)) => (database()?, 0),
        (None, None) => bail!("there is nothing to check against; name a file with --against"),
    };
    complaints.finish(around.err)?;
    let refused = refused + drafts.refused;
    let options = SearchOptions {
        first: args.top.unwrap_or(usize::MAX),
        min_score: args.pairs.min_score(),
        exclude: None,
    };
    let outcomes = search(&standing.catalogue, &drafts.records, &options, args.pairs.explain);
    let insufficient = outcomes.iter().filter(|outcome| outcome.is_none()).count();
    let mut found = named(&drafts.ids, outcomes, &standing.ids);
    pairs::sort(&mut found);
    let count = found.len();
    destination.write(&found, args.pairs.explain, around.out)?;
    writeln!(
        around.err,
        "{} drafts against {} records, {refused} rows refused, {insufficient} drafts too short to judge, {count} pairs, {:.1} s",
        drafts.ids.len(),
        standing.catalogue.len(),
        began.elapsed().as_secs_f64()
    )?;
    Ok(if refused > 0 {
        ExitStatus::RowsRefused
    } else {
        ExitStatus::Done
    })
}

/// The matches of a draft; `None` for a text that cannot be judged.
type Outcome = Option<Vec<Found>>;

/// What a check keeps of a match: who, how much, and why if that was asked for.
struct Found {
    key: Key,
    score: matching::Score,
    relation: matching::Relation,
    reasons: Option<String>,
}

/// The matches of all drafts with their ids.
fn named<'a>(
    drafts: &'a [String],
    outcomes: Vec<Outcome>,
    standing: &'a BTreeMap<Key, String>,
) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for (left, outcome) in drafts.iter().zip(outcomes) {
        pairs.extend(outcome.unwrap_or_default().into_iter().filter_map(|found| {
            let right = standing.get(&found.key)?;
            Some(Pair {
                left,
                right,
                score: found.score,
                relation: found.relation,
                reasons: found.reasons,
            })
        }));
    }
    pairs
}

/// The matches of each draft with their reasons where asked for; `None` for a text that cannot be judged.
fn search(
    catalogue: &Catalogue,
    drafts: &[Box<Record>],
    options: &SearchOptions,
    explain: bool,
) -> Vec<Outcome> {
    let progress = Progress::new("checking", length(drafts.len()));
    let kept = |found: Match| Found {
        key: found.key,
        score: found.score,
        relation: found.relation,
        reasons: explain.then(|| pairs::reasons(&found.evidence)),
    };
    let check = |draft: &Record| {
        let outcome = catalogue.search(draft, options);
        progress.add(1);
        match outcome {
            SearchOutcome::Judged(matches) => Some(matches.into_iter().map(kept).collect()),
            SearchOutcome::InsufficientText(_) => None,
        }
    };
    drafts.par_iter().map(|draft| check(draft)).collect()
}
