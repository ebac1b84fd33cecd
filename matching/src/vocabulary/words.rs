//! What is known of each word, found with one look into memory: every word of every text is looked up.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a table whose length is a power of two, and places in it that are cut to that length"
)]

use rustc_hash::FxHashMap;

use super::Known;

/// Words up to this many bytes stand in the table itself.
const LONGEST: usize = 24;

/// A word of up to [`LONGEST`] bytes, filled up with zeros; no folded word has a zero.
type Letters = [u64; 3];

/// Words and what is known of each.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// By hash, and from there on to the first cell without a word.
    cells: Vec<(Letters, Known)>,
    longer: FxHashMap<Box<str>, Known>,
    /// A bit that is set where a marked word may be, in a table that stays in a near cache.
    marks: Vec<u64>,
}

/// How many bits tell of marked words: some twenty times as many as there are words to mark.
const MARKS: usize = 1 << 19;

impl Words {
    /// A table with room for so many words.
    pub(super) fn with_room(count: usize) -> Self {
        let nothing = Known {
            entry: 0,
            stop: false,
            short: false,
        };
        Self {
            // One cell stays without a word, so that a search ends.
            cells: vec![([0; 3], nothing); (count + 1).next_power_of_two()],
            longer: FxHashMap::default(),
            marks: Vec::new(),
        }
    }

    /// Marks the words of some entries.
    pub(super) fn mark(&mut self, is_marked: impl Fn(u32) -> bool) {
        self.marks = vec![0; MARKS / 64];
        for (letters, known) in self.cells.iter().filter(|(letters, _)| *letters != [0; 3]) {
            if is_marked(known.entry) {
                let bit = place(letters) % MARKS;
                self.marks[bit / 64] |= 1 << (bit % 64);
            }
        }
    }

    /// Whether a word may be a marked one: most that are none are told so without a look into the whole table.
    pub(super) fn may_be_marked(&self, word: &str) -> bool {
        letters(word).is_none_or(|letters| {
            let bit = place(&letters) % MARKS;
            self.marks
                .get(bit / 64)
                .is_some_and(|marks| marks >> (bit % 64) & 1 == 1)
        })
    }

    pub(super) fn get(&self, word: &str) -> Option<Known> {
        let Some(letters) = letters(word) else {
            return self.longer.get(word).copied();
        };
        let mask = self.cells.len().checked_sub(1)?;
        let mut at = place(&letters) & mask;
        loop {
            let (other, known) = &self.cells[at];
            if *other == letters {
                return Some(*known);
            }
            if *other == [0; 3] {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a word that is not there yet.
    pub(super) fn add(&mut self, word: &str, known: Known) {
        let Some(letters) = letters(word) else {
            self.longer.insert(word.into(), known);
            return;
        };
        let Some(mask) = self.cells.len().checked_sub(1) else {
            return;
        };
        let mut at = place(&letters) & mask;
        while self.cells[at].0 != [0; 3] {
            at = (at + 1) & mask;
        }
        self.cells[at] = (letters, known);
    }
}

/// A word as it stands in the table; `None` if it is too long, or could be taken for another or for none.
fn letters(word: &str) -> Option<Letters> {
    let mut bytes = [0; LONGEST];
    bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    if word.is_empty() || word.ends_with('\0') {
        return None;
    }
    let (words, _) = bytes.as_chunks::<8>();
    Some([words[0], words[1], words[2]].map(u64::from_le_bytes))
}

fn place(letters: &Letters) -> usize {
    let [a, b, c] = *letters;
    let mixed = (a ^ b.rotate_left(23) ^ c.rotate_left(47)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::vocabulary::Known;

    #[test]
    fn every_word_is_found_and_no_other() {
        let words = [
            "a",
            "bin",
            "nib",
            "ab",
            "abcdefghijklmnopqrstuvwx",
            "abcdefghijklmnopqrstuvwxy",
        ];
        let mut table = Words::with_room(words.len());
        for (entry, word) in (0..).zip(words) {
            assert_eq!(table.get(word).map(|known| known.entry), None);
            table.add(word, Known::of(word, entry));
        }
        for (entry, word) in (0..).zip(words) {
            assert_eq!(table.get(word).map(|known| known.entry), Some(entry));
        }
        for word in ["", "b", "\0", "a\0", "abcdefghijklmnopqrstuvw", "bins"] {
            assert!(table.get(word).is_none(), "{word:?}");
        }
        assert!(Words::default().get("bin").is_none());
        table.mark(|entry| entry % 2 == 0);
        let marked = |word: &str| table.may_be_marked(word);
        assert!(words.iter().step_by(2).all(|word| marked(word)));
        assert!(!words.iter().all(|word| marked(word)));
        assert!(!Words::default().may_be_marked("bin"));
    }
}
