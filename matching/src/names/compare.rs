//! How alike a written name and a known one are.

use super::normal::{Form, Kinds};

/// The same words that tell bodies apart, the sort of authority left out.
const SAME_CORE: f64 = 0.88;
/// More for the very same words for the sort of authority, or half of it for some.
const SAME_KIND: f64 = 0.06;
/// The bare core where the body is only known with its sort: "London" for the "City of London". Below
/// [`super::CLEAR`], so that a person is asked.
const BARE_CORE: f64 = 0.69;
/// The beginning of a name whose rest tells it from others: "Newcastle" (upon Tyne).
const BEFORE_LINK: f64 = 0.68;
/// The beginning of a longer name: "Basingstoke" (and Deane).
const BEGINNING: f64 = 0.62;
/// Words from elsewhere in a longer name.
const WITHIN: f64 = 0.55;
/// The first letters of the official name. Many share them.
const INITIALS: f64 = 0.60;
/// Off for a body of another level: a county is no city.
const OTHER_LEVEL: f64 = 0.25;
/// What a typo costs, divided by the root of the name's length: 0.20 in five letters, 0.11 in sixteen.
const TYPO: f64 = 0.45;
/// What is left where a word such as North is in only one of the two.
const OTHER_COMPASS: f64 = 0.72;
/// What is left where words stand unmatched on either side.
const UNMATCHED: f64 = 0.85;
/// Words less alike than this are not each other's misspelling.
const SAME_WORD: f64 = 0.74;

/// Words by which neighbouring bodies differ.
const COMPASS: &[&str] = &[
    "north", "south", "east", "west", "mid", "central", "greater", "upper", "lower", "inner", "outer", "new",
];

/// Words that join a place to what tells it from its namesakes.
const LINKS: &[&str] = &["upon", "under", "on", "in", "by", "le", "near"];

/// A score and what speaks for it.
#[derive(Debug, Clone)]
pub(super) struct Likeness {
    pub(super) score: f64,
    pub(super) why: String,
}

impl Likeness {
    fn new(score: f64, why: String) -> Self {
        Self { score, why }
    }

    pub(super) fn code(code: &str) -> Self {
        Self::new(1.0, format!("{} is its code", code.trim()))
    }

    pub(super) fn initials(letters: &str) -> Self {
        Self::new(
            INITIALS,
            format!("{} are the first letters of its name", letters.trim()),
        )
    }
}

/// How alike a query and one name of a body are; `kinds` are those of all the body's names. `None` where
/// nothing speaks for it.
pub(super) fn likeness(query: &Form, form: &Form, kinds: Kinds) -> Option<Likeness> {
    if query.full.is_empty() {
        return None;
    }
    if query.full == form.full {
        return Some(Likeness::new(1.0, format!("“{}” is one of its names", form.full)));
    }
    let off = if query.kinds.conflict(kinds) {
        OTHER_LEVEL
    } else {
        0.0
    };
    if query.core == form.core {
        let score = if query.kinds.is_empty() && !form.kinds.is_empty() {
            BARE_CORE
        } else {
            SAME_CORE + kind_bonus(query, form)
        };
        return Some(Likeness::new(
            score - off,
            format!("“{}” without the words for its sort", form.full),
        ));
    }
    let part = part_of(query, form);
    let typo = typo(query, form)
        .map(|likeness| Likeness::new(likeness.score + kind_bonus(query, form), likeness.why));
    let best = [part, typo]
        .into_iter()
        .flatten()
        .max_by(|left, right| left.score.total_cmp(&right.score))?;
    Some(Likeness::new((best.score - off).max(0.0), best.why))
}

fn kind_bonus(query: &Form, form: &Form) -> f64 {
    if query.kinds == form.kinds {
        SAME_KIND
    } else if query.kinds.meets(form.kinds) {
        SAME_KIND / 2.0
    } else {
        0.0
    }
}

/// All words of the query are words of the name, which has more.
fn part_of(query: &Form, form: &Form) -> Option<Likeness> {
    if query.words.len() >= form.words.len() || !query.words.iter().all(|word| form.words.contains(word)) {
        return None;
    }
    let score = if !form.words.starts_with(&query.words) {
        WITHIN
    } else if form
        .words
        .get(query.words.len())
        .is_some_and(|next| LINKS.contains(&next.as_str()))
    {
        BEFORE_LINK
    } else {
        BEGINNING
    };
    Some(Likeness::new(score, format!("a part of “{}”", form.full)))
}

/// The better of: the letters of both, spaces aside; and their words, each with its best counterpart.
fn typo(query: &Form, form: &Form) -> Option<Likeness> {
    let joined = |words: &[String]| words.concat();
    let letters = letters_alike(&joined(&query.words), &joined(&form.words));
    let words = words_alike(&query.words, &form.words);
    let mut alike = letters.max(words);
    if compass(query) != compass(form) {
        alike *= OTHER_COMPASS;
    }
    (alike > 0.3).then(|| Likeness::new(SAME_CORE * alike, format!("spelt much like “{}”", form.full)))
}

/// The compass words of a name, in order of the alphabet.
fn compass(form: &Form) -> Vec<&str> {
    let mut found: Vec<&str> = form
        .words
        .iter()
        .map(String::as_str)
        .filter(|word| COMPASS.contains(word))
        .collect();
    found.sort_unstable();
    found
}

/// 1.0 less what the typos between two words cost; 0.0 where they are too many.
fn letters_alike(left: &str, right: &str) -> f64 {
    let (left_len, right_len) = (left.chars().count(), right.chars().count());
    let longer = left_len.max(right_len);
    // More than a third of the letters wrong is another word.
    if longer == 0 || left_len.abs_diff(right_len) * 3 > longer {
        return 0.0;
    }
    let slips = strsim::osa_distance(left, right);
    if slips * 3 > longer {
        return 0.0;
    }
    (1.0 - float(slips) * TYPO / float(longer).sqrt()).max(0.0)
}

/// The share of letters whose words have a counterpart, each weighed by how alike the two are.
fn words_alike(query: &[String], form: &[String]) -> f64 {
    let mut free: Vec<&String> = form.iter().collect();
    let (mut agreed, mut unmatched) = (0.0, false);
    for word in query {
        let best = free
            .iter()
            .enumerate()
            .map(|(index, other)| (index, letters_alike(word, other)))
            .max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)))
            .filter(|(_, alike)| *alike >= SAME_WORD);
        if let Some((index, alike)) = best {
            let other = free.swap_remove(index);
            agreed += alike * float(word.chars().count() + other.chars().count());
        } else {
            unmatched = true;
        }
    }
    let all: usize = query.iter().chain(form).map(|word| word.chars().count()).sum();
    let share = if all == 0 { 0.0 } else { agreed / float(all) };
    if unmatched || !free.is_empty() {
        share * UNMATCHED
    } else {
        share
    }
}

#[expect(clippy::as_conversions, reason = "lengths of names are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}
