//! Bad input: every mistake is named with its place, all at once, and nothing is changed.

use serde_json::{Value, json};
use tests::Server;
use tests::rows::counts;

use crate::drafts::{create, damp, mistakes, submit};

tests::on_each_database! {
    async fn every_mistake_is_told_at_once_and_nothing_is_changed(server: Server) {
        let id = create(&server, &damp()).await;
        let unknown = format!("{}AAA", &id[..id.len() - 3]);
        let before = counts(&server.database).await;
        let many: Vec<String> = (0..101).map(|number| format!("theme {number}")).collect();
        let payload = submit(&server, &json!({
            "title": "  ",
            "summary": "x".repeat(100_001),
            "lead": "Nowhere Borough Council",
            "partners": ["LDS", "Newcastle"],
            "themes": many,
            "startDate": "2024-05-01", "endDate": "2020-01-01",
            "budget": { "amountMinor": -5 },
            "awards": [
                { "amount": { "amountMinor": 9_000_000_000_000_000_i64 }, "funder": "Nobody" },
                { "amount": { "amount": "1,000" } },
                { "amount": { "amount": "5", "currency": "pounds" } },
                { "amount": {} },
            ],
            "links": ["https://example.org", " ", "javascript:alert(1)"],
            "relations": [{ "relation": "CONTINUES", "project": "zzz" },
                { "relation": "CONTINUES", "project": unknown }],
        })).await;
        assert_eq!(mistakes(&payload), [
            "AMBIGUOUS input.partners.1",
            "INVALID input.awards.1.amount.amount",
            "INVALID input.awards.2.amount.currency",
            "INVALID input.links.2",
            "INVALID input.relations.0.project",
            "NOT_FOUND input.awards.0.funder",
            "NOT_FOUND input.lead",
            "NOT_FOUND input.relations.1.project",
            "OUT_OF_RANGE input.awards.0.amount",
            "OUT_OF_RANGE input.budget",
            "REQUIRED input.awards.3.amount.amount",
            "REQUIRED input.title",
            "REVERSED_PERIOD input.endDate",
            "TOO_LONG input.summary",
            "TOO_LONG input.themes",
        ]);
        assert_eq!(payload["project"], Value::Null);

        let update = "mutation ($input: UpdateProjectInput!) { updateProject(input: $input) {
            project { id } errors { code message path } } }";
        let input = json!({ "id": id, "version": 1, "title": null, "lead": "Newcastle", "endDate": "1066-01-01",
            "budget": { "amount": "-1" } });
        let payload = server.data(update, json!({ "input": input })).await["updateProject"].take();
        assert_eq!(mistakes(&payload), ["AMBIGUOUS input.lead", "OUT_OF_RANGE input.budget",
            "OUT_OF_RANGE input.endDate", "REQUIRED input.title"]);
        assert_eq!(counts(&server.database).await, before);
        let data = server.data("{ projects { totalCount nodes { title version } } }", json!({})).await;
        assert_eq!(data["projects"]["nodes"], json!([{ "title": damp()["title"], "version": 1 }]));
    }

    async fn a_field_of_ten_megabytes_is_refused_unread(server: Server) {
        let before = counts(&server.database).await;
        let mut input = damp();
        input["summary"] = json!("damp ".repeat(2 << 20));
        let body = json!({
            "query": "mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }",
            "variables": { "input": input },
        });
        let answer = server.http.post(format!("{}/graphql", server.url)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 413);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED", "{answer}");
        assert_eq!(counts(&server.database).await, before);
        create(&server, &damp()).await;
    }

    async fn any_text_can_be_a_project(server: Server) {
        let texts = ["🙂 مرحبا — שלום\u{202e}", "\u{0}a\u{0}b", "'; DROP TABLE project; --", "a\u{300}\u{fffd}%_\\"];
        for text in texts {
            let mut input = damp();
            input["title"] = json!(text);
            input["themes"] = json!([text]);
            let payload = submit(&server, &input).await;
            // PostgreSQL cannot hold the character U+0000; both databases answer alike.
            if text.contains('\u{0}') {
                assert_eq!(mistakes(&payload), ["INVALID input.themes.0", "INVALID input.title"], "{text:?}");
            } else {
                assert_eq!(payload["project"]["title"], text, "{payload}");
            }
            let search = server.graphql("query ($text: String) { projects(search: $text) { totalCount } }",
                json!({ "text": text })).await;
            assert_eq!(search.get("errors"), None, "{text:?}: {search}");
            let check = server.graphql("query ($input: OverlapCheckInput!) { checkOverlap(input: $input) { outcome } }",
                json!({ "input": { "title": text, "summary": text } })).await;
            assert_eq!(check.get("errors"), None, "{text:?}: {check}");
        }
    }

    async fn any_text_can_be_asked_for(server: Server) {
        let asked = [
            "authority(code: $text) { code }", "authority(gss: $text) { code }", "node(id: $id) { id }",
            "authorities(search: $text) { totalCount }", "authorities(filter: { regions: [$text] }) { totalCount }",
            "resolveOrganisation(name: $text) { score }", "projects(filter: { themes: [$text] }) { totalCount }",
            "projects(search: $text, after: $text) { totalCount }",
            "overlaps(filter: { themes: [$text] }) { totalCount }",
            "partnerSuggestions(authority: $id, themes: [$text]) { totalCount }",
        ];
        for text in ["a\u{0}b", "\u{202e}\u{feff}", "%_'\"\\", "\u{1F642}"] {
            for field in asked {
                let kinds = [("$text", "String!"), ("$id", "ID!")];
                let used = kinds.iter().filter(|(name, _)| field.contains(name));
                let header: Vec<String> = used.map(|(name, kind)| format!("{name}: {kind}")).collect();
                let query = format!("query ({}) {{ {field} }}", header.join(", "));
                let answer = server.graphql(&query, json!({ "text": text, "id": text })).await;
                let codes = answer["errors"].as_array().into_iter().flatten();
                for error in codes {
                    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{field} {text:?}: {answer}");
                }
            }
        }
    }
}
