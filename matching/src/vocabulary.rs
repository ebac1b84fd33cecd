//! The words of English that the crate ships with: how frequent each is, and which mean alike.
//!
//! The file is made by `model/` (see its recipe). Words of one stem share one entry, that of the
//! most frequent of them; so every similarity here is between stems, symmetric, and the same for
//! every catalogue.

mod synonyms;
mod words;

use std::cmp::Reverse;
use std::sync::OnceLock;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use crate::lexicon::{SPELLING_ZIPF, stable_hash};
use crate::normalise::{expansion, is_stopword};
use crate::profile::telling;
use words::Words;

/// The file with the words, their frequencies, vectors and neighbours.
static SHIPPED: &[u8] = include_bytes!("../data/vocabulary.bin");
/// How often stems occur in descriptions of public services: a stem and the number of
/// descriptions a line, the number of all descriptions first.
static BACKGROUND: &str = include_str!("../data/background.tsv");

const MAGIC: &[u8; 8] = b"TANDEMV1";
/// Words whose vectors are less alike than this are not taken for the same thing. What is above
/// it is stretched to the whole range.
const LEAST_LIKENESS: f32 = 0.4;
/// Likeness of meaning counts less than the word itself: stretched likeness `s` counts `s` to this power.
const SHARPNESS: f32 = 0.5;
/// A neighbour that counts less than this only costs time.
const LEAST_COUNTED: f32 = 0.05;

/// How many numbers of a vector a processor reads at a time at least.
const CACHE_LINE: usize = 16;

/// A neighbour that is no neighbour.
const NONE: u16 = u16::MAX;
/// How many words a description has, for turning a word's frequency in running English into the
/// share of descriptions that have it.
const DESCRIPTION_WORDS: f64 = 60.0;
/// How many descriptions' worth of belief the general frequency has beside the background's counts.
const GENERAL_WEIGHT: f64 = 60.0;
/// The share of descriptions for a word of which nothing is known.
const UNKNOWN_FREQUENCY: f64 = 1e-9;

/// The shipped vocabulary, by stems.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    /// Every word of the file, and every stem.
    entries: Words,
    stems: Vec<Box<str>>,
    /// The [`stable_hash`] of each stem.
    hashes: Vec<u64>,
    zipf: Vec<f32>,
    /// The share of descriptions that have the stem, before anything is seen of a catalogue.
    prior: Vec<f32>,
    /// What that tells.
    telling: Vec<f32>,
    /// Where each entry's neighbours begin; one more at the end.
    offsets: Vec<u32>,
    neighbours: Vec<(u32, f32)>,
    /// What stands for each entry.
    standing: Vec<u32>,
    background: FxHashMap<&'static str, u32>,
    descriptions: f64,
    dimensions: usize,
    /// Each entry's vector, its real length kept, the common direction of all texts taken out.
    vectors: Vec<f32>,
}

/// What is known of a word of the vocabulary, together so that a text's word is looked up once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) entry: u32,
    /// Whether it is a function word.
    pub(crate) stop: bool,
    /// Whether it is an abbreviation, or one if written in capitals.
    pub(crate) short: bool,
}

impl Known {
    fn of(word: &str, entry: u32) -> Self {
        Self {
            entry,
            stop: is_stopword(word),
            short: expansion(word, true).is_some() || expansion(word, false).is_some(),
        }
    }
}

impl Vocabulary {
    /// The one that ships with the crate, read at first use.
    pub(crate) fn shipped() -> &'static Self {
        static LOADED: OnceLock<Vocabulary> = OnceLock::new();
        LOADED.get_or_init(|| Self::read(SHIPPED, BACKGROUND).unwrap_or_default())
    }

    /// How many entries there are; they are numbered from 0.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.stems.len()).unwrap_or(u32::MAX)
    }

    /// The entry of a folded word or stem.
    pub(crate) fn entry(&self, word: &str) -> Option<u32> {
        self.look(word).map(|known| known.entry)
    }

    /// The entry of a folded word or stem that is frequent enough to be what another was meant to be; of some that
    /// are less frequent too.
    pub(crate) fn frequent_entry(&self, word: &str) -> Option<u32> {
        if self.entries.may_be_marked(word) {
            self.entry(word)
        } else {
            None
        }
    }

    /// What is known of a folded word or stem.
    pub(crate) fn look(&self, word: &str) -> Option<Known> {
        self.entries.get(word)
    }

    /// The stem of an entry.
    pub(crate) fn stem(&self, entry: u32) -> &str {
        at(&self.stems, entry).map_or("", |stem| stem)
    }

    /// The [`stable_hash`] of an entry's stem.
    pub(crate) fn hash(&self, entry: u32) -> u64 {
        at(&self.hashes, entry).copied().unwrap_or(0)
    }

    /// How frequent the commonest word of an entry is: log10 of its occurrences in 10⁹ words.
    pub(crate) fn zipf(&self, entry: u32) -> f32 {
        at(&self.zipf, entry).copied().unwrap_or(0.0)
    }

    /// The share of descriptions that have this stem, as known before a catalogue is seen.
    pub(crate) fn prior(&self, entry: u32) -> f32 {
        at(&self.prior, entry).copied().unwrap_or(0.0)
    }

    /// What a stem tells, as known before a catalogue is seen.
    pub(crate) fn telling(&self, entry: u32) -> f32 {
        at(&self.telling, entry).copied().unwrap_or(0.0)
    }

    /// The share of descriptions that have a stem without an entry.
    pub(crate) fn prior_of_unknown(&self, stem: &str) -> f32 {
        narrow(self.share(stem, UNKNOWN_FREQUENCY))
    }

    /// The entries that mean nearly the same, with how nearly; not itself. Symmetric.
    pub(crate) fn neighbours(&self, entry: u32) -> &[(u32, f32)] {
        let from = at(&self.offsets, entry).copied().unwrap_or(0);
        let to = at(&self.offsets, entry.saturating_add(1)).copied().unwrap_or(0);
        usize::try_from(from)
            .ok()
            .zip(usize::try_from(to).ok())
            .and_then(|(from, to)| self.neighbours.get(from..to))
            .unwrap_or(&[])
    }

    /// How many numbers a vector has.
    pub(crate) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The vector of an entry; empty for an unknown one.
    pub(crate) fn vector(&self, entry: u32) -> &[f32] {
        usize::try_from(entry)
            .ok()
            .and_then(|entry| entry.checked_mul(self.dimensions))
            .and_then(|from| self.vectors.get(from..from + self.dimensions))
            .unwrap_or(&[])
    }

    /// Brings an entry's vector into a near cache, so that those of many words are waited for together.
    pub(crate) fn fetch_vector(&self, entry: u32) {
        let parts = self.vector(entry).iter().step_by(CACHE_LINE);
        std::hint::black_box(parts.fold(0, |sum, x| sum ^ x.to_bits()));
    }

    fn share(&self, stem: &str, general: f64) -> f64 {
        let seen = self.background.get(stem).copied().map_or(0.0, f64::from);
        (seen + 0.5 + GENERAL_WEIGHT * general) / (self.descriptions + 1.0 + GENERAL_WEIGHT)
    }

    /// Reads the file. `None` if it is not one, or is cut short.
    fn read(file: &[u8], background: &'static str) -> Option<Self> {
        let mut vocabulary = Self::default();
        vocabulary.read_background(background)?;
        let mut rest = file.strip_prefix(MAGIC)?;
        let count = usize::try_from(take_u32(&mut rest)?).ok()?;
        let dimensions = usize::try_from(take_u32(&mut rest)?).ok()?;
        let width = usize::try_from(take_u32(&mut rest)?).ok()?;
        let length = usize::try_from(take_u32(&mut rest)?).ok()?;
        let words = std::str::from_utf8(take(&mut rest, length)?).ok()?;
        let zipf: Vec<f32> = take(&mut rest, count.checked_mul(2)?)?
            .chunks_exact(2)
            .map(|b| f32::from(pair(b)) / 1000.0)
            .collect();
        let vectors = take(&mut rest, count.checked_mul(dimensions)?)?;
        let cells = count.checked_mul(width)?;
        let near = take(&mut rest, cells.checked_mul(2)?)?;
        let alike = take(&mut rest, cells)?;
        let words: Vec<&str> = if count == 0 {
            Vec::new()
        } else {
            words.split('\n').collect()
        };
        if words.len() != count {
            return None;
        }
        let heads = vocabulary.group_by_stem(&words, &zipf)?;
        let entry_of: Vec<u32> = words
            .iter()
            .map(|word| vocabulary.entry(word))
            .collect::<Option<_>>()?;
        let mut edges: Vec<(u32, u32, u8)> = Vec::new();
        for (entry, &head) in (0_u32..).zip(&heads) {
            let row = head.checked_mul(width)?..head.checked_add(1)?.checked_mul(width)?;
            let near = near
                .get(row.start.checked_mul(2)?..row.end.checked_mul(2)?)?
                .chunks_exact(2)
                .map(pair);
            for (other, &alike) in near.zip(alike.get(row)?) {
                if other == NONE {
                    break;
                }
                let other = *entry_of.get(usize::from(other))?;
                if other != entry {
                    edges.push((entry, other, alike));
                }
            }
        }
        vocabulary.keep_edges(&edges)?;
        vocabulary.find_synonyms();
        vocabulary.keep_vectors(vectors, dimensions, &heads, rest)?;
        Some(vocabulary)
    }

    fn read_background(&mut self, text: &'static str) -> Option<()> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        self.descriptions = lines.next()?.trim().parse().ok()?;
        for line in lines {
            let (stem, count) = line.split_once('\t')?;
            self.background.insert(stem, count.trim().parse().ok()?);
        }
        Some(())
    }

    /// Makes one entry of the words of each stem; returns which word stands for each entry.
    fn group_by_stem(&mut self, words: &[&str], zipf: &[f32]) -> Option<Vec<usize>> {
        let stemmer = Stemmer::create(Algorithm::English);
        self.entries = Words::with_room(words.len().checked_mul(2)?);
        let mut heads: Vec<usize> = Vec::new();
        let mut frequency: Vec<f64> = Vec::new();
        for (index, (&word, &frequent)) in words.iter().zip(zipf).enumerate() {
            let stem = stemmer.stem(word);
            let entry = if let Some(entry) = self.entry(&stem) {
                entry
            } else {
                let entry = self.len();
                self.entries.add(&stem, Known::of(&stem, entry));
                self.stems.push(stem.as_ref().into());
                self.hashes.push(stable_hash(&stem));
                self.zipf.push(frequent);
                heads.push(index);
                frequency.push(0.0);
                entry
            };
            let place = usize::try_from(entry).ok()?;
            *frequency.get_mut(place)? += 10_f64.powf(f64::from(frequent) - 9.0);
            if frequent > *self.zipf.get(place)? {
                *self.zipf.get_mut(place)? = frequent;
                *heads.get_mut(place)? = index;
            }
            if self.look(word).is_none() {
                self.entries.add(word, Known::of(word, entry));
            }
        }
        let general = |f: f64| 1.0 - (-f * DESCRIPTION_WORDS).exp();
        self.prior = self
            .stems
            .iter()
            .zip(frequency)
            .map(|(s, f)| narrow(self.share(s, general(f))))
            .collect();
        self.telling = self.prior.iter().map(|prior| telling(*prior)).collect();
        let zipf = &self.zipf;
        self.entries
            .mark(|entry| at(zipf, entry).is_some_and(|zipf| *zipf >= SPELLING_ZIPF));
        Some(heads)
    }

    /// Keeps what is alike, each way, once: as alike as either of two says.
    fn keep_edges(&mut self, edges: &[(u32, u32, u8)]) -> Option<()> {
        let counts: Vec<Option<f32>> = (0..=u8::MAX).map(|a| counted(f32::from(a) / 255.0)).collect();
        let count = |alike: u8| counts.get(usize::from(alike)).copied().flatten();
        let both_ways = || {
            let counted = edges.iter().filter(|edge| count(edge.2).is_some());
            counted.flat_map(|&(one, other, alike)| [(one, other, alike), (other, one, alike)])
        };
        // Where each entry's begin, and, as they are put down, where the next goes.
        let mut next = vec![0_usize; self.stems.len()];
        for (entry, ..) in both_ways() {
            *next.get_mut(usize::try_from(entry).ok()?)? += 1;
        }
        let mut sum = 0;
        for next in &mut next {
            sum += std::mem::replace(next, sum);
        }
        let mut all = vec![(0_u32, 0_u8); sum];
        for (entry, other, alike) in both_ways() {
            let next = next.get_mut(usize::try_from(entry).ok()?)?;
            *all.get_mut(*next)? = (other, alike);
            *next += 1;
        }
        self.neighbours.reserve(all.len());
        let mut start = 0;
        for end in next {
            self.offsets.push(u32::try_from(self.neighbours.len()).ok()?);
            let own = all.get_mut(start..end)?;
            own.sort_unstable_by_key(|&(other, alike)| (other, Reverse(alike)));
            let mut last = None;
            for &(other, alike) in &*own {
                if last.replace(other) != Some(other) {
                    self.neighbours.push((other, count(alike)?));
                }
            }
            start = end;
        }
        self.offsets.push(u32::try_from(self.neighbours.len()).ok()?);
        self.neighbours.shrink_to_fit();
        Some(())
    }
}

impl Vocabulary {
    /// Takes the vectors of the words that stand for the entries. `lengths` has a factor for each
    /// word, or is empty: then every word's vector has the same length.
    fn keep_vectors(
        &mut self,
        bytes: &[u8],
        dimensions: usize,
        heads: &[usize],
        lengths: &[u8],
    ) -> Option<()> {
        self.dimensions = dimensions;
        self.vectors.reserve_exact(heads.len().checked_mul(dimensions)?);
        for &head in heads {
            let from = head.checked_mul(dimensions)?;
            let row = bytes.get(from..from.checked_add(dimensions)?)?;
            let row = row.iter().map(|byte| f32::from(i8::from_le_bytes([*byte])));
            let length = row.clone().map(|x| x * x).sum::<f32>().sqrt();
            let factor = match lengths.get(head.checked_mul(4)?..head.checked_add(1)?.checked_mul(4)?) {
                Some(scale) => f32::from_le_bytes(scale.try_into().ok()?) / 127.0,
                None => 1.0 / length.max(1.0),
            };
            self.vectors.extend(row.map(|x| x * factor));
        }
        self.take_out_common_direction();
        Some(())
    }

    /// Takes out the direction that all texts have in common: that of the text one would expect
    /// from the words' frequencies alone.
    fn take_out_common_direction(&mut self) {
        if self.dimensions == 0 {
            return;
        }
        let mut common = vec![0.0_f32; self.dimensions];
        for ((vector, stem), share) in self
            .vectors
            .chunks_exact(self.dimensions)
            .zip(&self.stems)
            .zip(&self.prior)
        {
            if !is_stopword(stem) {
                let weight = share * -share.ln();
                common
                    .iter_mut()
                    .zip(vector)
                    .for_each(|(sum, x)| *sum += weight * x);
            }
        }
        let length = common
            .iter()
            .map(|x| x * x)
            .sum::<f32>()
            .sqrt()
            .max(f32::MIN_POSITIVE);
        common.iter_mut().for_each(|x| *x /= length);
        for vector in self.vectors.chunks_exact_mut(self.dimensions) {
            let along: f32 = vector.iter().zip(&common).map(|(x, c)| x * c).sum();
            vector.iter_mut().zip(&common).for_each(|(x, c)| *x -= along * c);
        }
    }
}

/// What the likeness of two words' vectors counts, if it counts.
fn counted(alike: f32) -> Option<f32> {
    let stretched = ((alike - LEAST_LIKENESS) / (1.0 - LEAST_LIKENESS)).max(0.0);
    (stretched >= LEAST_COUNTED).then(|| stretched.powf(SHARPNESS))
}

fn at<T>(items: &[T], index: u32) -> Option<&T> {
    items.get(usize::try_from(index).ok()?)
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head)
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    take(rest, 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn pair(bytes: &[u8]) -> u16 {
    if let [low, high] = bytes {
        u16::from_le_bytes([*low, *high])
    } else {
        0
    }
}

#[expect(clippy::as_conversions, reason = "a share of 1 needs no more than six digits")]
fn narrow(share: f64) -> f32 {
    share as f32
}
