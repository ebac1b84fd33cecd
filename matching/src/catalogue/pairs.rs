//! One record compared with others of its catalogue.

use super::{Catalogue, insufficiency};
use crate::compare::text::Expanded;
use crate::compare::{labels, links, money, people, period, title};
use crate::explain::{Side, evidence};
use crate::hubs::Nearest;
use crate::index::{Gathering, SlotId, Weighted};
use crate::profile::Profile;
use crate::relation::relation;
use crate::score::{self, Facts};
use crate::{Evidence, Key, Record, Relation};

/// A record taken up for comparing, with the working memory for it.
pub(super) struct Pairing<'a> {
    catalogue: &'a Catalogue,
    query: Option<Query<'a>>,
    expanded: Expanded,
    gathering: Gathering,
    other: Vec<Weighted>,
}

struct Query<'a> {
    key: Option<Key>,
    record: &'a Record,
    profile: &'a Profile,
    weighted: Vec<Weighted>,
    level: f32,
}

impl<'a> Pairing<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Self {
        Self {
            catalogue,
            query: None,
            expanded: Expanded::default(),
            gathering: Gathering::default(),
            other: Vec::new(),
        }
    }

    /// Takes up a record; `key` if it is one of the catalogue.
    pub(super) fn take_up(&mut self, key: Option<Key>, record: &'a Record, profile: &'a Profile) {
        let weighted = self.catalogue.index.weigh(profile);
        self.expanded.take_up(&self.catalogue.index, profile, &weighted);
        self.query = Some(Query {
            key,
            record,
            profile,
            weighted,
            level: 0.0,
        });
    }

    /// Says what is held against every likeness of the record taken up.
    pub(super) fn set_level(&mut self, level: f32) {
        if let Some(query) = &mut self.query {
            query.level = level;
        }
    }

    /// The records worth comparing.
    pub(super) fn candidates(&mut self) -> Vec<SlotId> {
        self.query.as_ref().map_or_else(Vec::new, |query| {
            self.catalogue
                .index
                .candidates(query.profile, &query.weighted, &mut self.gathering)
        })
    }

    /// How alike the texts of the record taken up and another are; `None` if the other cannot be judged.
    pub(super) fn likeness(&mut self, other: SlotId) -> Option<(f32, Key)> {
        let query = self.query.as_ref()?;
        let slot = self
            .catalogue
            .index
            .slot(other)
            .filter(|slot| insufficiency(&slot.profile).is_none())?;
        self.catalogue.index.weigh_into(&slot.profile, &mut self.other);
        let coverage = self.expanded.cover(&self.other);
        let topic = query.profile.topic.likeness(&slot.profile.topic);
        Some((score::likeness(&coverage, topic), slot.key))
    }

    /// What is known of the record taken up and another, but for their titles, which take longest to
    /// compare; `None` if the other cannot be judged.
    pub(super) fn facts_but_title(&mut self, other: SlotId) -> Option<(Key, Facts)> {
        let query = self.query.as_ref()?;
        let slot = self
            .catalogue
            .index
            .slot(other)
            .filter(|slot| insufficiency(&slot.profile).is_none())?;
        self.catalogue.index.weigh_into(&slot.profile, &mut self.other);
        let (left, right) = (query.record, &slot.record);
        let facts = Facts {
            coverage: self.expanded.cover(&self.other),
            topic: query.profile.topic.likeness(&slot.profile.topic),
            levels: [query.level, self.catalogue.level(other)],
            title: None,
            technologies: labels::likeness(&query.profile.technologies, &slot.profile.technologies),
            themes: labels::likeness(&query.profile.themes, &slot.profile.themes),
            people: people::compare(&query.profile.people, &slot.profile.people),
            periods: period::compare(left.period, right.period),
            sums: money::compare(&left.money, &right.money),
            declared: links::declared((query.key, left), (Some(slot.key), right)),
        };
        Some((slot.key, facts))
    }

    /// Adds how alike the titles are.
    pub(super) fn add_title(&self, other: SlotId, facts: &mut Facts) {
        if let (Some(query), Some(slot)) = (&self.query, self.catalogue.index.slot(other)) {
            facts.title = title::likeness(&query.profile.title, &slot.profile.title);
        }
    }

    /// All that is known of the record taken up and another.
    pub(super) fn facts(&mut self, other: SlotId) -> Option<Facts> {
        let (_, mut facts) = self.facts_but_title(other)?;
        self.add_title(other, &mut facts);
        Some(facts)
    }

    /// The nearest others of the record taken up, itself excepted.
    pub(super) fn nearest(&mut self) -> Nearest {
        let own = self.query.as_ref().and_then(|query| query.key);
        let mut nearest = Nearest::default();
        for slot in self.candidates() {
            if let Some((likeness, key)) = self.likeness(slot)
                && Some(key) != own
            {
                nearest.note(likeness, key);
            }
        }
        nearest
    }

    /// The relation of the record taken up and another, and the evidence for it.
    pub(super) fn explain(&self, other: SlotId, facts: &Facts) -> Option<(Relation, Evidence)> {
        let query = self.query.as_ref()?;
        let slot = self.catalogue.index.slot(other)?;
        let weighted = self.catalogue.index.weigh(&slot.profile);
        let left = Side {
            record: query.record,
            profile: query.profile,
            weighted: &query.weighted,
        };
        let right = Side {
            record: &slot.record,
            profile: &slot.profile,
            weighted: &weighted,
        };
        let met = self.expanded.met(&weighted);
        let tools = (&self.catalogue.profiler, &self.catalogue.index.lexicon);
        let evidence = evidence(&left, &right, facts, &met, tools);
        Some((self.relation(other, facts)?, evidence))
    }

    /// The relation of the record taken up and another.
    pub(super) fn relation(&self, other: SlotId, facts: &Facts) -> Option<Relation> {
        let query = self.query.as_ref()?;
        let slot = self.catalogue.index.slot(other)?;
        let lexicon = &self.catalogue.index.lexicon;
        let named = |profile: &Profile| -> Vec<u32> {
            let names = profile
                .terms
                .iter()
                .filter(|entry| entry.in_title && lexicon.is_coined(entry.term));
            names.map(|entry| entry.term).collect()
        };
        let names = named(query.profile);
        let shared_name = named(&slot.profile).iter().any(|name| names.contains(name));
        Some(relation(query.record, &slot.record, facts, shared_name))
    }
}
