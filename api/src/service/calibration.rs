//! The engine's scores held against what reviewers decided.
//!
//! A calibration is a straight line over log-odds, fitted on decisions and judged on decisions that it was not fitted on.
//! It takes effect when an administrator accepts it, for findings that are judged from then on; older ones keep the
//! version that made them. Its part of a score is one more contribution of the evidence, so that they still add up.

pub mod fit;

use entity::calibration::Model;
use matching::Catalogue;
use uuid::Uuid;

use super::App;
use super::evidence::{Stored, StoredContribution};
use super::project::{LONGEST_SHORT_TEXT, bounded_text};
use super::quality::{self, Label};
use super::review::known;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
use fit::{Decided, Line, Misfit, cross_validated, log_odds, misfit, probability};

/// Fewer decisions than this are not fitted on.
pub const FEWEST: usize = 50;

/// Into so many parts decisions are split to judge a line.
pub const FOLDS: usize = 5;

/// So many calibrations are listed, and so many accepted ones are known.
const MOST: u64 = 100;

/// The calibration in effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Current {
    /// The line.
    pub line: Line,
    /// What findings carry as the version of their model.
    pub version: String,
}

impl Default for Current {
    fn default() -> Self {
        Self {
            line: Line::NONE,
            version: Catalogue::MODEL_VERSION.to_owned(),
        }
    }
}

impl Current {
    /// The one in effect by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(db: &store::Database) -> ApiResult<Self> {
        let accepted = store::calibration::accepted(db.read(), Catalogue::MODEL_VERSION, 1).await?;
        let current = accepted.into_iter().next().map(|row| Self {
            line: line(&row),
            version: row.version,
        });
        Ok(current.unwrap_or_default())
    }

    /// The engine's score from which on scores reach this one.
    #[must_use]
    pub fn before(&self, score: f64) -> f64 {
        if self.line == Line::NONE || score <= 0.0 || score >= 1.0 {
            return score;
        }
        // A breath lower, so that rounding on the way there and back leaves nothing out.
        (probability(self.line.before(log_odds(score))) - 1e-9).max(0.0)
    }

    /// A score and its evidence, with what decisions say of such scores.
    #[must_use]
    pub fn told(&self, score: f64, mut evidence: Stored) -> (f64, Stored) {
        if self.line == Line::NONE {
            return (score, evidence);
        }
        // What the evidence adds up to, since a score close to 1 has lost the last of its log-odds.
        let engine: f64 = evidence.contributions.iter().map(|part| part.log_odds).sum();
        let told = self.line.apply(engine);
        evidence.contributions.push(StoredContribution {
            factor: "calibration".to_owned(),
            weight: self.line.slope,
            log_odds: told - engine,
            detail: "what reviewers decided about findings with such scores".to_owned(),
        });
        (probability(told), evidence)
    }
}

fn line(row: &Model) -> Line {
    Line {
        slope: row.slope,
        offset: row.shift,
    }
}

/// Fits a calibration on what reviewers decided, and keeps it. It has no effect until it is accepted.
///
/// # Errors
/// `Forbidden` for who is no administrator; a conflict when too few findings were decided, or all alike.
pub async fn propose(app: &App, viewer: &Viewer) -> ApiResult<Model> {
    administering(viewer)?;
    let txn = app.db.begin().await?;
    let accepted = store::calibration::accepted(&txn, Catalogue::MODEL_VERSION, MOST).await?;
    let (labels, _) = quality::read(&txn).await?;
    let decided: Vec<Decided> = labels
        .iter()
        .filter_map(|label| engine(label, &accepted))
        .collect();
    let borne_out = decided.iter().filter(|one| one.right).count();
    if decided.len() < FEWEST || borne_out == 0 || borne_out == decided.len() {
        let message = format!(
            "{} findings of model {} were decided, {borne_out} of them borne out; {FEWEST} are needed, and some of each kind",
            decided.len(),
            Catalogue::MODEL_VERSION
        );
        return Err(ApiError::Conflict(message));
    }
    let present = accepted.first().map_or(Line::NONE, line);
    let (before, after) = (misfit(present, &decided), cross_validated(&decided, FOLDS));
    let row = proposal(
        viewer,
        fit::fit(&decided),
        (decided.len(), borne_out),
        (before, after),
    );
    store::calibration::insert(&txn, row.clone()).await?;
    txn.commit().await?;
    Ok(row)
}

/// A decision as the engine itself had scored it: without what an earlier calibration added. `None` where another method
/// had made the score.
fn engine(label: &Label, accepted: &[Model]) -> Option<Decided> {
    let told = log_odds(label.score);
    let line = match label.model_version.as_str() {
        Catalogue::MODEL_VERSION => Line::NONE,
        version => line(accepted.iter().find(|row| row.version == version)?),
    };
    Some(Decided {
        log_odds: line.before(told),
        right: label.is_right(),
    })
}

fn proposal(
    viewer: &Viewer,
    line: Line,
    (decisions, borne_out): (usize, usize),
    (before, after): (Misfit, Misfit),
) -> Model {
    let id = Uuid::now_v7();
    let text = id.simple().to_string();
    // The last digits of such an id are drawn by chance.
    let short = text.get(24..).unwrap_or(&text);
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    Model {
        id,
        base_model: Catalogue::MODEL_VERSION.to_owned(),
        version: format!("{}+{short}", Catalogue::MODEL_VERSION),
        slope: line.slope,
        shift: line.offset,
        decisions: count(decisions),
        borne_out: count(borne_out),
        folds: count(FOLDS),
        loss_before: before.log_loss,
        loss_after: after.log_loss,
        brier_before: before.brier,
        brier_after: after.brier,
        fitted_by: viewer.signature(),
        fitted_at: clock::now(),
        accepted_by: None,
        accepted_at: None,
        accepted_reason: None,
    }
}

/// Lets a calibration take effect, for findings that are judged from now on.
///
/// # Errors
/// `Forbidden` for who is no administrator; bad input when there is no such calibration, it was accepted before, it is for
/// another method, or no reason is given.
pub async fn accept(app: &App, viewer: &Viewer, id: Uuid, reason: &str) -> ApiResult<Model> {
    administering(viewer)?;
    let reason = reason.trim();
    if reason.is_empty() {
        let message = "a reason is needed";
        return Err(ApiError::bad_input(UserErrorCode::Required, &["reason"], message));
    }
    bounded_text(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    let refuse = |code, message: &str| Err(ApiError::bad_input(code, &["calibration"], message));
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let Some(row) = store::calibration::by_id(&txn, id).await? else {
        return refuse(UserErrorCode::NotFound, "there is no such calibration");
    };
    if row.accepted_at.is_some() {
        return refuse(UserErrorCode::Conflict, "it was accepted before");
    }
    if row.base_model != Catalogue::MODEL_VERSION {
        return refuse(UserErrorCode::Conflict, "it is for another version of the method");
    }
    let row = Model {
        accepted_by: Some(viewer.signature()),
        accepted_at: Some(clock::now()),
        accepted_reason: Some(reason.to_owned()),
        ..row
    };
    store::calibration::update(&txn, row.clone()).await?;
    txn.commit().await?;
    app.live.wake();
    Ok(row)
}

/// The latest calibrations, the latest first, accepted or not.
///
/// # Errors
/// `Forbidden` for who is neither reviewer nor administrator.
pub async fn latest(app: &App, viewer: &Viewer) -> ApiResult<Vec<Model>> {
    super::review::reviewing(viewer)?;
    Ok(store::calibration::latest(app.db.read(), MOST).await?)
}

fn administering(viewer: &Viewer) -> ApiResult<()> {
    known(viewer)?;
    match viewer.is_administrator() {
        true => Ok(()),
        false => Err(ApiError::Forbidden("this is for administrators".to_owned())),
    }
}
