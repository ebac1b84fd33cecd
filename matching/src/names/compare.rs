//! How alike a written name and a known one are.

use super::normal::{Form, Kinds, Word};

/// The same words that tell bodies apart, the sort of authority left out.
const SAME_CORE: f64 = 0.88;
/// More for the very same words for the sort of authority, or half of it for some.
const SAME_KIND: f64 = 0.06;
/// The bare core where the body is only known with its sort: "London" for the "City of London". Below
/// [`super::CLEAR`], so that a person is asked.
const BARE_CORE: f64 = 0.59;
/// The beginning of a name whose rest tells it from others: "Newcastle" (upon Tyne).
const BEFORE_LINK: f64 = 0.58;
/// The beginning of a longer name: "Basingstoke" (and Deane).
const BEGINNING: f64 = 0.55;
/// Words from elsewhere in a longer name.
const WITHIN: f64 = 0.50;
/// The first letters of the official name. Many share them.
const INITIALS: f64 = 0.53;
/// Off for a body of another level: a county is no city.
const OTHER_LEVEL: f64 = 0.30;
/// What a typo costs, divided by the root of the name's length: 0.20 in five letters, 0.11 in sixteen.
const TYPO: f64 = 0.45;
/// What each typo costs in a name of fewer than five letters: a slip makes another name of it too easily.
const TYPO_IN_SHORT: f64 = 0.40;
/// What is left where a word such as North is in only one of the two.
const OTHER_COMPASS: f64 = 0.72;
/// What is left where such a word is misspelt ("Est Devon" and East Devon), its typo counted apart.
const MISSPELT_COMPASS: f64 = 0.97;
/// What is left where one side has what may be such a word and the other nothing in its place.
const LOST_COMPASS: f64 = 0.80;
/// What is left where words stand unmatched on either side ...
const UNMATCHED: f64 = 0.85;
/// ... and the most that it can be: below [`super::CLEAR`] even with the same sort of authority, because the
/// word too many may be what tells two bodies apart ("Easn Devon").
const MOST_UNMATCHED: f64 = 0.60;
/// Words less alike than this are not each other's misspelling.
const SAME_WORD: f64 = 0.74;

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
        .is_some_and(|next| LINKS.contains(&next.text.as_str()))
    {
        BEFORE_LINK
    } else {
        BEGINNING
    };
    Some(Likeness::new(score, format!("a part of “{}”", form.full)))
}

/// The best of: the letters of both, spaces aside, with and without the words for the sort of authority; and
/// their words, each with its best counterpart.
fn typo(query: &Form, form: &Form) -> Option<Likeness> {
    let longer = query.joined.len.max(form.joined.len);
    let letters = letters_alike(&query.joined, &form.joined, longer);
    let whole = letters_alike(&query.whole, &form.whole, longer);
    let words = words_alike(&query.words, &form.words);
    let alike = letters.max(whole).max(words) * compass_alike(query, form);
    (alike > 0.3).then(|| Likeness::new(SAME_CORE * alike, format!("spelt much like “{}”", form.full)))
}

/// What words such as North leave of the likeness of two names.
fn compass_alike(query: &Form, form: &Form) -> f64 {
    let apart = query.compass ^ form.compass;
    if apart == 0 {
        let lost = query.maybe_compass != 0 && query.words.len() > form.words.len();
        return if lost && query.maybe_compass & form.compass == 0 {
            LOST_COMPASS
        } else {
            1.0
        };
    }
    if apart & !(query.maybe_compass | form.maybe_compass) == 0 {
        MISSPELT_COMPASS
    } else {
        OTHER_COMPASS
    }
}

/// 1.0 less what the slips between two words cost in a name of `longer` letters; 0.0 where they are too many.
fn letters_alike(left: &Word, right: &Word, longer: usize) -> f64 {
    // More than a third of the letters wrong is another word.
    if longer == 0 || left.least_slips(right) * 3 > longer {
        return 0.0;
    }
    let slips = if left.text == right.text {
        0
    } else {
        strsim::osa_distance(&left.text, &right.text)
    };
    if slips * 3 > longer {
        return 0.0;
    }
    let cost = if longer < 5 {
        TYPO_IN_SHORT
    } else {
        TYPO / float(longer).sqrt()
    };
    (1.0 - float(slips) * cost).max(0.0)
}

/// The share of letters whose words have a counterpart, each weighed by how alike the two are.
fn words_alike(query: &[Word], form: &[Word]) -> f64 {
    let mut free: Vec<&Word> = form.iter().collect();
    let (mut agreed, mut unmatched) = (0.0, false);
    for word in query {
        let best = free
            .iter()
            .enumerate()
            .map(|(index, other)| (index, letters_alike(word, other, word.len.max(other.len))))
            .max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)))
            .filter(|(_, alike)| *alike >= SAME_WORD);
        if let Some((index, alike)) = best {
            let other = free.swap_remove(index);
            agreed += alike * float(word.len + other.len);
        } else {
            unmatched = true;
        }
    }
    let all: usize = query.iter().chain(form).map(|word| word.len).sum();
    let share = if all == 0 { 0.0 } else { agreed / float(all) };
    if unmatched || !free.is_empty() {
        (share * UNMATCHED).min(MOST_UNMATCHED)
    } else {
        share
    }
}

#[expect(clippy::as_conversions, reason = "lengths of names are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}
