//! What one record says that takes in another, and what is given back.

use entity::kinds::DeclaredRelation;
use serde_json::Value;
use uuid::Uuid;

use crate::service::project::ProjectDraft;

/// What a record declares: to which project, and what.
type Declared = (Uuid, DeclaredRelation);

/// What the record that stays says after it took in the other: its own facts, where it has none the other's, and the
/// lists of both. A lead that is not its own takes part.
pub(super) fn united(kept: &ProjectDraft, gone: &ProjectDraft, (stays, goes): (Uuid, Uuid)) -> ProjectDraft {
    let lead = kept.lead.clone().or_else(|| gone.lead.clone());
    let mut partners = both(&kept.partners, &gone.partners);
    partners.extend(gone.lead.iter().filter(|id| !kept.partners.contains(id)).cloned());
    partners.retain(|id| Some(id) != lead.as_ref());
    partners.dedup();
    let dated = kept.start.is_some() || kept.end.is_some();
    let relations = both(&kept.relations, &gone.relations);
    let relations = relations
        .into_iter()
        .filter(|(other, _)| *other != stays && *other != goes);
    ProjectDraft {
        title: kept.title.clone(),
        summary: if kept.summary.is_empty() {
            &gone.summary
        } else {
            &kept.summary
        }
        .clone(),
        kind: kept.kind.or(gone.kind),
        phase: kept.phase.or(gone.phase),
        lead,
        partners,
        funders: both(&kept.funders, &gone.funders),
        suppliers: both(&kept.suppliers, &gone.suppliers),
        evaluators: both(&kept.evaluators, &gone.evaluators),
        themes: both(&kept.themes, &gone.themes),
        technologies: both(&kept.technologies, &gone.technologies),
        programme: kept.programme.clone().or_else(|| gone.programme.clone()),
        sectors: both(&kept.sectors, &gone.sectors),
        goals: both(&kept.goals, &gone.goals),
        outcome: kept.outcome.clone().or_else(|| gone.outcome.clone()),
        outcomes: both(&kept.outcomes, &gone.outcomes),
        adopters: both(&kept.adopters, &gone.adopters),
        places: both(&kept.places, &gone.places),
        note: kept.note.clone().or_else(|| gone.note.clone()),
        // A beginning of one and an end of the other are no period.
        start: if dated { kept.start } else { gone.start },
        end: if dated { kept.end } else { gone.end },
        budget: kept.budget.clone().or_else(|| gone.budget.clone()),
        awards: both(&kept.awards, &gone.awards),
        links: both(&kept.links, &gone.links),
        sources: Vec::new(),
        relations: relations.collect(),
    }
}

/// Two lists as one, what stands in both once.
fn both<T: Clone + PartialEq>(kept: &[T], gone: &[T]) -> Vec<T> {
    let more = gone.iter().filter(|one| !kept.contains(one));
    kept.iter().chain(more).cloned().collect()
}

/// What a project declares, with one record in place of another. Nobody is related to itself, nor twice alike.
pub(super) fn pointed(declared: &[Declared], own: Uuid, (from, to): (Uuid, Uuid)) -> Vec<Declared> {
    let mut pointed: Vec<Declared> = Vec::with_capacity(declared.len());
    for (other, relation) in declared {
        let row = (if *other == from { to } else { *other }, *relation);
        if row.0 != own && !pointed.contains(&row) {
            pointed.push(row);
        }
    }
    pointed.sort_unstable();
    pointed
}

/// Goes back from `after` to `before` field by field where nobody changed anything since. Returns what then stands, and
/// the fields that were left because somebody had changed them.
pub(super) fn restored(now: &Value, before: &Value, after: &Value) -> (Value, Vec<String>) {
    let (mut then, mut left) = (now.clone(), Vec::new());
    if let (Value::Object(then), Value::Object(before)) = (&mut then, before) {
        for (field, value) in before {
            if Some(value) == after.get(field) || Some(value) == then.get(field) {
                continue;
            }
            if then.get(field) == after.get(field) {
                then.insert(field.clone(), value.clone());
            } else {
                left.push(field.clone());
            }
        }
    }
    (then, left)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stays_says_its_own_and_what_it_lacked() {
        let [stays, goes, third] = [1, 2, 3].map(Uuid::from_u128);
        let kept = ProjectDraft {
            title: "A".to_owned(),
            lead: Some("l".to_owned()),
            partners: vec!["p".to_owned()],
            relations: vec![(goes, DeclaredRelation::Continues)],
            ..ProjectDraft::default()
        };
        let gone = ProjectDraft {
            title: "B".to_owned(),
            summary: "s".to_owned(),
            lead: Some("m".to_owned()),
            partners: vec!["l".to_owned(), "p".to_owned()],
            relations: vec![
                (stays, DeclaredRelation::PartOf),
                (third, DeclaredRelation::PartOf),
            ],
            ..ProjectDraft::default()
        };
        let one = united(&kept, &gone, (stays, goes));
        assert_eq!(
            (one.title.as_str(), one.summary.as_str(), one.lead.as_deref()),
            ("A", "s", Some("l"))
        );
        assert_eq!(
            (one.partners, one.relations),
            (
                vec!["p".to_owned(), "m".to_owned()],
                vec![(third, DeclaredRelation::PartOf)]
            )
        );
        let declared = [
            (goes, DeclaredRelation::Continues),
            (stays, DeclaredRelation::Continues),
        ];
        assert_eq!(
            pointed(&declared, third, (goes, stays)),
            [(stays, DeclaredRelation::Continues)]
        );
        assert_eq!(pointed(&declared, stays, (goes, stays)), []);
    }

    #[test]
    fn what_nobody_touched_is_given_back() {
        let before = json!({ "summary": "", "themes": ["a"], "note": null });
        let after = json!({ "summary": "s", "themes": ["a", "b"], "note": null });
        let now = json!({ "summary": "edited", "themes": ["a", "b"], "note": "new" });
        let (then, left) = restored(&now, &before, &after);
        assert_eq!(
            then,
            json!({ "summary": "edited", "themes": ["a"], "note": "new" })
        );
        assert_eq!(left, ["summary"]);
    }
}
