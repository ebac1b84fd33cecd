//! What a cluster could do together: a first idea for a joint bid or a shared build.
//!
//! # Who leads
//! The authority that leads the effort which is, in this order of importance: furthest
//! along (live, then beta, and so on down; ended efforts come last, unless there is
//! evidence that they worked: then they count as live), proven to work, most recently
//! active, best funded. Of equals the smaller id.
//!
//! # What is saved
//! Assumed: one build serves all, costs what the dearest of them paid, and each still pays
//! [`Assumptions::local_share_percent`] of its own figure to adopt it. With spends `s`, their sum
//! `S`, the dearest `M` and the local share `a`, together they pay `a·S + (1 − a)·M`
//! instead of `S`; the saving `(1 − a)·(S − M)` is divided in proportion to `s`. It is
//! counted for each currency apart, and only among efforts whose cost is known.
//!
//! Money that two records give with the same funder and the same sum is one award
//! recorded twice: it counts once, and a note says so.
//!
//! # Bids for a call
//! A [`Pool`] of bodies whose efforts overlap is asked what a call could fund of it ([`Pool::propose`]).
//! The call's [`Rules`] are hard. Of all choices of a lead and partners that keep them, the one with the
//! most points is best:
//!
//! - 1 for each thousandth of likeness between a partner's efforts and the lead's, less [`PARTNER_COSTS`] for
//!   each partner, because a partner costs time;
//! - 150 for each nation that is covered, 60 for each region, 120 for each theme that the call names;
//! - 100 for each stage that the lead's best effort has passed, 200 for evidence that it worked;
//! - up to 1,000 for what is saved, as a part of what all who may take part would pay alone; and as
//!   much off for the gap that the call's caps leave.
//!
//! These weights are a convention to be discussed, not a measurement. They choose among bids that a call allows, and never make up for a
//! rule. Points are integers, and the search leaves out only what cannot be better, so the answer is the same on every
//! machine, and exact for every pool of up to [`EXACT_UP_TO`] bodies and, as far as was measured, for every larger one
//! (`BENCHMARKS.md`). Where [`MOST_STEPS`] do not suffice, [`Consortium::at_most`] says what could be better at most; a pool of
//! more than [`MOST_BODIES`] is cut to those most alike. Bids with different leads are proposed, the [`LEADS`] best; of leads
//! with equal points those whose ids come first.

mod money;
mod near;
mod pool;
mod rules;
mod search;
mod split;
mod spread;
mod who;

pub use money::{Assumptions, Saving, Sum};
pub use pool::{LEADS, MOST_BODIES, PARTNER_COSTS, Pool, Proposals};
pub use rules::{Body, Check, Effort, MatchRate, Quota, Rule, Rules};
pub use search::{EXACT_UP_TO, MOST_STEPS};
pub use split::{Part, Payer, Split, split};
pub use spread::{Offer, spread};
pub use who::{Joiner, Lead};

use crate::{Day, Key, Money, Period, Phase};

/// An authority by id and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Named {
    /// The caller's id.
    pub id: String,
    /// The name for people.
    pub name: String,
}

/// One effort of the cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The project.
    pub project: Key,
    /// Its title.
    pub title: String,
    /// The authority that leads it.
    pub authority: Named,
    /// The other authorities that take part.
    pub partners: Vec<Named>,
    /// How far along.
    pub phase: Option<Phase>,
    /// Whether there is evidence that it worked.
    pub proven: bool,
    /// When it ran.
    pub period: Period,
    /// Awards, or where there are none the budget: not both, or the same money counts twice.
    pub money: Vec<Money>,
    /// When the entry was last confirmed.
    pub last_confirmed: Option<Day>,
}

/// What a cluster could do together.
#[derive(Debug, Clone, PartialEq)]
pub struct Idea {
    /// Who could lead, and why.
    pub lead: Lead,
    /// Everybody else, those who lead an effort of their own first.
    pub joiners: Vec<Joiner>,
    /// What the efforts cost together, by currency.
    pub together: Vec<Sum>,
    /// What of it was spent while an effort of another authority in the cluster ran too, by currency;
    /// spending is taken as even over an effort's days, and efforts without two dates are left out.
    pub concurrent: Vec<Sum>,
    /// What one build for all would save, by currency; empty where fewer than two costs are known.
    pub savings: Vec<Saving>,
    /// What the saving rests on, in words.
    pub assumption: String,
    /// What is not known and would be needed, in plain words.
    pub missing: Vec<String>,
    /// What was noticed in the figures, in plain words.
    pub notes: Vec<String>,
}

/// One member of a bid.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Who.
    pub body: Named,
    /// Its efforts that the call would fund.
    pub projects: Vec<Key>,
    /// How alike they are to the lead's, in thousandths.
    pub likeness_permille: i64,
    /// What it is the first to bring, in words.
    pub adds: Vec<String>,
    /// Whether what its efforts cost is known.
    pub cost_known: bool,
    /// What it pays and gets.
    pub part: Part,
}

/// A bid that could be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Consortium {
    /// Whether every rule holds; otherwise it is a near miss.
    pub complete: bool,
    /// The lead first, the others in the order of their ids.
    pub seats: Vec<Seat>,
    /// The sums of all parts.
    pub total: Part,
    /// How good it is: see the module.
    pub points: i64,
    /// No bid with this lead has more points; the same as `points` where the search came to its end.
    pub at_most: i64,
    /// The call's rules, one by one.
    pub checks: Vec<Check>,
}

impl Consortium {
    /// The id of the body that leads.
    #[must_use]
    pub fn lead(&self) -> Option<&str> {
        self.seats.first().map(|seat| seat.body.id.as_str())
    }
}

/// A body that cannot take part in a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Who.
    pub body: Named,
    /// The rules that it does not meet.
    pub checks: Vec<Check>,
}

/// The idea for a cluster; `None` where fewer than two authorities lead an effort: one authority's
/// own phases need no partner. The order of the members does not matter; of two entries for one
/// project the better-known wins.
#[must_use]
pub fn idea(members: &[Member], assumptions: &Assumptions) -> Option<Idea> {
    let mut efforts: Vec<&Member> = members.iter().collect();
    efforts.sort_by(|a, b| a.project.cmp(&b.project).then_with(|| who::standing(b, a)));
    efforts.dedup_by_key(|member| member.project);
    let first = efforts.first()?;
    if efforts
        .iter()
        .all(|member| member.authority.id == first.authority.id)
    {
        return None;
    }
    let best = efforts
        .iter()
        .copied()
        .reduce(|a, b| if who::standing(b, a).is_gt() { b } else { a })?;
    let (spends, notes) = money::spends(&efforts);
    Some(Idea {
        lead: Lead::of(best, &efforts, &spends),
        joiners: who::joiners(best, &efforts, &spends),
        together: money::total(&spends),
        concurrent: money::concurrent(&efforts, &spends),
        savings: money::savings(&efforts, &spends, assumptions),
        assumption: assumptions.in_words(),
        missing: missing(&efforts, &spends),
        notes,
    })
}

/// What each effort costs, by currency; unknown costs are absent, and one award in two records counts for one.
#[must_use]
pub fn costs(members: &[Member]) -> std::collections::BTreeMap<Key, Vec<Sum>> {
    let mut efforts: Vec<&Member> = members.iter().collect();
    efforts.sort_by_key(|member| member.project);
    money::spends(&efforts).0
}

/// The facts that nobody gave, project by project.
fn missing(efforts: &[&Member], spends: &money::Spends) -> Vec<String> {
    let titles = |lacks: &dyn Fn(&Member) -> bool| -> Vec<String> {
        let lacking = efforts.iter().filter(|member| lacks(member));
        lacking
            .map(|member| format!("“{}” ({})", member.title, member.authority.name))
            .collect()
    };
    let mut missing = Vec::new();
    let mut say = |what: &str, of: Vec<String>| {
        if !of.is_empty() {
            missing.push(format!("{what}: {}", of.join("; ")));
        }
    };
    say(
        "no cost known",
        titles(&|member| !spends.contains_key(&member.project)),
    );
    say(
        "no start or no end known",
        titles(&|m| money::days_of(m).is_none()),
    );
    say("no phase known", titles(&|member| member.phase.is_none()));
    if efforts.iter().all(|member| !member.proven) {
        missing.push("no evidence yet that any of them worked".to_owned());
    }
    missing
}

#[cfg(test)]
mod call_tests;
#[cfg(test)]
mod tests;
