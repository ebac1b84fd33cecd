//! The issuer that vouches for people: its keys, fetched when needed and kept for a while.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use reqwest::{Client, Url, redirect};
use serde::Deserialize;

use crate::access::credential::NotLetIn;
use crate::access::loopback;
use crate::access::token::{self, BadToken, Expected, KeySet, Person};
use crate::clock;

/// How long keys are believed before they are looked at anew, so that one that was taken back stops working.
const BELIEVED: Duration = Duration::from_secs(60 * 60);

/// How long they are believed when the issuer cannot be reached: nobody is locked out by an outage of an hour, and nobody
/// is let in for ever by keys that nobody can take back.
const BELIEVED_UNREACHED: Duration = Duration::from_secs(24 * 60 * 60);

/// A token with an unknown key makes the keys be looked at anew at most so often, whatever strangers send.
const PATIENCE: Duration = Duration::from_secs(30);

/// The same where there are no keys yet.
const PATIENCE_WITHOUT_KEYS: Duration = Duration::from_secs(2);

/// How long the issuer may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// The longest answer of the issuer that is read, in bytes. Key sets of large providers have 20 KiB.
const LONGEST_ANSWER: usize = 256 << 10;

/// Where an issuer tells about itself, below its own address (OpenID Connect Discovery 1.0).
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Where the keys come from.
#[derive(Debug, Clone)]
pub enum Keys {
    /// The issuer's discovery document names the place.
    Discovered,
    /// A file, which is read anew like the issuer would be asked anew.
    File(PathBuf),
}

/// Reads tokens of one issuer.
#[derive(Debug)]
pub struct Tokens {
    expected: Expected,
    keys: Keys,
    client: Client,
    patience: (Duration, Duration),
    kept: RwLock<Kept>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Kept {
    keys: Option<(Arc<KeySet>, Instant)>,
    tried: Option<Instant>,
}

impl Tokens {
    /// Nothing is fetched yet.
    ///
    /// # Errors
    /// When the client for fetching cannot be made, or the file of keys cannot be read.
    pub fn new(expected: Expected, keys: Keys) -> anyhow::Result<Self> {
        let client = Client::builder()
            .timeout(ANSWER_LIMIT)
            // Where the keys are is said by the issuer itself; nobody on the way may say otherwise.
            .redirect(redirect::Policy::none())
            .build()
            .context("making a client for the issuer's keys")?;
        let tokens = Self {
            expected,
            keys,
            client,
            patience: (PATIENCE, PATIENCE_WITHOUT_KEYS),
            kept: RwLock::default(),
            turn: tokio::sync::Mutex::default(),
        };
        if let Keys::File(path) = &tokens.keys {
            let keys = from_file(path)?;
            tokens.keep(keys);
        }
        Ok(tokens)
    }

    /// Looks at the issuer's keys, so that the first to come need not wait. A failure is logged: the issuer is asked
    /// again when somebody comes.
    pub async fn prepare(&self) {
        drop(self.keys().await);
    }

    /// Who shows this token.
    ///
    /// # Errors
    /// When it is not good, or that cannot be found out because the issuer cannot be reached.
    pub async fn person(&self, token: &str) -> Result<Person, NotLetIn> {
        let keys = self.keys().await?;
        let read = |keys: &KeySet| token::read(token, keys, &self.expected, clock::now());
        let mut person = read(&keys);
        if person == Err(BadToken::UnknownKey) {
            // The issuer may have begun to sign with a new one.
            let newer = self.renewed(&keys).await;
            if !Arc::ptr_eq(&newer, &keys) {
                person = read(&newer);
            }
        }
        person.map_err(|reason| NotLetIn::Refused(reason.message()))
    }

    /// The keys that are believed by now.
    async fn keys(&self) -> Result<Arc<KeySet>, NotLetIn> {
        let kept = self.kept().keys.clone();
        match kept {
            Some((keys, read)) if read.elapsed() < BELIEVED => Ok(keys),
            Some((keys, read)) => {
                let keys = self.renewed(&keys).await;
                let renewed = self.kept().keys.as_ref().is_some_and(|(_, at)| *at != read);
                match renewed || read.elapsed() < BELIEVED_UNREACHED {
                    true => Ok(keys),
                    false => Err(NotLetIn::Unavailable),
                }
            }
            None => {
                let _turn = self.turn.lock().await;
                self.fetch(self.patience.1).await;
                let kept = self.kept().keys.clone();
                kept.map(|(keys, _)| keys).ok_or(NotLetIn::Unavailable)
            }
        }
    }

    /// Newer keys than these, where there are any. While somebody else is asking, nobody waits for it.
    async fn renewed(&self, than: &Arc<KeySet>) -> Arc<KeySet> {
        if let Ok(_turn) = self.turn.try_lock() {
            self.fetch(self.patience.0).await;
        }
        let kept = self.kept().keys.clone();
        kept.map_or_else(|| than.clone(), |(keys, _)| keys)
    }

    fn kept(&self) -> std::sync::RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, keys: KeySet) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.keys = Some((Arc::new(keys), Instant::now()));
    }

    /// Asks anew, unless that was done a moment ago. Whoever calls holds the turn.
    async fn fetch(&self, patience: Duration) {
        {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            if kept.tried.is_some_and(|at| at.elapsed() < patience) {
                return;
            }
            kept.tried = Some(Instant::now());
        }
        let found = match &self.keys {
            Keys::File(path) => from_file(path),
            Keys::Discovered => self.discover().await,
        };
        match found {
            Ok(keys) => self.keep(keys),
            // For the log alone: the client is told that it cannot be found out who it is.
            Err(error) => tracing::error!(
                cause = format!("{error:#}"),
                "the issuer's keys could not be read"
            ),
        }
    }

    async fn discover(&self) -> anyhow::Result<KeySet> {
        let issuer = &self.expected.issuer;
        let own = Url::parse(issuer).context("reading the issuer's address")?;
        let place = format!("{}{DISCOVERY}", issuer.trim_end_matches('/'));
        let document: Discovery = serde_json::from_slice(&self.get(Url::parse(&place)?).await?)
            .context("reading the issuer's discovery document")?;
        ensure!(document.issuer == *issuer, "the issuer calls itself otherwise");
        let keys = Url::parse(&document.jwks_uri).context("reading the address of the issuer's keys")?;
        // An issuer of the web that points to this machine's own services is none to follow.
        let same_side = is_local(&own) == is_local(&keys);
        ensure!(
            is_safe(&keys) && same_side,
            "the issuer's keys lie at an address that is not safe"
        );
        Ok(KeySet::read(&self.get(keys).await?)?)
    }

    async fn get(&self, url: Url) -> anyhow::Result<Vec<u8>> {
        let place = url.clone();
        let asking = || format!("asking {place}");
        let mut answer = self.client.get(url).send().await.with_context(asking)?;
        ensure!(
            answer.status().is_success(),
            "{place} answered {}",
            answer.status()
        );
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.with_context(asking)? {
            if bytes.len().saturating_add(piece.len()) > LONGEST_ANSWER {
                bail!("{place} answered more than {LONGEST_ANSWER} bytes");
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

fn from_file(path: &std::path::Path) -> anyhow::Result<KeySet> {
    let reading = || format!("reading the issuer's keys in {}", path.display());
    let bytes = std::fs::read(path).with_context(reading)?;
    KeySet::read(&bytes).with_context(reading)
}

fn is_local(url: &Url) -> bool {
    url.host_str().is_some_and(loopback::is_name)
}

/// Whether what an address tells can be believed: nobody on the way can change it.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_local(url))
}

/// Reads an issuer's address: `https`, or plain `http` on this machine, without a query.
///
/// # Errors
/// What is wrong with it, for a person.
pub fn issuer(text: &str) -> Result<String, String> {
    let wrong = || format!("`{text}` is not an issuer; write it like https://login.example/realm");
    let url = Url::parse(text).map_err(|_| wrong())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match (is_safe(&url), plain && url.has_host()) {
        (true, true) => Ok(text.to_owned()),
        (false, true) => Err("an issuer is reached by https; by http only on this machine".to_owned()),
        (_, false) => Err(wrong()),
    }
}
