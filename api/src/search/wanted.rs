//! Which projects are wanted, and what a facet counts.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::kinds::{MoneyBand, Phase, ProjectKind, ProjectStatus};
use uuid::Uuid;

use super::band;
use super::place;
use super::shelf::{Book, Shelf};
use super::tally::{Counts, Dimension, Heirs, Tally, rank, values};

/// From a moment on, and before another; open where `None`.
pub type Stretch = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Which projects are wanted. Empty lists and `None` ask for nothing; a list asks for any of its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Led by, or with, one of these organisations, whatever else is wanted.
    pub taking_part: Vec<Uuid>,
    /// Led by, or with, one of these organisations.
    pub authorities: Vec<Uuid>,
    /// Led by one of these.
    pub leads: Vec<Uuid>,
    /// Paid by one of these.
    pub funders: Vec<Uuid>,
    /// With one of these themes, by their keys.
    pub themes: Vec<String>,
    /// With one of these technologies, by their keys.
    pub technologies: Vec<String>,
    /// In one of these phases.
    pub phases: Vec<Phase>,
    /// Of one of these kinds.
    pub kinds: Vec<ProjectKind>,
    /// Standing so in the catalogue; empty: those not taken out.
    pub statuses: Vec<ProjectStatus>,
    /// Of one of these programmes.
    pub programmes: Vec<String>,
    /// Led by one of these, which are those of the nations wanted.
    pub national: Option<Vec<Uuid>>,
    /// Led by one of these, which are those of the regions wanted.
    pub regional: Option<Vec<Uuid>>,
    /// Started in one of these years.
    pub years: Vec<i32>,
    /// With a budget in one of these bands.
    pub bands: Vec<MoneyBand>,
    /// Started on this day or later.
    pub started_from: Option<NaiveDate>,
    /// Started on this day or earlier.
    pub started_to: Option<NaiveDate>,
    /// Among these (true) or none of them (false).
    pub among: Option<(HashSet<Uuid>, bool)>,
    /// Last confirmed in one of these stretches.
    pub confirmed: Vec<Stretch>,
    /// Changed at this moment or later; then tombstones are given too.
    pub updated_since: Option<DateTime<Utc>>,
    /// Bodies, each with one that carries its work on, in the first or a later generation: facets count its projects
    /// for that one too.
    pub heirs: Vec<(Uuid, Uuid)>,
}

/// Numbers that are wanted; `None` wants all.
struct Chosen(Option<Vec<bool>>);

impl Chosen {
    /// What is wanted but unknown to the shelf is of no project.
    fn of(wanted: bool, numbers: impl Iterator<Item = Option<u32>>) -> Self {
        let mut chosen = Vec::new();
        for at in numbers.flatten().map(place) {
            if chosen.len() <= at {
                chosen.resize(at + 1, false);
            }
            if let Some(entry) = chosen.get_mut(at) {
                *entry = true;
            }
        }
        Self(wanted.then_some(chosen))
    }

    fn any(&self, values: &[u32]) -> bool {
        self.0.as_ref().is_none_or(|chosen| {
            let mut each = values.iter().map(|value| chosen.get(place(*value)));
            each.any(|entry| entry == Some(&true))
        })
    }
}

/// What is wanted, in the shelf's numbers.
struct Sieve<'a> {
    wanted: &'a Wanted,
    chosen: Vec<(Dimension, Chosen)>,
    taking_part: Chosen,
    leads: Chosen,
    programmes: Chosen,
}

impl Sieve<'_> {
    fn new<'a>(shelf: &Shelf, wanted: &'a Wanted) -> Sieve<'a> {
        let bodies = |ids: &[Uuid]| Chosen::of(!ids.is_empty(), ids.iter().map(|id| shelf.bodies.number(id)));
        let led = |ids: &Option<Vec<Uuid>>| {
            let listed = ids.iter().flatten().map(|id| shelf.bodies.number(id));
            Chosen::of(ids.is_some(), listed)
        };
        let labels =
            |keys: &[String]| Chosen::of(!keys.is_empty(), keys.iter().map(|key| shelf.labels.number(key)));
        let phases = wanted.phases.iter().map(|phase| rank(Phase::ALL, phase));
        let kinds = wanted.kinds.iter().map(|kind| rank(ProjectKind::ALL, kind));
        let years = wanted
            .years
            .iter()
            .map(|year| u32::try_from(*year).ok().filter(|year| *year < 10_000));
        let bands = wanted.bands.iter().map(|band| Some(band::rank(*band)));
        let chosen = vec![
            (Dimension::Theme, labels(&wanted.themes)),
            (Dimension::Technology, labels(&wanted.technologies)),
            (Dimension::Phase, Chosen::of(!wanted.phases.is_empty(), phases)),
            (Dimension::Kind, Chosen::of(!wanted.kinds.is_empty(), kinds)),
            (Dimension::Authority, bodies(&wanted.authorities)),
            (Dimension::Region, led(&wanted.regional)),
            (Dimension::Nation, led(&wanted.national)),
            (Dimension::Funder, bodies(&wanted.funders)),
            (Dimension::Year, Chosen::of(!wanted.years.is_empty(), years)),
            (Dimension::MoneyBand, Chosen::of(!wanted.bands.is_empty(), bands)),
        ];
        Sieve {
            wanted,
            chosen: chosen
                .into_iter()
                .filter(|(_, chosen)| chosen.0.is_some())
                .collect(),
            taking_part: bodies(&wanted.taking_part),
            leads: bodies(&wanted.leads),
            programmes: labels(&wanted.programmes),
        }
    }

    /// The dimensions by which a project is not wanted, one bit each; `None` when it is not for another reason.
    fn failing(&self, book: &Book) -> Option<u16> {
        let wanted = self.wanted;
        let standing = match wanted.statuses.is_empty() {
            true => wanted.updated_since.is_some() || book.status == ProjectStatus::Active,
            false => wanted.statuses.contains(&book.status),
        };
        let kept = standing
            && wanted
                .updated_since
                .is_none_or(|moment| book.updated_at >= moment)
            && wanted
                .started_from
                .is_none_or(|day| book.start.is_some_and(|start| start >= day))
            && wanted
                .started_to
                .is_none_or(|day| book.start.is_some_and(|start| start <= day))
            && (wanted.confirmed.is_empty() || within(&wanted.confirmed, book.confirmed_at))
            && self.taking_part.any(&book.authorities)
            && self.leads.any(book.lead.as_slice())
            && self.programmes.any(book.programme.as_slice())
            && wanted
                .among
                .as_ref()
                .is_none_or(|(ids, inside)| ids.contains(&book.id) == *inside);
        let failing = self
            .chosen
            .iter()
            .filter(|(dimension, chosen)| !chosen.any(values(book, *dimension)));
        kept.then(|| failing.fold(0, |mask, (dimension, _)| mask | dimension.bit()))
    }
}

/// Never is longest ago.
fn within(stretches: &[Stretch], confirmed: Option<DateTime<Utc>>) -> bool {
    stretches.iter().any(|(from, before)| match confirmed {
        Some(moment) => from.is_none_or(|from| moment >= from) && before.is_none_or(|before| moment < before),
        None => from.is_none(),
    })
}

impl Shelf {
    /// Of `found`, those that are wanted; and how many there are of each sort in the dimensions asked for.
    ///
    /// A dimension counts what there would be without its own filter, so that whoever chose one of its values sees
    /// what choosing another as well would bring.
    pub(super) fn sift(
        &self,
        found: Vec<(u32, i64)>,
        wanted: &Wanted,
        dimensions: &[Dimension],
    ) -> (Vec<(u32, i64)>, Counts) {
        let sieve = Sieve::new(self, wanted);
        let heirs = Heirs::new(self, &wanted.heirs);
        let mut tallies: Vec<Tally> = dimensions.iter().copied().map(Tally::new).collect();
        let mut kept = found;
        kept.retain(|(slot, _)| {
            let Some(book) = self.book(*slot) else {
                return false;
            };
            let Some(failing) = sieve.failing(book) else {
                return false;
            };
            for tally in &mut tallies {
                if failing & !tally.dimension.bit() == 0 {
                    tally.count(book, &heirs);
                }
            }
            failing == 0
        });
        let counts = tallies
            .into_iter()
            .map(|tally| (tally.dimension, tally.finish(self, &heirs)));
        (kept, counts.collect())
    }
}
