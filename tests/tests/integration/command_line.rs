//! The binary as a user runs it: what it prints, what it keeps, how it ends.

use std::fs;
use std::path::Path;
use std::process::Output;

use tests::rows::{Counts, counts};
use tests::{Database, Server, shared, tandem};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs to the end and claims the status; what was said on standard output and standard error.
#[track_caller]
fn ends(status: i32, folder: &Path, arguments: &[&str]) -> (String, String) {
    let Output {
        status: found,
        stdout,
        stderr,
    } = tandem(folder, arguments);
    let (out, err) = (text(&stdout), text(&stderr));
    assert_eq!(found.code(), Some(status), "{arguments:?} said\n{out}\n{err}");
    (out, err)
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// How many rows each table of the catalogue has. An import leaves a record of itself, whatever it did.
async fn catalogue(database: &Database) -> Counts {
    let mut counts = counts(database).await;
    counts.retain(|table, _| !table.starts_with("import_"));
    counts
}

const DAMP: &str = "Sensors in council flats warn of damp and mould before tenants fall ill";
const DAMP_AGAIN: &str = "Sensors in council flats warn of damp and mould before any tenant falls ill";
const BINS: &str = "Cameras on refuse lorries count missed waste bins along each collection round";

fn table(rows: &[(&str, &str, &str)]) -> String {
    let rows = rows
        .iter()
        .map(|(id, title, summary)| format!("{id},{title},{summary}\n"));
    std::iter::once("id,title,summary\n".to_owned())
        .chain(rows)
        .collect()
}

#[test]
fn every_command_explains_itself() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 11] = [
        &[],
        &["demo"],
        &["serve"],
        &["issuer"],
        &["import"],
        &["import", "projects"],
        &["scan"],
        &["link"],
        &["check"],
        &["schema"],
        &["migrate"],
    ];
    for command in commands {
        let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let (out, _) = ends(0, folder.path(), &arguments);
        assert!(out.contains("Usage:") && out.len() > 200, "{command:?}: {out}");
    }
    let (serve, _) = ends(0, folder.path(), &["serve", "--help"]);
    for setting in [
        "--bind",
        "--database-url",
        "DATABASE_URL",
        "TANDEM_BIND",
        "--body-limit",
        "[default: ",
    ] {
        assert!(serve.contains(setting), "{setting} is missing");
    }
    ends(2, folder.path(), &["nonsense"]);
}

#[test]
fn the_schema_that_is_committed_is_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let (out, _) = ends(0, folder.path(), &["schema"]);
    let kept = fs::read_to_string(tests::root().join("schema.graphql")).unwrap();
    assert!(out == kept, "script/schema writes schema.graphql anew");
}

#[test]
fn what_cannot_be_served_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&["--bind", "0.0.0.0:0"], "can be reached from other machines"),
        (&["--bind", "here"], "--bind"),
        (
            &["--database-url", "mysql://u:secret@h/x"],
            "must begin with `sqlite:` or `postgres://`",
        ),
        (
            &["--database-url", "sqlite:no/such/folder/x.db"],
            "opening the database",
        ),
        (
            &[
                "--no-migrate",
                "--bind",
                "127.0.0.1:0",
                "--database-url",
                "sqlite:new.db",
            ],
            "tandem migrate",
        ),
    ];
    for (arguments, reason) in cases {
        let arguments: Vec<&str> = ["serve"].iter().chain(arguments).copied().collect();
        let (_, err) = ends(2, folder.path(), &arguments);
        assert!(
            err.contains(reason) && !err.contains("secret") && !err.contains("panicked"),
            "{arguments:?}: {err}"
        );
    }
}

#[test]
fn a_scan_writes_each_pair_once_with_six_decimals() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let file = write(
        path,
        "file.csv",
        table(&[
            ("1", "Damp", DAMP),
            ("2", "Bins", BINS),
            ("3", "Mould", DAMP_AGAIN),
        ]),
    );
    let (out, err) = ends(0, path, &["scan", &file]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "left_id,right_id,score,relation");
    assert_eq!(lines.len(), 2, "{out}");
    let cells: Vec<&str> = lines[1].split(',').collect();
    assert_eq!(
        (&cells[..2], cells[2].split_once('.').unwrap().1.len()),
        (&["1", "3"][..], 6),
        "{out}"
    );
    assert!(err.contains("3 records"), "{err}");

    ends(
        0,
        path,
        &[
            "scan",
            &file,
            "--out",
            "pairs.csv",
            "--explain",
            "--min-score",
            "0",
        ],
    );
    let pairs = fs::read_to_string(path.join("pairs.csv")).unwrap();
    assert!(
        pairs.starts_with("left_id,right_id,score,relation,reasons\n"),
        "{pairs}"
    );
    assert!(pairs.contains("mould"), "the reasons name what was seen: {pairs}");
    let scores: Vec<f64> = pairs
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(2).unwrap().parse().unwrap())
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "the best first");
}

#[test]
fn a_scan_says_what_it_left_out_and_why_it_could_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let file = write(
        path,
        "file.csv",
        table(&[("1", "Damp", DAMP), ("2", "Bins", BINS)]),
    );
    let empty = write(
        path,
        "rows.csv",
        format!("{}4,,{BINS}\n", table(&[("1", "Damp", DAMP)])),
    );
    let (_, err) = ends(1, path, &["scan", &empty]);
    assert!(err.contains("line 3, title"), "{err}");
    for (arguments, reason) in [
        (vec!["scan", "absent.csv"], "absent.csv"),
        (vec!["scan", &file, "--min-score", "2"], "0 to 1"),
        (vec!["scan", "."], "folder"),
        (vec!["scan", &file, "--out", "no/such/pairs.csv"], "pairs.csv"),
    ] {
        let (_, err) = ends(2, path, &arguments);
        assert!(err.contains(reason), "{arguments:?}: {err}");
    }
}

#[test]
fn files_are_linked_and_drafts_checked_across() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let left = write(
        path,
        "left.csv",
        table(&[("a", "Damp", DAMP), ("b", "Damp again", DAMP_AGAIN)]),
    );
    let right = write(
        path,
        "right.csv",
        table(&[("x", "Damp", DAMP), ("y", "Bins", BINS)]),
    );
    let (out, _) = ends(0, path, &["link", &left, &right]);
    let pairs: Vec<&str> = out.lines().skip(1).map(|line| &line[..3]).collect();
    assert_eq!(pairs, ["a,x", "b,x"], "{out}");
    let (out, _) = ends(0, path, &["link", &left, &right, "--one-to-one"]);
    assert_eq!(
        out.lines().skip(1).map(|line| &line[..3]).collect::<Vec<_>>(),
        ["a,x"],
        "{out}"
    );
    let (out, err) = ends(0, path, &["check", &left, "--against", &right, "--top", "1"]);
    assert_eq!(out.lines().count(), 3, "{out}");
    assert!(err.contains("2 drafts against 2 records"), "{err}");
    let vague = write(
        path,
        "vague.csv",
        table(&[("v", "Digital project", "Digital project")]),
    );
    let (out, err) = ends(0, path, &["check", &vague, "--against", &right]);
    assert!(
        out.lines().count() == 1 && err.contains("1 drafts too short to judge"),
        "{out}{err}"
    );
    let (_, err) = ends(2, path, &["check", &left, "--database-url", "sqlite:none.db"]);
    assert!(err.contains("none.db"), "{err}");
}

tests::on_each_database! {
    async fn the_demonstration_is_loaded_once(database: Database) {
        let arguments = ["demo", "--report-only", "--database-url", &database.url];
        let (first, _) = ends(0, database.folder(), &arguments);
        for part in ["62 projects", "The strongest overlaps", "Efforts that belong together", "should talk to", "£"] {
            assert!(first.contains(part), "{part} is missing in {first}");
        }
        let rows = counts(&database).await;
        assert_eq!((rows["project"], rows["organisation"] > 474), (62, true));
        let (second, _) = ends(0, database.folder(), &arguments);
        assert!(second.contains("is used as it is"), "{second}");
        assert_eq!(counts(&database).await, rows, "the second start changes nothing");
        let report = |text: &str| text.split_once('\n').unwrap().1.to_owned();
        assert_eq!(report(&first), report(&second));
    }

    async fn a_file_is_imported_once_and_its_bad_rows_are_named(database: Database) {
        let folder = database.folder();
        let mut content = b"\xef\xbb\xbfref;Projektname;Beschreibung;Leitung;Beginn;Kosten\n".to_vec();
        content.extend(format!("1;Damp caf\u{e9};{DAMP};LDS;1st December 2015;\"20,000\"\n").as_bytes());
        content.extend(format!("2;;{BINS};Leeds;2020-01-01;5\n3;Bins;{BINS};Newcastle;31/02/2020;lots\n").as_bytes());
        let file = write(folder, "projekte.csv", content);
        let map = ["--map", "id=ref", "--map", "title=Projektname", "--map", "summary=Beschreibung", "--map", "lead=Leitung",
            "--map", "startDate=Beginn", "--map", "budget=Kosten", "--database-url", &database.url];
        let run = |status: i32, more: &[&str]| {
            let arguments: Vec<&str> = ["import", "projects", &file].iter().chain(&map).chain(more).copied().collect();
            ends(status, folder, &arguments).1
        };
        let dry = run(1, &["--dry-run"]);
        assert!(dry.contains("2 projects would be created") && dry.contains("1 rows refused"), "{dry}");
        assert_eq!(catalogue(&database).await["project"], 0, "a dry run changes nothing");
        let said = run(1, &["--errors", "errors.csv"]);
        assert!(said.contains("2 projects created"), "{said}");
        for complaint in ["line 3, title", "line 4, startDate", "31/02/2020", "line 4, budget", "Newcastle"] {
            assert!(said.contains(complaint), "{complaint} is missing in {said}");
        }
        let errors = fs::read_to_string(folder.join("errors.csv")).unwrap();
        assert!(errors.starts_with("file,line,field,column,value,problem,consequence\n"), "{errors}");
        assert_eq!(errors.lines().count(), 4, "{errors}");
        let rows = catalogue(&database).await;
        assert_eq!(rows["project"], 2);
        let again = run(1, &[]);
        assert!(again.contains("0 projects created, 0 changed, 2 unchanged"), "{again}");
        assert_eq!(catalogue(&database).await, rows, "importing again changes nothing");

        let server = Server::start(database).await;
        let data = server.data("{ projects(search: \"café\") { nodes { title startDate lead { code } budget { amount currency }
            sources { name recordId } } } }", serde_json::json!({})).await;
        assert_eq!(data["projects"]["nodes"], serde_json::json!([{ "title": "Damp café", "startDate": "2015-12-01",
            "lead": { "code": "LDS" }, "budget": { "amount": "20000.00", "currency": "GBP" },
            "sources": [{ "name": "projekte", "recordId": "1" }] }]));
    }

    async fn unreadable_files_are_refused_whole(database: Database) {
        let folder = database.folder();
        let mut latin = table(&[("1", "Caf\u{e9} sensors", DAMP)]).into_bytes();
        let place = latin.windows(2).position(|pair| pair == [0xc3, 0xa9]).unwrap();
        latin.splice(place..place + 2, [0xe9]);
        let latin = write(folder, "latin.csv", latin);
        let (_, err) = ends(0, folder, &["import", "projects", &latin, "--database-url", &database.url]);
        assert!(err.contains("Windows-1252") && err.contains("1 projects created"), "{err}");
        let binary = write(folder, "binary.csv", [0, 1, 2, 0, 255, 0]);
        let nameless = write(folder, "nameless.csv", "a,b\n1,2\n");
        let rows = catalogue(&database).await;
        for (file, reason) in [(binary.as_str(), "not text"), ("absent.csv", "no such file"), (".", "folder"), (&nameless, "title")] {
            let (_, err) = ends(2, folder, &["import", "projects", file, "--database-url", &database.url]);
            assert!(err.contains(reason) && err.contains(file.rsplit('/').next().unwrap()), "{file}: {err}");
        }
        assert_eq!(catalogue(&database).await, rows);
    }

    async fn real_inconsistent_files_are_imported_once(database: Database) {
        let Some(shared) = shared() else { return };
        let folder = database.folder();
        let import = |name: &str, status: i32| {
            let file = shared.join("data/projects").join(name);
            ends(status, folder, &["import", "projects", file.to_str().unwrap(), "--errors", "errors.csv",
                "--database-url", &database.url]).1
        };
        let said = import("digiscot_projects.csv", 1);
        assert!(said.contains("83 projects created") && said.contains("1 rows refused"), "{said}");
        assert!(said.contains("line 40, endDate"), "a period that ends before it starts: {said}");
        let said = import("ips_cases.csv", 0);
        assert!(said.contains("853 projects created") && said.contains(" 0 rows refused"), "{said}");
        let errors = fs::read_to_string(folder.join("errors.csv")).unwrap();
        assert!(!errors.contains("row refused") && errors.contains("is not a web address"), "{errors}");
        let rows = catalogue(&database).await;
        assert_eq!(rows["project"], 83 + 853);
        assert!(import("digiscot_projects.csv", 1).contains("0 projects created, 0 changed, 83 unchanged"));
        assert!(import("ips_cases.csv", 0).contains("0 projects created, 0 changed, 853 unchanged"));
        assert_eq!(catalogue(&database).await, rows);
    }

    async fn an_export_is_known_again_and_its_edits_are_taken(database: Database) {
        let folder = database.folder();
        let at = ["--database-url", &database.url];
        let run = |arguments: &[&str]| ends(0, folder, &[arguments, &at].concat());
        run(&["demo", "--report-only"]);
        let elsewhere = Database::create(database.backend).await.unwrap();
        for format in ["csv", "jsonl"] {
            let file = format!("catalogue.{format}");
            let (_, said) = run(&["export", "projects", "--format", format, "--out", &file]);
            assert!(said.contains("62 projects written"), "{said}");
            let (_, said) = run(&["import", "projects", &file]);
            assert!(said.contains("0 projects created, 0 changed, 62 unchanged"), "{format}: {said}");
            let (shown, _) = run(&["export", "projects", "--format", format]);
            assert_eq!(shown, fs::read_to_string(folder.join(&file)).unwrap(), "the same on standard output");
        }
        let (_, said) = ends(0, folder, &["import", "projects", "catalogue.csv", "--database-url", &elsewhere.url]);
        assert!(said.contains("62 projects created"), "another catalogue: {said}");
        let (_, said) = ends(0, folder, &["import", "projects", "catalogue.jsonl", "--source", "catalogue",
            "--database-url", &elsewhere.url]);
        assert!(said.contains("0 projects created, 0 changed, 62 unchanged"), "both formats say the same: {said}");
        elsewhere.remove().await;

        let text = fs::read_to_string(folder.join("catalogue.jsonl")).unwrap();
        let line = text.lines().find(|line| line.contains("Damp and mould IoT (Greenwich)")).unwrap();
        let edited = line.replace("Damp and mould IoT (Greenwich)", "Damp in Greenwich");
        let id = serde_json::from_str::<serde_json::Value>(&edited).unwrap()["id"].as_str().unwrap().to_owned();
        write(folder, "edited.jsonl", &edited);
        let (_, said) = run(&["import", "projects", "edited.jsonl"]);
        assert!(said.contains("0 projects created, 1 changed, 0 unchanged"), "{said}");
        write(folder, "bare.csv", format!("id,title,phase\n{id},Damp in Greenwich,beta\n"));
        let (_, said) = run(&["import", "projects", "bare.csv"]);
        assert!(said.contains("0 projects created, 1 changed, 0 unchanged"), "{said}");
        let server = Server::start(database).await;
        let data = server.data("{ projects(search: \"Damp Greenwich\") { nodes { title summary phase lead { name }
            history { nodes { version changedBy changes { field } } } } } }", serde_json::json!({})).await;
        let project = &data["projects"]["nodes"][0];
        assert_eq!((&project["title"], &project["phase"]), (&serde_json::json!("Damp in Greenwich"), &serde_json::json!("BETA")));
        assert!(project["summary"].as_str().unwrap().len() > 20 && project["lead"]["name"].is_string(),
            "what the second file left empty stays: {project}");
        let history = project["history"]["nodes"].as_array().unwrap();
        assert_eq!((history.len(), &history[1]["changedBy"]), (3, &serde_json::json!("edited, line 1")));
        assert_eq!(history[0]["changes"], serde_json::json!([{ "field": "phase" }]));
    }

    async fn drafts_are_checked_against_the_database(database: Database) {
        let folder = database.folder();
        let standing = write(folder, "standing.csv", table(&[("1", "Damp", DAMP), ("2", "Bins", BINS)]));
        ends(0, folder, &["import", "projects", &standing, "--database-url", &database.url]);
        let rows = counts(&database).await;
        let drafts = write(folder, "drafts.csv", table(&[("mine", "Mould", DAMP_AGAIN)]));
        let (out, err) = ends(0, folder, &["check", &drafts, "--database-url", &database.url]);
        assert!(err.contains("1 drafts against 2 records"), "{err}");
        let line = out.lines().nth(1).unwrap_or_else(|| panic!("no pair in {out}"));
        assert!(line.starts_with("mine,") && out.lines().count() == 2, "{out}");
        assert_eq!(counts(&database).await, rows, "a check stores nothing");
        let id = line.split(',').nth(1).unwrap().to_owned();
        let server = Server::start(database).await;
        let project = server.data("query ($id: ID!) { project(id: $id) { title } }", serde_json::json!({ "id": id })).await;
        assert_eq!(project["project"]["title"], "Damp", "the pair names the project by its global id");
    }

    async fn a_second_server_on_one_address_says_so(server: Server) {
        let address = server.url.trim_start_matches("http://").to_owned();
        let (_, err) = ends(2, server.database.folder(), &["serve", "--bind", &address, "--database-url", &server.database.url]);
        assert!(err.contains(&address) && err.contains("in use"), "{err}");
        server.data("{ __typename }", serde_json::json!({})).await;
    }
}
