//! A straight line from the engine's log-odds to those that decisions bear out. PURE.
//!
//! Logistic regression of "right" on the log-odds, pulled towards changing nothing, so that few decisions move little.

/// How strongly a line is pulled towards slope 1 and offset 0: as strongly as this many decisions that fit it would.
pub(super) const PULL: f64 = 4.0;

/// No line is flatter than this: the order of findings is the engine's, and people's decisions do not turn it round.
const FLATTEST: f64 = 0.05;

/// Steps of Newton's method; it ends after a handful.
const STEPS: usize = 50;

/// A score of a decided finding further from a half than this tells no more: ln(10⁶).
const SURE: f64 = 13.8;

/// A straight line over log-odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// What the engine's log-odds are multiplied with; positive.
    pub slope: f64,
    /// What is added.
    pub offset: f64,
}

/// A decided finding: its log-odds as the engine has them, and whether people bore it out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decided {
    /// The log-odds.
    pub log_odds: f64,
    /// Whether it was right.
    pub right: bool,
}

/// How well probabilities fit what was decided; less is better.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Misfit {
    /// The mean logarithmic loss, in nats.
    pub log_loss: f64,
    /// The mean squared error (Brier's score).
    pub brier: f64,
}

impl Line {
    /// Changes nothing.
    pub const NONE: Self = Self {
        slope: 1.0,
        offset: 0.0,
    };

    /// The log-odds that belong to the engine's.
    #[must_use]
    pub fn apply(self, log_odds: f64) -> f64 {
        self.slope * log_odds + self.offset
    }

    /// The engine's log-odds that these belong to.
    #[must_use]
    pub fn before(self, log_odds: f64) -> f64 {
        (log_odds - self.offset) / self.slope.max(FLATTEST)
    }
}

/// The log-odds of a probability, bounded.
#[must_use]
pub fn log_odds(score: f64) -> f64 {
    (score / (1.0 - score)).ln().clamp(-SURE, SURE)
}

/// The probability of log-odds.
#[must_use]
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The line that decisions bear out.
#[must_use]
pub fn fit(decided: &[Decided]) -> Line {
    let mut line = Line::NONE;
    for _ in 0..STEPS {
        // The gradient and the curvature of the loss and of the pull.
        let mut gradient = [PULL * (line.slope - 1.0), PULL * line.offset];
        let mut curvature = [PULL, 0.0, PULL];
        for one in decided {
            let p = probability(line.apply(one.log_odds));
            let error = p - if one.right { 1.0 } else { 0.0 };
            let weight = p * (1.0 - p);
            gradient[0] += error * one.log_odds;
            gradient[1] += error;
            curvature[0] += weight * one.log_odds * one.log_odds;
            curvature[1] += weight * one.log_odds;
            curvature[2] += weight;
        }
        let determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
        let step = [
            (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant,
            (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant,
        ];
        line.slope = (line.slope - step[0]).max(FLATTEST);
        line.offset -= step[1];
        if step.iter().all(|part| part.abs() < 1e-10) {
            break;
        }
    }
    line
}

/// How well a line fits decisions.
#[must_use]
pub fn misfit(line: Line, decided: &[Decided]) -> Misfit {
    let mut sum = Misfit::default();
    for one in decided {
        let p = probability(line.apply(one.log_odds)).clamp(1e-9, 1.0 - 1e-9);
        let (told, error) = if one.right { (p, 1.0 - p) } else { (1.0 - p, p) };
        sum.log_loss -= told.ln();
        sum.brier += error * error;
    }
    let number = f64::from(u32::try_from(decided.len()).unwrap_or(u32::MAX)).max(1.0);
    Misfit {
        log_loss: sum.log_loss / number,
        brier: sum.brier / number,
    }
}

/// How well lines fit decisions that they were not fitted on: each of `folds` parts is judged by a line fitted on all
/// others. The parts are drawn in turn from the decisions in order of their log-odds, so that each has some of all.
#[must_use]
pub fn cross_validated(decided: &[Decided], folds: usize) -> Misfit {
    let mut sorted = decided.to_vec();
    sorted.sort_by(|a, b| a.log_odds.total_cmp(&b.log_odds).then(a.right.cmp(&b.right)));
    folded(&sorted, folds, |rest, part| misfit(fit(rest), part))
}

/// The mean misfit over `folds` parts of what was sorted, each judged by what is learnt of all others.
pub(super) fn folded<T: Clone>(sorted: &[T], folds: usize, judge: impl Fn(&[T], &[T]) -> Misfit) -> Misfit {
    let folds = folds.max(1);
    let mut sum = Misfit::default();
    for fold in 0..folds {
        let pick = |wanted: bool| -> Vec<T> {
            let places = sorted
                .iter()
                .enumerate()
                .filter(|(place, _)| (place % folds == fold) == wanted);
            places.map(|(_, one)| one.clone()).collect()
        };
        let (rest, part) = (pick(false), pick(true));
        let found = judge(&rest, &part);
        let share = f64::from(u32::try_from(part.len()).unwrap_or(0));
        sum.log_loss += found.log_loss * share;
        sum.brier += found.brier * share;
    }
    let number = f64::from(u32::try_from(sorted.len()).unwrap_or(u32::MAX)).max(1.0);
    Misfit {
        log_loss: sum.log_loss / number,
        brier: sum.brier / number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decisions of an engine whose log-odds are off by a line: out of each ten as many are right as the truth says.
    fn made(truth: Line, each: u32) -> Vec<Decided> {
        let mut decided = Vec::new();
        for step in 0..12 {
            let engine = f64::from(step) * 0.5 - 1.0;
            let p = probability(truth.apply(engine));
            let right = |place: u32| (f64::from(place) + 0.5) / f64::from(each) < p;
            decided.extend((0..each).map(|place| Decided {
                log_odds: engine,
                right: right(place),
            }));
        }
        decided
    }

    #[test]
    fn an_engine_that_is_too_sure_of_itself_is_found_out() {
        let truth = Line {
            slope: 0.6,
            offset: -0.8,
        };
        let decided = made(truth, 200);
        let line = fit(&decided);
        assert!(
            (line.slope - 0.6).abs() < 0.05 && (line.offset + 0.8).abs() < 0.1,
            "{line:?}"
        );
        let (before, after) = (misfit(Line::NONE, &decided), cross_validated(&decided, 5));
        assert!(
            after.log_loss < before.log_loss && after.brier < before.brier,
            "{before:?} {after:?}"
        );
    }

    #[test]
    fn few_decisions_move_little_and_no_line_turns_the_order_round() {
        assert_eq!(fit(&[]), Line::NONE);
        let one = fit(&[Decided {
            log_odds: 3.0,
            right: false,
        }]);
        assert!((one.slope - 1.0).abs() < 0.7 && one.offset.abs() < 0.3, "{one:?}");
        let contrary: Vec<Decided> = (0..400)
            .map(|n| Decided {
                log_odds: if n % 2 == 0 { 4.0 } else { 0.5 },
                right: n % 2 != 0,
            })
            .collect();
        let line = fit(&contrary);
        assert!(line.slope >= FLATTEST && line.offset.is_finite(), "{line:?}");
        let there = line.before(line.apply(1.25));
        assert!((there - 1.25).abs() < 1e-9);
    }

    #[test]
    fn an_engine_that_is_right_about_itself_stays_as_it_is() {
        let line = fit(&made(Line::NONE, 100));
        assert!(
            (line.slope - 1.0).abs() < 0.05 && line.offset.abs() < 0.05,
            "{line:?}"
        );
        assert_eq!(probability(log_odds(0.25)), 0.25);
        assert!(log_odds(1.0).is_finite() && log_odds(0.0).is_finite());
    }
}
