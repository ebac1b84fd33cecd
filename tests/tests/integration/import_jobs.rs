//! `tandem import` as a job: killed in the middle, gone on with, listed, taken back.

use std::fs;
use std::process::{Output, Stdio};

use tests::rows::{column, connect};
use tests::{Database, binary, eventually, tandem};

use crate::imports::{HEADER, catalogue, many, told};

fn said(output: &Output, status: i32) -> String {
    let said = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    assert_eq!(output.status.code(), Some(status), "{}", said.concat());
    said.concat()
}

async fn rows_done(database: &Database) -> i64 {
    let connection = connect(database).await;
    let done = column::<i64>(
        &connection,
        "SELECT rows_done FROM import_job ORDER BY id DESC LIMIT 1",
        "rows_done",
    )
    .await;
    connection.close().await.unwrap();
    done.first().copied().unwrap_or_default()
}

/// Begins to import a file, kills the process when the first batch is written, and says how far it came.
async fn killed_in_the_middle(database: &Database, rows: i64) -> i64 {
    // The tables are there before anybody looks at them.
    said(
        &tandem(database.folder(), &["migrate", "--database-url", &database.url]),
        0,
    );
    let mut command = binary::command(database.folder());
    command.args(["import", "projects", "many.csv", "--database-url", &database.url]);
    let mut process = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the first batch", async || {
        (rows_done(database).await > 0).then_some(())
    })
    .await;
    process.kill().unwrap();
    process.wait().unwrap();
    let done = rows_done(database).await;
    assert!(
        0 < done && done < rows && done % 500 == 0,
        "it was killed in the middle: {done}"
    );
    done
}

tests::on_each_database! {
    async fn a_killed_import_goes_on_exactly_where_it_stopped(database: Database) {
        let (folder, url) = (database.folder(), database.url.as_str());
        fs::write(folder.join("many.csv"), many(3_000)).unwrap();
        let done = killed_in_the_middle(&database, 3_000).await;
        assert_eq!(catalogue(&database).await["project"], done - done / 100, "every batch is there whole or not at all");
        let out = said(&tandem(folder, &["import", "projects", "many.csv", "--database-url", url]), 1);
        assert!(out.contains(&format!("going on after row {done}")), "{out}");
        assert!(out.contains("2970 projects created, 0 changed, 0 unchanged, 30 rows refused; 40 organisations"), "{out}");
        let whole = Database::create(database.backend).await.unwrap();
        said(&tandem(folder, &["import", "projects", "many.csv", "--database-url", &whole.url]), 1);
        assert_eq!(told(&database).await, told(&whole).await, "as if nothing had happened");
        assert_eq!(catalogue(&database).await["organisation"], catalogue(&whole).await["organisation"]);
        whole.remove().await;
    }

    async fn an_import_is_gone_on_with_by_its_name_and_taken_back(database: Database) {
        let (folder, url) = (database.folder(), database.url.as_str());
        fs::write(folder.join("many.csv"), many(3_000)).unwrap();
        fs::write(folder.join("other.csv"), HEADER).unwrap();
        killed_in_the_middle(&database, 3_000).await;
        let run = |status: i32, arguments: &[&str]| said(&tandem(folder, &[arguments, &["--database-url", url]].concat()), status);
        let listed = run(0, &["import", "list"]);
        assert!(listed.contains("COMMITTING") && listed.contains("many: "), "{listed}");
        let id = listed.split_whitespace().next().unwrap();
        for (arguments, reason) in [
            (vec!["import", "resume", id], "name the file again"),
            (vec!["import", "resume", id, "other.csv"], "is not the file"),
            (vec!["import", "undo", id, "--reason", " "], "a reason is needed"),
            (vec!["import", "undo", "nonsense", "--reason", "x"], "give an id"),
            (vec!["import", "undo", "01890000-0000-7000-8000-000000000000", "--reason", "x"], "no such import"),
        ] {
            let out = run(2, &arguments);
            assert!(out.contains(reason), "{arguments:?}: {out}");
        }
        run(1, &["import", "resume", id, "many.csv"]);
        assert_eq!(catalogue(&database).await["project"], 2_970);
        let again = run(2, &["import", "resume", id, "many.csv"]);
        assert!(again.contains("is COMMITTED and has nothing to go on with"), "{again}");
        let out = run(0, &["import", "undo", id, "--reason", "the wrong file"]);
        assert!(out.contains("2970 projects taken out, 0 restored, 0 left") && out.contains("0 overlaps stand"), "{out}");
        let stands = told(&database).await;
        assert!(stands.iter().all(|line| line.contains("|RETIRED|")), "all of them");
        run(0, &["import", "undo", id, "--reason", "again"]);
        assert_eq!(told(&database).await, stands, "undoing again does nothing");
    }

    async fn a_dry_run_shows_each_field_that_would_change(database: Database) {
        let (folder, url) = (database.folder(), database.url.as_str());
        let run = |arguments: &[&str]| said(&tandem(folder, &[arguments, &["--database-url", url]].concat()), 0);
        fs::write(folder.join("few.csv"), format!("{HEADER}1,Damp,Sensors warn of damp and mould in flats,LDS\n")).unwrap();
        let look = run(&["import", "projects", "few.csv", "--dry-run"]);
        assert!(look.contains("line 2: “Damp” would be created") && look.contains("1 projects would be created"), "{look}");
        assert_eq!(catalogue(&database).await["project"], 0);
        run(&["import", "projects", "few.csv"]);
        let stands = tests::rows::counts(&database).await;
        fs::write(folder.join("few.csv"), format!("{HEADER}1,Damp,Sensors warn of mould in flats,Leeds\n")).unwrap();
        let look = run(&["import", "projects", "few.csv", "--dry-run"]);
        assert!(look.contains("“Damp” would be changed\n    summary: “Sensors warn of damp and mould in flats” → “Sensors warn of mould in flats”"), "{look}");
        assert!(!look.contains("lead:"), "the same body by another name is no change: {look}");
        assert_eq!(tests::rows::counts(&database).await, stands, "a dry run leaves no trace");
    }

    async fn a_relation_to_a_project_that_nobody_knows_is_told_on_its_line(database: Database) {
        let (folder, url) = (database.folder(), database.url.as_str());
        let run = |arguments: &[&str]| said(&tandem(folder, &[arguments, &["--database-url", url]].concat()), 0);
        let record = |id: &str, relation: &str| {
            format!(r#"{{"id": "{id}", "title": "Damp {id}", "summary": "Sensors warn of damp and mould in flats {id}", "authority": "LDS", "relations": ["CONTINUES {relation}"]}}"#)
        };
        fs::write(folder.join("tied.jsonl"), [record("a", "b"), record("b", "gone")].join("\n")).unwrap();
        let stray = "line 2, relations: no project has the id “gone” (left out)";
        let look = run(&["import", "projects", "tied.jsonl", "--dry-run"]);
        assert!(look.contains(stray) && !look.contains("line 1,"), "{look}");
        let out = run(&["import", "projects", "tied.jsonl"]);
        assert!(out.contains(stray) && !out.contains("line 1,"), "{out}");
        assert_eq!(catalogue(&database).await["project_relation"], 1, "the other relation stands");
        let connection = connect(&database).await;
        let problems = column::<String>(&connection, "SELECT problems FROM import_row WHERE problems IS NOT NULL", "problems").await;
        connection.close().await.unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("no project has the id “gone”"), "{problems:?}");
    }
}
