//! Interest of one authority in another, and the boards that it opens.

use serde_json::{Value, json};
use tandem::access::Viewer;
use tandem::graphql::id::decode;
use tandem::store;
use tests::Inside;
use uuid::Uuid;

use crate::drafts::{damp_elsewhere, mistakes};
use crate::funding_calls::organisation;
use crate::joint_bids::{change, editor, global, project};

const INTEREST: &str = "interest { id state from { name } to { name } project { title } expiresAt answerNote
    board { id title } } errors { code message path }";
const BOARD: &str = "board { id version state title members { role organisation { name } } projects { title }
    milestones { title dueOn doneOn owner { name } } entries { kind text url organisation { name } }
    outcome outcomeNote } errors { code message path }";

struct Pair {
    leeds: Uuid,
    camden: Uuid,
    project: Value,
}

async fn pair(inside: &Inside) -> Pair {
    Pair {
        leeds: organisation(inside, "Leeds City Council").await,
        camden: organisation(inside, "London Borough of Camden").await,
        project: project(inside, damp_elsewhere(), "60000").await,
    }
}

impl Pair {
    fn interest(&self) -> Value {
        json!({ "from": global(self.leeds), "to": global(self.camden), "project": self.project, "message": "Shall we share sensors?" })
    }

    async fn expressed(&self, inside: &Inside) -> Value {
        let made = change(
            inside,
            &editor(self.leeds),
            "expressInterest",
            INTEREST,
            self.interest(),
        )
        .await;
        assert_eq!(made["errors"], json!([]), "{made}");
        made["interest"].clone()
    }

    async fn board(&self, inside: &Inside) -> Value {
        let interest = self.expressed(inside).await;
        let answered = change(
            inside,
            &editor(self.camden),
            "answerInterest",
            INTEREST,
            json!({ "id": interest["id"], "answer": "ACCEPT", "note": "With pleasure" }),
        )
        .await;
        assert_eq!(
            (&answered["errors"], &answered["interest"]["state"]),
            (&json!([]), &json!("ACCEPTED")),
            "{answered}"
        );
        answered["interest"]["board"]["id"].clone()
    }
}

async fn ask(inside: &Inside, viewer: &Viewer, query: &str) -> Value {
    let mut answer = inside.ask(viewer, query, json!({})).await;
    assert!(answer.get("errors").is_none(), "{query}\n{answer}");
    answer["data"].take()
}

tests::on_each_database! {
    async fn accepted_interest_opens_a_board_that_is_worked_on_and_closed(inside: Inside) {
        let pair = pair(&inside).await;
        let (leeds, camden, hull) = (editor(pair.leeds), editor(pair.camden), organisation(&inside, "Hull City Council").await);
        let interest = pair.expressed(&inside).await;
        assert_eq!((&interest["state"], &interest["project"]["title"], &interest["board"]), (&json!("PENDING"), &damp_elsewhere()["title"], &Value::Null));
        let waiting = "{ interests(filter: { pending: true }) { totalCount nodes { message to { name } } } }";
        assert_eq!(ask(&inside, &camden, waiting).await["interests"]["nodes"], json!([{ "message": "Shall we share sensors?", "to": { "name": "London Borough of Camden" } }]));
        assert_eq!(ask(&inside, &editor(hull), waiting).await["interests"]["totalCount"], 0, "others do not see it");
        let answered = change(&inside, &camden, "answerInterest", INTEREST, json!({ "id": interest["id"], "answer": "ACCEPT" })).await;
        let id = &answered["interest"]["board"]["id"];

        let read = format!("{{ board(id: {id}) {{ version title state projects {{ title }} members {{ role organisation {{ name }} }}
            milestones {{ title dueOn owner {{ name }} }} }} }}");
        assert_eq!(ask(&inside, &editor(hull), &read).await["board"], Value::Null);
        let board = ask(&inside, &camden, &read).await["board"].take();
        assert_eq!((&board["title"], &board["state"]), (&json!("Leeds City Council and London Borough of Camden"), &json!("OPEN")));
        assert_eq!(board["members"], json!([{ "role": "CHAIR", "organisation": { "name": "Leeds City Council" } },
            { "role": "MEMBER", "organisation": { "name": "London Borough of Camden" } }]));
        assert_eq!((board["milestones"].as_array().unwrap().len(), &board["projects"][0]["title"]), (3, &damp_elsewhere()["title"]));

        let milestones = json!([{ "title": "Sensors agreed", "dueOn": "2036-01-31", "owner": global(pair.camden), "doneOn": "2036-01-15" }]);
        let changed = change(&inside, &camden, "updateBoard", BOARD, json!({ "id": id, "version": 1, "title": "Dry homes", "milestones": milestones })).await;
        assert_eq!(changed["board"]["milestones"], json!([{ "title": "Sensors agreed", "dueOn": "2036-01-31", "doneOn": "2036-01-15",
            "owner": { "name": "London Borough of Camden" } }]), "{changed}");
        let stale = change(&inside, &leeds, "updateBoard", BOARD, json!({ "id": id, "version": 1, "title": "Wet homes" })).await;
        assert_eq!(mistakes(&stale), ["CONFLICT input.version"]);
        let bad = change(&inside, &leeds, "updateBoard", BOARD, json!({ "id": id, "version": 2, "title": "",
            "members": [{ "organisation": global(pair.leeds), "role": "MEMBER" }, { "organisation": global(pair.leeds), "role": "OBSERVER" }],
            "milestones": [{ "title": "Later", "dueOn": "2036-01-01", "owner": global(hull) }] })).await;
        assert_eq!(mistakes(&bad), ["CONFLICT input.milestones.0.owner", "DUPLICATE input.members.1.organisation", "REQUIRED input.members", "REQUIRED input.title"]);
        let query = "mutation ($input: UpdateBoardInput!) { updateBoard(input: $input) { errors { message } } }";
        let members = json!({ "input": { "id": id, "version": 2, "members": [{ "organisation": global(pair.camden), "role": "CHAIR" }] } });
        assert_eq!(inside.ask(&camden, query, members).await["errors"][0]["extensions"]["code"], "FORBIDDEN", "who is on it is the chair's to say");

        for (kind, text, url, expected) in [
            ("DECISION", "We buy one kind of sensor", Value::Null, vec![]),
            ("LINK", "The list", json!("https://example.org/list"), vec![]),
            ("LINK", "Nowhere", Value::Null, vec!["REQUIRED input.url"]),
            ("UPDATE", " ", json!("javascript:alert(1)"), vec!["INVALID input.url", "REQUIRED input.text"]),
        ] {
            let posted = change(&inside, &camden, "postToBoard", BOARD,
                json!({ "id": id, "organisation": global(pair.camden), "kind": kind, "text": text, "url": url })).await;
            assert_eq!(mistakes(&posted), expected, "{posted}");
        }
        let closed = change(&inside, &leeds, "closeBoard", BOARD, json!({ "id": id, "version": 2, "outcome": "REUSE", "note": "Leeds uses what Camden has" })).await;
        let board = &closed["board"];
        assert_eq!((&board["state"], &board["outcome"], &board["outcomeNote"]), (&json!("CLOSED"), &json!("REUSE"), &json!("Leeds uses what Camden has")), "{closed}");
        let kinds: Vec<&Value> = board["entries"].as_array().unwrap().iter().map(|entry| &entry["kind"]).collect();
        assert_eq!(kinds, ["LINK", "DECISION"], "the latest first, and what was refused is not there");
        let late = change(&inside, &leeds, "closeBoard", BOARD, json!({ "id": id, "version": 3, "outcome": "NOTHING", "note": "Again" })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.id"]);
        assert_eq!(ask(&inside, &leeds, "{ boards(states: [OPEN]) { totalCount } }").await["boards"]["totalCount"], 0);
    }

    async fn of_two_accepts_at_once_one_wins(inside: Inside) {
        let pair = pair(&inside).await;
        let interest = pair.expressed(&inside).await;
        let viewer = editor(pair.camden);
        let accept = || change(&inside, &viewer, "answerInterest", INTEREST, json!({ "id": interest["id"], "answer": "ACCEPT" }));
        let (first, second, third) = futures_util::join!(accept(), accept(), accept());
        let answers = [first, second, third];
        let won = answers.iter().filter(|answer| answer["errors"] == json!([])).count();
        assert_eq!(won, 1, "{answers:?}");
        for lost in answers.iter().filter(|answer| answer["errors"] != json!([])) {
            assert_eq!(mistakes(lost), ["CONFLICT input.id"]);
        }
        let boards = ask(&inside, &viewer, "{ boards { totalCount } }").await;
        assert_eq!(boards["boards"]["totalCount"], 1, "the others opened nothing");
    }

    async fn interest_that_cannot_be_is_refused(inside: Inside) {
        let pair = pair(&inside).await;
        let leeds = editor(pair.leeds);
        let harrogate = organisation(&inside, "Harrogate Borough Council").await;
        let with = |field: &str, value: Value| {
            let mut input = pair.interest();
            input[field] = value;
            input
        };
        for (input, expected) in [
            (with("to", global(pair.leeds)), vec!["CONFLICT input.to"]),
            (with("to", global(harrogate)), vec!["CONFLICT input.project", "CONFLICT input.to"]),
            (with("message", json!("x".repeat(1_001))), vec!["TOO_LONG input.message"]),
            (with("project", json!("zzz")), vec!["INVALID input.project"]),
        ] {
            let refused = change(&inside, &leeds, "expressInterest", INTEREST, input).await;
            assert_eq!(mistakes(&refused), expected, "{refused}");
        }
        let query = "mutation ($input: ExpressInterestInput!) { expressInterest(input: $input) { errors { message } } }";
        for (viewer, code) in [(Viewer::public(), "UNAUTHENTICATED"), (editor(pair.camden), "FORBIDDEN")] {
            let answer = inside.ask(&viewer, query, json!({ "input": pair.interest() })).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], code);
        }
        assert_eq!(ask(&inside, &leeds, "{ interests { totalCount } }").await["interests"]["totalCount"], 0);
        let expressed = pair.expressed(&inside).await;
        let again = change(&inside, &leeds, "expressInterest", INTEREST, pair.interest()).await;
        assert_eq!(mistakes(&again), ["DUPLICATE input.to"]);
        let own = "mutation ($input: AnswerInterestInput!) { answerInterest(input: $input) { errors { message } } }";
        let answer = inside.ask(&leeds, own, json!({ "input": { "id": expressed["id"], "answer": "ACCEPT" } })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "nobody accepts their own interest");
        let gone = change(&inside, &leeds, "withdrawInterest", INTEREST, json!({ "id": expressed["id"] })).await;
        assert_eq!(gone["interest"]["state"], "WITHDRAWN");
        let late = change(&inside, &editor(pair.camden), "answerInterest", INTEREST, json!({ "id": expressed["id"], "answer": "DECLINE" })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.id"]);
    }

    async fn interest_that_nobody_answers_expires(inside: Inside) {
        let pair = pair(&inside).await;
        let interest = pair.expressed(&inside).await;
        let (_, id) = decode(interest["id"].as_str().unwrap()).unwrap();
        let db = &inside.app.db;
        let mut row = store::interest::by_id(db.read(), id).await.unwrap().unwrap();
        row.expires_at = row.created_at;
        let txn = db.begin().await.unwrap();
        assert!(store::interest::settle(&txn, row).await.unwrap());
        txn.commit().await.unwrap();
        let camden = editor(pair.camden);
        let late = change(&inside, &camden, "answerInterest", INTEREST, json!({ "id": interest["id"], "answer": "ACCEPT" })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.id"]);
        let read = format!("{{ interest(id: {}) {{ state }} interests(filter: {{ pending: true }}) {{ totalCount }} }}", interest["id"]);
        assert_eq!(ask(&inside, &camden, &read).await, json!({ "interest": { "state": "EXPIRED" }, "interests": { "totalCount": 0 } }));
        // It may be expressed again then.
        let board = pair.board(&inside).await;
        assert!(board.is_string());
    }
}
