//! The life of a project through the API: created, read, changed, confirmed, taken out.

use serde_json::{Value, json};
use tests::Server;
use tests::rows::counts;

use crate::drafts::{create, damp, damp_elsewhere, mistakes, submit};

const EVERYTHING: &str = "query ($id: ID!) { project(id: $id) {
    title summary kind phase status version programme outcome note startDate startPrecision endDate endPrecision
    lead { code } participants { role organisation { name code } } themes technologies
    budget { amountMinor currency amount } awards { amount { amount } awardedOn funder { name } }
    links sources { name url recordId } relations { relation projectId }
    retiredAt retiredReason lastConfirmedAt overlaps { totalCount }
} }";

const UPDATE: &str = "mutation ($input: UpdateProjectInput!) { updateProject(input: $input) {
    errors { code message path } project { version title themes budget { amount } startDate lead { code } }
} }";

async fn read(server: &Server, id: &str) -> Value {
    server.data(EVERYTHING, json!({ "id": id })).await["project"].take()
}

async fn update(server: &Server, input: Value) -> Value {
    server.data(UPDATE, json!({ "input": input })).await["updateProject"].take()
}

fn full(other: &str) -> Value {
    json!({
        "title": "  Sensors   against damp ", "summary": "Sensors in council flats warn of damp.",
        "kind": "DEMONSTRATOR", "phase": "BETA", "lead": "E08000035", "partners": ["London Borough of Camden", "HCK"],
        "funders": ["Greater London Authority"], "themes": ["Social housing", "social housing"],
        "technologies": ["LoRaWAN"], "programme": "Local Digital Fund", "outcome": "Fewer repairs", "note": "A pilot",
        "startDate": "2023-04-01", "startPrecision": "MONTH", "endDate": "2024-03-31",
        "budget": { "amount": "120000.50" },
        "awards": [{ "amount": { "amountMinor": 5_000_000, "currency": "GBP" }, "awardedOn": "2023-02-01" }],
        "links": ["https://example.org/damp"], "sources": ["https://example.org/news"],
        "relations": [{ "relation": "CONTINUES", "project": other }],
        "clientMutationId": "mine",
    })
}

tests::on_each_database! {
    async fn a_project_is_read_as_it_was_created(server: Server) {
        let other = create(&server, &damp_elsewhere()).await;
        let payload = submit(&server, &full(&other)).await;
        assert_eq!(payload["errors"], json!([]));
        assert_eq!(payload["clientMutationId"], "mine");
        let project = read(&server, payload["project"]["id"].as_str().unwrap()).await;
        let told = json!({
            "title": "Sensors against damp", "summary": "Sensors in council flats warn of damp.",
            "kind": "DEMONSTRATOR", "phase": "BETA", "status": "ACTIVE", "version": 1,
            "programme": "Local Digital Fund", "outcome": "Fewer repairs", "note": "A pilot",
            "startDate": "2023-04-01", "startPrecision": "MONTH", "endDate": "2024-03-31", "endPrecision": "DAY",
            "lead": { "code": "LDS" }, "themes": ["Social housing"], "technologies": ["LoRaWAN"],
            "budget": { "amountMinor": 12_000_050, "currency": "GBP", "amount": "120000.50" },
            "awards": [{ "amount": { "amount": "50000.00" }, "awardedOn": "2023-02-01", "funder": null }],
            "links": ["https://example.org/damp"],
            "sources": [{ "name": "api", "url": "https://example.org/news", "recordId": null }],
            "relations": [{ "relation": "CONTINUES", "projectId": other }],
            "retiredAt": null, "retiredReason": null,
        });
        for (field, value) in told.as_object().unwrap() {
            assert_eq!(&project[field], value, "{field}");
        }
        let roles: Vec<(&str, &str)> = project["participants"].as_array().unwrap().iter()
            .map(|each| (each["role"].as_str().unwrap(), each["organisation"]["code"].as_str().unwrap_or("none")))
            .collect();
        assert_eq!(roles, [("LEAD", "LDS"), ("PARTNER", "CMD"), ("PARTNER", "HCK"), ("FUNDER", "GLA")]);
    }

    async fn a_change_keeps_what_it_does_not_name_and_clears_what_it_nulls(server: Server) {
        let other = create(&server, &damp_elsewhere()).await;
        let id = submit(&server, &full(&other)).await["project"]["id"].take();
        let before = read(&server, id.as_str().unwrap()).await;
        let changed = update(&server, json!({ "id": id, "version": 1, "title": "Damp sensors", "budget": null,
            "themes": null, "lead": null })).await;
        assert_eq!(changed["errors"], json!([]));
        let after = read(&server, id.as_str().unwrap()).await;
        assert_eq!(after["version"], 2);
        assert_eq!(after["title"], "Damp sensors");
        assert_eq!((&after["budget"], &after["themes"], &after["lead"]), (&Value::Null, &json!([]), &Value::Null));
        let kept = ["summary", "kind", "phase", "programme", "outcome", "note", "startDate", "startPrecision", "endDate",
            "technologies", "awards", "links", "sources", "relations"];
        for field in kept {
            assert_eq!(after[field], before[field], "{field}");
        }
    }

    async fn nobody_changes_what_another_changed_meanwhile(server: Server) {
        let id = create(&server, &damp()).await;
        let first = update(&server, json!({ "id": id, "version": 1, "title": "First" })).await;
        assert_eq!(first["project"]["version"], 2);
        let second = update(&server, json!({ "id": id, "version": 1, "title": "Second" })).await;
        assert_eq!((mistakes(&second), &second["project"]), (vec!["CONFLICT input.version".to_owned()], &Value::Null));
        assert_eq!(read(&server, &id).await["title"], "First");

        let both = [("A", 2), ("B", 2)].map(|(title, version)| {
            update(&server, json!({ "id": id, "version": version, "title": title }))
        });
        let [a, b] = both;
        let (a, b) = tokio::join!(a, b);
        let conflicts = [&a, &b].into_iter().filter(|payload| payload["project"].is_null()).count();
        assert_eq!(conflicts, 1, "of two at once exactly one is done: {a} {b}");
        assert_eq!(read(&server, &id).await["version"], 3);
    }

    async fn a_confirmed_project_says_since_when(server: Server) {
        let id = create(&server, &damp()).await;
        let before = read(&server, &id).await["lastConfirmedAt"].take();
        let query = "mutation ($input: ConfirmProjectInput!) { confirmProject(input: $input) {
            errors { code path message } project { version lastConfirmedAt title } } }";
        let payload = server.data(query, json!({ "input": { "id": id } })).await["confirmProject"].take();
        assert_eq!(payload["errors"], json!([]));
        assert!(payload["project"]["lastConfirmedAt"].as_str() > before.as_str(), "{before} {payload}");
        let stale = server.data(query, json!({ "input": { "id": id, "version": 1 } })).await;
        assert_eq!(mistakes(&stale["confirmProject"]), ["CONFLICT input.version"]);
    }

    async fn a_retired_project_leaves_a_tombstone(server: Server) {
        let id = create(&server, &damp()).await;
        let kept = create(&server, &damp_elsewhere()).await;
        let moment = read_updated(&server, &kept).await;
        let query = "mutation ($input: RetireProjectInput!) { retireProject(input: $input) {
            errors { code path message } project { status retiredReason } } }";
        let refused = server.data(query, json!({ "input": { "id": id, "reason": " " } })).await;
        assert_eq!(mistakes(&refused["retireProject"]), ["REQUIRED input.reason"]);
        let done = server.data(query, json!({ "input": { "id": id, "reason": "Recorded twice" } })).await;
        assert_eq!(done["retireProject"]["project"], json!({ "status": "RETIRED", "retiredReason": "Recorded twice" }));

        let lists = "query ($since: DateTime) { projects { nodes { id } }
            changed: projects(updatedSince: $since) { totalCount nodes { id status retiredAt } }
            retired: projects(filter: { statuses: [RETIRED] }) { nodes { id } } }";
        let data = server.data(lists, json!({ "since": moment })).await;
        assert_eq!(data["projects"]["nodes"], json!([{ "id": kept }]));
        assert_eq!(data["retired"]["nodes"], json!([{ "id": id }]));
        let changed = data["changed"]["nodes"].as_array().unwrap();
        let tombstone = changed.iter().find(|project| project["id"] == id.as_str()).unwrap();
        assert_eq!(tombstone["status"], "RETIRED");
        assert!(tombstone["retiredAt"].is_string());
        let node = "query ($id: ID!) { node(id: $id) { __typename id ... on Project { status } } }";
        let node = server.data(node, json!({ "id": id })).await;
        assert_eq!(node["node"], json!({ "__typename": "Project", "id": id, "status": "RETIRED" }));

        let again = server.data(query, json!({ "input": { "id": id, "reason": "Twice" } })).await;
        assert_eq!(mistakes(&again["retireProject"]), ["CONFLICT input.id"]);
        let late = update(&server, json!({ "id": id, "version": 2, "title": "Late" })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.id"]);
    }

    async fn a_retried_creation_creates_one_project(server: Server) {
        let mut input = damp();
        input["idempotencyKey"] = json!("survey-7");
        let first = create(&server, &input).await;
        assert_eq!(create(&server, &input).await, first, "a retry gives the same project");
        input["title"] = json!("Another title");
        let other = submit(&server, &input).await;
        assert_eq!(mistakes(&other), ["CONFLICT input.idempotencyKey"]);
        assert_eq!(counts(&server.database).await["project"], 1);

        input["idempotencyKey"] = json!("survey-8");
        let ids = tokio::join!(create(&server, &input), create(&server, &input), create(&server, &input));
        assert!(ids.0 == ids.1 && ids.1 == ids.2, "tries at once give one project: {ids:?}");
        assert_eq!(counts(&server.database).await["project"], 2);
    }

    async fn an_unknown_project_is_told_apart_from_a_wrong_id(server: Server) {
        let id = create(&server, &damp()).await;
        let unknown = format!("{}AAA", &id[..id.len() - 3]);
        let data = server.data("query ($id: ID!) { project(id: $id) { id } node(id: $id) { id } }",
            json!({ "id": unknown })).await;
        assert_eq!(data, json!({ "project": null, "node": null }));
        for wrong in ["", "zzz", "UHJvamVjdDox", "🙂"] {
            let answer = server.graphql("query ($id: ID!) { project(id: $id) { id } }", json!({ "id": wrong })).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{wrong}: {answer}");
            assert_eq!(answer["data"]["project"], Value::Null);
        }
        let payload = update(&server, json!({ "id": unknown, "version": 1, "title": "x" })).await;
        assert_eq!(mistakes(&payload), ["NOT_FOUND input.id"]);
    }
}

async fn read_updated(server: &Server, id: &str) -> Value {
    let query = "query ($id: ID!) { project(id: $id) { updatedAt } }";
    server.data(query, json!({ "id": id })).await["project"]["updatedAt"].take()
}
