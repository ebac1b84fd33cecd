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

    async fn what_was_decided_about_a_merged_record_and_others_follows_it(inside: Inside) {
        let mut world = World::new(inside).await;
        let [leeds, camden] = world.projects.clone();
        let third = world.create(json!({ "title": "Sensors for damp and mould in flats", "lead": "BST", "themes": ["Social housing", "Damp and mould"],
            "summary": "Wireless sensors in council flats measure temperature and humidity and warn the housing team of damp and mould before tenants complain." })).await;
        world.settle().await;
        let [own, theirs] = [finding(&world, &leeds, &third).await.unwrap(), finding(&world, &camden, &third).await.unwrap()];
        // Camden's and Bristol's are none; Leeds' and Camden's are one.
        let both = std::mem::replace(&mut world.overlap, theirs["id"].as_str().unwrap().to_owned());
        world.go(&world.first, "START", json!({})).await;
        world.go(&world.first, "DISMISS", json!({ "reason": "DIFFERENT_BENEFICIARIES", "explanation": "Other tenants." })).await;
        world.overlap = both;
        let merged = world.change(&world.administrator, MERGE, json!({ "kept": leeds, "merged": camden, "reason": "one tender" })).await;
        assert_eq!(merged["errors"], json!([]));
        for _ in 0..2 {
            let now = finding(&world, &leeds, &third).await.unwrap();
            assert_eq!((&now["id"], &now["state"]), (&theirs["id"], &json!("DISMISSED")), "what people decided takes the place of what nobody read");
            assert_eq!(finding(&world, &camden, &third).await, None);
            world.settle().await;
        }
        let moves = told_moves(&world, &theirs["id"]).await;
        assert_eq!(moves, ["CARRY", "DISMISS", "START"]);

        // A change of the record is material still: what was decided is cited.
        let version = told(&world, &third).await["version"].as_i64().unwrap();
        world.update(&third, i32::try_from(version).unwrap(), json!({ "budget": { "amount": "5" } })).await;
        assert_eq!(told_moves(&world, &theirs["id"]).await, ["FLAG_ANEW", "CARRY", "DISMISS", "START"]);
        let undone = world.change(&world.second, UNDO, json!({ "merge": merged["merge"]["id"], "reason": "two contracts" })).await;
        assert_eq!(undone["left"], json!(["finding with “Sensors for damp and mould in flats”"]), "somebody moved it since");
        assert_ne!(own["id"], theirs["id"]);
    }

    async fn what_followed_a_record_goes_back_with_it(inside: Inside) {
        let mut world = World::new(inside).await;
        let [leeds, camden] = world.projects.clone();
        let third = world.create(json!({ "title": "Sensors for damp and mould in flats", "lead": "BST", "themes": ["Social housing", "Damp and mould"],
            "summary": "Wireless sensors in council flats measure temperature and humidity and warn the housing team of damp and mould before tenants complain." })).await;
        world.settle().await;
        let [own, theirs] = [finding(&world, &leeds, &third).await.unwrap(), finding(&world, &camden, &third).await.unwrap()];
        let both = std::mem::replace(&mut world.overlap, theirs["id"].as_str().unwrap().to_owned());
        world.go(&world.first, "START", json!({})).await;
        world.overlap = both;
        let merged = world.change(&world.administrator, MERGE, json!({ "kept": leeds, "merged": camden, "reason": "one tender" })).await;
        world.settle().await;
        assert_eq!(finding(&world, &leeds, &third).await.unwrap()["id"], theirs["id"]);
        let undone = world.change(&world.second, UNDO, json!({ "merge": merged["merge"]["id"], "reason": "two contracts" })).await;
        assert_eq!((&undone["errors"], &undone["left"]), (&json!([]), &json!([])));
        world.settle().await;
        let now = [finding(&world, &leeds, &third).await.unwrap(), finding(&world, &camden, &third).await.unwrap()];
        assert_eq!([&now[0]["id"], &now[0]["state"]], [&own["id"], &json!("FLAGGED")], "it is as it was");
        assert_eq!([&now[1]["id"], &now[1]["state"]], [&theirs["id"], &json!("UNDER_REVIEW")]);
        assert_eq!(now.map(|found| found["evidence"].clone()), [own, theirs].map(|found| found["evidence"].clone()));
    }
}

/// What was done with a finding, the latest first.
async fn told_moves(world: &World, finding: &Value) -> Vec<String> {
    let data = world
        .data(
            &world.first,
            crate::reviews::world::MOVES,
            json!({ "id": finding }),
        )
        .await;
    let moves = data["overlap"]["moves"]["nodes"].as_array().unwrap().iter();
    moves
        .map(|made| made["move"].as_str().unwrap().to_owned())
        .collect()
}

/// The finding of two projects that stands, where there is one.
async fn finding(world: &World, one: &str, other: &str) -> Option<Value> {
    let query = "query ($ids: [ID!]) { overlaps(filter: { projects: $ids, states: [FLAGGED, UNDER_REVIEW, DISMISSED, CONFIRMED] }) {
        nodes { id state left { id } right { id } evidence { summary contributions { factor logOdds } } } } }";
    let data = world.data(&world.first, query, json!({ "ids": [one] })).await;
    let found = data["overlaps"]["nodes"].as_array().unwrap().iter();
    let mut found =
        found.filter(|found| [&found["left"]["id"], &found["right"]["id"]].contains(&&json!(other)));
    found.next().cloned()
}
