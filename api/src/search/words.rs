//! Text as words: folded, cut, stemmed.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word's longest kept form, in characters: longer runs are no words that anybody looks for.
const LONGEST_WORD: usize = 40;

/// Words that hold a sentence together. A search does not insist on them, save within quotation marks.
const FUNCTION_WORDS: [&str; 27] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "of", "on",
    "or", "our", "that", "the", "their", "this", "to", "was", "we", "were", "with",
];

/// The words of a text: runs of letters and digits, in lower case and without accents. An apostrophe within a word is
/// left out, so that "council's" is told as people type it.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut length = 0_usize;
    for c in text.nfkd().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            if length < LONGEST_WORD {
                word.push(c);
            }
            length += 1;
        } else if !word.is_empty() && !is_combining_mark(c) && !matches!(c, '\'' | '’' | 'ʼ') {
            found.push(std::mem::take(&mut word));
            length = 0;
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found.into_iter()
}

/// Whether a word carries no subject.
pub(super) fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.binary_search(&word).is_ok()
}

/// The stem that English forms of one word share.
pub(super) struct Stems(Stemmer);

impl Default for Stems {
    fn default() -> Self {
        Self(Stemmer::create(Algorithm::English))
    }
}

impl Stems {
    pub(super) fn of(&self, word: &str) -> String {
        self.0.stem(word).into_owned()
    }
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Stems(English)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded() {
        let found: Vec<String> = words("Ångström’s café, e-bikes & 5G: the Council's £1.2m").collect();
        assert_eq!(
            found,
            [
                "angstroms",
                "cafe",
                "e",
                "bikes",
                "5g",
                "the",
                "councils",
                "1",
                "2m"
            ]
        );
        assert_eq!(
            words(&"x".repeat(90)).next().map(|word| word.len()),
            Some(LONGEST_WORD)
        );
        assert_eq!(words("\u{0}\u{301} '’'").count(), 0);
    }

    #[test]
    fn the_function_words_are_sorted_so_that_they_can_be_searched() {
        assert!(FUNCTION_WORDS.is_sorted());
    }
}
