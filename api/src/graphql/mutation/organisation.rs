//! Changes of organisations.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::kinds::OrganisationKind;
use uuid::Uuid;

use crate::access::Viewer;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect, expect_all};
use crate::graphql::types::organisation::Organisation;
use crate::graphql::types::organisation_change::OrganisationChange;
use crate::graphql::types::project::Project;
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::organisation::{self, NewOrganisation, Part, Undone};
use crate::service::retry::Retry;
use crate::store;

/// Which organisations are one.
#[derive(Debug, Clone, InputObject)]
pub(super) struct MergeOrganisationsInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the one that stays.
    kept: ID,
    /// The global ids of those that become part of it, from 1 to 20.
    merged: Vec<ID>,
    /// Why they are one, at most 1,000 characters.
    reason: String,
}

/// An identifier of a body in a public register.
#[derive(Debug, Clone, InputObject)]
pub(super) struct IdentifierInput {
    /// The register: a scheme of org-id.guide such as `GB-COH`.
    scheme: String,
    /// The identifier there.
    id: String,
}

/// An organisation to record.
#[derive(Debug, Clone, InputObject)]
pub(super) struct CreateOrganisationInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// The official name, at most 200 characters.
    name: String,
    /// What sort of body it is.
    kind: OrganisationKind,
    /// The everyday name.
    short_name: Option<String>,
    /// Other names, at most 100.
    aliases: Option<Vec<String>>,
    /// Its identifiers in public registers, at most 100.
    identifiers: Option<Vec<IdentifierInput>>,
    /// The nation that it lies in.
    nation: Option<String>,
    /// The region that it lies in.
    region: Option<String>,
}

/// The result of recording an organisation.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct CreateOrganisationPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The organisation; null when there were mistakes.
    organisation: Option<Organisation>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// Which organisation is two, and what belongs to the new one.
#[derive(Debug, Clone, InputObject)]
pub(super) struct SplitOrganisationInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// A key of the client's choice, at most 100 characters: a retry with the same key and input gives the first result.
    idempotency_key: Option<String>,
    /// The global id of the one that is two.
    organisation: ID,
    /// The official name of the one that is split off, at most 200 characters.
    name: String,
    /// What sort of body that is; as the other unless given.
    kind: Option<OrganisationKind>,
    /// Other names that are its own, as they are written; at most 1,000.
    aliases: Option<Vec<String>>,
    /// Identifiers that are its own, at most 1,000.
    identifiers: Option<Vec<IdentifierInput>>,
    /// The global ids of the projects that it, and not the other, takes part in; at most 1,000.
    projects: Option<Vec<ID>>,
    /// Why they are two, at most 1,000 characters.
    reason: String,
}

/// Which change to undo.
#[derive(Debug, Clone, InputObject)]
pub(super) struct UndoOrganisationChangeInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the change.
    change: ID,
    /// Why, at most 1,000 characters.
    reason: String,
}

/// The result of merging organisations.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct MergeOrganisationsPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The organisation that stays, as it is now; null when there were mistakes.
    organisation: Option<Organisation>,
    /// What was done, one for each that was merged; each can be undone, the latest first.
    changes: Vec<OrganisationChange>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// The result of splitting an organisation.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct SplitOrganisationPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The organisation that was split off; null when there were mistakes.
    organisation: Option<Organisation>,
    /// What was done; it can be undone. Null when there were mistakes.
    change: Option<OrganisationChange>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// The result of undoing a change of organisations.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct UndoOrganisationChangePayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The change that was undone; null when there were mistakes.
    change: Option<OrganisationChange>,
    /// Projects whose organisations somebody changed since, so that they were left as they are. At most 1,000 are shown.
    left: Vec<Project>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// So many projects that were left are shown.
const MOST_LEFT: usize = 1_000;

/// Changes of organisations.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OrganisationMutation;

/// Changes of organisations.
#[Object]
impl OrganisationMutation {
    /// Records an organisation that is not known yet: a funder, a company, a university, a charity.
    async fn create_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organisation.")] input: CreateOrganisationInput,
    ) -> Result<CreateOrganisationPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let (organisation, errors) = match mistakes(create(app, &viewer::of(ctx), input).await)? {
            Ok(id) => (stored(app, id).await?, Vec::new()),
            Err(errors) => (None, errors),
        };
        Ok(CreateOrganisationPayload {
            client_mutation_id,
            organisation,
            errors,
        })
    }

    /// Makes organisations that were recorded more than once one. Names, identifiers and projects go to the one that is
    /// kept; the others stay as tombstones that point to it. Can be undone.
    async fn merge_organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which are one, and why.")] input: MergeOrganisationsInput,
    ) -> Result<MergeOrganisationsPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        Ok(match mistakes(merge(app, &viewer::of(ctx), input).await)? {
            Ok((kept, changes)) => MergeOrganisationsPayload {
                client_mutation_id,
                organisation: stored(app, kept).await?,
                changes: many(app, &changes).await?,
                errors: Vec::new(),
            },
            Err(errors) => MergeOrganisationsPayload {
                client_mutation_id,
                organisation: None,
                changes: Vec::new(),
                errors,
            },
        })
    }

    /// Makes two organisations of one record that means two bodies. Can be undone.
    async fn split_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which is two, what belongs to the new one, and why.")]
        input: SplitOrganisationInput,
    ) -> Result<SplitOrganisationPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        Ok(match mistakes(split(app, &viewer::of(ctx), input).await)? {
            Ok(id) => {
                let row = store::organisation_change::by_id(app.db.read(), id).await?;
                SplitOrganisationPayload {
                    client_mutation_id,
                    organisation: match &row {
                        Some(row) => stored(app, row.other_id).await?,
                        None => None,
                    },
                    change: row.map(OrganisationChange),
                    errors: Vec::new(),
                }
            }
            Err(errors) => SplitOrganisationPayload {
                client_mutation_id,
                organisation: None,
                change: None,
                errors,
            },
        })
    }

    /// Undoes a merge or a split: names, identifiers and projects go back to where they were. Later changes of the same
    /// organisations must be undone first.
    async fn undo_organisation_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which change, and why.")] input: UndoOrganisationChangeInput,
    ) -> Result<UndoOrganisationChangePayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        Ok(match mistakes(undo(app, &viewer::of(ctx), &input).await)? {
            Ok(Undone { change, mut left }) => {
                left.truncate(MOST_LEFT);
                let rows = store::project::by_ids(app.db.read(), &left).await?;
                let row = store::organisation_change::by_id(app.db.read(), change).await?;
                UndoOrganisationChangePayload {
                    client_mutation_id,
                    change: row.map(OrganisationChange),
                    left: Project::page(ctx, rows, &[ctx.look_ahead().field("left")]).await?,
                    errors: Vec::new(),
                }
            }
            Err(errors) => UndoOrganisationChangePayload {
                client_mutation_id,
                change: None,
                left: Vec::new(),
                errors,
            },
        })
    }
}

async fn create(app: &App, viewer: &Viewer, input: CreateOrganisationInput) -> ApiResult<Uuid> {
    let asked = CreateOrganisationInput {
        client_mutation_id: None,
        ..input.clone()
    };
    let retry = Retry::read(viewer, input.idempotency_key, &asked)?;
    let identifiers = input.identifiers.unwrap_or_default().into_iter();
    let told = NewOrganisation {
        name: input.name,
        kind: input.kind,
        short_name: input.short_name,
        aliases: input.aliases.unwrap_or_default(),
        identifiers: identifiers.map(|known| (known.scheme, known.id)).collect(),
        nation: input.nation,
        region: input.region,
    };
    organisation::create(app, told, retry).await
}

async fn merge(app: &App, viewer: &Viewer, input: MergeOrganisationsInput) -> ApiResult<(Uuid, Vec<Uuid>)> {
    let kept = expect(Kind::Organisation, &input.kept, &["kept"])?;
    let others = expect_all(Kind::Organisation, &input.merged, "merged")?;
    Ok((
        kept,
        organisation::merge(app, viewer, kept, &others, &input.reason).await?,
    ))
}

async fn split(app: &App, viewer: &Viewer, input: SplitOrganisationInput) -> ApiResult<Uuid> {
    let asked = SplitOrganisationInput {
        client_mutation_id: None,
        ..input.clone()
    };
    let retry = Retry::read(viewer, input.idempotency_key.clone(), &asked)?;
    let id = expect(Kind::Organisation, &input.organisation, &["organisation"])?;
    let identifiers = input.identifiers.unwrap_or_default().into_iter();
    let part = Part {
        name: input.name,
        kind: input.kind,
        aliases: input.aliases.unwrap_or_default(),
        identifiers: identifiers.map(|known| (known.scheme, known.id)).collect(),
        projects: expect_all(Kind::Project, &input.projects.unwrap_or_default(), "projects")?,
    };
    organisation::split(app, viewer, id, part, &input.reason, retry).await
}

async fn undo(app: &App, viewer: &Viewer, input: &UndoOrganisationChangeInput) -> ApiResult<Undone> {
    let id = expect(Kind::OrganisationChange, &input.change, &["change"])?;
    organisation::undo(app, viewer, id, &input.reason).await
}

async fn stored(app: &App, id: Uuid) -> ApiResult<Option<Organisation>> {
    let row = store::organisation::by_id(app.db.read(), id).await?;
    Ok(row.map(Organisation::from))
}

async fn many(app: &App, ids: &[Uuid]) -> ApiResult<Vec<OrganisationChange>> {
    let mut rows = store::organisation_change::by_ids(app.db.read(), ids).await?;
    rows.sort_by_key(|row| row.id);
    Ok(rows.into_iter().map(OrganisationChange).collect())
}
