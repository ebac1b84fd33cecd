//! Gives every stem a number, and knows what each is worth and which mean alike.
//!
//! The shipped vocabulary's entries come first; stems that a catalogue brings are numbered after
//! them. Those outside the vocabulary get a neighbour by their spelling where one is near.

use std::hash::{Hash, Hasher};

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHasher};

use crate::normalise::is_stopword;
use crate::profile::telling;
use crate::vocabulary::{Known, Vocabulary};
use crate::wide::wide;

/// The number of a stem.
pub(crate) type TermId = u32;

/// How alike a word and its nearest spelling are held to be.
pub(crate) const SPELLING_LIKENESS: f32 = 0.87;
/// Only words of this many letters are looked for under another spelling: shorter ones are near too many.
const SPELLING_LETTERS: usize = 6;
/// Only words at least this frequent are taken for what was meant: log10 of occurrences in 10⁹.
pub(crate) const SPELLING_ZIPF: f32 = 3.0;
/// The share of descriptions that have a given number.
const NUMBER_PRIOR: f32 = 0.01;

/// A stem that the vocabulary lacks.
#[derive(Debug, Clone)]
pub(crate) struct OwnTerm {
    pub(crate) stem: Box<str>,
    /// Its [`stable_hash`].
    pub(crate) hash: u64,
    pub(crate) prior: f32,
    pub(crate) neighbour: Option<TermId>,
}

/// The stems of one catalogue.
#[derive(Debug)]
pub(crate) struct Lexicon {
    shipped: &'static Vocabulary,
    own: FxHashMap<Box<str>, TermId>,
    terms: Vec<OwnTerm>,
    /// Of each of these its neighbour, or [`NOTHING`]: what comparing asks for again and again, close together.
    meant: Vec<TermId>,
}

/// No term has this number.
const NOTHING: TermId = TermId::MAX;

impl Default for Lexicon {
    fn default() -> Self {
        Self {
            shipped: Vocabulary::shipped(),
            own: FxHashMap::default(),
            terms: Vec::new(),
            meant: Vec::new(),
        }
    }
}

impl Lexicon {
    /// One more than the greatest number given.
    pub(crate) fn len(&self) -> u32 {
        self.shipped
            .len()
            .saturating_add(u32::try_from(self.terms.len()).unwrap_or(u32::MAX))
    }

    /// The least number of a term that the vocabulary lacks.
    pub(crate) fn shipped(&self) -> TermId {
        self.shipped.len()
    }

    /// Whether a folded word is in the vocabulary.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.shipped.entry(word).is_some()
    }

    /// What the vocabulary knows of a folded word.
    pub(crate) fn look(&self, word: &str) -> Option<Known> {
        self.shipped.look(word)
    }

    /// Whether a folded word only holds a sentence together.
    pub(crate) fn is_stopword(&self, word: &str) -> bool {
        self.look(word)
            .map_or_else(|| is_stopword(word), |known| known.stop)
    }

    /// The number of a folded word's stem, or the stem as a term to be numbered. What a word comes to
    /// never depends on what other records brought.
    pub(crate) fn resolve(&self, word: &str) -> Result<TermId, OwnTerm> {
        if let Some(id) = self.shipped.entry(word) {
            return Ok(id);
        }
        let stem = Stemmer::create(Algorithm::English).stem(word);
        self.number_of(&stem).ok_or_else(|| self.describe(&stem))
    }

    fn number_of(&self, stem: &str) -> Option<TermId> {
        self.shipped.entry(stem).or_else(|| self.own.get(stem).copied())
    }

    /// Numbers a stem.
    pub(crate) fn adopt(&mut self, term: OwnTerm) -> TermId {
        if let Some(id) = self.number_of(&term.stem) {
            return id;
        }
        let id = self.len();
        self.own.insert(term.stem.clone(), id);
        self.meant.push(term.neighbour.unwrap_or(NOTHING));
        self.terms.push(term);
        id
    }

    /// The stem with this number.
    pub(crate) fn stem(&self, id: TermId) -> &str {
        self.own_term(id)
            .map_or_else(|| self.shipped.stem(id), |term| &term.stem)
    }

    /// The [`stable_hash`] of a term's stem.
    pub(crate) fn hash(&self, id: TermId) -> u64 {
        self.own_term(id)
            .map_or_else(|| self.shipped.hash(id), |term| term.hash)
    }

    /// The share of descriptions that have the stem, before this catalogue is seen.
    pub(crate) fn prior(&self, id: TermId) -> f32 {
        self.own_term(id)
            .map_or_else(|| self.shipped.prior(id), |term| term.prior)
    }

    /// What a term tells, as known before this catalogue is seen.
    pub(crate) fn telling(&self, id: TermId) -> f32 {
        self.own_term(id)
            .map_or_else(|| self.shipped.telling(id), |term| telling(term.prior))
    }

    /// Brings into a near cache what [`Lexicon::add_vector`] adds.
    pub(crate) fn fetch_vector(&self, id: TermId) {
        if id < self.shipped.len() {
            self.shipped.fetch_vector(id);
        }
    }

    /// Adds a term's vector, that of its other spelling for a misspelt one, to a sum.
    pub(crate) fn add_vector(&self, id: TermId, weight: f32, sum: &mut Vec<f32>) {
        let entry = self.own_term(id).map_or(Some(id), |term| term.neighbour);
        sum.resize(self.shipped.dimensions(), 0.0);
        if let Some(entry) = entry {
            add_scaled(sum, weight, self.shipped.vector(entry));
        }
    }

    /// Whether it is a name or a coinage: in no vocabulary, under no other spelling.
    pub(crate) fn is_coined(&self, id: TermId) -> bool {
        self.own_term(id).is_some_and(|term| term.neighbour.is_none())
    }

    /// Whether a folded word is ordinary English.
    pub(crate) fn is_common(&self, word: &str) -> bool {
        self.shipped
            .entry(word)
            .is_some_and(|entry| self.shipped.zipf(entry) >= 4.0)
    }

    /// The terms of the vocabulary that mean nearly the same, with how nearly; not itself. What is misspelt has
    /// none, see [`Lexicon::meant`].
    pub(crate) fn neighbours(&self, id: TermId) -> &[(TermId, f32)] {
        self.shipped.neighbours(id)
    }

    /// The term of the vocabulary that a term which it lacks was likely meant to be, [`SPELLING_LIKENESS`] alike.
    pub(crate) fn meant(&self, id: TermId) -> Option<TermId> {
        let place = id.checked_sub(self.shipped.len())?;
        let meant = self.meant.get(usize::try_from(place).ok()?)?;
        (*meant != NOTHING).then_some(*meant)
    }

    /// The term that stands for one among those that mean the same: what it was likely meant to be, and of words that mean
    /// the same the most frequent.
    pub(crate) fn stands_for(&self, id: TermId) -> TermId {
        self.shipped.stands_for(self.meant(id).unwrap_or(id))
    }

    fn own_term(&self, id: TermId) -> Option<&OwnTerm> {
        let place = id.checked_sub(self.shipped.len())?;
        self.terms.get(usize::try_from(place).ok()?)
    }

    fn describe(&self, stem: &str) -> OwnTerm {
        let number = stem.bytes().all(|b| b.is_ascii_digit());
        let prior = if number {
            NUMBER_PRIOR
        } else {
            self.shipped.prior_of_unknown(stem)
        };
        let letters = stem.len() >= SPELLING_LETTERS && stem.bytes().all(|b| b.is_ascii_lowercase());
        let neighbour = if letters {
            self.nearest_spelling(stem)
        } else {
            None
        };
        OwnTerm {
            stem: stem.into(),
            hash: stable_hash(stem),
            prior,
            neighbour,
        }
    }

    /// The most frequent stem of the vocabulary that one slip away makes of this one: a letter
    /// left out, doubled, wrong, or two exchanged. The first letter is taken to be right.
    fn nearest_spelling(&self, stem: &str) -> Option<TermId> {
        let mut best: Option<(f32, TermId)> = None;
        let mut consider = |candidate: &str| {
            let Some(entry) = self.shipped.frequent_entry(candidate) else {
                return;
            };
            let zipf = self.shipped.zipf(entry);
            if zipf >= SPELLING_ZIPF && best.is_none_or(|(most, other)| (zipf, other) > (most, entry)) {
                best = Some((zipf, entry));
            }
        };
        let mut slip = String::with_capacity(stem.len() + 1);
        for (head, tail) in (1..=stem.len()).filter_map(|at| stem.split_at_checked(at)) {
            let mut tail_letters = tail.chars();
            let [one, two] = [tail_letters.next(), tail_letters.next()];
            let after = |letters: usize| tail.get(letters..).unwrap_or("");
            let mut spelt = |letters: [Option<char>; 2], after: &str| {
                slip.clear();
                slip.push_str(head);
                slip.extend(letters.into_iter().flatten());
                slip.push_str(after);
                consider(&slip);
            };
            if one.is_some() {
                spelt([None, None], after(1));
            }
            if two.is_some() {
                spelt([two, one], after(2));
            }
            for letter in 'a'..='z' {
                spelt([Some(letter), None], tail);
                if one.is_some() {
                    spelt([Some(letter), None], after(1));
                }
            }
        }
        best.map(|(_, entry)| entry)
    }
}

wide! {
    fn add_scaled(sum: &mut [f32], scale: f32, vector: &[f32]) -> () {
        for (sum, x) in sum.iter_mut().zip(vector) {
            *sum += scale * x;
        }
    }
}

/// A number for a stem that is the same in every catalogue: it puts the terms of a record in an
/// order that does not depend on when they were first seen.
pub(crate) fn stable_hash(stem: &str) -> u64 {
    let mut hasher = FxHasher::default();
    stem.hash(&mut hasher);
    hasher.finish()
}
