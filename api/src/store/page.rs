//! Pages by keyset: each goes on after the last row of the one before, so that deep
//! pages cost the same as the first and rows that come and go shift nothing.

use chrono::NaiveDate;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use uuid::Uuid;

/// Where a row stands in an order: the value sorted by, and the id that breaks ties.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// The value.
    pub key: SortKey,
    /// The row.
    pub id: Uuid,
}

impl Position {
    /// The place of a row in the order in which rows came.
    #[must_use]
    pub fn by_id(id: Uuid) -> Self {
        Self {
            key: SortKey::Id(id),
            id,
        }
    }
}

/// A value that rows are sorted by.
#[derive(Debug, Clone, PartialEq)]
pub enum SortKey {
    /// Text, by its bytes.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A score.
    Real(f64),
    /// A day.
    Day(NaiveDate),
    /// The id itself.
    Id(Uuid),
    /// How well a row fits a search, and what each part of the search weighed on the list's first page.
    Ranked(i64, Vec<u16>),
}

/// The kinds of value that rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A score.
    Real,
    /// A day.
    Day,
    /// The id itself.
    Id,
    /// How well a row fits a search.
    Ranked,
}

impl SortKey {
    /// Which kind of value it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match self {
            Self::Text(_) => KeyKind::Text,
            Self::Integer(_) => KeyKind::Integer,
            Self::Real(_) => KeyKind::Real,
            Self::Day(_) => KeyKind::Day,
            Self::Id(_) => KeyKind::Id,
            Self::Ranked(..) => KeyKind::Ranked,
        }
    }
}

impl From<SortKey> for Value {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::Text(text) => text.into(),
            SortKey::Integer(number) => number.into(),
            SortKey::Real(number) => number.into(),
            SortKey::Day(day) => day.into(),
            SortKey::Id(id) => id.into(),
            SortKey::Ranked(score, _) => score.into(),
        }
    }
}

/// Which stretch of a list is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// At most so many rows.
    pub limit: u64,
    /// Only rows beyond this one, in the direction of reading.
    pub beyond: Option<Position>,
    /// Read from the end of the list towards its beginning.
    pub backwards: bool,
}

impl Page {
    /// The first rows.
    #[must_use]
    pub fn first(limit: u64) -> Self {
        Self {
            limit,
            beyond: None,
            backwards: false,
        }
    }
}

/// A stretch of a list, in the list's order.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether the list goes on beyond the last row.
    pub has_next: bool,
    /// Whether it goes on before the first.
    pub has_previous: bool,
}

/// How a list is sorted: an expression, its direction, and the id column.
#[derive(Debug, Clone)]
pub struct Sorting {
    /// The value sorted by; never null, see [`known`].
    pub expression: SimpleExpr,
    /// Largest first.
    pub descending: bool,
    /// The unique tie-breaker, always ascending.
    pub id: SimpleExpr,
}

/// A column that may be null as one that is not: rows without a value come last.
#[must_use]
pub fn known(column: SimpleExpr, last: impl Into<Value>) -> SimpleExpr {
    Func::coalesce([column, Expr::val(last)]).into()
}

/// Narrows a query to a page; it fetches one row more, by which [`slice()`] knows whether the list goes on.
#[must_use]
pub fn paged<E: EntityTrait>(query: Select<E>, sorting: &Sorting, page: &Page) -> Select<E> {
    let down = sorting.descending != page.backwards;
    let mut query = query;
    if let Some(Position { key, id }) = &page.beyond {
        let (expression, tie) = (sorting.expression.clone(), sorting.id.clone());
        let key = Expr::val(key.clone());
        let further = if down {
            expression.clone().lt(key.clone())
        } else {
            expression.clone().gt(key.clone())
        };
        let tied = if page.backwards { tie.lt(*id) } else { tie.gt(*id) };
        // Said once more without the `OR`, so that an index is entered there and not walked from its beginning.
        let here = if down {
            expression.clone().lte(key.clone())
        } else {
            expression.clone().gte(key.clone())
        };
        let beyond = Condition::any().add(further).add(expression.eq(key).and(tied));
        query = query.filter(here).filter(beyond);
    }
    query
        .order_by(
            sorting.expression.clone(),
            if down { Order::Desc } else { Order::Asc },
        )
        .order_by(
            sorting.id.clone(),
            if page.backwards { Order::Desc } else { Order::Asc },
        )
        .limit(page.limit + 1)
}

/// A page of rows in the order in which they came: that of their ids, which are UUIDv7.
///
/// # Errors
/// When the database fails.
pub async fn by_time<E>(
    db: &impl ConnectionTrait,
    query: Select<E>,
    id: SimpleExpr,
    latest_first: bool,
    page: &Page,
) -> Result<Slice<E::Model>, DbErr>
where
    E: EntityTrait,
{
    let sorting = Sorting {
        expression: id.clone(),
        descending: latest_first,
        id,
    };
    let rows = paged(query, &sorting, page).all(db).await?;
    Ok(slice(rows, page))
}

/// The page itself, from the rows that [`paged`] fetched.
#[must_use]
pub fn slice<T>(mut rows: Vec<T>, page: &Page) -> Slice<T> {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let beyond = page.beyond.is_some();
    if page.backwards {
        rows.reverse();
        return Slice {
            rows,
            has_next: beyond,
            has_previous: more,
        };
    }
    Slice {
        rows,
        has_next: more,
        has_previous: beyond,
    }
}
