//! Who is let in, and what each may do.

use serde_json::{Value, json};
use tandem::access::rules::RULES;
use tandem::graphql;
use tandem::graphql::guarded::operations_of;
use tests::server::{client, key};
use tests::subscription::{Heard, Socket};
use tests::{Server, root};

use crate::drafts::damp;

const VIEWER: &str = "{ viewer { onlyReads account { name apiKeys { prefix lastUsedAt } } roles { role organisation { name } } } }";
const CREATE: &str = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id version } errors { message } } }";
const KEY: &str = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret apiKey { id prefix scope expiresAt revokedAt } errors { code path message } } }";
const REVOKE: &str = "mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { revokedAt } errors { code path } } }";
const ACCOUNT: &str = "mutation ($input: CreateAccountInput!) { createAccount(input: $input) {
    account { id name roles { role organisation { name } } } errors { code path message } } }";

/// Roles as `tandem key create` takes them. Those of one organisation are Leeds's.
const ROLES: [(&str, &[&str]); 6] = [
    ("APP", &["--role", "app"]),
    ("MEMBER", &["--role", "member=LDS"]),
    ("EDITOR", &["--role", "editor=LDS"]),
    ("FUNDER", &["--role", "funder=LDS"]),
    ("REVIEWER", &["--role", "reviewer"]),
    ("ADMINISTRATOR", &["--role", "administrator"]),
];

fn made(server: &Server, arguments: &[&str]) -> reqwest::Client {
    client(Some(&key(
        server.database.folder(),
        &server.database.url,
        arguments,
    )))
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_default()
}

#[test]
fn every_operation_has_a_rule_and_every_rule_an_operation() {
    let operations = operations_of(&graphql::sdl());
    assert!(operations.len() > 20, "{operations:?}");
    for (root, name) in &operations {
        assert!(
            RULES.iter().any(|(of, known, _)| of == root && known == name),
            "{root:?} {name} has no rule"
        );
    }
    for (root, name, _) in RULES {
        assert!(
            operations.iter().any(|(of, known)| of == root && known == name),
            "{root:?} {name} is a rule of nothing"
        );
    }
}

tests::on_each_database! {
    /// Every operation, asked by everybody: who is let through stands in a file that people read.
    async fn each_role_does_what_the_table_says(server: Server) {
        let mut askers = vec![("PUBLIC", client(None))];
        askers.extend(ROLES.iter().map(|(role, arguments)| (*role, made(&server, arguments))));
        let mut table = String::new();
        for (root, name) in operations_of(&graphql::sdl()) {
            let kind = format!("{root:?}").to_lowercase();
            // Nothing runs: the document asks for a field that no type has, and whoever is let through learns of that.
            let query = format!("{kind} {{ {name} {{ noSuchField }} }}");
            let mut through = Vec::new();
            for (role, asker) in &askers {
                if kind == "subscription" && *role != "PUBLIC" { continue }
                let answer = server.graphql_by(asker, &query, json!({})).await;
                match code(&answer) {
                    "BAD_USER_INPUT" => through.push(*role),
                    "UNAUTHENTICATED" => assert_eq!(*role, "PUBLIC", "{name}: {answer}"),
                    "FORBIDDEN" => assert_ne!(*role, "PUBLIC", "{name}: {answer}"),
                    _ => panic!("{name} as {role}: {answer}"),
                }
            }
            table += &format!("{kind} {name}: {}\n", through.join(" "));
        }
        let path = root().join("tests/goldens/access.txt");
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            std::fs::write(&path, &table).unwrap();
        }
        assert_eq!(table, std::fs::read_to_string(&path).unwrap(), "UPDATE_GOLDENS=1 writes tests/goldens/access.txt anew");
    }

    async fn editors_write_what_is_theirs_and_nothing_else(server: Server) {
        let leeds = made(&server, &["--role", "editor=LDS"]);
        let hull = made(&server, &["--role", "editor=Hull City Council"]);
        let draft = damp_of("Leeds City Council");
        let answer = server.graphql_by(&hull, CREATE, json!({ "input": draft })).await;
        assert_eq!(code(&answer), "FORBIDDEN", "{answer}");
        let mut answer = server.graphql_by(&leeds, CREATE, json!({ "input": draft })).await;
        let project = answer["data"]["createProject"]["project"].take();
        assert_eq!(project["version"], 1, "{answer}");
        let id = &project["id"];
        let changes = [
            ("updateProject", "UpdateProjectInput", json!({ "id": id, "version": 1, "title": "Another title" })),
            ("confirmProject", "ConfirmProjectInput", json!({ "id": id })),
            ("retireProject", "RetireProjectInput", json!({ "id": id, "reason": "it ended" })),
        ];
        for (name, kind, input) in changes {
            let query = format!("mutation ($input: {kind}!) {{ {name}(input: $input) {{ project {{ id }} errors {{ message }} }} }}");
            let answer = server.graphql_by(&hull, &query, json!({ "input": input })).await;
            assert_eq!(code(&answer), "FORBIDDEN", "{name}: {answer}");
            let answer = server.graphql_by(&leeds, &query, json!({ "input": input })).await;
            assert_eq!(answer["data"][name]["errors"], json!([]), "{name}: {answer}");
        }
        // The histories tell names to reviewers and administrators only.
        let history = "query ($id: ID!) { project(id: $id) { history(first: 9) { nodes { changedBy } } } }";
        let public = server.graphql_by(&client(None), history, json!({ "id": id })).await;
        let administrator = server.data(history, json!({ "id": id })).await;
        assert_eq!(public["data"]["project"]["history"]["nodes"][0]["changedBy"], "api");
        assert_eq!(administrator["project"]["history"]["nodes"][0]["changedBy"], "A test");
    }

    async fn whoever_took_over_from_an_authority_speaks_for_it(server: Server) {
        let draft = damp_of("Scarborough Borough Council");
        let answer = server.graphql(CREATE, json!({ "input": draft })).await;
        let id = &answer["data"]["createProject"]["project"]["id"];
        let confirm = "mutation ($input: ConfirmProjectInput!) { confirmProject(input: $input) { project { id } errors { message } } }";
        let successor = made(&server, &["--role", "editor=NYE"]);
        let answer = server.graphql_by(&successor, confirm, json!({ "input": { "id": id } })).await;
        assert_eq!(&answer["data"]["confirmProject"]["project"]["id"], id, "{answer}");
    }

    async fn keys_are_shown_once_scoped_replaced_and_taken_back(server: Server) {
        let own = made(&server, &["--role", "editor=LDS"]);
        let make = async |by: &reqwest::Client, input: Value| server.graphql_by(by, KEY, json!({ "input": input })).await;
        let mut answer = make(&own, json!({ "name": "reads" })).await;
        let first = answer["data"]["createApiKey"].take();
        let (secret, id) = (first["secret"].as_str().unwrap().to_owned(), &first["apiKey"]["id"]);
        assert!(secret.starts_with(first["apiKey"]["prefix"].as_str().unwrap()) && secret.len() > 40);
        let reading = client(Some(&secret));
        let viewer = server.graphql_by(&reading, VIEWER, json!({})).await;
        assert_eq!(viewer["data"]["viewer"]["onlyReads"], true, "{viewer}");
        assert_eq!(viewer["data"]["viewer"]["roles"], json!([{ "role": "EDITOR", "organisation": { "name": "Leeds City Council" } }]));
        assert!(!viewer["data"]["viewer"]["account"]["apiKeys"][1]["lastUsedAt"].is_null(), "{viewer}");
        let answer = server.graphql_by(&reading, CREATE, json!({ "input": damp_of("Leeds City Council") })).await;
        assert_eq!(code(&answer), "FORBIDDEN", "a key that reads changes nothing: {answer}");

        // Replaced, the old one works for the time that was granted; with none it does not work at all.
        let answer = make(&own, json!({ "name": "reads anew", "replaces": id, "replacedWorksForHours": 1 })).await;
        assert_eq!(answer["data"]["createApiKey"]["errors"], json!([]), "{answer}");
        assert_eq!(server.graphql_by(&reading, VIEWER, json!({})).await["data"]["viewer"]["onlyReads"], true);
        let answer = server.graphql_by(&own, REVOKE, json!({ "input": { "id": id } })).await;
        assert_eq!(answer["data"]["revokeApiKey"]["errors"], json!([]), "{answer}");
        let refused = reading.post(format!("{}/graphql", server.url)).json(&json!({ "query": VIEWER })).send().await.unwrap();
        assert_eq!((refused.status().as_u16(), refused.headers()["www-authenticate"].to_str().unwrap()), (401, "Bearer"));

        // Somebody else's key looks like none.
        let other = made(&server, &["--role", "editor=LDS"]);
        let answer = server.graphql_by(&other, REVOKE, json!({ "input": { "id": id } })).await;
        assert_eq!(answer["data"]["revokeApiKey"]["errors"][0]["code"], "NOT_FOUND", "{answer}");
        for (input, path) in [
            (json!({ "name": " " }), "name"), (json!({ "name": "x", "days": 0 }), "days"), (json!({ "name": "x", "days": 999_999 }), "days"),
            (json!({ "name": "x", "replaces": id }), "replaces"), (json!({ "name": "x", "account": "nonsense" }), "account"),
        ] {
            let answer = make(&own, input).await;
            assert_eq!(answer["data"]["createApiKey"]["errors"][0]["path"], json!(["input", path]), "{answer}");
        }
        // What is kept and what is logged has no key in it.
        let (_, said) = server.stop();
        assert!(!said.is_empty() && !said.iter().any(|line| line.contains(&secret)));
    }

    async fn a_wrong_credential_is_never_taken_for_none(server: Server) {
        let query = json!({ "query": "{ __typename }" });
        for shown in ["Bearer tandem_wrong", "Bearer a.b.c", "Basic dGVzdA==", "Bearer", "nonsense"] {
            let request = client(None).post(format!("{}/graphql", server.url)).header("authorization", shown).json(&query);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{shown}");
            let answer: Value = answer.json().await.unwrap();
            assert_eq!(code(&answer), "UNAUTHENTICATED", "{shown}: {answer}");
            assert!(answer.get("data").is_none());
        }
    }

    async fn sockets_know_who_listens_and_close_when_the_key_is_taken_back(server: Server) {
        let own = made(&server, &["--role", "editor=LDS"]);
        let mut answer = server.graphql_by(&own, KEY, json!({ "input": { "name": "listens", "scope": "WRITE" } })).await;
        let made = answer["data"]["createApiKey"].take();
        let shown = json!({ "Authorization": format!("Bearer {}", made["secret"].as_str().unwrap()) });
        let mut socket = Socket::open(&server.url).await;
        socket.send(&json!({ "type": "connection_init", "payload": shown })).await;
        assert!(matches!(socket.hear().await, Heard::Message(answer) if answer["type"] == "connection_ack"));
        socket.subscribe("1", "{ viewer { roles { role } } }", json!({})).await;
        let Heard::Message(answer) = socket.hear().await else { panic!("closed") };
        assert_eq!(answer["payload"]["data"]["viewer"]["roles"], json!([{ "role": "EDITOR" }]), "{answer}");
        assert!(matches!(socket.hear().await, Heard::Message(answer) if answer["type"] == "complete"));
        socket.subscribe("2", "mutation { mergeOrganisations { errors { code } } }", json!({})).await;
        let Heard::Message(answer) = socket.hear().await else { panic!("closed") };
        assert_eq!(answer["payload"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
        server.data(REVOKE, json!({ "input": { "id": made["apiKey"]["id"] } })).await;
        socket.subscribe("3", "{ __typename }", json!({})).await;
        assert_eq!(socket.hear().await, Heard::Closed(4403));

        let mut stranger = Socket::open(&server.url).await;
        stranger.send(&json!({ "type": "connection_init", "payload": { "authorization": "Bearer tandem_wrong" } })).await;
        assert_eq!(stranger.hear().await, Heard::Closed(4403));
    }

    async fn accounts_are_made_once_and_the_last_administrator_stays(server: Server) {
        let input = json!({ "kind": "PERSON", "name": "Ada", "issuer": "https://issuer.example", "subject": "ada", "idempotencyKey": "k",
            "roles": [{ "role": "REVIEWER" }, { "role": "MEMBER", "organisation": organisation(&server).await }] });
        let first = server.data(ACCOUNT, json!({ "input": input })).await;
        assert_eq!(first["createAccount"]["errors"], json!([]), "{first}");
        assert_eq!(server.data(ACCOUNT, json!({ "input": input })).await, first, "a retry gets the first result");
        let wrong = json!({ "kind": "APP", "name": " ", "subject": "ada", "roles": [{ "role": "EDITOR" }, { "role": "REVIEWER", "organisation": organisation(&server).await }] });
        let answer = server.data(ACCOUNT, json!({ "input": wrong })).await;
        let paths: Vec<&Value> = answer["createAccount"]["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
        assert_eq!(json!(paths), json!([["input", "name"], ["input", "issuer"], ["input", "roles", "0", "organisation"], ["input", "roles", "1", "organisation"]]));

        let close = "mutation ($input: CloseAccountInput!) { closeAccount(input: $input) { account { closedAt } errors { code path message } } }";
        let me = server.data("{ viewer { account { id } } accounts { totalCount nodes { name } } }", json!({})).await;
        assert_eq!(me["accounts"]["totalCount"], 2);
        let answer = server.data(close, json!({ "input": { "id": me["viewer"]["account"]["id"] } })).await;
        assert_eq!(answer["closeAccount"]["errors"][0]["code"], "CONFLICT", "{answer}");
        // What was refused changed nothing: the key goes on working.
        let answer = server.data(close, json!({ "input": { "id": first["createAccount"]["account"]["id"] } })).await;
        assert!(answer["closeAccount"]["account"]["closedAt"].is_string(), "{answer}");
    }

    async fn what_one_may_not_see_looks_as_if_it_were_not_there(server: Server) {
        let me = server.data("{ viewer { account { id } } }", json!({})).await;
        let id = &me["viewer"]["account"]["id"];
        let query = "query ($id: ID!) { node(id: $id) { id } }";
        assert_eq!(&server.data(query, json!({ "id": id })).await["node"]["id"], id);
        for by in [client(None), made(&server, &["--role", "reviewer"])] {
            assert_eq!(server.graphql_by(&by, query, json!({ "id": id })).await, json!({ "data": { "node": null } }));
        }
    }
}

fn damp_of(lead: &str) -> Value {
    let mut draft = damp();
    draft["lead"] = lead.into();
    draft
}

async fn organisation(server: &Server) -> Value {
    let mut found = server
        .data("{ authority(code: \"LDS\") { id } }", json!({}))
        .await;
    found["authority"]["id"].take()
}
