//! Who is near whom.

use super::AuthorityFacts;
use super::weights::{NEARNESS_KM, SAME_COUNTY, SAME_REGION};

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

/// The strongest of shared boundary, county, combined authority, region and distance.
pub(super) fn nearness(left: &AuthorityFacts, right: &AuthorityFacts) -> Nearness {
    let km = left
        .centre
        .zip(right.centre)
        .and_then(|(a, b)| haversine_km(a, b));
    let mut value = km.map_or(0.0, |km| (-km / NEARNESS_KM).exp());
    let mut found = Vec::new();
    let mut note = |holds: bool, worth: f64, words: &str| {
        if holds {
            value = value.max(worth);
            found.push(words.to_owned());
        }
    };
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
        value,
        km,
        detail: found.join(", "),
    }
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
