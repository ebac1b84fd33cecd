//! Authorities worth talking to.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, SimpleObject};
use uuid::Uuid;

use super::organisation::Authority;
use super::project::Project;
use crate::error::ApiError;
use crate::graphql::pagination::{PageArguments, PageInfo, cursor};
use crate::service::partner::{Measured, Sought, Suggestion, Weighed};
use crate::service::{App, partner};
use crate::store;
use crate::store::page::{KeyKind, Page, Position, SortKey};

/// So many suggestions are made; nobody reads further.
const MOST_SUGGESTED: usize = 200;

/// Authorities worth talking to, the best first.
#[derive(Debug, Clone, SimpleObject)]
pub struct PartnerSuggestionConnection {
    /// The suggestions, each with its cursor.
    pub edges: Vec<PartnerSuggestionEdge>,
    /// The suggestions.
    pub nodes: Vec<PartnerSuggestion>,
    /// Where this page stands in the list.
    pub page_info: PageInfo,
    /// How many suggestions there are in all.
    pub total_count: i32,
    /// What one should know of these suggestions, for a person to read.
    pub notes: Vec<String>,
}

/// One of the suggestions.
#[derive(Debug, Clone, SimpleObject)]
pub struct PartnerSuggestionEdge {
    /// Marks the suggestion's place in the list.
    pub cursor: String,
    /// The suggestion.
    pub node: PartnerSuggestion,
}

/// An authority worth talking to, and why.
#[derive(Debug, Clone, SimpleObject)]
pub struct PartnerSuggestion {
    /// The authority.
    pub authority: Authority,
    /// How much speaks for it, from 0 to 1. The contributions of reasons and counter-reasons add up to it.
    pub score: f64,
    /// What speaks for it, the weightiest first.
    pub reasons: Vec<Reason>,
    /// What was held against it.
    pub counter_reasons: Vec<Reason>,
    /// How like the two authorities are; null where too little is known.
    pub likeness: Option<Likeness>,
    /// The distance between the middles of both, in kilometres.
    pub distance_km: Option<f64>,
    /// Whether both run the same services; null where unknown.
    pub same_tier: Option<bool>,
    /// Efforts of both that overlap.
    pub efforts: Vec<SharedEffort>,
}

/// Something that speaks for or against an authority.
#[derive(Debug, Clone, SimpleObject)]
pub struct Reason {
    /// The kind of reason: a stable lower-case name.
    pub factor: String,
    /// What it adds to the score; negative counts against.
    pub contribution: f64,
    /// What was seen, in plain words.
    pub detail: String,
}

/// How like two authorities are.
#[derive(Debug, Clone, SimpleObject)]
pub struct Likeness {
    /// The standardised distance; 0 is the same in every fact.
    pub distance: f64,
    /// The same as a likeness from 0 to 1.
    pub value: f64,
    /// What the distance is made of.
    pub parts: Vec<LikenessPart>,
}

/// One fact that two authorities are compared by.
#[derive(Debug, Clone, SimpleObject)]
pub struct LikenessPart {
    /// The fact, such as `population`.
    pub fact: String,
    /// The difference in standard deviations.
    pub difference: f64,
    /// The part of the distance that it makes up, from 0 to 1.
    pub share: f64,
}

/// Two projects that overlap, one of each authority.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedEffort {
    /// The project of the authority that asks.
    pub ours: Project,
    /// The project of the authority suggested.
    pub theirs: Project,
    /// How sure it is that both pursue the same effort.
    pub score: f64,
}

impl PartnerSuggestionConnection {
    /// Suggestions for an authority.
    ///
    /// # Errors
    /// Bad input when the authority is none, or takes no part in the project.
    pub(crate) async fn find(
        ctx: &Context<'_>,
        authority: Uuid,
        sought: Sought,
        arguments: &PageArguments,
    ) -> Result<Self, ApiError> {
        let page = arguments.page(KeyKind::Id)?;
        let app = ctx.data_unchecked::<App>();
        let found = partner::suggest(app, authority, sought, MOST_SUGGESTED).await?;
        let total_count = i32::try_from(found.partners.len()).unwrap_or(i32::MAX);
        let notes = found.notes;
        let (partners, more) = stretch(found.partners, &page);
        let bodies = partners
            .iter()
            .filter_map(|partner| Uuid::parse_str(&partner.authority).ok());
        let bodies = store::organisation::by_ids(app.db.read(), bodies.collect::<Vec<_>>()).await?;
        let mut bodies: HashMap<String, Authority> = bodies
            .into_iter()
            .map(|row| (row.id.to_string(), Authority(Arc::new(row))))
            .collect();
        let projects = projects(ctx, &partners).await?;
        let nodes = partners.into_iter().filter_map(|suggestion| {
            let authority = bodies.remove(&suggestion.authority)?;
            Some(PartnerSuggestion::of(authority, suggestion, &projects))
        });
        let nodes: Vec<PartnerSuggestion> = nodes.collect();
        let edge = |node: &PartnerSuggestion| PartnerSuggestionEdge {
            cursor: cursor(&Position {
                key: SortKey::Id(node.authority.0.id),
                id: node.authority.0.id,
            }),
            node: node.clone(),
        };
        let edges: Vec<PartnerSuggestionEdge> = nodes.iter().map(edge).collect();
        let page_info = PageInfo {
            has_previous_page: page.beyond.is_some(),
            has_next_page: more,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Ok(Self {
            edges,
            nodes,
            page_info,
            total_count,
            notes,
        })
    }
}

/// The suggestions of one page, and whether there are more.
fn stretch(partners: Vec<Suggestion>, page: &Page) -> (Vec<Suggestion>, bool) {
    let after = page.beyond.as_ref().map(|place| place.id.to_string());
    let passed = after.and_then(|id| partners.iter().position(|partner| partner.authority == id));
    let begin = passed.map_or(0, |place| place + 1);
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = partners.len() > begin.saturating_add(limit);
    (partners.into_iter().skip(begin).take(limit).collect(), more)
}

/// The projects that the suggestions speak of, by id.
async fn projects(ctx: &Context<'_>, partners: &[Suggestion]) -> Result<HashMap<Uuid, Project>, ApiError> {
    let efforts = partners.iter().flat_map(|partner| &partner.efforts);
    let mut ids: Vec<Uuid> = efforts
        .flat_map(|effort| [effort.ours.0, effort.theirs.0])
        .map(Uuid::from_u128)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let app = ctx.data_unchecked::<App>();
    let rows = app.kept.by_ids(&app.db, &ids).await?;
    let look = ctx.look_ahead();
    let nodes = [look.field("nodes"), look.field("edges").field("node")];
    let efforts = nodes.iter().map(|node| node.field("efforts"));
    let asked: Vec<_> = efforts
        .flat_map(|effort| [effort.field("ours"), effort.field("theirs")])
        .collect();
    let projects = Project::page(ctx, rows, &asked).await?;
    Ok(projects
        .into_iter()
        .map(|project| (project.row.id, project))
        .collect())
}

impl PartnerSuggestion {
    fn of(authority: Authority, suggestion: Suggestion, projects: &HashMap<Uuid, Project>) -> Self {
        let project = |id: u128| projects.get(&Uuid::from_u128(id)).cloned();
        let efforts = suggestion.efforts.iter().filter_map(|effort| {
            Some(SharedEffort {
                ours: project(effort.ours.0)?,
                theirs: project(effort.theirs.0)?,
                score: effort.score,
            })
        });
        let reasons = |reasons: Vec<Weighed>| reasons.into_iter().map(Reason::from).collect();
        Self {
            efforts: efforts.collect(),
            authority,
            score: suggestion.score,
            reasons: reasons(suggestion.reasons),
            counter_reasons: reasons(suggestion.counter_reasons),
            likeness: suggestion.likeness.map(Likeness::from),
            distance_km: suggestion.distance_km,
            same_tier: suggestion.same_tier,
        }
    }
}

impl From<Weighed> for Reason {
    fn from(reason: Weighed) -> Self {
        Self {
            factor: reason.factor.to_owned(),
            contribution: reason.contribution,
            detail: reason.detail,
        }
    }
}

impl From<Measured> for Likeness {
    fn from(likeness: Measured) -> Self {
        let parts = likeness.parts.into_iter().map(|part| LikenessPart {
            fact: part.fact.to_owned(),
            difference: part.difference,
            share: part.share,
        });
        Self {
            distance: likeness.distance,
            value: likeness.value,
            parts: parts.collect(),
        }
    }
}
