//! The controlled words that projects are tagged with.

use async_graphql::{Enum, SimpleObject};

use crate::data;
use crate::error::{ApiError, ApiResult};

/// A list of controlled words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Vocabulary {
    /// What projects are about.
    Theme,
    /// What projects are made with.
    Technology,
    /// The functions of government that projects serve (COFOG, divisions and groups).
    Sector,
    /// The Sustainable Development Goals of the United Nations.
    Goal,
}

/// A controlled word.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct Term {
    /// What it is known by, and never changes: `damp-and-mould`, a code of COFOG, the number of a goal.
    pub code: String,
    /// As shown.
    pub label: String,
    /// Other words for it, which searches and filters take for it.
    pub synonyms: Vec<String>,
    /// For a theme, the group of COFOG that it belongs to.
    pub sector: Option<String>,
}

/// All words of a list, in its order.
///
/// # Errors
/// When the shipped lists are broken.
pub(crate) fn terms(of: Vocabulary) -> ApiResult<Vec<Term>> {
    let reference = data::load().map_err(ApiError::internal)?;
    let plain = |code: String, label: &str| Term {
        code,
        label: label.to_owned(),
        synonyms: Vec::new(),
        sector: None,
    };
    let listed = |terms: &[data::Term]| {
        let term = |term: &data::Term| Term {
            code: term.slug.clone(),
            label: term.label.clone(),
            synonyms: term.synonyms.clone(),
            sector: term.cofog.clone(),
        };
        terms.iter().map(term).collect()
    };
    Ok(match of {
        Vocabulary::Theme => listed(&reference.themes),
        Vocabulary::Technology => listed(&reference.technologies),
        Vocabulary::Sector => {
            let sectors = reference.sectors.iter();
            sectors
                .map(|sector| plain(sector.code.clone(), &sector.label))
                .collect()
        }
        Vocabulary::Goal => {
            let goals = data::GOALS.iter().zip(1..);
            goals
                .map(|(label, number): (_, u8)| plain(number.to_string(), label))
                .collect()
        }
    })
}
