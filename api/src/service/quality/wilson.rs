//! How sure a share is that was counted. PURE.

/// So many standard deviations hold 95 of 100 intervals.
const Z: f64 = 1.959_963_984_540_054;

/// A share that was counted, with its 95 % interval after Wilson: unlike the textbook's, it never leaves [0, 1] and is not
/// empty where all or nothing was right.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Share {
    /// How many were right.
    pub right: u32,
    /// Of how many.
    pub of: u32,
}

impl Share {
    /// Counts one more.
    pub fn add(&mut self, right: bool) {
        self.of += 1;
        self.right += u32::from(right);
    }

    /// The share itself; `None` of nothing.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.right) / f64::from(self.of))
    }

    /// Between which bounds the true share lies, with 95 % confidence; `None` of nothing.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        let share = self.value()?;
        let n = f64::from(self.of);
        let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        let (middle, scale) = (share + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
        Some((
            ((middle - spread) / scale).max(0.0),
            ((middle + spread) / scale).min(1.0),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn intervals_are_those_of_the_tables() {
        let check = |right, of, low: f64, high: f64| {
            let (a, b) = Share { right, of }.interval().unwrap();
            assert!(
                (a - low).abs() < 5e-4 && (b - high).abs() < 5e-4,
                "{right} of {of}: {a} to {b}"
            );
        };
        check(81, 263, 0.2553, 0.3662);
        check(10, 10, 0.7225, 1.0);
        check(0, 10, 0.0, 0.2775);
        check(1, 2, 0.0945, 0.9055);
        assert_eq!(
            (Share::default().value(), Share::default().interval()),
            (None, None)
        );
    }
}
