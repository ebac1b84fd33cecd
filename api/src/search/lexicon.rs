//! Every word of the catalogue: by stem, by beginning, and by what was meant.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use strsim::osa_distance;

use super::words::Stems;
use super::{number, place};

/// A word this short may be any other with one letter changed, so it is never put right.
const SHORTEST_CORRECTED: usize = 4;

/// From this length on two slips are put right, below it one: about one slip in four letters.
const LONG: usize = 8;

/// A beginning this short says too little.
const SHORTEST_BEGINNING: usize = 2;

/// The words, each with a number.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    numbers: BTreeMap<Arc<str>, u32>,
    entries: Vec<Entry>,
    by_stem: HashMap<Box<str>, Vec<u32>>,
    stems: Stems,
}

#[derive(Debug)]
struct Entry {
    word: Arc<str>,
    /// The word, and its stem where that is another text: a slip in the singular is near the plural's stem.
    near: Vec<Shape>,
}

/// What a slip is measured against.
#[derive(Debug)]
struct Shape {
    text: Arc<str>,
    /// Its length in characters.
    length: usize,
    /// Which letters it has, one bit each.
    letters: u64,
}

impl Shape {
    fn new(text: Arc<str>) -> Self {
        Self {
            length: text.chars().count(),
            letters: letters(&text),
            text,
        }
    }

    /// How many slips it is away, if it is not more than `slips`.
    fn distance(&self, typed: &Self, slips: usize) -> Option<usize> {
        // Each slip changes two letters of the set at most: most words are ruled out by that alone.
        let apart = usize::try_from((self.letters ^ typed.letters).count_ones()).unwrap_or(usize::MAX);
        if self.length.abs_diff(typed.length) > slips || apart > 2 * slips {
            return None;
        }
        Some(osa_distance(&self.text, &typed.text)).filter(|distance| *distance <= slips)
    }
}

impl Lexicon {
    /// The number of a word, a new one if need be.
    pub(super) fn learn(&mut self, word: &str) -> u32 {
        if let Some(known) = self.numbers.get(word) {
            return *known;
        }
        let fresh = number(self.entries.len());
        let word: Arc<str> = Arc::from(word);
        let stem = self.stems.of(&word);
        let mut near = vec![Shape::new(Arc::clone(&word))];
        if *stem != *word {
            near.push(Shape::new(Arc::from(stem.as_str())));
        }
        self.by_stem.entry(stem.into_boxed_str()).or_default().push(fresh);
        self.numbers.insert(Arc::clone(&word), fresh);
        self.entries.push(Entry { word, near });
        fresh
    }

    /// The number of a word that is known.
    pub(super) fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// The word of a number.
    pub(super) fn word(&self, number: u32) -> &str {
        self.entries.get(place(number)).map_or("", |entry| &entry.word)
    }

    /// How many words are known.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The known forms of a word.
    pub(super) fn forms(&self, word: &str) -> &[u32] {
        let stem = self.stems.of(word);
        self.by_stem.get(stem.as_str()).map_or(&[], Vec::as_slice)
    }

    /// The known words that begin so.
    pub(super) fn beginning<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = u32> + 'a {
        let long_enough = beginning.chars().count() >= SHORTEST_BEGINNING;
        let from = (Bound::Included(beginning), Bound::Unbounded);
        self.numbers
            .range::<str, _>(from)
            .take_while(move |(word, _)| long_enough && word.starts_with(beginning))
            .map(|(_, number)| *number)
    }

    /// What was probably meant by a word that nobody wrote: the word fewest slips away (a letter left out, put in,
    /// exchanged, or two swapped); of several the one that `documents` says is most common, then by the alphabet.
    pub(super) fn meant(&self, typed: &str, documents: impl Fn(u32) -> usize) -> Option<u32> {
        let length = typed.chars().count();
        if length < SHORTEST_CORRECTED {
            return None;
        }
        let slips: usize = if length < LONG { 1 } else { 2 };
        let typed = Shape::new(Arc::from(typed));
        let near = self.entries.iter().enumerate().filter_map(|(at, entry)| {
            let distances = entry
                .near
                .iter()
                .filter_map(|shape| shape.distance(&typed, slips));
            let distance = distances.min()?;
            let documents = documents(number(at));
            (documents > 0).then_some((distance, usize::MAX - documents, &entry.word, at))
        });
        near.min().map(|(.., at)| number(at))
    }
}

/// Which letters and digits a word has; what is neither Latin letter nor digit shares the bits above.
fn letters(word: &str) -> u64 {
    let bit = |c: char| match c {
        'a'..='z' => u32::from(c) - u32::from('a'),
        '0'..='9' => u32::from(c) - u32::from('0') + 26,
        _ => 36 + u32::from(c) % 28,
    };
    word.chars().fold(0, |set, c| set | (1 << bit(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(words: &[&str]) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for word in words {
            lexicon.learn(word);
        }
        lexicon
    }

    #[test]
    fn a_word_has_forms_and_beginnings() {
        let known = lexicon(&["repair", "repairs", "repairing", "report", "repaired", "re"]);
        let told = |numbers: Vec<u32>| {
            numbers
                .into_iter()
                .map(|each| known.word(each))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told(known.forms("repairs").to_vec()),
            ["repair", "repairs", "repairing", "repaired"]
        );
        assert_eq!(told(known.beginning("repo").collect()), ["report"]);
        assert_eq!(known.beginning("r").count(), 0);
        assert_eq!(known.beginning("repairing").count(), 1);
        assert!(known.forms("drone").is_empty());
    }

    #[test]
    fn slips_are_put_right() {
        let known = lexicon(&[
            "chatbot",
            "chatbots",
            "drone",
            "drones",
            "housing",
            "accommodation",
            "bins",
        ]);
        let meant = |typed: &str| known.meant(typed, |_| 1).map(|each| known.word(each).to_owned());
        for (typed, expected) in [
            ("chatbto", "chatbot"),
            ("hcatbot", "chatbot"),
            ("dronne", "drone"),
            ("dorne", "drone"),
            ("houzing", "housing"),
            ("acomodation", "accommodation"),
        ] {
            assert_eq!(meant(typed).as_deref(), Some(expected), "{typed}");
        }
        for nothing in ["bin", "hxuzing", "zebra", "", "dr"] {
            assert_eq!(meant(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_commoner_of_two_near_words_was_meant() {
        let known = lexicon(&["card", "cart", "care"]);
        let meant = known.meant("carx", |each| usize::from(known.word(each) == "cart") + 1);
        assert_eq!(meant.map(|each| known.word(each)), Some("cart"));
        assert_eq!(
            known.meant("carx", |_| 0),
            None,
            "words that no project has any more mean nothing"
        );
    }
}
