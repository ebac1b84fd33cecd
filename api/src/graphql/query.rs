//! What can be asked.

mod board;
mod funding;
mod survey;

use async_graphql::{Context, ID, MergedObject, Object};
use board::BoardQuery;
use entity::kinds;
use funding::FundingQuery;
use survey::SurveyQuery;
pub(crate) use survey::claim;

use super::at_hand::AtHand;
use super::filter::{
    AuthorityFilter, AuthorityOrder, AuthorityOrderField, ClusterFilter, OrderDirection, OverlapCheckInput,
    OverlapFilter, OverlapOrder, OverlapOrderField, ProjectFilter, ProjectOrder, bounded, drafts,
    project_list,
};
use super::id::{Kind, decode, expect, expect_all};
use super::limits::page_cost;
use super::pagination::{PageArguments, size_of};
use super::scalar::{Date, DateTime};
use super::types::account::{Account, AccountConnection, Viewer};
use super::types::board::{Board, Interest};
use super::types::cluster::{OverlapCluster, OverlapClusterConnection, OverlapSummaryRow, SummaryDimension};
use super::types::import::{ImportJob, ImportJobConnection, ImportJobFilter};
use super::types::merge::ProjectMerge;
use super::types::node::Node;
use super::types::organisation::{
    Authority, AuthorityConnection, Organisation, OrganisationConnection, OrganisationMatch,
};
use super::types::organisation_change::OrganisationChange;
use super::types::overlap::{Overlap, OverlapCheck, OverlapConnection};
use super::types::partner::PartnerSuggestionConnection;
use super::types::portfolio::PortfolioOverlap;
use super::types::project::{Project, ProjectConnection};
use super::types::quality::{Calibration, ReviewQuality};
use super::types::review::{self, ReviewQueueFilter};
use super::types::vocabulary::{Term, Vocabulary, terms};
use super::types::word::OrganisationKind;
use super::viewer;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::partner::Sought;
use crate::service::{App, bid, calibration, funding as funding_call, overlap, quality, summary};
use crate::store;
use crate::store::organisation::{OrganisationQuery, OrganisationSort};
use crate::store::overlap::OverlapQuery;

/// The longest name that is looked up, in characters.
const LONGEST_NAME: usize = 500;

/// What can be asked of Tandem: authorities, their projects, which of them overlap, and what they could do together.
#[derive(Debug, Clone, Copy, Default, MergedObject)]
pub struct Query(CatalogueQuery, SurveyQuery, FundingQuery, BoardQuery);

/// What can be asked of the catalogue.
///
/// A field that may be null and may fail is an `Option<Result<…>>`: async-graphql nulls it alone then. The
/// failure of a `Result<Option<…>>` nulls its parent, which the specification keeps for fields that are never null.
#[derive(Debug, Clone, Copy, Default)]
pub struct CatalogueQuery;

/// What can be asked of the catalogue: authorities, their projects, and which of them overlap.
#[Object]
impl CatalogueQuery {
    /// Any object by its global id; null when there is none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id.")] id: ID,
    ) -> Option<ApiResult<Node>> {
        let found = async {
            let db = ctx.data_unchecked::<App>().db.read();
            let look = ctx.look_ahead();
            let viewer = viewer::of(ctx);
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
                Some((Kind::OrganisationChange, id)) => store::organisation_change::by_id(db, id)
                    .await?
                    .map(|row| Node::OrganisationChange(OrganisationChange(row))),
                // What one may not see looks as if it were not there.
                Some((Kind::Import, id)) if viewer.is_administrator() => store::import::by_id(db, id)
                    .await?
                    .map(|row| Node::ImportJob(row.into())),
                Some((Kind::Calibration, id)) if viewer.is_reviewer() || viewer.is_administrator() => {
                    let row = store::calibration::by_id(db, id).await?;
                    row.map(|row| Node::Calibration(Calibration(row)))
                }
                Some((Kind::ProjectMerge, id)) => store::merge::by_id(db, id)
                    .await?
                    .map(|row| Node::ProjectMerge(ProjectMerge(row))),
                Some((Kind::FundingCall, id)) => funding_call::by_id(db, id)
                    .await?
                    .map(|call| Node::FundingCall(call.into())),
                Some((Kind::Interest, id)) => Interest::visible(ctx, id).await?.map(Node::Interest),
                Some((Kind::Board, id)) => Board::visible(ctx, id).await?.map(Node::Board),
                Some((Kind::Bid, id)) => {
                    let app = ctx.data_unchecked::<App>();
                    let bid = bid::visible(app, &viewer::of(ctx), id).await?;
                    bid.map(|bid| Node::Bid(bid.into()))
                }
                Some((
                    Kind::Survey
                    | Kind::QuestionSet
                    | Kind::SurveyWave
                    | Kind::SurveyResponse
                    | Kind::SurveyInvitation
                    | Kind::SurveyUpload,
                    _,
                )) => survey::node(ctx, &id).await?,
                Some((Kind::Account, id)) if viewer.is_administrator() || viewer.account() == Some(id) => {
                    let row = store::account::by_id(db, id).await?;
                    row.map(|row| Node::Account(Account(row)))
                }
                Some((Kind::Import | Kind::Account | Kind::ApiKey | Kind::Calibration, _)) | None => None,
            })
        };
        found.await.transpose()
    }

    /// Whoever asks, as the server knows them.
    async fn viewer(&self, ctx: &Context<'_>) -> Viewer {
        Viewer(viewer::of(ctx))
    }

    /// Everybody who is known, the latest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<AccountConnection, ApiError> {
        Account::connection(ctx, &PageArguments::forwards(first, after)).await
    }

    /// A local authority by its three-letter code, its GSS code or its global id; null when there is none.
    async fn authority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The three-letter code, such as `LDS`.")] code: Option<String>,
        #[graphql(desc = "The GSS code of its boundary, current or former, such as `E08000035`.")]
        gss: Option<String>,
        #[graphql(desc = "The global id.")] id: Option<ID>,
    ) -> Option<ApiResult<Authority>> {
        let found = async {
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
        };
        found.await.transpose()
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
        let query = OrganisationQuery {
            kinds: vec![kinds::OrganisationKind::LocalAuthority],
            nations: bounded(filter.nations, "nations")?,
            regions: bounded(filter.regions, "regions")?,
            tiers: bounded(filter.tiers, "tiers")?,
            current: Some(filter.current.unwrap_or(true)),
            search,
            order: match order.field {
                AuthorityOrderField::Name => OrganisationSort::Name,
                AuthorityOrderField::Population => OrganisationSort::Population,
            },
            descending: order.direction == OrderDirection::Desc,
        };
        Authority::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// Organisations of every kind, by name: authorities, funders, companies, universities, charities. Ended ones and
    /// those that were merged into another are left out.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of one of these kinds.")] kinds: Option<Vec<OrganisationKind>>,
        #[graphql(desc = "Only those with this text in their official name.")] search: Option<String>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OrganisationConnection, ApiError> {
        let kinds = bounded(kinds, "kinds")?;
        let query = OrganisationQuery {
            kinds: match kinds.as_slice() {
                [] => kinds::OrganisationKind::ALL.to_vec(),
                _ => kinds.into_iter().map(Into::into).collect(),
            },
            current: Some(true),
            search,
            ..OrganisationQuery::default()
        };
        Organisation::connection(ctx, query, &PageArguments::forwards(first, after)).await
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

    /// The controlled words that projects are tagged with, in the list's order. Other words can be used beside them.
    async fn vocabulary(
        &self,
        #[graphql(desc = "Which list.")] of: Vocabulary,
    ) -> Result<Vec<Term>, ApiError> {
        terms(of)
    }

    /// A project by its global id, tombstones included; null when there is none.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project's global id.")] id: ID,
    ) -> Option<ApiResult<AtHand<Project>>> {
        let found = async {
            let id = expect(Kind::Project, &id, &["id"])?;
            let app = ctx.data_unchecked::<App>();
            match app.kept.project(&app.db, id).await? {
                Some(row) => Project::one(ctx, row, ctx.look_ahead()).await,
                None => Ok(None),
            }
        };
        let found: ApiResult<Option<Project>> = found.await;
        found.transpose().map(|found| found.map(AtHand))
    }

    /// Projects, the latest change first unless ordered otherwise.
    #[graphql(complexity = "page_cost(first.or(last), child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ProjectFilter>,
        #[graphql(
            desc = "Only those with all these words, their forms, or words that begin so, in title, summary, themes, \
                    technologies or programme. \"Quoted words\" must stand so, in this order; a word after a minus \
                    must be missing. Where no project has a word, the nearest is sought: see `corrections`."
        )]
        search: Option<String>,
        #[graphql(
            desc = "Only those changed at this moment or later; records that were taken out are given too, and the \
                    earliest change comes first unless ordered otherwise. To sync, read on with `after` as long as \
                    there are pages and keep the last cursor: given again later, it brings all that changed since."
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
        let list = project_list(filter, search, updated_since, order_by)?;
        Project::connection(
            ctx,
            list,
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

    /// Checks up to 200 drafts against the catalogue, each for itself: one answer for each, in their order. Stores nothing.
    #[graphql(complexity = "page_cost(first, child_complexity).saturating_mul(inputs.len().clamp(1, 200))")]
    async fn check_overlaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The drafts, at most 200.")] inputs: Vec<OverlapCheckInput>,
        #[graphql(desc = "How many matches of each at most, from 0 to 100; 20 unless given.")] first: Option<
            i32,
        >,
    ) -> Result<Vec<OverlapCheck>, ApiError> {
        let first = usize::try_from(size_of(first, "first")?).unwrap_or(usize::MAX);
        let drafts = drafts(inputs)?;
        let checks = overlap::check_all(ctx.data_unchecked::<App>(), drafts, first).await?;
        OverlapCheck::all(ctx, checks).await
    }

    /// A finding by its global id, also when it was withdrawn; null when there is none.
    async fn overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The finding's global id.")] id: ID,
    ) -> Option<ApiResult<Overlap>> {
        let found = async {
            let id = expect(Kind::Overlap, &id, &["id"])?;
            let row = store::overlap::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
            Ok(Overlap::page(ctx, row.into_iter().collect(), &[ctx.look_ahead()])
                .await?
                .pop())
        };
        found.await.transpose()
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

    /// Findings that wait for reviewers, what is worth reading first first: appeals; what somebody concerned replied to;
    /// what a changed record flagged anew; what nobody looked at; what a reviewer is at; what waits for facts; what a
    /// declared relation explains. Among equals by the score times what is at stake: 1 + log10 of the lesser cost of the
    /// two. For reviewers.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn review_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ReviewQueueFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OverlapConnection, ApiError> {
        let arguments = PageArguments::forwards(first, after);
        review::queue(ctx, filter.unwrap_or_default(), &arguments).await
    }

    /// How right the engine was, by what reviewers decided. For reviewers.
    async fn review_quality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Seek the threshold from which on this share of findings is right, from 0 to 1.")]
        wanted_precision: Option<f64>,
        #[graphql(desc = "Only findings that this version of the method and its parameters made.")]
        model_version: Option<String>,
    ) -> Result<ReviewQuality, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let model = model_version.as_deref();
        let measured = quality::measure(app, &viewer::of(ctx), model, wanted_precision).await?;
        Ok(measured.into())
    }

    /// The latest 100 calibrations, the latest first, accepted or not. For reviewers.
    async fn calibrations(&self, ctx: &Context<'_>) -> Result<Vec<Calibration>, ApiError> {
        let rows = calibration::latest(ctx.data_unchecked::<App>(), &viewer::of(ctx)).await?;
        Ok(rows.into_iter().map(Calibration).collect())
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

    /// What overlaps of the projects that an organisation pays for: among themselves, and with all others. At most 100,000
    /// findings of each are counted, the surest first.
    async fn portfolio_overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of whoever pays.")] funder: ID,
    ) -> Result<PortfolioOverlap, ApiError> {
        PortfolioOverlap::of(ctx, expect(Kind::Organisation, &funder, &["funder"])?).await
    }

    /// An import by its global id: what it would do, how far it has come, what it did; null when there is none.
    async fn import_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The import's global id.")] id: ID,
    ) -> Option<ApiResult<ImportJob>> {
        let found = async {
            let id = expect(Kind::Import, &id, &["id"])?;
            let row = store::import::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
            Ok(row.map(ImportJob::from))
        };
        found.await.transpose()
    }

    /// Imports, the latest first; previews that were not committed too.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn import_jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ImportJobFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<ImportJobConnection, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        ImportJob::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// Authorities worth talking to, the best first, each with what speaks for it and against it.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn partner_suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the authority that asks.")] authority: ID,
        #[graphql(
            desc = "The global id of its project that partners are sought for; all its projects count unless given."
        )]
        project: Option<ID>,
        #[graphql(desc = "Themes that partners are sought for.")] themes: Option<Vec<String>>,
        #[graphql(
            desc = "The global ids of authorities that ask with it as one group, as small ones do for scale: they are not suggested, and \
                    whoever worked with them, is near them or like them ranks higher."
        )]
        together: Option<Vec<ID>>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<PartnerSuggestionConnection, ApiError> {
        let authority = expect(Kind::Organisation, &authority, &["authority"])?;
        let project = project
            .map(|id| expect(Kind::Project, &id, &["project"]))
            .transpose()?;
        let sought = Sought {
            project,
            themes: bounded(themes, "themes")?,
            together: expect_all(Kind::Organisation, &bounded(together, "together")?, "together")?,
        };
        let arguments = PageArguments::forwards(first, after);
        PartnerSuggestionConnection::find(ctx, authority, sought, &arguments).await
    }
}
