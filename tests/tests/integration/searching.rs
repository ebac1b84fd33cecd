//! Searching: what is put right, what is counted, what a deep page costs.

use entity::project;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryTrait};
use serde_json::{Value, json};
use tandem::store::page::{Page, Position, SortKey, Sorting, paged};
use tests::Inside;

/// How the filter asks for a value of a facet.
fn condition(dimension: &str, value: &Value) -> String {
    let name = match dimension {
        "THEME" => "themes",
        "TECHNOLOGY" => "technologies",
        "PHASE" => "phases",
        "KIND" => "kinds",
        "AUTHORITY" => "authorities",
        "REGION" => "regions",
        "NATION" => "nations",
        "FUNDER" => "funders",
        "YEAR" => "years",
        _ => "moneyBands",
    };
    let value = match dimension {
        "PHASE" | "KIND" | "YEAR" | "MONEY_BAND" => value.as_str().unwrap().to_owned(),
        _ => value.to_string(),
    };
    format!("{name}: [{value}]")
}

async fn total(inside: &Inside, arguments: &str) -> Value {
    inside
        .data(&format!("{{ projects({arguments}) {{ totalCount }} }}"))
        .await["projects"]["totalCount"]
        .take()
}

async fn facets(inside: &Inside, arguments: &str) -> Vec<Value> {
    let query = format!(
        "{{ projects({arguments}) {{ facets {{ dimension more buckets {{ value label count }} }} }} }}"
    );
    inside.data(&query).await["projects"]["facets"]
        .as_array()
        .unwrap()
        .clone()
}

tests::on_each_database! {
    async fn a_facet_counts_what_its_filter_would_give(inside: Inside) {
        inside.demonstrate().await;
        for (search, filter) in [("", ""), ("search: \"data\"", ""), ("", "phases: [ALPHA, BETA]"), ("search: \"housing\"", "nations: [\"England\"]")] {
            let found = facets(&inside, &format!("first: 1, {search}, filter: {{ {filter} }}")).await;
            assert_eq!(found.len(), 10);
            let mut counted = 0;
            for facet in &found {
                let dimension = facet["dimension"].as_str().unwrap();
                let buckets = facet["buckets"].as_array().unwrap();
                let counts: Vec<i64> = buckets.iter().map(|bucket| bucket["count"].as_i64().unwrap()).collect();
                assert!(counts.is_sorted_by(|left, right| left >= right), "{facet}");
                assert!(buckets.len() <= 10 && buckets.len() < 10 || facet["more"].is_boolean());
                for bucket in buckets.iter().take(4) {
                    let own = condition(dimension, &bucket["value"]);
                    // The facet's own filter is left out of its counts, and every other is heeded.
                    let name = own.split(':').next().unwrap();
                    let others = if filter.starts_with(name) { "" } else { filter };
                    let expected = total(&inside, &format!("first: 0, {search}, filter: {{ {others} {own} }}")).await;
                    assert_eq!(bucket["count"], expected, "{search} {filter} {dimension} {bucket}");
                    assert!(!bucket["label"].as_str().unwrap().is_empty());
                    counted += 1;
                }
            }
            assert!(counted > 15, "{counted} values of {search} {filter}");
        }
        let few = inside.data("{ projects(first: 0) { facets(dimensions: [THEME], first: 2) { dimension more buckets { count } } } }").await;
        let few = few["projects"]["facets"].as_array().unwrap();
        assert_eq!((few.len(), few[0]["buckets"].as_array().unwrap().len(), &few[0]["more"]), (1, 2, &json!(true)));
        let answer = inside.graphql("{ projects { facets(first: 101) { more } } }").await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }

    async fn slips_are_put_right_and_told(inside: Inside) {
        inside.demonstrate().await;
        let found = inside.data("{ slip: projects(search: \"chatbto\") { totalCount corrections { typed meant } }
            right: projects(search: \"chatbot\") { totalCount corrections { typed } } }").await;
        assert_eq!(found["slip"]["corrections"], json!([{ "typed": "chatbto", "meant": "chatbot" }]));
        assert_eq!(found["slip"]["totalCount"], found["right"]["totalCount"]);
        assert_eq!(found["right"]["corrections"], json!([]));
        assert!(found["right"]["totalCount"].as_i64() > Some(0));
    }

    async fn words_that_mean_one_theme_are_one(inside: Inside) {
        for (title, themes) in [("Dry homes", "[\"council homes\", \"Social housing\"]"), ("Warm homes", "[\"public housing\"]")] {
            let create = format!("mutation {{ createProject(input: {{ title: \"{title}\", themes: {themes} }}) {{ errors {{ message }} }} }}");
            assert_eq!(inside.data(&create).await["createProject"]["errors"], json!([]));
        }
        let found = inside.data("{ projects(filter: { themes: [\"housing stock\"] }, orderBy: { field: TITLE }) { nodes { title themes }
            facets(dimensions: [THEME]) { buckets { value label count } } } }").await;
        assert_eq!(found["projects"]["nodes"], json!([{ "title": "Dry homes", "themes": ["council homes", "Social housing"] },
            { "title": "Warm homes", "themes": ["public housing"] }]), "free words are kept beside");
        assert_eq!(found["projects"]["facets"][0]["buckets"], json!([{ "value": "Social housing", "label": "Social housing", "count": 2 }]));
    }

    async fn a_search_knows_what_was_just_written_and_taken_out(inside: Inside) {
        let created = inside.data("mutation { createProject(input: { title: \"Lidar on bin lorries\", summary: \"Scans kerbs\" })
            { project { id } } }").await;
        let id = created["createProject"]["project"]["id"].clone();
        let search = "{ projects(search: \"lidar kerb\") { nodes { id } totalCount } }";
        assert_eq!(inside.data(search).await["projects"]["nodes"], json!([{ "id": id }]));
        let change = format!("mutation {{ updateProject(input: {{ id: {id}, version: 1, title: \"Radar on lorries\" }}) {{ project {{ id }} }} }}");
        inside.data(&change).await;
        assert_eq!(inside.data(search).await["projects"]["totalCount"], 0);
        let search = "{ projects(search: \"radar\") { totalCount } }";
        assert_eq!(inside.data(search).await["projects"]["totalCount"], 1);
        inside.data(&format!("mutation {{ retireProject(input: {{ id: {id}, reason: \"It never began\" }}) {{ project {{ id }} }} }}")).await;
        assert_eq!(inside.data(search).await["projects"]["totalCount"], 0);
    }

    async fn a_deep_page_costs_what_the_first_does(inside: Inside) {
        inside.demonstrate().await;
        for arguments in ["search: \"data\"", "orderBy: { field: TITLE }", "orderBy: { field: BUDGET }", ""] {
            let page = |after: &str| format!("{{ projects({arguments} {after} first: 5) {{ nodes {{ id lead {{ name }} }} pageInfo {{ endCursor }} }} }}");
            inside.data(&page("")).await;
            let first = inside.statements(&page("")).await;
            let mut after = String::new();
            for _ in 0..3 {
                let found = inside.data(&page(&after)).await;
                after = format!("after: {}", found["projects"]["pageInfo"]["endCursor"]);
            }
            inside.data(&page(&after)).await;
            assert_eq!(inside.statements(&page(&after)).await, first, "{arguments}");
        }
        if inside.app.db.backend() != DbBackend::Sqlite {
            return;
        }
        // The database enters an index where the page begins, and reads nothing before it.
        for (column, key) in [(project::Column::TitleKey, SortKey::Text("m".into())), (project::Column::ChangeSeq, SortKey::Integer(40))] {
            for (descending, backwards) in [(false, false), (true, false), (false, true), (true, true)] {
                let sorting = Sorting { expression: sea_orm::IntoSimpleExpr::into_simple_expr(column), descending,
                    id: sea_orm::IntoSimpleExpr::into_simple_expr(project::Column::Id) };
                let beyond = Some(Position { key: key.clone(), id: uuid::Uuid::nil() });
                let query = project::Entity::find().filter(project::Column::Status.eq("ACTIVE"));
                let query = paged(query, &sorting, &Page { limit: 20, beyond, backwards });
                let mut statement = query.build(DbBackend::Sqlite);
                statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
                let plan = inside.app.db.read().query_all_raw(statement).await.unwrap();
                let plan: Vec<String> = plan.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
                assert!(plan[0].starts_with("SEARCH project USING INDEX"), "{column:?} {descending} {backwards}: {plan:?}");
            }
        }
    }

    async fn an_authority_sees_what_it_should_be_asked_about(inside: Inside) {
        inside.demonstrate().await;
        let sql = "UPDATE catalogue SET change_seq = change_seq + 1;
            UPDATE project SET last_confirmed_at = '2000-01-01T00:00:00.000Z', change_seq = (SELECT change_seq FROM catalogue)
            WHERE id = (SELECT p.id FROM project p JOIN organisation o ON o.id = p.lead_id WHERE o.code = 'LDS' ORDER BY p.id LIMIT 1)";
        inside.app.db.read().execute_unprepared(sql).await.unwrap();
        let found = inside.data("{ authority(code: \"LDS\") { all: projects { totalCount }
            stale: projects(filter: { staleness: [STALE] }) { totalCount nodes { staleness lead { code } } } } }").await;
        let found = &found["authority"];
        assert_eq!(found["stale"], json!({ "totalCount": 1, "nodes": [{ "staleness": "STALE", "lead": { "code": "LDS" } }] }));
        assert!(found["all"]["totalCount"].as_i64() > Some(1));
    }
}
