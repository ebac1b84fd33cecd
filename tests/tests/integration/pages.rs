//! Lists: their pages, their order, their filters, and what they cost.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::Inside;

/// Projects with the same titles, the same days and the same budgets, and some that lack them.
async fn fill(inside: &Inside) {
    for number in 0..23 {
        let title = ["Sensors in bins", "sensors in flats", "Über-Sensor", "A sensor"][number % 4];
        let start = ["", "startDate: \"2020-01-01\"", "startDate: \"2021-06-01\""][number % 3];
        let budget = [
            "",
            "budget: { amountMinor: 0 }",
            "budget: { amountMinor: 500, currency: \"EUR\" }",
            "budget: { amountMinor: 500 }",
            "budget: { amountMinor: 700000000000 }",
        ][number % 5];
        let input = format!("title: \"{title}\", summary: \"number {number}\" {start} {budget}");
        inside
            .data(&format!(
                "mutation {{ createProject(input: {{ {input} }}) {{ project {{ id }} }} }}"
            ))
            .await;
    }
}

const FIELDS: &str = "edges { cursor node { id title startDate updatedAt budget { amountMinor } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

/// Reads the list through, in the direction that `size` and `beyond` name; the nodes in the list's order.
async fn walk(inside: &Inside, arguments: &str, forwards: bool) -> Vec<Value> {
    let (size, beyond) = if forwards {
        ("first", "after")
    } else {
        ("last", "before")
    };
    let (more, other, end) = match forwards {
        true => ("hasNextPage", "hasPreviousPage", "endCursor"),
        false => ("hasPreviousPage", "hasNextPage", "startCursor"),
    };
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let query = format!("{{ projects({arguments}, {size}: 4 {cursor}) {{ {FIELDS} }} }}");
        let page = inside.data(&query).await["projects"].take();
        assert_eq!(page["pageInfo"][other], !pages.is_empty(), "{query}");
        let edges = page["edges"].as_array().unwrap();
        let mut nodes: Vec<Value> = edges.iter().map(|edge| edge["node"].clone()).collect();
        if !forwards {
            nodes.reverse();
        }
        pages.extend(nodes);
        if page["pageInfo"][more] == false {
            break;
        }
        assert_eq!(edges.len(), 4, "{query}");
        cursor = format!(", {beyond}: {}", page["pageInfo"][end]);
        assert!(pages.len() < 100, "the walk comes to an end");
    }
    if !forwards {
        pages.reverse();
    }
    pages
}

fn ids(nodes: &[Value]) -> Vec<&str> {
    nodes.iter().map(|node| node["id"].as_str().unwrap()).collect()
}

/// The field's values in order, unknown ones as `None`.
fn values(nodes: &[Value], field: &str) -> Vec<Option<String>> {
    let value = |node: &Value| match field {
        "TITLE" => Some(node["title"].as_str()?.to_lowercase()),
        "START_DATE" => Some(node["startDate"].as_str()?.to_owned()),
        "UPDATED_AT" => Some(node["updatedAt"].as_str()?.to_owned()),
        "BUDGET" => Some(format!("{:015}", node["budget"]["amountMinor"].as_i64()?)),
        // Whether the word stands in the title: it does in two of the four.
        _ => Some(i32::from(node["title"].as_str()?.to_lowercase().contains("flats")).to_string()),
    };
    nodes.iter().map(value).collect()
}

tests::on_each_database! {
    async fn pages_show_each_project_once_in_every_order(inside: Inside) {
        fill(&inside).await;
        for field in ["TITLE", "START_DATE", "BUDGET", "UPDATED_AT", "RELEVANCE"] {
            for direction in ["ASC", "DESC"] {
                let order = format!("orderBy: {{ field: {field}, direction: {direction} }}");
                let forwards = walk(&inside, &order, true).await;
                let backwards = walk(&inside, &order, false).await;
                assert_eq!(ids(&forwards), ids(&backwards), "{order}");
                let distinct: BTreeSet<&str> = ids(&forwards).into_iter().collect();
                assert_eq!((forwards.len(), distinct.len()), (23, 23), "{order}");
                if field == "RELEVANCE" {
                    continue;
                }
                let found = values(&forwards, field);
                let known: Vec<&String> = found.iter().flatten().collect();
                let mut sorted = known.clone();
                sorted.sort();
                if direction == "DESC" {
                    sorted.reverse();
                }
                assert_eq!(known, sorted, "{order}");
                assert!(found[known.len()..].iter().all(Option::is_none), "unknown values come last: {found:?}");
            }
        }
        let best = walk(&inside, "search: \"sensor\", orderBy: { field: RELEVANCE, direction: DESC }", true).await;
        assert_eq!(best.len(), 23);
        let searched = walk(&inside, "search: \"number flats\"", true).await;
        assert_eq!(searched.len(), 6, "both words are needed");
    }

    async fn pages_out_of_bounds_and_foreign_cursors_are_refused(inside: Inside) {
        fill(&inside).await;
        let foreign = inside.data("{ authorities(first: 1) { pageInfo { endCursor } } }").await;
        let foreign = foreign["authorities"]["pageInfo"]["endCursor"].clone();
        let by_title = inside.data("{ projects(first: 1, orderBy: { field: TITLE }) { pageInfo { endCursor } } }").await;
        let by_title = by_title["projects"]["pageInfo"]["endCursor"].clone();
        let cases = ["first: 101".to_owned(), "first: -1".into(), "last: 101".into(), "first: 2, last: 2".into(),
            "after: \"zzz\"".into(), "after: \"\"".into(), "before: \"UHJv\"".into(),
            format!("orderBy: {{ field: BUDGET }}, after: {foreign}"),
            format!("orderBy: {{ field: START_DATE }}, after: {by_title}")];
        for case in cases {
            let answer = inside.graphql(&format!("{{ projects({case}) {{ nodes {{ id }} }} }}")).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{case}: {answer}");
        }
        for list in ["authorities", "overlaps", "overlapClusters"] {
            let answer = inside.graphql(&format!("{{ {list}(first: 101) {{ nodes {{ id }} }} }}")).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{list}: {answer}");
        }
        let none = inside.data("{ projects(first: 0) { nodes { id } pageInfo { hasNextPage endCursor } } }").await;
        assert_eq!(none["projects"]["nodes"], json!([]));
    }

    async fn a_page_costs_a_fixed_number_of_statements(inside: Inside) {
        inside.demonstrate().await;
        let page = |size: usize| format!("{{ projects(first: {size}) {{ nodes {{
            title themes lead {{ name }} participants(roles: [PARTNER]) {{ organisation {{ name code }} }}
            awards {{ amount {{ amount }} funder {{ name }} }}
            overlaps(first: 5) {{ edges {{ other {{ title lead {{ name }} }} node {{ score relation }} }} }}
        }} }} }}");
        // Rows that no answer has shown yet take a statement a kind more, whatever their number.
        let new = inside.statements(&page(50)).await;
        assert!((1..=16).contains(&new), "{new} statements");
        let (small, large) = (inside.statements(&page(5)).await, inside.statements(&page(50)).await);
        assert_eq!(small, large, "a page of 50 costs what a page of 5 costs");
        assert!((1..=10).contains(&large), "{large} statements");
        let bare = "{ projects(first: 50) { nodes { title lead { name } participants { organisation { name } }
            overlaps(first: 5) { nodes { score } } } } }";
        let bare = inside.statements(bare).await;
        assert!((1..=6).contains(&bare), "{bare} statements");

        let counted = inside.statements("{ projects(first: 5) { totalCount nodes { title } } }").await;
        assert_eq!(counted, 1 + inside.statements("{ projects(first: 5) { nodes { title } } }").await);
        assert_eq!(inside.statements("{ projects(first: 5) { nodes { title lead { name } } } }").await, 2);
        let findings = |size: usize| format!("{{ overlaps(first: {size}) {{ nodes {{ score
            left {{ title lead {{ name }} }} right {{ title lead {{ name }} }} evidence {{ summary }} }} }} }}");
        assert_eq!(inside.statements(&findings(2)).await, inside.statements(&findings(20)).await);
        let clusters = |size: usize| format!("{{ overlapClusters(first: {size}) {{ nodes {{ size totalCost {{ amount }}
            projects {{ title lead {{ name }} }} authorities {{ name }} }} }} }}");
        assert_eq!(inside.statements(&clusters(2)).await, inside.statements(&clusters(8)).await);
    }

    /// Most fields of a project in a list are given without the library's futures. The projects on the sides of a finding
    /// go the library's way, so that both can be compared, with whatever a document may do.
    async fn what_is_at_hand_is_what_the_library_gives(inside: Inside) {
        inside.demonstrate().await;
        let fields = "__typename id title summary kind phase status programme outcome note startDate startPrecision endDate endPrecision
            version updatedAt lastConfirmedAt themes budget { amount }
            lead { __typename id name kind code gss nation region }
            participants { __typename role organisation { __typename id name ... on Authority { population } } }";
        let odd = "name: title title lead { name } lead { id } ...Parts ... { phase } ... on Node { id } ... on Project { again: phase }
            leads: lead { ...Body } some: participants(roles: [FUNDER]) { organisation { ... on Organisation { who: name } } }
            skipped: summary @skip(if: true) included: summary @include(if: true) lead @include(if: false) { code }";
        let fragments = "fragment Parts on Project { version partners: participants(roles: [LEAD, PARTNER]) { role ...Part } }
            fragment Part on Participant { organisation { ...Body } } fragment Body on Organisation { name aliases }";
        for fields in [fields, odd] {
            let query = format!("{{ overlaps(first: 30) {{ nodes {{ left {{ key: id {fields} }} }} }} }} {fragments}");
            let query = if fields.contains("...Parts") { query } else { query.replace(fragments, "") };
            let found = inside.data(&query).await["overlaps"]["nodes"].take();
            let lists = [
                query.replace("overlaps(first: 30) { nodes { left {", "projects(first: 100) { nodes {").replacen(" } } } }", " } } }", 1),
                query.replace("overlaps(first: 30) { nodes { left {", "projects(first: 100) { edges { node {"),
            ];
            for list in lists {
                let list = inside.data(&list).await["projects"].take();
                let nodes: Vec<&Value> = match list["nodes"].as_array() {
                    Some(nodes) => nodes.iter().collect(),
                    None => list["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]).collect(),
                };
                for one in found.as_array().unwrap() {
                    let same = nodes.iter().find(|node| node["key"] == one["left"]["key"]).unwrap();
                    // Text, so that the order of the keys counts.
                    assert_eq!(same.to_string(), one["left"].to_string());
                }
            }
        }
    }

    async fn filters_give_what_they_name(inside: Inside) {
        inside.demonstrate().await;
        let fields = "id title summary phase kind themes technologies programme startDate
            participants { role organisation { id nation region } } overlaps(first: 1) { nodes { id } }";
        let all = inside.data(&format!("{{ projects(first: 100) {{ nodes {{ {fields} }} }} }}")).await;
        let all = all["projects"]["nodes"].as_array().unwrap();
        let body = |project: &Value, roles: &[&str], field: &str, value: &Value| {
            let participants = project["participants"].as_array().unwrap().iter();
            participants.clone().any(|each| roles.contains(&each["role"].as_str().unwrap())
                && &each["organisation"][field] == value)
        };
        let leeds = inside.data("{ authority(code: \"LDS\") { id } }").await["authority"]["id"].take();
        let funder = all.iter().flat_map(|project| project["participants"].as_array().unwrap())
            .find(|each| each["role"] == "FUNDER").unwrap()["organisation"]["id"].clone();
        let programme = all.iter().find_map(|project| project["programme"].as_str()).unwrap();
        let cases: Vec<(String, Box<dyn Fn(&Value) -> bool + Send + Sync>)> = vec![
            (format!("authorities: [{leeds}]"), Box::new(|p| body(p, &["LEAD", "PARTNER"], "id", &leeds))),
            (format!("leads: [{leeds}]"), Box::new(|p| body(p, &["LEAD"], "id", &leeds))),
            (format!("funders: [{funder}]"), Box::new(|p| body(p, &["FUNDER"], "id", &funder))),
            ("themes: [\"Social housing\", \"Planning\"]".into(), Box::new(|p| {
                let themes = p["themes"].as_array().unwrap();
                themes.iter().any(|theme| theme == "Social housing" || theme == "Planning")
            })),
            ("technologies: [\"internet of things\"]".into(), Box::new(|p| {
                p["technologies"].as_array().unwrap().iter().any(|each| each == "Internet of Things")
            })),
            ("phases: [ALPHA, BETA]".into(), Box::new(|p| p["phase"] == "ALPHA" || p["phase"] == "BETA")),
            (format!("programmes: [{}]", json!(programme)), Box::new(|p| p["programme"] == programme)),
            ("nations: [\"Scotland\"]".into(), Box::new(|p| body(p, &["LEAD"], "nation", &json!("Scotland")))),
            ("regions: [\"London\"]".into(), Box::new(|p| body(p, &["LEAD"], "region", &json!("London")))),
            ("startedFrom: \"2020-01-01\"".into(), Box::new(|p| p["startDate"].as_str() >= Some("2020-01-01"))),
            ("startedTo: \"2019-12-31\"".into(), Box::new(|p| {
                p["startDate"].as_str().is_some_and(|day| day <= "2019-12-31")
            })),
            ("hasOverlaps: true".into(), Box::new(|p| p["overlaps"]["nodes"] != json!([]))),
            ("hasOverlaps: false".into(), Box::new(|p| p["overlaps"]["nodes"] == json!([]))),
            ("phases: [ALPHA], hasOverlaps: true".into(), Box::new(|p| {
                p["phase"] == "ALPHA" && p["overlaps"]["nodes"] != json!([])
            })),
        ];
        for (filter, holds) in cases {
            let query = format!("{{ projects(first: 100, filter: {{ {filter} }}) {{ totalCount nodes {{ id }} }} }}");
            let found = inside.data(&query).await["projects"].take();
            let expected: BTreeSet<&str> = all.iter().filter(|p| holds(p)).map(|p| p["id"].as_str().unwrap()).collect();
            let nodes = found["nodes"].as_array().unwrap();
            assert_eq!(ids(nodes).into_iter().collect::<BTreeSet<_>>(), expected, "{filter}");
            assert_eq!(found["totalCount"], expected.len(), "{filter}");
            assert!((1..all.len()).contains(&expected.len()), "{filter} chooses: {}", expected.len());
        }
        let nothing = inside.data("{ projects(filter: { kinds: [ACCELERATOR], phases: [RETIRED] }) { totalCount } }").await;
        assert_eq!(nothing["projects"]["totalCount"], 0);
    }

    async fn a_search_finds_words_and_their_beginnings(inside: Inside) {
        inside.demonstrate().await;
        let fields = "id title summary themes technologies programme";
        let all = inside.data(&format!("{{ projects(first: 100) {{ nodes {{ {fields} }} }} }}")).await;
        let all = all["projects"]["nodes"].as_array().unwrap();
        for search in ["damp", "DAMP Mould", "chatbot", "chat", "hous rep", "iot", "5g", "zebra"] {
            let expected: BTreeSet<&str> = all.iter().filter(|project| {
                let text = project.as_object().unwrap().iter().filter(|(name, _)| *name != "id")
                    .map(|(_, value)| value.to_string().to_lowercase()).collect::<Vec<_>>().join(" ");
                let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
                search.to_lowercase().split(' ').all(|part| words.iter().any(|word| word.starts_with(part)))
            }).map(|project| project["id"].as_str().unwrap()).collect();
            let query = format!("{{ projects(first: 100, search: {}) {{ nodes {{ id title }} }} }}", json!(search));
            let found = inside.data(&query).await["projects"]["nodes"].take();
            let nodes = found.as_array().unwrap();
            assert_eq!(ids(nodes).into_iter().collect::<BTreeSet<_>>(), expected, "{search}");
            assert_eq!(expected.is_empty(), search == "zebra", "{search}");
            let in_title: Vec<bool> = nodes.iter()
                .map(|node| node["title"].as_str().unwrap().to_lowercase().contains(&search.to_lowercase())).collect();
            if !search.contains(' ') {
                let first_without = in_title.iter().position(|has| !has).unwrap_or(in_title.len());
                assert!(!in_title[first_without..].contains(&true), "titles with {search} come first: {in_title:?}");
            }
        }
    }
}
