//! Of the words that mean alike, those that the records of a catalogue use: a small part of the vocabulary's.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "numeric code over dense arrays whose lengths this file keeps"
)]

use super::Index;
use crate::lexicon::TermId;

/// Which terms of the catalogue mean nearly the same; nothing where that has to be looked up anew.
#[derive(Debug, Default)]
pub(super) struct Alike {
    /// Of each term, where its own begin; one more at the end.
    starts: Vec<u32>,
    terms: Vec<(TermId, f32)>,
}

impl Alike {
    /// Forgets all if a term is `new`: it may mean the same as others.
    pub(super) fn forget_if(&mut self, new: bool) {
        if new && !self.starts.is_empty() {
            *self = Self::default();
        }
    }
}

impl Index {
    /// Lists what means alike among the terms that are met now.
    pub(super) fn list_alike(&mut self) {
        let mut alike = Alike::default();
        for term in 0..self.lexicon.shipped() {
            alike.starts.push(alike.terms.len() as u32);
            if self.is_met(term) {
                let near = self.lexicon.neighbours(term).iter();
                alike.terms.extend(near.filter(|(other, _)| self.is_met(*other)));
            }
        }
        alike.starts.push(alike.terms.len() as u32);
        self.alike = alike;
    }

    /// Calls with each term that is met in a record and means nearly the same as another, and how nearly.
    #[inline]
    pub(crate) fn each_alike(&self, term: TermId, mut call: impl FnMut(TermId, f32)) {
        let Alike { starts, terms } = &self.alike;
        let place = term as usize;
        if self.is_met(term) && place + 1 < starts.len() {
            let own = &terms[starts[place] as usize..starts[place + 1] as usize];
            own.iter().for_each(|&(other, alike)| call(other, alike));
        } else {
            let near = self.lexicon.neighbours(term).iter();
            near.filter(|(other, _)| self.is_met(*other))
                .for_each(|&(other, alike)| call(other, alike));
        }
    }
}
