//! What can be asked.

use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::id::{Kind, decode, expect, expect_all};
use super::limits::page_cost;
use super::pagination::{PageArguments, size_of};
use super::scalar::{Date, DateTime};
use super::types::cluster::{OverlapCluster, OverlapClusterConnection, OverlapSummaryRow, SummaryDimension};
use super::types::money::MoneyInput;
use super::types::node::Node;
use super::types::organisation::{Authority, AuthorityConnection, Organisation, OrganisationMatch};
use super::types::overlap::{Overlap, OverlapCheck, OverlapConnection};
use super::types::partner::PartnerSuggestionConnection;
use super::types::project::{Project, ProjectConnection};
use super::types::word::{OverlapRelation, OverlapState, Phase, ProjectKind, ProjectStatus};
use crate::error::{ApiError, UserErrorCode};
use crate::service::overlap::Draft;
use crate::service::{App, overlap, summary};
use crate::store;
use crate::store::cluster::ClusterQuery;
use crate::store::organisation::{AuthorityQuery, AuthoritySort};
use crate::store::overlap::OverlapQuery;
use crate::store::project::{ProjectQuery, ProjectSort};

/// The most entries of a list in a filter.
const MOST_WANTED: usize = 100;

/// What can be asked of Tandem.
#[derive(Debug, Clone, Copy)]
pub struct Query;

/// What can be asked of Tandem: authorities, their projects, and which of them overlap.
#[Object]
impl Query {
    /// Any object by its global id; null when there is none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id.")] id: ID,
    ) -> Result<Option<Node>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let look = ctx.look_ahead();
        Ok(match decode(&id) {
            Some((Kind::Organisation, id)) => {
                store::organisation::by_id(db, id)
                    .await?
                    .map(|row| match Organisation::from(row) {
                        Organisation::Authority(authority) => Node::Authority(authority),
                        Organisation::OtherOrganisation(body) => Node::OtherOrganisation(body),
                    })
            }
            Some((Kind::Project, id)) => match store::project::by_id(db, id).await? {
                Some(row) => Project::one(ctx, row, look).await?.map(Node::Project),
                None => None,
            },
            Some((Kind::Overlap, id)) => {
                let rows = store::overlap::by_id(db, id).await?;
                Overlap::page(ctx, rows.into_iter().collect(), &[look])
                    .await?
                    .pop()
                    .map(Node::Overlap)
            }
            Some((Kind::Cluster, id)) => {
                let rows = store::cluster::by_id(db, id).await?;
                OverlapCluster::page(ctx, rows.into_iter().collect(), &[look])
                    .await?
                    .pop()
                    .map(Node::OverlapCluster)
            }
            None => None,
        })
    }

    /// A local authority by its three-letter code, its GSS code or its global id; null when there is none.
    async fn authority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The three-letter code, such as `LDS`.")] code: Option<String>,
        #[graphql(desc = "The GSS code of its boundary, current or former, such as `E08000035`.")]
        gss: Option<String>,
        #[graphql(desc = "The global id.")] id: Option<ID>,
    ) -> Result<Option<Authority>, ApiError> {
        let db = ctx.data_unchecked::<App>().db.read();
        let row = match (code, gss, id) {
            (Some(code), None, None) => store::organisation::by_code(db, &code).await?,
            (None, Some(gss), None) => store::organisation::by_gss(db, &gss).await?,
            (None, None, Some(id)) => {
                store::organisation::by_id(db, expect(Kind::Organisation, &id, &["id"])?).await?
            }
            _ => {
                let message = "give one of code, gss and id";
                return Err(ApiError::bad_input(UserErrorCode::Required, &["code"], message));
            }
        };
        Ok(row.map(Organisation::from).and_then(|body| match body {
            Organisation::Authority(authority) => Some(authority),
            Organisation::OtherOrganisation(_) => None,
        }))
    }

    /// Local authorities, by name unless ordered otherwise. Ended ones are left out unless asked for.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn authorities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<AuthorityFilter>,
        #[graphql(desc = "Only those with this text in their official name.")] search: Option<String>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "What to sort by.")] order_by: Option<AuthorityOrder>,
    ) -> Result<AuthorityConnection, ApiError> {
        let filter = filter.unwrap_or_default();
        let order = order_by.unwrap_or_default();
        let query = AuthorityQuery {
            nations: bounded(filter.nations, "nations")?,
            regions: bounded(filter.regions, "regions")?,
            tiers: bounded(filter.tiers, "tiers")?,
            current: Some(filter.current.unwrap_or(true)),
            search,
            order: match order.field {
                AuthorityOrderField::Name => AuthoritySort::Name,
                AuthorityOrderField::Population => AuthoritySort::Population,
            },
            descending: order.direction == OrderDirection::Desc,
        };
        Authority::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// Who may be meant by a name, an abbreviation or a code, the surest first, each with a score and why.
    /// Never a silent guess: when several are returned with scores close to each other, a person must choose.
    async fn resolve_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A name as written, an abbreviation, or a code. At most 500 characters.")]
        name: String,
        #[graphql(desc = "Prefer bodies that existed on this day.")] on_date: Option<Date>,
    ) -> Result<Vec<OrganisationMatch>, ApiError> {
        if name.chars().count() > LONGEST_NAME {
            let message = format!("at most {LONGEST_NAME} characters");
            return Err(ApiError::bad_input(UserErrorCode::TooLong, &["name"], message));
        }
        let app = ctx.data_unchecked::<App>();
        let found = app.directory.resolve(&name, on_date.map(|day| day.0));
        let rows = store::organisation::by_ids(app.db.read(), found.iter().map(|named| named.id)).await?;
        let matches = found.into_iter().filter_map(|named| {
            let row = rows.iter().find(|row| row.id == named.id)?.clone();
            let organisation = Organisation::from(row);
            Some(OrganisationMatch {
                organisation,
                score: named.score,
                why: named.why,
                valid_on_date: named.valid_on_date,
            })
        });
        Ok(matches.collect())
    }

    /// A project by its global id, tombstones included; null when there is none.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project's global id.")] id: ID,
    ) -> Result<Option<Project>, ApiError> {
        let id = expect(Kind::Project, &id, &["id"])?;
        match store::project::by_id(ctx.data_unchecked::<App>().db.read(), id).await? {
            Some(row) => Project::one(ctx, row, ctx.look_ahead()).await,
            None => Ok(None),
        }
    }

    /// Projects, the latest change first unless ordered otherwise.
    #[graphql(complexity = "page_cost(first.or(last), child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ProjectFilter>,
        #[graphql(
            desc = "Only those with all these words, or words that begin so, in title, summary, themes, technologies or programme."
        )]
        search: Option<String>,
        #[graphql(
            desc = "Only those changed at this moment or later; records that were taken out are given too."
        )]
        updated_since: Option<DateTime>,
        #[graphql(desc = "What to sort by; with `search`, relevance unless given.")] order_by: Option<
            ProjectOrder,
        >,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, from 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<ProjectConnection, ApiError> {
        let search = search.filter(|text| !text.trim().is_empty());
        let order = order_by.unwrap_or_else(|| ProjectOrder::usual(search.is_some()));
        let filter = filter.unwrap_or_default();
        let query = ProjectQuery {
            search,
            updated_since: updated_since.map(|moment| moment.0),
            order: order.field.into(),
            descending: order.direction == OrderDirection::Desc,
            ..filter.query()?
        };
        Project::connection(
            ctx,
            query,
            &PageArguments {
                first,
                after,
                last,
                before,
            },
        )
        .await
    }

    /// Checks a draft against the catalogue: what overlaps it, how surely, and why. Stores nothing.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn check_overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft.")] input: OverlapCheckInput,
        #[graphql(desc = "How many matches at most, from 0 to 100; 20 unless given.")] first: Option<i32>,
    ) -> Result<OverlapCheck, ApiError> {
        let first = usize::try_from(size_of(first, "first")?).unwrap_or(usize::MAX);
        let check = overlap::check(ctx.data_unchecked::<App>(), input.draft()?, first).await?;
        OverlapCheck::of(ctx, check).await
    }

    /// A finding by its global id, also when it was withdrawn; null when there is none.
    async fn overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The finding's global id.")] id: ID,
    ) -> Result<Option<Overlap>, ApiError> {
        let id = expect(Kind::Overlap, &id, &["id"])?;
        let row = store::overlap::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
        Ok(Overlap::page(ctx, row.into_iter().collect(), &[ctx.look_ahead()])
            .await?
            .pop())
    }

    /// Findings that stand, the surest first unless ordered otherwise.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn overlaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<OverlapFilter>,
        #[graphql(desc = "What to sort by.")] order_by: Option<OverlapOrder>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OverlapConnection, ApiError> {
        let order = order_by.unwrap_or_default();
        let query = OverlapQuery {
            by_time: order.field == OverlapOrderField::FlaggedAt,
            descending: order.direction == OrderDirection::Desc,
            ..filter.unwrap_or_default().query()?
        };
        Overlap::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// Clusters of projects tied together by findings, the largest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn overlap_clusters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ClusterFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OverlapClusterConnection, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        OverlapCluster::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// How many findings stand and what the projects concerned cost, by one dimension; most findings first.
    /// At most 100,000 findings are counted, the surest first.
    async fn overlap_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to count by.")] by: SummaryDimension,
        #[graphql(desc = "Only findings that fit.")] filter: Option<OverlapFilter>,
    ) -> Result<Vec<OverlapSummaryRow>, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        let rows = summary::summarise(ctx.data_unchecked::<App>(), by.into(), &query).await?;
        Ok(rows.into_iter().map(OverlapSummaryRow::from).collect())
    }

    /// Authorities worth talking to, the best first, each with what speaks for it and against it.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn partner_suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the authority that asks.")] authority: ID,
        #[graphql(
            desc = "The global id of its project that partners are sought for; all its projects count unless given."
        )]
        project: Option<ID>,
        #[graphql(desc = "Themes that partners are sought for.")] themes: Option<Vec<String>>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<PartnerSuggestionConnection, ApiError> {
        let authority = expect(Kind::Organisation, &authority, &["authority"])?;
        let project = project
            .map(|id| expect(Kind::Project, &id, &["project"]))
            .transpose()?;
        let themes = bounded(themes, "themes")?;
        let arguments = PageArguments::forwards(first, after);
        PartnerSuggestionConnection::find(ctx, authority, project, themes, &arguments).await
    }
}

/// The longest name that is looked up, in characters.
const LONGEST_NAME: usize = 500;

fn bounded<T>(list: Option<Vec<T>>, name: &str) -> Result<Vec<T>, ApiError> {
    let list = list.unwrap_or_default();
    if list.len() <= MOST_WANTED {
        return Ok(list);
    }
    Err(ApiError::bad_input(
        UserErrorCode::TooLong,
        &[name],
        format!("at most {MOST_WANTED} entries"),
    ))
}

fn words<T, U: From<T>>(list: Option<Vec<T>>, name: &str) -> Result<Vec<U>, ApiError> {
    Ok(bounded(list, name)?.into_iter().map(U::from).collect())
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// The smallest or earliest first.
    #[default]
    Asc,
    /// The largest or latest first.
    Desc,
}

/// Which authorities are wanted.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AuthorityFilter {
    /// Only those in one of these nations, such as `Wales`.
    nations: Option<Vec<String>>,
    /// Only those in one of these regions, such as `South West`.
    regions: Option<Vec<String>>,
    /// Only those of one of these tiers, such as `LONDON_BOROUGH`.
    tiers: Option<Vec<String>>,
    /// Only those that exist (`true`, as when not given) or have ended (`false`).
    current: Option<bool>,
}

/// How authorities are sorted.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AuthorityOrder {
    /// What to sort by.
    field: AuthorityOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// What authorities are sorted by. Unknown values come last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
pub enum AuthorityOrderField {
    /// The official name.
    #[default]
    Name,
    /// The number of residents.
    Population,
}

/// Which projects are wanted. Conditions add up; a list asks for any of its entries.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ProjectFilter {
    /// Led by one of these organisations, or with it as a partner: global ids.
    authorities: Option<Vec<ID>>,
    /// Led by one of these organisations: global ids.
    leads: Option<Vec<ID>>,
    /// Paid by one of these organisations: global ids.
    funders: Option<Vec<ID>>,
    /// With one of these themes.
    themes: Option<Vec<String>>,
    /// With one of these technologies.
    technologies: Option<Vec<String>>,
    /// In one of these phases.
    phases: Option<Vec<Phase>>,
    /// Of one of these kinds.
    kinds: Option<Vec<ProjectKind>>,
    /// Of one of these programmes, as named.
    programmes: Option<Vec<String>>,
    /// Led from one of these nations.
    nations: Option<Vec<String>>,
    /// Led from one of these regions.
    regions: Option<Vec<String>>,
    /// Standing so in the catalogue; only active ones unless given.
    statuses: Option<Vec<ProjectStatus>>,
    /// Started on this day or later.
    started_from: Option<Date>,
    /// Started on this day or earlier.
    started_to: Option<Date>,
    /// With overlaps (`true`) or without any (`false`).
    has_overlaps: Option<bool>,
}

impl ProjectFilter {
    fn query(self) -> Result<ProjectQuery, ApiError> {
        let bodies =
            |ids: Option<Vec<ID>>, name: &str| expect_all(Kind::Organisation, &bounded(ids, name)?, name);
        Ok(ProjectQuery {
            authorities: bodies(self.authorities, "authorities")?,
            leads: bodies(self.leads, "leads")?,
            funders: bodies(self.funders, "funders")?,
            themes: bounded(self.themes, "themes")?,
            technologies: bounded(self.technologies, "technologies")?,
            phases: words(self.phases, "phases")?,
            kinds: words(self.kinds, "kinds")?,
            programmes: bounded(self.programmes, "programmes")?,
            nations: bounded(self.nations, "nations")?,
            regions: bounded(self.regions, "regions")?,
            statuses: words(self.statuses, "statuses")?,
            started_from: self.started_from.map(|day| day.0),
            started_to: self.started_to.map(|day| day.0),
            has_overlaps: self.has_overlaps,
            ..ProjectQuery::default()
        })
    }
}

/// How projects are sorted.
#[derive(Debug, Clone, InputObject)]
pub struct ProjectOrder {
    /// What to sort by.
    field: ProjectOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl ProjectOrder {
    fn usual(searching: bool) -> Self {
        let field = if searching {
            ProjectOrderField::Relevance
        } else {
            ProjectOrderField::UpdatedAt
        };
        Self {
            field,
            direction: OrderDirection::Desc,
        }
    }
}

/// What projects are sorted by. Unknown values come last, whichever the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ProjectOrderField {
    /// How many of the searched words the title has.
    Relevance,
    /// The title.
    Title,
    /// The first day.
    StartDate,
    /// The budget, whatever its currency.
    Budget,
    /// The last change.
    UpdatedAt,
}

impl From<ProjectOrderField> for ProjectSort {
    fn from(field: ProjectOrderField) -> Self {
        match field {
            ProjectOrderField::Relevance => Self::Relevance,
            ProjectOrderField::Title => Self::Title,
            ProjectOrderField::StartDate => Self::StartDate,
            ProjectOrderField::Budget => Self::Budget,
            ProjectOrderField::UpdatedAt => Self::Updated,
        }
    }
}

/// Which findings are wanted. Conditions add up; a list asks for any of its entries.
#[derive(Debug, Clone, Default, InputObject)]
pub struct OverlapFilter {
    /// At least this sure, from 0 to 1.
    min_score: Option<f64>,
    /// Of one of these relations.
    relations: Option<Vec<OverlapRelation>>,
    /// In one of these states.
    states: Option<Vec<OverlapState>>,
    /// Of one of these projects: global ids.
    projects: Option<Vec<ID>>,
    /// Of a project that one of these organisations takes part in: global ids.
    authorities: Option<Vec<ID>>,
    /// Of a project with one of these themes.
    themes: Option<Vec<String>>,
}

impl OverlapFilter {
    fn query(self) -> Result<OverlapQuery, ApiError> {
        Ok(OverlapQuery {
            min_score: self.min_score,
            relations: words(self.relations, "relations")?,
            states: words(self.states, "states")?,
            projects: expect_all(Kind::Project, &bounded(self.projects, "projects")?, "projects")?,
            authorities: expect_all(
                Kind::Organisation,
                &bounded(self.authorities, "authorities")?,
                "authorities",
            )?,
            themes: bounded(self.themes, "themes")?,
            ..OverlapQuery::default()
        })
    }
}

/// How findings are sorted.
#[derive(Debug, Clone, InputObject)]
pub struct OverlapOrder {
    /// What to sort by.
    field: OverlapOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl Default for OverlapOrder {
    fn default() -> Self {
        Self {
            field: OverlapOrderField::Score,
            direction: OrderDirection::Desc,
        }
    }
}

/// What findings are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OverlapOrderField {
    /// The score.
    Score,
    /// The time of flagging.
    FlaggedAt,
}

/// Which clusters are wanted. Conditions add up; a list asks for any of its entries.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ClusterFilter {
    /// With at least so many projects.
    min_size: Option<i32>,
    /// With a project that one of these organisations takes part in: global ids.
    authorities: Option<Vec<ID>>,
    /// With a project of one of these themes.
    themes: Option<Vec<String>>,
    /// With one of these projects: global ids.
    projects: Option<Vec<ID>>,
}

impl ClusterFilter {
    fn query(self) -> Result<ClusterQuery, ApiError> {
        Ok(ClusterQuery {
            min_size: self.min_size,
            authorities: expect_all(
                Kind::Organisation,
                &bounded(self.authorities, "authorities")?,
                "authorities",
            )?,
            themes: bounded(self.themes, "themes")?,
            projects: expect_all(Kind::Project, &bounded(self.projects, "projects")?, "projects")?,
        })
    }
}

/// A draft to check against the catalogue. Unknown facts are left out; they count neither way.
#[derive(Debug, Clone, InputObject)]
pub struct OverlapCheckInput {
    /// The draft's title.
    title: String,
    /// What it is about, in at most 100,000 characters.
    summary: String,
    /// What it is about, in key words.
    themes: Option<Vec<String>>,
    /// What it is made with.
    technologies: Option<Vec<String>>,
    /// Who leads: an organisation's global id, code, GSS code or name.
    lead: Option<String>,
    /// Who else takes part: global ids, codes, GSS codes or names.
    partners: Option<Vec<String>>,
    /// The first day.
    start_date: Option<Date>,
    /// The last day.
    end_date: Option<Date>,
    /// What it costs.
    budget: Option<MoneyInput>,
    /// No match below this score, from 0 to 1; the flag threshold unless given.
    min_score: Option<f64>,
}

impl OverlapCheckInput {
    fn draft(self) -> Result<Draft, ApiError> {
        let budget = self.budget.map(|budget| budget.amount(&["budget"])).transpose();
        Ok(Draft {
            budget: budget.map_err(|mistake| ApiError::BadInput(vec![mistake]))?,
            title: self.title,
            summary: self.summary,
            themes: self.themes.unwrap_or_default(),
            technologies: self.technologies.unwrap_or_default(),
            lead: self.lead.map(body),
            partners: self.partners.unwrap_or_default().into_iter().map(body).collect(),
            start: self.start_date.map(|day| day.0),
            end: self.end_date.map(|day| day.0),
            min_score: self.min_score,
        })
    }
}

/// An organisation as told: a global id becomes the id of its row, all else stays a name.
pub(super) fn body(told: String) -> String {
    match decode(&told) {
        Some((Kind::Organisation, id)) => id.to_string(),
        _ => told,
    }
}
