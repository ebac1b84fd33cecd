//! The dependency rules of ARCHITECTURE.md, held by reading the source; each checker is shown a breach of its rule.

mod rules;

use std::fs;
use std::process::Command;

use rules::*;
use serde_json::{Value, json};
use tests::source::{Source, files, sources};

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
    let derived = "use async_graphql::Enum;";
    passed("entity/src/kinds/project.rs", derived, stray_graphql);
    caught("entity/src/project.rs", derived, stray_graphql);
    caught(
        "entity/src/kinds/project.rs",
        "use async_graphql::SimpleObject;",
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
