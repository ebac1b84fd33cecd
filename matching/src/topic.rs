//! What a text is about as a whole: the weighted mean of its words' vectors, in one byte a dimension.

#![expect(
    clippy::as_conversions,
    reason = "quantising to bytes: values are clamped to the range before they are cast"
)]

use crate::wide::wide;

/// A direction in the space of the word vectors; empty where no word was known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Topic {
    bytes: Box<[i8]>,
    /// One over its length.
    shrink: f32,
}

/// How many bytes a processor reads at a time at least.
const CACHE_LINE: usize = 64;
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

    /// Reads a little of each part, so that all of it is in a near cache when it is compared.
    pub(crate) fn fetch(&self) {
        let parts = self.bytes.iter().step_by(CACHE_LINE);
        std::hint::black_box(parts.fold(0, |sum: i8, byte| sum ^ byte));
    }

    /// What it is made of, for those that compare one with many.
    pub(crate) fn bytes(&self) -> &[i8] {
        &self.bytes
    }

    /// One over the length of [`Topic::bytes`].
    pub(crate) fn shrink(&self) -> f32 {
        self.shrink
    }

    /// The cosine of two directions, never below 0. `None` where either is empty or they are of different spaces.
    pub(crate) fn likeness(&self, other: &Self) -> Option<f32> {
        if self.bytes.is_empty() || self.bytes.len() != other.bytes.len() {
            return None;
        }
        Some((dot(&self.bytes, &other.bytes) as f32 * (self.shrink * other.shrink)).clamp(0.0, 1.0))
    }
}

/// What a sentence encoder makes of a record's text: a direction, kept in one byte a dimension.
///
/// Made once by the caller, kept beside the record, and given again with it. All records of a catalogue must have
/// theirs from the same encoder: two of different length are not compared, two of the same length are taken to be
/// of one encoder. A vector of length 0, or with a number that is not finite, means nothing and is not compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meaning(Topic);

impl Meaning {
    /// Takes over a vector of any length.
    #[must_use]
    pub fn new(vector: &[f32]) -> Self {
        Self(Topic::of(vector))
    }

    /// The cosine of two, never below 0. `None` where they cannot be compared.
    pub(crate) fn likeness(&self, other: &Self) -> Option<f32> {
        self.0.likeness(&other.0)
    }
}

/// How many products are summed up at a time: as many as the compiler makes one step of.
const STEP: usize = 64;

wide! {
    fn dot(a: &[i8], b: &[i8]) -> i32 {
        let (a, a_rest) = a.as_chunks::<STEP>();
        let (b, b_rest) = b.as_chunks::<STEP>();
        let mut sum = 0;
        for (a, b) in a.iter().zip(b) {
            sum += products(&a.map(i16::from), &b.map(i16::from));
        }
        for (x, y) in a_rest.iter().zip(b_rest) {
            sum += i32::from(*x) * i32::from(*y);
        }
        sum
    }
}

/// The products of two vectors summed up, each no greater than a byte holds.
#[inline(always)]
pub(crate) fn along(a: &[i16], b: &[i16]) -> i32 {
    let (a, a_rest) = a.as_chunks::<STEP>();
    let (b, b_rest) = b.as_chunks::<STEP>();
    let sum: i32 = a.iter().zip(b).map(|(a, b)| products(a, b)).sum();
    let rest = a_rest.iter().zip(b_rest);
    sum + rest.map(|(x, y)| i32::from(*x) * i32::from(*y)).sum::<i32>()
}

/// Two products of bytes within [`SCALE`] still fit in 16 bits, so that half as many numbers have to be widened.
#[inline(always)]
fn products(a: &[i16; STEP], b: &[i16; STEP]) -> i32 {
    let (a, a_rest) = a.split_at(STEP / 2);
    let (b, b_rest) = b.split_at(STEP / 2);
    let twos = a.iter().zip(b).zip(a_rest.iter().zip(b_rest));
    let mut sums = [0_i16; STEP / 2];
    for (sum, ((a, b), (c, d))) in sums.iter_mut().zip(twos) {
        *sum = a.wrapping_mul(*b).wrapping_add(c.wrapping_mul(*d));
    }
    sums.iter().map(|sum| i32::from(*sum)).sum()
}

#[cfg(test)]
mod tests {
    use super::{Meaning, Topic};

    #[test]
    fn vectors_of_two_encoders_are_not_compared() {
        let meaning = Meaning::new(&[1.0, 2.0, 2.0]);
        assert!(meaning.likeness(&meaning).is_some_and(|alike| alike > 0.999));
        assert_eq!(meaning.likeness(&Meaning::new(&[1.0, 2.0])), None);
        assert_eq!(
            Meaning::new(&[f32::NAN]).likeness(&Meaning::new(&[f32::NAN])),
            None
        );
    }

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
