//! Bytes of any of the encodings that spreadsheets write, as UTF-8.

use super::SourceError;
use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, BufRead, Read};

const CHUNK_BYTES: usize = 64 * 1024;

enum Encoding {
    /// UTF-8; a byte that is not is taken as Windows-1252. So a Windows-1252 file comes
    /// out right without a second pass, and so does a UTF-8 file into which somebody
    /// pasted a few such bytes. (Wrong only where a capital with an accent stands
    /// before a typographic mark in a Windows-1252 file: those two bytes are valid UTF-8.)
    Utf8,
    Utf16(Box<Decoder>),
}

/// Reads text as UTF-8, a chunk at a time.
pub(crate) struct TextReader<R> {
    bytes: R,
    encoding: Encoding,
    /// Raw bytes of a character whose end has not been read yet.
    pending: Vec<u8>,
    text: Vec<u8>,
    position: usize,
    ended: bool,
    mended: u64,
    lines_skipped: u64,
}

impl<R: Read> TextReader<R> {
    /// Looks at the first chunk for a byte order mark, or for signs that this is no text.
    pub(crate) fn new(mut bytes: R) -> Result<Self, SourceError> {
        let mut first = vec![0; CHUNK_BYTES];
        let mut length = 0;
        while let Some(space) = first.get_mut(length..).filter(|space| !space.is_empty()) {
            match bytes.read(space) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        first.truncate(length);
        let (encoding, mark) = encoding_of(&first)?;
        first.drain(..mark);
        let mut reader = Self {
            bytes,
            encoding,
            pending: Vec::new(),
            text: Vec::new(),
            position: 0,
            ended: false,
            mended: 0,
            lines_skipped: 0,
        };
        reader.ended = length < CHUNK_BYTES;
        reader.decode(&first);
        Ok(reader)
    }

    /// How many bytes were not UTF-8 and were read as Windows-1252.
    pub(crate) fn bytes_mended(&self) -> u64 {
        self.mended
    }

    /// How many line breaks [`TextReader::skip`] passed over.
    pub(crate) fn lines_skipped(&self) -> u64 {
        self.lines_skipped
    }

    /// Passes over bytes of the buffer, minding the lines.
    pub(crate) fn skip(&mut self, bytes: usize) {
        let passed = self
            .text
            .get(self.position..self.position + bytes)
            .unwrap_or_default();
        let breaks = passed.iter().filter(|byte| **byte == b'\n').count();
        self.lines_skipped += u64::try_from(breaks).unwrap_or(0);
        self.consume(bytes);
    }

    /// Decodes a chunk into `text`, which is empty. After the last chunk nothing stays pending.
    fn decode(&mut self, chunk: &[u8]) {
        self.text.clear();
        self.position = 0;
        match &mut self.encoding {
            Encoding::Utf8 => {
                self.pending.extend_from_slice(chunk);
                let raw = std::mem::take(&mut self.pending);
                let rest = self.decode_utf8(&raw);
                self.pending = raw.get(raw.len() - rest..).unwrap_or_default().to_vec();
            }
            Encoding::Utf16(decoder) => {
                let mut text = String::with_capacity(chunk.len() * 2 + 16);
                let mut read = 0;
                loop {
                    let rest = chunk.get(read..).unwrap_or_default();
                    let (result, used, _) = decoder.decode_to_string(rest, &mut text, self.ended);
                    read += used;
                    match result {
                        CoderResult::InputEmpty => break,
                        CoderResult::OutputFull => text.reserve(chunk.len() + 16),
                    }
                }
                self.text = text.into_bytes();
            }
        }
    }

    /// Returns how many bytes at the end await their character's end.
    fn decode_utf8(&mut self, mut raw: &[u8]) -> usize {
        loop {
            let Err(error) = std::str::from_utf8(raw) else {
                self.text.extend_from_slice(raw);
                return 0;
            };
            let (valid, rest) = raw.split_at(error.valid_up_to());
            self.text.extend_from_slice(valid);
            if error.error_len().is_none() && !self.ended {
                return rest.len();
            }
            let Some((byte, after)) = rest.split_first() else {
                return 0;
            };
            let (mended, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(byte));
            self.text.extend_from_slice(mended.as_bytes());
            self.mended += 1;
            raw = after;
        }
    }
}

impl<R: Read> Read for TextReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut ready = self.fill_buf()?;
        let read = ready.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for TextReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let mut chunk = Vec::new();
        while self.position >= self.text.len() && !self.ended {
            chunk.resize(CHUNK_BYTES, 0);
            let read = match self.bytes.read(&mut chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.ended = read == 0;
            chunk.truncate(read);
            self.decode(&chunk);
        }
        Ok(self.text.get(self.position..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.position = (self.position + amount).min(self.text.len());
    }
}

/// The encoding, and how many bytes its mark takes.
fn encoding_of(first: &[u8]) -> Result<(Encoding, usize), SourceError> {
    const OTHER: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "this is a zip file or a workbook (XLSX), not text"),
        (
            b"\xD0\xCF\x11\xE0",
            "this is an old Office file (XLS or DOC) or one with a password; save it as XLSX or CSV without",
        ),
        (b"%PDF", "this is a PDF, not a table; save the table as CSV"),
        (b"\x1F\x8B", "this is compressed (gzip); unpack it first"),
        (b"\xFF\xFE\0\0", "this is UTF-32; save it as UTF-8"),
        (b"\0\0\xFE\xFF", "this is UTF-32; save it as UTF-8"),
    ];
    if let Some((_, what)) = OTHER.iter().find(|(mark, _)| first.starts_with(mark)) {
        return Err(SourceError::NotText(what));
    }
    if first.starts_with(b"\xEF\xBB\xBF") {
        return Ok((Encoding::Utf8, 3));
    }
    if first.starts_with(b"\xFF\xFE") {
        return Ok((
            Encoding::Utf16(Box::new(UTF_16LE.new_decoder_without_bom_handling())),
            2,
        ));
    }
    if first.starts_with(b"\xFE\xFF") {
        return Ok((
            Encoding::Utf16(Box::new(UTF_16BE.new_decoder_without_bom_handling())),
            2,
        ));
    }
    if first.contains(&0) {
        return Err(SourceError::NotText(
            "zero bytes are in it: this is not text, or it is UTF-16 without its mark; save it as UTF-8",
        ));
    }
    Ok((Encoding::Utf8, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, u64) {
        let mut reader = TextReader::new(bytes).unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        (text, reader.bytes_mended())
    }

    #[test]
    fn every_encoding_of_a_spreadsheet_gives_the_same_text() {
        assert_eq!(decoded("Tŷ £5".as_bytes()), ("Tŷ £5".into(), 0));
        assert_eq!(decoded(b"\xEF\xBB\xBFcaf\xC3\xA9"), ("café".into(), 0));
        assert_eq!(decoded(b"caf\xE9 \x96 \xA35"), ("café – £5".into(), 3));
        assert_eq!(decoded(b"\xFF\xFEc\0\xE9\0"), ("cé".into(), 0));
        assert_eq!(decoded(b"\xFE\xFF\0c\0\xE9"), ("cé".into(), 0));
    }

    #[test]
    fn one_foreign_byte_does_not_spoil_a_utf8_file() {
        assert_eq!(
            decoded(
                "Tŷ \u{2013} "
                    .bytes()
                    .chain([0x92])
                    .collect::<Vec<_>>()
                    .as_slice()
            ),
            ("Tŷ – ’".into(), 1)
        );
    }

    #[test]
    fn a_character_across_two_chunks_is_whole() {
        let text = format!("{}é{}é", "a".repeat(CHUNK_BYTES - 1), "b".repeat(CHUNK_BYTES - 3));
        assert_eq!(decoded(text.as_bytes()), (text, 0));
    }

    #[test]
    fn what_is_no_text_is_named() {
        for (bytes, word) in [
            (&b"PK\x03\x04rest"[..], "XLSX"),
            (b"%PDF-1.4", "PDF"),
            (b"a\0b\0", "UTF-16"),
            (b"\x1F\x8B\x08", "gzip"),
        ] {
            let Err(SourceError::NotText(what)) = TextReader::new(bytes) else {
                panic!("{bytes:?} was read")
            };
            assert!(what.contains(word), "{what}");
        }
    }
}
