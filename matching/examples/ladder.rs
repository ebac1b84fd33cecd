//! Prints what the matcher reaches on the labelled sets of the shared folder.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool that prints a report on data it knows"
)]

#[path = "../tests/accuracy/sets.rs"]
mod sets;

use std::time::Instant;

fn main() {
    if sets::shared().is_none() {
        println!("skipped: no shared folder beside the repository");
        return;
    }
    let want = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "dev,uk,reworded,link".into());
    if want.contains("dev") {
        dev();
    }
    if want.contains("uk") {
        uk();
    }
    if want.contains("reworded") {
        let start = Instant::now();
        let (first, five, all) = sets::reworded_recall();
        println!(
            "reworded: first {first:.4}, in five {five:.4} of {all}, {:?}",
            start.elapsed()
        );
    }
    if want.contains("link") {
        for set in ["abt-buy", "dblp-acm"] {
            let (left, right, truth) = sets::linking(set);
            for min in [0.0, sets::LEAST_OF_ONE_TO_ONE, 0.1, 0.5] {
                let start = Instant::now();
                let (p, r, f) = sets::link_f1(&left, &right, &truth, min);
                println!(
                    "{set} from {min}: P {p:.3} R {r:.3} F1 {f:.3} {:?}",
                    start.elapsed()
                );
            }
        }
    }
}

fn dev() {
    let rows = sets::overlap_dev();
    let efforts: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    let start = Instant::now();
    let catalogue = sets::catalogue(rows.iter().map(|row| row.1.clone()).collect());
    let findings = sets::every_pair(&catalogue);
    let pairs: Vec<(usize, usize)> = findings
        .iter()
        .map(|f| (sets::index(f.left), sets::index(f.right)))
        .collect();
    let (precision, recall) = sets::precision_and_recall(&efforts, &pairs);
    let flagged = findings.iter().filter(|f| f.score.value() >= 0.5).count();
    println!(
        "overlap-dev: AP {precision:.4} recall@5 {recall:.4} flagged {flagged} {:?}",
        start.elapsed()
    );
    if std::env::var("PAIRS").is_ok() {
        for (finding, (a, b)) in findings.iter().zip(pairs).take(120) {
            let mark = if efforts[a] == efforts[b] { "+" } else { "-" };
            println!(
                "{mark} {:.3} {:?} | {} | {}",
                finding.score.value(),
                finding.relation,
                rows[a].1.title,
                rows[b].1.title
            );
        }
    }
}

fn uk() {
    let rows = sets::uk_projects();
    let start = Instant::now();
    let catalogue = sets::catalogue(rows.iter().map(|row| row.1.clone()).collect());
    let findings = sets::every_pair(&catalogue);
    println!("uk projects: {} records, {:?}", rows.len(), start.elapsed());
    for finding in findings.iter().take(60) {
        let (a, b) = (sets::index(finding.left), sets::index(finding.right));
        println!(
            "{:.3} {:?} | {} {} | {} {}",
            finding.score.value(),
            finding.relation,
            rows[a].0,
            rows[a].1.title,
            rows[b].0,
            rows[b].1.title
        );
    }
}
