//! Files of every format in and out, over the real binary; exports against the official schemas.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tests::rows::counts;
use tests::{Database, shared, tandem};

/// A project that says all that a project can say, and one that continues it.
const RICH: &str = r#"{"id": "a", "title": "Warm homes", "summary": "Heat pumps and sensors in 200 homes", "kind": "DEMONSTRATOR", "phase": "BETA", "authority": "Leeds City Council", "partners": ["City of York Council"], "funders": ["Innovate UK", "Fund, the Second"], "suppliers": ["Pumps & Co <Ltd>"], "evaluators": ["University of Leeds"], "themes": ["housing", "energy, and heat"], "technologies": ["IoT"], "programme": "Net Zero Living", "outcome": "=Bills fell", "findings": [{"finding": "WORKED", "statement": "Bills fell by a fifth", "evidence": "Meters"}], "adopters": ["Hull City Council on 2024-05-01"], "places": ["Chapeltown"], "cofog": ["06"], "goals": [7, 11], "startDate": "2023-04", "endDate": "2024", "budget": "250000.50 GBP", "awards": [{"amount": "120000.50", "currency": "GBP", "awardedOn": "2023-02-01", "funder": "Innovate UK"}, {"amount": "5000", "currency": "EUR", "funder": "Fund, the Second"}], "sources": ["https://example.org/a"], "links": ["https://example.org/b", "https://example.org/c"], "relations": ["CONTINUES b"], "note": "First line\nSecond line"}
{"id": "b", "title": "Warm homes, first try", "summary": "Heat pumps in 10 homes", "authority": "Leeds City Council", "award": "£10,000", "awardedOn": "2021-03-04", "funders": ["Innovate UK"]}
"#;

/// Runs to the end and claims the status; what was said on standard output and standard error.
#[track_caller]
fn ends(status: i32, folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = tandem(folder, arguments);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(status),
        "{arguments:?} said\n{out}\n{err}"
    );
    (out, err)
}

/// What a catalogue says, without the ids that it gave, by title.
fn said(folder: &Path, url: &str) -> Vec<Value> {
    let (out, _) = ends(
        0,
        folder,
        &["export", "projects", "--format", "jsonl", "--database-url", url],
    );
    let mut projects: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let titles: Vec<(Value, Value)> = projects
        .iter()
        .map(|one| (one["id"].clone(), one["title"].clone()))
        .collect();
    for project in &mut projects {
        // Ids differ from catalogue to catalogue; the titles that they stand for do not.
        for relation in project["relations"].as_array_mut().into_iter().flatten() {
            let other = titles.iter().find(|(id, _)| *id == relation["project"]);
            relation["project"] = other.map(|(_, title)| title.clone()).unwrap_or_default();
        }
        project.as_object_mut().unwrap().remove("id");
    }
    projects.sort_by_key(|project| project["title"].to_string());
    projects
}

tests::on_each_database! {
    /// Import, export and import again loses nothing, in every format, into the same catalogue and into another.
    async fn every_format_brings_back_what_it_took(database: Database) {
        let folder = database.folder();
        fs::write(folder.join("rich.jsonl"), RICH).unwrap();
        let at = ["--database-url", &database.url];
        let (_, told) = ends(0, folder, &[&["import", "projects", "rich.jsonl", "--no-overlaps"], &at[..]].concat());
        assert!(told.contains("2 projects created"), "{told}");
        let before = said(folder, &database.url);
        assert_eq!(before[0]["relations"], json!([{ "relation": "CONTINUES", "project": "Warm homes, first try" }]),
            "a relation to a record further down");
        assert_eq!(before[0]["findings"][0]["finding"], "WORKED");
        let elsewhere = Database::create(database.backend).await.unwrap();
        let there = ["--no-overlaps", "--database-url", &elsewhere.url];
        for (place, format) in ["csv", "jsonl", "xlsx", "iati", "360giving-json", "360giving-csv"].into_iter().enumerate() {
            let file = format!("catalogue.{format}");
            ends(0, folder, &[&["export", "projects", "--format", format, "--out", &file], &at[..]].concat());
            let (_, told) = ends(0, folder, &[&["import", "projects", &file, "--no-overlaps"], &at[..]].concat());
            assert!(told.contains("0 projects created, 0 changed, 2 unchanged, 0 rows refused"), "{format}: {told}");
            // The files have one source name and the same ids, so that any difference in content would be a change.
            let (_, told) = ends(0, folder, &[&["import", "projects", &file], &there[..]].concat());
            let expected = if place == 0 { "2 projects created" } else { "0 projects created, 0 changed, 2 unchanged" };
            assert!(told.contains(expected), "{format}: {told}");
        }
        assert_eq!(said(folder, &elsewhere.url), before);
        elsewhere.remove().await;
    }

    /// The official example of IATI comes in; a file with a document type does not, whatever it would do.
    async fn hostile_files_change_nothing(database: Database) {
        let folder = database.folder();
        let at = ["--no-overlaps", "--database-url", &database.url];
        let import = |status, file: &str| ends(status, folder, &[&["import", "projects", file], &at[..]].concat()).1;
        ends(0, folder, &["migrate", "--database-url", &database.url]);
        let rows = counts(&database).await;
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>";
        let outside = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
        let activity = |text: &str| format!("<iati-activities version=\"2.03\"><iati-activity><title><narrative>{text}</narrative></title></iati-activity></iati-activities>");
        let cases = [
            ("bomb.xml", format!("{bomb}{}", activity("&b;")), "DOCTYPE"),
            ("outside.xml", format!("<?xml version=\"1.0\"?>\n{outside}{}", activity("&a;")), "DOCTYPE"),
            ("entity.xml", activity("&b;"), "not one of XML's own"),
            ("deep.xml", format!("<iati-activity>{}", "<a>".repeat(1_000)), "too deep"),
            ("long.xml", activity(&"x".repeat(17 << 20)), "longer than 16 mebibytes"),
            ("cut.xml", "<iati-activities><iati-activity><title>".to_owned(), "never ends"),
            ("other.xml", "<html><body/></html>".to_owned(), "without an iati-activity"),
            ("fake.xlsx", "PK\u{3}\u{4} and no more".to_owned(), "cannot be unpacked"),
        ];
        for (name, content, reason) in cases {
            fs::write(folder.join(name), content).unwrap();
            let told = import(2, name);
            assert!(told.contains(reason) && !told.contains("root:") && !told.contains("panicked"), "{name}: {told}");
        }
        assert_eq!(counts(&database).await, rows);
        let Some(shared) = shared() else { return };
        let example = shared.join("standards/iati/example-activity.xml");
        let told = import(0, example.to_str().unwrap());
        assert!(told.contains("1 projects created, 0 changed, 0 unchanged, 0 rows refused"), "{told}");
        let project = said(folder, &database.url).remove(0);
        assert_eq!(project["title"], "Activity title");
        assert_eq!((&project["startDate"], &project["budget"], &project["currency"]), (&json!("2012-04-28"), &json!("3000.00"), &json!("EUR")));
        assert_eq!(project["funders"], json!(["Name of Agency B", "Agency B"]));
        let note = project["note"].as_str().unwrap();
        for kept in [
            "IATI iati-identifier: AA-AAA-123456789-ABC123",
            "IATI humanitarian-scope: type=1 vocabulary=1-2 code=EQ-2015-000048-NPL Nepal Earthquake April 2015",
            "IATI planned-disbursement: type=1 (period-start iso-date=2014-01-01",
            "IATI indicators: measure=1",
            "IATI legacy-data: name=Project Status value=7",
        ] {
            assert!(note.contains(kept), "{kept}: {note}");
        }
        assert!(!note.contains("transparency@example.org") && !note.contains("A. Example"), "people to write to are left out: {note}");
    }

    /// Exports follow the official schemas, and the schemas are really looked at.
    async fn exports_follow_the_standards(database: Database) {
        let Some(shared) = shared() else { return };
        let folder = database.folder();
        let at = ["--database-url", &database.url];
        ends(0, folder, &[&["demo", "--report-only"], &at[..]].concat());
        fs::write(folder.join("rich.jsonl"), RICH).unwrap();
        ends(0, folder, &[&["import", "projects", "rich.jsonl", "--no-overlaps"], &at[..]].concat());
        for (format, file) in [("360giving-json", "grants.json"), ("iati", "activities.xml")] {
            let (_, told) = ends(0, folder, &[&["export", "projects", "--format", format, "--out", file], &at[..]].concat());
            assert!(told.contains("64 projects written"), "{told}");
        }
        let package: Value = serde_json::from_slice(&fs::read(folder.join("grants.json")).unwrap()).unwrap();
        assert!(package["grants"].as_array().unwrap().len() > 20, "grants of the demonstration catalogue");
        assert_eq!(faults(&shared, &package), Vec::<String>::new());
        for (path, wrong) in [("/grants/0/dateModified", json!("yesterday")), ("/grants/0/awardDate", json!("1/2/2020")),
            ("/grants/0/currency", json!("ZZZ")), ("/grants/0/fundingOrganization", json!([]))] {
            let mut bad = package.clone();
            *bad.pointer_mut(path).unwrap() = wrong;
            assert!(!faults(&shared, &bad).is_empty(), "{path} is not looked at");
        }
        if Command::new("xmllint").arg("--version").output().is_err() {
            return tests::skip("xmllint is not installed");
        }
        let schema = shared.join("standards/iati/iati-activities-schema.xsd");
        let lint = |file: &str| Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(&schema)
            .arg(folder.join(file)).output().unwrap();
        let verdict = lint("activities.xml");
        assert!(verdict.status.success(), "{}", String::from_utf8_lossy(&verdict.stderr));
        let text = fs::read_to_string(folder.join("activities.xml")).unwrap();
        fs::write(folder.join("bad.xml"), text.replacen("<activity-status code=", "<activity-state code=", 1)).unwrap();
        assert!(!lint("bad.xml").status.success());
    }
}

/// What the official package schema, with the grant schema that it names, has against a package.
fn faults(shared: &Path, package: &Value) -> Vec<String> {
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(shared.join("standards/360giving").join(name)).unwrap();
        let mut schema: Value = serde_json::from_str(&text).unwrap();
        // The file names the dialect by http; its name begins with https.
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema
    };
    let (whole, grant) = (
        read("360-giving-package-schema.json"),
        read("360-giving-schema.json"),
    );
    let named = whole
        .pointer("/properties/grants/items/$ref")
        .unwrap()
        .as_str()
        .unwrap();
    let registry = jsonschema::Registry::new()
        .add(named, grant)
        .unwrap()
        .prepare()
        .unwrap();
    let validator = jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&whole)
        .unwrap();
    validator
        .iter_errors(package)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// A grant of another publisher comes back with what the catalogue has no field for.
#[test]
fn what_another_publisher_said_goes_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let grant = |id: &str, amount: i64, date: &str| {
        json!({
            "id": id, "title": "Community lights", "description": "Lamps", "currency": "GBP",
            "amountAwarded": amount, "awardDate": date, "fromOpenCall": "Yes",
            "plannedDates": [{ "startDate": "2020-05", "duration": 12 }],
            "recipientOrganization": [{ "id": "GB-COH-01234567", "name": "Lamps CIC", "companyNumber": "01234567" }],
            "fundingOrganization": [{ "id": "GB-CHC-7654321", "name": "The Fund" }],
            "beneficiaryLocation": [{ "name": "Leeds", "geoCode": "E08000035", "geoCodeType": "LAD" }],
            "classifications": [{ "vocabulary": "Own", "code": "7", "title": "Lighting" }]
        })
    };
    let grants = [
        grant("360G-x-1", 500, "2020-01-02"),
        grant("360G-x-2", 700, "2021-01-02T00:00:00Z"),
    ];
    let package = json!({ "version": "1.4", "grants": grants });
    fs::write(folder.path().join("grants.json"), package.to_string()).unwrap();
    let at = ["--database-url", "sqlite:c.db"];
    let import = [&["import", "projects", "grants.json", "--no-overlaps"], &at[..]].concat();
    let (_, told) = ends(0, folder.path(), &import);
    assert!(
        told.contains("1 projects created"),
        "two grants are one project's: {told}"
    );
    let (out, _) = ends(
        0,
        folder.path(),
        &[&["export", "projects", "--format", "360giving-json"], &at[..]].concat(),
    );
    let back: Value = serde_json::from_str(&out).unwrap();
    for (mut back, grant) in back["grants"].as_array().unwrap().iter().cloned().zip(grants) {
        let fields = back.as_object_mut().unwrap();
        fields.remove("tandem");
        fields.remove("dateModified");
        let mut grant = grant;
        let day = grant["awardDate"]
            .as_str()
            .unwrap()
            .chars()
            .take(10)
            .collect::<String>();
        grant["awardDate"] = json!(day);
        assert_eq!(back, grant);
    }
}

#[test]
fn templates_are_read_as_they_are_given() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["csv", "jsonl", "xlsx"] {
        let file = format!("template.{format}");
        ends(
            0,
            folder.path(),
            &["export", "template", "--format", format, "--out", &file],
        );
        let import = [
            "import",
            "projects",
            &file,
            "--dry-run",
            "--database-url",
            "sqlite:c.db",
        ];
        let (_, told) = ends(0, folder.path(), &import);
        assert!(told.contains("1 projects would be created"), "{format}: {told}");
    }
    let (_, told) = ends(2, folder.path(), &["export", "template", "--format", "iati"]);
    assert!(told.contains("templates for csv, xlsx and jsonl"), "{told}");
}

#[test]
fn the_report_in_the_docs_is_the_real_one() {
    let Some(shared) = shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let name = "digiscot_projects.csv";
    fs::copy(shared.join("data/projects").join(name), folder.path().join(name)).unwrap();
    let import = [
        "import",
        "projects",
        name,
        "--no-overlaps",
        "--errors",
        "errors.csv",
        "--database-url",
        "sqlite:c.db",
    ];
    let (_, told) = ends(1, folder.path(), &import);
    let docs = fs::read_to_string(tests::root().join("docs/exchange.md")).unwrap();
    let id = told
        .split("undo ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .unwrap();
    let told = told.replace(id, "IMPORT");
    assert!(
        docs.contains(told.trim_end()),
        "docs/exchange.md shows another report than\n{told}"
    );
    let errors = fs::read_to_string(folder.path().join("errors.csv")).unwrap();
    assert_eq!(errors.lines().count(), 4, "{errors}");
    assert!(
        errors.contains("row refused") && errors.contains("names no year"),
        "{errors}"
    );
    let kept = said(folder.path(), "sqlite:c.db");
    let note = |project: &&Value| {
        project["note"]
            .as_str()
            .is_some_and(|note| note.contains("startDate as given: April"))
    };
    assert_eq!(
        kept.iter().filter(note).count(),
        1,
        "what was not understood is kept as given"
    );
}
