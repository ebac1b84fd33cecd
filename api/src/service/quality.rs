//! How right the engine was, by what reviewers decided.
//!
//! A finding is right where people confirmed it or called the two related: both pursue the same end. It is wrong where they
//! dismissed it. What only a declared relation explains counts for neither, and what was reopened counts no more. Only
//! findings were decided, so that nothing is known of what the engine did not flag.

pub mod opinions;
pub mod wilson;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::kinds::{OverlapState, ReviewMove};
use entity::overlap_move;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::review::reviewing;
use crate::access::Viewer;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
use opinions::{Opinions, Round};
pub use wilson::Share;

/// At most so many moves are counted, the latest.
const MOST_MOVES: u64 = 200_000;

/// A threshold is named only where so many decisions lie above it: fewer say nothing of a share.
pub const FEWEST: u32 = 20;

/// How wide a band of scores is, in hundredths.
const BAND: u32 = 10;

/// What people decided about a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// The finding.
    pub overlap: Uuid,
    /// What was decided.
    pub outcome: OverlapState,
    /// The score that it had.
    pub score: f64,
    /// The method and parameters that had made it.
    pub model_version: String,
    /// The versions of both records that it was made of, the left one first.
    pub versions: (i32, i32),
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
}

impl Label {
    /// Whether the engine was right to flag it.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.outcome != OverlapState::Dismissed
    }
}

/// How right the engine was.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quality {
    /// Over all.
    pub overall: Share,
    /// By bands of scores: the band's lower and upper bound, and what was right in it.
    pub bands: Vec<(f64, f64, Share)>,
    /// By the method and parameters.
    pub models: Vec<(String, Share)>,
    /// By the month of the decision, such as `2026-11`.
    pub months: Vec<(String, Share)>,
    /// How often a second reviewer decided as the first had.
    pub agreement: Share,
    /// What reviewers said who judged apart.
    pub opinions: Opinions,
    /// From which score on so many findings are right as was wanted.
    pub threshold: Option<(f64, Share)>,
}

/// How right the engine was: over all findings, or those of one method and its parameters. `wanted` is the precision that
/// a threshold is sought for.
///
/// # Errors
/// `Forbidden` for who is no reviewer; bad input when what is wanted is no share.
pub async fn measure(
    app: &App,
    viewer: &Viewer,
    model: Option<&str>,
    wanted: Option<f64>,
) -> ApiResult<Quality> {
    reviewing(viewer)?;
    if wanted.is_some_and(|wanted| !(0.0..=1.0).contains(&wanted)) {
        let message = "a precision lies between 0 and 1";
        return Err(ApiError::bad_input(
            UserErrorCode::OutOfRange,
            &["wantedPrecision"],
            message,
        ));
    }
    let (mut labels, agreement, opinions) = read(app.db.read()).await?;
    labels.retain(|label| model.is_none_or(|model| label.model_version == model));
    Ok(Quality {
        agreement,
        opinions,
        threshold: wanted.and_then(|wanted| threshold(&labels, wanted)),
        ..counted(&labels)
    })
}

/// Every decision that stands, how often second reviewers agreed who decided on appeals, and what those said who judged
/// apart.
///
/// # Errors
/// When the database fails.
pub(super) async fn read(db: &impl ConnectionTrait) -> ApiResult<(Vec<Label>, Share, Opinions)> {
    let mut moves = store::review::verdicts(db, MOST_MOVES).await?;
    // They come latest first.
    moves.reverse();
    Ok(labels(moves))
}

fn labels(moves: Vec<overlap_move::Model>) -> (Vec<Label>, Share, Opinions) {
    let (mut agreement, mut opinions) = (Share::default(), Opinions::default());
    let mut rounds: HashMap<Uuid, Round> = HashMap::new();
    let mut latest: HashMap<Uuid, Label> = HashMap::new();
    for row in moves {
        let round = rounds.entry(row.overlap_id).or_default();
        match row.kind {
            ReviewMove::Uphold => agreement.add(true),
            ReviewMove::Judge => round.judged(row.moved_by, row.judged),
            ReviewMove::FlagAnew => opinions.count(std::mem::take(round)),
            ReviewMove::Reopen => {
                opinions.count(std::mem::take(round));
                latest.remove(&row.overlap_id);
            }
            kind => {
                round.decided(row.moved_by, row.to_state);
                if kind == ReviewMove::Overturn {
                    agreement.add(false);
                }
                let label = Label {
                    overlap: row.overlap_id,
                    outcome: row.to_state,
                    score: row.score,
                    versions: (row.left_version, row.right_version),
                    model_version: row.model_version,
                    decided_at: row.moved_at,
                };
                latest.insert(label.overlap, label);
            }
        }
    }
    rounds.into_values().for_each(|round| opinions.count(round));
    let mut labels: Vec<Label> = latest.into_values().collect();
    labels.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.overlap.cmp(&b.overlap))
    });
    (labels, agreement, opinions)
}

fn counted(labels: &[Label]) -> Quality {
    let mut quality = Quality::default();
    let mut models: BTreeMap<&str, Share> = BTreeMap::new();
    let mut months: BTreeMap<String, Share> = BTreeMap::new();
    let mut bands: BTreeMap<u32, Share> = BTreeMap::new();
    for label in labels {
        let right = label.is_right();
        quality.overall.add(right);
        models.entry(&label.model_version).or_default().add(right);
        let month = label.decided_at.format("%Y-%m").to_string();
        months.entry(month).or_default().add(right);
        bands.entry(band(label.score)).or_default().add(right);
    }
    let bound = |hundredths: u32| f64::from(hundredths) / 100.0;
    quality.bands = bands
        .into_iter()
        .map(|(low, share)| (bound(low), bound(low + BAND), share))
        .collect();
    quality.models = models
        .into_iter()
        .map(|(name, share)| (name.to_owned(), share))
        .collect();
    quality.months = months.into_iter().collect();
    quality
}

/// The lower bound of the band that a score lies in, in hundredths; 1 lies in the highest.
fn band(score: f64) -> u32 {
    let bands = 100 / BAND;
    let above = (1..bands).filter(|place| score >= f64::from(place * BAND) / 100.0);
    u32::try_from(above.count()).unwrap_or(0) * BAND
}

/// The lowest score from which on so many findings are right as is wanted. `labels` come highest first.
fn threshold(labels: &[Label], wanted: f64) -> Option<(f64, Share)> {
    let (mut share, mut found) = (Share::default(), None);
    let mut rest = labels.iter().peekable();
    while let Some(label) = rest.next() {
        share.add(label.is_right());
        // What has the same score lies on the same side of any threshold.
        let tied = rest
            .peek()
            .is_some_and(|next| next.score.total_cmp(&label.score).is_eq());
        if !tied && share.of >= FEWEST && share.value() >= Some(wanted) {
            found = Some((label.score, share));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(score: f64, right: bool) -> Label {
        Label {
            overlap: Uuid::now_v7(),
            outcome: if right {
                OverlapState::Confirmed
            } else {
                OverlapState::Dismissed
            },
            score,
            model_version: "3".to_owned(),
            versions: (1, 1),
            decided_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn bands_cover_every_score_once() {
        let places = [0.0, 0.05, 0.5, 0.599_999, 0.6, 0.95, 1.0].map(band);
        assert_eq!(places, [0, 0, 50, 50, 60, 90, 90]);
        let quality = counted(&[label(0.55, false), label(0.59, true), label(1.0, true)]);
        assert_eq!(
            quality.bands,
            [
                (0.5, 0.6, Share { right: 1, of: 2 }),
                (0.9, 1.0, Share { right: 1, of: 1 })
            ]
        );
        assert_eq!(quality.overall, Share { right: 2, of: 3 });
    }

    #[test]
    fn a_threshold_is_the_lowest_score_that_is_right_often_enough() {
        let mut labels: Vec<Label> = (0..30).map(|n| label(0.9 - f64::from(n) / 100.0, true)).collect();
        labels.extend((0..10).map(|_| label(0.55, false)));
        assert_eq!(
            threshold(&labels, 0.95).map(|(score, share)| ((score * 100.0).round(), share.of)),
            Some((61.0, 30))
        );
        let (score, share) = threshold(&labels, 0.7).unwrap();
        assert_eq!(
            (score, share),
            (0.55, Share { right: 30, of: 40 }),
            "equal scores are on one side"
        );
        assert_eq!(threshold(&labels[..19], 0.1), None, "too few say nothing");
        assert_eq!(threshold(&labels[30..], 0.5), None);
    }
}
