//! The tables, one a file, as sea-orm entities. A row knows nothing of GraphQL.

pub mod kinds;

pub mod bid;
pub mod bid_introduction;
pub mod bid_member;
pub mod bid_project;
pub mod bid_version;
pub mod catalogue;
pub mod funding_call;
pub mod funding_call_term;
pub mod idempotency;
pub mod import_chunk;
pub mod import_job;
pub mod import_row;
pub mod organisation;
pub mod organisation_alias;
pub mod organisation_change;
pub mod organisation_identifier;
pub mod organisation_neighbour;
pub mod organisation_successor;
pub mod overlap;
pub mod overlap_cluster;
pub mod overlap_cluster_member;
pub mod project;
pub mod project_adopter;
pub mod project_award;
pub mod project_link;
pub mod project_meaning;
pub mod project_outcome;
pub mod project_participant;
pub mod project_place;
pub mod project_relation;
pub mod project_source;
pub mod project_tag;
pub mod project_version;
