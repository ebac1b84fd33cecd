//! The evidence report of a finding: as data, as Markdown, and as a page that a browser and a printer show.

use serde_json::{Value, json};
use tests::{Inside, Server, eventually};

use crate::drafts::{create, cycle_lanes, damp, damp_elsewhere};
use crate::reviews::world::World;

const REPORT: &str = "query ($id: ID!) { overlap(id: $id) { score report { madeAt daysTogether period
    left { version presentVersion title { text term } summary { text term } facts { field value } sources }
    right { version title { text term } facts { field value } }
    dimensions { kind verdict why } sharedParticipants { organisation { name } leftRoles rightRoles matchedBy }
    sharedPlaces { name how } sums { side isAward source { name } amount { amount currency } awardedOn }
    possibleSameCosts { amount { amount } sameSource why } declaredLinks { by relation }
    markdown: document(format: MARKDOWN) html: document(format: HTML) }
    evidence { alignedTerms { left right } missing contributions { factor } } modelVersion } }";

/// One effort twice: the same sum from the same ministry, one partner in both, at the same time for a while.
fn twins() -> [Value; 2] {
    let (mut left, mut right) = (damp(), damp_elsewhere());
    let award = json!({ "funder": "MHCLG", "amount": { "amount": "123450" }, "awardedOn": "2025-01-15" });
    for (project, from, to) in [
        (&mut left, "2025-02-01", "2025-12-31"),
        (&mut right, "2025-12-01", "2026-06-30"),
    ] {
        project["funders"] = json!(["MHCLG"]);
        project["partners"] = json!(["Kirklees Council"]);
        project["awards"] = json!([award]);
        project["startDate"] = json!(from);
        project["endDate"] = json!(to);
        project["beneficiaryPlaces"] = json!(["Holbeck"]);
    }
    left["title"] = json!("Damp & mould <sensors> in council homes | \"Leeds\"");
    [left, right]
}

async fn report(world: &World, id: &str) -> Value {
    world.data(&world.first, REPORT, json!({ "id": id })).await["overlap"].take()
}

/// The pieces of a text put together.
fn whole(pieces: &Value) -> String {
    pieces
        .as_array()
        .unwrap()
        .iter()
        .map(|piece| piece["text"].as_str().unwrap())
        .collect()
}

tests::on_each_database! {
    async fn a_report_tells_every_fact_as_it_was_judged(inside: Inside) {
        let world = World::new(inside).await;
        for (project, twin) in world.projects.clone().iter().zip(twins()) {
            let mut change = twin;
            change.as_object_mut().unwrap().remove("lead");
            world.update(project, 1, change).await;
        }
        let overlap = report(&world, &world.overlap).await;
        let told = &overlap["report"];
        let sides = [&told["left"], &told["right"]];
        let titles = [damp_elsewhere()["title"].clone(), twins()[0]["title"].clone()].map(|title| title.as_str().unwrap().to_owned());
        assert!(sides.iter().all(|side| titles.contains(&whole(&side["title"]))), "the pieces are the text: {told:#}");
        assert!(sides[0]["summary"].as_array().unwrap().iter().any(|piece| piece["term"].is_i64()), "words are marked");
        assert_eq!((&told["daysTogether"], &told["declaredLinks"]), (&json!(31), &json!([])));
        let dimensions: Vec<[&Value; 2]> = told["dimensions"].as_array().unwrap().iter().map(|way| [&way["kind"], &way["verdict"]]).collect();
        assert_eq!(dimensions[1..], [[&json!("BUDGETARY"), &json!("FOUND")], [&json!("COMMITMENT"), &json!("FOUND")]]);
        assert_eq!(told["possibleSameCosts"], json!([{ "amount": { "amount": "123450.00" }, "sameSource": true,
            "why": "both records name this sum from Ministry of Housing, Communities and Local Government" }]));
        let shared: Vec<&Value> = told["sharedParticipants"].as_array().unwrap().iter().map(|one| &one["leftRoles"]).collect();
        assert_eq!(shared, [&json!(["PARTNER"]), &json!(["FUNDER"])], "who works on both comes before who pays for both");
        assert!(told["sharedPlaces"].as_array().unwrap().contains(&json!({ "name": "Holbeck", "how": "both are for its people" })));
        assert!(told["sums"].as_array().unwrap().len() >= 2 && sides[0]["facts"].as_array().unwrap().len() > 5);

        // What somebody wrote stays text in both ways of writing.
        let (markdown, html) = (told["markdown"].as_str().unwrap(), told["html"].as_str().unwrap());
        assert!(markdown.contains(r"\<sensors\>") && markdown.contains(r"\|") && !markdown.contains("<sensors>"), "{markdown}");
        assert!(html.contains("&lt;sensors&gt;") && html.contains("<mark>") && !html.contains("<sensors>"), "{html}");
        for part in ["What the score is made of", "Words that met", "Money, by who gives it", "What is missing", "What people did with it"] {
            assert!(markdown.contains(&format!("## {part}")) && html.contains(part), "{part}");
        }

        // A record that changed since is shown as it was judged until it is judged again.
        let version = told["left"]["presentVersion"].clone();
        world.execute("UPDATE project SET version = version + 1").await.unwrap();
        world.execute("INSERT INTO project_version (project_id, version, change, changed_at, state) \
            SELECT id, version - 1, change, updated_at, '{\"title\":\"As it was\",\"summary\":\"Sensors\",\"status\":\"ACTIVE\",\"retired_reason\":null}' FROM project \
            WHERE version > 2").await.unwrap();
        let later = report(&world, &world.overlap).await;
        assert_eq!((&later["report"]["left"]["version"], whole(&later["report"]["left"]["title"])), (&version, "As it was".to_owned()));
    }

    async fn a_report_tells_nobody_what_is_not_for_them(inside: Inside) {
        let world = World::new(inside).await;
        world.go(&world.first, "START", json!({ "explanation": "We look at it.", "note": "smells of one tender" })).await;
        world.reply(&world.leeds, "Ours is older.").await;
        let query = "query ($id: ID!) { overlap(id: $id) { report { document(format: MARKDOWN) } } }";
        let cases = [
            (tandem::access::Viewer::public(), [false, false, false]),
            (world.bristol.clone(), [false, false, false]),
            (world.camden.clone(), [true, false, false]),
            (world.leeds.clone(), [true, true, false]),
            (world.first.clone(), [true, true, true]),
        ];
        for (viewer, sees) in cases {
            let data = world.data(&viewer, query, json!({ "id": world.overlap })).await;
            let text = data["overlap"]["report"]["document"].as_str().unwrap();
            let seen = ["We look at it.", "Ours is older.", "smells of one tender"].map(|words| text.contains(words));
            assert_eq!(seen, sees, "{}", viewer.name());
        }
    }

    async fn many_drafts_are_checked_at_once_and_nothing_is_stored(inside: Inside) {
        let world = World::new(inside).await;
        let query = "query ($inputs: [OverlapCheckInput!]!) { checkOverlaps(inputs: $inputs, first: 2) { outcome
            matches { whose project { id } } } }";
        let mut own = damp();
        for gone in ["themes", "technologies"] {
            own.as_object_mut().unwrap().remove(gone);
        }
        let mut inputs = vec![own.clone(); 199];
        inputs.push(json!({ "title": "Digital project", "summary": "Digital project" }));
        let rows = table_counts(&world).await;
        let checked = world.data(&world.leeds, query, json!({ "inputs": inputs })).await["checkOverlaps"].take();
        assert_eq!(table_counts(&world).await, rows, "a check stores nothing");
        let checked = checked.as_array().unwrap();
        assert_eq!((checked.len(), &checked[199]["outcome"]), (200, &json!("INSUFFICIENT_TEXT")));
        let [leeds, camden] = &world.projects;
        let mut found = checked[0]["matches"].as_array().unwrap().clone();
        found.sort_by_key(|found| found["whose"].to_string());
        assert_eq!(found, [json!({ "whose": "OTHERS", "project": { "id": camden } }), json!({ "whose": "OWN", "project": { "id": leeds } })]);
        assert!(checked[..199].iter().all(|check| check == &checked[0]));

        let code = async |inputs: Value| world.inside.ask(&world.leeds, query, json!({ "inputs": inputs })).await["errors"][0].take();
        let many = code(json!(vec![own.clone(); 201])).await;
        assert_eq!(many["extensions"]["code"], "BAD_USER_INPUT", "{many}");
        let wrong = code(json!([own, { "title": "", "summary": "x" }, { "title": "a", "summary": "b", "budget": { "amount": "much" } }])).await;
        assert!(wrong["message"].as_str().unwrap().contains("inputs.2.budget"), "{wrong}");
    }
}

/// How many rows each table has, and what each finding and project says of its version.
async fn table_counts(world: &World) -> Vec<(String, i64)> {
    use sea_orm::ConnectionTrait;
    let mut counts = Vec::new();
    for table in [
        "project",
        "project_version",
        "overlap",
        "overlap_review",
        "overlap_move",
        "overlap_cluster",
        "organisation",
        "organisation_alias",
        "idempotency_key",
    ] {
        let sql = format!("SELECT COUNT(*) AS rows FROM {table}");
        let db = world.inside.app.db.read();
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.unwrap().unwrap();
        counts.push((table.to_owned(), row.try_get("", "rows").unwrap()));
    }
    counts
}

/// The page over HTTP.
async fn page(server: &Server, id: &str) -> reqwest::Response {
    let address = format!("{}/reports/overlaps/{id}", server.url);
    server.http.get(address).send().await.unwrap()
}

tests::on_each_database! {
    async fn the_page_is_served_with_nothing_but_itself(server: Server) {
        for project in [damp(), damp_elsewhere(), cycle_lanes()] {
            create(&server, &project).await;
        }
        let id = eventually("the finding", async || {
            let found = server.data("{ overlaps { nodes { id } } }", json!({})).await;
            Some(found["overlaps"]["nodes"][0]["id"].as_str()?.to_owned())
        }).await;
        let answer = page(&server, &id).await;
        assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (200, &"text/html; charset=utf-8".parse().unwrap()));
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{policy}");
        let html = answer.text().await.unwrap();
        assert!(html.starts_with("<!doctype html>") && !html.contains("<script") && !html.contains("http://") && html.contains("<mark>"));
        for nothing in ["zzz", "%22%7D", "UGxlYXNl"] {
            assert_eq!(page(&server, nothing).await.status().as_u16(), 404, "{nothing}");
        }
    }
}
