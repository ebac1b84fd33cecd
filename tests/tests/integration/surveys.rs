//! Surveys: what is asked, of whom, and what becomes of the answers.

mod answers;
mod browser;
mod bulk;
mod form;
mod projects;
mod reminders;
mod results;
mod running;
mod succession;

use serde_json::{Value, json};
use tandem::access::{Grant, Role, Viewer};
use tests::Inside;

/// A short set with every sort of condition that the tests want.
pub(crate) const SHORT: &str = r#"{"title": "Short", "questions": [
    {"id": "started", "kind": "YES_NO", "text": "Started?", "required": true},
    {"id": "why", "kind": "SINGLE", "text": "Why not?", "askIf": {"question": "started", "is": "NO"},
     "options": [{"id": "money", "text": "Money"}, {"id": "people", "text": "People"}]},
    {"id": "spend", "kind": "MONEY", "text": "How much?", "confidential": true},
    {"id": "staff", "kind": "NUMBER", "text": "Staff?", "min": 0, "max": 1000},
    {"id": "winning", "kind": "LONG_TEXT", "text": "Winning with?", "maxLength": 100},
    {"id": "projects", "kind": "PROJECTS", "text": "Projects?", "requiredFields": ["summary"], "maxItems": 5}
]}"#;

pub(crate) const SAVE: &str = "mutation ($input: SaveSurveyAnswersInput!) { saveSurveyAnswers(input: $input) {
    errors { code message path } conflicts { question storedBy revision
      stored { yes choice number text money { amount currency } } yours { yes choice number text money { amount currency } } }
    response { state version answers { question revision answeredBy answer { yes choice number text money { amount } projects { key title } } } } } }";
pub(crate) const SUBMIT: &str = "mutation ($input: SubmitSurveyResponseInput!) { submitSurveyResponse(input: $input) {
    errors { code message path } conflicts { question } overlaps { key title authorities projects { title lead { name } } }
    response { id state version submissions { version decision remarks answers { question } }
      answers { question revision answer { projects { key project title } } } } } }";
pub(crate) const READ: &str = "query ($token: String!) { surveyResponse(token: $token) { id state version
    answers { question revision answer { yes choice number text money { amount currency } projects { key project title } } }
    prefilled { question source answer { yes choice text number money { amount currency } projects { key project title summary partners } } }
    proposals { key score project { id title } } } }";

/// Somebody who runs surveys.
pub(crate) fn operator() -> Viewer {
    Viewer::operator()
}

pub(crate) fn holding(role: Role, organisation: Option<&str>) -> Viewer {
    let organisation = organisation.map(|id| tandem::graphql::id::decode(id).unwrap().1);
    Viewer::known(uuid::Uuid::now_v7(), "Ada", vec![Grant { role, organisation }])
}

/// The `data` of the one field that a request asks for, which must be answered without errors.
pub(crate) async fn ask(inside: &Inside, viewer: &Viewer, query: &str, variables: Value) -> Value {
    let answer = inside.ask(viewer, query, variables.clone()).await;
    assert!(
        answer.get("errors").is_none(),
        "{query}\n{variables:#}\nanswered {answer:#}"
    );
    answer["data"]
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap()
        .clone()
}

pub(crate) async fn run(inside: &Inside, query: &str, input: Value) -> Value {
    let payload = ask(inside, &operator(), query, json!({ "input": input })).await;
    assert_eq!(payload["errors"], json!([]), "{query}");
    payload
}

/// A survey with a published question set: the ids of both.
pub(crate) async fn survey(inside: &Inside, definition: &str) -> (String, String) {
    let made = run(
        inside,
        "mutation ($input: CreateSurveyInput!) { createSurvey(input: $input) { errors { code message path }
            survey { id questionSets { id revision } } } }",
        json!({ "definition": definition }),
    )
    .await;
    let set = made["survey"]["questionSets"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    run(
        inside,
        "mutation ($input: PublishQuestionSetInput!) { publishQuestionSet(input: $input) { errors { message } questionSet { id } } }",
        json!({ "id": set }),
    )
    .await;
    (made["survey"]["id"].as_str().unwrap().to_owned(), set)
}

/// A round that is open for a year.
pub(crate) async fn wave(inside: &Inside, set: &str, name: &str, opens_at: &str) -> String {
    let made = run(
        inside,
        "mutation ($input: CreateSurveyWaveInput!) { createSurveyWave(input: $input) { errors { code message path } wave { id } } }",
        json!({ "questionSet": set, "name": name, "opensAt": opens_at, "closesAt": "2099-01-01T00:00:00Z" }),
    )
    .await;
    made["wave"]["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn close(inside: &Inside, wave: &str) {
    run(
        inside,
        "mutation ($input: ChangeSurveyWaveInput!) { changeSurveyWave(input: $input) { errors { code message path } wave { id } } }",
        json!({ "id": wave, "closesAt": "2026-01-01T00:00:00Z" }),
    )
    .await;
}

pub(crate) async fn authority(inside: &Inside, code: &str) -> String {
    let query = "query ($code: String!) { authority(code: $code) { id } }";
    ask(inside, &operator(), query, json!({ "code": code })).await["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(crate) const INVITE: &str =
    "mutation ($input: InviteToSurveyInput!) { inviteToSurvey(input: $input) { errors { code message path }
    links { token path invitation { id recipient state expiresAt authority { name } } } } }";

/// The secrets of the links of authorities, by their codes; each is told to somebody called by the code.
pub(crate) async fn invite(inside: &Inside, wave: &str, codes: &[&str]) -> Vec<String> {
    let mut invitations = Vec::new();
    for code in codes {
        invitations.push(
            json!({ "authority": authority(inside, code).await, "recipient": format!("officer of {code}") }),
        );
    }
    let made = run(
        inside,
        INVITE,
        json!({ "wave": wave, "invitations": invitations }),
    )
    .await;
    let links = made["links"].as_array().unwrap().iter();
    links
        .map(|link| link["token"].as_str().unwrap().to_owned())
        .collect()
}

/// What the public does with a request.
pub(crate) async fn answer(inside: &Inside, query: &str, input: Value) -> Value {
    ask(inside, &Viewer::public(), query, json!({ "input": input })).await
}

pub(crate) fn mistakes(payload: &Value) -> Vec<String> {
    crate::drafts::mistakes(payload)
}

/// The short survey, open, with links for two officers of Leeds and one of Bristol.
pub(crate) async fn open(inside: &Inside) -> (String, Vec<String>) {
    let (_, set) = survey(inside, SHORT).await;
    let wave = wave(inside, &set, "Spring", "2026-01-01T00:00:00Z").await;
    let tokens = invite(inside, &wave, &["LDS", "LDS", "BST"]).await;
    (wave, tokens)
}
