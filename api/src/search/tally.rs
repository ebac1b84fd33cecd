//! How many projects there are of each sort.

use std::collections::HashMap;

use entity::kinds::{MoneyBand, Phase, ProjectKind};
use uuid::Uuid;

use super::band;
use super::shelf::{Book, Label, Shelf};
use super::{number, place};

/// What projects are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is called what it is")]
pub enum Dimension {
    Theme,
    Technology,
    Phase,
    Kind,
    /// Lead or partner.
    Authority,
    /// The lead's.
    Region,
    /// The lead's.
    Nation,
    Funder,
    /// In which it starts.
    Year,
    MoneyBand,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Theme,
        Self::Technology,
        Self::Phase,
        Self::Kind,
        Self::Authority,
        Self::Region,
        Self::Nation,
        Self::Funder,
        Self::Year,
        Self::MoneyBand,
    ];

    pub(super) fn bit(self) -> u16 {
        let at = Self::ALL.iter().position(|each| *each == self);
        1 << at.unwrap_or(0)
    }
}

/// The values of each dimension with their counts, the most frequent first.
pub type Counts = Vec<(Dimension, Vec<(Counted, u32)>)>;

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is called what it is")]
pub enum Counted {
    Label(Label),
    /// An organisation; of [`Dimension::Region`] and [`Dimension::Nation`] the lead, whose place only the directory knows.
    Body(Uuid),
    Phase(Phase),
    Kind(ProjectKind),
    Year(i32),
    Band(MoneyBand),
}

/// For whom else a body's projects count: those that carry its work on.
#[derive(Debug, Default)]
pub(super) struct Heirs {
    of: HashMap<u32, Vec<u32>>,
    /// Heirs that no project names, with the numbers after those of the shelf.
    unnamed: Vec<Uuid>,
}

impl Heirs {
    pub(super) fn new(shelf: &Shelf, pairs: &[(Uuid, Uuid)]) -> Self {
        let mut heirs = Self::default();
        for (body, heir) in pairs {
            let Some(body) = shelf.bodies.number(body) else {
                continue;
            };
            let heir = shelf
                .bodies
                .number(heir)
                .unwrap_or_else(|| heirs.unnamed(shelf, *heir));
            heirs.of.entry(body).or_default().push(heir);
        }
        heirs
    }

    fn unnamed(&mut self, shelf: &Shelf, heir: Uuid) -> u32 {
        let at = self.unnamed.iter().position(|known| *known == heir);
        let at = at.unwrap_or_else(|| {
            self.unnamed.push(heir);
            self.unnamed.len() - 1
        });
        number(shelf.bodies.len() + at)
    }

    fn body(&self, shelf: &Shelf, value: u32) -> Option<Uuid> {
        let known = shelf.bodies.get(value);
        known
            .or_else(|| self.unnamed.get(place(value).checked_sub(shelf.bodies.len())?))
            .copied()
    }
}

/// The counts of one dimension.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) dimension: Dimension,
    counts: Vec<u32>,
}

impl Tally {
    pub(super) fn new(dimension: Dimension) -> Self {
        Self {
            dimension,
            counts: Vec::new(),
        }
    }

    pub(super) fn count(&mut self, book: &Book, heirs: &Heirs) {
        let values = values(book, self.dimension);
        let inherited = matches!(self.dimension, Dimension::Authority | Dimension::Funder)
            && values.iter().any(|value| heirs.of.contains_key(value));
        if inherited {
            let theirs = values.iter().filter_map(|value| heirs.of.get(value)).flatten();
            let mut all: Vec<u32> = values.iter().chain(theirs).copied().collect();
            all.sort_unstable();
            all.dedup();
            all.into_iter().for_each(|value| self.add(value));
        } else {
            values.iter().for_each(|value| self.add(*value));
        }
    }

    fn add(&mut self, value: u32) {
        let at = place(value);
        if self.counts.len() <= at {
            self.counts.resize(at + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(at) {
            *count += 1;
        }
    }

    /// What was counted at least once: most first, of as many the one that was met first.
    pub(super) fn finish(self, shelf: &Shelf, heirs: &Heirs) -> Vec<(Counted, u32)> {
        let mut counts: Vec<(u32, u32)> = (0..).zip(self.counts).filter(|(_, count)| *count > 0).collect();
        counts.sort_by_key(|(value, count)| (u32::MAX - count, *value));
        let told = counts.into_iter().filter_map(|(value, count)| {
            let told = match self.dimension {
                Dimension::Theme | Dimension::Technology => Counted::Label(Label {
                    key: shelf.labels.get(value)?.clone(),
                    shown: shelf.shown(value).to_owned(),
                }),
                Dimension::Phase => Counted::Phase(*Phase::ALL.get(place(value))?),
                Dimension::Kind => Counted::Kind(*ProjectKind::ALL.get(place(value))?),
                Dimension::Authority | Dimension::Region | Dimension::Nation | Dimension::Funder => {
                    Counted::Body(heirs.body(shelf, value)?)
                }
                Dimension::Year => Counted::Year(i32::try_from(value).ok()?),
                Dimension::MoneyBand => Counted::Band(band::ranked(value)?),
            };
            Some((told, count))
        });
        told.collect()
    }
}

/// What a project is of one dimension, as numbers.
pub(super) fn values(book: &Book, dimension: Dimension) -> &[u32] {
    match dimension {
        Dimension::Theme => &book.themes,
        Dimension::Technology => &book.technologies,
        Dimension::Phase => book.phase.as_slice(),
        Dimension::Kind => book.kind.as_slice(),
        Dimension::Authority => &book.authorities,
        Dimension::Region | Dimension::Nation => book.lead.as_slice(),
        Dimension::Funder => &book.funders,
        Dimension::Year => book.year.as_slice(),
        Dimension::MoneyBand => book.band.as_slice(),
    }
}

/// The rank of a word in its list, as projects keep it.
pub(super) fn rank<T: PartialEq>(all: &[T], wanted: &T) -> Option<u32> {
    all.iter().position(|each| each == wanted).map(number)
}
