//! The page of a list, in an order.

use std::cmp::Ordering;

use chrono::NaiveDate;
use uuid::Uuid;

use super::fit::Fit;
use super::shelf::{Book, Shelf};
use super::tally::{Counts, Dimension};
use super::wanted::Wanted;

/// What projects are sorted by. Rows whose value is unknown come last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// How well it fits the search.
    Relevance,
    /// The title.
    Title,
    /// The first day.
    StartDate,
    /// The budget's amount.
    Budget,
    /// The last change.
    #[default]
    Updated,
}

/// A value that projects are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A number.
    Number(i64),
    /// A text, by its bytes.
    Text(String),
    /// A day.
    Day(NaiveDate),
}

/// Which stretch of the list is wanted.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// What to sort by.
    pub sort: Sort,
    /// The largest first. Ties are in the order of ids, whatever the direction.
    pub descending: bool,
    /// Read from the end of the list towards its beginning.
    pub backwards: bool,
    /// At most so many.
    pub limit: usize,
    /// Only those beyond this place, in the direction of reading.
    pub beyond: Option<(Key, Uuid)>,
}

/// A page, and what there is to know of the whole list.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The projects with their places in the order, in the list's order.
    pub page: Vec<(Uuid, Key)>,
    /// Whether there are more beyond the page, in the direction of reading.
    pub more: bool,
    /// How many there are in all.
    pub total: usize,
    /// How many of each sort.
    pub counts: Counts,
}

/// A key that borrows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Near<'a> {
    Number(i64),
    Text(&'a str),
    Day(NaiveDate),
}

impl Near<'_> {
    fn owned(self) -> Key {
        match self {
            Near::Number(number) => Key::Number(number),
            Near::Text(text) => Key::Text(text.to_owned()),
            Near::Day(day) => Key::Day(day),
        }
    }
}

impl Key {
    fn near(&self) -> Near<'_> {
        match self {
            Self::Number(number) => Near::Number(*number),
            Self::Text(text) => Near::Text(text),
            Self::Day(day) => Near::Day(*day),
        }
    }
}

/// Stands for an unknown day so that it sorts last.
fn unknown_day(descending: bool) -> NaiveDate {
    let year = if descending { 1 } else { 9999 };
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default()
}

/// Stands for an unknown amount so that it sorts last.
fn unknown_amount(descending: bool) -> i64 {
    if descending { -1 } else { i64::MAX }
}

impl Stretch {
    fn key<'a>(&self, book: &'a Book, score: i64) -> Near<'a> {
        match self.sort {
            Sort::Relevance => Near::Number(score),
            Sort::Title => Near::Text(&book.title_key),
            Sort::StartDate => Near::Day(book.start.unwrap_or(unknown_day(self.descending))),
            Sort::Budget => Near::Number(book.budget_minor.unwrap_or(unknown_amount(self.descending))),
            Sort::Updated => Near::Number(book.change_seq),
        }
    }

    /// Which of two comes first when reading.
    fn compare(&self, left: (Near<'_>, Uuid), right: (Near<'_>, Uuid)) -> Ordering {
        let by_key = left.0.cmp(&right.0);
        let by_key = if self.descending { by_key.reverse() } else { by_key };
        let listed = by_key.then(left.1.cmp(&right.1));
        if self.backwards { listed.reverse() } else { listed }
    }
}

impl Shelf {
    /// The page that is asked for of those projects of `fit` that are wanted. The work is the same for every page:
    /// what lies beyond a place is chosen by its key, never counted off.
    #[must_use]
    pub fn page(&self, fit: Fit, wanted: &Wanted, dimensions: &[Dimension], stretch: &Stretch) -> Found {
        let (kept, counts) = self.sift(fit.found, wanted, dimensions);
        let total = kept.len();
        let compare = |left: &(Near<'_>, Uuid), right: &(Near<'_>, Uuid)| stretch.compare(*left, *right);
        let beyond = stretch.beyond.as_ref().map(|(key, id)| (key.near(), *id));
        let mut rows: Vec<(Near<'_>, Uuid)> = kept
            .into_iter()
            .filter_map(|(slot, score)| self.book(slot).map(|book| (stretch.key(book, score), book.id)))
            .filter(|row| beyond.is_none_or(|place| stretch.compare(*row, place) == Ordering::Greater))
            .collect();
        let more = rows.len() > stretch.limit;
        if more && stretch.limit > 0 {
            rows.select_nth_unstable_by(stretch.limit - 1, compare);
        }
        rows.truncate(stretch.limit);
        rows.sort_unstable_by(compare);
        if stretch.backwards {
            rows.reverse();
        }
        Found {
            page: rows.into_iter().map(|(key, id)| (id, key.owned())).collect(),
            more,
            total,
            counts,
        }
    }
}
