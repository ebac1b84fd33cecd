//! What all authorities together answered.

use async_graphql::{Enum, SimpleObject};
use entity::survey_wave;

use super::SurveyWave;
use super::question::Question;
use crate::graphql::types::money::Money;
use crate::service::survey::aggregate::{Aggregate, OptionCount, Row};
use crate::service::survey::rate::{Dimension, Rate};

/// By what results are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SurveyDimension {
    /// By nation.
    Nation,
    /// By type of authority.
    Type,
    /// By region.
    Region,
    /// Round by round of the survey, the latest first.
    Wave,
}

impl From<SurveyDimension> for Dimension {
    fn from(by: SurveyDimension) -> Self {
        match by {
            SurveyDimension::Nation => Self::Nation,
            SurveyDimension::Type => Self::Type,
            SurveyDimension::Region => Self::Region,
            SurveyDimension::Wave => Self::Wave,
        }
    }
}

/// How many authorities of a group answered.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyRate {
    /// The round.
    pub wave: SurveyWave,
    /// The group; null for all authorities.
    pub group: Option<String>,
    /// Authorities that were invited.
    pub invited: i32,
    /// Of these, those that the survey is not meant for.
    pub ineligible: i32,
    /// Those that said that they do not answer.
    pub refused: i32,
    /// Those that answered something and submitted nothing that stands.
    pub partial: i32,
    /// Those that submitted.
    pub responded: i32,
    /// Those that submitted as a part of those that were invited and are eligible, in [0, 1]; null where there are none.
    pub rate: Option<f64>,
}

impl SurveyRate {
    /// A rate beside its round.
    pub(crate) fn of(rate: Rate, wave: survey_wave::Model) -> Self {
        Self {
            wave: SurveyWave(wave),
            rate: rate.rate(),
            group: rate.group,
            invited: count(rate.invited),
            ineligible: count(rate.ineligible),
            refused: count(rate.refused),
            partial: count(rate.partial),
            responded: count(rate.responded),
        }
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// What all authorities together answered to a question.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyAggregate {
    /// The question.
    pub question: Question,
    /// Whether single answers are confidential, so that small numbers, and whatever would give them away, are hidden. Such
    /// results are told from the end of the round on, and never change after it.
    pub confidential: bool,
    /// Of confidential answers no number is told that counts fewer authorities than this.
    pub threshold: i32,
    /// A row a group, or a round; one row for all authorities unless told by something.
    pub rows: Vec<SurveyResultRow>,
}

/// What one group answered.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyResultRow {
    /// The round.
    pub wave: SurveyWave,
    /// The group; null for all authorities.
    pub group: Option<String>,
    /// Authorities that answered; null where it is hidden.
    pub answered: Option<i32>,
    /// How many chose each option; of an open question, how many spoke of each theme.
    pub options: Vec<SurveyOptionCount>,
    /// The sum of the money told, in each currency.
    pub sums: Vec<Money>,
    /// The middle of the money told, in each currency; of confidential answers to two digits.
    pub money_medians: Vec<Money>,
    /// The middle of the numbers told; of confidential answers to two digits.
    pub median: Option<f64>,
    /// The sum of the numbers told; the number of projects, of a question for projects.
    pub total: Option<f64>,
    /// Whether something of this row is hidden, so that no single answer can be worked out.
    pub hidden: bool,
}

/// How many chose an option, or spoke of a theme.
#[derive(Debug, Clone, SimpleObject)]
pub struct SurveyOptionCount {
    /// The key of the option or theme; `other` for none of the themes.
    pub key: String,
    /// As it is shown.
    pub text: String,
    /// How many; null where it is hidden.
    pub count: Option<i32>,
    /// Of those who answered, in [0, 1]; null where it is hidden.
    pub share: Option<f64>,
}

impl From<Aggregate> for SurveyAggregate {
    fn from(told: Aggregate) -> Self {
        Self {
            question: Question::of(&told.question, told.confidential),
            confidential: told.confidential,
            threshold: count(told.threshold),
            rows: told.rows.into_iter().map(SurveyResultRow::from).collect(),
        }
    }
}

impl From<Row> for SurveyResultRow {
    fn from(row: Row) -> Self {
        Self {
            wave: SurveyWave(row.wave),
            group: row.group,
            answered: row.answered.map(count),
            options: row.options.into_iter().map(SurveyOptionCount::from).collect(),
            sums: row.sums.into_iter().map(Money::from).collect(),
            money_medians: row.money_medians.into_iter().map(Money::from).collect(),
            median: row.median,
            total: row.total,
            hidden: row.hidden,
        }
    }
}

impl From<OptionCount> for SurveyOptionCount {
    fn from(option: OptionCount) -> Self {
        Self {
            key: option.id,
            text: option.text,
            count: option.count.map(count),
            share: option.share,
        }
    }
}
