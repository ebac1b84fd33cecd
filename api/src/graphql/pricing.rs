//! What a document costs, in points: about as many as fields that its answer may have.
//!
//! A field is a point and what is asked below it; a list with `first` or `last` is as many times that as it may have
//! records. What costs the server more than its fields tell is in one small table. It is computed from the text and the
//! variables alone, before anything runs, so that a client can be told at once that it asks for too much.

use std::collections::HashMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
    TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned, Value, Variables};

use super::limits::page_records;

/// Points that a field costs beside what is asked below it, by its type and name.
const DEARER: [(&str, &str, usize); 8] = [
    ("Query", "checkOverlap", 300),
    ("Query", "coFundingSuggestions", 1_000),
    ("Query", "eligibleConsortia", 1_000),
    ("Query", "fundingMatches", 300),
    ("Query", "partnerSuggestions", 300),
    ("Query", "portfolioOverlap", 300),
    ("Query", "surveyResultsFile", 1_000),
    ("Overlap", "report", 300),
];

/// Points that a change costs beside what is asked of its result: it is written to the disk.
const CHANGE: usize = 100;

/// The argument that carries several drafts; each is checked.
const DRAFTS: &str = "inputs";

/// At most so many drafts are charged for; more are refused when they are read.
const MOST_DRAFTS: usize = 200;

/// What the fields of a schema cost.
#[derive(Debug)]
pub struct Prices {
    types: HashMap<String, HashMap<String, Price>>,
}

/// What is known of a field.
#[derive(Debug, Clone)]
struct Price {
    /// The type of what it answers with.
    answer: String,
    /// Whether it is a list with `first` or `last`.
    paged: bool,
    /// Points of its own.
    own: usize,
}

impl Prices {
    /// The prices of a schema's text. A text that cannot be read has none: then each field costs a point.
    #[must_use]
    pub fn of(sdl: &str) -> Self {
        let definitions = parse_schema(sdl)
            .map(|document| document.definitions)
            .unwrap_or_default();
        let mut types = HashMap::new();
        for definition in definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node.to_string();
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let prices = fields.into_iter().map(|field| {
                let field = field.node;
                let paged = field
                    .arguments
                    .iter()
                    .any(|argument| matches!(argument.node.name.node.as_str(), "first" | "last"));
                let price = Price {
                    answer: named(&field.ty.node.base).to_string(),
                    paged,
                    own: own_price(&name, field.name.node.as_str()),
                };
                (field.name.node.to_string(), price)
            });
            let prices = prices.collect();
            types.insert(name, prices);
        }
        Self { types }
    }

    /// What the operation of that name costs, or the first one when none is named; at least 1.
    #[must_use]
    pub fn price(&self, document: &ExecutableDocument, name: Option<&str>, variables: &Variables) -> u64 {
        let operation = document
            .operations
            .iter()
            .find(|(of, _)| name.is_none() || of.map(Name::as_str) == name);
        let Some((_, operation)) = operation else {
            return 1;
        };
        let mut bill = Bill {
            prices: self,
            document,
            operation: &operation.node,
            variables,
            fragments: HashMap::new(),
        };
        let root = match operation.node.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let points = bill.selections(&operation.node.selection_set, root);
        u64::try_from(points.max(1)).unwrap_or(u64::MAX)
    }
}

fn own_price(kind: &str, field: &str) -> usize {
    let dearer = DEARER.iter().find(|(of, name, _)| (*of, *name) == (kind, field));
    match dearer {
        Some((_, _, points)) => *points,
        None if kind == "Mutation" => CHANGE,
        None => 1,
    }
}

fn named(base: &BaseType) -> &Name {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(&inner.base),
    }
}

/// The adding up of one request.
struct Bill<'a> {
    prices: &'a Prices,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// What fragments cost, each added up once.
    fragments: HashMap<&'a str, usize>,
}

impl<'a> Bill<'a> {
    fn selections(&mut self, selections: &'a Positioned<SelectionSet>, kind: &'a str) -> usize {
        selections.node.items.iter().fold(0_usize, |sum, selection| {
            let points = match &selection.node {
                Selection::Field(field) => self.field(&field.node, kind),
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    let kind = on.map_or(kind, |on| on.node.on.node.as_str());
                    self.selections(&fragment.node.selection_set, kind)
                }
                Selection::FragmentSpread(spread) => self.fragment(spread.node.fragment_name.node.as_str()),
            };
            sum.saturating_add(points)
        })
    }

    /// The guard has refused fragments that spread themselves; should one come here, it costs nothing within itself.
    fn fragment(&mut self, name: &'a str) -> usize {
        if let Some(points) = self.fragments.get(name) {
            return *points;
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return 0;
        };
        self.fragments.insert(name, 0);
        let kind = fragment.node.type_condition.node.on.node.as_str();
        let points = self.selections(&fragment.node.selection_set, kind);
        self.fragments.insert(name, points);
        points
    }

    fn field(&mut self, field: &'a Field, kind: &'a str) -> usize {
        let prices = self.prices;
        let price = prices
            .types
            .get(kind)
            .and_then(|fields| fields.get(field.name.node.as_str()));
        let below = match price {
            Some(price) => self.selections(&field.selection_set, &price.answer),
            None => self.selections(&field.selection_set, ""),
        };
        let times = match price {
            Some(price) if price.paged => {
                let wanted = self.number(field, "first").or_else(|| self.number(field, "last"));
                page_records(wanted)
            }
            _ => 1,
        };
        let drafts = match self.argument(field, DRAFTS) {
            Some(Value::List(drafts)) => drafts.len().clamp(1, MOST_DRAFTS),
            _ => 1,
        };
        below
            .max(usize::from(times > 1))
            .saturating_mul(times)
            .saturating_add(price.map_or(1, |price| price.own))
            .saturating_mul(drafts)
    }

    /// The number that an argument has; `None` where there is none, and where it is no number of 32 bits.
    fn number(&self, field: &Field, name: &str) -> Option<i32> {
        match self.argument(field, name)? {
            Value::Number(number) => number.as_i64().and_then(|number| i32::try_from(number).ok()),
            _ => None,
        }
    }

    /// What an argument has, looked up among the variables.
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let value = field.get_argument(name)?.node.clone();
        value
            .into_const_with(|variable| self.variable(&variable).ok_or(()))
            .ok()
    }

    fn variable(&self, name: &Name) -> Option<Value> {
        if let Some(value) = self.variables.get(name) {
            return Some(value.clone());
        }
        let definitions = self.operation.variable_definitions.iter();
        let mut own = definitions.filter(|definition| definition.node.name.node == *name);
        own.next()?.node.default_value().cloned()
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    const SCHEMA: &str = "type Query { hello: String node: Node nodes(first: Int): [Node!]! checkOverlap(first: Int): Node \
        checkOverlaps(inputs: [Int!]!): Node } type Node { name: String node: Node nodes(first: Int, last: Int): [Node] } \
        type Mutation { set(to: Int): Node }";

    fn price(query: &str, name: Option<&str>, variables: serde_json::Value) -> u64 {
        let document = parse_query(query).unwrap();
        Prices::of(SCHEMA).price(&document, name, &Variables::from_json(variables))
    }

    #[track_caller]
    fn costs(query: &str, variables: serde_json::Value, points: u64) {
        assert_eq!(price(query, None, variables), points, "{query}");
    }

    #[test]
    fn a_field_is_a_point_and_a_list_as_many_as_it_may_have() {
        costs("{ hello }", json!({}), 1);
        costs("{ hello node { name } }", json!({}), 3);
        costs("{ nodes(first: 10) { name node { name } } }", json!({}), 31);
        costs("{ nodes { name } }", json!({}), 21);
        costs("{ nodes(first: 10) { nodes(last: 5) { name } } }", json!({}), 61);
        costs("{ nodes(first: 2147483647) { name } }", json!({}), 101);
        costs("{ nodes(first: 99999999999999999999) { name } }", json!({}), 21);
        costs("mutation { set { name } }", json!({}), 101);
        costs("{ checkOverlap { name } }", json!({}), 320);
    }

    #[test]
    fn variables_and_their_defaults_are_heeded() {
        let query = "query ($n: Int = 3) { nodes(first: $n) { name } }";
        costs(query, json!({}), 4);
        costs(query, json!({ "n": 7 }), 8);
        costs(query, json!({ "n": null }), 21);
        costs(query, json!({ "n": "many" }), 21);
        costs(
            "query ($d: [Int!]!) { checkOverlaps(inputs: $d) { name } }",
            json!({ "d": [1, 2, 3] }),
            6,
        );
    }

    #[test]
    fn fragments_cost_what_is_in_them_wherever_they_are_spread() {
        let fragment = "fragment F on Node { nodes(first: 10) { name } }";
        costs(&format!("{{ node {{ ...F }} }} {fragment}"), json!({}), 12);
        costs(
            &format!("{{ a: node {{ ...F }} b: node {{ ...F ... on Node {{ name }} }} }} {fragment}"),
            json!({}),
            25,
        );
        costs("{ ...A } fragment A on Query { ...A hello }", json!({}), 1);
        costs("{ ...Missing hello }", json!({}), 1);
    }

    #[test]
    fn the_operation_that_runs_is_the_one_that_costs() {
        let two = "query A { hello } query B { nodes { name } }";
        assert_eq!(price(two, Some("B"), json!({})), 21);
        assert_eq!(price(two, Some("C"), json!({})), 1);
        costs("{ nothing { anything { else } } }", json!({}), 3);
    }

    #[test]
    fn nothing_overflows_however_lists_are_nested() {
        let deep = format!(
            "{{ {}name{} }}",
            "nodes(first: 100) { ".repeat(14),
            " }".repeat(14)
        );
        assert!(price(&deep, None, json!({})) > 1_000_000_000);
    }

    #[test]
    fn what_is_dearer_is_in_the_schema() {
        let prices = Prices::of(&crate::graphql::sdl());
        for (kind, field, _) in DEARER {
            assert!(prices.types[kind].contains_key(field), "{kind}.{field}");
        }
    }
}
