//! Throws mangled texts at normalise → compare → score. The same texts each time, so that a failure comes
//! again; `TANDEM_FUZZ_ROUNDS=1000000 cargo test --release -p matching --test fuzz` digs deeper.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test, in which a wrong place shall fail"
)]

#[path = "scale/numbers.rs"]
mod numbers;
#[path = "labelled/set.rs"]
mod set;

use numbers::Numbers;

use matching::{Catalogue, Day, Evidence, Field, Key, Period, Record, SearchOptions, SearchOutcome};

/// Rounds in the check: a few seconds where the matcher is optimised.
const ROUNDS: usize = 1_200;
/// The mangled records take these keys, over those of the labelled set.
const MANGLED: u128 = 1_000;

/// What has broken programs that read text: other scripts, marks without letters, joiners, direction marks,
/// letters that grow when folded, numbers at the edge, and lone signs.
const NASTY: &[&str] = &[
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\u{200d}",
    "\u{301}",
    "\u{1f469}\u{200d}\u{1f692}",
    "ﬀ",
    "İ",
    "ß",
    "ŉ",
    "Ǆ",
    "\u{fdfa}",
    "\u{10ffff}",
    "مشروع",
    "项目",
    "проект",
    "πρόγραμμα",
    "한국어",
    "१२३",
    "½",
    "²",
    "Ⅷ",
    "'",
    "''",
    "’s",
    "-",
    "--",
    "a-",
    "-a",
    ".",
    "1.5.2",
    "£",
    "%",
    "/",
    "\\",
    "\"",
    "&amp;",
    "<b>",
    "\r\n",
    "\t",
    "\u{85}",
    "\u{2028}",
    "e\u{301}\u{301}\u{301}",
    "99999999999999999999",
    "a'b'c'd",
    "I.O.T.",
    "A.I",
    "LoRaWAN",
    "EV/EVs",
];

impl Numbers {
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A place in a text where it may be cut.
    fn cut(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// A text mangled in one to six ways, and at most about 4 KB long.
fn mangled(numbers: &mut Numbers, texts: &[String]) -> String {
    let mut text = numbers.pick(texts).clone();
    for _ in 0..=numbers.below(6) {
        let (one, other) = (numbers.cut(&text), numbers.cut(&text));
        let (from, to) = (one.min(other), one.max(other));
        match numbers.below(8) {
            0 => text.insert_str(from, numbers.pick::<&str>(NASTY)),
            1 => text.replace_range(from..to, ""),
            2 => text = format!("{}{}", &text[from..], &text[..from]),
            3 if text.len() < 2_000 => text = format!("{}{}", &text[..to], &text[from..]),
            4 => text = text.split_whitespace().collect(),
            5 => text = text.to_uppercase(),
            6 => {
                let other = numbers.pick(texts);
                let at = numbers.cut(other);
                text = format!("{}{}", &text[..from], &other[at..]);
            }
            _ => {
                let point = u32::try_from(numbers.below(0x11_0000)).unwrap();
                text.insert(from, char::from_u32(point).unwrap_or('\u{fffd}'));
            }
        }
    }
    text
}

fn record(numbers: &mut Numbers, texts: &[String]) -> Record {
    let day = |numbers: &mut Numbers| match numbers.below(4) {
        0 => None,
        1 => Some(Day(i32::MIN)),
        2 => Some(Day(i32::MAX)),
        _ => Some(Day(i32::try_from(numbers.below(40_000)).unwrap())),
    };
    Record {
        title: mangled(numbers, texts),
        summary: mangled(numbers, texts),
        technologies: (0..numbers.below(3)).map(|_| mangled(numbers, texts)).collect(),
        themes: (0..numbers.below(2)).map(|_| mangled(numbers, texts)).collect(),
        period: Period {
            start: day(numbers),
            end: day(numbers),
        },
        ..Record::default()
    }
}

/// Fails if a span of an aligned term is empty or lies outside its text.
fn spans_lie_in_the_texts(evidence: &Evidence, left: &Record, right: &Record) {
    for term in &evidence.aligned {
        for (spans, record) in [(&term.left_spans, left), (&term.right_spans, right)] {
            for span in spans {
                let text = match span.field {
                    Field::Title => &record.title,
                    Field::Summary => &record.summary,
                };
                let end = usize::try_from(span.end).unwrap();
                assert!(
                    span.start < span.end && end <= text.chars().count(),
                    "{term:?} of {text:?}"
                );
            }
        }
    }
}

#[test]
fn mangled_texts_are_judged_or_refused_and_never_break_anything() {
    let rounds = std::env::var("TANDEM_FUZZ_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(ROUNDS);
    let set = set::all();
    let texts: Vec<String> = set
        .iter()
        .flat_map(|one| [one.record.title.clone(), one.record.summary.clone()])
        .chain(NASTY.iter().map(|nasty| (*nasty).to_owned()))
        .collect();
    let mut catalogue: Catalogue = set::catalogue(&set);
    let mut numbers = Numbers(2026);
    let search = SearchOptions {
        first: 5,
        min_score: 0.0,
        exclude: None,
    };
    for round in 0..rounds {
        let left = record(&mut numbers, &texts);
        // Sixteen mangled records are in the catalogue at a time, each replaced in its turn.
        let key = Key(MANGLED + u128::try_from(round % 16).unwrap());
        catalogue.insert(key, left.clone());
        if let SearchOutcome::Judged(found) = catalogue.search(&left, &search) {
            for found in &found {
                assert!((0.0..=1.0).contains(&found.score.value()), "{left:?}");
            }
        }
        let other = Key(u128::try_from(numbers.below(set.len())).unwrap());
        let there = catalogue.judge(key, other);
        let back = catalogue.judge(other, key);
        assert_eq!(there.is_some(), back.is_some(), "{left:?}");
        if let (Some((score, relation, evidence)), Some((mirrored, same, _))) = (there, back) {
            assert_eq!((score, relation), (mirrored, same), "{left:?}");
            spans_lie_in_the_texts(&evidence, &left, catalogue.get(other).unwrap());
        }
    }
}
