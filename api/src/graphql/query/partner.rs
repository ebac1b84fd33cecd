//! Partners.

use async_graphql::{Context, ID, Object};

use crate::error::ApiError;
use crate::graphql::filter::bounded;
use crate::graphql::id::{Kind, expect, expect_all};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::types::partner::PartnerSuggestionConnection;
use crate::service::partner::Sought;

/// What can be asked of partners.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PartnerQuery;

/// What can be asked of partners.
#[Object]
impl PartnerQuery {
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
