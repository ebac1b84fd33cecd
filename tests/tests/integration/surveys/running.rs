//! Making surveys, versions of what they ask, rounds and invitations.

use serde_json::json;
use tandem::access::{Role, Viewer};
use tests::Inside;

use super::*;

const CREATE: &str = "mutation ($input: CreateSurveyInput!) { createSurvey(input: $input) { errors { code message path }
    survey { id title threshold questionSets { id number revision publishedAt questions { key kind required confidential } } } } }";
const CHANGE: &str = "mutation ($input: ChangeQuestionSetInput!) { changeQuestionSet(input: $input) { errors { code message path }
    questionSet { revision number questions { key } } } }";
const CLONE: &str = "mutation ($input: CloneQuestionSetInput!) { cloneQuestionSet(input: $input) { errors { code message path }
    questionSet { id revision number publishedAt definition } } }";

tests::on_each_database! {
    async fn the_survey_that_ships_is_published_cloned_and_changed(inside: Inside) {
        let made = run(&inside, CREATE, json!({ "idempotencyKey": "one" })).await["survey"].take();
        assert_eq!((&made["title"], &made["threshold"]), (&json!("The digital journey of local authorities"), &json!(10)));
        let set = &made["questionSets"][0];
        assert!(set["questions"].as_array().unwrap().len() >= 7);
        assert_eq!((&set["number"], &set["publishedAt"]), (&json!(1), &json!(null)));
        let again = run(&inside, CREATE, json!({ "idempotencyKey": "one" })).await["survey"].take();
        assert_eq!(again["id"], made["id"], "a retry makes nothing twice");

        let public = Viewer::public();
        let list = "{ surveys { totalCount nodes { id } } }";
        assert_eq!(ask(&inside, &public, list, json!({})).await["totalCount"], 0, "it is nobody's business yet");
        let node = "query ($id: ID!) { node(id: $id) { id } }";
        assert_eq!(ask(&inside, &public, node, json!({ "id": set["id"] })).await, json!(null));

        let publish = "mutation ($input: PublishQuestionSetInput!) { publishQuestionSet(input: $input) { errors { code path } questionSet { publishedAt } } }";
        let published = run(&inside, publish, json!({ "id": set["id"] })).await;
        assert!(published["questionSet"]["publishedAt"].is_string());
        let change = json!({ "id": set["id"], "definition": SHORT, "revision": 1 });
        let refused = ask(&inside, &operator(), CHANGE, json!({ "input": change })).await;
        assert_eq!(mistakes(&refused), ["CONFLICT input.id"], "what is published never changes");
        assert_eq!(ask(&inside, &public, node, json!({ "id": set["id"] })).await["id"], set["id"]);

        let copy = run(&inside, CLONE, json!({ "id": set["id"] })).await["questionSet"].take();
        assert_eq!((&copy["number"], &copy["publishedAt"]), (&json!(2), &json!(null)));
        let changed = run(&inside, CHANGE, json!({ "id": copy["id"], "definition": SHORT, "revision": 1 })).await;
        assert_eq!((&changed["questionSet"]["revision"], &changed["questionSet"]["questions"][0]["key"]), (&json!(2), &json!("started")));
        let stale = json!({ "id": copy["id"], "definition": SHORT, "revision": 1 });
        let stale = ask(&inside, &operator(), CHANGE, json!({ "input": stale })).await;
        assert_eq!(mistakes(&stale), ["CONFLICT input.revision"]);
        let wrong = json!({ "id": copy["id"], "definition": "{\"title\": \"x\", \"questions\": [{\"id\": \"A b\"}]}", "revision": 2 });
        let wrong = ask(&inside, &operator(), CHANGE, json!({ "input": wrong })).await;
        assert_eq!(mistakes(&wrong), ["INVALID input.definition.questions.0.id", "REQUIRED input.definition.questions.0.kind",
            "REQUIRED input.definition.questions.0.text"]);
        let early = json!({ "questionSet": copy["id"], "name": " ", "opensAt": "2026-02-01T00:00:00Z", "closesAt": "2026-01-01T00:00:00Z" });
        let round = "mutation ($input: CreateSurveyWaveInput!) { createSurveyWave(input: $input) { errors { code message path } wave { id } } }";
        let early = ask(&inside, &operator(), round, json!({ "input": early })).await;
        assert_eq!(mistakes(&early), ["CONFLICT input.questionSet", "REQUIRED input.name", "REVERSED_PERIOD input.closesAt"]);
    }

    async fn only_administrators_run_surveys(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        let leeds = authority(&inside, "LDS").await;
        let tries = [
            (CREATE, json!({ "title": "Mine" })),
            (INVITE, json!({ "wave": wave, "invitations": [{ "authority": leeds }] })),
            ("mutation ($input: ReviewSurveyResponseInput!) { reviewSurveyResponse(input: $input) { errors { code } } }",
                json!({ "id": "x", "version": 1, "decision": "APPROVED" })),
        ];
        for (query, input) in tries {
            let mut input = input;
            if input["id"] == "x" {
                let read = ask(&inside, &Viewer::public(), READ, json!({ "token": tokens[0] })).await;
                input["id"] = read["id"].clone();
            }
            for (viewer, code) in [(Viewer::public(), "UNAUTHENTICATED"), (holding(Role::Editor, Some(&leeds)), "FORBIDDEN")] {
                let answer = inside.ask(&viewer, query, json!({ "input": input })).await;
                assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query} {answer}");
            }
        }
        let lists = "query ($id: ID!) { node(id: $id) { ... on SurveyWave { invitations { totalCount nodes { recipient } } } } }";
        let answer = inside.ask(&holding(Role::Reviewer, None), lists, json!({ "id": wave })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "contacts are not for reviewers");
        let seen = ask(&inside, &operator(), lists, json!({ "id": wave })).await;
        assert_eq!(seen["invitations"]["totalCount"], 3);
    }

    async fn links_are_shown_once_expire_and_are_taken_back(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        assert_eq!(tokens.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        assert!(tokens.iter().all(|token| token.len() == 43), "256 bits each");
        let public = Viewer::public();
        let read = async |token: &str| inside.ask(&public, READ, json!({ "token": token })).await;
        let first = read(&tokens[0]).await["data"]["surveyResponse"].take();
        assert_eq!(read(&tokens[1]).await["data"]["surveyResponse"]["id"], first["id"], "two officers work on one response");
        assert_ne!(read(&tokens[2]).await["data"]["surveyResponse"]["id"], first["id"]);
        let nobody = read("A".repeat(43).as_str()).await;
        assert_eq!((&nobody["errors"][0]["extensions"]["code"], &nobody["errors"][0]["extensions"]["inputPath"]),
            (&json!("BAD_USER_INPUT"), &json!(["token"])));

        let list = "query ($id: ID!) { node(id: $id) { ... on SurveyWave { invitations(outstanding: true) { totalCount nodes { id recipient state reminders sentAt } } } } }";
        let waiting = ask(&inside, &operator(), list, json!({ "id": wave })).await["invitations"].take();
        assert_eq!(waiting["totalCount"], 3);
        let ids: Vec<_> = waiting["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
        let mark = "mutation ($input: MarkSurveyInvitationsSentInput!) { markSurveyInvitationsSent(input: $input) { errors { code path } invitations { reminders sentAt remindedAt } } }";
        run(&inside, mark, json!({ "invitations": ids })).await;
        let reminded = run(&inside, mark, json!({ "invitations": [ids[0]], "reminders": true })).await;
        assert_eq!(reminded["invitations"][0]["reminders"], 1);
        assert!(reminded["invitations"][0]["sentAt"].is_string() && reminded["invitations"][0]["remindedAt"].is_string());

        let revoke = "mutation ($input: RevokeSurveyInvitationInput!) { revokeSurveyInvitation(input: $input) { errors { code path } invitation { revokedAt } } }";
        run(&inside, revoke, json!({ "id": ids[0] })).await;
        assert!(read(&tokens[0]).await["errors"][0]["message"].as_str().unwrap().contains("taken back"));
        assert!(read(&tokens[1]).await["data"]["surveyResponse"]["id"].is_string(), "the other link still opens");
        let renew = "mutation ($input: RenewSurveyInvitationInput!) { renewSurveyInvitation(input: $input) { errors { code path } link { token path } } }";
        let link = run(&inside, renew, json!({ "id": ids[0] })).await["link"].take();
        assert_eq!(link["path"], format!("/survey/{}", link["token"].as_str().unwrap()));
        assert_eq!(read(link["token"].as_str().unwrap()).await["data"]["surveyResponse"]["id"], first["id"]);
        assert!(read(&tokens[0]).await["errors"].is_array());

        // What lies in the database opens nothing: only hashes are kept.
        let stored = tests::rows::column::<String>(inside.app.db.read(), "SELECT token_hash FROM survey_invitation", "token_hash").await;
        assert!(stored.iter().all(|hash| hash.len() == 64 && !tokens.contains(hash)), "{stored:?}");
        let past = json!({ "wave": wave, "invitations": [{ "authority": wave }, { "authority": authority(&inside, "LDS").await }], "expiresAt": "2020-01-01T00:00:00Z" });
        let refused = ask(&inside, &operator(), INVITE, json!({ "input": past })).await;
        assert_eq!(mistakes(&refused), ["INVALID input.invitations.0.authority"]);
    }
}
