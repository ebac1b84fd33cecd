//! What speaks for and against one authority.

use super::{Likeness, Reason, SharedEffort, Suggestion};

/// The reasons gathered for and against one authority.
#[derive(Debug, Default)]
pub(super) struct Case {
    reasons: Vec<Reason>,
    counter_reasons: Vec<Reason>,
}

impl Case {
    pub(super) fn add(&mut self, factor: &'static str, contribution: f64, detail: impl FnOnce() -> String) {
        if contribution > 0.0 {
            self.reasons.push(Reason {
                factor,
                contribution,
                detail: detail(),
            });
        } else if contribution < 0.0 {
            self.counter_reasons.push(Reason {
                factor,
                contribution,
                detail: detail(),
            });
        }
    }

    pub(super) fn remark(&mut self, factor: &'static str, detail: String) {
        self.counter_reasons.push(Reason {
            factor,
            contribution: 0.0,
            detail,
        });
    }

    pub(super) fn close(
        mut self,
        authority: String,
        likeness: Option<Likeness>,
        distance_km: Option<f64>,
        same_tier: Option<bool>,
        efforts: Vec<SharedEffort>,
    ) -> Suggestion {
        self.reasons.sort_by(|a, b| {
            b.contribution
                .total_cmp(&a.contribution)
                .then(a.factor.cmp(b.factor))
        });
        self.counter_reasons.sort_by(|a, b| {
            a.contribution
                .total_cmp(&b.contribution)
                .then(a.factor.cmp(b.factor))
        });
        let score: f64 = self
            .reasons
            .iter()
            .chain(&self.counter_reasons)
            .map(|r| r.contribution)
            .sum();
        Suggestion {
            authority,
            score: score.clamp(0.0, 1.0),
            reasons: self.reasons,
            counter_reasons: self.counter_reasons,
            likeness,
            distance_km,
            same_tier,
            efforts,
        }
    }
}
