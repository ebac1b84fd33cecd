//! Numbers of models and other coined references that both records name.

use crate::lexicon::TermId;

/// A reference that more records than this have names a family of things, not one thing.
pub(crate) const MOST_RECORDS: usize = 4;

/// Whether two lists share a reference of which `rare` says that it names one thing.
pub(crate) fn shared(left: &[TermId], right: &[TermId], rare: impl Fn(TermId) -> bool) -> bool {
    left.iter().any(|&code| right.contains(&code) && rare(code))
}

/// Whether a folded word looks like the number of a model ("pslx350h"): it begins with a letter and mixes at least
/// two letters with at least two digits. Quantities ("350mm", "5g") and standards of one letter ("h2020") do not.
pub(crate) fn is_code(word: &str) -> bool {
    let count = |kind: fn(&u8) -> bool| word.bytes().filter(kind).count();
    word.len() >= LEAST_LENGTH
        && word.starts_with(|first: char| first.is_ascii_lowercase())
        && count(u8::is_ascii_lowercase) >= 2
        && count(u8::is_ascii_digit) >= 2
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Shorter words are seldom unique.
const LEAST_LENGTH: usize = 5;

/// A code without the letters at its end, which mostly tell a colour or a market ("mmv4205bt", "mmv4205baq").
pub(crate) fn root(code: &str) -> Option<&str> {
    let root = code.trim_end_matches(|last: char| last.is_ascii_lowercase());
    (root.len() < code.len() && is_code(root)).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::{is_code, root, shared};

    #[test]
    fn quantities_and_words_are_no_codes() {
        for code in ["pslx350h", "mmv4205bt", "fpp35cx"] {
            assert!(is_code(code), "{code}");
        }
        for word in ["sensor", "350mm", "h2020", "5g", "2024", "co2", "ml22é1"] {
            assert!(!is_code(word), "{word}");
        }
        assert_eq!(root("mmv4205baq"), Some("mmv4205"));
        assert_eq!(root("mmv4205"), None);
    }

    #[test]
    fn only_a_rare_code_counts() {
        assert!(shared(&[1, 2], &[2, 3], |_| true));
        assert!(!shared(&[1, 2], &[2, 3], |_| false));
        assert!(!shared(&[1], &[2], |_| true));
    }
}
