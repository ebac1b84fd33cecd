//! What two reviewers say of one finding, each for themselves. PURE.

use std::collections::BTreeMap;

use entity::kinds::OverlapState;
use uuid::Uuid;

use super::wilson::Share;

/// What was said of a finding from when it was looked at until it was reopened or flagged anew.
#[derive(Debug, Clone, Default)]
pub(super) struct Round {
    /// The first decision, and whose.
    decision: Option<(Option<Uuid>, OverlapState)>,
    /// What each who judged apart would decide; of several times the last.
    judgements: BTreeMap<Option<Uuid>, OverlapState>,
}

impl Round {
    /// Somebody decided. What comes of an appeal is no decision apart: whoever decides on it knows the first.
    pub(super) fn decided(&mut self, by: Option<Uuid>, outcome: OverlapState) {
        self.decision.get_or_insert((by, outcome));
    }

    /// Somebody judged apart.
    pub(super) fn judged(&mut self, by: Option<Uuid>, outcome: Option<OverlapState>) {
        self.judgements.extend(outcome.map(|outcome| (by, outcome)));
    }
}

/// How often whoever decided said one thing and whoever judged apart another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Opinions(BTreeMap<(OverlapState, OverlapState), u32>);

impl Opinions {
    /// Counts what was said in a round: each judgement of somebody else beside the decision.
    pub(super) fn count(&mut self, round: Round) {
        let Some((by, outcome)) = round.decision else {
            return;
        };
        for (other, judged) in round.judgements {
            if other != by {
                *self.0.entry((outcome, judged)).or_default() += 1;
            }
        }
    }

    /// How often they said the same.
    #[must_use]
    pub fn share(&self) -> Share {
        let mut share = Share::default();
        for ((decided, judged), number) in &self.0 {
            share.of += number;
            share.right += if decided == judged { *number } else { 0 };
        }
        share
    }

    /// Cohen's kappa: how much more often they said the same than by chance, 1 being always. `None` of nothing, and
    /// where chance alone would make them always agree.
    #[must_use]
    pub fn kappa(&self) -> Option<f64> {
        let share = self.share();
        let (seen, all) = (share.value()?, f64::from(share.of));
        let said = |which: fn(&(OverlapState, OverlapState)) -> OverlapState, word: OverlapState| -> f64 {
            let rows = self.0.iter().filter(|(pair, _)| which(pair) == word);
            f64::from(rows.map(|(_, number)| *number).sum::<u32>()) / all
        };
        let chance: f64 = OverlapState::ALL
            .iter()
            .map(|word| said(|pair| pair.0, *word) * said(|pair| pair.1, *word))
            .sum();
        (chance < 1.0).then(|| (seen - chance) / (1.0 - chance))
    }
}

#[cfg(test)]
mod tests {
    use OverlapState::{Confirmed, Dismissed, Related};

    use super::*;

    fn round(decided: OverlapState, judged: &[OverlapState]) -> Round {
        let mut round = Round::default();
        for outcome in judged {
            round.judged(Some(Uuid::now_v7()), Some(*outcome));
        }
        round.decided(Some(Uuid::now_v7()), decided);
        round
    }

    #[test]
    fn agreement_is_held_against_chance() {
        let mut opinions = Opinions::default();
        assert_eq!(opinions.kappa(), None);
        // A textbook's table: 20 and 15 alike, 5 and 10 not; 0.7 seen, 0.5 by chance.
        for (decided, judged, number) in [
            (Confirmed, Confirmed, 20),
            (Confirmed, Dismissed, 5),
            (Dismissed, Confirmed, 10),
            (Dismissed, Dismissed, 15),
        ] {
            (0..number).for_each(|_| opinions.count(round(decided, &[judged])));
        }
        assert_eq!(opinions.share(), Share { right: 35, of: 50 });
        assert!((opinions.kappa().unwrap() - 0.4).abs() < 1e-12);
        let mut same = Opinions::default();
        same.count(round(Related, &[Related, Related]));
        assert_eq!(
            (same.share().of, same.kappa()),
            (2, None),
            "chance alone would agree too"
        );
    }

    #[test]
    fn nobody_agrees_with_themselves_and_the_last_word_of_each_counts() {
        let (me, other) = (Some(Uuid::now_v7()), Some(Uuid::now_v7()));
        let mut mine = Round::default();
        mine.judged(me, Some(Confirmed));
        mine.judged(other, Some(Dismissed));
        mine.judged(other, Some(Confirmed));
        mine.decided(me, Confirmed);
        // What an appeal made of it is no opinion of its own.
        mine.decided(other, Dismissed);
        let mut opinions = Opinions::default();
        opinions.count(mine);
        assert_eq!(opinions.share(), Share { right: 1, of: 1 });
        opinions.count(Round::default());
        assert_eq!(opinions.share().of, 1, "what nobody decided counts for nothing");
    }
}
