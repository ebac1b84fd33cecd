//! Objects of JSON: one a line, or in an array.

use super::{Cell, MAX_FIELD_BYTES, MAX_ROW_BYTES, Placed, RawRow, SourceError};
use serde_json::{Map, Value};
use std::io::{self, BufRead};
use std::sync::Arc;

/// One object a line.
pub(crate) struct Lines<R> {
    input: R,
    line: u64,
    keys: Arc<[String]>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R, line: u64) -> Self {
        Self {
            input,
            line,
            keys: Arc::new([]),
        }
    }

    pub(crate) fn input(&self) -> &R {
        &self.input
    }

    pub(crate) fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        loop {
            let mut piece = Piece::default();
            let line = self.line;
            let mut ended = false;
            while !ended {
                let text = self.input.fill_buf()?;
                let end = text.iter().position(|byte| *byte == b'\n');
                let (run, _) = text.split_at(end.unwrap_or(text.len()));
                piece.push(run);
                let used = run.len() + usize::from(end.is_some());
                if used == 0 && piece.is_blank() {
                    return Ok(None);
                }
                ended = end.is_some() || used == 0;
                self.input.consume(used);
            }
            self.line += 1;
            if !piece.is_blank() {
                return Ok(Some(RawRow {
                    line,
                    content: piece.object(&mut self.keys),
                }));
            }
        }
    }
}

/// An array of objects, or objects one after the other.
pub(crate) struct Array<R> {
    input: R,
    line: u64,
    keys: Arc<[String]>,
    opened: bool,
    ended: bool,
}

impl<R: BufRead> Array<R> {
    pub(super) fn new(input: R, line: u64) -> Self {
        Self {
            input,
            line,
            keys: Arc::new([]),
            opened: false,
            ended: false,
        }
    }

    /// The elements of an array whose bracket has been read.
    pub(super) fn within(input: R, line: u64) -> Self {
        Self {
            opened: true,
            ..Self::new(input, line)
        }
    }

    pub(crate) fn input(&self) -> &R {
        &self.input
    }

    /// The text of the next element, with the line on which it begins.
    fn next_piece(&mut self) -> io::Result<Option<Placed<Piece>>> {
        let Some(line) = self.find_element()? else {
            return Ok(None);
        };
        let (piece, whole) = self.element()?;
        let unfinished =
            || format!("the object that begins on line {line} never ends, so nothing after it could be read");
        Ok(Some((line, whole.then_some(piece).ok_or_else(unfinished))))
    }

    /// The next element, whatever it is.
    pub(super) fn next_value(&mut self) -> Result<Option<Placed<Value>>, SourceError> {
        let next = self.next_piece()?;
        Ok(next.map(|(line, piece)| (line, piece.and_then(|piece| piece.value()))))
    }

    pub(crate) fn next_row(&mut self) -> Result<Option<RawRow>, SourceError> {
        let Some((line, piece)) = self.next_piece()? else {
            return Ok(None);
        };
        let content = piece.and_then(|piece| piece.object(&mut self.keys));
        Ok(Some(RawRow { line, content }))
    }

    /// Passes over what stands between elements; the line of the next one.
    fn find_element(&mut self) -> io::Result<Option<u64>> {
        while !self.ended {
            let Some(byte) = self.input.fill_buf()?.first().copied() else {
                break;
            };
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' | b',' => {}
                b'[' if !self.opened => self.opened = true,
                b']' if self.opened => self.ended = true,
                _ => return Ok(Some(self.line)),
            }
            self.input.consume(1);
        }
        Ok(None)
    }

    /// Takes one element; says whether its end was met.
    fn element(&mut self) -> io::Result<(Piece, bool)> {
        let (mut piece, mut nesting) = (Piece::default(), Nesting::default());
        loop {
            let text = self.input.fill_buf()?;
            if text.is_empty() {
                self.ended = true;
                return Ok((piece, nesting.depth == 0));
            }
            let end = text.iter().position(|byte| nesting.ends_at(*byte));
            let (run, _) = text.split_at(end.unwrap_or(text.len()));
            self.line += u64::try_from(run.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
            piece.push(run);
            let used = run.len();
            self.input.consume(used);
            if end.is_some() {
                return Ok((piece, true));
            }
        }
    }
}

/// Follows brackets and strings to find where an element ends.
#[derive(Default)]
struct Nesting {
    depth: u32,
    in_string: bool,
    escaped: bool,
    closed: bool,
}

impl Nesting {
    /// Whether the element ended before this byte.
    fn ends_at(&mut self, byte: u8) -> bool {
        if self.closed {
            return true;
        }
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                self.closed = self.depth == 0;
            }
            b',' | b']' if self.depth == 0 => return true,
            _ => {}
        }
        false
    }
}

/// The text of one object, kept only so far as it is bearable.
#[derive(Default)]
struct Piece {
    text: Vec<u8>,
    bytes: u64,
}

impl Piece {
    fn push(&mut self, run: &[u8]) {
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(run.len()).unwrap_or(u64::MAX));
        if self.bytes <= MAX_ROW_BYTES {
            self.text.extend_from_slice(run);
        }
    }

    fn is_blank(&self) -> bool {
        self.bytes <= MAX_ROW_BYTES && self.text.iter().all(u8::is_ascii_whitespace)
    }

    fn value(&self) -> Result<Value, String> {
        if self.bytes > MAX_ROW_BYTES {
            return Err(format!(
                "the object is {} bytes long; at most {MAX_ROW_BYTES} are read",
                self.bytes
            ));
        }
        serde_json::from_slice(&self.text).map_err(|error| format!("not JSON: {}", plain(&error)))
    }

    /// Its keys and cells. `known` are the keys of the object before, shared while they stay the same.
    fn object(&self, known: &mut Arc<[String]>) -> Result<(Arc<[String]>, Vec<Cell>), String> {
        let Value::Object(object) = self.value()? else {
            return Err("not a JSON object".to_owned());
        };
        if !object.keys().eq(known.iter()) {
            *known = object.keys().cloned().collect();
        }
        Ok((
            Arc::clone(known),
            object.into_iter().map(|(_, value)| cell(value)).collect(),
        ))
    }
}

/// The parser's words without its position, which counts from the object's beginning.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

pub(super) fn cell(value: Value) -> Cell {
    let cell = match value {
        Value::Array(entries) => Cell::List(
            entries
                .into_iter()
                .map(text_of)
                .filter(|text| !text.is_empty())
                .collect(),
        ),
        other => Cell::Text(text_of(other)),
    };
    let bytes = match &cell {
        Cell::Text(text) => text.len(),
        Cell::List(entries) => entries.iter().map(String::len).sum(),
        Cell::Oversize(_) => 0,
    };
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    if bytes > MAX_FIELD_BYTES {
        Cell::Oversize(bytes)
    } else {
        cell
    }
}

/// A value as text: an object by its name, or as an amount with its currency.
fn text_of(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Object(object) => named(&object).unwrap_or_else(|| Value::Object(object).to_string()),
        other => other.to_string(),
    }
}

fn named(object: &Map<String, Value>) -> Option<String> {
    let scalar = |key: &str| match object.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    if let (Some(amount), Some(currency)) = (scalar("amount"), scalar("currency")) {
        // An award says more: when, and by whom.
        let day = scalar("awardedOn").map(|day| format!(" on {day}"));
        let funder = object.get("funder").map(|funder| text_of(funder.clone()));
        let funder = funder
            .filter(|name| !name.is_empty())
            .map(|name| format!(" from {name}"));
        return Some(format!(
            "{currency} {amount}{}{}",
            day.unwrap_or_default(),
            funder.unwrap_or_default()
        ));
    }
    if let (Some(relation), Some(project)) = (scalar("relation"), scalar("project")) {
        return Some(format!("{relation} {project}"));
    }
    ["name", "title", "label", "url", "id"]
        .iter()
        .find_map(|key| scalar(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(text: &str) -> io::BufReader<&[u8]> {
        io::BufReader::with_capacity(3, text.as_bytes())
    }

    fn told(mut next: impl FnMut() -> Option<RawRow>) -> Vec<(u64, String)> {
        let tell = |row: RawRow| match row.content {
            Ok((keys, cells)) => (row.line, format!("{} {cells:?}", keys.join(" "))),
            Err(message) => (row.line, message),
        };
        std::iter::from_fn(|| next().map(tell)).collect()
    }

    #[test]
    fn a_bad_line_is_told_and_the_next_is_read() {
        let mut lines = Lines::new(
            small("{\"a\": 1}\n\n{\"a\": \n[2]\r\n{\"b\": [\"x\", null, {\"name\": \"y\"}]}"),
            1,
        );
        let rows = told(|| lines.next_row().unwrap());
        let lines: Vec<u64> = rows.iter().map(|row| row.0).collect();
        assert_eq!(lines, [1, 3, 4, 5]);
        assert_eq!(rows[0].1, "a [Text(\"1\")]");
        assert!(rows[1].1.starts_with("not JSON: "), "{}", rows[1].1);
        assert_eq!(rows[2].1, "not a JSON object");
        assert_eq!(rows[3].1, "b [List([\"x\", \"y\"])]");
    }

    #[test]
    fn an_array_is_read_element_by_element() {
        let text = "[\n {\"a\": \"]},\\\"\"},\n 7,\n {\"a\": {\"amount\": 5, \"currency\": \"EUR\"}}, {\"a\": tru}, {\"a\": null}]";
        let mut array = Array::new(small(text), 1);
        let rows = told(|| array.next_row().unwrap());
        assert_eq!(rows[0], (2, "a [Text(\"]},\\\"\")]".to_owned()));
        assert_eq!(rows[1], (3, "not a JSON object".to_owned()));
        assert_eq!(rows[2], (4, "a [Text(\"EUR 5\")]".to_owned()));
        assert!(rows[3].1.starts_with("not JSON"));
        assert_eq!(rows[4], (4, "a [Text(\"\")]".to_owned()));
        assert_eq!(rows.len(), 5);
    }

    #[test]
    fn an_object_that_never_ends_is_told() {
        let mut array = Array::new(small("[{\"a\": 1}, {\"b\": "), 1);
        let rows = told(|| array.next_row().unwrap());
        assert!(rows[1].1.contains("never ends"), "{rows:?}");
    }
}
