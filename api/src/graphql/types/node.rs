//! Whatever has a global id.

use async_graphql::{ID, Interface};

use super::account::Account;
use super::bid::Bid;
use super::board::{Board, Interest};
use super::cluster::OverlapCluster;
use super::funding::FundingCall;
use super::import::ImportJob;
use super::organisation::{Authority, OtherOrganisation};
use super::organisation_change::OrganisationChange;
use super::overlap::Overlap;
use super::project::Project;

/// An object with a global id, which `node` finds again.
#[derive(Debug, Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
pub enum Node {
    /// A local authority.
    Authority(Authority),
    /// Any other body.
    OtherOrganisation(OtherOrganisation),
    /// A project.
    Project(Project),
    /// A finding.
    Overlap(Overlap),
    /// A cluster of overlapping projects.
    OverlapCluster(OverlapCluster),
    /// A merge or a split of organisations.
    OrganisationChange(OrganisationChange),
    /// An import.
    ImportJob(ImportJob),
    /// An account, for its owner and administrators.
    Account(Account),
    /// A funding call.
    FundingCall(FundingCall),
    /// A bid.
    Bid(Bid),
    /// An expression of interest.
    Interest(Interest),
    /// A board.
    Board(Board),
}
