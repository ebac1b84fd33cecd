//! Names of places and authorities, known by a gazetteer. They are no evidence of a shared effort.

use rustc_hash::FxHashMap;

use super::Words;

/// Names of places, by their words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    /// The rest of each name by its first word, longest first.
    names: FxHashMap<Box<str>, Vec<Rest>>,
}

/// The words of a name after its first.
type Rest = Box<[Box<str>]>;

/// Places beyond any gazetteer of authorities: nations and regions.
const WIDER: &[&str] = &[
    "United Kingdom",
    "UK",
    "Great Britain",
    "Britain",
    "England",
    "Scotland",
    "Wales",
    "Northern Ireland",
    "Ireland",
    "London",
    "Europe",
    "European Union",
    "EU",
    "Yorkshire",
    "Midlands",
    "West Midlands",
    "East Midlands",
    "East Anglia",
    "Merseyside",
    "Tyneside",
];

/// Words that a body's name adds to the name of its place.
const OFFICES: &[&str] = &[
    "and",
    "authority",
    "borough",
    "city",
    "combined",
    "council",
    "county",
    "district",
    "metropolitan",
    "of",
    "royal",
    "the",
    "town",
    "unitary",
];

impl Places {
    pub(crate) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut places = Self::default();
        for name in names.into_iter().chain(WIDER.iter().copied()) {
            let words = Words::of(name);
            let words: Vec<&str> = words
                .items()
                .iter()
                .filter(|w| !w.piece)
                .map(|w| words.text(w))
                .collect();
            places.add(&words);
            let bare: &[&str] = trimmed(&words);
            if bare.len() < words.len() {
                places.add(bare);
            }
        }
        for rests in places.names.values_mut() {
            rests.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            rests.dedup();
        }
        places
    }

    fn add(&mut self, words: &[&str]) {
        if let [first, rest @ ..] = words
            && (!rest.is_empty() || !OFFICES.contains(first))
        {
            let rest: Rest = rest.iter().map(|&w| w.into()).collect();
            self.names.entry((*first).into()).or_default().push(rest);
        }
    }

    /// For each word whether it belongs to the name of a place. A name must be written with a
    /// capital, and one that opens a sentence only counts if it has several words or `common`
    /// does not know it as an ordinary word ("Reading habits", "Bath seats").
    pub(crate) fn mark(&self, words: &Words, common: impl Fn(&str) -> bool) -> Vec<bool> {
        let items = words.items();
        let mut marks = vec![false; items.len()];
        let mut at = 0;
        while let Some(word) = items.get(at) {
            let length = if word.capital && !word.piece {
                self.longest(words, at)
            } else {
                0
            };
            let lone = length == 1 && common(words.text(word)) && self.capital_says_nothing(words, at);
            if length == 0 || lone {
                at += 1;
                continue;
            }
            for mark in marks.iter_mut().skip(at).take(length) {
                *mark = true;
            }
            at += length;
            while let Some(next) = items.get(at)
                && next.capital
                && OFFICES.contains(&words.text(next))
            {
                if let Some(mark) = marks.get_mut(at) {
                    *mark = true;
                }
                at += 1;
            }
        }
        marks
    }

    fn longest(&self, words: &Words, at: usize) -> usize {
        let items = words.items();
        let Some(rests) = items.get(at).and_then(|first| self.names.get(words.text(first))) else {
            return 0;
        };
        let fits = |rest: &[Box<str>]| {
            rest.iter()
                .enumerate()
                .all(|(n, name)| items.get(at + 1 + n).is_some_and(|w| words.text(w) == &**name))
        };
        rests
            .iter()
            .find(|rest| fits(rest))
            .map_or(0, |rest| rest.len() + 1)
    }

    /// Whether a word's capital is owed to its position: it opens a sentence, or the words about it have capitals too.
    fn capital_says_nothing(&self, words: &Words, at: usize) -> bool {
        let items = words.items();
        let capital = |at: Option<usize>| {
            at.and_then(|at| items.get(at))
                .is_some_and(|w| w.capital && !w.opening)
        };
        items.get(at).is_some_and(|w| w.opening) || capital(at.checked_sub(1)) || capital(at.checked_add(1))
    }
}

/// A body's name without the words that only say what kind of body it is.
fn trimmed<'a, 'b>(mut words: &'a [&'b str]) -> &'a [&'b str] {
    while let [first, rest @ ..] = words
        && OFFICES.contains(first)
        && !rest.is_empty()
    {
        words = rest;
    }
    while let [rest @ .., last] = words
        && OFFICES.contains(last)
        && !rest.is_empty()
    {
        words = rest;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::normalise::Words;

    fn check(text: &str, expected: &[&str]) {
        let places = Places::new([
            "Leeds City Council",
            "Reading",
            "Bath and North East Somerset Council",
            "City of York",
        ]);
        let words = Words::of(text);
        let marks = places.mark(&words, |word| matches!(word, "reading"));
        let left: Vec<&str> = words
            .items()
            .iter()
            .zip(marks)
            .filter(|(_, mark)| !mark)
            .map(|(word, _)| words.text(word))
            .collect();
        assert_eq!(left, expected, "{text:?}");
    }

    #[test]
    fn names_are_set_aside() {
        check("Smart bins in Leeds", &["smart", "bins", "in"]);
        check(
            "smart bins for Leeds City Council homes",
            &["smart", "bins", "for", "homes"],
        );
        check("Repair in Bath and North East Somerset", &["repair", "in"]);
        check("Sensors in York", &["sensors", "in"]);
    }

    #[test]
    fn ordinary_words_are_not_taken_for_places() {
        check("reading groups", &["reading", "groups"]);
        check("Reading groups", &["reading", "groups"]);
        check(
            "people in Reading no longer queue",
            &["people", "in", "no", "longer", "queue"],
        );
    }
}
