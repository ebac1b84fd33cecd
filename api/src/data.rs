//! Reference data shipped with the binary: authorities, vocabularies, places, the demonstration catalogue.
//!
//! The files under `api/data` are ours; `api/data/build.py` tells where each fact is from. They are parsed
//! once, at the first call of [`load`], and a test parses all of them, so an error at run time means a
//! broken build.

mod authority;
mod place;
mod project;
mod sector;
mod vocabulary;
mod words;

use std::sync::OnceLock;

use serde::de::DeserializeOwned;

pub use authority::{AuthorityFacts, Body, Identifier, Tier};
pub use place::Place;
pub use project::{AwardFacts, OrganisationKey, ProjectFacts, ProjectRelation};
pub use sector::{GOALS, Sector, goal};
pub use vocabulary::Term;

/// A shipped file does not read as it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading the shipped {file}, line {line}: {reason}")]
pub struct DataError {
    /// The file's name.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// All that is shipped.
#[derive(Debug)]
pub struct Reference {
    /// The authorities of the United Kingdom, current and ended, by code; then the four cities of the
    /// United States that the programme names.
    pub authorities: Vec<AuthorityFacts>,
    /// The other bodies that the demonstration catalogue speaks of.
    pub bodies: Vec<Body>,
    /// The demonstration catalogue.
    pub projects: Vec<ProjectFacts>,
    /// What projects are about.
    pub themes: Vec<Term>,
    /// What projects are made with.
    pub technologies: Vec<Term>,
    /// What functions of government projects serve.
    pub sectors: Vec<Sector>,
    /// Places, without the names of authorities.
    pub places: Vec<Place>,
}

impl Reference {
    /// The authority with this three-letter code, such as `LDS`.
    #[must_use]
    pub fn authority(&self, code: &str) -> Option<&AuthorityFacts> {
        self.authorities
            .iter()
            .find(|authority| authority.code.as_deref() == Some(code))
    }

    /// The function of government with this code, such as `04.5`.
    #[must_use]
    pub fn sector(&self, code: &str) -> Option<&Sector> {
        self.sectors.iter().find(|sector| sector.code == code)
    }

    /// The name of the organisation that a project of the catalogue refers to.
    #[must_use]
    pub fn organisation_name(&self, key: &OrganisationKey) -> Option<&str> {
        let authority = self
            .authorities
            .iter()
            .find(|a| a.key == *key)
            .map(|a| a.name.as_str());
        authority.or_else(|| {
            self.bodies
                .iter()
                .find(|b| b.key == *key)
                .map(|b| b.name.as_str())
        })
    }
}

/// The shipped data, parsed at the first call and kept.
///
/// # Errors
/// A file that does not parse is named with its line; see the module's note on when that can be.
pub fn load() -> Result<&'static Reference, DataError> {
    static LOADED: OnceLock<Result<Reference, DataError>> = OnceLock::new();
    LOADED.get_or_init(parse).as_ref().map_err(Clone::clone)
}

fn parse() -> Result<Reference, DataError> {
    Ok(Reference {
        authorities: json_lines("authorities.jsonl", include_str!("../data/authorities.jsonl"))?,
        bodies: json_lines("bodies.jsonl", include_str!("../data/bodies.jsonl"))?,
        projects: json_lines("projects.jsonl", include_str!("../data/projects.jsonl"))?,
        themes: json_lines("themes.jsonl", include_str!("../data/themes.jsonl"))?,
        technologies: json_lines("technologies.jsonl", include_str!("../data/technologies.jsonl"))?,
        sectors: json_lines("sectors.jsonl", include_str!("../data/sectors.jsonl"))?,
        places: place::parse(include_str!("../data/places.txt")),
    })
}

fn json_lines<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<T>, DataError> {
    text.lines()
        .enumerate()
        .map(|(index, line)| {
            serde_json::from_str(line).map_err(|error| DataError {
                file,
                line: index + 1,
                reason: error.to_string(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
