//! The parts of a transformer layer, the same in both families but for their names.

use candle_core::{D, Tensor};

use super::EncoderError;
use super::config::Config;
use super::weights::Weights;

/// `x · Wᵀ + b`.
pub(super) struct Linear {
    /// Input × output, as a view of what the file stores.
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    pub(super) fn load(weights: &Weights, name: &str) -> Result<Self, EncoderError> {
        let weight = weights.get(&format!("{name}.weight"))?;
        let weight = weight.t().map_err(|source| EncoderError::Model {
            doing: format!("turn {name:?}"),
            source,
        })?;
        Ok(Self {
            weight,
            bias: weights.get(&format!("{name}.bias"))?,
        })
    }

    fn forward(&self, rows: &Tensor) -> candle_core::Result<Tensor> {
        rows.matmul(&self.weight)?.broadcast_add(&self.bias)
    }
}

/// Each row brought to mean 0 and variance 1, then scaled and shifted as learnt.
pub(super) struct Norm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f32,
}

impl Norm {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "1e-5 and 1e-12 fit"
    )]
    pub(super) fn load(weights: &Weights, name: &str, config: &Config) -> Result<Self, EncoderError> {
        Ok(Self {
            weight: weights.get(&format!("{name}.weight"))?,
            bias: weights.get(&format!("{name}.bias"))?,
            epsilon: config.norm_epsilon as f32,
        })
    }

    pub(super) fn forward(&self, rows: &Tensor) -> candle_core::Result<Tensor> {
        candle_nn::ops::layer_norm(rows, &self.weight, &self.bias, self.epsilon)
    }
}

/// What the parts of a layer are called in a file, from the layer's own name on.
pub(super) struct Names {
    pub(super) query: &'static str,
    pub(super) key: &'static str,
    pub(super) value: &'static str,
    pub(super) output: &'static str,
    pub(super) attention_norm: &'static str,
}

pub(super) const BERT: Names = Names {
    query: "attention.self.query",
    key: "attention.self.key",
    value: "attention.self.value",
    output: "attention.output.dense",
    attention_norm: "attention.output.LayerNorm",
};

pub(super) const MPNET: Names = Names {
    query: "attention.attn.q",
    key: "attention.attn.k",
    value: "attention.attn.v",
    output: "attention.attn.o",
    attention_norm: "attention.LayerNorm",
};

/// One layer: every token looks at every other, then each is worked on by itself.
pub(super) struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    attention_norm: Norm,
    widen: Linear,
    narrow: Linear,
    norm: Norm,
    heads: usize,
}

impl Layer {
    pub(super) fn load(
        weights: &Weights,
        at: &str,
        names: &Names,
        config: &Config,
    ) -> Result<Self, EncoderError> {
        let linear = |part: &str| Linear::load(weights, &format!("{at}.{part}"));
        let norm = |part: &str| Norm::load(weights, &format!("{at}.{part}"), config);
        Ok(Self {
            query: linear(names.query)?,
            key: linear(names.key)?,
            value: linear(names.value)?,
            output: linear(names.output)?,
            attention_norm: norm(names.attention_norm)?,
            widen: linear("intermediate.dense")?,
            narrow: linear("output.dense")?,
            norm: norm("output.LayerNorm")?,
            heads: config.heads,
        })
    }

    /// Rows are the tokens of `texts` texts of equal length, one text after another.
    pub(super) fn forward(
        &self,
        rows: &Tensor,
        texts: usize,
        bias: Option<&Tensor>,
    ) -> candle_core::Result<Tensor> {
        let attended = self.attend(rows, texts, bias)?;
        let rows = self.attention_norm.forward(&(attended + rows)?)?;
        let inner = self.widen.forward(&rows)?.gelu_erf()?;
        self.norm.forward(&(self.narrow.forward(&inner)? + rows)?)
    }

    fn attend(&self, rows: &Tensor, texts: usize, bias: Option<&Tensor>) -> candle_core::Result<Tensor> {
        let (tokens, width) = rows.dims2()?;
        let (length, head_width) = (tokens / texts, width / self.heads);
        let split = |part: &Linear| {
            let shape = (texts, length, self.heads, head_width);
            part.forward(rows)?.reshape(shape)?.transpose(1, 2)?.contiguous()
        };
        let (query, key, value) = (split(&self.query)?, split(&self.key)?, split(&self.value)?);
        #[expect(
            clippy::as_conversions,
            clippy::cast_precision_loss,
            reason = "a head is 32 or 64 wide"
        )]
        let scale = 1.0 / (head_width as f64).sqrt();
        let mut scores = (query * scale)?.matmul(&key.t()?)?;
        if let Some(bias) = bias {
            scores = scores.broadcast_add(bias)?;
        }
        let shares = candle_nn::ops::softmax(&scores, D::Minus1)?;
        let mixed = shares.matmul(&value)?.transpose(1, 2)?.reshape((tokens, width))?;
        self.output.forward(&mixed)
    }
}
