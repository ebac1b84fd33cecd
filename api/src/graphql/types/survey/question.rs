//! What a survey asks.

use async_graphql::{Enum, SimpleObject};

use crate::graphql::scalar::Date;
use crate::survey::question as pure;
use crate::survey::table::is_confidential;

/// What sort of answer a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum QuestionKind {
    /// Yes or no.
    YesNo,
    /// One of several options.
    Single,
    /// Any of several options.
    Multiple,
    /// A number.
    Number,
    /// A sum of money.
    Money,
    /// A day.
    Date,
    /// A line.
    ShortText,
    /// A text.
    LongText,
    /// A body, by name, code or id.
    Organisation,
    /// Projects, one after the other.
    Projects,
    /// A step from one whole number to another.
    Scale,
}

/// One question.
#[derive(Debug, Clone, SimpleObject)]
pub struct Question {
    /// Its own name among the questions, the same from round to round; answers are sent by it.
    pub key: String,
    /// The heading that it stands under; null where the one before goes on.
    pub section: Option<String>,
    /// The question as it is asked.
    pub text: String,
    /// What helps to answer it.
    pub help: Option<String>,
    /// What sort of answer it takes.
    pub kind: QuestionKind,
    /// Whether a response without an answer cannot be submitted.
    pub required: bool,
    /// Whether single answers are seen by the authority and by reviewers only.
    pub confidential: bool,
    /// When it is asked; null where it always is.
    pub ask_if: Option<QuestionCondition>,
    /// What can be chosen.
    pub options: Vec<QuestionOption>,
    /// The least number, sum in major units, step, or number of projects.
    pub least: Option<f64>,
    /// The most: a number, a sum in major units, a step, a number of options or of projects.
    pub most: Option<f64>,
    /// How many digits a number may have behind the point.
    pub decimals: Option<i32>,
    /// The longest text, in characters.
    pub longest: Option<i32>,
    /// The currencies that a sum may be told in.
    pub currencies: Vec<String>,
    /// The earliest day.
    pub earliest: Option<Date>,
    /// The latest day.
    pub latest: Option<Date>,
    /// What is asked of each project beside its title.
    pub fields: Vec<String>,
    /// What must be told of each project.
    pub required_fields: Vec<String>,
    /// What the lowest step of a scale means.
    pub low_label: Option<String>,
    /// What the highest step of a scale means.
    pub high_label: Option<String>,
}

/// Something to choose.
#[derive(Debug, Clone, SimpleObject)]
pub struct QuestionOption {
    /// Its own name among the options, the same from round to round; answers are sent by it.
    pub key: String,
    /// As it is shown.
    pub text: String,
}

/// Asked only when an earlier question was answered so.
#[derive(Debug, Clone, SimpleObject)]
pub struct QuestionCondition {
    /// The earlier question.
    pub question: String,
    /// One of these options, or `YES` or `NO`; any answer where the list is empty.
    pub any_of: Vec<String>,
}

impl Question {
    /// Every question of a set.
    pub(super) fn all(set: pure::QuestionSet) -> Vec<Self> {
        set.questions
            .iter()
            .map(|question| Self::of(question, is_confidential(&set, question)))
            .collect()
    }

    /// One question.
    pub(super) fn of(question: &pure::Question, confidential: bool) -> Self {
        let mut told = Self {
            key: question.id.clone(),
            section: question.section.clone(),
            text: question.text.clone(),
            help: question.help.clone(),
            kind: QuestionKind::from(&question.kind),
            required: question.required,
            confidential,
            ask_if: question.ask_if.as_ref().map(|condition| QuestionCondition {
                question: condition.question.clone(),
                any_of: condition.any_of.clone(),
            }),
            options: question
                .choices()
                .iter()
                .map(|choice| QuestionOption {
                    key: choice.id.clone(),
                    text: choice.text.clone(),
                })
                .collect(),
            least: None,
            most: None,
            decimals: None,
            longest: None,
            currencies: Vec::new(),
            earliest: None,
            latest: None,
            fields: Vec::new(),
            required_fields: Vec::new(),
            low_label: None,
            high_label: None,
        };
        told.limit(&question.kind);
        told
    }

    fn limit(&mut self, kind: &pure::Kind) {
        let count = |number: usize| u32::try_from(number).ok().map(f64::from);
        let length = |number: usize| i32::try_from(number).ok();
        match kind {
            pure::Kind::YesNo | pure::Kind::Single(_) | pure::Kind::Organisation => {}
            pure::Kind::Multiple(choices, most) => self.most = count(*most.min(&choices.len())),
            pure::Kind::Number(range) => {
                (self.least, self.most) = (range.least, range.most);
                self.decimals = i32::try_from(range.decimals).ok();
            }
            pure::Kind::Money(currencies, range) => {
                (self.least, self.most) = (range.least, range.most);
                self.currencies.clone_from(currencies);
            }
            pure::Kind::Date(earliest, latest) => {
                (self.earliest, self.latest) = (earliest.map(Date), latest.map(Date));
            }
            pure::Kind::ShortText(longest) | pure::Kind::LongText(longest, _) => {
                self.longest = length(*longest);
            }
            pure::Kind::Projects(group) => {
                (self.least, self.most) = (count(group.least), count(group.most));
                let names = |fields: &[pure::ProjectField]| {
                    let names = fields.iter().map(|field| field.name().to_owned());
                    names.collect::<Vec<_>>()
                };
                (self.fields, self.required_fields) = (names(&group.fields), names(&group.required));
            }
            pure::Kind::Scale(steps) => {
                (self.least, self.most) = (Some(f64::from(steps.from)), Some(f64::from(steps.to)));
                (self.low_label, self.high_label) = (steps.low.clone(), steps.high.clone());
            }
        }
    }
}

impl From<&pure::Kind> for QuestionKind {
    fn from(kind: &pure::Kind) -> Self {
        match kind {
            pure::Kind::YesNo => Self::YesNo,
            pure::Kind::Single(_) => Self::Single,
            pure::Kind::Multiple(..) => Self::Multiple,
            pure::Kind::Number(_) => Self::Number,
            pure::Kind::Money(..) => Self::Money,
            pure::Kind::Date(..) => Self::Date,
            pure::Kind::ShortText(_) => Self::ShortText,
            pure::Kind::LongText(..) => Self::LongText,
            pure::Kind::Organisation => Self::Organisation,
            pure::Kind::Projects(_) => Self::Projects,
            pure::Kind::Scale(_) => Self::Scale,
        }
    }
}
