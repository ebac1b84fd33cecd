//! A record as it is compared: its terms by number, its people, its facts.

mod people;
mod terms;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::compare::codes;
use crate::index::MOST_TELLING;
use crate::lexicon::{Lexicon, OwnTerm, TermId, stable_hash};
use crate::normalise::{Language, Places, Word, Words, expansion, is_stopword};
use crate::topic::Topic;
use crate::vocabulary::Known;
use crate::{Day, Field, Record, Span};
pub(crate) use people::Person;
pub(crate) use terms::{Entry, Terms};
use terms::{PIECE_WEIGHT, TECHNOLOGY_WEIGHT, TITLE_WEIGHT, YEAR_WEIGHT};

/// No record has more terms than this; what follows in an endless text is not looked at.
const MOST_TERMS: usize = 600;
/// Room for so many is made at first.
const USUAL_TERMS: usize = 96;
/// A text with less than this many different words is too short to judge.
pub(crate) const FEWEST_WORDS: usize = 3;
/// A text whose words tell less than this together is too generic to judge: three names tell 24, seven words
/// of the kind "digital project to improve services for residents" about 15 (natural logarithm).
pub(crate) const LEAST_TOLD: f32 = 16.0;
/// Numbers of a term that its catalogue has not numbered begin here.
const UNNUMBERED: TermId = 1 << 31;

/// How many facts lead to a record, each beside a telling term or another fact: its lead, and what it costs.
pub(crate) const FACTS: usize = 2;

/// A record as it is compared. What each comparison looks at comes first, so that it is soon fetched.
#[derive(Debug, Clone, Default)]
#[repr(C)]
pub(crate) struct Profile {
    /// Different terms of title, summary and technologies, in an order that only depends on the terms.
    pub(crate) terms: Terms,
    /// What it is about as a whole.
    pub(crate) topic: Topic,
    pub(crate) start: Option<Day>,
    /// Terms of the technologies.
    pub(crate) technologies: Box<[TermId]>,
    /// Terms of the themes.
    pub(crate) themes: Box<[TermId]>,
    /// Terms that look like numbers of models.
    pub(crate) codes: Box<[TermId]>,
    /// Words of the title in alphabetical order, joined.
    pub(crate) title: Box<str>,
    pub(crate) people: Box<[Person]>,
    /// A number for each fact that leads to it, the same in every catalogue; 0 for what is unknown.
    pub(crate) facts: [u32; FACTS],
    /// Different words of title and summary that could be looked up or are plainly names.
    pub(crate) words: usize,
    /// What these words tell together, as known before a catalogue is seen.
    pub(crate) told: f32,
    /// Terms that have no number yet.
    pub(crate) unnumbered: Vec<OwnTerm>,
}

/// One occurrence of a term in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occurrence {
    pub(crate) term: TermId,
    pub(crate) span: Span,
    /// What its kind makes it count beside an ordinary word.
    share: f32,
    /// Whether it looks like the number of a model.
    code: bool,
}

/// Turns records into profiles; knows the gazetteer.
#[derive(Debug, Default)]
pub(crate) struct Profiler {
    places: Places,
}

/// The terms as they are gathered.
struct Gathered<'a> {
    lexicon: &'a Lexicon,
    unnumbered: Vec<OwnTerm>,
    by_stem: FxHashMap<Box<str>, TermId>,
}

impl<'a> Gathered<'a> {
    fn new(lexicon: &'a Lexicon) -> Self {
        Self {
            lexicon,
            unnumbered: Vec::new(),
            by_stem: FxHashMap::default(),
        }
    }

    fn number(&mut self, word: &str) -> TermId {
        if let Some(&id) = self.by_stem.get(word) {
            return id;
        }
        match self.lexicon.resolve(word) {
            Ok(id) => id,
            Err(term) => {
                if let Some(&id) = self.by_stem.get(&term.stem) {
                    return id;
                }
                let id = UNNUMBERED + u32::try_from(self.unnumbered.len()).unwrap_or(0);
                self.by_stem.insert(word.into(), id);
                self.by_stem.insert(term.stem.clone(), id);
                self.unnumbered.push(term);
                id
            }
        }
    }

    /// Tells of a word that the vocabulary knows so, and of a model's number also without the letters at its end.
    fn tell(
        &mut self,
        (word, known): (&str, Option<Known>),
        (span, share): (Span, f32),
        found: &mut dyn FnMut(Occurrence),
    ) {
        let code = known.is_none() && codes::is_code(word);
        let term = known.map_or_else(|| self.number(word), |known| known.entry);
        found(Occurrence {
            term,
            span,
            share,
            code,
        });
        if let Some(root) = codes::root(word).filter(|_| code) {
            let (term, share) = (self.number(root), share * PIECE_WEIGHT);
            found(Occurrence {
                term,
                span,
                share,
                code,
            });
        }
    }
}

impl Profiler {
    pub(crate) fn new<'a>(places: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            places: Places::new(places),
        }
    }

    /// The profile of a record. Terms that the lexicon lacks are listed in it, and have numbers
    /// that mean nothing to anyone else until [`Profile::adopt`].
    pub(crate) fn profile(&self, record: &Record, lexicon: &Lexicon) -> Profile {
        let mut gathered = Gathered::new(lexicon);
        let mut weights: FxHashMap<TermId, (f32, bool)> =
            FxHashMap::with_capacity_and_hasher(USUAL_TERMS, FxBuildHasher);
        let mut codes: Vec<TermId> = Vec::new();
        let title = Words::of(&record.title);
        let summary = Words::of(&record.summary);
        for (field, words) in [(Field::Title, &title), (Field::Summary, &summary)] {
            let base = if field == Field::Title { TITLE_WEIGHT } else { 1.0 };
            self.terms(field, words, &mut gathered, &mut |found| {
                if weights.len() < MOST_TERMS || weights.contains_key(&found.term) {
                    let weight = found.share * base;
                    let entry = weights.entry(found.term).or_insert((weight, false));
                    entry.0 = entry.0.max(weight);
                    entry.1 |= field == Field::Title;
                    if found.code && !codes.contains(&found.term) {
                        codes.push(found.term);
                    }
                }
            });
        }
        let is_word = |weight: f32| weight > YEAR_WEIGHT * TITLE_WEIGHT;
        let words = weights.values().filter(|(weight, _)| is_word(*weight)).count();
        let technologies = self.labels(&record.technologies, &mut gathered);
        let themes = self.labels(&record.themes, &mut gathered);
        let mut only_labels: Vec<TermId> = Vec::new();
        for &term in &technologies {
            weights.entry(term).or_insert_with(|| {
                only_labels.push(term);
                (TECHNOLOGY_WEIGHT, false)
            });
        }
        let terms = weights.into_iter().map(|(term, (weight, in_title))| Entry {
            term,
            weight,
            in_title,
        });
        let people = people::people(record);
        let mut profile = Profile {
            terms: Terms::default(),
            technologies,
            themes,
            codes: codes.into(),
            title: sorted_title(&title, lexicon),
            facts: facts(record, &people),
            people,
            start: record.period.start,
            topic: Topic::default(),
            words,
            told: 0.0,
            unnumbered: gathered.unnumbered,
        };
        profile.order(terms, lexicon);
        profile.topic = profile.find_topic(lexicon);
        let of_text = profile
            .terms
            .iter()
            .filter(|entry| is_word(entry.weight) && !only_labels.contains(&entry.term));
        profile.told = of_text.map(|entry| profile.telling(entry.term, lexicon)).sum();
        profile
    }

    /// The stems of a text in their order.
    pub(crate) fn stems(&self, text: &str) -> Vec<String> {
        let lexicon = Lexicon::default();
        let mut gathered = Gathered::new(&lexicon);
        let mut terms = Vec::new();
        self.terms(Field::Summary, &Words::of(text), &mut gathered, &mut |found| {
            terms.push(found.term)
        });
        let profile = Profile {
            unnumbered: gathered.unnumbered,
            ..Profile::default()
        };
        terms
            .into_iter()
            .map(|term| profile.stem(term, &lexicon).to_owned())
            .collect()
    }

    /// Where each term of a record stands.
    pub(crate) fn occurrences(&self, record: &Record, lexicon: &Lexicon) -> Vec<Occurrence> {
        let mut gathered = Gathered::new(lexicon);
        let mut all = Vec::new();
        for (field, text) in [(Field::Title, &record.title), (Field::Summary, &record.summary)] {
            self.terms(field, &Words::of(text), &mut gathered, &mut |found| {
                all.push(found)
            });
        }
        all
    }

    /// The first technology or theme, as written, that has a term.
    pub(crate) fn label_with(&self, record: &Record, term: TermId, lexicon: &Lexicon) -> Option<String> {
        let mut gathered = Gathered::new(lexicon);
        let labels = record.technologies.iter().chain(&record.themes);
        labels
            .filter(|label| {
                let mut has = false;
                self.terms(Field::Summary, &Words::of(label), &mut gathered, &mut |found| {
                    has |= found.term == term;
                });
                has
            })
            .map(|label| label.trim().to_owned())
            .next()
    }

    fn labels(&self, labels: &[String], gathered: &mut Gathered<'_>) -> Box<[TermId]> {
        let mut terms = Vec::new();
        for label in labels {
            self.terms(Field::Summary, &Words::of(label), gathered, &mut |found| {
                terms.push(found.term)
            });
        }
        terms.sort_unstable();
        terms.dedup();
        terms.truncate(MOST_TERMS);
        terms.into()
    }

    fn terms(
        &self,
        field: Field,
        words: &Words,
        gathered: &mut Gathered<'_>,
        found: &mut dyn FnMut(Occurrence),
    ) {
        let places = self.places.mark(words, |word| gathered.lexicon.is_common(word));
        let language = Language::of(words);
        let mut whole_known = false;
        let mut items = words.items().iter().zip(places).peekable();
        while let Some((word, place)) = items.next() {
            let text = words.text(word);
            if place || (word.piece && whole_known) {
                continue;
            }
            let known = gathered.lexicon.look(text);
            if !word.piece {
                whole_known = known.is_some();
            }
            let stop = known.map_or_else(|| is_stopword(text), |known| known.stop);
            if stop && !word.acronym || language.is_some_and(|other| other.holds(text)) {
                continue;
            }
            let mut span = Span {
                field,
                start: word.start,
                end: word.end,
            };
            if let Some((next, _)) = items.peek()
                && next.hyphen
                && let Some((joined, end)) = joined(words, word, next, gathered.lexicon)
            {
                items.next();
                span.end = end;
                let known = gathered.lexicon.look(&joined);
                gathered.tell((&joined, known), (span, 1.0), found);
                continue;
            }
            if text.len() == 1 && !text.bytes().all(|b| b.is_ascii_digit()) {
                continue;
            }
            let share = match (is_year(text), word.piece) {
                (true, _) => YEAR_WEIGHT,
                (false, true) => PIECE_WEIGHT,
                (false, false) => 1.0,
            };
            let long = if known.is_none_or(|known| known.short) {
                expansion(text, word.acronym)
            } else {
                None
            };
            let Some(long) = long else {
                gathered.tell((text, known), (span, share), found);
                continue;
            };
            whole_known = true;
            for part in long.split(' ').filter(|part| !is_stopword(part)) {
                let known = gathered.lexicon.look(part);
                gathered.tell((part, known), (span, share), found);
            }
        }
    }
}

impl Profile {
    /// Gives the lexicon the terms that it lacked, and takes over their numbers.
    pub(crate) fn adopt(&mut self, lexicon: &mut Lexicon) {
        if self.unnumbered.is_empty() {
            return;
        }
        let numbers: Vec<TermId> = self
            .unnumbered
            .drain(..)
            .map(|term| lexicon.adopt(term))
            .collect();
        let renumber = |term: &mut TermId| {
            let place = term
                .checked_sub(UNNUMBERED)
                .and_then(|place| usize::try_from(place).ok());
            if let Some(&number) = place.and_then(|place| numbers.get(place)) {
                *term = number;
            }
        };
        self.terms.numbers_mut().iter_mut().for_each(renumber);
        self.technologies.iter_mut().for_each(renumber);
        self.themes.iter_mut().for_each(renumber);
        self.codes.iter_mut().for_each(renumber);
    }

    /// The stem of a term of this record.
    pub(crate) fn stem<'a>(&'a self, term: TermId, lexicon: &'a Lexicon) -> &'a str {
        self.unnumbered_term(term)
            .map_or_else(|| lexicon.stem(term), |own| &own.stem)
    }

    /// A term of this record that the lexicon lacks.
    pub(crate) fn unnumbered_term(&self, term: TermId) -> Option<&OwnTerm> {
        self.unnumbered
            .get(usize::try_from(term.checked_sub(UNNUMBERED)?).ok()?)
    }

    /// What a term tells, as known before a catalogue is seen.
    fn telling(&self, term: TermId, lexicon: &Lexicon) -> f32 {
        let own = self.unnumbered_term(term);
        own.map_or_else(|| lexicon.telling(term), |own| telling(own.prior))
    }

    /// The mean of the terms' vectors, each weighted by what it told before this catalogue was seen.
    fn find_topic(&self, lexicon: &Lexicon) -> Topic {
        let mut sum = Vec::new();
        for &term in self.terms.numbers() {
            lexicon.fetch_vector(term);
        }
        for entry in self.terms.iter() {
            let own = self.unnumbered_term(entry.term);
            let term = own.map_or(Some(entry.term), |own| own.neighbour);
            if let Some(term) = term {
                lexicon.add_vector(term, entry.weight * self.telling(entry.term, lexicon), &mut sum);
            }
        }
        Topic::of(&sum)
    }

    /// Puts terms and labels in an order that only depends on their stems.
    fn order(&mut self, terms: impl Iterator<Item = Entry>, lexicon: &Lexicon) {
        let mut terms: Vec<(u64, Entry)> = terms
            .into_iter()
            .map(|entry| (self.hash(entry.term, lexicon), entry))
            .collect();
        terms.sort_unstable_by(|(hash, one), (other_hash, other)| {
            let stem = |entry: &Entry| self.stem(entry.term, lexicon);
            hash.cmp(other_hash).then_with(|| stem(one).cmp(stem(other)))
        });
        self.terms = Terms::of(terms.iter().map(|(_, entry)| *entry));
        let mut technologies = std::mem::take(&mut self.technologies);
        technologies.sort_by_cached_key(|&term| self.hash(term, lexicon));
        self.technologies = technologies;
        let mut themes = std::mem::take(&mut self.themes);
        themes.sort_by_cached_key(|&term| self.hash(term, lexicon));
        self.themes = themes;
    }

    fn hash(&self, term: TermId, lexicon: &Lexicon) -> u64 {
        self.unnumbered_term(term)
            .map_or_else(|| lexicon.hash(term), |own| own.hash)
    }
}

/// A hyphenated pair as one word where that is a word ("e-bike", "wi-fi"), or a model's number ("PS-LX350").
fn joined(words: &Words, first: &Word, second: &Word, lexicon: &Lexicon) -> Option<(String, u32)> {
    let joined = format!("{}{}", words.text(first), words.text(second));
    let digits = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
    let number = digits(&joined) && !joined.bytes().all(|b| b.is_ascii_digit());
    (number || lexicon.knows(&joined)).then_some((joined, second.end))
}

/// The numbers of the facts that lead to a record: its lead, and the greatest of its sums.
fn facts(record: &Record, people: &[Person]) -> [u32; FACTS] {
    let number = |fact: u64| u32::try_from(fact >> 32).unwrap_or(0);
    let lead = people.iter().find(|person| person.leads);
    let sum = record.money.iter().max_by_key(|sum| (sum.minor, &sum.currency));
    let sum = sum.filter(|sum| sum.minor != 0);
    [
        lead.map_or(0, |lead| number(lead.id)),
        sum.map_or(0, |sum| {
            number(stable_hash(&format!("{}{}", sum.currency, sum.minor)))
        }),
    ]
}

/// What a term tells that this share of descriptions has: the negative logarithm.
pub(crate) fn telling(prior: f32) -> f32 {
    (-prior.ln()).clamp(0.0, MOST_TELLING)
}

fn is_year(text: &str) -> bool {
    text.len() == 4
        && (text.starts_with("19") || text.starts_with("20"))
        && text.bytes().all(|b| b.is_ascii_digit())
}

fn sorted_title(words: &Words, lexicon: &Lexicon) -> Box<str> {
    let mut texts: Vec<&str> = words
        .items()
        .iter()
        .filter(|w| !w.piece)
        .map(|w| words.text(w))
        .filter(|w| !lexicon.is_stopword(w))
        .collect();
    texts.sort_unstable();
    texts.truncate(64);
    texts.join(" ").into()
}
