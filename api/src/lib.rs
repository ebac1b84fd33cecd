//! Tandem: finds local-government projects that overlap, and turns them into partners.

pub mod access;
pub mod audit;
pub mod clock;
pub mod command;
pub mod config;
pub mod data;
pub mod error;
pub mod exchange;
pub mod form;
pub mod graphql;
pub mod http;
pub mod issuer;
pub mod live;
pub mod logging;
pub mod metrics;
pub mod progress;
pub mod search;
pub mod service;
pub mod store;
pub mod survey;
pub mod traces;
pub mod work;
