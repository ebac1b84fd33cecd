//! Money in points, and what labels, quotas and the cap of a bid are reckoned at in a bound.

use crate::cofunding::Assumptions;
use crate::cofunding::rules::Rules;
use crate::cofunding::split::Payer;

/// Bounds are reckoned in parts of a point, so fine that rounding each cost up hardly widens them.
pub(super) const GRAIN: i64 = 1 << 16;

/// No cap counts more than this; all costs together come to far less.
const MOST: i64 = 1 << 50;

/// What money counts: so many points for all that all would pay alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cofunding) struct Scale {
    /// What all would pay alone, minor units.
    base: i128,
    saved_all: i128,
    local: i128,
}

/// What a cost comes to, in grains; no part is below nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::cofunding) struct Grains {
    /// What it adds to the saving, unless it is the dearest; rounded up.
    pub(super) saves: i64,
    /// The same rounded down: what the dearest does not save.
    pub(super) unsaved: i64,
    /// What it asks for at the least, beside what the dearest cost adds to all; rounded down.
    pub(super) asks: i64,
    /// What it adds to what is asked for as the dearest, at the highest match rate; rounded down.
    pub(super) dear: i64,
    /// What it asks for at the least beyond the cap of each.
    pub(super) over: i64,
    /// What may be granted to it beside what the dearest cost adds to all, in minor units; rounded up.
    pub(super) granted: i64,
}

impl Scale {
    /// `base` is what all who may take part would pay alone.
    pub(in crate::cofunding) fn new(base: i64, saved_all: i64, assumed: Assumptions) -> Self {
        Self {
            base: i128::from(base.max(1)),
            saved_all: i128::from(saved_all),
            local: i128::from(assumed.local_share_percent.min(100)),
        }
    }

    /// The points of a sum, rounded down.
    pub(super) fn points(&self, minor: i64) -> i64 {
        let points = i128::from(minor) * self.saved_all / self.base;
        i64::try_from(points).unwrap_or(i64::MAX / 4)
    }

    /// `minor × of ÷ whole` in grains, rounded down. `of` is up to a million, so that nothing overflows.
    fn grains(&self, minor: i64, of: i128, whole: i128) -> i64 {
        let parts = i128::from(minor) * of * self.saved_all * i128::from(GRAIN);
        i64::try_from(parts / (whole * self.base))
            .unwrap_or(MOST)
            .min(MOST)
    }

    /// A cap in grains, no more than it is.
    pub(super) fn cap(&self, minor: i64) -> i64 {
        self.grains(minor.max(0), 1, 1)
    }

    /// At least what is lost by rounding when so many divide a sum: two minor units each.
    pub(super) fn rounding(&self, members: usize) -> i64 {
        let minor = i64::try_from(2 * members + 2).unwrap_or(i64::MAX);
        self.grains(minor, 1, 1) + 1
    }

    /// What a body's cost comes to. `rate` is the highest match rate of all, in hundredths of a per cent.
    pub(in crate::cofunding) fn of(&self, payer: Payer, rate: u32, rules: &Rules) -> Grains {
        let cost = payer.alone.unwrap_or(0).max(0);
        let asked = 10_000 - i128::from(payer.basis_points.min(10_000));
        let least_asked = 10_000 - i128::from(rate.min(10_000));
        let unsaved = self.grains(cost, 100 - self.local, 100);
        let own = i128::from(cost) * self.local * asked / 1_000_000;
        let own = i64::try_from(own).unwrap_or(i64::MAX);
        let over = rules
            .most_grant_each
            .map_or(0, |most| own.saturating_sub(most.max(0)).saturating_sub(2).max(0));
        let granted = rules.most_grant_each.map_or(own, |most| own.min(most.max(0)));
        Grains {
            saves: unsaved + 1,
            unsaved,
            asks: self.grains(cost, self.local * asked, 1_000_000),
            dear: self.grains(cost, (100 - self.local) * least_asked, 1_000_000),
            over: self.grains(over, 1, 1),
            granted: granted.saturating_add(3),
        }
    }
}

/// The whole of a price of the gap.
pub(super) const WHOLE: i64 = 256;

/// What a bound credits to whoever covers a label, counts for a quota, or asks for money beyond the cap. Whatever the
/// prices are, the bound is one; good prices make it a narrow one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cofunding) struct Prices {
    /// By the label's bit, in grains: from nothing to what the label counts.
    pub(super) labels: Vec<i64>,
    /// By the quota's place, in grains; never below nothing.
    pub(super) quotas: Vec<i64>,
    /// How much of the gap is reckoned by the cap of the bid, the rest by the cap of each: from nothing to `WHOLE`.
    pub(super) gap: i64,
}
