//! Projects and all that belongs to them.

mod query;

use std::collections::BTreeSet;
use std::sync::Arc;

use entity::kinds::{ProjectStatus, TagKind};
use entity::project::{Column, Entity, Model};
use entity::{
    organisation, project_adopter as adopter, project_award as award, project_link as link,
    project_outcome as outcome, project_participant as participant, project_place as place,
    project_relation as relation, project_source as source, project_tag as tag,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::organisation::insert_all;
pub use query::{Place, ProjectQuery, count, list};

/// A project as it is written: the row and everything that belongs to it.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The project.
    pub project: Model,
    /// Who takes part; the lead too.
    pub participants: Vec<participant::Model>,
    /// Themes and technologies.
    pub tags: Vec<tag::Model>,
    /// Money granted.
    pub awards: Vec<award::Model>,
    /// Where the facts come from.
    pub sources: Vec<source::Model>,
    /// Web addresses.
    pub links: Vec<link::Model>,
    /// Relations to other projects, as declared.
    pub relations: Vec<relation::Model>,
    /// What it found out.
    pub outcomes: Vec<outcome::Model>,
    /// Who took it up.
    pub adopters: Vec<adopter::Model>,
    /// Whom it is for.
    pub places: Vec<place::Model>,
}

/// A participant with the body itself, which takes part in many projects of a page and is shared by them.
pub type Participation = (participant::Model, Arc<organisation::Model>);

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Those with these ids, in no order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await
}

/// Every id in the catalogue, tombstones included.
///
/// # Errors
/// When the database fails.
pub async fn ids(db: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(db)
        .await
}

/// Projects changed after a place in the order of changes, in that order, tombstones included.
///
/// # Errors
/// When the database fails.
pub async fn changed_after(db: &impl ConnectionTrait, place: i64, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::ChangeSeq.gt(place))
        .order_by_asc(Column::ChangeSeq)
        .limit(limit)
        .all(db)
        .await
}

/// Projects that were not taken out, in the order of their ids, after one.
///
/// # Errors
/// When the database fails.
pub async fn active_after(
    db: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(Column::Status.eq(ProjectStatus::Active));
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after));
    }
    query.order_by_asc(Column::Id).limit(limit).all(db).await
}

/// Projects that these organisations lead and that were not taken out, the latest change first.
///
/// # Errors
/// When the database fails.
pub async fn led_by(
    db: &impl ConnectionTrait,
    organisations: &[Uuid],
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::LeadId.is_in(organisations.iter().copied()))
        .filter(Column::Status.eq(ProjectStatus::Active))
        .order_by_desc(Column::ChangeSeq)
        .limit(limit)
        .all(db)
        .await
}

/// Who takes part in these projects, each as listed.
///
/// # Errors
/// When the database fails.
pub async fn participants(db: &impl ConnectionTrait, projects: &[Uuid]) -> Result<Vec<Participation>, DbErr> {
    let rows = participant::Entity::find()
        .filter(participant::Column::ProjectId.is_in(projects.iter().copied()))
        .order_by_asc(participant::Column::Position)
        .order_by_asc(participant::Column::Id)
        .all(db)
        .await?;
    let bodies: BTreeSet<Uuid> = rows.iter().map(|row| row.organisation_id).collect();
    let bodies = super::organisation::by_ids(db, bodies).await?;
    let bodies: std::collections::HashMap<Uuid, Arc<organisation::Model>> =
        bodies.into_iter().map(|body| (body.id, Arc::new(body))).collect();
    Ok(rows
        .into_iter()
        .filter_map(|row| bodies.get(&row.organisation_id).cloned().map(|body| (row, body)))
        .collect())
}

/// Who takes part in these projects as what, by ids only.
///
/// # Errors
/// When the database fails.
pub async fn roles(db: &impl ConnectionTrait, projects: &[Uuid]) -> Result<Vec<participant::Model>, DbErr> {
    participant::Entity::find()
        .filter(participant::Column::ProjectId.is_in(projects.iter().copied()))
        .order_by_asc(participant::Column::Position)
        .all(db)
        .await
}

macro_rules! children {
    ($(#[$doc:meta])* $name:ident, $table:ident, $order:ident) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When the database fails.
        pub async fn $name(db: &impl ConnectionTrait, projects: &[Uuid]) -> Result<Vec<$table::Model>, DbErr> {
            $table::Entity::find()
                .filter($table::Column::ProjectId.is_in(projects.iter().copied()))
                .order_by_asc($table::Column::$order)
                .order_by_asc($table::Column::Id)
                .all(db)
                .await
        }
    };
}

children!(
    /// Themes and technologies of these projects, each as listed.
    tags, tag, Position
);
children!(
    /// Money granted to these projects.
    awards, award, Position
);
children!(
    /// Where the facts on these projects come from.
    sources, source, RecordedAt
);
children!(
    /// Web addresses about these projects.
    links, link, Position
);
children!(
    /// What these projects are declared to be to others.
    relations, relation, Id
);

children!(
    /// What these projects found out, each as listed.
    outcomes, outcome, Position
);
children!(
    /// Who took up what these projects made or found, each as listed.
    adopters, adopter, Position
);
children!(
    /// Whom these projects are for, each as listed.
    places, place, Position
);

/// The labels of one kind among a project's tags.
#[must_use]
pub fn labels(tags: &[tag::Model], kind: TagKind) -> Vec<String> {
    tags.iter()
        .filter(|tag| tag.kind == kind)
        .map(|tag| tag.label.clone())
        .collect()
}

/// The sources that records of `system` with these ids were read from.
///
/// # Errors
/// When the database fails.
pub async fn sources_of(
    db: &impl ConnectionTrait,
    system: &str,
    record_ids: &[String],
) -> Result<Vec<source::Model>, DbErr> {
    source::Entity::find()
        .filter(source::Column::System.eq(system))
        .filter(source::Column::RecordId.is_in(record_ids.iter().cloned()))
        .all(db)
        .await
}

/// Writes relations of projects that are there; each project takes a new place in the order of changes, so that whoever
/// reads the changes sees it again.
///
/// # Errors
/// When the database fails.
pub async fn relate(db: &impl ConnectionTrait, rows: Vec<relation::Model>) -> Result<(), DbErr> {
    let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.project_id).collect();
    let mut place = super::catalogue::reserve(db, i64::try_from(ids.len()).unwrap_or(0)).await?;
    for id in ids {
        Entity::update_many()
            .col_expr(Column::ChangeSeq, place.into())
            .filter(Column::Id.eq(id))
            .exec(db)
            .await?;
        place += 1;
    }
    insert_all::<relation::Entity, _>(db, rows).await
}

/// Writes new projects with all that belongs to them.
///
/// # Errors
/// When one is there already, or the database fails.
pub async fn insert(db: &impl ConnectionTrait, bundles: Vec<Bundle>) -> Result<(), DbErr> {
    let mut rows = Vec::with_capacity(bundles.len());
    let mut rest = Vec::with_capacity(bundles.len());
    for bundle in bundles {
        rows.push(bundle.project.clone());
        rest.push(bundle);
    }
    insert_all::<Entity, _>(db, rows).await?;
    insert_children(db, rest).await
}

async fn insert_children(db: &impl ConnectionTrait, bundles: Vec<Bundle>) -> Result<(), DbErr> {
    macro_rules! all {
        ($table:ident, $field:ident) => {
            let rows = bundles
                .iter()
                .flat_map(|bundle| bundle.$field.iter().cloned())
                .collect();
            insert_all::<$table::Entity, _>(db, rows).await?;
        };
    }
    all!(participant, participants);
    all!(tag, tags);
    all!(award, awards);
    all!(source, sources);
    all!(link, links);
    all!(relation, relations);
    all!(outcome, outcomes);
    all!(adopter, adopters);
    all!(place, places);
    Ok(())
}

/// Replaces a project and what belongs to it, sources excepted: they only ever grow.
/// Returns false, and changes nothing, when the stored version is no longer `expected_version`.
///
/// # Errors
/// When the database fails.
pub async fn replace(
    db: &impl ConnectionTrait,
    bundle: Bundle,
    expected_version: i32,
) -> Result<bool, DbErr> {
    let id = bundle.project.id;
    let row = bundle.project.clone().into_active_model().reset_all();
    let changed = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(expected_version))
        .exec(db)
        .await?;
    if changed.rows_affected == 0 {
        return Ok(false);
    }
    macro_rules! clear {
        ($($table:ident),+) => {
            $($table::Entity::delete_many().filter($table::Column::ProjectId.eq(id)).exec(db).await?;)+
        };
    }
    clear!(participant, tag, award, link, relation, outcome, adopter, place);
    insert_children(db, vec![bundle]).await?;
    Ok(true)
}

/// Changes a project's own row only. Returns false, and changes nothing, when the
/// stored version is no longer `expected_version`.
///
/// # Errors
/// When the database fails.
pub async fn update_row(db: &impl ConnectionTrait, row: Model, expected_version: i32) -> Result<bool, DbErr> {
    let id = row.id;
    let changed = Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(expected_version))
        .exec(db)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// The sources whose records came with one of these contents.
///
/// # Errors
/// When the database fails.
pub async fn sources_with(db: &impl ConnectionTrait, hashes: &[String]) -> Result<Vec<source::Model>, DbErr> {
    source::Entity::find()
        .filter(source::Column::ContentHash.is_in(hashes.iter().cloned()))
        .all(db)
        .await
}

/// Rewrites a source: its record came again with another content.
///
/// # Errors
/// When the database fails.
pub async fn update_source(db: &impl ConnectionTrait, row: source::Model) -> Result<(), DbErr> {
    let id = row.id;
    let change = row.into_active_model().reset_all();
    source::Entity::update_many()
        .set(change)
        .filter(source::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// A source by its id.
///
/// # Errors
/// When the database fails.
pub async fn source(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<source::Model>, DbErr> {
    source::Entity::find_by_id(id).one(db).await
}

/// Renames the source of a project whose creation was undone, so that its records are no longer known by their ids or
/// contents. Where its facts came from stays readable.
///
/// # Errors
/// When the database fails.
pub async fn disown(
    db: &impl ConnectionTrait,
    project: Uuid,
    system: &str,
    undone: &str,
) -> Result<(), DbErr> {
    source::Entity::update_many()
        .col_expr(source::Column::System, Expr::value(undone))
        .col_expr(source::Column::ContentHash, Expr::value(Option::<String>::None))
        .filter(source::Column::ProjectId.eq(project))
        .filter(source::Column::System.eq(system))
        .exec(db)
        .await?;
    Ok(())
}
