//! Relay connections over keyset pages.

use async_graphql::SimpleObject;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store::page::{KeyKind, Page, Position, Slice, SortKey};

/// The page size when none is asked for.
pub const DEFAULT_PAGE: u64 = 20;

/// The largest page that is given. More is refused, never cut.
pub const LARGEST_PAGE: u64 = 100;

/// The arguments of a connection.
#[derive(Debug, Clone, Default)]
pub struct PageArguments {
    /// How many from the beginning, or after `after`.
    pub first: Option<i32>,
    /// The cursor to go on after.
    pub after: Option<String>,
    /// How many from the end, or before `before`.
    pub last: Option<i32>,
    /// The cursor to end before.
    pub before: Option<String>,
}

impl PageArguments {
    /// Reading forwards only.
    #[must_use]
    pub fn forwards(first: Option<i32>, after: Option<String>) -> Self {
        Self {
            first,
            after,
            last: None,
            before: None,
        }
    }

    /// The page that is asked for, of a list that is sorted by values of a kind.
    ///
    /// # Errors
    /// Bad input for a size out of bounds, a cursor that is none of ours or of a list in another order, or
    /// arguments that contradict each other.
    pub fn page(&self, sorted_by: KeyKind) -> ApiResult<Page> {
        let backwards = self.last.is_some() || self.before.is_some();
        if backwards && (self.first.is_some() || self.after.is_some()) {
            let message = "give first and after, or last and before, not both";
            return Err(ApiError::bad_input(UserErrorCode::Invalid, &["first"], message));
        }
        let (size, size_name, cursor, cursor_name) = match backwards {
            true => (self.last, "last", &self.before, "before"),
            false => (self.first, "first", &self.after, "after"),
        };
        let limit = size_of(size, size_name)?;
        let beyond = cursor
            .as_deref()
            .map(|cursor| position(cursor, cursor_name))
            .transpose()?;
        if beyond.as_ref().is_some_and(|place| place.key.kind() != sorted_by) {
            return Err(foreign_cursor(cursor_name));
        }
        Ok(Page {
            limit,
            beyond,
            backwards,
        })
    }
}

/// A page size within its bounds.
///
/// # Errors
/// Bad input when it is less than 0 or more than [`LARGEST_PAGE`].
pub fn size_of(size: Option<i32>, name: &str) -> ApiResult<u64> {
    match size.map(u64::try_from) {
        None => Ok(DEFAULT_PAGE),
        Some(Ok(size)) if size <= LARGEST_PAGE => Ok(size),
        Some(_) => {
            let message = format!("a page size between 0 and {LARGEST_PAGE} is expected");
            Err(ApiError::bad_input(UserErrorCode::OutOfRange, &[name], message))
        }
    }
}

/// The cursor of a position.
#[must_use]
pub fn cursor(position: &Position) -> String {
    let key = match &position.key {
        SortKey::Text(text) => format!("t{text}"),
        SortKey::Integer(number) => format!("i{number}"),
        SortKey::Real(number) => format!("r{:016x}", number.to_bits()),
        SortKey::Day(day) => format!("d{day}"),
        SortKey::Id(id) => format!("u{id}"),
        SortKey::Ranked(score, weights) => weights
            .iter()
            .fold(format!("k{score}"), |text, weight| format!("{text}.{weight}")),
    };
    URL_SAFE_NO_PAD.encode(format!("{}{key}", position.id.simple()))
}

fn position(cursor: &str, name: &str) -> ApiResult<Position> {
    let read = || -> Option<Position> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (id, key) = text.split_at_checked(32)?;
        let id = Uuid::try_parse(id).ok()?;
        let mut rest = key.chars();
        let key = match rest.next()? {
            't' => SortKey::Text(rest.as_str().to_owned()),
            'i' => SortKey::Integer(rest.as_str().parse().ok()?),
            'r' => SortKey::Real(f64::from_bits(u64::from_str_radix(rest.as_str(), 16).ok()?)),
            'd' => SortKey::Day(rest.as_str().parse::<NaiveDate>().ok()?),
            'u' => SortKey::Id(rest.as_str().parse().ok()?),
            'k' => ranked(rest.as_str())?,
            _ => return None,
        };
        Some(Position { key, id })
    };
    read().ok_or_else(|| foreign_cursor(name))
}

fn ranked(text: &str) -> Option<SortKey> {
    let mut parts = text.split('.');
    let score = parts.next()?.parse().ok()?;
    let weights = parts.map(str::parse).collect::<Result<Vec<u16>, _>>().ok()?;
    Some(SortKey::Ranked(score, weights))
}

fn foreign_cursor(name: &str) -> ApiError {
    let message = "this cursor is not one that was given out for this list in this order";
    ApiError::bad_input(UserErrorCode::Invalid, &[name], message)
}

/// Where a page stands in its list.
#[derive(Debug, Clone, SimpleObject)]
pub struct PageInfo {
    /// Whether the list goes on before this page.
    pub has_previous_page: bool,
    /// Whether the list goes on after this page.
    pub has_next_page: bool,
    /// The cursor of the first item; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the last item; null on an empty page.
    pub end_cursor: Option<String>,
}

/// What Relay wants to know of a page.
#[must_use]
pub fn page_info<T>(slice: &Slice<T>, position: impl Fn(&T) -> Position) -> PageInfo {
    PageInfo {
        has_previous_page: slice.has_previous,
        has_next_page: slice.has_next,
        start_cursor: slice.rows.first().map(|row| cursor(&position(row))),
        end_cursor: slice.rows.last().map(|row| cursor(&position(row))),
    }
}

/// The stretch of a list that was put in order in memory, with its cursors: a cursor is a place in the list.
///
/// # Errors
/// Bad input for arguments out of bounds.
pub(crate) fn placed<T>(
    list: Vec<T>,
    arguments: &PageArguments,
) -> ApiResult<(Vec<T>, Vec<String>, PageInfo)> {
    let page = arguments.page(KeyKind::Integer)?;
    let after = page.beyond.as_ref().and_then(|place| match place.key {
        SortKey::Integer(place) => usize::try_from(place).ok(),
        _ => None,
    });
    let begin = after.map_or(0, |place| place.saturating_add(1));
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = list.len() > begin.saturating_add(limit);
    let mark = |place: usize| {
        cursor(&Position {
            key: SortKey::Integer(i64::try_from(place).unwrap_or(i64::MAX)),
            id: Uuid::nil(),
        })
    };
    let stretch = list.into_iter().enumerate().skip(begin).take(limit);
    let (cursors, rows): (Vec<String>, Vec<T>) = stretch.map(|(place, row)| (mark(place), row)).unzip();
    let info = PageInfo {
        has_previous_page: begin > 0,
        has_next_page: more,
        start_cursor: cursors.first().cloned(),
        end_cursor: cursors.last().cloned(),
    };
    Ok((rows, cursors, info))
}

/// The rows of a page with their cursors, and where the page stands in the list.
pub fn laid_out<T>(slice: Slice<T>, position: impl Fn(&T) -> Position) -> (Vec<T>, Vec<String>, PageInfo) {
    let info = page_info(&slice, &position);
    let cursors = slice.rows.iter().map(|row| cursor(&position(row))).collect();
    (slice.rows, cursors, info)
}

/// Defines a connection and its edge for one node type.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $plural:literal) => {
        #[doc = concat!("A page of ", $plural, ".")]
        #[derive(Debug, Clone)]
        pub struct $connection {
            edges: Vec<$edge>,
            page_info: $crate::graphql::pagination::PageInfo,
            total_count: i32,
        }

        #[doc = concat!("One of a page of ", $plural, ".")]
        #[derive(Debug, Clone)]
        pub struct $edge {
            cursor: String,
            node: $node,
        }

        #[doc = concat!("A page of ", $plural, ".")]
        #[async_graphql::Object]
        impl $connection {
            #[doc = concat!("The ", $plural, " of this page, each with its cursor.")]
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }

            #[doc = concat!("The ", $plural, " of this page.")]
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// Where this page stands in the list.
            async fn page_info(&self) -> &$crate::graphql::pagination::PageInfo {
                &self.page_info
            }

            #[doc = concat!("How many ", $plural, " there are in all; counted only when asked for.")]
            async fn total_count(&self) -> i32 {
                self.total_count
            }
        }

        #[doc = concat!("One of a page of ", $plural, ".")]
        #[async_graphql::Object]
        impl $edge {
            /// Give this as `after` or `before` to go on from here.
            async fn cursor(&self) -> &str {
                &self.cursor
            }

            /// The item itself.
            async fn node(&self) -> &$node {
                &self.node
            }
        }

        impl $connection {
            /// Puts a page together.
            #[must_use]
            pub(crate) fn new(
                nodes: Vec<$node>,
                cursors: Vec<String>,
                page_info: $crate::graphql::pagination::PageInfo,
                total_count: u64,
            ) -> Self {
                let edges = cursors.into_iter().zip(nodes);
                let edges = edges.map(|(cursor, node)| $edge { cursor, node }).collect();
                Self {
                    edges,
                    page_info,
                    total_count: i32::try_from(total_count).unwrap_or(i32::MAX),
                }
            }
        }
    };
}
pub(crate) use connection;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_out() {
        for key in [
            SortKey::Text("ä | b".to_owned()),
            SortKey::Integer(-5),
            SortKey::Real(0.1 + 0.2),
            SortKey::Day(NaiveDate::default()),
            SortKey::Id(Uuid::nil()),
            SortKey::Ranked(7, vec![]),
            SortKey::Ranked(-7, vec![0, u16::MAX]),
        ] {
            let place = Position {
                key,
                id: Uuid::now_v7(),
            };
            assert_eq!(position(&cursor(&place), "after").ok(), Some(place));
        }
    }

    #[test]
    fn foreign_cursors_and_wild_sizes_are_refused() {
        for cursor in ["", "zzz", "🙂", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert!(position(cursor, "after").is_err(), "{cursor}");
        }
        for size in [-1, 101, i32::MAX, i32::MIN] {
            assert!(size_of(Some(size), "first").is_err(), "{size}");
        }
        let both = PageArguments {
            first: Some(1),
            last: Some(1),
            ..PageArguments::default()
        };
        assert!(both.page(KeyKind::Text).is_err());
    }
}
