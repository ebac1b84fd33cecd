//! The best partners for one lead: a search that leaves out only what cannot be better.
//!
//! Partners are taken or left one after the other, the most promising first. What lies beyond a choice is looked at only
//! if its bound (`bound`) is better than the best that is known, for this lead and for as many others as are wanted.

mod bound;
mod price;

use super::Assumptions;
use super::rules::Rules;
use super::split::{Payer, total};
use bound::{State, Tally};
pub(super) use price::{Grains, Scale};

/// So many steps are taken for one call, over all leads, before the search stops with what it has and says what could be
/// better at most. So large that any pool of up to [`EXACT_UP_TO`] bodies is solved exactly, and so small that a call which
/// needs all of them is answered within some tens of milliseconds.
pub const MOST_STEPS: u32 = 65_536;

/// Pools of up to so many bodies are always solved exactly: 13 leads, and 2¹² choices of partners each. Most larger ones
/// are too.
pub const EXACT_UP_TO: usize = 13;

/// One who could take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    /// Its place in the pool.
    pub(super) at: usize,
    /// What it counts whoever else takes part.
    pub(super) points: i64,
    pub(super) payer: Payer,
    /// What it covers.
    pub(super) labels: u128,
    /// The quotas that it counts for.
    pub(super) quotas: u64,
    /// What its cost comes to, in parts of a point.
    pub(super) grains: Grains,
}

/// What to choose from, and what counts.
pub(super) struct Task<'a> {
    pub(super) lead: Item,
    pub(super) items: Vec<Item>,
    /// The place of one who must take part.
    pub(super) forced: Option<usize>,
    /// What covering something new counts.
    pub(super) labels: &'a [(u128, i64)],
    pub(super) scale: Scale,
    pub(super) rules: &'a Rules,
    pub(super) assumed: Assumptions,
}

/// The best choice for a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Places in the pool, the lead first, the others in their order.
    pub(super) members: Vec<usize>,
    pub(super) points: i64,
    /// No choice can have more points; the same as `points` where the search came to its end.
    pub(super) at_most: i64,
}

/// What a choice of partners counts, the lead first and the others in the order of their ids; `None` where it breaks a rule.
/// The whole objective, as the module tells it.
pub(super) fn worth(task: &Task<'_>, chosen: &[Item]) -> Option<i64> {
    let partners = chosen.len().saturating_sub(1);
    let rules = task.rules;
    let fits = partners >= rules.fewest_partners && rules.most_partners.is_none_or(|most| partners <= most);
    let met = rules.quotas.iter().zip(0_u32..).all(|(quota, place)| {
        let bit = 1_u64.checked_shl(place).unwrap_or(0);
        chosen.iter().filter(|item| item.quotas & bit != 0).count() >= quota.fewest
    });
    let there = task
        .forced
        .is_none_or(|at| chosen.iter().any(|item| item.at == at));
    if !(fits && met && there) {
        return None;
    }
    let payers = chosen.iter().map(|item| item.payer);
    let money = total(payers, rules.most_grant_each, rules.most_grant, task.assumed);
    if rules.least_grant.is_some_and(|least| money.grant < least) {
        return None;
    }
    let own: i64 = chosen.iter().map(|item| item.points).sum();
    let covered = chosen.iter().fold(0, |mask, item| mask | item.labels);
    Some(own + covering(task.labels, covered) + task.scale.points(money.saved) - task.scale.points(money.gap))
}

fn covering(labels: &[(u128, i64)], mask: u128) -> i64 {
    let covered = labels.iter().filter(|(bit, _)| mask & bit != 0);
    covered.map(|(_, weight)| weight).sum()
}

/// The search for one lead, with the prices that its bounds are reckoned with.
pub(super) struct Search<'a> {
    tally: Tally<'a>,
    /// How many of the items are settled from the start: one where somebody must take part.
    from: usize,
    state: State,
    at_most: i64,
    chosen: Vec<Item>,
    in_order: Vec<Item>,
    best: Option<(i64, Vec<usize>)>,
    /// Choices of fewer points are not wanted.
    floor: i64,
    steps: u32,
    /// So many steps may be taken.
    most_steps: u32,
    /// The most that a choice could be worth that was not looked at.
    open: i64,
}

impl<'a> Search<'a> {
    /// `None` where no choice can meet the rules. `prices` are where to begin from, and become those of this lead.
    pub(super) fn new(task: Task<'a>, prices: &mut Option<price::Prices>) -> Option<Self> {
        let lead = task.lead;
        let mut chosen = vec![lead];
        let mut tally = Tally::new(task, prices.take());
        let mut state = tally.begin(lead);
        let forced = tally.bring_forward();
        if let Some(item) = forced {
            state = tally.with(&state, &item);
            chosen.push(item);
        }
        let from = chosen.len() - 1;
        tally.tune(from, &state, &chosen);
        let beyond = tally.bound(from, &state, &chosen);
        *prices = Some(tally.prices().clone());
        let at_most = beyond.max(worth(tally.task(), &chosen))?;
        Some(Self {
            tally,
            from,
            state,
            at_most,
            chosen,
            in_order: Vec::new(),
            best: None,
            floor: i64::MIN,
            steps: 0,
            most_steps: 0,
            open: i64::MIN,
        })
    }

    /// What no choice for this lead exceeds.
    pub(super) fn at_most(&self) -> i64 {
        self.at_most
    }

    /// The lead's place in the pool.
    pub(super) fn lead(&self) -> usize {
        self.tally.task().lead.at
    }

    /// The best choice of partners with at least `floor` points; `None` where there is none, as far as the search came.
    pub(super) fn best(mut self, steps: &mut u32, floor: i64) -> Option<Found> {
        // Whatever is left, one way down is looked at.
        let least = u32::try_from(self.tally.len()).unwrap_or(u32::MAX);
        self.most_steps = (*steps).max(least);
        self.floor = floor;
        self.tally.settle(self.from, &self.state, &self.chosen);
        let (from, state) = (self.from, self.state);
        self.weigh(&state);
        self.go(from, state);
        *steps = steps.saturating_sub(self.steps);
        let (points, mut members) = self.best?;
        members.sort_unstable();
        let lead = self.tally.task().lead.at;
        let partners = members.into_iter().filter(|at| *at != lead);
        Some(Found {
            members: std::iter::once(lead).chain(partners).collect(),
            points,
            at_most: points.max(self.open),
        })
    }

    fn go(&mut self, from: usize, state: State) {
        for next in from.. {
            let Some(item) = self.tally.item(next) else {
                return;
            };
            let Some(bound) = self.tally.bound(next, &state, &self.chosen) else {
                return;
            };
            if !self.is_better(bound) {
                return;
            }
            if self.steps >= self.most_steps {
                self.open = self.open.max(bound);
                return;
            }
            self.steps += 1;
            let with = self.tally.with(&state, &item);
            self.chosen.push(item);
            self.weigh(&with);
            self.go(next + 1, with);
            self.chosen.pop();
        }
    }

    fn is_better(&self, points: i64) -> bool {
        points >= self.floor && self.best.as_ref().is_none_or(|(best, _)| points > *best)
    }

    fn weigh(&mut self, state: &State) {
        if !self.is_better(self.tally.about(state, self.chosen.len())) {
            return;
        }
        // Pennies fall by the order of the members, so they are counted in the order in which they will be told.
        self.in_order.clone_from(&self.chosen);
        let partners = self.in_order.get_mut(1..).unwrap_or_default();
        partners.sort_unstable_by_key(|item| item.at);
        if let Some(points) = worth(self.tally.task(), &self.in_order)
            && self.is_better(points)
        {
            let members = self.chosen.iter().map(|item| item.at).collect();
            self.best = Some((points, members));
        }
    }
}
