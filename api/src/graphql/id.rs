//! Opaque global ids: the type and the row, so that `node` knows where to look.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult, UserErrorCode};

/// A type that has ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An organisation, authority or not.
    Organisation,
    /// A project.
    Project,
    /// A finding.
    Overlap,
    /// A cluster.
    Cluster,
    /// A merge or a split of organisations.
    OrganisationChange,
    /// An import.
    Import,
    /// A funding call.
    FundingCall,
    /// A bid.
    Bid,
    /// An expression of interest.
    Interest,
    /// A board.
    Board,
    /// A survey.
    Survey,
    /// A version of what a survey asks.
    QuestionSet,
    /// A round of a survey.
    SurveyWave,
    /// What an authority answers in a round.
    SurveyResponse,
    /// A link by which somebody answers.
    SurveyInvitation,
    /// A file with answers.
    SurveyUpload,
    /// An account.
    Account,
    /// A key of an account.
    ApiKey,
    /// A merge of projects.
    ProjectMerge,
    /// A calibration.
    Calibration,
    /// An entry of the audit log.
    AuditEntry,
}

const TAGS: [(Kind, u8); 21] = [
    (Kind::Organisation, b'O'),
    (Kind::Project, b'P'),
    (Kind::Overlap, b'F'),
    (Kind::Cluster, b'C'),
    (Kind::OrganisationChange, b'M'),
    (Kind::Import, b'I'),
    (Kind::FundingCall, b'G'),
    (Kind::Bid, b'B'),
    (Kind::Interest, b'T'),
    (Kind::Board, b'W'),
    (Kind::Survey, b'S'),
    (Kind::QuestionSet, b'Q'),
    (Kind::SurveyWave, b'V'),
    (Kind::SurveyResponse, b'U'),
    (Kind::SurveyInvitation, b'K'),
    (Kind::SurveyUpload, b'u'),
    (Kind::Account, b'A'),
    (Kind::ApiKey, b'L'),
    (Kind::ProjectMerge, b'N'),
    (Kind::Calibration, b'Y'),
    (Kind::AuditEntry, b'E'),
];

/// The global id of a row.
#[must_use]
pub fn encode(kind: Kind, id: Uuid) -> ID {
    let tag = TAGS
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or(0, |(_, tag)| *tag);
    let bytes: Vec<u8> = [tag].into_iter().chain(*id.as_bytes()).collect();
    ID(URL_SAFE_NO_PAD.encode(bytes))
}

/// The row that a global id names; `None` when it is none of ours.
#[must_use]
pub fn decode(id: &str) -> Option<(Kind, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    let (tag, rest) = bytes.split_first()?;
    let kind = TAGS.iter().find(|(_, known)| known == tag)?.0;
    Some((kind, Uuid::from_slice(rest).ok()?))
}

/// The row of one type that an argument names.
///
/// # Errors
/// Bad input at `path` when it names nothing of that type.
pub fn expect(kind: Kind, id: &str, path: &[&str]) -> ApiResult<Uuid> {
    match decode(id) {
        Some((found, id)) if found == kind => Ok(id),
        _ => Err(ApiError::bad_input(
            UserErrorCode::Invalid,
            path,
            format!(
                "“{}” is not an id of the expected type",
                id.chars().take(60).collect::<String>()
            ),
        )),
    }
}

/// The rows of one type that a list names.
///
/// # Errors
/// Bad input at the place in the list that names nothing of that type.
pub fn expect_all(kind: Kind, ids: &[ID], field: &str) -> ApiResult<Vec<Uuid>> {
    ids.iter()
        .enumerate()
        .map(|(place, id)| expect(kind, id, &[field, &place.to_string()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_and_foreign_text_does_not() {
        let row = Uuid::now_v7();
        assert_eq!(decode(&encode(Kind::Project, row)), Some((Kind::Project, row)));
        for text in ["", "x", "UHJvamVjdDox", "🙂", "AAAA"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert!(expect(Kind::Overlap, &encode(Kind::Project, row), &["id"]).is_err());
    }
}
