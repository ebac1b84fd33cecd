//! What a survey asks.

use chrono::NaiveDate;

/// A list of questions, in the order in which they are asked.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionSet {
    /// What the survey is called.
    pub title: String,
    /// What the officer should know before beginning.
    pub introduction: Option<String>,
    /// The questions.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its own name among the questions, the same from wave to wave: small letters, digits, underscores.
    pub id: String,
    /// The heading that it stands under; the one before unless given.
    pub section: Option<String>,
    /// The question as it is asked.
    pub text: String,
    /// What helps to answer it.
    pub help: Option<String>,
    /// What sort of answer it takes.
    pub kind: Kind,
    /// Whether a response without an answer cannot be submitted.
    pub required: bool,
    /// Whether single answers are seen by the authority and by reviewers only.
    pub confidential: bool,
    /// When it is asked; always unless given.
    pub ask_if: Option<Condition>,
}

/// Asked only when an earlier question was answered so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The earlier question.
    pub question: String,
    /// One of these options (`YES` or `NO` of a yes-or-no question); any answer at all where empty.
    pub any_of: Vec<String>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its own name among the options, the same from wave to wave.
    pub id: String,
    /// As it is shown.
    pub text: String,
}

/// What an open answer may be about, and the words that tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its own name among the themes.
    pub id: String,
    /// As it is shown.
    pub text: String,
    /// Words, or beginnings of words that end in `*`, that tell it; small letters.
    pub words: Vec<String>,
}

/// What sort of answer a question takes, within which limits.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Yes or no.
    YesNo,
    /// One of several options.
    Single(Vec<Choice>),
    /// Any of several options, at most so many.
    Multiple(Vec<Choice>, usize),
    /// A number.
    Number(Range),
    /// A sum of money in one of these currencies, in major units between the bounds.
    Money(Vec<String>, Range),
    /// A day.
    Date(Option<NaiveDate>, Option<NaiveDate>),
    /// A line of so many characters.
    ShortText(usize),
    /// A text of so many characters, and what it may be about.
    LongText(usize, Vec<Theme>),
    /// A body, by name, code or id.
    Organisation,
    /// Projects, one after the other.
    Projects(ProjectGroup),
    /// A step from one whole number to another.
    Scale(Steps),
}

/// Bounds of a number.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Range {
    /// The least.
    pub least: Option<f64>,
    /// The most.
    pub most: Option<f64>,
    /// Digits behind the point, at most; 0 for whole numbers.
    pub decimals: u32,
}

/// The steps of a scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// The lowest.
    pub from: i32,
    /// The highest.
    pub to: i32,
    /// What the lowest means.
    pub low: Option<String>,
    /// What the highest means.
    pub high: Option<String>,
}

/// How projects are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectGroup {
    /// The fewest.
    pub least: usize,
    /// The most.
    pub most: usize,
    /// What is asked of each beside its title.
    pub fields: Vec<ProjectField>,
    /// What must be told of each.
    pub required: Vec<ProjectField>,
}

/// Something that is asked of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectField {
    /// What it is about.
    Summary,
    /// How far along it is.
    Phase,
    /// Themes.
    Themes,
    /// Technologies.
    Technologies,
    /// The first day.
    StartDate,
    /// The last day.
    EndDate,
    /// What it costs.
    Budget,
    /// Who takes part.
    Partners,
    /// Who pays.
    Funders,
}

impl ProjectField {
    /// Every field, in the order in which forms ask.
    pub const ALL: [Self; 9] = [
        Self::Summary,
        Self::Phase,
        Self::Themes,
        Self::Technologies,
        Self::StartDate,
        Self::EndDate,
        Self::Budget,
        Self::Partners,
        Self::Funders,
    ];

    /// Its name in files, forms and paths of errors.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Phase => "phase",
            Self::Themes => "themes",
            Self::Technologies => "technologies",
            Self::StartDate => "startDate",
            Self::EndDate => "endDate",
            Self::Budget => "budget",
            Self::Partners => "partners",
            Self::Funders => "funders",
        }
    }

    /// The field of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl QuestionSet {
    /// The question of that name.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }
}

impl Question {
    /// What can be chosen; nothing where the answer is free.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            Kind::Single(choices) | Kind::Multiple(choices, _) => choices,
            _ => &[],
        }
    }

    /// Whether it asks for projects.
    #[must_use]
    pub fn projects(&self) -> Option<&ProjectGroup> {
        match &self.kind {
            Kind::Projects(group) => Some(group),
            _ => None,
        }
    }
}

impl Kind {
    /// Its name in question sets and in the API.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::YesNo => "YES_NO",
            Self::Single(_) => "SINGLE",
            Self::Multiple(..) => "MULTIPLE",
            Self::Number(_) => "NUMBER",
            Self::Money(..) => "MONEY",
            Self::Date(..) => "DATE",
            Self::ShortText(_) => "SHORT_TEXT",
            Self::LongText(..) => "LONG_TEXT",
            Self::Organisation => "ORGANISATION",
            Self::Projects(_) => "PROJECTS",
            Self::Scale(_) => "SCALE",
        }
    }
}
