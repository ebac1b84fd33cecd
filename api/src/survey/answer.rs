//! What somebody answered.

use chrono::NaiveDate;
use entity::kinds::Phase;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::question::{Kind, ProjectField};
use crate::exchange::record::{Amount, PartialDate};

/// An answer to one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Answer {
    /// Yes or no.
    YesNo(bool),
    /// The option that was chosen.
    Choice(String),
    /// The options that were chosen, each once, in the order of the question.
    Choices(Vec<String>),
    /// A number, or a step of a scale.
    Number(f64),
    /// A sum of money.
    Money(Amount),
    /// A day.
    Date(NaiveDate),
    /// A text.
    Text(String),
    /// A body, by name, code or id.
    Organisation(String),
    /// Projects.
    Projects(Vec<ProjectItem>),
}

/// A project as it is told in a survey.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectItem {
    /// Its own name among the projects of the answer; the same when the answer is sent again.
    pub id: String,
    /// The project of the catalogue that it is.
    pub project: Option<Uuid>,
    /// Said to be none of those that the catalogue proposes.
    pub separate: bool,
    /// What the catalogue says of it is still true; nothing else is told.
    pub unchanged: bool,
    /// Its name.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// How far along it is.
    pub phase: Option<Phase>,
    /// What it is about, in key words.
    pub themes: Vec<String>,
    /// What it is made with.
    pub technologies: Vec<String>,
    /// The first day.
    pub start: Option<PartialDate>,
    /// The last day.
    pub end: Option<PartialDate>,
    /// What it costs.
    pub budget: Option<Amount>,
    /// Who takes part, by name, code or id.
    pub partners: Vec<String>,
    /// Who pays, by name, code or id.
    pub funders: Vec<String>,
}

impl ProjectItem {
    /// Whether something is told of a field.
    #[must_use]
    pub fn tells(&self, field: ProjectField) -> bool {
        match field {
            ProjectField::Summary => !self.summary.trim().is_empty(),
            ProjectField::Phase => self.phase.is_some(),
            ProjectField::Themes => !self.themes.is_empty(),
            ProjectField::Technologies => !self.technologies.is_empty(),
            ProjectField::StartDate => self.start.is_some(),
            ProjectField::EndDate => self.end.is_some(),
            ProjectField::Budget => self.budget.is_some(),
            ProjectField::Partners => !self.partners.is_empty(),
            ProjectField::Funders => !self.funders.is_empty(),
        }
    }

    /// Whether nothing at all is told: a row of a form that was left empty.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.project.is_none()
            && self.title.trim().is_empty()
            && !ProjectField::ALL.into_iter().any(|field| self.tells(field))
    }
}

impl Answer {
    /// Whether it is the sort of answer that a kind of question takes.
    #[must_use]
    pub fn fits(&self, kind: &Kind) -> bool {
        matches!(
            (self, kind),
            (Self::YesNo(_), Kind::YesNo)
                | (Self::Choice(_), Kind::Single(_))
                | (Self::Choices(_), Kind::Multiple(..))
                | (Self::Number(_), Kind::Number(_) | Kind::Scale(_))
                | (Self::Money(_), Kind::Money(..))
                | (Self::Date(_), Kind::Date(..))
                | (Self::Text(_), Kind::ShortText(_) | Kind::LongText(..))
                | (Self::Organisation(_), Kind::Organisation)
                | (Self::Projects(_), Kind::Projects(_))
        )
    }

    /// Whether it says nothing: an empty text, no option.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) | Self::Organisation(text) | Self::Choice(text) => text.trim().is_empty(),
            Self::Choices(chosen) => chosen.is_empty(),
            Self::Projects(items) => items.iter().all(ProjectItem::is_blank),
            Self::YesNo(_) | Self::Number(_) | Self::Money(_) | Self::Date(_) => false,
        }
    }

    /// The options that were chosen; `YES` or `NO` of a yes-or-no question.
    #[must_use]
    pub fn chosen(&self) -> Vec<&str> {
        match self {
            Self::YesNo(true) => vec!["YES"],
            Self::YesNo(false) => vec!["NO"],
            Self::Choice(id) => vec![id],
            Self::Choices(ids) => ids.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it says what is stored, but for the ids that the catalogue gave to its projects since: a retry.
    #[must_use]
    pub fn repeats(&self, stored: &Self) -> bool {
        match (self, stored) {
            (Self::Projects(sent), Self::Projects(known)) => {
                let same = |(sent, known): (&ProjectItem, &ProjectItem)| {
                    let project = sent.project.or(known.project);
                    ProjectItem {
                        project,
                        ..sent.clone()
                    } == *known
                };
                sent.len() == known.len() && sent.iter().zip(known).all(same)
            }
            _ => self == stored,
        }
    }

    /// The answer without white space around its texts and without rows that were left empty.
    #[must_use]
    pub fn tidied(self) -> Self {
        match self {
            Self::Text(text) => Self::Text(text.trim().to_owned()),
            Self::Organisation(text) => Self::Organisation(text.trim().to_owned()),
            Self::Projects(mut items) => {
                items.retain(|item| !item.is_blank());
                Self::Projects(items)
            }
            other => other,
        }
    }
}
