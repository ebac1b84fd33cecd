//! Surveys.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

word_list! {
    /// How far an authority's response to a survey has come.
    SurveyResponseState {
        /// Nothing was answered yet.
        Invited = "INVITED",
        /// Something was answered, and nothing submitted.
        Draft = "DRAFT",
        /// Submitted, and not looked at by a reviewer.
        Submitted = "SUBMITTED",
        /// A reviewer took it; it is changed no more, unless it is returned.
        Approved = "APPROVED",
        /// A reviewer gave it back with remarks.
        Returned = "RETURNED",
        /// The authority does not want to answer.
        Refused = "REFUSED",
        /// The survey is not meant for it.
        Ineligible = "INELIGIBLE",
    }
}

word_list! {
    /// What a reviewer decided on a submitted response.
    SurveyDecision {
        /// It is taken as it is.
        Approved = "APPROVED",
        /// It goes back with remarks.
        Returned = "RETURNED",
    }
}
