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
        assert_eq!(mistakes(&second), ["CONFLICT input.version"]);
        assert_eq!(second["project"]["title"], "First", "the other's work is shown, and kept");
        assert_eq!(read(&server, &id).await["title"], "First");

        let both = [("A", 2), ("B", 2)].map(|(title, version)| {
            update(&server, json!({ "id": id, "version": version, "title": title }))
        });
        let [a, b] = both;
        let (a, b) = tokio::join!(a, b);
        let conflicts = [&a, &b].into_iter().filter(|payload| payload["errors"] != json!([])).count();
        assert_eq!(conflicts, 1, "of two at once exactly one is done: {a} {b}");
        assert_eq!(read(&server, &id).await["version"], 3);
    }

    async fn a_conflict_shows_what_both_wanted(server: Server) {
        let id = create(&server, &damp()).await;
        let query = "mutation ($input: UpdateProjectInput!) { updateProject(input: $input) {
            errors { code message path } project { version title }
            conflicts { field before theirs yours } } }";
        let theirs = json!({ "id": id, "version": 1, "title": "Theirs", "lead": "BEN", "themes": ["Damp"], "phase": "BETA" });
        let done = server.data(query, json!({ "input": theirs })).await["updateProject"].take();
        assert_eq!((&done["errors"], &done["conflicts"]), (&json!([]), &json!([])));
        let yours = json!({ "id": id, "version": 1, "title": "Yours", "lead": "London Borough of Camden", "phase": "BETA",
            "summary": "Mine alone" });
        let refused = server.data(query, json!({ "input": yours })).await["updateProject"].take();
        assert_eq!(mistakes(&refused), ["CONFLICT input.version"]);
        assert_eq!(refused["project"], json!({ "version": 2, "title": "Theirs" }));
        let told: Vec<(&str, &str, &str)> = refused["conflicts"].as_array().unwrap().iter()
            .map(|each| ["field", "theirs", "yours"].map(|name| each[name].as_str().unwrap_or_default()).into())
            .collect();
        assert_eq!(told, [("title", "Theirs", "Yours"), ("lead", "London Borough of Brent", "London Borough of Camden")],
            "the summary and the phase are no conflict: {refused}");
        assert_eq!(refused["conflicts"][0]["before"], damp()["title"]);
    }

    async fn every_earlier_state_is_kept_with_who_and_why(server: Server) {
        let id = create(&server, &damp()).await;
        let input = json!({ "id": id, "version": 1, "title": "Renamed", "reason": " The board asked for it ", "lead": "LDS",
            "budget": { "amount": "1000" } });
        assert_eq!(update(&server, input).await["errors"], json!([]));
        let confirm = "mutation ($id: ID!) { confirmProject(input: { id: $id }) { errors { code } } }";
        server.data(confirm, json!({ "id": id })).await;
        let retire = "mutation ($id: ID!) { retireProject(input: { id: $id, reason: \"Ended\" }) { errors { code } } }";
        server.data(retire, json!({ "id": id })).await;
        let query = "query ($id: ID!, $first: Int, $after: String) { project(id: $id) { history(first: $first, after: $after) {
            totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
            nodes { version change changedBy reason changedAt title status fields { field value }
                changes { field before after } } } } }";
        let page = |first: i32, after: Value| {
            let server = &server;
            let id = &id;
            async move {
                server.data(query, json!({ "id": id, "first": first, "after": after })).await["project"]["history"].take()
            }
        };
        let all = page(10, Value::Null).await;
        let nodes = all["nodes"].as_array().unwrap();
        let told: Vec<(i64, &str, &str)> = nodes.iter()
            .map(|node| (node["version"].as_i64().unwrap(), node["change"].as_str().unwrap(), node["title"].as_str().unwrap()))
            .collect();
        let title = damp()["title"].as_str().unwrap().to_owned();
        assert_eq!(told, [(4, "RETIRED", "Renamed"), (3, "CONFIRMED", "Renamed"), (2, "CHANGED", "Renamed"), (1, "CREATED", &title)]);
        assert_eq!((&all["totalCount"], &nodes[2]["reason"], &nodes[2]["changedBy"]), (&json!(4), &json!("The board asked for it"), &json!("A test")));
        assert_eq!(nodes[0]["changes"], json!([{ "field": "status", "before": "ACTIVE", "after": "RETIRED" },
            { "field": "retiredReason", "before": null, "after": "Ended" }]));
        let changed: Vec<&str> = nodes[2]["changes"].as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap()).collect();
        assert!(changed.contains(&"title") && changed.contains(&"budget"), "{changed:?}");
        assert!(!changed.contains(&"summary"), "{changed:?}");
        assert_eq!((&nodes[1]["changes"], &nodes[3]["changes"]), (&json!([]), &json!([])));
        let fields = nodes[2]["fields"].as_array().unwrap();
        assert!(fields.contains(&json!({ "field": "budget", "value": "1000.00 GBP" })), "{fields:?}");
        assert!(fields.contains(&json!({ "field": "lead", "value": "Leeds City Council" })), "{fields:?}");

        let mut read = Vec::new();
        let mut after = Value::Null;
        loop {
            let next = page(1, after).await;
            read.extend(next["nodes"].as_array().unwrap().iter().cloned());
            if next["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
            after = next["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(read, *nodes, "page by page it is the same");
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

    async fn stale_records_rank_lower_and_are_listed(server: Server) {
        let stale = create(&server, &damp()).await;
        let fresh = create(&server, &damp_elsewhere()).await;
        let lists = "{ found: projects(search: \"damp sensors\") { nodes { id staleness } }
            due: projects(filter: { staleness: [AGEING, STALE] }) { totalCount nodes { id } }
            fresh: projects(filter: { staleness: [FRESH] }) { nodes { id } } }";
        let ages = [("2000-01-01T00:00:00.000Z", "STALE"), ("never", "STALE")];
        for (confirmed, staleness) in ages {
            let value = if confirmed == "never" { "NULL".to_owned() } else { format!("'{confirmed}'") };
            tests::rows::execute(&server.database,
                &format!("UPDATE catalogue SET change_seq = change_seq + 1;
                    UPDATE project SET last_confirmed_at = {value}, change_seq = (SELECT change_seq FROM catalogue) WHERE lead_id = (SELECT id FROM organisation WHERE code = 'LDS')")).await;
            let data = server.data(lists, json!({})).await;
            assert_eq!(data["found"]["nodes"], json!([{ "id": fresh, "staleness": "FRESH" }, { "id": stale, "staleness": staleness }]));
            assert_eq!(data["due"], json!({ "totalCount": 1, "nodes": [{ "id": stale }] }));
            assert_eq!(data["fresh"]["nodes"], json!([{ "id": fresh }]));
        }
        let confirm = "mutation ($id: ID!) { confirmProject(input: { id: $id }) { project { staleness } } }";
        let data = server.data(confirm, json!({ "id": stale })).await;
        assert_eq!(data["confirmProject"]["project"]["staleness"], "FRESH");
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
