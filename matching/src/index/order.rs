//! The order of the places: near topics near each other, so that what a search needs of one record and of the next
//! is close together in memory.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "places are numbered densely, and every list names places that there are"
)]

use rayon::prelude::*;

use super::{Index, Slot, SlotId};

impl Index {
    /// Gives the records their places anew in the order of their leaders. Only to be called when nothing outside
    /// of single terms' lists and leaders names places, or will be made anew. What is found does not depend on it.
    pub(super) fn put_in_order(&mut self) {
        let order = self.by_leaders();
        if order.len() != self.len() {
            return;
        }
        let mut places: Vec<SlotId> = vec![SlotId::MAX; self.slots.len()];
        for (new, &old) in (0..).zip(&order) {
            places[old as usize] = new;
        }
        let slots: Vec<Option<Slot>> = order.iter().map(|&old| self.slots[old as usize].take()).collect();
        self.slots = slots;
        self.sketches = order.iter().map(|&old| self.sketches[old as usize]).collect();
        self.free.clear();
        self.resting = Default::default();
        self.by_key
            .values_mut()
            .for_each(|place| *place = places[*place as usize]);
        self.postings.par_iter_mut().for_each(|postings| {
            postings
                .list
                .iter_mut()
                .for_each(|place| *place = places[*place as usize]);
            postings.list.sort_unstable();
        });
        self.leaders.renumber(&places, order.len());
    }
}
