//! GraphQL's grammar of executable documents: tokens to the shape that the limits are about.

use std::collections::HashMap;

use super::lexer::{Kind, Token};
use super::{Limits, Operation, OperationKind, Refusal};

/// Brackets of all kinds open at once. Far above what the finer limits leave possible, and far below what
/// overflows a stack.
const MAX_NESTING: usize = 128;

/// A fragment used within a definition.
#[derive(Debug)]
pub(super) struct Spread<'a> {
    pub(super) fragment: &'a str,
    /// Levels of fields above it.
    pub(super) depth: usize,
    /// Whether it stands below `__schema` or `__type`.
    pub(super) introspection: bool,
}

/// What one definition holds of itself, fragments not followed.
#[derive(Debug, Default)]
pub(super) struct Shape<'a> {
    pub(super) fields: usize,
    pub(super) aliases: usize,
    pub(super) directives: usize,
    pub(super) depth: usize,
    pub(super) introspection_depth: usize,
    pub(super) spreads: Vec<Spread<'a>>,
}

/// A document's operations and fragments.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    pub(super) operations: Vec<(Operation, Shape<'a>)>,
    pub(super) fragments: HashMap<&'a str, Shape<'a>>,
}

impl<'a> Document<'a> {
    /// Reads every definition.
    pub(super) fn read(source: &'a str, tokens: &[Token<'a>], limits: &Limits) -> Result<Self, Refusal> {
        let mut reader = Reader {
            source,
            tokens,
            at: 0,
            nesting: 0,
            limits,
        };
        let mut document = Self::default();
        while let Some(token) = reader.peek() {
            let mut shape = Shape::default();
            if token.text == "fragment" {
                let name = reader.fragment(&mut shape)?;
                if document.fragments.insert(name, shape).is_some() {
                    return Err(Refusal::invalid(format!("fragment `{name}` is defined twice"))
                        .at(source, token.start));
                }
            } else {
                let operation = reader.operation(&mut shape)?;
                document.operations.push((operation, shape));
            }
        }
        Ok(document)
    }

    /// Whether any of its operations or fragments asks what the schema has.
    pub(super) fn introspects(&self) -> bool {
        let operations = self.operations.iter().map(|(_, shape)| shape);
        operations
            .chain(self.fragments.values())
            .any(|shape| shape.introspection_depth > 0)
    }

    /// The operation that a request runs.
    pub(super) fn operation(&self, wanted: Option<&str>) -> Result<Operation, Refusal> {
        let mut operations = self.operations.iter().map(|(operation, _)| operation);
        if let Some(wanted) = wanted {
            return operations
                .find(|operation| operation.name.as_deref() == Some(wanted))
                .cloned()
                .ok_or_else(|| Refusal::invalid("the document has no operation of the name given".into()));
        }
        match (operations.next(), operations.next()) {
            (Some(only), None) => Ok(only.clone()),
            (None, _) => Err(Refusal::invalid("the document has no operation".into())),
            (Some(_), Some(_)) => Err(Refusal::invalid(
                "the document has several operations: operationName must say which to run".into(),
            )),
        }
    }
}

/// Where a selection stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    introspection: bool,
}

struct Reader<'a, 't> {
    source: &'a str,
    tokens: &'t [Token<'a>],
    at: usize,
    nesting: usize,
    limits: &'t Limits,
}

impl<'a> Reader<'a, '_> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn is_next(&self, punctuator: u8) -> bool {
        self.peek()
            .is_some_and(|token| token.kind == Kind::Punctuator(punctuator))
    }

    fn take(&mut self, punctuator: u8) -> bool {
        let found = self.is_next(punctuator);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, wanted: &str) -> Refusal {
        match self.peek() {
            Some(token) => {
                let shown: String = token.text.chars().take(30).collect();
                Refusal::invalid(format!("syntax error: expected {wanted}, found `{shown}`"))
                    .at(self.source, token.start)
            }
            None => Refusal::invalid(format!("syntax error: expected {wanted}, found the end"))
                .at(self.source, self.source.len()),
        }
    }

    fn expect(&mut self, punctuator: u8) -> Result<(), Refusal> {
        if self.take(punctuator) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{}`", char::from(punctuator))))
    }

    fn name(&mut self) -> Result<&'a str, Refusal> {
        match self.peek() {
            Some(token) if token.kind == Kind::Name => {
                self.at += 1;
                Ok(token.text)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn deeper(&mut self) -> Result<(), Refusal> {
        self.nesting += 1;
        if self.nesting <= MAX_NESTING {
            return Ok(());
        }
        let refusal = Refusal::limit(format!(
            "the document is nested deeper than {MAX_NESTING} brackets"
        ));
        Err(self.peek().map_or_else(
            || refusal.clone(),
            |token| refusal.clone().at(self.source, token.start),
        ))
    }

    fn operation(&mut self, shape: &mut Shape<'a>) -> Result<Operation, Refusal> {
        let root = Place {
            depth: 0,
            introspection: false,
        };
        if self.is_next(b'{') {
            self.selections(shape, root)?;
            return Ok(Operation {
                kind: OperationKind::Query,
                name: None,
                introspects: false,
            });
        }
        let kind = match self.peek().map(|token| token.text) {
            Some("query") => OperationKind::Query,
            Some("mutation") => OperationKind::Mutation,
            Some("subscription") => OperationKind::Subscription,
            _ => return Err(self.unexpected("an operation or a fragment")),
        };
        self.at += 1;
        let named = self.peek().is_some_and(|token| token.kind == Kind::Name);
        let name = if named {
            Some(self.name()?.to_owned())
        } else {
            None
        };
        if self.take(b'(') {
            self.variable_definitions(shape)?;
        }
        self.directives(shape)?;
        self.selections(shape, root)?;
        Ok(Operation {
            kind,
            name,
            introspects: false,
        })
    }

    fn fragment(&mut self, shape: &mut Shape<'a>) -> Result<&'a str, Refusal> {
        self.at += 1;
        let name = self.name()?;
        if name == "on" || self.name()? != "on" {
            self.at -= 1;
            return Err(self.unexpected("a fragment's name and `on`"));
        }
        self.name()?;
        self.directives(shape)?;
        self.selections(
            shape,
            Place {
                depth: 0,
                introspection: false,
            },
        )?;
        Ok(name)
    }

    fn variable_definitions(&mut self, shape: &mut Shape<'a>) -> Result<(), Refusal> {
        while !self.take(b')') {
            self.expect(b'$')?;
            self.name()?;
            self.expect(b':')?;
            self.variable_type()?;
            if self.take(b'=') {
                self.value(0)?;
            }
            self.directives(shape)?;
        }
        Ok(())
    }

    fn variable_type(&mut self) -> Result<(), Refusal> {
        if self.take(b'[') {
            self.deeper()?;
            self.variable_type()?;
            self.expect(b']')?;
            self.nesting -= 1;
        } else {
            self.name()?;
        }
        self.take(b'!');
        Ok(())
    }

    fn directives(&mut self, shape: &mut Shape<'a>) -> Result<(), Refusal> {
        while self.take(b'@') {
            self.name()?;
            shape.directives += 1;
            self.arguments()?;
        }
        Ok(())
    }

    fn arguments(&mut self) -> Result<(), Refusal> {
        if !self.take(b'(') {
            return Ok(());
        }
        while !self.take(b')') {
            self.name()?;
            self.expect(b':')?;
            self.value(0)?;
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<(), Refusal> {
        let Some(token) = self.peek() else {
            return Err(self.unexpected("a value"));
        };
        self.at += 1;
        match token.kind {
            Kind::Name | Kind::Number | Kind::String => return Ok(()),
            Kind::Punctuator(b'$') => return self.name().map(drop),
            Kind::Punctuator(b'[' | b'{') if depth >= self.limits.literal_depth => {
                let message = format!(
                    "a value is nested deeper than {} levels",
                    self.limits.literal_depth
                );
                return Err(Refusal::limit(message).at(self.source, token.start));
            }
            _ => {}
        }
        self.deeper()?;
        match token.kind {
            Kind::Punctuator(b'[') => {
                while !self.take(b']') {
                    self.value(depth + 1)?;
                }
            }
            Kind::Punctuator(b'{') => {
                while !self.take(b'}') {
                    self.name()?;
                    self.expect(b':')?;
                    self.value(depth + 1)?;
                }
            }
            _ => {
                self.at -= 1;
                return Err(self.unexpected("a value"));
            }
        }
        self.nesting -= 1;
        Ok(())
    }

    fn selections(&mut self, shape: &mut Shape<'a>, place: Place) -> Result<(), Refusal> {
        self.expect(b'{')?;
        self.deeper()?;
        loop {
            if self.peek().is_some_and(|token| token.kind == Kind::Spread) {
                self.at += 1;
                self.spread(shape, place)?;
            } else {
                self.field(shape, place)?;
            }
            if self.take(b'}') {
                break;
            }
        }
        self.nesting -= 1;
        Ok(())
    }

    fn spread(&mut self, shape: &mut Shape<'a>, place: Place) -> Result<(), Refusal> {
        match self.peek() {
            Some(token) if token.kind == Kind::Name && token.text != "on" => {
                self.at += 1;
                let Place { depth, introspection } = place;
                shape.spreads.push(Spread {
                    fragment: token.text,
                    depth,
                    introspection,
                });
                self.directives(shape)
            }
            Some(token) if token.text == "on" => {
                self.at += 1;
                self.name()?;
                self.directives(shape)?;
                self.selections(shape, place)
            }
            _ => {
                self.directives(shape)?;
                self.selections(shape, place)
            }
        }
    }

    fn field(&mut self, shape: &mut Shape<'a>, place: Place) -> Result<(), Refusal> {
        let mut name = self.name()?;
        if self.take(b':') {
            name = self.name()?;
            shape.aliases += 1;
        }
        let introspection = place.introspection || matches!(name, "__schema" | "__type");
        let depth = place.depth + 1;
        shape.fields += 1;
        if introspection {
            shape.introspection_depth = shape.introspection_depth.max(depth);
        } else {
            shape.depth = shape.depth.max(depth);
        }
        self.arguments()?;
        self.directives(shape)?;
        if self.is_next(b'{') {
            self.selections(shape, Place { depth, introspection })?;
        }
        Ok(())
    }
}
