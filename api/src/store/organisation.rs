//! Organisations, their names and codes, their neighbours and successors.

use chrono::{DateTime, Utc};
use entity::kinds::OrganisationKind;
use entity::organisation::{Column, Entity, Model};
use entity::{
    organisation_alias as alias, organisation_identifier as identifier, organisation_neighbour as neighbour,
    organisation_successor as successor,
};
use sea_orm::sea_query::{Condition, Expr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::ROWS_AN_INSERT;
use super::page::{KeyKind, Page, Slice, SortKey, Sorting, known, paged, slice};
use super::search::folded;

/// Which organisations are wanted.
#[derive(Debug, Clone, Default)]
pub struct OrganisationQuery {
    /// Of one of these kinds.
    pub kinds: Vec<OrganisationKind>,
    /// Only these nations.
    pub nations: Vec<String>,
    /// Only these regions.
    pub regions: Vec<String>,
    /// Only these tiers.
    pub tiers: Vec<String>,
    /// Only those that have not ended (true) or have (false).
    pub current: Option<bool>,
    /// Only those with this text in a name.
    pub search: Option<String>,
    /// What to sort by.
    pub order: OrganisationSort,
    /// Largest first.
    pub descending: bool,
}

/// What organisations are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OrganisationSort {
    /// The name.
    #[default]
    Name,
    /// Residents; unknown comes last.
    Population,
}

impl OrganisationQuery {
    /// The value that places a row in the order.
    #[must_use]
    pub fn sort_key(&self, row: &Model) -> SortKey {
        match self.order {
            OrganisationSort::Name => SortKey::Text(row.name_key.clone()),
            OrganisationSort::Population => SortKey::Integer(row.population.unwrap_or(self.unknown())),
        }
    }

    /// The kind of value that this order sorts by.
    #[must_use]
    pub fn sorted_by(&self) -> KeyKind {
        match self.order {
            OrganisationSort::Name => KeyKind::Text,
            OrganisationSort::Population => KeyKind::Integer,
        }
    }

    /// Stands for an unknown number so that it sorts last.
    fn unknown(&self) -> i64 {
        if self.descending { -1 } else { i64::MAX }
    }
}

/// Everything about an organisation, for writing at once.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The organisations.
    pub organisations: Vec<Model>,
    /// Their other names.
    pub aliases: Vec<alias::Model>,
    /// Their identifiers.
    pub identifiers: Vec<identifier::Model>,
    /// Who took over from whom.
    pub successors: Vec<successor::Model>,
    /// Who lies beside whom.
    pub neighbours: Vec<neighbour::Model>,
}

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
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// The ids of those with one of these values in a column.
///
/// # Errors
/// When the database fails.
pub async fn ids_where(
    db: &impl ConnectionTrait,
    column: Column,
    values: &[String],
) -> Result<Vec<Uuid>, DbErr> {
    let found = Entity::find().filter(column.is_in(values.iter().cloned()));
    found.select_only().column(Column::Id).into_tuple().all(db).await
}

/// The authority with this three-letter code.
///
/// # Errors
/// When the database fails.
pub async fn by_code(db: &impl ConnectionTrait, code: &str) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::Code.eq(code.trim().to_ascii_uppercase()))
        .one(db)
        .await
}

/// The authority whose boundary has this GSS code, current or former; one that has not ended first.
///
/// # Errors
/// When the database fails.
pub async fn by_gss(db: &impl ConnectionTrait, gss: &str) -> Result<Option<Model>, DbErr> {
    let gss = gss.trim().to_ascii_uppercase();
    let former = identifier::Entity::find()
        .filter(identifier::Column::Scheme.eq("GSS"))
        .filter(identifier::Column::Value.eq(gss.clone()))
        .all(db)
        .await?;
    let merged_last: SimpleExpr = Expr::case(Column::MergedIntoId.is_null(), 0).finally(1).into();
    let ended_last: SimpleExpr = Expr::case(Column::EndDate.is_null(), 0).finally(1).into();
    let known = Column::Id.is_in(former.into_iter().map(|row| row.organisation_id));
    Entity::find()
        .filter(Condition::any().add(Column::Gss.eq(gss)).add(known))
        .order_by_asc(merged_last)
        .order_by_asc(ended_last)
        .one(db)
        .await
}

/// Every organisation with its names and codes, for the resolver.
///
/// # Errors
/// When the database fails.
pub async fn directory(db: &impl ConnectionTrait) -> Result<Rows, DbErr> {
    Ok(Rows {
        organisations: Entity::find().order_by_asc(Column::Id).all(db).await?,
        aliases: alias::Entity::find()
            .order_by_asc(alias::Column::Id)
            .all(db)
            .await?,
        identifiers: identifier::Entity::find()
            .order_by_asc(identifier::Column::Id)
            .all(db)
            .await?,
        successors: successor::Entity::find().all(db).await?,
        neighbours: neighbour::Entity::find().all(db).await?,
    })
}

/// The organisation with exactly this official name, folded.
///
/// # Errors
/// When the database fails.
pub async fn named(db: &impl ConnectionTrait, folded_name: &str) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::NameKey.eq(folded_name))
        .filter(Column::MergedIntoId.is_null())
        .one(db)
        .await
}

/// Whether an organisation has exactly this name, folded, among its own.
///
/// # Errors
/// When the database fails.
pub async fn bears(db: &impl ConnectionTrait, id: Uuid, folded_name: &str) -> Result<bool, DbErr> {
    let own = by_id(db, id).await?;
    let named = own.is_some_and(|row| {
        row.name_key == folded_name || row.short_name.is_some_and(|name| folded(&name) == folded_name)
    });
    let aliases = aliases(db, &[id]).await?;
    Ok(named || aliases.iter().any(|row| folded(&row.name) == folded_name))
}

/// The organisation with this identifier.
///
/// # Errors
/// When the database fails.
pub async fn identified(db: &impl ConnectionTrait, scheme: &str, value: &str) -> Result<Option<Uuid>, DbErr> {
    let row = identifier::Entity::find()
        .filter(identifier::Column::Scheme.eq(scheme))
        .filter(identifier::Column::Value.eq(value))
        .one(db)
        .await?;
    Ok(row.map(|row| row.organisation_id))
}

/// By what organisations are known to have changed: how many there are, and when the last one changed.
pub type State = (i64, Option<DateTime<Utc>>);

/// The present state of the organisations.
///
/// # Errors
/// When the database fails.
pub async fn state(db: &impl ConnectionTrait) -> Result<State, DbErr> {
    let state = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "number")
        .column_as(Column::UpdatedAt.max(), "latest")
        .into_tuple()
        .one(db)
        .await?;
    Ok(state.unwrap_or_default())
}

/// Rewrites an organisation's own row, and counts that: whoever keeps rows in memory learns of it.
///
/// # Errors
/// When the database fails.
pub async fn update(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    row.into_active_model().reset_all().update(db).await?;
    super::catalogue::organisation_changed(db).await
}

/// The organisation that stands for this one: itself, unless it was merged into another.
///
/// # Errors
/// When the database fails.
pub async fn survivor(db: &impl ConnectionTrait, id: Uuid) -> Result<Uuid, DbErr> {
    let mut seen = vec![id];
    // Merges cannot go round; what was seen is kept for a database that somebody edited by hand.
    while let Some(&last) = seen.last() {
        match by_id(db, last).await?.and_then(|row| row.merged_into_id) {
            Some(next) if !seen.contains(&next) => seen.push(next),
            _ => return Ok(last),
        }
    }
    Ok(id)
}

/// These organisations and all whose work they carry on: those merged into them, and those that they took over from,
/// with theirs in turn. An ended authority's projects are found so under its successor.
///
/// # Errors
/// When the database fails.
pub async fn with_predecessors(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Uuid>, DbErr> {
    let mut all: Vec<Uuid> = ids.to_vec();
    let mut new = all.clone();
    while !new.is_empty() {
        let before = predecessors(db, &new).await?;
        let merged: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::MergedIntoId.is_in(new.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        let before = before.into_iter().map(|row| row.organisation_id);
        new = before.chain(merged).filter(|id| !all.contains(id)).collect();
        new.sort_unstable();
        new.dedup();
        all.extend(&new);
    }
    Ok(all)
}

/// Every organisation whose work another carries on, with that other: what it was merged into, or who took over.
///
/// # Errors
/// When the database fails.
pub async fn heirs(db: &impl ConnectionTrait) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    let mut pairs: Vec<(Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::MergedIntoId])
        .filter(Column::MergedIntoId.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    let successions = successor::Entity::find().all(db).await?;
    pairs.extend(
        successions
            .into_iter()
            .map(|row| (row.organisation_id, row.successor_id)),
    );
    Ok(pairs)
}

/// From whom these organisations took over.
///
/// # Errors
/// When the database fails.
pub async fn predecessors(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<successor::Model>, DbErr> {
    successor::Entity::find()
        .filter(successor::Column::SuccessorId.is_in(ids.iter().copied()))
        .all(db)
        .await
}

/// A page of organisations.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &OrganisationQuery,
    page: &Page,
) -> Result<Slice<Model>, DbErr> {
    let expression = match query.order {
        OrganisationSort::Name => Column::NameKey.into_expr(),
        OrganisationSort::Population => known(Column::Population.into_expr(), query.unknown()),
    };
    let sorting = Sorting {
        expression,
        descending: query.descending,
        id: Column::Id.into_expr(),
    };
    let rows = paged(filtered(query), &sorting, page).all(db).await?;
    Ok(slice(rows, page))
}

/// How many organisations there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &OrganisationQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &OrganisationQuery) -> Select<Entity> {
    let mut all = Condition::all()
        .add(Column::Kind.is_in(query.kinds.iter().copied()))
        .add(Column::MergedIntoId.is_null());
    for (column, wanted) in [
        (Column::Nation, &query.nations),
        (Column::Region, &query.regions),
        (Column::Tier, &query.tiers),
    ] {
        if !wanted.is_empty() {
            all = all.add(column.is_in(wanted.iter().cloned()));
        }
    }
    all = match query.current {
        Some(true) => all.add(Column::EndDate.is_null()),
        Some(false) => all.add(Column::EndDate.is_not_null()),
        None => all,
    };
    if let Some(search) = query
        .search
        .as_deref()
        .map(folded)
        .filter(|text| !text.is_empty())
    {
        all = all.add(Column::NameKey.contains(&search));
    }
    Entity::find().filter(all)
}

/// Other names of these organisations.
///
/// # Errors
/// When the database fails.
pub async fn aliases(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<alias::Model>, DbErr> {
    alias::Entity::find()
        .filter(alias::Column::OrganisationId.is_in(ids.iter().copied()))
        .order_by_asc(alias::Column::Name)
        .all(db)
        .await
}

/// Identifiers of these organisations.
///
/// # Errors
/// When the database fails.
pub async fn identifiers(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<identifier::Model>, DbErr> {
    identifier::Entity::find()
        .filter(identifier::Column::OrganisationId.is_in(ids.iter().copied()))
        .order_by_asc(identifier::Column::Scheme)
        .order_by_asc(identifier::Column::Value)
        .all(db)
        .await
}

/// Who took over from these organisations.
///
/// # Errors
/// When the database fails.
pub async fn successors(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<successor::Model>, DbErr> {
    successor::Entity::find()
        .filter(successor::Column::OrganisationId.is_in(ids.iter().copied()))
        .all(db)
        .await
}

/// Who lies beside or near these organisations, nearest first.
///
/// # Errors
/// When the database fails.
pub async fn neighbours(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<neighbour::Model>, DbErr> {
    neighbour::Entity::find()
        .filter(neighbour::Column::OrganisationId.is_in(ids.iter().copied()))
        .order_by_asc(neighbour::Column::Kind)
        .order_by_asc(neighbour::Column::Rank)
        .order_by_asc(neighbour::Column::NeighbourId)
        .all(db)
        .await
}

/// Writes organisations with all that belongs to them.
///
/// # Errors
/// When one is there already, or the database fails.
pub async fn insert(db: &impl ConnectionTrait, rows: Rows) -> Result<(), DbErr> {
    insert_all::<Entity, _>(db, rows.organisations).await?;
    insert_all::<alias::Entity, _>(db, rows.aliases).await?;
    insert_all::<identifier::Entity, _>(db, rows.identifiers).await?;
    insert_all::<successor::Entity, _>(db, rows.successors).await?;
    insert_all::<neighbour::Entity, _>(db, rows.neighbours).await
}

/// Every organisation that was merged into another, with that one.
///
/// # Errors
/// When the database fails.
pub async fn merged(db: &impl ConnectionTrait) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::MergedIntoId])
        .filter(Column::MergedIntoId.is_not_null())
        .into_tuple()
        .all(db)
        .await
}

/// Inserts rows of one table, a bounded number at a time.
pub(super) async fn insert_all<E, M>(db: &impl ConnectionTrait, rows: Vec<M>) -> Result<(), DbErr>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel> + sea_orm::ModelTrait<Entity = E>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let mut rows = rows
        .into_iter()
        .map(IntoActiveModel::into_active_model)
        .peekable();
    while rows.peek().is_some() {
        let batch: Vec<E::ActiveModel> = rows.by_ref().take(ROWS_AN_INSERT).collect();
        E::insert_many(batch).exec_without_returning(db).await?;
    }
    Ok(())
}
