use super::*;
use crate::survey::DIGITAL_JOURNEY;

fn told(text: &str) -> Vec<String> {
    let errors = read(text).unwrap_err();
    errors
        .iter()
        .map(|error| format!("{:?} {}", error.code, error.path.join(".")))
        .collect()
}

#[test]
fn the_set_that_ships_is_right() {
    let set = read(DIGITAL_JOURNEY).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert!(set.questions.len() >= 7);
    assert!(set.questions.iter().any(|question| question.projects().is_some()));
    assert!(set.questions.iter().any(|question| question.confidential));
}

#[test]
fn every_slip_is_told_by_its_path() {
    let text = r#"{"title": "", "qestions": [], "questions": [
        {"id": "A", "kind": "YES_NO", "text": "?"},
        {"id": "b", "kind": "PICK", "text": "?"},
        {"id": "c", "kind": "SINGLE", "text": "?", "options": [{"id": "x", "text": "X"}, {"id": "x", "text": ""}]},
        {"id": "c", "kind": "MONEY", "text": "?", "currencies": ["XXX", "GBP"], "min": 5, "max": 1},
        {"id": "d", "kind": "SCALE", "text": "?", "min": 5, "max": 1, "required": "yes"},
        {"id": "e", "kind": "DATE", "text": "?", "earliest": "soon", "askIf": {"question": "later", "is": "YES"}},
        {"id": "f", "kind": "NUMBER", "text": 7, "options": [], "askIf": {"question": "c", "is": "z"}},
        {"id": "g", "kind": "PROJECTS", "text": "?", "confidential": true, "fields": ["summary", "colour"], "requiredFields": ["budget"]},
        {"kind": "MULTIPLE", "text": "?"}
    ]}"#;
    let found = told(text);
    for expected in [
        "Invalid qestions",
        "Required title",
        "Invalid questions.0.id",
        "NotFound questions.1.kind",
        "Duplicate questions.2.options.1.id",
        "Required questions.2.options.1.text",
        "Duplicate questions.3.id",
        "NotFound questions.3.currencies.0",
        "OutOfRange questions.3.max",
        "OutOfRange questions.4.max",
        "Invalid questions.4.required",
        "Invalid questions.5.earliest",
        "NotFound questions.5.askIf.question",
        "Invalid questions.6.text",
        "Invalid questions.6.options",
        "NotFound questions.6.askIf.anyOf",
        "Conflict questions.7.confidential",
        "NotFound questions.7.fields.1",
        "Conflict questions.7.requiredFields",
        "Required questions.8.id",
        "Required questions.8.options",
    ] {
        assert!(
            found.iter().any(|line| line == expected),
            "{expected} is not among {found:#?}"
        );
    }
}

#[test]
fn what_is_no_question_set_is_refused() {
    for text in [
        "",
        "[]",
        "7",
        "{",
        "{\"title\": \"x\"}",
        "null",
        "{\"title\": \"x\", \"questions\": 7}",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(told(&" ".repeat(600_000)), ["TooLong "]);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(
        read(&deep).is_err(),
        "a file nested without end is refused and harms nobody"
    );
}
