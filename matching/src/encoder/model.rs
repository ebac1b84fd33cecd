//! A whole model: embeddings, layers, and the mean over a text's tokens.

use candle_core::{D, Tensor};

use super::EncoderError;
use super::config::{Config, Family};
use super::layers::{BERT, Layer, MPNET, Norm};
use super::position::RelativeBias;
use super::weights::Weights;

pub(super) struct Model {
    words: Tensor,
    /// One row a position, the first token's first; the sentence marker of BERT added in.
    positions: Tensor,
    embedding_norm: Norm,
    layers: Vec<Layer>,
    relative: Option<RelativeBias>,
    width: usize,
}

impl Model {
    pub(super) fn new(config: &Config, weights: &Weights) -> Result<Self, EncoderError> {
        let names = match config.family {
            Family::Bert => &BERT,
            Family::Mpnet => &MPNET,
        };
        let layer = |at| Layer::load(weights, &format!("encoder.layer.{at}"), names, config);
        let relative = match config.family {
            Family::Bert => None,
            Family::Mpnet => Some(RelativeBias::new(
                weights.get("encoder.relative_attention_bias.weight")?,
                config.relative_buckets,
            )),
        };
        Ok(Self {
            words: weights.get("embeddings.word_embeddings.weight")?,
            positions: positions(config, weights)?,
            embedding_norm: Norm::load(weights, "embeddings.LayerNorm", config)?,
            layers: (0..config.layers).map(layer).collect::<Result<_, _>>()?,
            relative,
            width: config.hidden_size,
        })
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Texts × tokens in, texts × width out, each row of length 1.
    pub(super) fn forward(&self, tokens: &Tensor) -> candle_core::Result<Tensor> {
        let (texts, length) = tokens.dims2()?;
        let words = self
            .words
            .index_select(&tokens.flatten_all()?, 0)?
            .reshape((texts, length, self.width))?;
        let rows = words.broadcast_add(&self.positions.narrow(0, 0, length)?)?;
        let mut rows = self
            .embedding_norm
            .forward(&rows.reshape((texts * length, self.width))?)?;
        let bias = self
            .relative
            .as_ref()
            .map(|relative| relative.for_length(length))
            .transpose()?;
        for layer in &self.layers {
            rows = layer.forward(&rows, texts, bias.as_ref())?;
        }
        let mean = rows.reshape((texts, length, self.width))?.mean(1)?;
        let norm = mean.sqr()?.sum_keepdim(D::Minus1)?.sqrt()?;
        mean.broadcast_div(&norm)
    }
}

fn positions(config: &Config, weights: &Weights) -> Result<Tensor, EncoderError> {
    let table = weights.get("embeddings.position_embeddings.weight")?;
    let failed = |source| EncoderError::Model {
        doing: "read the encoder's positions".to_owned(),
        source,
    };
    match config.family {
        Family::Bert => {
            let sentence = weights.get("embeddings.token_type_embeddings.weight")?;
            let first = sentence.narrow(0, 0, 1).map_err(failed)?;
            table.broadcast_add(&first).map_err(failed)
        }
        Family::Mpnet => table.narrow(0, 2, config.max_tokens).map_err(failed),
    }
}
