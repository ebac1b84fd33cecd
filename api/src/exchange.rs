//! Files in and out: what people keep in spreadsheets and lines of JSON, read the
//! way a careful person reads it.
//!
//! [`projects`] reads a file row by row and keeps what is good; everything that it
//! could not make sense of is told by line and field. `source` knows formats and
//! encodings and nothing of projects; `value` knows how people write dates, sums and
//! lists; a further format is a further source.

pub mod calls;
mod columns;
pub mod currency;
mod problem;
pub mod projects;
pub mod record;
mod row;
pub(crate) mod source;
pub mod to_matching;
pub(crate) mod value;
pub mod written;
