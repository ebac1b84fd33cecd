//! The best partners for one lead: a search that leaves out only what cannot be better.

use super::Assumptions;
use super::rules::Rules;
use super::split::{Payer, split};

/// So many steps are taken for one call, over all leads, before the search stops with what it has and says what could be
/// better at most. Chosen so that a hundred calls are looked through within a fifth of a second, and so large that any pool
/// of up to [`EXACT_UP_TO`] bodies is solved exactly.
pub const MOST_STEPS: u32 = 4_096;

/// Pools of up to so many bodies are always solved exactly: 9 leads, and 2⁸ choices of partners each. Most larger ones are too.
pub const EXACT_UP_TO: usize = 9;

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
pub(super) fn best(task: &Task<'_>, steps: &mut u32) -> Option<Found> {
    // Whatever is left, one way down is looked at.
    let least = u32::try_from(task.items.len()).unwrap_or(u32::MAX);
    let mut search = Search::new(task, (*steps).max(least));
    search.begin(&State::of(task.lead));
    *steps = steps.saturating_sub(search.steps);
    let (points, mut members) = search.best?;
    members.sort_unstable();
    let partners = members.into_iter().filter(|at| *at != task.lead.at);
    Some(Found {
        members: std::iter::once(task.lead.at).chain(partners).collect(),
        points,
        at_most: points.max(search.open),
    })
}

/// What no choice for this lead exceeds; `None` where none can meet the rules but the lead alone.
pub(super) fn at_most(task: &Task<'_>) -> Option<i64> {
    let search = Search::new(task, 0);
    let lead = State::of(task.lead);
    search.bound(0, &lead).max(worth(task, &lead.chosen))
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
    /// The lead alone.
    fn of(lead: Item) -> Self {
        let cost = i128::from(lead.payer.alone.unwrap_or(0));
        Self {
            points: lead.points,
            covered: lead.labels,
            together: cost,
            dearest: cost,
            chosen: vec![lead],
        }
    }

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
    /// So many steps may be taken.
    most_steps: u32,
    /// The most that a choice could be worth that was not looked at.
    open: i64,
    /// A point, in the parts that bounds are reckoned in.
    unit: i128,
    /// What one minor unit beyond the dearest cost counts, as it is saved.
    saves: i128,
    /// What one minor unit of gap counts.
    gap_unit: i128,
    /// By how much one minor unit of cost, and one of the dearest cost beside that, widens the gap.
    widens: i128,
    dearest_widens: i128,
}

impl<'a> Search<'a> {
    fn new(task: &'a Task<'a>, most_steps: u32) -> Self {
        let mut items = task.items.clone();
        let promise = |item: &Item| {
            let cost = scaled(i128::from(item.payer.alone.unwrap_or(0)), task);
            item.points + covering(task.labels, item.labels & !task.lead.labels) + cost
        };
        items.sort_by_key(|item| (task.forced != Some(item.at), -promise(item), item.at));
        let local = i128::from(task.assumed.local_share_percent.min(100));
        let all = std::iter::once(&task.lead).chain(&items);
        let rate = all
            .map(|item| item.payer.basis_points.min(10_000))
            .max()
            .unwrap_or(0);
        let asked = 10_000 - i128::from(rate);
        let saved_all = i128::from(task.saved_all);
        Self {
            unit: 1_000_000 * i128::from(task.base.max(1)),
            saves: (100 - local) * 10_000 * saved_all,
            gap_unit: 1_000_000 * saved_all,
            widens: local * asked * saved_all,
            dearest_widens: (100 - local) * asked * saved_all,
            task,
            items,
            best: None,
            steps: 0,
            most_steps,
            open: i64::MIN,
        }
    }

    fn begin(&mut self, state: &State) {
        self.weigh(state);
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
            None => self.go(0, state),
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
        if self.steps >= self.most_steps {
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
    /// the dearest chosen pays: were it added, it would be the dearest itself. All together cover no more than is not
    /// covered yet. A gap is at least what all ask for, at the highest match rate, beyond the cap of the bid.
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
        Some(self.least_of_bounds(rest, room, state))
    }

    /// The least of several numbers that are all too large. Sums are exact, in parts of a point.
    fn least_of_bounds(&self, rest: &[Item], room: usize, state: &State) -> i64 {
        let task = self.task;
        let cost = |item: &Item| i128::from(item.payer.alone.unwrap_or(0));
        let dearest = rest.iter().map(cost).max().unwrap_or(0);
        let mut held = false;
        // For each: what it is worth by itself, what it is the first to cover, and by how much it widens the gap.
        let mut gains: Vec<(i128, i128, i128)> = Vec::with_capacity(rest.len());
        for item in rest {
            let mut pays = cost(item);
            if pays == dearest && !held {
                held = true;
                pays = pays.min(state.dearest);
            }
            let own = i128::from(item.points) * self.unit + pays * self.saves;
            let covers = i128::from(covering(task.labels, item.labels & !state.covered)) * self.unit;
            gains.push((own, covers, cost(item) * self.widens));
        }
        let uncovered = i128::from(covering(task.labels, !state.covered)) * self.unit;
        let covered = i128::from(covering(task.labels, state.covered));
        let now =
            (i128::from(state.points) + covered) * self.unit + (state.together - state.dearest) * self.saves;
        let mut least = now + top(room, gains.iter().map(|(own, covers, _)| own + covers));
        least = least.min(now + uncovered + top(room, gains.iter().map(|(own, ..)| *own)));
        if let Some(cap) = task.rules.most_grant {
            // What is asked for beyond the cap is a gap; a penny a member is lost by rounding.
            let members = i128::try_from(state.chosen.len() + room).unwrap_or(0);
            let gap = state.together * self.widens + state.dearest * self.dearest_widens
                - (i128::from(cap.max(0)) + members) * self.gap_unit;
            let wide = now - gap + self.unit;
            least = least.min(
                wide + top(
                    room,
                    gains.iter().map(|(own, covers, widens)| own + covers - widens),
                ),
            );
            let apart = gains.iter().map(|(own, _, widens)| own - widens);
            least = least.min(wide + uncovered + top(room, apart));
        }
        i64::try_from(least.div_euclid(self.unit)).unwrap_or(i64::MAX / 4)
    }
}

/// The sum of the largest so many, none of them below nothing.
fn top(room: usize, gains: impl Iterator<Item = i128>) -> i128 {
    let mut gains: Vec<i128> = gains.filter(|gain| *gain > 0).collect();
    if gains.len() > room {
        gains.select_nth_unstable_by(room.saturating_sub(1), |a, b| b.cmp(a));
        gains.truncate(room);
    }
    gains.into_iter().sum()
}
