//! What a project was, and how it came to be so.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use entity::kinds::{ProjectChange, ProjectStatus};
use entity::project::Model;
use uuid::Uuid;

use super::account::shown;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::pagination::{PageArguments, connection, cursor, page_info};
use crate::graphql::scalar::DateTime;
use crate::service::App;
use crate::service::project::told::{Difference, Names, differences, told};
use crate::service::project::version::{State, Version, history};
use crate::store;
use crate::store::page::{KeyKind, Position, Slice, SortKey};

/// One state of a project: what it said, who made it so, when and why.
#[derive(Debug, Clone)]
pub struct ProjectVersion {
    version: Arc<Version>,
    /// The state before, where it is kept.
    before: Option<Arc<Version>>,
    names: Arc<Names>,
}

connection!(
    ProjectVersionConnection,
    ProjectVersionEdge,
    ProjectVersion,
    "versions"
);

/// A field of a project, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct FieldValue {
    /// The field's name in this API.
    pub field: &'static str,
    /// What it said. Lists are joined by semicolons; organisations are told by name.
    pub value: String,
}

/// A field that a change touched.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct FieldChange {
    /// The field's name in this API.
    pub field: String,
    /// What it said before; null when it was unknown.
    pub before: Option<String>,
    /// What it said after; null when it was cleared.
    pub after: Option<String>,
}

impl From<Difference> for FieldChange {
    fn from(difference: Difference) -> Self {
        Self {
            field: difference.field,
            before: difference.before,
            after: difference.after,
        }
    }
}

/// The id by which other projects are named.
fn global(project: Uuid) -> String {
    encode(Kind::Project, project).to_string()
}

/// A field that two people changed at once.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct FieldConflict {
    /// The field's name in this API.
    pub field: &'static str,
    /// What it said in the version that your change is based on; null when it was unknown.
    pub before: Option<String>,
    /// What it says now, changed by somebody else.
    pub theirs: Option<String>,
    /// What you want it to say.
    pub yours: Option<String>,
}

/// One state of a project: what it said, who made it so, when and why.
#[Object]
impl ProjectVersion {
    /// 1 at creation, one more with each change.
    async fn version(&self) -> i32 {
        self.version.number
    }

    /// What was done.
    async fn change(&self) -> ProjectChange {
        self.version.change.kind
    }

    /// When it was done.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.version.changed_at)
    }

    /// Who did it: a person, a file with its line, or `api` for what came through this API. Null where it was not kept.
    async fn changed_by(&self, ctx: &Context<'_>) -> Option<Result<String, ApiError>> {
        shown(ctx, self.version.change.by.as_deref()).await.transpose()
    }

    /// Why, where told.
    async fn reason(&self) -> Option<&str> {
        self.version.change.reason.as_deref()
    }

    /// The title from then on.
    async fn title(&self) -> &str {
        &self.version.state.draft.title
    }

    /// Where the record stood in the catalogue from then on.
    async fn status(&self) -> ProjectStatus {
        self.version.state.status
    }

    /// Every field that was known from then on.
    async fn fields(&self) -> Vec<FieldValue> {
        let known = told(&self.version.state, &self.names, &global).into_iter();
        known
            .filter_map(|(field, value)| Some(FieldValue { field, value: value? }))
            .collect()
    }

    /// The fields that this change touched; empty for the first version and where the one before is not kept.
    async fn changes(&self) -> Vec<FieldChange> {
        let Some(before) = &self.before else {
            return Vec::new();
        };
        differences(&before.state, &self.version.state, &self.names, &global)
            .into_iter()
            .map(FieldChange::from)
            .collect()
    }
}

impl ProjectVersion {
    /// A page of a project's versions, the latest first.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(super) async fn connection(
        ctx: &Context<'_>,
        row: &Model,
        arguments: &PageArguments,
    ) -> ApiResult<ProjectVersionConnection> {
        let page = arguments.page(KeyKind::Integer)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let before = match page.beyond.as_ref().map(|place| &place.key) {
            Some(SortKey::Integer(number)) => i32::try_from(*number).ok(),
            _ => None,
        };
        let size = usize::try_from(page.limit).unwrap_or(0);
        // One more tells whether there are more, and what the last one changed.
        let mut found = history(db, row, before, page.limit.saturating_add(1)).await?;
        let beyond = (found.len() > size).then(|| found.pop()).flatten().map(Arc::new);
        let names = names(
            ctx,
            found
                .iter()
                .chain(beyond.as_deref())
                .map(|version| &version.state),
        )
        .await?;
        let slice = Slice {
            has_next: beyond.is_some(),
            has_previous: page.beyond.is_some(),
            rows: found.into_iter().map(Arc::new).collect(),
        };
        let place = |version: &Arc<Version>| Position {
            key: SortKey::Integer(version.number.into()),
            id: row.id,
        };
        let info = page_info(&slice, place);
        let cursors = slice.rows.iter().map(|version| cursor(&place(version))).collect();
        let befores = slice.rows.iter().skip(1).cloned().map(Some).chain([beyond]);
        let nodes = slice.rows.iter().zip(befores).map(|(version, before)| Self {
            version: Arc::clone(version),
            before,
            names: Arc::clone(&names),
        });
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::version::count(db, row.id).await?.saturating_add(1),
            false => 0,
        };
        Ok(ProjectVersionConnection::new(
            nodes.collect(),
            cursors,
            info,
            total,
        ))
    }
}

/// The fields that both of two people changed, each since the state that they both began from.
///
/// # Errors
/// When the database fails.
pub(crate) async fn conflicts(
    ctx: &Context<'_>,
    before: &State,
    theirs: &State,
    yours: &State,
) -> ApiResult<Vec<FieldConflict>> {
    let names = names(ctx, [before, theirs, yours]).await?;
    let [before, theirs, yours] = [before, theirs, yours].map(|state| told(state, &names, &global));
    let fields = before.into_iter().zip(theirs).zip(yours);
    let fields = fields.map(|(((field, before), (_, theirs)), (_, yours))| FieldConflict {
        field,
        before,
        theirs,
        yours,
    });
    Ok(fields
        .filter(|field| {
            field.before != field.theirs && field.before != field.yours && field.theirs != field.yours
        })
        .collect())
}

async fn names<'a>(
    ctx: &Context<'_>,
    states: impl IntoIterator<Item = &'a State>,
) -> Result<Arc<Names>, ApiError> {
    let ids: BTreeSet<Uuid> = states.into_iter().flat_map(State::bodies).collect();
    let rows = match ids.is_empty() {
        true => Vec::new(),
        false => store::organisation::by_ids(ctx.data_unchecked::<App>().db.read(), ids).await?,
    };
    Ok(Arc::new(rows.into_iter().map(|row| (row.id, row.name)).collect()))
}
