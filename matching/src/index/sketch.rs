//! Topics in 256 bits: for 256 directions, on which side of each a topic lies. Two topics lie on the same side of as many as their
//! angle is narrow, so that hundreds of records can be put in the order of their topics without fetching these.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "numeric code over arrays of fixed length; sums of bytes stay far below 2^31"
)]

use crate::topic::Topic;
use crate::wide::wide;

/// Numbers are folded into so many before they are mixed.
const WIDE: usize = 128;
/// So many directions to a word of bits.
const BITS: usize = 64;
/// How many words of bits there are.
const WORDS: usize = 4;
/// How many directions there are.
pub(super) const SIDES: usize = WORDS * BITS;

/// On which side of some directions a topic lies; all zero where there is no topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sketch([u64; WORDS]);

impl Sketch {
    /// The directions are drawn once and for all: each a sum of all numbers, with signs of their own.
    pub(super) fn of(topic: &Topic) -> Self {
        if topic.bytes().is_empty() {
            Self::default()
        } else {
            sketch(topic.bytes())
        }
    }

    /// Of how many directions two topics lie on different sides.
    #[inline(always)]
    pub(super) fn apart(&self, other: &Self) -> u32 {
        let words = self.0.iter().zip(&other.0);
        words.map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    /// How alike two topics are by the directions of which they lie on the same side, in [0, 1]; 0 where either is none.
    #[inline(always)]
    pub(super) fn likeness(&self, other: &Self) -> f32 {
        let none = |sketch: &Self| sketch.0.iter().fold(0, |all, bits| all | bits) == 0;
        let apart = self.apart(other);
        if none(self) | none(other) {
            return 0.0;
        }
        (1.0 - apart as f32 * (2.0 / SIDES as f32)).max(0.0)
    }
}

wide! {
    fn sketch(bytes: &[i8]) -> Sketch {
        let mut sketch = Sketch::default();
        for (round, words) in (1..).zip(sketch.0.chunks_exact_mut(WIDE / BITS)) {
            let mut sums = [0_i32; WIDE];
            for (at, byte) in (0_u64..).zip(bytes) {
                let sign = (at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(2 * round + 1)) >> 63;
                let number = i32::from(*byte);
                sums[at as usize % WIDE] += if sign == 0 { number } else { -number };
            }
            mix(&mut sums);
            for (word, sums) in words.iter_mut().zip(sums.chunks_exact(BITS)) {
                let mut bits = 0;
                for sum in sums {
                    bits = bits << 1 | u64::from(*sum > 0);
                }
                *word = bits;
            }
        }
        sketch
    }
}

wide! {
    /// Adds how alike a topic is to each of others, by their sketches.
    pub(super) fn likenesses(own: &Sketch, others: &[Sketch], likenesses: &mut Vec<f32>) -> () {
        likenesses.extend(others.iter().map(|other| own.likeness(other)));
    }
}

/// Each number becomes the sum of all with the signs of a row of a Hadamard matrix.
#[inline(always)]
fn mix(sums: &mut [i32; WIDE]) {
    let mut apart = 1;
    while apart < WIDE {
        for block in sums.chunks_exact_mut(2 * apart) {
            let (left, right) = block.split_at_mut(apart);
            for (a, b) in left.iter_mut().zip(right) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        apart *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::Sketch;
    use crate::topic::Topic;

    /// Numbers as good as chance, from a seed.
    fn drawn(seed: u64) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / 8_388_608.0 - 1.0
        };
        (0..128).map(|_| next()).collect()
    }

    #[test]
    fn nearer_topics_have_likelier_sketches() {
        let (one, other) = (drawn(1), drawn(2));
        let blend = |share: f32| -> Topic {
            let numbers = one.iter().zip(&other).map(|(a, b)| share * a + (1.0 - share) * b);
            Topic::of(&numbers.collect::<Vec<_>>())
        };
        let own = Sketch::of(&blend(1.0));
        let likeness = |share| own.likeness(&Sketch::of(&blend(share)));
        assert!((likeness(1.0) - 1.0).abs() < 1e-6);
        assert!(likeness(0.8) > likeness(0.6) && likeness(0.6) > likeness(0.2));
        assert!(likeness(0.0) < 0.2);
        assert!(own.likeness(&Sketch::of(&Topic::default())) < 1e-6);
    }
}
