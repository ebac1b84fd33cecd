//! Which organisation a written name means.
//!
//! Names come as people write them: "Leeds C.C.", "LB Camden", "hull city council", with typos, with codes.
//! [`Resolver::resolve`] grades every body that a name may mean; [`Resolver::resolve_one`] decides only where
//! one stands clear of the rest, and otherwise hands the candidates back for a person.
//!
//! Words for the sort of authority ("City Council", "London Borough of") do not tell bodies apart by
//! themselves, so they are taken off before names are compared. They still break ties ("North Yorkshire County
//! Council" is not "North Yorkshire Council"), and count against a body of another sort ("Leicester County
//! Council" is no name of the city). The resolver does not know which names a body bore when: dates are those
//! of the body.

mod compare;
mod normal;

use std::cmp::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::Day;
use compare::{Likeness, likeness};
use normal::{Form, Kinds, code_key, grams, initials};

/// From this score on one name may be taken for the other. A single typo in a name of five letters scores
/// 0.70, two 0.53; a name that is only a part of another ("Kingston") scores less than this.
const CLEAR: f64 = 0.60;
/// How far a perfect match must stand above the next body, ...
const MARGIN: f64 = 0.04;
/// ... and how much farther one with a score of 0 would have to: the less sure, the more alone. The sort of
/// authority ("County" or none) makes 0.06, which must do where the rest is right.
const DOUBT: f64 = 0.20;
/// Below this no candidate is worth a person's look.
const CANDIDATE: f64 = 0.45;
/// What a body's score is multiplied by when it did not exist on the day asked about.
const OTHER_TIME: f64 = 0.75;
/// How many forms of names are compared in full for one look-up: those that share the most trigrams.
const SHORTLIST: usize = 96;
/// How many candidates are given back at most.
const MOST: usize = 10;

/// An organisation that names may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// What identifies it to the caller.
    pub id: String,
    /// Every name, alias, abbreviation and known misspelling; the official name first.
    pub names: Vec<String>,
    /// Every code: three-letter codes, GSS codes of all times, identifiers such as `GB-LAE-LDS`.
    /// Codes of letters alone are recognised in capitals only: "RYE" is one, "Rye" is a town.
    pub codes: Vec<String>,
    /// The first day it existed, where known.
    pub start: Option<Day>,
    /// The last day it existed; `None` while it does, or where unknown.
    pub end: Option<Day>,
}

/// A body that a name may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct NameMatch {
    /// The entry's id.
    pub id: String,
    /// 1.0: this very name or code; 0.0: nothing alike.
    pub score: f64,
    /// What speaks for it, in words.
    pub why: String,
    /// Whether it existed on the day asked about; true when no day was given.
    pub valid_on_date: bool,
}

/// What became of a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolution {
    /// It means this one.
    Clear(NameMatch),
    /// It may mean one of these, best first: a person decides.
    Ambiguous(Vec<NameMatch>),
    /// It means nobody known. The nearest are given, best first; often none.
    Unknown(Vec<NameMatch>),
}

#[derive(Debug)]
struct Known {
    id: String,
    start: Option<Day>,
    end: Option<Day>,
    kinds: Kinds,
    codes: Vec<String>,
}

/// Finds organisations by name. See the module for how.
#[derive(Debug, Default)]
pub struct Resolver {
    known: Vec<Option<Known>>,
    by_id: FxHashMap<String, usize>,
    /// Each form with the place of its body in `known`.
    forms: Vec<(usize, Form)>,
    by_full: FxHashMap<String, Vec<usize>>,
    by_code: FxHashMap<String, Vec<usize>>,
    by_initials: FxHashMap<String, Vec<usize>>,
    by_gram: FxHashMap<[char; 3], Vec<usize>>,
}

impl Resolver {
    /// A resolver over these organisations.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut resolver = Self::default();
        for entry in entries {
            resolver.insert(entry);
        }
        resolver
    }

    /// How many organisations it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Adds an organisation, in place of an earlier one with the same id.
    pub fn insert(&mut self, entry: Entry) {
        self.remove(&entry.id);
        let place = self.known.len();
        let mut kinds = Kinds::default();
        let mut seen = FxHashSet::default();
        for (index, name) in entry.names.iter().enumerate() {
            let form = Form::of(name);
            kinds = kinds.union(form.kinds);
            if index == 0
                && let Some(letters) = initials(name)
            {
                self.by_initials.entry(letters).or_default().push(place);
            }
            if form.full.is_empty() || !seen.insert(form.full.clone()) {
                continue;
            }
            let number = self.forms.len();
            for gram in grams(&form.core) {
                self.by_gram.entry(gram).or_default().push(number);
            }
            self.by_full.entry(form.full.clone()).or_default().push(number);
            self.forms.push((place, form));
        }
        let codes: Vec<String> = entry.codes.iter().map(|code| code_key(code)).collect();
        for code in &codes {
            self.by_code.entry(code.clone()).or_default().push(place);
        }
        self.by_id.insert(entry.id.clone(), place);
        let Entry { id, start, end, .. } = entry;
        self.known.push(Some(Known {
            id,
            start,
            end,
            kinds,
            codes,
        }));
    }

    /// Forgets an organisation; says whether it was known.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(place) = self.by_id.remove(id) else {
            return false;
        };
        let Some(known) = self.known.get_mut(place).and_then(Option::take) else {
            return false;
        };
        for code in known.codes {
            if let Some(places) = self.by_code.get_mut(&code) {
                places.retain(|other| *other != place);
            }
        }
        for places in self.by_initials.values_mut() {
            places.retain(|other| *other != place);
        }
        let gone: FxHashSet<usize> = self
            .forms
            .iter()
            .enumerate()
            .filter(|(_, (owner, _))| *owner == place)
            .map(|(number, _)| number)
            .collect();
        for numbers in self.by_full.values_mut().chain(self.by_gram.values_mut()) {
            numbers.retain(|number| !gone.contains(number));
        }
        self.by_full.retain(|_, numbers| !numbers.is_empty());
        self.by_gram.retain(|_, numbers| !numbers.is_empty());
        true
    }

    /// The organisations that a name or code may mean, best first; ties in the order of their ids.
    ///
    /// At most ten. On a day, a body that did not exist then stays in the list but scores a quarter less.
    /// Empty when nothing is alike.
    #[must_use]
    pub fn resolve(&self, name: &str, on: Option<Day>) -> Vec<NameMatch> {
        let mut best: FxHashMap<usize, Likeness> = FxHashMap::default();
        let mut keep = |place: usize, found: Likeness| {
            let known = best.entry(place).or_insert_with(|| found.clone());
            if found.score > known.score {
                *known = found;
            }
        };
        for place in self.by_code.get(&code_key(name)).into_iter().flatten() {
            keep(*place, Likeness::code(name));
        }
        for place in self.by_initials.get(name.trim()).into_iter().flatten() {
            keep(*place, Likeness::initials(name));
        }
        let query = Form::of(name);
        for (place, form) in self.shortlist(&query) {
            let kinds = self
                .known
                .get(place)
                .and_then(Option::as_ref)
                .map_or_else(Kinds::default, |k| k.kinds);
            if let Some(found) = likeness(&query, form, kinds) {
                keep(place, found);
            }
        }
        let mut matches: Vec<NameMatch> = best
            .into_iter()
            .filter_map(|(place, found)| self.graded(place, found, on))
            .collect();
        matches.sort_by(better);
        matches.truncate(MOST);
        matches
    }

    /// The one organisation that a name or code means, or the candidates where that is not clear.
    ///
    /// Clear is a score of at least 0.60 with a lead over the next body of 0.04, and more the lower the score
    /// (0.12 at 0.60). On a day, only bodies
    /// that existed then are taken for clear.
    #[must_use]
    pub fn resolve_one(&self, name: &str, on: Option<Day>) -> Resolution {
        let matches = self.resolve(name, on);
        let Some(first) = matches.first() else {
            return Resolution::Unknown(matches);
        };
        let lead = matches.get(1).map_or(1.0, |second| first.score - second.score);
        if first.score >= CLEAR && lead >= MARGIN + DOUBT * (1.0 - first.score) && first.valid_on_date {
            return Resolution::Clear(first.clone());
        }
        if first.score >= CANDIDATE {
            return Resolution::Ambiguous(
                matches
                    .into_iter()
                    .filter(|m| m.score >= CANDIDATE * OTHER_TIME)
                    .collect(),
            );
        }
        Resolution::Unknown(matches)
    }

    fn graded(&self, place: usize, found: Likeness, on: Option<Day>) -> Option<NameMatch> {
        let known = self.known.get(place)?.as_ref()?;
        let valid_on_date = on.is_none_or(|day| {
            known.start.is_none_or(|start| start <= day) && known.end.is_none_or(|end| day <= end)
        });
        let score = if valid_on_date {
            found.score
        } else {
            found.score * OTHER_TIME
        };
        let why = if valid_on_date {
            found.why
        } else {
            format!("{}; it did not exist on that day", found.why)
        };
        Some(NameMatch {
            id: known.id.clone(),
            score,
            why,
            valid_on_date,
        })
    }

    /// The forms worth comparing: the same full form, then those that share the most trigrams of the core.
    fn shortlist(&self, query: &Form) -> Vec<(usize, &Form)> {
        let mut shared: FxHashMap<usize, usize> = FxHashMap::default();
        for gram in grams(&query.core) {
            for number in self.by_gram.get(&gram).into_iter().flatten() {
                *shared.entry(*number).or_default() += 1;
            }
        }
        for number in self.by_full.get(&query.full).into_iter().flatten() {
            shared.insert(*number, usize::MAX);
        }
        let mut ranked: Vec<(usize, usize)> = shared.into_iter().collect();
        ranked.sort_unstable_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
        ranked.truncate(SHORTLIST);
        ranked
            .iter()
            .filter_map(|(number, _)| self.forms.get(*number))
            .map(|(place, form)| (*place, form))
            .collect()
    }
}

fn better(left: &NameMatch, right: &NameMatch) -> Ordering {
    right
        .score
        .total_cmp(&left.score)
        .then_with(|| left.id.cmp(&right.id))
}

#[cfg(test)]
mod tests;
