//! From a flag to a decision that stands up.

pub(crate) mod world;

use serde_json::{Value, json};
use tandem::access::{Grant, Role, Viewer};
use tests::Inside;
use uuid::Uuid;
use world::{APPEAL, MOVE, REPLY, World};

use crate::drafts::mistakes;

const TOTALS: &str = "{ overlapSummary(by: THEME, filter: { themes: [\"Damp and mould\"] }) { key overlaps confirmed open related
    confirmedSpend { amount } openSpend { amount } } overlapClusters { totalCount } }";

/// The line of a theme in the totals.
fn line(totals: &Value) -> Value {
    let rows = totals["overlapSummary"].as_array().unwrap();
    rows.iter()
        .find(|row| row["key"] == "Damp and mould")
        .cloned()
        .unwrap_or(Value::Null)
}

fn words(moves: &[Value], field: &str) -> Vec<String> {
    moves
        .iter()
        .map(|row| row[field].as_str().unwrap_or("-").to_owned())
        .collect()
}

tests::on_each_database! {
    async fn a_funder_goes_from_a_check_to_an_appeal_and_back(inside: Inside) {
        let world = World::new(inside).await;
        let draft = crate::drafts::damp();
        let check = "query ($input: OverlapCheckInput!) { checkOverlap(input: $input) { outcome matches { project { title } } } }";
        let input = json!({ "title": draft["title"], "summary": draft["summary"] });
        let checked = world.data(&world.funder, check, json!({ "input": input })).await;
        assert_eq!(checked["checkOverlap"]["outcome"], "OVERLAPS_FOUND");

        let queue = "{ reviewQueue { totalCount nodes { id state review { version legalMoves } } } }";
        let waiting = world.data(&world.first, queue, json!({})).await["reviewQueue"].take();
        assert_eq!((&waiting["totalCount"], &waiting["nodes"][0]["id"]), (&json!(1), &json!(world.overlap)));
        assert_eq!(world.go(&world.first, "START", json!({ "note": "looks like one tender" })).await, "UNDER_REVIEW");

        // Nobody was heard: it cannot be confirmed, and the funder sees it under review.
        let early = world.attempt(&world.first, "CONFIRM", json!({ "reason": "SAME_COST_TWICE" })).await;
        assert_eq!(mistakes(&early), ["CONFLICT input.move"]);
        assert!(early["errors"][0]["message"].as_str().unwrap().contains("DISMISS"), "the legal moves are named: {early}");
        assert_eq!(world.seen(&world.funder).await.0, "UNDER_REVIEW");
        world.reply(&world.leeds, "We pay for the sensors ourselves.").await;
        let half = world.attempt(&world.first, "CONFIRM", json!({ "reason": "SAME_COST_TWICE" })).await;
        assert_eq!(mistakes(&half), ["CONFLICT input.move"], "the other lead was not heard");
        world.reply(&world.camden, "Ours is another contract.").await;
        let reason = json!({ "reason": "DIFFERENT_BENEFICIARIES", "explanation": "Other tenants.", "note": "not sure at all" });
        assert_eq!(world.go(&world.first, "DISMISS", reason).await, "DISMISSED");
        let totals = world.data(&world.funder, TOTALS, json!({})).await;
        assert_eq!((line(&totals), &totals["overlapClusters"]["totalCount"]), (Value::Null, &json!(0)), "it counts no more");

        let (state, moves) = world.seen(&world.funder).await;
        assert_eq!((state, words(&moves, "move")), (json!("DISMISSED"), vec!["DISMISS".into(), "START".into()]));
        assert_eq!((&moves[0]["explanation"], &moves[0]["note"], &moves[0]["mover"]), (&json!("Other tenants."), &Value::Null, &Value::Null));
        let appealed = world.change(&world.funder, APPEAL, json!({ "overlap": world.overlap, "text": "We paid for both.", "idempotencyKey": "a" })).await;
        assert_eq!((&appealed["errors"], &appealed["overlap"]["review"]["appealOpen"]), (&json!([]), &json!(true)));
        let again = world.change(&world.funder, APPEAL, json!({ "overlap": world.overlap, "text": "We paid for both.", "idempotencyKey": "a" })).await;
        assert_eq!(again, appealed, "a retry changes nothing more");
        let twice = world.change(&world.funder, APPEAL, json!({ "overlap": world.overlap, "text": "Again." })).await;
        assert_eq!(mistakes(&twice), ["CONFLICT input.overlap"]);
        let first_in_queue = world.data(&world.second, "{ reviewQueue(filter: { due: true }) { nodes { id } } }", json!({})).await;
        assert_eq!(first_in_queue["reviewQueue"]["nodes"], json!([{ "id": world.overlap }]));

        let turn = json!({ "reason": "SAME_COST_TWICE", "outcome": "CONFIRMED", "explanation": "One grant number." });
        let own = world.attempt(&world.first, "OVERTURN", turn.clone()).await;
        assert_eq!(mistakes(&own), ["CONFLICT input.move"], "nobody decides on an appeal against their own decision");
        let same = world.attempt(&world.second, "OVERTURN", json!({ "reason": "OTHER", "explanation": "x", "outcome": "DISMISSED" })).await;
        assert_eq!(mistakes(&same), ["INVALID input.outcome"]);
        assert_eq!(world.go(&world.second, "OVERTURN", turn).await, "CONFIRMED");
        let (state, moves) = world.seen(&world.funder).await;
        assert_eq!((state, &moves[0]["cites"]["move"], words(&moves, "move")),
            (json!("CONFIRMED"), &json!("DISMISS"), ["OVERTURN", "APPEAL", "DISMISS", "START"].map(String::from).to_vec()));
        let totals = world.data(&world.funder, TOTALS, json!({})).await;
        assert_eq!(line(&totals), json!({ "key": "Damp and mould", "overlaps": 1, "confirmed": 1, "open": 0, "related": 0,
            "confirmedSpend": [{ "amount": "350000.00" }], "openSpend": [] }));
        assert_eq!(totals["overlapClusters"]["totalCount"], 1);

        let early = world.attempt(&world.first, "CLOSE", json!({})).await;
        assert_eq!(mistakes(&early), ["CONFLICT input.move"], "what is to follow comes first");
        world.go(&world.first, "CHOOSE_FOLLOW_UP", json!({ "followUp": "JOINT_BID" })).await;
        assert_eq!(world.go(&world.first, "CLOSE", json!({})).await, "CLOSED");
        let totals = world.data(&world.funder, TOTALS, json!({})).await;
        assert_eq!(line(&totals)["confirmed"], 1, "what was confirmed counts when it is closed");
    }

    async fn an_authority_is_heard_and_nobody_else_hears_it(inside: Inside) {
        let world = World::new(inside).await;
        let overlap = &world.overlap;
        let public = Viewer::public();
        let (_, moves) = world.seen(&public).await;
        assert_eq!(moves, Vec::<Value>::new());
        let review = "query ($id: ID!) { overlap(id: $id) { review { version reminders assignee legalMoves } } }";
        for (viewer, sees) in [(&public, false), (&world.bristol, false), (&world.leeds, true), (&world.funder, true), (&world.first, true)] {
            let data = world.data(viewer, review, json!({ "id": overlap })).await;
            assert_eq!(data["overlap"]["review"].is_object(), sees, "{}", viewer.name());
        }
        let text = json!({ "overlap": overlap, "text": "This is not ours." });
        assert_eq!(world.failure(&public, REPLY, text.clone()).await, "UNAUTHENTICATED");
        assert_eq!(world.failure(&world.bristol, REPLY, text.clone()).await, "FORBIDDEN", "a reply to someone else's finding");
        assert_eq!(world.failure(&world.funder, REPLY, text).await, "FORBIDDEN", "who pays has no reply");
        assert_eq!(world.failure(&world.leeds, "{ reviewQueue { totalCount } }", json!({})).await, "FORBIDDEN");
        assert_eq!(world.failure(&public, "{ reviewQueue { totalCount } }", json!({})).await, "UNAUTHENTICATED");

        world.go(&world.first, "START", json!({})).await;
        world.go(&world.first, "ASK_FOR_INFO", json!({ "explanation": "Who are the tenants?", "note": "ask housing" })).await;
        world.go(&world.first, "NOTE", json!({ "note": "phoned Leeds" })).await;
        let input = json!({ "overlap": overlap, "text": "Ours live in tower blocks.", "idempotencyKey": "r1" });
        let first = world.change(&world.leeds, REPLY, input.clone()).await;
        assert_eq!((&first["errors"], world.change(&world.leeds, REPLY, input).await), (&json!([]), first.clone()));
        let (_, seen) = world.seen(&world.leeds).await;
        assert_eq!(words(&seen, "move"), ["REPLY", "ASK_FOR_INFO", "START"], "a retry adds no move, and notes are not seen");
        assert_eq!((&seen[0]["organisation"]["name"], &seen[0]["mover"]), (&json!("Leeds City Council"), &json!("Lee of Leeds")));
        assert!(seen.iter().all(|row| row["note"].is_null()), "{seen:?}");
        let (_, others) = world.seen(&world.camden).await;
        assert_eq!(words(&others, "move"), ["ASK_FOR_INFO", "START"], "another authority's reply is not seen");
        let (_, all) = world.seen(&world.second).await;
        assert_eq!(words(&all, "note"), ["-", "phoned Leeds", "ask housing", "-"]);
        let queue = world.data(&world.second, "{ reviewQueue { nodes { review { reminders } } } }", json!({})).await;
        assert!(queue["reviewQueue"]["nodes"][0]["review"]["reminders"][0].as_str().unwrap().contains("to reply"), "{queue}");

        // Camden never replies: its time goes by.
        world.go(&world.first, "RESUME", json!({})).await;
        world.execute("UPDATE overlap_review SET reply_due_at = '2026-01-01 00:00:00+00:00'").await.unwrap();
        assert_eq!(world.go(&world.first, "CONFIRM", json!({ "reason": "SAME_ACTIVITIES", "relation": "SIMILAR_EFFORT" })).await, "CONFIRMED");
        let late = world.change(&world.camden, REPLY, json!({ "overlap": overlap, "text": "Wait!" })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.overlap"]);
        let appealed = world.change(&world.camden, APPEAL, json!({ "overlap": overlap, "text": "We were on leave." })).await;
        assert_eq!(appealed["errors"], json!([]));
        assert_eq!(world.go(&world.second, "UPHOLD", json!({ "reason": "DECISION_RIGHT", "explanation": "Three weeks are enough." })).await, "CONFIRMED");
        let again = world.change(&world.camden, APPEAL, json!({ "overlap": overlap, "text": "Once more." })).await;
        assert_eq!(mistakes(&again), ["CONFLICT input.overlap"], "there is one appeal");
    }

    async fn an_appeal_after_its_deadline_and_other_bad_input_change_nothing(inside: Inside) {
        let world = World::new(inside).await;
        let overlap = &world.overlap;
        world.go(&world.first, "START", json!({})).await;
        let bare = world.attempt(&world.first, "DISMISS", json!({ "followUp": "NONE", "outcome": "RELATED", "dueAt": "2020-01-01T00:00:00Z",
            "note": "x".repeat(10_001) })).await;
        assert_eq!(mistakes(&bare), ["INVALID input.dueAt", "INVALID input.followUp", "INVALID input.outcome", "OUT_OF_RANGE input.dueAt",
            "REQUIRED input.reason", "TOO_LONG input.note"], "every mistake at once");
        let cases = [
            ("DISMISS", json!({ "reason": "SAME_COST_TWICE" }), "INVALID input.reason"),
            ("DISMISS", json!({ "reason": "OTHER" }), "REQUIRED input.explanation"),
            ("START", json!({}), "CONFLICT input.move"),
            ("EXTEND", json!({ "dueAt": "2199-01-01T00:00:00Z" }), "OUT_OF_RANGE input.dueAt"),
            ("FLAG_ANEW", json!({}), "INVALID input.move"),
            ("NOTE", json!({}), "REQUIRED input.note"),
        ];
        for (kind, more, expected) in cases {
            assert_eq!(mistakes(&world.attempt(&world.first, kind, more).await), [expected], "{kind}");
        }
        let unknown = tandem::graphql::id::encode(tandem::graphql::id::Kind::Overlap, Uuid::nil()).to_string();
        for (id, expected) in [(unknown.as_str(), "NOT_FOUND input.overlap"), ("zzz", "INVALID input.overlap"), (world.projects[0].as_str(), "INVALID input.overlap")] {
            let made = world.change(&world.first, MOVE, json!({ "overlap": id, "version": 1, "move": "NOTE", "note": "x" })).await;
            assert_eq!((mistakes(&made), &made["overlap"]), (vec![expected.to_owned()], &Value::Null));
        }
        assert_eq!(world.failure(&world.leeds, MOVE, json!({ "overlap": overlap, "version": 1, "move": "DISMISS", "reason": "WRONG_DATA" })).await, "FORBIDDEN");
        let concerned = Viewer::known(Uuid::now_v7(), "Both", [world.leeds.grants(), world.first.grants()].concat());
        assert_eq!(world.failure(&concerned, MOVE, json!({ "overlap": overlap, "version": 1, "move": "DISMISS", "reason": "WRONG_DATA" })).await,
            "FORBIDDEN", "nobody reviews what concerns their own");
        assert_eq!(world.seen(&world.first).await.1.len(), 1, "nothing was changed");

        world.go(&world.first, "DISMISS", json!({ "reason": "SAME_WORDS_ONLY" })).await;
        world.execute("UPDATE overlap_review SET appeal_due_at = '2026-01-01 00:00:00+00:00'").await.unwrap();
        let late = world.change(&world.funder, APPEAL, json!({ "overlap": overlap, "text": "Late." })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.overlap"]);
        for change in ["UPDATE overlap_move SET note = 'never said'", "DELETE FROM overlap_move"] {
            let refused = world.execute(change).await.unwrap_err().to_string();
            assert!(refused.contains("only ever added"), "{refused}");
        }
    }

    async fn of_two_who_decide_at_once_one_wins_and_the_other_is_told(inside: Inside) {
        let world = World::new(inside).await;
        world.go(&world.first, "START", json!({})).await;
        let ask = |kind: &str, reason: &str| json!({ "input": { "overlap": world.overlap, "version": 1, "move": kind, "reason": reason } });
        let (one, two) = tokio::join!(
            world.inside.ask(&world.first, MOVE, ask("DISMISS", "SAME_WORDS_ONLY")),
            world.inside.ask(&world.second, MOVE, ask("RELATE", "COORDINATED")),
        );
        let [one, two] = [one, two].map(|mut answer| answer["data"]["reviewOverlap"].take());
        let (won, lost) = if one["errors"] == json!([]) { (one, two) } else { (two, one) };
        assert_eq!(won["errors"], json!([]));
        assert_eq!(mistakes(&lost), ["CONFLICT input.version"]);
        assert_eq!(lost["overlap"]["state"], won["overlap"]["state"], "the other sees how it stands");
        assert_eq!(world.seen(&world.first).await.1.len(), 2);
        let stale = world.inside.ask(&world.second, MOVE, json!({ "input": { "overlap": world.overlap, "version": 1, "move": "NOTE", "note": "x" } })).await;
        assert_eq!(mistakes(&stale["data"]["reviewOverlap"]), ["CONFLICT input.version"]);
    }
}

/// A reviewer who also holds a role for somebody else's organisation still reviews.
#[test]
fn a_grant_elsewhere_takes_no_seat_away() {
    let grants = [(Role::Reviewer, None), (Role::Editor, Some(Uuid::now_v7()))];
    let grants = grants
        .map(|(role, organisation)| Grant { role, organisation })
        .to_vec();
    let seats = tandem::service::review::parties::Parties::default().seats(&Viewer::known(
        Uuid::now_v7(),
        "R",
        grants,
    ));
    assert_eq!(seats, [entity::kinds::ReviewSeat::Reviewer]);
}
