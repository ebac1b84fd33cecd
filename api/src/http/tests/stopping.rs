//! How the server ends.

use std::time::Duration;

use serde_json::json;

use super::over_socket::Client;
use super::{query, settings, start, start_with, url};
use crate::http::HttpSettings;

#[tokio::test]
async fn stopping_answers_what_has_begun_and_closes_sockets_with_1001() {
    let server = start_with(HttpSettings {
        request_timeout: Duration::from_secs(10),
        ..settings()
    });
    let mut client = Client::ready(&server).await;
    client.subscribe("a", "subscription { forever }").await;
    client.next().await;
    let request = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .json(&json!({"query": "{ slow(ms: 600) }"}))
        .send();
    let running = tokio::spawn(request);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let address = server.address();
    let stopped = tokio::spawn(server.stop());
    assert_eq!(client.close_code().await, 1001);
    let response = running.await.unwrap().unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.json::<serde_json::Value>().await.unwrap(),
        json!({"data": {"slow": "done"}})
    );
    drop(client);
    stopped.await.unwrap().unwrap();
    assert!(
        tokio::net::TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn readiness_says_no_before_the_server_stops_accepting() {
    let server = start_with(HttpSettings {
        drain: Duration::from_secs(2),
        ..settings()
    });
    let ready = url(&server, "/health/ready");
    assert_eq!(reqwest::get(&ready).await.unwrap().status(), 200);
    let stopped = tokio::spawn(server.stop());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(reqwest::get(&ready).await.unwrap().status(), 503);
    stopped.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_without_work_stops_though_clients_keep_connections() {
    let server = start();
    let client = reqwest::Client::new();
    let kept = client.get(url(&server, "/health/live")).send().await.unwrap();
    assert_eq!(kept.status(), 200);
    assert_eq!(query(&server, "{ hello }").await.0, 200);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_requests() {
    let server = start_with(HttpSettings {
        request_timeout: Duration::from_secs(60),
        shutdown_grace: Duration::from_secs(50),
        ..settings()
    });
    let request = reqwest::Client::new()
        .post(url(&server, "/graphql"))
        .json(&json!({"query": "{ slow(ms: 50000) }"}))
        .send();
    let _running = tokio::spawn(request);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (sender, mut signals) = tokio::sync::mpsc::channel(2);
    sender.send(()).await.unwrap();
    sender.send(()).await.unwrap();
    let signal = async || signals.recv().await.unwrap_or_default();
    let ended = tokio::time::timeout(Duration::from_secs(20), server.until(signal)).await;
    let error = ended.expect("it does not wait for the grace period").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Interrupted);
}
