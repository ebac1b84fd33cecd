//! Lists of projects: filters, search and order.

use chrono::{DateTime, NaiveDate, Utc};
use entity::kinds::{ParticipantRole, Phase, ProjectKind, ProjectStatus, TagKind};
use entity::project::{Column, Entity, Model};
use entity::{organisation, overlap, project_participant as participant, project_tag as tag};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QuerySelect, Select,
};
use uuid::Uuid;

use crate::store::organisation::with_predecessors;
use crate::store::page::{KeyKind, Page, Slice, SortKey, Sorting, known, paged, slice};
use crate::store::search;

/// From a moment on, and before another; open where `None`.
pub type Stretch = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Which projects are wanted. Empty lists and `None` ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct ProjectQuery {
    /// Words that the project has.
    pub search: Option<String>,
    /// Whether bodies mean themselves alone, and not also those whose work they carry on.
    pub own_only: bool,
    /// Led by, or with, one of these organisations.
    pub authorities: Vec<Uuid>,
    /// Led by one of these.
    pub leads: Vec<Uuid>,
    /// Paid by one of these.
    pub funders: Vec<Uuid>,
    /// With one of these themes.
    pub themes: Vec<String>,
    /// With one of these technologies.
    pub technologies: Vec<String>,
    /// In one of these phases.
    pub phases: Vec<Phase>,
    /// Of one of these kinds.
    pub kinds: Vec<ProjectKind>,
    /// Standing so in the catalogue; empty: those not taken out.
    pub statuses: Vec<ProjectStatus>,
    /// Of one of these programmes.
    pub programmes: Vec<String>,
    /// Led from one of these nations.
    pub nations: Vec<String>,
    /// Led from one of these regions.
    pub regions: Vec<String>,
    /// Started on this day or later.
    pub started_from: Option<NaiveDate>,
    /// Started on this day or earlier.
    pub started_to: Option<NaiveDate>,
    /// With (true) or without (false) overlaps.
    pub has_overlaps: Option<bool>,
    /// Last confirmed in one of these stretches: from a moment on, and before another.
    pub confirmed: Vec<Stretch>,
    /// Each of these moments before which a project was last confirmed makes it a little less relevant.
    pub ranked_lower: Vec<DateTime<Utc>>,
    /// Changed at this moment or later; then tombstones are given too.
    pub updated_since: Option<DateTime<Utc>>,
    /// What to sort by.
    pub order: ProjectSort,
    /// Largest or latest first.
    pub descending: bool,
}

/// What projects are sorted by. Rows whose value is unknown come last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProjectSort {
    /// How well the title fits the search.
    Relevance,
    /// The title.
    Title,
    /// The first day.
    StartDate,
    /// The budget's amount.
    Budget,
    /// The last change.
    #[default]
    Updated,
}

/// A project, and the value that it is sorted by.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ProjectRow {
    /// The project.
    #[sea_orm(nested)]
    pub project: Model,
    relevance: i64,
}

impl ProjectQuery {
    /// The same with every body that is asked for standing for those too whose work it carries on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn with_predecessors(mut self, db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        if !self.own_only {
            for bodies in [&mut self.authorities, &mut self.leads, &mut self.funders] {
                *bodies = with_predecessors(db, bodies).await?;
            }
        }
        Ok(self)
    }

    /// The kind of value that this order sorts by.
    #[must_use]
    pub fn sorted_by(&self) -> KeyKind {
        match self.order {
            ProjectSort::Title => KeyKind::Text,
            ProjectSort::StartDate => KeyKind::Day,
            ProjectSort::Relevance | ProjectSort::Budget | ProjectSort::Updated => KeyKind::Integer,
        }
    }
}

impl ProjectRow {
    /// The value that places this row in the order of `query`.
    #[must_use]
    pub fn sort_key(&self, query: &ProjectQuery) -> SortKey {
        match query.order {
            ProjectSort::Relevance => SortKey::Integer(self.relevance),
            ProjectSort::Title => SortKey::Text(self.project.title_key.clone()),
            ProjectSort::StartDate => {
                SortKey::Day(self.project.start_date.unwrap_or(unknown_day(query.descending)))
            }
            ProjectSort::Budget => SortKey::Integer(
                self.project
                    .budget_minor
                    .unwrap_or(unknown_amount(query.descending)),
            ),
            ProjectSort::Updated => SortKey::Integer(self.project.change_seq),
        }
    }
}

/// Stands for an unknown day so that it sorts last.
fn unknown_day(descending: bool) -> NaiveDate {
    let year = if descending { 1 } else { 9999 };
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default()
}

/// Stands for an unknown amount so that it sorts last.
fn unknown_amount(descending: bool) -> i64 {
    if descending { -1 } else { i64::MAX }
}

/// A page of projects.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &ProjectQuery,
    page: &Page,
) -> Result<Slice<ProjectRow>, DbErr> {
    let relevance = match (&query.search, query.order) {
        (Some(text), ProjectSort::Relevance) => relevance(text, &query.ranked_lower),
        _ => Expr::val(0_i64),
    };
    let column = |column: Column| column.into_expr();
    let expression = match query.order {
        ProjectSort::Relevance => relevance.clone(),
        ProjectSort::Title => column(Column::TitleKey),
        ProjectSort::StartDate => known(column(Column::StartDate), unknown_day(query.descending)),
        ProjectSort::Budget => known(column(Column::BudgetMinor), unknown_amount(query.descending)),
        ProjectSort::Updated => column(Column::ChangeSeq),
    };
    let sorting = Sorting {
        expression,
        descending: query.descending,
        id: column(Column::Id),
    };
    let rows = paged(filtered(query).expr_as(relevance, "relevance"), &sorting, page)
        .into_model::<ProjectRow>()
        .all(db)
        .await?;
    Ok(slice(rows, page))
}

/// How well a project fits a search. However stale a project is, one more word of the search in its title outweighs it.
fn relevance(text: &str, ranked_lower: &[DateTime<Utc>]) -> SimpleExpr {
    let steps = i64::try_from(ranked_lower.len()).unwrap_or(0) + 1;
    let words = search::relevance(text).mul(steps);
    ranked_lower.iter().fold(words, |sum, moment| {
        let lately = Column::LastConfirmedAt.gte(*moment);
        sum.add(Expr::case(lately, 1_i64).finally(0_i64))
    })
}

/// How many projects there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &ProjectQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &ProjectQuery) -> Select<Entity> {
    let mut all = Condition::all();
    if query.statuses.is_empty() && query.updated_since.is_none() {
        all = all.add(Column::Status.eq(ProjectStatus::Active));
    }
    all = all
        .add_option(among(Column::Status, &query.statuses))
        .add_option(among(Column::Phase, &query.phases))
        .add_option(among(Column::Kind, &query.kinds))
        .add_option(among(Column::LeadId, &query.leads))
        .add_option(among(Column::Programme, &query.programmes))
        .add_option(query.started_from.map(|day| Column::StartDate.gte(day)))
        .add_option(query.started_to.map(|day| Column::StartDate.lte(day)))
        .add_option(query.updated_since.map(|moment| Column::UpdatedAt.gte(moment)))
        .add_option(with_participant(
            &query.authorities,
            &[ParticipantRole::Lead, ParticipantRole::Partner],
        ))
        .add_option(with_participant(&query.funders, &[ParticipantRole::Funder]))
        .add_option(with_tag(TagKind::Theme, &query.themes))
        .add_option(with_tag(TagKind::Technology, &query.technologies))
        .add_option(led_from(organisation::Column::Nation, &query.nations))
        .add_option(led_from(organisation::Column::Region, &query.regions))
        .add_option(query.has_overlaps.map(with_overlaps))
        .add_option(confirmed(&query.confirmed));
    if let Some(text) = &query.search {
        all = all.add(search::matches(text));
    }
    Entity::find().filter(all)
}

fn among<T: Into<sea_orm::Value> + Clone>(column: Column, wanted: &[T]) -> Option<SimpleExpr> {
    (!wanted.is_empty()).then(|| column.is_in(wanted.iter().cloned()))
}

fn confirmed(stretches: &[Stretch]) -> Option<Condition> {
    let within = stretches.iter().map(|(from, before)| {
        let before = before.map(|before| Column::LastConfirmedAt.lt(before));
        match from {
            Some(from) => Condition::all()
                .add(Column::LastConfirmedAt.gte(*from))
                .add_option(before),
            // Never is longest ago.
            None => Condition::any()
                .add(Column::LastConfirmedAt.is_null())
                .add_option(before),
        }
    });
    (!stretches.is_empty()).then(|| within.fold(Condition::any(), Condition::add))
}

fn with_participant(bodies: &[Uuid], roles: &[ParticipantRole]) -> Option<SimpleExpr> {
    let mut rows = Query::select();
    rows.column(participant::Column::ProjectId)
        .from(participant::Entity)
        .and_where(participant::Column::OrganisationId.is_in(bodies.iter().copied()))
        .and_where(participant::Column::Role.is_in(roles.iter().copied()));
    (!bodies.is_empty()).then(|| Column::Id.in_subquery(rows))
}

fn with_tag(kind: TagKind, labels: &[String]) -> Option<SimpleExpr> {
    let mut rows = Query::select();
    rows.column(tag::Column::ProjectId)
        .from(tag::Entity)
        .and_where(tag::Column::Kind.eq(kind))
        .and_where(tag::Column::LabelKey.is_in(labels.iter().map(|label| search::folded(label))));
    (!labels.is_empty()).then(|| Column::Id.in_subquery(rows))
}

fn led_from(column: organisation::Column, wanted: &[String]) -> Option<SimpleExpr> {
    let mut rows = Query::select();
    rows.column(organisation::Column::Id)
        .from(organisation::Entity)
        .and_where(column.is_in(wanted.iter().cloned()));
    (!wanted.is_empty()).then(|| Column::LeadId.in_subquery(rows))
}

fn with_overlaps(wanted: bool) -> SimpleExpr {
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from(overlap::Entity)
        .and_where(overlap::Column::WithdrawnAt.is_null())
        .cond_where(
            Condition::any()
                .add(overlap::Column::LeftId.into_expr().equals((Entity, Column::Id)))
                .add(overlap::Column::RightId.into_expr().equals((Entity, Column::Id))),
        );
    let exists = Expr::exists(rows);
    if wanted { exists } else { exists.not() }
}
