//! Every choice of partners, and what it is worth by the module's own words; and drawn pools and rules.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{body, effort, gbp};
use crate::cluster::Link;
use crate::cofunding::*;

pub(super) const NATIONS: [&str; 3] = ["England", "Scotland", "Wales"];
const REGIONS: [&str; 3] = ["North", "South", "East"];
pub(super) const KINDS: [&str; 2] = ["LOCAL_AUTHORITY", "UNIVERSITY"];
const THEMES: [&str; 3] = ["Housing", "Waste", "Care"];
const PHASES: [Phase; 4] = [Phase::Discovery, Phase::Alpha, Phase::Live, Phase::Retired];

/// A pool that is gone through choice by choice.
pub(super) struct Brute<'a> {
    pub(super) bodies: &'a [Body],
    pub(super) links: &'a [Link],
    pub(super) rules: &'a Rules,
}

impl Brute<'_> {
    /// The most points that a bid with this lead can have; `None` where none keeps the rules.
    pub(super) fn best(&self, lead: usize) -> Option<i64> {
        let leads = self
            .rules
            .of_lead(&self.bodies[lead])
            .iter()
            .all(|check| check.holds);
        let choices = (0..1_usize << self.bodies.len()).filter(|mask| leads && mask & (1 << lead) != 0);
        choices
            .filter_map(|mask| {
                let chosen: Vec<usize> = (0..self.bodies.len())
                    .filter(|at| mask & (1 << at) != 0)
                    .collect();
                self.worth(lead, &chosen)
            })
            .max()
    }

    fn fits(&self, at: usize) -> bool {
        self.rules
            .of_member(&self.bodies[at])
            .iter()
            .all(|check| check.holds)
    }

    fn keeps(&self, chosen: &[usize]) -> bool {
        let partners = chosen.len() - 1;
        let of = |nation: &str| {
            chosen
                .iter()
                .filter(|at| self.bodies[**at].nation.as_deref() == Some(nation))
                .count()
        };
        chosen.iter().all(|at| self.fits(*at))
            && partners >= self.rules.fewest_partners
            && self.rules.most_partners.is_none_or(|most| partners <= most)
            && self
                .rules
                .quotas
                .iter()
                .all(|quota| of(&quota.nation) >= quota.fewest)
    }

    fn money(&self, lead: usize, chosen: &[usize]) -> Part {
        let payer = |at: &usize| Payer {
            alone: self.bodies[*at].need(self.rules),
            basis_points: self.rules.match_rate(&self.bodies[*at].kind),
        };
        let partners = chosen.iter().filter(|at| **at != lead);
        let payers: Vec<Payer> = std::iter::once(&lead).chain(partners).map(payer).collect();
        split(
            &payers,
            self.rules.most_grant_each,
            self.rules.most_grant,
            Assumptions::default(),
        )
        .total
    }

    fn worth(&self, lead: usize, chosen: &[usize]) -> Option<i64> {
        let money = self.money(lead, chosen);
        let enough = self.rules.least_grant.is_none_or(|least| money.grant >= least);
        if !(self.keeps(chosen) && enough) {
            return None;
        }
        let distinct = |of: &dyn Fn(&Body) -> Vec<String>| {
            let all: BTreeSet<String> = chosen.iter().flat_map(|at| of(&self.bodies[*at])).collect();
            i64::try_from(all.len()).unwrap()
        };
        let themes = |body: &Body| {
            let own = body.fitting(self.rules).flat_map(|effort| effort.themes.clone());
            own.filter(|theme| self.rules.themes.contains(theme)).collect()
        };
        let like: i64 = chosen
            .iter()
            .filter(|at| **at != lead)
            .map(|at| self.alike(lead, *at) - 250)
            .sum();
        let covered = 150 * distinct(&|body| body.nation.iter().cloned().collect())
            + 60 * distinct(&|body| body.region.iter().cloned().collect())
            + 120 * distinct(&themes);
        Some(self.stage(lead) + like + covered + self.part(money.saved) - self.part(money.gap))
    }

    fn stage(&self, lead: usize) -> i64 {
        let Some((phase, proven)) = self.bodies[lead].stage(self.rules) else {
            return 0;
        };
        let order = [Phase::Discovery, Phase::Alpha, Phase::Beta, Phase::Live];
        let passed = order.iter().zip(1..).find(|(known, _)| **known == phase);
        passed.map_or(0, |(_, place)| 100 * place) + if proven { 200 } else { 0 }
    }

    /// Points for a sum, as a part of what all who may take part would pay alone.
    fn part(&self, minor: i64) -> i64 {
        let needs = (0..self.bodies.len()).filter(|at| self.fits(*at));
        let base: i64 = needs
            .filter_map(|at| self.bodies[at].need(self.rules))
            .sum::<i64>()
            .max(1);
        i64::try_from(i128::from(minor) * 1_000 / i128::from(base)).unwrap()
    }

    fn alike(&self, left: usize, right: usize) -> i64 {
        let has = |at: usize, key: Key| self.bodies[at].efforts.iter().any(|effort| effort.project == key);
        if self.bodies[left]
            .efforts
            .iter()
            .any(|effort| has(right, effort.project))
        {
            return 1_000;
        }
        let tied = self.links.iter().filter(|link| {
            let ends = |a: usize, b: usize| has(a, link.left) && has(b, link.right);
            ends(left, right) || ends(right, left)
        });
        let best = tied
            .map(|link| (link.score * 1_000.0).round())
            .fold(0.0, f64::max);
        format!("{best}").parse().unwrap()
    }
}

pub(super) fn any_body() -> impl Strategy<Value = Body> {
    let effort = (
        proptest::option::of(0..4_usize),
        any::<bool>(),
        proptest::collection::vec(0..3_usize, 0..2),
        proptest::option::of(0..40_000_i64),
    );
    let place = (0..3_usize, proptest::option::of(0..3_usize));
    (
        place,
        0..2_usize,
        0..8_u8,
        0..3_usize,
        proptest::collection::vec(effort, 1..3),
    )
        .prop_map(|((nation, region), kind, standing, led, efforts)| Body {
            nation: Some(NATIONS[nation].to_owned()),
            region: region.map(|region| REGIONS[region].to_owned()),
            kind: KINDS[kind].to_owned(),
            ended: standing == 0,
            led,
            efforts: efforts
                .into_iter()
                .map(|(phase, proven, themes, cost)| Effort {
                    phase: phase.map(|phase| PHASES[phase]),
                    proven,
                    themes: themes.into_iter().map(|theme| THEMES[theme].to_owned()).collect(),
                    costs: cost
                        .map(|minor| Sum {
                            currency: "GBP".to_owned(),
                            minor,
                        })
                        .into_iter()
                        .collect(),
                    ..effort_of_nobody()
                })
                .collect(),
            ..body(0)
        })
}

fn effort_of_nobody() -> Effort {
    effort(0, 1)
}

pub(super) fn any_rules() -> impl Strategy<Value = Rules> {
    let who = (
        proptest::option::weighted(0.3, 0..2_usize),
        proptest::option::weighted(0.2, 0..2_usize),
        proptest::option::weighted(0.2, 0..3_usize),
        proptest::option::weighted(0.3, 0..4_usize),
        proptest::option::weighted(0.3, 0..3_usize),
    );
    let size = (
        0..3_usize,
        proptest::option::of(0..4_usize),
        proptest::option::weighted(0.4, (0..3_usize, 1..3_usize)),
    );
    let money = (
        proptest::option::weighted(0.4, 0..10_001_u32),
        proptest::option::weighted(0.3, 0..50_000_i64),
        proptest::option::of(0..60_000_i64),
        proptest::option::of(0..30_000_i64),
    );
    (who, size, money, proptest::option::of(1..3_usize)).prop_map(|(who, size, money, most_led)| {
        let word = |list: &[&str], at: Option<usize>| {
            at.map(|at| list[at].to_owned()).into_iter().collect::<Vec<_>>()
        };
        Rules {
            lead_kinds: word(&KINDS, who.0),
            member_kinds: word(&KINDS, who.1),
            nations: word(&NATIONS, who.2),
            phases: who.3.map(|at| PHASES[at]).into_iter().collect(),
            themes: word(&THEMES, who.4),
            fewest_partners: size.0,
            most_partners: size.1,
            quotas: size
                .2
                .map(|(nation, fewest)| Quota {
                    nation: NATIONS[nation].to_owned(),
                    fewest,
                })
                .into_iter()
                .collect(),
            match_rates: money
                .0
                .map(|basis_points| MatchRate {
                    kind: KINDS[0].to_owned(),
                    basis_points,
                })
                .into_iter()
                .collect(),
            least_grant: money.1,
            most_grant: money.2,
            most_grant_each: money.3,
            most_led,
            ..gbp()
        }
    })
}
