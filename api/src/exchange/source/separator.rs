//! Which character parts the cells.

use super::SourceError;
use super::delimited::{Splitter, names};

/// In the order in which they win a tie.
const CANDIDATES: [u8; 5] = [b',', b';', b'\t', b'|', b'%'];
/// So many rows are looked at.
const SAMPLE_ROWS: usize = 20;

/// A separator, and whether the file's first line does nothing but name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separator {
    pub(super) byte: u8,
    pub(super) declared: bool,
}

impl Separator {
    /// The one that the user named.
    pub(super) fn named(separator: char) -> Result<Self, SourceError> {
        match u8::try_from(separator) {
            Ok(byte) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0) => Ok(Self {
                byte,
                declared: false,
            }),
            _ => Err(SourceError::BadSeparator(separator)),
        }
    }
}

/// The separator by which the header has the most columns that we know; among equals the one
/// that gives the most columns in which the rows agree with the header.
pub(super) fn find_out(sample: &[u8], knows: &dyn Fn(&[String]) -> usize) -> Separator {
    if let Some(separator) = declared(sample) {
        return separator;
    }
    let mut best = (
        Separator {
            byte: b',',
            declared: false,
        },
        (0, 0),
    );
    for byte in CANDIDATES {
        let merit = merit(sample, byte, knows);
        if merit > best.1 {
            best = (
                Separator {
                    byte,
                    declared: false,
                },
                merit,
            );
        }
    }
    best.0
}

/// Some spreadsheets write `sep=;` as the first line.
fn declared(sample: &[u8]) -> Option<Separator> {
    let rest = sample
        .strip_prefix(b"sep=")
        .or_else(|| sample.strip_prefix(b"SEP="))?;
    let (byte, rest) = rest.split_first()?;
    matches!(rest.first(), Some(b'\n' | b'\r')).then(|| Separator {
        byte: *byte,
        declared: true,
    })
}

fn merit(sample: &[u8], byte: u8, knows: &dyn Fn(&[String]) -> usize) -> (usize, usize) {
    let mut splitter = Splitter::new(byte, 1);
    let mut input = sample;
    let mut next = || splitter.next(&mut input).ok().flatten();
    let Some(header) = next() else { return (0, 0) };
    let columns = header.cells.len();
    let agreeing = (1..SAMPLE_ROWS)
        .map_while(|_| next())
        .filter(|row| row.cells.len() == columns)
        .count();
    (
        knows(&names(&header.cells)),
        if columns > 1 { columns * (agreeing + 1) } else { 0 },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: u8) {
        let knows = |header: &[String]| {
            header
                .iter()
                .filter(|name| ["id", "title"].contains(&name.as_str()))
                .count()
        };
        assert_eq!(
            char::from(find_out(text.as_bytes(), &knows).byte),
            char::from(expected),
            "{text:?}"
        );
    }

    #[test]
    fn the_header_tells_the_separator() {
        check("id,title\n1,a;b;c;d\n", b',');
        check("id;title;price\n1;a, b;2,50\n", b';');
        check("id\ttitle\n", b'\t');
        check("id|title\n", b'|');
        check("id%title%x\n0%a, b, c%d\n", b'%');
        check("title\nOnly, one; column\n", b',');
        check("what;who\na, b;c\nd;e\n", b';');
        check("sep=|\nid|title\n", b'|');
    }
}
