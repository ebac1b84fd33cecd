//! What a sentence encoder alone reaches on the development set, and what it costs:
//! `cargo run --release -p matching --features encoder --example encoder -- DIR`
#![expect(clippy::print_stdout, reason = "a tool that prints a report")]

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use matching::Encoder;
use serde::Deserialize;

#[derive(Deserialize)]
struct Labelled {
    effort: String,
    title: String,
    summary: String,
    #[serde(default)]
    technologies: Vec<String>,
}

impl Labelled {
    fn text(&self) -> String {
        format!(
            "{}. {} {}",
            self.title,
            self.summary,
            self.technologies.join(", ")
        )
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = PathBuf::from(std::env::args().nth(1).ok_or("usage: encoder DIR")?);
    let set = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/benchmarks/overlap-dev.jsonl");
    let Ok(lines) = std::fs::read_to_string(set) else {
        println!("skipped: no shared folder beside the repository");
        return Ok(());
    };
    let records = lines
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<Vec<Labelled>, _>>()?;
    let started = Instant::now();
    let encoder = Encoder::load(&directory)?;
    println!(
        "{}: loaded in {:.2} s",
        encoder.version(),
        started.elapsed().as_secs_f64()
    );
    let texts: Vec<String> = records.iter().map(Labelled::text).collect();
    let started = Instant::now();
    let vectors = encoder.encode(&texts)?;
    let spent = started.elapsed().as_secs_f64();
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    println!(
        "{} records of {} words: {:.1} ms a record",
        texts.len(),
        words / texts.len().max(1),
        1e3 * spent / f64::from(u32::try_from(texts.len())?)
    );
    report(&records, &vectors);
    Ok(())
}

/// Average precision over all pairs, and how many same-effort records stand in each record's first five.
fn report(records: &[Labelled], vectors: &[Vec<f32>]) {
    let cosine = |left: &[f32], right: &[f32]| -> f32 { left.iter().zip(right).map(|(l, r)| l * r).sum() };
    let mut pairs = Vec::new();
    let (mut found, mut wanted) = (0.0, 0.0);
    for (at, (record, vector)) in records.iter().zip(vectors).enumerate() {
        let mut near = Vec::new();
        for (other, (candidate, other_vector)) in records.iter().zip(vectors).enumerate() {
            if other != at {
                near.push((
                    cosine(vector, other_vector),
                    candidate.effort == record.effort,
                    other,
                ));
            }
        }
        near.sort_by(|left, right| right.0.total_cmp(&left.0));
        wanted += near.iter().filter(|pair| pair.1).map(|_| 1.0).sum::<f64>();
        found += near
            .iter()
            .take(5)
            .filter(|pair| pair.1)
            .map(|_| 1.0)
            .sum::<f64>();
        pairs.extend(
            near.into_iter()
                .filter(|pair| pair.2 > at)
                .map(|pair| (pair.0, pair.1)),
        );
    }
    pairs.sort_by(|left, right| right.0.total_cmp(&left.0));
    let (mut right, mut seen, mut precision) = (0.0, 0.0, 0.0);
    for (_, same) in &pairs {
        seen += 1.0;
        if *same {
            right += 1.0;
            precision += right / seen;
        }
    }
    let efforts: HashSet<&str> = records.iter().map(|record| record.effort.as_str()).collect();
    println!(
        "{} efforts, {right} pairs: average precision {:.3}, recall in the first five {:.3}",
        efforts.len(),
        precision / right,
        found / wanted
    );
}
