//! The weight table: facts to log-odds, each with its share.

use crate::compare::money::Sums;
use crate::compare::people::People;
use crate::compare::period::Periods;
use crate::compare::text::Coverage;
use crate::{DeclaredRelation, Score};

/// How alike two texts are as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Senses {
    /// By the vectors of their words.
    pub(crate) topic: Option<f32>,
    /// By the vectors that a sentence encoder made of them.
    pub(crate) meaning: Option<f32>,
}

/// What is known of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Facts {
    pub(crate) coverage: Coverage,
    pub(crate) senses: Senses,
    /// What the number of records in the catalogue makes of likenesses.
    pub(crate) crowd: Crowd,
    /// How alike each of the two is to its nearest others.
    pub(crate) levels: [f32; 2],
    pub(crate) title: Option<f64>,
    /// Both name the same coined reference, which few others name.
    pub(crate) code: bool,
    pub(crate) technologies: Option<f64>,
    pub(crate) themes: Option<f64>,
    pub(crate) people: Option<People>,
    pub(crate) periods: Option<Periods>,
    pub(crate) sums: Option<Sums>,
    /// By how many log-odds texts say too little in this catalogue, as starts and sums bear witness.
    pub(crate) corroboration: f64,
    /// What the starts tell here, in log-odds.
    pub(crate) start: f64,
    /// What the sums tell here, in log-odds.
    pub(crate) money: f64,
    /// What the technologies tell here, in log-odds.
    pub(crate) means: f64,
    pub(crate) declared: Option<DeclaredRelation>,
}

impl Facts {
    /// Nothing is known of a pair.
    pub(crate) const UNKNOWN: Self = Self {
        coverage: Coverage::NONE,
        senses: Senses {
            topic: None,
            meaning: None,
        },
        crowd: Crowd::NONE,
        levels: [0.0; 2],
        title: None,
        code: false,
        technologies: None,
        themes: None,
        people: None,
        periods: None,
        sums: None,
        corroboration: 0.0,
        start: 0.0,
        money: 0.0,
        means: 0.0,
        declared: None,
    };
}

/// The kinds of fact, in the order in which they are shown.
pub(crate) const FACTORS: usize = 17;

/// One line of the table: a kind of fact and what it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// The kind of fact, as in the evidence.
    pub factor: &'static str,
    /// What one unit of it adds to the log-odds.
    pub weight: f64,
    /// The least and the greatest number of units that there can be.
    pub amounts: [f64; 2],
}

/// What the likeness of two texts as a whole counts, where that of their words counts 1.
const TOPIC_SHARE: f32 = 0.6;
/// The same for the likeness that a sentence encoder sees.
const MEANING_SHARE: f32 = 1.0;
/// What is held against a likeness for each unit of the two records' mean likeness to their nearest others.
const LEVEL_SHARE: f64 = 1.6;
/// What a unit of likeness beyond that adds to the log-odds.
const LIKENESS: f64 = 34.0;
/// In a catalogue of up to so many records, the background's five hundred included, chance is held to be alike.
const UNCROWDED: f64 = 600.0;

/// In a catalogue of up to so many records likenesses count as they were fitted: on sets of about that size.
const UNSTEEP: f64 = 2_000.0;
/// A level is the mean likeness to about so many nearest others.
const NEIGHBOURS: f64 = 10.0;
/// No catalogue is taken to be larger than this.
const MOST_RECORDS: f64 = 1e8;
/// [`Crowd`] of a catalogue of [`MOST_RECORDS`] is no more than this.
const MOST_CROWD: f64 = 12.5;
const MOST_STEEPNESS: f64 = 2.2;

/// What the number of records makes of likenesses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Crowd {
    /// How much larger the catalogue is than one in which two records are seldom alike by chance, as a natural logarithm: the
    /// more records there are, the nearer its own nearest others are to each by chance.
    more: f64,
    /// How much sooner chance ends beyond a level than in a small catalogue; at least 1. Levels lie farther out on
    /// the tail of what chance makes alike, and there the tail of a normal distribution falls off in proportion to how far out.
    steepness: f64,
}

impl Crowd {
    const NONE: Self = Self {
        more: 0.0,
        steepness: 1.0,
    };

    pub(crate) fn of(records: usize) -> Self {
        let records = u32::try_from(records)
            .map_or(MOST_RECORDS, f64::from)
            .min(MOST_RECORDS);
        Self {
            more: ((records + 500.0) / UNCROWDED).ln().max(0.0),
            steepness: far_out(records.max(UNSTEEP)) / far_out(UNSTEEP),
        }
    }
}

/// How many standard deviations above the mean the tenth greatest of so many normally distributed numbers is: the first
/// terms of the asymptotic expansion of the normal quantile, within 2 % for 2,000 and more.
fn far_out(records: f64) -> f64 {
    let twice = 2.0 * (records / NEIGHBOURS).ln();
    (twice - twice.ln() - std::f64::consts::TAU.ln()).sqrt()
}

/// How alike two texts are, as it is held against those that are like everything: the weighted mean of what
/// their words, their topics and, where both have one, their sentence vectors say.
pub(crate) fn likeness(coverage: &Coverage, senses: Senses) -> f32 {
    text_parts(coverage, senses).iter().sum()
}

/// The parts of the likeness: of the words, the topics, the sentence vectors.
fn text_parts(coverage: &Coverage, senses: Senses) -> [f32; 3] {
    let most = 1.0 + TOPIC_SHARE + senses.meaning.map_or(0.0, |_| MEANING_SHARE);
    [
        coverage.both / most,
        TOPIC_SHARE * senses.topic.unwrap_or(0.0) / most,
        MEANING_SHARE * senses.meaning.unwrap_or(0.0) / most,
    ]
}

/// What is held against a pair that only has words to go by: the same likeness is less often right.
const UNAIDED: f64 = -0.9;

/// The weights, fitted by logistic regression with a strong pull towards few round numbers on the pairs of four sets
/// together: `overlap-dev.jsonl`, the real council projects, our own labelled records (the first counts as much as the two
/// others) and 6,000 made records of another seed than the reports'. The lines of the text share one weight. Sets fitted
/// alone ask for other slopes (0.7 to 1.5 times ours) and bases: see Calibration in `BENCHMARKS.md`.
///
/// `people` and `technologies` help on some sets and harm on those with decoys, so that little is left of them. No set has
/// themes: they count as technologies do. `catalogue` gives back what levels hold against a pair too much in a large catalogue: its
/// chance likenesses rise with the logarithm of its size (0.016 to 0.06 a unit, on made records, competitions, Abt-Buy and DBLP-ACM),
/// and should be held against a pair once, not 1.6 times; 34 · 0.6 · 0.016 is 0.3. `corroboration` is what a larger catalogue's
/// starts and sums say of its texts (`catalogue/agreement.rs`). The lines above `title` count more in a large
/// catalogue, by its steepness. `code` was set by Abt-Buy, the only set that has model numbers; `declared` is set by hand, and so is
/// `money` where a catalogue has nothing to learn from; otherwise it, `period` and `technologies` are what was learnt there.
pub(crate) const TABLE: [Weight; FACTORS] = [
    line("base", 1.4, [1.0, MOST_STEEPNESS]),
    line("unaided", UNAIDED, [0.0, MOST_STEEPNESS]),
    line("catalogue", 0.3, [0.0, MOST_STEEPNESS * MOST_CROWD]),
    line("corroboration", 1.0, [-MOST_CORROBORATION, MOST_CORROBORATION]),
    line("text", LIKENESS, [0.0, MOST_STEEPNESS]),
    line("topic", LIKENESS, [0.0, MOST_STEEPNESS]),
    line("meaning", LIKENESS, [0.0, MOST_STEEPNESS]),
    line("generality", -LIKENESS * LEVEL_SHARE, [0.0, MOST_STEEPNESS]),
    line("title", 0.3, [0.0, 1.0]),
    line("code", 4.0, [0.0, 1.0]),
    line("technologies", MOST_OF_FACT, [-MOST_AGAINST / MOST_OF_FACT, 1.0]),
    line("themes", 0.8, [0.0, 1.0]),
    line("people", 0.3, [0.0, 1.0]),
    line("period", MOST_OF_FACT, [-MOST_AGAINST / MOST_OF_FACT, 1.0]),
    line("money", MOST_OF_FACT, [-MOST_AGAINST / MOST_OF_FACT, 1.0]),
    line("declared", 6.0, [0.0, 1.0]),
    line("restraint", 1.0, [f64::NEG_INFINITY, 0.0]),
];

/// What a period or a sum tells at most, in log-odds.
pub(crate) const MOST_OF_FACT: f64 = 5.0;
/// What they tell against a pair at most: pairs that texts make likely are oftener copies than overlaps in general are, and
/// agree oftener.
pub(crate) const MOST_AGAINST: f64 = 2.0;
/// By how many log-odds texts are taken to say too little or too much at most.
pub(crate) const MOST_CORROBORATION: f64 = 3.0;
/// What an exact sum tells that both state, where a catalogue has nothing to learn from.
pub(crate) const SHIPPED_MONEY: f64 = 3.0;
/// The same of technologies that are all the same.
pub(crate) const SHIPPED_TECHNOLOGIES: f64 = 0.8;

const fn line(factor: &'static str, weight: f64, amounts: [f64; 2]) -> Weight {
    Weight {
        factor,
        weight,
        amounts,
    }
}

/// Every kind of fact with what one unit of it adds to the log-odds, and how many units there can be.
pub fn weights() -> impl Iterator<Item = Weight> {
    TABLE.iter().copied()
}

/// Titles less alike than this are as unlike as chance makes them.
const CHANCE_TITLE: f64 = 0.45;

/// Log-odds beyond this (22,000 to 1) are taken back more and more: no text makes it surer than it is that whoever
/// wrote it was not mistaken. It also keeps a score so far from 1 that its log-odds can be found again from it.
const SURE: f64 = 10.0;
/// How slowly.
const SURER: f64 = 3.0;

/// What is taken back of log-odds. The more is left, the more there was.
#[must_use]
pub fn restraint(log_odds: f64) -> f64 {
    let beyond = log_odds - SURE;
    if beyond > 0.0 {
        SURER * (beyond / SURER).ln_1p() - beyond
    } else {
        0.0
    }
}

/// How much of each kind of fact there is, in the order of the table.
pub(crate) fn amounts(facts: &Facts) -> [f64; FACTORS] {
    let mut amounts = stated(facts);
    let taken_back = restraint(sum(&amounts));
    let [.., last] = &mut amounts;
    *last = taken_back;
    amounts
}

fn sum(amounts: &[f64; FACTORS]) -> f64 {
    amounts
        .iter()
        .zip(&TABLE)
        .map(|(amount, line)| amount * line.weight)
        .sum()
}

/// The same without what is taken back.
fn stated(facts: &Facts) -> [f64; FACTORS] {
    let title = facts.title.map_or(0.0, |title| {
        (title - CHANCE_TITLE).max(0.0) / (1.0 - CHANCE_TITLE)
    });
    let people = facts
        .people
        .map_or(0.0, |people| if people.same() { 1.0 } else { 0.0 });
    let Crowd { more, steepness } = facts.crowd;
    let [text, topic, meaning] =
        text_parts(&facts.coverage, facts.senses).map(|part| steepness * f64::from(part));
    [
        steepness,
        if facts.senses.meaning.is_none() {
            steepness
        } else {
            0.0
        },
        steepness * more,
        facts.corroboration,
        text,
        topic,
        meaning,
        steepness * f64::from(f32::midpoint(facts.levels[0], facts.levels[1])),
        title,
        if facts.code { 1.0 } else { 0.0 },
        facts.means / MOST_OF_FACT,
        facts.themes.unwrap_or(0.0),
        people,
        facts.start / MOST_OF_FACT,
        facts.money / MOST_OF_FACT,
        if facts.declared.is_some() { 1.0 } else { 0.0 },
        0.0,
    ]
}

/// What the title can add at most.
pub(crate) fn most_from_title() -> f64 {
    TABLE
        .iter()
        .find(|line| line.factor == "title")
        .map_or(0.0, |line| line.weight)
}

/// No more log-odds than this come of what else is known of a pair than its texts, its title at best.
/// `aided` says whether there may be sentence vectors.
pub(crate) fn most_beside_text(beside: &Facts, aided: bool) -> f64 {
    // Likenesses are added up in single precision: the last term makes good for it.
    let unaided = beside.crowd.steepness * UNAIDED;
    sum(&stated(beside)) - if aided { unaided } else { 0.0 } + most_from_title() + 1e-3
}

/// How alike the two are to their nearest others at most, added up, if a likeness and so many log-odds of what else is known
/// are to come to a score.
pub(crate) fn most_level(likeness: f32, beside: f64, crowd: Crowd, score: f64) -> f64 {
    let needed = (score / (1.0 - score)).ln();
    (f64::from(likeness) + (beside - needed) / (LIKENESS * crowd.steepness)) * 2.0 / LEVEL_SHARE
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

#[cfg(test)]
mod tests {
    use super::{Crowd, MOST_CROWD, MOST_STEEPNESS, SURE, restraint};

    #[test]
    fn likenesses_count_more_the_larger_the_catalogue_is_within_the_table() {
        let steepness = |records| Crowd::of(records).steepness;
        assert!((steepness(0) - 1.0).abs() < 1e-12 && (steepness(2_000) - 1.0).abs() < 1e-12);
        assert!((steepness(100_000) - 1.46).abs() < 0.01 && (steepness(1_000_000) - 1.68).abs() < 0.01);
        let most = Crowd::of(usize::MAX);
        assert!(most.more <= MOST_CROWD && most.steepness <= MOST_STEEPNESS);
    }

    #[test]
    fn what_is_surer_stays_surer_but_is_never_certain() {
        let told = |log_odds: f64| log_odds + restraint(log_odds);
        let odds: Vec<f64> = (-20..80).map(|n| told(f64::from(n))).collect();
        assert!(
            odds.windows(2)
                .all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= 1.0 + 1e-12)
        );
        assert!((told(SURE) - SURE).abs() < 1e-12 && told(60.0) < 20.0);
    }
}
