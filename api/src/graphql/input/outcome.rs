//! What mutations are told of a project's outcomes.

use async_graphql::InputObject;
use entity::kinds::{OutcomeFinding, Reusability};

use crate::graphql::filter::body;
use crate::graphql::scalar::Date;
use crate::service::project::{Adoption, Outcome, PlaceTold};

/// Something that a project found out.
#[derive(Debug, Clone, InputObject)]
pub(crate) struct ProjectOutcomeInput {
    /// Whether it worked.
    finding: OutcomeFinding,
    /// What was found.
    statement: String,
    /// How that is known: a trial, a survey, an evaluation.
    evidence: Option<String>,
    /// The web address of the evidence.
    evidence_url: Option<String>,
    /// Whether others can use it.
    reusable: Option<Reusability>,
}

/// A body that took up what a project made or found.
#[derive(Debug, Clone, InputObject)]
pub(crate) struct AdopterInput {
    /// Who: a global id, code, GSS code or name.
    organisation: String,
    /// When.
    adopted_on: Option<Date>,
}

pub(super) fn outcomes(told: Vec<ProjectOutcomeInput>) -> Vec<Outcome> {
    let outcome = |told: ProjectOutcomeInput| Outcome {
        finding: told.finding,
        statement: told.statement,
        evidence: told.evidence,
        evidence_url: told.evidence_url,
        reusable: told.reusable,
    };
    told.into_iter().map(outcome).collect()
}

pub(super) fn adopters(told: Vec<AdopterInput>) -> Vec<Adoption> {
    let adoption = |told: AdopterInput| Adoption {
        organisation: body(told.organisation),
        adopted_on: told.adopted_on.map(|day| day.0),
    };
    told.into_iter().map(adoption).collect()
}

pub(super) fn places(told: Vec<String>) -> Vec<PlaceTold> {
    let place = |name| PlaceTold {
        name,
        authority: None,
    };
    told.into_iter().map(place).collect()
}

/// Numbers of goals; one that cannot be any becomes 0, which is refused with the others.
pub(super) fn goals(told: Vec<i32>) -> Vec<u8> {
    told.into_iter()
        .map(|number| u8::try_from(number).unwrap_or(0))
        .collect()
}
