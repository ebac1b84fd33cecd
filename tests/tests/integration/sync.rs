//! Partner apps that keep a copy of the catalogue while others write to it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tests::Server;
use tests::server::client;

/// Connections that write at once.
const WRITERS: usize = 8;
/// What each of them does: 1,000 changes in all.
const CHANGES_EACH: usize = 125;

/// Things that have nothing to do with each other, so that the test is about syncing and not about overlaps.
const THINGS: [&str; 24] = [
    "ledger",
    "orchard",
    "ferry",
    "kiln",
    "archive",
    "beehive",
    "tunnel",
    "choir",
    "meadow",
    "printer",
    "harbour",
    "quarry",
    "theatre",
    "allotment",
    "bridge",
    "lantern",
    "nursery",
    "pavilion",
    "reservoir",
    "skatepark",
    "turbine",
    "velodrome",
    "weir",
    "zebra",
];

/// What a copy holds of a project: version, standing, title.
type Copy = BTreeMap<String, (i64, String, String)>;

const FIELDS: &str = "nodes { id version status title retiredReason } pageInfo { hasNextPage endCursor }";

fn title(writer: usize, step: usize) -> String {
    let thing = |number: usize| THINGS[number % THINGS.len()];
    format!(
        "Damp {} {} {writer} {step}",
        thing(writer * 5 + step),
        thing(writer + step * 7)
    )
}

async fn ask(http: &reqwest::Client, url: &str, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables });
    let answer = http.post(url).json(&body).send().await.unwrap();
    let mut answer: Value = answer.json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{query}\nanswered {answer:#}");
    answer["data"].take()
}

/// Creates, changes, confirms and takes out projects of its own. Returns how often it was refused.
async fn write(url: String, key: String, writer: usize) -> usize {
    let http = client(Some(&key));
    let mut own: Vec<(String, i64)> = Vec::new();
    let mut refused = 0;
    for step in 0..CHANGES_EACH {
        let chosen = (step * 7 + writer) % own.len().max(1);
        let (verb, input) = match (step % 5, own.get(chosen)) {
            (0 | 3, _) | (_, None) => {
                let summary = format!("A {} for all", THINGS[(writer * 3 + step * 11) % THINGS.len()]);
                let input = json!({ "title": title(writer, step), "summary": summary });
                ("createProject", input)
            }
            (4, Some((id, _))) if step % 15 == 4 => {
                ("retireProject", json!({ "id": id, "reason": "It never began" }))
            }
            (2, Some((id, _))) => ("confirmProject", json!({ "id": id })),
            (_, Some((id, version))) => {
                let title = format!("{}, anew", title(writer, step));
                (
                    "updateProject",
                    json!({ "id": id, "version": version, "title": title }),
                )
            }
        };
        let mut letters = verb.chars();
        let first = letters.next().unwrap().to_ascii_uppercase();
        let kind = format!("{first}{}Input", letters.as_str());
        let query = format!(
            "mutation ($input: {kind}!) {{ {verb}(input: $input) {{ errors {{ code }} project {{ id version }} }} }}"
        );
        let payload = ask(&http, &url, &query, json!({ "input": input })).await[verb].take();
        // Nobody else changes them, so that only what was taken out is refused.
        let Some(id) = payload["project"]["id"].as_str() else {
            assert_eq!(payload["errors"][0]["code"], "CONFLICT", "{payload}");
            refused += 1;
            continue;
        };
        let version = payload["project"]["version"].as_i64().unwrap();
        match own.iter_mut().find(|(known, _)| known == id) {
            Some((_, known)) => *known = version,
            None => own.push((id.to_owned(), version)),
        }
    }
    refused
}

/// Syncs until all is written and read; the copy, and how many pages it took.
async fn sync(url: String, arguments: &'static str, written: Arc<AtomicBool>) -> (Copy, usize) {
    let http = client(None);
    let (mut copy, mut after, mut pages) = (Copy::new(), Value::Null, 0);
    let query = format!(
        "query ($after: String) {{ page: projects(updatedSince: \"2020-01-01T00:00:00Z\", first: 50, after: $after{arguments})
            {{ {FIELDS} }} }}"
    );
    loop {
        let finished = written.load(Ordering::Acquire);
        let page = ask(&http, &url, &query, json!({ "after": after })).await["page"].take();
        pages += 1;
        for node in page["nodes"].as_array().unwrap() {
            let text = |field: &str| node[field].as_str().unwrap().to_owned();
            let entry = (node["version"].as_i64().unwrap(), text("status"), text("title"));
            assert_eq!(entry.1 == "RETIRED", node["retiredReason"].is_string(), "{node}");
            let known = copy.insert(text("id"), entry.clone());
            assert!(
                known.as_ref().is_none_or(|known| known.0 <= entry.0),
                "{known:?} came back as {entry:?}"
            );
        }
        if page["pageInfo"]["endCursor"].is_string() {
            after = page["pageInfo"]["endCursor"].clone();
        }
        if finished && page["pageInfo"]["hasNextPage"] == false {
            return (copy, pages);
        }
    }
}

/// The whole catalogue as it stands at last, tombstones included, by another way than a sync's.
async fn catalogue(server: &Server) -> Copy {
    let (mut all, mut after) = (Copy::new(), Value::Null);
    loop {
        let query = format!(
            "query ($after: String) {{ page: projects(first: 100, after: $after, orderBy: {{ field: TITLE }},
                filter: {{ statuses: [ACTIVE, RETIRED] }}) {{ {FIELDS} }} }}"
        );
        let page = server.data(&query, json!({ "after": after })).await["page"].take();
        for node in page["nodes"].as_array().unwrap() {
            let text = |field: &str| node[field].as_str().unwrap().to_owned();
            let entry = (node["version"].as_i64().unwrap(), text("status"), text("title"));
            assert!(all.insert(text("id"), entry).is_none(), "each stands there once");
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

tests::on_each_database! {
    async fn a_copy_that_is_synced_during_a_thousand_changes_is_the_catalogue(server: Server) {
        let url = format!("{}/graphql", server.url);
        let written = Arc::new(AtomicBool::new(false));
        let syncs = ["", ", search: \"damp\", orderBy: { field: UPDATED_AT }"]
            .map(|arguments| tokio::spawn(sync(url.clone(), arguments, Arc::clone(&written))));
        let writers: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write(url.clone(), server.key.clone(), writer))).collect();
        let mut refused = 0;
        for writer in writers {
            refused += writer.await.unwrap();
        }
        written.store(true, Ordering::Release);
        let all = catalogue(&server).await;
        let of = |standing: &str| all.values().filter(|(_, status, _)| status == standing).count();
        assert_eq!(of("ACTIVE") + of("RETIRED"), WRITERS * CHANGES_EACH * 2 / 5);
        assert!(of("RETIRED") >= WRITERS * 3 && refused < WRITERS * CHANGES_EACH / 5, "{refused} refused");
        assert!(all.values().any(|(version, ..)| *version > 3));
        for sync in syncs {
            let (copy, pages) = sync.await.unwrap();
            assert_eq!(copy, all);
            assert!(pages > all.len() / 50, "it read while others wrote: {pages} pages");
        }
        // Whoever comes back later with the last cursor is given what changed since, and nothing else.
        let query = "query ($after: String) { projects(updatedSince: \"2020-01-01T00:00:00Z\", first: 100, after: $after) {
            nodes { title } pageInfo { endCursor } } }";
        let mut after = Value::Null;
        loop {
            let page = server.data(query, json!({ "after": after })).await["projects"].take();
            if page["nodes"] == json!([]) {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let create = "mutation { createProject(input: { title: \"Later\", summary: \"Much later\" }) { project { id } } }";
        server.data(create, json!({})).await;
        let page = server.data(query, json!({ "after": after })).await;
        assert_eq!(page["projects"]["nodes"], json!([{ "title": "Later" }]));
    }
}
