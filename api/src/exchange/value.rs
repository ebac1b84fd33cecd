//! What people write in cells, and what they mean by it.

pub(crate) mod address;
pub(crate) mod amount;
pub(crate) mod award;
pub(crate) mod date;
pub(crate) mod guard;
pub(crate) mod list;
pub(crate) mod text;
pub(crate) mod word;

/// Words and signs by which people say that they do not know.
const UNKNOWN: [&str; 31] = [
    "",
    "n/a",
    "na",
    "n.a",
    "n/k",
    "nk",
    "none",
    "null",
    "nil",
    "nan",
    "#n/a",
    "unknown",
    "not known",
    "unclear",
    "not stated",
    "not given",
    "not available",
    "not applicable",
    "not provided",
    "not yet known",
    "no data",
    "tbc",
    "tbd",
    "tba",
    "to be confirmed",
    "to be decided",
    "to be determined",
    "to be announced",
    "to follow",
    "pending",
    "undefined",
];

/// Whether the text says nothing: it is blank, a dash, "TBC", "n/a", "unknown" or the like.
pub(crate) fn is_unknown(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '–' | '—' | '?' | '.' | '(' | ')' | '[' | ']')
    });
    bare.len() <= 16 && UNKNOWN.contains(&bare.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::is_unknown;

    #[test]
    fn saying_that_one_does_not_know_is_understood() {
        for text in [
            "",
            " ",
            "-",
            "–",
            "??",
            "TBC",
            "tbc.",
            "N/A",
            "n.a.",
            "(unknown)",
            "To be confirmed",
            "\u{a0}",
            "NaN",
        ] {
            assert!(is_unknown(text), "{text:?}");
        }
        for text in ["0", "no", "Nantes", "not funded", "unknown soldier"] {
            assert!(!is_unknown(text), "{text:?}");
        }
    }
}
