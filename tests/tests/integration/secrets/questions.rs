//! Questions that ask for everything: made from the schema, so that a new field is asked for as soon as it is there.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition};

/// How many levels of objects are asked for below an operation.
const DEPTH: usize = 5;

/// What arguments are given, by the field and the argument; `ID` is each known id in turn. An argument that must be given
/// and is no id must stand here.
const GIVEN: [(&str, &str, &str); 15] = [
    ("document", "format", "MARKDOWN"),
    ("history", "question", "\"spend\""),
    ("projects", "search", "\"damp qxbid qxmessage qxpost\""),
    (
        "checkOverlap",
        "input",
        r#"{title: "Damp sensors", summary: "Wireless sensors against damp in council homes"}"#,
    ),
    (
        "checkOverlaps",
        "inputs",
        r#"[{title: "Damp sensors", summary: "Wireless sensors against damp in council homes"}]"#,
    ),
    ("coFundingSuggestions", "authority", "ID"),
    ("fundingMatches", "authority", "ID"),
    ("overlapSummary", "by", "THEME"),
    ("resolveOrganisation", "name", "\"Leeds\""),
    ("surveyAggregate", "question", "\"spend\""),
    ("surveyResponse", "authority", "LEEDS"),
    ("surveyResponse", "wave", "ROUND"),
    ("surveyResultsFile", "format", "CSV"),
    ("surveyTemplate", "format", "CSV"),
    ("vocabulary", "of", "THEME"),
];

/// The schema's types that can be asked for fields.
pub(super) struct Questions {
    types: HashMap<String, Kind>,
    /// Types and fields that stand in some question.
    asked: RefCell<BTreeSet<(String, String)>>,
    /// Names of fields that are left out.
    without: RefCell<BTreeSet<String>>,
}

/// What is asked, and of which id where it is one.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) operation: String,
    pub(super) text: String,
    pub(super) id: Option<String>,
    /// The same, but only whether there is an answer.
    pub(super) probe: String,
    /// Of which type that is which `node` finds.
    pub(super) kind: String,
}

enum Kind {
    Object(Vec<FieldDefinition>),
    /// An interface or a union: every type that it can be.
    Abstract(Vec<String>),
}

impl Questions {
    pub(super) fn of(sdl: &str) -> Self {
        let mut types: HashMap<String, Kind> = HashMap::new();
        let mut implementers: HashMap<String, Vec<String>> = HashMap::new();
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node.to_string();
            match definition.node.kind {
                TypeKind::Object(object) => {
                    for interface in object.implements {
                        implementers
                            .entry(interface.node.to_string())
                            .or_default()
                            .push(name.clone());
                    }
                    types.insert(
                        name,
                        Kind::Object(object.fields.into_iter().map(|field| field.node).collect()),
                    );
                }
                TypeKind::Interface(_) => {
                    implementers.entry(name).or_default();
                }
                TypeKind::Union(union) => {
                    implementers.insert(
                        name,
                        union
                            .members
                            .iter()
                            .map(|member| member.node.to_string())
                            .collect(),
                    );
                }
                _ => {}
            }
        }
        types.extend(
            implementers
                .into_iter()
                .map(|(name, members)| (name, Kind::Abstract(members))),
        );
        Self {
            types,
            asked: RefCell::default(),
            without: RefCell::default(),
        }
    }

    /// The same question without the fields that an answer was refused for, since one that may not be null takes with it
    /// whatever stands beside it; `None` where nothing is left to leave out. `kind` is what `node` finds.
    pub(super) fn less(
        &self,
        question: &Question,
        refused: &[String],
        kind: Option<&str>,
    ) -> Option<Question> {
        let before = self.without.borrow().len();
        self.without.borrow_mut().extend(refused.iter().cloned());
        if self.without.borrow().len() == before {
            return None;
        }
        if let (Some(id), Some(kind)) = (&question.id, kind) {
            let text = self.of_node(id, kind);
            return Some(Question {
                text,
                ..question.clone()
            });
        }
        let again = self.all(question.id.iter());
        again
            .into_iter()
            .find(|other| other.operation == question.operation)
    }

    /// Leaves nothing out any more.
    pub(super) fn whole(&self) {
        self.without.borrow_mut().clear();
    }

    /// Every type and field that stood in a question.
    pub(super) fn asked(&self) -> BTreeSet<(String, String)> {
        self.asked.borrow().clone()
    }

    /// Every object that an answer can have, with its fields; not the operations, and not what only changes answer with.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        let objects = self.types.iter().filter_map(|(name, kind)| match kind {
            Kind::Object(fields) => {
                Some((name.as_str(), fields.iter().map(|field| field.name.node.as_str())))
            }
            Kind::Abstract(_) => None,
        });
        let is_operation = |name: &str| matches!(name, "Query" | "Mutation" | "Subscription");
        objects.filter(move |(name, _)| !is_operation(name) && !name.ends_with("Payload"))
    }

    /// Whether there is an object, an interface or a union of that name.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.types.contains_key(kind)
    }

    /// Types and fields that some answer to a query can have, and that stood in no question.
    pub(super) fn never_asked(&self) -> Vec<(String, String)> {
        let mut reached = BTreeSet::new();
        self.reach("Query", &mut reached);
        let fields = reached.iter().flat_map(|kind| match &self.types[kind] {
            Kind::Object(fields) => fields
                .iter()
                .map(|field| (kind.clone(), field.name.node.to_string()))
                .collect(),
            Kind::Abstract(_) => Vec::new(),
        });
        let asked = self.asked.borrow();
        fields.filter(|field| !asked.contains(field)).collect()
    }

    fn reach(&self, kind: &str, reached: &mut BTreeSet<String>) {
        let Some(known) = self.types.get(kind) else { return };
        if !reached.insert(kind.to_owned()) {
            return;
        }
        match known {
            Kind::Object(fields) => {
                for field in fields {
                    self.reach(named(&field.ty.node.base), reached);
                }
            }
            Kind::Abstract(members) => {
                for member in members {
                    self.reach(member, reached);
                }
            }
        }
    }

    /// Every field below the one subscription, to be listened to.
    pub(super) fn heard(&self) -> String {
        let below = self.below("Overlap", DEPTH, &mut Vec::new()).unwrap();
        format!("subscription {{ overlapFlagged {below} }}")
    }

    /// Every query of the schema, with all that can be asked for below it, once for each id where it takes one.
    pub(super) fn all<'a>(&self, ids: impl Iterator<Item = &'a String> + Clone) -> Vec<Question> {
        let Some(Kind::Object(operations)) = self.types.get("Query") else {
            panic!("no queries")
        };
        let mut questions = Vec::new();
        for operation in operations {
            let name = operation.name.node.as_str();
            let arguments = given(operation, 3);
            self.asked
                .borrow_mut()
                .insert(("Query".to_owned(), name.to_owned()));
            let answer = named(&operation.ty.node.base);
            let below = match name {
                // What is there is asked for once it is known.
                "node" => String::new(),
                _ => self.below(answer, DEPTH, &mut Vec::new()).unwrap_or_default(),
            };
            let shortly = match self.types.contains_key(answer) {
                true => "{ __typename }",
                false => "",
            };
            let question = |id: Option<&String>| {
                let arguments = match id {
                    Some(id) => arguments.replace(": ID", &format!(": \"{id}\"")),
                    None => arguments.clone(),
                };
                Question {
                    operation: name.to_owned(),
                    text: format!("{{ {name}{arguments} {below} }}"),
                    id: id.cloned(),
                    probe: format!("{{ {name}{arguments} {shortly} }}"),
                    kind: String::new(),
                }
            };
            match arguments.contains(": ID") {
                true => questions.extend(ids.clone().map(|id| question(Some(id)))),
                false => questions.push(question(None)),
            }
        }
        questions
    }

    /// Everything that can be asked of what `node` finds, once it is known of which type that is.
    pub(super) fn of_node(&self, id: &str, kind: &str) -> String {
        let below = self.below(kind, DEPTH, &mut Vec::new()).unwrap();
        format!("{{ node(id: \"{id}\") {{ __typename ... on {kind} {below} }} }}")
    }

    /// Everything that can be asked of a type; empty for one that has no fields, `None` where it would go round or too deep.
    fn below(&self, kind: &str, depth: usize, path: &mut Vec<String>) -> Option<String> {
        match self.types.get(kind) {
            None => Some(String::new()),
            _ if depth == 0 => None,
            // What it has was asked for above.
            _ if path.iter().any(|above| above == kind) => Some("{ __typename }".to_owned()),
            Some(Kind::Object(fields)) => Some(self.fields(kind, fields, depth, path, "")),
            Some(Kind::Abstract(members)) => {
                let parts = members.iter().filter_map(|member| match self.types.get(member) {
                    Some(Kind::Object(fields)) if !path.contains(member) => {
                        // Types may have fields of one name that answer differently.
                        let below = self.fields(member, fields, depth, path, &format!("{member}_"));
                        Some(format!("... on {member} {below}"))
                    }
                    _ => None,
                });
                let parts: Vec<String> = parts.collect();
                Some(format!("{{ __typename {} }}", parts.join(" ")))
            }
        }
    }

    /// The fields of a type, each under its own name after `prefix`.
    fn fields(
        &self,
        kind: &str,
        fields: &[FieldDefinition],
        depth: usize,
        path: &mut Vec<String>,
        prefix: &str,
    ) -> String {
        path.push(kind.to_owned());
        let mut asked = vec!["__typename".to_owned()];
        for field in fields {
            let name = field.name.node.as_str();
            if self.without.borrow().contains(name) {
                continue;
            }
            let below = match (kind.ends_with("Edge"), name) {
                // The same stand in `nodes`.
                (true, "node") => Some("{ __typename }".to_owned()),
                _ => self.below(named(&field.ty.node.base), depth - 1, path),
            };
            let Some(below) = below else { continue };
            self.asked.borrow_mut().insert((kind.to_owned(), name.to_owned()));
            let alias = match prefix {
                "" => String::new(),
                prefix => format!("{prefix}{name}: "),
            };
            asked.push(format!("{alias}{name}{} {below}", given(field, 2)));
        }
        path.pop();
        format!("{{ {} }}", asked.join(" "))
    }
}

/// The arguments that a field is asked with.
fn given(field: &FieldDefinition, first: usize) -> String {
    let name = field.name.node.as_str();
    let mut arguments = Vec::new();
    for argument in &field.arguments {
        let (argument, kind, default) = (
            argument.node.name.node.as_str(),
            &argument.node.ty.node,
            &argument.node.default_value,
        );
        let given = GIVEN.iter().find(|(of, to, _)| (*of, *to) == (name, argument));
        match given {
            Some((_, _, value)) => arguments.push(format!("{argument}: {value}")),
            None if argument == "first" => arguments.push(format!("first: {first}")),
            None if kind.nullable || default.is_some() => {}
            None if named(&kind.base) == "ID" => arguments.push(format!("{argument}: ID")),
            None => panic!("say in GIVEN what {name}({argument}) is given"),
        }
    }
    match arguments.is_empty() {
        true => String::new(),
        false => format!("({})", arguments.join(", ")),
    }
}

fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => named(&inner.base),
    }
}
