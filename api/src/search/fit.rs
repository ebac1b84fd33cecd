//! How well projects fit a search.

use chrono::{DateTime, Utc};

use super::phrase::{self, Clause};
use super::shelf::{BREAK, Field, Shelf};
use super::{number, place};

/// A word that was put right, because no project has the one that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// As typed.
    pub typed: String,
    /// As searched for.
    pub meant: String,
}

/// The projects that fit a search.
#[derive(Debug, Clone, Default)]
pub struct Fit {
    /// The place of each on the shelf, and how well it fits.
    pub(super) found: Vec<(u32, i64)>,
    /// What each clause weighs. A list's later pages are given those of its first, so that what is written meanwhile
    /// moves nothing.
    pub weights: Vec<u16>,
    /// What was put right.
    pub corrections: Vec<Correction>,
}

/// How a word that is one of the forms searched for counts where it stands, and one that only begins so.
///
/// A title is chosen to say what a project is; key words say it too but are fewer and shared; a summary mentions
/// much. A word that is only begun may be another one, so it ranks below the same place's whole word.
fn worth(field: Field, whole: bool) -> u8 {
    match (field, whole) {
        (Field::Title, true) => 8,
        (Field::Title, false) => 6,
        (Field::Tag, true) => 5,
        (Field::Tag, false) | (Field::Text, true) => 4,
        (Field::Text, false) => 3,
    }
}

/// The words of a clause: whole ones, and those that only begin so.
#[derive(Debug, Default)]
struct Options {
    whole: Vec<u32>,
    begun: Vec<u32>,
}

/// How much the best occurrence of a clause counts in each project, and which projects have one.
struct Scores {
    best: Vec<u8>,
    touched: Vec<u32>,
}

impl Scores {
    fn new(slots: usize) -> Self {
        Self {
            best: vec![0; slots],
            touched: Vec::new(),
        }
    }

    fn clear(&mut self) {
        self.best.fill(0);
        self.touched.clear();
    }

    fn add(&mut self, slot: u32, worth: u8) {
        if let Some(best) = self.best.get_mut(place(slot)) {
            if *best == 0 {
                self.touched.push(slot);
            }
            *best = worth.max(*best);
        }
    }

    fn of(&self, slot: u32) -> u8 {
        self.best.get(place(slot)).copied().unwrap_or(0)
    }
}

impl Shelf {
    /// The projects that have every clause of a search. `weights` are those of an earlier page of the same list.
    /// Each of the moments `ranked_lower` makes a project that was last confirmed before a little less relevant; but
    /// however stale it is, one more word of the search outweighs that.
    #[must_use]
    pub fn fit(&self, text: &str, weights: Option<&[u16]>, ranked_lower: &[DateTime<Utc>]) -> Fit {
        let clauses = phrase::read(text);
        let mut fit = Fit::default();
        let mut scores = Scores::new(self.books.len());
        let mut found: Option<Vec<(u32, i64)>> = None;
        for clause in &clauses {
            scores.clear();
            if !self.enter(clause, &mut scores, &mut fit.corrections) {
                continue;
            }
            let weight = weights.and_then(|kept| kept.get(fit.weights.len()).copied());
            let weight = weight.unwrap_or_else(|| rarity(self.len(), scores.touched.len()));
            fit.weights.push(weight);
            let score = |slot: u32| i64::from(weight) * i64::from(scores.of(slot));
            match &mut found {
                None => {
                    let alive = scores.touched.iter().filter(|slot| self.book(**slot).is_some());
                    found = Some(alive.map(|slot| (*slot, score(*slot))).collect());
                }
                Some(found) => found.retain_mut(|(slot, sum)| {
                    let more = score(*slot);
                    *sum += more;
                    more > 0
                }),
            }
        }
        let mut found = found.unwrap_or_else(|| self.all());
        for clause in &clauses {
            scores.clear();
            if self.enter_excluded(clause, &mut scores) {
                found.retain(|(slot, _)| scores.of(*slot) == 0);
            }
        }
        if !fit.weights.is_empty() {
            self.freshen(&mut found, ranked_lower);
        }
        fit.found = found;
        fit
    }

    /// Every project, none more relevant than another.
    #[must_use]
    pub fn everything(&self) -> Fit {
        Fit {
            found: self.all(),
            ..Fit::default()
        }
    }

    fn all(&self) -> Vec<(u32, i64)> {
        let slots = self.books.iter().enumerate();
        slots
            .filter_map(|(slot, book)| book.as_ref().map(|_| (number(slot), 0)))
            .collect()
    }

    /// Enters where a clause is met. False when it is one of those that exclude.
    fn enter(&self, clause: &Clause, scores: &mut Scores, corrections: &mut Vec<Correction>) -> bool {
        match clause {
            Clause::Word(word) => {
                let options = self.options(word, corrections);
                self.enter_words(&options.whole, true, scores);
                self.enter_words(&options.begun, false, scores);
                true
            }
            Clause::Phrase(words) => {
                self.enter_phrase(words, scores);
                true
            }
            Clause::NotWord(_) | Clause::NotPhrase(_) => false,
        }
    }

    fn enter_excluded(&self, clause: &Clause, scores: &mut Scores) -> bool {
        match clause {
            Clause::NotWord(word) => {
                self.enter_words(self.lexicon.forms(word), true, scores);
                true
            }
            Clause::NotPhrase(words) => {
                self.enter_phrase(words, scores);
                true
            }
            Clause::Word(_) | Clause::Phrase(_) => false,
        }
    }

    fn enter_words(&self, words: &[u32], whole: bool, scores: &mut Scores) {
        for word in words {
            for posting in self.postings(*word) {
                scores.add(posting.slot(), worth(posting.field(), whole));
            }
        }
    }

    /// Words are known still when no project has them any more; a correction is sought only where nothing is found.
    fn options(&self, word: &str, corrections: &mut Vec<Correction>) -> Options {
        let whole = self.lexicon.forms(word).to_vec();
        let begun: Vec<u32> = self
            .lexicon
            .beginning(word)
            .filter(|each| !whole.contains(each))
            .collect();
        let options = Options { whole, begun };
        let mut all = options.whole.iter().chain(&options.begun);
        if all.any(|each| {
            self.postings(*each)
                .iter()
                .any(|one| self.book(one.slot()).is_some())
        }) {
            return options;
        }
        let Some(meant) = self.lexicon.meant(word, |each| self.documents(each)) else {
            return options;
        };
        let meant = self.lexicon.word(meant);
        corrections.push(Correction {
            typed: word.to_owned(),
            meant: meant.to_owned(),
        });
        Options {
            whole: self.lexicon.forms(meant).to_vec(),
            begun: Vec::new(),
        }
    }

    fn enter_phrase(&self, words: &[String], scores: &mut Scores) {
        let numbers: Option<Vec<u32>> = words.iter().map(|word| self.lexicon.number(word)).collect();
        let numbers = numbers.unwrap_or_default();
        let rarest = numbers.iter().min_by_key(|word| self.postings(**word).len());
        for posting in rarest.map_or(&[][..], |word| self.postings(*word)) {
            let Some(book) = self.book(posting.slot()) else {
                continue;
            };
            let mut texts = book.words.split(|word| *word == BREAK);
            let has = |text: &[u32]| text.windows(numbers.len()).any(|window| window == numbers);
            if texts.next().is_some_and(has) {
                scores.add(posting.slot(), worth(Field::Title, true));
            } else if texts.any(has) {
                scores.add(posting.slot(), worth(Field::Text, true));
            }
        }
    }

    fn freshen(&self, found: &mut [(u32, i64)], ranked_lower: &[DateTime<Utc>]) {
        let steps = i64::from(number(ranked_lower.len())) + 1;
        for (slot, score) in found {
            let confirmed = self.book(*slot).and_then(|book| book.confirmed_at);
            let since = ranked_lower
                .iter()
                .filter(|moment| confirmed.is_some_and(|confirmed| confirmed >= **moment));
            *score = *score * steps + i64::from(number(since.count()));
        }
    }
}

/// How much a clause tells that so many of all projects meet: 11 when all do, about 190 for one in 100,000.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of projects are far below 2^52, and the result below 700"
)]
fn rarity(all: usize, found: usize) -> u16 {
    let share = (all.max(1) as f64) / (found.max(1) as f64);
    (16.0 * (1.0 + share).ln()).round() as u16
}
