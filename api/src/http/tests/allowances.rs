//! How much one client may ask, over HTTP and WebSocket alike.

use std::time::Duration;

use serde_json::{Value, json};

use super::over_socket::Client;
use super::{JSON, code, post, settings, start_with, url};
use crate::http::{AllowanceSettings, HttpSettings, Running};

fn start(allowances: AllowanceSettings) -> Running {
    start_with(HttpSettings {
        allowances,
        trust_forwarded: true,
        // Long enough that everything asked at once arrives before the first is given up.
        request_timeout: Duration::from_secs(3),
        ..settings()
    })
}

fn points(strangers: u32) -> AllowanceSettings {
    AllowanceSettings {
        strangers: Some(strangers),
        ..AllowanceSettings::default()
    }
}

/// A query that costs so many points.
fn costing(points: usize) -> Value {
    json!({ "query": format!("{{ {} }}", "hello ".repeat(points)) })
}

async fn ask(server: &Running, body: &Value, from: &str) -> reqwest::Response {
    let request = reqwest::Client::new()
        .post(url(server, "/graphql"))
        .header("x-forwarded-for", from);
    request.json(body).send().await.unwrap()
}

fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn whoever_asks_too_much_is_told_what_is_left_and_when_to_come_again() {
    let server = start(points(60));
    let first = ask(&server, &costing(45), "192.0.2.1").await;
    assert_eq!(first.status(), 200);
    assert_eq!(header(&first, "ratelimit-policy"), "\"address\";q=60;w=60");
    assert_eq!(header(&first, "ratelimit"), "\"address\";r=15;t=45");
    let refused = ask(&server, &costing(45), "192.0.2.1").await;
    assert_eq!(refused.status(), 429);
    let seconds: u64 = header(&refused, "retry-after").parse().unwrap();
    assert!((25..=30).contains(&seconds), "{seconds}");
    let body: Value = refused.json().await.unwrap();
    assert_eq!(code(&body), "RATE_LIMITED", "{body}");
    let told = &body["errors"][0]["extensions"];
    assert_eq!(told["retryAfterSeconds"], seconds);
    assert_eq!(told["pointsPerMinute"], 60);
    assert!(
        (15..=20).contains(&told["pointsLeft"].as_u64().unwrap()),
        "{body}"
    );
    assert!(body.get("data").is_none());
    // What is left can still be had, and others are not touched.
    assert_eq!(ask(&server, &costing(5), "192.0.2.1").await.status(), 200);
    assert_eq!(ask(&server, &costing(45), "192.0.2.2").await.status(), 200);
    // Whoever is known has an allowance of their own, wherever they are.
    let known = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .header("x-forwarded-for", "192.0.2.1");
    let known = known
        .bearer_auth("tandem_good")
        .json(&costing(45))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (known.status().as_u16(), header(&known, "ratelimit-policy")),
        (200, "\"account\";q=6000000;w=60")
    );
}

#[tokio::test]
async fn a_socket_is_bounded_by_the_same_points_and_stays_open() {
    let server = start(points(60));
    let mut client = Client::ready(&server).await;
    let query = costing(45)["query"].as_str().unwrap().to_owned();
    client.subscribe("1", &query).await;
    assert_eq!(client.next().await["type"], "next");
    assert_eq!(client.next().await["type"], "complete");
    client.subscribe("2", &query).await;
    let refused = client.next().await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("2")));
    assert_eq!(
        refused["payload"][0]["extensions"]["code"], "RATE_LIMITED",
        "{refused}"
    );
    let told = &refused["payload"][0]["extensions"];
    assert!(
        (25..=30).contains(&told["retryAfterSeconds"].as_u64().unwrap()),
        "{refused}"
    );
    assert_eq!(told["pointsPerMinute"], 60);
    assert!(
        (15..=20).contains(&told["pointsLeft"].as_u64().unwrap()),
        "{refused}"
    );
    client.subscribe("3", "{ hello }").await;
    assert_eq!(
        client.next().await["payload"]["data"],
        json!({ "hello": "world" })
    );
}

#[tokio::test]
async fn operations_at_once_and_sockets_are_bounded_for_each_client() {
    let server = start(AllowanceSettings {
        operations: 2,
        sockets: 1,
        ..AllowanceSettings::default()
    });
    let slow = json!({ "query": "{ slow(ms: 60000) }" });
    let asked = (0..6).map(|_| async { ask(&server, &slow, "192.0.2.1").await.status().as_u16() });
    let mut statuses = futures_util::future::join_all(asked).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [429, 429, 429, 429, 503, 503]);
    assert_eq!(
        ask(&server, &costing(1), "192.0.2.1").await.status(),
        200,
        "once they have ended"
    );

    let mut first = Client::ready(&server).await;
    assert_eq!(
        super::over_socket::connect(&server, Some("graphql-transport-ws"), None)
            .await
            .err(),
        Some(429)
    );
    // A subscription takes no place among the operations; queries of a socket do.
    first.subscribe("s", "subscription { forever }").await;
    assert_eq!(first.next().await["type"], "next");
    for id in ["a", "b"] {
        first.subscribe(id, "{ slow(ms: 60000) }").await;
    }
    first.send(json!({ "type": "complete", "id": "s" })).await;
    first.subscribe("c", "{ hello }").await;
    let refused = first.next().await;
    assert_eq!(
        (&refused["id"], &refused["payload"][0]["extensions"]["code"]),
        (&json!("c"), &json!("RATE_LIMITED"))
    );
}

#[tokio::test]
async fn guessing_credentials_is_slow() {
    let server = start(points(2_500));
    let guess = async |key: &str| {
        let request = reqwest::Client::new()
            .post(url(&server, "/graphql"))
            .bearer_auth(key);
        request.json(&costing(1)).send().await.unwrap()
    };
    assert_eq!(guess("tandem_guess1").await.status(), 401);
    assert_eq!(guess("tandem_guess2").await.status(), 401);
    let third = guess("tandem_guess3").await;
    assert_eq!(third.status(), 429);
    assert!(!header(&third, "retry-after").is_empty());
    assert_eq!(
        guess("tandem_good").await.status(),
        200,
        "whoever has a key from the same place is let in"
    );
}

#[tokio::test]
async fn pages_are_rationed_and_health_is_not() {
    let server = start(points(25));
    let get = async |path: &str| reqwest::get(url(&server, path)).await.unwrap().status().as_u16();
    assert_eq!(
        (
            get("/schema.graphql").await,
            get("/").await,
            get("/survey/x").await
        ),
        (200, 200, 429)
    );
    assert_eq!(
        (get("/health/live").await, get("/health/ready").await),
        (200, 200)
    );
}

#[tokio::test]
async fn refused_documents_cost_something_too() {
    let server = start(points(25));
    let broken = json!({ "query": "{" });
    for expected in [400, 400, 429] {
        let (status, _, _) = post(&server, super::GRAPHQL_RESPONSE, broken.clone()).await;
        assert_eq!(status, expected);
    }
    let (status, _, body) = post(&server, JSON, broken).await;
    assert_eq!((status, code(&body)), (429, "RATE_LIMITED"));
}
