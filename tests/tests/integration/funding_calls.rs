//! Funding calls: recorded, changed, brought from files, searched.

use serde_json::{Value, json};
use tandem::access::{Grant, Role, Viewer};
use tests::{Database, Inside, tandem};
use uuid::Uuid;

use crate::drafts::mistakes;

const CREATE: &str = "mutation ($input: CreateFundingCallInput!) { createFundingCall(input: $input) {
    errors { code message path } fundingCall { id title state version closesAt closesLocally timeZone daysLeft
        funder { name } purse { amount currency } mostGrantEach { amountMinor }
        rules { leadKinds memberKinds nations phases themes fewestPartners mostPartners mostLed
            nationQuotas { nation fewest } matchRates { kind percent } } } } }";
const UPDATE: &str = "mutation ($input: UpdateFundingCallInput!) { updateFundingCall(input: $input) {
    errors { code message path } fundingCall { title version } } }";

/// Somebody who answers for the money of one funder.
pub(crate) fn funder(organisation: Uuid) -> Viewer {
    let grant = Grant {
        role: Role::Funder,
        organisation: Some(organisation),
    };
    Viewer::known(Uuid::now_v7(), "Fatima of the fund", vec![grant])
}

pub(crate) fn administrator() -> Viewer {
    let grant = Grant {
        role: Role::Administrator,
        organisation: None,
    };
    Viewer::known(Uuid::now_v7(), "Ada of the office", vec![grant])
}

/// The row of the one organisation that is called so.
pub(crate) async fn organisation(inside: &Inside, name: &str) -> Uuid {
    let row = tandem::store::organisation::named(inside.app.db.read(), &name.to_lowercase()).await;
    row.unwrap().unwrap_or_else(|| panic!("no {name}")).id
}

/// Records a body and gives its row.
pub(crate) async fn recorded(inside: &Inside, name: &str, kind: &str) -> Uuid {
    let query = "mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { errors { message } } }";
    let input = json!({ "input": { "name": name, "kind": kind } });
    let answer = inside.ask(&administrator(), query, input).await;
    assert_eq!(
        answer["data"]["createOrganisation"]["errors"],
        json!([]),
        "{answer}"
    );
    organisation(inside, name).await
}

pub(crate) fn call() -> Value {
    json!({
        "title": "Smart homes against damp", "description": "Sensors in social housing.",
        "funder": "Northern Gift Fund", "topics": ["damp", "sensors"],
        "opens": "2026-01-05", "closes": "2036-06-01T12:00", "purse": { "amount": "500000" },
        "mostGrant": { "amount": "120000.00" }, "mostGrantEach": { "amountMinor": 8_000_000 },
        "fewestPartners": 1, "mostPartners": 4, "mostLed": 1, "leadKinds": ["LOCAL_AUTHORITY"],
        "memberKinds": ["LOCAL_AUTHORITY", "UNIVERSITY"], "nations": ["England", "Wales"], "phases": ["ALPHA", "BETA"],
        "themes": ["Social housing"], "nationQuotas": [{ "nation": "Wales", "fewest": 1 }],
        "matchRates": [{ "kind": "LOCAL_AUTHORITY", "percent": 33.33 }],
    })
}

async fn create(inside: &Inside, viewer: &Viewer, call: &Value) -> Value {
    let mut answer = inside
        .ask(viewer, CREATE, json!({ "input": { "call": call } }))
        .await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["createFundingCall"].take()
}

tests::on_each_database! {
    async fn a_call_is_recorded_with_its_rules_and_changed_as_a_whole(inside: Inside) {
        let fund = recorded(&inside, "Northern Gift Fund", "FUNDER").await;
        let viewer = funder(fund);
        let made = create(&inside, &viewer, &call()).await;
        assert_eq!(made["errors"], json!([]));
        let found = &made["fundingCall"];
        assert_eq!(found["funder"]["name"], "Northern Gift Fund");
        assert_eq!((&found["state"], &found["version"]), (&json!("OPEN"), &json!(1)));
        assert_eq!((&found["closesAt"], &found["closesLocally"], &found["timeZone"]),
            (&json!("2036-06-01T11:00:00.000Z"), &json!("2036-06-01T12:00 BST"), &json!("Europe/London")));
        assert_eq!((&found["purse"]["amount"], &found["mostGrantEach"]["amountMinor"]), (&json!("500000.00"), &json!(8_000_000)));
        assert_eq!(found["rules"], json!({
            "leadKinds": ["LOCAL_AUTHORITY"], "memberKinds": ["LOCAL_AUTHORITY", "UNIVERSITY"], "nations": ["England", "Wales"],
            "phases": ["ALPHA", "BETA"], "themes": ["Social housing"], "fewestPartners": 1, "mostPartners": 4, "mostLed": 1,
            "nationQuotas": [{ "nation": "Wales", "fewest": 1 }], "matchRates": [{ "kind": "LOCAL_AUTHORITY", "percent": 33.33 }],
        }));

        let changed = json!({ "title": "Dry homes", "funder": "Northern Gift Fund" });
        let input = json!({ "input": { "id": found["id"], "version": 1, "call": changed } });
        let update = inside.ask(&viewer, UPDATE, input.clone()).await;
        assert_eq!(update["data"]["updateFundingCall"]["fundingCall"], json!({ "title": "Dry homes", "version": 2 }));
        let again = inside.ask(&viewer, UPDATE, input).await;
        assert_eq!(mistakes(&again["data"]["updateFundingCall"]), ["CONFLICT input.version"]);
        let query = "query ($id: ID!) { fundingCall(id: $id) { rules { themes mostPartners } } node(id: $id) { id } }";
        let read = inside.ask(&Viewer::public(), query, json!({ "id": found["id"] })).await;
        assert_eq!(read["data"]["fundingCall"]["rules"], json!({ "themes": [], "mostPartners": null }));
        assert_eq!(read["data"]["node"]["id"], found["id"]);
    }

    async fn a_retry_gives_the_same_call(inside: Inside) {
        recorded(&inside, "Northern Gift Fund", "FUNDER").await;
        let input = json!({ "input": { "call": call(), "idempotencyKey": "one" } });
        let by = administrator();
        let first = inside.ask(&by, CREATE, input.clone()).await;
        let second = inside.ask(&by, CREATE, input.clone()).await;
        let id = &first["data"]["createFundingCall"]["fundingCall"]["id"];
        assert_eq!(*id, second["data"]["createFundingCall"]["fundingCall"]["id"]);
        let mut other = input.clone();
        other["input"]["call"]["title"] = json!("Another");
        let refused = inside.ask(&by, CREATE, other).await;
        assert_eq!(mistakes(&refused["data"]["createFundingCall"]), ["CONFLICT input.idempotencyKey"]);
        let count = "{ fundingCalls { totalCount } }";
        assert_eq!(inside.data(count).await["fundingCalls"]["totalCount"], 1);

        // Keys are their owners': somebody else's of the same name is another.
        let theirs = inside.ask(&administrator(), CREATE, input).await;
        assert_ne!(*id, theirs["data"]["createFundingCall"]["fundingCall"]["id"]);
        assert_eq!(inside.data(count).await["fundingCalls"]["totalCount"], 2);
    }

    async fn only_the_funder_and_administrators_record_calls(inside: Inside) {
        let fund = recorded(&inside, "Northern Gift Fund", "FUNDER").await;
        let other = recorded(&inside, "Other Fund", "FUNDER").await;
        let nobody = inside.ask(&Viewer::public(), CREATE, json!({ "input": { "call": call() } })).await;
        assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        let stranger = inside.ask(&funder(other), CREATE, json!({ "input": { "call": call() } })).await;
        assert_eq!(stranger["errors"][0]["extensions"]["code"], "FORBIDDEN");
        let made = create(&inside, &funder(fund), &call()).await;
        let input = json!({ "input": { "id": made["fundingCall"]["id"], "version": 1, "call": { "title": "Mine", "funder": "Other Fund" } } });
        for viewer in [funder(other), funder(fund)] {
            let refused = inside.ask(&viewer, UPDATE, input.clone()).await;
            assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
        }
        assert_eq!(inside.data("{ fundingCalls { totalCount } }").await["fundingCalls"]["totalCount"], 1);
    }

    async fn every_rule_that_contradicts_another_is_told_at_once(inside: Inside) {
        recorded(&inside, "Northern Gift Fund", "FUNDER").await;
        let mut bad = call();
        let wrong = json!({
            "title": " ", "funder": "Nobody knows whom", "timeZone": "Mars/Olympus", "url": "ftp://x",
            "fewestPartners": 5, "mostPartners": 2, "mostLed": 0, "leastGrant": { "amount": "200000" },
            "mostGrantEach": { "amount": "10", "currency": "EUR" }, "memberKinds": ["UNIVERSITY"],
            "nationQuotas": [{ "nation": "Scotland", "fewest": 9 }, { "nation": "", "fewest": 0 }],
            "matchRates": [{ "kind": "LOCAL_AUTHORITY", "percent": 100.5 }],
        });
        for (field, value) in wrong.as_object().unwrap() {
            bad[field] = value.clone();
        }
        let made = create(&inside, &administrator(), &bad).await;
        assert_eq!(mistakes(&made), [
            "CONFLICT input.call.leadKinds.0", "CONFLICT input.call.matchRates.0.kind",
            "CONFLICT input.call.mostGrant", "CONFLICT input.call.mostGrantEach.currency", "CONFLICT input.call.mostPartners",
            "CONFLICT input.call.nationQuotas", "CONFLICT input.call.nationQuotas.0.nation", "CONFLICT input.call.nationQuotas.1.nation",
            "INVALID input.call.timeZone", "INVALID input.call.url", "NOT_FOUND input.call.funder",
            "OUT_OF_RANGE input.call.matchRates.0.percent", "OUT_OF_RANGE input.call.mostLed",
            "OUT_OF_RANGE input.call.nationQuotas.1.fewest",
            "REQUIRED input.call.nationQuotas.1.nation", "REQUIRED input.call.title",
        ]);
        let mut reversed = call();
        reversed["opens"] = json!("2036-06-01T12:00");
        assert_eq!(mistakes(&create(&inside, &administrator(), &reversed).await), ["REVERSED_PERIOD input.call.closes"]);
        for closes in ["soon", "2027-03-28T01:30"] {
            let mut unclear = call();
            unclear["closes"] = json!(closes);
            assert_eq!(mistakes(&create(&inside, &administrator(), &unclear).await), ["INVALID input.call.closes"], "{closes}");
        }
        assert_eq!(inside.data("{ fundingCalls { totalCount } }").await["fundingCalls"]["totalCount"], 0);
    }

    async fn calls_are_found_by_words_state_and_what_they_are_open_to(inside: Inside) {
        recorded(&inside, "Northern Gift Fund", "FUNDER").await;
        let open_to_all = json!({ "title": "Anything_goes 100%", "closes": "2020-01-01" });
        let later = json!({ "title": "Flood fund", "opens": "2035-01-01", "closes": "2035-02-01", "themes": ["Flooding"] });
        for told in [call(), open_to_all, later] {
            assert_eq!(create(&inside, &administrator(), &told).await["errors"], json!([]));
        }
        let cases = [
            ("search: \"sens HOUSING\"", json!(["Smart homes against damp"])),
            ("search: \"omes\"", json!([])),
            ("search: \"100%\"", json!(["Anything_goes 100%"])),
            ("search: \"%\"", json!(["Smart homes against damp", "Flood fund", "Anything_goes 100%"])),
            ("filter: { states: [OPEN] }", json!(["Smart homes against damp"])),
            ("filter: { states: [UPCOMING, CLOSED] }", json!(["Flood fund", "Anything_goes 100%"])),
            ("filter: { themes: [\"social Housing\"] }", json!(["Smart homes against damp", "Anything_goes 100%"])),
            ("filter: { leadKinds: [UNIVERSITY] }", json!(["Flood fund", "Anything_goes 100%"])),
            ("filter: { topics: [\"damp\"] }", json!(["Smart homes against damp"])),
            ("filter: { nations: [\"Scotland\"], phases: [LIVE] }", json!(["Flood fund", "Anything_goes 100%"])),
        ];
        for (arguments, titles) in cases {
            let found = inside.data(&format!("{{ fundingCalls({arguments}) {{ totalCount nodes {{ title }} }} }}")).await;
            let nodes = found["fundingCalls"]["nodes"].as_array().unwrap();
            let found_titles: Vec<&Value> = nodes.iter().map(|node| &node["title"]).collect();
            assert_eq!(json!(found_titles), titles, "{arguments}");
            assert_eq!(found["fundingCalls"]["totalCount"], nodes.len());
        }
    }

    /// The real competitions, where the shared folder is.
    async fn the_real_competitions_load_and_are_searchable(database: Database) {
        let Some(shared) = tests::shared() else { return };
        let file = shared.join("data/projects/uk_funding_competitions.csv");
        let import = || tandem(database.folder(), &["import", "calls", file.to_str().unwrap(), "--source", "uk", "--database-url", &database.url]);
        for expected in ["created: 1812, changed: 0, unchanged: 0, refused: 0", "created: 0, changed: 0, unchanged: 1812, refused: 0"] {
            let output = import();
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && told.contains(expected), "{told}");
            assert!(told.contains("the opening was left out"), "{told}");
        }
        let server = tests::Server::start(database).await;
        let query = "{ all: fundingCalls(first: 0) { totalCount } closed: fundingCalls(first: 0, filter: { states: [CLOSED] }) { totalCount }
            batteries: fundingCalls(search: \"faraday battery\", first: 3) { totalCount nodes { title description } } }";
        let found = server.data(query, json!({})).await;
        assert_eq!((&found["all"]["totalCount"], &found["closed"]["totalCount"]), (&json!(1812), &json!(1754)));
        assert!(found["batteries"]["totalCount"].as_u64().unwrap() >= 5, "{found}");
        for node in found["batteries"]["nodes"].as_array().unwrap() {
            let text = node.to_string().to_lowercase();
            assert!(text.contains("faraday") && text.contains("batter"), "{text}");
        }
        // Every page of the list, each call once.
        let (mut seen, mut after) = (std::collections::BTreeSet::new(), Value::Null);
        loop {
            let query = "query ($after: String) { fundingCalls(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";
            let page = server.data(query, json!({ "after": after })).await["fundingCalls"].take();
            seen.extend(page["nodes"].as_array().unwrap().iter().map(ToString::to_string));
            if page["pageInfo"]["hasNextPage"] == false { break; }
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(seen.len(), 1812);
    }

    async fn a_file_of_calls_brings_rules_and_tells_what_it_leaves_out(database: Database) {
        let folder = database.folder();
        let file = "Call ID,Title,Closes,Max Award,Lead Kinds,Match Rates,nationQuotas,Fewest Partners,Most Partners,Colour\n\
            1,Good,1 June 2036,£50000,local authority,LOCAL_AUTHORITY=25%,Wales=1,1,3,red\n\
            2,Odd,someday,lots,wizards,,Wales,one,,\n\
            3,Impossible,,,,,,5,2,\n\
            ,,,,,,,,,\n";
        std::fs::write(folder.join("calls.csv"), file).unwrap();
        let import = |more: &[&str]| {
            let arguments = [&["import", "calls", "calls.csv", "--database-url", &database.url], more].concat();
            let output = tandem(folder, &arguments);
            (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let (status, told) = import(&["--dry-run"]);
        assert_eq!(status, Some(1), "{told}");
        assert!(told.contains("would be created: 2, changed: 0, unchanged: 0, refused: 1"), "{told}");
        let (_, told) = import(&[]);
        assert!(told.contains("created: 2, changed: 0, unchanged: 0, refused: 1"), "{told}");
        for said in ["line 3, closes", "line 3, mostGrant", "wizards", "is no whole number", "line 4, mostPartners"] {
            assert!(told.contains(said), "{said} is missing in {told}");
        }
        std::fs::write(folder.join("calls.csv"), file.replace("Good", "Better")).unwrap();
        let (_, told) = import(&[]);
        assert!(told.contains("created: 0, changed: 1, unchanged: 1, refused: 1"), "{told}");
        let server = tests::Server::start(database).await;
        let query = "{ fundingCalls(search: \"better\") { nodes { version source closesAt mostGrant { amount }
            rules { leadKinds mostPartners matchRates { percent } nationQuotas { nation } } } } }";
        let found = server.data(query, json!({})).await;
        assert_eq!(found["fundingCalls"]["nodes"], json!([{ "version": 2, "source": "calls", "closesAt": "2036-06-01T23:00:00.000Z",
            "mostGrant": { "amount": "50000.00" }, "rules": { "leadKinds": ["LOCAL_AUTHORITY"], "mostPartners": 3,
            "matchRates": [{ "percent": 25.0 }], "nationQuotas": [{ "nation": "Wales" }] } }]));
    }
}
