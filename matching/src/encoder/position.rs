//! `MPNet`'s relative positions: what one token adds to its attention to another for the
//! distance between them.

use candle_core::{Device, Result, Tensor};

/// Distances from here on share buckets; beyond, all are one.
const FARTHEST: f64 = 128.0;

/// A learnt bias for each head and bucket of distance.
pub(super) struct RelativeBias {
    /// Buckets × heads.
    table: Tensor,
    buckets: usize,
}

impl RelativeBias {
    pub(super) fn new(table: Tensor, buckets: usize) -> Self {
        Self { table, buckets }
    }

    /// The bias for texts of a length, as 1 × heads × length × length.
    pub(super) fn for_length(&self, length: usize) -> Result<Tensor> {
        let indices: Vec<u32> = (0..length)
            .flat_map(|from| (0..length).map(move |to| bucket(from, to, self.buckets)))
            .collect();
        let indices = Tensor::from_vec(indices, length * length, &Device::Cpu)?;
        let bias = self.table.index_select(&indices, 0)?;
        bias.reshape((length, length, ()))?
            .permute((2, 0, 1))?
            .unsqueeze(0)?
            .contiguous()
    }
}

/// The bucket of a distance: half of them for tokens ahead, half for those behind; in each
/// half the near distances have a bucket each and the far ones share, ever more widely.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "distances are below 512 and buckets below 64"
)]
fn bucket(from: usize, to: usize, buckets: usize) -> u32 {
    let half = buckets / 2;
    let ahead = if to > from { half } else { 0 };
    let distance = from.abs_diff(to);
    let near = half / 2;
    let within = if distance < near {
        distance
    } else {
        let spread = (distance as f64 / near as f64).ln() / (FARTHEST / near as f64).ln();
        (near + (spread * (half - near) as f64) as usize).min(half - 1)
    };
    (ahead + within) as u32
}

#[cfg(test)]
mod tests {
    use super::bucket;

    #[test]
    fn near_distances_have_a_bucket_each_and_far_ones_share() {
        let ahead: Vec<u32> = [0, 1, 7, 8, 11, 12, 16, 127, 400]
            .iter()
            .map(|to| bucket(0, *to, 32))
            .collect();
        assert_eq!(ahead, [0, 17, 23, 24, 24, 25, 26, 31, 31]);
        let behind: Vec<u32> = [0, 1, 7, 8, 16, 400]
            .iter()
            .map(|from| bucket(*from, 0, 32))
            .collect();
        assert_eq!(behind, [0, 1, 7, 8, 10, 15]);
    }
}
