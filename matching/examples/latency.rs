//! Times filling the index from a file and checking drafts against it, in process, for `script/bench latency`:
//! `cargo run --release -p matching --example latency -- RECORDS.jsonl`. Prints a row of a Markdown table.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool that prints figures of a file it is given"
)]

#[path = "timing/checks.rs"]
mod checks;
#[path = "../tests/labelled/set.rs"]
mod set;

use std::io::BufRead;
use std::time::Instant;

use matching::{Catalogue, Key, Record};

/// As the program has it: what is timed here is what users wait for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Drafts checked. They are records of the file as they stand: each has at least itself to find.
const DRAFTS: usize = 2_000;

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let lines = std::io::BufReader::new(std::fs::File::open(&path).unwrap()).lines();
    let records: Vec<Record> = lines
        .map(|line| set::record(&serde_json::from_str(&line.unwrap()).unwrap()))
        .collect();
    let count = records.len();
    let drafts: Vec<Record> = records.iter().step_by((count / DRAFTS).max(1)).cloned().collect();
    let keyed: Vec<(Key, Record)> = (0..).map(Key).zip(records).collect();
    let mut catalogue = Catalogue::new([]);
    let start = Instant::now();
    catalogue.extend(keyed, &set::Quiet);
    let filled = start.elapsed().as_secs_f64();
    let [median, most, slowest] = checks::times(&catalogue, &drafts);
    println!("| {count} | {filled:.1} | {median:.2} | {most:.2} | {slowest:.2} |");
}
