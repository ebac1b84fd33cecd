//! What a model's directory says about its shape.

use std::path::Path;

use serde::Deserialize;

use super::EncoderError;

/// Used where nothing states the longest input the model was trained for.
const DEFAULT_MAX_TOKENS: usize = 256;

/// Which of the two architectures a model has.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Family {
    Bert,
    Mpnet,
}

impl Family {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bert => "bert",
            Self::Mpnet => "mpnet",
        }
    }
}

/// The part of `config.json` that the arithmetic needs.
#[derive(Debug, Deserialize)]
struct Stated {
    model_type: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    max_position_embeddings: usize,
    layer_norm_eps: f64,
    hidden_act: String,
    #[serde(default)]
    position_embedding_type: Option<String>,
    #[serde(default)]
    relative_attention_num_buckets: Option<usize>,
}

#[derive(Deserialize)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
}

/// A model's shape, checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Config {
    pub(super) family: Family,
    pub(super) hidden_size: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) norm_epsilon: f64,
    pub(super) relative_buckets: usize,
    pub(super) max_tokens: usize,
}

impl Config {
    /// Checks `config.json` and looks beside it for the longest input.
    pub(super) fn parse(directory: &Path, config: &[u8]) -> Result<Self, EncoderError> {
        let path = directory.join("config.json");
        let stated: Stated =
            serde_json::from_slice(config).map_err(|source| EncoderError::Config { path, source })?;
        let family = match stated.model_type.as_str() {
            "bert" => Family::Bert,
            "mpnet" => Family::Mpnet,
            other => return Err(unsupported("model_type", other)),
        };
        stated.check()?;
        // MPNet leaves its first two positions to padding.
        let positions = match family {
            Family::Bert => stated.max_position_embeddings,
            Family::Mpnet => stated.max_position_embeddings.saturating_sub(2),
        };
        let max_tokens = max_sequence(directory)?
            .unwrap_or(DEFAULT_MAX_TOKENS)
            .min(positions);
        if max_tokens < 3 {
            return Err(unsupported("max_seq_length", &max_tokens.to_string()));
        }
        Ok(Self {
            family,
            hidden_size: stated.hidden_size,
            layers: stated.num_hidden_layers,
            heads: stated.num_attention_heads,
            norm_epsilon: stated.layer_norm_eps,
            relative_buckets: stated.relative_attention_num_buckets.unwrap_or(32),
            max_tokens,
        })
    }
}

impl Stated {
    fn check(&self) -> Result<(), EncoderError> {
        if self.hidden_act != "gelu" {
            return Err(unsupported("hidden_act", &self.hidden_act));
        }
        if let Some(kind) = self
            .position_embedding_type
            .as_deref()
            .filter(|kind| *kind != "absolute")
        {
            return Err(unsupported("position_embedding_type", kind));
        }
        let even = self.num_attention_heads > 0 && self.hidden_size.is_multiple_of(self.num_attention_heads);
        if even {
            Ok(())
        } else {
            Err(unsupported(
                "num_attention_heads",
                &self.num_attention_heads.to_string(),
            ))
        }
    }
}

fn max_sequence(directory: &Path) -> Result<Option<usize>, EncoderError> {
    let path = directory.join("sentence_bert_config.json");
    match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(EncoderError::Read { path, source }),
        Ok(bytes) => match serde_json::from_slice::<SentenceConfig>(&bytes) {
            Ok(config) => Ok(config.max_seq_length),
            Err(source) => Err(EncoderError::Config { path, source }),
        },
    }
}

fn unsupported(setting: &str, value: &str) -> EncoderError {
    EncoderError::Unsupported {
        what: format!("{setting} {value:?}"),
    }
}
