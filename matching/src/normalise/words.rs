//! Cuts a text into words and folds each: NFKD without marks, lower case.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::LONGEST_WORD;

/// Room is made for a word to so many letters.
const USUAL_LENGTH: usize = 5;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where its folded form begins in the buffer.
    from: u32,
    /// One past its end in the buffer.
    to: u32,
    /// The first character in the text, in Unicode scalar values.
    pub(crate) start: u32,
    /// One past the last character in the text.
    pub(crate) end: u32,
    /// Whether it begins with a capital.
    pub(crate) capital: bool,
    /// Whether it is written in capitals throughout, but for the s of a plural.
    pub(crate) acronym: bool,
    /// Whether a sentence begins with it, so that its capital says nothing.
    pub(crate) opening: bool,
    /// Whether only a hyphen parts it from the word before.
    pub(crate) hyphen: bool,
    /// Whether it is a part of the word before it (`Park` of `ParkSense`).
    pub(crate) piece: bool,
}

/// The words of one text, in their order, with the folded forms in one buffer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    buffer: String,
    items: Vec<Word>,
}

/// A word as it is gathered, character by character.
#[derive(Default)]
struct Gathering {
    chars: Vec<char>,
    start: usize,
    hyphen: bool,
    opening: bool,
}

impl Words {
    /// Cuts a text.
    pub(crate) fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::of_ascii(text);
        }
        let mut words = Self::default();
        let mut word = Gathering {
            opening: true,
            ..Gathering::default()
        };
        let mut chars = text.chars().enumerate().peekable();
        let mut opening = true;
        let mut position = 0;
        while let Some((at, c)) = chars.next() {
            position = at + 1;
            if c.is_alphanumeric() || (!c.is_ascii() && is_combining_mark(c) && !word.chars.is_empty()) {
                if word.chars.is_empty() {
                    word.start = at;
                    word.opening = std::mem::take(&mut opening);
                }
                word.chars.push(c);
                continue;
            }
            let within =
                !word.chars.is_empty() && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if within && matches!(c, '\'' | '’' | 'ʼ') {
                word.chars.push('\'');
                continue;
            }
            words.finish(&mut word, at);
            word.hyphen = within && matches!(c, '-' | '‐' | '‑');
            if matches!(c, '.' | '!' | '?' | '\n' | '–' | '—' | ':') {
                opening = true;
            }
        }
        words.finish(&mut word, position);
        words
    }

    /// The same for a text without accents and signs, as most are: its characters are its bytes.
    fn of_ascii(text: &str) -> Self {
        let mut words = Self::default();
        let mut word = Gathering::default();
        let bytes = text.as_bytes();
        words.buffer.reserve(text.len());
        words.items.reserve(text.len() / USUAL_LENGTH);
        let alphanumeric = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let mut opening = true;
        let mut at = 0;
        while let Some(&c) = bytes.get(at) {
            if !c.is_ascii_alphanumeric() {
                word.hyphen = false;
                opening |= matches!(c, b'.' | b'!' | b'?' | b'\n' | b':');
                at += 1;
                continue;
            }
            word.start = at;
            word.opening = std::mem::take(&mut opening);
            let mut plain = true;
            while let Some(c) = bytes.get(at) {
                let within = c.is_ascii_alphanumeric() || (*c == b'\'' && alphanumeric(at + 1));
                if !within {
                    break;
                }
                plain &= c.is_ascii_lowercase() || at == word.start;
                at += 1;
            }
            let whole = text.get(word.start..at).unwrap_or("");
            let letter = bytes.get(word.start).is_some_and(u8::is_ascii_alphabetic);
            if plain && letter && whole.len() <= LONGEST_WORD {
                words.push_plain(whole, at, &word);
                word.hyphen = false;
            } else {
                word.chars.extend(whole.chars());
                words.finish(&mut word, at);
            }
            if let Some(&c) = bytes.get(at) {
                word.hyphen = c == b'-' && alphanumeric(at + 1);
                opening |= matches!(c, b'.' | b'!' | b'?' | b'\n' | b':');
                at += 1;
            }
        }
        words
    }

    /// The words.
    pub(crate) fn items(&self) -> &[Word] {
        &self.items
    }

    /// Whether all letters are of the plain alphabet.
    pub(crate) fn are_latin(&self) -> bool {
        self.buffer.is_ascii()
    }

    /// The folded form of a word.
    pub(crate) fn text(&self, word: &Word) -> &str {
        let range = usize::try_from(word.from).unwrap_or(0)..usize::try_from(word.to).unwrap_or(0);
        self.buffer.get(range).unwrap_or("")
    }

    fn finish(&mut self, word: &mut Gathering, end: usize) {
        if word.chars.is_empty() {
            return;
        }
        let chars = std::mem::take(&mut word.chars);
        let bare = without_possessive(&chars);
        self.push(bare, word.start, end, word, false);
        if let Some(cuts) = camel_cuts(bare) {
            let mut from = 0;
            for cut in cuts {
                let part = bare.get(from..cut).unwrap_or(&[]);
                self.push(part, word.start + from, word.start + cut, word, true);
                from = cut;
            }
        }
        // The room is used again for the next word.
        word.chars = chars;
        word.chars.clear();
        word.hyphen = false;
        word.opening = false;
    }

    /// What [`Words::push`] does for a word of small letters but for the first, as most are.
    fn push_plain(&mut self, whole: &str, end: usize, word: &Gathering) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let from = self.buffer.len();
        let (first, rest) = whole.split_at_checked(1).unwrap_or((whole, ""));
        self.buffer
            .extend(first.chars().map(|first| first.to_ascii_lowercase()));
        self.buffer.push_str(rest);
        self.items.push(Word {
            from: count(from),
            to: count(self.buffer.len()),
            start: count(word.start),
            end: count(end),
            capital: first.starts_with(|first: char| first.is_ascii_uppercase()),
            acronym: false,
            opening: word.opening,
            hyphen: word.hyphen,
            piece: false,
        });
    }

    fn push(&mut self, chars: &[char], start: usize, end: usize, word: &Gathering, piece: bool) {
        let from = self.buffer.len();
        fold_into(chars, &mut self.buffer);
        if self.buffer.len() == from {
            return;
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.items.push(Word {
            from: count(from),
            to: count(self.buffer.len()),
            start: count(start),
            end: count(end),
            capital: chars.first().is_some_and(|c| c.is_uppercase()),
            acronym: is_acronym(chars),
            opening: word.opening,
            hyphen: word.hyphen && !piece,
            piece,
        });
    }
}

fn is_acronym(chars: &[char]) -> bool {
    let chars = if let [rest @ .., 's'] = chars { rest } else { chars };
    chars.len() > 1 && chars.iter().any(|c| c.is_uppercase()) && !chars.iter().any(|c| c.is_lowercase())
}

/// A word without its "'s".
fn without_possessive(chars: &[char]) -> &[char] {
    match chars {
        [rest @ .., '\'', 's' | 'S'] if !rest.is_empty() => rest,
        all => all,
    }
}

/// Where a word such as `ParkSense` comes apart, its end included. Only parts of at
/// least two letters count: `IoT` stays whole.
fn camel_cuts(chars: &[char]) -> Option<Vec<usize>> {
    if !chars.iter().any(|c| c.is_lowercase()) || chars.len() > LONGEST_WORD {
        return None;
    }
    let mut cuts: Vec<usize> = chars
        .windows(2)
        .enumerate()
        .filter_map(|(at, pair)| match pair {
            [a, b] if a.is_lowercase() && b.is_uppercase() => Some(at + 1),
            _ => None,
        })
        .collect();
    if cuts.is_empty() {
        return None;
    }
    cuts.push(chars.len());
    let mut from = 0;
    for &cut in &cuts {
        if cut - from < 2 {
            return None;
        }
        from = cut;
    }
    Some(cuts)
}

fn fold_into(chars: &[char], buffer: &mut String) {
    let limit = buffer.len() + LONGEST_WORD;
    for &c in chars {
        if buffer.len() >= limit {
            return;
        }
        if c.is_ascii() {
            if c != '\'' {
                buffer.push(c.to_ascii_lowercase());
            }
            continue;
        }
        for folded in std::iter::once(c)
            .nfkd()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
        {
            if folded.is_alphanumeric() {
                buffer.push(folded);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    fn check(text: &str, expected: &[&str]) {
        let words = Words::of(text);
        let found: Vec<&str> = words.items().iter().map(|word| words.text(word)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn words_are_folded() {
        check("Cafés & ＷｉＦｉ", &["cafes", "wifi", "wi", "fi"]);
        check("cafe\u{301}s", &["cafes"]);
        check("Council's bins don’t", &["council", "bins", "dont"]);
        check("", &[]);
        check("\u{0}\u{301}…", &[]);
    }

    #[test]
    fn compound_names_come_apart_but_stay_whole_too() {
        check("ParkSense IoT", &["parksense", "park", "sense", "iot"]);
    }

    #[test]
    fn a_text_of_plain_letters_is_cut_as_any_other() {
        let texts = [
            "Don't re-use the ParkSense IoT bins' lids -- e-bikes, A/B: 3.5 m's 'quoted' l'eau",
            "don't re-use - it. NHS's GPs; x",
            "",
            "-a'b'' c'",
            "Ends in hyphen- and 'starts so",
        ];
        for text in texts {
            // What is told of the words before a foreign letter does not depend on it.
            let foreign = Words::of(&format!("{text}\u{20}\u{3b1}"));
            let plain = Words::of(text);
            let (known, last) = foreign.items().split_at(foreign.items().len() - 1);
            assert_eq!(plain.items(), known, "{text:?}");
            assert_eq!(foreign.text(&last[0]), "\u{3b1}");
            for (ours, theirs) in plain.items().iter().zip(known) {
                assert_eq!(plain.text(ours), foreign.text(theirs));
            }
        }
    }

    #[test]
    fn positions_count_characters_of_the_text_as_written() {
        let words = Words::of("é “bins”, LoRa");
        let spans: Vec<_> = words.items().iter().map(|w| (w.start, w.end)).collect();
        assert_eq!(spans, [(0, 1), (3, 7), (10, 14), (10, 12), (12, 14)]);
    }

    #[test]
    fn an_endless_word_is_cut_short() {
        let words = Words::of(&"x".repeat(1_000_000));
        assert!(
            words
                .items()
                .iter()
                .all(|word| words.text(word).len() <= super::LONGEST_WORD + 8)
        );
    }
}
