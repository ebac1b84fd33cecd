//! Functions of government and Sustainable Development Goals, as projects are tagged with them.

use serde::Deserialize;

/// A division or group of the Classification of the Functions of Government (COFOG).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    /// `04` for a division, `04.5` for a group.
    pub code: String,
    /// The official title.
    pub label: String,
}

/// The Sustainable Development Goals of the United Nations (resolution A/RES/70/1), the first first.
pub const GOALS: [&str; 17] = [
    "No poverty",
    "Zero hunger",
    "Good health and well-being",
    "Quality education",
    "Gender equality",
    "Clean water and sanitation",
    "Affordable and clean energy",
    "Decent work and economic growth",
    "Industry, innovation and infrastructure",
    "Reduced inequalities",
    "Sustainable cities and communities",
    "Responsible consumption and production",
    "Climate action",
    "Life below water",
    "Life on land",
    "Peace, justice and strong institutions",
    "Partnerships for the goals",
];

/// The title of the goal with this number.
#[must_use]
pub fn goal(number: usize) -> Option<&'static str> {
    GOALS.get(number.checked_sub(1)?).copied()
}
