//! What came of a project, who took it up, whom it is for and what it serves.

use async_graphql::{Context, SimpleObject};
use entity::kinds::{OutcomeFinding, Reusability};
use entity::{project_adopter, project_outcome, project_place};

use crate::error::{ApiError, ApiResult};
use crate::graphql::loaders::{self, Loaders};
use crate::graphql::scalar::Date;
use crate::graphql::types::organisation::{Authority, Organisation};
use crate::graphql::types::organisation_change::organisation;

/// Something that a project found out, with its evidence.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct ProjectOutcome {
    /// Whether it worked.
    pub finding: OutcomeFinding,
    /// What was found.
    pub statement: String,
    /// How that is known: a trial, a survey, an evaluation.
    pub evidence: Option<String>,
    /// The web address of the evidence.
    pub evidence_url: Option<String>,
    /// Whether others can use it; null where nobody said.
    pub reusable: Option<Reusability>,
}

/// A body that took up what a project made or found.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Adopter {
    /// Who.
    pub organisation: Organisation,
    /// When, where known.
    pub adopted_on: Option<Date>,
}

/// A place whose people a project is for.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct BeneficiaryPlace {
    /// The place as it was told.
    pub name: String,
    /// The authority whose area it is, where that is known.
    pub authority: Option<Authority>,
}

/// A function of government: a division or group of COFOG.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Sector {
    /// The code, such as `04.5`.
    pub code: String,
    /// The official title.
    pub label: String,
}

/// A Sustainable Development Goal of the United Nations.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct SustainableDevelopmentGoal {
    /// The number, from 1 to 17.
    pub number: i32,
    /// The title.
    pub label: String,
}

impl From<&project_outcome::Model> for ProjectOutcome {
    fn from(row: &project_outcome::Model) -> Self {
        Self {
            finding: row.finding,
            statement: row.statement.clone(),
            evidence: row.evidence.clone(),
            evidence_url: row.evidence_url.clone(),
            reusable: row.reusable,
        }
    }
}

pub(super) async fn adopter(ctx: &Context<'_>, row: &project_adopter::Model) -> ApiResult<Adopter> {
    Ok(Adopter {
        organisation: organisation(ctx, row.organisation_id).await?,
        adopted_on: row.adopted_on.map(Date),
    })
}

pub(super) async fn place(
    ctx: &Context<'_>,
    row: &project_place::Model,
) -> Result<BeneficiaryPlace, ApiError> {
    let found = match row.organisation_id {
        Some(id) => {
            ctx.data_unchecked::<Loaders>()
                .load(loaders::Organisation(id))
                .await?
        }
        None => Vec::new(),
    };
    let authority = match found.into_iter().next().map(Organisation::from) {
        Some(Organisation::Authority(authority)) => Some(authority),
        Some(Organisation::OtherOrganisation(_)) | None => None,
    };
    Ok(BeneficiaryPlace {
        name: row.name.clone(),
        authority,
    })
}
