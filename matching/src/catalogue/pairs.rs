//! One record compared with others of its catalogue.

use super::Catalogue;
use super::agreement::{Agreement, shipped_technologies};
use crate::compare::text::Expanded;
use crate::compare::{codes, labels, links, money, people, period, title};
use crate::explain::{Side, evidence};
use crate::hubs::{Near, Nearest};
use crate::index::{Gathering, Reach, Slot, SlotId, Weighted};
use crate::profile::Profile;
use crate::relation::relation;
use crate::score::{self, Crowd, Facts, Senses};
use crate::{Evidence, Key, Record, Relation};

/// Working memory for comparing, used again and again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    expanded: Expanded,
    gathering: Gathering,
    candidates: Vec<SlotId>,
}

/// A record taken up for comparing, with the working memory for it.
pub(super) struct Pairing<'a> {
    catalogue: &'a Catalogue,
    query: Option<Query<'a>>,
    scratch: Scratch,
}

struct Query<'a> {
    key: Option<Key>,
    record: &'a Record,
    profile: &'a Profile,
    weighted: Vec<Weighted>,
    /// What is held against its likenesses, where it was said.
    level: Option<f32>,
    hopes: Hopes<'a>,
}

/// What else than its text makes a record overlap others, at best and with each.
#[derive(Clone, Copy)]
pub(super) struct Hopes<'a> {
    key: Option<Key>,
    record: &'a Record,
    profile: &'a Profile,
    crowd: Crowd,
    agreement: &'a Agreement,
    /// What it comes to in log-odds with another that has the same of everything but the text.
    most: f64,
    /// What of that is the start's.
    start: f64,
}

impl<'a> Pairing<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Self {
        let spare = catalogue.spare.lock().ok().and_then(|mut spare| spare.pop());
        Self {
            catalogue,
            query: None,
            scratch: spare.unwrap_or_default(),
        }
    }

    /// Takes up a record; `key` if it is one of the catalogue.
    pub(super) fn take_up(&mut self, key: Option<Key>, record: &'a Record, profile: &'a Profile) {
        let weighted = self.catalogue.index.weigh(profile);
        self.scratch
            .expanded
            .take_up(&self.catalogue.index, profile, &weighted);
        self.query = Some(Query {
            key,
            record,
            profile,
            weighted,
            level: None,
            hopes: Hopes::of(self.catalogue, key, (record, profile), &self.catalogue.agreement),
        });
    }

    /// Takes up a record of the catalogue; `None` if it cannot be judged.
    pub(super) fn take_up_slot(&mut self, id: SlotId) -> Option<&'a Slot> {
        let slot = self.judgeable(id)?;
        self.take_up(Some(slot.key), &slot.record, &slot.profile);
        Some(slot)
    }

    /// Says what is held against every likeness of the record taken up. If it is of the catalogue, that is known.
    pub(super) fn set_level(&mut self, level: f32) {
        if let Some(query) = &mut self.query {
            query.level = Some(level);
        }
    }

    /// Whether the record taken up and another, alike by so much at most and with no less held against them, may
    /// come to a score.
    pub(super) fn may_reach(&self, other: Near, [level, least]: [f32; 2], min_score: f64) -> bool {
        self.bears(other, [level, least], min_score).is_some()
    }

    /// What may be held against another record at most if it and the one taken up, alike by so much at most and the latter
    /// with no less held against it than its level, are to come to a score; `None` if that is less than the least level.
    pub(super) fn bears(&self, other: Near, levels: [f32; 2], min_score: f64) -> Option<f64> {
        let query = self.query.as_ref()?;
        let slot = self.catalogue.index.slot(other.slot)?;
        query.hopes.bears((slot, other.likeness), levels, min_score)
    }

    /// The same at best, whatever else is known of the other but that it declares a relation.
    pub(super) fn bears_at_best(&self, likeness: f32, levels: [f32; 2], min_score: f64) -> Option<f64> {
        self.query
            .as_ref()?
            .hopes
            .bears_at_best(likeness, levels, min_score)
    }

    /// What else than its text makes the record taken up overlap others.
    pub(super) fn hopes(&self) -> Option<Hopes<'a>> {
        Some(self.query.as_ref()?.hopes)
    }

    fn judgeable(&self, id: SlotId) -> Option<&'a Slot> {
        self.catalogue.index.slot(id).filter(|slot| slot.judgeable)
    }

    /// The records worth comparing with how alike they are to the record taken up, itself excepted.
    pub(super) fn candidates(&mut self, reach: Reach) -> Vec<Near> {
        let mut near = self.by_words(reach);
        near.extend(self.by_topic(reach));
        near
    }

    /// Those of them that share words with the record taken up.
    pub(super) fn by_words(&mut self, reach: Reach) -> Vec<Near> {
        let Some(query) = &self.query else {
            return Vec::new();
        };
        let Scratch {
            expanded,
            gathering,
            candidates,
        } = &mut self.scratch;
        self.catalogue
            .index
            .by_words(expanded, query.profile, reach, gathering, candidates);
        self.compare(0)
    }

    /// A few of those that are near in topic to the record taken up, which is of the catalogue, and that
    /// [`Pairing::by_words`] has not given just before.
    pub(super) fn beside(&mut self, id: SlotId) -> Vec<Near> {
        let Scratch {
            gathering,
            candidates,
            ..
        } = &mut self.scratch;
        let known = candidates.len();
        self.catalogue.index.beside(id, gathering, candidates);
        self.compare(known)
    }

    /// Takes it for said that [`Pairing::by_words`] has given these.
    pub(super) fn know(&mut self, near: &[Near]) {
        let candidates = &mut self.scratch.candidates;
        candidates.clear();
        candidates.extend(near.iter().map(|near| near.slot));
    }

    /// Those nearest in topic that [`Pairing::by_words`] has not given just before.
    pub(super) fn by_topic(&mut self, reach: Reach) -> Vec<Near> {
        let Some(query) = &self.query else {
            return Vec::new();
        };
        let Scratch {
            gathering,
            candidates,
            ..
        } = &mut self.scratch;
        let known = candidates.len();
        self.catalogue
            .index
            .by_topic(&query.profile.topic, reach, gathering, candidates);
        self.compare(known)
    }

    /// How alike the candidates from this place on are to the record taken up.
    fn compare(&mut self, from: usize) -> Vec<Near> {
        let Some(query) = &self.query else {
            return Vec::new();
        };
        let Scratch {
            expanded, candidates, ..
        } = &mut self.scratch;
        let index = &self.catalogue.index;
        let candidates = candidates.get(from..).unwrap_or(&[]);
        let weight = index.weigher();
        // One step at a time for all of them: their places in memory are far apart, and so are fetched together.
        let slots = candidates.iter().filter_map(|&id| Some((id, index.slot(id)?)));
        let slots: Vec<(SlotId, &Slot)> = slots
            .filter(|(_, slot)| slot.judgeable && Some(slot.key) != query.key)
            .collect();
        for (_, slot) in &slots {
            slot.profile.topic.fetch();
        }
        let senses: Vec<Senses> = slots
            .iter()
            .map(|(_, slot)| senses((query.record, query.profile), (&*slot.record, &slot.profile)))
            .collect();
        for (_, slot) in &slots {
            slot.profile.terms.fetch();
        }
        let near = slots.into_iter().zip(senses).map(|((id, slot), senses)| {
            let total = index.total(slot);
            let coverage = expanded.cover(&slot.profile.terms, total, &index.lexicon, &weight);
            Near {
                likeness: score::likeness(&coverage, senses),
                slot: id,
            }
        });
        near.collect()
    }

    /// What is known of the record taken up and another, but for their titles, which take longest to
    /// compare; `None` if the other cannot be judged.
    pub(super) fn facts_but_title(&mut self, other: SlotId) -> Option<(Key, Facts)> {
        let slot = self.judgeable(other)?;
        let query = self.query.as_ref()?;
        let index = &self.catalogue.index;
        let total = index.total(slot);
        let own = || query.key.and_then(|key| index.slot_of(key));
        let level = query
            .level
            .unwrap_or_else(|| own().map_or(0.0, |id| self.catalogue.level(id)));
        let expanded = &mut self.scratch.expanded;
        let left = (query.key, query.record, query.profile);
        let right = (Some(slot.key), &*slot.record, &slot.profile);
        let facts = Facts {
            coverage: expanded.cover(&slot.profile.terms, total, &index.lexicon, index.weigher()),
            senses: senses((query.record, query.profile), (&*slot.record, &slot.profile)),
            crowd: query.hopes.crowd,
            levels: [level, self.catalogue.level(other)],
            code: codes::shared(&query.profile.codes, &slot.profile.codes, |code| {
                index.frequency(code) <= codes::MOST_RECORDS
            }),
            ..beside_text(left, right, &self.catalogue.agreement)
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

    /// What is known of the record taken up and another beside what this catalogue teaches of facts, in log-odds;
    /// `None` if that is less than the least.
    pub(super) fn by_text(&mut self, other: SlotId, least: f64) -> Option<f64> {
        let (_, facts) = self.facts_but_title(other)?;
        let mut untaught = Facts {
            corroboration: 0.0,
            start: 0.0,
            money: 0.0,
            means: shipped_technologies(facts.technologies),
            ..facts
        };
        // Titles take longest to compare.
        if score::log_odds(&untaught).1 + score::most_from_title() < least {
            return None;
        }
        self.add_title(other, &mut untaught);
        let log_odds = score::log_odds(&untaught).1;
        (log_odds >= least).then_some(log_odds)
    }

    /// The nearest others of a record of the catalogue.
    pub(super) fn nearest(&mut self, id: SlotId, reach: Reach) -> Nearest {
        let Some(slot) = self.judgeable(id) else {
            return Nearest::default();
        };
        self.take_up(Some(slot.key), &slot.record, &slot.profile);
        Nearest::of(self.candidates(reach), |id| self.catalogue.key(id))
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
        let met = self
            .scratch
            .expanded
            .met(&weighted, &self.catalogue.index.lexicon);
        let tools = (&self.catalogue.profiler, &self.catalogue.index.lexicon);
        let evidence = evidence(&left, &right, facts, &met, tools);
        Some((self.relation(other, facts)?, evidence))
    }

    /// The relation of the record taken up and another.
    pub(super) fn relation(&self, other: SlotId, facts: &Facts) -> Option<Relation> {
        let query = self.query.as_ref()?;
        let slot = self.catalogue.index.slot(other)?;
        let lexicon = &self.catalogue.index.lexicon;
        let names = |profile: &'a Profile| {
            let named = profile
                .terms
                .iter()
                .filter(|entry| entry.in_title && lexicon.is_coined(entry.term));
            named.map(|entry| entry.term)
        };
        let shared_name = names(query.profile).any(|name| names(&slot.profile).any(|other| other == name));
        Some(relation(query.record, &slot.record, facts, shared_name))
    }
}

impl<'a> Hopes<'a> {
    /// `agreement` tells what is held of facts.
    pub(super) fn of(
        catalogue: &Catalogue,
        key: Option<Key>,
        (record, profile): (&'a Record, &'a Profile),
        agreement: &'a Agreement,
    ) -> Self {
        let crowd = Crowd::of(catalogue.len());
        let best = Facts {
            crowd,
            ..best_beside_text(record, profile, agreement)
        };
        Self {
            key,
            record,
            profile,
            crowd,
            agreement,
            most: score::most_beside_text(&best, record.meaning.is_some()),
            start: best.start,
        }
    }

    /// See [`Pairing::bears`].
    pub(super) fn bears(
        &self,
        (slot, likeness): (&Slot, f32),
        levels: [f32; 2],
        min_score: f64,
    ) -> Option<f64> {
        if self.record.declared.is_empty() && !slot.declares {
            self.bears_at_best(likeness, levels, min_score)?;
            // Most begin at another time, which is soon told.
            let start = self.agreement.start(self.profile.start, slot.profile.start);
            bears(
                likeness,
                (self.most - self.start + start, self.crowd),
                levels,
                min_score,
            )?;
        }
        let beside = Facts {
            crowd: self.crowd,
            ..beside_text(
                (self.key, self.record, self.profile),
                (Some(slot.key), &*slot.record, &slot.profile),
                self.agreement,
            )
        };
        let beside = score::most_beside_text(&beside, self.record.meaning.is_some());
        bears(likeness, (beside, self.crowd), levels, min_score)
    }

    /// See [`Pairing::bears_at_best`].
    pub(super) fn bears_at_best(&self, likeness: f32, levels: [f32; 2], min_score: f64) -> Option<f64> {
        bears(likeness, (self.most, self.crowd), levels, min_score)
    }
}

/// What may be held against the other of two, alike by so much and with so many log-odds of what else is known.
fn bears(
    likeness: f32,
    (beside, crowd): (f64, Crowd),
    [level, least]: [f32; 2],
    min_score: f64,
) -> Option<f64> {
    let most = score::most_level(likeness, beside, crowd, min_score) - f64::from(level);
    (most >= f64::from(least)).then_some(most)
}

fn senses((left, profile): (&Record, &Profile), (right, other): (&Record, &Profile)) -> Senses {
    Senses {
        topic: profile.topic.likeness(&other.topic),
        // The other record is only looked at where this has one.
        meaning: left
            .meaning
            .as_ref()
            .and_then(|left| left.likeness(right.meaning.as_ref()?)),
    }
}

/// What is known at best of a record and any other that has nothing declared.
fn best_beside_text(record: &Record, profile: &Profile, agreement: &Agreement) -> Facts {
    let same = |known: bool| known.then_some(1.0);
    Facts {
        code: !profile.codes.is_empty(),
        themes: same(!profile.themes.is_empty()),
        people: people::compare(&profile.people, &profile.people),
        corroboration: agreement.corroboration(),
        start: agreement.most_of_start(record),
        money: agreement.most_of_money(record),
        means: agreement.most_of_technologies(profile),
        ..Facts::UNKNOWN
    }
}

/// What is known of two records beside their texts and titles.
fn beside_text(
    (key, left, profile): (Option<Key>, &Record, &Profile),
    (other_key, right, other): (Option<Key>, &Record, &Profile),
    agreement: &Agreement,
) -> Facts {
    let sums = money::compare(&left.money, &right.money);
    let technologies = labels::likeness(&profile.technologies, &other.technologies);
    Facts {
        // More is not known here than that it may be so.
        code: codes::shared(&profile.codes, &other.codes, |_| true),
        technologies,
        themes: labels::likeness(&profile.themes, &other.themes),
        people: people::compare(&profile.people, &other.people),
        periods: period::compare(left.period, right.period),
        sums,
        corroboration: agreement.corroboration(),
        start: agreement.start(profile.start, other.start),
        money: agreement.money(sums, &left.money, &right.money),
        means: agreement.technologies(technologies),
        declared: links::declared((key, left), (other_key, right)),
        ..Facts::UNKNOWN
    }
}

impl Drop for Pairing<'_> {
    fn drop(&mut self) {
        if let Ok(mut spare) = self.catalogue.spare.lock() {
            spare.push(std::mem::take(&mut self.scratch));
        }
    }
}
