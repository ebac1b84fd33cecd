//! A name without what does not tell bodies apart.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest name that is looked at, in characters; the rest of a longer one is ignored. The longest
/// official name of an authority has 79.
const LONGEST: usize = 200;

/// Words for the sort of authority, with the flags they stand for. "cc" is City Council or County Council.
const KIND_WORDS: &[(&str, u16)] = &[
    ("city", Kinds::CITY),
    ("county", Kinds::COUNTY),
    ("borough", Kinds::BOROUGH),
    ("boro", Kinds::BOROUGH),
    ("district", Kinds::DISTRICT),
    ("dist", Kinds::DISTRICT),
    ("metropolitan", Kinds::METROPOLITAN),
    ("met", Kinds::METROPOLITAN),
    ("royal", Kinds::ROYAL),
    ("unitary", Kinds::UNITARY),
    ("ua", Kinds::UNITARY),
    ("combined", Kinds::COMBINED),
    ("mayoral", Kinds::COMBINED),
    ("corporation", Kinds::CITY),
    ("mbc", Kinds::METROPOLITAN | Kinds::BOROUGH),
    ("mdc", Kinds::METROPOLITAN | Kinds::DISTRICT),
    ("bc", Kinds::BOROUGH),
    ("cbc", Kinds::COUNTY | Kinds::BOROUGH),
    ("dc", Kinds::DISTRICT),
    ("cc", Kinds::CITY | Kinds::COUNTY),
    ("lb", Kinds::LONDON | Kinds::BOROUGH),
    ("lbc", Kinds::LONDON | Kinds::BOROUGH),
    ("rb", Kinds::ROYAL | Kinds::BOROUGH),
    ("ca", Kinds::COMBINED),
    ("cca", Kinds::COMBINED | Kinds::COUNTY),
];

/// Words that say nothing of which or what.
const EMPTY_WORDS: &[&str] = &["council", "councils", "authority", "the", "of", "and"];

/// The sorts of authority that a name speaks of, as flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kinds(u16);

impl Kinds {
    const CITY: u16 = 1;
    const COUNTY: u16 = 2;
    const BOROUGH: u16 = 4;
    const DISTRICT: u16 = 8;
    const METROPOLITAN: u16 = 16;
    const LONDON: u16 = 32;
    const ROYAL: u16 = 64;
    const UNITARY: u16 = 128;
    const COMBINED: u16 = 256;
    const LOCAL: u16 =
        Self::CITY | Self::BOROUGH | Self::DISTRICT | Self::METROPOLITAN | Self::LONDON | Self::ROYAL;

    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether one speaks of a county, the other of a city or district, and so on. Boroughs, districts and
    /// cities are freely taken for one another; a body that is more than one meets either. A unitary
    /// authority may be anything.
    pub(super) fn conflict(self, other: Self) -> bool {
        let level =
            |kinds: Self| [Self::COUNTY, Self::LOCAL, Self::COMBINED].map(|level| kinds.0 & level != 0);
        let (left, right) = (level(self), level(other));
        let any = |levels: [bool; 3]| levels.into_iter().any(|there| there);
        any(left) && any(right) && !left.into_iter().zip(right).any(|(a, b)| a && b)
    }
}

/// A word with what is needed to tell quickly that another is nothing like it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Word {
    pub(super) text: String,
    /// How many characters.
    pub(super) len: usize,
    /// Which letters and digits occur, as flags; all that are not ASCII share one.
    letters: u64,
}

impl Word {
    fn of(text: &str) -> Self {
        let flag = |c: char| match c {
            'a'..='z' | '0'..='9' => 1_u64 << (u32::from(c) % 63),
            _ => 1 << 63,
        };
        Self {
            text: text.to_owned(),
            len: text.chars().count(),
            letters: text.chars().map(flag).fold(0, |a, b| a | b),
        }
    }

    /// How many slips lie between two words, or more: a slip changes at most two kinds of letters.
    pub(super) fn least_slips(&self, other: &Self) -> usize {
        let kinds = usize::try_from((self.letters ^ other.letters).count_ones()).unwrap_or(0);
        self.len.abs_diff(other.len).max(kinds.div_ceil(2))
    }
}

/// Words by which neighbouring bodies differ.
const COMPASS: &[&str] = &[
    "north", "south", "east", "west", "mid", "central", "greater", "upper", "lower", "inner", "outer", "new",
];

fn compass(word: &str) -> u16 {
    COMPASS
        .iter()
        .position(|known| *known == word)
        .map_or(0, |place| 1 << place)
}

/// The compass words that a word of three letters or more is one slip away from; none if it is one itself.
fn maybe_compass(word: &str) -> u16 {
    if word.len() < 3 || compass(word) != 0 {
        return 0;
    }
    COMPASS
        .iter()
        .enumerate()
        .filter(|(_, known)| known.len() > 3 && known.len().abs_diff(word.len()) <= 1)
        .filter(|(_, known)| strsim::osa_distance(word, known) == 1)
        .fold(0, |all, (place, _)| all | (1 << place))
}

/// A name in the shape in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Form {
    /// Letters and digits of all words, lower case, without accents, one space between words.
    pub(super) full: String,
    /// The words that tell bodies apart, one space between them; all words where that would leave none.
    pub(super) core: String,
    /// The words of `core`.
    pub(super) words: Vec<Word>,
    /// The words of `core` as one, spaces left out.
    pub(super) joined: Word,
    /// All words as one, spaces left out: a lost space or a slip in "Borough" is one slip here.
    pub(super) whole: Word,
    /// Which compass words (North, Greater, …) are among the words, as flags.
    pub(super) compass: u16,
    /// Which of them other words may be a slip of ("Est").
    pub(super) maybe_compass: u16,
    /// What the words taken off spoke of.
    pub(super) kinds: Kinds,
}

impl Form {
    pub(super) fn of(name: &str) -> Self {
        let tokens = tokens(name);
        let mut kinds = Kinds::default();
        let mut words: Vec<&str> = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            if token == "london"
                && matches!(
                    tokens.get(index + 1).map(String::as_str),
                    Some("borough" | "boro")
                )
            {
                kinds = kinds.union(Kinds(Kinds::LONDON));
            } else if let Some(flags) = kind_of(token) {
                kinds = kinds.union(Kinds(flags));
            } else if !is_empty_word(token) {
                words.push(token);
            }
        }
        if words.is_empty() {
            words.extend(tokens.iter().map(String::as_str));
        }
        Self {
            full: tokens.join(" "),
            core: words.join(" "),
            joined: Word::of(&words.concat()),
            whole: Word::of(&tokens.concat()),
            compass: words.iter().fold(0, |all, word| all | compass(word)),
            maybe_compass: words.iter().fold(0, |all, word| all | maybe_compass(word)),
            words: words.into_iter().map(Word::of).collect(),
            kinds,
        }
    }
}

/// The flags of a word for a sort of authority, a letter amiss in a long word allowed ("burough").
fn kind_of(token: &str) -> Option<u16> {
    KIND_WORDS
        .iter()
        .find(|(word, _)| *word == token || near(token, word))
        .map(|(_, flags)| *flags)
}

fn is_empty_word(token: &str) -> bool {
    EMPTY_WORDS.iter().any(|word| *word == token || near(token, word))
}

/// One slip apart, in words of six letters or more: shorter ones would swallow names (Corby, Conwy, Boston).
fn near(token: &str, word: &str) -> bool {
    word.len() >= 6
        && token.len() + 1 >= word.len()
        && token.len() <= word.len() + 1
        && strsim::osa_distance(token, word) == 1
}

fn tokens(name: &str) -> Vec<String> {
    let mut text = String::new();
    // Bytes that no encoding explains are told by U+FFFD, and by three letters where that was decoded once
    // more; likewise the half-width space U+FFA0.
    let name: String = name.chars().take(LONGEST).collect();
    let name = name
        .replace("ï¿½", "")
        .replace('\u{fffd}', "")
        .replace("ï¾\u{a0}", " ");
    for c in name.chars().nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            // "B'ham", "King's Lynn", "C.C.", "St. Helens".
            '\'' | '’' | '‘' | '`' | '.' => {}
            '&' => text.push_str(" and "),
            c if c.is_alphanumeric() => text.extend(c.to_lowercase()),
            _ => text.push(' '),
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

/// A code without what differs between ways of writing it. Codes of letters alone keep their case.
pub(super) fn code_key(code: &str) -> String {
    let plain: String = code
        .trim()
        .chars()
        .take(LONGEST)
        .map(|c| if matches!(c, ':' | '/' | '_') { '-' } else { c })
        .collect();
    let mixed =
        plain.chars().any(|c| c.is_ascii_digit()) || plain.starts_with("gb-") || plain.starts_with("GB-");
    if mixed { plain.to_ascii_uppercase() } else { plain }
}

/// The first letters of an official name of at least two telling words with its sort: "LCC", "BMBC".
pub(super) fn initials(name: &str) -> Option<String> {
    let letters: String = tokens(name)
        .iter()
        .filter(|token| !matches!(token.as_str(), "of" | "and" | "the" | "upon" | "on" | "in" | "by"))
        .filter_map(|token| token.chars().next())
        .flat_map(char::to_uppercase)
        .collect();
    (letters.chars().count() >= 3).then_some(letters)
}

/// The trigrams of a core, spaces left out, with its ends marked; each once.
pub(super) fn grams(core: &str) -> Vec<[char; 3]> {
    let marked: Vec<char> = "  "
        .chars()
        .chain(core.chars().filter(|c| *c != ' '))
        .chain("  ".chars())
        .collect();
    let mut grams: Vec<[char; 3]> = marked
        .windows(3)
        .filter_map(|window| <[char; 3]>::try_from(window).ok())
        .collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}
