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
