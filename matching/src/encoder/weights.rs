//! The tensors of a safetensors file, by name.

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor};

use super::EncoderError;

pub(super) struct Weights {
    tensors: HashMap<String, Tensor>,
}

impl Weights {
    /// Takes every tensor as 32-bit floats, whatever the file stores.
    pub(super) fn from_safetensors(bytes: &[u8]) -> Result<Self, EncoderError> {
        let failed = |source| EncoderError::Model {
            doing: "read the encoder's model.safetensors".to_owned(),
            source,
        };
        let mut tensors = candle_core::safetensors::load_buffer(bytes, &Device::Cpu).map_err(failed)?;
        for tensor in tensors.values_mut() {
            if tensor.dtype().is_float() && tensor.dtype() != DType::F32 {
                *tensor = tensor.to_dtype(DType::F32).map_err(failed)?;
            }
        }
        Ok(Self { tensors })
    }

    /// The tensor of that name.
    pub(super) fn get(&self, name: &str) -> Result<Tensor, EncoderError> {
        self.tensors
            .get(name)
            .cloned()
            .ok_or_else(|| EncoderError::Model {
                doing: format!("find the encoder's weight {name:?}"),
                source: candle_core::Error::CannotFindTensor {
                    path: name.to_owned(),
                },
            })
    }
}
