//! Organisations and groups.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

word_list! {
    /// What sort of body an organisation is.
    OrganisationKind {
        /// A council, combined authority or city.
        LocalAuthority = "LOCAL_AUTHORITY",
        /// A body whose business is to fund.
        Funder = "FUNDER",
        /// A ministry or national agency.
        CentralGovernment = "CENTRAL_GOVERNMENT",
        /// A university or research institute.
        University = "UNIVERSITY",
        /// A company.
        Company = "COMPANY",
        /// A health body.
        Health = "HEALTH",
        /// A charity, community or membership body.
        ThirdSector = "THIRD_SECTOR",
        /// Local authorities that act as one partner; the rules of funding calls take it for a `LOCAL_AUTHORITY`.
        Group = "GROUP",
        /// A body known by name only.
        Unknown = "UNKNOWN",
    }
}

word_list! {
    /// What an authority has said to a group.
    GroupMemberState {
        /// Asked, and has not answered.
        Invited = "INVITED",
        /// Takes part.
        Accepted = "ACCEPTED",
        /// Takes no part any more, or never did.
        Left = "LEFT",
    }
}

word_list! {
    /// What was done to the identity of organisations.
    OrganisationChangeKind {
        /// Two records were found to be one body.
        Merged = "MERGED",
        /// One record was found to be two bodies.
        Split = "SPLIT",
    }
}

word_list! {
    /// How two authorities lie to each other.
    NeighbourKind {
        /// They share a boundary.
        Border = "BORDER",
        /// They are near, without a shared boundary.
        Near = "NEAR",
    }
}
