//! Tandem: finds local-government projects that overlap, and turns them into partners.

pub mod config;
pub mod exchange;
pub mod graphql;
pub mod http;
pub mod logging;
