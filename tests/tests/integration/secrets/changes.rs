//! Every change of the schema, asked by everybody: what is not theirs stays as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Executor as _, Request, Variables};
use serde_json::{Map, Value, json};
use tandem::access::Viewer;
use tandem::graphql;
use tandem::graphql::guarded::Guarded;
use tandem::service::backup;
use tests::Inside;

use super::compare;
use super::world::{Ids, World};
use crate::surveys::SHORT;

/// Fields of inputs that are the same whatever is asked. An id is by its name what it is of; a field that need not be given
/// and stands neither here nor in [`NAMED`] is left out.
const GIVEN: [(&str, &str); 13] = [
    ("lead", "LDS"),
    ("funder", "Northern Gift Fund"),
    ("closesAt", "2098-01-01T00:00:00Z"),
    ("opensAt", "2026-01-01T00:00:00Z"),
    ("dueOn", "2030-01-01"),
    ("closes", "2036-01-01"),
    ("answer", "ACCEPT"),
    ("move", "START"),
    ("outcome", "NOTHING"),
    ("recordBidOutcome.outcome", "WON"),
    ("kind", "DECISION"),
    ("reason", "a reason"),
    ("summary", "Wireless sensors against damp in council homes."),
];

/// What ids of these names are of.
const NAMED: [(&str, &str); 20] = [
    ("organisation", "leeds"),
    ("authority", "leeds"),
    ("from", "leeds"),
    ("lead", "leeds"),
    ("owner", "leeds"),
    ("to", "camden"),
    ("partners", "camden"),
    ("members", "camden"),
    ("merged", "twin"),
    ("project", "project"),
    ("projects", "project"),
    ("call", "call"),
    ("overlap", "overlap"),
    ("wave", "wave"),
    ("questionSet", "questionSet"),
    ("account", "account"),
    ("replaces", "key"),
    ("invitations", "invitation"),
    ("bid", "bid"),
    ("kept", "project"),
];

/// The schema's changes and what they are given.
struct Changes {
    inputs: HashMap<String, Vec<InputValueDefinition>>,
    enums: HashMap<String, Vec<String>>,
    changes: Vec<FieldDefinition>,
}

impl Changes {
    fn of(sdl: &str) -> Self {
        let mut all = Self {
            inputs: HashMap::new(),
            enums: HashMap::new(),
            changes: Vec::new(),
        };
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node.to_string();
            match definition.node.kind {
                TypeKind::InputObject(input) => {
                    all.inputs
                        .insert(name, input.fields.into_iter().map(|field| field.node).collect());
                }
                TypeKind::Enum(words) => {
                    let words = words
                        .values
                        .into_iter()
                        .map(|word| word.node.value.node.to_string());
                    all.enums.insert(name, words.collect());
                }
                TypeKind::Object(object) if name == "Mutation" => {
                    all.changes = object.fields.into_iter().map(|field| field.node).collect();
                }
                _ => {}
            }
        }
        all
    }

    /// What a change is asked with, once for each thing that there is where it takes one.
    fn asked(&self, change: &FieldDefinition, ids: &Ids) -> Vec<(String, Value)> {
        let name = change.name.node.as_str();
        let kind = named(&change.arguments[0].node.ty.node.base);
        let query = format!(
            "mutation ($input: {kind}!) {{ {name}(input: $input) {{ errors {{ code message path }} }} }}"
        );
        let alone = !self.inputs[kind].iter().any(|field| {
            named(&field.ty.node.base) == "ID"
                && !NAMED.iter().any(|(name, _)| *name == field.name.node.as_str())
        });
        let each: Vec<&String> = match alone {
            true => ids.values().take(1).collect(),
            false => ids.values().collect(),
        };
        each.into_iter()
            .map(|id| (query.clone(), json!({ "input": self.input(name, kind, ids, id) })))
            .collect()
    }

    fn input(&self, change: &str, kind: &str, ids: &Ids, id: &str) -> Value {
        let mut given = Map::new();
        for field in &self.inputs[kind] {
            let name = field.name.node.as_str();
            if let Some(value) = self.value(
                change,
                name,
                &field.ty.node.base,
                !field.ty.node.nullable && field.default_value.is_none(),
                ids,
                id,
            ) {
                given.insert(name.to_owned(), value);
            }
        }
        Value::Object(given)
    }

    fn value(
        &self,
        change: &str,
        name: &str,
        base: &BaseType,
        needed: bool,
        ids: &Ids,
        id: &str,
    ) -> Option<Value> {
        let kind = match base {
            BaseType::Named(kind) => kind.as_str(),
            BaseType::List(inner) => {
                let item = self.value(change, name, &inner.base, needed, ids, id)?;
                return Some(json!([item]));
            }
        };
        if kind == "ID" {
            let of = NAMED.iter().find(|(named, _)| *named == name);
            return Some(json!(of.map_or(id, |(_, of)| ids[of].as_str())));
        }
        let exact = format!("{change}.{name}");
        let given = GIVEN
            .iter()
            .find(|(of, _)| *of == exact)
            .or_else(|| GIVEN.iter().find(|(of, _)| *of == name));
        if let Some(words) = self.enums.get(kind) {
            let wanted = given
                .map(|(_, value)| *value)
                .filter(|value| words.iter().any(|word| word == value));
            return needed.then(|| json!(wanted.unwrap_or(&words[0])));
        }
        match (given, needed) {
            (Some((_, value)), _) if !self.inputs.contains_key(kind) => Some(json!(value)),
            (_, false) => None,
            _ => Some(match kind {
                "Int" | "Float" | "BigInt" => json!(1),
                "Boolean" => json!(false),
                "String" if name == "definition" => json!(SHORT),
                "String" | "Upload" => json!(format!("qx {name}")),
                "Date" => json!("2030-01-01"),
                "DateTime" => json!("2098-01-01T00:00:00Z"),
                kind => self.input(change, kind, ids, id),
            }),
        }
    }
}

fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => named(&inner.base),
    }
}

/// What came of it: `DONE`, or the codes of what was wrong.
async fn outcome(schema: &Guarded, viewer: &Viewer, query: &str, variables: Value) -> String {
    let request = Request::new(query)
        .variables(Variables::from_json(variables))
        .data(viewer.clone());
    let answer = serde_json::to_value(schema.execute(request).await).unwrap();
    if let Some(error) = answer["errors"].as_array().and_then(|errors| errors.first()) {
        let code = error["extensions"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{query}\n{answer}"));
        return code.to_owned();
    }
    let payload = answer["data"].as_object().unwrap().values().next().unwrap();
    let errors = payload["errors"].as_array().unwrap();
    let codes: BTreeSet<&str> = errors
        .iter()
        .map(|error| error["code"].as_str().unwrap())
        .collect();
    match codes.is_empty() {
        true => "DONE".to_owned(),
        false => codes.into_iter().collect::<Vec<_>>().join("+"),
    }
}

/// Everything that stands in the database, but for the log, which grows.
async fn whole(inside: &Inside) -> Vec<String> {
    let mut written = Vec::new();
    backup::write(&inside.app.db, &mut written).await.unwrap();
    let text = String::from_utf8(written).unwrap();
    let mut lines = text.lines();
    let head: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    let log: Vec<usize> = head["tables"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .filter(|(_, table)| table.to_string().contains("\"audit_"))
        .map(|(place, _)| place)
        .collect();
    assert!(log.len() >= 2, "the tables of the log are known: {head}");
    let of_log = |line: &str| log.iter().any(|place| line.starts_with(&format!("[{place},")));
    lines
        .filter(|line| line.starts_with('[') && !of_log(line))
        .map(str::to_owned)
        .collect()
}

/// Of each change, what came of it, and for whom.
type Told = BTreeMap<String, BTreeMap<String, Vec<&'static str>>>;

impl Changes {
    /// Asks for every change of everything as one viewer.
    async fn all_by(
        &self,
        guarded: &Guarded,
        world: &World,
        (who, viewer): (&'static str, &Viewer),
        told: &mut Told,
    ) {
        for change in &self.changes {
            let mut outcomes = BTreeSet::new();
            for (query, variables) in self.asked(change, &world.ids) {
                outcomes.insert(outcome(guarded, viewer, &query, variables).await);
            }
            let outcomes: Vec<String> = outcomes.into_iter().collect();
            let of_change = told.entry(change.name.node.to_string()).or_default();
            of_change.entry(outcomes.join(" ")).or_default().push(who);
        }
    }
}

tests::on_each_database! {
    async fn nobody_changes_what_is_not_theirs(inside: Inside) {
        let mut world = World::public(&inside).await;
        world.behind_doors(&inside).await;
        world.in_part(&inside).await;
        let changes = Changes::of(&graphql::sdl());
        assert!(changes.changes.len() > 50);
        let guarded = Guarded::over(&inside.app);
        let mut told = Told::new();
        let theirs = [
            "EDITOR of Leeds",
            "EDITOR of Camden",
            "FUNDER of the call",
            "REVIEWER",
            "ADMINISTRATOR",
        ];
        let (others, theirs): (Vec<_>, Vec<_>) = world
            .askers
            .all
            .iter()
            .partition(|(who, _)| !theirs.contains(who));
        let before = whole(&inside).await;
        for (who, viewer) in others {
            changes.all_by(&guarded, &world, (*who, viewer), &mut told).await;
            let after = whole(&inside).await;
            let changed: Vec<&String> = after
                .iter()
                .filter(|line| !before.contains(line))
                .take(5)
                .collect();
            assert!(before == after, "{who} changed something: {changed:#?}");
        }
        // The same requests do something for those who may: it is not for nonsense that they were refused.
        for (who, viewer) in theirs {
            changes.all_by(&guarded, &world, (*who, viewer), &mut told).await;
        }
        let lines = told.iter().flat_map(|(name, told)| {
            let told = told
                .iter()
                .map(move |(outcome, who)| format!("  {outcome}: {}\n", who.join(", ")));
            std::iter::once(format!("{name}\n")).chain(told)
        });
        compare("changes.txt", &lines.collect::<String>());
    }
}
