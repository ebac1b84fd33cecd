//! Imports through the API: looked at, written, taken back, with what can happen in between.

mod form;

use serde_json::{Value, json};
use tests::rows::{Counts, column, connect, counts};
use tests::{Database, Server, eventually};

use form::{PREVIEW, Part, parts, send};

const JOB: &str =
    "id state rowsDone rowsTotal created changed unchanged kept refused newOrganisations unexpected
    retired restored leftStanding failure";

/// How many rows each table of the catalogue has.
pub(crate) async fn catalogue(database: &Database) -> Counts {
    let mut counts = counts(database).await;
    counts.retain(|table, _| !table.starts_with("import_"));
    counts
}

/// Everything that an import writes of the projects, as text, in one order.
pub(crate) async fn told(database: &Database) -> Vec<String> {
    let connection = connect(database).await;
    let sql = "SELECT p.title || '|' || p.summary || '|' || p.version || '|' || p.status || '|' || COALESCE(o.name, '-')
        || '|' || s.system || '|' || s.record_id || '|' || s.line || '|' || COALESCE(s.content_hash, '-') AS told
        FROM project p JOIN project_source s ON s.project_id = p.id LEFT JOIN organisation o ON o.id = p.lead_id";
    let mut told = column::<String>(&connection, sql, "told").await;
    connection.close().await.unwrap();
    told.sort();
    told
}

pub(crate) const HEADER: &str = "id,title,summary,lead\n";

/// So many records, led by bodies that nobody knows, one in a hundred refused. They say too little to overlap.
pub(crate) fn many(rows: usize) -> String {
    let row = |n: usize| {
        let title = if n % 100 == 7 {
            String::new()
        } else {
            format!("Sensor {n}")
        };
        format!("{n},{title},,Acme Sensors {} Ltd\n", n % 40)
    };
    std::iter::once(HEADER.to_owned())
        .chain((1..=rows).map(row))
        .collect()
}

async fn preview(server: &Server, file: &str) -> Value {
    let answer = send(
        server,
        &parts(PREVIEW, json!({ "file": null, "source": "survey" }), file),
    )
    .await;
    assert_eq!(answer.0, 200, "{}", answer.1);
    let payload = answer.1["data"]["previewImport"].clone();
    assert_eq!(payload["errors"], json!([]), "{payload}");
    payload["job"].clone()
}

async fn job(server: &Server, id: &str) -> Value {
    let query = format!("query ($id: ID!) {{ importJob(id: $id) {{ {JOB} }} }}");
    server.data(&query, json!({ "id": id })).await["importJob"].take()
}

async fn commit(server: &Server, id: &str) -> Value {
    let query = "mutation ($id: ID!) { commitImport(input: { id: $id }) { job { state } errors { code path message } } }";
    server.data(query, json!({ "id": id })).await["commitImport"].take()
}

async fn undo(server: &Server, id: &str, reason: &str) -> Value {
    let query = "mutation ($id: ID!, $reason: String!) { undoImport(input: { id: $id, reason: $reason }) {
        job { state } errors { code path } } }";
    server.data(query, json!({ "id": id, "reason": reason })).await["undoImport"].take()
}

async fn reaches(server: &Server, id: &str, state: &str) -> Value {
    eventually(state, async || {
        let job = job(server, id).await;
        assert_ne!(job["state"], "FAILED", "{job}");
        (job["state"] == state).then_some(job)
    })
    .await
}

async fn import(server: &Server, file: &str) -> Value {
    let id = preview(server, file).await["id"].as_str().unwrap().to_owned();
    assert_eq!(commit(server, &id).await["errors"], json!([]));
    reaches(server, &id, "COMMITTED").await
}

async fn rows(server: &Server, id: &str, outcome: Option<&str>) -> Vec<Value> {
    let query = "query ($id: ID!, $outcome: ImportOutcome) { importJob(id: $id) { rows(first: 100, outcome: $outcome) { nodes {
        row line recordId title outcome previewed versionBefore versionAfter project { title status version }
        changes { field before after } problems { field value message consequence } undo undoNote } } } }";
    let mut data = server.data(query, json!({ "id": id, "outcome": outcome })).await;
    serde_json::from_value(data["importJob"]["rows"]["nodes"].take()).unwrap()
}

async fn edit(server: &Server, title: &str, to: &str) {
    let query = "query ($t: String!) { projects(search: $t) { nodes { id version title } } }";
    let found = server.data(query, json!({ "t": title })).await;
    let nodes = found["projects"]["nodes"].as_array().unwrap().clone();
    let project = nodes.iter().find(|node| node["title"] == title).unwrap();
    let change = "mutation ($id: ID!, $v: Int!, $t: String!) { updateProject(input: { id: $id, version: $v, title: $t }) { errors { code } } }";
    let done = server
        .data(
            change,
            json!({ "id": project["id"], "v": project["version"], "t": to }),
        )
        .await;
    assert_eq!(done["updateProject"]["errors"], json!([]));
}

const FIRST: &str = "id,title,summary,lead,startDate\n\
    1,Damp,Sensors in council flats warn of damp and mould,LDS,2020-01-01\n\
    2,Bins,Cameras on lorries count missed bins,Acme Bins Ltd,31/02/2020\n\
    3,,nothing,,\n\
    4,Lights,Street lamps dim when nobody walks by,LDS,2021\n";
const SECOND: &str = "id,title,summary,lead,startDate\n\
    1,Damp,Sensors in council flats warn of damp and mould,LDS,2020-01-01\n\
    2,Bins,Cameras on lorries count every missed bin,Acme Bins Ltd,2020\n\
    4,Lights,Street lamps dim when no one walks by,LDS,2021\n\
    5,Trees,Volunteers map the trees of the borough,LDS,2022\n";

tests::on_each_database! {
    async fn a_preview_tells_everything_and_changes_nothing(server: Server) {
        let before = catalogue(&server.database).await;
        let job = preview(&server, FIRST).await;
        assert_eq!((&job["state"], &job["created"], &job["refused"], &job["newOrganisations"]),
            (&json!("PREVIEWED"), &json!(3), &json!(1), &json!(1)), "{job}");
        let id = job["id"].as_str().unwrap();
        let all = rows(&server, id, None).await;
        let outcomes: Vec<&str> = all.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["CREATED", "CREATED", "REFUSED", "CREATED"]);
        assert_eq!(all[1]["problems"][0], json!({ "field": "startDate", "value": "31/02/2020",
            "message": "is no day of the calendar", "consequence": "VALUE_DROPPED" }));
        assert_eq!((&all[2]["line"], &all[2]["problems"][0]["field"]), (&json!(4), &json!("title")));
        assert_eq!(catalogue(&server.database).await, before, "nothing of the catalogue changed");

        assert_eq!(commit(&server, id).await["job"]["state"], "COMMITTING");
        reaches(&server, id, "COMMITTED").await;
        let stands = catalogue(&server.database).await;
        let second = preview(&server, SECOND).await;
        let changed = rows(&server, second["id"].as_str().unwrap(), Some("CHANGED")).await;
        assert_eq!(changed[0]["changes"], json!([
            { "field": "summary", "before": "Cameras on lorries count missed bins", "after": "Cameras on lorries count every missed bin" },
            { "field": "note", "before": "startDate as given: 31/02/2020", "after": null },
            { "field": "startDate", "before": null, "after": "2020" }]));
        assert_eq!((&second["created"], &second["changed"], &second["unchanged"]), (&json!(1), &json!(2), &json!(1)));
        assert_eq!(catalogue(&server.database).await, stands);
    }

    async fn a_file_that_is_sent_twice_changes_nothing(server: Server) {
        let first = import(&server, FIRST).await;
        assert_eq!((&first["created"], &first["rowsDone"], &first["unexpected"]), (&json!(3), &json!(4), &json!(0)), "{first}");
        let stands = catalogue(&server.database).await;
        let again = import(&server, FIRST).await;
        assert_eq!((&again["created"], &again["changed"], &again["unchanged"]), (&json!(0), &json!(0), &json!(3)), "{again}");
        assert_eq!(catalogue(&server.database).await, stands);
        let list = "{ importJobs(first: 1, filter: { states: [COMMITTED], source: \"survey\" }) { totalCount nodes { id } pageInfo { hasNextPage } } }";
        let listed = server.data(list, json!({})).await;
        assert_eq!(listed["importJobs"], json!({ "totalCount": 2, "nodes": [{ "id": again["id"] }], "pageInfo": { "hasNextPage": true } }));
        let node = server.data("query ($id: ID!) { node(id: $id) { id __typename } }", json!({ "id": again["id"] })).await;
        assert_eq!(node["node"]["__typename"], "ImportJob");
    }

    async fn of_two_who_commit_at_once_one_is_told(server: Server) {
        let job = preview(&server, &many(600)).await;
        let id = job["id"].as_str().unwrap();
        let (one, other) = tokio::join!(commit(&server, id), commit(&server, id));
        let mut errors = [one["errors"].clone(), other["errors"].clone()];
        errors.sort_by_key(|errors| errors.as_array().unwrap().len());
        assert_eq!((&errors[0], &errors[1][0]["code"], &errors[1][0]["path"]), (&json!([]), &json!("CONFLICT"), &json!(["input", "id"])));
        assert_eq!(reaches(&server, id, "COMMITTED").await["created"], 594);
        assert_eq!(commit(&server, id).await["errors"][0]["code"], "CONFLICT");
    }

    async fn what_a_preview_promised_and_no_longer_holds_is_told(server: Server) {
        import(&server, FIRST).await;
        let promised = preview(&server, SECOND).await;
        edit(&server, "Bins", "Bins of our own").await;
        let id = promised["id"].as_str().unwrap();
        commit(&server, id).await;
        let done = reaches(&server, id, "COMMITTED").await;
        assert_eq!((&done["changed"], &done["kept"], &done["unexpected"]), (&json!(1), &json!(1), &json!(1)), "{done}");
        let kept = rows(&server, id, Some("KEPT")).await;
        assert_eq!((&kept[0]["previewed"], &kept[0]["recordId"]), (&json!("CHANGED"), &json!("2")));
        assert!(kept[0]["problems"].to_string().contains("the preview said CHANGED"), "{}", kept[0]);
    }

    async fn undoing_gives_back_what_was_and_leaves_what_others_changed(server: Server) {
        import(&server, FIRST).await;
        let before = told(&server.database).await;
        let second = import(&server, SECOND).await;
        let id = second["id"].as_str().unwrap();
        edit(&server, "Lights", "Lights of our own").await;
        for (reason, code) in [("", "REQUIRED"), ("\u{0}", "INVALID")] {
            assert_eq!(undo(&server, id, reason).await["errors"][0]["code"], code);
        }
        assert_eq!(undo(&server, id, "the wrong file").await["errors"], json!([]));
        let undone = reaches(&server, id, "UNDONE").await;
        assert_eq!((&undone["retired"], &undone["restored"], &undone["leftStanding"]), (&json!(1), &json!(1), &json!(1)), "{undone}");
        let rows = rows(&server, id, None).await;
        let row = |record: &str| rows.iter().find(|row| row["recordId"] == record).unwrap();
        assert_eq!((&row("2")["undo"], &row("2")["project"]["version"]), (&json!("RESTORED"), &json!(3)));
        assert_eq!((&row("5")["undo"], &row("5")["project"]["status"]), (&json!("RETIRED"), &json!("RETIRED")));
        assert!(row("4")["undo"] == "LEFT" && row("4")["undoNote"].as_str().unwrap().contains("changed since"), "{}", row("4"));
        let history = server.data("query { projects(search: \"Bins\") { nodes { summary startDate history { nodes { version reason } } } } }", json!({})).await;
        let bins = &history["projects"]["nodes"][0];
        assert_eq!((&bins["summary"], &bins["startDate"]), (&json!("Cameras on lorries count missed bins"), &Value::Null));
        assert!(bins["history"]["nodes"][0]["reason"].as_str().unwrap().contains("the wrong file"), "{bins}");
        let stands = told(&server.database).await;
        assert_eq!(undo(&server, id, "again").await["job"]["state"], "UNDONE", "undoing again does nothing");
        assert_eq!(told(&server.database).await, stands);
        let hashes = |told: &[String]| told.iter().filter(|line| line.starts_with("Bins|") || line.starts_with("Damp|"))
            .map(|line| line.rsplit('|').next().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(hashes(&stands), hashes(&before), "the sources are known by what they said before");
        // What was taken out can come again.
        let again = import(&server, SECOND).await;
        assert_eq!((&again["created"], &again["changed"], &again["kept"]), (&json!(1), &json!(1), &json!(0)), "{again}");
    }

    async fn an_import_survives_a_crash_of_the_server(server: Server) {
        let file = many(1_500);
        let whole = Database::create(server.database.backend).await.unwrap();
        let other = Server::start(whole.clone()).await;
        let id = preview(&server, &file).await["id"].as_str().unwrap().to_owned();
        commit(&server, &id).await;
        eventually("the first batch", async || (job(&server, &id).await["rowsDone"].as_i64() >= Some(500)).then_some(())).await;
        let connection = connect(&server.database).await;
        let server = server.crash().await;
        connection.close().await.unwrap();
        let done = reaches(&server, &id, "COMMITTED").await;
        assert_eq!((&done["created"], &done["refused"], &done["unexpected"]), (&json!(1_485), &json!(15), &json!(0)), "{done}");
        import(&other, &file).await;
        assert_eq!(told(&server.database).await, told(&whole).await, "as if nothing had happened");
        assert_eq!(catalogue(&server.database).await["organisation"], catalogue(&whole).await["organisation"]);
        // Undoing survives one too.
        undo(&server, &id, "enough").await;
        eventually("the first that are undone", async || (job(&server, &id).await["retired"].as_i64() >= Some(100)).then_some(())).await;
        let server = server.crash().await;
        let undone = reaches(&server, &id, "UNDONE").await;
        assert_eq!((&undone["retired"], &undone["leftStanding"]), (&json!(1_485), &json!(0)));
        other.stop();
        whole.remove().await;
    }

    async fn mistakes_in_what_is_sent_are_named_and_keep_nothing(server: Server) {
        let before = counts(&server.database).await;
        let cases = [
            (json!({ "file": null }), "a,b\n1,2\n", "file", "REQUIRED"),
            (json!({ "file": null }), "", "file", "INVALID"),
            (json!({ "file": null, "separator": ";;" }), FIRST, "separator", "INVALID"),
            (json!({ "file": null, "map": [{ "field": "nonsense", "column": "id" }] }), FIRST, "map", "NOT_FOUND"),
            (json!({ "file": null, "map": [{ "field": "title", "column": "name" }] }), FIRST, "map", "NOT_FOUND"),
            (json!({ "file": null, "source": "x".repeat(2_000) }), FIRST, "source", "TOO_LONG"),
        ];
        for (input, file, field, code) in cases {
            let (status, answer) = send(&server, &parts(PREVIEW, input.clone(), file)).await;
            let payload = &answer["data"]["previewImport"];
            assert_eq!((status, &payload["job"]), (200, &Value::Null), "{input}: {answer}");
            assert_eq!(payload["errors"][0]["path"], json!(["input", field]), "{input}: {answer}");
            assert_eq!(payload["errors"][0]["code"], code, "{input}: {answer}");
        }
        for token in ["upload:0", "#__graphql_file__:0", "#__graphql_file__:x", ""] {
            let answer = server.graphql(PREVIEW, json!({ "input": { "file": token } })).await;
            assert_eq!(answer["data"]["previewImport"]["errors"][0]["path"], json!(["input", "file"]), "{token}: {answer}");
        }
        assert_eq!(commit(&server, "nonsense").await["errors"][0]["path"], json!(["input", "id"]));
        let job = preview(&server, FIRST).await;
        assert_eq!(undo(&server, job["id"].as_str().unwrap(), "none").await["errors"][0]["code"], "CONFLICT");
        let mut after = counts(&server.database).await;
        for (table, rows) in [("import_job", 1), ("import_row", 4), ("import_chunk", 1)] {
            *after.get_mut(table).unwrap() -= rows;
        }
        assert_eq!(after, before);
    }

    async fn malformed_forms_are_refused_each_with_its_reason(server: Server) {
        let operations = json!({ "query": PREVIEW, "variables": { "input": { "file": null } } }).to_string();
        let map = json!({ "0": ["variables.input.file"] }).to_string();
        let (op, map, file) = (Part::text("operations", &operations), Part::text("map", &map), Part::file("0", FIRST));
        let long = "x".repeat(2 << 20);
        let huge = "x".repeat(33 << 20);
        let cases: Vec<(Vec<Part<'_>>, u16, &str)> = vec![
            (vec![], 400, "malformed"),
            (vec![map, op, file], 400, "`operations` must be its first part"),
            (vec![op, file, map], 400, "`map` must be its second part"),
            (vec![op], 400, "`map` must be its second part"),
            (vec![Part::text("operations", "{"), map, file], 400, "`operations` is not valid JSON"),
            (vec![Part::text("operations", "[]"), map, file], 400, "batches"),
            (vec![Part::text("operations", &long), map, file], 413, "operations"),
            (vec![op, Part::text("map", "nonsense"), file], 400, "`map` is not valid JSON"),
            (vec![op, Part::text("map", r#"{"0":["variables.other"]}"#), file], 400, "leads to no null"),
            (vec![op, Part::text("map", r#"{"0":["query"]}"#), file], 400, "leads to no null"),
            (vec![op, map], 400, "which was not sent"),
            (vec![op, map, file, file], 400, "sent twice"),
            (vec![op, map, file, Part::file("1", FIRST)], 400, "says nothing of the part"),
            (vec![op, map, Part::file("0", &huge)], 413, "longer than"),
        ];
        for (form, status, reason) in cases {
            let (found, answer) = send(&server, &form).await;
            let said = answer["errors"][0]["message"].as_str().unwrap_or_default();
            assert!(found == status && said.contains(reason), "{status} {reason}: {found} {answer}");
            assert!(answer["errors"][0]["extensions"]["code"].is_string(), "{answer}");
        }
        let good = form::request(&server, &[op, map, file]);
        for (name, value) in [("content-type", "multipart/form-data"), ("content-encoding", "gzip"), ("graphql-require-preflight", "")] {
            let (status, answer) = form::answer(good.try_clone().unwrap().build().unwrap(), &server, name, value).await;
            assert!(matches!((name, status), ("graphql-require-preflight", 403) | (_, 415)), "{name}: {status} {answer}");
        }
        assert_eq!(counts(&server.database).await["import_job"], 0);
    }
}
