//! What it tells here that two records state the same start, the same sum or the same technologies, and how far likeness can
//! be believed: learnt from the catalogue itself.
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
//! Technologies bear no witness: they are words of the text as well.

mod credence;
mod lesson;
mod meeting;
mod values;

use crate::compare::money::{self, Sums};
use crate::profile::Profile;
use crate::score::{MOST_AGAINST, MOST_OF_FACT, SHIPPED_MONEY, SHIPPED_TECHNOLOGIES};
use crate::{Day, Money, Record};
use credence::Credence;
use lesson::{Count, Lesson};
pub(super) use meeting::Meetings;
use meeting::{amounts, counted, labels_meet, number, starts_meet, sums_meet, year};
use values::Values;

/// The pairs of one record in so many are known, of so many records at least and at most; the oldest make way for new ones.
const ONE_IN: usize = 32;
const FEWEST_HEARD: usize = 1_536;
const MOST_HEARD: usize = 6_144;
/// How often what is likely and what is learnt of it are taken in turn when a catalogue is filled: with twice as many
/// nothing changed in the second decimal at 10,000 and 100,000 records.
const TURNS: usize = 12;
/// Every so many changes take one turn more: each reads all pairs.
const CHANGES: usize = 16;

/// A pair that may be partners by its texts.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// How likely that is, in log-odds.
    by_text: f64,
    meetings: Meetings,
}

/// How often pairs met in which way, by fact.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    starts: Count,
    sums: Count,
}

impl Counts {
    fn note(&mut self, meetings: Meetings, likelihood: f64) {
        self.starts.note(meetings.starts, likelihood);
        self.sums.note(meetings.sums, likelihood);
    }

    fn and(self, other: &Self) -> Self {
        Self {
            starts: self.starts.and(&other.starts),
            sums: self.sums.and(&other.sums),
        }
    }
}

/// What the pairs of one record showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    /// The ways in which it meets those who can be no partners by their texts.
    others: Counts,
    open: Vec<Open>,
}

impl Heard {
    /// Notes in which way two records meet. `by_text` is how likely they are partners by what else is known of them, in
    /// log-odds; `None` if they are not.
    pub(super) fn note(&mut self, meetings: Meetings, by_text: Option<f64>) {
        match by_text {
            Some(by_text) => self.open.push(Open { by_text, meetings }),
            None => self.others.note(meetings, 0.0),
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
    credence: Credence,
}

impl Agreement {
    /// Of how many records' pairs it wants to know in a catalogue of so many.
    pub(super) fn wanted(records: usize) -> usize {
        (records / ONE_IN).clamp(FEWEST_HEARD, MOST_HEARD)
    }

    /// Takes note of what a new record states.
    pub(super) fn add(&mut self, record: &Record) {
        year(record.period.start)
            .into_iter()
            .for_each(|year| self.starts.add(year));
        amounts(record).for_each(|sum| self.sums.add(sum));
    }

    /// Forgets what a record stated.
    pub(super) fn take(&mut self, record: &Record) {
        year(record.period.start)
            .into_iter()
            .for_each(|year| self.starts.take(year));
        amounts(record).for_each(|sum| self.sums.take(sum));
    }

    /// Learns from the pairs of many records, and from nothing before.
    pub(super) fn learn(&mut self, heard: Vec<Heard>) {
        self.heard = heard;
        self.next = 0;
        (self.start, self.sum, self.credence) = Default::default();
        for _ in 0..TURNS {
            self.draw_lessons();
        }
    }

    /// Learns from the pairs of one more record of a catalogue of so many.
    pub(super) fn hear(&mut self, heard: Heard, records: usize) {
        if self.heard.len() < Self::wanted(records) {
            self.heard.push(heard);
        } else if let Some(oldest) = self.heard.get_mut(self.next) {
            *oldest = heard;
            self.next = (self.next + 1) % self.heard.len();
        }
        if (self.heard.len() + self.next).is_multiple_of(CHANGES) {
            self.draw_lessons();
        }
    }

    /// Takes each pair for as likely as its texts and what was held of the facts make it, and learns from that what is to be
    /// held of them.
    fn draw_lessons(&mut self) {
        let others = self.heard.iter().map(|heard| &heard.others);
        let mut counts = others.fold(Counts::default(), Counts::and);
        let mut shown = self.credence.show();
        for Open { by_text, meetings } in self.heard.iter().flat_map(|heard| &heard.open) {
            let by_text = by_text + self.credence.of(meetings.technologies);
            let by_facts = self.start.on_average(meetings.starts) + self.sum.on_average(meetings.sums);
            let likelihood = likelihood(by_text + by_facts);
            counts.note(*meetings, likelihood);
            if meetings.starts.is_some() || meetings.sums.is_some() {
                shown.note(likelihood, by_text, meetings.technologies);
            }
        }
        self.start = Lesson::of(&counts.starts, self.starts.by_chance());
        self.sum = Lesson::of(&counts.sums, self.sums.by_chance());
        self.credence.follow(&shown);
    }

    /// By how many log-odds texts say too little here, as starts and sums bear witness: below nothing if they say too much.
    pub(super) fn corroboration(&self) -> f64 {
        self.credence.of_all()
    }

    /// Which share of likely partners start about the same time, as far as that is known; in [0, 1].
    pub(super) fn together(&self) -> f64 {
        self.start.trust * self.start.agree
    }

    /// What the starts of two records tell, in log-odds.
    pub(super) fn start(&self, left: Option<Day>, right: Option<Day>) -> f64 {
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

    /// What the technologies of two records tell, which are so much alike, in log-odds.
    pub(super) fn technologies(&self, likeness: Option<f64>) -> f64 {
        let learnt = labels_meet(likeness).map_or(0.0, |meeting| self.credence.of_technologies(meeting));
        (shipped_technologies(likeness) + learnt).clamp(-MOST_AGAINST, MOST_OF_FACT)
    }

    /// No start tells more of a record and any other.
    pub(super) fn most_of_start(&self, record: &Record) -> f64 {
        year(record.period.start).map_or(0.0, |year| {
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

    /// No technologies tell more of a record and any other.
    pub(super) fn most_of_technologies(&self, profile: &Profile) -> f64 {
        if profile.technologies.is_empty() {
            return 0.0;
        }
        SHIPPED_TECHNOLOGIES + self.credence.most_of_technologies()
    }
}

/// What the sums of two records tell where nothing was learnt, in log-odds.
pub(super) fn shipped_money(sums: Option<Sums>) -> f64 {
    SHIPPED_MONEY * sums.map_or(0.0, Sums::telling)
}

/// What the technologies of two records tell where nothing was learnt, if they are so much alike, in log-odds.
pub(super) fn shipped_technologies(likeness: Option<f64>) -> f64 {
    SHIPPED_TECHNOLOGIES * likeness.unwrap_or(0.0)
}

fn likelihood(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::{Agreement, Heard, Meetings, labels_meet, shipped_money};
    use crate::compare::money;
    use crate::profile::Profile;
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

    /// How two records meet whose technologies are so much alike.
    fn met((one, other): (&Record, &Record), technologies: Option<f64>) -> Meetings {
        Meetings {
            technologies: labels_meet(technologies),
            ..Meetings::of((one, &Profile::default()), (other, &Profile::default()))
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
            heard.note(met((&record(2015, 10_001), &other), None), Some(10.0));
        }
        for n in 0..1_000 {
            let other = record(2015 + n % 10, 10_000 + i64::from(n) * 1_000);
            heard.note(met((&record(2015, 5_000), &other), None), None);
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
        let start =
            |left, right| agreement.start(record(left, 1).period.start, record(right, 1).period.start);
        assert!(start(2016, 2016) > 1.0, "{}", start(2016, 2016));
        assert!(start(2016, 2020) < -0.5, "{}", start(2016, 2020));
        assert!(agreement.start(None, record(2016, 1).period.start).abs() < 1e-12);
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
                    agreement.start(one.period.start, other.period.start),
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
            more.note(met((&one, &same), None), Some(8.0));
            let other = record(2017 + n % 5, 90_000 + i64::from(n) * 7_000);
            let other = if n % 100 < agreeing { &same } else { &other };
            more.note(met((&one, other), None), Some(0.0));
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
        assert!(unheard.corroboration().abs() < 1e-12);
    }

    /// What technologies tell that are all the same, some of them and none, if of a hundred pairs that texts leave in doubt and
    /// whose technologies are the same so many agree on start and sum, of the others half.
    fn by_technologies(agreeing: i32) -> [f64; 3] {
        let mut agreement = learnt();
        let (one, same) = (record(2015, 10_001), record(2015, 10_001));
        let mut heard = agreement.heard.clone();
        let mut more = Heard::default();
        for n in 0..300 {
            let likeness = [1.0, 0.5, 0.0][usize::try_from(n % 3).unwrap()];
            let other = record(2017 + n % 5, 90_000 + i64::from(n) * 7_000);
            let agrees = n / 3 < if n % 3 == 0 { agreeing } else { 50 };
            let other = if agrees { &same } else { &other };
            more.note(met((&one, other), Some(likeness)), Some(0.0));
        }
        heard.push(more);
        agreement.learn(heard);
        [1.0, 0.5, 0.0].map(|likeness| agreement.technologies(Some(likeness)))
    }

    #[test]
    fn technologies_tell_what_starts_and_sums_bear_out() {
        let ([few, ..], [most, some, none]) = (by_technologies(10), by_technologies(95));
        assert!(few < 0.0 && most > 1.5, "{few} {most}");
        assert!(
            most > some + 1.0 && some.abs() < 1.0 && none.abs() < 1.0,
            "{some} {none}"
        );
        let (agreement, whole) = (
            learnt(),
            Profile {
                technologies: [1].into(),
                ..Profile::default()
            },
        );
        assert!(agreement.technologies(None).abs() < 1e-12);
        assert!(agreement.technologies(Some(1.0)) <= agreement.most_of_technologies(&whole));
        assert!((Agreement::default().technologies(Some(0.5)) - 0.4).abs() < 1e-12);
    }

    #[test]
    fn turns_come_to_rest() {
        let mut agreement = learnt();
        let before = agreement.corroboration();
        for _ in 0..2 * super::CHANGES {
            agreement.hear(Heard::default(), 1_000);
        }
        assert!((agreement.corroboration() - before).abs() < 0.01);
    }

    #[test]
    fn what_was_shipped_counts_where_nothing_was_heard() {
        let (one, agreement) = (record(2015, 12_345), Agreement::default());
        assert!((money_of(&agreement, &one, &one) - SHIPPED_MONEY).abs() < 1e-12);
        assert!(agreement.start(one.period.start, one.period.start).abs() < 1e-12);
        assert!(shipped_money(None).abs() < 1e-12);
    }
}
