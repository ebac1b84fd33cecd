//! What can be asked: a noun to a file.
//!
//! A field that may be null and may fail is an `Option<Result<…>>`: async-graphql nulls it alone then. The failure of a
//! `Result<Option<…>>` nulls its parent, which the specification keeps for fields that are never null.

mod account;
mod audit;
mod board;
mod funding;
mod group;
mod import;
mod node;
mod organisation;
mod overlap;
mod partner;
mod project;
mod review;
mod survey;

use account::AccountQuery;
use async_graphql::MergedObject;
use audit::AuditQuery;
use board::BoardQuery;
use funding::FundingQuery;
use group::GroupQuery;
use import::ImportQuery;
use node::NodeQuery;
use organisation::OrganisationQuery;
use overlap::OverlapQuery;
use partner::PartnerQuery;
use project::ProjectQuery;
use review::ReviewQuery;
use survey::SurveyQuery;

use super::boxed::Boxed;
pub(crate) use survey::claim;

/// What can be asked of Tandem: authorities, their projects, which of them overlap, and what they could do together.
#[derive(Debug, Default, MergedObject)]
pub struct Query(ProjectQuery, Boxed<OtherQuery>);

/// All but projects, which are asked for most.
#[derive(Debug, Default, MergedObject)]
pub struct OtherQuery(
    NodeQuery,
    AccountQuery,
    OrganisationQuery,
    OverlapQuery,
    ReviewQuery,
    ImportQuery,
    PartnerQuery,
    SurveyQuery,
    FundingQuery,
    BoardQuery,
    GroupQuery,
    AuditQuery,
);
