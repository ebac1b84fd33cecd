//! Names of places, for telling where from what.

/// A place's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As written.
    pub name: String,
    /// It is an ordinary word too ("Reading", "Bath"): a place only where written with a capital.
    pub ordinary_word: bool,
}

/// One a line; `#` begins a comment; a trailing `*` marks ordinary words.
pub(super) fn parse(text: &str) -> Vec<Place> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| Place {
            name: line.trim_end_matches('*').to_owned(),
            ordinary_word: line.ends_with('*'),
        })
        .collect()
}
