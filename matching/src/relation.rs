//! What two records that overlap seem to be to each other.

use crate::compare::period;
use crate::score::Facts;
use crate::{DeclaredRelation, Record, Relation};

/// Titles at least this alike are one title, slips aside.
const SAME_TITLE: f64 = 0.88;
/// Texts that cover each other this far are one description.
const SAME_TEXT: f32 = 0.75;
/// Beginnings further apart than this are two periods: the rounds of a programme are some months apart.
const OTHER_PERIOD_DAYS: i64 = 60;

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
    let other_period =
        period::between_starts(left.period, right.period).is_some_and(|days| days > OTHER_PERIOD_DAYS);
    let other_round = matches!((&left.programme, &right.programme), (Some(a), Some(b)) if a != b)
        && !(same_title && same_text);
    match facts.people {
        Some(people) if people.same() => {
            if other_stage || other_period || other_round {
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
