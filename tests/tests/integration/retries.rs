//! What creates is sent again by careful clients: the second try gets what the first made, also when both come at once.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};
use tandem::graphql;
use tests::{Inside, Server};

use crate::funding_calls::{administrator, organisation};
use crate::joint_bids::{change, editor, global};

/// What the names of creations begin with.
const CREATES: [&str; 10] = [
    "appeal", "clone", "create", "express", "import", "invite", "post", "propose", "reply", "split",
];

/// Creations without a key, and why they need none.
const WITHOUT: [(&str, &str); 1] = [(
    "proposeCalibration",
    "the same decisions give the same numbers, and nothing takes effect before somebody accepts it",
)];

#[test]
fn every_change_that_creates_takes_a_key() {
    let mut with_keys = Vec::new();
    let mut creating = Vec::new();
    for definition in parse_schema(graphql::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let name = definition.node.name.node.to_string();
        match definition.node.kind {
            TypeKind::InputObject(input)
                if input
                    .fields
                    .iter()
                    .any(|field| field.node.name.node == "idempotencyKey") =>
            {
                with_keys.push(name);
            }
            TypeKind::Object(object) if name == "Mutation" => {
                creating.extend(object.fields.into_iter().map(|field| {
                    let input = field.node.arguments[0].node.ty.node.to_string();
                    (
                        field.node.name.node.to_string(),
                        input.trim_end_matches('!').to_owned(),
                    )
                }));
            }
            _ => {}
        }
    }
    creating.retain(|(name, _)| CREATES.iter().any(|word| name.starts_with(word)));
    assert!(creating.len() >= 15, "{creating:?}");
    for (name, input) in creating {
        let excused = WITHOUT.iter().any(|(known, _)| *known == name);
        assert_ne!(
            with_keys.contains(&input),
            excused,
            "{name} takes a key, or says why not, and not both"
        );
    }
}

tests::on_each_database! {
    async fn a_key_that_is_made_twice_is_one_and_shown_once(server: Server) {
        let make = async |name: &str| {
            let query = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } errors { code path } } }";
            let input = json!({ "name": name, "idempotencyKey": "laptop" });
            server.data(query, json!({ "input": input })).await["createApiKey"].take()
        };
        let (one, other) = tokio::join!(make("a laptop"), make("a laptop"));
        assert_eq!((&one["errors"], &other["errors"]), (&json!([]), &json!([])));
        assert_eq!(one["apiKey"], other["apiKey"]);
        let shown = [&one["secret"], &other["secret"]].into_iter().filter(|secret| secret.is_string()).count();
        assert_eq!(shown, 1, "{one} {other}");
        let again = make("a laptop").await;
        assert_eq!((&again["apiKey"], &again["secret"]), (&one["apiKey"], &Value::Null));
        let keys = server.data("{ viewer { account { apiKeys { id } } } }", json!({})).await;
        assert_eq!(keys["viewer"]["account"]["apiKeys"].as_array().unwrap().len(), 2, "the test's own and this one");
        let else_asked = make("a desktop").await;
        assert_eq!(else_asked["errors"], json!([{ "code": "CONFLICT", "path": ["input", "idempotencyKey"] }]));
    }

    async fn an_entry_that_is_sent_twice_stands_on_the_board_once(inside: Inside) {
        let (leeds, camden) = (organisation(&inside, "Leeds City Council").await, organisation(&inside, "London Borough of Camden").await);
        let interest = json!({ "from": global(leeds), "to": global(camden), "message": "Shall we?" });
        let made = change(&inside, &editor(leeds), "expressInterest", "interest { id }", interest).await;
        let accept = json!({ "id": made["interest"]["id"], "answer": "ACCEPT" });
        let made = change(&inside, &editor(camden), "answerInterest", "interest { board { id } }", accept).await;
        let post = json!({ "id": made["interest"]["board"]["id"], "organisation": global(leeds), "kind": "UPDATE", "text": "We met", "idempotencyKey": "met" });
        let by = editor(leeds);
        let write = async || change(&inside, &by, "postToBoard", "board { entries { text } } errors { code path }", post.clone()).await;
        let (one, other) = tokio::join!(write(), write());
        for told in [one, other, write().await] {
            assert_eq!(told, json!({ "board": { "entries": [{ "text": "We met" }] }, "errors": [] }));
        }
    }

    async fn a_split_that_is_sent_twice_is_one(inside: Inside) {
        let leeds = organisation(&inside, "Leeds City Council").await;
        let input = json!({ "organisation": global(leeds), "name": "Leeds Homes Limited", "reason": "its company", "idempotencyKey": "split" });
        let by = administrator();
        let split = async || change(&inside, &by, "splitOrganisation", "organisation { id name } change { id } errors { code path }", input.clone()).await;
        let first = split().await;
        assert_eq!(first["organisation"]["name"], "Leeds Homes Limited", "{first}");
        assert_eq!(split().await, first);
    }
}
