//! Tandem: finds local-government projects that overlap, and turns them into partners.

pub mod exchange;
pub mod graphql;
pub mod http;
