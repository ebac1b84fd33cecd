//! In which ways two efforts overlap: by topic, by cost, by commitment. Same topic is not same cost.
//!
//! PURE. Each way is judged for itself and says what it rests on; what is unknown is said to be unknown.

use entity::overlap;

use super::facts::{Period, SameCost, SharedParticipant, Sum};

/// A way in which two efforts can overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// They are after the same thing.
    Topic,
    /// The same cost may be paid twice.
    Budgetary,
    /// The same people are bound to both at the same time.
    Commitment,
}

/// What is found of one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The facts say so.
    Found,
    /// The facts allow it, and a person should look.
    Possible,
    /// The facts speak against it.
    NotFound,
    /// Facts are missing.
    Unknown,
}

/// One way, what is found of it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// The way.
    pub kind: Kind,
    /// What is found.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub why: String,
}

impl Kind {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Topic => "Topic",
            Self::Budgetary => "Cost",
            Self::Commitment => "Commitment",
        }
    }
}

impl Verdict {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Possible => "possible",
            Self::NotFound => "not found",
            Self::Unknown => "unknown",
        }
    }
}

/// From this score on (four in five, set by hand) the topic is held to be the same; below it, down to the flag threshold,
/// that is possible.
const SAME_TOPIC: f64 = 0.8;

/// Judges each way.
pub(super) fn classify(
    overlap: &overlap::Model,
    participants: &[SharedParticipant],
    period: &Period,
    money: (&[Sum], &[SameCost]),
) -> Vec<Dimension> {
    let topic = Dimension {
        kind: Kind::Topic,
        verdict: match overlap.score {
            score if score >= SAME_TOPIC => Verdict::Found,
            _ => Verdict::Possible,
        },
        why: format!("the texts and facts give a probability of {:.2}", overlap.score),
    };
    vec![
        topic,
        budgetary(participants, money),
        commitment(participants, period),
    ]
}

fn budgetary(participants: &[SharedParticipant], (sums, same): (&[Sum], &[SameCost])) -> Dimension {
    let one_payer = participants
        .iter()
        .find(|shared| shared.left.contains(&"funder") && shared.right.contains(&"funder"));
    let (verdict, why) = match (same, one_payer) {
        (same, _) if same.iter().any(|same| same.same_source) => (
            Verdict::Found,
            "both name the same sum from the same body".to_owned(),
        ),
        (same, _) if same.iter().any(|same| same.exact) => {
            (Verdict::Possible, "both name the same exact sum".to_owned())
        }
        (_, Some(payer)) => (Verdict::Possible, format!("{} pays for both", payer.name)),
        (_, None) if !(sums.iter().any(|sum| sum.is_left) && sums.iter().any(|sum| !sum.is_left)) => (
            Verdict::Unknown,
            "the sums of one record or both are unknown".to_owned(),
        ),
        _ => (
            Verdict::NotFound,
            "no exact sum and no payer is the same".to_owned(),
        ),
    };
    Dimension {
        kind: Kind::Budgetary,
        verdict,
        why,
    }
}

fn commitment(participants: &[SharedParticipant], period: &Period) -> Dimension {
    let working: Vec<&str> = participants
        .iter()
        .filter(|shared| shared.works)
        .map(|shared| shared.name.as_str())
        .collect();
    let who = working.join(", ");
    let (verdict, why) = match (working.is_empty(), period.days_together) {
        (true, _) => (Verdict::NotFound, "nobody leads or takes part in both".to_owned()),
        (false, Some(0)) => (
            Verdict::NotFound,
            format!("both are the work of {who}, one after the other"),
        ),
        (false, Some(days)) => (
            Verdict::Found,
            format!("both are the work of {who}, for {days} days at the same time"),
        ),
        (false, None) => (
            Verdict::Unknown,
            format!("both are the work of {who}; whether at the same time is unknown"),
        ),
    };
    Dimension {
        kind: Kind::Commitment,
        verdict,
        why,
    }
}
