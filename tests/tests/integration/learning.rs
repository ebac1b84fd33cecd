//! What reviewers decided, and what is learnt of it.

use entity::kinds::{OverlapState, ProjectStatus, ReviewMove, ReviewSeat};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tandem::access::Viewer;
use tandem::store;
use tests::{Database, Inside, tandem};
use uuid::Uuid;

use crate::reviews::world::World;

const QUALITY: &str = "query ($wanted: Float, $model: String) { reviewQuality(wantedPrecision: $wanted, modelVersion: $model) {
    overall { right decided share low high } agreement { right decided } bands { from to precision { right decided } }
    byModelVersion { name precision { decided } } byMonth { name precision { decided } } threshold { score precision { right decided } } } }";
const PROPOSE: &str = "mutation ($input: ProposeCalibrationInput!) { proposeCalibration(input: $input) { errors { code path }
    calibration { id modelVersion slope offset weights { name before after } decisions borneOut folds logLossBefore logLossAfter brierBefore brierAfter acceptedAt } } }";
const ACCEPT: &str =
    "mutation ($input: AcceptCalibrationInput!) { acceptCalibration(input: $input) { errors { code path message }
    calibration { id acceptedAt acceptedReason acceptedBy } } }";

/// What people decided about made findings, each of a pair of its own: 30 right of 40 scored high, 5 of 30 scored low.
#[expect(clippy::too_many_lines, reason = "rows that are made once, told in one place")]
async fn decided(world: &World) {
    let raw = |id: &str| tandem::graphql::id::decode(id).unwrap().1;
    let db = world.inside.app.db.read();
    let found = store::overlap::by_id(db, raw(&world.overlap))
        .await
        .unwrap()
        .unwrap();
    let project = store::project::by_id(db, raw(&world.projects[0]))
        .await
        .unwrap()
        .unwrap();
    let txn = world.inside.app.db.begin().await.unwrap();
    for number in 0_i64..70 {
        let (high, right) = (number < 40, !(30..65).contains(&number));
        let score = if high { 0.97 } else { 0.6 };
        // Tombstones at places that the index has read, each its own: nobody but these decisions knows of them.
        let other = entity::project::Model {
            id: Uuid::now_v7(),
            status: ProjectStatus::Retired,
            change_seq: -1 - number,
            ..project.clone()
        };
        let pair = entity::overlap::Model {
            id: Uuid::now_v7(),
            right_id: other.id,
            score,
            evidence: parts(number, score),
            withdrawn_at: Some(tandem::clock::now()),
            ..found.clone()
        };
        let (kind, to_state) = match right {
            true => (ReviewMove::Confirm, OverlapState::Confirmed),
            false => (ReviewMove::Dismiss, OverlapState::Dismissed),
        };
        let made = entity::overlap_move::Model {
            id: Uuid::now_v7(),
            overlap_id: pair.id,
            kind,
            moved_at: tandem::clock::now(),
            moved_by: None,
            mover: "a reviewer".to_owned(),
            seat: ReviewSeat::Reviewer,
            organisation_id: None,
            from_state: OverlapState::UnderReview,
            to_state,
            reason: None,
            explanation: None,
            note: None,
            relation: None,
            follow_up: None,
            judged: None,
            due_at: None,
            cites_id: None,
            review_version: 1,
            score,
            left_version: 1,
            right_version: 1,
            model_version: found.model_version.clone(),
        };
        entity::project::Entity::insert(other.into_active_model())
            .exec_without_returning(&txn)
            .await
            .unwrap();
        store::overlap::insert(&txn, vec![pair]).await.unwrap();
        store::review::add(&txn, made).await.unwrap();
    }
    txn.commit().await.unwrap();
}

tests::on_each_database! {
    async fn decisions_measure_the_scores_and_refit_them_once_accepted(inside: Inside) {
        let world = World::new(inside).await;
        let early = world.failure(&world.administrator, PROPOSE, json!({})).await;
        assert_eq!(early, "CONFLICT", "nobody decided anything yet");
        decided(&world).await;
        let quality = world.data(&world.first, QUALITY, json!({ "wanted": 0.7 })).await["reviewQuality"].take();
        assert_eq!((&quality["overall"]["right"], &quality["overall"]["decided"], &quality["overall"]["share"]), (&json!(35), &json!(70), &json!(0.5)));
        let (low, high) = (quality["overall"]["low"].as_f64().unwrap(), quality["overall"]["high"].as_f64().unwrap());
        assert!((low - 0.3856).abs() < 1e-3 && (high - 0.6144).abs() < 1e-3, "{low} to {high}");
        assert_eq!(quality["bands"], json!([{ "from": 0.6, "to": 0.7, "precision": { "right": 5, "decided": 30 } },
            { "from": 0.9, "to": 1.0, "precision": { "right": 30, "decided": 40 } }]));
        assert_eq!(quality["threshold"], json!({ "score": 0.97, "precision": { "right": 30, "decided": 40 } }));
        assert_eq!((quality["byModelVersion"].as_array().unwrap().len(), quality["byMonth"].as_array().unwrap().len()), (1, 1));
        let none = world.data(&world.first, QUALITY, json!({ "model": "none" })).await["reviewQuality"].take();
        assert_eq!((&none["overall"]["share"], &none["threshold"]), (&Value::Null, &Value::Null));

        let before = findings(&world).await;
        let made = world.change(&world.administrator, PROPOSE, json!({})).await["calibration"].take();
        assert_eq!((&made["decisions"], &made["borneOut"], &made["acceptedAt"]), (&json!(70), &json!(35), &Value::Null));
        assert!(made["logLossAfter"].as_f64() < made["logLossBefore"].as_f64() && made["brierAfter"].as_f64() < made["brierBefore"].as_f64(), "{made}");
        world.update(&world.projects[0], 1, json!({ "note": "a word" })).await;
        assert_eq!(findings(&world).await, before, "nobody accepted it");

        let accept = json!({ "calibration": made["id"], "reason": "measured on 70 decisions" });
        assert_eq!(world.failure(&world.first, ACCEPT, accept.clone()).await, "FORBIDDEN");
        let bare = world.change(&world.administrator, ACCEPT, json!({ "calibration": made["id"], "reason": " " })).await;
        assert_eq!(crate::drafts::mistakes(&bare), ["REQUIRED input.reason"]);
        let accepted = world.change(&world.administrator, ACCEPT, accept.clone()).await;
        assert!(accepted["calibration"]["acceptedAt"].is_string(), "{accepted}");
        let twice = world.change(&world.administrator, ACCEPT, accept).await;
        assert_eq!(crate::drafts::mistakes(&twice), ["CONFLICT input.calibration"]);
        assert_eq!(findings(&world).await, before, "what is there keeps its version");

        // Judged anew, it carries the calibration, and its evidence still adds up.
        let summary = crate::drafts::damp()["summary"].as_str().unwrap().replace("complain", "complain loudly");
        world.update(&world.projects[0], 2, json!({ "summary": summary })).await;
        let after = findings(&world).await;
        assert_eq!(after["modelVersion"], made["modelVersion"]);
        let score = after["score"].as_f64().unwrap();
        let parts = after["evidence"]["contributions"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|part| part["logOdds"].as_f64().unwrap()).sum();
        assert!(((score / (1.0 - score)).ln() - sum).abs() < 1e-6, "{after}");
        assert!(parts.iter().any(|part| part["factor"] == "calibration") && score < before["score"].as_f64().unwrap());
        let listed = world.data(&world.first, "{ calibrations { id acceptedReason } }", json!({})).await;
        assert_eq!(listed["calibrations"], json!([{ "id": made["id"], "acceptedReason": "measured on 70 decisions" }]));
        // A check says what a finding would say.
        let draft = crate::drafts::damp_elsewhere();
        let check = "query ($input: OverlapCheckInput!) { checkOverlap(input: $input) { matches { evidence { contributions { factor } } } } }";
        let input = json!({ "title": draft["title"], "summary": draft["summary"], "minScore": 0.05 });
        let checked = world.data(&Viewer::public(), check, json!({ "input": input })).await;
        assert!(checked["checkOverlap"]["matches"][0].to_string().contains("\"calibration\""), "{checked}");
    }
}

tests::on_each_database! {
    async fn the_few_weights_are_refitted_on_request_and_once_accepted(inside: Inside) {
        let world = World::new(inside).await;
        decided(&world).await;
        let made = world.change(&world.administrator, PROPOSE, json!({ "weights": true })).await["calibration"].take();
        assert_eq!((&made["decisions"], &made["borneOut"], &made["slope"], &made["acceptedAt"]), (&json!(70), &json!(35), &json!(1.0), &Value::Null), "{made}");
        assert!(made["logLossAfter"].as_f64() < made["logLossBefore"].as_f64() && made["brierAfter"].as_f64() < made["brierBefore"].as_f64(), "{made}");
        let weights = made["weights"].as_array().unwrap();
        let after = |name: &str| weights.iter().find(|weight| weight["name"] == name).unwrap()["after"].as_f64().unwrap();
        assert!(weights.iter().all(|weight| weight["before"] == 1.0) && weights.len() == 7, "{made}");
        assert!(after("money") < 0.7 && after("declared") == 1.0, "sums misled, and nothing was seen of what is declared: {made}");
        let before = findings(&world).await;
        let accept = json!({ "calibration": made["id"], "reason": "sums mislead" });
        assert_eq!(world.change(&world.administrator, ACCEPT, accept).await["errors"], json!([]));
        assert_eq!(findings(&world).await, before, "what is there keeps its version");

        // Judged anew, each fact counts what it counts now, and the evidence still adds up.
        let summary = crate::drafts::damp()["summary"].as_str().unwrap().replace("complain", "complain loudly");
        world.update(&world.projects[0], 1, json!({ "summary": summary })).await;
        let told = findings(&world).await;
        assert_eq!(told["modelVersion"], made["modelVersion"]);
        let parts = told["evidence"]["contributions"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|part| part["logOdds"].as_f64().unwrap()).sum();
        let score = told["score"].as_f64().unwrap();
        assert!(((score / (1.0 - score)).ln() - sum).abs() < 1e-6, "{told}");
        let weight = |name: &str| parts.iter().find(|part| part["factor"] == name).unwrap()["weight"].as_f64().unwrap();
        assert!((weight("text") - 34.0 * after("text")).abs() < 1e-6, "{told}");

        // The next one begins where this one ended, and a line begins at the engine's own weights.
        let next = world.change(&world.administrator, PROPOSE, json!({ "weights": true })).await["calibration"].take();
        let begun = next["weights"].as_array().unwrap().iter().find(|weight| weight["name"] == "money").unwrap()["before"].as_f64().unwrap();
        assert!((begun - after("money")).abs() < 1e-9);
        let line = world.change(&world.administrator, PROPOSE, json!({})).await["calibration"].take();
        assert_eq!((&line["weights"], &line["decisions"]), (&json!([]), &json!(70)));
    }

    async fn the_command_line_says_what_is_missing_and_lists_what_is_there(database: Database) {
        let run = |arguments: &[&str]| {
            let url = ["--database-url", &database.url];
            tandem(database.folder(), &[&["calibrate"], arguments, &url].concat())
        };
        let few = run(&[]);
        let told = String::from_utf8_lossy(&few.stderr).into_owned();
        assert_eq!(few.status.code(), Some(2), "{told}");
        assert!(told.contains("0 findings") && told.contains("50 are needed"), "{told}");
        let weights = run(&["--weights"]);
        assert_eq!(weights.status.code(), Some(2), "{}", String::from_utf8_lossy(&weights.stderr));
        let list = run(&["--list"]);
        assert_eq!((list.status.code(), String::from_utf8_lossy(&list.stdout).trim()), (Some(0), "there is no calibration yet"));
        let unknown = run(&["--accept", "zzz", "--reason", "x"]);
        assert_eq!(unknown.status.code(), Some(2));
    }
}

/// Evidence that adds up to a score. Among the surest, the last dozen owe it to their sums, and most of those were wrong.
fn parts(number: i64, score: f64) -> String {
    let engine = (score / (1.0 - score)).ln();
    let money = if (28..40).contains(&number) { 3.0 } else { 0.0 };
    let part = |factor: &str, weight: f64, log_odds: f64| json!({ "factor": factor, "weight": weight, "logOdds": log_odds, "detail": "made" });
    let contributions = [
        part("base", 1.4, 1.4),
        part("unaided", -0.9, -0.9),
        part("text", 34.0, engine - 0.5 - money),
        part("money", 3.0, money),
    ];
    json!({ "summary": "made", "contributions": contributions, "alignedTerms": [], "missing": [] })
        .to_string()
}

/// The one finding that stands.
async fn findings(world: &World) -> Value {
    let query =
        "{ overlaps { nodes { score modelVersion evidence { contributions { factor weight logOdds } } } } }";
    let mut data = world.data(&world.first, query, json!({})).await;
    assert_eq!(data["overlaps"]["nodes"].as_array().unwrap().len(), 1, "{data}");
    data["overlaps"]["nodes"][0].take()
}
