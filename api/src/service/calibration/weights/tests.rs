//! Weights that are known beforehand, found again.

use super::*;

/// Pairs whose text, title and sums differ, of which as many are right as `truth` says.
fn made(truth: &Weights, line: Line) -> Vec<Parted> {
    let mut decided = Vec::new();
    for text in 0..9 {
        for title in 0..3 {
            for money in 0..2 {
                let parts = [
                    f64::from(text) * 0.8 - 3.0,
                    f64::from(title) * 0.4,
                    0.0,
                    0.0,
                    0.0,
                    f64::from(money) * 3.0,
                    0.0,
                ];
                let pair = Parted {
                    parts,
                    rest: 0.5,
                    right: false,
                };
                let p = probability(line.apply(pair.weighed(truth).log_odds));
                for place in 0..40 {
                    let mut one = pair;
                    one.right = (f64::from(place) + 0.5) / 40.0 < p;
                    decided.push(one);
                }
            }
        }
    }
    decided
}

fn times(weights: &Weights) -> BTreeMap<&'static str, f64> {
    weights.all().collect()
}

#[test]
fn a_weight_that_is_too_large_is_found_out_and_the_others_stay() {
    let truth = Weights::from_array([1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 1.0]);
    let shifted = Line {
        slope: 1.0,
        offset: -0.4,
    };
    let decided = made(&truth, shifted);
    let present = (&Weights::default(), Line::NONE);
    let (weights, line) = fit(&decided, present);
    let found = times(&weights);
    assert!((found["money"] - 0.3).abs() < 0.1, "{found:?}");
    assert!(
        (found["text"] - 1.0).abs() < 0.1 && (found["title"] - 1.0).abs() < 0.2,
        "{found:?}"
    );
    assert_eq!(
        (found["code"], found["declared"]),
        (1.0, 1.0),
        "nothing was seen of them"
    );
    assert!(
        (line.offset + 0.4).abs() < 0.15 && (line.slope - 1.0).abs() < 1e-12,
        "{line:?}"
    );
    let (before, after) = (
        weighed_misfit(&decided, present),
        cross_validated(&decided, present, 5),
    );
    assert!(
        after.log_loss < before.log_loss && after.brier < before.brier,
        "{before:?} {after:?}"
    );
}

#[test]
fn few_decisions_move_little_and_none_turns_a_weight_round() {
    let present = (&Weights::default(), Line::NONE);
    assert_eq!(
        fit(&[], present),
        (Weights::from_array([1.0; NUMBER]), Line::NONE)
    );
    let wrong = Parted {
        parts: [4.0, 0.3, 0.0, 0.0, 0.3, 3.0, 0.0],
        rest: 0.5,
        right: false,
    };
    let (one, _) = fit(&[wrong], present);
    assert!(
        one.all().all(|(_, times)| (0.4..=1.0).contains(&times)),
        "{one:?}"
    );
    let (many, _) = fit(&vec![wrong; 5_000], present);
    assert!(
        many.all().all(|(_, times)| (LEAST..=1.0).contains(&times)),
        "{many:?}"
    );
}

#[test]
fn what_is_learnt_begins_where_the_last_acceptance_ended() {
    let present = Weights::from_array([1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 1.0]);
    let line = Line {
        slope: 0.8,
        offset: 0.1,
    };
    assert_eq!(fit(&[], (&present, line)), (present, line));
}

/// No pair that reaches a score with other weights is lost by where the engine is asked to stop.
#[test]
fn the_least_is_never_above_what_the_engine_gave() {
    let table: Vec<matching::Weight> = matching::weights().collect();
    for weights in [
        Weights::default(),
        Weights::from_array([0.5, 2.0, 1.0, 3.0, 0.2, 0.2, 1.0]),
        Weights::from_array([2.0, 0.2, 5.0, 1.0, 5.0, 1.0, 0.3]),
    ] {
        for step in 0..4_000_u32 {
            let share = |place: u32| f64::from((step * 37 + place * 101) % 11) / 10.0;
            let mut engine = f64::from(step % 80) * 0.1 - 4.0;
            let mut told = engine * weights.of("text");
            for (place, line) in (0..).zip(&table) {
                let [fewest, most] = line.amounts;
                let amount = match line.factor {
                    "text" | "topic" | "meaning" | "generality" | "restraint" => continue,
                    _ => fewest + (most - fewest) * share(place),
                };
                engine += line.weight * amount;
                told += line.weight * amount * weights.of(line.factor);
            }
            assert!(
                weights.least(told, &table) <= engine + 1e-9,
                "{weights:?} {engine} {told}"
            );
        }
    }
}
