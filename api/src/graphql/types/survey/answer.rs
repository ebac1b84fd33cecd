//! Answers, as they are sent and as they are shown.

use async_graphql::{Context, ID, InputObject, SimpleObject};
use entity::kinds::{DatePrecision, Phase};

use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::exchange::record::PartialDate;
use crate::graphql::id::{Kind, encode, expect};
use crate::graphql::scalar::Date;
use crate::graphql::types::money::{Money, MoneyInput};
use crate::service::survey::response::{Content, Sent};
use crate::survey::answer as pure;

/// So many answers are taken at a time.
const MOST_ANSWERS: usize = 200;

/// An answer to one question: give exactly one of `yes`, `choice`, `choices`, `number`, `money`, `date`, `text`,
/// `organisation`, `projects`, `confirm` and `clear`.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct AnswerInput {
    /// The question's key.
    pub question: String,
    /// The revision of the answer that you saw; 0, or nothing, where there was none. Where another officer answered
    /// otherwise meanwhile, both answers are shown and theirs stays.
    pub revision: Option<i32>,
    /// Yes (true) or no (false), of a `YES_NO` question.
    pub yes: Option<bool>,
    /// The key of the option, of a `SINGLE` question.
    pub choice: Option<String>,
    /// The keys of the options, of a `MULTIPLE` question.
    pub choices: Option<Vec<String>>,
    /// The number, of a `NUMBER` question; the step, of a `SCALE`.
    pub number: Option<f64>,
    /// The sum, of a `MONEY` question.
    pub money: Option<MoneyInput>,
    /// The day, of a `DATE` question.
    pub date: Option<Date>,
    /// The text, of a `SHORT_TEXT` or `LONG_TEXT` question; at most 20,000 characters.
    pub text: Option<String>,
    /// The name, code or global id of the body, of an `ORGANISATION` question.
    pub organisation: Option<String>,
    /// The projects, of a `PROJECTS` question; at most 50. They are the whole answer: those left out are not told.
    pub projects: Option<Vec<ProjectAnswerInput>>,
    /// True: what was filled in beforehand, or answered already, is right.
    pub confirm: Option<bool>,
    /// True: the answer is taken back.
    pub clear: Option<bool>,
}

/// A project as it is told in a survey.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct ProjectAnswerInput {
    /// Your own name of it within the answer, the same when it is sent again; its place in the list unless given.
    pub id: Option<String>,
    /// The global id of the project of the catalogue that it is, one that your authority takes part in.
    pub project: Option<ID>,
    /// True: it is none of those that the catalogue has of your authority.
    pub is_new: Option<bool>,
    /// True: what the catalogue says of `project` is still so; give nothing else.
    pub unchanged: Option<bool>,
    /// Its name.
    pub title: Option<String>,
    /// What it is about, for whom, and how.
    pub summary: Option<String>,
    /// How far along it is.
    pub phase: Option<Phase>,
    /// What it is about, in key words.
    pub themes: Option<Vec<String>>,
    /// What it is made with.
    pub technologies: Option<Vec<String>>,
    /// The first day.
    pub start_date: Option<Date>,
    /// The last day.
    pub end_date: Option<Date>,
    /// What it costs.
    pub budget: Option<MoneyInput>,
    /// Who takes part: names, codes or global ids.
    pub partners: Option<Vec<String>>,
    /// Who pays: names, codes or global ids.
    pub funders: Option<Vec<String>>,
}

/// Reads answers.
///
/// # Errors
/// Every answer that cannot be understood, by its place.
pub(crate) fn sent(answers: Vec<AnswerInput>) -> ApiResult<Vec<Sent>> {
    if answers.len() > MOST_ANSWERS {
        let message = format!("at most {MOST_ANSWERS} answers at a time");
        return Err(ApiError::bad_input(UserErrorCode::TooLong, &["answers"], message));
    }
    let mut mistakes = Vec::new();
    let mut read = Vec::with_capacity(answers.len());
    for (place, answer) in answers.into_iter().enumerate() {
        let (question, base) = (answer.question.clone(), answer.revision.unwrap_or(0));
        match answer.content(&place.to_string()) {
            Ok(content) => read.push(Sent {
                question,
                content,
                base,
            }),
            Err(found) => mistakes.extend(found),
        }
    }
    match mistakes.is_empty() {
        true => Ok(read),
        false => Err(ApiError::BadInput(mistakes)),
    }
}

impl AnswerInput {
    fn content(self, place: &str) -> Result<Content, Vec<UserError>> {
        let given = |answer: pure::Answer| Ok(Content::Given(answer));
        let body = |name: String| match expect(Kind::Organisation, &name, &[]) {
            Ok(id) => id.to_string(),
            Err(_) => name,
        };
        let contents: Vec<Result<Content, Vec<UserError>>> = [
            self.yes.map(|yes| given(pure::Answer::YesNo(yes))),
            self.choice.map(|id| given(pure::Answer::Choice(id))),
            self.choices.map(|ids| given(pure::Answer::Choices(ids))),
            self.number.map(|number| given(pure::Answer::Number(number))),
            self.money.map(|money| {
                let amount = money.amount(&["answers", place, "money"]);
                amount
                    .map(|amount| Content::Given(pure::Answer::Money(amount)))
                    .map_err(|mistake| vec![mistake])
            }),
            self.date.map(|day| given(pure::Answer::Date(day.0))),
            self.text.map(|text| given(pure::Answer::Text(text))),
            self.organisation
                .map(|name| given(pure::Answer::Organisation(body(name)))),
            self.projects.map(|projects| items(projects, place)),
            self.confirm.filter(|yes| *yes).map(|_| Ok(Content::Confirmed)),
            self.clear.filter(|yes| *yes).map(|_| Ok(Content::Cleared)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut contents = contents.into_iter();
        match (contents.next(), contents.next()) {
            (Some(content), None) => content,
            _ => {
                let message = "give exactly one answer";
                Err(vec![UserError::new(
                    UserErrorCode::Required,
                    &["answers", place],
                    message,
                )])
            }
        }
    }
}

fn items(projects: Vec<ProjectAnswerInput>, place: &str) -> Result<Content, Vec<UserError>> {
    let mut mistakes = Vec::new();
    let mut items = Vec::with_capacity(projects.len().min(crate::survey::check::MOST_PROJECTS));
    for (number, project) in projects.into_iter().enumerate() {
        match project.item(place, &number.to_string()) {
            Ok(item) => items.push(item),
            Err(found) => mistakes.extend(found),
        }
    }
    match mistakes.is_empty() {
        true => Ok(Content::Given(pure::Answer::Projects(items))),
        false => Err(mistakes),
    }
}

impl ProjectAnswerInput {
    fn item(self, place: &str, number: &str) -> Result<pure::ProjectItem, Vec<UserError>> {
        let mut mistakes = Vec::new();
        let path = |field: &'static str| ["answers", place, "projects", number, field];
        let project = match self
            .project
            .map(|id| expect(Kind::Project, &id, &path("project")))
        {
            Some(Err(ApiError::BadInput(found))) => {
                mistakes.extend(found);
                None
            }
            Some(found) => found.ok(),
            None => None,
        };
        let budget = match self.budget.map(|money| money.amount(&path("budget"))) {
            Some(Err(mistake)) => {
                mistakes.push(mistake);
                None
            }
            Some(Ok(amount)) => Some(amount),
            None => None,
        };
        let day = |date: Option<Date>| {
            date.map(|date| PartialDate {
                date: date.0,
                precision: DatePrecision::Day,
            })
        };
        let body = |name: String| match expect(Kind::Organisation, &name, &[]) {
            Ok(id) => id.to_string(),
            Err(_) => name,
        };
        let bodies = |names: Option<Vec<String>>| names.unwrap_or_default().into_iter().map(body).collect();
        let item = pure::ProjectItem {
            id: self.id.unwrap_or_else(|| number.to_owned()),
            project,
            separate: self.is_new.unwrap_or(false),
            unchanged: self.unchanged.unwrap_or(false),
            title: self.title.unwrap_or_default(),
            summary: self.summary.unwrap_or_default(),
            phase: self.phase,
            themes: self.themes.unwrap_or_default(),
            technologies: self.technologies.unwrap_or_default(),
            start: day(self.start_date),
            end: day(self.end_date),
            budget,
            partners: bodies(self.partners),
            funders: bodies(self.funders),
        };
        match mistakes.is_empty() {
            true => Ok(item),
            false => Err(mistakes),
        }
    }
}

/// An answer: the field that fits the question's kind is given, the others are null.
#[derive(Debug, Clone, Default, SimpleObject)]
pub struct Answer {
    /// Yes (true) or no (false).
    pub yes: Option<bool>,
    /// The key of the option.
    pub choice: Option<String>,
    /// The keys of the options.
    pub choices: Option<Vec<String>>,
    /// The number, or the step of a scale.
    pub number: Option<f64>,
    /// The sum.
    pub money: Option<Money>,
    /// The day.
    pub date: Option<Date>,
    /// The text.
    pub text: Option<String>,
    /// The body, as it was told.
    pub organisation: Option<String>,
    /// The projects.
    pub projects: Option<Vec<SurveyProject>>,
}

/// A project as it was told in a survey.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct SurveyProject {
    /// Its own name within the answer.
    pub key: String,
    #[graphql(skip)]
    project: Option<uuid::Uuid>,
    /// Whether it was said to be none of those that the catalogue has of the authority.
    pub is_new: bool,
    /// Whether it was said that what the catalogue says is still so.
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
    pub start_date: Option<Date>,
    /// The last day.
    pub end_date: Option<Date>,
    /// What it costs.
    pub budget: Option<Money>,
    /// Who takes part, as told.
    pub partners: Vec<String>,
    /// Who pays, as told.
    pub funders: Vec<String>,
}

/// A project as it was told in a survey.
#[async_graphql::ComplexObject]
impl SurveyProject {
    /// The global id of the project of the catalogue that it is; null where it is none yet.
    async fn project(&self, _ctx: &Context<'_>) -> Option<ID> {
        self.project.map(|id| encode(Kind::Project, id))
    }
}

impl From<pure::Answer> for Answer {
    fn from(answer: pure::Answer) -> Self {
        let none = Self::default();
        match answer {
            pure::Answer::YesNo(yes) => Self {
                yes: Some(yes),
                ..none
            },
            pure::Answer::Choice(choice) => Self {
                choice: Some(choice),
                ..none
            },
            pure::Answer::Choices(choices) => Self {
                choices: Some(choices),
                ..none
            },
            pure::Answer::Number(number) => Self {
                number: Some(number),
                ..none
            },
            pure::Answer::Money(amount) => Self {
                money: Some(amount.into()),
                ..none
            },
            pure::Answer::Date(day) => Self {
                date: Some(Date(day)),
                ..none
            },
            pure::Answer::Text(text) => Self {
                text: Some(text),
                ..none
            },
            pure::Answer::Organisation(name) => Self {
                organisation: Some(name),
                ..none
            },
            pure::Answer::Projects(items) => Self {
                projects: Some(items.into_iter().map(SurveyProject::from).collect()),
                ..none
            },
        }
    }
}

impl From<pure::ProjectItem> for SurveyProject {
    fn from(item: pure::ProjectItem) -> Self {
        Self {
            key: item.id,
            project: item.project,
            is_new: item.separate,
            unchanged: item.unchanged,
            title: item.title,
            summary: item.summary,
            phase: item.phase,
            themes: item.themes,
            technologies: item.technologies,
            start_date: item.start.map(|day| Date(day.date)),
            end_date: item.end.map(|day| Date(day.date)),
            budget: item.budget.map(Money::from),
            partners: item.partners,
            funders: item.funders,
        }
    }
}
