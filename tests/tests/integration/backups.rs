//! The whole database as a file, and back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tests::rows::{counts, execute};
use tests::{Backend, Database, Server, tandem};

use crate::drafts::{create, damp};

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn backup(database: &Database, file: &str) -> Output {
    tandem(
        database.folder(),
        &["backup", file, "--database-url", &database.url],
    )
}

fn restore(database: &Database, file: &Path, more: &[&str]) -> Output {
    let file = file.to_str().unwrap();
    let mut arguments = vec!["restore", file, "--database-url", &database.url];
    arguments.extend(more);
    tandem(database.folder(), &arguments)
}

/// The rows of a backup, without the head and the last line, which tells the time. Databases sort some keys differently.
fn rows(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1..lines.len() - 1].iter().cloned().collect()
}

fn other(backend: Backend) -> Backend {
    match backend {
        Backend::Sqlite => Backend::Postgres,
        Backend::Postgres => Backend::Sqlite,
    }
}

tests::on_each_database! {
    /// Into the same kind of database, into the other kind, and compressed: each time every row comes back as it was.
    async fn what_was_backed_up_is_restored_row_by_row(server: Server) {
        let id = create(&server, &damp()).await;
        let database = server.database.clone();
        server.stop();
        for file in ["a.jsonl", "a.jsonl.gz"] {
            let done = backup(&database, file);
            assert!(done.status.success(), "{}", told(&done));
        }
        let file = database.folder().join("a.jsonl");
        assert!(rows(&file).len() > 3_000, "the reference data are in it too");
        for (kind, from) in [(database.backend, "a.jsonl"), (other(database.backend), "a.jsonl.gz")] {
            let Some(empty) = Database::create(kind).await else { continue };
            let done = restore(&empty, &database.folder().join(from), &[]);
            assert!(done.status.success(), "{}", told(&done));
            let again = backup(&empty, "b.jsonl");
            assert!(again.status.success(), "{}", told(&again));
            let (before, after) = (rows(&file), rows(&empty.folder().join("b.jsonl")));
            assert_eq!(before.len(), after.len());
            let differing: Vec<&String> = before.symmetric_difference(&after).take(3).collect();
            assert!(differing.is_empty(), "{kind:?}: {differing:#?}");
            let server = Server::start(empty.clone()).await;
            let data = server.data("query ($id: ID!) { project(id: $id) { title } }", json!({ "id": id })).await;
            assert_eq!(data["project"]["title"], damp()["title"]);
            create(&server, &damp()).await;
            server.stop();
            let verified = tandem(empty.folder(), &["audit", "verify", "--database-url", &empty.url]);
            assert!(verified.status.success(), "the chain goes on: {}", told(&verified));
            empty.remove().await;
        }
    }

    async fn a_backup_while_writes_go_on_is_of_one_moment(server: Server) {
        create(&server, &damp()).await;
        let query = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }";
        let (url, http) = (format!("{}/graphql", server.url), server.http.clone());
        let writing = tokio::spawn(async move {
            for _ in 0..40 {
                let body = json!({ "query": query, "variables": { "input": damp() } });
                let answer: Value = http.post(&url).json(&body).send().await.unwrap().json().await.unwrap();
                assert!(answer["data"]["createProject"]["project"]["id"].is_string(), "{answer}");
            }
        });
        let database = server.database.clone();
        let taken = tokio::task::spawn_blocking({ let database = database.clone(); move || backup(&database, "a.jsonl") }).await.unwrap();
        assert!(taken.status.success(), "{}", told(&taken));
        writing.await.unwrap();
        let empty = Database::create(database.backend).await.unwrap();
        let done = restore(&empty, &database.folder().join("a.jsonl"), &[]);
        assert!(done.status.success(), "{}", told(&done));
        // The numbers of changes have no gap, and the log ends where it says: nothing is of a later moment.
        let counted = counts(&empty).await;
        let connection = tests::rows::connect(&empty).await;
        let last = tests::rows::column::<i64>(&connection, "SELECT change_seq AS n FROM catalogue", "n").await[0];
        connection.close().await.unwrap();
        assert_eq!(counted["project"], last, "each creation is one change");
        let verified = tandem(empty.folder(), &["audit", "verify", "--database-url", &empty.url]);
        assert!(verified.status.success(), "{}", told(&verified));
        empty.remove().await;
    }

    async fn a_database_that_holds_something_is_not_overwritten_unless_told(server: Server) {
        create(&server, &damp()).await;
        let database = server.database.clone();
        server.stop();
        assert!(backup(&database, "a.jsonl").status.success());
        let file = database.folder().join("a.jsonl");
        let before = counts(&database).await;
        let refused = restore(&database, &file, &[]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(told(&refused).contains("--replace"), "{}", told(&refused));
        assert_eq!(counts(&database).await, before);
        execute(&database, "UPDATE project SET title = 'Spoilt'").await;
        let done = restore(&database, &file, &["--replace"]);
        assert!(done.status.success(), "{}", told(&done));
        assert!(backup(&database, "b.jsonl").status.success());
        assert_eq!(rows(&file), rows(&database.folder().join("b.jsonl")));
    }

    async fn a_file_that_is_not_whole_changes_nothing(database: Database) {
        assert!(tandem(database.folder(), &["migrate", "--database-url", &database.url]).status.success());
        assert!(backup(&database, "a.jsonl").status.success());
        let file = database.folder().join("a.jsonl");
        let whole = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        let cut = lines[..lines.len() - 1].join("\n") + "\n";
        let changed = whole.replacen("[0,[1,0", "[0,[1,7", 1);
        assert_ne!(changed, whole);
        let newer = whole.replacen("m20261122_16_audit", "m20991231_1_later", 1);
        let format = whole.replacen("\"tandem_backup\":1", "\"tandem_backup\":2", 1);
        let before = counts(&database).await;
        for (text, expected) in [
            (cut, "cut off"), (changed, "digest"), (newer, ""), (format, "newer"), ("id,title\n".to_owned(), "no backup"), (String::new(), "no backup"),
        ] {
            let wrong = database.folder().join("wrong.jsonl");
            fs::write(&wrong, text).unwrap();
            let refused = restore(&database, &wrong, &["--replace"]);
            assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
            assert!(told(&refused).contains(expected), "{}", told(&refused));
            assert_eq!(counts(&database).await, before);
        }
    }
}

tests::on_each_database! {
    /// Each release left a backup of a database that was in use. Every later version takes it, and brings it forward.
    async fn the_database_of_every_release_is_brought_forward(database: Database) {
        let folder = tests::root().join("tests/fixtures/releases");
        let mut releases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        releases.retain(|file| file.extension().is_some_and(|extension| extension == "gz"));
        releases.sort();
        assert!(!releases.is_empty(), "there is a release to come from");
        for file in releases {
            let done = restore(&database, &file, &["--replace"]);
            assert!(done.status.success(), "{}: {}", file.display(), told(&done));
            let expected: Value = serde_json::from_str(&fs::read_to_string(file.with_extension("").with_extension("json")).unwrap()).unwrap();
            let found = counts(&database).await;
            let tables = expected.as_object().unwrap().iter();
            for (table, rows) in tables.filter(|(table, _)| !table.starts_with("audit_")) {
                assert_eq!(json!(found.get(table)), *rows, "{}: rows of {table}", file.display());
            }
            let server = Server::start(database.clone()).await;
            let data = server.data("{ projects(first: 1) { totalCount nodes { title lead { name } } } }", json!({})).await;
            assert_eq!(data["projects"]["totalCount"], expected["project"], "{data:#}");
            create(&server, &damp()).await;
            server.stop();
            let verified = tandem(database.folder(), &["audit", "verify", "--database-url", &database.url]);
            assert!(verified.status.success(), "{}", told(&verified));
        }
    }
}
