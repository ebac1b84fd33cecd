//! What each member of a bid pays and gets, to the penny.

use super::Assumptions;

/// Who pays: the cost alone, where known, and the match rate in hundredths of a per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payer {
    /// What it would pay alone, minor units; `None` where unknown: then it bears no share yet.
    pub alone: Option<i64>,
    /// The part of its share that it must bring itself.
    pub basis_points: u32,
}

/// What falls to one member, in minor units. `share` is `matched + grant + gap`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// What it would pay alone.
    pub alone: i64,
    /// What it bears of the shared cost.
    pub share: i64,
    /// What of its share it must bring itself, by the call's match rate; rounded up.
    pub matched: i64,
    /// What of its share the call would grant.
    pub grant: i64,
    /// What of its share remains to be found, because the call's caps leave it open.
    pub gap: i64,
    /// What it saves of the cost against going alone.
    pub saved: i64,
}

impl Part {
    fn add(&mut self, other: Self) {
        self.alone = self.alone.saturating_add(other.alone);
        self.share = self.share.saturating_add(other.share);
        self.matched = self.matched.saturating_add(other.matched);
        self.grant = self.grant.saturating_add(other.grant);
        self.gap = self.gap.saturating_add(other.gap);
        self.saved = self.saved.saturating_add(other.saved);
    }
}

/// What falls to each, and to all together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// In the order of the payers.
    pub each: Vec<Part>,
    /// The sums of all parts.
    pub total: Part,
}

/// Divides what a shared build costs. It costs what the dearest of them would pay alone, plus what each
/// still pays of its own figure to adopt it ([`Assumptions`]); the saving is divided in proportion to
/// what each would pay alone. A grant is cut to `most_each`, then all are cut in proportion to `most`.
#[must_use]
pub fn split(payers: &[Payer], most_each: Option<i64>, most: Option<i64>, assumed: Assumptions) -> Split {
    let mut each: Vec<Part> = parts(payers.iter().copied(), most_each, assumed).collect();
    cut(&mut each, most);
    let mut total = Part::default();
    for part in &mut each {
        part.gap = part.share - part.matched - part.grant;
        total.add(*part);
    }
    Split { each, total }
}

/// The same sums of all parts as [`split`] has, without the parts.
pub(super) fn total(
    payers: impl Iterator<Item = Payer> + Clone,
    most_each: Option<i64>,
    most: Option<i64>,
    assumed: Assumptions,
) -> Part {
    let mut total = Part::default();
    for part in parts(payers, most_each, assumed) {
        total.add(part);
    }
    // Grants that are cut in proportion come to the cap exactly.
    if let Some(most) = most {
        total.grant = total.grant.min(most.max(0));
    }
    total.gap = total.share - total.matched - total.grant;
    total
}

/// What falls to each before the cap of the bid, its gap left at nothing.
fn parts(
    payers: impl Iterator<Item = Payer> + Clone,
    most_each: Option<i64>,
    assumed: Assumptions,
) -> impl Iterator<Item = Part> {
    let alone = |payer: Payer| i128::from(payer.alone.unwrap_or(0).max(0));
    let (together, dearest) = payers.clone().fold((0, 0), |(sum, most): (i128, i128), payer| {
        (sum + alone(payer), most.max(alone(payer)))
    });
    let saved = saved(together, dearest, assumed);
    payers.scan((0, 0), move |(cost_so_far, saved_so_far), payer| {
        // Each part is the difference of running shares, so that the parts add up to the penny.
        let cost = alone(payer);
        *cost_so_far += cost;
        let upto = proportion(saved, *cost_so_far, together);
        let own = upto - *saved_so_far;
        *saved_so_far = upto;
        let share = cost - own;
        let matched = (share * i128::from(payer.basis_points.min(10_000))).div_euclid(10_000);
        let rest = (share * i128::from(payer.basis_points.min(10_000))).rem_euclid(10_000);
        let matched = matched + i128::from(rest > 0);
        let asked = share - matched;
        let grant = most_each.map_or(asked, |most| asked.min(i128::from(most.max(0))));
        Some(Part {
            alone: fit(cost),
            share: fit(share),
            matched: fit(matched),
            grant: fit(grant),
            gap: 0,
            saved: fit(own),
        })
    })
}

/// What sharing saves of what all would pay alone, when the dearest would pay `dearest`.
fn saved(together: i128, dearest: i128, assumed: Assumptions) -> i128 {
    (together - dearest) * (100 - i128::from(assumed.local_share_percent.min(100))) / 100
}

/// Cuts grants in proportion so that they come to `most` together.
fn cut(each: &mut [Part], most: Option<i64>) {
    let granted: i128 = each.iter().map(|part| i128::from(part.grant)).sum();
    let Some(most) = most
        .map(|most| i128::from(most.max(0)))
        .filter(|most| *most < granted)
    else {
        return;
    };
    let (mut so_far, mut given) = (0, 0);
    for part in each {
        so_far += i128::from(part.grant);
        let upto = proportion(most, so_far, granted);
        part.grant = fit(upto - given);
        given = upto;
    }
}

/// `whole × part ÷ all`, rounded down; 0 of nothing.
fn proportion(whole: i128, part: i128, all: i128) -> i128 {
    match all {
        0 => 0,
        _ => whole.saturating_mul(part) / all,
    }
}

/// Holds a sum at what the type can carry.
fn fit(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(i64::MAX)
}
