//! Findings, and checks of drafts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Lookahead, Object, SimpleObject};
use entity::kinds::{OverlapRelation, OverlapState};
use entity::overlap::Model;
use entity::project;
use uuid::Uuid;

use super::evidence::OverlapEvidence;
use super::project::Project;
use super::report::OverlapReport;
use super::review::{OverlapMove, OverlapMoveConnection, OverlapReview};
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::{PageArguments, PageInfo, connection, cursor, page_info};
use crate::graphql::scalar::DateTime;
use crate::service::App;
use crate::service::evidence::Stored;
use crate::service::overlap::Check;
use crate::store;
use crate::store::overlap::OverlapQuery;
use crate::store::page::{KeyKind, Position, SortKey};

/// A finding: two projects that seem to pursue the same effort. A score is never a verdict; people decide.
#[derive(Debug, Clone)]
pub struct Overlap {
    row: Arc<Model>,
    left: Project,
    right: Project,
}

connection!(OverlapConnection, OverlapEdge, Overlap, "findings");

impl Overlap {
    /// Findings with their projects and all that the query goes on to ask of them. `asked` are the
    /// query's fields of type `Overlap`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn page(
        ctx: &Context<'_>,
        rows: Vec<Model>,
        asked: &[Lookahead<'_>],
    ) -> Result<Vec<Self>, ApiError> {
        let ids: BTreeSet<Uuid> = rows.iter().flat_map(|row| [row.left_id, row.right_id]).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let app = ctx.data_unchecked::<App>();
        let projects = app.kept.by_ids(&app.db, &ids).await?;
        let sides: Vec<Lookahead<'_>> = asked
            .iter()
            .flat_map(|look| [look.field("left"), look.field("right")])
            .collect();
        let projects = Project::page(ctx, projects, &sides).await?;
        let projects: HashMap<Uuid, Project> = projects
            .into_iter()
            .map(|project| (project.row.id, project))
            .collect();
        Ok(rows
            .into_iter()
            .filter_map(|row| Self::of(row, &projects))
            .collect())
    }

    /// A page of the findings that fit.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        mut query: OverlapQuery,
        arguments: &PageArguments,
    ) -> Result<OverlapConnection, ApiError> {
        let sorted_by = if query.by_time { KeyKind::Id } else { KeyKind::Real };
        let page = arguments.page(sorted_by)?;
        let db = ctx.data_unchecked::<App>().db.read();
        query.authorities = store::organisation::with_predecessors(db, &query.authorities).await?;
        let slice = store::overlap::list(db, &query, &page).await?;
        let look = ctx.look_ahead();
        let total = match look.field("totalCount").exists() {
            true => store::overlap::count(db, &query).await?,
            false => 0,
        };
        let place = |row: &Model| Position {
            key: if query.by_time {
                SortKey::Id(row.id)
            } else {
                SortKey::Real(row.score)
            },
            id: row.id,
        };
        let info = page_info(&slice, place);
        let cursors = slice.rows.iter().map(|row| cursor(&place(row))).collect();
        let nodes = Self::page(
            ctx,
            slice.rows,
            &[look.field("nodes"), look.field("edges").field("node")],
        )
        .await?;
        Ok(OverlapConnection::new(nodes, cursors, info, total))
    }

    /// One finding outside a query's answer; its projects fetch their own children when asked.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn alone(app: &App, row: Model) -> Result<Option<Self>, ApiError> {
        let projects = store::project::by_ids(app.db.read(), &[row.left_id, row.right_id]).await?;
        let projects = projects
            .into_iter()
            .map(|project| (project.id, Project::bare(project)))
            .collect();
        Ok(Self::of(row, &projects))
    }

    fn of(row: Model, projects: &HashMap<Uuid, Project>) -> Option<Self> {
        let (left, right) = (
            projects.get(&row.left_id)?.clone(),
            projects.get(&row.right_id)?.clone(),
        );
        Some(Self {
            row: Arc::new(row),
            left,
            right,
        })
    }
}

/// A finding: two projects that seem to pursue the same effort. A score is never a verdict; people decide.
#[Object]
impl Overlap {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Overlap, self.row.id)
    }

    /// One project. Which one is left says nothing.
    async fn left(&self) -> &Project {
        &self.left
    }

    /// The other project.
    async fn right(&self) -> &Project {
        &self.right
    }

    /// How sure it is that both pursue the same effort: a calibrated probability from 0 to 1.
    async fn score(&self) -> f64 {
        self.row.score
    }

    /// What the two seem to be to each other.
    async fn relation(&self) -> OverlapRelation {
        self.row.relation
    }

    /// How far people have come with it.
    async fn state(&self) -> OverlapState {
        self.row.state
    }

    /// How far people have come with it; null for whom the finding does not concern.
    async fn review(&self, ctx: &Context<'_>) -> Option<ApiResult<OverlapReview>> {
        OverlapReview::of(ctx, &self.row).await.transpose()
    }

    /// Every move of its review that whoever asks may see, the latest first; none for whom the finding does not concern.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn moves(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OverlapMoveConnection, ApiError> {
        OverlapMove::connection(ctx, &self.row, &PageArguments::forwards(first, after)).await
    }

    /// Why: every fact that counted.
    async fn evidence(&self) -> Result<OverlapEvidence, ApiError> {
        let stored: Result<Stored, _> = serde_json::from_str(&self.row.evidence);
        stored.map(OverlapEvidence::from).map_err(ApiError::internal)
    }

    /// All that somebody needs to follow how it came about: both records as they were judged, side by side.
    #[graphql(complexity = "300 + child_complexity")]
    async fn report(&self, ctx: &Context<'_>) -> Result<OverlapReport, ApiError> {
        OverlapReport::of(ctx, &self.row).await
    }

    /// The version of the left project that was judged.
    async fn left_version(&self) -> i32 {
        self.row.left_version
    }

    /// The version of the right project that was judged.
    async fn right_version(&self) -> i32 {
        self.row.right_version
    }

    /// The version of the method and its parameters.
    async fn model_version(&self) -> &str {
        &self.row.model_version
    }

    /// When it was flagged.
    async fn flagged_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it was last judged.
    async fn judged_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }

    /// When a change of a project took the score under the threshold, if it did.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.row.withdrawn_at.map(DateTime)
    }
}

/// A project's findings.
#[derive(Debug, Clone, SimpleObject)]
pub struct ProjectOverlapConnection {
    /// The findings of this page, each with the project on the other side.
    pub edges: Vec<ProjectOverlapEdge>,
    /// The findings of this page.
    pub nodes: Vec<Overlap>,
    /// Where this page stands in the list.
    pub page_info: PageInfo,
    /// How many findings the project has in all; counted only when asked for.
    pub total_count: i32,
}

/// One of a project's findings.
#[derive(Debug, Clone, SimpleObject)]
pub struct ProjectOverlapEdge {
    /// Marks the finding's place in the list.
    pub cursor: String,
    /// The finding.
    pub node: Overlap,
    /// The project on the other side.
    pub other: Project,
}

impl ProjectOverlapConnection {
    /// The best findings of a project, or those after a cursor.
    pub(super) async fn of(
        ctx: &Context<'_>,
        project: &Project,
        arguments: &PageArguments,
    ) -> Result<Self, ApiError> {
        let page = arguments.page(KeyKind::Real)?;
        let found = project.best_overlaps(ctx, &page).await?;
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let has_next_page = found.rows.len() > limit;
        let nodes = found
            .rows
            .iter()
            .take(limit)
            .cloned()
            .filter_map(|row| Overlap::of(row, &found.projects));
        let nodes: Vec<Overlap> = nodes.collect();
        let edge = |overlap: &Overlap| ProjectOverlapEdge {
            cursor: cursor(&Position {
                key: SortKey::Real(overlap.row.score),
                id: overlap.row.id,
            }),
            node: overlap.clone(),
            other: if overlap.left.row.id == project.row.id {
                overlap.right.clone()
            } else {
                overlap.left.clone()
            },
        };
        let edges: Vec<ProjectOverlapEdge> = nodes.iter().map(edge).collect();
        let page_info = PageInfo {
            has_previous_page: page.beyond.is_some(),
            has_next_page,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        let total_count = i32::try_from(found.total).unwrap_or(i32::MAX);
        Ok(Self {
            edges,
            nodes,
            page_info,
            total_count,
        })
    }
}

/// What a check of a draft came to. Nothing of it is stored.
#[derive(Debug, Clone, SimpleObject)]
pub struct OverlapCheck {
    /// Whether overlaps were found, none were, or the text is insufficient to judge.
    pub outcome: OverlapOutcome,
    /// The projects that the draft overlaps, the surest first.
    pub matches: Vec<OverlapMatch>,
    /// What one should know of this check, for a person to read.
    pub notes: Vec<String>,
}

/// What a check of a draft came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OverlapOutcome {
    /// At least one project overlaps the draft.
    OverlapsFound,
    /// The draft could be judged, and nothing overlaps it.
    NoneFound,
    /// The draft is too short or too generic to judge; the notes say why.
    InsufficientText,
}

/// A project that a draft overlaps.
#[derive(Debug, Clone, SimpleObject)]
pub struct OverlapMatch {
    /// The project.
    pub project: Project,
    /// How sure it is: a calibrated probability from 0 to 1.
    pub score: f64,
    /// What the draft seems to be to the project.
    pub relation: OverlapRelation,
    /// Whose project it is: the applicant's own, such as an earlier phase, or somebody else's.
    pub whose: MatchOwner,
    /// Why. The draft is the left record.
    pub evidence: OverlapEvidence,
}

/// Whose project a draft overlaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MatchOwner {
    /// The lead of the draft leads it or takes part in it: it may be an earlier phase of the same.
    Own,
    /// Somebody else's, or the draft names no lead that is known.
    Others,
}

impl OverlapCheck {
    /// The answer to a check.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn of(ctx: &Context<'_>, check: Check) -> Result<Self, ApiError> {
        let projects = Self::projects(ctx, std::slice::from_ref(&check)).await?;
        Ok(Self::told(check, &projects))
    }

    /// The answers to checks, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn all(ctx: &Context<'_>, checks: Vec<Check>) -> Result<Vec<Self>, ApiError> {
        let projects = Self::projects(ctx, &checks).await?;
        Ok(checks
            .into_iter()
            .map(|check| Self::told(check, &projects))
            .collect())
    }

    /// Every project that checks found, each once, with all that the query asks of it.
    async fn projects(ctx: &Context<'_>, checks: &[Check]) -> Result<HashMap<Uuid, Project>, ApiError> {
        let found = checks.iter().flat_map(|check| &check.matches);
        let rows: BTreeMap<Uuid, &project::Model> =
            found.map(|found| (found.project.id, &found.project)).collect();
        let rows: Vec<project::Model> = rows.into_values().cloned().collect();
        let look = ctx.look_ahead().field("matches").field("project");
        let projects = Project::page(ctx, rows, &[look]).await?.into_iter();
        Ok(projects.map(|project| (project.row.id, project)).collect())
    }

    fn told(check: Check, projects: &HashMap<Uuid, Project>) -> Self {
        let Check {
            insufficient,
            matches,
            mut notes,
        } = check;
        let outcome = match (&insufficient, matches.is_empty()) {
            (Some(_), _) => OverlapOutcome::InsufficientText,
            (None, true) => OverlapOutcome::NoneFound,
            (None, false) => OverlapOutcome::OverlapsFound,
        };
        notes.extend(insufficient);
        let matches = matches.into_iter().filter_map(|found| {
            Some(OverlapMatch {
                project: projects.get(&found.project.id)?.clone(),
                score: found.score,
                relation: found.relation,
                whose: if found.own {
                    MatchOwner::Own
                } else {
                    MatchOwner::Others
                },
                evidence: found.evidence.into(),
            })
        });
        Self {
            outcome,
            matches: matches.collect(),
            notes,
        }
    }
}
