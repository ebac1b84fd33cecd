//! Whatever has a global id.

use async_graphql::{ID, Interface};

use super::account::Account;
use super::audit::AuditEntry;
use super::bid::Bid;
use super::board::{Board, Interest};
use super::cluster::OverlapCluster;
use super::funding::FundingCall;
use super::import::ImportJob;
use super::merge::ProjectMerge;
use super::organisation::{Authority, OtherOrganisation};
use super::organisation_change::OrganisationChange;
use super::overlap::Overlap;
use super::project::Project;
use super::quality::Calibration;
use super::survey::{QuestionSet, Survey, SurveyInvitation, SurveyResponse, SurveyUpload, SurveyWave};

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
    /// A calibration, for reviewers.
    Calibration(Calibration),
    /// A merge of projects.
    ProjectMerge(ProjectMerge),
    /// A survey.
    Survey(Survey),
    /// A version of what a survey asks.
    QuestionSet(QuestionSet),
    /// A round of a survey.
    SurveyWave(SurveyWave),
    /// What an authority answers in a round.
    SurveyResponse(SurveyResponse),
    /// A link by which somebody answers.
    SurveyInvitation(SurveyInvitation),
    /// A file with answers.
    SurveyUpload(SurveyUpload),
    /// An account, for its owner and administrators.
    Account(Account),
    /// An entry of the audit log, for administrators.
    AuditEntry(AuditEntry),
    /// A funding call.
    FundingCall(FundingCall),
    /// A bid.
    Bid(Bid),
    /// An expression of interest.
    Interest(Interest),
    /// A board.
    Board(Board),
}
