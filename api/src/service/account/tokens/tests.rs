use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::issuer::Signer;

/// An issuer that counts what it is asked and does as it is told.
struct Issuer {
    address: String,
    asked: AtomicUsize,
    away: AtomicBool,
    discovery: Mutex<Option<Value>>,
    keys: Mutex<Vec<u8>>,
}

impl Issuer {
    async fn start(signer: &Signer) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Arc::new(Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            asked: AtomicUsize::new(0),
            away: AtomicBool::new(false),
            discovery: Mutex::new(None),
            keys: Mutex::new(signer.key_set().to_string().into_bytes()),
        });
        let serving = issuer.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = vec![0; 4_096];
                let length = stream.read(&mut head).await.unwrap();
                let path = String::from_utf8_lossy(&head[..length])
                    .split(' ')
                    .nth(1)
                    .map(str::to_owned);
                let (status, body) = serving.answer(&path.unwrap_or_default());
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                stream
                    .write_all(&[head.as_bytes(), &body].concat())
                    .await
                    .unwrap();
            }
        });
        issuer
    }

    fn answer(&self, path: &str) -> (&'static str, Vec<u8>) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return ("302 Found", Vec::new());
        }
        if path != DISCOVERY {
            return ("200 OK", self.keys.lock().unwrap().clone());
        }
        let usual = json!({ "issuer": self.address, "jwks_uri": format!("{}/keys", self.address) });
        let document = self.discovery.lock().unwrap().clone().unwrap_or(usual);
        ("200 OK", document.to_string().into_bytes())
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn show(&self, signer: &Signer) {
        *self.keys.lock().unwrap() = signer.key_set().to_string().into_bytes();
    }

    fn tokens(&self, keys: Keys) -> Tokens {
        let expected = Expected {
            issuer: self.address.clone(),
            audience: "tandem".to_owned(),
            leeway: Duration::ZERO,
        };
        Tokens::new(expected, keys).unwrap()
    }

    fn token(&self, signer: &Signer) -> String {
        signer.token(&json!({ "iss": self.address, "aud": "tandem", "sub": "ada", "exp": clock::now().timestamp() + 600 }))
    }
}

fn signer(seed: u8) -> Signer {
    Signer::of_seed([seed; 32]).unwrap()
}

#[tokio::test]
async fn keys_are_found_by_discovery_and_kept() {
    let issuer = Issuer::start(&signer(1)).await;
    let tokens = issuer.tokens(Keys::Discovered);
    tokens.prepare().await;
    for _ in 0..5 {
        let person = tokens.person(&issuer.token(&signer(1))).await.unwrap();
        assert_eq!(person.subject, "ada");
    }
    assert_eq!(issuer.asked(), 2, "the document and the keys, once");
}

#[tokio::test]
async fn a_new_key_is_fetched_but_strangers_cannot_make_the_issuer_be_asked_over_and_over() {
    let issuer = Issuer::start(&signer(1)).await;
    let mut tokens = issuer.tokens(Keys::Discovered);
    tokens.patience = (Duration::ZERO, Duration::ZERO);
    tokens.prepare().await;
    issuer.show(&signer(2));
    assert!(
        tokens.person(&issuer.token(&signer(2))).await.is_ok(),
        "the issuer changed its key"
    );
    assert!(
        tokens.person(&issuer.token(&signer(1))).await.is_err(),
        "the old one is gone"
    );
    tokens.patience = (Duration::from_secs(3_600), Duration::ZERO);
    let before = issuer.asked();
    for _ in 0..100 {
        let refused = tokens.person(&issuer.token(&signer(3))).await;
        assert_eq!(refused, Err(NotLetIn::Refused(BadToken::UnknownKey.message())));
    }
    assert_eq!(issuer.asked(), before);
}

#[tokio::test]
async fn without_the_issuer_nobody_can_be_known_and_nothing_is_told() {
    let issuer = Issuer::start(&signer(1)).await;
    issuer.away.store(true, Ordering::SeqCst);
    let mut tokens = issuer.tokens(Keys::Discovered);
    tokens.patience.1 = Duration::from_secs(3_600);
    for _ in 0..5 {
        assert_eq!(
            tokens.person(&issuer.token(&signer(1))).await,
            Err(NotLetIn::Unavailable)
        );
    }
    assert_eq!(issuer.asked(), 1, "it is given time, and nobody is sent on");
    tokens.patience.1 = Duration::ZERO;
    issuer.away.store(false, Ordering::SeqCst);
    assert!(tokens.person(&issuer.token(&signer(1))).await.is_ok());
    // What was known is believed while it is away again.
    issuer.away.store(true, Ordering::SeqCst);
    assert!(tokens.person(&issuer.token(&signer(1))).await.is_ok());
}

#[tokio::test]
async fn an_issuer_that_says_something_else_of_itself_is_not_believed() {
    let issuer = Issuer::start(&signer(1)).await;
    let keys = format!("{}/keys", issuer.address);
    for document in [
        json!({ "issuer": "https://evil.example", "jwks_uri": keys }),
        json!({ "issuer": format!("{}/", issuer.address), "jwks_uri": keys }),
        json!({ "issuer": issuer.address, "jwks_uri": "http://192.0.2.1/keys" }),
        json!({ "issuer": issuer.address, "jwks_uri": "https://192.0.2.1/keys" }),
        json!({ "issuer": issuer.address, "jwks_uri": "file:///etc/passwd" }),
        json!({ "issuer": issuer.address }),
        json!([]),
    ] {
        *issuer.discovery.lock().unwrap() = Some(document.clone());
        let tokens = issuer.tokens(Keys::Discovered);
        assert_eq!(
            tokens.person(&issuer.token(&signer(1))).await,
            Err(NotLetIn::Unavailable),
            "{document}"
        );
    }
    *issuer.discovery.lock().unwrap() = None;
    *issuer.keys.lock().unwrap() = vec![b' '; LONGEST_ANSWER + 1];
    let tokens = issuer.tokens(Keys::Discovered);
    assert_eq!(
        tokens.person(&issuer.token(&signer(1))).await,
        Err(NotLetIn::Unavailable),
        "it talks without end"
    );
}

#[tokio::test]
async fn a_file_of_keys_is_read_anew_when_it_changes() {
    let issuer = Issuer::start(&signer(1)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    let write = |signer: &Signer| std::fs::write(&file, signer.key_set().to_string()).unwrap();
    write(&signer(1));
    let mut tokens = issuer.tokens(Keys::File(file.clone()));
    tokens.patience = (Duration::ZERO, Duration::ZERO);
    assert!(tokens.person(&issuer.token(&signer(1))).await.is_ok());
    write(&signer(2));
    assert!(tokens.person(&issuer.token(&signer(2))).await.is_ok());
    std::fs::write(&file, "half a fi").unwrap();
    assert!(tokens.person(&issuer.token(&signer(3))).await.is_err());
    assert!(
        tokens.person(&issuer.token(&signer(2))).await.is_ok(),
        "a broken file takes nothing away"
    );
    assert_eq!(issuer.asked(), 0);
    let expected = tokens.expected.clone();
    let error = Tokens::new(expected, Keys::File(file)).unwrap_err();
    assert!(format!("{error:#}").contains("keys.json"), "{error:#}");
}

#[test]
fn issuers_are_reached_safely() {
    for good in [
        "https://login.example",
        "https://login.example/realms/x/",
        "http://127.0.0.1:9090",
        "http://localhost:1",
        "http://[::1]:2",
    ] {
        assert_eq!(issuer(good).as_deref(), Ok(good));
    }
    for bad in [
        "",
        "login.example",
        "http://login.example",
        "http://127.0.0.1.evil.example",
        "ftp://localhost",
        "https://u@login.example",
        "https://login.example?x=1",
        "https://login.example#x",
        "file:///etc/passwd",
        "https://",
    ] {
        assert!(issuer(bad).is_err(), "{bad}");
    }
}
