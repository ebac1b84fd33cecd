//! What people decided holds until a record materially changes.

use serde_json::{Value, json};
use tests::Inside;

use crate::reviews::world::World;

async fn dismissed(inside: Inside) -> World {
    let world = World::new(inside).await;
    world.go(&world.first, "START", json!({})).await;
    let why = json!({ "reason": "DIFFERENT_BENEFICIARIES", "explanation": "Other tenants." });
    assert_eq!(world.go(&world.first, "DISMISS", why).await, "DISMISSED");
    world
}

async fn state(world: &World) -> Value {
    world.seen(&world.first).await.0
}

const RELATIONS: &str = "query ($id: ID!) { project(id: $id) { version } }";

async fn version(world: &World, project: &str) -> i32 {
    let data = world
        .data(&world.first, RELATIONS, json!({ "id": project }))
        .await;
    i32::try_from(data["project"]["version"].as_i64().unwrap()).unwrap()
}

tests::on_each_database! {
    async fn a_dismissal_holds_until_a_record_materially_changes(inside: Inside) {
        let world = dismissed(inside).await;
        let [leeds, _] = &world.projects;
        // The same facts in another spelling, facts that are not material, and another model: it stays dismissed.
        let title = crate::drafts::damp()["title"].as_str().unwrap().to_uppercase();
        world.update(leeds, 1, json!({ "title": format!("  {title} "), "note": "A word more.", "phase": "LIVE", "links": ["https://example.org"] })).await;
        assert_eq!(state(&world).await, "DISMISSED");
        world.execute("UPDATE catalogue SET settled_model = 'another', settled_seq = 0").await.unwrap();
        world.execute("UPDATE overlap SET model_version = 'another', score = 0.7").await.unwrap();
        world.inside.settle().await;
        assert_eq!(state(&world).await, "DISMISSED");
        let judged = world.data(&world.first, "{ overlaps { nodes { modelVersion state } } }", json!({})).await;
        assert_ne!(judged["overlaps"]["nodes"][0]["modelVersion"], "another", "it was judged anew: {judged}");

        world.update(leeds, 2, json!({ "budget": { "amount": "990000" }, "endDate": "2030-01-01" })).await;
        let (state, moves) = world.seen(&world.first).await;
        assert_eq!(state, "FLAGGED");
        assert_eq!((&moves[0]["move"], &moves[0]["cites"]), (&json!("FLAG_ANEW"), &json!({ "move": "DISMISS", "reason": "DIFFERENT_BENEFICIARIES" })));
        assert_eq!(moves[0]["explanation"], "since it was decided a record changed its period, money");
        assert_eq!((&moves[0]["mover"], &moves[0]["seat"]), (&json!("Tandem"), &json!("SYSTEM")));

        // A second round: what was replied before does not count.
        world.go(&world.first, "START", json!({})).await;
        let early = world.attempt(&world.first, "CONFIRM", json!({ "reason": "SAME_COST_TWICE" })).await;
        assert_eq!(crate::drafts::mistakes(&early), ["CONFLICT input.move"]);
    }

    async fn a_finding_that_went_and_came_back_as_it_was_stays_dismissed(inside: Inside) {
        let world = dismissed(inside).await;
        let [leeds, _] = &world.projects;
        let draft = crate::drafts::damp();
        world.update(leeds, 1, json!({ "title": "Gritting footpaths", "summary": "A lorry spreads salt on steep pavements." })).await;
        let gone = world.data(&world.first, "{ overlaps { totalCount } }", json!({})).await;
        assert_eq!(gone["overlaps"]["totalCount"], 0);
        let late = world.attempt(&world.first, "CLOSE", json!({})).await;
        assert_eq!(crate::drafts::mistakes(&late), ["CONFLICT input.overlap"]);
        world.update(leeds, 2, json!({ "title": draft["title"], "summary": draft["summary"] })).await;
        let back = world.data(&world.first, "{ overlaps { nodes { id state } } }", json!({})).await;
        assert_eq!(back["overlaps"]["nodes"], json!([{ "id": world.overlap, "state": "DISMISSED" }]));
    }

    async fn what_was_confirmed_stands_though_the_texts_drift_apart(inside: Inside) {
        let world = World::new(inside).await;
        world.go(&world.first, "START", json!({})).await;
        world.reply(&world.leeds, "Yes.").await;
        world.reply(&world.camden, "Yes.").await;
        world.go(&world.first, "CONFIRM", json!({ "reason": "SAME_ACTIVITIES" })).await;
        let [leeds, _] = &world.projects;
        world.update(leeds, 1, json!({ "title": "Gritting footpaths", "summary": "A lorry spreads salt on steep pavements." })).await;
        let kept = world.data(&world.first, "{ overlaps { nodes { state withdrawnAt } } }", json!({})).await;
        assert_eq!(kept["overlaps"]["nodes"], json!([{ "state": "CONFIRMED", "withdrawnAt": null }]));
        let retire = "mutation ($input: RetireProjectInput!) { retireProject(input: $input) { errors { message } } }";
        world.change(&world.administrator, retire, json!({ "id": leeds, "reason": "ended" })).await;
        world.settle().await;
        let gone = world.data(&world.first, "{ overlaps { totalCount } }", json!({})).await;
        assert_eq!(gone["overlaps"]["totalCount"], 0, "a record that was taken out overlaps nothing");
    }

    async fn a_declared_relation_explains_a_pair_until_a_reviewer_looks(inside: Inside) {
        let world = World::new(inside).await;
        let [leeds, camden] = world.projects.clone();
        world.update(&leeds, 1, json!({ "relations": [{ "project": camden, "relation": "REPLICATES" }] })).await;
        let (state_now, moves) = world.seen(&world.first).await;
        assert_eq!((state_now, &moves[0]["move"], &moves[0]["reason"]), (json!("RELATED"), &json!("EXPLAIN"), &json!("DECLARED_RELATION")));
        let queue = "{ reviewQueue { nodes { review { explainedByDeclaration legalMoves } } } }";
        let waits = world.data(&world.first, queue, json!({})).await;
        let review = &waits["reviewQueue"]["nodes"][0]["review"];
        assert_eq!(review, &json!({ "explainedByDeclaration": true, "legalMoves": ["NOTE", "REMIND", "JUDGE", "NOD", "REOPEN"] }));

        // Taken back: it is open again. Declared again, a reviewer nods, and then taking it back is none of the engine's business.
        let at = version(&world, &leeds).await;
        world.update(&leeds, at, json!({ "relations": [] })).await;
        assert_eq!(state(&world).await, "FLAGGED");
        world.update(&leeds, at + 1, json!({ "relations": [{ "project": camden, "relation": "REPLICATES" }] })).await;
        assert_eq!(state(&world).await, "RELATED");
        assert_eq!(world.go(&world.first, "NOD", json!({})).await, "RELATED");
        world.update(&leeds, at + 2, json!({ "relations": [], "note": "tidied" })).await;
        assert_eq!(state(&world).await, "RELATED");
        let done = world.data(&world.first, "{ reviewQueue { totalCount } overlapSummary(by: THEME) { related open } }", json!({})).await;
        assert_eq!((&done["reviewQueue"]["totalCount"], &done["overlapSummary"][0]), (&json!(0), &json!({ "related": 1, "open": 0 })));
    }
}
