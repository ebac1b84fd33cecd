//! The types of the API, a noun a file. None of them is a row of the database.

pub mod account;
pub mod audit;
pub mod bid;
pub mod board;
pub mod cluster;
pub mod cofunding;
pub mod evidence;
pub mod funding;
pub mod group;
pub mod import;
pub mod merge;
pub mod money;
pub mod node;
pub mod organisation;
pub mod organisation_change;
pub mod overlap;
pub mod partner;
pub mod portfolio;
pub mod project;
pub mod quality;
pub mod report;
pub mod review;
pub mod survey;
pub mod user_error;
pub mod version;
pub mod vocabulary;
