//! The closed word lists of the domain: written once, and the same in the database, in JSON and in the API.

macro_rules! word_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Serialize, Deserialize, Enum,
        )]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
        pub enum $name {
            $(
                $(#[$vdoc])*
                #[sea_orm(string_value = $text)]
                #[serde(rename = $text)]
                #[graphql(name = $text)]
                $variant,
            )+
        }

        impl $name {
            /// Every word of the list, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as the API and the database write it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The word that is written so; case, spaces and hyphens do not matter.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let wanted: String = text.trim().chars().map(|c| match c {
                    ' ' | '-' => '_',
                    c => c.to_ascii_uppercase(),
                }).collect();
                Self::ALL.iter().copied().find(|word| word.as_str() == wanted)
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
    BidChange, BidMemberState, BidState, BoardEntryKind, BoardOutcome, BoardRole, BoardState, CallTermKind,
    InterestState,
};
pub use import::{ImportOutcome, ImportState, ImportUndo};
pub use organisation::{GroupMemberState, NeighbourKind, OrganisationChangeKind, OrganisationKind};
pub use overlap::{FollowUp, OverlapRelation, OverlapState, ReviewMove, ReviewReason, ReviewSeat};
pub use project::{
    DatePrecision, DeclaredRelation, MoneyBand, OutcomeFinding, ParticipantRole, Phase, ProjectChange,
    ProjectKind, ProjectStatus, Reusability, Staleness, TagKind,
};
pub use survey::{SurveyDecision, SurveyResponseState};
