//! What whoever runs the server sees of it: the log, the measures, the spans.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use tests::binary::{Process, command};
use tests::server::{client, key};
use tests::{Database, Server, eventually};

use crate::drafts::damp;

/// A server with more settings, and the administrator's key.
fn started(database: &Database, more: &[&str]) -> (Process, String) {
    let key = key(database.folder(), &database.url, &["--role", "administrator"]);
    let mut command = command(database.folder());
    command.args(["serve", "--bind", "127.0.0.1:0", "--database-url", &database.url]);
    command.args(more);
    (Process::start(command), key)
}

async fn ask(url: &str, key: &str, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables });
    let answer = client(Some(key))
        .post(format!("{url}/graphql"))
        .json(&body)
        .send()
        .await
        .unwrap();
    answer.json().await.unwrap()
}

/// The number that stands behind a measure.
fn measure(text: &str, name: &str) -> Option<f64> {
    let line = text
        .lines()
        .find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')))?;
    line.rsplit(' ').next()?.parse().ok()
}

tests::on_each_database! {
    /// A whole session with names, secrets, wrong keys and confidential answers; then the log is read for them.
    async fn no_log_line_has_a_secret_or_a_name(server: Server) {
        let secret = key(server.database.folder(), &server.database.url, &["--role", "editor=LDS"]);
        let account = "mutation { createAccount(input: { kind: PERSON, name: \"Ada Quillfeather\", issuer: \"https://login.example\", subject: \"quill-77\" }) { account { id } errors { message } } }";
        let id = server.data(account, json!({})).await["createAccount"]["account"]["id"].take();
        let made = server.data("mutation ($id: ID!) { createApiKey(input: { account: $id, name: \"Quillfeather's key\" }) { secret errors { message } } }", json!({ "id": id })).await;
        let shown = made["createApiKey"]["secret"].as_str().unwrap().to_owned();
        let ada = client(Some(&shown));
        server.graphql_by(&ada, "{ viewer { account { name subject } } exportMyData }", json!({})).await;
        // Refused, misspelt, expired, too much: what fails is logged most.
        server.graphql_by(&ada, "mutation { createProject(input: { title: \"Quillfeather was here\", summary: \"\" }) { errors { message } } }", json!({})).await;
        let wrong = format!("{}x", &secret[..secret.len() - 1]);
        for body in [
            json!({ "query": "{ viewer { account { name } } }", "variables": { "unused": "Quillfeather" } }),
            json!({ "query": "{ nothing(of: \"Quillfeather\") }" }),
            json!({ "query": "query Q($name: String!) { resolveOrganisation(name: $name) { name } }", "variables": { "name": "Quillfeather Council" } }),
        ] {
            for asker in [client(Some(&wrong)), client(Some(&secret)), client(None)] {
                asker.post(format!("{}/graphql", server.url)).json(&body).send().await.unwrap();
            }
        }
        let form = server.http.get(format!("{}/survey/Quillfeather-secret-link", server.url));
        form.send().await.unwrap();
        let link = server.http.get(format!("{}/graphql?query=%7BnoField(a:%22Quillfeather%22)%7D", server.url));
        link.send().await.unwrap();
        let mut socket = server.socket().await;
        socket.subscribe("1", "{ viewer { account { name } } }", json!({})).await;
        socket.next().await;
        server.data("mutation ($id: ID!) { eraseMyData(input: { account: $id }) { errors { message } } }", json!({ "id": id })).await;
        let admin = server.key.clone();
        let (_, said) = server.stop();
        let answered = said.iter().filter(|line| line.contains("answered")).count();
        assert!(answered >= 15, "the session is in the log: {answered} lines");
        for line in &said {
            for hidden in ["Quillfeather", "quill-77", secret.as_str(), wrong.as_str(), shown.as_str(), admin.as_str(), "A test"] {
                assert!(!line.contains(hidden), "`{hidden}` in the log: {line}");
            }
        }
    }

    async fn each_error_has_the_id_that_finds_its_line(server: Server) {
        let refused = server.graphql_by(&client(None), "{ accounts(first: 1) { totalCount } }", json!({})).await;
        let id = refused["errors"][0]["extensions"]["requestId"].as_str().unwrap().to_owned();
        let sent = server.http.post(format!("{}/graphql", server.url)).header("x-request-id", "mine-7");
        let answer: Value = sent.json(&json!({ "query": "{ nothing }" })).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["requestId"], "mine-7");
        let (_, said) = server.stop();
        for wanted in [id.as_str(), "mine-7"] {
            let lines: Vec<&String> = said.iter().filter(|line| line.contains(wanted)).collect();
            assert!(lines.iter().any(|line| line.contains("answered")), "{wanted}: {said:#?}");
        }
        for line in said.iter().filter(|line| line.contains("\"answered\"")) {
            let line: Value = serde_json::from_str(line).unwrap();
            assert!(line["spans"][0]["request_id"].is_string(), "{line}");
        }
    }

    async fn prometheus_is_told_what_happens_and_the_public_is_not(database: Database) {
        let (mut process, key) = started(&database, &["--metrics-bind", "127.0.0.1:0"]);
        let metrics = eventually("the address of the measures", async || {
            process.said().into_iter().find_map(|line| line.split("Metrics: ").nth(1).map(str::to_owned))
        }).await;
        let read = async || -> String {
            reqwest::get(metrics.trim()).await.unwrap().text().await.unwrap()
        };
        let made = ask(&process.url, &key, "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }", json!({ "input": damp() })).await;
        assert!(made["data"]["createProject"]["project"]["id"].is_string(), "{made}");
        ask(&process.url, &key, "{ nothing }", json!({})).await;
        let text = eventually("the index", async || {
            let text = read().await;
            (measure(&text, "tandem_index_lag_changes") == Some(0.0) && measure(&text, "tandem_overlap_lag_changes") == Some(0.0)).then_some(text)
        }).await;
        for (name, least) in [
            ("tandem_requests_total{route=\"/graphql\",status=\"2xx\"}", 1.0),
            ("tandem_operations_total{kind=\"mutation\",outcome=\"ok\"}", 1.0),
            ("tandem_operations_total{kind=\"query\",outcome=\"errors\"}", 1.0),
            ("tandem_errors_total{code=\"BAD_USER_INPUT\"}", 1.0),
            ("tandem_request_seconds_count{kind=\"mutation\"}", 1.0),
            ("tandem_changes", 1.0),
            ("tandem_database_up", 1.0),
            ("tandem_audit_entries", 2.0),
            ("tandem_database_statements", 10.0),
        ] {
            assert!(measure(&text, name).is_some_and(|value| value >= least), "{name} in\n{text}");
        }
        let public = reqwest::get(format!("{}/metrics", process.url)).await.unwrap();
        assert_eq!(public.status(), 404);
        // Whatever a dashboard or an alert asks for is told.
        let dashboard = std::fs::read_to_string(tests::root().join("deploy/grafana.json")).unwrap();
        let asked: std::collections::BTreeSet<&str> = dashboard.match_indices("tandem_").map(|(at, _)| {
            let rest = &dashboard[at..];
            rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap()
        }).collect();
        assert!(asked.len() > 10, "{asked:?}");
        for name in asked {
            let bare = name.trim_end_matches("_bucket");
            assert!(text.contains(&format!("# TYPE {bare} ")) || ["tandem_findings", "tandem_imports"].contains(&bare), "{name} is not told");
        }
        let (status, _) = process.stop();
        assert!(status.success());
    }

    async fn a_collector_is_sent_a_span_of_each_request(database: Database) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut length, mut line) = (0, String::new());
            while stream.read_line(&mut line).unwrap() > 2 {
                if let Some(told) = line.to_lowercase().strip_prefix("content-length:") { length = told.trim().parse().unwrap() }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
            if tell.send(serde_json::from_slice::<Value>(&body).unwrap()).is_err() { return }
        });
        let (mut process, key) = started(&database, &["--traces", &address]);
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let request = client(Some(&key)).post(format!("{}/graphql", process.url)).json(&json!({ "query": "query Mine { viewer { onlyReads } }" }));
        request.header("traceparent", format!("00-{trace}-b7ad6b7169203331-01")).send().await.unwrap();
        let message = tokio::task::spawn_blocking(move || told.recv_timeout(Duration::from_secs(60)).unwrap()).await.unwrap();
        let span = &message["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!((&span["traceId"], &span["parentSpanId"]), (&json!(trace), &json!("b7ad6b7169203331")), "{message:#}");
        assert_eq!(span["name"], "POST /graphql");
        let attribute = |name: &str| span["attributes"].as_array().unwrap().iter().find(|told| told["key"] == name).unwrap()["value"].clone();
        assert_eq!(attribute("graphql.operation.name")["stringValue"], "Mine");
        assert_eq!(attribute("http.response.status_code")["intValue"], "200");
        assert!(!message.to_string().contains(&key), "no secret goes along");
        process.stop();
    }

    /// A collector that is not there slows nothing down and fails nothing.
    async fn a_collector_that_is_away_is_done_without(database: Database) {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let (mut process, key) = started(&database, &["--traces", &format!("http://{gone}")]);
        for _ in 0..5 {
            let answer = ask(&process.url, &key, "{ viewer { onlyReads } }", json!({})).await;
            assert_eq!(answer["data"]["viewer"]["onlyReads"], false, "{answer}");
        }
        let (status, _) = process.stop();
        assert!(status.success());
    }
}
