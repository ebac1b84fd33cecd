//! Who asks, and what they may do.

pub mod credential;
pub mod fields;
pub mod loopback;
pub mod personal;
pub mod rules;
pub mod token;
pub mod viewer;

pub use entity::kinds::Role;
pub use viewer::{Grant, Viewer};
