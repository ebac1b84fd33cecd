//! Surveys.

use async_graphql::Enum;
use entity::kinds;

word_list! {
    /// How far an authority's response to a survey has come.
    SurveyResponseState {
        /// Nothing was answered yet.
        Invited,
        /// Something was answered, and nothing submitted.
        Draft,
        /// Submitted, and not looked at by a reviewer.
        Submitted,
        /// A reviewer took it; it is changed no more, unless it is returned.
        Approved,
        /// A reviewer gave it back with remarks.
        Returned,
        /// The authority does not want to answer.
        Refused,
        /// The survey is not meant for it.
        Ineligible,
    }
}

word_list! {
    /// What a reviewer decided on a submitted response.
    SurveyDecision {
        /// It is taken as it is.
        Approved,
        /// It goes back with remarks.
        Returned,
    }
}
