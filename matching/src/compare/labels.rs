//! Themes and technologies: how many of the labels' terms both records have.

use crate::lexicon::TermId;

/// Sørensen-Dice of two lists of terms, each in the same fixed order. `None` where either has none.
pub(crate) fn likeness(left: &[TermId], right: &[TermId]) -> Option<f64> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let shared = left.iter().filter(|term| right.contains(term)).count();
    let ratio = |n: usize| u32::try_from(n).map_or(0.0, f64::from);
    Some(2.0 * ratio(shared) / ratio(left.len() + right.len()))
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn unknown_is_not_unlike() {
        assert_eq!(likeness(&[], &[1]), None);
        assert_eq!(likeness(&[1, 2], &[2, 3]), Some(0.5));
        assert_eq!(likeness(&[1], &[2]), Some(0.0));
    }
}
