//! Optional sentence encoder: a text in, a vector of its meaning out.
//!
//! The model comes from a directory at run time and is never shipped. Two families
//! are read, both trained so that texts of one meaning point the same way: BERT
//! (all-MiniLM-L6-v2, small and quick) and `MPNet` (all-mpnet-base-v2, eight times the
//! work and more accurate).
//!
//! This is the one part of the crate that reads files, and only in [`Encoder::load`].

mod config;
mod layers;
mod model;
mod position;
mod weights;

use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tokenizers::{Tokenizer, TruncationParams};

use config::Config;
use model::Model;
use weights::Weights;

/// Tokens in one batch: enough to keep the multiplications busy, few enough for
/// the activations to stay near the core. A guess; not measured yet.
const TOKENS_IN_BATCH: usize = 1024;

/// What can be wrong with a model's directory, or with encoding.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file of the model is missing or unreadable.
    #[error("read the encoder's {file}", file = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `config.json` or `sentence_bert_config.json` is not what it should be.
    #[error("parse the encoder's {file}", file = path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The model is of a family, or uses a setting, that this encoder does not know.
    #[error("load an encoder: {what} is not supported")]
    Unsupported {
        /// The setting and its value.
        what: String,
    },
    /// `tokenizer.json` is not a tokenizer, or a text could not be split by it.
    #[error("{doing}: {detail}")]
    Tokenizer {
        /// What was being done.
        doing: &'static str,
        /// The tokenizer's own account.
        detail: String,
    },
    /// The weights do not fit the configuration, or the arithmetic failed.
    #[error("{doing}")]
    Model {
        /// What was being done, with the name of the weight where one is missing.
        doing: String,
        /// Why.
        source: candle_core::Error,
    },
}

/// A sentence encoder, ready to use. Shared between threads by reference.
pub struct Encoder {
    model: Model,
    tokenizer: Tokenizer,
    version: String,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Encoder")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Encoder {
    /// Reads a model from a directory with `config.json`, `model.safetensors` and
    /// `tokenizer.json`, the layout in which sentence-transformers publishes models.
    /// The longest input comes from `sentence_bert_config.json` where there is one.
    ///
    /// # Errors
    /// When a file is missing, or the model is not one that this encoder can run.
    pub fn load(directory: &Path) -> Result<Self, EncoderError> {
        let config_text = read(directory.join("config.json"))?;
        let config = Config::parse(directory, &config_text)?;
        let weights_bytes = read(directory.join("model.safetensors"))?;
        let tokenizer_bytes = read(directory.join("tokenizer.json"))?;
        let version = version_of(&config, &[&config_text, &tokenizer_bytes, &weights_bytes]);
        let weights = Weights::from_safetensors(&weights_bytes)?;
        drop(weights_bytes);
        let model = Model::new(&config, &weights)?;
        let tokenizer = tokenizer_from(&tokenizer_bytes, config.max_tokens)?;
        Ok(Self {
            model,
            tokenizer,
            version,
        })
    }

    /// One vector of length 1 for each text, in the texts' order; their dot product is
    /// the cosine. A text beyond the model's limit (256 tokens with `MiniLM`, 384 with
    /// `MPNet`) counts up to the limit. An empty text has a vector too, of no meaning.
    ///
    /// A text's vector does not depend on the texts beside it: only texts of the same number
    /// of tokens go through the model together, so there is no padding.
    ///
    /// # Errors
    /// When the tokenizer or the arithmetic fails, which a sound model never does.
    pub fn encode(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let ids = self.token_ids(texts)?;
        let encoded = batches(&ids)
            .into_par_iter()
            .map(|batch| {
                let vectors = self.forward(&ids, &batch)?;
                Ok(batch.into_iter().zip(vectors).collect::<Vec<_>>())
            })
            .collect::<Result<Vec<_>, EncoderError>>()?;
        let mut placed: Vec<(usize, Vec<f32>)> = encoded.into_iter().flatten().collect();
        placed.sort_unstable_by_key(|(text, _)| *text);
        Ok(placed.into_iter().map(|(_, vector)| vector).collect())
    }

    /// Names the weights, the tokenizer and the configuration: vectors made under another
    /// version are not comparable and have to be made again.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How many numbers a vector has.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.model.width()
    }

    fn token_ids(&self, texts: &[String]) -> Result<Vec<Vec<u32>>, EncoderError> {
        let split = |text: &String| {
            let encoding = self.tokenizer.encode_fast(text.as_str(), true);
            encoding
                .map(|encoding| encoding.get_ids().to_vec())
                .map_err(|error| EncoderError::Tokenizer {
                    doing: "split a text into tokens",
                    detail: error.to_string(),
                })
        };
        texts.par_iter().map(split).collect()
    }

    fn forward(&self, ids: &[Vec<u32>], batch: &[usize]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let rows: Vec<&[u32]> = batch
            .iter()
            .filter_map(|text| ids.get(*text).map(Vec::as_slice))
            .collect();
        let length = rows.first().map_or(0, |row| row.len());
        let vectors = Tensor::from_vec(rows.concat(), (rows.len(), length), &Device::Cpu)
            .and_then(|tokens| self.model.forward(&tokens))
            .and_then(|vectors| vectors.to_vec2::<f32>());
        vectors.map_err(|source| EncoderError::Model {
            doing: "encode texts".to_owned(),
            source,
        })
    }
}

/// Texts of one length together, the longest first so that the last batch to finish is a short one.
fn batches(ids: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let length = |text: usize| ids.get(text).map_or(0, Vec::len);
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|text| std::cmp::Reverse(length(*text)));
    order
        .chunk_by(|left, right| length(*left) == length(*right))
        .flat_map(|group| {
            let tokens = group.first().map_or(1, |text| length(*text).max(1));
            group.chunks((TOKENS_IN_BATCH / tokens).max(1))
        })
        .map(<[usize]>::to_vec)
        .collect()
}

fn read(path: PathBuf) -> Result<Vec<u8>, EncoderError> {
    std::fs::read(&path).map_err(|source| EncoderError::Read { path, source })
}

fn tokenizer_from(bytes: &[u8], max_tokens: usize) -> Result<Tokenizer, EncoderError> {
    let failed = |error: tokenizers::Error| EncoderError::Tokenizer {
        doing: "read the encoder's tokenizer.json",
        detail: error.to_string(),
    };
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(failed)?;
    let limit = TruncationParams {
        max_length: max_tokens,
        ..TruncationParams::default()
    };
    tokenizer.with_truncation(Some(limit)).map_err(failed)?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

/// Family, width and a digest of every file that bears on a vector.
fn version_of(config: &Config, files: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    hash.update(config.max_tokens.to_le_bytes());
    for file in files {
        hash.update(file.len().to_le_bytes());
        hash.update(file);
    }
    let digest: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}-{}-{digest}", config.family.name(), config.hidden_size)
}

#[cfg(test)]
mod tests;
