//! What two records have in common: one kind of fact a file.

pub(crate) mod codes;
pub(crate) mod labels;
pub(crate) mod links;
pub(crate) mod money;
pub(crate) mod people;
pub(crate) mod period;
pub(crate) mod text;
pub(crate) mod title;
