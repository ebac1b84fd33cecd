//! The footing of the tests, tested where it could deceive.

use serde_json::json;
use tests::golden::redact;
use tests::source::Source;

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
