//! How right the matcher is on the labelled sets of the shared folder, against a committed baseline.
//!
//! Prints the report (`cargo test -p matching --test accuracy -- --nocapture`) and fails where a figure
//! is below `tests/accuracy/baseline.json`. A better figure is taken over there by hand, in the commit
//! that makes it better.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that prints its report, on data it knows"
)]

#[path = "accuracy/sets.rs"]
mod sets;

use std::collections::BTreeMap;

/// Rounding of the baseline's figures.
const TOLERANCE: f64 = 0.0006;

fn check(figures: &[(&str, f64)]) {
    let baseline: BTreeMap<String, f64> =
        serde_json::from_str(include_str!("accuracy/baseline.json")).unwrap();
    let mut below = Vec::new();
    for (name, figure) in figures {
        let before = baseline[*name];
        println!("{name:<32} {figure:.4}   baseline {before:.4}");
        if *figure < before - TOLERANCE {
            below.push(*name);
        }
    }
    assert!(below.is_empty(), "below the baseline: {below:?}");
}

#[test]
fn survey_answers_find_their_own_effort() {
    if !sets::present() {
        return;
    }
    let rows = sets::overlap_dev();
    let efforts: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    let catalogue = sets::catalogue(rows.into_iter().map(|row| row.1).collect());
    let findings = sets::every_pair(&catalogue);
    let pairs: Vec<(usize, usize)> = findings
        .iter()
        .map(|f| (sets::index(f.left), sets::index(f.right)))
        .collect();
    let (precision, recall) = sets::precision_and_recall(&efforts, &pairs);
    let flagged: Vec<bool> = findings
        .iter()
        .zip(&pairs)
        .filter(|(finding, _)| finding.score.value() >= matching::Catalogue::FLAG_THRESHOLD)
        .map(|(_, &(a, b))| efforts[a] == efforts[b])
        .collect();
    let right = flagged.iter().filter(|right| **right).count();
    let share =
        |n: usize, of: usize| f64::from(u32::try_from(n).unwrap()) / f64::from(u32::try_from(of).unwrap());
    reliability(
        &findings.iter().map(|f| f.score.value()).collect::<Vec<_>>(),
        &pairs,
        &efforts,
    );
    check(&[
        ("overlap-dev average precision", precision),
        ("overlap-dev recall in five", recall),
        ("overlap-dev flagged and right", share(right, flagged.len())),
        ("overlap-dev right and flagged", share(right, 75)),
    ]);
}

/// With each sentence encoder whose weights are where `script/encoder` puts them; says which it skips.
#[cfg(feature = "encoder")]
#[test]
fn survey_answers_find_their_own_effort_with_an_encoder() {
    use std::time::Instant;
    if !sets::present() {
        return;
    }
    for name in ["minilm", "mpnet"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/encoder");
        let folder = folder.join(name);
        if !folder.join("config.json").is_file() {
            println!("skipped: no {name} encoder (script/encoder {name} fetches it)");
            continue;
        }
        let encoder = matching::Encoder::load(&folder).unwrap();
        let (efforts, mut records): (Vec<String>, Vec<_>) = sets::overlap_dev().into_iter().unzip();
        let texts: Vec<String> = records.iter().map(sets::whole_text).collect();
        let began = Instant::now();
        let vectors = encoder.encode(&texts).unwrap();
        println!(
            "{name}: {:.0} ms a record on all cores, {} records in one call",
            1e3 * began.elapsed().as_secs_f64() / f64::from(u32::try_from(texts.len()).unwrap()),
            texts.len()
        );
        for (record, vector) in records.iter_mut().zip(&vectors) {
            record.meaning = Some(matching::Meaning::new(vector));
        }
        let findings = sets::every_pair(&sets::catalogue(records));
        let pairs: Vec<(usize, usize)> = findings
            .iter()
            .map(|f| (sets::index(f.left), sets::index(f.right)))
            .collect();
        let scores: Vec<f64> = findings.iter().map(|f| f.score.value()).collect();
        reliability(&scores, &pairs, &efforts);
        let (precision, recall) = sets::precision_and_recall(&efforts, &pairs);
        check(&[
            (&format!("overlap-dev with {name}"), precision),
            (&format!("recall in five with {name}"), recall),
        ]);
    }
}

/// Prints, for each tenth of the scores, how often they were right, and the Brier score.
fn reliability(scores: &[f64], pairs: &[(usize, usize)], efforts: &[String]) {
    let mut bins = [(0_u32, 0_u32, 0.0_f64); 10];
    let mut brier = 0.0;
    for (score, &(a, b)) in scores.iter().zip(pairs) {
        let right = efforts[a] == efforts[b];
        let place = (0..9).find(|n| *score < f64::from(n + 1) / 10.0).unwrap_or(9);
        let bin = &mut bins[usize::try_from(place).unwrap()];
        *bin = (bin.0 + 1, bin.1 + u32::from(right), bin.2 + score);
        brier += (score - f64::from(u8::from(right))).powi(2);
    }
    println!("scores      pairs  mean score  right");
    for (n, (count, right, sum)) in bins.iter().enumerate().filter(|(_, bin)| bin.0 > 0) {
        let count_of = f64::from(*count);
        println!(
            "from 0.{n} {count:>9}  {:>10.3}  {:>5.3}",
            sum / count_of,
            f64::from(*right) / count_of
        );
    }
    println!(
        "Brier score {:.4}",
        brier / f64::from(u32::try_from(scores.len()).unwrap())
    );
}

#[test]
fn lists_of_the_same_things_are_linked_with_what_the_command_ships() {
    if !sets::present() {
        return;
    }
    let f1 = |set: &str| {
        let (left, right, truth) = sets::linking(set);
        let (precision, recall, f1) = sets::link_f1(&left, &right, &truth, sets::LEAST_OF_ONE_TO_ONE);
        println!("{set}: precision {precision:.3}, recall {recall:.3}, F1 {f1:.4}");
        f1
    };
    check(&[
        ("Abt-Buy linked one to one", f1("abt-buy")),
        ("DBLP-ACM linked one to one", f1("dblp-acm")),
    ]);
}

#[test]
fn reworded_records_find_themselves() {
    if !sets::present() {
        return;
    }
    let (first, five, all) = sets::reworded_recall();
    println!("{all} reworded records");
    check(&[("reworded found first", first), ("reworded found in five", five)]);
}

#[test]
fn real_projects_are_tied_as_a_person_would() {
    if !sets::present() {
        return;
    }
    let ties = Ties::of(sets::uk_projects());
    let flagged = |a: &str, b: &str| ties.flagged(a, b);
    for (a, b) in [
        ("ldf-r1-southwark", "ldf-r4-greenwich"),
        ("ldf-r2-lincoln", "ldf-r4-greenwich"),
        ("ldf-r2-barnsley", "ldf-r4-barnsley"),
        ("ldf-r3-lambeth", "ldf-r4-lambeth"),
        ("ldf-r2-bucks", "ldf-r4-bucks"),
        ("ldf-r1-nel-waste", "ldf-r3-nel-waste"),
        ("ldf-r2-southwark-bops", "ldf-r4-southwark-bops"),
    ] {
        assert_eq!(flagged(a, b), Some(matching::Relation::LaterPhase), "{a} and {b}");
    }
    assert!(flagged("eoi-bromley", "doncaster-ai-tel").is_some());
    assert!(flagged("plan-colchester", "nzl-bristol").is_none());
}

/// The relations of the pairs that are flagged.
struct Ties {
    rows: Vec<(String, matching::Record)>,
    findings: Vec<matching::Finding>,
}

impl Ties {
    fn of(rows: Vec<(String, matching::Record)>) -> Self {
        let catalogue = sets::catalogue(rows.iter().map(|row| row.1.clone()).collect());
        let findings = sets::every_pair(&catalogue);
        Self { rows, findings }
    }

    fn flagged(&self, a: &str, b: &str) -> Option<matching::Relation> {
        let is = |key, id: &str| self.rows[sets::index(key)].0 == id;
        let mut found = self.findings.iter();
        let found = found.find(|f| (is(f.left, a) && is(f.right, b)) || (is(f.left, b) && is(f.right, a)))?;
        println!("{:.3} {:?} {a} {b}", found.score.value(), found.relation);
        (found.score.value() >= matching::Catalogue::FLAG_THRESHOLD).then_some(found.relation)
    }
}

#[test]
fn the_demonstration_catalogue_ties_the_damp_sensors_and_the_chatbots() {
    if !sets::present() {
        return;
    }
    let ties = Ties::of(sets::demonstration());
    let flagged = |a: &str, b: &str| ties.flagged(a, b);
    let damp = [
        "loti-damp",
        "greenwich-damp",
        "kingston-damp",
        "leeds-govtech",
        "renfrew-sensors",
    ];
    let mut tied = vec![damp[0]];
    while let Some(next) = damp
        .iter()
        .find(|id| !tied.contains(id) && tied.iter().any(|t| flagged(t, id).is_some()))
    {
        tied.push(next);
    }
    println!("damp sensors tied: {tied:?}");
    assert_eq!(tied.len(), damp.len());
    assert!(flagged("eoi-bromley", "doncaster-ai-tel").is_some());
    assert!(flagged("plan-colchester", "nzl-bristol").is_none());
}
