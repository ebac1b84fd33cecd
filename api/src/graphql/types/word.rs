//! The closed word lists of the domain, as the API shows them.

macro_rules! word_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl From<kinds::$name> for $name {
            fn from(word: kinds::$name) -> Self {
                match word { $(kinds::$name::$variant => Self::$variant,)+ }
            }
        }

        impl From<$name> for kinds::$name {
            fn from(word: $name) -> Self {
                match word { $($name::$variant => Self::$variant,)+ }
            }
        }
    };
}

mod access;
mod funding;
mod import;
mod organisation;
mod overlap;
mod project;
mod survey;

pub use access::{AccountKind, AuditKind, AuditTransport, KeyScope, Role};
pub use funding::{
    BidChange, BidMemberState, BidState, BoardEntryKind, BoardOutcome, BoardRole, BoardState, InterestState,
};
pub use import::{ImportOutcome, ImportState, ImportUndo};
pub use organisation::{GroupMemberState, NeighbourKind, OrganisationChangeKind, OrganisationKind};
pub use overlap::{FollowUp, OverlapRelation, OverlapState, ReviewMove, ReviewReason, ReviewSeat};
pub use project::{
    DatePrecision, DeclaredRelation, OutcomeFinding, ParticipantRole, Phase, ProjectChange, ProjectKind,
    ProjectStatus, Reusability, Staleness,
};
pub use survey::{SurveyDecision, SurveyResponseState};
