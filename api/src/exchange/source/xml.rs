//! Elements of an XML file, one after the other, each as a tree of bounded size.
//!
//! A document type is refused: it is the way by which XML names other files and repeats itself without end. Only
//! the five entities of XML itself and characters by number are understood.

use super::SourceError;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::io::{self, BufRead, Read};

/// One element may be so long, and what stands between two of them.
const MOST_BYTES: u64 = 16 << 20;
/// Elements lie at most so deep within each other.
const DEEPEST: usize = 40;
/// An element has at most so many within it.
const MOST_NODES: usize = 200_000;

/// An element with what stands in it.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Without its prefix; with "prefix:" where it is of another namespace.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Node>,
}

impl Node {
    /// An attribute; empty where it is absent.
    pub(super) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Its attributes by their names, in its order.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.trim()))
    }

    /// Its own text, trimmed.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The elements of this name directly in it.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> + Clone {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first of them.
    pub(super) fn first(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements directly in it.
    pub(super) fn children(&self) -> &[Self] {
        &self.children
    }
}

/// Counts lines, and lets no more bytes pass than were allowed.
struct Meter<R> {
    input: R,
    line: u64,
    left: u64,
}

impl<R: BufRead> Read for Meter<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut text = self.fill_buf()?;
        let read = text.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Meter<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(format!(
                "an element or a text before line {} is longer than {} mebibytes",
                self.line,
                MOST_BYTES >> 20
            )));
        }
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let text = self.input.fill_buf()?;
        Ok(text.get(..left).unwrap_or(text))
    }

    fn consume(&mut self, bytes: usize) {
        // Looks at no more than was filled before.
        if let Ok(text) = self.input.fill_buf() {
            let passed = text.get(..bytes).unwrap_or(text);
            let breaks = passed.iter().filter(|byte| **byte == b'\n').count();
            self.line += u64::try_from(breaks).unwrap_or(0);
        }
        self.left = self.left.saturating_sub(u64::try_from(bytes).unwrap_or(u64::MAX));
        self.input.consume(bytes);
    }
}

/// Reads the elements of one name.
pub(super) struct Elements<R> {
    reader: Reader<Meter<R>>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Elements<R> {
    pub(super) fn new(input: R, line: u64) -> Self {
        let mut reader = Reader::from_reader(Meter {
            input,
            line,
            left: MOST_BYTES,
        });
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
        }
    }

    pub(super) fn input(&self) -> &R {
        &self.reader.get_ref().input
    }

    /// The next element of this name wherever it lies, with the line on which it begins.
    pub(super) fn next(&mut self, name: &str) -> Result<Option<(u64, Node)>, SourceError> {
        self.reader.get_mut().left = MOST_BYTES;
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let line = self.reader.get_ref().line;
            match event.map_err(|error| broken(error, line))? {
                Event::Start(start) if start.local_name().as_ref() == name => {
                    let node = node(&start)?;
                    return Ok(Some((line, self.fill(node)?)));
                }
                Event::DocType(_) => return Err(has_document_type()),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// Reads up to the end of an element.
    fn fill(&mut self, root: Node) -> Result<Node, SourceError> {
        let mut open = vec![root];
        let mut nodes = 1;
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let line = self.reader.get_ref().line;
            let event = event.map_err(|error| broken(error, line))?;
            let Some(last) = open.last_mut() else {
                return Err(SourceError::Broken(format!(
                    "an element ends twice on line {line}"
                )));
            };
            match event {
                Event::Start(start) => {
                    nodes += 1;
                    if open.len() >= DEEPEST || nodes > MOST_NODES {
                        let message = format!("too many elements within one, or too deep, on line {line}");
                        return Err(SourceError::Broken(message));
                    }
                    open.push(node(&start)?);
                }
                Event::Text(text) => last.text.push_str(&text.xml10_content()),
                Event::CData(text) => last.text.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) => last.text.push(character(&entity, line)?),
                Event::End(_) => {
                    let Some(done) = open.pop() else { continue };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Event::DocType(_) => return Err(has_document_type()),
                Event::Eof => {
                    let message =
                        format!("an element never ends, so nothing after line {line} could be read");
                    return Err(SourceError::Broken(message));
                }
                _ => {}
            }
        }
    }
}

fn has_document_type() -> SourceError {
    SourceError::NotText(
        "it has a document type (DOCTYPE), which could name other files or entities; files without one are read",
    )
}

/// What is wrong with the XML, and where.
fn broken(error: quick_xml::Error, line: u64) -> SourceError {
    match error {
        quick_xml::Error::Io(cause) => SourceError::Io(io::Error::new(cause.kind(), cause.to_string())),
        other => SourceError::Broken(format!("not XML that can be read, near line {line}: {other}")),
    }
}

fn node(start: &BytesStart<'_>) -> Result<Node, SourceError> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| SourceError::Broken(format!("an attribute: {error}")))?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0);
        let value = value.map_err(|error| SourceError::Broken(format!("an attribute: {error}")))?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Node {
        name: start.name().as_ref().to_owned(),
        attributes,
        ..Node::default()
    })
}

/// The character that an entity stands for.
fn character(entity: &BytesRef<'_>, line: u64) -> Result<char, SourceError> {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return Ok(character);
    }
    let name: &str = entity;
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(SourceError::Broken(format!(
            "the entity &{}; on line {line} is not one of XML's own, and no others are read",
            name.chars().take(40).collect::<String>()
        ))),
    }
}
