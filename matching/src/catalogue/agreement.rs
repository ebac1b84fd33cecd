//! What it tells here that two records state the same start or the same sum, and how far likeness can be believed: learnt
//! from the catalogue itself.
//!
//! After Fellegi and Sunter (1969): a fact on which partners agree more often than others do speaks for a pair by the
//! logarithm of how much more often. Who are partners nobody says: it is found by expectation and maximisation (Dempster,
//! Laird and Rubin 1977), which takes in turn how likely each pair is by its texts and by what is held of the facts, and
//! what is to be held of the facts when each pair counts as much as it is likely. That a rare value is the same tells more
//! than that a common one is (Winkler 1989). Pairs of one body are not counted: its copies agree on everything, and what
//! Tandem looks for is the same effort of two.
//!
//! Starts and sums do not depend on how a text is put, and so bear witness to it too: if pairs that texts leave in doubt agree
//! as often as sure ones do, texts say too little here, and every pair is raised by as much as makes both say the same.

mod lesson;
mod meeting;
mod values;

use crate::compare::money::{self, Sums};
use crate::score::{MOST_CORROBORATION, SHIPPED_MONEY};
use crate::{Money, Period, Record};
use lesson::{Count, Lesson};
use meeting::{Meeting, amounts, counted, number, starts_meet, sums_meet, year};
use values::Values;

/// So many records' pairs are known at most; the oldest make way for new ones.
const HEARD: usize = 1_536;
/// How often what is likely and what is learnt of it are taken in turn when a catalogue is filled: with twice as many
/// nothing changed in the second decimal at 10,000 and 100,000 records.
const TURNS: usize = 12;
/// Every so many changes take one turn more: each reads all pairs.
const CHANGES: usize = 16;
/// How far what texts say is taken to be off before anything is heard, in log-odds: the standard deviation of a normal
/// distribution around nothing.
const OFF: f64 = 1.0;

/// A pair that may be partners by its texts.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// How likely that is, in log-odds.
    by_text: f64,
    starts: Option<Meeting>,
    sums: Option<Meeting>,
}

/// What the pairs of one record showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    /// The ways in which it meets those who can be no partners by their texts.
    starts: Count,
    sums: Count,
    open: Vec<Open>,
}

impl Heard {
    /// Notes in which way two records meet. `by_text` is how likely they are partners by what is known beside starts and
    /// sums, in log-odds; `None` if they are not.
    pub(super) fn note(&mut self, (left, right): (&Record, &Record), by_text: Option<f64>) {
        let starts = starts_meet(left.period, right.period);
        let sums = sums_meet(&left.money, &right.money);
        if let Some(by_text) = by_text {
            self.open.push(Open {
                by_text,
                starts,
                sums,
            });
        } else {
            self.starts.note(starts, 0.0);
            self.sums.note(sums, 0.0);
        }
    }
}

/// What agreement in facts tells in one catalogue.
#[derive(Debug, Default)]
pub(super) struct Agreement {
    starts: Values,
    sums: Values,
    heard: Vec<Heard>,
    /// Which of them makes way next.
    next: usize,
    start: Lesson,
    sum: Lesson,
    corroboration: f64,
}

impl Agreement {
    /// How many records it wants to hear of at first.
    pub(super) const WANTED: usize = HEARD;

    /// Takes note of what a new record states.
    pub(super) fn add(&mut self, record: &Record) {
        year(record.period)
            .into_iter()
            .for_each(|year| self.starts.add(year));
        amounts(record).for_each(|sum| self.sums.add(sum));
    }

    /// Forgets what a record stated.
    pub(super) fn take(&mut self, record: &Record) {
        year(record.period)
            .into_iter()
            .for_each(|year| self.starts.take(year));
        amounts(record).for_each(|sum| self.sums.take(sum));
    }

    /// Learns from the pairs of many records, and from nothing before.
    pub(super) fn learn(&mut self, heard: Vec<Heard>) {
        self.heard = heard;
        self.next = 0;
        (self.start, self.sum) = (Lesson::default(), Lesson::default());
        self.corroboration = 0.0;
        for _ in 0..TURNS {
            self.draw_lessons();
        }
    }

    /// Learns from the pairs of one more record.
    pub(super) fn hear(&mut self, heard: Heard) {
        if self.heard.len() < HEARD {
            self.heard.push(heard);
        } else if let Some(oldest) = self.heard.get_mut(self.next) {
            *oldest = heard;
            self.next = (self.next + 1) % HEARD;
        }
        if (self.heard.len() + self.next).is_multiple_of(CHANGES) {
            self.draw_lessons();
        }
    }

    /// Takes each pair for as likely as its texts and what was held of the facts make it, and learns from that what is to be
    /// held of them.
    fn draw_lessons(&mut self) {
        let all = |of: fn(&Heard) -> &Count| self.heard.iter().map(of).fold(Count::default(), Count::and);
        let (mut starts, mut sums) = (all(|heard| &heard.starts), all(|heard| &heard.sums));
        // One step of Newton's to where texts alone make as many partners likely as texts and facts do.
        let variance = OFF * OFF;
        let (mut short, mut steep) = (-self.corroboration / variance, 1.0 / variance);
        for pair in self.heard.iter().flat_map(|heard| &heard.open) {
            let by_text = pair.by_text + self.corroboration;
            let by_facts = self.start.witnesses(pair.starts) + self.sum.witnesses(pair.sums);
            let likelihood = likelihood(by_text + by_facts);
            starts.note(pair.starts, likelihood);
            sums.note(pair.sums, likelihood);
            if pair.starts.is_some() || pair.sums.is_some() {
                let by_text = self::likelihood(by_text);
                short += likelihood - by_text;
                steep += by_text * (1.0 - by_text);
            }
        }
        self.start = Lesson::of(&starts, &self.starts);
        self.sum = Lesson::of(&sums, &self.sums);
        self.corroboration =
            (self.corroboration + short / steep).clamp(-MOST_CORROBORATION, MOST_CORROBORATION);
    }

    /// By how many log-odds texts say too little here, as starts and sums bear witness: below nothing if they say too much.
    pub(super) fn corroboration(&self) -> f64 {
        self.corroboration
    }

    /// Which share of likely partners start about the same time, as far as that is known; in [0, 1].
    pub(super) fn together(&self) -> f64 {
        self.start.trust * self.start.agree
    }

    /// Starts and sums together tell no more than so many log-odds against a pair.
    pub(super) fn most_against(&self) -> f64 {
        self.start.most_against() + self.sum.most_against()
    }

    /// What the starts of two records tell, in log-odds.
    pub(super) fn start(&self, left: Period, right: Period) -> f64 {
        if self.start.trust == 0.0 {
            return 0.0;
        }
        let Some(meeting) = starts_meet(left, right) else {
            return 0.0;
        };
        let share = || {
            let years = [left, right].into_iter().filter_map(year);
            years.map(|year| self.starts.share(year)).fold(0.0, f64::max)
        };
        self.start.trust * self.start.tells(meeting, share)
    }

    /// What the sums of two records tell, in log-odds.
    pub(super) fn money(&self, sums: Option<Sums>, left: &[Money], right: &[Money]) -> f64 {
        let shipped = shipped_money(sums);
        if self.sum.trust == 0.0 {
            return shipped;
        }
        let Some(meeting) = sums_meet(left, right) else {
            return shipped;
        };
        let share = || {
            let (left, right) = (counted(left), counted(right));
            let same = left
                .iter()
                .filter(|sum| right.iter().any(|other| money::same(sum, other)));
            same.map(|sum| self.sums.share(number(sum))).fold(1.0, f64::min)
        };
        let Lesson { trust, .. } = self.sum;
        trust * self.sum.tells(meeting, share) + (1.0 - trust) * shipped
    }

    /// No start tells more of a record and any other.
    pub(super) fn most_of_start(&self, record: &Record) -> f64 {
        year(record.period).map_or(0.0, |year| {
            self.start.trust * self.start.most(Some(self.starts.share(year)))
        })
    }

    /// No sum tells more of a record and any other.
    pub(super) fn most_of_money(&self, record: &Record) -> f64 {
        if record.money.is_empty() {
            return 0.0;
        }
        let shares = amounts(record).map(|sum| self.sums.share(sum));
        let Lesson { trust, .. } = self.sum;
        trust * self.sum.most(shares.reduce(f64::min)) + (1.0 - trust) * SHIPPED_MONEY
    }
}

/// What the sums of two records tell where nothing was learnt, in log-odds.
pub(super) fn shipped_money(sums: Option<Sums>) -> f64 {
    SHIPPED_MONEY * sums.map_or(0.0, Sums::telling)
}

fn likelihood(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::{Agreement, Heard, shipped_money};
    use crate::compare::money;
    use crate::score::{MOST_AGAINST, MOST_OF_FACT, SHIPPED_MONEY};
    use crate::{Day, Money, Period, Record};

    fn record(year: i32, pounds: i64) -> Record {
        Record {
            period: Period {
                start: Some(Day((year - 1970) * 365 + (year - 1969) / 4)),
                end: None,
            },
            money: vec![Money {
                minor: pounds * 100,
                currency: "GBP".into(),
                funder: None,
            }],
            ..Record::default()
        }
    }

    /// A thousand records, half of which name one sum, and what likely partners showed: most agree on both facts.
    fn learnt() -> Agreement {
        let mut agreement = Agreement::default();
        for n in 0..1_000 {
            agreement.add(&record(
                2015 + n % 10,
                if n % 2 == 0 { 5_000 } else { 10_000 + i64::from(n) },
            ));
        }
        let mut heard = Heard::default();
        for n in 0..100 {
            let other = if n < 90 {
                record(2015, 10_001)
            } else {
                record(2019, 77_000)
            };
            heard.note((&record(2015, 10_001), &other), Some(10.0));
        }
        for n in 0..1_000 {
            let other = record(2015 + n % 10, 10_000 + i64::from(n) * 1_000);
            heard.note((&record(2015, 5_000), &other), None);
        }
        agreement.learn(vec![heard]);
        agreement
    }

    fn money_of(agreement: &Agreement, left: &Record, right: &Record) -> f64 {
        agreement.money(
            money::compare(&left.money, &right.money),
            &left.money,
            &right.money,
        )
    }

    #[test]
    fn a_rare_sum_tells_more_than_one_that_many_name_and_another_sum_tells_against() {
        let agreement = learnt();
        let same = |pounds| money_of(&agreement, &record(2015, pounds), &record(2015, pounds));
        assert!(
            same(10_001) > 2.0 + same(5_000),
            "{} {}",
            same(10_001),
            same(5_000)
        );
        assert!(money_of(&agreement, &record(2015, 10_001), &record(2015, 90_000)) < -0.5);
    }

    #[test]
    fn starts_tell_what_partners_showed() {
        let agreement = learnt();
        let start = |left, right| agreement.start(record(left, 1).period, record(right, 1).period);
        assert!(start(2016, 2016) > 1.0, "{}", start(2016, 2016));
        assert!(start(2016, 2020) < -0.5, "{}", start(2016, 2020));
        assert!(agreement.start(Period::default(), record(2016, 1).period).abs() < 1e-12);
    }

    #[test]
    fn nothing_tells_more_than_is_said_before() {
        let agreement = learnt();
        for (year, pounds) in [(2015, 5_000), (2016, 10_001), (1980, 3)] {
            let one = record(year, pounds);
            for other in [
                one.clone(),
                record(2016, 10_001),
                record(2040, 5_400),
                Record::default(),
            ] {
                let (start, money) = (
                    agreement.start(one.period, other.period),
                    money_of(&agreement, &one, &other),
                );
                assert!(start <= agreement.most_of_start(&one) + 1e-12);
                assert!(money <= agreement.most_of_money(&one) + 1e-12);
                assert!(
                    (-MOST_AGAINST..=MOST_OF_FACT).contains(&start)
                        && (-MOST_AGAINST..=MOST_OF_FACT).contains(&money)
                );
            }
        }
    }

    /// What comes of pairs that texts leave in doubt, of which so many of a hundred agree on start and sum, beside 200 sure ones.
    fn corroboration(agreeing: i32) -> f64 {
        let mut agreement = learnt();
        let (one, same) = (record(2015, 10_001), record(2015, 10_001));
        let mut heard = agreement.heard.clone();
        let mut more = Heard::default();
        for n in 0..200 {
            more.note((&one, &same), Some(8.0));
            let other = record(2017 + n % 5, 90_000 + i64::from(n) * 7_000);
            more.note((&one, if n % 100 < agreeing { &same } else { &other }), Some(0.0));
        }
        heard.push(more);
        agreement.learn(heard);
        agreement.corroboration()
    }

    #[test]
    fn starts_and_sums_bear_witness_to_what_texts_say() {
        let [few, half, most] = [10, 50, 90].map(corroboration);
        assert!(
            few < -1.0 && half.abs() < 0.5 && most > 1.0,
            "{few} {half} {most}"
        );
        let unheard = Agreement::default();
        assert!(unheard.corroboration().abs() < 1e-12 && unheard.most_against().abs() < 1e-12);
    }

    #[test]
    fn turns_come_to_rest() {
        let mut agreement = learnt();
        let before = agreement.corroboration();
        for _ in 0..2 * super::CHANGES {
            agreement.hear(Heard::default());
        }
        assert!((agreement.corroboration() - before).abs() < 0.01);
    }

    #[test]
    fn what_was_shipped_counts_where_nothing_was_heard() {
        let (one, agreement) = (record(2015, 12_345), Agreement::default());
        assert!((money_of(&agreement, &one, &one) - SHIPPED_MONEY).abs() < 1e-12);
        assert!(agreement.start(one.period, one.period).abs() < 1e-12);
        assert!(shipped_money(None).abs() < 1e-12);
    }
}
