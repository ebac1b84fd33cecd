//! What open answers are about, by the words that a question set lists for each theme.

use super::question::Theme;

/// The themes that a text tells, each once, in the order of the question.
#[must_use]
pub fn told<'a>(themes: &'a [Theme], text: &str) -> Vec<&'a str> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty())
        .collect();
    let tells = |theme: &Theme| {
        theme.words.iter().any(|wanted| {
            let wanted = wanted.to_lowercase();
            words.iter().any(|word| match wanted.strip_suffix('*') {
                Some(beginning) => word.starts_with(beginning),
                None => *word == wanted,
            })
        })
    };
    let found = themes.iter().filter(|theme| tells(theme));
    found.map(|theme| theme.id.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_beginnings_of_words_tell_a_theme() {
        let theme = |id: &str, words: &[&str]| Theme {
            id: id.to_owned(),
            text: id.to_owned(),
            words: words.iter().map(|&word| word.to_owned()).collect(),
        };
        let themes = [theme("money", &["fund*", "cost"]), theme("ai", &["ai"])];
        for (text, expected) in [
            ("Funding, and the COST.", vec!["money"]),
            ("Costly; said the captain", vec![]),
            ("AI (with funds)", vec!["money", "ai"]),
            ("", vec![]),
            ("🙂", vec![]),
        ] {
            assert_eq!(told(&themes, text), expected, "{text}");
        }
    }
}
