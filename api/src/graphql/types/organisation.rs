//! Organisations: authorities and other bodies.
#![expect(
    clippy::duplicated_attributes,
    reason = "the interface's fields are told by attributes, and several have the same type"
)]

mod at_hand;
mod list;

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Interface, Object, SimpleObject};
use entity::kinds::{NeighbourKind, OrganisationKind};
use entity::organisation::Model;
use uuid::Uuid;

use super::group::OrganisationGroup;
use super::organisation_change::{OrganisationChange, changes, organisation};
use super::partner::PartnerSuggestionConnection;
use super::project::{Project, ProjectConnection};
use crate::error::{ApiError, ApiResult};
use crate::graphql::filter::{ProjectFilter, ProjectOrder, project_list};
use crate::graphql::id::{Kind, encode};
use crate::graphql::limits::page_cost;
use crate::graphql::loaders::{
    self, AliasesOf, IdentifiersOf, Loaders, NeighboursOf, PredecessorsOf, SuccessorsOf,
};
use crate::graphql::pagination::{PageArguments, connection};
use crate::graphql::scalar::Date;
use crate::service::partner::Sought;

/// A body that takes part in projects.
#[derive(Debug, Clone, Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "The global id."),
    field(name = "kind", ty = "OrganisationKind", desc = "What sort of body it is."),
    field(name = "name", ty = "&str", desc = "The official name."),
    field(
        name = "code",
        ty = "Option<&str>",
        desc = "The three-letter code of a UK authority, such as `LDS`."
    ),
    field(
        name = "gss",
        ty = "Option<&str>",
        desc = "The GSS code of its boundary, such as `E08000035`."
    ),
    field(name = "nation", ty = "Option<&str>", desc = "The nation that it lies in."),
    field(
        name = "region",
        ty = "Option<&str>",
        desc = "The region, or the state, that it lies in."
    ),
    field(name = "aliases", ty = "Result<Vec<String>, ApiError>", desc = "Other names."),
    field(
        name = "identifiers",
        ty = "Result<Vec<Identifier>, ApiError>",
        desc = "Its identifiers in public registers."
    ),
    field(
        name = "merged_into",
        ty = "Option<Result<Organisation, ApiError>>",
        desc = "The organisation that it was found to be the same as; it is a tombstone then."
    ),
    field(
        name = "changes",
        ty = "Result<Vec<OrganisationChange>, ApiError>",
        desc = "How it came to be one with another or two, the latest first; at most 100."
    )
)]
pub enum Organisation {
    /// A local authority.
    Authority(Authority),
    /// Any other body.
    OtherOrganisation(OtherOrganisation),
}

/// A local authority: a council, a combined authority or a city.
#[derive(Debug, Clone)]
pub struct Authority(pub Arc<Model>);

/// A body that is not a local authority: a funder, a ministry, a university, a company, a charity.
#[derive(Debug, Clone)]
pub struct OtherOrganisation(pub Arc<Model>);

connection!(AuthorityConnection, AuthorityEdge, Authority, "authorities");
connection!(
    OrganisationConnection,
    OrganisationEdge,
    Organisation,
    "organisations"
);

impl From<Model> for Organisation {
    fn from(row: Model) -> Self {
        Self::from(Arc::new(row))
    }
}

impl From<Arc<Model>> for Organisation {
    fn from(row: Arc<Model>) -> Self {
        match row.kind {
            OrganisationKind::LocalAuthority => Self::Authority(Authority(row)),
            _ => Self::OtherOrganisation(OtherOrganisation(row)),
        }
    }
}

/// An identifier of a body in a public register.
#[derive(Debug, Clone, SimpleObject)]
pub struct Identifier {
    /// The register: a scheme of org-id.guide such as `GB-LAE`, or `GSS`.
    pub scheme: String,
    /// The identifier there.
    pub id: String,
}

/// A point on the Earth, WGS 84.
#[derive(Debug, Clone, SimpleObject)]
pub struct Coordinates {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// An authority that lies beside or near another.
#[derive(Debug, Clone, SimpleObject)]
pub struct Neighbour {
    /// The other authority.
    pub authority: Authority,
    /// Whether they share a boundary.
    pub kind: NeighbourKind,
}

async fn aliases(ctx: &Context<'_>, id: Uuid) -> Result<Vec<String>, ApiError> {
    let rows = ctx.data_unchecked::<Loaders>().load(AliasesOf(id)).await?;
    Ok(rows
        .into_iter()
        .filter(|row| row.shown)
        .map(|row| row.name)
        .collect())
}

async fn identifiers(ctx: &Context<'_>, id: Uuid) -> Result<Vec<Identifier>, ApiError> {
    let rows = ctx.data_unchecked::<Loaders>().load(IdentifiersOf(id)).await?;
    Ok(rows
        .into_iter()
        .map(|row| Identifier {
            scheme: row.scheme,
            id: row.value,
        })
        .collect())
}

async fn authority(ctx: &Context<'_>, id: Uuid) -> Result<Option<Authority>, ApiError> {
    let rows = ctx
        .data_unchecked::<Loaders>()
        .load(loaders::Organisation(id))
        .await?;
    Ok(rows.into_iter().next().map(|row| Authority(Arc::new(row))))
}

/// A local authority: a council, a combined authority or a city.
#[Object]
impl Authority {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Organisation, self.0.id)
    }

    /// What sort of body it is: always `LOCAL_AUTHORITY`.
    pub(crate) async fn kind(&self) -> OrganisationKind {
        self.0.kind
    }

    /// The official name.
    pub(crate) async fn name(&self) -> &str {
        &self.0.name
    }

    /// The everyday name, such as "Leeds".
    async fn short_name(&self) -> Option<&str> {
        self.0.short_name.as_deref()
    }

    /// The three-letter code of a UK authority, such as `LDS`.
    pub(crate) async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The GSS code of its boundary, such as `E08000035`.
    pub(crate) async fn gss(&self) -> Option<&str> {
        self.0.gss.as_deref()
    }

    /// Other names.
    pub(crate) async fn aliases(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        aliases(ctx, self.0.id).await
    }

    /// Its identifiers in public registers.
    pub(crate) async fn identifiers(&self, ctx: &Context<'_>) -> Result<Vec<Identifier>, ApiError> {
        identifiers(ctx, self.0.id).await
    }

    /// The organisation that it was found to be the same as; it is a tombstone then.
    pub(crate) async fn merged_into(&self, ctx: &Context<'_>) -> Option<Result<Organisation, ApiError>> {
        Some(organisation(ctx, self.0.merged_into_id?).await)
    }

    /// How it came to be one with another or two, the latest first; at most 100.
    pub(crate) async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationChange>, ApiError> {
        changes(ctx, self.0.id).await
    }

    /// England, Scotland, Wales, Northern Ireland or United States.
    pub(crate) async fn nation(&self) -> Option<&str> {
        self.0.nation.as_deref()
    }

    /// The region of England, the nation elsewhere in the United Kingdom, the state in the United States.
    pub(crate) async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// What sort of authority: `COUNTY`, `DISTRICT`, `UNITARY`, `METROPOLITAN_DISTRICT`, `LONDON_BOROUGH`,
    /// `CITY_CORPORATION`, `SCOTTISH_COUNCIL`, `WELSH_COUNCIL`, `NI_DISTRICT`, `COMBINED_AUTHORITY`,
    /// `STRATEGIC_AUTHORITY` or `US_CITY`.
    async fn tier(&self) -> Option<&str> {
        self.0.tier.as_deref()
    }

    /// The code of the county council above a district.
    async fn county_code(&self) -> Option<&str> {
        self.0.county_code.as_deref()
    }

    /// The code of the combined authority that it belongs to.
    async fn combined_authority_code(&self) -> Option<&str> {
        self.0.combined_authority_code.as_deref()
    }

    /// Residents, by the mid-2020 estimate (UK) or the 2020 census (US).
    async fn population(&self) -> Option<i32> {
        self.0.population.and_then(|number| i32::try_from(number).ok())
    }

    /// The area in square kilometres.
    async fn area(&self) -> Option<f64> {
        self.0
            .area_hectares
            .and_then(|hectares| i32::try_from(hectares).ok())
            .map(|hectares| f64::from(hectares) / 100.0)
    }

    /// The middle of its area.
    async fn centroid(&self) -> Option<Coordinates> {
        let (latitude, longitude) = self.0.latitude.zip(self.0.longitude)?;
        Some(Coordinates { latitude, longitude })
    }

    /// The first day that it existed, where known.
    async fn start_date(&self) -> Option<Date> {
        self.0.start_date.map(Date)
    }

    /// The last day that it existed; null while it does.
    async fn end_date(&self) -> Option<Date> {
        self.0.end_date.map(Date)
    }

    /// The authorities that took over when it ended.
    async fn successors(&self, ctx: &Context<'_>) -> Result<Vec<Authority>, ApiError> {
        let mut found = Vec::new();
        for row in ctx
            .data_unchecked::<Loaders>()
            .load(SuccessorsOf(self.0.id))
            .await?
        {
            found.extend(authority(ctx, row.successor_id).await?);
        }
        Ok(found)
    }

    /// The authorities that it took over from.
    async fn predecessors(&self, ctx: &Context<'_>) -> Result<Vec<Authority>, ApiError> {
        let mut found = Vec::new();
        for row in ctx
            .data_unchecked::<Loaders>()
            .load(PredecessorsOf(self.0.id))
            .await?
        {
            found.extend(authority(ctx, row.organisation_id).await?);
        }
        Ok(found)
    }

    /// Authorities that share a boundary with it or lie near, the former first.
    #[graphql(complexity = "page_cost(Some(20), child_complexity)")]
    async fn neighbours(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only neighbours of this kind.")] kind: Option<NeighbourKind>,
    ) -> Result<Vec<Neighbour>, ApiError> {
        let rows = ctx
            .data_unchecked::<Loaders>()
            .load(NeighboursOf(self.0.id))
            .await?;
        let rows = rows
            .into_iter()
            .filter(|row| kind.is_none_or(|kind| kind == row.kind));
        let found = rows.map(async |row| {
            let authority = authority(ctx, row.neighbour_id).await?;
            Ok(authority.map(|authority| Neighbour {
                authority,
                kind: row.kind,
            }))
        });
        let found: ApiResult<Vec<Option<Neighbour>>> = futures_util::future::try_join_all(found).await;
        Ok(found?.into_iter().flatten().collect())
    }

    /// The projects that it leads or takes part in, and those of the authorities that it took over from, the latest
    /// change first unless ordered otherwise. With `filter: { staleness: [STALE] }`, those that it should be asked about.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ProjectFilter>,
        #[graphql(desc = "What to sort by.")] order_by: Option<ProjectOrder>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Whether the projects of the authorities that it took over from belong to it too.",
            default = true
        )]
        include_predecessors: bool,
    ) -> Result<ProjectConnection, ApiError> {
        let mut list = project_list(filter, None, None, order_by)?;
        list.wanted.taking_part = vec![self.0.id];
        list.own_only = !include_predecessors;
        Project::connection(ctx, list, &PageArguments::forwards(first, after)).await
    }

    /// Authorities worth talking to, the best first, with reasons.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn partner_suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<PartnerSuggestionConnection, ApiError> {
        let arguments = PageArguments::forwards(first, after);
        PartnerSuggestionConnection::find(ctx, self.0.id, Sought::default(), &arguments).await
    }
}

/// A body that is not a local authority: a funder, a ministry, a university, a company, a charity.
#[Object]
impl OtherOrganisation {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Organisation, self.0.id)
    }

    /// What sort of body it is.
    pub(crate) async fn kind(&self) -> OrganisationKind {
        self.0.kind
    }

    /// The official name.
    pub(crate) async fn name(&self) -> &str {
        &self.0.name
    }

    /// Null: only UK authorities have such a code.
    pub(crate) async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Null: only areas have such a code.
    pub(crate) async fn gss(&self) -> Option<&str> {
        self.0.gss.as_deref()
    }

    /// What it is made of, where it is a group of authorities; null of every other body.
    async fn group(&self, ctx: &Context<'_>) -> Option<ApiResult<OrganisationGroup>> {
        match self.0.kind {
            OrganisationKind::Group => OrganisationGroup::of(ctx, self.0.id).await.transpose(),
            _ => None,
        }
    }

    /// The nation that it lies in, where known.
    pub(crate) async fn nation(&self) -> Option<&str> {
        self.0.nation.as_deref()
    }

    /// The region that it lies in, where known.
    pub(crate) async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// Other names.
    pub(crate) async fn aliases(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        aliases(ctx, self.0.id).await
    }

    /// Its identifiers in public registers.
    pub(crate) async fn identifiers(&self, ctx: &Context<'_>) -> Result<Vec<Identifier>, ApiError> {
        identifiers(ctx, self.0.id).await
    }

    /// The organisation that it was found to be the same as; it is a tombstone then.
    pub(crate) async fn merged_into(&self, ctx: &Context<'_>) -> Option<Result<Organisation, ApiError>> {
        Some(organisation(ctx, self.0.merged_into_id?).await)
    }

    /// How it came to be one with another or two, the latest first; at most 100.
    pub(crate) async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationChange>, ApiError> {
        changes(ctx, self.0.id).await
    }
}

/// An organisation that a name may mean.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct OrganisationMatch {
    /// The organisation.
    pub organisation: Organisation,
    /// How sure it is, from 0 to 1; 1 is this very name or code.
    pub score: f64,
    /// What speaks for it, in plain words.
    pub why: String,
    /// Whether it existed on the day asked for; true when none was given.
    pub valid_on_date: bool,
}

#[ComplexObject]
impl OrganisationMatch {
    /// The organisation's official name.
    pub(crate) async fn name(&self) -> &str {
        match &self.organisation {
            Organisation::Authority(Authority(row))
            | Organisation::OtherOrganisation(OtherOrganisation(row)) => &row.name,
        }
    }
}
