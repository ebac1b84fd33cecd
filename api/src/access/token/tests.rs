use chrono::TimeDelta;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;

use super::*;
use crate::issuer::Signer;

const ISSUER: &str = "https://issuer.example";

/// A key of 2,048 bits and what its owner, whose private key is not kept anywhere, signed with it: the person `ada`, until
/// the year 2100.
const RSA: (&str, &str) = (
    "q32OlBlJec4QUqDNYmtE7E_i8JvQt7SrSPy5ufxttTXxIvCTZSN_lDFM3PerHMlbtoTW-krABM1l6bReK0F7Bh25tdGu7VIzpist\
    qGuVYI1rZHMm5C6SXFCbFjgW17gYgeEqZxdMfc-ivKwr8pdaTBzaf6aOlk3fk17YC4BCzxQTLp3HYoPYFjgk-FF86wKuPy5oThIW\
    AhyPFeCcJ-QoAHJ_ig5q0tBeI8sRFFNZr7z1S7v1HsSQB05Zp02Lwpt9Fio8n7T0CY9XRfhgL6TARrCuKzUGbXa1gejwJUy73MPl\
    b84Ka3K3FeDIkXl6E9QC8Rzfqj0uXNQkokcxm0hbnw",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXV\
    kIjoidGFuZGVtIiwic3ViIjoiYWRhIiwiZXhwIjo0MTAyNDQ0ODAwfQ.p9b8DfEONc4jvnNyO0-0zJMCwyMl1UhQC2QhlXNenUzO\
    7DQ0t_sl0qAPOIDRjH2GGvd4rFlBA65Bv6trgfFpAqXCQF6ouPh0bu82briU-zJf7HBBFeC2j_VO8TuTJjgwzaxy-Xavyp8dZ8XQ\
    rw1BZmRZQlYouWjic5P22rnCs6bYhThE0osQ8SzA3ck0j4YTHWGcX1xDa4JBzTMtcgH-X0qgWbtOPc3nxS0XRQpGNy8x3EzAIBcR\
    MicyBxd-Xvmo5IJJsAtL1D2Rm-OSH3d-Smgek1TB5pQ95uNgBSYCChdHwEMhgkg-TyrdDVMkw_BlvwbCzPc-HhUXKeIgrja2Hw",
);

/// The same with a key of 1,024 bits.
const SHORT_RSA: (&str, &str) = (
    "pwV0iMq1sQKYGm1FyBnIQnp2YUvFrZWvvHzOC4cMD5jHiMmQrLMq837Y3vPbnLKY-9631yhoLDX43e1qRIQn8BHl-xU0tzB5icah\
    4feXTMQaUd9-W--fs8hxXNvRFcl8DGKfJ4_4qwDaS4TP7sktEN1JDRiDkn0SNlzCG2-zzeM",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXV\
    kIjoidGFuZGVtIiwic3ViIjoiYWRhIiwiZXhwIjo0MTAyNDQ0ODAwfQ.YMVDPQSYMv82t4Ea1cJNBWcFkEUqCUySg9Kq8el_7mPA\
    3depLPwkeBXEtUcUWuHxWbGVer7ewuqilQ0b5JLFHcr9CSLBN5AiqvqaoeDkJ32TUsFnuSXr5n2UVTCjfKbLzuqbPTfgdvbo_KBG\
    5umfd73GhpN1st7YDNbDiPVvaSM",
);

fn expected() -> Expected {
    Expected {
        issuer: ISSUER.to_owned(),
        audience: "tandem".to_owned(),
        leeway: Duration::from_secs(30),
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "tandem", "sub": "ada", "exp": now().timestamp() + 600, "name": "Ada Lovelace" })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn signer() -> Signer {
    Signer::of_seed([7; 32]).unwrap()
}

fn keys(keys: &[Value]) -> KeySet {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn taken(token: &str) -> Result<Person, BadToken> {
    read(token, &keys(&[signer().public_key()]), &expected(), now())
}

fn part(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn rsa(modulus: &str) -> Value {
    json!({ "kty": "RSA", "kid": "rsa", "n": modulus, "e": "AQAB" })
}

#[test]
fn a_good_token_tells_who_it_is() {
    let mut claims = with("email", json!("Ada@Leeds.Example"));
    claims["email_verified"] = json!(true);
    let person = taken(&signer().token(&claims)).unwrap();
    assert_eq!(
        person,
        Person {
            issuer: ISSUER.to_owned(),
            subject: "ada".to_owned(),
            name: "Ada Lovelace".to_owned(),
            email: Some("ada@leeds.example".to_owned()),
            until: now() + TimeDelta::seconds(630),
        }
    );
    for (name, value) in [
        ("aud", json!(["other", "tandem"])),
        ("nbf", json!(now().timestamp() + 29)),
        ("iat", json!(1_799_999_999.75)),
        ("exp", json!(now().timestamp() - 29)),
    ] {
        assert!(
            taken(&signer().token(&with(name, value.clone()))).is_ok(),
            "{name}: {value}"
        );
    }
}

#[test]
fn an_address_that_nobody_verified_is_no_address() {
    for verified in [json!(null), json!(false), json!("true"), json!(1)] {
        let mut claims = with("email", json!("ada@leeds.example"));
        claims["email_verified"] = verified;
        assert_eq!(taken(&signer().token(&claims)).unwrap().email, None);
    }
}

#[test]
fn names_are_cut_and_plain() {
    let name = |value: Value| taken(&signer().token(&with("name", value))).unwrap().name;
    assert_eq!(name(json!("x".repeat(5_000))).len(), 200);
    assert_eq!(name(json!(" A\u{1b}[31mda\n")), "A[31mda");
    assert_eq!(name(json!(7)), "ada");
    assert_eq!(name(json!("")), "ada");
}

#[test]
fn claims_that_do_not_fit_are_refused() {
    let at = |seconds: i64| json!(now().timestamp() + seconds);
    let cases = [
        ("iss", json!("https://evil.example"), BadToken::Issuer),
        ("iss", json!("https://issuer.example/"), BadToken::Issuer),
        ("iss", json!(null), BadToken::Malformed),
        ("aud", json!("other"), BadToken::Audience),
        ("aud", json!([]), BadToken::Audience),
        ("aud", json!("Tandem"), BadToken::Audience),
        ("aud", json!({ "tandem": true }), BadToken::Malformed),
        ("exp", at(-31), BadToken::Expired),
        ("exp", json!(0), BadToken::Expired),
        ("exp", json!(null), BadToken::Malformed),
        ("exp", json!("4102444800"), BadToken::Malformed),
        ("exp", json!(1e300), BadToken::Malformed),
        ("nbf", at(31), BadToken::Early),
        ("nbf", json!("now"), BadToken::Malformed),
        ("nbf", json!(1e18), BadToken::Malformed),
        ("iat", at(31), BadToken::Early),
        ("sub", json!(""), BadToken::Malformed),
        ("sub", json!(" "), BadToken::Malformed),
        ("sub", json!("a\nb"), BadToken::Malformed),
        ("sub", json!("x".repeat(256)), BadToken::Malformed),
        ("sub", json!(["ada"]), BadToken::Malformed),
    ];
    for (name, value, reason) in cases {
        let token = signer().token(&with(name, value.clone()));
        assert_eq!(taken(&token), Err(reason), "{name}: {value}");
    }
    let mut missing = claims();
    missing.as_object_mut().unwrap().remove("exp");
    assert_eq!(taken(&signer().token(&missing)), Err(BadToken::Malformed));
}

#[test]
fn a_token_without_a_good_signature_is_refused() {
    let good = signer().token(&claims());
    let (text, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = text.split_once('.').unwrap();
    let other = Signer::of_seed([8; 32]).unwrap();
    let named_alike = other.signed(&json!({ "alg": "EdDSA", "kid": signer().name() }), &claims());
    let cases = [
        (named_alike, BadToken::Signature),
        (other.token(&claims()), BadToken::UnknownKey),
        (format!("{text}."), BadToken::Signature),
        (
            format!(
                "{header}.{}.{signature}",
                part(&with("sub", json!("eve")).to_string())
            ),
            BadToken::Signature,
        ),
        (text.to_owned(), BadToken::Malformed),
        (format!("{good}."), BadToken::Malformed),
        (format!("{good}.{signature}"), BadToken::Malformed),
        (format!("{good}="), BadToken::Malformed),
        (format!(" {good}"), BadToken::Malformed),
        (String::new(), BadToken::Malformed),
        ("..".to_owned(), BadToken::Malformed),
    ];
    for (token, reason) in cases {
        assert_eq!(taken(&token), Err(reason), "{token}");
    }
}

#[test]
fn no_algorithm_but_the_three_is_known() {
    for algorithm in [
        "none", "None", "NONE", "nOnE", "HS256", "HS512", "RS384", "PS256", "ES512", "ES256K", "", "eddsa",
        "Ed25519",
    ] {
        let header = json!({ "alg": algorithm, "kid": signer().name() });
        let unsigned = format!("{}.{}.", part(&header.to_string()), part(&claims().to_string()));
        assert_eq!(taken(&unsigned), Err(BadToken::Algorithm), "{algorithm}");
        assert_eq!(
            taken(&signer().signed(&header, &claims())),
            Err(BadToken::Algorithm),
            "{algorithm}"
        );
    }
}

#[test]
fn a_public_key_is_never_taken_for_a_shared_secret() {
    let jwk = signer().public_key();
    let point = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    for secret in [
        point.as_slice(),
        jwk["x"].as_str().unwrap().as_bytes(),
        jwk.to_string().as_bytes(),
    ] {
        for algorithm in ["HS256", "EdDSA", "ES256", "RS256"] {
            let header = json!({ "alg": algorithm, "kid": signer().name() });
            let text = format!("{}.{}", part(&header.to_string()), part(&claims().to_string()));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
            let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag));
            assert!(taken(&token).is_err(), "{algorithm}");
        }
    }
}

#[test]
fn a_key_serves_its_own_family_only() {
    // The name is right and the signature too, but the header says another algorithm.
    for algorithm in ["RS256", "ES256"] {
        let header = json!({ "alg": algorithm, "kid": signer().name() });
        assert_eq!(
            taken(&signer().signed(&header, &claims())),
            Err(BadToken::UnknownKey)
        );
    }
    // The key says for what it is.
    let mut key = signer().public_key();
    for (member, value) in [
        ("use", json!("enc")),
        ("alg", json!("RS256")),
        ("key_ops", json!(["sign"])),
        ("crv", json!("Ed448")),
    ] {
        let before = key[member].take();
        key[member] = value;
        let set = json!({ "keys": [key] });
        assert_eq!(
            KeySet::read(set.to_string().as_bytes()).err(),
            Some(KeySetError::NoKey),
            "{member}"
        );
        key[member] = before;
    }
}

#[test]
fn what_a_token_says_of_keys_is_not_believed() {
    let evil = Signer::of_seed([8; 32]).unwrap();
    for (member, value) in [
        ("jwk", evil.public_key()),
        ("jku", json!("http://127.0.0.1:1/jwks.json")),
        ("x5u", json!("http://127.0.0.1:1/cert")),
        ("x5c", json!(["AAAA"])),
    ] {
        for name in [signer().name(), evil.name()] {
            let mut header = json!({ "alg": "EdDSA", "kid": name });
            header[member] = value.clone();
            assert!(taken(&evil.signed(&header, &claims())).is_err(), "{member}");
        }
    }
    for name in [
        "",
        "../../etc/passwd",
        "' OR 1=1 --",
        "key\u{0}",
        "*",
        &"k".repeat(4_000),
    ] {
        let header = json!({ "alg": "EdDSA", "kid": name });
        assert_eq!(
            taken(&signer().signed(&header, &claims())),
            Err(BadToken::UnknownKey),
            "{name:.20}"
        );
    }
}

#[test]
fn headers_that_ask_for_more_are_refused() {
    let header = |member: &str, value: Value| {
        let mut header = json!({ "alg": "EdDSA", "kid": signer().name() });
        header[member] = value;
        taken(&signer().signed(&header, &claims()))
    };
    assert_eq!(header("crit", json!(["b64"])), Err(BadToken::Critical));
    assert_eq!(header("crit", json!([])), Err(BadToken::Critical));
    assert_eq!(header("typ", json!("logout+jwt")), Err(BadToken::Malformed));
    assert_eq!(header("kid", json!(7)), Err(BadToken::Malformed));
    assert!(header("typ", json!("application/at+JWT")).is_ok());
    // One that has a member twice means one thing to one reader and another to the next.
    let twice = part(r#"{"alg":"none","alg":"EdDSA"}"#);
    assert_eq!(
        taken(&format!("{twice}.{}.", part(&claims().to_string()))),
        Err(BadToken::Malformed)
    );
}

#[test]
fn keys_of_all_three_families_are_taken() {
    let person = read(
        RSA.1,
        &keys(&[rsa(RSA.0), signer().public_key()]),
        &expected(),
        now(),
    )
    .unwrap();
    assert_eq!((person.subject.as_str(), person.name.as_str()), ("ada", "ada"));
    let document =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        document.as_ref(),
        &SystemRandom::new(),
    )
    .unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) });
    let text = format!("{}.{}", part(r#"{"alg":"ES256"}"#), part(&claims().to_string()));
    let signature = pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert!(read(&token, &keys(std::slice::from_ref(&jwk)), &expected(), now()).is_ok());
    // Two keys fit and the token names none: it must.
    let mut second = jwk.clone();
    second["kid"] = json!("second");
    assert_eq!(
        read(&token, &keys(&[jwk, second]), &expected(), now()),
        Err(BadToken::UnknownKey)
    );
}

#[test]
fn short_keys_are_none() {
    let set = json!({ "keys": [rsa(SHORT_RSA.0)] });
    assert_eq!(
        KeySet::read(set.to_string().as_bytes()).err(),
        Some(KeySetError::NoKey)
    );
    let keys = keys(&[rsa(SHORT_RSA.0), signer().public_key()]);
    assert_eq!(
        read(SHORT_RSA.1, &keys, &expected(), now()),
        Err(BadToken::UnknownKey)
    );
}

#[test]
fn a_key_set_that_is_none_or_holds_a_secret_is_refused() {
    let cases = [
        (json!([]), KeySetError::Malformed),
        (json!({}), KeySetError::Malformed),
        (json!({ "keys": {} }), KeySetError::Malformed),
        (json!({ "keys": [] }), KeySetError::NoKey),
        (
            json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" }] }),
            KeySetError::NoKey,
        ),
        (
            json!({ "keys": [{ "kty": "oct", "k": "AAAA" }] }),
            KeySetError::Secret,
        ),
        (
            json!({ "keys": [{ "kty": "RSA", "n": RSA.0, "e": "AQAB", "d": "AAAA" }] }),
            KeySetError::Secret,
        ),
    ];
    for (set, reason) in cases {
        assert_eq!(
            KeySet::read(set.to_string().as_bytes()).err(),
            Some(reason),
            "{set}"
        );
    }
    assert_eq!(KeySet::read(b"<html>").err(), Some(KeySetError::Malformed));
}
