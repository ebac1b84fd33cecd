//! What was acknowledged stays, whatever happens to the server.

use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use serde_json::{Value, json};
use tests::rows::{connect, execute};
use tests::{Server, eventually, tandem};

use crate::drafts::{create, cycle_lanes, damp, damp_elsewhere, overlaps};

async fn projects(server: &Server) -> Vec<Value> {
    let data = server
        .data("{ projects(first: 100) { nodes { id title } } }", json!({}))
        .await;
    data["projects"]["nodes"].as_array().unwrap().clone()
}

tests::on_each_database! {
    async fn a_killed_server_loses_nothing_that_it_acknowledged(server: Server) {
        let mut ids = vec![create(&server, &cycle_lanes()).await];
        for number in 0..10 {
            let mut project = if number % 2 == 0 { damp() } else { damp_elsewhere() };
            project["title"] = json!(format!("{} {number}", project["title"].as_str().unwrap()));
            ids.push(create(&server, &project).await);
        }
        let server = server.crash().await;
        let found = projects(&server).await;
        assert_eq!(found.len(), ids.len());
        for id in &ids {
            assert!(found.iter().any(|project| project["id"] == id.as_str()), "{id} is lost");
        }
        // Whatever had not been looked for is found after the restart.
        eventually("the overlaps", async || (overlaps(&server).await >= 25).then_some(())).await;
        let settled = overlaps(&server).await;
        let server = server.restart().await;
        assert_eq!(overlaps(&server).await, settled, "a quiet restart changes no finding");
    }

    async fn a_catalogue_of_many_batches_is_read_in_whole(server: Server) {
        let first = create(&server, &damp()).await;
        let database = server.database.clone();
        server.stop();
        let file = database.folder().join("many.jsonl");
        let line = |n: usize| json!({ "id": n.to_string(), "title": format!("Sensor {n}") }).to_string();
        std::fs::write(&file, (0..1_700).map(line).collect::<Vec<_>>().join("\n")).unwrap();
        let import = ["import", "projects", file.to_str().unwrap(), "--no-overlaps", "--database-url", &database.url];
        let imported = tandem(database.folder(), &import);
        assert!(imported.status.success(), "{imported:?}");
        let server = Server::start(database).await;
        let last = create(&server, &damp_elsewhere()).await;
        eventually("what is alike at either end", async || (overlaps(&server).await == 1).then_some(())).await;
        let retire = "mutation ($id: ID!) { retireProject(input: { id: $id, version: 1, reason: \"Over\" }) { errors { code } } }";
        server.data(retire, json!({ "id": first })).await;
        eventually("its withdrawal", async || (overlaps(&server).await == 0).then_some(())).await;
        let server = server.restart().await;
        let check = "query ($input: OverlapCheckInput!) { checkOverlap(input: $input) { matches { project { id } } } }";
        let wanted = json!([{ "project": { "id": last } }]);
        let mut input = damp();
        input.as_object_mut().unwrap().remove("lead");
        eventually("the index", async || {
            let found = server.data(check, json!({ "input": input })).await;
            (found["checkOverlap"]["matches"] == wanted).then_some(())
        }).await;
        assert_eq!(overlaps(&server).await, 0, "a quiet restart changes no finding");
    }

    async fn a_populated_database_of_the_first_version_is_brought_up_to_date(server: Server) {
        let changed = create(&server, &damp()).await;
        let untouched = create(&server, &cycle_lanes()).await;
        let update = "mutation ($id: ID!) { updateProject(input: { id: $id, version: 1, title: \"Renamed\" }) { errors { code } } }";
        server.data(update, json!({ "id": changed })).await;
        let database = server.database.clone();
        server.stop();
        // What came after the first migration is taken away again.
        let connection = connect(&database).await;
        let later = u32::try_from(Migrator::migrations().len() - 1).unwrap();
        Migrator::down(&connection, Some(later)).await.unwrap();
        connection.close().await.unwrap();
        let server = Server::start(database).await;
        let history = "query ($id: ID!) { project(id: $id) { title history { totalCount nodes { version change changedBy } } } }";
        let read = async |id: &str| server.data(history, json!({ "id": id })).await["project"].take();
        assert_eq!(read(&changed).await, json!({ "title": "Renamed", "history": { "totalCount": 1,
            "nodes": [{ "version": 2, "change": "CHANGED", "changedBy": null }] } }), "what was before is not known");
        assert_eq!(read(&untouched).await["history"]["nodes"],
            json!([{ "version": 1, "change": "CREATED", "changedBy": null }]));
        let confirm = "mutation ($id: ID!) { confirmProject(input: { id: $id }) { errors { code } } }";
        server.data(confirm, json!({ "id": changed })).await;
        let after = read(&changed).await["history"]["nodes"].take();
        let versions: Vec<i64> = after.as_array().unwrap().iter().map(|node| node["version"].as_i64().unwrap()).collect();
        assert_eq!(versions, [3, 2], "from now on it is kept");
    }

    async fn a_server_that_is_asked_to_stop_finishes_what_it_began(server: Server) {
        let url = format!("{}/graphql", server.url);
        let query = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }";
        let many: Vec<_> = (0..20).map(|_| {
            let body = json!({ "query": query, "variables": { "input": damp() } });
            tokio::spawn(server.http.post(&url).json(&body).send())
        }).collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let database = server.database.clone();
        let (status, said) = server.stop();
        assert!(status.success(), "{said:?}");
        let mut acknowledged = 0;
        for request in many {
            if let Ok(answer) = request.await.unwrap() {
                let answer: Value = answer.json().await.expect("an answer that began is whole");
                assert!(answer["data"]["createProject"]["project"]["id"].is_string(), "{answer}");
                acknowledged += 1;
            }
        }
        let server = Server::start(database).await;
        assert_eq!(projects(&server).await.len(), acknowledged, "what was not acknowledged was not done");
    }

    async fn a_server_says_that_it_is_ready_once_it_is(server: Server) {
        let get = async |path: &str| server.http.get(format!("{}{path}", server.url)).send().await.unwrap();
        assert_eq!(get("/health/live").await.status(), 200);
        eventually("readiness", async || (get("/health/ready").await.status() == 200).then_some(())).await;
        let text = get("/schema.graphql").await.text().await.unwrap();
        let kept = std::fs::read_to_string(tests::root().join("schema.graphql")).unwrap();
        assert_eq!(text.trim(), kept.trim());
        execute(&server.database, "ALTER TABLE catalogue RENAME TO elsewhere").await;
        let sick = get("/health/ready").await;
        assert_eq!(sick.status(), 503);
        assert!(!sick.text().await.unwrap().to_lowercase().contains("table"), "no SQL is told");
        assert_eq!(get("/health/live").await.status(), 200);
    }
}
