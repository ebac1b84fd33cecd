//! What breaches each rule, as text that names the place.

use std::path::Path;

use serde_json::Value;
use tests::source::{Source, Token};

/// The crates that each crate of the workspace may depend on.
pub(super) const CRATES: [(&str, &[&str]); 5] = [
    ("matching", &[]),
    ("entity", &[]),
    ("migration", &[]),
    ("api", &["matching", "entity", "migration"]),
    ("tests", &["matching", "entity", "migration", "tandem"]),
];

/// The modules of `api` that each of its rooms knows nothing of: requests go `graphql → service → store`.
pub(super) const UNKNOWN_TO: [(&str, &[&str]); 9] = [
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
        "search",
        &["graphql", "service", "store", "live", "http", "server", "command"],
    ),
    (
        "data",
        &["graphql", "service", "store", "live", "http", "server", "command"],
    ),
    (
        "survey",
        &["graphql", "service", "store", "live", "http", "server", "command"],
    ),
    ("form", &["graphql", "store", "live", "server", "command"]),
];

/// Who may call `matching`: use cases, the index, and what works on files without a database.
pub(super) const MATCHERS: [&str; 6] = ["service", "live", "command", "exchange", "data", "progress"];

/// What would let time, chance, the machine or another crate into `matching`.
pub(super) const IMPURE: [&str; 16] = [
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
pub(super) const READING: [&str; 2] = ["fs", "io"];

pub(super) fn room(source: &Source) -> String {
    source.module().into_iter().next().unwrap_or_default()
}

pub(super) fn undeclared(metadata: &Value) -> Vec<String> {
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

pub(super) fn wrong_ways(source: &Source) -> Vec<String> {
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
pub(super) fn named(source: &Source, names: &[&str]) -> Vec<String> {
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

pub(super) fn stray_calls_of_matching(source: &Source) -> Vec<String> {
    if MATCHERS.contains(&room(source).as_str()) {
        Vec::new()
    } else {
        named(source, &["matching"])
    }
}

pub(super) fn stray_graphql(source: &Source) -> Vec<String> {
    let room = room(source);
    if matches!(room.as_str(), "graphql" | "error") || room.starts_with("http") {
        return Vec::new();
    }
    let found = named(source, &["async_graphql", "async_graphql_actix_web"]);
    // Word lists are spelled alike everywhere: they derive the API's enumerations too, and name nothing else of it.
    let derived = ["use", "async_graphql", "::", "Enum", ";"];
    let is_derived = |tokens: &[Token]| tokens.iter().map(|token| token.text.as_str()).eq(derived);
    let only = source
        .tokens
        .windows(derived.len())
        .filter(|tokens| is_derived(tokens));
    match source.path.starts_with("entity/src/kinds/") && only.count() == found.len() {
        true => Vec::new(),
        false => found,
    }
}

/// Reads of the environment: `std::env`, and clap's `env` in an attribute. `env!` is read by the compiler.
pub(super) fn stray_settings(source: &Source) -> Vec<String> {
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

pub(super) fn impurities(source: &Source) -> Vec<String> {
    let mut banned = IMPURE.to_vec();
    if room(source) != "encoder" {
        banned.extend(READING);
    }
    named(source, &banned)
}

pub(super) fn bad_name(path: &str) -> bool {
    Path::new(path).components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        let stem = name.split('.').next().unwrap_or_default();
        let rust = !name.contains('.') || name.ends_with(".rs");
        let empty = matches!(stem, "util" | "utils" | "helper" | "helpers" | "common" | "misc");
        name == "mod.rs" || (rust && empty)
    })
}

/// A path of one machine or the host of a package registry. Spelled in halves, so that this file has none.
pub(super) fn place(text: &str) -> Option<String> {
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
