//! Answering: drafts, officers at one response, submitting, reviewing.

use serde_json::{Value, json};
use tandem::access::{Role, Viewer};
use tests::Inside;

use super::*;

const REVIEW: &str = "mutation ($input: ReviewSurveyResponseInput!) { reviewSurveyResponse(input: $input) { errors { code message path } response { state } } }";
const DECLINE: &str = "mutation ($input: DeclineSurveyInput!) { declineSurvey(input: $input) { errors { code message path } response { state reason } } }";

async fn read(inside: &Inside, token: &str) -> Value {
    ask(inside, &Viewer::public(), READ, json!({ "token": token })).await
}

tests::on_each_database! {
    async fn officers_merge_by_question_and_a_true_conflict_shows_both(inside: Inside) {
        let (_, tokens) = open(&inside).await;
        let (one, other) = (&tokens[0], &tokens[1]);
        let first = answer(&inside, SAVE, json!({ "token": one, "answers": [
            { "question": "started", "yes": true }, { "question": "winning", "text": " Sensors " }] })).await;
        assert_eq!(first["errors"], json!([]));
        assert_eq!(first["response"]["state"], "DRAFT");
        // The other officer saw an empty form, and answers another question, the same question alike, and one otherwise.
        let second = answer(&inside, SAVE, json!({ "token": other, "answers": [
            { "question": "staff", "number": 12 }, { "question": "started", "yes": true }, { "question": "winning", "text": "Chatbots" }] })).await;
        assert_eq!(second["errors"], json!([]));
        assert_eq!(second["conflicts"], json!([{ "question": "winning", "storedBy": "officer of LDS", "revision": 1,
            "stored": { "yes": null, "choice": null, "number": null, "text": "Sensors", "money": null },
            "yours": { "yes": null, "choice": null, "number": null, "text": "Chatbots", "money": null } }]));
        let answers = second["response"]["answers"].as_array().unwrap();
        let told: Vec<(&str, i64)> = answers.iter().map(|a| (a["question"].as_str().unwrap(), a["revision"].as_i64().unwrap())).collect();
        assert_eq!(told, [("staff", 1), ("started", 1), ("winning", 1)]);
        // Having seen both, the officer decides.
        let decided = answer(&inside, SAVE, json!({ "token": other, "answers": [{ "question": "winning", "text": "Sensors and chatbots", "revision": 1 }] })).await;
        assert_eq!(decided["conflicts"], json!([]));
        let cleared = answer(&inside, SAVE, json!({ "token": one, "answers": [{ "question": "winning", "clear": true, "revision": 2 }] })).await;
        assert_eq!(cleared["response"]["answers"][2]["answer"], json!(null));
        // Nothing that anybody wrote is lost.
        let history = "query ($token: String!) { surveyResponse(token: $token) { history(question: \"winning\") { answer { text } } } }";
        let kept = ask(&inside, &Viewer::public(), history, json!({ "token": one })).await["history"].take();
        assert_eq!(kept, json!([{ "answer": null }, { "answer": { "text": "Sensors and chatbots" } },
            { "answer": { "text": "Chatbots" } }, { "answer": { "text": "Sensors" } }]));
    }

    async fn many_officers_at_once_lose_nothing(inside: Inside) {
        let (_, tokens) = open(&inside).await;
        let saves = (0..12).map(|number| {
            let token = tokens[number % 2].clone();
            let question = if number % 3 == 0 { "staff" } else { "winning" };
            let content = match question { "staff" => json!({ "question": question, "number": number }), _ => json!({ "question": question, "text": format!("text {number}") }) };
            let inside = &inside;
            async move { answer(inside, SAVE, json!({ "token": token, "answers": [content] })).await }
        });
        let done = futures_util::future::join_all(saves).await;
        assert!(done.iter().all(|payload| payload["errors"] == json!([])), "{done:#?}");
        let conflicts: usize = done.iter().map(|payload| payload["conflicts"].as_array().unwrap().len()).sum();
        assert_eq!(conflicts, 10, "one of each question was first");
        let rows = tests::rows::column::<i64>(inside.app.db.read(), "SELECT COUNT(*) AS n FROM survey_answer_version", "n").await;
        assert_eq!(rows, [12]);
    }

    async fn what_cannot_be_an_answer_is_told_by_its_path_and_changes_nothing(inside: Inside) {
        let (_, tokens) = open(&inside).await;
        answer(&inside, SAVE, json!({ "token": tokens[0], "answers": [{ "question": "started", "yes": true }] })).await;
        let refused = answer(&inside, SAVE, json!({ "token": tokens[0], "answers": [
            { "question": "staff", "number": 5 },
            { "question": "staff", "text": "five" },
            { "question": "no_such", "yes": true },
            { "question": "why", "choice": "money" },
            { "question": "spend", "money": { "amount": "1.234", "currency": "GBP" } },
            { "question": "spend", "money": { "amount": "1", "currency": "pounds" } },
            { "question": "winning", "text": "a", "yes": true },
            { "question": "winning" }] })).await;
        assert_eq!(mistakes(&refused), ["INVALID input.answers.4.money.amount", "INVALID input.answers.5.money.currency",
            "REQUIRED input.answers.6", "REQUIRED input.answers.7"]);
        let refused = answer(&inside, SAVE, json!({ "token": tokens[0], "answers": [
            { "question": "staff", "number": 5 }, { "question": "winning", "number": 5 }, { "question": "no_such", "yes": true },
            { "question": "why", "choice": "money" }, { "question": "spend", "confirm": true }] })).await;
        assert_eq!(mistakes(&refused), ["CONFLICT input.answers.3.question", "INVALID input.answers.1",
            "NOT_FOUND input.answers.2.question", "NOT_FOUND input.answers.4.confirm"]);
        let long = answer(&inside, SAVE, json!({ "token": tokens[0], "answers": [{ "question": "winning", "text": "x".repeat(10_000_000) }] })).await;
        assert_eq!(mistakes(&long), ["TOO_LONG input.answers.0.text"]);
        let read = read(&inside, &tokens[0]).await;
        assert_eq!(read["answers"].as_array().unwrap().len(), 1, "what was saved before is there, and nothing else");
    }

    async fn submitting_checks_everything_and_each_submission_is_kept(inside: Inside) {
        let (_, tokens) = open(&inside).await;
        let token = &tokens[0];
        let wrong = answer(&inside, SUBMIT, json!({ "token": token, "answers": [
            { "question": "staff", "number": 2000 }, { "question": "spend", "money": { "amount": "5", "currency": "XTS" } },
            { "question": "winning", "text": "x".repeat(101) },
            { "question": "projects", "projects": [{ "title": "A", "partners": ["Nowhere Town Council of Nothing"] }, { "summary": "B" }] }] })).await;
        assert_eq!(mistakes(&wrong), [
            "INVALID input.answers.spend.currency", "NOT_FOUND input.answers.projects.projects.0.partners.0",
            "OUT_OF_RANGE input.answers.staff", "REQUIRED input.answers.projects.projects.0.summary",
            "REQUIRED input.answers.projects.projects.1.title", "REQUIRED input.answers.started", "TOO_LONG input.answers.winning"]);
        assert_eq!(read(&inside, token).await["state"], "INVITED", "nothing was changed");
        let right = json!({ "token": token, "answers": [{ "question": "started", "yes": false }, { "question": "why", "choice": "money" }] });
        let first = answer(&inside, SUBMIT, right.clone()).await;
        assert_eq!((&first["errors"], &first["response"]["state"], &first["response"]["version"]), (&json!([]), &json!("SUBMITTED"), &json!(1)));
        let mut again = right.clone();
        again["answers"] = json!([]);
        assert_eq!(answer(&inside, SUBMIT, again).await["response"]["version"], 1, "submitting again changes nothing");

        // A condition that is no longer met: the answer is kept, and submitted no more.
        let other = json!({ "token": token, "answers": [{ "question": "started", "yes": true, "revision": 1 }] });
        let second = answer(&inside, SUBMIT, other).await["response"].take();
        assert_eq!(second["version"], 2);
        assert_eq!(second["submissions"][0]["answers"], json!([{ "question": "started" }]));
        assert_eq!(second["submissions"][1]["answers"], json!([{ "question": "started" }, { "question": "why" }]));
        assert_eq!(second["answers"].as_array().unwrap().len(), 2);

        let reviewer = holding(Role::Reviewer, None);
        let decide = async |version: i32, decision: &str, remarks: Value| {
            let input = json!({ "id": second["id"], "version": version, "decision": decision, "remarks": remarks });
            ask(&inside, &reviewer, REVIEW, json!({ "input": input })).await
        };
        assert_eq!(mistakes(&decide(1, "APPROVED", json!(null)).await), ["CONFLICT input.version"]);
        assert_eq!(mistakes(&decide(2, "RETURNED", json!(" ")).await), ["REQUIRED input.remarks"]);
        assert_eq!(decide(2, "RETURNED", json!("Say how many staff")).await["response"]["state"], "RETURNED");
        let third = answer(&inside, SUBMIT, json!({ "token": token, "answers": [{ "question": "staff", "number": 7 }] })).await["response"].take();
        assert_eq!((&third["version"], &third["submissions"][1]["remarks"]), (&json!(3), &json!("Say how many staff")));
        assert_eq!(decide(3, "APPROVED", json!(null)).await["response"]["state"], "APPROVED");
        let late = answer(&inside, SAVE, json!({ "token": token, "answers": [{ "question": "staff", "number": 8, "revision": 1 }] })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.wave"]);
    }

    async fn a_closed_round_takes_nothing_and_keeps_what_was_saved(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        answer(&inside, SAVE, json!({ "token": tokens[0], "answers": [{ "question": "started", "yes": true }] })).await;
        close(&inside, &wave).await;
        for (query, input) in [
            (SAVE, json!({ "token": tokens[0], "answers": [{ "question": "started", "yes": false, "revision": 1 }] })),
            (SUBMIT, json!({ "token": tokens[0] })),
            (DECLINE, json!({ "token": tokens[0] })),
        ] {
            // The links ended with the round when they were made; this one ended early, so they still open it for reading.
            let refused = answer(&inside, query, input).await;
            assert_eq!(mistakes(&refused), ["CONFLICT input.wave"], "{query}");
        }
        assert_eq!(read(&inside, &tokens[0]).await["answers"][0]["answer"]["yes"], true);
        let open_again = json!({ "input": { "id": wave, "closesAt": "2099-01-01T00:00:00Z" } });
        let again = ask(&inside, &operator(), "mutation ($input: ChangeSurveyWaveInput!) { changeSurveyWave(input: $input) { errors { code message path } } }", open_again).await;
        assert_eq!(mistakes(&again), ["CONFLICT input.id"], "its results are told");
    }

    async fn an_authority_declines_and_may_think_again(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        let refused = answer(&inside, DECLINE, json!({ "token": tokens[0], "reason": "No time" })).await["response"].take();
        assert_eq!(refused, json!({ "state": "REFUSED", "reason": "No time" }));
        answer(&inside, DECLINE, json!({ "token": tokens[2], "ineligible": true })).await;
        let rates = "query ($wave: ID!) { surveyResponseRates(wave: $wave) { invited ineligible refused partial responded rate } }";
        let told = ask(&inside, &Viewer::public(), rates, json!({ "wave": wave })).await;
        assert_eq!(told, json!([{ "invited": 2, "ineligible": 1, "refused": 1, "partial": 0, "responded": 0, "rate": 0.0 }]));
        let back = answer(&inside, SUBMIT, json!({ "token": tokens[0], "answers": [{ "question": "started", "yes": true }] })).await;
        assert_eq!(back["response"]["state"], "SUBMITTED");
        assert_eq!(mistakes(&answer(&inside, DECLINE, json!({ "token": tokens[0] })).await), ["CONFLICT input.wave"]);
        let told = ask(&inside, &Viewer::public(), rates, json!({ "wave": wave })).await;
        assert_eq!(told, json!([{ "invited": 2, "ineligible": 1, "refused": 0, "partial": 0, "responded": 1, "rate": 1.0 }]));
    }

    async fn accounts_answer_for_their_own_authority_only(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        let (leeds, bristol) = (authority(&inside, "LDS").await, authority(&inside, "BST").await);
        let read = "query ($wave: ID!, $authority: ID!) { surveyResponse(wave: $wave, authority: $authority) { state } }";
        let editor = holding(Role::Editor, Some(&leeds));
        let save = json!({ "input": { "wave": wave, "authority": leeds, "answers": [{ "question": "started", "yes": true }] } });
        assert_eq!(ask(&inside, &editor, SAVE, save.clone()).await["response"]["state"], "DRAFT");
        let member = inside.ask(&holding(Role::Member, Some(&leeds)), SAVE, save.clone()).await;
        assert_eq!(member["errors"][0]["extensions"]["code"], "FORBIDDEN");
        for viewer in [Viewer::public(), holding(Role::Editor, Some(&bristol))] {
            let answer = ask(&inside, &viewer, SAVE, save.clone()).await;
            assert_eq!(mistakes(&answer), ["NOT_FOUND input.wave"], "it looks as if it were not there");
            let answer = inside.ask(&viewer, read, json!({ "wave": wave, "authority": leeds })).await;
            assert_eq!(answer["data"], json!(null));
        }
        let seen = ask(&inside, &holding(Role::Member, Some(&leeds)), read, json!({ "wave": wave, "authority": leeds })).await;
        assert_eq!(seen["state"], "DRAFT");
        let by = ask(&inside, &Viewer::public(), SAVE, json!({ "input": { "token": tokens[0], "answers": [] } })).await;
        assert_eq!(by["response"]["answers"][0]["answeredBy"], "Ada");
    }
}
