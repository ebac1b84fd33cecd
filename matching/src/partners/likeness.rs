//! Statistical likeness: nearest neighbours over the whole of the UK.

use super::{AuthorityFacts, Tier};

/// Two nations are held to be so many standard deviations apart: other law, other funders.
const OTHER_NATION: f64 = 1.0;

/// How like two authorities are.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// Root of the mean square of the parts; 0 is alike in all, 1 is a typical difference.
    pub distance: f64,
    /// The distance as a closeness in (0, 1]: e to the power of minus the distance.
    pub value: f64,
    /// What it is made of; the shares add up to the square of the distance.
    pub parts: Vec<LikenessPart>,
}

/// One fact of a likeness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikenessPart {
    /// `population`, `density`, `area`, `tier` or `nation`.
    pub fact: &'static str,
    /// How many standard deviations apart, or the step for tier and nation. Never negative.
    pub difference: f64,
    /// Its part of the squared distance.
    pub share: f64,
}

/// The numbers of an authority in standard deviations, ready to compare.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    /// Population, density, area.
    scales: [Option<f64>; 3],
    tier: Option<Tier>,
    nation: String,
}

/// Standard deviations over a set of authorities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Yardstick {
    deviations: [f64; 3],
}

impl Yardstick {
    pub(super) fn over<'a>(all: impl Iterator<Item = &'a AuthorityFacts>) -> Self {
        let mut columns: [Vec<f64>; 3] = Default::default();
        for facts in all {
            for (column, value) in columns.iter_mut().zip(logarithms(facts)) {
                column.extend(value);
            }
        }
        Self {
            deviations: columns.map(|mut column| deviation(&mut column)),
        }
    }

    pub(super) fn profile(&self, facts: &AuthorityFacts) -> Profile {
        let mut scales = logarithms(facts);
        for (value, deviation) in scales.iter_mut().zip(self.deviations) {
            *value = value.map(|v| v / deviation);
        }
        Profile {
            scales,
            tier: facts.tier,
            nation: facts.nation.clone(),
        }
    }
}

impl Profile {
    /// `None` when no fact is known of both.
    pub(super) fn likeness(&self, other: &Self) -> Option<Likeness> {
        let mut parts: Vec<(&'static str, f64)> = ["population", "density", "area"]
            .into_iter()
            .zip(self.scales.iter().zip(other.scales))
            .filter_map(|(fact, (left, right))| Some((fact, ((*left)? - right?).abs())))
            .collect();
        if let (Some(left), Some(right)) = (self.tier, other.tier) {
            parts.push(("tier", tier_step(left, right)));
        }
        if !self.nation.is_empty() && !other.nation.is_empty() {
            parts.push((
                "nation",
                if self.nation == other.nation {
                    0.0
                } else {
                    OTHER_NATION
                },
            ));
        }
        if parts.is_empty() {
            return None;
        }
        let known: f64 = parts.iter().map(|_| 1.0).sum();
        let parts: Vec<LikenessPart> = parts
            .into_iter()
            .map(|(fact, difference)| LikenessPart {
                fact,
                difference,
                share: difference * difference / known,
            })
            .collect();
        let distance = parts.iter().map(|part| part.share).sum::<f64>().sqrt();
        Some(Likeness {
            distance,
            value: (-distance).exp(),
            parts,
        })
    }
}

/// How far apart two kinds of authority are, in standard deviations: 1 when they share some
/// services, 2 when they share hardly any.
fn tier_step(left: Tier, right: Tier) -> f64 {
    use Tier::{County, District, NorthernIrelandDistrict, Single, Strategic};
    match (left.min(right), left.max(right)) {
        (l, r) if l == r => 0.0,
        (District, NorthernIrelandDistrict | Single) | (NorthernIrelandDistrict, Single) => 1.0,
        (Single, County | Strategic) | (County, Strategic) => 1.0,
        _ => 2.0,
    }
}

/// Natural logarithms of population, density and area: a city ten times larger is as far from a
/// town as the town is from a village.
fn logarithms(facts: &AuthorityFacts) -> [Option<f64>; 3] {
    let ln = |value: Option<f64>| value.filter(|v| v.is_finite() && *v > 0.0).map(f64::ln);
    let (population, area) = (ln(facts.population), ln(facts.area_km2));
    [population, population.zip(area).map(|(p, a)| p - a), area]
}

/// Standard deviation; 1 where there is too little to tell. Sorted first, so that the order in which
/// authorities are given does not change the last digit.
fn deviation(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let count: f64 = values.iter().map(|_| 1.0).sum();
    if count < 2.0 {
        return 1.0;
    }
    let mean = values.iter().sum::<f64>() / count;
    let square = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0);
    if square > 1e-12 { square.sqrt() } else { 1.0 }
}
