//! From answers to projects of the catalogue, and back into the next round.

use serde_json::{Value, json};
use tandem::access::Viewer;
use tests::Inside;

use super::*;
use crate::drafts::{damp, damp_elsewhere};

const CATALOGUE: &str = "{ projects(orderBy: { field: TITLE, direction: ASC }) { nodes { id title summary phase version lastConfirmedAt
    lead { name } participants { role organisation { name } } sources { name recordId }
    history(first: 1) { nodes { change changedBy } } } } }";

async fn catalogue(inside: &Inside) -> Vec<Value> {
    ask(inside, &Viewer::public(), CATALOGUE, json!({})).await["nodes"]
        .as_array()
        .unwrap()
        .clone()
}

/// A draft of a project as a survey takes it.
fn told(draft: &Value) -> Value {
    json!({ "title": draft["title"], "summary": draft["summary"], "themes": draft["themes"], "technologies": draft["technologies"] })
}

fn with(token: &str, projects: &Value, revision: i32) -> Value {
    json!({ "token": token, "answers": [{ "question": "started", "yes": true, "revision": revision.min(1) },
        { "question": "projects", "projects": projects, "revision": revision }] })
}

tests::on_each_database! {
    async fn a_project_that_is_told_is_recorded_with_where_it_comes_from_and_what_overlaps_it(inside: Inside) {
        let create = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { errors { message } project { id } } }";
        ask(&inside, &operator(), create, json!({ "input": damp_elsewhere() })).await;
        inside.settle().await;
        let (_, tokens) = open(&inside).await;
        let mut project = told(&damp());
        project["partners"] = json!(["City of York Council"]);
        project["phase"] = json!("BETA");
        let done = answer(&inside, SUBMIT, with(&tokens[0], &json!([project]), 0)).await;
        assert_eq!(done["errors"], json!([]));
        assert_eq!((&done["overlaps"][0]["title"], &done["overlaps"][0]["authorities"]), (&json!("Damp and mould sensors in council homes"), &json!(1)));
        assert_eq!(done["overlaps"][0]["projects"][0]["lead"]["name"], "London Borough of Camden");
        let all = catalogue(&inside).await;
        assert_eq!(all.len(), 2);
        let made = &all[0];
        assert_eq!((&made["lead"]["name"], &made["phase"]), (&json!("Leeds City Council"), &json!("BETA")));
        assert_eq!(made["sources"][0]["name"], "survey: Short, Spring");
        assert!(made["sources"][0]["recordId"].as_str().unwrap().ends_with("/projects/0"), "down to the answer");
        assert_eq!(made["history"]["nodes"][0], json!({ "change": "CREATED", "changedBy": "survey: Short, Spring" }));
        assert!(!serde_json::to_string(&all).unwrap().contains("officer of"), "who answered is nobody's business");

        // The same again, changed: the project changes, and there is no second one.
        let mut changed = project.clone();
        changed["summary"] = json!("Sensors in 900 council flats warn of damp before tenants complain; now in every estate.");
        let again = answer(&inside, SUBMIT, with(&tokens[0], &json!([changed]), 2)).await;
        assert_eq!((&again["errors"], &again["conflicts"], &again["response"]["version"]), (&json!([]), &json!([]), &json!(2)));
        let all = catalogue(&inside).await;
        assert_eq!((all.len(), &all[0]["version"], &all[0]["summary"]), (2, &json!(2), &changed["summary"]));
        assert_eq!(all[0]["sources"].as_array().unwrap().len(), 1);
        assert_eq!(all[0]["participants"].as_array().unwrap().len(), 2, "what was told before stays");
    }

    async fn the_engine_asks_whether_it_is_the_one_that_was_told_before(inside: Inside) {
        let create = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { errors { message } project { id } } }";
        let known = ask(&inside, &operator(), create, json!({ "input": damp() })).await["project"]["id"].take();
        inside.settle().await;
        let (_, tokens) = open(&inside).await;
        let mut project = told(&damp());
        project["title"] = json!("Sensors for damp and mould in council homes");
        project["id"] = json!("mine");
        answer(&inside, SAVE, with(&tokens[0], &json!([project]), 0)).await;
        let read = ask(&inside, &Viewer::public(), READ, json!({ "token": tokens[0] })).await;
        assert_eq!((&read["proposals"][0]["key"], &read["proposals"][0]["project"]["id"]), (&json!("mine"), &known));
        let asked = answer(&inside, SUBMIT, json!({ "token": tokens[0] })).await;
        assert_eq!(mistakes(&asked), ["AMBIGUOUS input.answers.projects.projects.0.project"]);
        assert_eq!(catalogue(&inside).await.len(), 1);
        let mut same = project.clone();
        same["project"] = known.clone();
        let done = answer(&inside, SUBMIT, with(&tokens[0], &json!([same]), 1)).await;
        assert_eq!(done["errors"], json!([]));
        let all = catalogue(&inside).await;
        assert_eq!((all.len(), &all[0]["title"], &all[0]["version"]), (1, &project["title"], &json!(2)));

        // Bristol cannot speak of the project of Leeds, and what it says is new is new.
        let foreign = answer(&inside, SUBMIT, with(&tokens[2], &json!([same]), 0)).await;
        assert_eq!(mistakes(&foreign), ["NOT_FOUND input.answers.projects.projects.0.project"]);
        let mut fresh = project.clone();
        fresh["isNew"] = json!(true);
        let done = answer(&inside, SUBMIT, with(&tokens[2], &json!([fresh]), 0)).await;
        assert_eq!(done["errors"], json!([]));
        assert_eq!(catalogue(&inside).await.len(), 2);
    }

    async fn the_next_round_is_filled_in_and_counts_only_what_is_confirmed(inside: Inside) {
        let (_, set) = survey(&inside, SHORT).await;
        let first = wave(&inside, &set, "Spring", "2026-01-01T00:00:00Z").await;
        let token = invite(&inside, &first, &["LDS"]).await.remove(0);
        let mut input = with(&token, &json!([told(&damp())]), 0);
        input["answers"].as_array_mut().unwrap().extend([json!({ "question": "staff", "number": 12 }), json!({ "question": "winning", "text": "Sensors" })]);
        assert_eq!(answer(&inside, SUBMIT, input).await["errors"], json!([]));
        close(&inside, &first).await;

        let second = wave(&inside, &set, "Autumn", "2026-02-01T00:00:00Z").await;
        let token = invite(&inside, &second, &["LDS"]).await.remove(0);
        let read = ask(&inside, &Viewer::public(), READ, json!({ "token": token })).await;
        assert_eq!((&read["state"], &read["answers"]), (&json!("INVITED"), &json!([])));
        let filled = read["prefilled"].as_array().unwrap();
        let keys: Vec<&str> = filled.iter().map(|filled| filled["question"].as_str().unwrap()).collect();
        assert_eq!(keys, ["projects", "staff", "started", "winning"]);
        assert_eq!((&filled[0]["source"], &filled[1]["source"]), (&json!("CATALOGUE"), &json!("EARLIER_ROUND")));
        assert_eq!(filled[0]["answer"]["projects"][0]["title"], "Damp and mould sensors in council homes");
        let nothing = answer(&inside, SUBMIT, json!({ "token": token })).await;
        assert_eq!(mistakes(&nothing), ["REQUIRED input.answers.started"], "what is filled in is no answer");

        let before = catalogue(&inside).await;
        let confirmed: Vec<Value> = ["started", "staff", "projects"].into_iter().map(|key| json!({ "question": key, "confirm": true })).collect();
        let done = answer(&inside, SUBMIT, json!({ "token": token, "answers": confirmed })).await;
        assert_eq!(done["errors"], json!([]));
        let keys: Vec<&str> = done["response"]["answers"].as_array().unwrap().iter().map(|a| a["question"].as_str().unwrap()).collect();
        assert_eq!(keys, ["projects", "staff", "started"], "what nobody confirmed does not count");
        let after = catalogue(&inside).await;
        assert_eq!((after.len(), &after[0]["history"]["nodes"][0]["change"]), (1, &json!("CONFIRMED")));
        assert_eq!(after[0]["summary"], before[0]["summary"]);
        assert_eq!(after[0]["sources"].as_array().unwrap().len(), 2, "one a round");
        let unchanged = json!([{ "id": done["response"]["answers"][0]["answer"]["projects"][0]["key"], "project": after[0]["id"], "unchanged": true }]);
        let again = answer(&inside, SUBMIT, json!({ "token": token, "answers": [{ "question": "projects", "projects": unchanged, "revision": 1 }] })).await;
        assert_eq!((&again["errors"], &again["conflicts"]), (&json!([]), &json!([])));
    }
    async fn a_project_that_was_recorded_a_moment_ago_is_asked_about_too(inside: Inside) {
        inside.settle().await;
        let (_, tokens) = open(&inside).await;
        let create = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { errors { message } project { id } } }";
        ask(&inside, &operator(), create, json!({ "input": damp() })).await;
        // The index has not read it: nobody told it to.
        let mut project = told(&damp());
        project["title"] = json!("Sensors for damp and mould in council homes");
        let done = answer(&inside, SUBMIT, with(&tokens[0], &json!([project]), 0)).await;
        assert_eq!(mistakes(&done), ["AMBIGUOUS input.answers.projects.projects.0.project"]);
        assert_eq!(catalogue(&inside).await.len(), 1);
    }

    async fn of_two_who_tell_one_project_at_once_one_is_asked(inside: Inside) {
        inside.settle().await;
        let (_, set) = survey(&inside, SHORT).await;
        let mut tokens = Vec::new();
        for name in ["Spring", "Summer"] {
            let wave = wave(&inside, &set, name, "2026-01-01T00:00:00Z").await;
            tokens.extend(invite(&inside, &wave, &["LDS"]).await);
        }
        let mut projects = [told(&damp()), told(&damp())];
        projects[1]["title"] = json!("Sensors for damp and mould in council homes");
        let (one, two) = tokio::join!(
            answer(&inside, SUBMIT, with(&tokens[0], &json!([projects[0]]), 0)),
            answer(&inside, SUBMIT, with(&tokens[1], &json!([projects[1]]), 0)),
        );
        let mut told = [mistakes(&one), mistakes(&two)];
        told.sort();
        assert_eq!(told, [vec![], vec!["AMBIGUOUS input.answers.projects.projects.0.project".to_owned()]]);
        assert_eq!(catalogue(&inside).await.len(), 1, "the catalogue has it once");
    }
}
