//! Results as a file, with the same numbers hidden.

use uuid::Uuid;

use super::aggregate::{Row, results};
use super::rate::{Dimension, rates};
use crate::error::{ApiError, ApiResult};
use crate::exchange::currency::decimal;
use crate::service::App;
use crate::survey::question::Question;
use crate::survey::sheet::{Layout, Sheet, write};

/// What stands for a number that is hidden.
const HIDDEN: &str = "hidden";

/// A file to be sent.
#[derive(Debug, Clone)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The results of a round: of each question, for all authorities and by each trait.
///
/// # Errors
/// A mistake at `wave` when there is no such round.
pub async fn export(app: &App, wave: Uuid, layout: Layout) -> ApiResult<File> {
    let results = results(app, wave).await?;
    let header = [
        "question",
        "text",
        "by",
        "group",
        "answered",
        "option",
        "option text",
        "count",
        "share",
        "sum",
        "currency",
        "median",
    ];
    let mut sheet = sheet("Results", &header);
    for question in &results.round().set.questions {
        for by in BREAKDOWNS {
            for row in results.rows(question, by) {
                sheet.rows.extend(lines(question, by, &row));
            }
        }
    }
    let bytes = write(&[sheet, answered(app, wave).await?], layout).map_err(ApiError::internal)?;
    Ok(File {
        name: format!("results.{}", layout.ending()),
        media_type: layout.media_type(),
        bytes,
    })
}

/// By what a file tells results.
const BREAKDOWNS: [Option<Dimension>; 4] = [
    None,
    Some(Dimension::Nation),
    Some(Dimension::Type),
    Some(Dimension::Region),
];

fn sheet(name: &str, header: &[&str]) -> Sheet {
    Sheet {
        name: name.to_owned(),
        header: header.iter().map(|&column| column.to_owned()).collect(),
        rows: Vec::new(),
    }
}

/// How many answered.
async fn answered(app: &App, wave: Uuid) -> ApiResult<Sheet> {
    let header = [
        "by",
        "group",
        "invited",
        "ineligible",
        "refused",
        "partial",
        "responded",
        "rate",
    ];
    let mut sheet = sheet("Response rates", &header);
    for by in BREAKDOWNS {
        for rate in rates(app, wave, by).await? {
            sheet.rows.push(vec![
                name(by).to_owned(),
                rate.group.clone().unwrap_or_default(),
                rate.invited.to_string(),
                rate.ineligible.to_string(),
                rate.refused.to_string(),
                rate.partial.to_string(),
                rate.responded.to_string(),
                rate.rate().map_or(String::new(), |rate| format!("{rate:.4}")),
            ]);
        }
    }
    Ok(sheet)
}

fn name(by: Option<Dimension>) -> &'static str {
    match by {
        None => "all",
        Some(Dimension::Nation) => "nation",
        Some(Dimension::Type) => "type",
        Some(Dimension::Region) => "region",
        Some(Dimension::Wave) => "round",
    }
}

/// One line an option; one for the numbers of a question without options.
fn lines(question: &Question, by: Option<Dimension>, row: &Row) -> Vec<Vec<String>> {
    let told = |count: Option<usize>| count.map_or(HIDDEN.to_owned(), |count| count.to_string());
    let line = |rest: [String; 7]| {
        let first = [
            question.id.clone(),
            question.text.clone(),
            name(by).to_owned(),
            row.group.clone().unwrap_or_default(),
            told(row.answered),
        ];
        first.into_iter().chain(rest).collect::<Vec<String>>()
    };
    let blank = String::new;
    let mut lines: Vec<Vec<String>> = Vec::new();
    for option in &row.options {
        let share = option
            .share
            .map_or(HIDDEN.to_owned(), |share| format!("{share:.4}"));
        let (id, text) = (option.id.clone(), option.text.clone());
        lines.push(line([
            id,
            text,
            told(option.count),
            share,
            blank(),
            blank(),
            blank(),
        ]));
    }
    for (sum, middle) in row.sums.iter().zip(&row.money_medians) {
        let (sum, currency, middle) = (decimal(sum), sum.currency.clone(), decimal(middle));
        lines.push(line([blank(), blank(), blank(), blank(), sum, currency, middle]));
    }
    if row.median.is_some() || row.total.is_some() || lines.is_empty() {
        let number = |number: Option<f64>| match (number, row.hidden) {
            (Some(number), _) => number.to_string(),
            (None, true) => HIDDEN.to_owned(),
            (None, false) => String::new(),
        };
        let (total, middle) = (number(row.total), number(row.median));
        lines.push(line([blank(), blank(), blank(), blank(), total, blank(), middle]));
    }
    lines
}
