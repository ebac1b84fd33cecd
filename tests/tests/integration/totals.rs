//! What overlaps cost together: clusters, and what somebody pays for.

use serde_json::{Value, json};
use tests::Inside;

use crate::reviews::world::World;

const PORTFOLIO: &str = "query ($id: ID!) { portfolioOverlap(funder: $id) { funder { name } projectCount spend { amount }
    within { overlaps confirmed open projects spend { amount } findings { totalCount nodes { id } } }
    againstOthers { overlaps confirmed open projects spend { amount } confirmedSpend { amount } findings { totalCount nodes { id } } } } }";
const CLUSTERS: &str = "{ overlapClusters { totalCount nodes { id size themes regions startDate endDate totalCost { amount currency }
    concurrentCost { amount currency } central { id } projects { id } authorities { name } } } }";

async fn ministry(world: &World) -> Value {
    let query = "{ resolveOrganisation(name: \"MHCLG\") { organisation { id } } }";
    world.data(&world.funder, query, json!({})).await["resolveOrganisation"][0]["organisation"]["id"].take()
}

async fn portfolio(world: &World) -> Value {
    let id = ministry(world).await;
    world.data(&world.funder, PORTFOLIO, json!({ "id": id })).await["portfolioOverlap"].take()
}

tests::on_each_database! {
    async fn a_funder_sees_what_overlaps_within_and_against_the_rest(inside: Inside) {
        let world = World::new(inside).await;
        let [_, camden] = world.projects.clone();
        let first = portfolio(&world).await;
        assert_eq!((&first["projectCount"], &first["spend"]), (&json!(1), &json!([{ "amount": "250000.00" }])));
        assert_eq!((&first["within"]["overlaps"], &first["againstOthers"]["overlaps"], &first["againstOthers"]["open"]), (&json!(0), &json!(1), &json!(1)));
        assert_eq!(first["againstOthers"]["findings"], json!({ "totalCount": 1, "nodes": [{ "id": world.overlap }] }));

        // The ministry pays for the other too: by an award, and named nowhere else.
        world.update(&camden, 1, json!({ "awards": [{ "funder": "MHCLG", "amount": { "amount": "70000" } }] })).await;
        let both = portfolio(&world).await;
        assert_eq!((&both["projectCount"], &both["within"]["overlaps"], &both["againstOthers"]["overlaps"]), (&json!(2), &json!(1), &json!(0)));
        assert_eq!(both["within"]["spend"], json!([{ "amount": "320000.00" }]), "awards go before budgets");
        world.go(&world.first, "START", json!({})).await;
        world.go(&world.first, "DISMISS", json!({ "reason": "SAME_WORDS_ONLY" })).await;
        let less = portfolio(&world).await;
        assert_eq!((&less["within"]["overlaps"], &less["within"]["findings"]["totalCount"]), (&json!(0), &json!(0)));

        let query = "query ($id: ID!) { portfolioOverlap(funder: $id) { projectCount } }";
        for (id, code) in [(json!(world.overlap), "BAD_USER_INPUT"), (json!(tandem::graphql::id::encode(tandem::graphql::id::Kind::Organisation, uuid::Uuid::nil())), "NOT_FOUND")] {
            let answer = world.inside.ask(&world.funder, query, json!({ "id": id })).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], code);
        }
    }

    async fn a_cluster_tells_themes_regions_periods_and_what_is_spent_at_once(inside: Inside) {
        let world = World::new(inside).await;
        let [leeds, camden] = world.projects.clone();
        world.update(&leeds, 1, json!({ "startDate": "2025-01-01", "endDate": "2025-06-30" })).await;
        world.update(&camden, 1, json!({ "startDate": "2025-07-01", "endDate": "2026-03-31" })).await;
        let apart = world.data(&world.funder, CLUSTERS, json!({})).await["overlapClusters"].take();
        let cluster = &apart["nodes"][0];
        assert_eq!((&apart["totalCount"], &cluster["size"]), (&json!(1), &json!(2)));
        assert_eq!(cluster["themes"], json!(["Damp and mould", "Social housing"]));
        assert_eq!(cluster["regions"], json!(["London", "Yorkshire and The Humber"]));
        assert_eq!((&cluster["startDate"], &cluster["endDate"]), (&json!("2025-01-01"), &json!("2026-03-31")));
        assert_eq!(cluster["totalCost"], json!([{ "amount": "350000.00", "currency": "GBP" }]));
        assert_eq!(cluster["concurrentCost"], json!([{ "amount": "250000.00", "currency": "GBP" }]), "one after the other");
        world.update(&camden, 2, json!({ "startDate": "2025-06-30" })).await;
        let together = world.data(&world.funder, CLUSTERS, json!({})).await["overlapClusters"].take();
        assert_eq!(together["nodes"][0]["concurrentCost"], json!([{ "amount": "350000.00", "currency": "GBP" }]));
        assert_eq!(together["nodes"][0]["id"], cluster["id"], "its id stays");
    }

    /// The counter-example against single linkage: of 1 – 2 – 3, 1 and 3 have nothing in common.
    async fn a_chain_of_weak_links_ties_no_strangers_together(inside: Inside) {
        let world = World::new(inside).await;
        let third = world.create(json!({ "title": "Sweeping cycle lanes after storms", "summary": "A narrow sweeper clears branches \
            and gravel from segregated cycle lanes in parks and avenues after storms.", "lead": "YOR", "themes": ["Transport"] })).await;
        world.settle().await;
        let [leeds, camden] = &world.projects;
        let raw = |id: &str| tandem::graphql::id::decode(id).unwrap().1;
        let pair = [raw(camden).min(raw(&third)), raw(camden).max(raw(&third))];
        // A weak link between strangers, as a less careful engine would make it.
        let literal = |id: uuid::Uuid| match world.inside.app.db.backend() {
            sea_orm::DbBackend::Postgres => format!("'{id}'"),
            _ => format!("x'{}'", id.simple()),
        };
        let before = world.data(&world.funder, CLUSTERS, json!({})).await["overlapClusters"].take();
        world.execute(&format!("INSERT INTO overlap (id, left_id, right_id, score, relation, state, evidence, priority, left_version, right_version, \
            model_version, created_at, updated_at) SELECT {}, {}, {}, 0.6, relation, state, evidence, priority, 1, 1, model_version, created_at, updated_at \
            FROM overlap WHERE withdrawn_at IS NULL LIMIT 1", literal(uuid::Uuid::now_v7()), literal(pair[0]), literal(pair[1]))).await.unwrap();
        world.go(&world.first, "START", json!({})).await;
        world.go(&world.first, "DISMISS", json!({ "reason": "SAME_WORDS_ONLY" })).await;
        world.go(&world.administrator, "REOPEN", json!({ "reason": "NEW_FACTS" })).await;
        let after = world.data(&world.funder, CLUSTERS, json!({})).await["overlapClusters"].take();
        let with = |clusters: &Value, id: &str| clusters["nodes"].as_array().unwrap().iter()
            .filter(|one| one["projects"].as_array().unwrap().iter().any(|project| project["id"] == id)).cloned().collect::<Vec<_>>();
        assert_eq!(with(&after, leeds).len(), 1, "{after}");
        assert_eq!(with(&after, leeds)[0]["size"], 2, "the stranger of a stranger is not taken in: {after}");
        assert_eq!(with(&before, leeds)[0]["projects"], with(&after, leeds)[0]["projects"]);
    }
}
