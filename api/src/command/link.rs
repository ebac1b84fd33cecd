//! `tandem link`: overlaps between two files.

use super::intake::{self, Complaints};
use super::pairs::{self, Destination, Pair};
use super::scan::{fill, id, insufficient, length, pair};
use super::{ExitStatus, FileArgs, PairArgs, Surroundings};
use crate::config::EncoderArgs;
use crate::progress::Progress;
use matching::{Finding, Key, ScanOptions};
use std::path::PathBuf;
use std::time::Instant;

/// Find the overlaps between two files of projects
///
/// Only pairs of one record of LEFT and one of RIGHT are given; `tandem scan` finds those within a file.
/// The files may be laid out differently; they are read as `tandem scan` reads its file, and --map serves
/// either, as far as it has the column.
///
/// Ends with status 0 when done, 1 when done but rows were refused, 2 when it could not be done.
#[derive(Debug, Clone, clap::Args)]
pub struct LinkArgs {
    /// The projects whose ids come first in a pair
    pub left: PathBuf,
    /// The projects whose ids come second
    pub right: PathBuf,
    /// Which pairs are given out, and where.
    #[command(flatten)]
    pub pairs: PairArgs,
    /// Link each record at most once: of the best pair first, then of the best among the rest
    ///
    /// For two lists of the same things. A pair that would not be flagged is linked too if nothing is nearer to one
    /// of its records, down to a score of 0.0003 if --min-score says nothing else.
    #[arg(long)]
    pub one_to_one: bool,
    /// How files are read.
    #[command(flatten)]
    pub input: FileArgs,
    /// What reads texts as a whole.
    #[command(flatten)]
    pub encoder: EncoderArgs,
}

/// Reads both files, compares across them and writes the pairs.
///
/// # Errors
/// If a file cannot be read or the pairs cannot be written; then no pairs are left behind.
pub fn run(args: &LinkArgs, mut around: Surroundings<'_>) -> anyhow::Result<ExitStatus> {
    let began = Instant::now();
    let destination = Destination::open(args.pairs.out.as_deref())?;
    let (mut complaints, options) = (Complaints::new(&args.input)?, args.input.options(true));
    let left = intake::read(&args.left, &options, &mut complaints, &mut around)?;
    let right = intake::read(&args.right, &options, &mut complaints, &mut around)?;
    complaints.finish(around.err)?;
    let refused = left.refused + right.refused;
    // The left file's keys come first, so that the left record of a finding is the left file's.
    let middle = u128::from(length(left.ids.len()));
    let mut records = left.records;
    records.extend(right.records);
    let all = records.len();
    let catalogue = fill(around.places, records.into_iter());
    let options = ScanOptions {
        min_score: match args.pairs.min_score {
            None if args.one_to_one => pairs::LEAST_OF_ONE_TO_ONE,
            _ => args.pairs.min_score(),
        },
        top: None,
        explain: args.pairs.explain,
    };
    let progress = Progress::new("comparing", length(catalogue.len()));
    let mut findings = catalogue.scan(&options, &progress);
    drop(progress);
    findings.retain(|finding: &Finding| finding.left.0 < middle && finding.right.0 >= middle);
    let right_id = |key: Key| id(&right.ids, Key(key.0.checked_sub(middle)?));
    let mut found: Vec<Pair<'_>> = findings
        .iter()
        .filter_map(|finding| pair(finding, &|key| id(&left.ids, key), &right_id))
        .collect();
    if args.one_to_one {
        // Before they are sorted by what six decimals show: a scan gives the best first to the last decimal.
        pairs::one_to_one(&mut found);
    }
    pairs::sort(&mut found);
    let count = found.len();
    destination.write(&found, args.pairs.explain, around.out)?;
    writeln!(
        around.err,
        "{} and {} records, {refused} rows refused, {} texts too short to judge, {count} pairs, {:.1} s",
        left.ids.len(),
        right.ids.len(),
        insufficient(&catalogue, all),
        began.elapsed().as_secs_f64()
    )?;
    Ok(if refused > 0 {
        ExitStatus::RowsRefused
    } else {
        ExitStatus::Done
    })
}
