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
    /// How alike the two are to their nearest others, on average.
    pub(crate) level: f64,
    pub(crate) title: Option<f64>,
    pub(crate) technologies: Option<f64>,
    pub(crate) themes: Option<f64>,
    pub(crate) people: Option<People>,
    pub(crate) periods: Option<Periods>,
    pub(crate) sums: Option<Sums>,
    pub(crate) declared: Option<DeclaredRelation>,
}

/// The kinds of fact, in the order in which they are shown.
pub(crate) const FACTORS: usize = 9;

/// One line of the table: a kind of fact and what one unit of it adds to the log-odds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) factor: &'static str,
    pub(crate) weight: f64,
}

/// The weights. `base`, `text`, `generality` and `technologies` were fitted by logistic regression on the
/// labelled pairs; the others are set by hand, small, because the labelled sets know too little of those facts.
pub(crate) const TABLE: [Line; FACTORS] = [
    Line {
        factor: "base",
        weight: -8.0,
    },
    Line {
        factor: "text",
        weight: 30.0,
    },
    Line {
        factor: "generality",
        weight: -18.0,
    },
    Line {
        factor: "title",
        weight: 1.0,
    },
    Line {
        factor: "technologies",
        weight: 1.0,
    },
    Line {
        factor: "themes",
        weight: 0.5,
    },
    Line {
        factor: "people",
        weight: 1.5,
    },
    Line {
        factor: "money",
        weight: 1.5,
    },
    Line {
        factor: "declared",
        weight: 6.0,
    },
];

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
        facts.level,
        title,
        facts.technologies.unwrap_or(0.0),
        facts.themes.unwrap_or(0.0),
        people,
        money,
        if facts.declared.is_some() { 1.0 } else { 0.0 },
    ]
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
