//! How alike two titles are as strings, word order aside.

/// Titles longer than this are not compared letter by letter.
const LONGEST: usize = 200;

/// The mean of Jaro-Winkler and Sørensen-Dice over the folded words in alphabetical order, in [0, 1].
/// `None` where either has no words. Symmetric.
pub(crate) fn likeness(left: &str, right: &str) -> Option<f64> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    if left == right {
        return Some(1.0);
    }
    if left.len() > LONGEST || right.len() > LONGEST {
        return Some(strsim::sorensen_dice(left, right));
    }
    let (a, b) = if left <= right {
        (left, right)
    } else {
        (right, left)
    };
    Some(f64::midpoint(strsim::jaro_winkler(a, b), strsim::sorensen_dice(a, b)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn word_order_was_settled_before() {
        assert_eq!(likeness("bins sensors", "bins sensors"), Some(1.0));
        assert_eq!(likeness("", "bins"), None);
        let (a, b) = ("bins sensors street", "garden waste");
        assert_eq!(likeness(a, b), likeness(b, a));
        assert!(likeness(a, b) < Some(0.5));
    }
}
