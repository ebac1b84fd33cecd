//! The dependency rules of ARCHITECTURE.md, held by reading the source; each checker is shown a breach of its rule.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tests::source::{Source, files, sources};

/// The crates that each crate of the workspace may depend on.
const CRATES: [(&str, &[&str]); 5] = [
    ("matching", &[]),
    ("entity", &[]),
    ("migration", &[]),
    ("api", &["matching", "entity", "migration"]),
    ("tests", &["matching", "entity", "migration", "tandem"]),
];

/// The modules of `api` that each of its rooms knows nothing of: requests go `graphql → service → store`.
const UNKNOWN_TO: [(&str, &[&str]); 6] = [
    (
        "store",
        &["graphql", "service", "live", "http", "server", "command"],
    ),
    ("service", &["graphql", "http", "server", "command"]),
    ("live", &["graphql", "http", "server", "command"]),
    ("graphql", &["http", "server", "command"]),
    (
        "exchange",
        &["graphql", "service", "store", "live", "http", "server", "command"],
    ),
    (
        "data",
        &["graphql", "service", "store", "live", "http", "server", "command"],
    ),
];

/// Who may call `matching`: use cases, the index, and what works on files without a database.
const MATCHERS: [&str; 5] = ["service", "live", "command", "exchange", "data"];

/// What would let time, chance, the machine or another crate into `matching`.
const IMPURE: [&str; 16] = [
    "actix_web",
    "async",
    "async_graphql",
    "await",
    "chrono",
    "entity",
    "env",
    "net",
    "process",
    "rand",
    "reqwest",
    "sea_orm",
    "sqlx",
    "time",
    "tokio",
    "tracing",
];

/// `fs` and `io` are for the encoder alone, which is loaded from a directory.
const READING: [&str; 2] = ["fs", "io"];

fn room(source: &Source) -> String {
    source.module().into_iter().next().unwrap_or_default()
}

fn undeclared(metadata: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let Some((_, allowed)) = CRATES.iter().find(|(known, _)| *known == name) else {
            found.push(format!("{name} has no rule"));
            continue;
        };
        for needed in package["dependencies"].as_array().unwrap() {
            let local = needed["path"].is_string();
            let called = needed["rename"].as_str().or(needed["name"].as_str()).unwrap();
            if local && !allowed.contains(&called) {
                found.push(format!("{name} depends on {called}"));
            }
        }
    }
    found
}

fn wrong_ways(source: &Source) -> Vec<String> {
    let room = room(source);
    let unknown = UNKNOWN_TO
        .iter()
        .find(|(known, _)| *known == room)
        .map_or(&[][..], |(_, unknown)| *unknown);
    let wrong = source
        .own_paths()
        .into_iter()
        .filter(|(path, _)| unknown.contains(&path[0].as_str()));
    wrong
        .map(|(path, line)| format!("{}:{line} names {}", source.path, path.join("::")))
        .collect()
}

/// Where a word stands as the name of a crate or module: before or after `::`, or in an import.
fn named(source: &Source, names: &[&str]) -> Vec<String> {
    let text = |at: Option<usize>| {
        at.and_then(|at| source.tokens.get(at))
            .map_or("", |token| token.text.as_str())
    };
    let mut found = Vec::new();
    for (at, token) in source.product().iter().enumerate() {
        let (before, after) = (text(at.checked_sub(1)), text(Some(at + 1)));
        let path = before == "::" || after == "::" || matches!(before, "use" | "crate");
        let keyword = matches!(token.text.as_str(), "async" | "await");
        if names.contains(&token.text.as_str()) && (path || keyword) {
            found.push(format!("{}:{} names {}", source.path, token.line, token.text));
        }
    }
    found
}

fn stray_calls_of_matching(source: &Source) -> Vec<String> {
    if MATCHERS.contains(&room(source).as_str()) {
        Vec::new()
    } else {
        named(source, &["matching"])
    }
}

fn stray_graphql(source: &Source) -> Vec<String> {
    let room = room(source);
    if matches!(room.as_str(), "graphql" | "error") || room.starts_with("http") {
        return Vec::new();
    }
    named(source, &["async_graphql", "async_graphql_actix_web"])
}

/// Reads of the environment: `std::env`, and clap's `env` in an attribute. `env!` is read by the compiler.
fn stray_settings(source: &Source) -> Vec<String> {
    if room(source) == "config" {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, token) in source.product().iter().enumerate() {
        let compiled = source.tokens.get(at + 1).is_some_and(|next| next.text == "!");
        if matches!(token.text.as_str(), "env" | "var_os" | "dotenvy") && !compiled {
            found.push(format!("{}:{} names {}", source.path, token.line, token.text));
        }
    }
    found
}

fn impurities(source: &Source) -> Vec<String> {
    let mut banned = IMPURE.to_vec();
    if room(source) != "encoder" {
        banned.extend(READING);
    }
    named(source, &banned)
}

fn bad_name(path: &str) -> bool {
    Path::new(path).components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        let stem = name.split('.').next().unwrap_or_default();
        let rust = !name.contains('.') || name.ends_with(".rs");
        let empty = matches!(stem, "util" | "utils" | "helper" | "helpers" | "common" | "misc");
        name == "mod.rs" || (rust && empty)
    })
}

/// A path of one machine or the host of a package registry. Spelled in halves, so that this file has none.
fn place(text: &str) -> Option<String> {
    let hosts = [
        concat!("registry.npm", "js"),
        concat!("static.crates", ".io"),
        concat!("files.python", "hosted"),
    ];
    if let Some(host) = hosts.iter().find(|host| text.contains(**host)) {
        return Some((*host).to_owned());
    }
    let folders = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/tm", "p/"),
        concat!("/ho", "me/"),
    ];
    folders.iter().find_map(|folder| {
        // Within an address a folder may be called so: only where a path begins is it one of a machine.
        let inside = |before: char| before.is_alphanumeric() || "-_.~}".contains(before);
        let begins = |at: usize| text.get(..at).is_some_and(|before| !before.ends_with(inside));
        text.match_indices(folder)
            .any(|(at, _)| begins(at))
            .then(|| (*folder).to_owned())
    })
}

fn all(sources: &[Source], breaches: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    sources.iter().flat_map(breaches).collect()
}

#[track_caller]
fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[track_caller]
fn caught(path: &str, text: &str, breaches: impl Fn(&Source) -> Vec<String>) {
    assert_eq!(breaches(&Source::parse(path, text)).len(), 1, "in {path}: {text}");
}

#[track_caller]
fn passed(path: &str, text: &str, breaches: impl Fn(&Source) -> Vec<String>) {
    none(&breaches(&Source::parse(path, text)));
}

#[test]
fn crates_depend_downwards_only() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(tests::root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(metadata["packages"].as_array().unwrap().len(), CRATES.len());
    none(&undeclared(&metadata));

    let inverted = json!({ "packages": [{
        "name": "matching",
        "dependencies": [{ "name": "entity", "path": "entity" }, { "name": "strsim" }],
    }]});
    assert_eq!(undeclared(&inverted), ["matching depends on entity"]);
    let unknown = json!({ "packages": [{ "name": "extra", "dependencies": [] }]});
    assert_eq!(undeclared(&unknown), ["extra has no rule"]);
}

/// A rule about a room that was renamed would hold for ever and mean nothing.
#[test]
fn the_rules_speak_of_rooms_that_exist() {
    let rooms: Vec<String> = sources("api/src").iter().map(room).collect();
    for (named, _) in UNKNOWN_TO {
        assert!(rooms.iter().any(|room| room == named), "api has no {named}");
    }
}

#[test]
fn requests_go_from_graphql_to_service_to_store() {
    caught(
        "api/src/store/project.rs",
        "use crate::service::project;",
        wrong_ways,
    );
    caught(
        "api/src/store/project.rs",
        "use crate::{error::ApiError, graphql::{query}};",
        wrong_ways,
    );
    caught(
        "api/src/store/project.rs",
        "fn f() { super::super::live::wake() }",
        wrong_ways,
    );
    caught(
        "api/src/store.rs",
        "fn f() { info!(n = crate::service::n()); }",
        wrong_ways,
    );
    caught(
        "api/src/service/overlap.rs",
        "use crate::graphql;\nuse crate::graphql::Query;",
        |source| wrong_ways(source).into_iter().skip(1).collect(),
    );
    passed(
        "api/src/graphql/query.rs",
        "use crate::{service::project, store};",
        wrong_ways,
    );
    passed(
        "api/src/store/project.rs",
        "//! See [`crate::service`].\nconst S: &str = \"crate::service::x\";",
        wrong_ways,
    );
    none(&all(&sources("api/src"), wrong_ways));
}

#[test]
fn only_use_cases_the_index_and_file_commands_call_matching() {
    caught(
        "api/src/graphql/query.rs",
        "use matching::Score;",
        stray_calls_of_matching,
    );
    caught(
        "api/src/store/overlap.rs",
        "fn f() -> matching::Score {}",
        stray_calls_of_matching,
    );
    passed(
        "api/src/service/overlap.rs",
        "use matching::Score;",
        stray_calls_of_matching,
    );
    passed(
        "api/src/store/overlap.rs",
        "let matching = 1;",
        stray_calls_of_matching,
    );
    none(&all(&sources("api/src"), stray_calls_of_matching));
}

#[test]
fn only_the_edge_names_the_graphql_library() {
    caught(
        "api/src/service/project.rs",
        "use async_graphql::ID;",
        stray_graphql,
    );
    caught("api/src/main.rs", "use async_graphql as gql;", stray_graphql);
    passed(
        "api/src/error.rs",
        "use async_graphql::ErrorExtensions;",
        stray_graphql,
    );
    let all_rooms = sources("api/src");
    none(&all(&all_rooms, stray_graphql));
    none(&all(&sources("matching/src"), stray_graphql));
    none(&all(&sources("entity/src"), stray_graphql));
}

#[test]
fn only_the_configuration_reads_the_environment() {
    caught(
        "api/src/server.rs",
        "let port = std::env::var(\"PORT\");",
        stray_settings,
    );
    caught(
        "api/src/command/serve.rs",
        "#[arg(long, env = \"TANDEM_PORT\")]",
        stray_settings,
    );
    caught("api/src/command/serve.rs", "#[arg(long, env)]", stray_settings);
    passed(
        "api/src/config.rs",
        "#[arg(long, env = \"TANDEM_PORT\")]",
        stray_settings,
    );
    passed(
        "api/src/http.rs",
        "const VERSION: &str = env!(\"CARGO_PKG_VERSION\");",
        stray_settings,
    );
    for folder in ["api/src", "entity/src", "matching/src", "migration/src"] {
        none(&all(&sources(folder), stray_settings));
    }
}

#[test]
fn matching_is_pure() {
    caught("matching/src/score.rs", "use std::time::Instant;", impurities);
    caught("matching/src/score.rs", "fn f() { std::fs::read(p) }", impurities);
    caught("matching/src/index.rs", "async fn f() {}", impurities);
    caught(
        "matching/src/index.rs",
        "use std::{fs::File, sync::Arc};",
        impurities,
    );
    passed(
        "matching/src/encoder/weights.rs",
        "use std::fs::File;",
        impurities,
    );
    passed(
        "matching/src/score.rs",
        "fn f(time: u32) { let process = time; }",
        impurities,
    );
    none(&all(&sources("matching/src"), impurities));
}

#[test]
fn files_are_called_by_nouns() {
    for bad in [
        "api/src/graphql/mod.rs",
        "api/src/utils.rs",
        "matching/src/common/words.rs",
        "script/helpers",
    ] {
        assert!(bad_name(bad), "{bad}");
    }
    for good in [
        "api/src/model.rs",
        "matching/src/score.rs",
        "docs/common.md",
        "api/src/helpers_of_none.rs",
    ] {
        assert!(!bad_name(good), "{good}");
    }
    let bad: Vec<String> = files("").into_iter().filter(|path| bad_name(path)).collect();
    none(&bad);
}

#[test]
fn nothing_names_a_place_on_one_machine() {
    for bad in [
        "cd /wo@rk/main",
        "path = \"/ro@ot/x\"",
        "file:///tm@p/x",
        "https://registry.npm@js.org/x",
    ] {
        assert!(place(&bad.replace('@', "")).is_some(), "{bad}");
    }
    for good in ["https://leeds.example/wo@rk/", "/our-wo@rk/", "the net/wo@rk"] {
        assert!(place(&good.replace('@', "")).is_none(), "{good}");
    }
    let mut found = Vec::new();
    for path in files("") {
        // What is not text has no path to read, and the lock file says where packages come from.
        let Ok(text) = fs::read_to_string(tests::root().join(&path)) else {
            continue;
        };
        if let Some(place) = place(&text).filter(|_| path != "Cargo.lock") {
            found.push(format!("{path} names {place}"));
        }
    }
    none(&found);
}
