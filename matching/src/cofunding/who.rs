//! Who leads and who joins.

use std::cmp::Ordering;

use rustc_hash::FxHashSet;

use super::money::{Spends, Sum, total_of};
use super::{Member, Named};
use crate::{Day, Key, Phase};

/// Who could lead, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// The authority.
    pub authority: Named,
    /// Its effort that speaks for it most.
    pub project: Key,
    /// Why, in plain words, the most important first.
    pub reasons: Vec<String>,
}

/// Who could join.
#[derive(Debug, Clone, PartialEq)]
pub struct Joiner {
    /// The authority.
    pub authority: Named,
    /// Its efforts in the cluster, those it leads and those it takes part in.
    pub projects: Vec<Key>,
    /// What the efforts it leads cost, by currency.
    pub spent: Vec<Sum>,
    /// What it brings, in plain words.
    pub brings: String,
}

/// How well an effort qualifies its authority to lead: see the module. Total.
pub(super) fn standing(left: &Member, right: &Member) -> Ordering {
    (stage(left).cmp(&stage(right)))
        .then(left.proven.cmp(&right.proven))
        .then(last_active(left).cmp(&last_active(right)))
        .then_with(|| largest(left).cmp(&largest(right)))
        .then_with(|| right.authority.id.cmp(&left.authority.id))
        .then(right.project.cmp(&left.project))
}

/// Later is better; what ended counts only when it was proven.
fn stage(member: &Member) -> Option<Phase> {
    match member.phase {
        Some(Phase::Retired) if member.proven => Some(Phase::Live),
        Some(Phase::Retired) => None,
        phase => phase,
    }
}

fn last_active(member: &Member) -> Option<Day> {
    [member.period.end, member.last_confirmed, member.period.start]
        .into_iter()
        .flatten()
        .max()
}

fn largest(member: &Member) -> i64 {
    member.money.iter().map(|money| money.minor).max().unwrap_or(0)
}

impl Lead {
    pub(super) fn of(best: &Member, efforts: &[&Member], spends: &Spends) -> Self {
        let others = || {
            efforts
                .iter()
                .filter(|member| member.authority.id != best.authority.id)
        };
        let mut reasons = Vec::new();
        if let Some(stage) = stage(best) {
            let alone = others().all(|other| self::stage(other) < Some(stage));
            let rank = if alone {
                "furthest along"
            } else {
                "as far along as any"
            };
            reasons.push(format!("“{}” is {rank} ({})", best.title, phase_name(best)));
        }
        if best.proven {
            reasons.push("there is evidence that it worked".to_owned());
        }
        if last_active(best).is_some() && others().all(|other| last_active(other) < last_active(best)) {
            reasons.push("it is the most recent".to_owned());
        }
        let cost = |member: &Member| spends.get(&member.project);
        if let Some([own]) = cost(best).map(Vec::as_slice)
            && others()
                .filter_map(|o| cost(o))
                .flatten()
                .all(|s| s.currency == own.currency && s.minor < own.minor)
        {
            reasons.push("it has the largest known cost".to_owned());
        }
        if reasons.is_empty() {
            reasons.push("nothing known sets one of them apart; taken in the order of ids".to_owned());
        }
        Self {
            authority: best.authority.clone(),
            project: best.project,
            reasons,
        }
    }
}

/// All authorities but the lead; those who lead an effort first, then by id.
pub(super) fn joiners(lead: &Member, efforts: &[&Member], spends: &Spends) -> Vec<Joiner> {
    let leaders: Vec<&Named> = sorted(efforts.iter().map(|member| &member.authority));
    let partners: Vec<&Named> = sorted(efforts.iter().flat_map(|member| &member.partners));
    let mut seen: FxHashSet<&str> = FxHashSet::from_iter([lead.authority.id.as_str()]);
    let mut joiners = Vec::new();
    for authority in leaders.into_iter().chain(partners) {
        if !seen.insert(&authority.id) {
            continue;
        }
        let own: Vec<&Member> = efforts
            .iter()
            .filter(|member| member.authority.id == authority.id)
            .copied()
            .collect();
        let takes_part = |member: &Member| member.partners.iter().any(|partner| partner.id == authority.id);
        let projects = efforts
            .iter()
            .filter(|member| member.authority.id == authority.id || takes_part(member))
            .map(|member| member.project)
            .collect();
        joiners.push(Joiner {
            authority: authority.clone(),
            projects,
            spent: total_of(
                own.iter()
                    .filter_map(|member| spends.get(&member.project))
                    .flatten(),
            ),
            brings: brings(&own, efforts, &authority.id),
        });
    }
    joiners
}

fn sorted<'a>(named: impl Iterator<Item = &'a Named>) -> Vec<&'a Named> {
    let mut all: Vec<&Named> = named.collect();
    all.sort();
    all
}

fn brings(own: &[&Member], efforts: &[&Member], id: &str) -> String {
    let best = own
        .iter()
        .copied()
        .reduce(|a, b| if standing(b, a).is_gt() { b } else { a });
    if let Some(best) = best {
        let proof = if best.proven {
            ", with evidence that it worked"
        } else {
            ""
        };
        return format!("leads “{}” ({}){proof}", best.title, phase_name(best));
    }
    let joined = efforts
        .iter()
        .filter(|member| member.partners.iter().any(|partner| partner.id == id));
    let titles: Vec<String> = joined.map(|member| format!("“{}”", member.title)).collect();
    format!("takes part in {}", titles.join(", "))
}

fn phase_name(member: &Member) -> &'static str {
    match member.phase {
        None => "phase unknown",
        Some(Phase::Concept) => "concept",
        Some(Phase::Discovery) => "discovery",
        Some(Phase::Alpha) => "alpha",
        Some(Phase::Beta) => "beta",
        Some(Phase::Live) => "live",
        Some(Phase::Retired) => "ended",
    }
}
