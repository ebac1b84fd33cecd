//! Who sees what is not for everybody, and who notices that it is there at all. Everybody asks for everything that the schema
//! has, so that a new field is asked for as soon as it is there; what is private has words that stand nowhere else.

mod changes;
mod questions;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use async_graphql::{Executor as _, Request};
use futures_util::StreamExt as _;
use serde_json::Value;
use tandem::access::{self, Viewer};
use tandem::graphql;
use tandem::graphql::guarded::Guarded;
use tests::{Inside, root};

use crate::funding_calls::administrator;
use questions::{Question, Questions};
use world::{WORDS, World, unused};

/// Far beyond what it takes, so that only a hang is caught.
const LIMIT: Duration = Duration::from_secs(60);

/// A golden that people read; `UPDATE_GOLDENS=1` writes it anew.
fn compare(name: &str, found: &str) {
    let path = root().join("tests/goldens").join(name);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let kept = std::fs::read_to_string(Path::new(&path)).unwrap_or_default();
    assert_eq!(found, kept, "UPDATE_GOLDENS=1 writes tests/goldens/{name} anew");
}

/// The answer to a question, which the schema must at least understand.
async fn asked(schema: &Guarded, viewer: &Viewer, question: &str) -> Value {
    let request = Request::new(question).data(viewer.clone());
    let answer = schema.execute(request).await;
    let wrong = [
        "Unknown",
        "Invalid value",
        "conflict",
        "too complex",
        "is required",
    ];
    for error in &answer.errors {
        let understood = !wrong.iter().any(|sign| error.message.contains(sign));
        assert!(understood, "{question}\n{error:?}");
    }
    serde_json::to_value(&answer).unwrap()
}

/// The questions about what these ids are of, with their arguments put in: each operation is asked of the ids that it has
/// an answer for, seen by an administrator.
async fn questions(inside: &Inside, schema: &Questions, world: &World, ids: &[String]) -> Vec<Question> {
    let guarded = Guarded::over(&inside.app);
    let mut fitting: Vec<Question> = Vec::new();
    for mut question in schema.all(ids.iter()) {
        world.fill(&mut question);
        if let Some(id) = &question.id {
            let request = Request::new(question.probe.as_str()).data(administrator());
            let answer = serde_json::to_value(guarded.execute(request).await).unwrap();
            let found = &answer["data"][&question.operation];
            if found.is_null() {
                continue;
            }
            if question.operation == "node" {
                found["__typename"]
                    .as_str()
                    .unwrap()
                    .clone_into(&mut question.kind);
                question.text = schema.of_node(id, &question.kind);
            }
        }
        fitting.push(question);
    }
    fitting
}

/// Who was told something by a field, or heard a word.
#[derive(Default)]
struct Heard {
    fields: BTreeMap<(String, String), BTreeSet<&'static str>>,
    words: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Heard {
    fn answer(&mut self, who: &'static str, answer: &Value) {
        let text = answer.to_string();
        for (word, _) in WORDS.iter().filter(|(word, _)| text.contains(word)) {
            let heard = self.words.entry(word).or_default();
            if heard.last() != Some(&who) {
                heard.push(who);
            }
        }
        self.walk(who, "Query", &answer["data"]);
    }

    /// Every object says of which type it is; a value that is null, empty or a list of nothing tells nothing.
    fn walk(&mut self, who: &'static str, kind: &str, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(who, kind, item)),
            Value::Object(fields) => {
                let kind = fields.get("__typename").and_then(Value::as_str).unwrap_or(kind);
                let prefix = format!("{kind}_");
                for (name, value) in fields {
                    let empty = match value {
                        Value::Null => true,
                        Value::Array(items) => items.is_empty(),
                        Value::String(text) => text.is_empty(),
                        _ => false,
                    };
                    if empty || name == "__typename" {
                        continue;
                    }
                    let name = name.strip_prefix(&prefix).unwrap_or(name);
                    let key = (kind.to_owned(), name.to_owned());
                    self.fields.entry(key).or_default().insert(who);
                    self.walk(who, "", value);
                }
            }
            _ => {}
        }
    }
}

tests::on_each_database! {
    async fn who_is_told_what_is_not_for_everybody(inside: Inside) {
        let schema = Questions::of(&graphql::sdl());
        let mut world = World::public(&inside).await;
        world.behind_doors(&inside).await;
        world.in_part(&inside).await;
        let ids: Vec<String> = world.ids.values().cloned().collect();
        let questions = questions(&inside, &schema, &world, &ids).await;
        assert!(questions.len() > 60, "{}", questions.len());
        // A file of answers is reached by `node` only, and there is none: it is for administrators.
        let mut never = schema.never_asked();
        never.retain(|(kind, _)| !kind.starts_with("SurveyUpload"));
        assert_eq!(never, [], "fields that no question asks for");
        let guarded = Guarded::over(&inside.app);
        let mut heard = Heard::default();
        for (who, viewer) in &world.askers.all {
            for question in &questions {
                every_part(&guarded, &schema, &world, (who, viewer), question, &mut heard).await;
            }
        }
        listen(&inside, &world, &schema, &mut heard).await;
        assert_eq!(
            beyond(&world, &heard),
            [""; 0],
            "told to others than access/fields.rs says"
        );
        compare("secrets.txt", &words(&heard));
        compare("fields.txt", &fields(&schema, &world, &heard));
    }
}

/// Asks on without whatever is refused, so that a refusal hides nothing that is told beside it.
async fn every_part(
    guarded: &Guarded,
    schema: &Questions,
    world: &World,
    (who, viewer): (&'static str, &Viewer),
    question: &Question,
    heard: &mut Heard,
) {
    let kind = (question.operation == "node").then(|| question.kind.clone());
    let mut question = question.clone();
    schema.whole();
    loop {
        let answer = asked(guarded, viewer, &question.text).await;
        heard.answer(who, &answer);
        let errors = answer["errors"].as_array().into_iter().flatten();
        let paths = errors.filter_map(|error| error["path"].as_array().filter(|path| path.len() > 1));
        let refused = paths.filter_map(|path| path.iter().rev().find_map(Value::as_str));
        let refused: Vec<String> = refused
            .map(|name| name.rsplit('_').next().unwrap().to_owned())
            .collect();
        match schema.less(&question, &refused, kind.as_deref()) {
            Some(mut less) => {
                world.fill(&mut less);
                question = less;
            }
            None => break,
        }
    }
    schema.whole();
}

/// Everybody listens while the engine finds something new.
async fn listen(inside: &Inside, world: &World, schema: &Questions, heard: &mut Heard) {
    let guarded = Guarded::over(&inside.app);
    let mut streams = Vec::new();
    for (who, viewer) in &world.askers.all {
        let request = Request::new(schema.heard()).data(viewer.clone());
        let mut stream = guarded.execute_stream(request, None);
        // It listens once it was asked for the first time.
        let first = futures_util::poll!(stream.next());
        assert!(first.is_pending(), "{who}: {first:?}");
        streams.push((*who, stream));
    }
    let mut third = crate::drafts::damp();
    third["lead"] = "BST".into();
    crate::joint_bids::project(inside, third, "1000").await;
    inside.settle().await;
    for (who, mut stream) in streams {
        let told = tokio::time::timeout(LIMIT, stream.next()).await.unwrap().unwrap();
        assert!(told.errors.is_empty(), "{who}: {:?}", told.errors);
        heard.answer(who, &serde_json::to_value(&told).unwrap());
    }
}

fn words(heard: &Heard) -> String {
    let line = |(word, what): &(&str, &str)| {
        let who = heard
            .words
            .get(word)
            .map(|who| who.join(", "))
            .unwrap_or_default();
        format!("{what} ({word}): {who}\n")
    };
    WORDS.iter().map(line).collect()
}

/// Fields that were not told to everybody, with those who were told, and fields that nobody was told at all: what the walk
/// found nothing of. A field that is new and private stands here as soon as it is there.
fn fields(schema: &Questions, world: &World, heard: &Heard) -> String {
    let mut groups: BTreeMap<(&str, Vec<&str>), Vec<&str>> = BTreeMap::new();
    let asked = schema.asked();
    for (kind, field) in &asked {
        let told = heard.fields.get(&(kind.clone(), field.clone()));
        let who = world.askers.all.iter().map(|(who, _)| *who);
        let who: Vec<&str> = who
            .filter(|who| told.is_some_and(|told| told.contains(who)))
            .collect();
        if who.len() < world.askers.all.len() {
            groups.entry((kind, who)).or_default().push(field);
        }
    }
    let line = |((kind, who), fields): (&(&str, Vec<&str>), &Vec<&str>)| {
        let who = match who.is_empty() {
            true => "nobody".to_owned(),
            false => who.join(", "),
        };
        format!("{kind} to {who}: {}\n", fields.join(" "))
    };
    groups.iter().map(line).collect()
}

/// What was told to somebody whom the table of fields does not say.
fn beyond(world: &World, heard: &Heard) -> Vec<String> {
    let mut beyond = Vec::new();
    for ((kind, field), told) in &heard.fields {
        // Who may ask for which operation is another table.
        let Some(audience) = access::fields::of(kind, field).filter(|_| kind != "Query") else {
            continue;
        };
        for (who, viewer) in world.askers.all.iter().filter(|(who, _)| told.contains(who)) {
            if !audience.has(viewer, World::concerns(who)) {
                beyond.push(format!("{kind}.{field}, for {audience:?}, was told to {who}"));
            }
        }
    }
    beyond
}

#[test]
fn every_type_of_the_schema_is_for_somebody_and_nothing_else_stands_in_the_table() {
    let schema = Questions::of(&graphql::sdl());
    let mut known = BTreeSet::new();
    for (kind, fields) in schema.objects() {
        for field in fields {
            assert!(
                access::fields::of(kind, field).is_some(),
                "say in access/fields.rs whom {kind} may be told"
            );
            known.insert(format!("{kind}.{field}"));
        }
    }
    for (_, names) in access::fields::TOLD {
        for name in *names {
            assert!(
                schema.has(name) || known.contains(*name),
                "{name} is not there any more"
            );
        }
    }
}

/// What an answer says, without what differs from moment to moment.
fn lasting(mut answer: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| !name.ends_with("madeAt") && !name.ends_with("document"));
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut answer);
    answer
}

/// What everybody whom it does not concern is told; and of a single thing, with how many statements it was looked for: time
/// that is spent on what they may not see would show that it is there. (Lists are loaded in batches, as they come.)
async fn noticed(
    inside: &Inside,
    askers: &[(&'static str, Viewer)],
    questions: &[Question],
) -> Vec<(String, u64)> {
    let guarded = Guarded::over(&inside.app);
    let mut noticed = Vec::new();
    for (_, viewer) in askers {
        for question in questions {
            let answer = lasting(asked(&guarded, viewer, &question.text).await);
            let mut statements = 0;
            if question.id.is_some() {
                let before = inside.app.db.statements();
                asked(&guarded, viewer, &question.probe).await;
                statements = inside.app.db.statements() - before;
            }
            noticed.push((answer.to_string(), statements));
        }
    }
    noticed
}

#[track_caller]
fn same(world: &World, questions: &[Question], before: &[(String, u64)], after: &[(String, u64)]) {
    let mut asked = world
        .outsiders()
        .iter()
        .flat_map(|(who, _)| questions.iter().map(move |question| (who, question)));
    for (before, after) in before.iter().zip(after) {
        let (who, question) = asked.next().unwrap();
        assert_eq!(before, after, "{who} asked {}", question.text);
    }
    assert_eq!(before.len(), after.len());
}

tests::on_each_database! {
    async fn what_happens_behind_doors_is_noticed_by_nobody_else(inside: Inside) {
        let schema = Questions::of(&graphql::sdl());
        let mut world = World::public(&inside).await;
        let known: Vec<String> = world.ids.values().cloned().collect();
        let everywhere = questions(&inside, &schema, &world, &known).await;
        // Whatever is remembered from question to question is remembered by now.
        noticed(&inside, &world.outsiders()[..1], &everywhere).await;
        let before = noticed(&inside, world.outsiders(), &everywhere).await;
        world.behind_doors(&inside).await;
        noticed(&inside, &world.outsiders()[..1], &everywhere).await;
        let after = noticed(&inside, world.outsiders(), &everywhere).await;
        same(&world, &everywhere, &before, &after);

        // What is there and not for them is answered like what is not there.
        let hidden = world
            .ids
            .iter()
            .filter(|(name, id)| **name == "account" || !known.contains(id));
        let hidden: Vec<String> = hidden.map(|(_, id)| id.clone()).collect();
        assert!(hidden.len() >= 6, "{hidden:?}");
        let mut there = questions(&inside, &schema, &world, &hidden).await;
        there.retain(|question| question.id.is_some());
        assert!(there.len() >= 8, "{}", there.len());
        let nowhere = |question: &Question| {
            let id = question.id.as_ref().unwrap();
            let nothing = unused(id);
            Question {
                text: question.text.replace(id, &nothing),
                probe: question.probe.replace(id, &nothing),
                ..question.clone()
            }
        };
        let nowhere: Vec<Question> = there.iter().map(nowhere).collect();
        noticed(&inside, &world.outsiders()[..1], &there).await;
        let there_told = noticed(&inside, world.outsiders(), &there).await;
        same(
            &world,
            &there,
            &there_told,
            &noticed(&inside, world.outsiders(), &nowhere).await,
        );
    }
}
