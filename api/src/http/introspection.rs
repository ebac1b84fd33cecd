//! Who may ask what the schema has.

use actix_web::http::StatusCode;

use super::respond::Failure;
use crate::access::Viewer;

/// What introspection tells, and to whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Introspection {
    /// The schema is for everybody.
    #[default]
    Everyone,
    /// It is for people and programs who are known.
    Known,
    /// It is for nobody.
    Nobody,
}

impl Introspection {
    /// Whether somebody may ask what the schema has.
    pub(super) fn is_for(self, viewer: &Viewer) -> bool {
        match self {
            Self::Everyone => true,
            Self::Known => viewer.is_known(),
            Self::Nobody => false,
        }
    }

    /// Why not.
    pub(super) fn refusal(self) -> Failure {
        let (code, message) = match self {
            Self::Everyone | Self::Known => (
                "UNAUTHENTICATED",
                "the schema is shown to people and programs who are known",
            ),
            Self::Nobody => ("FORBIDDEN", "this server does not show its schema"),
        };
        Failure::new(StatusCode::FORBIDDEN, code, message)
    }
}
