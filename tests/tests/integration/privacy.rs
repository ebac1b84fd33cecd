//! What is kept of people, and for how long.

use serde_json::{Value, json};
use tandem::access::personal::{Fate, REGISTER};
use tandem::audit::tables;
use tests::rows::{column, connect, execute};
use tests::server::client;
use tests::{Database, Server, root, tandem};

use crate::drafts::{create, damp};

const ERASE: &str = "mutation ($account: ID!) { eraseMyData(input: { account: $account }) { erased { kind rows } errors { code path message } } }";
const ME: &str = "{ viewer { account { id name } } }";

/// Every text of the database, to look for somebody in.
async fn whole(database: &Database) -> String {
    let file = "all.jsonl";
    let output = tandem(
        database.folder(),
        &["backup", file, "--database-url", &database.url],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    std::fs::read_to_string(database.folder().join(file)).unwrap()
}

/// Somebody with a name that stands nowhere else.
fn person(server: &Server, name: &str, role: &str) -> String {
    let database = &server.database;
    let arguments = [
        "key",
        "create",
        "--name",
        name,
        "--person",
        "--role",
        role,
        "--database-url",
        &database.url,
    ];
    let output = tandem(database.folder(), &arguments);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

async fn asked(server: &Server, by: &reqwest::Client, query: &str, variables: Value) -> Value {
    let mut answer = server.graphql_by(by, query, variables).await;
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"].take()
}

tests::on_each_database! {
    async fn whoever_asks_is_given_all_of_theirs_and_nothing_of_others(server: Server) {
        let ada = client(Some(&person(&server, "Ada Quillfeather", "editor=LDS")));
        let ben = client(Some(&person(&server, "Ben Ostrowski", "editor=LDS")));
        for by in [&ada, &ben] {
            let leeds = json!({ "title": "Road sensors", "summary": "Sensors in lamp posts count vehicles on the roads of the city.", "lead": "LDS" });
            let made = asked(&server, by, "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } errors { message } } }", json!({ "input": leeds })).await;
            assert!(made["createProject"]["project"]["id"].is_string(), "{made}");
        }
        let data = asked(&server, &ada, "{ exportMyData }", json!({})).await["exportMyData"].take();
        assert_eq!(data["account"]["name"], "Ada Quillfeather");
        assert_eq!(data["roles"][0]["role"], "EDITOR");
        assert_eq!(data["apiKeys"].as_array().unwrap().len(), 1);
        assert_eq!(data["truncated"], json!([]));
        assert!(data["audit"].as_array().unwrap().iter().any(|entry| entry["operation"] == "createProject"), "{data:#}");
        assert_eq!(data["addresses"][0]["address"], "127.0.0.1");
        let text = data.to_string();
        assert!(!text.contains("Ostrowski") && !text.contains("\"hash\""), "{text}");
        let public = server.graphql_by(&client(None), "{ exportMyData }", json!({})).await;
        assert_eq!(public["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }

    async fn whoever_is_erased_leaves_records_and_no_name(server: Server) {
        let secret = person(&server, "Ada Quillfeather", "editor=LDS");
        let ada = client(Some(&secret));
        let leeds = json!({ "title": "Road sensors", "summary": "Sensors in lamp posts count vehicles on the roads of the city.", "lead": "LDS" });
        let made = asked(&server, &ada, "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }", json!({ "input": leeds })).await;
        let project = made["createProject"]["project"]["id"].clone();
        let york = server.data("{ authority(code: \"YOR\") { id } }", json!({})).await["authority"]["id"].clone();
        let interest = "mutation ($to: ID!, $from: ID!) { expressInterest(input: { from: $from, to: $to, message: \"Please ring Quillfeather at the depot.\" }) { interest { id } errors { code path message } } }";
        let lds = server.data("{ authority(code: \"LDS\") { id } }", json!({})).await["authority"]["id"].clone();
        let sent = asked(&server, &ada, interest, json!({ "from": lds, "to": york })).await;
        assert_eq!(sent["expressInterest"]["errors"], json!([]), "{sent}");
        let key_made = "mutation { createApiKey(input: { name: \"Quillfeather's laptop\" }) { errors { code } } }";
        asked(&server, &ada, key_made, json!({})).await;
        let id = asked(&server, &ada, ME, json!({})).await["viewer"]["account"]["id"].take();
        // Somebody else's looks as if it were not there.
        let ben = client(Some(&person(&server, "Ben Ostrowski", "editor=LDS")));
        let refused = asked(&server, &ben, ERASE, json!({ "account": id })).await;
        assert_eq!(refused["eraseMyData"]["errors"][0]["code"], "NOT_FOUND", "{refused}");
        assert!(whole(&server.database).await.contains("Quillfeather"));
        let done = asked(&server, &ada, ERASE, json!({ "account": id })).await;
        assert_eq!(done["eraseMyData"]["errors"], json!([]), "{done}");
        let kinds: Vec<&str> = done["eraseMyData"]["erased"].as_array().unwrap().iter().map(|erased| erased["kind"].as_str().unwrap()).collect();
        for kind in ["account", "api_key", "interest", "audit_origin"] {
            assert!(kinds.contains(&kind), "{done}");
        }
        let refused = ada.post(format!("{}/graphql", server.url)).json(&json!({ "query": ME })).send().await.unwrap();
        assert_eq!(refused.status(), 401, "the account is closed");
        let everything = whole(&server.database).await;
        assert!(!everything.contains("Quillfeather"), "{}", everything.lines().find(|line| line.contains("Quillfeather")).unwrap_or_default());
        let kept = server.data("query ($id: ID!) { project(id: $id) { title history { nodes { changedBy } } } }", json!({ "id": project })).await;
        assert_eq!(kept["project"]["title"], "Road sensors", "the public record stays");
        assert_eq!(kept["project"]["history"]["nodes"][0]["changedBy"], "erased");
        let verified = tandem(server.database.folder(), &["audit", "verify", "--database-url", &server.database.url]);
        assert!(verified.status.success(), "the log stays whole: {}", String::from_utf8_lossy(&verified.stdout));
    }

    async fn the_last_administrator_is_not_erased(server: Server) {
        let id = server.data(ME, json!({})).await["viewer"]["account"]["id"].take();
        let refused = server.data(ERASE, json!({ "account": id })).await;
        assert_eq!(refused["eraseMyData"]["errors"][0]["code"], "CONFLICT");
        assert_eq!(refused["eraseMyData"]["errors"][0]["path"], json!(["input", "account"]));
        assert_eq!(server.data(ME, json!({})).await["viewer"]["account"]["name"], "A test");
    }

    async fn what_was_kept_long_enough_goes_and_the_rest_stays(server: Server) {
        create(&server, &damp()).await;
        let old = person(&server, "Ada Quillfeather", "editor=LDS");
        let id = asked(&server, &client(Some(&old)), ME, json!({})).await["viewer"]["account"]["id"].take();
        server.data("mutation ($id: ID!) { closeAccount(input: { id: $id }) { errors { code } } }", json!({ "id": id })).await;
        let database = server.database.clone();
        server.stop();
        let kept = async |what: &str| -> i64 {
            let connection = connect(&database).await;
            let number = column::<i64>(&connection, &format!("SELECT COUNT(*) AS n FROM {what}"), "n").await[0];
            connection.close().await.unwrap();
            number
        };
        let named = "account WHERE name = 'Ada Quillfeather'";
        let run = |more: &[&str]| {
            let mut arguments = vec!["retention", "--database-url", &database.url];
            arguments.extend(more);
            let output = tandem(database.folder(), &arguments);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        assert!(kept("audit_origin").await > 0);
        assert!(run(&[]).contains("nothing"), "nothing is old yet");
        execute(&database, "UPDATE audit_origin SET noted_at = '2020-01-01 00:00:00+00:00'").await;
        execute(&database, "UPDATE account SET closed_at = '2025-10-01 00:00:00+00:00' WHERE closed_at IS NOT NULL").await;
        execute(&database, "UPDATE api_key SET revoked_at = '2025-10-01 00:00:00+00:00' WHERE revoked_at IS NOT NULL").await;
        let told = run(&["--retain-closed-accounts", "30000", "--retain-dead-keys", "30000"]);
        assert!(told.contains("addresses") && !told.contains("accounts"), "{told}");
        assert_eq!((kept("audit_origin").await, kept(named).await), (0, 1));
        let told = run(&[]);
        assert!(told.contains("closed accounts: 1 ") && told.contains("keys: 1 "), "{told}");
        assert_eq!(kept(named).await, 0);
        let verified = tandem(database.folder(), &["audit", "verify", "--database-url", &database.url]);
        assert!(verified.status.success(), "without the addresses the log is whole as before");
    }

    /// A table that nobody told the log and the register of is found here.
    async fn every_table_is_known_to_the_log_and_every_personal_column_is_there(server: Server) {
        let connection = connect(&server.database).await;
        for table in tests::rows::counts(&server.database).await.keys() {
            let known = tables::of(table).is_some() || tables::UNTOLD.contains(&table.as_str());
            assert!(known, "the audit log knows nothing of {table}");
        }
        for entry in REGISTER {
            let sql = format!("SELECT COUNT({}) AS n FROM {}", entry.column, entry.table);
            column::<i64>(&connection, &sql, "n").await;
        }
        connection.close().await.unwrap();
    }
}

#[test]
fn the_register_is_what_people_are_told() {
    let page = std::fs::read_to_string(root().join("docs/privacy.md")).unwrap();
    for entry in REGISTER {
        let fate = match entry.fate {
            Fate::ErasedOnRequest => "on request",
            Fate::ErasedOnRequestAndInTime => "on request, and in time",
            Fate::ErasedInTime => "in time",
            Fate::Record => "stays",
        };
        let line = format!("| `{}.{}` | {} | {fate} |", entry.table, entry.column, entry.what);
        assert!(page.contains(&line), "docs/privacy.md lacks\n{line}");
    }
    assert_eq!(
        page.lines().filter(|line| line.starts_with("| `")).count(),
        REGISTER.len() + 6,
        "and the six settings"
    );
}
