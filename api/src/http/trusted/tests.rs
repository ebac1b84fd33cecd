use serde_json::{Value, json};
use uuid::Uuid;

use super::super::parameters;
use super::*;

const LIST: &str = "query List { hello }";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read(manifest: &Value) -> Result<TrustedDocuments, String> {
    let folder = folder(&[("manifest.json", &manifest.to_string())]);
    let file = folder.path().join("manifest.json");
    TrustedDocuments::read(&file, &Limits::default()).map_err(|error| format!("{error:#}"))
}

fn settings(only: bool) -> DocumentSettings {
    DocumentSettings {
        trusted: Some(read(&json!({ "list": LIST })).unwrap()),
        only,
    }
}

/// The text that is run, or the code and the message of the refusal.
fn settled(asked: Value, settings: &DocumentSettings, viewer: &Viewer) -> Result<String, String> {
    let asked = parameters::from_value(asked).unwrap();
    let code = |failure: Failure| {
        let told = failure
            .error
            .extensions
            .as_ref()
            .and_then(|told| told.get("code").cloned());
        format!("{} {}", told.unwrap(), failure.error.message)
    };
    asked
        .settled(settings, viewer)
        .map(|request| request.query)
        .map_err(code)
}

#[test]
fn manifests_of_every_kind_are_read() {
    let apollo = json!({ "format": "apollo-persisted-query-manifest", "version": 1,
        "operations": [{ "id": hash(LIST), "body": LIST, "name": "List", "type": "query" }] });
    for manifest in [
        json!({ "list": LIST }),
        json!({ format!("sha256:{}", hash(LIST)): LIST }),
        apollo,
    ] {
        let trusted = read(&manifest).unwrap();
        assert_eq!(
            trusted.text(&hash(LIST)).map(|text| &**text),
            Some(LIST),
            "{manifest}"
        );
        assert_eq!(
            trusted
                .text(&format!("sha256:{}", hash(LIST)))
                .map(|text| &**text),
            Some(LIST)
        );
    }
    let folder = folder(&[("list.graphql", LIST), ("notes.txt", "not one")]);
    let trusted = TrustedDocuments::read(folder.path(), &Limits::default()).unwrap();
    assert_eq!(trusted.text("list").map(|text| &**text), Some(LIST));
    assert!(trusted.text("notes").is_none());
}

#[test]
fn a_manifest_with_a_mistake_is_named_and_refused() {
    for (manifest, expected) in [
        (json!([]), "manifest"),
        (json!({ "list": 7 }), "manifest"),
        (json!({}), "no trusted document"),
        (
            json!({ "broken": "{ hello" }),
            "the document broken: syntax error",
        ),
        (
            json!({ "two": "query A { a } query B { b }" }),
            "the document two",
        ),
        (
            json!({ "deep": format!("{}a{}", "{a".repeat(30), "}".repeat(30)) }),
            "the document deep",
        ),
        (json!({ "a".repeat(64): LIST }), "another text"),
    ] {
        let error = read(&manifest).unwrap_err();
        assert!(error.contains(expected), "{manifest}: {error}");
    }
    let missing = TrustedDocuments::read(Path::new("no such file"), &Limits::default()).unwrap_err();
    assert!(format!("{missing:#}").contains("no such file"), "{missing:#}");
}

#[test]
fn a_name_stands_for_its_document() {
    let (settings, public) = (settings(false), Viewer::public());
    let persisted = |hash: String| json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    for asked in [
        json!({ "documentId": "list" }),
        json!({ "documentId": format!("sha256:{}", hash(LIST)) }),
        json!({ "extensions": persisted(hash(LIST)) }),
        json!({ "extensions": persisted(hash(LIST)), "query": LIST }),
    ] {
        assert_eq!(
            settled(asked.clone(), &settings, &public).as_deref(),
            Ok(LIST),
            "{asked}"
        );
    }
    for (asked, code) in [
        (json!({ "documentId": "other" }), "PERSISTED_QUERY_NOT_FOUND"),
        (
            json!({ "extensions": persisted("0".repeat(64)) }),
            "PERSISTED_QUERY_NOT_FOUND",
        ),
        (
            json!({ "documentId": "list", "query": "{ other }" }),
            "BAD_USER_INPUT",
        ),
        (
            json!({ "extensions": persisted(hash(LIST)), "query": "{ other }" }),
            "BAD_USER_INPUT",
        ),
        (
            json!({ "extensions": persisted("0".repeat(64)), "query": "{ other }" }),
            "BAD_USER_INPUT",
        ),
    ] {
        let refusal = settled(asked.clone(), &settings, &public).unwrap_err();
        assert!(refusal.contains(code), "{asked}: {refusal}");
    }
    // One that is not known but rightly hashed is run as if its hash had not been sent, and not remembered.
    let other = "{ other }";
    let sent = json!({ "extensions": persisted(hash(other)), "query": other });
    assert_eq!(settled(sent, &settings, &public).as_deref(), Ok(other));
    let named = json!({ "extensions": persisted(hash(other)) });
    assert!(settled(named.clone(), &settings, &public).is_err());
    let refusal = settled(named, &DocumentSettings::default(), &public).unwrap_err();
    assert!(
        refusal.contains("PERSISTED_QUERY_NOT_SUPPORTED") && refusal.ends_with("PersistedQueryNotSupported"),
        "{refusal}"
    );
}

#[test]
fn strangers_may_be_kept_to_what_is_known() {
    let (only, public) = (settings(true), Viewer::public());
    let known = Viewer::known(Uuid::nil(), "Ada", Vec::new());
    for asked in [json!({ "documentId": "list" }), json!({ "query": LIST })] {
        assert_eq!(settled(asked, &only, &public).as_deref(), Ok(LIST));
    }
    let other = json!({ "query": "{ other }" });
    assert!(
        settled(other.clone(), &only, &public)
            .unwrap_err()
            .contains("UNAUTHENTICATED")
    );
    assert_eq!(settled(other.clone(), &only, &known).as_deref(), Ok("{ other }"));
    assert_eq!(
        settled(other, &settings(false), &public).as_deref(),
        Ok("{ other }")
    );
}
