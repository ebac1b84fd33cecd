//! What a person typed into a search, as clauses.

use super::words::{is_function_word, words};

/// More clauses, or more words in one, add nothing but cost.
const MOST: usize = 12;

/// One condition of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clause {
    /// A word, one of its forms, or a word that begins so.
    Word(String),
    /// These words in this order.
    Phrase(Vec<String>),
    /// Without this word, or one of its forms.
    NotWord(String),
    /// Without these words in this order.
    NotPhrase(Vec<String>),
}

/// Reads a search: `damp "social housing" -mould`. A quotation mark that is never closed counts for nothing.
pub(super) fn read(text: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    for (without, quoted, part) in parts(text) {
        let told: Vec<String> = words(part).take(MOST).collect();
        match (quoted, without) {
            (true, true) if told.len() > 1 => clauses.push(Clause::NotPhrase(told)),
            (true, false) if !told.is_empty() => clauses.push(Clause::Phrase(told)),
            // `-e-bike` means what is hyphenated, as a whole.
            (false, true) if told.len() > 1 => clauses.push(Clause::NotPhrase(told)),
            (_, true) => clauses.extend(told.into_iter().map(Clause::NotWord)),
            (_, false) => clauses.extend(told.into_iter().map(Clause::Word)),
        }
    }
    let telling = |clause: &Clause| !matches!(clause, Clause::Word(word) if is_function_word(word));
    if clauses.iter().any(telling) {
        clauses.retain(telling);
    }
    clauses.dedup();
    clauses.truncate(MOST);
    clauses
}

/// The parts between quotation marks and spaces: whether it is excluded, whether it is quoted, and its text.
fn parts(text: &str) -> Vec<(bool, bool, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (without, after) = match rest.strip_prefix('-') {
            Some(after) if after.starts_with(|c: char| c.is_alphanumeric() || is_quote(c)) => (true, after),
            _ => (false, rest),
        };
        let inner = after.strip_prefix(is_quote);
        if let Some((quoted, after)) = inner.and_then(|inner| inner.split_once(is_quote)) {
            found.push((without, true, quoted));
            rest = after.trim_start();
            continue;
        }
        let body = inner.unwrap_or(after);
        let end = body
            .find(|c: char| c.is_whitespace() || is_quote(c))
            .unwrap_or(body.len());
        let (part, after) = body.split_at_checked(end).unwrap_or((body, ""));
        found.push((without, false, part));
        rest = after.trim_start();
    }
    found
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let told: Vec<String> = read(text)
            .into_iter()
            .map(|clause| match clause {
                Clause::Word(word) => word,
                Clause::Phrase(words) => format!("\"{}\"", words.join(" ")),
                Clause::NotWord(word) => format!("-{word}"),
                Clause::NotPhrase(words) => format!("-\"{}\"", words.join(" ")),
            })
            .collect();
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn a_search_is_read_as_people_write_it() {
        check("Damp housing", &["damp", "housing"]);
        check("\"Social Housing\" damp", &["\"social housing\"", "damp"]);
        check("“social housing”-damp", &["\"social housing\"", "-damp"]);
        check(
            "sensors -mould -\"damp and mould\"",
            &["sensors", "-mould", "-\"damp and mould\""],
        );
        check("the use of sensors", &["use", "sensors"]);
        check("\"the use of\"", &["\"the use of\""]);
        check("of the", &["of", "the"]);
        check("e-bike", &["e", "bike"]);
        check("-e-bike", &["-\"e bike\""]);
        check("damp \"social hous", &["damp", "social", "hous"]);
        check("\"one\" -\"two\"", &["\"one\"", "-two"]);
        check(" - -- \"\" ” ", &[]);
        assert_eq!(read(&"word other ".repeat(40)).len(), MOST);
    }
}
