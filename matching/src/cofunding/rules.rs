//! What a funding call demands, and whether it is met.

use super::Named;
use crate::{Key, Phase};

/// So many of one nation must be in a bid, its lead included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The nation, such as `Wales`.
    pub nation: String,
    /// At least so many.
    pub fewest: usize,
}

/// The part of its own cost that a body of one kind must bring itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRate {
    /// The kind of body, in the caller's words.
    pub kind: String,
    /// In hundredths of a per cent, from 0 to 10,000.
    pub basis_points: u32,
}

/// What a call demands of a bid. Empty lists and `None` demand nothing.
///
/// Rules are hard: what breaks one is no bid. Likeness never makes up for a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// ISO 4217; costs in another currency are not counted.
    pub currency: String,
    /// The kinds of body that may lead.
    pub lead_kinds: Vec<String>,
    /// The kinds of body that may take part at all.
    pub member_kinds: Vec<String>,
    /// The nations that all must lie in.
    pub nations: Vec<String>,
    /// The phases of which each must have an effort.
    pub phases: Vec<Phase>,
    /// The themes of which each must have an effort; case does not matter.
    pub themes: Vec<String>,
    /// The fewest partners beside the lead.
    pub fewest_partners: usize,
    /// The most partners beside the lead.
    pub most_partners: Option<usize>,
    /// How many must be of some nation.
    pub quotas: Vec<Quota>,
    /// What each kind must bring itself; nothing where a kind is not named.
    pub match_rates: Vec<MatchRate>,
    /// The least that a bid may ask for, in minor units.
    pub least_grant: Option<i64>,
    /// The most that is granted to a bid.
    pub most_grant: Option<i64>,
    /// The most that is granted to each member of a bid.
    pub most_grant_each: Option<i64>,
    /// The most bids of the call that one body may lead.
    pub most_led: Option<usize>,
}

/// Which rule was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A body must exist still.
    Standing,
    /// The kinds that may lead.
    LeadKind,
    /// The most bids led.
    MostLed,
    /// The kinds that may take part.
    MemberKind,
    /// The nations that all lie in.
    Nation,
    /// The phases that are funded.
    Phase,
    /// The themes that are funded.
    Theme,
    /// The fewest partners.
    FewestPartners,
    /// The most partners.
    MostPartners,
    /// So many of one nation.
    NationQuota,
    /// The least that may be asked for.
    LeastGrant,
    /// The most that is granted to a bid: what lies above it is a gap, and no bar.
    MostGrant,
    /// The most that is granted to each: what lies above it is a gap, and no bar.
    MostGrantEach,
}

/// Whether a rule holds, and what would mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The rule.
    pub rule: Rule,
    /// Whether it holds.
    pub holds: bool,
    /// What was seen, in plain words.
    pub detail: String,
    /// What would mend it, where it does not hold and something would.
    pub fix: Option<String>,
}

impl Check {
    pub(super) fn new(rule: Rule, holds: bool, detail: String) -> Self {
        Self {
            rule,
            holds,
            detail,
            fix: None,
        }
    }

    pub(super) fn mended_by(mut self, fix: impl FnOnce() -> String) -> Self {
        if !self.holds {
            self.fix = Some(fix());
        }
        self
    }
}

/// One effort that a body has.
#[derive(Debug, Clone, PartialEq)]
pub struct Effort {
    /// The project.
    pub project: Key,
    /// How far along.
    pub phase: Option<Phase>,
    /// Whether there is evidence that it worked.
    pub proven: bool,
    /// Its themes.
    pub themes: Vec<String>,
    /// What it costs the body alone, by currency; empty where unknown, or where another body bears it.
    pub costs: Vec<super::Sum>,
}

/// A body that could take part in a bid.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Who.
    pub named: Named,
    /// The kind of body, in the words that the rules use.
    pub kind: String,
    /// The nation that it lies in, where known.
    pub nation: Option<String>,
    /// The region that it lies in, where known.
    pub region: Option<String>,
    /// Whether it was dissolved or merged into another.
    pub ended: bool,
    /// How many bids of the call it leads already.
    pub led: usize,
    /// What it does; never empty in a useful body.
    pub efforts: Vec<Effort>,
}

impl Body {
    /// The efforts that the call would fund.
    pub(super) fn fitting<'a>(&'a self, rules: &'a Rules) -> impl Iterator<Item = &'a Effort> {
        self.efforts
            .iter()
            .filter(|effort| rules.takes_phase(effort.phase) && rules.takes_themes(&effort.themes))
    }

    /// What its fitting efforts cost it alone, in minor units of the call's currency; `None` where no cost is known.
    #[must_use]
    pub fn need(&self, rules: &Rules) -> Option<i64> {
        let costs = self.fitting(rules).flat_map(|effort| &effort.costs);
        costs
            .filter(|cost| cost.currency == rules.currency && cost.minor > 0)
            .map(|cost| cost.minor)
            .reduce(i64::saturating_add)
    }

    /// How far along the best fitting effort is: what ended counts only when it was proven, and then as live.
    pub(super) fn stage(&self, rules: &Rules) -> Option<(Phase, bool)> {
        let standing = |effort: &Effort| match effort.phase? {
            Phase::Retired if effort.proven => Some((Phase::Live, true)),
            Phase::Retired => None,
            phase => Some((phase, effort.proven)),
        };
        self.fitting(rules).filter_map(standing).max()
    }
}

impl Rules {
    fn takes_phase(&self, phase: Option<Phase>) -> bool {
        self.phases.is_empty() || phase.is_some_and(|phase| self.phases.contains(&phase))
    }

    fn takes_themes(&self, themes: &[String]) -> bool {
        let wanted = |theme: &String| self.themes.iter().any(|wanted| same(wanted, theme));
        self.themes.is_empty() || themes.iter().any(wanted)
    }

    /// The match rate of a kind of body, in hundredths of a per cent.
    #[must_use]
    pub fn match_rate(&self, kind: &str) -> u32 {
        let rate = self.match_rates.iter().find(|rate| rate.kind == kind);
        rate.map_or(0, |rate| rate.basis_points.min(10_000))
    }

    /// Whether a body may take part at all, rule by rule.
    #[must_use]
    pub fn of_member(&self, body: &Body) -> Vec<Check> {
        let name = &body.named.name;
        let mut checks = Vec::new();
        let stands = match body.ended {
            true => format!("{name} has ended; its successor could take its place"),
            false => format!("{name} exists"),
        };
        checks.push(Check::new(Rule::Standing, !body.ended, stands));
        if !self.member_kinds.is_empty() {
            let holds = self.member_kinds.contains(&body.kind);
            let detail = format!(
                "{name} is {}; {} may take part",
                body.kind,
                self.member_kinds.join(", ")
            );
            checks.push(Check::new(Rule::MemberKind, holds, detail));
        }
        if !self.nations.is_empty() {
            let nation = body.nation.as_deref();
            let holds = nation.is_some_and(|nation| self.nations.iter().any(|wanted| same(wanted, nation)));
            let nation = nation.unwrap_or("no known nation");
            let detail = format!(
                "{name} lies in {nation}; the call is for {}",
                self.nations.join(", ")
            );
            checks.push(Check::new(Rule::Nation, holds, detail));
        }
        if !self.phases.is_empty() {
            let holds = body.efforts.iter().any(|effort| self.takes_phase(effort.phase));
            let wanted: Vec<String> = self.phases.iter().map(|phase| word(*phase)).collect();
            let detail = format!("{name} must have an effort in {}", wanted.join(", "));
            checks.push(Check::new(Rule::Phase, holds, detail));
        }
        if !self.themes.is_empty() {
            let holds = self.fitting(body);
            let detail = format!(
                "{name} must have an effort on {} of a funded phase",
                self.themes.join(", ")
            );
            checks.push(Check::new(Rule::Theme, holds, detail));
        }
        checks
    }

    /// Whether a bid of these bodies, the lead first, keeps the rules, one by one; `money` is what falls to all.
    #[must_use]
    pub fn of_bid(&self, bodies: &[&Body], money: &super::Part) -> Vec<Check> {
        super::near::checks(self, bodies, money)
    }

    fn fitting(&self, body: &Body) -> bool {
        body.fitting(self).next().is_some()
    }

    /// Whether a body that may take part may also lead, rule by rule.
    #[must_use]
    pub fn of_lead(&self, body: &Body) -> Vec<Check> {
        let name = &body.named.name;
        let mut checks = Vec::new();
        if !self.lead_kinds.is_empty() {
            let holds = self.lead_kinds.contains(&body.kind);
            let kinds = self.lead_kinds.join(", ");
            let check = Check::new(
                Rule::LeadKind,
                holds,
                format!("{name} is {}; {kinds} may lead", body.kind),
            );
            checks.push(check.mended_by(|| format!("a lead of the kind {kinds}")));
        }
        if let Some(most) = self.most_led {
            let detail = format!(
                "{name} leads {} bids of this call, {most} may be led by one",
                body.led
            );
            let check = Check::new(Rule::MostLed, body.led < most, detail);
            checks.push(check.mended_by(|| "another lead".to_owned()));
        }
        checks
    }
}

/// Whether two words of a list are one; case and outer spaces do not matter.
pub(super) fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.trim(), right.trim());
    match left.is_ascii() && right.is_ascii() {
        true => left.eq_ignore_ascii_case(right),
        false => left.to_lowercase() == right.to_lowercase(),
    }
}

fn word(phase: Phase) -> String {
    format!("{phase:?}").to_lowercase()
}
