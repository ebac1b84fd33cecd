//! The package around grants: an object whose `grants` is read element by element.

use super::super::json::Array;
use super::super::{Placed, SourceError};
use serde_json::Value;
use std::io::{self, BufRead};

/// The longest name of a field of the package that is told apart.
const LONGEST_KEY: usize = 64;

/// The grants of a package.
pub(super) struct Package<R> {
    grants: Array<R>,
}

impl<R: BufRead> Package<R> {
    /// Reads up to the first grant; `line` is where the package begins.
    pub(super) fn open(mut input: R, line: u64) -> Result<Self, SourceError> {
        let mut search = Search::default();
        if !search.run(&mut input)? {
            return Err(SourceError::NotText(
                "it is no 360Giving package: it has no list of grants",
            ));
        }
        Ok(Self {
            grants: Array::within(input, line + search.lines),
        })
    }

    pub(super) fn input(&self) -> &R {
        self.grants.input()
    }

    pub(super) fn next_grant(&mut self) -> Result<Option<Placed<Value>>, SourceError> {
        let Some((line, value)) = self.grants.next_value()? else {
            return Ok(None);
        };
        let grant = value.and_then(|value| match value {
            Value::Object(_) => Ok(value),
            _ => Err("not a JSON object".to_owned()),
        });
        Ok(Some((line, grant)))
    }
}

/// Whether text begins like a package of grants.
pub(in super::super) fn is_package(sample: &[u8]) -> bool {
    let mut input = sample;
    Search::default().run(&mut input).unwrap_or(false)
}

/// Looks for `"grants": [` directly in the outermost object.
#[derive(Default)]
struct Search {
    depth: u32,
    in_string: bool,
    escaped: bool,
    text: Vec<u8>,
    /// The field whose value comes next is `grants`.
    found: bool,
    lines: u64,
}

impl Search {
    /// Consumes up to and with the bracket that opens the grants; whether there is one.
    fn run(&mut self, input: &mut impl BufRead) -> io::Result<bool> {
        loop {
            let text = input.fill_buf()?;
            if text.is_empty() {
                return Ok(false);
            }
            let end = text.iter().position(|byte| self.step(*byte));
            let used = end.map_or(text.len(), |end| end + 1);
            input.consume(used);
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// Whether this byte opens the grants.
    fn step(&mut self, byte: u8) -> bool {
        self.lines += u64::from(byte == b'\n');
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                other if self.text.len() < LONGEST_KEY => self.text.push(other),
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                self.found = false;
                self.text.clear();
            }
            b':' => self.found = self.depth == 1 && self.text == b"grants",
            b'[' if self.found => return true,
            b'{' | b'[' => {
                self.depth += 1;
                self.found = false;
            }
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b',' => self.found = false,
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_found_only_directly_in_the_package() {
        assert!(is_package(
            b"{\"title\": \"a \\\" [\", \"publisher\": {\"grants\": [1]}, \"grants\" : [ {"
        ));
        assert!(!is_package(b"{\"publisher\": {\"grants\": [1]}}"));
        assert!(!is_package(b"{\"title\": \"grants\", \"x\": [ 1 ]}"));
        assert!(!is_package(b"{\"grants\": {\"a\": []}}"));
    }

    #[test]
    fn what_stands_around_the_grants_is_passed_over() {
        let text =
            "{\n\"version\": \"1.4\",\n \"grants\": [\n{\"id\": \"a\"}, 7,\n{\"id\": \"b\"}], \"more\": [3]}";
        let mut package = Package::open(io::BufReader::with_capacity(3, text.as_bytes()), 1).unwrap();
        let mut told = Vec::new();
        while let Some((line, grant)) = package.next_grant().unwrap() {
            told.push((line, grant.map(|grant| grant.to_string())));
        }
        assert_eq!(
            told,
            [
                (4, Ok("{\"id\":\"a\"}".to_owned())),
                (4, Err("not a JSON object".to_owned())),
                (5, Ok("{\"id\":\"b\"}".to_owned()))
            ]
        );
    }
}
