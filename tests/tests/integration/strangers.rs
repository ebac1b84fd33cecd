//! What strangers learn and may ask of the real schema: names are not put right, documents are known beforehand, pages have
//! their price.

use serde_json::{Value, json};
use tandem::graphql;
use tandem::graphql::guarded::operations_of;
use tests::server::{client, key};
use tests::subscription::Heard;
use tests::{Database, Server, tandem};

use crate::drafts::{create, damp, damp_elsewhere};

/// Where `tandem serve` ends at once, and what it says.
fn refused(database: &Database, documents: &str) -> String {
    let arguments = [
        "serve",
        "--bind",
        "127.0.0.1:0",
        "--database-url",
        &database.url,
        "--documents",
        documents,
    ];
    let output = tandem(database.folder(), &arguments);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

tests::on_each_database! {
    /// Each operation with a letter left out, as somebody tries who guesses: nothing tells how it is really called.
    async fn wrong_names_are_not_put_right_over_http_and_socket(server: Server) {
        let stranger = client(None);
        let guesses: Vec<(String, String)> = operations_of(&graphql::sdl()).into_iter()
            .map(|(root, name)| (format!("{} {{ {} {{ id }} }}", format!("{root:?}").to_lowercase(), &name[1..]), name)).collect();
        let below = [("{ projects { nodes { titel sumary } } }", "title"), ("{ projects(serch: \"x\") { totalCount } }", "search"),
            ("query ($f: ProjectFiltr) { projects(filter: $f) { totalCount } }", "ProjectFilter"), ("{ projects(orderBy: { field: TITEL }) { totalCount } }", "TITLE"),
            ("{ overlapSummary(by: THEMES) { key } }", "THEME,"), ("{ node(id: \"x\") { ... on Projct { id } } }", "Project\"")];
        let guesses = guesses.into_iter().chain(below.map(|(query, name)| (query.to_owned(), name.to_owned())));
        let mut socket = server.socket().await;
        for (place, (query, name)) in guesses.enumerate() {
            let answer = server.graphql_by(&stranger, &query, json!({})).await;
            assert!(answer.get("data").is_none_or(Value::is_null), "{query}: {answer}");
            let mut told = answer["errors"].to_string();
            if place % 10 == 0 {
                let id = format!("guess {place}");
                socket.subscribe(&id, &query, json!({})).await;
                let Heard::Message(answer) = socket.hear().await else { panic!("{query} closed the socket") };
                assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!(id)), "{query}");
                told += &answer.to_string();
            }
            assert!(told.contains("BAD_USER_INPUT"), "{query}: {told}");
            assert!(!told.contains("Did you mean") && !told.contains(&name), "{query}: {told}");
        }
    }

    async fn trusted_documents_are_held_against_the_schema_before_the_server_starts(database: Database) {
        let folder = database.folder().join("documents");
        std::fs::create_dir(&folder).unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        write("titles.graphql", "query Titles($first: Int!) { projects(first: $first) { nodes { title } } }");
        write("older.graphql", "query Older {\n  projects { nodes { titel } }\n}");
        write("gone.graphql", "{ nothing }");
        let path = folder.display().to_string();
        let said = refused(&database, &path);
        for wanted in ["older:2:22:", "titel", "gone:1:3:", "nothing"] {
            assert!(said.contains(wanted), "{wanted} in {said}");
        }
        assert!(!said.contains("titles:"), "{said}");
        std::fs::remove_file(folder.join("older.graphql")).unwrap();
        std::fs::remove_file(folder.join("gone.graphql")).unwrap();
        let server = Server::start_as(database, &["--documents", &path, "--documents-only"]).await;
        create(&server, &damp()).await;
        let named = json!({ "documentId": "titles", "variables": { "first": 1 } });
        let ask = async |body: Value| -> Value {
            client(None).post(format!("{}/graphql", server.url)).json(&body).send().await.unwrap().json().await.unwrap()
        };
        assert_eq!(ask(named).await["data"]["projects"]["nodes"][0]["title"], damp()["title"]);
        let other = ask(json!({ "query": "{ projects { totalCount } }" })).await;
        assert_eq!(other["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{other}");
    }

    async fn the_page_of_a_report_costs_its_reader_what_its_query_costs(database: Database) {
        let server = Server::start_as(database, &["--rate-limit-strangers", "500", "--rate-limit-known", "1000000"]).await;
        create(&server, &damp()).await;
        create(&server, &damp_elsewhere()).await;
        let id = tests::eventually("the finding", async || {
            let found = server.data("{ overlaps(first: 1) { nodes { id } } }", json!({})).await;
            found["overlaps"]["nodes"][0]["id"].as_str().map(str::to_owned)
        }).await;
        let page = async |by: &reqwest::Client| by.get(format!("{}/reports/overlaps/{id}", server.url)).send().await.unwrap();
        let stranger = client(None);
        let first = page(&stranger).await;
        assert_eq!(first.status(), 200);
        let left = first.headers()["ratelimit"].to_str().unwrap().to_owned();
        assert!(left.starts_with("\"address\";r=1"), "some 310 of 500 points are gone: {left}");
        let second = page(&stranger).await;
        assert_eq!(second.status(), 429);
        assert!(second.headers().contains_key("retry-after"));
        let answer: Value = second.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "RATE_LIMITED", "{answer}");
        // Whoever is known pays from their own.
        let known = client(Some(&key(server.database.folder(), &server.database.url, &["--role", "app"])));
        let mine = page(&known).await;
        assert_eq!(mine.headers()["ratelimit-policy"], "\"account\";q=1000000;w=60");
    }
}

/// Whoever else has an account on the machine reads neither the database nor what lies beside it.
#[cfg(unix)]
#[test]
fn the_files_of_a_new_database_are_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    tests::run(tests::Backend::Sqlite, async |server: Server| {
        let folder = std::fs::read_dir(server.database.folder()).unwrap();
        let files: Vec<_> = folder
            .map(|file| file.unwrap().path())
            .filter(|path| path.display().to_string().contains("tandem.db"))
            .collect();
        assert!(files.len() >= 2, "the file and its log: {files:?}");
        for file in files {
            let mode = std::fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", file.display());
        }
    });
}
