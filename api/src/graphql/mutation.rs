//! What can be changed: one file a noun.

mod account;
mod bid;
mod board;
mod calibration;
mod funding;
mod group;
mod import;
mod merge;
mod organisation;
mod privacy;
mod project;
mod review;
mod survey;

use async_graphql::MergedObject;

use account::AccountMutation;
use bid::BidMutation;
use board::BoardMutation;
use calibration::CalibrationMutation;
use funding::FundingMutation;
use group::GroupMutation;
use import::ImportMutation;
use merge::MergeMutation;
use organisation::OrganisationMutation;
use privacy::PrivacyMutation;
use project::ProjectMutation;
use review::ReviewMutation;
use survey::{ResponseMutation, SurveyMutation, SurveyReminderMutation, SurveyUploadMutation};

/// What can be changed in Tandem. Mistakes that a user can put right come back in the payload's `errors`; then nothing was changed.
#[derive(Debug, Clone, Copy, Default, MergedObject)]
pub struct Mutation(
    ProjectMutation,
    OrganisationMutation,
    ImportMutation,
    ReviewMutation,
    MergeMutation,
    AccountMutation,
    CalibrationMutation,
    FundingMutation,
    BidMutation,
    BoardMutation,
    SurveyMutation,
    ResponseMutation,
    SurveyUploadMutation,
    SurveyReminderMutation,
    GroupMutation,
    PrivacyMutation,
);
