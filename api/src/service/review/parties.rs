//! Whom a finding concerns, and as what somebody stands to it.

use std::collections::BTreeSet;

use entity::kinds::{ParticipantRole, ReviewSeat};
use entity::{project_award, project_participant};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::access::{Role, Viewer};
use crate::store;

/// The organisations that a finding concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    /// Who leads or takes part in one of the two projects: they may reply.
    pub authorities: BTreeSet<Uuid>,
    /// Who leads: they are waited for.
    pub leads: BTreeSet<Uuid>,
    /// Who pays for one of the two.
    pub funders: BTreeSet<Uuid>,
}

impl Parties {
    /// Those of projects.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(db: &impl ConnectionTrait, projects: &[Uuid]) -> Result<Self, DbErr> {
        let roles = store::project::roles(db, projects).await?;
        let awards = store::project::awards(db, projects).await?;
        Ok(Self::gathered(&roles, &awards))
    }

    /// Those that these rows name.
    #[must_use]
    pub fn gathered(roles: &[project_participant::Model], awards: &[project_award::Model]) -> Self {
        let mut parties = Self::default();
        for row in roles {
            match row.role {
                ParticipantRole::Lead => {
                    parties.leads.insert(row.organisation_id);
                    parties.authorities.insert(row.organisation_id);
                }
                ParticipantRole::Partner => {
                    parties.authorities.insert(row.organisation_id);
                }
                ParticipantRole::Funder => {
                    parties.funders.insert(row.organisation_id);
                }
                ParticipantRole::Supplier | ParticipantRole::Evaluator => {}
            }
        }
        parties
            .funders
            .extend(awards.iter().filter_map(|award| award.funder_id));
        parties
    }

    /// The organisations concerned that somebody belongs to or acts for.
    #[must_use]
    pub fn own(&self, viewer: &Viewer) -> Vec<Uuid> {
        let theirs = self.authorities.iter().filter(|id| viewer.belongs_to(**id));
        let paying = |id: &&Uuid| viewer.holds(Role::Funder, **id);
        theirs
            .chain(self.funders.iter().filter(paying))
            .copied()
            .collect()
    }

    /// As what somebody stands to the finding: every seat that they have, or `OUTSIDER`.
    ///
    /// A reviewer who belongs to somebody concerned does not review it: their seat is the other one.
    #[must_use]
    pub fn seats(&self, viewer: &Viewer) -> Vec<ReviewSeat> {
        let mut seats = Vec::new();
        let speaks = self.authorities.iter().any(|id| viewer.speaks_for(*id));
        let belongs = self.authorities.iter().any(|id| viewer.belongs_to(*id));
        let pays = self.funders.iter().any(|id| viewer.holds(Role::Funder, *id));
        if speaks {
            seats.push(ReviewSeat::Authority);
        }
        if belongs {
            seats.push(ReviewSeat::Member);
        }
        if pays {
            seats.push(ReviewSeat::Funder);
        }
        if viewer.is_reviewer() && !belongs && !pays {
            seats.push(ReviewSeat::Reviewer);
        }
        if viewer.is_administrator() {
            seats.push(ReviewSeat::Administrator);
        }
        if seats.is_empty() {
            seats.push(ReviewSeat::Outsider);
        }
        seats
    }
}

/// Whether somebody in these seats sees what reviewers tell each other.
#[must_use]
pub fn reviews(seats: &[ReviewSeat]) -> bool {
    seats.contains(&ReviewSeat::Reviewer) || seats.contains(&ReviewSeat::Administrator)
}

/// Whether somebody in these seats sees how a review goes.
#[must_use]
pub fn concerned(seats: &[ReviewSeat]) -> bool {
    !seats.iter().all(|seat| *seat == ReviewSeat::Outsider)
}
