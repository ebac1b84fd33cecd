//! Two authorities, from a finding to a joint bid that is won.

use serde_json::{Value, json};
use tests::server::client;
use tests::{Database, Server};

use super::{change, data, done, failure, findings, organisation, project, somebody};
use crate::drafts::{damp, damp_elsewhere, mistakes};

tests::on_each_database! {
    async fn two_authorities_walk_from_a_finding_to_a_joint_bid_that_is_won(database: Database) {
        // One connection for reading is enough: no writer that reads waits for another writer's.
        let server = Server::start_as(database, &["--database-connections", "1"]).await;
        let administrator = &server.http;
        done(&server, administrator, "createOrganisation", "organisation { id }", json!({ "name": "Northern Gift Fund", "kind": "FUNDER" })).await;
        let [leeds, camden, hull] = ["editor=LDS", "editor=CMD", "editor=KHL"].map(|role| somebody(&server, &[role]));
        let fund = somebody(&server, &["funder=Northern Gift Fund"]);
        let projects = [project(&server, &leeds, damp(), "100000").await, project(&server, &camden, damp_elsewhere(), "60000").await];
        let [of_leeds, of_camden] = [organisation(&server, "LDS").await, organisation(&server, "CMD").await];
        let call = json!({ "title": "Sensors in social housing", "funder": "Northern Gift Fund", "opens": "2026-01-01", "closes": "2036-01-01",
            "description": "For councils that put sensors into homes against damp and mould.", "fewestPartners": 1, "leadKinds": ["LOCAL_AUTHORITY"],
            "themes": ["Social housing"], "matchRates": [{ "kind": "LOCAL_AUTHORITY", "percent": 25 }], "mostGrant": { "amount": "80000" }, "mostLed": 1 });
        assert_eq!(failure(&server, &leeds, "createFundingCall", json!({ "call": call })).await, "FORBIDDEN");
        let call = done(&server, &fund, "createFundingCall", "fundingCall { id }", json!({ "call": call })).await["fundingCall"]["id"].take();

        // What the engine found makes them talk.
        let found = findings(&server, 1).await.remove(0);
        assert_eq!([&found["left"]["id"], &found["right"]["id"]].iter().filter(|id| projects.contains(id)).count(), 2);
        let partners = data(&server, &leeds, "query ($id: ID!) { partnerSuggestions(authority: $id, first: 3) { nodes { authority { id name } } } }", json!({ "id": of_leeds })).await;
        assert_eq!(partners["partnerSuggestions"]["nodes"][0]["authority"]["name"], "London Borough of Camden", "{partners}");
        let interest = json!({ "from": of_leeds, "to": of_camden, "project": projects[1], "message": "Shall we share sensors?", "idempotencyKey": "once" });
        assert_eq!(failure(&server, &camden, "expressInterest", interest.clone()).await, "FORBIDDEN");
        let told = done(&server, &leeds, "expressInterest", "interest { id }", interest).await["interest"]["id"].take();
        let accepted = done(&server, &camden, "answerInterest", "interest { board { id title } }", json!({ "id": told, "answer": "ACCEPT" })).await;
        let board = accepted["interest"]["board"]["id"].clone();
        for (by, sees) in [(&camden, true), (&hull, false), (&fund, false), (&client(None), false)] {
            let seen = data(&server, by, "query ($id: ID!) { board(id: $id) { title } }", json!({ "id": board })).await;
            assert_eq!(seen["board"].is_object(), sees, "{seen}");
        }
        done(&server, &camden, "postToBoard", "board { id }", json!({ "id": board, "organisation": of_camden, "kind": "DECISION", "text": "We bid together" })).await;

        // The suggestion is drafted, agreed and handed in.
        let suggested = data(&server, &leeds, "query ($a: ID!, $c: ID!) { coFundingSuggestions(authority: $a, call: $c) { nodes { complete lead { id }
            members { organisation { id } projects { id } money { cost { amountMinor } } } money { cost { amountMinor } grant { amountMinor } } } } }",
            json!({ "a": of_leeds, "c": call })).await["coFundingSuggestions"]["nodes"][0].take();
        assert_eq!(suggested["complete"], true, "{suggested}");
        let draft = json!({ "call": call, "title": "Dry homes together", "summary": damp()["summary"], "lead": of_leeds, "partners": [of_camden], "projects": projects });
        assert_eq!(failure(&server, &hull, "createBid", draft.clone()).await, "FORBIDDEN");
        let made = done(&server, &leeds, "createBid", "bid { id version cost { amountMinor } grant { amountMinor } }", draft).await["bid"].take();
        assert_eq!((&made["cost"], &made["grant"]), (&suggested["money"]["cost"], &suggested["money"]["grant"]));
        let bid = made["id"].clone();
        let read = "query ($id: ID!) { bid(id: $id) { title state } }";
        for (by, sees) in [(&leeds, true), (&camden, true), (&fund, false), (&hull, false)] {
            assert_eq!(data(&server, by, read, json!({ "id": bid })).await["bid"].is_object(), sees);
        }
        let early = change(&server, &leeds, "submitBid", "bid { id }", json!({ "id": bid, "version": 1 })).await;
        assert_eq!(mistakes(&early), ["CONFLICT input.members.1"]);
        done(&server, &camden, "answerBid", "bid { id }", json!({ "id": bid, "organisation": of_camden, "answer": "ACCEPT", "version": 1 })).await;
        assert_eq!(failure(&server, &camden, "submitBid", json!({ "id": bid, "version": 2 })).await, "FORBIDDEN", "the lead hands it in");
        let handed_in = done(&server, &leeds, "submitBid", "bid { state version }", json!({ "id": bid, "version": 2 })).await;
        assert_eq!(handed_in["bid"]["state"], "SUBMITTED");
        let seen = data(&server, &fund, "{ bids(filter: { states: [SUBMITTED] }) { nodes { id members { organisation { name } cost { amountMinor } } } } }", json!({})).await;
        let shares: i64 = seen["bids"]["nodes"][0]["members"].as_array().unwrap().iter().map(|member| member["cost"]["amountMinor"].as_i64().unwrap()).sum();
        assert_eq!((&seen["bids"]["nodes"][0]["id"], &json!(shares)), (&bid, &made["cost"]["amountMinor"]), "the shares add up");
        assert_eq!(failure(&server, &leeds, "recordBidOutcome", json!({ "id": bid, "outcome": "WON" })).await, "FORBIDDEN");
        done(&server, &fund, "recordBidOutcome", "bid { state }", json!({ "id": bid, "outcome": "WON", "note": "Well done" })).await;
        let closed = done(&server, &leeds, "closeBoard", "board { outcome state }", json!({ "id": board, "version": 1, "outcome": "BID", "note": "Won", "bid": bid })).await;
        assert_eq!(closed["board"], json!({ "outcome": "BID", "state": "CLOSED" }));
        assert_eq!(data(&server, &camden, read, json!({ "id": bid })).await["bid"]["state"], json!("WON"));
        let nothing: Value = data(&server, &hull, "{ bids { totalCount } boards { totalCount } interests { totalCount } }", json!({})).await;
        assert_eq!(nothing, json!({ "bids": { "totalCount": 0 }, "boards": { "totalCount": 0 }, "interests": { "totalCount": 0 } }));
    }
}
