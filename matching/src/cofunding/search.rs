//! The best partners for one lead: a search that leaves out only what cannot be better.

use super::Assumptions;
use super::rules::Rules;
use super::split::{Payer, split};

/// So many steps are taken for one lead before the search stops with what it has and says what could be better at
/// most. Chosen so that a hundred calls are looked through within a fifth of a second.
pub const MOST_STEPS: u32 = 20_000;

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
}

/// What to choose from, and what counts.
pub(super) struct Task<'a> {
    pub(super) lead: Item,
    pub(super) items: Vec<Item>,
    /// The place of one who must take part.
    pub(super) forced: Option<usize>,
    /// What covering something new counts.
    pub(super) labels: &'a [(u128, i64)],
    /// What all would pay alone.
    pub(super) base: i64,
    pub(super) saved_all: i64,
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

/// The best choice of partners; `None` where no choice meets the rules, as far as the search came.
pub(super) fn best(task: &Task<'_>) -> Option<Found> {
    let mut search = Search::new(task);
    let start = State {
        points: task.lead.points,
        covered: 0,
        together: 0,
        dearest: 0,
        chosen: vec![task.lead],
    };
    search.begin(start);
    let (points, mut members) = search.best?;
    members.sort_unstable();
    let partners = members.into_iter().filter(|at| *at != task.lead.at);
    Some(Found {
        members: std::iter::once(task.lead.at).chain(partners).collect(),
        points,
        at_most: points.max(search.open),
    })
}

/// What a choice of partners counts; `None` where it breaks a rule. The whole objective, as the module tells it.
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
    let payers: Vec<Payer> = chosen.iter().map(|item| item.payer).collect();
    let money = split(&payers, rules.most_grant_each, rules.most_grant, task.assumed).total;
    if rules.least_grant.is_some_and(|least| money.grant < least) {
        return None;
    }
    let own: i64 = chosen.iter().map(|item| item.points).sum();
    let covered = chosen.iter().fold(0, |mask, item| mask | item.labels);
    let saving = scaled(money.saved.into(), task);
    let gap = scaled(money.gap.into(), task);
    Some(own + covering(task.labels, covered) + saving - gap)
}

fn scaled(minor: i128, task: &Task<'_>) -> i64 {
    let points = minor * i128::from(task.saved_all) / i128::from(task.base.max(1));
    i64::try_from(points).unwrap_or(i64::MAX / 4)
}

fn covering(labels: &[(u128, i64)], mask: u128) -> i64 {
    let covered = labels.iter().filter(|(bit, _)| mask & bit != 0);
    covered.map(|(_, weight)| weight).sum()
}

/// Who is chosen so far, and what that comes to.
#[derive(Clone)]
struct State {
    points: i64,
    covered: u128,
    together: i128,
    dearest: i128,
    chosen: Vec<Item>,
}

impl State {
    fn with(&self, item: Item) -> Self {
        let mut next = self.clone();
        let cost = i128::from(item.payer.alone.unwrap_or(0));
        next.points += item.points;
        next.covered |= item.labels;
        next.together += cost;
        next.dearest = next.dearest.max(cost);
        next.chosen.push(item);
        next
    }
}

struct Search<'a> {
    task: &'a Task<'a>,
    /// The most promising first, so that the first choice looked at is a good one.
    items: Vec<Item>,
    best: Option<(i64, Vec<usize>)>,
    steps: u32,
    /// The most that a choice could be worth that was not looked at.
    open: i64,
}

impl<'a> Search<'a> {
    fn new(task: &'a Task<'a>) -> Self {
        let mut items = task.items.clone();
        let promise = |item: &Item| {
            let cost = scaled(i128::from(item.payer.alone.unwrap_or(0)), task);
            item.points + covering(task.labels, item.labels & !task.lead.labels) + cost
        };
        items.sort_by_key(|item| (task.forced != Some(item.at), -promise(item), item.at));
        Self {
            task,
            items,
            best: None,
            steps: 0,
            open: i64::MIN,
        }
    }

    fn begin(&mut self, mut state: State) {
        let lead = self.task.lead;
        state.covered = lead.labels;
        state.together = i128::from(lead.payer.alone.unwrap_or(0));
        state.dearest = state.together;
        self.weigh(&state);
        let forced = self
            .items
            .first()
            .filter(|item| self.task.forced == Some(item.at))
            .copied();
        match forced {
            Some(item) => {
                let with = state.with(item);
                self.weigh(&with);
                self.go(1, &with);
            }
            None => self.go(0, &state),
        }
    }

    fn go(&mut self, from: usize, state: &State) {
        let Some(item) = self.items.get(from).copied() else {
            return;
        };
        let Some(bound) = self.bound(from, state) else {
            return;
        };
        if self.best.as_ref().is_some_and(|(points, _)| bound <= *points) {
            return;
        }
        if self.steps >= MOST_STEPS {
            self.open = self.open.max(bound);
            return;
        }
        self.steps += 1;
        let with = state.with(item);
        self.weigh(&with);
        self.go(from + 1, &with);
        self.go(from + 1, state);
    }

    fn weigh(&mut self, state: &State) {
        let Some(points) = worth(self.task, &state.chosen) else {
            return;
        };
        if self.best.as_ref().is_none_or(|(best, _)| points > *best) {
            let members = state.chosen.iter().map(|item| item.at).collect();
            self.best = Some((points, members));
        }
    }

    /// What no choice that goes on from here exceeds; `None` where none can meet the rules.
    ///
    /// Each of the rest counts what it would if it alone were added, but the dearest of them saves no more than
    /// the dearest chosen pays: were it added, it would be the dearest itself. A gap is taken to be nothing.
    fn bound(&self, from: usize, state: &State) -> Option<i64> {
        let rules = self.task.rules;
        let rest = self.items.get(from..)?;
        let partners = state.chosen.len().saturating_sub(1);
        let room = rules
            .most_partners
            .map_or(rest.len(), |most| most.saturating_sub(partners));
        let room = room.min(rest.len());
        if room == 0 || partners + room < rules.fewest_partners {
            return None;
        }
        for (quota, place) in rules.quotas.iter().zip(0_u32..) {
            let bit = 1_u64.checked_shl(place).unwrap_or(0);
            let of = |items: &[Item]| items.iter().filter(|item| item.quotas & bit != 0).count();
            if of(&state.chosen) + of(rest).min(room) < quota.fewest {
                return None;
            }
        }
        let cost = |item: &Item| i128::from(item.payer.alone.unwrap_or(0));
        let dearest = rest.iter().map(cost).max().unwrap_or(0);
        let mut held = false;
        let mut gains: Vec<i64> = Vec::with_capacity(rest.len());
        for item in rest {
            let mut pays = cost(item);
            if pays == dearest && !held {
                held = true;
                pays = pays.min(state.dearest);
            }
            let gain =
                item.points + covering(self.task.labels, item.labels & !state.covered) + self.saving(pays);
            if gain > 0 {
                gains.push(gain);
            }
        }
        if gains.len() > room {
            gains.select_nth_unstable_by(room - 1, |a, b| b.cmp(a));
            gains.truncate(room);
        }
        let now = state.points
            + covering(self.task.labels, state.covered)
            + self.saving(state.together - state.dearest);
        Some(now + gains.iter().sum::<i64>())
    }

    /// The points for what would be saved of a sum, rounded up, so that the sum of parts is no less than the part of a sum.
    fn saving(&self, minor: i128) -> i64 {
        let local = i128::from(self.task.assumed.local_share_percent.min(100));
        let points = minor * (100 - local) * i128::from(self.task.saved_all);
        let base = 100 * i128::from(self.task.base.max(1));
        i64::try_from(points.div_euclid(base) + 1).unwrap_or(i64::MAX / 4)
    }
}
