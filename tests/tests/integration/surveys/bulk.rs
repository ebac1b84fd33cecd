//! Answers of many authorities in one file.

use bytes::Bytes;
use serde_json::json;
use tandem::service::survey::{bulk, export};
use tandem::survey::sheet::{Layout, Sheet, write};
use tests::Inside;

use super::reminders::sheet;
use super::*;

const UPLOAD: &str = "query ($id: ID!) { node(id: $id) { ... on SurveyUpload { id committedAt rowCount
    rows { line authorityTold authority { name } outcome problems { column message } } } } }";
const COMMIT: &str = "mutation ($input: CommitSurveyUploadInput!) { commitSurveyUpload(input: $input) { errors { code path message }
    upload { committedAt rows { line outcome problems { column } } } } }";

const FILE: &str = "authority,started,why,spend,staff,projects.title,projects.summary\n\
    Leeds City Council,yes,,\"1,200,000\",12,Potholes by camera,Cameras on refuse lorries find potholes\n\
    Leeds City Council,,,,,Chat in Polish,A chatbot answers council tax questions in Polish\n\
    Bristol City Council,no,Money,£5k,3,,\n\
    Hull City Council,maybe,,,1,,\n\
    City of York Council,yes,,,4,,\n\
    Nowhere Town,yes,,,4,,\n\
    London Borough of Camden,yes,,,2000,,\n";

async fn preview(
    inside: &Inside,
    wave: &str,
    bytes: impl Into<Bytes>,
) -> Result<String, tandem::error::ApiError> {
    let id = tandem::graphql::id::decode(wave).unwrap().1;
    let row = bulk::preview(&inside.app, &operator(), id, "answers.csv", bytes.into()).await?;
    Ok(tandem::graphql::id::encode(tandem::graphql::id::Kind::SurveyUpload, row.id).to_string())
}

async fn rows(inside: &Inside, id: &str) -> Vec<(i64, String, Vec<String>)> {
    let upload = ask(inside, &operator(), UPLOAD, json!({ "id": id })).await;
    let told = upload["rows"].as_array().unwrap().iter().map(|row| {
        let columns = row["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|problem| problem["column"].as_str().unwrap().to_owned());
        (
            row["line"].as_i64().unwrap(),
            row["outcome"].as_str().unwrap().to_owned(),
            columns.collect(),
        )
    });
    told.collect()
}

fn row(line: i64, outcome: &str, columns: &[&str]) -> (i64, String, Vec<String>) {
    (
        line,
        outcome.to_owned(),
        columns.iter().map(|&column| column.to_owned()).collect(),
    )
}

tests::on_each_database! {
    async fn a_file_is_looked_at_row_by_row_and_its_good_rows_are_written_once(inside: Inside) {
        let (_, set) = survey(&inside, SHORT).await;
        let wave = wave(&inside, &set, "Spring", "2026-01-01T00:00:00Z").await;
        invite(&inside, &wave, &["LDS", "BST", "KHL", "CMD"]).await;
        let upload = preview(&inside, &wave, FILE).await.unwrap();
        let expected = [
            row(2, "NEW", &[]), row(3, "NEW", &[]), row(4, "NEW", &[]), row(5, "REFUSED", &["started"]),
            row(6, "REFUSED", &["authority"]), row(7, "REFUSED", &["authority"]), row(8, "REFUSED", &["staff"]),
        ];
        assert_eq!(rows(&inside, &upload).await, expected);
        let rates = "query ($wave: ID!) { surveyResponseRates(wave: $wave) { responded partial } }";
        assert_eq!(ask(&inside, &operator(), rates, json!({ "wave": wave })).await, json!([{ "responded": 0, "partial": 0 }]));

        let committed = run(&inside, COMMIT, json!({ "id": upload })).await;
        assert!(committed["upload"]["committedAt"].is_string());
        assert_eq!(rows(&inside, &upload).await, expected);
        assert_eq!(ask(&inside, &operator(), rates, json!({ "wave": wave })).await, json!([{ "responded": 2, "partial": 0 }]));
        let titles = ask(&inside, &operator(), "{ projects(orderBy: { field: TITLE, direction: ASC }) { nodes { title lead { name } } } }", json!({})).await;
        assert_eq!(titles["nodes"], json!([{ "title": "Chat in Polish", "lead": { "name": "Leeds City Council" } },
            { "title": "Potholes by camera", "lead": { "name": "Leeds City Council" } }]));
        run(&inside, COMMIT, json!({ "id": upload })).await;

        // The same file again says so, and does nothing; another answer changes that authority alone.
        let again = preview(&inside, &wave, FILE).await.unwrap();
        assert_eq!(rows(&inside, &again).await[..3], [row(2, "UNCHANGED", &[]), row(3, "UNCHANGED", &[]), row(4, "UNCHANGED", &[])]);
        run(&inside, COMMIT, json!({ "id": again })).await;
        let changed = preview(&inside, &wave, FILE.replace("£5k,3", "£6k,3")).await.unwrap();
        assert_eq!(rows(&inside, &changed).await[..3], [row(2, "UNCHANGED", &[]), row(3, "UNCHANGED", &[]), row(4, "CHANGED", &[])]);
        run(&inside, COMMIT, json!({ "id": changed })).await;
        let versions = "query ($id: ID!) { node(id: $id) { ... on SurveyWave { responses(states: [SUBMITTED]) { nodes { version authority { name } } } } } }";
        let told = ask(&inside, &operator(), versions, json!({ "id": wave })).await["responses"]["nodes"].take();
        assert_eq!(told, json!([{ "version": 1, "authority": { "name": "Leeds City Council" } }, { "version": 2, "authority": { "name": "Bristol City Council" } }]));
        let projects = ask(&inside, &operator(), "{ projects { totalCount nodes { version } } }", json!({})).await;
        assert_eq!(projects["totalCount"], 2, "nothing is told twice");
    }

    async fn templates_come_back_filled_in_and_what_is_none_is_refused(inside: Inside) {
        let (_, set) = survey(&inside, SHORT).await;
        let wave_id = wave(&inside, &set, "Spring", "2026-01-01T00:00:00Z").await;
        invite(&inside, &wave_id, &["LDS", "BST"]).await;
        let id = tandem::graphql::id::decode(&wave_id).unwrap().1;
        let csv = bulk::template(&inside.app, &operator(), id, Layout::Csv).await.unwrap();
        let text = String::from_utf8(csv.bytes).unwrap();
        assert!(text.starts_with("authority,started,why,spend,staff,winning,projects.title,projects.summary"), "{text}");
        assert_eq!(text.lines().count(), 3, "a row for each authority that was invited");
        let book = bulk::template(&inside.app, &operator(), id, Layout::Xlsx).await.unwrap();
        let empty = preview(&inside, &wave_id, book.bytes).await;
        let told = |result: Result<String, tandem::error::ApiError>| match result {
            Err(tandem::error::ApiError::BadInput(found)) => format!("{:?} {}", found[0].code, found[0].path.join(".")),
            other => panic!("{other:?}"),
        };
        assert_eq!(told(empty), "Required file", "a template that nobody filled in is read, and says nothing");
        assert_eq!(told(preview(&inside, &wave_id, "name,started\nLeeds,yes\n").await), "Required file");
        assert_eq!(told(preview(&inside, &wave_id, Vec::new()).await), "Invalid file");
        assert_eq!(told(preview(&inside, &wave_id, vec![0x50, 0x4b, 3, 4, 0, 0]).await), "Invalid file");
        let many = format!("authority,started\n{}", "Leeds City Council,yes\n".repeat(1_000_000));
        assert_eq!(told(preview(&inside, &wave_id, many).await), "TooLong file");
        let kept = tests::rows::column::<i64>(inside.app.db.read(), "SELECT COUNT(*) AS n FROM survey_upload", "n").await;
        assert_eq!(kept, [0]);
    }

    async fn a_workbook_is_filled_in_sent_back_and_its_results_read(inside: Inside) {
        let (_, set) = survey(&inside, SHORT).await;
        let wave_id = wave(&inside, &set, "Spring", "2026-01-01T00:00:00Z").await;
        invite(&inside, &wave_id, &["LDS", "BST", "KHL"]).await;
        let id = tandem::graphql::id::decode(&wave_id).unwrap().1;
        let book = bulk::template(&inside.app, &operator(), id, Layout::Xlsx).await.unwrap();
        let mut cells = sheet(book.bytes, "Answers");
        let header = cells.remove(0);
        let names: Vec<&str> = cells.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(names, ["Bristol City Council", "Hull City Council", "Leeds City Council"]);
        let column = |name: &str| header.iter().position(|known| known == name).unwrap();
        for (row, facts) in [
            (0, vec![("started", "no"), ("why", "Money"), ("spend", "£5k"), ("staff", "3")]),
            (1, vec![("started", "perhaps")]),
            (2, vec![("started", "yes"), ("spend", "1,200,000"), ("staff", "12"), ("winning", "=1+1"), ("projects.title", "Potholes by camera"),
                ("projects.summary", "Cameras on refuse lorries find potholes")]),
        ] {
            for (name, value) in facts {
                cells[row][column(name)] = value.to_owned();
            }
        }
        let filled = Sheet { name: "Answers".to_owned(), header: header.clone(), rows: cells };
        let bytes = write(&[filled], Layout::Xlsx).unwrap();
        let upload = preview(&inside, &wave_id, bytes.clone()).await.unwrap();
        let expected = [row(2, "NEW", &[]), row(3, "REFUSED", &["started"]), row(4, "NEW", &[])];
        assert_eq!(rows(&inside, &upload).await, expected);
        run(&inside, COMMIT, json!({ "id": upload })).await;
        assert_eq!(rows(&inside, &upload).await, expected);
        let again = preview(&inside, &wave_id, bytes).await.unwrap();
        assert_eq!(rows(&inside, &again).await, [row(2, "UNCHANGED", &[]), row(3, "REFUSED", &["started"]), row(4, "UNCHANGED", &[])]);

        // What the results say of the open questions is what was filled in; what is confidential stays hidden among so few.
        close(&inside, &wave_id).await;
        let results = export::export(&inside.app, id, Layout::Xlsx).await.unwrap();
        let told = sheet(results.bytes.clone(), "Results");
        let line = |question: &str, option: &str| {
            let found = told.iter().find(|row| row[0] == question && row[2] == "all" && row[5] == option);
            found.unwrap_or_else(|| panic!("{question} {option}: {told:?}")).clone()
        };
        assert_eq!(line("started", "YES")[7..9], ["1", "0.5000"]);
        assert_eq!(line("why", "money")[4..8], ["1", "money", "Money", "1"]);
        assert_eq!((line("staff", "")[9].as_str(), line("staff", "")[11].as_str()), ("15", "7.5"));
        assert!(line("spend", "").contains(&"hidden".to_owned()), "{:?}", line("spend", ""));
        let rates = sheet(results.bytes, "Response rates");
        assert_eq!(rates[1], ["all", "", "3", "0", "0", "0", "2", "0.6667"]);
    }
}
