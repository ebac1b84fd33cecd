//! What it tells here that two records state the same start or the same sum: learnt from the catalogue itself.
//!
//! After Fellegi and Sunter (1969): a fact on which partners agree more often than others do speaks for a pair by the
//! logarithm of how much more often. How often partners agree is counted among the pairs that their texts and the shipped
//! weights make likely, each as much as it is likely; how often others do, among the rest of those that are compared. That a
//! rare value is the same tells more than that a common one is (Winkler 1989). Pairs of one body are not counted: its copies
//! agree on everything, and what Tandem looks for is the same effort of two.

#![expect(
    clippy::as_conversions,
    reason = "counts stay far below 2^53; a meeting is a place in an array"
)]

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

use crate::compare::money::{self, Sums};
use crate::compare::period::{self, SAME_DAYS};
use crate::score::{MOST_AGAINST, MOST_OF_FACT, SHIPPED_MONEY};
use crate::{Money, Period, Record};

/// So many records' pairs are known at most; the oldest make way for new ones.
const HEARD: usize = 1_536;
/// As many pairs are thought up that agree as chance has it, and with as many what was learnt counts half and the shipped
/// weight the other half: the first few that are seen decide little.
const DOUBT: f64 = 8.0;
/// Starts no more days apart than this are near each other.
const NEAR_DAYS: i64 = 548;
/// No more sums of one record are counted, so that a list without end takes no time without end.
const MOST_SUMS: usize = 32;
/// By the Gregorian calendar.
const DAYS_OF_400_YEARS: i64 = 146_097;
/// Years of mean length begin up to so many days from the first of January.
const ADRIFT: i64 = 3;

/// How two records meet in one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meeting {
    Same,
    Near,
    Apart,
}

/// How often each value of one fact is stated.
#[derive(Debug, Default)]
struct Values {
    counts: FxHashMap<u64, u32>,
    stated: u64,
    /// The sum of all counts, squared.
    squares: u64,
}

impl Values {
    fn add(&mut self, value: u64) {
        let count = self.counts.entry(value).or_default();
        self.squares += 2 * u64::from(*count) + 1;
        *count += 1;
        self.stated += 1;
    }

    fn take(&mut self, value: u64) {
        if let Some(count) = self.counts.get_mut(&value).filter(|count| **count > 0) {
            *count -= 1;
            self.squares -= 2 * u64::from(*count) + 1;
            self.stated -= 1;
            if *count == 0 {
                self.counts.remove(&value);
            }
        }
    }

    /// The share of all statements that is this one. At least the two that are asked about state it.
    fn share(&self, value: u64) -> f64 {
        let count = self.counts.get(&value).copied().unwrap_or(0).max(2);
        f64::from(count) / (self.stated as f64).max(2.0)
    }

    /// The likelihood that two statements taken at random are the same.
    fn by_chance(&self) -> f64 {
        let all = (self.stated as f64).max(1.0);
        (self.squares as f64 / (all * all)).max(1.0 / all)
    }
}

/// How many pairs met in which way: likely partners, and others.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    likely: [f64; 3],
    others: [f64; 3],
}

impl Count {
    fn note(&mut self, meeting: Option<Meeting>, likelihood: f64) {
        let Some(meeting) = meeting else { return };
        for (counts, by) in [
            (&mut self.likely, likelihood),
            (&mut self.others, 1.0 - likelihood),
        ] {
            if let Some(count) = counts.get_mut(meeting as usize) {
                *count += by;
            }
        }
    }

    fn and(mut self, other: &Self) -> Self {
        let sums = self.likely.iter_mut().chain(&mut self.others);
        let more = other.likely.iter().chain(&other.others);
        sums.zip(more).for_each(|(sum, more)| *sum += more);
        self
    }
}

/// What the pairs of one record showed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    starts: Count,
    sums: Count,
}

/// What a fact tells, in log-odds.
#[derive(Debug, Clone, Copy, Default)]
struct Lesson {
    /// That it is the same, but for how rare the value is.
    same: f64,
    near: f64,
    apart: f64,
    /// Of so many likely partners it is the same.
    agree: f64,
    /// How much this counts beside what was shipped, in [0, 1].
    trust: f64,
}

impl Lesson {
    fn of(count: &Count, values: &Values) -> Self {
        let likely: f64 = count.likely.iter().sum();
        let others: f64 = count.others.iter().sum();
        let logs = |(seen, by_chance): (f64, f64)| {
            let by_chance = (by_chance + 1.0) / (others + 3.0);
            let of_partners = (seen + DOUBT * by_chance) / (likely + DOUBT);
            (of_partners.ln(), by_chance.ln())
        };
        let ([same, near, apart], [same_others, near_others, apart_others]) = (count.likely, count.others);
        let (same, same_by_chance) = logs((same, same_others));
        // Records that are near in their texts may state the same oftener than any two: those of one programme do.
        let oftener = (same_by_chance - values.by_chance().ln()).max(0.0);
        let tells = |(of_partners, by_chance): (f64, f64)| {
            (of_partners - by_chance).clamp(-MOST_AGAINST, MOST_OF_FACT)
        };
        Self {
            agree: same.exp(),
            same: same - oftener,
            near: tells(logs((near, near_others))),
            apart: tells(logs((apart, apart_others))),
            trust: likely / (likely + DOUBT),
        }
    }

    /// What a meeting tells; `share` is how common the value is that both state.
    fn tells(&self, meeting: Meeting, share: impl FnOnce() -> f64) -> f64 {
        match meeting {
            Meeting::Same => (self.same - share().ln()).clamp(0.0, MOST_OF_FACT),
            Meeting::Near => self.near,
            Meeting::Apart => self.apart,
        }
    }

    /// Nothing that a meeting tells is more than this, if the rarest value is so common.
    fn most(&self, share: Option<f64>) -> f64 {
        let same = share.map_or(0.0, |share| self.tells(Meeting::Same, || share));
        same.max(self.near).max(self.apart).max(0.0)
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
        self.draw_lessons();
    }

    /// Learns from the pairs of one more record.
    pub(super) fn hear(&mut self, heard: Heard) {
        if self.heard.len() < HEARD {
            self.heard.push(heard);
        } else if let Some(oldest) = self.heard.get_mut(self.next) {
            *oldest = heard;
            self.next = (self.next + 1) % HEARD;
        }
        self.draw_lessons();
    }

    fn draw_lessons(&mut self) {
        let all = |of: fn(&Heard) -> &Count| self.heard.iter().map(of).fold(Count::default(), Count::and);
        self.start = Lesson::of(&all(|heard| &heard.starts), &self.starts);
        self.sum = Lesson::of(&all(|heard| &heard.sums), &self.sums);
    }

    /// Notes in which way two records meet that are partners with this likelihood.
    pub(super) fn note(&self, heard: &mut Heard, (left, right): (&Record, &Record), likelihood: f64) {
        heard
            .starts
            .note(starts_meet(left.period, right.period), likelihood);
        heard.sums.note(sums_meet(&left.money, &right.money), likelihood);
    }

    /// Which share of likely partners start about the same time, as far as that is known; in [0, 1].
    pub(super) fn together(&self) -> f64 {
        self.start.trust * self.start.agree
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

fn starts_meet(left: Period, right: Period) -> Option<Meeting> {
    let days = period::between_starts(left, right)?;
    Some(if days <= SAME_DAYS {
        Meeting::Same
    } else if days <= NEAR_DAYS {
        Meeting::Near
    } else {
        Meeting::Apart
    })
}

fn sums_meet(left: &[Money], right: &[Money]) -> Option<Meeting> {
    let (left, right) = (counted(left), counted(right));
    let pairs = || left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    pairs().next()?;
    Some(if pairs().any(|(a, b)| money::same(a, b)) {
        Meeting::Same
    } else if pairs().any(|(a, b)| money::near(a, b)) {
        Meeting::Near
    } else {
        Meeting::Apart
    })
}

/// The year of a start.
fn year(period: Period) -> Option<u64> {
    let days = i64::from(period.start?.0) + ADRIFT;
    u64::try_from((days * 400).div_euclid(DAYS_OF_400_YEARS) + (1 << 32)).ok()
}

/// The first sums of a record.
fn counted(sums: &[Money]) -> &[Money] {
    sums.get(..MOST_SUMS).unwrap_or(sums)
}

/// The first sums of a record, each once, as numbers.
fn amounts(record: &Record) -> impl Iterator<Item = u64> {
    let sums = counted(&record.money);
    let first =
        move |(place, sum): &(usize, &Money)| !sums.iter().take(*place).any(|other| money::same(sum, other));
    let stated = sums.iter().enumerate().filter(|(_, sum)| sum.minor != 0);
    stated.filter(first).map(|(_, sum)| number(sum))
}

fn number(sum: &Money) -> u64 {
    let mut hasher = FxHasher::default();
    (sum.minor, &sum.currency).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{Agreement, Heard, Values, shipped_money};
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
            agreement.note(&mut heard, (&record(2015, 10_001), &other), 1.0);
        }
        for n in 0..1_000 {
            let other = record(2015 + n % 10, 10_000 + i64::from(n) * 1_000);
            agreement.note(&mut heard, (&record(2015, 5_000), &other), 0.0);
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

    #[test]
    fn what_was_shipped_counts_where_nothing_was_heard() {
        let (one, agreement) = (record(2015, 12_345), Agreement::default());
        assert!((money_of(&agreement, &one, &one) - SHIPPED_MONEY).abs() < 1e-12);
        assert!(agreement.start(one.period, one.period).abs() < 1e-12);
        assert!(shipped_money(None).abs() < 1e-12);
    }

    #[test]
    fn what_is_taken_was_never_there() {
        let mut values = Values::default();
        for value in [1, 2, 2, 3, 3, 3] {
            values.add(value);
        }
        let before = (values.share(3), values.by_chance());
        for value in [1, 3, 7, 7] {
            values.add(value);
        }
        for value in [7, 3, 1, 7, 9] {
            values.take(value);
        }
        assert_eq!(before, (values.share(3), values.by_chance()));
    }
}
