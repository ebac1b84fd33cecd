//! `tandem scan`: every overlap within a file.

use super::intake::{self, Complaints, Intake};
use super::pairs::{self, Destination, Pair};
use super::{ExitStatus, FileArgs, PairArgs, Surroundings};
use crate::config::EncoderArgs;
use crate::progress::Progress;
use matching::{Catalogue, Finding, Key, Record, ScanOptions};
use std::path::PathBuf;
use std::time::Instant;

/// Find every overlap within a file of projects
///
/// FILE is CSV (any common separator), JSONL or a JSON array, in UTF-8 or Windows-1252. A record has a title
/// and a summary, and may have id, authority, partners, themes, technologies, startDate, endDate, budget and
/// phase; other common column names are understood, and --map names the rest. No server and no database
/// are needed.
///
/// The pairs are a CSV table with the columns `left_id`, `right_id`, `score` and `relation`: each pair once,
/// best first.
///
/// Ends with status 0 when done, 1 when done but rows were refused, 2 when it could not be done.
#[derive(Debug, Clone, clap::Args)]
pub struct ScanArgs {
    /// The projects; "-" is standard input
    pub file: PathBuf,
    /// Which pairs are given out, and where.
    #[command(flatten)]
    pub pairs: PairArgs,
    /// Keep a pair only if it is among the best K of one of its records
    #[arg(long, value_name = "K")]
    pub top: Option<usize>,
    /// How files are read.
    #[command(flatten)]
    pub input: FileArgs,
    /// What reads texts as a whole.
    #[command(flatten)]
    pub encoder: EncoderArgs,
}

/// Reads the file, compares its records with each other and writes the pairs.
///
/// # Errors
/// If the file cannot be read or the pairs cannot be written; then no pairs are left behind.
pub fn run(args: &ScanArgs, mut around: Surroundings<'_>) -> anyhow::Result<ExitStatus> {
    let began = Instant::now();
    let destination = Destination::open(args.pairs.out.as_deref())?;
    let mut complaints = Complaints::new(&args.input)?;
    let intake = intake::read(
        &args.file,
        &args.input.options(false),
        &mut complaints,
        &mut around,
    )?;
    complaints.finish(around.err)?;
    let Intake {
        ids,
        records,
        refused,
    } = intake;
    let catalogue = fill(around.places, records.into_iter());
    let options = ScanOptions {
        min_score: args.pairs.min_score(),
        top: args.top,
        explain: args.pairs.explain,
    };
    let progress = Progress::new("comparing", length(catalogue.len()));
    let findings = catalogue.scan(&options, &progress);
    drop(progress);
    let mut found: Vec<Pair<'_>> = findings
        .iter()
        .filter_map(|finding| pair(finding, &|key| id(&ids, key), &|key| id(&ids, key)))
        .collect();
    pairs::sort(&mut found);
    let count = found.len();
    destination.write(&found, args.pairs.explain, around.out)?;
    let insufficient = insufficient(&catalogue, ids.len());
    writeln!(
        around.err,
        "{} records, {refused} rows refused, {insufficient} texts too short to judge, {count} pairs, {:.1} s",
        ids.len(),
        began.elapsed().as_secs_f64()
    )?;
    // The program ends here: to give back a million records one by one would take seconds.
    std::mem::forget(catalogue);
    Ok(if refused > 0 {
        ExitStatus::RowsRefused
    } else {
        ExitStatus::Done
    })
}

/// A catalogue of these records, each with its place among them as its key.
pub(super) fn fill(places: &[&str], records: impl ExactSizeIterator<Item = Box<Record>>) -> Catalogue {
    let mut catalogue = Catalogue::new(places.iter().copied());
    let progress = Progress::new("indexing", length(records.len()));
    let keyed = records
        .enumerate()
        .map(|(place, record)| (Key(length(place).into()), *record));
    catalogue.extend(keyed, &progress);
    catalogue
}

/// How many of the records with the first so many keys cannot be judged.
pub(super) fn insufficient(catalogue: &Catalogue, records: usize) -> usize {
    (0..)
        .map(Key)
        .take(records)
        .filter(|key| catalogue.insufficiency(*key).is_some())
        .count()
}

pub(super) fn length(records: usize) -> u64 {
    u64::try_from(records).unwrap_or(u64::MAX)
}

/// The id of the record with this key.
pub(super) fn id(ids: &[String], key: Key) -> Option<&str> {
    ids.get(usize::try_from(key.0).ok()?).map(String::as_str)
}

/// A finding with the ids of its records.
pub(super) fn pair<'a>(
    finding: &Finding,
    left: &dyn Fn(Key) -> Option<&'a str>,
    right: &dyn Fn(Key) -> Option<&'a str>,
) -> Option<Pair<'a>> {
    Some(Pair {
        left: left(finding.left)?,
        right: right(finding.right)?,
        score: finding.score,
        relation: finding.relation,
        reasons: finding.evidence.as_ref().map(pairs::reasons),
    })
}
