//! From a finding to a bid that several hand in together.

use serde_json::{Value, json};
use tandem::access::{Grant, Role, Viewer};
use tandem::graphql::id::{Kind, encode};
use tests::Inside;
use uuid::Uuid;

use crate::drafts::{damp, damp_elsewhere, mistakes};
use crate::funding_calls::{administrator, funder, organisation, recorded};

const MONEY: &str = "money { alone { amount } cost { amount } match { amount } grant { amount } gap { amount } saved { amount } }";
const BID: &str = "bid { id version state title cost { amountMinor } match { amountMinor } grant { amountMinor } lead { name }
    members { organisation { id name } state cost { amountMinor } match { amountMinor } grant { amountMinor } }
    history { version change } introductions { score lead { name } } projects { title } } errors { code message path }";

/// Somebody who speaks for one organisation.
pub(crate) fn editor(organisation: Uuid) -> Viewer {
    let grant = Grant {
        role: Role::Editor,
        organisation: Some(organisation),
    };
    Viewer::known(Uuid::now_v7(), "Ed of the council", vec![grant])
}

pub(crate) fn global(organisation: Uuid) -> Value {
    json!(encode(Kind::Organisation, organisation).to_string())
}

/// What a mutation says, under its own name; it must not fail as a whole.
pub(crate) async fn change(
    inside: &Inside,
    viewer: &Viewer,
    name: &str,
    fields: &str,
    input: Value,
) -> Value {
    let mut capital = name.to_owned();
    capital[..1].make_ascii_uppercase();
    let query = format!("mutation ($input: {capital}Input!) {{ {name}(input: $input) {{ {fields} }} }}");
    let mut answer = inside.ask(viewer, &query, json!({ "input": input })).await;
    assert!(answer.get("errors").is_none(), "{name}: {answer}");
    answer["data"][name].take()
}

pub(crate) async fn project(inside: &Inside, mut input: Value, pounds: &str) -> Value {
    input["budget"] = json!({ "amount": pounds });
    input["phase"] = json!("ALPHA");
    let made = change(
        inside,
        &administrator(),
        "createProject",
        "project { id } errors { message }",
        input,
    )
    .await;
    assert_eq!(made["errors"], json!([]), "{made}");
    made["project"]["id"].clone()
}

async fn call(inside: &Inside, more: Value) -> Value {
    let mut call = json!({ "title": "Sensors in social housing", "funder": "Northern Gift Fund",
        "description": "For councils that put sensors into homes against damp and mould.",
        "opens": "2026-01-01", "closes": "2036-01-01", "fewestPartners": 1, "leadKinds": ["LOCAL_AUTHORITY"],
        "themes": ["Social housing"], "matchRates": [{ "kind": "LOCAL_AUTHORITY", "percent": 25 }],
        "mostGrant": { "amount": "80000" }, "mostLed": 1 });
    for (field, value) in more.as_object().unwrap() {
        call[field] = value.clone();
    }
    let made = change(
        inside,
        &administrator(),
        "createFundingCall",
        "fundingCall { id } errors { message path }",
        json!({ "call": call }),
    )
    .await;
    assert_eq!(made["errors"], json!([]), "{made}");
    made["fundingCall"]["id"].clone()
}

/// Leeds and Camden are after the same, and a fund pays for it.
struct Ground {
    leeds: Uuid,
    camden: Uuid,
    fund: Uuid,
    projects: [Value; 2],
    call: Value,
}

async fn ground(inside: &Inside, more: Value) -> Ground {
    let fund = recorded(inside, "Northern Gift Fund", "FUNDER").await;
    let projects = [
        project(inside, damp(), "100000").await,
        project(inside, damp_elsewhere(), "60000").await,
    ];
    inside.settle().await;
    Ground {
        leeds: organisation(inside, "Leeds City Council").await,
        camden: organisation(inside, "London Borough of Camden").await,
        fund,
        projects,
        call: call(inside, more).await,
    }
}

impl Ground {
    fn draft(&self) -> Value {
        json!({ "call": self.call, "title": "Dry homes together", "summary": damp()["summary"], "lead": global(self.leeds),
            "partners": [global(self.camden)], "projects": self.projects })
    }
}

async fn ask(inside: &Inside, viewer: &Viewer, query: &str) -> Value {
    let mut answer = inside.ask(viewer, query, json!({})).await;
    assert!(answer.get("errors").is_none(), "{query}\n{answer}");
    answer["data"].take()
}

fn sums(part: &Value, names: &[&str]) -> Vec<i64> {
    names
        .iter()
        .map(|name| part[name]["amountMinor"].as_i64().unwrap())
        .collect()
}

/// New terms: they add up, or nothing changes; and they must be agreed anew.
async fn new_terms(inside: &Inside, ground: &Ground, id: &Value) {
    let leeds = editor(ground.leeds);
    let shares = |camden: i64, grant: i64| {
        json!([
        { "organisation": global(ground.leeds), "cost": 7_000_000, "grant": 5_000_000 },
        { "organisation": global(ground.camden), "cost": camden, "grant": grant }])
    };
    let terms = |version: i64, shares: Value| json!({ "id": id, "version": version, "cost": 11_800_000, "shares": shares });
    for (shares, expected) in [
        (shares(4_799_999, 3_000_000), vec!["CONFLICT input.cost"]),
        (
            shares(4_800_000, 3_600_001),
            vec!["CONFLICT input.shares", "CONFLICT input.shares.1.grant"],
        ),
        (shares(4_800_000, -1), vec!["OUT_OF_RANGE input.shares.1.grant"]),
        (shares(4_800_000, 3_600_000), vec!["CONFLICT input.shares"]),
    ] {
        assert_eq!(
            mistakes(&change(inside, &leeds, "updateBid", BID, terms(2, shares)).await),
            expected
        );
    }
    let changed = change(
        inside,
        &leeds,
        "updateBid",
        BID,
        terms(2, shares(4_800_000, 3_000_000)),
    )
    .await;
    assert_eq!(
        (&changed["errors"], &changed["bid"]["members"][1]["state"]),
        (&json!([]), &json!("INVITED")),
        "{changed}"
    );
}

tests::on_each_database! {
    async fn two_authorities_walk_from_a_finding_to_a_submitted_bid(inside: Inside) {
        let ground = ground(&inside, json!({})).await;
        let (leeds, camden) = (editor(ground.leeds), editor(ground.camden));
        let found = inside.data("{ overlaps { nodes { left { title } right { title } } } overlapClusters { nodes { id size } } }").await;
        assert_eq!(found["overlaps"]["nodes"].as_array().unwrap().len(), 1, "{found}");
        let cluster = &found["overlapClusters"]["nodes"][0]["id"];

        // The call fits, and says why.
        let matches = inside.data(&format!("{{ fundingMatches(cluster: {cluster}) {{ totalCount nodes {{ fits likeness daysLeft
            call {{ title }} rules {{ rule holds }} members {{ name }} barred {{ organisation {{ name }} }} {MONEY} }} }} }}")).await;
        let fit = &matches["fundingMatches"]["nodes"][0];
        assert_eq!((&fit["fits"], &fit["barred"], &fit["call"]["title"]), (&json!(true), &json!([]), &json!("Sensors in social housing")));
        assert!(fit["rules"].as_array().unwrap().iter().all(|rule| rule["holds"] == true) && fit["likeness"].as_f64().unwrap() > 0.0, "{fit}");
        assert!(fit["daysLeft"].as_i64().unwrap() > 3_000, "{fit}");

        // Alone 160,000; one build and two adoptions 0.7 × 100,000 + 0.3 × 160,000 = 118,000; a quarter to be brought; 80,000 granted.
        let query = format!("{{ coFundingSuggestions(authority: {}, call: {}) {{ nodes {{ complete exact lead {{ name }} cluster {{ id }}
            members {{ organisation {{ id name }} projects {{ id }} costKnown money {{ cost {{ amountMinor }} match {{ amountMinor }} grant {{ amountMinor }}
            gap {{ amountMinor }} saved {{ amountMinor }} }} }} {MONEY} }} }} }}", global(ground.leeds), ground.call);
        let suggested = inside.data(&query).await["coFundingSuggestions"]["nodes"].take();
        let best = &suggested[0];
        assert_eq!((&best["complete"], &best["exact"], &best["cluster"]["id"]), (&json!(true), &json!(true), cluster));
        let amounts = ["alone", "cost", "match", "grant", "gap", "saved"].map(|name| best["money"][name]["amount"].as_str().unwrap());
        assert_eq!(amounts, ["160000.00", "118000.00", "29500.00", "80000.00", "8500.00", "42000.00"]);
        for member in best["members"].as_array().unwrap() {
            let parts = sums(&member["money"], &["match", "grant", "gap"]);
            assert_eq!(parts.iter().sum::<i64>(), sums(&member["money"], &["cost"])[0]);
        }

        // Leeds drafts it; what the cap leaves open falls to the members.
        let made = change(&inside, &leeds, "createBid", BID, ground.draft()).await;
        let bid = &made["bid"];
        assert_eq!((&made["errors"], &bid["state"], &bid["lead"]["name"]), (&json!([]), &json!("DRAFT"), &json!("Leeds City Council")));
        assert_eq!(sums(bid, &["cost", "match", "grant"]), [11_800_000, 3_800_000, 8_000_000]);
        let each: Vec<i64> = bid["members"].as_array().unwrap().iter().map(|member| sums(member, &["cost"])[0]).collect();
        assert_eq!(each, [7_375_000, 4_425_000]);
        let id = &bid["id"];
        let read = format!("{{ bid(id: {id}) {{ title }} node(id: {id}) {{ id }} }}");
        assert_eq!(ask(&inside, &Viewer::public(), &read).await, json!({ "bid": null, "node": null }));
        assert_eq!(ask(&inside, &funder(ground.fund), &read).await["bid"], Value::Null, "a draft is not the funder's business");
        assert_eq!(ask(&inside, &camden, &read).await["bid"]["title"], "Dry homes together");

        let early = change(&inside, &leeds, "submitBid", BID, json!({ "id": id, "version": 1 })).await;
        assert_eq!(mistakes(&early), ["CONFLICT input.members.1"], "{early}");
        let agreed = change(&inside, &camden, "answerBid", BID, json!({ "id": id, "organisation": global(ground.camden), "answer": "ACCEPT", "version": 1 })).await;
        assert_eq!(agreed["bid"]["members"][1]["state"], "ACCEPTED", "{agreed}");

        new_terms(&inside, &ground, id).await;
        let stale = change(&inside, &camden, "answerBid", BID, json!({ "id": id, "organisation": global(ground.camden), "answer": "ACCEPT", "version": 2 })).await;
        assert_eq!(mistakes(&stale), ["CONFLICT input.version"]);
        change(&inside, &camden, "answerBid", BID, json!({ "id": id, "organisation": global(ground.camden), "answer": "ACCEPT" })).await;
        let handed_in = change(&inside, &leeds, "submitBid", BID, json!({ "id": id, "version": 4 })).await;
        assert_eq!((&handed_in["errors"], &handed_in["bid"]["state"]), (&json!([]), &json!("SUBMITTED")), "{handed_in}");
        let steps: Vec<&Value> = handed_in["bid"]["history"].as_array().unwrap().iter().map(|step| &step["change"]).collect();
        assert_eq!(steps, ["SUBMITTED", "ACCEPTED", "CHANGED", "ACCEPTED", "CREATED"]);

        // The funder sees it now, and decides.
        let bids = ask(&inside, &funder(ground.fund), "{ bids(filter: { states: [SUBMITTED] }) { totalCount nodes { title } } }").await;
        assert_eq!(bids["bids"], json!({ "totalCount": 1, "nodes": [{ "title": "Dry homes together" }] }));
        let won = change(&inside, &funder(ground.fund), "recordBidOutcome", "bid { state outcomeNote } errors { message }",
            json!({ "id": id, "outcome": "WON", "note": "Well done" })).await;
        assert_eq!(won["bid"], json!({ "state": "WON", "outcomeNote": "Well done" }));
        let late = change(&inside, &leeds, "withdrawBid", BID, json!({ "id": id })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.id"]);
    }

    async fn what_no_bid_may_be_is_refused_and_leaves_nothing(inside: Inside) {
        let ground = ground(&inside, json!({})).await;
        let closed = a_second_ago();
        let past = call(&inside, json!({ "title": "Closed a second ago", "opens": "2026-01-01", "closes": closed })).await;
        let harrogate = organisation(&inside, "Harrogate Borough Council").await;
        let admin = administrator();
        let with = |field: &str, value: Value| {
            let mut draft = ground.draft();
            draft[field] = value;
            draft
        };
        for (input, expected) in [
            (with("call", past.clone()), "CONFLICT input.call"),
            (with("lead", global(harrogate)), "CONFLICT input.lead"),
            (with("partners", json!([global(harrogate)])), "CONFLICT input.partners.0"),
            (with("partners", json!([global(ground.leeds)])), "DUPLICATE input.partners.0"),
            (with("projects", json!([])), "REQUIRED input.projects"),
            (with("partners", json!([])), "CONFLICT input.projects.1"),
            (with("title", json!(" ")), "REQUIRED input.title"),
        ] {
            let made = change(&inside, &admin, "createBid", BID, input).await;
            assert!(mistakes(&made).contains(&expected.to_owned()), "{expected}: {made}");
        }
        let told = change(&inside, &admin, "createBid", BID, with("lead", global(harrogate))).await;
        assert!(told["errors"].to_string().contains("North Yorkshire Council took over"), "{told}");
        for (viewer, code) in [(Viewer::public(), "UNAUTHENTICATED"), (editor(ground.camden), "FORBIDDEN")] {
            let query = "mutation ($input: CreateBidInput!) { createBid(input: $input) { errors { message } } }";
            let answer = inside.ask(&viewer, query, json!({ "input": ground.draft() })).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], code);
        }
        assert_eq!(ask(&inside, &admin, "{ bids { totalCount } }").await["bids"]["totalCount"], 0);

        // One may lead one bid; what is withdrawn does not count.
        let leeds = editor(ground.leeds);
        let first = change(&inside, &leeds, "createBid", BID, ground.draft()).await;
        let again = with("title", json!("Once more"));
        assert_eq!(mistakes(&change(&inside, &leeds, "createBid", BID, again.clone()).await), ["CONFLICT input.lead"]);
        let suggestions = format!("{{ coFundingSuggestions(authority: {}, call: {}) {{ nodes {{ lead {{ name }} }} }} }}", global(ground.leeds), ground.call);
        let leads = inside.data(&suggestions).await["coFundingSuggestions"]["nodes"].take();
        assert_eq!(leads, json!([{ "lead": { "name": "London Borough of Camden" } }]), "Leeds leads as many as it may");
        change(&inside, &leeds, "withdrawBid", BID, json!({ "id": first["bid"]["id"] })).await;
        assert_eq!(change(&inside, &leeds, "createBid", BID, again).await["errors"], json!([]));
        let closed = inside.graphql(&format!("{{ coFundingSuggestions(authority: {}, call: {past}) {{ totalCount }} }}", global(ground.leeds))).await;
        assert_eq!(closed["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }

    async fn a_near_miss_says_what_would_mend_it(inside: Inside) {
        let ground = ground(&inside, json!({ "nationQuotas": [{ "nation": "Wales", "fewest": 1 }] })).await;
        let query = format!("{{ coFundingSuggestions(authority: {}) {{ nodes {{ complete rules {{ rule holds fix }} }} }}
            fundingMatches(project: {}) {{ nodes {{ fits rules {{ fix }} }} }} }}", global(ground.camden), ground.projects[0]);
        let found = inside.data(&query).await;
        let miss = &found["coFundingSuggestions"]["nodes"][0];
        assert_eq!(miss["complete"], false);
        let failing: Vec<&Value> = miss["rules"].as_array().unwrap().iter().filter(|rule| rule["holds"] == false).collect();
        assert_eq!(failing, [&json!({ "rule": "NATION_QUOTA", "holds": false, "fix": "one more partner in Wales" })]);
        let alone = &found["fundingMatches"]["nodes"][0];
        let fixes: Vec<&Value> = alone["rules"].as_array().unwrap().iter().map(|rule| &rule["fix"]).filter(|fix| !fix.is_null()).collect();
        assert_eq!((&alone["fits"], fixes), (&json!(false), vec![&json!("one more partner"), &json!("one more partner in Wales")]));
    }

    async fn what_a_call_could_get_costs_a_fixed_number_of_statements(inside: Inside) {
        let ground = ground(&inside, json!({ "fewestPartners": 1, "mostLed": null })).await;
        let query = format!("{{ eligibleConsortia(call: {}) {{ totalCount }} }}", ground.call);
        let counted = async || {
            let data = inside.data(&format!("{{ overlapClusters {{ totalCount }} eligibleConsortia(call: {}) {{ totalCount }} }}", ground.call)).await;
            assert_eq!(data["overlapClusters"], data["eligibleConsortia"], "a bid a cluster");
            (data["overlapClusters"]["totalCount"].as_u64().unwrap(), inside.statements(&query).await)
        };
        let (few, cost) = counted().await;
        let subjects = [
            ("Bees along the ring road", "Wild flower verges along the ring road feed bees; mowing twice a year leaves seeds and pollen for insects."),
            ("Swimming lessons by lottery", "Children of nine learn to swim in school pools that open at weekends, with instructors paid from a lottery grant."),
            ("Electric hearses", "The crematorium replaces diesel hearses with electric ones and charges them at night from solar panels on its roof."),
        ];
        for (place, (title, summary)) in subjects.iter().enumerate() {
            for (turn, lead) in [["NEW", "BST"], ["MAN", "SHF"], ["Nottingham City Council", "LIV"]][place].iter().enumerate() {
                let title = format!("{title}{}", [" of the town", ", once more"][turn]);
                project(&inside, json!({ "title": title, "summary": summary, "lead": lead, "themes": ["Social housing"] }), "50000").await;
            }
        }
        inside.settle().await;
        let (more, costs) = counted().await;
        assert!(few < more, "{few} clusters, and {more}");
        assert_eq!(cost, costs, "{more} clusters cost as many statements as {few}");
    }

    async fn applicants_after_the_same_are_introduced_and_grouped_for_the_funder(inside: Inside) {
        let ground = ground(&inside, json!({ "fewestPartners": 0, "mostGrant": null })).await;
        let alone = |lead: Uuid, project: usize, title: &str| json!({ "call": ground.call, "title": title, "summary": "", "lead": global(lead),
            "partners": [], "projects": [ground.projects[project]] });
        let mut ids = Vec::new();
        for (lead, project, title) in [(ground.leeds, 0, "Dry homes"), (ground.camden, 1, "Warm walls")] {
            let viewer = editor(lead);
            let made = change(&inside, &viewer, "createBid", BID, alone(lead, project, title)).await;
            assert_eq!(made["errors"], json!([]), "{made}");
            let done = change(&inside, &viewer, "submitBid", BID, json!({ "id": made["bid"]["id"], "version": 1 })).await;
            assert_eq!(done["errors"], json!([]), "{done}");
            ids.push((viewer, made["bid"]["id"].clone(), done));
        }
        assert_eq!(ids[0].2["bid"]["introductions"], json!([]), "nobody else had handed in");
        assert_eq!(ids[1].2["bid"]["introductions"][0]["lead"]["name"], "Leeds City Council");
        let first = ask(&inside, &ids[0].0, &format!("{{ bid(id: {}) {{ introductions {{ lead {{ name }} }} }} }}", ids[0].1)).await;
        assert_eq!(first["bid"]["introductions"][0]["lead"]["name"], "London Borough of Camden", "both sides hear of it");
        let query = format!("{{ bidGroups(call: {}) {{ bids {{ title }} cost {{ amount }} duplicated {{ amount }} saved {{ amount }} }}
            eligibleConsortia(call: {}) {{ totalCount }} }}", ground.call, ground.call);
        let groups = ask(&inside, &funder(ground.fund), &query).await;
        assert_eq!(groups["bidGroups"], json!([{ "bids": [{ "title": "Dry homes" }, { "title": "Warm walls" }], "cost": { "amount": "160000.00" },
            "duplicated": { "amount": "60000.00" }, "saved": { "amount": "42000.00" } }]));
        assert_eq!(groups["eligibleConsortia"]["totalCount"], 0, "both lead as many as they may");
        let refused = inside.ask(&editor(ground.leeds), &query, json!({})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    }
}

fn a_second_ago() -> String {
    let now = std::time::SystemTime::now() - std::time::Duration::from_secs(1);
    let seconds = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    tandem::service::funding::moment::utc(i64::try_from(seconds * 1_000).unwrap()).to_rfc3339()
}
