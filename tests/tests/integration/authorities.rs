//! The reference data: authorities by any of their names.

use serde_json::{Value, json};
use tests::Inside;

async fn resolve(inside: &Inside, name: &str, on: &str) -> Vec<(String, f64, bool)> {
    let query = format!(
        "{{ resolveOrganisation(name: {} {on}) {{ name score why validOnDate }} }}",
        json!(name)
    );
    let data = inside.data(&query).await;
    let found = data["resolveOrganisation"].as_array().unwrap().iter();
    let found: Vec<(String, f64, bool)> = found
        .map(|each| {
            assert!(!each["why"].as_str().unwrap().is_empty());
            (
                each["name"].as_str().unwrap().to_owned(),
                each["score"].as_f64().unwrap(),
                each["validOnDate"].as_bool().unwrap(),
            )
        })
        .collect();
    assert!(
        found.is_sorted_by(|a, b| a.1 >= b.1),
        "the surest first: {found:?}"
    );
    found
}

tests::on_each_database! {
    async fn an_authority_is_found_by_code_boundary_and_id(inside: Inside) {
        let leeds = "id code gss name nation region tier population kind identifiers { scheme id }";
        let query = format!("{{ byCode: authority(code: \"LDS\") {{ {leeds} }} byGss: authority(gss: \"E08000035\") {{ {leeds} }} }}");
        let data = inside.data(&query).await;
        assert_eq!(data["byCode"], data["byGss"]);
        let found = &data["byCode"];
        assert_eq!((&found["name"], &found["nation"], &found["region"]),
            (&json!("Leeds City Council"), &json!("England"), &json!("Yorkshire and The Humber")));
        assert_eq!((&found["kind"], &found["tier"]), (&json!("LOCAL_AUTHORITY"), &json!("METROPOLITAN_DISTRICT")));
        assert!(found["identifiers"].as_array().unwrap().contains(&json!({ "scheme": "GB-LAE", "id": "LDS" })));
        let id = &found["id"];
        let again = format!("{{ authority(id: {id}) {{ name }} node(id: {id}) {{ ... on Authority {{ name }} }} }}");
        let name = json!({ "name": "Leeds City Council" });
        assert_eq!(inside.data(&again).await, json!({ "authority": name, "node": name }));
        // Fife's boundary had another code until 2018.
        let former = inside.data("{ old: authority(gss: \"S12000015\") { name } new: authority(gss: \"S12000047\") { name } }").await;
        assert!(former["old"]["name"].is_string(), "{former}");
        assert_eq!(former["old"], former["new"]);
        let none = inside.data("{ a: authority(code: \"QQQ\") { id } b: authority(gss: \"E99999999\") { id } }").await;
        assert_eq!(none, json!({ "a": null, "b": null }));
        for arguments in ["", "(code: \"LDS\", gss: \"E08000035\")", "(id: \"zzz\")"] {
            let answer = inside.graphql(&format!("{{ authority{arguments} {{ id }} }}")).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{arguments}: {answer}");
        }
    }

    async fn all_current_authorities_and_the_four_cities_are_there(inside: Inside) {
        let nations = "[\"England\", \"Scotland\", \"Wales\", \"Northern Ireland\"]";
        let query = format!("{{ current: authorities(first: 0, filter: {{ nations: {nations} }}) {{ totalCount }}
            ended: authorities(first: 0, filter: {{ nations: {nations}, current: false }}) {{ totalCount }}
            wales: authorities(first: 0, filter: {{ nations: [\"Wales\"] }}) {{ totalCount }}
            boroughs: authorities(first: 100, filter: {{ tiers: [\"LONDON_BOROUGH\"] }}) {{ totalCount nodes {{ name tier region }} }}
            cities: authorities(filter: {{ nations: [\"United States\"] }}) {{ nodes {{ name region population }} }} }}");
        let data = inside.data(&query).await;
        let count = |list: &str| data[list]["totalCount"].as_u64().unwrap();
        assert_eq!((count("current"), count("ended"), count("wales"), count("boroughs")), (397, 73, 22, 32));
        for borough in data["boroughs"]["nodes"].as_array().unwrap() {
            assert_eq!((&borough["tier"], &borough["region"]), (&json!("LONDON_BOROUGH"), &json!("London")));
        }
        let cities = data["cities"]["nodes"].to_string();
        for city in ["New Orleans", "Aurora", "Cary", "Seat Pleasant"] {
            assert!(cities.contains(city), "{city} is missing among {cities}");
        }
        let names = inside.data("{ authorities(first: 100) { nodes { name } } }").await["authorities"]["nodes"].take();
        for name in names.as_array().unwrap() {
            let name = name["name"].as_str().unwrap();
            assert_eq!(name, name.split_whitespace().collect::<Vec<_>>().join(" "), "a name is tidy");
        }
    }

    async fn an_ended_authority_names_its_successors_and_all_name_their_neighbours(inside: Inside) {
        let data = inside.data("{ authorities(first: 100, filter: { current: false }) {
            nodes { code name endDate successors { code } } } }").await;
        let ended = data["authorities"]["nodes"].as_array().unwrap();
        let successors = |code: &str| -> Vec<&Value> {
            let found = ended.iter().find(|each| each["code"] == code).unwrap_or_else(|| panic!("{code} has ended"));
            assert!(found["endDate"].is_string(), "{found}");
            found["successors"].as_array().unwrap().iter().map(|each| &each["code"]).collect()
        };
        assert_eq!(successors("SEL"), ["NYE"], "Selby went into North Yorkshire");
        let mut cumbria: Vec<String> = successors("CMA").iter().map(ToString::to_string).collect();
        cumbria.sort();
        assert_eq!(cumbria, ["\"CBD\"", "\"WAF\""], "Cumbria was split in two");
        let near = inside.data("{ authority(code: \"LDS\") { all: neighbours { kind authority { code } }
            border: neighbours(kind: BORDER) { kind authority { code } } } }").await["authority"].take();
        let border: Vec<&Value> = near["border"].as_array().unwrap().iter().map(|each| &each["authority"]["code"]).collect();
        for code in ["BRD", "KIR", "WKF", "NYE"] {
            assert!(border.contains(&&json!(code)), "{code} borders on Leeds: {border:?}");
        }
        assert!(near["border"].as_array().unwrap().iter().all(|each| each["kind"] == "BORDER"));
        assert!(near["all"].as_array().unwrap().len() > border.len(), "some are near without a border");
    }

    async fn names_as_people_write_them_are_resolved(inside: Inside) {
        for (written, meant) in [("Leeds C.C.", "Leeds City Council"), ("hull city council", "Hull City Council"),
            ("E08000035", "Leeds City Council"), ("LDS", "Leeds City Council"), ("Royal Borough of Greenwich", "Royal Borough of Greenwich")] {
            let found = resolve(&inside, written, "").await;
            assert_eq!(found[0].0, meant, "{written}: {found:?}");
            assert!(found[0].1 > 0.85 && found.get(1).is_none_or(|next| next.1 < found[0].1 - 0.2), "{written}: {found:?}");
        }
        let newcastle = resolve(&inside, "Newcastle", "").await;
        assert!(newcastle[0].1 - newcastle[1].1 < 0.1, "which Newcastle is meant is left to the person: {newcastle:?}");
        assert_eq!(resolve(&inside, "Nowhere-on-Sea Toaster Guild", "").await.iter().filter(|each| each.1 > 0.8).count(), 0);
    }

    async fn a_name_that_passed_on_is_resolved_as_of_a_day(inside: Inside) {
        let any = resolve(&inside, "Somerset", "").await;
        assert!(any[0].1 == any[1].1, "without a day two bodies had the name: {any:?}");
        let (before, after) = (resolve(&inside, "Somerset", ", onDate: \"2020-01-01\"").await,
            resolve(&inside, "Somerset", ", onDate: \"2024-01-01\"").await);
        assert_eq!((before[0].0.as_str(), before[0].2), ("Somerset County Council", true));
        assert_eq!((after[0].0.as_str(), after[0].2), ("Somerset Council", true));
        assert!(before[1].1 < before[0].1 && after[1].1 < after[0].1);
    }

    async fn authorities_are_listed_in_the_order_asked_for(inside: Inside) {
        for (field, direction) in [("POPULATION", "DESC"), ("POPULATION", "ASC"), ("NAME", "DESC")] {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            loop {
                let query = format!("{{ authorities(first: 90, orderBy: {{ field: {field}, direction: {direction} }} {cursor}) {{
                    nodes {{ name population }} pageInfo {{ hasNextPage endCursor }} }} }}");
                let page = inside.data(&query).await["authorities"].take();
                seen.extend(page["nodes"].as_array().unwrap().clone());
                if page["pageInfo"]["hasNextPage"] == false { break; }
                cursor = format!(", after: {}", page["pageInfo"]["endCursor"]);
            }
            assert_eq!(seen.len(), 401, "{field} {direction}");
            let known: Vec<String> = seen.iter().filter_map(|each| match field {
                "NAME" => Some(each["name"].as_str()?.to_lowercase()),
                _ => each["population"].as_i64().map(|number| format!("{number:012}")),
            }).collect();
            let sorted = if direction == "ASC" { known.is_sorted() } else { known.is_sorted_by(|a, b| a >= b) };
            assert!(sorted, "{field} {direction}: {known:?}");
            if field == "POPULATION" {
                assert!(seen[known.len()..].iter().all(|each| each["population"].is_null()), "unknown ones last");
            }
        }
        let found = inside.data("{ authorities(search: \"of bristol\") { nodes { code } } }").await;
        assert_eq!(found["authorities"]["nodes"].as_array().unwrap().len(), 0);
        let found = inside.data("{ authorities(search: \"bristol\") { nodes { code } } }").await;
        assert!(found["authorities"]["nodes"].as_array().unwrap().contains(&json!({ "code": "BST" })), "{found}");
    }
}
