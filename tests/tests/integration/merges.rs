//! Two records of one project become one, and two again.

use serde_json::{Value, json};
use tests::Inside;

use crate::drafts::mistakes;
use crate::reviews::world::World;

const MERGE: &str = "mutation ($input: MergeProjectsInput!) { mergeProjects(input: $input) { errors { code message path }
    project { id sources { name } } merge { id kept { id } merged { id status } reason mergedBy undoneAt } } }";
const UNDO: &str = "mutation ($input: UndoProjectMergeInput!) { undoProjectMerge(input: $input) { errors { code message path }
    left merge { id undoneBy undoneReason kept { title } merged { status } } } }";
const PROJECT: &str =
    "query ($id: ID!) { project(id: $id) { title status summary themes version sources { name url }
    participants { role organisation { name } } awards { amount { amount } } relations { relation projectId }
    mergedInto { id } merges { id undoneAt } history(first: 1) { nodes { change changedBy reason } } } }";

async fn told(world: &World, id: &str) -> Value {
    world.data(&world.first, PROJECT, json!({ "id": id })).await["project"].take()
}

/// The two councils' projects, of which the second has facts that the first lacks, confirmed to be one.
async fn twice(inside: Inside) -> World {
    let world = World::new(inside).await;
    let [_, camden] = world.projects.clone();
    world.update(&camden, 1, json!({ "awards": [{ "funder": "MHCLG", "amount": { "amount": "5000" } }], "sources": ["https://example.org/camden"],
        "themes": ["Damp and mould", "Public health"] })).await;
    world.go(&world.first, "START", json!({})).await;
    world.reply(&world.leeds, "One project.").await;
    world.reply(&world.camden, "One project.").await;
    world
}

tests::on_each_database! {
    async fn a_confirmed_pair_becomes_one_record_with_both_provenances_and_two_again(inside: Inside) {
        let world = twice(inside).await;
        let [leeds, camden] = world.projects.clone();
        let input = json!({ "kept": leeds, "merged": camden, "reason": "one tender" });
        let early = world.change(&world.first, MERGE, input.clone()).await;
        assert_eq!(mistakes(&early), ["CONFLICT input.merged"], "nobody confirmed that they are one");
        world.go(&world.first, "CONFIRM", json!({ "reason": "SAME_RECORD_TWICE", "relation": "SAME_PROJECT" })).await;
        let third = world.create(json!({ "title": "Training on damp", "summary": "Officers learn to read sensors.", "lead": "YOR",
            "relations": [{ "project": camden, "relation": "PART_OF" }] })).await;
        let before = (told(&world, &leeds).await, told(&world, &camden).await);

        let merged = world.change(&world.first, MERGE, input.clone()).await;
        assert_eq!((&merged["errors"], &merged["merge"]["mergedBy"]), (&json!([]), &json!("Rita Reviewer")), "{merged}");
        world.settle().await;
        let (kept, gone) = (told(&world, &leeds).await, told(&world, &camden).await);
        assert_eq!((&gone["status"], &gone["mergedInto"]["id"], &gone["sources"]), (&json!("RETIRED"), &json!(leeds), &json!([])));
        assert_eq!((&kept["title"], &kept["summary"]), (&before.0["title"], &before.0["summary"]), "it keeps what it said");
        assert_eq!(kept["themes"], json!(["Social housing", "Damp and mould", "Public health"]));
        assert_eq!(kept["awards"], json!([{ "amount": { "amount": "5000.00" } }]));
        assert_eq!(kept["sources"].as_array().unwrap().len(), before.0["sources"].as_array().unwrap().len() + before.1["sources"].as_array().unwrap().len());
        let leads: Vec<String> = kept["participants"].as_array().unwrap().iter()
            .map(|one| format!("{} {}", one["role"].as_str().unwrap(), one["organisation"]["name"].as_str().unwrap())).collect();
        assert!(leads.contains(&"LEAD Leeds City Council".to_owned()) && leads.iter().any(|one| one.starts_with("PARTNER") && one.contains("Camden")), "{leads:?}");
        assert_eq!(told(&world, &third).await["relations"], json!([{ "relation": "PART_OF", "projectId": leeds }]), "references follow");
        assert!(kept["history"]["nodes"][0]["reason"].as_str().unwrap().contains("one tender"));
        let query = "query ($ids: [ID!]) { overlaps(filter: { projects: $ids }) { totalCount } projects { totalCount } }";
        let gone = world.data(&world.first, query, json!({ "ids": [camden] })).await;
        assert_eq!((&gone["overlaps"]["totalCount"], &gone["projects"]["totalCount"]), (&json!(0), &json!(3)));

        // Somebody edits one of the fields meanwhile; all others go back.
        let at = i32::try_from(kept["version"].as_i64().unwrap()).unwrap();
        world.update(&leeds, at, json!({ "themes": ["Damp and mould"] })).await;
        let undone = world.change(&world.second, UNDO, json!({ "merge": merged["merge"]["id"], "reason": "two contracts" })).await;
        assert_eq!((&undone["errors"], &undone["left"]), (&json!([]), &json!(["themes"])));
        world.settle().await;
        let (kept, back) = (told(&world, &leeds).await, told(&world, &camden).await);
        for field in ["status", "summary", "themes", "awards", "sources", "participants", "mergedInto"] {
            assert_eq!(back[field], before.1[field], "{field}");
            assert!(field == "themes" || kept[field] == before.0[field], "{field}: {kept}");
        }
        assert_eq!(told(&world, &third).await["relations"], json!([{ "relation": "PART_OF", "projectId": camden }]));
        let (state, _) = world.seen(&world.first).await;
        assert_eq!(state, "CONFIRMED", "what was decided about the two stands again");
        let again = world.change(&world.second, UNDO, json!({ "merge": merged["merge"]["id"], "reason": "x" })).await;
        assert_eq!(mistakes(&again), ["CONFLICT input.merge"]);
    }

    async fn no_record_is_merged_with_itself_or_in_a_circle(inside: Inside) {
        let world = twice(inside).await;
        let [leeds, camden] = world.projects.clone();
        let administrator = &world.administrator;
        let input = |kept: &str, merged: &str, reason: &str| json!({ "kept": kept, "merged": merged, "reason": reason });
        assert_eq!(mistakes(&world.change(administrator, MERGE, input(&leeds, &leeds, "x")).await), ["CONFLICT input.merged"]);
        assert_eq!(mistakes(&world.change(administrator, MERGE, input(&leeds, &camden, " ")).await), ["REQUIRED input.reason"]);
        assert_eq!(mistakes(&world.change(administrator, MERGE, input(&leeds, "zzz", "x")).await), ["INVALID input.merged"]);
        assert_eq!(world.failure(&world.leeds, MERGE, input(&leeds, &camden, "x")).await, "FORBIDDEN");
        let third = world.create(json!({ "title": "A third record", "summary": "Of the same sensors in homes." })).await;
        let first = world.change(administrator, MERGE, input(&leeds, &camden, "one")).await["merge"].take();
        assert_eq!(mistakes(&world.change(administrator, MERGE, input(&camden, &leeds, "circle")).await), ["CONFLICT input.kept"]);
        let second = world.change(administrator, MERGE, input(&third, &leeds, "one more")).await["merge"].take();
        assert_eq!(mistakes(&world.change(administrator, MERGE, input(&camden, &third, "circle")).await), ["CONFLICT input.kept"]);
        assert_eq!(told(&world, &camden).await["mergedInto"]["id"], json!(leeds), "each tombstone says what it became part of");
        let undo = |merge: &Value| json!({ "merge": merge["id"], "reason": "a slip" });
        assert_eq!(mistakes(&world.change(administrator, UNDO, undo(&first)).await), ["CONFLICT input.merge"], "the later one comes first");
        for merge in [&second, &first] {
            assert_eq!(world.change(administrator, UNDO, undo(merge)).await["errors"], json!([]));
        }
        assert_eq!(told(&world, &leeds).await["merges"].as_array().unwrap().len(), 2);
        world.settle().await;
        let all = world.data(&world.first, "{ projects { totalCount } }", json!({})).await;
        assert_eq!(all["projects"]["totalCount"], 4);
    }
}
