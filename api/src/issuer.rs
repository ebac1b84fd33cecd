//! An issuer of tokens for trying sign-in out on one's own machine: whoever reaches it is whoever they say. It listens on
//! loopback only, and its key lives as long as its process.

mod serving;
mod signer;

pub use serving::serve;
pub use signer::Signer;
