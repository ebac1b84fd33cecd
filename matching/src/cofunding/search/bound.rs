//! What no choice of partners exceeds.
//!
//! A choice counts its members' own points, what they cover, what they save and, against them, the gap. The bound lets each
//! of the rest count by itself: each label that it could cover is credited to it at a price, and what the label counts beyond
//! its price is given away (a Lagrangian relaxation of "a label counts once"). Quotas earn a price for whoever counts for them and
//! cost it as often as they ask; what is asked for beyond the cap of the bid costs a price for whoever asks. Then the best
//! that may still be added is the sum of the largest. The dearest of the rest saves no more than the dearest chosen pays:
//! were it added, it would be the dearest itself.

use super::price::{GRAIN, Prices, WHOLE};
use super::{Item, Task};

/// So often prices are moved, for the first lead of a call and for each further one.
const ROUNDS: [i64; 2] = [12, 3];
/// And once more before a lead's partners are searched.
const LAST_ROUNDS: i64 = 6;

/// What those who are chosen come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    own: i64,
    covered: u128,
    cover: i64,
    saves: i64,
    unsaved: i64,
    dear: i64,
    asks: i64,
    over: i64,
    granted: i64,
    dearest: i64,
}

/// The items of a task in the order in which they are taken, with what each counts at the prices.
pub(super) struct Tally<'a> {
    task: Task<'a>,
    /// What each label counts, in points, by its bit.
    weights: Vec<i64>,
    prices: Prices,
    rounds: i64,
    /// What each item counts at the prices, but for labels; in the order of the items.
    fixed: Vec<i64>,
    /// From each item on, the place of the dearest.
    dearest: Vec<usize>,
    /// For each quota, how many count for it from each item on.
    counting: Vec<Vec<usize>>,
    cap: Option<i64>,
    /// The highest part of a share that is asked for, in hundredths of a per cent.
    most_asked: i64,
    gains: Vec<i64>,
    largest: Vec<i64>,
}

/// The bits of a mask, from the lowest.
fn bits(mut mask: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        (bit < u128::BITS).then(|| usize::try_from(bit).unwrap_or(usize::MAX))
    })
}

fn priced(mask: u128, prices: &[i64]) -> i64 {
    bits(mask).filter_map(|bit| prices.get(bit)).sum()
}

impl<'a> Tally<'a> {
    pub(super) fn new(task: Task<'a>, prices: Option<Prices>) -> Self {
        let mut weights = Vec::new();
        for (bit, weight) in task.labels {
            if let Some(place) = bits(*bit).next() {
                weights.resize(weights.len().max(place + 1), 0);
                weights
                    .iter_mut()
                    .skip(place)
                    .take(1)
                    .for_each(|own| *own = *weight);
            }
        }
        let cap = task.rules.most_grant.map(|most| task.scale.cap(most));
        let all = std::iter::once(&task.lead).chain(&task.items);
        let asked = all.map(|item| 10_000 - i64::from(item.payer.basis_points.min(10_000)));
        let first = Prices {
            labels: weights.iter().map(|weight| weight * GRAIN).collect(),
            quotas: vec![0; task.rules.quotas.len()],
            gap: 0,
        };
        Self {
            rounds: if prices.is_some() { ROUNDS[1] } else { ROUNDS[0] },
            most_asked: asked.max().unwrap_or(10_000),
            prices: prices.unwrap_or(first),
            weights,
            fixed: Vec::new(),
            dearest: Vec::new(),
            counting: Vec::new(),
            cap,
            gains: Vec::new(),
            largest: Vec::new(),
            task,
        }
    }

    pub(super) fn task(&self) -> &Task<'a> {
        &self.task
    }

    pub(super) fn prices(&self) -> &Prices {
        &self.prices
    }

    pub(super) fn len(&self) -> usize {
        self.task.items.len()
    }

    pub(super) fn item(&self, place: usize) -> Option<Item> {
        self.task.items.get(place).copied()
    }

    /// The lead alone.
    pub(super) fn begin(&self, lead: Item) -> State {
        let none = State {
            own: 0,
            covered: 0,
            cover: 0,
            saves: 0,
            unsaved: 0,
            dear: 0,
            asks: 0,
            over: 0,
            granted: 0,
            dearest: 0,
        };
        self.with(&none, &lead)
    }

    pub(super) fn with(&self, state: &State, item: &Item) -> State {
        let grains = item.grains;
        State {
            own: state.own + item.points,
            covered: state.covered | item.labels,
            cover: state.cover + priced(item.labels & !state.covered, &self.weights),
            saves: state.saves + grains.saves,
            unsaved: state.unsaved.max(grains.unsaved),
            dear: state.dear.max(grains.dear),
            asks: state.asks + grains.asks,
            over: state.over + grains.over,
            granted: state.granted.saturating_add(grains.granted),
            dearest: state.dearest.max(item.payer.alone.unwrap_or(0)),
        }
    }

    /// Takes the one who must take part first, and returns it.
    pub(super) fn bring_forward(&mut self) -> Option<Item> {
        let forced = self.task.forced?;
        let place = self.task.items.iter().position(|item| item.at == forced)?;
        self.task.items.swap(0, place);
        self.item(0)
    }

    /// What the chosen are worth and a little more, in points.
    pub(super) fn about(&self, state: &State, members: usize) -> i64 {
        let gap = self.cap.map_or(0, |cap| {
            (state.asks + state.dear - cap - self.task.scale.rounding(members)).max(0)
        });
        let gap = gap.max(state.over - GRAIN).max(0);
        let grains = state.saves - state.unsaved - gap;
        state.own + state.cover + grains.div_euclid(GRAIN) + 1
    }

    /// What no choice that goes on from here exceeds, in points; `None` where none can meet the rules.
    pub(super) fn bound(&mut self, from: usize, state: &State, chosen: &[Item]) -> Option<i64> {
        let (need, room) = self.room(from, chosen)?;
        if !self.may_ask_enough(from, room, state, chosen.len()) {
            return None;
        }
        self.value(from, need, room, state, chosen)
            .map(|grains| grains.div_euclid(GRAIN))
    }

    /// How many more must be chosen, and how many may.
    fn room(&self, from: usize, chosen: &[Item]) -> Option<(usize, usize)> {
        let rules = self.task.rules;
        let rest = self.len().saturating_sub(from);
        let partners = chosen.len().saturating_sub(1);
        let room = rules
            .most_partners
            .map_or(rest, |most| most.saturating_sub(partners))
            .min(rest);
        let need = rules.fewest_partners.saturating_sub(partners);
        if room == 0 || need > room {
            return None;
        }
        for ((quota, place), counting) in rules.quotas.iter().zip(0_u32..).zip(&self.counting) {
            let bit = 1_u64.checked_shl(place).unwrap_or(0);
            let there = chosen.iter().filter(|item| item.quotas & bit != 0).count();
            let could = counting.get(from).copied().unwrap_or(0);
            if there + could.min(room) < quota.fewest {
                return None;
            }
        }
        Some((need, room))
    }

    /// Whether the least that a bid may ask for can be reached.
    fn may_ask_enough(&mut self, from: usize, room: usize, state: &State, members: usize) -> bool {
        let rules = self.task.rules;
        let Some(least) = rules.least_grant else {
            return true;
        };
        let most = rules.most_grant.map_or(i64::MAX, |most| most.max(0));
        let rest = self.task.items.get(from..).unwrap_or_default();
        let dearest = rest.iter().filter_map(|item| item.payer.alone);
        let dearest = dearest.fold(state.dearest, i64::max);
        let shared = 100 - i128::from(self.task.assumed.local_share_percent.min(100));
        let dear = i128::from(dearest) * shared * i128::from(self.most_asked) / 1_000_000 + 2;
        self.largest.clear();
        self.largest.extend(rest.iter().map(|item| item.grains.granted));
        let own = i128::from(state.granted) + i128::from(sum_of_largest(&mut self.largest, room)) + dear;
        let each = rules.most_grant_each.map_or(i128::MAX, |each| {
            i128::from(each.max(0)) * i128::try_from(members + room).unwrap_or(i128::MAX)
        });
        own.min(each).min(i128::from(most)) >= i128::from(least)
    }

    /// The bound in grains.
    fn value(
        &mut self,
        from: usize,
        need: usize,
        room: usize,
        state: &State,
        chosen: &[Item],
    ) -> Option<i64> {
        self.gain(from, state)?;
        self.largest.clear();
        self.largest.extend(self.gains.iter().filter(|gain| **gain > 0));
        let top = match self.largest.len() {
            found if found < need => {
                self.largest.clear();
                self.largest.extend(&self.gains);
                sum_of_largest(&mut self.largest, need)
            }
            _ => sum_of_largest(&mut self.largest, room),
        };
        Some(self.base(state, chosen, room) + top)
    }

    /// What the chosen count at the prices, with what labels count beyond theirs.
    fn base(&self, state: &State, chosen: &[Item], room: usize) -> i64 {
        let beyond = self.weights.iter().zip(&self.prices.labels).enumerate();
        let beyond = beyond.filter(|(bit, _)| state.covered & bit_of(*bit) == 0);
        let given: i64 = beyond
            .map(|(_, (weight, price))| (weight * GRAIN - price).max(0))
            .sum();
        let quotas = self.task.rules.quotas.iter().zip(&self.prices.quotas);
        let owed: i64 = quotas
            .zip(0_u32..)
            .filter(|((_, price), _)| **price > 0)
            .map(|((quota, price), place)| {
                let bit = 1_u64.checked_shl(place).unwrap_or(0);
                let there = chosen.iter().filter(|item| item.quotas & bit != 0).count();
                price * (count(there) - count(quota.fewest))
            })
            .sum();
        let by_bid = self.cap.map_or(0, |cap| {
            state.asks + state.dear - cap - self.task.scale.rounding(chosen.len() + room) - GRAIN
        });
        let by_each = match self.task.rules.most_grant_each {
            Some(_) => state.over - GRAIN,
            None => 0,
        };
        let gap = (by_bid * self.prices.gap + by_each * (WHOLE - self.prices.gap)).div_euclid(WHOLE);
        (state.own + state.cover) * GRAIN + state.saves - state.unsaved + given + owed - gap
    }

    /// What each of the rest counts, the dearest of them no more than it can save.
    fn gain(&mut self, from: usize, state: &State) -> Option<()> {
        let rest = self.task.items.get(from..)?;
        let fixed = self.fixed.get(from..)?;
        let prices = &self.prices;
        self.gains.clear();
        self.gains.extend(
            rest.iter()
                .zip(fixed)
                .map(|(item, fixed)| fixed + priced(item.labels & !state.covered, &prices.labels)),
        );
        let dearest = self.dearest.get(from).copied()?;
        let grains = self.task.items.get(dearest)?.grains;
        let unsaved = (grains.unsaved - state.unsaved).max(0);
        let asked = ((grains.dear - state.dear).max(0) * prices.gap).div_euclid(WHOLE);
        if let Some(gain) = self.gains.get_mut(dearest.saturating_sub(from)) {
            *gain -= unsaved + asked;
        }
        Some(())
    }

    /// Moves the prices so that the bound from here becomes a narrow one.
    pub(super) fn tune(&mut self, from: usize, state: &State, chosen: &[Item]) {
        self.prepare();
        let Some((need, room)) = self.room(from, chosen) else {
            return;
        };
        let mut best: Option<(i64, Prices)> = None;
        for round in 0..self.rounds {
            let Some(value) = self.value(from, need, room, state, chosen) else {
                return;
            };
            if best.as_ref().is_none_or(|(least, _)| value < *least) {
                best = Some((value, self.prices.clone()));
            }
            self.adjust(from, need, room, state, chosen, round);
            self.price();
        }
        let last = self.value(from, need, room, state, chosen);
        if let Some((least, prices)) = best
            && last.is_none_or(|last| least <= last)
        {
            self.prices = prices;
            self.price();
        }
    }

    /// Raises the price of what too few of the best choice at these prices bring, and lowers it of what too many do.
    fn adjust(&mut self, from: usize, need: usize, room: usize, state: &State, chosen: &[Item], round: i64) {
        let taken = self.taken(from, need, room);
        let rest = self.task.items.get(from..).unwrap_or_default();
        let taken: Vec<&Item> = rest
            .iter()
            .zip(taken)
            .filter_map(|(item, taken)| taken.then_some(item))
            .collect();
        let mut covering = vec![0_i64; self.weights.len()];
        for item in &taken {
            for bit in bits(item.labels & !state.covered) {
                covering.iter_mut().skip(bit).take(1).for_each(|own| *own += 1);
            }
        }
        let prices = self.prices.labels.iter_mut().zip(&self.weights).zip(covering);
        for ((price, weight), covering) in prices {
            let whole = weight * GRAIN;
            *price = (*price - (covering - 1).clamp(-1, 2) * whole / (2 + round)).clamp(0, whole);
        }
        let quotas = self.task.rules.quotas.iter().zip(0_u32..);
        for (price, (quota, place)) in self.prices.quotas.iter_mut().zip(quotas) {
            let bit = 1_u64.checked_shl(place).unwrap_or(0);
            let all = taken.iter().copied().chain(chosen);
            let there = all.filter(|item| item.quotas & bit != 0).count();
            let lacking = (count(quota.fewest) - count(there)).clamp(-2, 2);
            *price = (*price + lacking * 100 * GRAIN / (1 + round)).max(0);
        }
        if let Some(cap) = self.cap {
            let asks: i64 = taken.iter().map(|item| item.grains.asks).sum();
            let over: i64 = taken.iter().map(|item| item.grains.over).sum();
            let dear = taken
                .iter()
                .map(|item| item.grains.dear)
                .fold(state.dear, i64::max);
            let by_bid = state.asks + asks + dear - cap;
            let step = (WHOLE / 2) / (1 + round);
            let up = by_bid > state.over + over;
            self.prices.gap = (self.prices.gap + if up { step } else { -step }).clamp(0, WHOLE);
        }
    }

    /// Which of the rest are the best choice at these prices. The gains are those of the last value.
    fn taken(&mut self, from: usize, need: usize, room: usize) -> Vec<bool> {
        let above = self.gains.iter().filter(|gain| **gain > 0).count();
        let take = above
            .clamp(need, room.max(need))
            .min(self.len().saturating_sub(from));
        let least = match (take == above, take.checked_sub(1)) {
            (true, _) => 1,
            (false, None) => i64::MAX,
            (false, Some(last)) => {
                self.largest.clear();
                self.largest.extend(&self.gains);
                *self.largest.select_nth_unstable_by(last, |a, b| b.cmp(a)).1
            }
        };
        self.gains.iter().map(|gain| *gain >= least).collect()
    }

    /// Puts the most promising first, after those that are settled.
    pub(super) fn settle(&mut self, from: usize, state: &State, chosen: &[Item]) {
        self.rounds = LAST_ROUNDS;
        self.tune(from, state, chosen);
        if self.gain(from, state).is_none() {
            return;
        }
        let rest = self.task.items.split_off(from.min(self.len()));
        let mut order: Vec<(i64, Item)> = self.gains.iter().copied().zip(rest).collect();
        order.sort_by_key(|(gain, item)| (-gain, item.at));
        self.task.items.extend(order.into_iter().map(|(_, item)| item));
        self.prepare();
    }

    /// What follows from the order of the items.
    fn prepare(&mut self) {
        let mut dearest: Vec<usize> = Vec::with_capacity(self.len());
        let mut so_far: Option<(i64, usize)> = None;
        for (place, item) in self.task.items.iter().enumerate().rev() {
            let cost = item.payer.alone.unwrap_or(0);
            if so_far.is_none_or(|(most, _)| cost >= most) {
                so_far = Some((cost, place));
            }
            dearest.push(so_far.map_or(place, |(_, place)| place));
        }
        dearest.reverse();
        self.dearest = dearest;
        self.counting.clear();
        for place in (0_u32..).take(self.task.rules.quotas.len()) {
            let bit = 1_u64.checked_shl(place).unwrap_or(0);
            let mut left = 0;
            let mut counting: Vec<usize> = (self.task.items.iter().rev())
                .map(|item| {
                    left += usize::from(item.quotas & bit != 0);
                    left
                })
                .collect();
            counting.reverse();
            self.counting.push(counting);
        }
        self.price();
    }

    /// What each item counts at the prices, but for labels.
    fn price(&mut self) {
        let prices = &self.prices;
        let fixed = self.task.items.iter().map(|item| {
            let grains = item.grains;
            let gap = grains.asks * prices.gap + grains.over * (WHOLE - prices.gap);
            item.points * GRAIN + grains.saves + priced(item.quotas.into(), &prices.quotas)
                - gap.div_euclid(WHOLE)
        });
        self.fixed.clear();
        self.fixed.extend(fixed);
    }
}

fn bit_of(place: usize) -> u128 {
    u32::try_from(place)
        .ok()
        .and_then(|place| 1_u128.checked_shl(place))
        .unwrap_or(0)
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX / WHOLE)
}

/// The sum of the largest so many; of all where there are fewer.
fn sum_of_largest(all: &mut [i64], so_many: usize) -> i64 {
    if all.len() > so_many {
        match so_many.checked_sub(1) {
            None => return 0,
            Some(last) => {
                all.select_nth_unstable_by(last, |a, b| b.cmp(a));
            }
        }
    }
    all.iter()
        .take(so_many)
        .fold(0, |sum, one| sum.saturating_add(*one))
}
