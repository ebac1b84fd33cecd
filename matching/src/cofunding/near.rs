//! Whether a bid meets a call's rules; and where none does, what comes nearest.

use super::Consortium;
use super::pool::Setting;
use super::rules::{Body, Check, Rule, Rules};
use super::split::Part;

/// The rules of a bid as a whole, for a bid of these members, the lead first.
pub(super) fn checks(rules: &Rules, bodies: &[&Body], money: &Part) -> Vec<Check> {
    let mut checks = Vec::new();
    let own: Vec<Check> = bodies.iter().flat_map(|body| rules.of_member(body)).collect();
    for rule in [
        Rule::Standing,
        Rule::MemberKind,
        Rule::Nation,
        Rule::Phase,
        Rule::Theme,
    ] {
        let own: Vec<&Check> = own.iter().filter(|check| check.rule == rule).collect();
        if !own.is_empty() {
            let details: Vec<&str> = own.iter().map(|check| check.detail.as_str()).collect();
            checks.push(Check::new(
                rule,
                own.iter().all(|check| check.holds),
                details.join("; "),
            ));
        }
    }
    checks.extend(bodies.first().into_iter().flat_map(|lead| rules.of_lead(lead)));
    let partners = bodies.len().saturating_sub(1);
    if rules.fewest_partners > 0 {
        let missing = rules.fewest_partners.saturating_sub(partners);
        let detail = format!(
            "{partners} partners beside the lead, at least {} are asked for",
            rules.fewest_partners
        );
        checks.push(
            Check::new(Rule::FewestPartners, missing == 0, detail).mended_by(|| more(missing, "partner")),
        );
    }
    if let Some(most) = rules.most_partners {
        let detail = format!("{partners} partners beside the lead, at most {most} are allowed");
        checks.push(Check::new(Rule::MostPartners, partners <= most, detail));
    }
    for quota in &rules.quotas {
        let of = |body: &&&Body| {
            (body.nation.as_deref()).is_some_and(|own| super::rules::same(own, &quota.nation))
        };
        let there = bodies.iter().filter(of).count();
        let missing = quota.fewest.saturating_sub(there);
        let detail = format!(
            "{there} members in {}, at least {} are asked for",
            quota.nation, quota.fewest
        );
        let check = Check::new(Rule::NationQuota, missing == 0, detail);
        checks.push(check.mended_by(|| more(missing, &format!("partner in {}", quota.nation))));
    }
    checks.extend(of_money(rules, money));
    checks
}

fn of_money(rules: &Rules, money: &Part) -> Vec<Check> {
    let mut checks = Vec::new();
    let currency = &rules.currency;
    if let Some(least) = rules.least_grant {
        let short = least.saturating_sub(money.grant);
        let detail = format!(
            "would ask for {} {currency}, at least {} must be asked for",
            major(money.grant),
            major(least)
        );
        let check = Check::new(Rule::LeastGrant, short <= 0, detail);
        checks.push(check.mended_by(|| format!("{} {currency} more to ask for", major(short))));
    }
    let caps = [
        (Rule::MostGrantEach, rules.most_grant_each, "to each"),
        (Rule::MostGrant, rules.most_grant, "to a bid"),
    ];
    for (rule, most, whom) in caps {
        if let Some(most) = most {
            let detail = format!(
                "at most {} {currency} is granted {whom}; the caps leave {} {currency} to be found",
                major(most),
                major(money.gap)
            );
            checks.push(Check::new(rule, true, detail));
        }
    }
    checks
}

fn more(missing: usize, what: &str) -> String {
    match missing {
        1 => format!("one more {what}"),
        _ => format!("{missing} more {}", what.replacen("partner", "partners", 1)),
    }
}

/// Hundredths as a number with two decimals; currencies with other minor units are told in theirs by the caller.
fn major(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let whole = minor.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}

/// What is left out to see whether the rest can be met.
#[derive(Clone, Copy, PartialEq)]
enum Relaxed {
    Lead,
    Fewest,
    Quota(usize),
    Least,
    Money,
}

/// The bid that breaks the fewest rules, where none keeps all; it says which, and what would mend them.
/// `None` where nobody may take part, or three rules and more stand in the way.
pub(super) fn nearest(setting: &Setting<'_>) -> Option<Consortium> {
    let rules = setting.rules;
    let quotas = (0..rules.quotas.len()).map(Relaxed::Quota);
    let all: Vec<Relaxed> = [Relaxed::Lead, Relaxed::Fewest]
        .into_iter()
        .chain(quotas)
        .chain([Relaxed::Least, Relaxed::Money])
        .collect();
    let single = all.iter().map(|one| vec![*one]);
    let pairs = all.iter().enumerate().flat_map(|(at, one)| {
        let later = all.iter().skip(at + 1);
        later.map(move |other| vec![*one, *other])
    });
    single.chain(pairs).find_map(|relaxed| {
        let (rules, any_lead) = without(setting, &relaxed);
        let found = setting.solve(&rules, any_lead, 1);
        found.into_iter().next()
    })
}

/// The rules, with some asking for no more than there is.
fn without(setting: &Setting<'_>, relaxed: &[Relaxed]) -> (Rules, bool) {
    let mut rules = setting.rules.clone();
    let mut any_lead = false;
    for one in relaxed {
        match one {
            Relaxed::Lead => any_lead = true,
            Relaxed::Fewest => {
                rules.fewest_partners = rules
                    .fewest_partners
                    .min(setting.eligible.len().saturating_sub(1));
            }
            Relaxed::Quota(at) => {
                if let Some(quota) = rules.quotas.get_mut(*at) {
                    quota.fewest = quota.fewest.min(setting.of_nation(&quota.nation));
                }
            }
            Relaxed::Least => {
                rules.least_grant = rules.least_grant.map(|least| least.min(setting.most_asked()));
            }
            // Who may take part could ask for that much, but not within the other rules.
            Relaxed::Money => rules.least_grant = None,
        }
    }
    (rules, any_lead)
}
