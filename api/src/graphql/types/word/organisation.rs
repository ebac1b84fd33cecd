//! Organisations and groups.

use async_graphql::Enum;
use entity::kinds;

word_list! {
    /// What sort of body an organisation is.
    OrganisationKind {
        /// A council, combined authority or city.
        LocalAuthority,
        /// A body whose business is to fund.
        Funder,
        /// A ministry or national agency.
        CentralGovernment,
        /// A university or research institute.
        University,
        /// A company.
        Company,
        /// A health body.
        Health,
        /// A charity, community or membership body.
        ThirdSector,
        /// Local authorities that act as one partner; the rules of funding calls take it for a `LOCAL_AUTHORITY`.
        Group,
        /// A body known by name only.
        Unknown,
    }
}

word_list! {
    /// What an authority has said to a group.
    GroupMemberState {
        /// Asked, and has not answered.
        Invited,
        /// Takes part.
        Accepted,
        /// Takes no part any more, or never did.
        Left,
    }
}

word_list! {
    /// What was done to the identity of organisations.
    OrganisationChangeKind {
        /// Two records were found to be one body.
        Merged,
        /// One record was found to be two bodies.
        Split,
    }
}

word_list! {
    /// How two authorities lie to each other.
    NeighbourKind {
        /// They share a boundary.
        Border,
        /// They are near, without a shared boundary.
        Near,
    }
}
