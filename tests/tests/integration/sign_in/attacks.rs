//! Tokens that are forged, stolen from elsewhere or out of their time, shown to the real server over HTTP and WebSocket.

use serde_json::{Value, json};
use tests::issuer::{SignIn, seconds};
use tests::server::client;
use tests::subscription::{Heard, Socket};
use tests::{Server, root};

use tandem::issuer::Signer;

/// A token and what it tries.
type Attack = (&'static str, String);

fn changed(subject: &str, name: &str, value: Value) -> Value {
    let mut claims = SignIn::claims(subject);
    claims[name] = value;
    claims
}

#[expect(clippy::too_many_lines, reason = "a list of forgeries, one after the other")]
fn attacks(given: &SignIn) -> Vec<Attack> {
    let (signer, claims) = (&given.signer, SignIn::claims("mallory"));
    let evil = Signer::of_seed([66; 32]).unwrap();
    let header = |algorithm: &str, more: Value| {
        let mut header = json!({ "alg": algorithm, "kid": signer.name() });
        header
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        header
    };
    let unsigned = |algorithm: &str| {
        let token = signer.signed(&header(algorithm, json!({})), &claims);
        token.rsplit_once('.').unwrap().0.to_owned() + "."
    };
    let good = signer.token(&claims);
    let (front, signature) = good.rsplit_once('.').unwrap();
    let claimed = |name: &str, value: Value| signer.token(&changed("mallory", name, value));
    let now = seconds();
    vec![
        ("no algorithm", unsigned("none")),
        ("no algorithm, in capitals", unsigned("NONE")),
        ("a signature by nobody", format!("{front}.")),
        ("no signature at all", front.to_owned()),
        ("a key of somebody else", evil.token(&claims)),
        (
            "a key of somebody else under the right name",
            evil.signed(&header("EdDSA", json!({})), &claims),
        ),
        (
            "the public key as a shared secret",
            signed_with_the_public_key(signer, &claims),
        ),
        (
            "another algorithm than the key's",
            signer.signed(&header("RS256", json!({})), &claims),
        ),
        (
            "a key that the token brings along",
            evil.signed(
                &header("EdDSA", json!({ "jwk": evil.public_key(), "kid": evil.name() })),
                &claims,
            ),
        ),
        (
            "a key that lies elsewhere",
            evil.signed(
                &header(
                    "EdDSA",
                    json!({ "jku": "http://127.0.0.1:1/keys", "kid": evil.name() }),
                ),
                &claims,
            ),
        ),
        (
            "a key's name that is a path",
            signer.signed(&header("EdDSA", json!({ "kid": "../../../dev/null" })), &claims),
        ),
        (
            "a key's name that is SQL",
            signer.signed(&header("EdDSA", json!({ "kid": "x' UNION SELECT 'k" })), &claims),
        ),
        (
            "an extension that nobody knows",
            signer.signed(&header("EdDSA", json!({ "crit": ["exp"], "exp": 0 })), &claims),
        ),
        (
            "a message of another kind",
            signer.signed(&header("EdDSA", json!({ "typ": "logout+jwt" })), &claims),
        ),
        ("another issuer", claimed("iss", json!("https://evil.example"))),
        ("another audience", claimed("aud", json!("another-service"))),
        ("a time that is over", claimed("exp", json!(now - 1))),
        ("no end", claimed("exp", Value::Null)),
        (
            "an end that is a text",
            claimed("exp", json!((now + 600).to_string())),
        ),
        ("a time to come", claimed("nbf", json!(now + 600))),
        ("made in the future", claimed("iat", json!(now + 600))),
        ("nobody", claimed("sub", json!(""))),
        ("somebody else's claims under a good signature", {
            let other = signer.token(&SignIn::claims("admin"));
            format!("{}.{signature}", other.rsplit_once('.').unwrap().0)
        }),
        ("four parts", format!("{good}.{signature}")),
        ("two tokens", format!("{good}, Bearer {good}")),
        (
            "a huge token",
            signer.token(&changed("mallory", "name", json!("x".repeat(100_000)))),
        ),
        ("a token without end", "A".repeat(200_000)),
        ("dots", "..".to_owned()),
    ]
}

/// HS256 by the bytes that everybody knows.
fn signed_with_the_public_key(signer: &Signer, claims: &Value) -> String {
    let token = signer.signed(&json!({ "alg": "HS256", "kid": signer.name() }), claims);
    let (front, _) = token.rsplit_once('.').unwrap();
    let secret = signer.public_key().to_string();
    let tag = ring::hmac::sign(
        &ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes()),
        front.as_bytes(),
    );
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{front}.{hex}")
}

async fn closed_with(server: &Server, payload: Value) -> Heard {
    let mut socket = Socket::open(&server.url).await;
    socket
        .send(&json!({ "type": "connection_init", "payload": payload }))
        .await;
    socket.hear().await
}

tests::on_each_database! {
    async fn no_forged_token_lets_anybody_in(given: SignIn) {
        let server = &given.server;
        let good = server.graphql_by(&client(Some(&given.token("ada"))), "{ viewer { account { subject } } }", json!({})).await;
        assert_eq!(good["data"]["viewer"]["account"]["subject"], "ada", "the suite's own footing: {good}");
        for (what, token) in attacks(&given) {
            let request = client(None).post(format!("{}/graphql", server.url)).bearer_auth(&token).json(&json!({ "query": "{ __typename }" }));
            // A head of 200 kB is refused before anybody reads it, by a status or by hanging up.
            let Ok(answer) = request.send().await else {
                assert!(token.len() > 64 << 10, "{what}");
                continue;
            };
            let status = answer.status().as_u16();
            if status != 401 {
                assert!(matches!(status, 400 | 413 | 431) && token.len() > 64 << 10, "{what}: {status}");
                continue;
            }
            assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{what}");
            let answer: Value = answer.json().await.unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{what}: {answer}");
            assert!(answer.get("data").is_none(), "{what}");
        }
        for (what, token) in attacks(&given) {
            let heard = closed_with(server, json!({ "authorization": format!("Bearer {token}") })).await;
            assert!(matches!(heard, Heard::Closed(4403)), "{what}: {heard:?}");
        }
        // Two credentials say two things.
        let (ada, eve) = (format!("Bearer {}", given.token("ada")), format!("Bearer {}", given.token("eve")));
        assert_eq!(closed_with(server, json!({ "authorization": ada, "Authorization": eve })).await, Heard::Closed(4400));
        let request = client(None).post(format!("{}/graphql", server.url)).header("authorization", &ada).header("authorization", &eve);
        assert_eq!(request.json(&json!({ "query": "{ __typename }" })).send().await.unwrap().status(), 401);
        // Nobody became known by any of it, and no token stands in the log.
        let accounts = server.data("{ accounts { nodes { subject } } }", json!({})).await;
        let known: Vec<&Value> = accounts["accounts"]["nodes"].as_array().unwrap().iter().map(|account| &account["subject"]).collect();
        assert_eq!(known, [&json!("ada"), &Value::Null], "{accounts}");
        let tokens: Vec<String> = attacks(&given).into_iter().map(|(_, token)| token).filter(|token| token.len() > 40).collect();
        let (_, said) = given.server.stop();
        for line in said {
            assert!(!tokens.iter().any(|token| line.contains(token.as_str())), "{line:.200}");
        }
    }
}

#[test]
fn the_suite_is_the_one_that_the_security_page_tells_of() {
    let page = std::fs::read_to_string(root().join("SECURITY.md")).unwrap();
    assert!(
        page.contains("sign_in/attacks.rs"),
        "SECURITY.md names where forged tokens are tried"
    );
}
