//! GraphQL's lexical grammar: source text to tokens.

use super::{MAX_NAME_BYTES, Refusal};

/// What a token is. Punctuators keep their byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Punctuator(u8),
    Spread,
    Name,
    Number,
    String,
}

/// A token and where it stands in the source, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) start: usize,
}

/// Cuts `source` into tokens, up to `limit` of them.
pub(super) fn tokens(source: &str, limit: usize) -> Result<Vec<Token<'_>>, Refusal> {
    let mut lexer = Lexer {
        source,
        bytes: source.as_bytes(),
        at: 0,
    };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        if tokens.len() >= limit {
            return Err(
                Refusal::limit(format!("the document has more than {limit} tokens")).at(source, token.start),
            );
        }
        tokens.push(token);
    }
    Ok(tokens)
}

/// The line and column, both from 1, of a byte offset. Columns count characters.
pub(super) fn line_and_column(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let mut line = 1;
    let mut column = 1;
    let mut previous = ' ';
    for character in before.chars() {
        match character {
            '\n' if previous == '\r' => {}
            '\n' | '\r' => {
                line += 1;
                column = 1;
            }
            _ => column += 1,
        }
        previous = character;
    }
    (line, column)
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at.saturating_add(ahead)).copied()
    }

    fn fail(&self, message: &str, offset: usize) -> Refusal {
        Refusal::invalid(format!("syntax error: {message}")).at(self.source, offset)
    }

    fn next(&mut self) -> Result<Option<Token<'a>>, Refusal> {
        self.skip_ignored();
        let start = self.at;
        let Some(byte) = self.peek(0) else { return Ok(None) };
        let kind = match byte {
            b'!' | b'$' | b'&' | b'(' | b')' | b':' | b'=' | b'@' | b'[' | b']' | b'{' | b'|' | b'}' => {
                self.at += 1;
                Kind::Punctuator(byte)
            }
            b'.' if self.peek(1) == Some(b'.') && self.peek(2) == Some(b'.') => {
                self.at += 3;
                Kind::Spread
            }
            b'_' | b'A'..=b'Z' | b'a'..=b'z' => self.name()?,
            b'-' | b'0'..=b'9' => self.number()?,
            b'"' => self.string()?,
            _ => return Err(self.fail("a character that begins no token", start)),
        };
        let text = self.source.get(start..self.at).unwrap_or_default();
        Ok(Some(Token { kind, text, start }))
    }

    /// White space, line ends, commas, byte order marks and comments mean nothing.
    fn skip_ignored(&mut self) {
        loop {
            match self.peek(0) {
                Some(b' ' | b'\t' | b'\n' | b'\r' | b',') => self.at += 1,
                Some(0xEF) if self.peek(1) == Some(0xBB) && self.peek(2) == Some(0xBF) => self.at += 3,
                Some(b'#') => {
                    while !matches!(self.peek(0), None | Some(b'\n' | b'\r')) {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    fn name(&mut self) -> Result<Kind, Refusal> {
        let start = self.at;
        while self.peek(0).is_some_and(is_name_byte) {
            self.at += 1;
        }
        if self.at - start > MAX_NAME_BYTES {
            let message = format!("a name is longer than {MAX_NAME_BYTES} characters");
            return Err(Refusal::limit(message).at(self.source, start));
        }
        Ok(Kind::Name)
    }

    fn number(&mut self) -> Result<Kind, Refusal> {
        let start = self.at;
        if self.peek(0) == Some(b'-') {
            self.at += 1;
        }
        if self.peek(0) == Some(b'0') {
            self.at += 1;
        } else {
            self.digits(start)?;
        }
        if self.peek(0) == Some(b'.') {
            self.at += 1;
            self.digits(start)?;
        }
        if matches!(self.peek(0), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(0), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits(start)?;
        }
        match self.peek(0) {
            Some(byte) if is_name_byte(byte) || byte == b'.' => Err(self.fail("a malformed number", start)),
            _ => Ok(Kind::Number),
        }
    }

    fn digits(&mut self, start: usize) -> Result<(), Refusal> {
        if !self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.fail("a malformed number", start));
        }
        while self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Kind, Refusal> {
        let start = self.at;
        if self.peek(1) == Some(b'"') && self.peek(2) == Some(b'"') {
            self.at += 3;
            return self.block_string(start);
        }
        self.at += 1;
        loop {
            match self.peek(0) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Kind::String);
                }
                Some(b'\\') => self.escape()?,
                None | Some(b'\n' | b'\r') => return Err(self.fail("a string is not closed", start)),
                Some(_) => self.at += 1,
            }
        }
    }

    /// A backslash within a block string means something only before three quotes.
    fn block_string(&mut self, start: usize) -> Result<Kind, Refusal> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Err(self.fail("a block string is not closed", start));
            }
            if rest.starts_with(br#"\""""#) {
                self.at += 4;
            } else if rest.starts_with(br#"""""#) {
                self.at += 3;
                return Ok(Kind::String);
            } else {
                self.at += 1;
            }
        }
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        match self.peek(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let digits = self.source.get(start + 2..start + 6);
                let code = digits
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
                    .and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if code.and_then(char::from_u32).is_none() {
                    let message = "an escape names no character; write the character itself";
                    return Err(self.fail(message, start));
                }
                self.at += 6;
            }
            _ => return Err(self.fail("an unknown escape in a string", start)),
        }
        Ok(())
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}
