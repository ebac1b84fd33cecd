//! Texts as people meant them: no control characters, no web page's escapes.

/// The escapes that were met in real tables, beside the numeric ones.
const ESCAPES: [(&str, &str); 16] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("mdash", "—"),
    ("ndash", "–"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("pound", "£"),
    ("euro", "€"),
    ("eacute", "é"),
];

/// Longer than the longest escape.
const ESCAPE_BYTES: usize = 10;

/// A text of several lines: trimmed, line ends as `\n`, other control characters gone.
pub(crate) fn paragraph(text: &str) -> String {
    // Most texts are what they mean already.
    if text
        .bytes()
        .all(|byte| is_plain(byte) || matches!(byte, b'\n' | b'\t'))
    {
        return text.trim().to_owned();
    }
    let text = unescaped(text);
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.trim().chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\n' | '\t' => clean.push(c),
            '\u{a0}' => clean.push(' '),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{200b}') => {}
            c => clean.push(c),
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// Whether a byte is a character that needs no cleaning, and begins no escape.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'&'
}

/// A text of one line: every run of white space is one space.
pub(crate) fn line(text: &str) -> String {
    if text.bytes().all(is_plain) && !text.contains("  ") {
        return text.trim().to_owned();
    }
    let text = paragraph(text);
    let mut clean = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    clean
}

/// At most 80 characters on one line, for a message.
pub(crate) fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 80;
    let beginning: String = text.chars().take(CHARACTERS * 4).collect();
    let clean = line(&beginning);
    if clean.chars().count() <= CHARACTERS && beginning.len() == text.len() {
        return clean;
    }
    let mut short: String = clean.chars().take(CHARACTERS - 1).collect();
    short.push('…');
    short
}

fn unescaped(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        clean.push_str(before);
        rest = after;
        let end = after.bytes().take(ESCAPE_BYTES).position(|byte| byte == b';');
        let escape = end.and_then(|end| Some((after.get(..end)?, after.get(end + 1..)?)));
        match escape.and_then(|(name, after)| Some((character(name)?, after))) {
            Some((character, after)) => {
                clean.push_str(&character);
                rest = after;
            }
            None => clean.push('&'),
        }
    }
    clean.push_str(rest);
    clean
}

fn character(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    ESCAPES
        .iter()
        .find(|(escape, _)| *escape == name)
        .map(|(_, meant)| (*meant).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_control_characters_are_resolved() {
        assert_eq!(
            line("Bertram Lud&#228;scher &amp; Adur & Worthing; x"),
            "Bertram Ludäscher & Adur & Worthing; x"
        );
        assert_eq!(
            line(" a\u{a0}\n b\u{0}\u{200b}c &#x2014; &bogus; &"),
            "a bc — &bogus; &"
        );
        assert_eq!(paragraph("one\r\ntwo\rthree \u{feff}"), "one\ntwo\nthree");
        assert_eq!(line("&#0;&#xD800;&é"), "&#xD800;&é");
    }

    #[test]
    fn plain_texts_come_out_as_others_do() {
        // One character beyond plain ones makes the long way be gone, and is gone in the end.
        for text in [
            "",
            " ",
            "a",
            " a \n b\t ",
            "two  spaces",
            "\n\n",
            "it's 5 < 6;",
            " one line ",
        ] {
            for marked in [format!("\u{200b}{text}"), format!("{text}\u{200b}")] {
                assert_eq!(paragraph(text), paragraph(&marked).trim(), "{text:?}");
                assert_eq!(line(text), line(&marked), "{text:?}");
            }
        }
    }

    #[test]
    fn a_long_value_is_shortened() {
        assert_eq!(shortened(&"ä".repeat(5_000)).chars().count(), 80);
        assert_eq!(shortened("short"), "short");
    }
}
