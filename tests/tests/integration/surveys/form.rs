//! The web form, as a browser sends and sees it.

use serde_json::{Value, json};
use tests::Server;
use tests::server::client;

use super::*;

/// The short survey on a real server: two links of Leeds.
pub(crate) async fn links(server: &Server) -> Vec<String> {
    let change = async |query: &str, input: Value| {
        let mut data = server.data(query, json!({ "input": input })).await;
        let payload = data.as_object_mut().unwrap().values_mut().next().unwrap().take();
        assert_eq!(payload["errors"], json!([]), "{query}");
        payload
    };
    let made = change("mutation ($input: CreateSurveyInput!) { createSurvey(input: $input) { errors { message path } survey { questionSets { id } } } }", json!({ "definition": SHORT })).await;
    let set = made["survey"]["questionSets"][0]["id"].clone();
    change("mutation ($input: PublishQuestionSetInput!) { publishQuestionSet(input: $input) { errors { message } } }", json!({ "id": set })).await;
    let wave = change("mutation ($input: CreateSurveyWaveInput!) { createSurveyWave(input: $input) { errors { message } wave { id } } }",
        json!({ "questionSet": set, "name": "Spring", "opensAt": "2026-01-01T00:00:00Z", "closesAt": "2099-01-01T00:00:00Z" })).await;
    let leeds = server
        .data("{ authority(code: \"LDS\") { id } }", json!({}))
        .await["authority"]["id"]
        .take();
    let invited = change(
        INVITE,
        json!({ "wave": wave["wave"]["id"], "invitations": [
        { "authority": leeds, "recipient": "Ada" }, { "authority": leeds, "recipient": "Grace" }] }),
    )
    .await;
    let told = invited["links"].as_array().unwrap().iter();
    told.map(|link| format!("{}{}", server.url, link["path"].as_str().unwrap()))
        .collect()
}

/// A visitor whose browser follows nobody anywhere by itself.
fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// Fields as a browser sends them.
fn form(fields: &[(&str, &str)]) -> String {
    let coded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", coded(name), coded(value)))
        .collect();
    pairs.join("&")
}

async fn send(url: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
    let request = browser()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form(fields));
    let answer = request.send().await.unwrap();
    let to = answer
        .headers()
        .get("location")
        .map(|value| value.to_str().unwrap().to_owned());
    (
        answer.status().as_u16(),
        to.unwrap_or_default(),
        answer.text().await.unwrap(),
    )
}

tests::on_each_database! {
    async fn the_page_needs_no_script_and_lets_none_in(server: Server) {
        let links = links(&server).await;
        let answer = browser().get(&links[0]).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
        assert_eq!((header("cache-control").as_str(), header("referrer-policy").as_str()), ("no-store", "no-referrer"));
        let page = answer.text().await.unwrap();
        assert!(page.contains("<legend>Started? <span class=\"needed\">(needed)</span></legend>"), "{page}");
        assert!(page.contains("Only if you answered “Started?” with No"));

        let (status, to, _) = send(&links[0], &[("q.started", "YES"), ("q.winning", "<script>alert(1)</script>"), ("action", "save")]).await;
        assert_eq!((status, to.ends_with("?saved")), (303, true));
        let page = browser().get(format!("{}?saved", links[1])).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("Saved.") && page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"), "the other officer sees it");
        assert!(page.contains("value=\"YES\" checked"));

        for (path, status) in [("/survey/nothing", 404), ("/survey/", 404)] {
            assert_eq!(client(None).get(format!("{}{path}", server.url)).send().await.unwrap().status(), status, "{path}");
        }
        let foreign = browser().post(&links[0]).header("content-type", "application/x-www-form-urlencoded").header("origin", "https://evil.example").body("action=save");
        assert_eq!(foreign.send().await.unwrap().status(), 403);
        let wrong = browser().post(&links[0]).header("content-type", "application/json").body("{}");
        assert_eq!(wrong.send().await.unwrap().status(), 415);
        let long = browser().post(&links[0]).header("content-type", "application/x-www-form-urlencoded").body(format!("q.winning={}", "x".repeat(10_000_000)));
        assert_eq!(long.send().await.unwrap().status(), 413);
        let (_, said) = server.stop();
        let secret = links[0].rsplit('/').next().unwrap();
        assert!(!said.iter().any(|line| line.contains(secret)), "no log tells a secret");
        assert!(said.iter().any(|line| line.contains("/survey/")), "{said:?}");
    }

    async fn two_officers_see_what_the_other_wrote_and_lose_nothing(server: Server) {
        let links = links(&server).await;
        send(&links[0], &[("q.started", "YES"), ("q.staff", "5"), ("action", "save")]).await;
        // Grace has the page from before: what she did not touch stays, what both wrote is shown twice.
        let (status, _, page) = send(&links[1], &[("q.started", ""), ("q.staff", "6"), ("q.winning", "Sensors"), ("r.staff", "0"),
            ("o.started", &mark("")), ("o.staff", &mark("")), ("o.winning", &mark("")), ("action", "save")]).await;
        assert_eq!(status, 422);
        assert!(page.contains("A colleague (Ada) answered “5” meanwhile") && page.contains("value=\"6\""), "{page}");
        assert!(page.contains("name=\"r.staff\" value=\"1\""), "saved again, it is seen");
        let read = async || {
            let token = links[0].rsplit('/').next().unwrap();
            let data = server.data(READ, json!({ "token": token })).await["surveyResponse"]["answers"].take();
            let answers = data.as_array().unwrap().clone();
            answers.into_iter().map(|a| (a["question"].as_str().unwrap().to_owned(), a["answer"].clone())).collect::<std::collections::BTreeMap<_, _>>()
        };
        let stored = read().await;
        assert_eq!((&stored["started"]["yes"], &stored["staff"]["number"], &stored["winning"]["text"]), (&json!(true), &json!(5.0), &json!("Sensors")));
        let (status, ..) = send(&links[1], &[("q.started", "YES"), ("r.started", "1"), ("q.staff", "6"), ("r.staff", "1"), ("q.winning", "Sensors"), ("r.winning", "1"), ("action", "save")]).await;
        assert_eq!((status, &read().await["staff"]["number"]), (303, &json!(6.0)));
    }

    async fn a_mistake_is_told_beside_its_question_and_the_rest_is_kept(server: Server) {
        let links = links(&server).await;
        let fields = [("q.started", "NO"), ("q.why", "money"), ("q.staff", "lots"), ("q.spend.amount", "a fortune"),
            ("q.projects.count", "1"), ("q.projects.0.title", "Potholes by camera"), ("action", "submit")];
        let (status, _, page) = send(&links[0], &fields).await;
        assert_eq!(status, 422);
        assert!(page.contains("<title>Error: ") && page.contains("role=\"alert\"") && page.contains("href=\"#q-staff\""), "{page}");
        assert!(page.contains("value=\"lots\"") && page.contains("value=\"a fortune\""), "what was typed is there");
        let (status, _, page) = send(&links[0], &[("q.started", "NO"), ("r.started", "1"), ("q.why", "money"), ("r.why", "1"), ("q.projects.count", "1"),
            ("q.projects.0.title", "Potholes by camera"), ("r.projects", "1"), ("action", "submit")]).await;
        assert_eq!(status, 422, "{page}");
        assert!(page.contains("Project 1, summary"), "{page}");
        let (status, to, _) = send(&links[0], &[("q.started", "NO"), ("r.started", "1"), ("q.why", "money"), ("r.why", "1"), ("q.projects.count", "1"),
            ("q.projects.0.title", "Potholes by camera"), ("q.projects.0.summary", "Cameras on refuse lorries find potholes on their way round."), ("r.projects", "1"), ("action", "submit")]).await;
        assert_eq!((status, to.ends_with("?submitted")), (303, true));
        let data = server.data("{ projects { nodes { title lead { name } } } }", json!({})).await;
        assert_eq!(data["projects"]["nodes"], json!([{ "title": "Potholes by camera", "lead": { "name": "Leeds City Council" } }]));
    }
}

/// The mark that a page has of an answer that was there when it was shown.
fn mark(answer: &str) -> String {
    tandem::service::fingerprint(answer).chars().take(16).collect()
}
