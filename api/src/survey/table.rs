//! What is told of one question: which numbers there are, and which of them may be shown.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Answer;
use super::check::Answers;
use super::disclosure::{Given, Group, Told, tell};
use super::question::{Kind, Question, QuestionSet, Theme};
use super::theme;

/// The option of open answers that tell none of the themes.
pub const OTHER: &str = "other";

/// An authority's submitted answers, and its traits.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The value of each trait by which results are told.
    pub traits: Vec<String>,
    /// What it submitted.
    pub answers: Answers,
}

/// Something that is counted or summed of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// What the options count, in their order; nothing where a number is summed.
    pub options: Vec<String>,
    /// The currency of a sum of money.
    pub currency: Option<String>,
    /// The people who gave it, by their place, and what they gave.
    pub given: Vec<(usize, usize, f64)>,
    /// What may be told of it.
    pub told: Told,
}

/// Which groups may be told of a question that hangs on another.
enum Bound {
    Free,
    Within(BTreeSet<Group>),
    Nothing,
}

/// Whether single answers to a question are confidential: it says so, or whoever is asked it gave a confidential answer.
#[must_use]
pub fn is_confidential(set: &QuestionSet, question: &Question) -> bool {
    let above = question
        .ask_if
        .as_ref()
        .and_then(|condition| set.question(&condition.question));
    question.confidential || above.is_some_and(|above| is_confidential(set, above))
}

/// Everything that is counted or summed of a question, with what may be told of it.
#[must_use]
pub fn measures(set: &QuestionSet, question: &Question, people: &[Person], threshold: usize) -> Vec<Measure> {
    let mut found = raw(question, people);
    let confidential = is_confidential(set, question);
    let bound = bound(set, question, people, threshold);
    for measure in &mut found {
        measure.told = match confidential {
            true => protected(measure, people, threshold, &bound),
            false => everything(measure, people),
        };
    }
    found
}

fn protected(measure: &Measure, people: &[Person], threshold: usize, bound: &Bound) -> Told {
    let given: Vec<Given> = measure
        .given
        .iter()
        .map(|(person, option, weight)| Given {
            traits: people
                .get(*person)
                .map(|person| person.traits.clone())
                .unwrap_or_default(),
            option: *option,
            weight: *weight,
        })
        .collect();
    let options = measure.options.len().max(1);
    match bound {
        Bound::Free => tell(&given, options, threshold, None),
        Bound::Within(groups) => tell(&given, options, threshold, Some(groups)),
        Bound::Nothing => Told::default(),
    }
}

fn everything(measure: &Measure, people: &[Person]) -> Told {
    let traits = measure
        .given
        .iter()
        .filter_map(|(person, ..)| people.get(*person));
    let groups = traits.flat_map(|person| person.traits.iter().cloned().enumerate());
    Told {
        options: (0..measure.options.len().max(1)).collect(),
        groups: groups.collect(),
        anything: true,
        blocks: Vec::new(),
    }
}

/// What may be told at all of those who are asked a question, given what is told of the one that decides it.
fn bound(set: &QuestionSet, question: &Question, people: &[Person], threshold: usize) -> Bound {
    let Some(condition) = &question.ask_if else {
        return Bound::Free;
    };
    let Some(above) = set.question(&condition.question) else {
        return Bound::Nothing;
    };
    if !is_confidential(set, above) {
        return Bound::Free;
    }
    let measures = measures(set, above, people, threshold);
    let one = match above.kind {
        // Each option is a table of its own: those who chose one of two are told by neither.
        Kind::Multiple(..) => match condition.any_of.as_slice() {
            [only] => measures
                .iter()
                .find(|measure| measure.options.first() == Some(only)),
            _ => None,
        },
        _ => measures.first(),
    };
    let Some(measure) = one.filter(|measure| measure.told.anything) else {
        return Bound::Nothing;
    };
    let shown = |wanted: &String| {
        let place = measure.options.iter().position(|option| option == wanted);
        place.is_some_and(|place| measure.told.options.contains(&place))
    };
    match condition.any_of.iter().all(shown) {
        true => Bound::Within(measure.told.groups.clone()),
        false => Bound::Nothing,
    }
}

/// What was given, before anything is decided.
fn raw(question: &Question, people: &[Person]) -> Vec<Measure> {
    let answers: Vec<(usize, &Answer)> = people
        .iter()
        .enumerate()
        .filter_map(|(place, person)| {
            let answer = person
                .answers
                .get(&question.id)
                .filter(|answer| !answer.is_blank())?;
            Some((place, answer))
        })
        .collect();
    let ids = || {
        question
            .choices()
            .iter()
            .map(|choice| choice.id.clone())
            .collect()
    };
    let first = |answer: &Answer| answer.chosen().first().map(|&id| id.to_owned());
    let every = |answer: &Answer| answer.chosen().into_iter().map(str::to_owned).collect();
    match &question.kind {
        Kind::YesNo => vec![one_of(&answers, vec!["YES".to_owned(), "NO".to_owned()], first)],
        Kind::Single(_) => vec![one_of(&answers, ids(), first)],
        Kind::Multiple(..) => any_of(&answers, ids(), every),
        Kind::LongText(_, themes) => {
            let names = themes
                .iter()
                .map(|theme| theme.id.clone())
                .chain([OTHER.to_owned()]);
            any_of(&answers, names.collect(), |answer| spoken_of(themes, answer))
        }
        Kind::Scale(steps) => {
            let options = (steps.from..=steps.to).map(|step| step.to_string()).collect();
            let step = |answer: &Answer| number(answer).map(|step| format!("{step:.0}"));
            vec![one_of(&answers, options, step), numbers(&answers, number)]
        }
        Kind::Number(_) | Kind::Projects(_) => vec![numbers(&answers, number)],
        Kind::Money(..) => money(&answers),
        Kind::Date(..) | Kind::ShortText(_) | Kind::Organisation => vec![numbers(&answers, |_| Some(1.0))],
    }
}

/// The number that an answer tells; of projects, how many they are.
fn number(answer: &Answer) -> Option<f64> {
    match answer {
        Answer::Number(number) => Some(*number),
        Answer::Projects(items) => u32::try_from(items.len()).ok().map(f64::from),
        _ => None,
    }
}

/// The themes of an open answer.
fn spoken_of(themes: &[Theme], answer: &Answer) -> Vec<String> {
    let Answer::Text(text) = answer else {
        return Vec::new();
    };
    match theme::told(themes, text) {
        none if none.is_empty() => vec![OTHER.to_owned()],
        told => told.into_iter().map(str::to_owned).collect(),
    }
}

/// One table of options, of which each answer has one.
fn one_of(
    answers: &[(usize, &Answer)],
    options: Vec<String>,
    chosen: impl Fn(&Answer) -> Option<String>,
) -> Measure {
    let place = |answer: &Answer| {
        let chosen = chosen(answer)?;
        options.iter().position(|option| *option == chosen)
    };
    let given = answers
        .iter()
        .filter_map(|(person, answer)| Some((*person, place(answer)?, 1.0)));
    let given = given.collect();
    measure(options, None, given)
}

/// A table for each option, of those who chose it and those who did not.
fn any_of(
    answers: &[(usize, &Answer)],
    options: Vec<String>,
    chosen: impl Fn(&Answer) -> Vec<String>,
) -> Vec<Measure> {
    let tables = options.into_iter().map(|option| {
        let given = answers
            .iter()
            .map(|(person, answer)| (*person, usize::from(!chosen(answer).contains(&option)), 1.0));
        let given = given.collect();
        measure(vec![option.clone(), format!("not {option}")], None, given)
    });
    tables.collect()
}

/// Numbers, which have no options.
fn numbers(answers: &[(usize, &Answer)], number: impl Fn(&Answer) -> Option<f64>) -> Measure {
    let given = answers
        .iter()
        .filter_map(|(person, answer)| Some((*person, 0, number(answer)?)));
    measure(Vec::new(), None, given.collect())
}

fn measure(options: Vec<String>, currency: Option<String>, given: Vec<(usize, usize, f64)>) -> Measure {
    Measure {
        options,
        currency,
        given,
        told: Told::default(),
    }
}

/// A table for each currency. Sums are exact up to 2^53 minor units, which no survey comes near.
fn money(answers: &[(usize, &Answer)]) -> Vec<Measure> {
    let mut tables: BTreeMap<String, Vec<(usize, usize, f64)>> = BTreeMap::new();
    for (person, answer) in answers {
        if let Answer::Money(sum) = answer
            && let Ok(minor) = sum.minor.to_string().parse::<f64>()
        {
            tables
                .entry(sum.currency.clone())
                .or_default()
                .push((*person, 0, minor));
        }
    }
    let tables = tables.into_iter();
    tables
        .map(|(currency, given)| measure(Vec::new(), Some(currency), given))
        .collect()
}

impl Measure {
    /// Whether the numbers of a group, or of everybody, may be shown.
    #[must_use]
    pub fn shows(&self, group: Option<&Group>) -> bool {
        self.told.anything && group.is_none_or(|group| self.told.groups.contains(group))
    }

    /// What people of a group gave.
    pub fn of<'a>(
        &'a self,
        people: &'a [Person],
        group: Option<&'a Group>,
    ) -> impl Iterator<Item = (usize, f64)> + 'a {
        let inside = move |person: usize| {
            group.is_none_or(|(place, value)| {
                let person = people.get(person);
                person.and_then(|person| person.traits.get(*place)) == Some(value)
            })
        };
        let members = self.given.iter().filter(move |(person, ..)| inside(*person));
        members.map(|(_, option, weight)| (*option, *weight))
    }
}
