//! Small authorities that act as one partner.

use serde_json::{Value, json};
use tests::Server;
use tests::server::client;

use super::{change, data, done, failure, findings, organisation, project, somebody};
use crate::drafts::{damp, damp_elsewhere, mistakes};

const GROUP: &str = "group { id name kind nation ... on OtherOrganisation { group { version dissolvedAt lead { name } members { state organisation { name } } } } }";
const READ: &str =
    "query ($id: ID!) { node(id: $id) { ... on OtherOrganisation { name kind group { version lead { name }
    members { state organisation { name } } } } } }";

/// The states of a group's members, as somebody sees them.
async fn states(server: &Server, by: &reqwest::Client, group: &Value) -> Vec<(String, String)> {
    let told = data(server, by, READ, json!({ "id": group })).await;
    let members = told["node"]["group"]["members"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    members
        .map(|member| (text(&member["organisation"]["name"]), text(&member["state"])))
        .collect()
}

/// In a bid a group is one partner, with the costs of its members and the match rate of an authority.
#[expect(clippy::too_many_lines, reason = "one walk, step by step")]
async fn bid_as_one(
    server: &Server,
    (camden, adur, worthing, member): (
        &reqwest::Client,
        &reqwest::Client,
        &reqwest::Client,
        &reqwest::Client,
    ),
    ids: &[Value],
    (group, projects): (&Value, &[Value; 2]),
) {
    let call = json!({ "title": "Sensors in social housing", "opens": "2026-01-01", "closes": "2036-01-01", "fewestPartners": 1, "mostPartners": 1,
        "description": "For councils that put sensors into homes.", "leadKinds": ["LOCAL_AUTHORITY"], "memberKinds": ["LOCAL_AUTHORITY"], "funder": "MHCLG",
        "nations": ["England"], "matchRates": [{ "kind": "LOCAL_AUTHORITY", "percent": 25 }] });
    let call = done(
        server,
        &server.http,
        "createFundingCall",
        "fundingCall { id }",
        json!({ "call": call }),
    )
    .await["fundingCall"]["id"]
        .take();
    let draft = |partners: Value| json!({ "call": call, "title": "Dry homes", "summary": "", "lead": ids[2], "partners": partners, "projects": projects });
    let twice = change(
        server,
        camden,
        "createBid",
        "bid { id }",
        draft(json!([group, ids[1]])),
    )
    .await;
    assert_eq!(
        mistakes(&twice),
        ["DUPLICATE input.partners.1"],
        "Worthing would bear two shares"
    );
    let bid = done(
        server,
        camden,
        "createBid",
        "bid { id members { organisation { name } cost { amountMinor } match { amountMinor } } }",
        draft(json!([group])),
    )
    .await["bid"]
        .take();
    let shares: Vec<(i64, i64)> = bid["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["cost"]["amountMinor"].as_i64().unwrap(),
                one["match"]["amountMinor"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(shares, [(4_425_000, 1_106_250), (7_375_000, 1_843_750)]);
    assert_eq!(
        failure(
            server,
            worthing,
            "answerBid",
            json!({ "id": bid["id"], "organisation": group, "answer": "ACCEPT" })
        )
        .await,
        "FORBIDDEN"
    );
    done(
        server,
        adur,
        "answerBid",
        "bid { id }",
        json!({ "id": bid["id"], "organisation": group, "answer": "ACCEPT" }),
    )
    .await;
    done(
        server,
        camden,
        "submitBid",
        "bid { state }",
        json!({ "id": bid["id"], "version": 2 }),
    )
    .await;
    assert_eq!(
        data(server, member, "{ bids { totalCount } }", json!({})).await["bids"]["totalCount"],
        1,
        "members see what the group does"
    );
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, state)| ((*name).to_owned(), (*state).to_owned()))
        .collect()
}

tests::on_each_database! {
    async fn small_authorities_talk_and_bid_as_one(server: Server) {
        let [adur, worthing, camden, hull] = ["editor=ADU", "editor=WOT", "editor=CMD", "editor=KHL"].map(|role| somebody(&server, &[role]));
        let member = somebody(&server, &["member=WOT"]);
        let mut ids = Vec::new();
        for code in ["ADU", "WOT", "CMD", "KHL"] {
            ids.push(organisation(&server, code).await);
        }
        let input = json!({ "name": "Coastal councils of Sussex", "lead": ids[0], "members": [ids[1]], "idempotencyKey": "once" });
        assert_eq!(failure(&server, &client(None), "createOrganisationGroup", input.clone()).await, "UNAUTHENTICATED");
        assert_eq!(failure(&server, &hull, "createOrganisationGroup", input.clone()).await, "FORBIDDEN");
        let made = done(&server, &adur, "createOrganisationGroup", GROUP, input.clone()).await["group"].take();
        assert_eq!((&made["kind"], &made["nation"], &made["group"]["lead"]["name"]), (&json!("GROUP"), &json!("England"), &json!("Adur District Council")));
        assert_eq!(done(&server, &adur, "createOrganisationGroup", GROUP, input).await["group"]["id"], made["id"], "a retry makes nothing twice");
        let group = &made["id"];
        assert_eq!(&organisation(&server, "Coastal councils of Sussex").await, group);

        // Nobody is in a group without having agreed; who was asked is seen by those in it.
        let asked = pairs(&[("Adur District Council", "ACCEPTED"), ("Worthing Borough Council", "INVITED")]);
        assert_eq!((states(&server, &adur, group).await, states(&server, &member, group).await), (asked.clone(), asked));
        assert_eq!(states(&server, &client(None), group).await, pairs(&[("Adur District Council", "ACCEPTED")]));
        let own = "{ organisationGroups { totalCount nodes { id } } }";
        for (by, number) in [(&adur, 1), (&worthing, 1), (&camden, 0)] {
            assert_eq!(data(&server, by, own, json!({})).await["organisationGroups"]["totalCount"], number);
        }
        let projects = [project(&server, &worthing, { let mut draft = damp(); draft["lead"] = json!("WOT"); draft }, "100000").await,
            project(&server, &camden, damp_elsewhere(), "60000").await];
        findings(&server, 1).await;
        let ask = json!({ "from": ids[2], "to": group, "project": projects[0], "message": "Shall we share sensors?" });
        let early = change(&server, &camden, "expressInterest", "interest { id }", ask.clone()).await;
        assert_eq!(mistakes(&early), ["CONFLICT input.project"], "Worthing has not agreed to be in it");
        assert_eq!(failure(&server, &hull, "answerOrganisationGroup", json!({ "id": group, "organisation": ids[1], "answer": "ACCEPT" })).await, "FORBIDDEN");
        done(&server, &worthing, "answerOrganisationGroup", GROUP, json!({ "id": group, "organisation": ids[1], "answer": "ACCEPT" })).await;

        // Interest in the group is answered by its lead; who belongs to a member sees it and the board.
        let interest = done(&server, &camden, "expressInterest", "interest { id }", ask).await["interest"]["id"].take();
        let answer = json!({ "id": interest, "answer": "ACCEPT" });
        assert_eq!(failure(&server, &worthing, "answerInterest", answer.clone()).await, "FORBIDDEN", "the lead speaks for the group");
        let board = done(&server, &adur, "answerInterest", "interest { board { id title } }", answer).await["interest"]["board"].take();
        assert_eq!(board["title"], "London Borough of Camden and Coastal councils of Sussex");
        for (by, sees) in [(&adur, true), (&worthing, true), (&member, true), (&camden, true), (&hull, false)] {
            let seen = data(&server, by, "query ($id: ID!) { board(id: $id) { title } }", json!({ "id": board["id"] })).await;
            assert_eq!(seen["board"].is_object(), sees, "{seen}");
        }

        bid_as_one(&server, (&camden, &adur, &worthing, &member), &ids, (group, &projects)).await;

        // Who leaves sees it no more, and a group that was dissolved does nothing new.
        done(&server, &worthing, "answerOrganisationGroup", GROUP, json!({ "id": group, "organisation": ids[1], "answer": "LEAVE" })).await;
        assert_eq!(data(&server, &member, "{ bids { totalCount } }", json!({})).await["bids"]["totalCount"], 0);
        let lead = change(&server, &adur, "answerOrganisationGroup", GROUP, json!({ "id": group, "organisation": ids[0], "answer": "LEAVE" })).await;
        assert_eq!(mistakes(&lead), ["CONFLICT input.organisation"]);
        let stale = change(&server, &adur, "dissolveOrganisationGroup", GROUP, json!({ "id": group, "version": 1 })).await;
        assert_eq!(mistakes(&stale), ["CONFLICT input.version"]);
        let ended = done(&server, &adur, "dissolveOrganisationGroup", GROUP, json!({ "id": group, "version": 3 })).await;
        assert!(ended["group"]["group"]["dissolvedAt"].is_string());
        let late = change(&server, &camden, "expressInterest", "interest { id }", json!({ "from": ids[2], "to": group, "message": "Again?" })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.to"]);
        assert_eq!(data(&server, &adur, "{ bids { totalCount } }", json!({})).await["bids"]["totalCount"], 1, "what it did stays");
    }

    async fn a_group_that_cannot_be_is_refused_and_another_member_may_lead(server: Server) {
        let [adur, worthing] = ["editor=ADU", "editor=WOT"].map(|role| somebody(&server, &[role]));
        let mut ids = Vec::new();
        for name in ["ADU", "WOT", "HAG", "MHCLG", "KHL"] {
            ids.push(organisation(&server, name).await);
        }
        let refused = async |name: &str, members: Value| {
            let made = change(&server, &adur, "createOrganisationGroup", GROUP, json!({ "name": name, "lead": ids[0], "members": members })).await;
            assert_eq!(made["group"], Value::Null);
            mistakes(&made)
        };
        assert_eq!(refused(" ", json!([])).await, ["OUT_OF_RANGE input.members", "REQUIRED input.name"]);
        assert_eq!(refused("Leeds City Council", json!([ids[1], ids[1], ids[0]])).await,
            ["DUPLICATE input.members.1", "DUPLICATE input.members.2", "DUPLICATE input.name"]);
        assert_eq!(refused(&"x".repeat(201), json!([ids[2], ids[3]])).await, ["CONFLICT input.members.0", "CONFLICT input.members.1", "TOO_LONG input.name"]);
        assert_eq!(refused("Some", json!(["zzz"])).await, ["INVALID input.members.0"]);
        let kind = change(&server, &server.http, "createOrganisation", "organisation { id }", json!({ "name": "Some", "kind": "GROUP" })).await;
        assert_eq!(mistakes(&kind), ["INVALID input.kind"]);

        let group = done(&server, &adur, "createOrganisationGroup", GROUP, json!({ "name": "Some", "lead": ids[0], "members": [ids[1], ids[4]] })).await["group"]["id"].take();
        let hand_over = |version: i32| json!({ "id": group, "version": version, "lead": ids[1] });
        assert_eq!(mistakes(&change(&server, &adur, "updateOrganisationGroup", GROUP, hand_over(1)).await), ["CONFLICT input.lead"], "it has not agreed yet");
        done(&server, &worthing, "answerOrganisationGroup", GROUP, json!({ "id": group, "organisation": ids[1], "answer": "ACCEPT" })).await;
        assert_eq!(failure(&server, &worthing, "updateOrganisationGroup", hand_over(2)).await, "FORBIDDEN");
        done(&server, &adur, "updateOrganisationGroup", GROUP, hand_over(2)).await;
        assert_eq!(failure(&server, &adur, "updateOrganisationGroup", hand_over(3)).await, "FORBIDDEN", "another member leads now");
        let without = done(&server, &worthing, "updateOrganisationGroup", GROUP, json!({ "id": group, "version": 3, "members": [ids[0]] })).await;
        assert_eq!(states(&server, &worthing, &group).await,
            pairs(&[("Worthing Borough Council", "ACCEPTED"), ("Adur District Council", "ACCEPTED"), ("Hull City Council", "LEFT")]), "{without}");
        let merged = change(&server, &server.http, "mergeOrganisations", "organisation { id }", json!({ "kept": ids[1], "merged": [group], "reason": "x" })).await;
        assert_eq!(mistakes(&merged), ["CONFLICT input.merged.0"]);
    }
}
