//! A hundred and twenty authorities over two rounds, eight at a time, with the server killed between; and what may be told
//! of what they said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tests::patience::eventually;
use tests::server::client;
use tests::{Inside, Server};

use super::*;

const SET: &str = r#"{"title": "Large", "questions": [
    {"id": "started", "kind": "YES_NO", "text": "Started?", "required": true},
    {"id": "why", "kind": "SINGLE", "text": "Why not?", "askIf": {"question": "started", "is": "NO"},
     "options": [{"id": "money", "text": "Money"}, {"id": "people", "text": "People"}]},
    {"id": "short", "kind": "YES_NO", "text": "Short?", "confidential": true, "required": true},
    {"id": "of_what", "kind": "MULTIPLE", "text": "Of what?", "confidential": true, "askIf": {"question": "short", "is": "YES"},
     "options": [{"id": "money", "text": "Money"}, {"id": "people", "text": "People"}, {"id": "time", "text": "Time"}]},
    {"id": "spend", "kind": "MONEY", "text": "Spend?", "confidential": true},
    {"id": "staff", "kind": "NUMBER", "text": "Staff?"},
    {"id": "mood", "kind": "SCALE", "text": "Mood?"},
    {"id": "hard", "kind": "LONG_TEXT", "text": "Hard?", "confidential": true, "themes": [
        {"id": "legacy", "text": "Old systems", "words": ["old"]}, {"id": "skills", "text": "Skills", "words": ["skill*"]}]},
    {"id": "projects", "kind": "PROJECTS", "text": "Projects?", "requiredFields": ["summary"]}
]}"#;

const AUTHORITIES: usize = 120;
const AT_ONCE: usize = 8;
const AGGREGATE: &str = "query ($wave: ID!, $question: String!, $by: SurveyDimension) { surveyAggregate(wave: $wave, question: $question, by: $by) {
    confidential threshold rows { wave { name } group answered hidden median total
      options { key count share } sums { amount currency } moneyMedians { amount } } } }";

/// An authority of the test, and what it is like.
#[derive(Debug, Clone)]
struct Body {
    id: String,
    traits: [String; 3],
}

/// What an authority answers in a round: worked out from its number, so that it can be counted without the server.
#[derive(Debug, Clone)]
struct Told {
    started: bool,
    why: &'static str,
    short: bool,
    of_what: Vec<&'static str>,
    spend: i64,
    staff: i64,
    mood: i64,
    hard: &'static str,
}

fn told(number: usize, round: usize) -> Told {
    let mixed = (number * 37 + round * 11) % 101;
    let n = i64::try_from(mixed).unwrap();
    Told {
        started: !mixed.is_multiple_of(3),
        why: if mixed.is_multiple_of(2) {
            "money"
        } else {
            "people"
        },
        short: mixed % 5 < 3,
        of_what: ["money", "people", "time"]
            .into_iter()
            .enumerate()
            .filter(|(place, _)| (mixed >> place) & 1 == 1)
            .map(|(_, option)| option)
            .collect(),
        spend: 100_000 + n * 1_000,
        staff: n,
        mood: 1 + n % 5,
        hard: match mixed % 4 {
            0 => "Old systems",
            1 => "No skilled people, and old systems",
            2 => "Skills",
            _ => "The weather",
        },
    }
}

/// The same, where the name is taken.
fn own_of(number: usize, round: usize) -> Told {
    told(number, round)
}

fn answers(number: usize, round: usize) -> (Value, Value) {
    let told = told(number, round);
    let mut first = vec![
        json!({ "question": "started", "yes": told.started }),
        json!({ "question": "short", "yes": told.short }),
    ];
    if !told.started {
        first.push(json!({ "question": "why", "choice": told.why }));
    }
    if told.short && !told.of_what.is_empty() {
        first.push(json!({ "question": "of_what", "choices": told.of_what }));
    }
    let mut rest = vec![
        json!({ "question": "spend", "money": { "amount": told.spend.to_string(), "currency": "GBP" } }),
        json!({ "question": "staff", "number": told.staff }),
        json!({ "question": "mood", "number": told.mood }),
        json!({ "question": "hard", "text": told.hard }),
    ];
    // In the second round what the catalogue knows is confirmed.
    match (number % 10, round) {
        (0, 1) => rest.push(json!({ "question": "projects", "projects": [{ "title": format!("Effort {number} against potholes"),
            "summary": format!("Cameras on lorry {number} find potholes on their way round") }] })),
        (0, _) => rest.push(json!({ "question": "projects", "confirm": true })),
        _ => {}
    }
    (json!(first), json!(rest))
}

/// Where the server is now, for those who ask it while it is killed.
struct Front {
    url: Mutex<String>,
    http: reqwest::Client,
    done: AtomicUsize,
}

impl Front {
    /// Asks until there is an answer: a server that was killed comes back at another address.
    async fn ask(&self, query: &str, input: &Value) -> Value {
        let body = json!({ "query": query, "variables": { "input": input } });
        let mut answer: Value = eventually("an answer", async || {
            let url = self.url.lock().unwrap().clone();
            let sent = self
                .http
                .post(format!("{url}/graphql"))
                .json(&body)
                .send()
                .await
                .ok()?;
            sent.json().await.ok()
        })
        .await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .next()
            .unwrap()
            .take()
    }

    async fn respond(&self, token: &str, number: usize, round: usize) {
        let (first, rest) = answers(number, round);
        let saved = self.ask(SAVE, &json!({ "token": token, "answers": first })).await;
        assert_eq!(
            (&saved["errors"], &saved["conflicts"]),
            (&json!([]), &json!([])),
            "{number}"
        );
        let done = self
            .ask(SUBMIT, &json!({ "token": token, "answers": rest }))
            .await;
        assert_eq!(
            (&done["errors"], &done["conflicts"]),
            (&json!([]), &json!([])),
            "{number}"
        );
        assert_eq!(
            (&done["response"]["state"], &done["response"]["version"]),
            (&json!("SUBMITTED"), &json!(1)),
            "{number}"
        );
        self.done.fetch_add(1, Ordering::SeqCst);
    }
}

async fn change(server: &Server, query: &str, input: Value) -> Value {
    let mut data = server.data(query, json!({ "input": input })).await;
    let payload = data.as_object_mut().unwrap().values_mut().next().unwrap().take();
    assert_eq!(payload["errors"], json!([]), "{query}");
    payload
}

async fn bodies(server: &Server) -> Vec<Body> {
    let query = "query ($after: String) { authorities(first: 100, after: $after) { pageInfo { endCursor } nodes { id nation tier region } } }";
    let mut found = Vec::new();
    let mut after = json!(null);
    while found.len() < AUTHORITIES {
        let page = server.data(query, json!({ "after": after })).await["authorities"].take();
        after = page["pageInfo"]["endCursor"].clone();
        let text = |value: &Value| value.as_str().unwrap_or("unknown").to_owned();
        found.extend(page["nodes"].as_array().unwrap().iter().map(|node| Body {
            id: text(&node["id"]),
            traits: [text(&node["nation"]), text(&node["tier"]), text(&node["region"])],
        }));
    }
    found.truncate(AUTHORITIES);
    found
}

/// A round in which every authority answers, eight at a time, while the server is killed twice.
async fn round(mut server: Server, set: &str, bodies: &[Body], number: usize) -> (Server, String) {
    let opened = format!("2026-0{number}-01T00:00:00Z");
    let made = change(&server, "mutation ($input: CreateSurveyWaveInput!) { createSurveyWave(input: $input) { errors { message } wave { id } } }",
        json!({ "questionSet": set, "name": format!("Round {number}"), "opensAt": opened, "closesAt": "2099-01-01T00:00:00Z" })).await;
    let wave = made["wave"]["id"].as_str().unwrap().to_owned();
    let invitations: Vec<Value> = bodies
        .iter()
        .map(|body| json!({ "authority": body.id }))
        .collect();
    let links = change(&server, "mutation ($input: InviteToSurveyInput!) { inviteToSurvey(input: $input) { errors { message } links { token } } }",
        json!({ "wave": wave, "invitations": invitations })).await;
    let tokens: Vec<String> = links["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["token"].as_str().unwrap().to_owned())
        .collect();
    let front = Front {
        url: Mutex::new(server.url.clone()),
        http: client(None),
        done: AtomicUsize::new(0),
    };
    let answering = futures_util::stream::iter(tokens.iter().enumerate())
        .for_each_concurrent(AT_ONCE, |(place, token)| front.respond(token, place, number));
    let killing = async {
        for after in [AUTHORITIES / 4, AUTHORITIES * 2 / 3] {
            eventually("enough authorities to have answered", async || {
                (front.done.load(Ordering::SeqCst) >= after).then_some(())
            })
            .await;
            server = server.crash().await;
            server.url.clone_into(&mut front.url.lock().unwrap());
        }
        server
    };
    let ((), server) = tokio::join!(answering, killing);
    assert_eq!(front.done.load(Ordering::SeqCst), AUTHORITIES);
    let rates = "query ($wave: ID!) { surveyResponseRates(wave: $wave) { invited responded rate } }";
    let rates = server.data(rates, json!({ "wave": wave })).await["surveyResponseRates"].take();
    assert_eq!(
        rates,
        json!([{ "invited": AUTHORITIES, "responded": AUTHORITIES, "rate": 1.0 }])
    );
    let open = server
        .data(AGGREGATE, json!({ "wave": wave, "question": "short" }))
        .await["surveyAggregate"]
        .take();
    assert_eq!(
        (&open["rows"][0]["answered"], &open["rows"][0]["hidden"]),
        (&json!(null), &json!(true)),
        "nothing of it is told while the round is open"
    );
    change(&server, "mutation ($input: ChangeSurveyWaveInput!) { changeSurveyWave(input: $input) { errors { message } } }",
        json!({ "id": wave, "closesAt": "2026-01-01T00:00:00Z" })).await;
    (server, wave)
}

/// What the server tells of a question: group → option → count; `ALL` where there are no groups.
async fn counts(
    server: &Server,
    wave: &str,
    question: &str,
    by: Option<&str>,
) -> BTreeMap<String, BTreeMap<String, Option<usize>>> {
    let told = server
        .data(AGGREGATE, json!({ "wave": wave, "question": question, "by": by }))
        .await["surveyAggregate"]
        .take();
    let rows = told["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let options = row["options"].as_array().unwrap().iter();
        let count = |value: &Value| value.as_u64().map(|count| usize::try_from(count).unwrap());
        (
            row["group"].as_str().unwrap_or("ALL").to_owned(),
            options
                .map(|option| {
                    (
                        option["key"].as_str().unwrap().to_owned(),
                        count(&option["count"]),
                    )
                })
                .collect(),
        )
    })
    .collect()
}

fn counted(numbers: impl Iterator<Item = usize>, fits: impl Fn(usize) -> bool) -> usize {
    numbers.filter(|number| fits(*number)).count()
}

/// The totals of a round, against a count of the test's own.
async fn totals_hold(server: &Server, wave: &str, round: usize) {
    let all = || 0..AUTHORITIES;
    let started = counts(server, wave, "started", None).await["ALL"].clone();
    assert_eq!(started["YES"], Some(counted(all(), |n| told(n, round).started)));
    assert_eq!(started["NO"], Some(counted(all(), |n| !told(n, round).started)));
    let why = counts(server, wave, "why", None).await["ALL"].clone();
    assert_eq!(
        why["money"],
        Some(counted(all(), |n| !told(n, round).started
            && told(n, round).why == "money"))
    );
    let short = counts(server, wave, "short", None).await["ALL"].clone();
    assert_eq!(short["YES"], Some(counted(all(), |n| told(n, round).short)));
    for option in ["money", "people", "time"] {
        let told = counts(server, wave, "of_what", None).await["ALL"][option];
        let own = counted(all(), |n| {
            own_of(n, round).short && own_of(n, round).of_what.contains(&option)
        });
        assert!(told.is_none_or(|told| told == own), "{option}: {told:?} {own}");
    }
    let hard = counts(server, wave, "hard", None).await["ALL"].clone();
    assert_eq!(
        hard["legacy"],
        Some(counted(all(), |n| told(n, round).hard.contains("ld systems")))
    );
    let mood = counts(server, wave, "mood", None).await["ALL"].clone();
    assert_eq!(mood["3"], Some(counted(all(), |n| told(n, round).mood == 3)));
    let row = server
        .data(AGGREGATE, json!({ "wave": wave, "question": "spend" }))
        .await["surveyAggregate"]["rows"][0]
        .take();
    let sum: i64 = all().map(|n| told(n, round).spend).sum();
    assert_eq!(
        row["sums"],
        json!([{ "amount": format!("{sum}.00"), "currency": "GBP" }])
    );
    let mut staff: Vec<i64> = all().map(|n| told(n, round).staff).collect();
    staff.sort_unstable();
    let row = server
        .data(AGGREGATE, json!({ "wave": wave, "question": "staff" }))
        .await["surveyAggregate"]["rows"][0]
        .take();
    let number = |whole: i64| f64::from(i32::try_from(whole).unwrap());
    assert_eq!(row["total"].as_f64(), Some(number(staff.iter().sum())));
    assert_eq!(row["median"].as_f64(), Some(number(staff[59] + staff[60]) / 2.0));
    let row = server
        .data(AGGREGATE, json!({ "wave": wave, "question": "projects" }))
        .await["surveyAggregate"]["rows"][0]
        .take();
    assert_eq!(
        (row["answered"].as_u64(), row["total"].as_f64()),
        (Some(12), Some(12.0))
    );
}

/// Whoever subtracts what is told of confidential answers from what else is told of them learns of no fewer than ten.
async fn nothing_follows(server: &Server, wave: &str, bodies: &[Body], round: usize) -> usize {
    let mut known: Vec<(String, BTreeSet<usize>, usize)> = Vec::new();
    let everybody: BTreeSet<usize> = (0..AUTHORITIES).collect();
    for (place, by) in [None, Some("NATION"), Some("TYPE"), Some("REGION")]
        .into_iter()
        .enumerate()
    {
        for (group, options) in counts(server, wave, "short", by).await {
            let members: BTreeSet<usize> = match place {
                0 => everybody.clone(),
                place => everybody
                    .iter()
                    .copied()
                    .filter(|n| bodies[*n].traits[place - 1] == group)
                    .collect(),
            };
            let own = members.iter().filter(|n| told(**n, round).short).count();
            if let Some(count) = options["YES"] {
                assert_eq!(count, own, "{group}: what is told is true");
                known.push((group, members, count));
            }
        }
    }
    for (name, a, of_a) in &known {
        for (other, b, of_b) in &known {
            if !b.is_subset(a) || a == b {
                continue;
            }
            let rest = a.len() - b.len();
            let yes = of_a - of_b;
            assert!(
                yes >= 10 && rest - yes >= 10,
                "{name} less {other}: {yes} of {rest}"
            );
        }
        assert!(
            *of_a >= 10 && a.len() - of_a >= 10,
            "{name}: {of_a} of {}",
            a.len()
        );
    }
    known.len()
}

tests::on_each_database! {
    async fn a_hundred_and_twenty_authorities_answer_over_two_rounds_while_the_server_is_killed(server: Server) {
        let made = change(&server, "mutation ($input: CreateSurveyInput!) { createSurvey(input: $input) { errors { message path } survey { questionSets { id } } } }",
            json!({ "definition": SET })).await;
        let set = made["survey"]["questionSets"][0]["id"].as_str().unwrap().to_owned();
        change(&server, "mutation ($input: PublishQuestionSetInput!) { publishQuestionSet(input: $input) { errors { message } } }", json!({ "id": set })).await;
        let bodies = bodies(&server).await;
        let (server, first) = round(server, &set, &bodies, 1).await;
        totals_hold(&server, &first, 1).await;
        let (server, second) = round(server, &set, &bodies, 2).await;
        totals_hold(&server, &second, 2).await;

        // What is not confidential is told by group, to the last one.
        for (place, by) in ["NATION", "TYPE", "REGION"].into_iter().enumerate() {
            for (group, options) in counts(&server, &second, "started", Some(by)).await {
                let own = counted(0..AUTHORITIES, |n| bodies[n].traits[place] == group && told(n, 2).started);
                assert_eq!(options["YES"], Some(own), "{by} {group}");
            }
        }
        for (wave, number) in [(&first, 1), (&second, 2)] {
            assert!(nothing_follows(&server, wave, &bodies, number).await >= 1, "something is told");
        }
        // Round over round, the latest first.
        let over = server.data(AGGREGATE, json!({ "wave": second, "question": "started", "by": "WAVE" })).await["surveyAggregate"]["rows"].take();
        let told_of = |place: usize| (over[place]["wave"]["name"].clone(), over[place]["options"][0]["count"].as_u64());
        for (place, number) in [(0, 2), (1, 1)] {
            let own = counted(0..AUTHORITIES, |n| told(n, number).started);
            assert_eq!(told_of(place), (json!(format!("Round {number}")), Some(u64::try_from(own).unwrap())));
        }
        // Twelve projects were told, and told again: they are twelve.
        let projects = server.data("{ projects { totalCount nodes { sources { name } } } }", json!({})).await["projects"].take();
        assert_eq!(projects["totalCount"], 12);
        assert!(projects["nodes"].as_array().unwrap().iter().all(|project| project["sources"].as_array().unwrap().len() == 2));
        // The file hides what the API hides.
        let file = server.data("query ($wave: ID!) { surveyResultsFile(wave: $wave, format: CSV) { name base64 } }", json!({ "wave": first })).await;
        let bytes = base64(file["surveyResultsFile"]["base64"].as_str().unwrap());
        let text = String::from_utf8(bytes).unwrap();
        let hidden = text.lines().filter(|line| line.starts_with("short,") && line.contains(",region,"));
        assert!(hidden.clone().count() > 0 && hidden.clone().any(|line| line.contains("hidden")), "{text}");
        assert!(!text.contains("weather"), "no text of an answer is told");
    }

    async fn a_late_decision_moves_no_result(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        let sent = json!({ "token": tokens[0], "answers": [{ "question": "started", "yes": true }] });
        let id = answer(&inside, SUBMIT, sent).await["response"]["id"].take();
        close(&inside, &wave).await;
        let read = "query ($wave: ID!) { surveyAggregate(wave: $wave, question: \"started\") { rows { answered options { key count share } } } }";
        let before = ask(&inside, &operator(), read, json!({ "wave": wave })).await;
        assert_eq!(before["rows"][0]["options"], json!([{ "key": "YES", "count": 1, "share": 1.0 }, { "key": "NO", "count": 0, "share": 0.0 }]));
        let review = "mutation ($input: ReviewSurveyResponseInput!) { reviewSurveyResponse(input: $input) { errors { message } response { state } } }";
        run(&inside, review, json!({ "id": id, "version": 1, "decision": "RETURNED", "remarks": "Too late" })).await;
        assert_eq!(ask(&inside, &operator(), read, json!({ "wave": wave })).await, before);
        let spend = "query ($wave: ID!) { surveyAggregate(wave: $wave, question: \"spend\") { confidential rows { answered hidden sums { amount } } } }";
        let told = ask(&inside, &Viewer::public(), spend, json!({ "wave": wave })).await;
        assert_eq!(told["confidential"], true);
    }
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| -> u32 {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        u32::try_from(alphabet.iter().position(|known| *known == byte).unwrap()).unwrap()
    };
    let mut bytes = Vec::new();
    for four in text.as_bytes().chunks(4) {
        let told: Vec<u32> = four
            .iter()
            .filter(|byte| **byte != b'=')
            .map(|byte| digit(*byte))
            .collect();
        let value = told.iter().fold(0, |value, digit| (value << 6) | digit) << (6 * (4 - told.len()));
        bytes.extend(value.to_be_bytes()[1..told.len()].iter());
    }
    bytes
}
