//! What two records that overlap seem to be to each other.

use crate::compare::{period, title};
use crate::score::Facts;
use crate::{DeclaredRelation, Record, Relation};

/// Titles at least this alike are one title, slips aside.
const SAME_TITLE: f64 = 0.88;
/// Texts that cover each other this far are one description.
const SAME_TEXT: f32 = 0.75;
/// Beginnings further apart than this are two periods: the rounds of a programme are some months apart.
const OTHER_PERIOD_DAYS: i64 = 60;
/// Programmes named at least this alike are rounds of one ("Fund, round 1", "Fund, round 2").
const SAME_PROGRAMME: f64 = 0.85;
/// Where another body leads, a later phase must say at least this much of the same.
const ONE_EFFORT: f32 = 0.3;

/// Names the relation; what people declared goes before what the facts suggest.
pub(crate) fn relation(left: &Record, right: &Record, facts: &Facts, shared_name: bool) -> Relation {
    match facts.declared {
        Some(DeclaredRelation::Continues) => return Relation::LaterPhase,
        Some(DeclaredRelation::Replicates | DeclaredRelation::ScalesUp) => return Relation::SameSolution,
        Some(DeclaredRelation::PartOf) | None => {}
    }
    let same_title = facts.title.is_some_and(|title| title >= SAME_TITLE);
    let same_text = facts.coverage.left >= SAME_TEXT && facts.coverage.right >= SAME_TEXT;
    let other_stage = matches!((left.phase, right.phase), (Some(a), Some(b)) if a != b);
    let other_period = period::between_starts(left.period.start, right.period.start)
        .is_some_and(|days| days > OTHER_PERIOD_DAYS);
    let other_round =
        matches!((&left.programme, &right.programme), (Some(a), Some(b)) if rounds_of_one(a, b));
    let one_effort = facts.people.is_some_and(|people| people.same_lead) || facts.coverage.both >= ONE_EFFORT;
    match facts.people {
        Some(people) if people.same() => {
            if one_effort && (other_stage || other_period || other_round) {
                Relation::LaterPhase
            } else if same_title || same_text {
                Relation::SameProject
            } else {
                Relation::SimilarEffort
            }
        }
        Some(_) if same_text || shared_name => Relation::SameSolution,
        None if same_title && same_text && !other_stage && !other_period => Relation::SameProject,
        None if same_text || shared_name => Relation::SameSolution,
        _ => Relation::SimilarEffort,
    }
}

fn rounds_of_one(left: &str, right: &str) -> bool {
    left != right && title::likeness(&left.to_lowercase(), &right.to_lowercase()) >= Some(SAME_PROGRAMME)
}
