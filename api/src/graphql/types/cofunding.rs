//! What could be funded together: calls that fit, and bids that could be made.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, Lookahead, SimpleObject};
use uuid::Uuid;

use super::cluster::OverlapCluster;
use super::funding::FundingCall;
use super::money::Money;
use super::organisation::Organisation;
use super::project::Project;
use crate::clock;
use crate::error::ApiResult;
use crate::exchange::record::Amount;
use crate::graphql::pagination::{PageArguments, connection, placed};
use crate::service::App;
use crate::service::cofunding::suggestion::{Match, Suggestion};
use crate::service::cofunding::{Check, Consortium, LeftOut, Part, Rule};
use crate::store;

/// A rule of a funding call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum FundingRule {
    /// A body must exist still: an ended one makes way for its successor.
    Standing,
    /// The kinds of body that may lead.
    LeadKind,
    /// The most bids of the call that one body may lead.
    MostLed,
    /// The kinds of body that may take part.
    MemberKind,
    /// The nations that all members lie in.
    Nation,
    /// The phases that are funded.
    Phase,
    /// The themes that are funded.
    Theme,
    /// The fewest partners beside the lead.
    FewestPartners,
    /// The most partners beside the lead.
    MostPartners,
    /// So many members of one nation.
    NationQuota,
    /// The least that may be asked for.
    LeastGrant,
    /// The most that is granted to a bid: what lies above it is a gap, and no bar.
    MostGrant,
    /// The most that is granted to each member: what lies above it is a gap, and no bar.
    MostGrantEach,
}

impl From<Rule> for FundingRule {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::Standing => Self::Standing,
            Rule::LeadKind => Self::LeadKind,
            Rule::MostLed => Self::MostLed,
            Rule::MemberKind => Self::MemberKind,
            Rule::Nation => Self::Nation,
            Rule::Phase => Self::Phase,
            Rule::Theme => Self::Theme,
            Rule::FewestPartners => Self::FewestPartners,
            Rule::MostPartners => Self::MostPartners,
            Rule::NationQuota => Self::NationQuota,
            Rule::LeastGrant => Self::LeastGrant,
            Rule::MostGrant => Self::MostGrant,
            Rule::MostGrantEach => Self::MostGrantEach,
        }
    }
}

/// Whether a rule holds, and what would mend it.
#[derive(Debug, Clone, SimpleObject)]
pub struct FundingRuleCheck {
    /// The rule.
    pub rule: FundingRule,
    /// Whether it holds.
    pub holds: bool,
    /// What was seen, in plain words.
    pub detail: String,
    /// What would mend it, such as `one more partner in Wales`; null where it holds or nothing would.
    pub fix: Option<String>,
}

impl From<Check> for FundingRuleCheck {
    fn from(check: Check) -> Self {
        Self {
            rule: check.rule.into(),
            holds: check.holds,
            detail: check.detail,
            fix: check.fix,
        }
    }
}

/// What of the money falls to one member of a bid, or to all. `cost` is `match` + `grant` + `gap`, to the penny.
#[derive(Debug, Clone, SimpleObject)]
pub struct BidMoney {
    /// What it would cost to go alone: awards, or else budgets, of the projects that it leads.
    pub alone: Money,
    /// What it bears of the shared cost. One build for all is taken to cost what the dearest of them would pay alone, and each to
    /// pay 30 per cent of its own figure to adopt it: an estimate to start a talk with, not a quotation.
    pub cost: Money,
    /// What it must bring itself, by the call's match rate.
    pub r#match: Money,
    /// What the call could grant.
    pub grant: Money,
    /// What remains to be found, because of the call's caps.
    pub gap: Money,
    /// What is saved against going alone: `alone` less `cost`.
    pub saved: Money,
}

impl BidMoney {
    pub(super) fn of(part: &Part, currency: &str) -> Self {
        let money = |minor| {
            Money::from(Amount {
                minor,
                currency: currency.to_owned(),
            })
        };
        Self {
            alone: money(part.alone),
            cost: money(part.share),
            r#match: money(part.matched),
            grant: money(part.grant),
            gap: money(part.gap),
            saved: money(part.saved),
        }
    }
}

/// A member of a bid that could be made.
#[derive(Debug, Clone, SimpleObject)]
pub struct CoFundingMember {
    /// The body.
    pub organisation: Organisation,
    /// Its projects that the call would fund.
    pub projects: Vec<Project>,
    /// How alike they are to the lead's, from 0 to 1; 0 where no finding ties them together.
    pub likeness: f64,
    /// What it is the first to bring, such as `a partner in Wales`.
    pub adds: Vec<String>,
    /// Whether the cost of its projects is known; where not, it bears no share yet.
    pub cost_known: bool,
    /// What it pays and gets.
    pub money: BidMoney,
}

/// A bid that could be made for a funding call by bodies whose projects overlap.
///
/// Of all choices of partners for a lead that keep every rule of the call, the one with the most points is suggested. Points
/// are a convention: likeness of the partners' projects to the lead's, less what a partner costs to work with; nations,
/// regions and themes covered; how far along the lead is; what is saved, less the gap. They never make up for a rule.
#[derive(Debug, Clone, SimpleObject)]
pub struct CoFundingSuggestion {
    /// The call.
    pub call: FundingCall,
    /// The cluster of overlapping projects that it builds on.
    pub cluster: Option<OverlapCluster>,
    /// Whether every rule holds; otherwise it is a near miss, and `rules` say what would mend it.
    pub complete: bool,
    /// The body that would lead.
    pub lead: Organisation,
    /// Everybody, the lead first.
    pub members: Vec<CoFundingMember>,
    /// What all pay and get together.
    pub money: BidMoney,
    /// The call's rules, one by one.
    pub rules: Vec<FundingRuleCheck>,
    /// How much the call is about what the projects are about, from 0 to 1. It only ranks.
    pub likeness: f64,
    /// How good the choice is, in points.
    pub points: i32,
    /// Whether it is proven that no other choice of partners for this lead has more points.
    pub exact: bool,
    /// Whole days until the call closes; null where it never does.
    pub days_left: Option<i32>,
}

connection!(
    CoFundingSuggestionConnection,
    CoFundingSuggestionEdge,
    CoFundingSuggestion,
    "suggested bids"
);

/// A body that cannot take part, and why.
#[derive(Debug, Clone, SimpleObject)]
pub struct BarredBody {
    /// The body.
    pub organisation: Organisation,
    /// The rules that it does not meet.
    pub rules: Vec<FundingRuleCheck>,
}

/// A funding call, and whether a bid could be made for it.
#[derive(Debug, Clone, SimpleObject)]
pub struct FundingMatch {
    /// The call.
    pub call: FundingCall,
    /// Whether a bid could be made that keeps every rule.
    pub fits: bool,
    /// The rules of the best bid, or of what comes nearest, one by one: those that hold and those that fail.
    pub rules: Vec<FundingRuleCheck>,
    /// Who would lead the best bid, or what comes nearest; null where nobody can.
    pub lead: Option<Organisation>,
    /// Who would take part, the lead first.
    pub members: Vec<Organisation>,
    /// The money against the need; null where nobody can take part.
    pub money: Option<BidMoney>,
    /// Bodies that cannot take part, and why; at most 100.
    pub barred: Vec<BarredBody>,
    /// How much the call is about what the projects are about, from 0 to 1. It only ranks.
    pub likeness: f64,
    /// Whole days until the call closes; null where it never does.
    pub days_left: Option<i32>,
}

connection!(
    FundingMatchConnection,
    FundingMatchEdge,
    FundingMatch,
    "matching calls"
);

/// So many barred bodies are shown of a call.
const MOST_BARRED: usize = 100;

/// What answers about bids that could be made speak of, loaded in a fixed number of statements.
struct Spoken {
    bodies: HashMap<String, Organisation>,
    projects: HashMap<Uuid, Project>,
    clusters: HashMap<Uuid, OverlapCluster>,
}

impl Spoken {
    async fn bodies(ctx: &Context<'_>, ids: Vec<Uuid>) -> ApiResult<Self> {
        let rows = store::organisation::by_ids(ctx.data_unchecked::<App>().db.read(), ids).await?;
        let bodies = rows
            .into_iter()
            .map(|row| (row.id.to_string(), Organisation::from(row)));
        Ok(Self {
            bodies: bodies.collect(),
            projects: HashMap::new(),
            clusters: HashMap::new(),
        })
    }

    fn body(&self, id: &str) -> Option<Organisation> {
        self.bodies.get(id).cloned()
    }
}

fn nodes<'a>(look: &Lookahead<'a>) -> [Lookahead<'a>; 2] {
    [look.field("nodes"), look.field("edges").field("node")]
}

/// Each id once.
fn ids<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = texts.filter_map(|id| Uuid::parse_str(id).ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn named_in_matches(found: &[Match]) -> Vec<Uuid> {
    let bids = found.iter().filter_map(|one| one.best.as_ref());
    let seats = bids.flat_map(|bid| bid.seats.iter().map(|seat| seat.body.id.as_str()));
    let barred = found.iter().flat_map(|one| one.left_out.iter().take(MOST_BARRED));
    ids(seats.chain(barred.map(|out| out.body.id.as_str())))
}

fn named_in_suggestions(found: &[Suggestion]) -> Vec<Uuid> {
    let seats = found.iter().flat_map(|one| one.bid.seats.iter());
    ids(seats.map(|seat| seat.body.id.as_str()))
}

/// Calls that fit, as a page.
///
/// # Errors
/// Bad input for arguments out of bounds.
pub(crate) async fn matches(
    ctx: &Context<'_>,
    found: Vec<Match>,
    arguments: &PageArguments,
) -> ApiResult<FundingMatchConnection> {
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let (found, cursors, info) = placed(found, arguments)?;
    let ids = named_in_matches(&found);
    let spoken = Spoken::bodies(ctx, ids).await?;
    let nodes = found.into_iter().map(|one| matched(one, &spoken)).collect();
    Ok(FundingMatchConnection::new(nodes, cursors, info, total))
}

fn matched(found: Match, spoken: &Spoken) -> FundingMatch {
    let now = clock::now().timestamp_millis();
    let days_left = found
        .call
        .days_left(now)
        .and_then(|days| i32::try_from(days).ok());
    let currency = found.call.row.currency.clone();
    let seats = found.best.iter().flat_map(|bid| &bid.seats);
    let members: Vec<Organisation> = seats.filter_map(|seat| spoken.body(&seat.body.id)).collect();
    let barred = found.left_out.into_iter().take(MOST_BARRED);
    FundingMatch {
        fits: found.fits,
        likeness: found.likeness,
        days_left,
        lead: members.first().cloned(),
        members,
        money: found.best.as_ref().map(|bid| BidMoney::of(&bid.total, &currency)),
        rules: found.best.map(|bid| checks(bid.checks)).unwrap_or_default(),
        barred: barred.filter_map(|out| barred_body(out, spoken)).collect(),
        call: FundingCall(found.call),
    }
}

fn barred_body(out: LeftOut, spoken: &Spoken) -> Option<BarredBody> {
    Some(BarredBody {
        organisation: spoken.body(&out.body.id)?,
        rules: checks(out.checks),
    })
}

pub(super) fn checks(checks: Vec<Check>) -> Vec<FundingRuleCheck> {
    checks.into_iter().map(FundingRuleCheck::from).collect()
}

/// Bids that could be made, as a page.
///
/// # Errors
/// Bad input for arguments out of bounds.
pub(crate) async fn suggestions(
    ctx: &Context<'_>,
    found: Vec<Suggestion>,
    arguments: &PageArguments,
) -> ApiResult<CoFundingSuggestionConnection> {
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let (found, cursors, info) = placed(found, arguments)?;
    let mut spoken = Spoken::bodies(ctx, named_in_suggestions(&found)).await?;
    let look = ctx.look_ahead();
    let looks = nodes(&look);
    spoken.projects = projects(ctx, &found, &looks).await?;
    if looks.iter().any(|node| node.field("cluster").exists()) {
        spoken.clusters = clusters(ctx, &found, &looks).await?;
    }
    let nodes = found
        .into_iter()
        .filter_map(|one| suggested(one, &spoken))
        .collect();
    Ok(CoFundingSuggestionConnection::new(nodes, cursors, info, total))
}

async fn projects(
    ctx: &Context<'_>,
    found: &[Suggestion],
    looks: &[Lookahead<'_>],
) -> ApiResult<HashMap<Uuid, Project>> {
    let seats = found.iter().flat_map(|one| &one.bid.seats);
    let mut ids: Vec<Uuid> = seats
        .flat_map(|seat| &seat.projects)
        .map(|key| Uuid::from_u128(key.0))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = store::project::by_ids(ctx.data_unchecked::<App>().db.read(), &ids).await?;
    let asked: Vec<Lookahead<'_>> = looks
        .iter()
        .map(|node| node.field("members").field("projects"))
        .collect();
    let projects = Project::page(ctx, rows, &asked).await?;
    Ok(projects
        .into_iter()
        .map(|project| (project.row.id, project))
        .collect())
}

async fn clusters(
    ctx: &Context<'_>,
    found: &[Suggestion],
    looks: &[Lookahead<'_>],
) -> ApiResult<HashMap<Uuid, OverlapCluster>> {
    let mut ids: Vec<Uuid> = found.iter().filter_map(|one| one.cluster).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = store::cluster::by_ids(ctx.data_unchecked::<App>().db.read(), &ids).await?;
    let asked: Vec<Lookahead<'_>> = looks.iter().map(|node| node.field("cluster")).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let clusters = OverlapCluster::page(ctx, rows, &asked).await?;
    Ok(ids.into_iter().zip(clusters).collect())
}

fn suggested(found: Suggestion, spoken: &Spoken) -> Option<CoFundingSuggestion> {
    let now = clock::now().timestamp_millis();
    let days_left = found
        .call
        .days_left(now)
        .and_then(|days| i32::try_from(days).ok());
    let currency = found.call.row.currency.clone();
    let Consortium {
        complete,
        seats,
        total,
        points,
        at_most,
        checks: rules,
    } = found.bid;
    let members = seats.into_iter().filter_map(|seat| {
        let projects = seat
            .projects
            .iter()
            .filter_map(|key| spoken.projects.get(&Uuid::from_u128(key.0)));
        Some(CoFundingMember {
            organisation: spoken.body(&seat.body.id)?,
            projects: projects.cloned().collect(),
            likeness: f64::from(u32::try_from(seat.likeness_permille).unwrap_or(0)) / 1_000.0,
            adds: seat.adds,
            cost_known: seat.cost_known,
            money: BidMoney::of(&seat.part, &currency),
        })
    });
    let members: Vec<CoFundingMember> = members.collect();
    Some(CoFundingSuggestion {
        cluster: found.cluster.and_then(|id| spoken.clusters.get(&id).cloned()),
        complete,
        lead: members.first()?.organisation.clone(),
        members,
        money: BidMoney::of(&total, &currency),
        rules: checks(rules),
        likeness: found.likeness,
        points: i32::try_from(points).unwrap_or(i32::MAX),
        exact: points == at_most,
        days_left,
        call: FundingCall(Arc::clone(&found.call)),
    })
}
