//! Rust source as the rules of the workspace look at it: tokens and paths, without comments and texts.

use std::fs;
use std::path::Path;

const TEST_MODULE: [&str; 8] = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];

/// One file, taken apart.
#[derive(Debug)]
pub struct Source {
    /// Where it lies, from the root of the repository, with `/`.
    pub path: String,
    /// Its words and signs in order; `::` is one sign. Comments, texts and characters are left out.
    pub tokens: Vec<Token>,
}

/// A word or a sign, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// As written; a raw identifier without its `r#`.
    pub text: String,
    /// Counted from 1.
    pub line: usize,
}

impl Source {
    /// Takes a text apart.
    pub fn parse(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            tokens: tokens(text),
        }
    }

    /// The module's path within its crate: `api/src/graphql/query.rs` is `["graphql", "query"]`.
    pub fn module(&self) -> Vec<String> {
        let (_, inner) = self.path.split_once("src/").unwrap_or(("", &self.path));
        let inner = inner.trim_end_matches(".rs");
        if matches!(inner, "lib" | "main") {
            return Vec::new();
        }
        inner.split('/').map(str::to_owned).collect()
    }

    /// The tokens that are built into the product: those of test modules, in a file of their own or inline, left out.
    pub fn product(&self) -> &[Token] {
        let file = self.path.rsplit('/').next().unwrap_or_default();
        if file == "tests.rs" || file.ends_with("_tests.rs") || self.path.contains("/tests/") {
            return &[];
        }
        let starts = self
            .tokens
            .windows(TEST_MODULE.len())
            .position(|window| window.iter().map(|token| token.text.as_str()).eq(TEST_MODULE));
        // An inline test module ends its file, as clippy has it (items_after_test_module).
        &self.tokens[..starts.unwrap_or(self.tokens.len())]
    }

    /// Every path of this crate that is named, with its line: `crate::a::{b, c}` is `a::b` and `a::c`.
    ///
    /// `self` and `super` are resolved from the file's module; within an inline module they reach
    /// one level too far, which can only turn a path into one that no rule forbids.
    pub fn own_paths(&self) -> Vec<(Vec<String>, usize)> {
        let mut found = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            let inner = at
                .checked_sub(1)
                .is_some_and(|before| self.tokens[before].text == "::");
            let follows = self.tokens.get(at + 1).is_some_and(|next| next.text == "::");
            if inner || !follows {
                continue;
            }
            let mut base = self.module();
            match token.text.as_str() {
                "crate" => base.clear(),
                "self" => {}
                "super" => drop(base.pop()),
                _ => continue,
            }
            let mut paths = Vec::new();
            self.tree(at + 2, base, &mut paths);
            found.extend(paths.into_iter().map(|path| (path, token.line)));
        }
        found
    }

    /// Reads a path or a tree of paths that starts at a token; returns where it ends.
    fn tree(&self, mut at: usize, mut base: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
        while let Some(token) = self.tokens.get(at) {
            match token.text.as_str() {
                "{" => {
                    at += 1;
                    loop {
                        at = match self.tokens.get(at).map(|token| token.text.as_str()) {
                            None | Some("}") => break,
                            Some("as") => at + 2,
                            Some(sign) if sign == "{" || is_word(sign) => self.tree(at, base.clone(), found),
                            Some(_) => at + 1,
                        };
                    }
                    return at + 1;
                }
                "super" => drop(base.pop()),
                word if is_word(word) => base.push(word.to_owned()),
                _ => break,
            }
            at += 1;
            if self.tokens.get(at).is_none_or(|token| token.text != "::") {
                break;
            }
            at += 1;
        }
        if !base.is_empty() {
            found.push(base);
        }
        at
    }
}

/// Every file below a folder of the repository, by its path from the root; what is built or installed is left out.
///
/// # Panics
/// When a folder cannot be read.
pub fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&crate::root(), folder, &mut found);
    found.sort();
    found
}

fn walk(root: &Path, folder: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(folder)).expect(folder) {
        let entry = entry.expect(folder);
        let name = entry.file_name().to_string_lossy().into_owned();
        if matches!(
            name.as_str(),
            "target" | "node_modules" | ".git" | ".venv" | "__pycache__"
        ) {
            continue;
        }
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        if entry.file_type().expect(folder).is_dir() {
            walk(root, &path, found);
        } else {
            found.push(path);
        }
    }
}

/// The Rust files below a folder of the repository.
///
/// # Panics
/// When a file cannot be read.
pub fn sources(folder: &str) -> Vec<Source> {
    let rust = files(folder).into_iter().filter(|path| path.ends_with(".rs"));
    rust.map(|path| {
        let text = fs::read_to_string(crate::root().join(&path)).expect(&path);
        Source::parse(&path, &text)
    })
    .collect()
}

fn is_word(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = piece(rest, first);
        let (taken, left) = rest.split_at(length);
        let shown = taken
            .strip_prefix("r#")
            .filter(|word| is_word(word))
            .unwrap_or(taken);
        if is_word(shown) || shown == "::" || (length == 1 && first.is_ascii_punctuation()) {
            found.push(Token {
                text: shown.to_owned(),
                line,
            });
        }
        line += taken.matches('\n').count();
        rest = left;
    }
    found
}

/// How many bytes the comment, text, word or sign at the start of `rest` takes.
fn piece(rest: &str, first: char) -> usize {
    let end = rest.len();
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(end);
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if let Some(length) = raw_text(rest) {
        return length;
    }
    if first == '"' {
        return quoted(rest, '"');
    }
    if first == '\'' {
        let mut letters = rest.chars().skip(1);
        let (letter, after) = (letters.next(), letters.next());
        return if letter == Some('\\') || after == Some('\'') {
            quoted(rest, '\'')
        } else {
            1
        };
    }
    if rest.starts_with("::") {
        return 2;
    }
    let word = rest.strip_prefix("r#").unwrap_or(rest);
    let length = word
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(word.len());
    if length > 0 {
        rest.len() - word.len() + length
    } else {
        first.len_utf8()
    }
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(left) = rest.get(at..).filter(|left| !left.is_empty()) {
        if left.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if left.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += left.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// `r"…"`, `r#"…"#`, and the same after `b` or `c`.
fn raw_text(rest: &str) -> Option<usize> {
    let body = rest
        .strip_prefix("br")
        .or_else(|| rest.strip_prefix("cr"))
        .or_else(|| rest.strip_prefix('r'))?;
    let open = body.trim_start_matches('#');
    let hashes = "#".repeat(body.len() - open.len());
    let inner = open.strip_prefix('"')?;
    let closing = format!("\"{hashes}");
    let end = inner.find(&closing).map_or(inner.len(), |at| at + closing.len());
    Some(rest.len() - inner.len() + end)
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        if letter == quote && !escaped {
            return at + 1;
        }
        escaped = letter == '\\' && !escaped;
    }
    rest.len()
}
