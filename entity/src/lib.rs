//! The tables, one a file, as sea-orm entities.

pub mod kinds;
