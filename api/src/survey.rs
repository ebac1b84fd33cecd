//! PURE: question sets, answers, what may be shown of them. No database, no clock, no request.

pub mod answer;
pub mod check;
pub mod definition;
pub mod disclosure;
pub(crate) mod fields;
pub mod question;
pub mod sheet;
pub mod statistics;
pub mod table;
pub mod theme;

/// The question set that ships with the program: the seven questions on a council's digital journey.
pub const DIGITAL_JOURNEY: &str = include_str!("../data/surveys/digital-journey.json");
