use super::*;
use crate::exchange::record::Amount;
use crate::survey::definition::read;

fn set() -> QuestionSet {
    read(
        r#"{"title": "Test", "questions": [
            {"id": "started", "kind": "YES_NO", "text": "Started?", "required": true},
            {"id": "why", "kind": "SINGLE", "text": "Why?", "required": true,
             "askIf": {"question": "started", "is": "NO"}, "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]},
            {"id": "more", "kind": "SHORT_TEXT", "text": "More?", "maxLength": 5, "askIf": {"question": "why", "is": "b"}},
            {"id": "staff", "kind": "NUMBER", "text": "Staff?", "min": 0, "max": 10},
            {"id": "spend", "kind": "MONEY", "text": "Spend?", "max": 1000},
            {"id": "mood", "kind": "SCALE", "text": "Mood?"},
            {"id": "day", "kind": "DATE", "text": "When?", "earliest": "2026-01-01"},
            {"id": "who", "kind": "ORGANISATION", "text": "Who?"},
            {"id": "many", "kind": "MULTIPLE", "text": "Many?", "maxChoices": 1, "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]},
            {"id": "projects", "kind": "PROJECTS", "text": "Projects?", "maxItems": 2, "requiredFields": ["summary"]}
        ]}"#,
    )
    .unwrap()
}

fn told(errors: &[UserError]) -> Vec<String> {
    errors
        .iter()
        .map(|error| format!("{:?} {}", error.code, error.path.join(".")))
        .collect()
}

fn answers(list: &[(&str, Answer)]) -> Answers {
    list.iter()
        .map(|(id, answer)| ((*id).to_owned(), answer.clone()))
        .collect()
}

fn nobody(_: &str) -> Option<(UserErrorCode, String)> {
    Some((UserErrorCode::NotFound, "nobody is known by that name".to_owned()))
}

fn pounds(minor: i64, currency: &str) -> Answer {
    Answer::Money(Amount {
        minor,
        currency: currency.to_owned(),
    })
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let project = |id: &str, title: &str| ProjectItem {
        id: id.to_owned(),
        title: title.to_owned(),
        partners: vec!["Nobody".to_owned()],
        ..ProjectItem::default()
    };
    let wrong = answers(&[
        ("started", Answer::YesNo(false)),
        ("why", Answer::Choice("z".to_owned())),
        ("staff", Answer::Number(1.5)),
        ("spend", pounds(100, "EUR")),
        ("mood", Answer::Number(6.0)),
        ("day", Answer::Date("2025-12-31".parse().unwrap())),
        ("who", Answer::Organisation("Nobody".to_owned())),
        ("many", Answer::Choices(vec!["a".to_owned(), "a".to_owned()])),
        (
            "projects",
            Answer::Projects(vec![project("1", ""), project("1", "B"), project("2", "C")]),
        ),
    ]);
    assert_eq!(
        told(&complete(&set(), &wrong, &nobody)),
        [
            "NotFound answers.why.0",
            "Invalid answers.staff",
            "Invalid answers.spend.currency",
            "OutOfRange answers.mood",
            "OutOfRange answers.day",
            "NotFound answers.who",
            "Duplicate answers.many.1",
            "TooLong answers.many",
            "OutOfRange answers.projects.projects",
            "Required answers.projects.projects.0.title",
            "Required answers.projects.projects.0.summary",
            "NotFound answers.projects.projects.0.partners.0",
            "Duplicate answers.projects.projects.1.id",
            "Required answers.projects.projects.1.summary",
            "NotFound answers.projects.projects.1.partners.0",
            "Required answers.projects.projects.2.summary",
            "NotFound answers.projects.projects.2.partners.0",
        ]
    );
    assert_eq!(
        told(&complete(&set(), &Answers::new(), &nobody)),
        ["Required answers.started"]
    );
    let right = answers(&[
        ("started", Answer::YesNo(true)),
        ("staff", Answer::Number(10.0)),
        ("spend", pounds(100_000, "GBP")),
    ]);
    assert_eq!(complete(&set(), &right, &nobody), []);
    let beyond = answers(&[
        ("started", Answer::YesNo(true)),
        ("spend", pounds(100_001, "GBP")),
    ]);
    assert_eq!(
        told(&complete(&set(), &beyond, &nobody)),
        ["OutOfRange answers.spend"]
    );
}

#[test]
fn what_is_not_asked_is_not_needed_and_not_submitted() {
    let set = set();
    let all = answers(&[
        ("started", Answer::YesNo(true)),
        ("why", Answer::Choice("b".to_owned())),
        ("more", Answer::Text("words".to_owned())),
    ]);
    assert_eq!(complete(&set, &all, &nobody), []);
    assert_eq!(
        asked(&set, &all).into_keys().collect::<Vec<_>>(),
        ["started"],
        "the chain of conditions is followed"
    );
}

#[test]
fn a_draft_keeps_what_can_be_kept_and_refuses_the_rest_by_place() {
    let set = set();
    let sent = [
        ("started".to_owned(), Some(Answer::Text("yes".to_owned()))),
        ("nothing".to_owned(), Some(Answer::YesNo(true))),
        ("more".to_owned(), Some(Answer::Text("x".to_owned()))),
        ("staff".to_owned(), Some(Answer::Number(99.0))),
        ("staff".to_owned(), None),
        ("who".to_owned(), Some(Answer::Organisation("a\0".to_owned()))),
        (
            "projects".to_owned(),
            Some(Answer::Projects(vec![ProjectItem::default(); 51])),
        ),
    ];
    assert_eq!(
        told(&keepable(&set, &Answers::new(), &sent)),
        [
            "Invalid answers.0",
            "NotFound answers.1.question",
            "Conflict answers.2.question",
            "Duplicate answers.4.question",
            "Invalid answers.5.organisation",
            "TooLong answers.6.projects",
        ],
        "99 is out of its range, but a draft keeps it"
    );
    let long = [("more".to_owned(), Some(Answer::Text("x".repeat(10_000_000))))];
    let stored = answers(&[
        ("started", Answer::YesNo(false)),
        ("why", Answer::Choice("b".to_owned())),
    ]);
    assert_eq!(told(&keepable(&set, &stored, &long)), ["TooLong answers.0.text"]);
}
