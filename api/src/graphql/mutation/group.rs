//! Authorities that act as one partner.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect, expect_all};
use crate::graphql::types::organisation::Organisation;
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::group::{self, NewGroup, Revision};
use crate::service::retry::Retry;
use crate::store;

/// A group to make.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CreateOrganisationGroupInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// What it is called, at most 200 characters; no other organisation may be called so.
    name: String,
    /// The global id of the authority that speaks for it.
    lead: ID,
    /// The global ids of the other authorities, from 1 to 100; each is asked.
    members: Vec<ID>,
}

/// What an authority says to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum GroupAnswer {
    /// It takes part.
    Accept,
    /// It takes no part, or no longer.
    Leave,
}

/// An authority's answer to a group.
#[derive(Debug, Clone, InputObject)]
pub(super) struct AnswerOrganisationGroupInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the group.
    id: ID,
    /// The global id of the authority that answers.
    organisation: ID,
    /// What it says.
    answer: GroupAnswer,
}

/// A change of a group. What is not given stays as it is.
#[derive(Debug, Clone, InputObject)]
pub(super) struct UpdateOrganisationGroupInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the group.
    id: ID,
    /// The version that was read; when the group has changed since, nothing is done.
    version: i32,
    /// The global id of the member that speaks for it from now on; it must take part.
    lead: Option<ID>,
    /// The global ids of every other member; new ones are asked, those that are not named have left.
    members: Option<Vec<ID>>,
}

/// A group to dissolve.
#[derive(Debug, Clone, InputObject)]
pub(super) struct DissolveOrganisationGroupInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the group.
    id: ID,
    /// The version that was read; when the group has changed since, nothing is done.
    version: i32,
}

macro_rules! payload {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Debug, Clone, SimpleObject)]
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The group as it is now; null when there were mistakes.
            group: Option<Organisation>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }

        impl $name {
            async fn of(
                ctx: &Context<'_>,
                client_mutation_id: Option<String>,
                done: ApiResult<Uuid>,
            ) -> ApiResult<Self> {
                let (group, errors) = match mistakes(done)? {
                    Ok(id) => {
                        let db = ctx.data_unchecked::<App>().db.read();
                        (store::organisation::by_id(db, id).await?, Vec::new())
                    }
                    Err(errors) => (None, errors),
                };
                Ok(Self {
                    client_mutation_id,
                    group: group.map(Organisation::from),
                    errors,
                })
            }
        }
    };
}

payload!(CreateOrganisationGroupPayload, "The result of making a group.");
payload!(AnswerOrganisationGroupPayload, "The result of answering a group.");
payload!(UpdateOrganisationGroupPayload, "The result of changing a group.");
payload!(
    DissolveOrganisationGroupPayload,
    "The result of dissolving a group."
);

/// Authorities that act as one partner.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GroupMutation;

/// Authorities that act as one partner.
#[Object]
impl GroupMutation {
    /// Joins small authorities as one partner: the group expresses interest, sits on boards and takes part in bids as an
    /// organisation of its own. Its lead speaks for it; who belongs to a member sees what it does. For editors of the lead.
    async fn create_organisation_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: CreateOrganisationGroupInput,
    ) -> Result<CreateOrganisationGroupPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let done = create(ctx, input).await;
        CreateOrganisationGroupPayload::of(ctx, client_mutation_id, done).await
    }

    /// Says for an authority whether it takes part in a group. It may leave at any time, unless it leads. For editors of the
    /// authority.
    async fn answer_organisation_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group, and what is said.")] input: AnswerOrganisationGroupInput,
    ) -> Result<AnswerOrganisationGroupPayload, ApiError> {
        let done = async {
            let id = expect(Kind::Organisation, &input.id, &["id"])?;
            let organisation = expect(Kind::Organisation, &input.organisation, &["organisation"])?;
            let accepts = input.answer == GroupAnswer::Accept;
            group::answer(ctx.data_unchecked(), &viewer::of(ctx), id, organisation, accepts).await?;
            Ok(id)
        };
        let done = done.await;
        AnswerOrganisationGroupPayload::of(ctx, input.client_mutation_id, done).await
    }

    /// Changes who is in a group, and who speaks for it. For editors of its lead.
    async fn update_organisation_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group, and how.")] input: UpdateOrganisationGroupInput,
    ) -> Result<UpdateOrganisationGroupPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let done = revise(ctx, input).await;
        UpdateOrganisationGroupPayload::of(ctx, client_mutation_id, done).await
    }

    /// Ends a group: what it did stays to be seen, and it does nothing new. For editors of its lead.
    async fn dissolve_organisation_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group.")] input: DissolveOrganisationGroupInput,
    ) -> Result<DissolveOrganisationGroupPayload, ApiError> {
        let done = async {
            let id = expect(Kind::Organisation, &input.id, &["id"])?;
            group::dissolve(ctx.data_unchecked(), &viewer::of(ctx), id, input.version).await?;
            Ok(id)
        };
        let done = done.await;
        DissolveOrganisationGroupPayload::of(ctx, input.client_mutation_id, done).await
    }
}

async fn create(ctx: &Context<'_>, input: CreateOrganisationGroupInput) -> ApiResult<Uuid> {
    let told = NewGroup {
        name: input.name,
        lead: expect(Kind::Organisation, &input.lead, &["lead"])?,
        members: expect_all(Kind::Organisation, &input.members, "members")?,
    };
    let viewer = viewer::of(ctx);
    let retry = Retry::read(&viewer, input.idempotency_key, &told)?;
    group::create(ctx.data_unchecked(), &viewer, told, retry).await
}

async fn revise(ctx: &Context<'_>, input: UpdateOrganisationGroupInput) -> ApiResult<Uuid> {
    let id = expect(Kind::Organisation, &input.id, &["id"])?;
    let told = Revision {
        version: input.version,
        lead: match &input.lead {
            Some(lead) => Some(expect(Kind::Organisation, lead, &["lead"])?),
            None => None,
        },
        members: match &input.members {
            Some(members) => Some(expect_all(Kind::Organisation, members, "members")?),
            None => None,
        },
    };
    group::revise(ctx.data_unchecked(), &viewer::of(ctx), id, told).await?;
    Ok(id)
}
