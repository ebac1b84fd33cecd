//! An authority that took over from others goes on with what they told.

use serde_json::{Value, json};
use tandem::access::Viewer;
use tests::Inside;

use super::*;
use crate::drafts::damp;

tests::on_each_database! {
    async fn what_its_predecessors_told_is_filled_in_for_an_authority(inside: Inside) {
        let (_, set) = survey(&inside, SHORT).await;
        let first = wave(&inside, &set, "Spring", "2026-01-01T00:00:00Z").await;
        // Both became Somerset Council.
        let tokens = invite(&inside, &first, &["MEN", "SEG"]).await;
        let draft = damp();
        let project = json!({ "title": draft["title"], "summary": draft["summary"] });
        for (token, staff, projects) in [(&tokens[0], 12, json!([project])), (&tokens[1], 30, json!([]))] {
            let answers = json!([{ "question": "started", "yes": true }, { "question": "staff", "number": staff },
                { "question": "winning", "text": "Sensors" }, { "question": "projects", "projects": projects }]);
            assert_eq!(answer(&inside, SUBMIT, json!({ "token": token, "answers": answers })).await["errors"], json!([]));
        }
        inside.settle().await;
        close(&inside, &first).await;
        let second = wave(&inside, &set, "Autumn", "2026-02-01T00:00:00Z").await;
        let token = invite(&inside, &second, &["SMT"]).await.remove(0);
        let read = ask(&inside, &Viewer::public(), READ, json!({ "token": token })).await;
        let filled = |key: &str| read["prefilled"].as_array().unwrap().iter().find(|filled| filled["question"] == key).cloned();
        let started = filled("started").unwrap();
        assert_eq!((&started["source"], &started["answer"]["yes"]), (&json!("PREDECESSOR"), &json!(true)));
        assert_eq!(filled("winning").unwrap()["answer"]["text"], "Sensors");
        assert_eq!(filled("staff"), None, "12 and 30 are not one number: it is asked");
        let projects = filled("projects").unwrap();
        assert_eq!((&projects["source"], &projects["answer"]["projects"][0]["title"]), (&json!("CATALOGUE"), &draft["title"]));

        // Confirmed, the predecessor's project is the authority's own to go on with, and no second one is made.
        let confirmed: Vec<Value> = ["started", "projects"].into_iter().map(|key| json!({ "question": key, "confirm": true })).collect();
        let done = answer(&inside, SUBMIT, json!({ "token": token, "answers": confirmed })).await;
        assert_eq!((&done["errors"], &done["overlaps"]), (&json!([]), &json!([])));
        let all = ask(&inside, &Viewer::public(), "{ projects { totalCount nodes { lead { name } history(first: 1) { nodes { change } } } } }", json!({})).await;
        assert_eq!(all["nodes"], json!([{ "lead": { "name": "Mendip District Council" }, "history": { "nodes": [{ "change": "CONFIRMED" }] } }]));

        // Its own answers go before theirs from then on.
        close(&inside, &second).await;
        let third = wave(&inside, &set, "Winter", "2026-03-01T00:00:00Z").await;
        let token = invite(&inside, &third, &["SMT"]).await.remove(0);
        let read = ask(&inside, &Viewer::public(), READ, json!({ "token": token })).await;
        let sources: Vec<(&Value, &Value)> = read["prefilled"].as_array().unwrap().iter().map(|filled| (&filled["question"], &filled["source"])).collect();
        assert_eq!(sources, [(&json!("projects"), &json!("CATALOGUE")), (&json!("started"), &json!("EARLIER_ROUND"))]);
    }
}
