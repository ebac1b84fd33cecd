//! What all authorities together answered.
//!
//! Results are made of what stood submitted when a round closed; nothing that is decided or changed later moves them. So
//! what is told of confidential answers never differs by one authority from what was told before. While a round is open,
//! confidential answers are not told at all.

use std::collections::BTreeSet;

use entity::kinds::SurveyDecision;
use entity::{survey_submission as submission, survey_wave as wave};
use uuid::Uuid;

use super::rate::{Dimension, bodies, traits};
use super::wave::MOST_WAVES;
use super::{Round, read_all, round};
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::exchange::record::Amount;
use crate::service::App;
use crate::store;
use crate::survey::check::asked;
use crate::survey::disclosure::Group;
use crate::survey::question::{Kind, Question};
use crate::survey::statistics::{coarse, median, share};
use crate::survey::table::{Measure, OTHER, Person, is_confidential, measures};

/// What all authorities together answered to a question.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// The question.
    pub question: Question,
    /// Whether single answers are confidential, so that small numbers are hidden.
    pub confidential: bool,
    /// No fewer authorities are told of than this, where answers are confidential.
    pub threshold: usize,
    /// A row a group, or a round.
    pub rows: Vec<Row>,
}

/// What one group answered.
#[derive(Debug, Clone)]
pub struct Row {
    /// The round.
    pub wave: wave::Model,
    /// The group; `None` for all authorities together.
    pub group: Option<String>,
    /// Authorities that answered; `None` where it is hidden.
    pub answered: Option<usize>,
    /// How many chose each option.
    pub options: Vec<OptionCount>,
    /// The sum of what was told, in each currency.
    pub sums: Vec<Amount>,
    /// The middle of the sums of money told, in each currency.
    pub money_medians: Vec<Amount>,
    /// The middle of the numbers told.
    pub median: Option<f64>,
    /// The sum of the numbers told.
    pub total: Option<f64>,
    /// Whether something of this row is hidden.
    pub hidden: bool,
}

/// How many chose an option.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionCount {
    /// The option.
    pub id: String,
    /// As it is shown.
    pub text: String,
    /// How many; `None` where it is hidden.
    pub count: Option<usize>,
    /// Of those who answered, in [0, 1]; `None` where it is hidden.
    pub share: Option<f64>,
}

/// What was submitted in a round and stood when it closed.
#[derive(Debug, Clone)]
pub struct Results {
    round: Round,
    people: Vec<Person>,
    is_closed: bool,
}

/// Reads what was submitted in a round.
///
/// # Errors
/// A mistake at `wave` when there is no such round.
pub async fn results(app: &App, wave: Uuid) -> ApiResult<Results> {
    let round = round(app, wave, &["wave"]).await?;
    let db = app.db.read();
    let rows = store::survey::response::of_waves(db, &[wave]).await?;
    let bodies = bodies(app, &rows).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let closes_at = round.wave.closes_at;
    let mut done = BTreeSet::new();
    let mut people = Vec::new();
    for told in store::survey::response::submissions(db, &ids).await? {
        // Each response's latest comes first.
        if told.submitted_at >= closes_at || !done.insert(told.response_id) || was_returned(&told, closes_at)
        {
            continue;
        }
        let row = rows.iter().find(|row| row.id == told.response_id);
        if let Some(body) = row.and_then(|row| bodies.get(&row.organisation_id)) {
            people.push(Person {
                traits: traits(body),
                answers: asked(&round.set, &read_all(&told.answers)?),
            });
        }
    }
    Ok(Results {
        is_closed: closes_at <= clock::now(),
        round,
        people,
    })
}

fn was_returned(told: &submission::Model, closes_at: chrono::DateTime<chrono::Utc>) -> bool {
    told.decision == Some(SurveyDecision::Returned) && told.decided_at.is_some_and(|at| at < closes_at)
}

/// What all authorities together answered to a question, by group or round by round.
///
/// # Errors
/// A mistake at `wave` or `question` when there is none.
pub async fn aggregate(app: &App, wave: Uuid, question: &str, by: Option<Dimension>) -> ApiResult<Aggregate> {
    let latest = results(app, wave).await?;
    let Some(asked) = latest.round.set.question(question).cloned() else {
        let message = "this round has no such question";
        return Err(ApiError::bad_input(
            UserErrorCode::NotFound,
            &["question"],
            message,
        ));
    };
    let mut rows = Vec::new();
    match by {
        Some(Dimension::Wave) => {
            let waves = store::survey::waves(app.db.read(), latest.round.survey.id, MOST_WAVES).await?;
            for other in waves {
                let results = results(app, other.id).await?;
                let same = results
                    .round
                    .set
                    .question(question)
                    .filter(|other| other.kind.name() == asked.kind.name());
                if let Some(question) = same.cloned() {
                    rows.extend(results.rows(&question, None));
                }
            }
        }
        by => rows = latest.rows(&asked, by),
    }
    Ok(Aggregate {
        confidential: is_confidential(&latest.round.set, &asked),
        threshold: latest.threshold(),
        question: asked,
        rows,
    })
}

impl Results {
    /// The round.
    #[must_use]
    pub fn round(&self) -> &Round {
        &self.round
    }

    fn threshold(&self) -> usize {
        usize::try_from(self.round.survey.threshold).unwrap_or(usize::MAX)
    }

    /// A row for everybody together, or one a group.
    #[must_use]
    pub fn rows(&self, question: &Question, by: Option<Dimension>) -> Vec<Row> {
        let confidential = is_confidential(&self.round.set, question);
        let measures = match confidential && !self.is_closed {
            true => Vec::new(),
            false => measures(&self.round.set, question, &self.people, self.threshold()),
        };
        let groups: Vec<Option<Group>> = match by.and_then(Dimension::place) {
            None => vec![None],
            Some(place) => {
                let values = self.people.iter().filter_map(|person| person.traits.get(place));
                let values: BTreeSet<&String> = values.collect();
                values
                    .into_iter()
                    .map(|value| Some((place, value.clone())))
                    .collect()
            }
        };
        let row = |group: Option<Group>| self.row(question, &measures, group.as_ref(), confidential);
        groups.into_iter().map(row).collect()
    }

    fn row(
        &self,
        question: &Question,
        measures: &[Measure],
        group: Option<&Group>,
        confidential: bool,
    ) -> Row {
        let mut row = Row {
            wave: self.round.wave.clone(),
            group: group.map(|(_, value)| value.clone()),
            answered: None,
            options: Vec::new(),
            sums: Vec::new(),
            money_medians: Vec::new(),
            median: None,
            total: None,
            hidden: measures.is_empty() && confidential,
        };
        for measure in measures {
            let shown = measure.shows(group);
            row.hidden |= !shown;
            let given: Vec<(usize, f64)> = measure.of(&self.people, group).collect();
            if shown {
                row.answered = Some(row.answered.unwrap_or_default().max(given.len()));
            }
            if measure.options.is_empty() {
                if shown {
                    number(&mut row, question, measure, &given, confidential);
                }
                continue;
            }
            // Of those who chose or did not choose, the first are told.
            let told = match question.kind {
                Kind::Multiple(..) | Kind::LongText(..) => 1,
                _ => measure.options.len(),
            };
            for (place, option) in measure.options.iter().take(told).enumerate() {
                let open = shown && measure.told.options.contains(&place);
                row.hidden |= !open;
                let count = given.iter().filter(|(option, _)| *option == place).count();
                row.options.push(OptionCount {
                    id: option.clone(),
                    text: text_of(question, option),
                    count: open.then_some(count),
                    share: share(count, given.len()).filter(|_| open),
                });
            }
        }
        if measures.is_empty() && !confidential {
            row.answered = Some(0);
        }
        row
    }
}

fn number(row: &mut Row, question: &Question, measure: &Measure, given: &[(usize, f64)], confidential: bool) {
    let numbers: Vec<f64> = given.iter().map(|(_, weight)| *weight).collect();
    let sum: f64 = numbers.iter().sum();
    let middle = median(numbers).map(|middle| if confidential { coarse(middle) } else { middle });
    let amount = |minor: f64, currency: &String| {
        // Whole minor units below 2^53 are exact in both.
        let minor = format!("{minor:.0}").parse().ok()?;
        Some(Amount {
            minor,
            currency: currency.clone(),
        })
    };
    match (&measure.currency, &question.kind) {
        (Some(currency), _) => {
            row.sums.extend(amount(sum, currency));
            row.money_medians
                .extend(middle.and_then(|middle| amount(middle, currency)));
        }
        (None, Kind::Number(_) | Kind::Projects(_)) => {
            row.median = middle;
            row.total = Some(sum);
        }
        (None, Kind::Scale(_)) => row.median = middle,
        (None, _) => {}
    }
}

fn text_of(question: &Question, option: &str) -> String {
    let choice = question.choices().iter().find(|choice| choice.id == option);
    let theme = match &question.kind {
        Kind::LongText(_, themes) => themes.iter().find(|theme| theme.id == option),
        _ => None,
    };
    match (choice, theme, option) {
        (Some(choice), ..) => choice.text.clone(),
        (_, Some(theme), _) => theme.text.clone(),
        (.., "YES") => "Yes".to_owned(),
        (.., "NO") => "No".to_owned(),
        (.., OTHER) => "Something else".to_owned(),
        (.., step) => step.to_owned(),
    }
}
