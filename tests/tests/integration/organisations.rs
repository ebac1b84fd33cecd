//! One body under several names, several bodies under one, and bodies that came after others.

use serde_json::{Value, json};
use tests::patience::eventually;
use tests::{Server, tandem};

use crate::drafts::{create, damp};

const CREATE: &str = "mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) {
    errors { code message path } organisation { id name kind aliases identifiers { scheme id } nation } } }";
const MERGE: &str = "mutation ($input: MergeOrganisationsInput!) { mergeOrganisations(input: $input) {
    errors { code message path } organisation { id name aliases changes { id } }
    changes { id kind projectCount organisation { name } other { id name } } } }";
const SPLIT: &str = "mutation ($input: SplitOrganisationInput!) { splitOrganisation(input: $input) {
    errors { code message path } organisation { id name kind aliases } change { id kind projectCount } } }";
const UNDO: &str = "mutation ($input: UndoOrganisationChangeInput!) { undoOrganisationChange(input: $input) {
    errors { code message path } left { title } change { id undoneAt undoneReason } } }";
const BOARD: &str = "{ projects(orderBy: { field: TITLE }) { nodes { id title version lastConfirmedAt
    participants(roles: [LEAD, PARTNER, FUNDER]) { role organisation { id name } }
    history(first: 1) { nodes { change reason } } } } }";

const FILE: &str = "id,title,summary,authority,partners,funders\n\
    a,Alpha,Sensors in council flats warn of damp and mould,Leeds City Council,Acme Sensing,\n\
    b,Beta,Cameras on refuse lorries count missed waste bins,Hull City Council,Acme Sensing Group; Acme Sensing,Northern Gift Fund\n\
    c,Gamma,Volunteers teach older residents to use tablets,Acme Sensing Group,Leeds City Council,\n";

/// A server whose catalogue another process fills while it runs.
async fn filled(server: &Server) {
    let folder = server.database.folder();
    std::fs::write(folder.join("bodies.csv"), FILE).unwrap();
    let output = tandem(
        folder,
        &[
            "import",
            "projects",
            "bodies.csv",
            "--database-url",
            &server.database.url,
        ],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    eventually("the names that another process wrote", async || {
        id(server, "Northern Gift Fund").await
    })
    .await;
}

/// The organisation that has exactly this name.
async fn id(server: &Server, name: &str) -> Option<Value> {
    let query = "query ($name: String!) { resolveOrganisation(name: $name) { score organisation { id name aliases } } }";
    let found = server.data(query, json!({ "name": name })).await["resolveOrganisation"].take();
    let best = found.as_array()?.first()?.clone();
    (best["score"] == 1.0).then(|| best["organisation"]["id"].clone())
}

async fn change(server: &Server, query: &str, input: Value) -> Value {
    let mut data = server.data(query, json!({ "input": input })).await;
    data.as_object_mut().unwrap().values_mut().next().unwrap().take()
}

/// Who takes part in what: title → "ROLE name" of each.
async fn board(server: &Server) -> Vec<(Value, Vec<String>)> {
    let data = server.data(BOARD, json!({})).await;
    let nodes = data["projects"]["nodes"].as_array().unwrap();
    let told = nodes.iter().map(|node| {
        let each = node["participants"].as_array().unwrap().iter();
        let words = |part: &Value| {
            format!(
                "{} {}",
                part["role"].as_str().unwrap(),
                part["organisation"]["name"].as_str().unwrap()
            )
        };
        (node.clone(), each.map(words).collect())
    });
    told.collect()
}

fn parties(board: &[(Value, Vec<String>)]) -> Vec<Vec<&str>> {
    board
        .iter()
        .map(|(_, parties)| parties.iter().map(String::as_str).collect())
        .collect()
}

tests::on_each_database! {
    async fn two_records_of_one_body_become_one_and_two_again(server: Server) {
        filled(&server).await;
        let before = board(&server).await;
        let apart = [
            vec!["LEAD Leeds City Council", "PARTNER Acme Sensing"],
            vec!["LEAD Hull City Council", "PARTNER Acme Sensing Group", "PARTNER Acme Sensing", "FUNDER Northern Gift Fund"],
            vec!["LEAD Acme Sensing Group", "PARTNER Leeds City Council"],
        ];
        assert_eq!(parties(&before), apart);
        let kept = id(&server, "Acme Sensing").await.unwrap();
        let gone = id(&server, "Acme Sensing Group").await.unwrap();
        let merged = change(&server, MERGE, json!({ "kept": kept, "merged": [gone], "reason": "one company number" })).await;
        assert_eq!(merged["errors"], json!([]));
        assert_eq!(merged["organisation"]["aliases"], json!(["Acme Sensing Group"]));
        let made = &merged["changes"][0];
        assert_eq!((&made["kind"], &made["projectCount"]), (&json!("MERGED"), &json!(2)));
        let after = board(&server).await;
        assert_eq!(parties(&after), [
            vec!["LEAD Leeds City Council", "PARTNER Acme Sensing"],
            vec!["LEAD Hull City Council", "PARTNER Acme Sensing", "FUNDER Northern Gift Fund"],
            vec!["LEAD Acme Sensing", "PARTNER Leeds City Council"],
        ]);
        let versions: Vec<&Value> = after.iter().map(|(node, _)| &node["version"]).collect();
        assert_eq!(versions, [1, 2, 2], "what it does not concern is not touched");
        let told = after[1].0["history"]["nodes"][0]["reason"].as_str().unwrap();
        assert_eq!(told, "Acme Sensing Group and Acme Sensing were found to be one organisation: one company number");
        assert_eq!(after[1].0["lastConfirmedAt"], before[1].0["lastConfirmedAt"], "nobody confirmed its facts by that");
        assert_eq!(id(&server, "Acme Sensing Group").await.unwrap(), kept, "the name means the one that stays");

        // The tombstone says where it went, and whoever still names it means the one that stays.
        let tombstone = server.data("query ($id: ID!) { node(id: $id) { ... on OtherOrganisation { name mergedInto { id } } } }",
            json!({ "id": gone })).await;
        assert_eq!(tombstone["node"], json!({ "name": "Acme Sensing Group", "mergedInto": { "id": kept } }));
        let mut draft = damp();
        draft["title"] = json!("Delta");
        draft["partners"] = json!([gone]);
        create(&server, &draft).await;
        let led = server.data("query ($id: [ID!]) { projects(filter: { authorities: $id }) { totalCount } }", json!({ "id": [gone] })).await;
        assert_eq!(led["projects"]["totalCount"], 0, "nothing names the tombstone any more");

        // Somebody edits one of them meanwhile; that stays.
        let edit = json!({ "id": after[2].0["id"], "version": 2, "lead": "Leeds City Council", "partners": [] });
        let edited = server.data("mutation ($input: UpdateProjectInput!) { updateProject(input: $input) { errors { message } } }",
            json!({ "input": edit })).await;
        assert_eq!(edited["updateProject"]["errors"], json!([]));
        let undone = change(&server, UNDO, json!({ "change": made["id"], "reason": "two companies" })).await;
        assert_eq!((&undone["errors"], &undone["left"]), (&json!([]), &json!([{ "title": "Gamma" }])));
        assert_eq!(undone["change"]["undoneReason"], "two companies");
        let last = board(&server).await;
        assert_eq!(parties(&last)[..2], apart[..2]);
        assert_eq!(parties(&last)[3], ["LEAD Leeds City Council"]);
        assert_eq!(id(&server, "Acme Sensing Group").await.unwrap(), gone);
        let again = change(&server, UNDO, json!({ "change": made["id"], "reason": "again" })).await;
        assert_eq!((&again["errors"][0]["code"], &again["errors"][0]["path"]), (&json!("CONFLICT"), &json!(["input", "change"])));

        // Another process on the same database has it so too.
        let server = server.restart().await;
        assert_eq!(id(&server, "Acme Sensing Group").await.unwrap(), gone);
    }

    async fn one_record_of_two_bodies_is_split_and_made_one_again(server: Server) {
        filled(&server).await;
        let whole = id(&server, "Acme Sensing Group").await.unwrap();
        let projects = board(&server).await;
        let input = json!({ "organisation": whole, "name": "Acme Rentals", "kind": "COMPANY",
            "projects": [projects[2].0["id"]], "reason": "another company" });
        let split = change(&server, SPLIT, input).await;
        assert_eq!(split["errors"], json!([]));
        assert_eq!((&split["organisation"]["kind"], &split["change"]["projectCount"]), (&json!("COMPANY"), &json!(1)));
        assert_eq!(parties(&board(&server).await)[1..], [
            vec!["LEAD Hull City Council", "PARTNER Acme Sensing Group", "PARTNER Acme Sensing", "FUNDER Northern Gift Fund"],
            vec!["LEAD Acme Rentals", "PARTNER Leeds City Council"],
        ]);
        let part = split["organisation"]["id"].clone();
        assert_eq!(id(&server, "Acme Rentals").await.unwrap(), part);

        // What builds on it is undone first.
        let other = id(&server, "Acme Sensing").await.unwrap();
        let merged = change(&server, MERGE, json!({ "kept": other, "merged": [part], "reason": "bought" })).await;
        let refused = change(&server, UNDO, json!({ "change": split["change"]["id"], "reason": "wrong" })).await;
        assert_eq!(refused["errors"][0]["code"], "CONFLICT");
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("Acme Rentals"), "{refused}");
        for made in [&merged["changes"][0], &split["change"]] {
            let undone = change(&server, UNDO, json!({ "change": made["id"], "reason": "wrong" })).await;
            assert_eq!((&undone["errors"], &undone["left"]), (&json!([]), &json!([])));
        }
        assert_eq!(parties(&board(&server).await), parties(&projects));
        assert_eq!(id(&server, "Acme Rentals").await.unwrap(), whole, "its name stays as another name");
    }

    async fn what_cannot_be_one_or_two_is_refused_and_changes_nothing(server: Server) {
        filled(&server).await;
        let [acme, group, leeds, hull] = ["Acme Sensing", "Acme Sensing Group", "Leeds City Council", "Hull City Council"];
        let ids = futures_util::future::join_all([acme, group, leeds, hull].map(|name| id(&server, name))).await;
        let [acme, group, leeds, hull] = <[_; 4]>::try_from(ids).unwrap().map(Option::unwrap);
        let projects = board(&server).await;
        let stranger = json!("TwAAAAAAAAAAAAAAAAAAAAA");
        let merges = [
            (json!({ "kept": acme, "merged": [acme], "reason": "same" }), "CONFLICT", json!(["merged", "0"])),
            (json!({ "kept": acme, "merged": [group, group], "reason": "same" }), "CONFLICT", json!(["merged", "1"])),
            (json!({ "kept": leeds, "merged": [hull], "reason": "near" }), "CONFLICT", json!(["merged", "0"])),
            (json!({ "kept": acme, "merged": [], "reason": "none" }), "OUT_OF_RANGE", json!(["merged"])),
            (json!({ "kept": acme, "merged": [group], "reason": "  " }), "REQUIRED", json!(["reason"])),
            (json!({ "kept": acme, "merged": [group], "reason": "x".repeat(1_001) }), "TOO_LONG", json!(["reason"])),
            (json!({ "kept": acme, "merged": [stranger], "reason": "who" }), "NOT_FOUND", json!(["merged", "0"])),
            (json!({ "kept": projects[0].0["id"], "merged": [group], "reason": "what" }), "INVALID", json!(["kept"])),
        ];
        let splits = [
            (json!({ "organisation": acme, "name": " ", "reason": "two" }), "REQUIRED", json!(["name"])),
            (json!({ "organisation": acme, "name": "ACME sensing", "reason": "two" }), "CONFLICT", json!(["name"])),
            (json!({ "organisation": acme, "name": "Acme Sensing Group", "reason": "two" }), "DUPLICATE", json!(["name"])),
            (json!({ "organisation": acme, "name": "Other", "aliases": ["Nobody"], "reason": "two" }), "NOT_FOUND", json!(["aliases", "0"])),
            (json!({ "organisation": acme, "name": "Other", "identifiers": [{ "scheme": "GB-COH", "id": "1" }], "reason": "two" }),
                "NOT_FOUND", json!(["identifiers", "0"])),
            (json!({ "organisation": acme, "name": "Other", "projects": [projects[2].0["id"]], "reason": "two" }),
                "NOT_FOUND", json!(["projects", "0"])),
        ];
        let cases = merges.iter().map(|case| (MERGE, case)).chain(splits.iter().map(|case| (SPLIT, case)));
        for (query, (input, code, path)) in cases {
            let answer = change(&server, query, input.clone()).await;
            let whole: Vec<&str> = std::iter::once("input").chain(path.as_array().unwrap().iter().filter_map(Value::as_str)).collect();
            assert_eq!((&answer["errors"][0]["code"], &answer["errors"][0]["path"]), (&json!(code), &json!(whole)), "{input}: {answer}");
            assert_eq!(answer["organisation"], Value::Null);
        }
        assert_eq!(board(&server).await, projects, "nothing was changed");
        assert_eq!(id(&server, "Acme Sensing Group").await.unwrap(), group);
    }

    async fn what_an_ended_authority_did_is_found_under_its_successor(server: Server) {
        let mut draft = damp();
        draft["lead"] = json!("Harrogate Borough Council");
        draft["partners"] = json!([]);
        draft["startDate"] = json!("2020-01-01");
        create(&server, &draft).await;
        let query = "query ($name: String!) { resolveOrganisation(name: $name, onDate: \"2024-01-01\") { organisation { id
            ... on Authority { name startDate predecessors { name } all: projects { totalCount nodes { lead { name } } }
                own: projects(includePredecessors: false) { totalCount } } } } }";
        let data = server.data(query, json!({ "name": "North Yorkshire Council" })).await;
        let found = &data["resolveOrganisation"][0]["organisation"];
        assert!(found["predecessors"].to_string().contains("Harrogate Borough Council"), "{found}");
        assert_eq!((&found["all"]["totalCount"], &found["own"]["totalCount"]), (&json!(1), &json!(0)));
        assert_eq!(found["all"]["nodes"][0]["lead"]["name"], "Harrogate Borough Council", "the record says who it was");
        let listed = server.data("query ($ids: [ID!]) { authorities: projects(filter: { authorities: $ids }) { totalCount }
            leads: projects(filter: { leads: $ids }) { totalCount } }", json!({ "ids": [found["id"]] })).await;
        assert_eq!((&listed["authorities"]["totalCount"], &listed["leads"]["totalCount"]), (&json!(1), &json!(1)));
    }

    async fn a_body_that_nobody_knew_is_recorded_once_and_can_pay_and_be_paid(server: Server) {
        let told = json!({ "name": " Gifts  for the North ", "kind": "FUNDER", "aliases": ["GNF"], "nation": "England",
            "identifiers": [{ "scheme": "gb-chc", "id": "1234567" }], "idempotencyKey": "first" });
        let made = change(&server, CREATE, told.clone()).await;
        assert_eq!(made["errors"], json!([]));
        let body = &made["organisation"];
        assert_eq!((&body["name"], &body["kind"], &body["aliases"], &body["identifiers"]), (&json!("Gifts for the North"), &json!("FUNDER"),
            &json!(["GNF"]), &json!([{ "scheme": "GB-CHC", "id": "1234567" }])));
        assert_eq!(change(&server, CREATE, told.clone()).await, made, "a retry gets what the first created");
        for name in ["GNF", "GB-CHC-1234567", "gifts for the north"] {
            assert_eq!(id(&server, name).await.as_ref(), Some(&body["id"]), "{name}");
        }
        let mut draft = damp();
        draft["lead"] = json!("Gifts for the North");
        draft["funders"] = json!(["GB-CHC-1234567"]);
        create(&server, &draft).await;
        assert_eq!(parties(&board(&server).await), [vec!["LEAD Gifts for the North", "FUNDER Gifts for the North"]]);
        let listed = server.data("{ organisations(kinds: [FUNDER], search: \"north\") { totalCount nodes { name } }
            all: organisations(first: 0) { totalCount } authorities(first: 0) { totalCount } }", json!({})).await;
        assert_eq!(listed["organisations"], json!({ "totalCount": 1, "nodes": [{ "name": "Gifts for the North" }] }));
        assert!(listed["all"]["totalCount"].as_u64() > listed["authorities"]["totalCount"].as_u64());

        let cases = [
            (json!({ "name": "", "kind": "FUNDER" }), "REQUIRED", vec!["input", "name"]),
            (json!({ "name": "GIFTS for the north", "kind": "COMPANY" }), "DUPLICATE", vec!["input", "name"]),
            (json!({ "name": "gnf", "kind": "COMPANY" }), "DUPLICATE", vec!["input", "name"]),
            (json!({ "name": "Leeds", "kind": "COMPANY" }), "DUPLICATE", vec!["input", "name"]),
            (json!({ "name": "New", "kind": "COMPANY", "identifiers": [{ "scheme": "GB-CHC", "id": "1234567" }] }), "DUPLICATE",
                vec!["input", "identifiers", "0"]),
            (json!({ "name": "New", "kind": "COMPANY", "identifiers": [{ "scheme": "Companies House", "id": "1" }] }), "INVALID",
                vec!["input", "identifiers", "0", "scheme"]),
            (json!({ "name": "New", "kind": "COMPANY", "aliases": ["x".repeat(201)] }), "TOO_LONG", vec!["input", "aliases", "0"]),
            (json!({ "name": "New", "kind": "COMPANY", "idempotencyKey": "first" }), "CONFLICT", vec!["input", "idempotencyKey"]),
        ];
        for (input, code, path) in cases {
            let answer = change(&server, CREATE, input.clone()).await;
            assert_eq!((&answer["errors"][0]["code"], &answer["errors"][0]["path"]), (&json!(code), &json!(path)), "{input}: {answer}");
        }
    }

    /// A server keeps rows that it has shown; what another process changes must show at once all the same.
    async fn what_a_server_keeps_follows_what_others_change(server: Server) {
        let other = Server::start(server.database.clone()).await;
        let project = create(&server, &damp()).await;
        let page = "{ projects(first: 5) { nodes { title version lead { name } participants { organisation { name } } } } }";
        let one = "query ($id: ID!) { project(id: $id) { title version lead { name } } }";
        let shown = async || {
            let page = server.data(page, json!({})).await["projects"]["nodes"][0].take();
            let one = server.data(one, json!({ "id": project })).await["project"].take();
            assert_eq!((&page["title"], &page["version"], &page["lead"]), (&one["title"], &one["version"], &one["lead"]));
            page
        };
        assert_eq!(shown().await["version"], 1);
        let update = "mutation ($input: UpdateProjectInput!) { updateProject(input: $input) { errors { message } } }";
        let input = json!({ "id": project, "version": 1, "title": "Another title", "partners": ["Hull City Council"] });
        let answer = other.data(update, json!({ "input": input })).await;
        assert_eq!(answer["updateProject"]["errors"], json!([]));
        let now = shown().await;
        assert_eq!((&now["title"], &now["participants"][1]["organisation"]["name"]), (&json!("Another title"), &json!("Hull City Council")));
        // A merge touches the organisation's own row too.
        let told = json!({ "name": "Testshire Council", "kind": "LOCAL_AUTHORITY", "nation": "England" });
        let kept = change(&other, CREATE, told).await["organisation"]["id"].take();
        eventually("the name that another process wrote", async || id(&server, "Testshire Council").await).await;
        let input = json!({ "id": project, "version": 2, "lead": "Testshire Council" });
        assert_eq!(server.data(update, json!({ "input": input })).await["updateProject"]["errors"], json!([]));
        assert_eq!(shown().await["lead"]["name"], "Testshire Council");
        let twin = json!({ "name": "Testshire County", "kind": "LOCAL_AUTHORITY", "nation": "England" });
        let twin = change(&other, CREATE, twin).await["organisation"]["id"].take();
        let merged = change(&other, MERGE, json!({ "kept": twin, "merged": [kept], "reason": "one body" })).await;
        assert_eq!(merged["errors"], json!([]));
        assert_eq!(shown().await["lead"]["name"], "Testshire County");
    }

    async fn nobody_is_sent_to_a_record_that_was_merged(server: Server) {
        let told = json!({ "name": "Testshire Council", "kind": "LOCAL_AUTHORITY", "nation": "England" });
        let gone = change(&server, CREATE, told).await["organisation"]["id"].take();
        let leeds = id(&server, "Leeds City Council").await.unwrap();
        let hull = id(&server, "Hull City Council").await.unwrap();
        let suggested = async || {
            let query = "query ($id: ID!, $after: String) { partnerSuggestions(authority: $id, first: 100, after: $after) {
                nodes { authority { name } } pageInfo { endCursor hasNextPage } } }";
            let (mut names, mut after) = (String::new(), Value::Null);
            loop {
                let page = server.data(query, json!({ "id": hull, "after": after })).await["partnerSuggestions"].take();
                names += &page["nodes"].to_string();
                if page["pageInfo"]["hasNextPage"] == false { break names }
                after = page["pageInfo"]["endCursor"].clone();
            }
        };
        assert!(suggested().await.contains("Testshire"), "while it stands");
        let merged = change(&server, MERGE, json!({ "kept": leeds, "merged": [gone], "reason": "a slip" })).await;
        assert_eq!(merged["errors"], json!([]));
        assert!(!suggested().await.contains("Testshire"), "no project changed by it, and yet it is known");
    }
}
