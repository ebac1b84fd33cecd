//! From a check to an appeal and back; and an authority that took over from another.

use serde_json::{Value, json};
use tests::Server;

use super::{change, data, done, failure, findings, organisation, project, somebody};
use crate::drafts::{damp, damp_elsewhere, mistakes};

const REVIEW: &str = "overlap { id state review { version outcome appealOpen legalMoves assignee } }";
const READ: &str = "query ($id: ID!) { overlap(id: $id) { state review { version assignee } moves { nodes { move mover seat explanation note judged
    organisation { name } } } } }";

/// A move by a reviewer at the version that stands.
async fn go(server: &Server, by: &reqwest::Client, overlap: &Value, kind: &str, mut more: Value) -> Value {
    let now = data(server, by, READ, json!({ "id": overlap })).await;
    more["overlap"] = overlap.clone();
    more["version"] = now["overlap"]["review"]["version"].clone();
    more["move"] = json!(kind);
    change(server, by, "reviewOverlap", REVIEW, more).await
}

async fn went(server: &Server, by: &reqwest::Client, overlap: &Value, kind: &str, more: Value) -> Value {
    let mut payload = go(server, by, overlap, kind, more).await;
    assert_eq!(payload["errors"], json!([]), "{kind}: {payload}");
    payload["overlap"]["state"].take()
}

fn kinds(overlap: &Value) -> Vec<&str> {
    let moves = overlap["overlap"]["moves"]["nodes"].as_array().unwrap().iter();
    moves.map(|made| made["move"].as_str().unwrap()).collect()
}

tests::on_each_database! {
    async fn a_funder_walks_from_a_check_to_an_appeal_and_back(server: Server) {
        let leeds = somebody(&server, &["editor=LDS"]);
        let camden = somebody(&server, &["editor=CMD"]);
        let funder = somebody(&server, &["funder=MHCLG"]);
        let [first, second] = [somebody(&server, &["reviewer"]), somebody(&server, &["reviewer"])];
        let mut paid = damp();
        paid["funders"] = json!(["MHCLG"]);
        project(&server, &leeds, paid, "250000").await;
        project(&server, &camden, damp_elsewhere(), "100000").await;
        let overlap = findings(&server, 1).await.remove(0)["id"].take();

        let draft = damp();
        let check = "query ($input: OverlapCheckInput!) { checkOverlap(input: $input) { outcome matches { project { title } } } }";
        let checked = data(&server, &funder, check, json!({ "input": { "title": draft["title"], "summary": draft["summary"] } })).await;
        assert_eq!(checked["checkOverlap"]["outcome"], "OVERLAPS_FOUND");
        assert_eq!(failure(&server, &funder, "reviewOverlap", json!({ "overlap": overlap, "version": 0, "move": "START" })).await, "FORBIDDEN");

        assert_eq!(went(&server, &first, &overlap, "START", json!({ "note": "looks like one tender" })).await, "UNDER_REVIEW");
        let early = go(&server, &first, &overlap, "CONFIRM", json!({ "reason": "SAME_COST_TWICE" })).await;
        assert_eq!(mistakes(&early), ["CONFLICT input.move"]);
        assert_eq!(failure(&server, &funder, "replyToOverlap", json!({ "overlap": overlap, "text": "x" })).await, "FORBIDDEN");
        for (by, text) in [(&leeds, "We pay for the sensors ourselves."), (&camden, "Ours is another contract.")] {
            done(&server, by, "replyToOverlap", "overlap { state }", json!({ "overlap": overlap, "text": text })).await;
        }
        let reason = json!({ "reason": "DIFFERENT_BENEFICIARIES", "explanation": "Other tenants.", "note": "not sure at all" });
        assert_eq!(went(&server, &first, &overlap, "DISMISS", reason).await, "DISMISSED");

        let seen = data(&server, &funder, READ, json!({ "id": overlap })).await;
        assert_eq!(kinds(&seen), ["DISMISS", "START"], "replies are for reviewers");
        let told = &seen["overlap"]["moves"]["nodes"][0];
        assert_eq!((&told["explanation"], &told["note"], &told["mover"]), (&json!("Other tenants."), &Value::Null, &Value::Null));
        done(&server, &funder, "appealOverlap", "overlap { state }", json!({ "overlap": overlap, "text": "We paid for both." })).await;
        let turn = json!({ "reason": "SAME_COST_TWICE", "outcome": "CONFIRMED", "explanation": "One grant number." });
        assert_eq!(mistakes(&go(&server, &first, &overlap, "OVERTURN", turn.clone()).await), ["CONFLICT input.move"]);
        assert_eq!(went(&server, &second, &overlap, "OVERTURN", turn).await, "CONFIRMED");
        went(&server, &first, &overlap, "CHOOSE_FOLLOW_UP", json!({ "followUp": "JOINT_BID" })).await;
        assert_eq!(went(&server, &first, &overlap, "CLOSE", json!({})).await, "CLOSED");
        let totals = data(&server, &funder, "{ overlapSummary(by: FUNDER) { overlaps confirmed confirmedSpend { amount } } }", json!({})).await;
        assert!(totals["overlapSummary"].as_array().unwrap().iter().any(|row| row["confirmed"] == 1), "{totals}");
        let public = data(&server, &tests::server::client(None), READ, json!({ "id": overlap })).await;
        assert_eq!((&public["overlap"]["state"], &public["overlap"]["review"], kinds(&public)), (&json!("CLOSED"), &Value::Null, vec![]));
    }

    async fn whoever_took_over_from_an_authority_is_heard_for_it(server: Server) {
        let reviewer = somebody(&server, &["reviewer"]);
        let mut old = damp();
        old["lead"] = json!("Mendip District Council");
        let administrator = &server.http;
        project(&server, administrator, old, "250000").await;
        project(&server, administrator, damp_elsewhere(), "100000").await;
        let overlap = findings(&server, 1).await.remove(0)["id"].take();
        went(&server, &reviewer, &overlap, "START", json!({})).await;

        let somerset = somebody(&server, &["editor=SMT"]);
        let stranger = somebody(&server, &["editor=BST"]);
        let text = json!({ "overlap": overlap, "text": "Ours ended with Mendip." });
        assert_eq!(failure(&server, &stranger, "replyToOverlap", text.clone()).await, "FORBIDDEN");
        done(&server, &somerset, "replyToOverlap", "overlap { state }", text).await;
        let own = data(&server, &somerset, READ, json!({ "id": overlap })).await;
        assert_eq!(own["overlap"]["moves"]["nodes"][0]["organisation"]["name"], "Mendip District Council", "{own}");
        done(&server, &somebody(&server, &["editor=CMD"]), "replyToOverlap", "overlap { state }", json!({ "overlap": overlap, "text": "Ours goes on." })).await;
        let reason = json!({ "reason": "SAME_ACTIVITIES" });
        assert_eq!(went(&server, &reviewer, &overlap, "CONFIRM", reason).await, "CONFIRMED", "both leads were heard");
        done(&server, &somerset, "appealOverlap", "overlap { state }", json!({ "overlap": overlap, "text": "It ended." })).await;
        // Who reviews and belongs to the successor reviews nothing of its predecessor's.
        let both = somebody(&server, &["reviewer", "member=SMT"]);
        let turn = json!({ "overlap": overlap, "version": 0, "move": "OVERTURN", "reason": "NEW_FACTS", "outcome": "DISMISSED" });
        assert_eq!(failure(&server, &both, "reviewOverlap", turn).await, "FORBIDDEN");
    }

    async fn findings_are_given_to_colleagues_and_judged_apart(server: Server) {
        let [first, second, third] = [&["reviewer"], &["reviewer"], &["reviewer"]].map(|roles| somebody(&server, roles));
        let leeds = somebody(&server, &["editor=LDS"]);
        project(&server, &server.http, damp(), "250000").await;
        project(&server, &server.http, damp_elsewhere(), "100000").await;
        let overlap = findings(&server, 1).await.remove(0)["id"].take();
        let account = async |by: &reqwest::Client| data(&server, by, "{ viewer { account { id } } }", json!({})).await["viewer"]["account"]["id"].take();
        let mine = "{ reviewQueue(filter: { assigned: MINE }) { totalCount } }";
        went(&server, &first, &overlap, "START", json!({})).await;
        assert_eq!(data(&server, &first, mine, json!({})).await["reviewQueue"]["totalCount"], 1);
        for (assignee, expected) in [(account(&leeds).await, "CONFLICT input.assignee"), (organisation(&server, "LDS").await, "INVALID input.assignee")] {
            assert_eq!(mistakes(&go(&server, &first, &overlap, "ASSIGN", json!({ "assignee": assignee })).await), [expected]);
        }
        let unknown = tandem::graphql::id::encode(tandem::graphql::id::Kind::Account, uuid::Uuid::now_v7()).to_string();
        assert_eq!(mistakes(&go(&server, &first, &overlap, "ASSIGN", json!({ "assignee": unknown })).await), ["NOT_FOUND input.assignee"]);
        went(&server, &first, &overlap, "ASSIGN", json!({ "assignee": account(&second).await })).await;
        for (by, number) in [(&first, 0), (&second, 1)] {
            assert_eq!(data(&server, by, mine, json!({})).await["reviewQueue"]["totalCount"], number);
        }
        let seen = data(&server, &leeds, READ, json!({ "id": overlap })).await;
        assert_eq!((&seen["overlap"]["review"]["assignee"], kinds(&seen)), (&Value::Null, vec!["START"]), "who is at it is the reviewers' business");

        // Before anything is decided nobody is led by another's judgement.
        for (by, outcome) in [(&first, "DISMISSED"), (&first, "CONFIRMED"), (&third, "CONFIRMED")] {
            assert_eq!(went(&server, by, &overlap, "JUDGE", json!({ "outcome": outcome, "note": "my own view" })).await, "UNDER_REVIEW");
        }
        assert_eq!(mistakes(&go(&server, &first, &overlap, "JUDGE", json!({ "outcome": "CLOSED" })).await), ["INVALID input.outcome"]);
        assert_eq!(mistakes(&go(&server, &first, &overlap, "JUDGE", json!({})).await), ["REQUIRED input.outcome"]);
        assert_eq!(kinds(&data(&server, &second, READ, json!({ "id": overlap })).await), ["ASSIGN", "START"]);
        let own = data(&server, &third, READ, json!({ "id": overlap })).await;
        assert_eq!((kinds(&own), &own["overlap"]["moves"]["nodes"][0]["judged"]), (vec!["JUDGE", "ASSIGN", "START"], &json!("CONFIRMED")));
        for by in [&leeds, &somebody(&server, &["editor=CMD"])] {
            done(&server, by, "replyToOverlap", "overlap { state }", json!({ "overlap": overlap, "text": "Ours." })).await;
        }
        assert_eq!(went(&server, &second, &overlap, "CONFIRM", json!({ "reason": "SAME_ACTIVITIES" })).await, "CONFIRMED");
        assert_eq!(mistakes(&go(&server, &second, &overlap, "JUDGE", json!({ "outcome": "CONFIRMED" })).await), ["CONFLICT input.move"]);
        let all = data(&server, &second, READ, json!({ "id": overlap })).await;
        assert_eq!(kinds(&all).iter().filter(|kind| **kind == "JUDGE").count(), 3);
        assert!(!kinds(&data(&server, &leeds, READ, json!({ "id": overlap })).await).contains(&"JUDGE"));
        let quality = "{ reviewQuality { agreement { decided } secondOpinions { kappa agreement { right decided share } } } }";
        let told = data(&server, &first, quality, json!({})).await["reviewQuality"].take();
        assert_eq!(told["secondOpinions"], json!({ "kappa": null, "agreement": { "right": 2, "decided": 2, "share": 1.0 } }), "the last word of each counts");
        assert_eq!(told["agreement"]["decided"], 0);
    }
}
