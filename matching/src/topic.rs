//! What a text is about as a whole: the weighted mean of its words' vectors, in one byte a dimension.

#![expect(
    clippy::as_conversions,
    reason = "quantising to bytes: values are clamped to the range before they are cast"
)]

/// A direction in the space of the word vectors; empty where no word was known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Topic {
    bytes: Box<[i8]>,
    /// One over its length.
    shrink: f32,
}

/// Half the bytes' range: room for one dimension to hold all of a direction.
const SCALE: f32 = 127.0;

impl Topic {
    /// The direction of a sum of vectors.
    pub(crate) fn of(sum: &[f32]) -> Self {
        let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
        let greatest = sum.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        if length <= f32::EPSILON || !length.is_finite() {
            return Self::default();
        }
        let bytes: Box<[i8]> = sum
            .iter()
            .map(|x| (x / greatest * SCALE).round().clamp(-SCALE, SCALE) as i8)
            .collect();
        let shrink = 1.0 / (dot(&bytes, &bytes) as f32).sqrt();
        Self { bytes, shrink }
    }

    /// The cosine of two directions, never below 0. `None` where either is empty.
    pub(crate) fn likeness(&self, other: &Self) -> Option<f32> {
        if self.bytes.is_empty() || other.bytes.is_empty() {
            return None;
        }
        Some((dot(&self.bytes, &other.bytes) as f32 * (self.shrink * other.shrink)).clamp(0.0, 1.0))
    }
}

fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum()
}

#[cfg(test)]
mod tests {
    use super::Topic;

    #[test]
    fn length_does_not_matter_and_direction_does() {
        let topic = |v: &[f32]| Topic::of(v);
        let near = |a: &Topic, b: &Topic, expected: f32| {
            assert!((a.likeness(b).unwrap() - expected).abs() < 0.01);
        };
        near(&topic(&[1.0, 2.0]), &topic(&[10.0, 20.0]), 1.0);
        near(&topic(&[1.0, 0.0]), &topic(&[0.0, 5.0]), 0.0);
        near(&topic(&[1.0, 0.0]), &topic(&[-1.0, 0.0]), 0.0);
        assert_eq!(topic(&[0.0, 0.0]).likeness(&topic(&[1.0, 0.0])), None);
    }
}
