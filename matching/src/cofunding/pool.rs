//! The bodies that could bid together, and how alike what they do is.

use std::collections::BTreeMap;

use super::rules::{Body, Check, Rules};
use super::search::{Found, Item, MOST_STEPS, Scale, Search, Task};
use super::split::{Payer, split};
use super::{Assumptions, Consortium, LeftOut, Seat};
use crate::Key;
use crate::cluster::Link;

/// So many bodies are looked at; of more, those whose efforts are most alike to the others'.
pub const MOST_BODIES: usize = 64;

/// So many bids with different leads are proposed.
pub const LEADS: usize = 8;

/// Points for each thousandth of likeness to the lead's effort.
const LIKE: i64 = 1;
/// What each partner costs to work with, in points: an effort at less than this likeness must bring something else.
pub const PARTNER_COSTS: i64 = 250;
/// Points for the first body of a nation, of a region, of a theme that the call names.
const NEW_NATION: i64 = 150;
const NEW_REGION: i64 = 60;
const NEW_THEME: i64 = 120;
/// Points for saving all that all would pay alone, and taken off for a gap as large.
const SAVED_ALL: i64 = 1_000;
/// Points for each stage that the lead's best effort has passed, and for evidence that it worked.
const STAGE: i64 = 100;
const PROVEN: i64 = 200;

/// Bodies whose efforts overlap. Made once, asked for many calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// In the order of their ids.
    bodies: Vec<Body>,
    /// Thousandths of likeness, row by row.
    alike: Vec<Vec<i64>>,
    /// How many bodies were not looked at.
    pub overlooked: usize,
}

/// What a call could fund of a pool.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proposals {
    /// The best bids of the [`LEADS`] leads that have the best ones; the best first.
    pub bids: Vec<Consortium>,
    /// Where there is none: what comes nearest, and what would mend it.
    pub near_miss: Option<Consortium>,
    /// Bodies that cannot take part, and why.
    pub left_out: Vec<LeftOut>,
}

impl Pool {
    /// Of two bodies with one id the first counts. Links are those of overlap findings.
    #[must_use]
    pub fn new(mut bodies: Vec<Body>, links: &[Link]) -> Self {
        bodies.sort_by(|a, b| a.named.id.cmp(&b.named.id));
        bodies.dedup_by(|later, first| later.named.id == first.named.id);
        let alike = likeness(&bodies, links);
        let overlooked = bodies.len().saturating_sub(MOST_BODIES);
        if overlooked == 0 {
            return Self {
                bodies,
                alike,
                overlooked,
            };
        }
        let mut order: Vec<(i64, usize)> = alike
            .iter()
            .enumerate()
            .map(|(at, row)| (-row.iter().sum::<i64>(), at))
            .collect();
        order.sort_unstable();
        let mut kept: Vec<usize> = order.into_iter().take(MOST_BODIES).map(|(_, at)| at).collect();
        kept.sort_unstable();
        let bodies: Vec<Body> = kept.iter().filter_map(|at| bodies.get(*at).cloned()).collect();
        let alike = likeness(&bodies, links);
        Self {
            bodies,
            alike,
            overlooked,
        }
    }

    /// The bodies, in the order of their ids.
    #[must_use]
    pub fn bodies(&self) -> &[Body] {
        &self.bodies
    }

    /// Says how many bids of a call each body leads already.
    pub fn leads(&mut self, led: impl Fn(&str) -> usize) {
        for body in &mut self.bodies {
            body.led = led(&body.named.id);
        }
    }

    /// The best bids with different leads. With `including`, only bids that this body takes part in.
    #[must_use]
    pub fn propose(&self, rules: &Rules, including: Option<&str>, assumed: Assumptions) -> Proposals {
        let task = Setting::new(self, rules, including, assumed);
        let bids = task.solve(rules, false, LEADS);
        let near_miss = match bids.is_empty() {
            true => super::near::nearest(&task),
            false => None,
        };
        Proposals {
            bids,
            near_miss,
            left_out: task.left_out(),
        }
    }
}

/// A pool seen with one call's eyes.
pub(super) struct Setting<'a> {
    pub(super) rules: &'a Rules,
    pool: &'a Pool,
    /// The places of those who may take part.
    pub(super) eligible: Vec<usize>,
    payers: Vec<Payer>,
    labels: Vec<(u128, i64)>,
    masks: Vec<u128>,
    /// Each body as somebody to choose, before its points are known; in the order of the pool.
    items: Vec<Item>,
    scale: Scale,
    forced: Option<usize>,
    /// Whether a body must take part that cannot.
    pub(super) barred: bool,
    assumed: Assumptions,
}

impl<'a> Setting<'a> {
    fn new(pool: &'a Pool, rules: &'a Rules, including: Option<&str>, assumed: Assumptions) -> Self {
        let may = |body: &Body| rules.of_member(body).iter().all(|check| check.holds);
        let eligible: Vec<usize> = (pool.bodies.iter().enumerate())
            .filter(|(_, body)| may(body))
            .map(|(at, _)| at)
            .collect();
        let payer = |body: &Body| Payer {
            alone: body.need(rules),
            basis_points: rules.match_rate(&body.kind),
        };
        let payers: Vec<Payer> = pool.bodies.iter().map(payer).collect();
        let (labels, masks) = labels(&pool.bodies, rules);
        let known = eligible.iter().filter_map(|at| payers.get(*at)?.alone);
        let base = known.fold(0_i64, i64::saturating_add).max(1);
        let scale = Scale::new(base, SAVED_ALL, assumed);
        let rates = eligible.iter().filter_map(|at| payers.get(*at));
        let rate = rates.map(|payer| payer.basis_points).max().unwrap_or(0);
        let bodies = pool.bodies.iter().zip(&payers).zip(&masks).enumerate();
        let items = bodies
            .map(|(at, ((body, payer), labels))| Item {
                at,
                points: 0,
                payer: *payer,
                labels: *labels,
                quotas: quotas_of(body, rules),
                grains: scale.of(*payer, rate, rules),
            })
            .collect();
        let asked = including.map(|id| pool.bodies.iter().position(|body| body.named.id == id));
        let forced = asked.flatten();
        let barred = asked.is_some() && forced.is_none_or(|at| !eligible.contains(&at));
        Self {
            rules,
            pool,
            eligible,
            payers,
            labels,
            masks,
            items,
            scale,
            forced,
            barred,
            assumed,
        }
    }

    pub(super) fn body(&self, at: usize) -> Option<&'a Body> {
        self.pool.bodies.get(at)
    }

    pub(super) fn of_nation(&self, nation: &str) -> usize {
        let of = |at: &&usize| {
            let nation_of = self.body(**at).and_then(|body| body.nation.as_deref());
            nation_of.is_some_and(|own| super::rules::same(own, nation))
        };
        self.eligible.iter().filter(of).count()
    }

    /// The most that all who may take part could ask for together, caps of the whole bid left aside.
    pub(super) fn most_asked(&self) -> i64 {
        let payers: Vec<Payer> = self
            .eligible
            .iter()
            .filter_map(|at| self.payers.get(*at).copied())
            .collect();
        split(&payers, self.rules.most_grant_each, None, self.assumed)
            .total
            .grant
    }

    /// The best bid under `rules` for each lead that it allows: so many bids with the most points; of equals, those whose
    /// leads come first in the order of ids.
    pub(super) fn solve(&self, rules: &Rules, any_lead: bool, wanted: usize) -> Vec<Consortium> {
        if self.barred {
            return Vec::new();
        }
        let leads = self.eligible.iter().filter(|at| {
            any_lead
                || (self.body(**at)).is_some_and(|body| rules.of_lead(body).iter().all(|check| check.holds))
        });
        let mut prices = None;
        let mut searches: Vec<Search<'_>> = leads
            .filter_map(|lead| Search::new(self.task(*lead, rules)?, &mut prices))
            .collect();
        // The most promising first: what cannot better the bids that there are is not looked at.
        searches.sort_by_key(|search| (-search.at_most(), search.lead()));
        let mut steps = MOST_STEPS;
        let mut found: Vec<(i64, usize, Found)> = Vec::new();
        for search in searches {
            let lead = search.lead();
            let least = match wanted.checked_sub(1).and_then(|last| found.get(last)) {
                Some((points, last, _)) => points + i64::from(lead > *last),
                None => i64::MIN,
            };
            if search.at_most() < least {
                continue;
            }
            if let Some(best) = search.best(&mut steps, least) {
                found.push((best.points, lead, best));
                found.sort_by_key(|(points, lead, _)| (-points, *lead));
                found.truncate(wanted);
            }
        }
        found
            .iter()
            .map(|(_, lead, best)| self.consortium(*lead, best))
            .collect()
    }

    fn task<'b>(&'b self, lead: usize, rules: &'b Rules) -> Option<Task<'b>> {
        let alike = self.pool.alike.get(lead)?;
        let partners = self.eligible.iter().filter(|at| **at != lead);
        let partner = |at: &usize| {
            Some(Item {
                points: LIKE * alike.get(*at)? - PARTNER_COSTS,
                ..*self.items.get(*at)?
            })
        };
        Some(Task {
            lead: Item {
                points: stage_points(self.body(lead)?, rules),
                ..*self.items.get(lead)?
            },
            items: partners.filter_map(partner).collect(),
            forced: self.forced.filter(|at| *at != lead),
            labels: &self.labels,
            scale: self.scale,
            rules,
            assumed: self.assumed,
        })
    }

    fn consortium(&self, lead: usize, found: &Found) -> Consortium {
        let payers: Vec<Payer> = found
            .members
            .iter()
            .filter_map(|at| self.payers.get(*at).copied())
            .collect();
        let money = split(
            &payers,
            self.rules.most_grant_each,
            self.rules.most_grant,
            self.assumed,
        );
        let mut covered = 0_u128;
        let mut seats = Vec::new();
        for (at, part) in found.members.iter().zip(&money.each) {
            let (Some(body), Some(mask)) = (self.body(*at), self.masks.get(*at)) else {
                continue;
            };
            let alike = self.pool.alike.get(lead).and_then(|row| row.get(*at));
            seats.push(Seat {
                body: body.named.clone(),
                projects: body.fitting(self.rules).map(|effort| effort.project).collect(),
                likeness_permille: alike.copied().unwrap_or(0),
                adds: adds(body, self.rules, mask & !covered),
                cost_known: body.need(self.rules).is_some(),
                part: *part,
            });
            covered |= mask;
        }
        let bodies: Vec<&Body> = found.members.iter().filter_map(|at| self.body(*at)).collect();
        let checks = self.rules.of_bid(&bodies, &money.total);
        Consortium {
            complete: checks.iter().all(|check| check.holds),
            seats,
            total: money.total,
            points: found.points,
            at_most: found.at_most,
            checks,
        }
    }

    fn left_out(&self) -> Vec<LeftOut> {
        let bodies = self.pool.bodies.iter();
        let failing = bodies.filter_map(|body| {
            let checks: Vec<Check> = self
                .rules
                .of_member(body)
                .into_iter()
                .filter(|check| !check.holds)
                .collect();
            (!checks.is_empty()).then(|| LeftOut {
                body: body.named.clone(),
                checks,
            })
        });
        failing.collect()
    }
}

/// Thousandths of likeness between bodies: the best link between their efforts; 1,000 where they share one.
fn likeness(bodies: &[Body], links: &[Link]) -> Vec<Vec<i64>> {
    let mut owners: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (at, body) in bodies.iter().enumerate() {
        for effort in &body.efforts {
            owners.entry(effort.project).or_default().push(at);
        }
    }
    let mut alike = vec![vec![0_i64; bodies.len()]; bodies.len()];
    let mut raise = |left: usize, right: usize, permille: i64| {
        for (row, column) in [(left, right), (right, left)] {
            if let Some(cell) = alike.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = (*cell).max(permille);
            }
        }
    };
    for own in owners.values() {
        for left in own {
            for right in own.iter().filter(|right| *right > left) {
                raise(*left, *right, 1_000);
            }
        }
    }
    for link in links {
        let ends = owners.get(&link.left).zip(owners.get(&link.right));
        for (left, right) in ends.into_iter().flat_map(|(left, right)| {
            left.iter()
                .flat_map(move |left| right.iter().map(move |right| (*left, *right)))
        }) {
            if left != right {
                raise(left, right, permille(link.score));
            }
        }
    }
    alike
}

#[expect(
    clippy::as_conversions,
    reason = "a float within 0 and 1,000 is an integer's place"
)]
fn permille(score: f64) -> i64 {
    (score.clamp(0.0, 1.0) * 1_000.0).round() as i64
}

fn stage_points(body: &Body, rules: &Rules) -> i64 {
    let Some((phase, proven)) = body.stage(rules) else {
        return 0;
    };
    let passed = match phase {
        crate::Phase::Concept | crate::Phase::Retired => 0,
        crate::Phase::Discovery => 1,
        crate::Phase::Alpha => 2,
        crate::Phase::Beta => 3,
        crate::Phase::Live => 4,
    };
    passed * STAGE + if proven { PROVEN } else { 0 }
}

/// What a body is the first to bring, in words.
fn adds(body: &Body, rules: &Rules, fresh: u128) -> Vec<String> {
    if fresh == 0 {
        return Vec::new();
    }
    let themes = rules.themes.iter().filter(|theme| has_theme(body, rules, theme));
    let themes: Vec<String> = themes.map(|theme| format!("the theme {theme}")).collect();
    let nation = body.nation.iter().map(|nation| format!("a partner in {nation}"));
    let region = body.region.iter().map(|region| format!("the region {region}"));
    nation.chain(region).chain(themes).collect()
}

fn has_theme(body: &Body, rules: &Rules, theme: &str) -> bool {
    body.fitting(rules)
        .flat_map(|effort| &effort.themes)
        .any(|own| super::rules::same(own, theme))
}

/// A bit for each nation and region that occurs, and for each theme that the call names. Beyond 128 no more count.
fn labels(bodies: &[Body], rules: &Rules) -> (Vec<(u128, i64)>, Vec<u128>) {
    let nations = bodies.iter().filter_map(|body| body.nation.clone());
    let regions = bodies.iter().filter_map(|body| body.region.clone());
    let mut places: BTreeMap<(u8, String), usize> = BTreeMap::new();
    let all = nations
        .map(|nation| (0_u8, nation))
        .chain(regions.map(|region| (1, region)))
        .chain(rules.themes.iter().map(|theme| (2, theme.to_lowercase())));
    for label in all {
        let next = places.len();
        places.entry(label).or_insert(next);
    }
    let bit = |kind: u8, label: &str| {
        let place = places.get(&(kind, label.to_owned()));
        place.map_or(0, |place| bit128(*place))
    };
    let mask = |body: &Body| {
        let nation = body.nation.as_deref().map_or(0, |nation| bit(0, nation));
        let region = body.region.as_deref().map_or(0, |region| bit(1, region));
        let themes = rules.themes.iter().filter(|theme| has_theme(body, rules, theme));
        themes.fold(nation | region, |mask, theme| {
            mask | bit(2, &theme.to_lowercase())
        })
    };
    let masks = bodies.iter().map(mask).collect();
    let weight = |kind: u8| match kind {
        0 => NEW_NATION,
        1 => NEW_REGION,
        _ => NEW_THEME,
    };
    let labels = places
        .iter()
        .map(|((kind, _), place)| (bit128(*place), weight(*kind)));
    (labels.collect(), masks)
}

/// The quotas that a body counts for.
fn quotas_of(body: &Body, rules: &Rules) -> u64 {
    let Some(nation) = body.nation.as_deref() else {
        return 0;
    };
    let quotas = rules.quotas.iter().enumerate();
    let own = quotas.filter(|(_, quota)| super::rules::same(nation, &quota.nation));
    own.fold(0, |mask, (place, _)| mask | bit64(place))
}

fn bit128(place: usize) -> u128 {
    u32::try_from(place)
        .ok()
        .and_then(|place| 1_u128.checked_shl(place))
        .unwrap_or(0)
}

fn bit64(place: usize) -> u64 {
    u32::try_from(place)
        .ok()
        .and_then(|place| 1_u64.checked_shl(place))
        .unwrap_or(0)
}
