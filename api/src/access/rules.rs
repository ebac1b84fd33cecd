//! Who may do which operation: the one table. An operation that is missing here is refused to everybody.

use entity::kinds::Role;

use super::Viewer;

/// Who may do an operation. What of it they may do to which record, its service decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Everybody, known or not.
    Anyone,
    /// Everybody who is known.
    Known,
    /// Whoever holds one of these roles, for anybody. Administrators may do everything.
    Any(&'static [Role]),
}

/// Why an operation is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is for people and programs who are known.
    Unknown,
    /// It is for another role.
    Role,
    /// The key that was used may only read.
    ReadOnly,
}

/// The three types that hold operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// Reads.
    Query,
    /// Changes.
    Mutation,
    /// Listens.
    Subscription,
}

use Root::{Mutation, Query, Subscription};
use Rule::{Any, Anyone, Known};

/// Those who change what belongs to an authority.
const EDITORS: Rule = Any(&[Role::Editor]);
/// Those who answer for the money of a funder.
const FUNDERS: Rule = Any(&[Role::Funder]);
/// Those who decide on findings and look at what is submitted.
const REVIEWERS: Rule = Any(&[Role::Reviewer]);
/// Nobody but administrators.
const ADMINISTRATORS: Rule = Any(&[]);

/// Every operation, and who may do it.
pub const RULES: &[(Root, &str, Rule)] = &[
    (Query, "accounts", ADMINISTRATORS),
    (Query, "auditEntries", ADMINISTRATORS),
    (Query, "authorities", Anyone),
    (Query, "authority", Anyone),
    (Query, "bid", Anyone),
    (Query, "bidGroups", FUNDERS),
    (Query, "bids", Known),
    (Query, "board", Anyone),
    (Query, "boards", Known),
    (Query, "calibrations", REVIEWERS),
    (Query, "checkOverlap", Anyone),
    (Query, "checkOverlaps", Anyone),
    (Query, "coFundingSuggestions", Anyone),
    (Query, "eligibleConsortia", FUNDERS),
    (Query, "exportMyData", Known),
    (Query, "fundingCall", Anyone),
    (Query, "fundingCalls", Anyone),
    (Query, "fundingMatches", Anyone),
    (Query, "importJob", ADMINISTRATORS),
    (Query, "importJobs", ADMINISTRATORS),
    (Query, "interest", Anyone),
    (Query, "interests", Known),
    (Query, "node", Anyone),
    (Query, "organisationGroups", Known),
    (Query, "organisations", Anyone),
    (Query, "overlap", Anyone),
    (Query, "overlapClusters", Anyone),
    (Query, "overlapSummary", Anyone),
    (Query, "overlaps", Anyone),
    (Query, "partnerSuggestions", Anyone),
    (Query, "portfolioOverlap", Anyone),
    (Query, "project", Anyone),
    (Query, "projects", Anyone),
    (Query, "resolveOrganisation", Anyone),
    (Query, "reviewQuality", REVIEWERS),
    (Query, "reviewQueue", REVIEWERS),
    (Query, "survey", Anyone),
    (Query, "surveyAggregate", Anyone),
    (Query, "surveyResponse", Anyone),
    (Query, "surveyResponseRates", Anyone),
    (Query, "surveyResultsFile", Anyone),
    (Query, "surveyTemplate", ADMINISTRATORS),
    (Query, "surveys", Anyone),
    (Query, "viewer", Anyone),
    (Query, "vocabulary", Anyone),
    (Mutation, "acceptCalibration", ADMINISTRATORS),
    (Mutation, "answerBid", EDITORS),
    (Mutation, "answerInterest", EDITORS),
    (Mutation, "answerOrganisationGroup", EDITORS),
    (Mutation, "appealOverlap", Any(&[Role::Editor, Role::Funder])),
    (Mutation, "changeQuestionSet", ADMINISTRATORS),
    (Mutation, "changeSurveyWave", ADMINISTRATORS),
    (Mutation, "cloneQuestionSet", ADMINISTRATORS),
    (Mutation, "closeAccount", ADMINISTRATORS),
    (Mutation, "closeBoard", EDITORS),
    (Mutation, "commitImport", ADMINISTRATORS),
    (Mutation, "commitSurveyUpload", ADMINISTRATORS),
    (Mutation, "confirmProject", EDITORS),
    (Mutation, "createAccount", ADMINISTRATORS),
    (Mutation, "createApiKey", Known),
    (Mutation, "createBid", EDITORS),
    (Mutation, "createFundingCall", FUNDERS),
    (Mutation, "createOrganisation", ADMINISTRATORS),
    (Mutation, "createOrganisationGroup", EDITORS),
    (Mutation, "createProject", EDITORS),
    (Mutation, "createSurvey", ADMINISTRATORS),
    (Mutation, "createSurveyWave", ADMINISTRATORS),
    (Mutation, "declineSurvey", Anyone),
    (Mutation, "dissolveOrganisationGroup", EDITORS),
    (Mutation, "eraseMyData", Known),
    (Mutation, "exportSurveyReminders", ADMINISTRATORS),
    (Mutation, "expressInterest", EDITORS),
    (Mutation, "grantRole", ADMINISTRATORS),
    (Mutation, "inviteToSurvey", ADMINISTRATORS),
    (Mutation, "markSurveyInvitationsSent", ADMINISTRATORS),
    (Mutation, "mergeOrganisations", ADMINISTRATORS),
    (Mutation, "mergeProjects", REVIEWERS),
    (Mutation, "postToBoard", EDITORS),
    (Mutation, "previewImport", ADMINISTRATORS),
    (Mutation, "previewSurveyUpload", ADMINISTRATORS),
    (Mutation, "proposeCalibration", ADMINISTRATORS),
    (Mutation, "publishQuestionSet", ADMINISTRATORS),
    (Mutation, "recordBidOutcome", FUNDERS),
    (Mutation, "renewSurveyInvitation", ADMINISTRATORS),
    (Mutation, "replyToOverlap", EDITORS),
    (Mutation, "retireProject", EDITORS),
    (Mutation, "reviewOverlap", REVIEWERS),
    (Mutation, "reviewSurveyResponse", REVIEWERS),
    (Mutation, "revokeApiKey", Known),
    (Mutation, "revokeRole", ADMINISTRATORS),
    (Mutation, "revokeSurveyInvitation", ADMINISTRATORS),
    (Mutation, "saveSurveyAnswers", Anyone),
    (Mutation, "splitOrganisation", ADMINISTRATORS),
    (Mutation, "submitBid", EDITORS),
    (Mutation, "submitSurveyResponse", Anyone),
    (Mutation, "undoImport", ADMINISTRATORS),
    (Mutation, "undoOrganisationChange", ADMINISTRATORS),
    (Mutation, "undoProjectMerge", REVIEWERS),
    (Mutation, "updateBid", EDITORS),
    (Mutation, "updateBoard", EDITORS),
    (Mutation, "updateFundingCall", FUNDERS),
    (Mutation, "updateOrganisationGroup", EDITORS),
    (Mutation, "updateProject", EDITORS),
    (Mutation, "withdrawBid", EDITORS),
    (Mutation, "withdrawInterest", EDITORS),
    (Subscription, "overlapFlagged", Anyone),
];

/// Queries that show what is not public: whoever is shown something by them stands in the audit log.
pub const SENSITIVE: &[&str] = &[
    "accounts",
    "auditEntries",
    "bid",
    "bids",
    "board",
    "boards",
    "exportMyData",
    "importJob",
    "importJobs",
    "interest",
    "interests",
    "reviewQueue",
    "surveyResponse",
    "surveyResultsFile",
];

/// The rule of an operation; `None` when nobody gave it one. What describes the schema itself is for everybody.
#[must_use]
pub fn of(root: Root, field: &str) -> Option<Rule> {
    if field.starts_with("__") {
        return Some(Anyone);
    }
    RULES
        .iter()
        .find(|(of, name, _)| *of == root && *name == field)
        .map(|(_, _, rule)| *rule)
}

/// Whether `viewer` may do an operation. One without a rule is not refused here: it does not exist, as whoever serves the
/// schema makes sure.
///
/// # Errors
/// Why not.
pub fn check(viewer: &Viewer, root: Root, field: &str) -> Result<(), Refused> {
    let Some(rule) = of(root, field) else {
        return Ok(());
    };
    let allowed = match rule {
        Anyone => true,
        Known => viewer.is_known(),
        Any(roles) => viewer.is_administrator() || roles.iter().any(|&role| viewer.has(role)),
    };
    match allowed {
        true if root == Mutation && viewer.only_reads() => Err(Refused::ReadOnly),
        true => Ok(()),
        false if viewer.is_known() => Err(Refused::Role),
        false => Err(Refused::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::access::Grant;

    fn with(role: Role) -> Viewer {
        let grant = Grant {
            role,
            organisation: role.is_for_an_organisation().then(Uuid::now_v7),
        };
        Viewer::known(Uuid::now_v7(), "somebody", vec![grant])
    }

    #[test]
    fn everybody_reads_and_only_the_right_ones_change() {
        let public = Viewer::public();
        assert_eq!(check(&public, Query, "projects"), Ok(()));
        assert_eq!(check(&public, Query, "__schema"), Ok(()));
        assert_eq!(check(&public, Mutation, "createProject"), Err(Refused::Unknown));
        assert_eq!(
            check(&with(Role::Member), Mutation, "createProject"),
            Err(Refused::Role)
        );
        assert_eq!(check(&with(Role::Editor), Mutation, "createProject"), Ok(()));
        assert_eq!(
            check(&with(Role::Editor), Mutation, "mergeOrganisations"),
            Err(Refused::Role)
        );
        assert_eq!(
            check(&with(Role::Administrator), Mutation, "mergeOrganisations"),
            Ok(())
        );
    }

    #[test]
    fn a_key_that_reads_changes_nothing() {
        let viewer = with(Role::Administrator).reading_only();
        assert_eq!(check(&viewer, Query, "importJobs"), Ok(()));
        assert_eq!(check(&viewer, Mutation, "createProject"), Err(Refused::ReadOnly));
    }

    #[test]
    fn what_is_noted_is_an_operation() {
        for name in SENSITIVE {
            assert!(of(Query, name).is_some(), "{name}");
        }
    }

    #[test]
    fn no_operation_has_two_rules() {
        for (place, (root, name, _)) in RULES.iter().enumerate() {
            assert!(
                !RULES
                    .iter()
                    .skip(place + 1)
                    .any(|(r, n, _)| (r, n) == (root, name)),
                "{name}"
            );
        }
    }
}
