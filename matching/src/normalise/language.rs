//! Texts in other languages than English: recognised by their function words or their letters.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use super::{Words, is_stopword};

/// A language that texts of public services in Europe are met in, or none of them but in other letters than Latin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Language {
    /// Its English name, to be told.
    pub(crate) name: &'static str,
    /// Common words that only hold its sentences together; none of them is an English word.
    function_words: &'static [&'static str],
}

/// So many different function words make a language likely.
const LEAST_WORDS: usize = 2;
/// No word of [`LANGUAGES`] has more letters.
const LONGEST: usize = 8;

impl Language {
    /// The language of a text, if it is recognised and not English: at least two of its function words are there, and
    /// more of them than of any other language's and than of English ones; or most letters are not Latin.
    /// `None` for English, for short texts, and for languages that are not in the list.
    pub(crate) fn of(words: &Words) -> Option<Self> {
        if words.are_latin() && Self::hints(words) < LEAST_WORDS {
            return None;
        }
        let mut texts: Vec<&str> = words
            .items()
            .iter()
            .filter(|word| !word.piece)
            .map(|word| words.text(word))
            .collect();
        texts.sort_unstable();
        texts.dedup();
        let latin = |text: &&&str| text.bytes().any(|byte| byte.is_ascii_alphanumeric());
        if !texts.is_empty() && texts.iter().filter(latin).count() * 2 < texts.len() {
            return Some(OTHER_LETTERS);
        }
        let english = texts.iter().filter(|text| is_stopword(text)).count();
        let best = LANGUAGES
            .iter()
            .map(|language| (texts.iter().filter(|text| language.holds(text)).count(), language))
            .max_by_key(|(count, _)| *count);
        best.filter(|(count, _)| *count >= LEAST_WORDS && *count > english)
            .map(|(_, language)| *language)
    }

    /// How many words hold sentences of some language together, each time that they stand there.
    fn hints(words: &Words) -> usize {
        static ALL: OnceLock<FxHashSet<&str>> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            let lists = LANGUAGES.iter().map(|language| language.function_words);
            lists.flatten().copied().collect()
        });
        let texts = words.items().iter().map(|word| words.text(word));
        texts
            .filter(|text| text.len() <= LONGEST && all.contains(text))
            .count()
    }

    /// Whether a folded word only holds sentences of this language together.
    pub(crate) fn holds(&self, word: &str) -> bool {
        self.function_words.contains(&word)
    }
}

const OTHER_LETTERS: Language = Language {
    name: "a language of other letters",
    function_words: &[],
};

/// Folded, so without accents.
const LANGUAGES: &[Language] = &[
    Language {
        name: "Welsh",
        function_words: &[
            "yn", "yr", "gyda", "ei", "eu", "sydd", "bydd", "fydd", "wedi", "gan", "hyn", "nad", "oedd",
            "drwy", "mewn", "neu", "trwy", "mae", "rhai", "fel", "fwy", "hwn", "iddynt", "ein",
        ],
    },
    Language {
        name: "Gaelic or Irish",
        function_words: &[
            "agus", "airson", "anns", "tha", "bha", "gus", "nan", "nam", "aig", "seo", "sin", "leis", "chun",
            "ata", "bhfuil", "ina", "faoi", "gach", "dha",
        ],
    },
    Language {
        name: "German",
        function_words: &[
            "und", "der", "das", "fur", "mit", "von", "zur", "zum", "eine", "einer", "einem", "eines",
            "werden", "ist", "nicht", "auch", "durch", "bei", "wird", "dem", "oder", "sich", "uber", "sind",
            "damit",
        ],
    },
    Language {
        name: "French",
        function_words: &[
            "les", "une", "pour", "dans", "avec", "sur", "est", "aux", "qui", "sont", "leurs", "cette",
            "ces", "vers", "afin", "ainsi", "plus", "leur",
        ],
    },
    Language {
        name: "Spanish or Portuguese",
        function_words: &[
            "los", "para", "una", "del", "por", "que", "sus", "como", "sobre", "uma", "nao", "pela", "pelo",
            "aos", "esta", "este",
        ],
    },
    Language {
        name: "Italian",
        function_words: &[
            "della", "delle", "degli", "dei", "nella", "nelle", "gli", "una", "che", "sono", "alla", "alle",
            "dal", "dalla", "sul", "sulla", "anche", "tra", "nel",
        ],
    },
    Language {
        name: "Dutch",
        function_words: &[
            "het", "een", "voor", "van", "met", "zijn", "worden", "naar", "ook", "niet", "bij", "wordt",
            "aan", "uit", "deze", "dat", "hun",
        ],
    },
    Language {
        name: "Polish",
        function_words: &[
            "oraz", "dla", "przez", "jest", "sie", "nie", "ktore", "przy", "jak", "ich", "tym", "ktory",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::Language;
    use crate::normalise::Words;

    fn check(text: &str, expected: Option<&str>) {
        let found = Language::of(&Words::of(text)).map(|language| language.name);
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn no_word_is_longer_than_is_looked_for() {
        let mut words = super::LANGUAGES
            .iter()
            .flat_map(|language| language.function_words);
        assert!(words.all(|word| word.len() <= super::LONGEST));
    }

    #[test]
    fn languages_are_told_by_what_holds_their_sentences_together() {
        check(
            "Synwyryddion lleithder yng nghartrefi tenantiaid, gyda rhybudd cynnar sydd yn mynd at y tîm",
            Some("Welsh"),
        );
        check(
            "Sensoren für Feuchtigkeit und Schimmel in Wohnungen der Gemeinde",
            Some("German"),
        );
        check(
            "Des capteurs dans les logements pour prévenir les moisissures",
            Some("French"),
        );
        check(
            "Датчики влажности в муниципальных квартирах",
            Some("a language of other letters"),
        );
        check(
            "Sensors for damp in council homes, with a warning to the repairs team",
            None,
        );
        check(
            "The du Pont estate et al: Los Angeles visit by the mayor and the team",
            None,
        );
        check("Und der", Some("German"));
        check("", None);
    }
}
