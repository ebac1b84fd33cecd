//! How long one suggestion of bids takes: `script/bench cofunding`.
//!
//! 400 authorities, 2,000 projects in clusters of 2 to 60 bodies, 100 calls with rules of every kind. One suggestion is one
//! question: what could this cluster bid for, over all calls. Drawn from a fixed seed, so that every run asks the same.
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

use std::time::Instant;

use matching::cluster::Link;
use matching::cofunding::{Assumptions, Body, Effort, MatchRate, Named, Pool, Quota, Rules, Sum};
use matching::{Key, Phase};

const AUTHORITIES: u64 = 400;
const PROJECTS: u64 = 2_000;
const CALLS: u64 = 100;
const NATIONS: [&str; 4] = ["England", "Scotland", "Wales", "Northern Ireland"];
const PHASES: [Phase; 4] = [Phase::Discovery, Phase::Alpha, Phase::Beta, Phase::Live];

/// A small generator of numbers that are the same everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let at = usize::try_from(self.below(u64::try_from(list.len()).ok()?)).ok()?;
        list.get(at).copied()
    }

    fn amount(&mut self, bound: u64) -> i64 {
        i64::try_from(self.below(bound)).unwrap_or(0)
    }
}

fn body(id: u64, draw: &mut Draw) -> Body {
    Body {
        named: Named {
            id: format!("{id:04}"),
            name: format!("Authority {id}"),
        },
        kind: if draw.below(8) == 0 {
            "UNIVERSITY"
        } else {
            "LOCAL_AUTHORITY"
        }
        .to_owned(),
        nation: draw
            .of(&NATIONS)
            .filter(|_| draw.below(3) > 0)
            .or(Some("England"))
            .map(str::to_owned),
        region: Some(format!("Region {}", draw.below(12))),
        ended: draw.below(40) == 0,
        led: 0,
        efforts: Vec::new(),
    }
}

/// Clusters until the projects are used up: many small ones, some large.
fn pools(draw: &mut Draw) -> Vec<Pool> {
    let (mut pools, mut used) = (Vec::new(), 0);
    while used < PROJECTS {
        let wanted = 2 + draw.below(10) * draw.below(7);
        let size = wanted.min(PROJECTS - used).max(1);
        let mut bodies: Vec<Body> = Vec::new();
        for project in used..used + size {
            let mut one = body(draw.below(AUTHORITIES), draw);
            one.efforts.push(Effort {
                project: Key(project.into()),
                phase: draw.of(&PHASES),
                proven: draw.below(5) == 0,
                themes: vec![format!("Theme {}", draw.below(3))],
                costs: vec![Sum {
                    currency: "GBP".to_owned(),
                    minor: 1_000_000 + draw.amount(30_000_000),
                }],
            });
            match bodies.iter_mut().find(|known| known.named.id == one.named.id) {
                Some(known) => known.efforts.append(&mut one.efforts),
                None => bodies.push(one),
            }
        }
        let pairs =
            (used..used + size).flat_map(|left| (left + 1..used + size).map(move |right| (left, right)));
        let mut links = Vec::new();
        for (left, right) in pairs {
            if draw.below(3) > 0 {
                links.push(Link {
                    left: Key(left.into()),
                    right: Key(right.into()),
                    score: f64::from(u32::try_from(200 + draw.below(800)).unwrap_or(0)) / 1_000.0,
                });
            }
        }
        pools.push(Pool::new(bodies, &links));
        used += size;
    }
    pools
}

fn rules(draw: &mut Draw) -> Rules {
    let mut maybe = |one_in: u64| draw.below(one_in) == 0;
    let (lead, member, nation, quota, capped, least) =
        (maybe(2), maybe(4), maybe(6), maybe(3), maybe(2), maybe(4));
    Rules {
        currency: "GBP".to_owned(),
        lead_kinds: lead.then(|| "LOCAL_AUTHORITY".to_owned()).into_iter().collect(),
        member_kinds: member.then(|| "LOCAL_AUTHORITY".to_owned()).into_iter().collect(),
        nations: if nation {
            vec!["England".to_owned(), "Wales".to_owned()]
        } else {
            Vec::new()
        },
        phases: if draw.below(3) == 0 {
            vec![Phase::Alpha, Phase::Beta]
        } else {
            Vec::new()
        },
        themes: if draw.below(3) == 0 {
            vec!["Theme 0".to_owned(), "Theme 1".to_owned()]
        } else {
            Vec::new()
        },
        fewest_partners: usize::try_from(draw.below(4)).unwrap_or(0),
        most_partners: (draw.below(2) == 0).then(|| 4 + usize::try_from(draw.below(8)).unwrap_or(0)),
        quotas: quota
            .then(|| Quota {
                nation: "Wales".to_owned(),
                fewest: 1,
            })
            .into_iter()
            .collect(),
        match_rates: vec![MatchRate {
            kind: "LOCAL_AUTHORITY".to_owned(),
            basis_points: u32::try_from(100 * draw.below(60)).unwrap_or(0),
        }],
        least_grant: least.then(|| draw.amount(8_000_000)),
        most_grant: capped.then(|| 5_000_000 + draw.amount(60_000_000)),
        most_grant_each: (draw.below(3) == 0).then(|| 1_000_000 + draw.amount(10_000_000)),
        most_led: Some(1),
    }
}

fn main() {
    let mut draw = Draw(2026);
    let pools = pools(&mut draw);
    let calls: Vec<Rules> = (0..CALLS).map(|_| rules(&mut draw)).collect();
    let (mut questions, mut solves) = (Vec::new(), Vec::new());
    let (mut bids, mut open, mut points) = (0_usize, 0_usize, 0_i64);
    for pool in &pools {
        let asked = Instant::now();
        for call in &calls {
            let begun = Instant::now();
            let found = pool.propose(call, None, Assumptions::default());
            solves.push(begun.elapsed());
            bids += found.bids.len();
            points += found.bids.iter().map(|bid| bid.points).sum::<i64>();
            open += found.bids.iter().filter(|bid| bid.points != bid.at_most).count();
        }
        questions.push(asked.elapsed());
    }
    let largest = pools.iter().map(|pool| pool.bodies().len()).max().unwrap_or(0);
    println!(
        "{} clusters of up to {largest} bodies, {CALLS} calls: {bids} bids of {points} points together, {open} of them not proven best",
        pools.len()
    );
    for (what, times) in [
        ("one call", &mut solves),
        ("all calls (one suggestion)", &mut questions),
    ] {
        times.sort_unstable();
        let at = |per_mille: usize| {
            times.get((times.len() * per_mille / 1_000).min(times.len().saturating_sub(1)))
        };
        let ms = |per_mille| at(per_mille).map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
        println!(
            "| {what} | p50 {:.2} ms | p99 {:.2} ms | most {:.2} ms |",
            ms(500),
            ms(990),
            ms(1_000)
        );
    }
}
