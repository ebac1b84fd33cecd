//! What somebody wants to do with a finding, and whether it can be taken so.

use chrono::{DateTime, TimeDelta, Utc};
use entity::kinds::{FollowUp, OverlapRelation, OverlapState, ReviewMove, ReviewReason};
use uuid::Uuid;

use super::FURTHEST_DAYS;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::project::bounded_text;

/// The longest text of a move, in characters.
const LONGEST_TEXT: usize = 10_000;

/// A move that is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What to do.
    pub kind: ReviewMove,
    /// The version of the review that it is based on; needed of reviewers.
    pub version: Option<i32>,
    /// Why, from the list.
    pub reason: Option<ReviewReason>,
    /// Why, in words for those concerned; the text of a reply or an appeal.
    pub explanation: Option<String>,
    /// For reviewers only.
    pub note: Option<String>,
    /// What the two are to each other.
    pub relation: Option<OverlapRelation>,
    /// What is to follow.
    pub follow_up: Option<FollowUp>,
    /// What an appeal turns the decision into, or what whoever judges apart would decide.
    pub outcome: Option<OverlapState>,
    /// A deadline or a reminder.
    pub due_at: Option<DateTime<Utc>>,
    /// Whom the finding is given to.
    pub assignee: Option<Uuid>,
    /// The organisation that is spoken for.
    pub organisation: Option<Uuid>,
}

/// The parts of a move beside its kind and version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Reason,
    Explanation,
    Note,
    Relation,
    FollowUp,
    Outcome,
    DueAt,
    Assignee,
}

use Part::{Assignee, DueAt, Explanation, FollowUp as Follow, Note, Outcome, Reason, Relation};

impl Part {
    const ALL: [Self; 8] = [
        Reason,
        Explanation,
        Note,
        Relation,
        Follow,
        Outcome,
        DueAt,
        Assignee,
    ];

    fn name(self) -> &'static str {
        match self {
            Reason => "reason",
            Explanation => "explanation",
            Note => "note",
            Relation => "relation",
            Follow => "followUp",
            Outcome => "outcome",
            DueAt => "dueAt",
            Assignee => "assignee",
        }
    }
}

/// What a move needs, and what else it may have.
fn parts(kind: ReviewMove) -> (&'static [Part], &'static [Part]) {
    match kind {
        ReviewMove::Start => (&[], &[Explanation, Note, DueAt]),
        ReviewMove::Note => (&[Note], &[]),
        ReviewMove::Judge => (&[Outcome], &[Note]),
        ReviewMove::Remind | ReviewMove::Extend => (&[DueAt], &[Explanation, Note]),
        ReviewMove::AskForInfo => (&[Explanation], &[Reason, Note]),
        ReviewMove::Confirm | ReviewMove::Dismiss | ReviewMove::Relate => {
            (&[Reason], &[Explanation, Note, Relation])
        }
        ReviewMove::Reopen | ReviewMove::Uphold => (&[Reason], &[Explanation, Note]),
        ReviewMove::Overturn => (&[Reason, Outcome], &[Explanation, Note, Relation]),
        ReviewMove::ChooseFollowUp => (&[Follow], &[Explanation, Note]),
        ReviewMove::Reply | ReviewMove::Appeal => (&[Explanation], &[]),
        ReviewMove::Assign => (&[], &[Explanation, Note, Assignee]),
        ReviewMove::Resume | ReviewMove::Nod | ReviewMove::Close => (&[], &[Explanation, Note]),
        ReviewMove::Explain | ReviewMove::FlagAnew | ReviewMove::Carry => (&[], &[]),
    }
}

/// Whether nobody but Tandem itself makes a move.
fn is_tandems_own(kind: ReviewMove) -> bool {
    matches!(
        kind,
        ReviewMove::Explain | ReviewMove::FlagAnew | ReviewMove::Carry
    )
}

/// Whether a state is what somebody decided.
fn is_decision(state: OverlapState) -> bool {
    matches!(
        state,
        OverlapState::Confirmed | OverlapState::Dismissed | OverlapState::Related
    )
}

/// The reasons that a move can be given for.
pub(super) fn reasons(kind: ReviewMove) -> &'static [ReviewReason] {
    use ReviewReason as R;
    match kind {
        ReviewMove::Confirm => &[R::SameActivities, R::SameCostTwice, R::SameRecordTwice, R::Other],
        ReviewMove::Dismiss => &[
            R::DifferentActivities,
            R::DifferentBeneficiaries,
            R::SameWordsOnly,
            R::WrongData,
            R::Other,
        ],
        ReviewMove::Relate => &[
            R::SuccessivePhase,
            R::OneConsortium,
            R::AgreedReplication,
            R::Coordinated,
            R::DeclaredRelation,
            R::Other,
        ],
        ReviewMove::AskForInfo => &[R::FactsMissing, R::WrongData, R::Other],
        ReviewMove::Reopen => &[R::NewFacts, R::WrongData, R::Other],
        ReviewMove::Uphold => &[R::DecisionRight, R::Other],
        // An appeal turns into any decision, with that decision's reasons or new facts.
        ReviewMove::Overturn => ReviewReason::ALL,
        _ => &[],
    }
}

impl Asked {
    /// A move with nothing beside.
    #[must_use]
    pub fn bare(kind: ReviewMove) -> Self {
        Self {
            kind,
            version: None,
            reason: None,
            explanation: None,
            note: None,
            relation: None,
            follow_up: None,
            outcome: None,
            due_at: None,
            assignee: None,
            organisation: None,
        }
    }

    fn has(&self, part: Part) -> bool {
        match part {
            Reason => self.reason.is_some(),
            Explanation => self.explanation.is_some(),
            Note => self.note.is_some(),
            Relation => self.relation.is_some(),
            Follow => self.follow_up.is_some(),
            Outcome => self.outcome.is_some(),
            DueAt => self.due_at.is_some(),
            Assignee => self.assignee.is_some(),
        }
    }

    /// The same with its texts trimmed, if it can be taken so.
    ///
    /// # Errors
    /// Every mistake at once.
    pub(super) fn checked(mut self) -> ApiResult<Self> {
        for text in [&mut self.explanation, &mut self.note] {
            *text = text
                .take()
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty());
        }
        let mut mistakes = Vec::new();
        let mut say = |code, field: &str, message: String| {
            mistakes.push(UserError::new(code, &[field], message));
        };
        let word = self.kind.as_str();
        if is_tandems_own(self.kind) {
            let message = format!("{word} is what Tandem does itself");
            say(UserErrorCode::Invalid, "move", message);
        }
        let (needed, allowed) = parts(self.kind);
        for part in Part::ALL {
            let name = part.name();
            if needed.contains(&part) && !self.has(part) {
                say(UserErrorCode::Required, name, format!("{word} needs it"));
            } else if self.has(part) && !needed.contains(&part) && !allowed.contains(&part) {
                say(UserErrorCode::Invalid, name, format!("{word} has no such part"));
            }
        }
        if self.kind == ReviewMove::Judge && self.outcome.is_some_and(|outcome| !is_decision(outcome)) {
            let message = "CONFIRMED, DISMISSED or RELATED is expected".to_owned();
            say(UserErrorCode::Invalid, "outcome", message);
        }
        let known = reasons(self.kind);
        if let Some(reason) = self.reason
            && !known.is_empty()
            && !known.contains(&reason)
        {
            let known: Vec<&str> = known.iter().map(|reason| reason.as_str()).collect();
            let message = format!("{word} is done for one of {}", known.join(", "));
            say(UserErrorCode::Invalid, "reason", message);
        }
        if self.reason == Some(ReviewReason::Other) && self.explanation.is_none() {
            let message = "say which: OTHER needs an explanation".to_owned();
            say(UserErrorCode::Required, "explanation", message);
        }
        if let Some(due) = self.due_at
            && !(clock::now()..=clock::now() + TimeDelta::days(FURTHEST_DAYS)).contains(&due)
        {
            let message = format!("a moment from now to {FURTHEST_DAYS} days ahead is expected");
            say(UserErrorCode::OutOfRange, "dueAt", message);
        }
        for (field, text) in [("explanation", &self.explanation), ("note", &self.note)] {
            if let Some(Err(ApiError::BadInput(found))) = text
                .as_deref()
                .map(|text| bounded_text(&[field], text, LONGEST_TEXT))
            {
                mistakes.extend(found);
            }
        }
        match mistakes.is_empty() {
            true => Ok(self),
            false => Err(ApiError::BadInput(mistakes)),
        }
    }
}
