//! The log of who changed what and who looked at what is not public.

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tests::rows::{connect, execute};
use tests::server::{client, key};
use tests::{Backend, Database, Server, tandem};

use crate::drafts::{create, damp};

const ENTRIES: &str = "query ($filter: AuditEntryFilter, $after: String) { auditEntries(first: 100, after: $after, filter: $filter) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id sequence kind actor account { name } operation transport requestId address changes hash previousHash } } }";

async fn entries(server: &Server, filter: Value) -> Vec<Value> {
    let data = server.data(ENTRIES, json!({ "filter": filter })).await;
    data["auditEntries"]["nodes"].as_array().unwrap().clone()
}

/// What `tandem audit verify` says, and its status.
fn verified(database: &Database, more: &[&str]) -> (Option<i32>, String) {
    let mut arguments = vec!["audit", "verify", "--database-url", &database.url];
    arguments.extend(more);
    let output = tandem(database.folder(), &arguments);
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code(), told)
}

/// Lets whoever owns the database do what the triggers forbid, as somebody would who covers their tracks.
async fn tamper(database: &Database, statement: &str) {
    let (before, after): (&[&str], &[&str]) = match database.backend {
        Backend::Postgres => (
            &["ALTER TABLE audit_entry DISABLE TRIGGER USER"],
            &["ALTER TABLE audit_entry ENABLE TRIGGER USER"],
        ),
        Backend::Sqlite => (
            &[
                "DROP TRIGGER audit_entry_unchanged",
                "DROP TRIGGER audit_entry_undeleted",
            ],
            &[],
        ),
    };
    for statement in before.iter().chain([&statement]).chain(after) {
        execute(database, statement).await;
    }
}

tests::on_each_database! {
    async fn every_change_tells_who_from_where_and_what(server: Server) {
        let id = create(&server, &damp()).await;
        let update = "mutation ($id: ID!) { updateProject(input: { id: $id, version: 1, title: \"Renamed\" }) { errors { code } } }";
        let body = json!({ "query": update, "variables": { "id": id } });
        let request = server.http.post(format!("{}/graphql", server.url)).header("x-request-id", "audited-1").json(&body);
        request.send().await.unwrap();
        let found = entries(&server, json!({ "requestId": "audited-1" })).await;
        assert_eq!(found.len(), 1, "{found:#?}");
        let entry = &found[0];
        for (field, expected) in [("kind", "CHANGE"), ("operation", "updateProject"), ("transport", "HTTP"), ("address", "127.0.0.1")] {
            assert_eq!(entry[field], expected, "{entry:#}");
        }
        assert_eq!(entry["account"]["name"], "A test");
        assert!(entry["actor"].as_str().unwrap().starts_with("account:"));
        let changes = entry["changes"].as_array().unwrap();
        let project = changes.iter().find(|change| change["table"] == "project" && change["action"] == "UPDATE").unwrap();
        let fields: Vec<&str> = project["fields"].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
        assert!(fields.contains(&"title") && fields.contains(&"version"), "{project:#}");
        assert!(!fields.contains(&"budget_minor"), "what stayed is no change: {project:#}");
        assert_eq!(project["values"]["version"], json!(["1", "2"]));
        assert_ne!(project["before"], project["after"]);
        assert!(!entry.to_string().contains("Renamed"), "values of texts are digested");
        let created = entries(&server, json!({ "operation": "createProject" })).await;
        assert_eq!(created.len(), 1, "{created:#?}");
        assert_eq!(project["row"], created[0]["changes"].as_array().unwrap().iter()
            .find(|change| change["table"] == "project").unwrap()["row"], "both speak of one row");
        let made = entries(&server, json!({ "operation": "key create" })).await;
        assert!(made.iter().all(|entry| entry["transport"] == "COMMAND_LINE" && entry["actor"] == "command line"), "{made:#?}");
        let told = json!(made).to_string();
        assert!(!told.contains("A test"), "no name is in the log itself: {told}");
        assert_eq!(verified(&server.database, &[]).0, Some(0));
    }

    async fn what_is_refused_or_changes_nothing_leaves_no_entry(server: Server) {
        let before = entries(&server, json!({ "kind": "CHANGE" })).await.len();
        let wrong = "mutation { createProject(input: { title: \"\", summary: \"\" }) { errors { code } } }";
        server.data(wrong, json!({})).await;
        server.graphql_by(&client(None), wrong, json!({})).await;
        assert_eq!(entries(&server, json!({ "kind": "CHANGE" })).await.len(), before);
    }

    async fn looks_at_what_is_not_public_are_noted(server: Server) {
        server.data("{ everybody: accounts(first: 1) { nodes { name } } projects(first: 1) { totalCount } }", json!({})).await;
        server.data("{ projects(first: 1) { totalCount } viewer { account { name } } }", json!({})).await;
        let reads = entries(&server, json!({ "kind": "READ", "operation": "accounts, projects" })).await;
        assert_eq!(reads.len(), 1, "{reads:#?}");
        assert_eq!(reads[0]["changes"], json!([{ "action": "READ", "field": "accounts", "ids": [] }]));
        let id = server.data("{ accounts(first: 1) { nodes { id } } }", json!({})).await["accounts"]["nodes"][0]["id"].take();
        server.data("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        let looked = entries(&server, json!({ "kind": "READ", "operation": "node" })).await;
        assert_eq!(looked[0]["changes"][0]["ids"], json!([id]));
        // Whoever may not see it was shown nothing.
        let member = client(Some(&key(server.database.folder(), &server.database.url, &["--role", "member=LDS"])));
        let answer = server.graphql_by(&member, "query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(answer["data"]["node"], Value::Null);
        assert_eq!(entries(&server, json!({ "kind": "READ", "operation": "node" })).await.len(), 1);
        let answer = server.graphql_by(&member, "{ auditEntries(first: 1) { totalCount } }", json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    }

    async fn writes_at_once_keep_the_chain_whole(server: Server) {
        let query = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }";
        let many: Vec<_> = (0..24).map(|_| {
            let body = json!({ "query": query, "variables": { "input": damp() } });
            tokio::spawn(server.http.post(format!("{}/graphql", server.url)).json(&body).send())
        }).collect();
        for request in many {
            let answer: Value = request.await.unwrap().unwrap().json().await.unwrap();
            assert!(answer["data"]["createProject"]["project"]["id"].is_string(), "{answer}");
        }
        let created = entries(&server, json!({ "operation": "createProject" })).await;
        assert_eq!(created.len(), 24);
        let (status, told) = verified(&server.database, &[]);
        assert_eq!(status, Some(0), "{told}");
    }

    async fn whoever_touches_the_log_is_found_out(server: Server) {
        for _ in 0..3 { create(&server, &damp()).await; }
        let database = server.database.clone();
        server.stop();
        let (status, told) = verified(&database, &[]);
        assert_eq!(status, Some(0), "{told}");
        let (_, head) = told.lines().next().unwrap().rsplit_once(' ').unwrap();
        let connection = connect(&database).await;
        for statement in ["UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2", "DELETE FROM audit_entry WHERE seq = 2"] {
            let refused = connection.execute_unprepared(statement).await;
            assert!(refused.is_err_and(|error| error.to_string().contains("only ever added")), "{statement}");
        }
        connection.close().await.unwrap();
        tamper(&database, "UPDATE audit_entry SET operation = 'nothing' WHERE seq = 2").await;
        let (status, told) = verified(&database, &[]);
        assert_eq!(status, Some(1), "{told}");
        assert!(told.contains("entry 2"), "the entry is named: {told}");
        // What was noted elsewhere shows that the end was cut off, also by whoever moves the end's row along.
        let last: i64 = head.split(':').next().unwrap().parse().unwrap();
        execute(&database, "DELETE FROM audit_origin").await;
        let removed = format!("DELETE FROM audit_entry WHERE seq >= {last} OR seq <= 2");
        if database.backend == Backend::Postgres { tamper(&database, &removed).await } else { execute(&database, &removed).await }
        let (status, told) = verified(&database, &["--head", head]);
        assert_eq!(status, Some(1), "{told}");
        assert!(told.contains("gone"), "{told}");
    }

    async fn the_log_is_taken_elsewhere_as_lines(server: Server) {
        create(&server, &damp()).await;
        let database = server.database.clone();
        server.stop();
        let output = tandem(database.folder(), &["audit", "export", "--database-url", &database.url]);
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), usize::try_from(lines.last().unwrap()["seq"].as_i64().unwrap()).unwrap());
        for pair in lines.windows(2) {
            assert_eq!(pair[0]["hash"], pair[1]["previousHash"]);
        }
        let entry = |line: &Value| json!([line["previousHash"], line["seq"], line["id"], line["atMs"], line["kind"], line["actor"],
            line["operation"], line["transport"], line["requestId"], line["originDigest"], line["changes"]]).to_string();
        for line in &lines {
            assert_eq!(line["hash"], tandem::audit::chain::digest(entry(line).as_bytes()), "others can work the hashes out too");
        }
    }
}
