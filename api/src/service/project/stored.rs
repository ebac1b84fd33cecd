//! What belongs to a stored project, as it would be told. Organisations are ids.

use entity::{project_adopter, project_award, project_outcome, project_place};

use super::{Adoption, Award, Outcome, PlaceTold};
use crate::exchange::record::Amount;

impl From<project_award::Model> for Award {
    fn from(row: project_award::Model) -> Self {
        Self {
            funder: row.funder_id.map(|id| id.to_string()),
            amount: Amount {
                minor: row.amount_minor,
                currency: row.currency,
            },
            awarded_on: row.awarded_on,
        }
    }
}

impl From<project_outcome::Model> for Outcome {
    fn from(row: project_outcome::Model) -> Self {
        Self {
            finding: row.finding,
            statement: row.statement,
            evidence: row.evidence,
            evidence_url: row.evidence_url,
            reusable: row.reusable,
        }
    }
}

impl From<project_adopter::Model> for Adoption {
    fn from(row: project_adopter::Model) -> Self {
        Self {
            organisation: row.organisation_id.to_string(),
            adopted_on: row.adopted_on,
        }
    }
}

impl From<project_place::Model> for PlaceTold {
    fn from(row: project_place::Model) -> Self {
        Self {
            name: row.name,
            authority: row.organisation_id.map(|id| id.to_string()),
        }
    }
}
