//! How right the engine was, and what is made of it.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::calibration::Model;

use super::account::shown;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::scalar::DateTime;
use crate::service::calibration::moved;
use crate::service::quality::{Quality, Share};

/// How right the engine was, by what reviewers decided. A finding is right where people confirmed it or called the two
/// related, and wrong where they dismissed it. Nothing is known of what the engine did not flag.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReviewQuality {
    /// Over all decisions that stand.
    pub overall: MeasuredShare,
    /// By bands of scores.
    pub bands: Vec<ScoreBand>,
    /// By the version of the method and its parameters.
    pub by_model_version: Vec<NamedShare>,
    /// By the month of the decision, such as `2026-11`.
    pub by_month: Vec<NamedShare>,
    /// How often a second reviewer, who decided on an appeal, decided as the first had.
    pub agreement: MeasuredShare,
    /// What second reviewers said who judged apart, without deciding (`JUDGE`).
    pub second_opinions: SecondOpinions,
    /// The lowest score from which on so many findings are right as was wanted; null when none was wanted, or when fewer
    /// than 20 decisions lie above any such score.
    pub threshold: Option<ScoreThreshold>,
}

/// What reviewers said of the same findings, each for themselves.
#[derive(Debug, Clone, SimpleObject)]
pub struct SecondOpinions {
    /// How often a judgement was what somebody else decided.
    pub agreement: MeasuredShare,
    /// Cohen's kappa over the three decisions: 1 where they always agree, 0 where they agree as often as by chance; null where
    /// nothing can be said, as when everybody always says the same.
    pub kappa: Option<f64>,
}

/// A share that was counted, with the interval that holds the true share with 95 % confidence (Wilson).
#[derive(Debug, Clone, SimpleObject)]
pub struct MeasuredShare {
    /// How many were right.
    pub right: i32,
    /// Of how many.
    pub decided: i32,
    /// The share, from 0 to 1; null of nothing.
    pub share: Option<f64>,
    /// The lower end of the interval.
    pub low: Option<f64>,
    /// The upper end of the interval.
    pub high: Option<f64>,
}

/// What was right of the findings whose scores lie in a band.
#[derive(Debug, Clone, SimpleObject)]
pub struct ScoreBand {
    /// The lowest score of the band.
    pub from: f64,
    /// Scores of the band lie below this; a score of 1 lies in the highest.
    pub to: f64,
    /// What was right.
    pub precision: MeasuredShare,
}

/// What was right of a part of the findings.
#[derive(Debug, Clone, SimpleObject)]
pub struct NamedShare {
    /// What the part is called.
    pub name: String,
    /// What was right.
    pub precision: MeasuredShare,
}

/// A score from which on so many findings are right as was wanted.
#[derive(Debug, Clone, SimpleObject)]
pub struct ScoreThreshold {
    /// The score.
    pub score: f64,
    /// What was right from there on.
    pub precision: MeasuredShare,
}

impl From<Share> for MeasuredShare {
    fn from(share: Share) -> Self {
        let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let (low, high) = share.interval().unzip();
        Self {
            right: count(share.right),
            decided: count(share.of),
            share: share.value(),
            low,
            high,
        }
    }
}

impl From<Quality> for ReviewQuality {
    fn from(quality: Quality) -> Self {
        let named = |parts: Vec<(String, Share)>| -> Vec<NamedShare> {
            let part = |(name, share): (String, Share)| NamedShare {
                name,
                precision: share.into(),
            };
            parts.into_iter().map(part).collect()
        };
        let bands = quality.bands.into_iter().map(|(from, to, share)| ScoreBand {
            from,
            to,
            precision: share.into(),
        });
        Self {
            overall: quality.overall.into(),
            bands: bands.collect(),
            by_model_version: named(quality.models),
            by_month: named(quality.months),
            agreement: quality.agreement.into(),
            second_opinions: SecondOpinions {
                kappa: quality.opinions.kappa(),
                agreement: quality.opinions.share().into(),
            },
            threshold: quality.threshold.map(|(score, share)| ScoreThreshold {
                score,
                precision: share.into(),
            }),
        }
    }
}

/// What a calibration makes of a weight.
#[derive(Debug, Clone, SimpleObject)]
pub struct CalibrationWeight {
    /// The kind of fact: `text`, `title`, `code`, `labels` (technologies and themes), `people`, `money` or `declared`.
    pub name: String,
    /// What the engine's own weight was multiplied with when this was fitted.
    pub before: f64,
    /// What it is multiplied with by this calibration: from 0.2 to 5.
    pub after: f64,
}

/// A line over the engine's log-odds, and maybe other weights, that reviewers' decisions bear out. It takes effect when an
/// administrator accepts it, for findings that are judged from then on.
#[derive(Debug, Clone)]
pub struct Calibration(pub(crate) Model);

/// A line over the engine's log-odds, and maybe other weights, that reviewers' decisions bear out. It takes effect when an
/// administrator accepts it, for findings that are judged from then on.
#[Object]
impl Calibration {
    /// The global id; `acceptCalibration` takes it.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Calibration, self.0.id)
    }

    /// What findings that it made carry as their `modelVersion`.
    async fn model_version(&self) -> &str {
        &self.0.version
    }

    /// What the engine's log-odds are multiplied with.
    async fn slope(&self) -> f64 {
        self.0.slope
    }

    /// What is added to them.
    async fn offset(&self) -> f64 {
        self.0.shift
    }

    /// What it makes of the few weights; empty where it is a line alone.
    async fn weights(&self) -> Result<Vec<CalibrationWeight>, ApiError> {
        let told = moved(&self.0)?.into_iter().map(|weight| CalibrationWeight {
            name: weight.name,
            before: weight.before,
            after: weight.after,
        });
        Ok(told.collect())
    }

    /// How many decisions it was fitted on.
    async fn decisions(&self) -> i32 {
        self.0.decisions
    }

    /// How many of them bore the engine out.
    async fn borne_out(&self) -> i32 {
        self.0.borne_out
    }

    /// Into how many parts the decisions were split: each was judged by a line fitted on the others.
    async fn folds(&self) -> i32 {
        self.0.folds
    }

    /// The mean logarithmic loss of the scores as they are, in nats; less is better.
    async fn log_loss_before(&self) -> f64 {
        self.0.loss_before
    }

    /// The same after it, on decisions that it was not fitted on.
    async fn log_loss_after(&self) -> f64 {
        self.0.loss_after
    }

    /// Brier's score of the scores as they are; less is better.
    async fn brier_before(&self) -> f64 {
        self.0.brier_before
    }

    /// The same after it, on decisions that it was not fitted on.
    async fn brier_after(&self) -> f64 {
        self.0.brier_after
    }

    /// Who had it fitted.
    async fn fitted_by(&self, ctx: &Context<'_>) -> Option<ApiResult<String>> {
        shown(ctx, Some(&self.0.fitted_by)).await.transpose()
    }

    /// When it was fitted.
    async fn fitted_at(&self) -> DateTime {
        DateTime(self.0.fitted_at)
    }

    /// Who accepted it, if anybody did.
    async fn accepted_by(&self, ctx: &Context<'_>) -> Option<ApiResult<String>> {
        shown(ctx, self.0.accepted_by.as_deref()).await.transpose()
    }

    /// When it took effect, if it did.
    async fn accepted_at(&self) -> Option<DateTime> {
        self.0.accepted_at.map(DateTime)
    }

    /// Why it was accepted.
    async fn accepted_reason(&self) -> Option<&str> {
        self.0.accepted_reason.as_deref()
    }
}
