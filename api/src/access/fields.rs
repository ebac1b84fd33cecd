//! Who may be told what: one table of every type of the schema, beside that of the operations ([`super::rules`]).
//!
//! The rules of operations say who may ask. Here stands how far an answer can go, whichever way it was asked for: which bid
//! is whose, services decide by record. A test asks for every field of the schema as everybody and holds each answer against
//! the table; a type that is missing here fails it.

use super::{Role, Viewer};

/// Whom something may be told. Administrators may be told everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody, known or not.
    Everybody,
    /// Everybody who is known, about themselves.
    Known,
    /// Whoever belongs to a body that takes part in it, and the person whose it is.
    Concerned,
    /// Those, and reviewers.
    ConcernedAndReviewers,
    /// Reviewers.
    Reviewers,
    /// Funders.
    Funders,
    /// Nobody but administrators.
    Administrators,
}

use Audience::{Administrators, Concerned, ConcernedAndReviewers, Everybody, Funders, Known, Reviewers};

/// Every type of the schema, or one `Type.field` of it that is told to others than the rest. A list of something
/// (`…Connection`, `…Edge`) has that thing's audience, and the payload of a change that of the change.
pub const TOLD: &[(Audience, &[&str])] = &[
    (
        Everybody,
        &[
            // What is in the catalogue.
            "Adopter",
            "Authority",
            "BeneficiaryPlace",
            "Coordinates",
            "DeclaredLink",
            "FieldChange",
            "FundingAward",
            "Identifier",
            "Money",
            "Neighbour",
            "Organisation",
            "OrganisationChange",
            "OrganisationGroup",
            "OrganisationGroupMember",
            "OrganisationMatch",
            "OtherOrganisation",
            "Participant",
            "Project",
            "ProjectMerge",
            "ProjectOutcome",
            "ProjectRelation",
            "ProjectVersion",
            "Sector",
            "Source",
            "SustainableDevelopmentGoal",
            "Term",
            // What overlaps, and why.
            "AlignedTerm",
            "Contribution",
            "Overlap",
            "OverlapCheck",
            "OverlapCluster",
            "OverlapDimension",
            "OverlapEvidence",
            "OverlapMatch",
            "OverlapReport",
            "OverlapSummaryRow",
            "PortfolioOverlap",
            "PortfolioPart",
            "PossibleSameCost",
            "ProjectOverlapConnection",
            "ProjectOverlapEdge",
            "ReportFact",
            "ReportSide",
            "ReportSum",
            "SharedParticipant",
            "TextSegment",
            "TextSpan",
            // Whom to work with, and for what money.
            "BarredBody",
            "BidMoney",
            "CoFundingMember",
            "CoFundingSuggestion",
            "FundingCall",
            "FundingMatch",
            "FundingRuleCheck",
            "FundingRules",
            "Likeness",
            "LikenessPart",
            "MatchRate",
            "NationQuota",
            "PartnerSuggestion",
            "Reason",
            "SharedEffort",
            "SharedPlace",
            // What a survey asks, and what may be told of the answers once its round has ended.
            "Question",
            "QuestionCondition",
            "QuestionOption",
            "QuestionSet",
            "Survey",
            "SurveyAggregate",
            "SurveyFile",
            "SurveyOptionCount",
            "SurveyOverlap",
            "SurveyResultRow",
            "SurveyWave",
            // How answers are put together.
            "Facet",
            "FacetBucket",
            "FieldConflict",
            "FieldValue",
            "PageInfo",
            "SearchCorrection",
            "UserError",
            "Viewer",
        ],
    ),
    (Known, &["RoleGrant"]),
    (
        Concerned,
        &[
            "Account",
            "ApiKey",
            "Bid",
            "BidIntroduction",
            "BidMember",
            "BidVersion",
            "Board",
            "BoardEntry",
            "BoardMember",
            "BoardMilestone",
            "ErasedData",
            "Interest",
            "Viewer.account",
        ],
    ),
    (
        ConcernedAndReviewers,
        &[
            "Answer",
            "AnswerConflict",
            "Overlap.review",
            "OverlapMove",
            "OverlapReview",
            "PrefilledAnswer",
            "ProjectProposal",
            "SurveyAnswer",
            "SurveyProject",
            "SurveyResponse",
            "SurveySubmission",
        ],
    ),
    (
        Reviewers,
        &[
            "Calibration",
            "CalibrationWeight",
            "MeasuredShare",
            "NamedShare",
            "OverlapMove.mover",
            "OverlapMove.note",
            "OverlapReview.assignee",
            "OverlapReview.reminders",
            "ReviewQuality",
            "ScoreBand",
            "ScoreThreshold",
            "SecondOpinions",
            "SurveyWave.responses",
        ],
    ),
    (Funders, &["BidGroup"]),
    (
        Administrators,
        &[
            "AuditEntry",
            "ImportJob",
            "ImportProblem",
            "ImportRow",
            "SurveyInvitation",
            "SurveyLink",
            "SurveyRate",
            "SurveyUpload",
            "SurveyUploadProblem",
            "SurveyUploadRow",
            "SurveyWave.invitations",
        ],
    ),
];

/// Of a list, what is there though nothing is told in it.
const BARE: [&str; 2] = ["pageInfo", "totalCount"];

/// Whom a field of a type may be told; `None` when nobody said so of the type.
#[must_use]
pub fn of(kind: &str, field: &str) -> Option<Audience> {
    let listed = ["Connection", "Edge"]
        .iter()
        .find_map(|end| kind.strip_suffix(end));
    if listed.is_some() && BARE.contains(&field) {
        return Some(Everybody);
    }
    let entry = |wanted: &str| {
        let mut entries = TOLD.iter();
        entries.find_map(|(audience, names)| names.contains(&wanted).then_some(*audience))
    };
    entry(&format!("{kind}.{field}"))
        .or_else(|| entry(kind))
        .or_else(|| entry(listed?))
}

impl Audience {
    /// Whether it has a viewer in it, whom the thing concerns or not.
    #[must_use]
    pub fn has(self, viewer: &Viewer, is_concerned: bool) -> bool {
        let told = match self {
            Everybody => true,
            Known => viewer.is_known(),
            Concerned => is_concerned,
            ConcernedAndReviewers => is_concerned || viewer.has(Role::Reviewer),
            Reviewers => viewer.has(Role::Reviewer),
            Funders => viewer.has(Role::Funder),
            Administrators => false,
        };
        told || viewer.is_administrator()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_the_audience_of_its_type_unless_it_has_its_own() {
        assert_eq!(of("Project", "title"), Some(Everybody));
        assert_eq!(of("Overlap", "score"), Some(Everybody));
        assert_eq!(of("Overlap", "review"), Some(ConcernedAndReviewers));
        assert_eq!(of("BidConnection", "nodes"), Some(Concerned));
        assert_eq!(of("BidConnection", "totalCount"), Some(Everybody));
        assert_eq!(of("Unheard", "of"), None);
    }

    #[test]
    fn nothing_stands_in_the_table_twice() {
        let mut names: Vec<&str> = TOLD.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
