//! The footing of the tests, tested where it could deceive.

use std::panic::catch_unwind;
use std::sync::mpsc::channel;

use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::golden::redact;
use tests::source::Source;
use tests::{Backend, Database, run};

tests::on_each_database! {
    async fn databases_share_nothing(database: Database) {
        let other = Database::create(database.backend).await.unwrap();
        for url in [&database.url, &other.url] {
            let connection = sea_orm::Database::connect(url).await.unwrap();
            // Refused if the table were there already.
            connection.execute_unprepared("CREATE TABLE kept (here INTEGER)").await.unwrap();
            connection.close().await.unwrap();
        }
        other.remove().await;
    }

    async fn a_failed_test_leaves_no_database(database: Database) {
        let (tell, told) = channel();
        let backend = database.backend;
        let failing = move || run(backend, move |inner: Database| async move {
            tell.send(inner.url).unwrap();
            panic!("meant to fail");
        });
        let outcome = std::thread::spawn(|| catch_unwind(failing)).join().unwrap();
        assert!(outcome.is_err(), "the failure is passed on");
        let url = told.recv().unwrap().replace("mode=rwc", "mode=rw");
        assert!(sea_orm::Database::connect(url).await.is_err(), "the database is gone");
    }
}

#[test]
fn a_test_on_sqlite_always_runs() {
    let (tell, told) = channel();
    run(Backend::Sqlite, move |_: Database| async move {
        tell.send(()).unwrap()
    });
    assert!(told.recv().is_ok());
}

#[test]
fn redacting_keeps_which_id_is_which() {
    let answer = json!({
        "project": { "id": "UHJvamVjdDox", "createdAt": "2026-11-21T10:00:00Z", "startDate": "2019-04-01" },
        "edges": [{ "cursor": "abc", "node": { "id": "UHJvamVjdDox" } }],
    });
    let expected = json!({
        "edges": [{ "cursor": "[id 1]", "node": { "id": "[id 2]" } }],
        "project": { "id": "[id 2]", "createdAt": "[time]", "startDate": "2019-04-01" },
    });
    assert_eq!(redact(&answer), expected);
}

#[test]
fn source_is_read_without_its_comments_and_texts() {
    let text = r##"/* a /* b */ c */ fn f<'a>(x: &'a str) -> char { r#"d " e"#; "g\"h"; b'i'; '\''; 'j' } // k
use r#type::m;"##;
    let source = Source::parse("api/src/lib.rs", text);
    let words: Vec<&str> = source.tokens.iter().map(|token| token.text.as_str()).collect();
    let expected = "fn f < ' a > ( x : & ' a str ) - > char { ; ; b ; ; } use type :: m ;";
    assert_eq!(words.join(" "), expected);
    assert_eq!(source.tokens.last().unwrap().line, 2);
}

#[test]
fn paths_are_read_out_of_nested_imports() {
    let source = Source::parse(
        "api/src/store/project.rs",
        "use crate::{a::{b, c as d}, e}; use super::f::*; self::g();",
    );
    let paths: Vec<String> = source
        .own_paths()
        .into_iter()
        .map(|(path, _)| path.join("::"))
        .collect();
    assert_eq!(paths, ["a::b", "a::c", "e", "store::f", "store::project::g"]);
}
