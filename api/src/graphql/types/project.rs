//! Projects.

mod at_hand;
mod connection;
mod loaded;
mod outcome;

use std::sync::Arc;

use async_graphql::{Context, ID, Lookahead, Object, SimpleObject};
use entity::kinds::{
    DatePrecision, DeclaredRelation, ParticipantRole, Phase, ProjectKind, ProjectStatus, Staleness, TagKind,
};
use entity::project::Model;

use super::merge::{self, ProjectMerge};
use super::money::Money;
use super::organisation::Organisation;
use super::overlap::ProjectOverlapConnection;
use super::version::{ProjectVersion, ProjectVersionConnection};
use crate::clock;
use crate::data;
use crate::error::{ApiError, ApiResult};
use crate::exchange::record::Amount;
use crate::graphql::at_hand::AtHand;
use crate::graphql::id::{Kind, encode};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::scalar::{Date, DateTime};
use crate::service::App;
use crate::service::freshness::Cutoffs;
use crate::store;
use crate::store::project::Participation;
pub use connection::{Facet, FacetBucket, FacetDimension, ProjectConnection, ProjectEdge, SearchCorrection};
use loaded::{Loaded, Wanted};
use outcome::{
    Adopter, BeneficiaryPlace, ProjectOutcome, Sector, SustainableDevelopmentGoal, adopter, place,
};

/// An effort of one or more bodies: an accelerator, a demonstrator, an experiment or a rollout.
#[derive(Debug, Clone)]
pub struct Project {
    pub(super) row: Arc<Model>,
    pub(super) loaded: Loaded,
}

impl Project {
    /// A project whose children are fetched one by one when asked.
    pub(super) fn bare(row: Model) -> Self {
        Self {
            row: Arc::new(row),
            loaded: Loaded::default(),
        }
    }

    /// Projects with all that the query goes on to ask of them, in a fixed number of
    /// statements whatever their number. `asked` are the query's fields of project type.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn page(
        ctx: &Context<'_>,
        rows: Vec<impl Into<Arc<Model>>>,
        asked: &[Lookahead<'_>],
    ) -> Result<Vec<Self>, ApiError> {
        let rows = rows.into_iter().map(Into::into).collect();
        loaded::load(ctx.data_unchecked::<App>(), rows, &Wanted::of(asked)).await
    }

    /// As [`Project::page`], with everybody who takes part, asked for or not.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn page_with_participants(
        ctx: &Context<'_>,
        rows: Vec<impl Into<Arc<Model>>>,
        asked: &[Lookahead<'_>],
    ) -> Result<Vec<Self>, ApiError> {
        let wanted = Wanted::of(asked).with_participants();
        let rows = rows.into_iter().map(Into::into).collect();
        loaded::load(ctx.data_unchecked::<App>(), rows, &wanted).await
    }

    /// Everybody who takes part.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn participations(&self, ctx: &Context<'_>) -> ApiResult<Arc<Vec<Participation>>> {
        self.loaded.participants(ctx, &self.row).await
    }

    /// One project with all that the query goes on to ask of it.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn one(
        ctx: &Context<'_>,
        row: impl Into<Arc<Model>>,
        asked: Lookahead<'_>,
    ) -> Result<Option<Self>, ApiError> {
        Ok(Self::page(ctx, vec![row], &[asked]).await?.into_iter().next())
    }
}

/// Who takes part in a project, and as what.
#[derive(Debug, Clone, SimpleObject)]
pub struct Participant {
    /// The body.
    pub organisation: Organisation,
    /// What it does in the project.
    pub role: ParticipantRole,
}

/// Money granted for a project.
#[derive(Debug, Clone, SimpleObject)]
pub struct FundingAward {
    /// Who granted it, where known.
    pub funder: Option<Organisation>,
    /// How much.
    pub amount: Money,
    /// When it was awarded or announced, where known.
    pub awarded_on: Option<Date>,
}

/// Where facts about a project come from.
#[derive(Debug, Clone, SimpleObject)]
pub struct Source {
    /// The source's name: a file, a survey, the demonstration catalogue, or `api` for what was typed in.
    pub name: String,
    /// The record's id there.
    pub record_id: Option<String>,
    /// The web page that states the facts.
    pub url: Option<String>,
    /// When the record was taken over.
    pub recorded_at: DateTime,
}

/// What a project is declared to be to another.
#[derive(Debug, Clone, SimpleObject)]
pub struct ProjectRelation {
    /// What it is to the other.
    pub relation: DeclaredRelation,
    /// The other project's global id.
    pub project_id: ID,
}

/// An effort of one or more bodies: an accelerator, a demonstrator, an experiment or a rollout.
#[Object]
impl Project {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::Project, self.row.id)
    }

    /// The title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// What it is about; empty where the source has no summary.
    async fn summary(&self) -> &str {
        &self.row.summary
    }

    /// What sort of effort it is, where known.
    async fn kind(&self) -> Option<ProjectKind> {
        self.row.kind
    }

    /// How far along it is, where known.
    async fn phase(&self) -> Option<Phase> {
        self.row.phase
    }

    /// Where its record stands in the catalogue. A retired record is a tombstone.
    async fn status(&self) -> ProjectStatus {
        self.row.status
    }

    /// Who answers for it, where known.
    async fn lead(&self, ctx: &Context<'_>) -> Option<ApiResult<Organisation>> {
        let found = match self.loaded.participants(ctx, &self.row).await {
            Ok(found) => found,
            Err(error) => return Some(Err(error)),
        };
        let lead = found.iter().find(|(row, _)| row.role == ParticipantRole::Lead);
        lead.map(|(_, body)| Ok(Arc::clone(body).into()))
    }

    /// Everybody who takes part, the lead first, then as listed by the source.
    async fn participants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those with one of these roles.")] roles: Option<Vec<ParticipantRole>>,
    ) -> Result<Vec<AtHand<Participant>>, ApiError> {
        let found = self.loaded.participants(ctx, &self.row).await?;
        let wanted = |role: ParticipantRole| roles.as_ref().is_none_or(|roles| roles.contains(&role));
        let chosen = found.iter().filter(|(row, _)| wanted(row.role));
        let participant = chosen.map(|(row, body)| {
            AtHand(Participant {
                organisation: Arc::clone(body).into(),
                role: row.role,
            })
        });
        Ok(participant.collect())
    }

    /// What it is about, in key words.
    async fn themes(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        Ok(store::project::labels(
            &self.loaded.tags(ctx, &self.row).await?,
            TagKind::Theme,
        ))
    }

    /// What it is made with.
    async fn technologies(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        Ok(store::project::labels(
            &self.loaded.tags(ctx, &self.row).await?,
            TagKind::Technology,
        ))
    }

    /// The programme or competition that pays, as named.
    async fn programme(&self) -> Option<&str> {
        self.row.programme.as_deref()
    }

    /// The functions of government that it serves.
    async fn sectors(&self, ctx: &Context<'_>) -> Result<Vec<Sector>, ApiError> {
        let reference = data::load().map_err(ApiError::internal)?;
        let codes = store::project::labels(&self.loaded.tags(ctx, &self.row).await?, TagKind::Sector);
        let sector = |code: String| {
            let label = reference.sector(&code).map(|sector| sector.label.clone());
            label.map(|label| Sector { code, label })
        };
        Ok(codes.into_iter().filter_map(sector).collect())
    }

    /// The Sustainable Development Goals that it serves.
    async fn goals(&self, ctx: &Context<'_>) -> Result<Vec<SustainableDevelopmentGoal>, ApiError> {
        let numbers = store::project::labels(&self.loaded.tags(ctx, &self.row).await?, TagKind::Goal);
        let goal = |number: String| {
            let number: u8 = number.parse().ok()?;
            let label = data::goal(usize::from(number))?.to_owned();
            Some(SustainableDevelopmentGoal {
                number: i32::from(number),
                label,
            })
        };
        Ok(numbers.into_iter().filter_map(goal).collect())
    }

    /// What it found out, one by one: what worked, what did not, how that is known, and whether others can use it.
    async fn outcomes(&self, ctx: &Context<'_>) -> Result<Vec<ProjectOutcome>, ApiError> {
        let rows = self.loaded.outcomes(ctx, &self.row).await?;
        Ok(rows.iter().map(ProjectOutcome::from).collect())
    }

    /// Who took up what it made or found.
    async fn adopters(&self, ctx: &Context<'_>) -> Result<Vec<Adopter>, ApiError> {
        let rows = self.loaded.adopters(ctx, &self.row).await?;
        futures_util::future::try_join_all(rows.iter().map(|row| adopter(ctx, row))).await
    }

    /// Whom it is for.
    async fn beneficiary_places(&self, ctx: &Context<'_>) -> Result<Vec<BeneficiaryPlace>, ApiError> {
        let rows = self.loaded.places(ctx, &self.row).await?;
        futures_util::future::try_join_all(rows.iter().map(|row| place(ctx, row))).await
    }

    /// What came of it, as told.
    async fn outcome(&self) -> Option<&str> {
        self.row.outcome.as_deref()
    }

    /// What a reader should know of these facts.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref()
    }

    /// The first day, where known; see `startPrecision`.
    async fn start_date(&self) -> Option<Date> {
        self.row.start_date.map(Date)
    }

    /// How exactly the first day is known: with `YEAR`, `startDate` is the first of January.
    async fn start_precision(&self) -> Option<DatePrecision> {
        self.row.start_precision
    }

    /// The last day, where known; see `endPrecision`.
    async fn end_date(&self) -> Option<Date> {
        self.row.end_date.map(Date)
    }

    /// How exactly the last day is known.
    async fn end_precision(&self) -> Option<DatePrecision> {
        self.row.end_precision
    }

    /// What it costs, where known.
    async fn budget(&self) -> Option<Money> {
        let (minor, currency) = self.row.budget_minor.zip(self.row.budget_currency.clone())?;
        Some(Amount { minor, currency }.into())
    }

    /// Money granted for it.
    async fn awards(&self, ctx: &Context<'_>) -> Result<Vec<FundingAward>, ApiError> {
        let rows = self.loaded.awards(ctx, &self.row).await?;
        let bodies = self.loaded.participants(ctx, &self.row).await?;
        let award = |row: &entity::project_award::Model| FundingAward {
            funder: bodies
                .iter()
                .find(|(_, body)| Some(body.id) == row.funder_id)
                .map(|(_, body)| Arc::clone(body).into()),
            amount: Amount {
                minor: row.amount_minor,
                currency: row.currency.clone(),
            }
            .into(),
            awarded_on: row.awarded_on.map(Date),
        };
        Ok(rows.iter().map(award).collect())
    }

    /// Where its facts come from.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<Source>, ApiError> {
        let rows = self.loaded.sources(ctx, &self.row).await?;
        let source = |row: &entity::project_source::Model| Source {
            name: row.system.clone(),
            record_id: row.record_id.clone(),
            url: row.url.clone(),
            recorded_at: DateTime(row.recorded_at),
        };
        Ok(rows.iter().map(source).collect())
    }

    /// Web addresses about it.
    async fn links(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        Ok(self
            .loaded
            .links(ctx, &self.row)
            .await?
            .iter()
            .map(|row| row.url.clone())
            .collect())
    }

    /// What it is declared to be to other projects.
    async fn relations(&self, ctx: &Context<'_>) -> Result<Vec<ProjectRelation>, ApiError> {
        let rows = self.loaded.relations(ctx, &self.row).await?;
        let relation = |row: &entity::project_relation::Model| ProjectRelation {
            relation: row.relation,
            project_id: encode(Kind::Project, row.other_id),
        };
        Ok(rows.iter().map(relation).collect())
    }

    /// When somebody last said that the record is still true.
    async fn last_confirmed_at(&self) -> Option<DateTime> {
        self.row.last_confirmed_at.map(DateTime)
    }

    /// How far the record can be relied on to be up to date, by when it was last confirmed.
    async fn staleness(&self) -> Staleness {
        let cutoffs = Cutoffs::at(clock::now());
        cutoffs.staleness(self.row.last_confirmed_at)
    }

    /// When it was recorded.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }

    /// When the record was taken out of the catalogue, if it was.
    async fn retired_at(&self) -> Option<DateTime> {
        self.row.retired_at.map(DateTime)
    }

    /// Why the record was taken out.
    async fn retired_reason(&self) -> Option<&str> {
        self.row.retired_reason.as_deref()
    }

    /// The project that its record became part of, if it did; null otherwise.
    async fn merged_into(&self, ctx: &Context<'_>) -> Option<ApiResult<Self>> {
        if self.row.status == ProjectStatus::Active {
            return None;
        }
        merge::into(ctx, self.row.id).await.transpose()
    }

    /// The merges that its record took part in, undone ones too, the latest 100, the latest first.
    async fn merges(&self, ctx: &Context<'_>) -> Result<Vec<ProjectMerge>, ApiError> {
        merge::of(ctx, self.row.id).await
    }

    /// 1 at creation, one more with each change. Give it with a change, so that nobody's work is lost.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// What it was before each change, with who changed it and why; the present version first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<ProjectVersionConnection, ApiError> {
        ProjectVersion::connection(ctx, &self.row, &PageArguments::forwards(first, after)).await
    }

    /// Its overlaps with other projects, the surest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn overlaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<ProjectOverlapConnection, ApiError> {
        ProjectOverlapConnection::of(ctx, self, &PageArguments::forwards(first, after)).await
    }
}
