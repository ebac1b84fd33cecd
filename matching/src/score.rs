//! The weight table: facts to log-odds, each with its share.

use crate::compare::money::Sums;
use crate::compare::people::People;
use crate::compare::period::Periods;
use crate::compare::text::Coverage;
use crate::{DeclaredRelation, Score};

/// What is known of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Facts {
    pub(crate) coverage: Coverage,
    /// How alike the texts are as a whole.
    pub(crate) topic: Option<f32>,
    /// How alike each of the two is to its nearest others.
    pub(crate) levels: [f32; 2],
    pub(crate) title: Option<f64>,
    pub(crate) technologies: Option<f64>,
    pub(crate) themes: Option<f64>,
    pub(crate) people: Option<People>,
    pub(crate) periods: Option<Periods>,
    pub(crate) sums: Option<Sums>,
    pub(crate) declared: Option<DeclaredRelation>,
}

/// The kinds of fact, in the order in which they are shown.
pub(crate) const FACTORS: usize = 10;

/// One line of the table: a kind of fact and what one unit of it adds to the log-odds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) factor: &'static str,
    pub(crate) weight: f64,
}

/// What the likeness of two texts as a whole counts beside the likeness of their words.
const TOPIC_SHARE: f64 = 0.2;
/// What is held against a likeness for each unit of the two records' mean likeness to their nearest others.
const LEVEL_SHARE: f64 = 1.3;
/// What a unit of likeness beyond that adds to the log-odds.
const LIKENESS: f64 = 28.0;

/// How alike two texts are, as it is held against those that are like everything.
#[expect(clippy::as_conversions, reason = "a share needs no more than six digits")]
pub(crate) fn likeness(coverage: &Coverage, topic: Option<f32>) -> f32 {
    coverage.both + TOPIC_SHARE as f32 * topic.unwrap_or(0.0)
}

/// The weights. `base` and the three of the text were fitted by logistic regression on the pairs of
/// `overlap-dev.jsonl` and of the real council projects together (the sum of the text's lines as one variable);
/// the others are set by hand, small, because the labelled sets know too little of those facts.
pub(crate) const TABLE: [Line; FACTORS] = [
    line("base", -0.1),
    line("text", LIKENESS),
    line("topic", LIKENESS * TOPIC_SHARE),
    line("generality", -LIKENESS * LEVEL_SHARE),
    line("title", 1.0),
    line("technologies", 1.5),
    line("themes", 0.5),
    line("people", 1.5),
    line("money", 1.5),
    line("declared", 6.0),
];

const fn line(factor: &'static str, weight: f64) -> Line {
    Line { factor, weight }
}

/// Titles less alike than this are as unlike as chance makes them.
const CHANCE_TITLE: f64 = 0.45;

/// How much of each kind of fact there is, in the order of the table.
pub(crate) fn amounts(facts: &Facts) -> [f64; FACTORS] {
    let title = facts.title.map_or(0.0, |title| {
        (title - CHANCE_TITLE).max(0.0) / (1.0 - CHANCE_TITLE)
    });
    let people = facts
        .people
        .map_or(0.0, |people| if people.same() { 1.0 } else { 0.0 });
    let money = match facts.sums {
        Some(Sums::SameFromOne) => 1.0,
        Some(Sums::Same) => 0.3,
        Some(Sums::Different) | None => 0.0,
    };
    [
        1.0,
        f64::from(facts.coverage.both),
        facts.topic.map_or(0.0, f64::from),
        f64::from(f32::midpoint(facts.levels[0], facts.levels[1])),
        title,
        facts.technologies.unwrap_or(0.0),
        facts.themes.unwrap_or(0.0),
        people,
        money,
        if facts.declared.is_some() { 1.0 } else { 0.0 },
    ]
}

/// What the title can add at most.
pub(crate) fn most_from_title() -> f64 {
    TABLE
        .iter()
        .find(|line| line.factor == "title")
        .map_or(0.0, |line| line.weight)
}

/// No more log-odds than this come of a likeness, two levels and what else is known of the pair but its texts and titles.
pub(crate) fn most(likeness: f32, levels: [f32; 2], beside: &Facts) -> f64 {
    let level = f64::from(f32::midpoint(levels[0], levels[1]));
    // Likenesses are added up in single precision: the last term makes good for it.
    log_odds(beside).1 + LIKENESS * (f64::from(likeness) - LEVEL_SHARE * level) + most_from_title() + 1e-3
}

/// The log-odds and its parts.
pub(crate) fn log_odds(facts: &Facts) -> ([f64; FACTORS], f64) {
    let mut parts = amounts(facts);
    for (part, line) in parts.iter_mut().zip(&TABLE) {
        *part *= line.weight;
    }
    (parts, parts.iter().sum())
}

/// The score of a pair.
pub(crate) fn score(facts: &Facts) -> Score {
    Score::from_log_odds(log_odds(facts).1)
}
