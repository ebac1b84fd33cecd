//! The GraphQL face of the service.

pub mod limits;
