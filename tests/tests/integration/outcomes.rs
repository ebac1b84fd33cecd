//! What came of projects: what worked, what did not, who took it up, whom it was for.

use serde_json::{Value, json};
use tests::Server;

use crate::drafts::{damp, submit};

const READ: &str = "query ($id: ID!) { project(id: $id) { version
    sectors { code label } goals { number label }
    outcomes { finding statement evidence evidenceUrl reusable }
    adopters { organisation { name } adoptedOn }
    beneficiaryPlaces { name authority { code } }
    history { nodes { version fields { field value } changes { field before after } } }
} }";

const UPDATE: &str = "mutation ($input: UpdateProjectInput!) { updateProject(input: $input) {
    errors { code path } project { version } } }";

fn told() -> Value {
    let mut draft = damp();
    let more = json!({
        "sectors": ["06.1"], "goals": [11, 3, 11],
        "outcomes": [
            { "finding": "WORKED", "statement": " Repairs were asked for eleven days sooner ", "evidence": "A trial in 200 homes",
              "evidenceUrl": "https://example.org/trial", "reusable": "WITH_CHANGES" },
            { "finding": "DID_NOT_WORK", "statement": "Tenants ignored the messages" },
        ],
        "adopters": [{ "organisation": "HCK", "adoptedOn": "2025-05-01" }, { "organisation": "London Borough of Camden" }],
        "beneficiaryPlaces": ["E08000035", "Gipton and Harehills"],
    });
    draft
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    draft
}

tests::on_each_database! {
    async fn what_came_of_a_project_is_kept_with_its_evidence(server: Server) {
        let payload = submit(&server, &told()).await;
        assert_eq!(payload["errors"], json!([]));
        let id = &payload["project"]["id"];
        let read = async || server.data(READ, json!({ "id": id })).await["project"].take();
        let project = read().await;
        assert_eq!(project["sectors"], json!([{ "code": "06.1", "label": "Housing development" }]));
        assert_eq!(project["goals"], json!([
            { "number": 3, "label": "Good health and well-being" }, { "number": 11, "label": "Sustainable cities and communities" }]));
        assert_eq!(project["outcomes"], json!([
            { "finding": "WORKED", "statement": "Repairs were asked for eleven days sooner", "evidence": "A trial in 200 homes",
              "evidenceUrl": "https://example.org/trial", "reusable": "WITH_CHANGES" },
            { "finding": "DID_NOT_WORK", "statement": "Tenants ignored the messages", "evidence": null, "evidenceUrl": null,
              "reusable": null }]));
        assert_eq!(project["adopters"], json!([
            { "organisation": { "name": "London Borough of Hackney" }, "adoptedOn": "2025-05-01" },
            { "organisation": { "name": "London Borough of Camden" }, "adoptedOn": null }]));
        assert_eq!(project["beneficiaryPlaces"], json!([
            { "name": "E08000035", "authority": { "code": "LDS" } }, { "name": "Gipton and Harehills", "authority": null }]));

        // A change of something else keeps them; a change of theirs is told.
        for (version, input) in [(1, json!({ "title": "Dry homes" })), (2, json!({ "outcomes": null, "goals": [13], "adopters": [] }))] {
            let mut input = input;
            input["id"] = id.clone();
            input["version"] = json!(version);
            let changed = server.data(UPDATE, json!({ "input": input })).await["updateProject"].take();
            assert_eq!(changed["errors"], json!([]));
        }
        let after = read().await;
        assert_eq!((&after["outcomes"], &after["adopters"]), (&json!([]), &json!([])));
        assert_eq!(after["beneficiaryPlaces"], project["beneficiaryPlaces"]);
        let history = after["history"]["nodes"].as_array().unwrap();
        let changed: Vec<&str> = history[0]["changes"].as_array().unwrap().iter().map(|each| each["field"].as_str().unwrap()).collect();
        assert_eq!(changed, ["goals", "outcomes", "adopters"]);
        assert_eq!(history[0]["changes"][1]["before"], "WORKED: Repairs were asked for eleven days sooner \
            (A trial in 200 homes, https://example.org/trial, reusable WITH_CHANGES); DID_NOT_WORK: Tenants ignored the messages");
        assert_eq!(history[0]["changes"][2]["before"], "London Borough of Hackney on 2025-05-01; London Borough of Camden");
    }

    async fn what_cannot_have_come_of_a_project_is_refused_whole(server: Server) {
        let cases = [
            ("sectors", json!(["06.1", "6"]), "INVALID", json!(["input", "sectors", "1"])),
            ("goals", json!([1, 18]), "OUT_OF_RANGE", json!(["input", "goals", "1"])),
            ("goals", json!([-1]), "OUT_OF_RANGE", json!(["input", "goals", "0"])),
            ("outcomes", json!([{ "finding": "WORKED", "statement": " " }]), "REQUIRED", json!(["input", "outcomes", "0", "statement"])),
            ("outcomes", json!([{ "finding": "MIXED", "statement": "x", "evidenceUrl": "ftp://example.org" }]), "INVALID",
                json!(["input", "outcomes", "0", "evidenceUrl"])),
            ("outcomes", json!([{ "finding": "MIXED", "statement": "x", "evidence": "a\u{0}b" }]), "INVALID",
                json!(["input", "outcomes", "0", "evidence"])),
            ("adopters", json!([{ "organisation": "Nobody at all" }]), "NOT_FOUND", json!(["input", "adopters", "0", "organisation"])),
            ("beneficiaryPlaces", json!(["x".repeat(201)]), "TOO_LONG", json!(["input", "beneficiaryPlaces", "0"])),
            ("beneficiaryPlaces", json!(vec!["y"; 101]), "TOO_LONG", json!(["input", "beneficiaryPlaces"])),
        ];
        for (field, value, code, path) in cases {
            let mut draft = damp();
            draft[field] = value;
            let payload = submit(&server, &draft).await;
            assert_eq!((&payload["errors"][0]["code"], &payload["errors"][0]["path"]), (&json!(code), &path), "{field}: {payload}");
        }
        let data = server.data("{ projects { totalCount } }", json!({})).await;
        assert_eq!(data["projects"]["totalCount"], 0);
    }

    async fn the_controlled_words_can_be_read(server: Server) {
        let data = server.data("{ themes: vocabulary(of: THEME) { code label synonyms sector } technologies: vocabulary(of: TECHNOLOGY) { code }
            sectors: vocabulary(of: SECTOR) { code label } goals: vocabulary(of: GOAL) { code label } }", json!({})).await;
        let count = |list: &str| data[list].as_array().unwrap().len();
        assert_eq!((count("sectors"), count("goals")), (79, 17));
        assert!(count("themes") > 30 && count("technologies") > 30, "{} {}", count("themes"), count("technologies"));
        let codes: Vec<&Value> = data["sectors"].as_array().unwrap().iter().map(|sector| &sector["code"]).collect();
        for theme in data["themes"].as_array().unwrap() {
            assert!(codes.contains(&&theme["sector"]), "{theme} names a sector that there is");
        }
    }
}
