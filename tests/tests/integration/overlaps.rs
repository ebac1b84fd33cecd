//! Findings: how they come, change and go, and what they say.

use serde_json::{Value, json};
use tests::rows::counts;
use tests::{Server, eventually};

use crate::drafts::{create, cycle_lanes, damp, damp_elsewhere, overlaps};

const FLAGGED: &str = "subscription ($project: ID, $minScore: Float) { overlapFlagged(project: $project, minScore: $minScore) {
    id score relation state left { id title } right { id title } evidence { summary contributions { logOdds } } } }";

const CHECK: &str = "query ($input: OverlapCheckInput!) { checkOverlap(input: $input) { outcome notes
    matches { score relation project { id title } evidence { summary missing
        contributions { factor weight logOdds detail }
        alignedTerms { left right similarity weight leftSpans { field start end } rightSpans { field start end } } } } } }";

/// The log-odds of a score, and what the evidence adds up to.
fn both_log_odds(finding: &Value) -> (f64, f64) {
    let score = finding["score"].as_f64().unwrap();
    let parts = finding["evidence"]["contributions"].as_array().unwrap();
    let sum = parts.iter().map(|part| part["logOdds"].as_f64().unwrap()).sum();
    ((score / (1.0 - score)).ln(), sum)
}

async fn change(server: &Server, mutation: &str, input: Value) {
    let name = mutation.to_lowercase();
    let query = format!(
        "mutation ($input: {mutation}ProjectInput!) {{
        {name}Project(input: $input) {{ errors {{ message path }} }} }}"
    );
    let data = server.data(&query, json!({ "input": input })).await;
    assert_eq!(data[format!("{name}Project")]["errors"], json!([]));
}

async fn until_overlaps(server: &Server, number: u64) {
    eventually(&format!("{number} overlaps"), async || {
        (overlaps(server).await == number).then_some(())
    })
    .await;
}

/// Socket messages are taken in turn: once the second is answered, the first listens.
async fn listens(socket: &mut tests::subscription::Socket) {
    socket.subscribe("turn", "{ __typename }", json!({})).await;
    assert_eq!(socket.next().await["data"]["__typename"], "Query");
    assert!(
        matches!(socket.hear().await, tests::subscription::Heard::Message(done) if done["type"] == "complete")
    );
}

tests::on_each_database! {
    async fn an_overlap_is_flagged_to_who_listens_and_withdrawn_when_it_no_longer_holds(server: Server) {
        let mut socket = server.socket().await;
        socket.subscribe("all", FLAGGED, json!({})).await;
        listens(&mut socket).await;
        let first = create(&server, &damp()).await;
        create(&server, &cycle_lanes()).await;
        let second = create(&server, &damp_elsewhere()).await;
        let event = socket.next().await;
        let found = &event["data"]["overlapFlagged"];
        let mut pair = [found["left"]["id"].as_str().unwrap(), found["right"]["id"].as_str().unwrap()];
        pair.sort_unstable();
        let mut expected = [first.as_str(), second.as_str()];
        expected.sort_unstable();
        assert_eq!(pair, expected, "{event}");
        assert_eq!((&found["state"], found["evidence"]["summary"].as_str().is_some_and(|text| text.len() > 20)),
            (&json!("FLAGGED"), true));
        assert_eq!(overlaps(&server).await, 1, "what was told is stored");
        let id = found["id"].clone();

        change(&server, "Update", json!({ "id": second, "version": 1, "title": "Gritting footpaths in frost",
            "summary": "A lorry spreads salt on steep pavements by the weather forecast.", "themes": null, "technologies": null })).await;
        until_overlaps(&server, 0).await;
        let withdrawn = server.data("query ($id: ID!) { overlap(id: $id) { withdrawnAt } }", json!({ "id": id })).await;
        assert!(withdrawn["overlap"]["withdrawnAt"].is_string(), "{withdrawn}");

        change(&server, "Update", json!({ "id": second, "version": 2, "title": damp_elsewhere()["title"],
            "summary": damp_elsewhere()["summary"], "themes": damp_elsewhere()["themes"] })).await;
        until_overlaps(&server, 1).await;
        let again = server.data("{ overlaps { nodes { id withdrawnAt } } }", json!({})).await;
        assert_eq!(again["overlaps"]["nodes"], json!([{ "id": id, "withdrawnAt": null }]), "the finding keeps its id");

        change(&server, "Retire", json!({ "id": first, "reason": "Ended" })).await;
        until_overlaps(&server, 0).await;
        let clusters = server.data("{ overlapClusters { totalCount } }", json!({})).await;
        assert_eq!(clusters["overlapClusters"]["totalCount"], 0);
    }

    async fn a_check_says_why_and_stores_nothing(server: Server) {
        let empty = server.data(CHECK, json!({ "input": damp() })).await["checkOverlap"].take();
        assert_eq!(empty["outcome"], "NONE_FOUND", "an empty catalogue overlaps nothing: {empty}");
        let stored = create(&server, &damp_elsewhere()).await;
        create(&server, &cycle_lanes()).await;
        let before = eventually("the index knows the projects", async || {
            let data = server.data(CHECK, json!({ "input": damp() })).await;
            (data["checkOverlap"]["outcome"] == "OVERLAPS_FOUND").then_some(())
        }).await;
        let () = before;
        let rows = counts(&server.database).await;
        let check = server.data(CHECK, json!({ "input": damp() })).await["checkOverlap"].take();
        let matches = check["matches"].as_array().unwrap();
        assert_eq!(matches.len(), 1, "{check:#}");
        assert_eq!(matches[0]["project"]["id"], stored.as_str());
        let (score, evidence) = both_log_odds(&matches[0]);
        assert!((score - evidence).abs() < 1e-6, "{score} against {evidence}");
        spans_lie_in_the_texts(&matches[0], &damp(), &damp_elsewhere());

        let generic = json!({ "title": "Digital project", "summary": "Digital project" });
        let check = server.data(CHECK, json!({ "input": generic })).await["checkOverlap"].take();
        assert_eq!((&check["outcome"], &check["matches"]), (&json!("INSUFFICIENT_TEXT"), &json!([])));
        assert!(!check["notes"].as_array().unwrap().is_empty(), "it says what is missing");

        let alone = json!({ "title": "Restoring a Victorian bandstand",
            "summary": "Masons and ironworkers restore the bandstand in the park for brass concerts in summer." });
        let check = server.data(CHECK, json!({ "input": alone })).await["checkOverlap"].take();
        assert_eq!((&check["outcome"], &check["matches"]), (&json!("NONE_FOUND"), &json!([])));
        let all = server.data(CHECK, json!({ "input": { "title": damp()["title"], "summary": damp()["summary"],
            "minScore": 0.0, "lead": "Nobody knows whom" } })).await["checkOverlap"].take();
        assert!(all["matches"].as_array().is_some_and(|matches| !matches.is_empty()));
        assert!(all["notes"].to_string().contains("Nobody knows whom"), "an unknown lead is told: {all:#}");
        assert_eq!(counts(&server.database).await, rows, "nothing was stored");
    }

    async fn a_subscription_hears_only_what_it_asked_for(server: Server) {
        let wanted = create(&server, &cycle_lanes()).await;
        let mut socket = server.socket().await;
        socket.subscribe("one", FLAGGED, json!({ "project": wanted })).await;
        listens(&mut socket).await;
        create(&server, &damp()).await;
        create(&server, &damp_elsewhere()).await;
        until_overlaps(&server, 1).await;
        let mut twin = cycle_lanes();
        twin["lead"] = json!("YOR");
        twin["title"] = json!("Sweeping leaves from cycle lanes");
        let twin = create(&server, &twin).await;
        let event = socket.next().await;
        let found = &event["data"]["overlapFlagged"];
        for id in [&wanted, &twin] {
            assert!(found["left"]["id"] == id.as_str() || found["right"]["id"] == id.as_str(), "{event}");
        }
        let mut refused = server.socket().await;
        refused.subscribe("bad", FLAGGED, json!({ "project": "zzz" })).await;
        let tests::subscription::Heard::Message(answer) = refused.hear().await else { panic!("closed") };
        assert!(answer["type"] == "error" || answer["payload"]["errors"].is_array(), "{answer}");
    }
}

/// Each span holds the word that it is said to hold.
fn spans_lie_in_the_texts(found: &Value, left: &Value, right: &Value) {
    let terms = found["evidence"]["alignedTerms"].as_array().unwrap();
    assert!(!terms.is_empty(), "{found}");
    // What stands among the themes or technologies only has no place in a text.
    let mut shown_anywhere = false;
    for term in terms {
        for (word, spans, record) in [("left", "leftSpans", left), ("right", "rightSpans", right)] {
            let spans = term[spans].as_array().unwrap();
            shown_anywhere |= !spans.is_empty();
            for span in spans {
                let field = span["field"].as_str().unwrap().to_lowercase();
                let text: Vec<char> = record[&field].as_str().unwrap().chars().collect();
                let range = |end: &str| usize::try_from(span[end].as_u64().unwrap()).unwrap();
                let shown: String = text[range("start")..range("end")].iter().collect();
                assert_eq!(
                    shown.to_lowercase(),
                    term[word].as_str().unwrap().to_lowercase(),
                    "{term}"
                );
            }
        }
    }
    assert!(shown_anywhere, "no word is shown in the texts: {found}");
}
