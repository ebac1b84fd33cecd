//! Counts in how many descriptions of public services each stem occurs, and prints `data/background.tsv`.
//!
//! Run from the repository's root, with the shared folder beside it:
//! `cargo run --release -p matching --example background > matching/data/background.tsv`
#![expect(clippy::print_stdout, reason = "a tool that prints a file")]

use std::collections::{BTreeMap, BTreeSet};

/// Files of descriptions, and their columns that hold title and text.
const FILES: [(&str, [&str; 2]); 3] = [
    (
        "data/projects/uk_funding_competitions.csv",
        ["title", "description"],
    ),
    ("data/projects/ips_cases.csv", ["name", "description"]),
    ("data/projects/digiscot_projects.csv", ["title", "description"]),
];
/// A stem in fewer descriptions than this is left to its frequency in running English.
const FEWEST: usize = 4;

fn main() -> std::io::Result<()> {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut descriptions = 0_usize;
    for (file, wanted) in FILES {
        let text = std::fs::read_to_string(format!("{shared}/{file}"))?;
        let mut rows = rows(&text).into_iter();
        let header = rows.next().unwrap_or_default();
        let columns: Vec<usize> = wanted
            .iter()
            .filter_map(|name| header.iter().position(|column| column == name))
            .collect();
        for row in rows {
            let fields: Vec<&str> = columns
                .iter()
                .filter_map(|&at| row.get(at))
                .map(String::as_str)
                .collect();
            let stems: BTreeSet<String> = matching::stems(&fields.join(". ")).into_iter().collect();
            if stems.len() < 5 {
                continue;
            }
            descriptions += 1;
            for stem in stems {
                *counts.entry(stem).or_default() += 1;
            }
        }
    }
    println!(
        "# In how many descriptions a stem occurs; made by examples/background.rs from three public lists:"
    );
    println!(
        "# UK funding competitions, European public service cases, Scottish digital projects. Number of descriptions:"
    );
    println!("{descriptions}");
    for (stem, count) in counts.into_iter().filter(|(_, count)| *count >= FEWEST) {
        println!("{stem}\t{count}");
    }
    Ok(())
}

/// The rows of a CSV text: quoted fields may hold commas, line ends and doubled quotes.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(row) = rows.last_mut() else { break };
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                if let Some(field) = row.last_mut() {
                    field.push('"');
                }
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' if !quoted => {}
            c => {
                if let Some(field) = row.last_mut() {
                    field.push(c);
                }
            }
        }
    }
    rows
}
