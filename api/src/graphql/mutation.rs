//! What can be changed.

use std::collections::HashSet;

use async_graphql::{Context, MaybeUndefined, Object, SimpleObject};
use uuid::Uuid;

use super::id::{Kind, expect};
use super::input::{
    ConfirmProjectInput, CreateProjectInput, ProjectRelationInput, RetireProjectInput, UpdateProjectInput,
};
use super::types::project::Project;
use super::types::user_error::{UserError, mistakes};
use crate::error::ApiError;
use crate::service::App;
use crate::service::project;
use crate::store;

/// What can be changed in Tandem.
#[derive(Debug, Clone, Copy)]
pub struct Mutation;

/// What can be changed in Tandem. Mistakes that a user can put right come back in the payload's `errors`; then nothing was changed.
#[Object]
impl Mutation {
    /// Adds a project to the catalogue. Overlaps are looked for right after.
    async fn create_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project.")] input: CreateProjectInput,
    ) -> Result<CreateProjectPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let known = others(app, input.relations.as_deref()).await?;
        let (draft, retry, found) = input.read(&known);
        Ok(match mistakes(project::create(app, draft, retry, found).await)? {
            Ok(id) => CreateProjectPayload {
                client_mutation_id,
                project: stored(ctx, id).await?,
                errors: Vec::new(),
            },
            Err(errors) => CreateProjectPayload {
                client_mutation_id,
                project: None,
                errors,
            },
        })
    }

    /// Changes a project. Fields that are not given stay as they are; null clears a field.
    async fn update_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProjectInput,
    ) -> Result<UpdateProjectPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        Ok(
            match mistakes(update(ctx.data_unchecked::<App>(), input).await)? {
                Ok(id) => UpdateProjectPayload {
                    client_mutation_id,
                    project: stored(ctx, id).await?,
                    errors: Vec::new(),
                },
                Err(errors) => UpdateProjectPayload {
                    client_mutation_id,
                    project: None,
                    errors,
                },
            },
        )
    }

    /// Takes a project out of the catalogue. A tombstone with the reason stays, so that others who sync learn of it.
    async fn retire_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which project, and why.")] input: RetireProjectInput,
    ) -> Result<RetireProjectPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let RetireProjectInput {
            client_mutation_id,
            id,
            version,
            reason,
        } = input;
        let done = match expect(Kind::Project, &id, &["id"]) {
            Ok(id) => project::retire(app, id, version, &reason).await.map(|()| id),
            Err(error) => Err(error),
        };
        Ok(match mistakes(done)? {
            Ok(id) => RetireProjectPayload {
                client_mutation_id,
                project: stored(ctx, id).await?,
                errors: Vec::new(),
            },
            Err(errors) => RetireProjectPayload {
                client_mutation_id,
                project: None,
                errors,
            },
        })
    }

    /// Says that a project's record is still true, and nothing else.
    async fn confirm_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which project.")] input: ConfirmProjectInput,
    ) -> Result<ConfirmProjectPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let ConfirmProjectInput {
            client_mutation_id,
            id,
            version,
        } = input;
        let done = match expect(Kind::Project, &id, &["id"]) {
            Ok(id) => project::confirm(app, id, version).await.map(|()| id),
            Err(error) => Err(error),
        };
        Ok(match mistakes(done)? {
            Ok(id) => ConfirmProjectPayload {
                client_mutation_id,
                project: stored(ctx, id).await?,
                errors: Vec::new(),
            },
            Err(errors) => ConfirmProjectPayload {
                client_mutation_id,
                project: None,
                errors,
            },
        })
    }
}

/// The project as it stands now.
async fn stored(ctx: &Context<'_>, id: Uuid) -> Result<Option<Project>, ApiError> {
    let app = ctx.data_unchecked::<App>();
    match store::project::by_id(app.db.read(), id).await? {
        Some(row) => Project::one(ctx, row, ctx.look_ahead().field("project")).await,
        None => Ok(None),
    }
}

async fn update(app: &App, input: UpdateProjectInput) -> Result<Uuid, ApiError> {
    let id = expect(Kind::Project, &input.id, &["id"])?;
    let (row, draft) = project::current(app, id).await?;
    let version = input.version;
    let told = match &input.relations {
        MaybeUndefined::Value(relations) => Some(relations.as_slice()),
        _ => None,
    };
    let known = others(app, told).await?;
    let (draft, found) = input.onto(draft, &known);
    project::update(app, &row, draft, version, found).await?;
    Ok(id)
}

/// Those projects that exist among the ones that relations name.
async fn others(app: &App, told: Option<&[ProjectRelationInput]>) -> Result<HashSet<Uuid>, ApiError> {
    let named = told.unwrap_or_default().iter();
    let ids: Vec<Uuid> = named
        .filter_map(|relation| expect(Kind::Project, &relation.project, &[]).ok())
        .collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = store::project::by_ids(app.db.read(), &ids).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

macro_rules! payload {
    ($name:ident, $done:literal) => {
        #[doc = concat!("The result of ", $done, " a project.")]
        #[derive(Debug, Clone, SimpleObject)]
        pub struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The project as it stands now; null when there were mistakes.
            project: Option<Project>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }
    };
}

payload!(CreateProjectPayload, "creating");
payload!(UpdateProjectPayload, "changing");
payload!(RetireProjectPayload, "retiring");
payload!(ConfirmProjectPayload, "confirming");
