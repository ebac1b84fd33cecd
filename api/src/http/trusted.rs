//! Trusted documents: operations that the server knows beforehand and that clients name instead of sending them.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use actix_web::http::StatusCode;
use anyhow::{Context as _, bail, ensure};
use async_graphql::Request;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::respond::Failure;
use crate::access::Viewer;
use crate::graphql::limits::{self, Limits};

/// The most documents that are taken.
const MOST: usize = 100_000;

/// The longest name of a document, in bytes.
const LONGEST_NAME: usize = 256;

/// How a name says that it is a hash of the text, as the GraphQL-over-HTTP drafts have it.
const HASHED: &str = "sha256:";

/// The documents by their names. Each is known by the SHA-256 of its text too, in lower-case hexadecimal.
#[derive(Clone, Default)]
pub struct TrustedDocuments(Arc<HashMap<String, Arc<str>>>);

/// A manifest: names and texts, or the list that Apollo's tools write.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Listed { operations: Vec<Listed> },
    Plain(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// Reads a manifest, or every `.graphql` file of a folder. Each document must have one operation and be within
    /// `limits`.
    ///
    /// # Errors
    /// The first document that cannot be taken, by its name.
    pub fn read(path: &Path, limits: &Limits) -> anyhow::Result<Self> {
        let reading = || format!("reading the trusted documents in {}", path.display());
        let found = match path.is_dir() {
            true => from_folder(path),
            false => from_manifest(path),
        };
        let mut documents = HashMap::new();
        for (name, text) in found.with_context(reading)? {
            limits::inspect(&text, None, limits)
                .map_err(|refusal| anyhow::anyhow!("the document {name}: {}", refusal.message))
                .with_context(reading)?;
            let text: Arc<str> = text.into();
            documents.insert(hash(&text), text.clone());
            documents.insert(name, text);
        }
        ensure!(
            !documents.is_empty(),
            "{} has no trusted document",
            path.display()
        );
        Ok(Self(Arc::new(documents)))
    }

    /// Each document once, in the order of their names.
    #[must_use]
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let all = || self.0.iter().map(|(name, text)| (name.as_str(), &**text));
        let named: HashSet<&str> = all()
            .filter(|(name, _)| !is_hash(name))
            .map(|(_, text)| text)
            .collect();
        let once = all().filter(|(name, text)| !is_hash(name) || !named.contains(text));
        let mut texts: Vec<(&str, &str)> = once.collect();
        texts.sort_unstable();
        texts
    }

    /// The text of a name, as clients write it.
    fn text(&self, name: &str) -> Option<&Arc<str>> {
        self.0.get(bare(name))
    }

    fn has(&self, text: &str) -> bool {
        self.0.contains_key(&hash(text))
    }
}

fn from_folder(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let file = entry?.path();
        if file.extension().is_none_or(|extension| extension != "graphql") {
            continue;
        }
        ensure!(found.len() < MOST, "there are more than {MOST}");
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        found.push((name, text));
    }
    Ok(found)
}

fn from_manifest(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let shape =
        "a manifest is an object of names and documents, or has a list `operations` with `id` and `body`";
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(path)?).context(shape)?;
    let found: Vec<(String, String)> = match manifest {
        Manifest::Listed { operations } => operations.into_iter().map(|one| (one.id, one.body)).collect(),
        Manifest::Plain(documents) => documents.into_iter().collect(),
    };
    ensure!(found.len() <= MOST, "there are more than {MOST}");
    for (name, text) in &found {
        let claimed = bare(name);
        // A name that looks like a hash and is none of its text is a mistake that a client would meet first.
        if is_hash(claimed) && hash(text) != claimed {
            bail!("the document {name} has another text than its hash says");
        }
    }
    Ok(found
        .into_iter()
        .map(|(name, text)| (bare(&name).to_owned(), text))
        .collect())
}

/// A name without the word that says that it is a hash.
fn bare(name: &str) -> &str {
    name.strip_prefix(HASHED).unwrap_or(name)
}

fn is_hash(name: &str) -> bool {
    name.len() == 64
        && name
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Debug for TrustedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrustedDocuments({})", self.0.len())
    }
}

/// Which documents are run.
#[derive(Clone, Debug, Default)]
pub struct DocumentSettings {
    /// Those that clients may name.
    pub trusted: Option<TrustedDocuments>,
    /// Whether strangers may run these alone. Whoever is known may run any.
    pub only: bool,
}

/// A request as it was sent: with a document, the name of one, or both.
#[derive(Debug)]
pub(super) struct Asked {
    /// Its text is empty where none was sent.
    pub(super) request: Request,
    /// What it calls its document.
    pub(super) document: Option<String>,
}

impl Asked {
    /// The request with the text that its name stands for.
    ///
    /// # Errors
    /// When the name is unknown or another text's, and when strangers may not run what they sent.
    pub(super) fn settled(self, settings: &DocumentSettings, viewer: &Viewer) -> Result<Request, Failure> {
        let Self {
            mut request,
            document,
        } = self;
        let sent = !request.query.is_empty();
        if let Some(name) = document {
            let known = settings.trusted.as_ref().and_then(|trusted| trusted.text(&name));
            match known {
                Some(text) if sent && **text != *request.query => return Err(mismatch()),
                Some(text) => request.query = text.to_string(),
                None if !sent && settings.trusted.is_none() => {
                    return Err(unknown(
                        "PERSISTED_QUERY_NOT_SUPPORTED",
                        "PersistedQueryNotSupported",
                    ));
                }
                None if !sent => return Err(unknown("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")),
                // Sent beside its hash, as clients do that would have it kept: it is run, if its hash is right, and not kept.
                None if is_hash(bare(&name)) && hash(&request.query) != bare(&name) => return Err(mismatch()),
                None => {}
            }
        }
        let trusted = || {
            settings
                .trusted
                .as_ref()
                .is_some_and(|trusted| trusted.has(&request.query))
        };
        if settings.only && !viewer.is_known() && !trusted() {
            let message = "without a credential only documents that this server knows are run; name one by `documentId`";
            let failure = Failure::new(StatusCode::FORBIDDEN, "UNAUTHENTICATED", message);
            return Err(failure);
        }
        Ok(request)
    }
}

fn mismatch() -> Failure {
    Failure::bad_request("the document that was sent is not the one that its name or hash stands for")
}

/// In the words that clients of persisted documents look for: they send the text then.
fn unknown(code: &str, message: &str) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, code, message)
}

/// The name that a request's members give: `documentId`, or the hash among the extensions.
///
/// # Errors
/// What is wrong with it.
pub(super) fn name(
    document_id: Option<serde_json::Value>,
    extensions: Option<&serde_json::Value>,
) -> Result<Option<String>, String> {
    use serde_json::Value;
    let hashed = extensions
        .and_then(|extensions| extensions.get("persistedQuery"))
        .and_then(|persisted| persisted.get("sha256Hash"))
        .cloned();
    let plausible = |name: String| match name.len() <= LONGEST_NAME && !name.is_empty() {
        true => Ok(Some(name)),
        false => Err(format!("a document's name has 1 to {LONGEST_NAME} bytes")),
    };
    match (document_id, hashed) {
        (None | Some(Value::Null), None | Some(Value::Null)) => Ok(None),
        (Some(Value::String(name)), None | Some(Value::Null))
        | (None | Some(Value::Null), Some(Value::String(name))) => plausible(name),
        (Some(Value::String(one)), Some(Value::String(other))) if bare(&one) == other => plausible(one),
        (Some(Value::String(_)), Some(Value::String(_))) => {
            Err("`documentId` and `persistedQuery` name two documents".to_owned())
        }
        _ => Err("a document's name must be a string".to_owned()),
    }
}

#[cfg(test)]
mod tests;
