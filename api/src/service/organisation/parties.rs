//! The organisations that a project names, as something that can be put in place of another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::service::project::ProjectDraft;

/// The organisations of a project by what they do there; ids, as a stored draft has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Parties {
    lead: Option<String>,
    partners: Vec<String>,
    funders: Vec<String>,
    suppliers: Vec<String>,
    evaluators: Vec<String>,
    awards: Vec<Option<String>>,
    #[serde(default)]
    adopters: Vec<String>,
    #[serde(default)]
    places: Vec<Option<String>>,
}

impl Parties {
    /// Those of a stored draft.
    pub(super) fn of(draft: &ProjectDraft) -> Self {
        Self {
            lead: draft.lead.clone(),
            partners: draft.partners.clone(),
            funders: draft.funders.clone(),
            suppliers: draft.suppliers.clone(),
            evaluators: draft.evaluators.clone(),
            awards: draft.awards.iter().map(|award| award.funder.clone()).collect(),
            adopters: draft
                .adopters
                .iter()
                .map(|adoption| adoption.organisation.clone())
                .collect(),
            places: draft.places.iter().map(|place| place.authority.clone()).collect(),
        }
    }

    /// The same with one organisation in place of another. Nobody is named twice in one role, and the lead is no partner.
    pub(super) fn renamed(&self, from: Uuid, to: Uuid) -> Self {
        let (from, to) = (from.to_string(), to.to_string());
        let other = |id: &String| if *id == from { to.clone() } else { id.clone() };
        let list = |ids: &[String]| {
            let mut kept: Vec<String> = Vec::with_capacity(ids.len());
            for id in ids.iter().map(other) {
                if !kept.contains(&id) {
                    kept.push(id);
                }
            }
            kept
        };
        let lead = self.lead.as_ref().map(other);
        let mut partners = list(&self.partners);
        partners.retain(|id| Some(id) != lead.as_ref());
        Self {
            lead,
            partners,
            funders: list(&self.funders),
            suppliers: list(&self.suppliers),
            evaluators: list(&self.evaluators),
            awards: self.awards.iter().map(|id| id.as_ref().map(other)).collect(),
            adopters: self.adopters.iter().map(other).collect(),
            places: self.places.iter().map(|id| id.as_ref().map(other)).collect(),
        }
    }

    /// Lays these over a draft.
    pub(super) fn onto(&self, draft: &mut ProjectDraft) {
        draft.lead.clone_from(&self.lead);
        draft.partners.clone_from(&self.partners);
        draft.funders.clone_from(&self.funders);
        draft.suppliers.clone_from(&self.suppliers);
        draft.evaluators.clone_from(&self.evaluators);
        for (award, funder) in draft.awards.iter_mut().zip(&self.awards) {
            award.funder.clone_from(funder);
        }
        for (adoption, organisation) in draft.adopters.iter_mut().zip(&self.adopters) {
            adoption.organisation.clone_from(organisation);
        }
        for (place, authority) in draft.places.iter_mut().zip(&self.places) {
            place.authority.clone_from(authority);
        }
    }

    /// Goes back from `after` to `before` where nobody changed anything since. Returns what then stands, and whether
    /// something was left because somebody had changed it.
    pub(super) fn restored(&self, before: &Self, after: &Self) -> (Self, bool) {
        let mut left = false;
        let result = Self {
            lead: field(&self.lead, &before.lead, &after.lead, &mut left),
            partners: field(&self.partners, &before.partners, &after.partners, &mut left),
            funders: field(&self.funders, &before.funders, &after.funders, &mut left),
            suppliers: field(&self.suppliers, &before.suppliers, &after.suppliers, &mut left),
            evaluators: field(&self.evaluators, &before.evaluators, &after.evaluators, &mut left),
            awards: field(&self.awards, &before.awards, &after.awards, &mut left),
            adopters: field(&self.adopters, &before.adopters, &after.adopters, &mut left),
            places: field(&self.places, &before.places, &after.places, &mut left),
        };
        (result, left)
    }
}

/// One field of three states: the one before where it was touched and still stands so.
fn field<T: Clone + PartialEq>(now: &T, before: &T, after: &T, left: &mut bool) -> T {
    if before == after {
        return now.clone();
    }
    if now == after {
        return before.clone();
    }
    *left |= now != before;
    now.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parties(lead: Uuid, partners: &[Uuid]) -> Parties {
        Parties {
            lead: Some(lead.to_string()),
            partners: partners.iter().map(Uuid::to_string).collect(),
            awards: vec![None, Some(lead.to_string())],
            ..Parties::default()
        }
    }

    #[test]
    fn one_body_takes_the_place_of_another_and_gives_it_back() {
        let [old, kept, third] = [1, 2, 3].map(Uuid::from_u128);
        let before = parties(old, &[kept, third, old]);
        let after = before.renamed(old, kept);
        assert_eq!(
            after,
            parties(kept, &[third]),
            "nobody is named twice, and the lead is no partner"
        );
        assert_eq!(after.restored(&before, &after), (before.clone(), false));
        // Somebody gave the project another partner meanwhile: that stays, the lead goes back.
        let edited = parties(kept, &[]);
        let (restored, left) = edited.restored(&before, &after);
        assert_eq!((restored, left), (parties(old, &[]), true));
        // Somebody had put it back by hand.
        assert_eq!(before.restored(&before, &after), (before, false));
    }
}
