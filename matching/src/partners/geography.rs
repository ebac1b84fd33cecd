//! Who is near whom.

use super::AuthorityFacts;
use super::weights::{NEARNESS_KM, NEIGHBOURS, SAME_COUNTY, SAME_REGION};

/// The earth's mean radius (IUGG).
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// How near two authorities are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nearness {
    /// In [0, 1]: 1 with a shared boundary.
    pub(super) value: f64,
    pub(super) km: Option<f64>,
    /// What was found, in plain words; empty when nothing was.
    pub(super) detail: String,
}

/// The mean of two closenesses: by distance, where being one reach apart counts 1/e, and by the
/// strongest of shared boundary, membership, county, combined authority and region.
/// `reach_km` is that of both together.
pub(super) fn nearness(left: &AuthorityFacts, right: &AuthorityFacts, reach_km: f64) -> Nearness {
    let km = left
        .centre
        .zip(right.centre)
        .and_then(|(a, b)| haversine_km(a, b));
    let close = km.map_or(0.0, |km| (-km / reach_km.max(1.0)).exp());
    let mut tie = close;
    let mut found = Vec::new();
    let mut note = |holds: bool, worth: f64, words: &str| {
        if holds {
            tie = tie.max(worth);
            found.push(words.to_owned());
        }
    };
    note(
        above(left, right) || above(right, left),
        1.0,
        "one is the other's county or combined authority",
    );
    let borders = left.borders.contains(&right.id) || right.borders.contains(&left.id);
    note(borders, 1.0, "shares a boundary");
    note(
        same(left.county.as_ref(), right.county.as_ref()),
        SAME_COUNTY,
        "same county",
    );
    let combined = same(
        left.combined_authority.as_ref(),
        right.combined_authority.as_ref(),
    );
    note(combined, SAME_COUNTY, "same combined authority");
    let region = same(left.region.as_ref(), right.region.as_ref());
    note(region, SAME_REGION, "same region");
    if let Some(km) = km {
        found.push(format!("{km:.0} km apart"));
    }
    Nearness {
        value: f64::midpoint(tie, close),
        km,
        detail: found.join(", "),
    }
}

/// How far an authority's neighbourhood reaches, in kilometres: to its tenth-nearest, so that "near" means
/// in London what it means in the Highlands. [`NEARNESS_KM`] for one whose place is unknown or that has
/// fewer neighbours.
pub(super) fn reach(of: &AuthorityFacts, all: &[AuthorityFacts]) -> f64 {
    let Some(centre) = of.centre else {
        return NEARNESS_KM;
    };
    let others = all
        .iter()
        .filter(|other| other.id != of.id)
        .filter_map(|other| other.centre);
    let mut distances: Vec<f64> = others.filter_map(|other| haversine_km(centre, other)).collect();
    if distances.len() < NEIGHBOURS {
        return NEARNESS_KM;
    }
    *distances.select_nth_unstable_by(NEIGHBOURS - 1, f64::total_cmp).1
}

/// Whether `upper` is the county or the combined authority of `lower`.
fn above(upper: &AuthorityFacts, lower: &AuthorityFacts) -> bool {
    let is = |name: Option<&String>| name.is_some_and(|name| *name == upper.id);
    is(lower.county.as_ref()) || is(lower.combined_authority.as_ref())
}

fn same(left: Option<&String>, right: Option<&String>) -> bool {
    left.is_some_and(|name| !name.is_empty() && right == Some(name))
}

/// Great-circle distance between two points in degrees; `None` for what is no place on earth.
pub(super) fn haversine_km(a: (f64, f64), b: (f64, f64)) -> Option<f64> {
    let on_earth = |p: (f64, f64)| (-90.0..=90.0).contains(&p.0) && (-180.0..=180.0).contains(&p.1);
    if !on_earth(a) || !on_earth(b) {
        return None;
    }
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let h = half(a.0, b.0) + a.0.to_radians().cos() * b.0.to_radians().cos() * half(a.1, b.1);
    Some(2.0 * EARTH_RADIUS_KM * h.clamp(0.0, 1.0).sqrt().asin())
}
