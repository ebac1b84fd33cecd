//! The engine's scores held against what reviewers decided.
//!
//! A calibration is a straight line over log-odds and, where that was asked for, other weights for the few kinds of fact,
//! fitted on decisions and judged on decisions that it was not fitted on.
//! It takes effect when an administrator accepts it, for findings that are judged from then on; older ones keep the
//! version that made them. Its part of a score is one more contribution of the evidence, so that they still add up.

pub mod fit;
pub mod weights;

use std::collections::BTreeMap;

use entity::calibration::Model;
use matching::Catalogue;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
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
use weights::{Parted, Weights};

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
    /// What the engine's weights are multiplied with before it.
    pub weights: Weights,
    /// What findings carry as the version of their model.
    pub version: String,
}

impl Default for Current {
    fn default() -> Self {
        Self {
            line: Line::NONE,
            weights: Weights::default(),
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
        let Some(row) = accepted.into_iter().next() else {
            return Ok(Self::default());
        };
        Ok(Self {
            line: line(&row),
            weights: weighed(&row)?,
            version: row.version,
        })
    }

    /// The engine's score from which on scores reach this one.
    #[must_use]
    pub fn before(&self, score: f64) -> f64 {
        if self.changes_nothing() || score <= 0.0 || score >= 1.0 {
            return score;
        }
        // A breath lower, so that rounding on the way there and back leaves nothing out.
        let table: Vec<matching::Weight> = matching::weights().collect();
        let engine = self.weights.least(self.line.before(log_odds(score)), &table);
        (probability(engine) - BREATH).max(0.0)
    }

    /// Whether a score with what decisions say of it reaches another.
    #[must_use]
    pub fn reaches(score: f64, wanted: f64) -> bool {
        score + BREATH >= wanted
    }

    /// Each fact with what it counts now; what was taken back of all is made anew.
    fn reweigh(&self, evidence: &mut Stored) {
        if self.weights.is_own() {
            return;
        }
        let parts = &mut evidence.contributions;
        parts.retain(|part| part.factor != "restraint");
        for part in parts.iter_mut() {
            let times = self.weights.of(&part.factor);
            part.weight *= times;
            part.log_odds *= times;
        }
        let sum: f64 = parts.iter().map(|part| part.log_odds).sum();
        let taken = matching::restraint(sum);
        if taken < 0.0 {
            parts.push(StoredContribution {
                factor: "restraint".to_owned(),
                weight: 1.0,
                log_odds: taken,
                detail: "surer than that one cannot be from what is written".to_owned(),
            });
        }
    }

    fn changes_nothing(&self) -> bool {
        self.line == Line::NONE && self.weights.is_own()
    }

    /// A score and its evidence, with what decisions say of such scores.
    #[must_use]
    pub fn told(&self, score: f64, mut evidence: Stored) -> (f64, Stored) {
        if self.changes_nothing() {
            return (score, evidence);
        }
        self.reweigh(&mut evidence);
        // What the evidence adds up to, since a score close to 1 has lost the last of its log-odds.
        let engine: f64 = evidence.contributions.iter().map(|part| part.log_odds).sum();
        let told = self.line.apply(engine);
        if self.line == Line::NONE {
            return (probability(told), evidence);
        }
        evidence.contributions.push(StoredContribution {
            factor: "calibration".to_owned(),
            weight: self.line.slope,
            log_odds: told - engine,
            detail: "what reviewers decided about findings with such scores".to_owned(),
        });
        (probability(told), evidence)
    }
}

/// Less than this is rounding.
const BREATH: f64 = 1e-9;

/// The weights of a calibration.
///
/// # Errors
/// When they were not written by this program.
fn weighed(row: &Model) -> ApiResult<Weights> {
    match moved(row)? {
        moved if moved.is_empty() => Ok(Weights::default()),
        moved => {
            let after: serde_json::Map<String, serde_json::Value> = moved
                .into_iter()
                .map(|weight| (weight.name, weight.after.into()))
                .collect();
            serde_json::from_value(after.into()).map_err(ApiError::internal)
        }
    }
}

/// What a calibration makes of a weight: what the engine's own was multiplied with before, and is after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MovedWeight {
    /// The kind of fact, or those of the text together.
    pub name: String,
    /// What it was multiplied with when this was fitted.
    pub before: f64,
    /// What it is multiplied with.
    pub after: f64,
}

/// Every weight that a calibration has something to say of; none where it is a line alone.
///
/// # Errors
/// When they were not written by this program.
pub fn moved(row: &Model) -> ApiResult<Vec<MovedWeight>> {
    let Some(told) = &row.weights else {
        return Ok(Vec::new());
    };
    serde_json::from_str(told).map_err(ApiError::internal)
}

fn line(row: &Model) -> Line {
    Line {
        slope: row.slope,
        offset: row.shift,
    }
}

/// Fits a calibration on what reviewers decided, and keeps it: a line alone, which begins at the engine's own weights, or
/// the weights with its offset, which begin at those in effect. It has no effect until it is accepted.
///
/// # Errors
/// `Forbidden` for who is no administrator; a conflict when too few findings were decided, or all alike.
pub async fn propose(app: &App, viewer: &Viewer, with_weights: bool) -> ApiResult<Model> {
    administering(viewer)?;
    let txn = app.db.begin().await?;
    let accepted = store::calibration::accepted(&txn, Catalogue::MODEL_VERSION, MOST).await?;
    let (labels, ..) = quality::read(&txn).await?;
    let parts = parts(&txn, &labels, &accepted).await?;
    let row = match with_weights {
        true => {
            let parted: Vec<Parted> = parts.values().copied().collect();
            enough(parted.iter().map(|one| one.weighed(&Weights::default())))?;
            reweighed(viewer, parted, accepted.first())?
        }
        false => {
            let mut decided: Vec<Decided> = Vec::with_capacity(labels.len());
            for label in &labels {
                decided.extend(engine(label, &accepted, &parts)?);
            }
            enough(decided.iter().copied())?;
            let present = accepted.first().filter(|row| row.weights.is_none());
            let present = present.map_or(Line::NONE, line);
            let measured = (misfit(present, &decided), cross_validated(&decided, FOLDS));
            proposal(viewer, (fit::fit(&decided), None), &decided, measured)
        }
    };
    store::calibration::insert(&txn, row.clone()).await?;
    txn.commit().await?;
    Ok(row)
}

/// Refuses to learn of too few decisions, or of decisions that are all alike.
fn enough(decided: impl Iterator<Item = Decided>) -> ApiResult<()> {
    let (mut number, mut borne_out) = (0, 0);
    for one in decided {
        number += 1;
        borne_out += usize::from(one.right);
    }
    if number >= FEWEST && borne_out > 0 && borne_out < number {
        return Ok(());
    }
    let message = format!(
        "{number} findings of model {} were decided, {borne_out} of them borne out; {FEWEST} are needed, and some of each kind",
        Catalogue::MODEL_VERSION
    );
    Err(ApiError::Conflict(message))
}

/// The weights that decisions bear out, beginning at those in effect.
fn reweighed(viewer: &Viewer, parted: Vec<Parted>, present: Option<&Model>) -> ApiResult<Model> {
    let before = present.map(weighed).transpose()?.unwrap_or_default();
    let begun = (&before, present.map_or(Line::NONE, line));
    let (after, line) = weights::fit(&parted, begun);
    let measured = (
        weights::weighed_misfit(&parted, begun),
        weights::cross_validated(&parted, begun, FOLDS),
    );
    let moved: Vec<MovedWeight> = before
        .all()
        .zip(after.all())
        .map(|((name, before), (_, after))| MovedWeight {
            name: name.to_owned(),
            before,
            after,
        })
        .collect();
    let moved = serde_json::to_string(&moved).map_err(ApiError::internal)?;
    let decided: Vec<Decided> = parted.iter().map(|one| one.weighed(&after)).collect();
    Ok(proposal(viewer, (line, Some(moved)), &decided, measured))
}

/// The parts of those decided findings whose evidence is still the one that was decided on.
async fn parts(
    db: &impl ConnectionTrait,
    labels: &[Label],
    accepted: &[Model],
) -> ApiResult<BTreeMap<Uuid, Parted>> {
    let mut found = BTreeMap::new();
    for labels in labels.chunks(store::ROWS_AN_INSERT) {
        let ids: Vec<Uuid> = labels.iter().map(|label| label.overlap).collect();
        for row in store::overlap::by_ids(db, &ids).await? {
            let label = labels.iter().find(|label| label.overlap == row.id);
            let same = label.filter(|label| {
                label.versions == (row.left_version, row.right_version)
                    && label.model_version == row.model_version
            });
            if let Some(label) = same
                && let Some(weights) = weights_of(&label.model_version, accepted)?
            {
                let evidence: Stored = serde_json::from_str(&row.evidence).map_err(ApiError::internal)?;
                found.insert(row.id, Parted::of(&evidence, &weights, label.is_right()));
            }
        }
    }
    Ok(found)
}

/// The weights that a version of the model had; `None` of another method.
fn weights_of(version: &str, accepted: &[Model]) -> ApiResult<Option<Weights>> {
    match accepted.iter().find(|row| row.version == version) {
        Some(row) => Ok(Some(weighed(row)?)),
        None => Ok((version == Catalogue::MODEL_VERSION).then(Weights::default)),
    }
}

/// A decision as the engine itself had scored it: without what an earlier calibration added. `None` where another method
/// had made the score, or other weights whose parts are not known any more.
fn engine(label: &Label, accepted: &[Model], parts: &BTreeMap<Uuid, Parted>) -> ApiResult<Option<Decided>> {
    let told = log_odds(label.score);
    let right = label.is_right();
    let log_odds = match accepted.iter().find(|row| row.version == label.model_version) {
        None if label.model_version == Catalogue::MODEL_VERSION => told,
        None => return Ok(None),
        Some(row) if weighed(row)?.is_own() => line(row).before(told),
        Some(_) => {
            let known = parts.get(&label.overlap);
            return Ok(known.map(|known| known.weighed(&Weights::default())));
        }
    };
    Ok(Some(Decided { log_odds, right }))
}

fn proposal(
    viewer: &Viewer,
    (line, weights): (Line, Option<String>),
    decided: &[Decided],
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
        decisions: count(decided.len()),
        borne_out: count(decided.iter().filter(|one| one.right).count()),
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
        weights,
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
