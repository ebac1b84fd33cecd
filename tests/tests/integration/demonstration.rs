//! What the demonstration catalogue shows, against counts made here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tests::Inside;

const PROJECT: &str = "id title startDate themes programme lead { region }
    budget { amountMinor currency } awards { amount { amountMinor currency } }
    participants { role organisation { __typename id name } }";

/// Every finding with both of its projects.
async fn findings(inside: &Inside) -> Vec<Value> {
    let query = format!(
        "{{ overlaps(first: 100) {{ totalCount nodes {{ score relation
        left {{ {PROJECT} }} right {{ {PROJECT} }} evidence {{ contributions {{ logOdds }} }} }} }} }}"
    );
    let mut data = inside.data(&query).await;
    let found = data["overlaps"]["nodes"].take();
    assert_eq!(data["overlaps"]["totalCount"], found.as_array().unwrap().len());
    found.as_array().unwrap().clone()
}

/// Scores to six digits: the last ones may differ from machine to machine.
fn rounded(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(format!("{:.6}", number.as_f64().unwrap())),
        Value::Array(items) => items.iter().map(rounded).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), rounded(value)))
            .collect(),
        other => other.clone(),
    }
}

/// What projects cost, by currency: the awards, or else the budget.
fn cost<'a>(projects: impl IntoIterator<Item = &'a Value>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for project in projects {
        if !seen.insert(project["id"].as_str().unwrap()) {
            continue;
        }
        let awards = project["awards"].as_array().unwrap();
        let amounts = match awards.is_empty() {
            true => vec![&project["budget"]],
            false => awards.iter().map(|award| &award["amount"]).collect(),
        };
        for amount in amounts.into_iter().filter(|amount| amount.is_object()) {
            let currency = amount["currency"].as_str().unwrap().to_owned();
            *sums.entry(currency).or_default() += amount["amountMinor"].as_i64().unwrap();
        }
    }
    sums
}

fn told(money: &Value) -> BTreeMap<String, i64> {
    let amounts = money.as_array().unwrap().iter();
    amounts
        .map(|amount| {
            (
                amount["currency"].as_str().unwrap().to_owned(),
                amount["amountMinor"].as_i64().unwrap(),
            )
        })
        .collect()
}

/// The lines of the summary that a project belongs to.
fn keys(project: &Value, dimension: &str) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let with = |roles: &[&str]| -> BTreeSet<String> {
        let participants = project["participants"].as_array().unwrap().iter();
        participants
            .filter(|each| roles.contains(&each["role"].as_str().unwrap()))
            .filter_map(|each| text(&each["organisation"]["name"]))
            .collect()
    };
    match dimension {
        "THEME" => project["themes"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(text)
            .collect(),
        "REGION" => text(&project["lead"]["region"]).into_iter().collect(),
        "AUTHORITY" => with(&["LEAD", "PARTNER"]),
        "FUNDER" => with(&["FUNDER"]),
        "PROGRAMME" => text(&project["programme"]).into_iter().collect(),
        _ => project["startDate"]
            .as_str()
            .map(|day| day[..4].to_owned())
            .into_iter()
            .collect(),
    }
}

async fn clusters(inside: &Inside) -> Vec<Value> {
    let query = format!(
        "{{ overlapClusters(first: 100) {{ nodes {{ id size cohesion central {{ id }}
        totalCost {{ amountMinor currency }} authorities {{ id }} projects {{ {PROJECT} }} }} }} }}"
    );
    inside.data(&query).await["overlapClusters"]["nodes"]
        .take()
        .as_array()
        .unwrap()
        .clone()
}

fn titles(cluster: &Value) -> Vec<&str> {
    cluster["projects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|project| project["title"].as_str().unwrap())
        .collect()
}

tests::on_each_database! {
    async fn the_readme_shows_a_real_answer(inside: Inside) {
        inside.demonstrate().await;
        let readme = std::fs::read_to_string(tests::root().join("README.md")).unwrap();
        let block = |language: &str| {
            let (_, rest) = readme.split_once(&format!("```{language}\n")).unwrap();
            rest.split_once("```").unwrap().0.to_owned()
        };
        let shown: Value = serde_json::from_str(&block("json")).unwrap();
        let answer = json!({ "data": inside.data(&block("graphql")).await });
        assert_eq!(rounded(&answer), rounded(&shown), "the README should show {answer:#}");
    }

    async fn totals_agree_with_the_findings(inside: Inside) {
        inside.demonstrate().await;
        let findings = findings(&inside).await;
        assert!(findings.len() >= 10, "{}", findings.len());
        for dimension in ["THEME", "REGION", "AUTHORITY", "FUNDER", "PROGRAMME", "YEAR"] {
            let query = format!("{{ overlapSummary(by: {dimension}) {{ key overlaps open related confirmed projects
                spend {{ amountMinor currency }} }} }}");
            let rows = inside.data(&query).await["overlapSummary"].take();
            let rows = rows.as_array().unwrap();
            let mut seen = BTreeSet::new();
            for row in rows {
                let key = row["key"].as_str().unwrap();
                assert!(seen.insert(key.to_owned()), "{dimension} {key} occurs once");
                let has = |project: &&Value| keys(project, dimension).contains(key);
                let of = |finding: &&Value| has(&&finding["left"]) || has(&&finding["right"]);
                let counted: Vec<&Value> = findings.iter().filter(of).collect();
                let members: Vec<&Value> = counted.iter().flat_map(|each| [&each["left"], &each["right"]]).filter(has).collect();
                let projects: BTreeSet<&str> = members.iter().map(|each| each["id"].as_str().unwrap()).collect();
                // What an authority declared explains a pair; nobody looked at any other yet.
                let open = row["open"].as_u64().unwrap() + row["related"].as_u64().unwrap();
                assert_eq!((&row["overlaps"], open), (&json!(counted.len()), u64::try_from(counted.len()).unwrap()), "{dimension} {key}");
                assert_eq!(row["projects"], projects.len(), "{dimension} {key}");
                assert_eq!(told(&row["spend"]), cost(members), "{dimension} {key}");
            }
            let all: BTreeSet<String> = findings.iter().flat_map(|each| [&each["left"], &each["right"]])
                .flat_map(|project| keys(project, dimension)).collect();
            assert_eq!(seen, all, "{dimension}");
            let counts: Vec<u64> = rows.iter().map(|row| row["overlaps"].as_u64().unwrap()).collect();
            assert!(counts.is_sorted_by(|a, b| a >= b), "most first: {counts:?}");
        }
    }

    async fn clusters_are_tied_together_by_findings(inside: Inside) {
        inside.demonstrate().await;
        let findings = findings(&inside).await;
        let clusters = clusters(&inside).await;
        assert!(clusters.len() >= 5);
        let mut members = BTreeSet::new();
        for cluster in &clusters {
            let projects = cluster["projects"].as_array().unwrap();
            let ids: BTreeSet<&str> = projects.iter().map(|project| project["id"].as_str().unwrap()).collect();
            assert_eq!((&cluster["size"], projects.len()), (&json!(ids.len()), ids.len()));
            assert!(ids.contains(cluster["central"]["id"].as_str().unwrap()));
            assert_eq!(told(&cluster["totalCost"]), cost(projects));
            for id in &ids {
                assert!(members.insert((*id).to_owned()), "a project is in one cluster");
                let tied = findings.iter().any(|each| {
                    let pair = [each["left"]["id"].as_str().unwrap(), each["right"]["id"].as_str().unwrap()];
                    pair.contains(id) && pair.iter().all(|id| ids.contains(id))
                });
                assert!(tied, "{id} is tied to its cluster by a finding");
            }
            let bodies: BTreeSet<&str> = projects.iter().flat_map(|project| project["participants"].as_array().unwrap())
                .filter(|each| each["role"] != "FUNDER" && each["organisation"]["__typename"] == "Authority")
                .map(|each| each["organisation"]["id"].as_str().unwrap()).collect();
            let told: BTreeSet<&str> = cluster["authorities"].as_array().unwrap().iter().map(|each| each["id"].as_str().unwrap()).collect();
            assert_eq!(told, bodies);
        }
        let sizes: Vec<u64> = clusters.iter().map(|cluster| cluster["size"].as_u64().unwrap()).collect();
        assert!(sizes.is_sorted_by(|a, b| a >= b), "the largest first: {sizes:?}");
        let large = inside.data("{ overlapClusters(filter: { minSize: 3 }) { totalCount } }").await;
        assert_eq!(large["overlapClusters"]["totalCount"], sizes.iter().filter(|size| **size >= 3).count());
        let one = format!("{{ overlapClusters(filter: {{ projects: [{}] }}) {{ nodes {{ id }} }} }}", clusters[0]["projects"][0]["id"]);
        assert_eq!(inside.data(&one).await["overlapClusters"]["nodes"], json!([{ "id": clusters[0]["id"] }]));
    }

    async fn evidence_adds_up_to_each_score(inside: Inside) {
        inside.demonstrate().await;
        for finding in findings(&inside).await {
            let score = finding["score"].as_f64().unwrap();
            let parts = finding["evidence"]["contributions"].as_array().unwrap().iter();
            let sum: f64 = parts.map(|part| part["logOdds"].as_f64().unwrap()).sum();
            let odds = (score / (1.0 - score)).ln();
            assert!((odds - sum).abs() < 1e-6, "{odds} against {sum}: {} | {}", finding["left"]["title"], finding["right"]["title"]);
        }
    }

    async fn the_damp_sensors_of_four_councils_form_one_cluster_and_a_fifth_overlaps(inside: Inside) {
        inside.demonstrate().await;
        let clusters = clusters(&inside).await;
        let with_damp: Vec<&Value> = clusters.iter().filter(|cluster| titles(cluster).join("|").contains("Pan London IoT damp")).collect();
        assert_eq!(with_damp.len(), 1);
        let leads: String = with_damp[0]["projects"].as_array().unwrap().iter()
            .flat_map(|project| project["participants"].as_array().unwrap())
            .map(|each| each["organisation"]["name"].as_str().unwrap().to_owned() + "|").collect();
        for council in ["London Office of Technology", "Greenwich", "Kingston", "Renfrewshire"] {
            assert!(leads.contains(council), "{council} is missing among {:?}", titles(with_damp[0]));
        }
        // Leeds monitors the same homes with sensors, but its text speaks of no damp: a finding, no member.
        let overlaps = findings(&inside).await.into_iter().any(|each| {
            let pair = format!("{}|{}", each["left"]["title"], each["right"]["title"]);
            pair.contains("Proactive monitoring of social housing") && pair.contains("damp and mould")
        });
        assert!(overlaps, "Leeds overlaps with none of them");
    }

    async fn waste_and_customer_chatbots_find_each_other(inside: Inside) {
        inside.demonstrate().await;
        let found = findings(&inside).await;
        let speaks = |project: &Value| ["chat", "conversational", "telephony"].iter()
            .any(|word| project["title"].as_str().unwrap().to_lowercase().contains(word));
        let bots: BTreeSet<&str> = found.iter().filter(|each| speaks(&each["left"]) && speaks(&each["right"]))
            .flat_map(|each| [each["left"]["title"].as_str().unwrap(), each["right"]["title"].as_str().unwrap()]).collect();
        for title in ["Voice and web chat bots for waste enquiries", "AI over telephony for waste and recycling",
            "Omnichannel customer services with conversational AI", "Telephone chatbot for revenues and benefits"] {
            assert!(bots.contains(title), "{title} is missing among {bots:?}");
        }
    }

    async fn successive_rounds_of_one_project_are_phases_and_no_duplication(inside: Inside) {
        inside.demonstrate().await;
        let query = "{ projects(first: 100) { nodes { id title relations { relation projectId } } } }";
        let projects = inside.data(query).await["projects"]["nodes"].take();
        let continued: Vec<(String, String)> = projects.as_array().unwrap().iter().flat_map(|project| {
            let declared = project["relations"].as_array().unwrap().iter().filter(|each| each["relation"] == "CONTINUES");
            let id = |value: &Value| value.as_str().unwrap().to_owned();
            declared.map(|each| (id(&project["id"]), id(&each["projectId"]))).collect::<Vec<_>>()
        }).collect();
        assert!(continued.len() >= 5, "{continued:?}");
        let found = findings(&inside).await;
        for (later, earlier) in &continued {
            let finding = found.iter().find(|each| {
                let pair = [each["left"]["id"].as_str().unwrap(), each["right"]["id"].as_str().unwrap()];
                pair.contains(&later.as_str()) && pair.contains(&earlier.as_str())
            });
            let finding = finding.unwrap_or_else(|| panic!("{later} and {earlier} were not found"));
            assert_eq!(finding["relation"], "LATER_PHASE", "{} | {}", finding["left"]["title"], finding["right"]["title"]);
        }
    }
}
