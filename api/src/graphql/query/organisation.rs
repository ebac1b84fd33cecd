//! Organisations, and the words that projects are tagged with.

use async_graphql::{Context, ID, Object};
use entity::kinds::OrganisationKind;

use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::graphql::filter::{AuthorityFilter, AuthorityOrder, AuthorityOrderField, OrderDirection, bounded};
use crate::graphql::id::{Kind, expect};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::scalar::Date;
use crate::graphql::types::organisation::{
    Authority, AuthorityConnection, Organisation, OrganisationConnection, OrganisationMatch,
};
use crate::graphql::types::vocabulary::{Term, Vocabulary, terms};
use crate::service::App;
use crate::store;
use crate::store::organisation::{OrganisationQuery as Wanted, OrganisationSort};

/// The longest name that is looked up, in characters.
const LONGEST_NAME: usize = 500;

/// What can be asked of organisations.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OrganisationQuery;

/// What can be asked of organisations.
#[Object]
impl OrganisationQuery {
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
        let query = Wanted {
            kinds: vec![OrganisationKind::LocalAuthority],
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
        let query = Wanted {
            kinds: match kinds.as_slice() {
                [] => OrganisationKind::ALL.to_vec(),
                _ => kinds,
            },
            current: Some(true),
            search,
            ..Wanted::default()
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
}
