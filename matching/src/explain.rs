//! Why a pair got its score, in data and in words.

use crate::compare::money::Sums;
use crate::compare::period::Periods;
use crate::compare::text::Met;
use crate::index::Weighted;
use crate::lexicon::{Lexicon, TermId};
use crate::normalise::{Language, Words};
use crate::profile::{Occurrence, Profile, Profiler};
use crate::score::{Facts, TABLE, amounts, log_odds};
use crate::{AlignedTerm, Contribution, Evidence, Field, Record, Span};

/// How many words that met are listed.
const MOST_ALIGNED: usize = 24;

/// A word that carried less than this share of what the heaviest carried is not quoted in a sentence.
const QUOTED_SHARE: f64 = 0.5;
/// Nor are two words that are less alike than this: they met, but a reader would wonder.
const QUOTED_LIKENESS: f64 = 0.5;

/// Words that stand for whatever the text is about: they may have met, and weigh what they weigh, but tell a reader nothing.
const SAYS_NOTHING: &[&str] = &[
    "approach", "area", "aspect", "basis", "case", "cases", "change", "day", "days", "example", "form",
    "group", "issue", "issues", "item", "items", "kind", "kinds", "level", "lot", "lots", "matter",
    "matters", "number", "numbers", "part", "parts", "place", "places", "point", "points", "range", "set",
    "sets", "side", "sort", "sorts", "stage", "step", "steps", "stuff", "thing", "things", "time", "times",
    "type", "types", "use", "used", "uses", "using", "variety", "way", "ways", "work", "works", "working",
    "year", "years",
];

/// One side of a pair.
pub(crate) struct Side<'a> {
    pub(crate) record: &'a Record,
    pub(crate) profile: &'a Profile,
    pub(crate) weighted: &'a [Weighted],
}

/// All that is to be said of a pair.
pub(crate) fn evidence(
    left: &Side<'_>,
    right: &Side<'_>,
    facts: &Facts,
    met: &[Met],
    (profiler, lexicon): (&Profiler, &Lexicon),
) -> Evidence {
    let aligned = aligned(left, right, met, (profiler, lexicon));
    Evidence {
        summary: summary(facts, &aligned),
        contributions: contributions(facts, &aligned),
        missing: missing(left.record, right.record),
        aligned,
    }
}

fn aligned(
    left: &Side<'_>,
    right: &Side<'_>,
    met: &[Met],
    (profiler, lexicon): (&Profiler, &Lexicon),
) -> Vec<AlignedTerm> {
    let left_at = profiler.occurrences(left.record, lexicon);
    let right_at = profiler.occurrences(right.record, lexicon);
    let side = |side: &Side<'_>, place: usize, at: &[Occurrence]| -> Option<(String, Vec<Span>)> {
        let term = side.weighted.get(place)?.term;
        let spans = spans(term, at);
        let text = spans.first().and_then(|span| written(side.record, span));
        // What only a label says has no place in the texts; the label stands for itself.
        let text = text.or_else(|| profiler.label_with(side.record, term, lexicon));
        Some((
            text.unwrap_or_else(|| side.profile.stem(term, lexicon).to_owned()),
            spans,
        ))
    };
    met.iter()
        .take(MOST_ALIGNED)
        .filter_map(|pair| {
            let (left, left_spans) = side(left, pair.left, &left_at)?;
            let (right, right_spans) = side(right, pair.right, &right_at)?;
            let (similarity, weight) = (f64::from(pair.alike), f64::from(pair.weight));
            Some(AlignedTerm {
                left,
                right,
                similarity,
                weight,
                left_spans,
                right_spans,
            })
        })
        .collect()
}

fn spans(term: TermId, occurrences: &[Occurrence]) -> Vec<Span> {
    occurrences
        .iter()
        .filter(|found| found.term == term)
        .map(|found| found.span)
        .collect()
}

/// The text of a span as written.
fn written(record: &Record, span: &Span) -> Option<String> {
    let text = if span.field == Field::Title {
        &record.title
    } else {
        &record.summary
    };
    let start = usize::try_from(span.start).ok()?;
    let length = usize::try_from(span.end.checked_sub(span.start)?).ok()?;
    let word: String = text.chars().skip(start).take(length).collect();
    (!word.is_empty()).then_some(word)
}

fn contributions(facts: &Facts, aligned: &[AlignedTerm]) -> Vec<Contribution> {
    let (parts, _) = log_odds(facts);
    TABLE
        .iter()
        .zip(parts)
        .zip(amounts(facts))
        .filter(|((line, log_odds), _)| *log_odds != 0.0 || line.factor == "text")
        .map(|((line, log_odds), amount)| Contribution {
            factor: line.factor,
            weight: line.weight,
            log_odds,
            detail: detail(line.factor, amount, facts, aligned),
        })
        .collect()
}

fn detail(factor: &str, amount: f64, facts: &Facts, aligned: &[AlignedTerm]) -> String {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    match factor {
        "base" => "two records taken at random seldom pursue the same effort".to_owned(),
        "unaided" => "there are only words to go by, no sentence vectors".to_owned(),
        "catalogue" => "among so many records each has some that are near it by chance; generality holds more of that against the pair than it should".to_owned(),
        "corroboration" if amount > 0.0 => "texts so alike are oftener of partners here than they seem: their starts and sums agree oftener".to_owned(),
        "corroboration" => "texts so alike are seldomer of partners here than they seem: their starts and sums agree seldomer".to_owned(),
        "text" => format!(
            "{} of the left text and {} of the right text is said by the other; {}",
            percent(facts.coverage.left.into()),
            percent(facts.coverage.right.into()),
            words(aligned, 5).unwrap_or_else(|| "no words in common".to_owned()),
        ),
        "topic" => format!(
            "as a whole the words of the texts are {} alike in meaning",
            percent(facts.senses.topic.unwrap_or(0.0).into())
        ),
        "meaning" => format!(
            "the sentence encoder finds the texts {} alike",
            percent(facts.senses.meaning.unwrap_or(0.0).into())
        ),
        "generality" => format!(
            "such texts are {} like their nearest neighbours anyway",
            percent(f32::midpoint(facts.levels[0], facts.levels[1]).into())
        ),
        "title" => format!("the titles are {} alike", percent(facts.title.unwrap_or(0.0))),
        "code" => "both name the same model or reference number".to_owned(),
        "technologies" => {
            let same = percent(facts.technologies.unwrap_or(0.0));
            let seldom = if amount < 0.0 {
                ", fewer than likely partners of this catalogue mostly share"
            } else {
                ""
            };
            format!("{same} of the technologies are the same{seldom}")
        }
        "themes" => format!("{} of the themes are the same", percent(amount)),
        "people" => match facts.people {
            Some(people) if people.same_lead => "the same lead".to_owned(),
            Some(people) if people.lead_in_other => "the lead of one takes part in the other".to_owned(),
            _ => "most of the participants are the same".to_owned(),
        },
        "period" if amount > 0.0 => "they began about as likely partners of this catalogue oftener do than others".to_owned(),
        "period" => "they began farther apart than likely partners of this catalogue mostly do".to_owned(),
        "money" => match facts.sums {
            Some(Sums::SameFromOne(_)) => "the same sum from the same funder".to_owned(),
            Some(Sums::Same(_)) => "the same sum".to_owned(),
            _ if amount > 0.0 => "sums such as likely partners of this catalogue oftener name than others".to_owned(),
            _ => "other sums, where likely partners of this catalogue mostly name the same".to_owned(),
        },
        "restraint" => "surer than that one cannot be from what is written".to_owned(),
        _ => "somebody declared that the two belong together".to_owned(),
    }
}

/// The heaviest words that met: "bins" ≈ "containers", or one word where both use it. Words that carried little, are
/// hardly alike or say nothing are left out, and so is what was quoted already (a label of two words that both met).
fn words(aligned: &[AlignedTerm], most: usize) -> Option<String> {
    let least = aligned.first()?.weight * QUOTED_SHARE;
    let mut listed: Vec<String> = Vec::new();
    let mut told: Vec<String> = Vec::new();
    let says_nothing = |word: &str| SAYS_NOTHING.contains(&word.to_lowercase().as_str());
    for term in aligned.iter().filter(|term| {
        term.weight >= least
            && term.similarity >= QUOTED_LIKENESS
            && !says_nothing(&term.left)
            && !says_nothing(&term.right)
    }) {
        let quoted = if term.left.to_lowercase() == term.right.to_lowercase() {
            format!("“{}”", term.left)
        } else {
            format!("“{}” ≈ “{}”", term.left, term.right)
        };
        // A word that was quoted already, beside another or in a label, is not quoted again.
        let sides = [term.left.to_lowercase(), term.right.to_lowercase()];
        if !sides.iter().any(|side| told.contains(side)) {
            listed.push(quoted);
        }
        told.extend(sides);
        if listed.len() == most {
            break;
        }
    }
    (!listed.is_empty()).then(|| listed.join(", "))
}

fn summary(facts: &Facts, aligned: &[AlignedTerm]) -> String {
    let mut reasons = Vec::new();
    if let Some(words) = words(aligned, 4) {
        reasons.push(format!("both speak of {words}"));
    }
    if facts.title.is_some_and(|title| title >= 0.8) {
        reasons.push("the titles are nearly the same".to_owned());
    }
    if let Some(people) = facts.people.filter(|people| people.same()) {
        let who = if people.same_lead {
            "the same authority leads both"
        } else {
            "the same authorities take part"
        };
        reasons.push(who.to_owned());
    }
    match facts.periods {
        Some(Periods::Together(days)) if days > 1 => {
            reasons.push(format!("they run together for {days} days"))
        }
        Some(Periods::Apart(days)) if days > 30 => reasons.push(format!("{days} days lie between them")),
        _ => {}
    }
    if matches!(facts.sums, Some(Sums::SameFromOne(_))) {
        reasons.push("both name the same sum from the same funder".to_owned());
    }
    if facts.declared.is_some() {
        reasons.push("somebody declared that they belong together".to_owned());
    }
    match reasons.split_last() {
        None => "The two have no words and no facts in common.".to_owned(),
        Some((last, [])) => sentence(last),
        Some((last, first)) => sentence(&format!("{}, and {last}", first.join(", "))),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).chain(['.']).collect()
    })
}

fn missing(left: &Record, right: &Record) -> Vec<String> {
    type Known = fn(&Record) -> bool;
    const KINDS: [(&str, Known); 6] = [
        ("lead or partners", |record| {
            record.lead.is_some() || !record.partners.is_empty()
        }),
        ("period", |record| {
            record.period.start.is_some() || record.period.end.is_some()
        }),
        ("technologies", |record| !record.technologies.is_empty()),
        ("themes", |record| !record.themes.is_empty()),
        ("phase", |record| record.phase.is_some()),
        ("budget or awards", |record| !record.money.is_empty()),
    ];
    let foreign = [("left", left), ("right", right)]
        .into_iter()
        .filter_map(|(side, record)| {
            let name = Language::of(&Words::of(&record.summary))?.name;
            Some(format!(
                "an English text of the {side} record: it is in {name}, of which only names and words that both use are compared"
            ))
        });
    KINDS
        .iter()
        .filter_map(|(name, known)| match (known(left), known(right)) {
            (true, true) => None,
            (false, false) => Some(format!("{name} of both")),
            (false, true) => Some(format!("{name} of the left record")),
            (true, false) => Some(format!("{name} of the right record")),
        })
        .chain(foreign)
        .collect()
}
