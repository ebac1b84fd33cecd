//! Tandem: finds local-government projects that overlap, and turns them into partners.

pub mod data;
pub mod exchange;
