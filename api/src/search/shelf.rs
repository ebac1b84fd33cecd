//! The projects as columns, and which of them have which word.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::kinds::{Phase, ProjectKind, ProjectStatus};
use uuid::Uuid;

use super::band;
use super::lexicon::Lexicon;
use super::words::words;
use super::{number, place};

/// More cards that were taken away than this, and more than are left, and the shelf is tidied.
const MOST_GAPS: usize = 1_024;

/// Parts one text of a project from the next, so that no phrase runs over both.
pub(super) const BREAK: u32 = u32::MAX;

/// A key word with its folded form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// By which it is told from others.
    pub key: String,
    /// As shown.
    pub shown: String,
}

/// A project as it is handed in.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the project")]
pub struct Card {
    pub id: Uuid,
    pub change_seq: i64,
    pub updated_at: DateTime<Utc>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub status: ProjectStatus,
    pub phase: Option<Phase>,
    pub kind: Option<ProjectKind>,
    pub lead: Option<Uuid>,
    /// Lead and partners.
    pub authorities: Vec<Uuid>,
    pub funders: Vec<Uuid>,
    pub themes: Vec<Label>,
    pub technologies: Vec<Label>,
    pub programme: Option<String>,
    pub start: Option<NaiveDate>,
    pub budget_minor: Option<i64>,
    pub title: String,
    /// By which titles are sorted.
    pub title_key: String,
    pub summary: String,
}

/// A project as it is kept; bodies and labels are numbers.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) id: Uuid,
    pub(super) change_seq: i64,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) confirmed_at: Option<DateTime<Utc>>,
    pub(super) status: ProjectStatus,
    pub(super) phase: Option<u32>,
    pub(super) kind: Option<u32>,
    pub(super) lead: Option<u32>,
    pub(super) authorities: Box<[u32]>,
    pub(super) funders: Box<[u32]>,
    pub(super) themes: Box<[u32]>,
    pub(super) technologies: Box<[u32]>,
    pub(super) programme: Option<u32>,
    pub(super) start: Option<NaiveDate>,
    pub(super) year: Option<u32>,
    pub(super) budget_minor: Option<i64>,
    pub(super) band: Option<u32>,
    pub(super) title_key: Box<str>,
    /// Its words in order, the title's first, with breaks between its texts.
    pub(super) words: Box<[u32]>,
}

/// Where a project has a word, the more telling the larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Text,
    Tag,
    Title,
}

/// One project's having a word: its place on the shelf and the field, in one number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting(u32);

impl Posting {
    fn new(slot: u32, field: Field) -> Self {
        let field = match field {
            Field::Text => 0,
            Field::Tag => 1,
            Field::Title => 2,
        };
        Self((slot << 2) | field)
    }

    pub(super) fn slot(self) -> u32 {
        self.0 >> 2
    }

    pub(super) fn field(self) -> Field {
        match self.0 & 3 {
            0 => Field::Text,
            1 => Field::Tag,
            _ => Field::Title,
        }
    }
}

/// Things, each with a number.
#[derive(Debug)]
pub(super) struct Numbered<T>(HashMap<T, u32>, Vec<T>);

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self(HashMap::new(), Vec::new())
    }
}

impl<T: Hash + Eq + Clone> Numbered<T> {
    fn learn(&mut self, thing: &T) -> u32 {
        if let Some(known) = self.0.get(thing) {
            return *known;
        }
        let fresh = number(self.1.len());
        self.0.insert(thing.clone(), fresh);
        self.1.push(thing.clone());
        fresh
    }

    pub(super) fn number(&self, thing: &T) -> Option<u32> {
        self.0.get(thing).copied()
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.1.get(place(number))
    }

    pub(super) fn len(&self) -> usize {
        self.1.len()
    }

    /// Each once, in the order in which they came.
    fn learn_all<'a>(&mut self, things: impl IntoIterator<Item = &'a T>) -> Box<[u32]>
    where
        T: 'a,
    {
        let mut found: Vec<u32> = Vec::new();
        for thing in things {
            let known = self.learn(thing);
            if !found.contains(&known) {
                found.push(known);
            }
        }
        found.into_boxed_slice()
    }
}

/// Every project of the catalogue, tombstones included, ready to be searched.
#[derive(Debug, Default)]
pub struct Shelf {
    /// By slot; `None` where one was taken away or renewed.
    pub(super) books: Vec<Option<Book>>,
    slots: HashMap<Uuid, u32>,
    pub(super) lexicon: Lexicon,
    /// By word, in the order of slots.
    postings: Vec<Vec<Posting>>,
    pub(super) bodies: Numbered<Uuid>,
    /// Themes, technologies and programmes by their keys.
    pub(super) labels: Numbered<String>,
    shown: Vec<Box<str>>,
    place: i64,
}

impl Shelf {
    /// The change up to which it knows the catalogue.
    #[must_use]
    pub fn place(&self) -> i64 {
        self.place
    }

    /// Notes up to which change it knows the catalogue.
    pub fn reached(&mut self, place: i64) {
        self.place = place;
    }

    /// How many projects it has, tombstones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Puts a project in, instead of what was known of it.
    pub fn put(&mut self, card: &Card) {
        let slot = number(self.books.len());
        let words = self.index(slot, card);
        let labels = |labels: &[Label]| labels.iter().map(|label| label.key.clone()).collect::<Vec<_>>();
        let (themes, technologies) = (labels(&card.themes), labels(&card.technologies));
        let book = Book {
            id: card.id,
            change_seq: card.change_seq,
            updated_at: card.updated_at,
            confirmed_at: card.confirmed_at,
            status: card.status,
            phase: rank(Phase::ALL, card.phase),
            kind: rank(ProjectKind::ALL, card.kind),
            lead: card.lead.map(|lead| self.bodies.learn(&lead)),
            authorities: self.bodies.learn_all(&card.authorities),
            funders: self.bodies.learn_all(&card.funders),
            themes: self.labels.learn_all(&themes),
            technologies: self.labels.learn_all(&technologies),
            programme: card.programme.as_ref().map(|name| self.labels.learn(name)),
            start: card.start,
            year: card.start.and_then(|day| u32::try_from(day.year()).ok()),
            budget_minor: card.budget_minor,
            band: card.budget_minor.map(|amount| band::rank(band::of(amount))),
            title_key: card.title_key.as_str().into(),
            words,
        };
        self.show(card);
        self.books.push(Some(book));
        if let Some(old) = self.slots.insert(card.id, slot)
            && let Some(gone) = self.books.get_mut(place(old))
        {
            *gone = None;
        }
        if self.books.len() > 2 * self.slots.len() + MOST_GAPS {
            self.tidy();
        }
    }

    /// The label of a number, as it was first shown.
    pub(super) fn shown(&self, label: u32) -> &str {
        self.shown.get(place(label)).map_or("", AsRef::as_ref)
    }

    pub(super) fn book(&self, slot: u32) -> Option<&Book> {
        self.books.get(place(slot)).and_then(Option::as_ref)
    }

    pub(super) fn postings(&self, word: u32) -> &[Posting] {
        self.postings.get(place(word)).map_or(&[], Vec::as_slice)
    }

    /// How many projects have a word by now.
    pub(super) fn documents(&self, word: u32) -> usize {
        let postings = self.postings(word).iter();
        postings
            .filter(|posting| self.book(posting.slot()).is_some())
            .count()
    }

    /// Enters a card's words, and returns them in order.
    fn index(&mut self, slot: u32, card: &Card) -> Box<[u32]> {
        let mut sequence = Vec::new();
        let mut fields: Vec<(u32, Field)> = Vec::new();
        let tags = card.themes.iter().chain(&card.technologies);
        let texts = [
            (Field::Title, card.title.as_str()),
            (Field::Text, card.summary.as_str()),
        ]
        .into_iter()
        .chain(card.programme.as_deref().map(|name| (Field::Text, name)))
        .chain(tags.map(|tag| (Field::Tag, tag.shown.as_str())));
        for (field, text) in texts {
            for word in words(text) {
                let word = self.lexicon.learn(&word);
                sequence.push(word);
                fields.push((word, field));
            }
            sequence.push(BREAK);
        }
        self.postings.resize_with(self.lexicon.len(), Vec::new);
        // The most telling field of each word first, and that one is kept.
        fields.sort_unstable_by(|left, right| left.0.cmp(&right.0).then(right.1.cmp(&left.1)));
        fields.dedup_by_key(|(word, _)| *word);
        for (word, field) in fields {
            if let Some(postings) = self.postings.get_mut(place(word)) {
                postings.push(Posting::new(slot, field));
            }
        }
        sequence.into_boxed_slice()
    }

    /// Keeps how labels are written that were not seen before.
    fn show(&mut self, card: &Card) {
        let Self { labels, shown, .. } = self;
        let tags = card.themes.iter().chain(&card.technologies);
        let told = tags.map(|tag| (labels.number(&tag.key), tag.shown.as_str()));
        let programme = card.programme.as_ref();
        let told = told.chain(programme.map(|name| (labels.number(name), name.as_str())));
        for (label, text) in told {
            let Some(label) = label.map(place) else { continue };
            if shown.len() <= label {
                shown.resize(label + 1, Box::default());
            }
            if let Some(kept) = shown.get_mut(label).filter(|kept| kept.is_empty()) {
                *kept = text.into();
            }
        }
    }

    /// Closes the gaps.
    fn tidy(&mut self) {
        let mut moved: Vec<Option<u32>> = Vec::with_capacity(self.books.len());
        let mut next = 0;
        for book in &self.books {
            moved.push(book.is_some().then_some(next));
            next += u32::from(book.is_some());
        }
        self.books.retain(Option::is_some);
        let new = |slot: u32| moved.get(place(slot)).copied().flatten();
        for postings in &mut self.postings {
            postings.retain_mut(|posting| {
                let slot = new(posting.slot());
                *posting = slot.map_or(*posting, |slot| Posting::new(slot, posting.field()));
                slot.is_some()
            });
        }
        self.slots
            .values_mut()
            .for_each(|slot| *slot = new(*slot).unwrap_or(*slot));
    }
}

fn rank<T: PartialEq>(all: &[T], wanted: Option<T>) -> Option<u32> {
    let wanted = wanted?;
    all.iter().position(|each| *each == wanted).map(number)
}
