//! Clusters of overlapping projects, and totals.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Lookahead, Object, SimpleObject};
use chrono::NaiveDate;
use entity::kinds::{ParticipantRole, TagKind};
use entity::overlap_cluster::Model;
use entity::{project, project_tag};
use uuid::Uuid;

use super::money::Money;
use super::organisation::{Authority, Organisation};
use super::project::Project;
use crate::error::ApiError;
use crate::exchange::record::{Amount, PartialDate};
use crate::graphql::id::{Kind, encode};
use crate::graphql::pagination::{PageArguments, connection, cursor, page_info};
use crate::graphql::scalar::{Date, DateTime};
use crate::service::{App, summary};
use crate::store;
use crate::store::cluster::ClusterQuery;
use crate::store::page::{KeyKind, Position, SortKey};

/// Projects tied together by findings. It keeps its id from one scan to the next while its core stays.
#[derive(Debug, Clone)]
pub struct OverlapCluster {
    row: Model,
    projects: Vec<Project>,
    cost: Vec<Money>,
    concurrent: Vec<Money>,
    themes: Vec<String>,
}

connection!(
    OverlapClusterConnection,
    OverlapClusterEdge,
    OverlapCluster,
    "clusters"
);

impl OverlapCluster {
    /// Clusters with their projects. `asked` are the query's fields of type `OverlapCluster`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn page(
        ctx: &Context<'_>,
        rows: Vec<Model>,
        asked: &[Lookahead<'_>],
    ) -> Result<Vec<Self>, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let members = store::cluster::members(app.db.read(), &ids).await?;
        let projects: BTreeSet<Uuid> = members.iter().map(|row| row.project_id).collect();
        let projects: Vec<Uuid> = projects.into_iter().collect();
        let costs = summary::costs(app, &projects).await?;
        let found = app.kept.by_ids(&app.db, &projects).await?;
        let looks: Vec<Lookahead<'_>> = asked
            .iter()
            .flat_map(|look| [look.field("projects"), look.field("central")])
            .collect();
        let tags = match asked.iter().any(|look| look.field("themes").exists()) {
            true => store::project::tags(app.db.read(), &projects).await?,
            false => Vec::new(),
        };
        let peopled =
            |look: &Lookahead<'_>| look.field("authorities").exists() || look.field("regions").exists();
        let found = match asked.iter().any(peopled) {
            true => Project::page_with_participants(ctx, found, &looks).await?,
            false => Project::page(ctx, found, &looks).await?,
        };
        let found: HashMap<Uuid, Project> = found
            .into_iter()
            .map(|project| (project.row.id, project))
            .collect();
        let cluster = |row: Model| {
            let own = members
                .iter()
                .filter(|member| member.cluster_id == row.id)
                .map(|member| member.project_id);
            let own: Vec<Uuid> = own.collect();
            let money = |sums: Vec<Amount>| sums.into_iter().map(Money::from).collect();
            let projects: Vec<Project> = own.iter().filter_map(|id| found.get(id).cloned()).collect();
            let efforts: Vec<summary::Spent<'_>> = projects
                .iter()
                .filter_map(|project| Some((period(&project.row), costs.get(&project.row.id)?.as_slice())))
                .collect();
            Self {
                cost: money(summary::added(
                    own.iter().filter_map(|id| costs.get(id)).flatten(),
                )),
                concurrent: money(summary::concurrent(&efforts)),
                themes: common(&tags, &own),
                projects,
                row,
            }
        };
        Ok(rows.into_iter().map(cluster).collect())
    }

    /// A page of the clusters that fit.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        mut query: ClusterQuery,
        arguments: &PageArguments,
    ) -> Result<OverlapClusterConnection, ApiError> {
        let page = arguments.page(KeyKind::Integer)?;
        let db = ctx.data_unchecked::<App>().db.read();
        query.authorities = store::organisation::with_predecessors(db, &query.authorities).await?;
        let slice = store::cluster::list(db, &query, &page).await?;
        let look = ctx.look_ahead();
        let total = match look.field("totalCount").exists() {
            true => store::cluster::count(db, &query).await?,
            false => 0,
        };
        let place = |row: &Model| Position {
            key: SortKey::Integer(row.size.into()),
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
        Ok(OverlapClusterConnection::new(nodes, cursors, info, total))
    }
}

/// Projects tied together by findings. It keeps its id from one scan to the next while its core stays.
#[Object]
impl OverlapCluster {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Cluster, self.row.id)
    }

    /// How many projects it ties together.
    async fn size(&self) -> i32 {
        self.row.size
    }

    /// The mean score of its pairs, from 0 to 1; a pair without a finding counts as known only to lie below the threshold.
    async fn cohesion(&self) -> f64 {
        self.row.cohesion
    }

    /// The most central project: the one most alike to all the others.
    async fn central(&self) -> Option<&Project> {
        self.projects
            .iter()
            .find(|project| project.row.id == self.row.central_id)
    }

    /// Its projects.
    async fn projects(&self) -> &[Project] {
        &self.projects
    }

    /// The authorities that lead or take part in its projects, by name.
    async fn authorities(&self, ctx: &Context<'_>) -> Result<Vec<Authority>, ApiError> {
        let mut found: Vec<Authority> = Vec::new();
        for project in &self.projects {
            for (_, body) in project.participations(ctx).await?.iter() {
                if let Organisation::Authority(authority) = Organisation::from(Arc::clone(body))
                    && !found.iter().any(|known| known.0.id == authority.0.id)
                {
                    found.push(authority);
                }
            }
        }
        found.sort_by(|a, b| a.0.name_key.cmp(&b.0.name_key));
        Ok(found)
    }

    /// What its projects cost together, by currency: their awards, or else their budgets. Unknown costs are left out.
    async fn total_cost(&self) -> &[Money] {
        &self.cost
    }

    /// What its projects cost at the same time at most, by currency: of all days the one on which those that ran cost most
    /// together. Projects without a first and a last day are left out.
    async fn concurrent_cost(&self) -> &[Money] {
        &self.concurrent
    }

    /// The themes of at least half of its projects, the most frequent first.
    async fn themes(&self) -> &[String] {
        &self.themes
    }

    /// The regions that its projects are led from, by name.
    async fn regions(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        let mut found = BTreeSet::new();
        for project in &self.projects {
            for (row, body) in project.participations(ctx).await?.iter() {
                found.extend(body.region.clone().filter(|_| row.role == ParticipantRole::Lead));
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The first day of the first of its projects, as far as known.
    async fn start_date(&self) -> Option<Date> {
        self.projects
            .iter()
            .filter_map(|project| project.row.start_date)
            .min()
            .map(Date)
    }

    /// The last day of the last of its projects, as far as known.
    async fn end_date(&self) -> Option<Date> {
        let ends = self.projects.iter().filter_map(|project| last_day(&project.row));
        ends.max().map(Date)
    }

    /// When it was first seen.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When its projects last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
}

/// The last day of a project, as far as known.
fn last_day(row: &project::Model) -> Option<NaiveDate> {
    let (date, precision) = row.end_date.zip(row.end_precision)?;
    Some(PartialDate { date, precision }.last_day())
}

/// When a project ran, where both ends are known.
fn period(row: &project::Model) -> Option<(NaiveDate, NaiveDate)> {
    row.start_date.zip(last_day(row))
}

/// The themes of at least half of some projects, the most frequent first.
fn common(tags: &[project_tag::Model], projects: &[Uuid]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let own = |tag: &&project_tag::Model| tag.kind == TagKind::Theme && projects.contains(&tag.project_id);
    for tag in tags.iter().filter(own) {
        *counts.entry(&tag.label).or_default() += 1;
    }
    let mut common: Vec<(&str, usize)> = counts
        .into_iter()
        .filter(|(_, count)| count * 2 >= projects.len())
        .collect();
    common.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    common.into_iter().map(|(label, _)| label.to_owned()).collect()
}

/// What overlaps are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SummaryDimension {
    /// The projects' themes.
    Theme,
    /// The regions of the leads.
    Region,
    /// Who leads or takes part.
    Authority,
    /// Who pays.
    Funder,
    /// The programme or competition.
    Programme,
    /// The year of the start.
    Year,
}

impl From<SummaryDimension> for summary::Dimension {
    fn from(by: SummaryDimension) -> Self {
        match by {
            SummaryDimension::Theme => Self::Theme,
            SummaryDimension::Region => Self::Region,
            SummaryDimension::Authority => Self::Authority,
            SummaryDimension::Funder => Self::Funder,
            SummaryDimension::Programme => Self::Programme,
            SummaryDimension::Year => Self::Year,
        }
    }
}

/// A line of the totals. A finding counts once in each line that either of its projects belongs to.
#[derive(Debug, Clone, SimpleObject)]
pub struct OverlapSummaryRow {
    /// The theme, region, name or year.
    pub key: String,
    /// The organisation's global id, when counted by `AUTHORITY` or `FUNDER`.
    pub organisation_id: Option<ID>,
    /// Findings that stand, without those that people dismissed.
    pub overlaps: i32,
    /// Findings that people confirmed, closed ones too.
    pub confirmed: i32,
    /// Findings that nobody has decided on.
    pub open: i32,
    /// Findings that are explained: the two are related, and not the same twice.
    pub related: i32,
    /// Projects that have a finding.
    pub projects: i32,
    /// What those projects cost, by currency: their awards, or else their budgets.
    pub spend: Vec<Money>,
    /// The same of the projects with a confirmed finding.
    pub confirmed_spend: Vec<Money>,
    /// The same of the projects with a finding that nobody has decided on.
    pub open_spend: Vec<Money>,
}

impl From<summary::Row> for OverlapSummaryRow {
    fn from(row: summary::Row) -> Self {
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        let money = |amounts: Vec<Amount>| amounts.into_iter().map(Money::from).collect();
        Self {
            key: row.key,
            organisation_id: row.organisation.map(|id| encode(Kind::Organisation, id)),
            overlaps: count(row.overlaps),
            confirmed: count(row.confirmed),
            open: count(row.open),
            projects: count(row.projects),
            related: count(row.related),
            spend: money(row.spend),
            confirmed_spend: money(row.confirmed_spend),
            open_spend: money(row.open_spend),
        }
    }
}
