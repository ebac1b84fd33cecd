//! Free words for what projects are about and made with, and the controlled words that they mean.

use std::collections::HashMap;
use std::sync::OnceLock;

use entity::kinds::TagKind;

use crate::data::{self, Term};
use crate::store::search::folded;

/// Every slug, label and synonym, folded, with the term that it means.
type Meant = HashMap<(TagKind, String), &'static Term>;

/// The controlled word that a free word means, if any: "council homes" and "public housing" are one theme.
#[must_use]
pub fn term(kind: TagKind, word: &str) -> Option<&'static Term> {
    static MEANT: OnceLock<Meant> = OnceLock::new();
    let meant = MEANT.get_or_init(|| data::load().map(meanings).unwrap_or_default());
    meant.get(&(kind, folded(word))).copied()
}

fn meanings(reference: &'static data::Reference) -> Meant {
    let lists = [
        (TagKind::Theme, &reference.themes),
        (TagKind::Technology, &reference.technologies),
    ];
    let words = lists.into_iter().flat_map(|(kind, terms)| {
        terms.iter().flat_map(move |term| {
            let own = [&term.slug, &term.label].into_iter().chain(&term.synonyms);
            own.map(move |word| ((kind, folded(word)), term))
        })
    });
    words.collect()
}

/// What a label is grouped and filtered by: its controlled word where it means one, else the label itself. The folded key,
/// and how it is shown.
#[must_use]
pub fn grouped_as(kind: TagKind, label: &str) -> (String, String) {
    let shown = term(kind, label).map_or(label, |term| term.label.as_str());
    (folded(shown), shown.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synonym_means_its_term_and_a_free_word_itself() {
        let (key, shown) = grouped_as(TagKind::Theme, "  COUNCIL homes");
        assert_eq!(
            (key.as_str(), shown.as_str()),
            ("social housing", "Social housing")
        );
        assert_eq!(grouped_as(TagKind::Theme, "social-housing"), (key, shown));
        assert_eq!(grouped_as(TagKind::Theme, "Kite flying").1, "Kite flying");
        assert_eq!(term(TagKind::Sector, "06.1"), None);
    }
}
