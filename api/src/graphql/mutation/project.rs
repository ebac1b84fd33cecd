//! Changes of projects.

use std::collections::HashSet;

use async_graphql::{Context, MaybeUndefined, Object, SimpleObject};
use uuid::Uuid;

use crate::access::Viewer;
use crate::error::ApiError;
use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{
    ConfirmProjectInput, CreateProjectInput, ProjectRelationInput, RetireProjectInput, UpdateProjectInput,
};
use crate::graphql::types::project::Project;
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::types::version::{FieldConflict, conflicts};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::project::version::{self, State};
use crate::service::project::{self, Revision};
use crate::store;

/// Changes of projects.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ProjectMutation;

/// Changes of projects.
#[Object]
impl ProjectMutation {
    /// Adds a project to the catalogue. Overlaps are looked for right after.
    async fn create_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project.")] input: CreateProjectInput,
    ) -> Result<CreateProjectPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        let known = others(app, input.relations.as_deref()).await?;
        let viewer = viewer::of(ctx);
        let (draft, retry, found) = input.read(&viewer, &known);
        Ok(
            match mistakes(project::create(app, &viewer, draft, retry, found).await)? {
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
            },
        )
    }

    /// Changes a project. Fields that are not given stay as they are; null clears a field.
    async fn update_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProjectInput,
    ) -> Result<UpdateProjectPayload, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let client_mutation_id = input.client_mutation_id.clone();
        Ok(
            match mistakes(update(app, &viewer::of(ctx), input.clone()).await)? {
                Ok(id) => UpdateProjectPayload {
                    client_mutation_id,
                    project: stored(ctx, id).await?,
                    errors: Vec::new(),
                    conflicts: Vec::new(),
                },
                Err(errors) => {
                    let changed_meanwhile = errors.iter().any(UserError::is_stale_version);
                    let (project, conflicts) = match changed_meanwhile {
                        true => changed_by_both(ctx, input).await?,
                        false => (None, Vec::new()),
                    };
                    UpdateProjectPayload {
                        client_mutation_id,
                        project,
                        errors,
                        conflicts,
                    }
                }
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
            Ok(id) => project::retire(app, &viewer::of(ctx), id, version, &reason)
                .await
                .map(|()| id),
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
            Ok(id) => project::confirm(app, &viewer::of(ctx), id, version)
                .await
                .map(|()| id),
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

async fn update(app: &App, viewer: &Viewer, input: UpdateProjectInput) -> Result<Uuid, ApiError> {
    let id = expect(Kind::Project, &input.id, &["id"])?;
    let (row, draft) = project::current(app, id).await?;
    let (version, reason) = (input.version, input.reason.clone());
    let known = others(app, relations(&input)).await?;
    let (draft, found) = input.onto(draft, &known);
    let revision = Revision {
        draft,
        version,
        reason,
        found,
    };
    project::update(app, viewer, &row, revision).await?;
    Ok(id)
}

/// The project as somebody else left it, and the fields that a refused change wanted otherwise than they did.
async fn changed_by_both(
    ctx: &Context<'_>,
    input: UpdateProjectInput,
) -> Result<(Option<Project>, Vec<FieldConflict>), ApiError> {
    let app = ctx.data_unchecked::<App>();
    let db = app.db.read();
    let id = expect(Kind::Project, &input.id, &["id"])?;
    let project = stored(ctx, id).await?;
    let before = version::earlier(db, id, input.version).await?;
    let (Some(row), Some(before)) = (store::project::by_id(db, id).await?, before) else {
        return Ok((project, Vec::new()));
    };
    let theirs = State::present(db, &row).await?;
    let known = others(app, relations(&input)).await?;
    let (draft, _) = input.onto(before.draft.clone(), &known);
    // What cannot be taken at all is told when it is sent again for the present version.
    let Ok(yours) = project::resolve(app.directory.as_ref(), draft).map(State::proposed) else {
        return Ok((project, Vec::new()));
    };
    Ok((project, conflicts(ctx, &before, &theirs, &yours).await?))
}

fn relations(input: &UpdateProjectInput) -> Option<&[ProjectRelationInput]> {
    match &input.relations {
        MaybeUndefined::Value(relations) => Some(relations),
        MaybeUndefined::Null | MaybeUndefined::Undefined => None,
    }
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
        pub(super) struct $name {
            /// The id that the client gave.
            client_mutation_id: Option<String>,
            /// The project as it stands now; null when there were mistakes.
            project: Option<Project>,
            /// What the user must put right; then nothing was changed.
            errors: Vec<UserError>,
        }
    };
}

/// The result of changing a project.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct UpdateProjectPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The project as it stands now. Null when there were mistakes, except that somebody else changed it meanwhile:
    /// then it is shown as they left it.
    project: Option<Project>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
    /// When somebody else changed the project meanwhile: the fields that both changed, with both values. Other fields of
    /// your change can be sent again as they are, for the present version.
    conflicts: Vec<FieldConflict>,
}

payload!(CreateProjectPayload, "creating");
payload!(RetireProjectPayload, "retiring");
payload!(ConfirmProjectPayload, "confirming");
