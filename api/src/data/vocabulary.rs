//! Controlled words for what projects are about and made with.

use serde::Deserialize;

/// A theme or a technology.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Stable: `damp-and-mould`.
    pub slug: String,
    /// As shown: "Damp and mould".
    pub label: String,
    /// Other words for it, unique within its list.
    pub synonyms: Vec<String>,
    /// The group of the United Nations' Classification of the Functions of Government; themes only.
    pub cofog: Option<String>,
}

impl Term {
    /// Whether a free word means this term: its slug, label or a synonym, whatever the case.
    #[must_use]
    pub fn means(&self, word: &str) -> bool {
        let word = word.trim().to_lowercase();
        [&self.slug, &self.label]
            .into_iter()
            .chain(&self.synonyms)
            .any(|own| own.to_lowercase() == word)
    }
}
