//! Who takes part in a project, as it is compared.

use crate::lexicon::stable_hash;
use crate::normalise::Words;
use crate::{Party, Record};

/// Someone who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: u64,
    pub(crate) leads: bool,
}

/// Everybody who takes part, in the order of their ids, each once.
pub(super) fn people(record: &Record) -> Box<[Person]> {
    let lead = record.lead.iter().map(|party| Person {
        id: party_id(party),
        leads: true,
    });
    let partners = record.partners.iter().map(|party| Person {
        id: party_id(party),
        leads: false,
    });
    let mut all: Vec<Person> = lead.chain(partners).filter(|person| person.id != 0).collect();
    all.sort_unstable_by_key(|person| (person.id, !person.leads));
    all.dedup_by_key(|person| person.id);
    all.into()
}

/// What names a body: its identifier, else its name without the words for its kind. 0 if nothing is left.
fn party_id(party: &Party) -> u64 {
    if let Some(id) = party.id.as_deref().filter(|id| !id.is_empty()) {
        return stable_hash(id);
    }
    const KINDS: &[&str] = &[
        "and",
        "borough",
        "city",
        "council",
        "county",
        "district",
        "london",
        "metropolitan",
        "of",
        "royal",
        "the",
        "upon",
        "on",
    ];
    let words = Words::of(&party.name);
    let all: Vec<&str> = words
        .items()
        .iter()
        .filter(|w| !w.piece)
        .map(|w| words.text(w))
        .collect();
    let mut own: Vec<&str> = all.iter().copied().filter(|word| !KINDS.contains(word)).collect();
    if own.is_empty() {
        own = all;
    }
    own.sort_unstable();
    if own.is_empty() {
        0
    } else {
        stable_hash(&own.join(" "))
    }
}
