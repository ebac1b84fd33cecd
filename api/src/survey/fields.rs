//! Answers as fields of a form or cells of a table, and back.

mod projects;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::kinds::DatePrecision;

use super::answer::Answer;
use super::question::{Kind, Question};
use crate::exchange::currency::decimal;
use crate::exchange::record::{Amount, PartialDate};
use crate::exchange::value::amount::{self, AmountFault};

/// So many fields are read of one form.
const MOST_FIELDS: usize = 20_000;

/// What was typed, by the names of the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(BTreeMap<String, Vec<String>>);

/// What is wrong with what was typed.
pub(crate) type Slip = String;

impl Fields {
    /// Reads what a browser sends.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut fields = Self::default();
        for pair in bytes.split(|byte| *byte == b'&').take(MOST_FIELDS) {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let name = decoded(parts.next().unwrap_or_default());
            let value = decoded(parts.next().unwrap_or_default());
            // Browsers end lines by two characters; what is compared and counted has one.
            fields.add(&name, value.replace("\r\n", "\n"));
        }
        fields
    }

    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.entry(name.to_owned()).or_default().push(value.into());
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn count(&self, name: &str) -> usize {
        self.get(name).parse().unwrap_or(0)
    }
}

fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next(), rest.next()];
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let value = digit(digits.first().copied().flatten())
                    .zip(digit(digits.last().copied().flatten()))
                    .and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                bytes.extend(value);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The name of a question's field.
pub(crate) fn name(question: &Question) -> String {
    format!("q.{}", question.id)
}

/// An answer as the fields of its question.
pub(crate) fn write(question: &Question, answer: &Answer, fields: &mut Fields) {
    let name = name(question);
    match answer {
        Answer::YesNo(_) | Answer::Choice(_) | Answer::Choices(_) => {
            for id in answer.chosen() {
                fields.add(&name, id);
            }
        }
        Answer::Number(number) => fields.add(&name, number.to_string()),
        Answer::Money(sum) => {
            fields.add(&format!("{name}.amount"), decimal(sum));
            fields.add(&format!("{name}.currency"), sum.currency.as_str());
        }
        Answer::Date(day) => fields.add(&name, day.to_string()),
        Answer::Text(text) | Answer::Organisation(text) => fields.add(&name, text.as_str()),
        Answer::Projects(items) => projects::write(&name, items, fields),
    }
}

/// The answer that the fields of a question hold; `None` where they are empty.
///
/// # Errors
/// What is wrong with them, for the person who typed it.
pub(crate) fn read(question: &Question, fields: &Fields) -> Result<Option<Answer>, Slip> {
    let name = name(question);
    let text = fields.get(&name).trim();
    if let Kind::Projects(_) = question.kind {
        return projects::read(&name, fields);
    }
    if let Kind::Money(currencies, _) = &question.kind {
        let told = fields.get(&format!("{name}.currency"));
        let first = currencies.first().map_or("GBP", String::as_str);
        let told = if told.is_empty() { first } else { told };
        return Ok(money(fields.get(&format!("{name}.amount")), told)?.map(Answer::Money));
    }
    if let Kind::Multiple(..) = question.kind {
        let chosen: Vec<String> = fields
            .all(&name)
            .iter()
            .filter(|id| !id.is_empty())
            .cloned()
            .collect();
        return Ok(Some(Answer::Choices(chosen)).filter(|answer| !answer.is_blank()));
    }
    if text.is_empty() {
        return Ok(None);
    }
    let answer = match &question.kind {
        Kind::YesNo => match text {
            "YES" => Answer::YesNo(true),
            "NO" => Answer::YesNo(false),
            _ => return Err("Say yes or no".to_owned()),
        },
        Kind::Number(_) | Kind::Scale(_) => {
            let plain: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
            let number = plain.parse::<f64>().ok().filter(|number| number.is_finite());
            Answer::Number(number.ok_or("Write a number in digits, such as 12")?)
        }
        Kind::Date(..) => {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            Answer::Date(day.ok_or("Write a day such as 2026-11-21")?)
        }
        Kind::ShortText(_) | Kind::LongText(..) => Answer::Text(text.to_owned()),
        Kind::Organisation => Answer::Organisation(text.to_owned()),
        _ => Answer::Choice(text.to_owned()),
    };
    Ok(Some(answer))
}

/// A sum as people write it.
fn money(text: &str, code: &str) -> Result<Option<Amount>, Slip> {
    let Some(currency) = amount::currency(code) else {
        let shown: String = code.chars().take(20).collect();
        return Err(format!("“{shown}” is no currency that is known"));
    };
    if text.trim().is_empty() {
        return Ok(None);
    }
    amount::parse(text, Some(currency)).map_err(|fault| match fault {
        AmountFault::Unreadable(why) | AmountFault::Impossible(why) => {
            format!("This {why}: write the sum in digits, such as 120000")
        }
    })
}

/// A day, a month or a year.
fn date(text: &str) -> Result<Option<PartialDate>, Slip> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (full, precision) = match text.len() {
        4 => (format!("{text}-01-01"), DatePrecision::Year),
        7 => (format!("{text}-01"), DatePrecision::Month),
        _ => (text.to_owned(), DatePrecision::Day),
    };
    let date = NaiveDate::parse_from_str(&full, "%Y-%m-%d");
    let date = date.map_err(|_| "Write dates as 2026-04-01, 2026-04 or 2026".to_owned())?;
    Ok(Some(PartialDate { date, precision }))
}

/// A day, a month or a year as it was told.
fn date_told(date: PartialDate) -> String {
    let format = match date.precision {
        DatePrecision::Day => "%Y-%m-%d",
        DatePrecision::Month => "%Y-%m",
        DatePrecision::Year => "%Y",
    };
    date.date.format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::answer::ProjectItem;
    use crate::survey::definition;

    #[test]
    fn what_a_browser_sends_is_read_and_what_is_none_harms_nobody() {
        let fields = Fields::parse(b"a=1&a=2&b=x+y%26%C3%A9&c&%zz=%9&=");
        assert_eq!(fields.all("a"), ["1", "2"]);
        assert_eq!(fields.get("b"), "x y&é");
        assert_eq!(fields.get("c"), "");
        for bytes in [&b""[..], b"%", b"&&&===", b"\xff\xfe=%ff"] {
            Fields::parse(bytes);
        }
    }

    #[test]
    fn every_kind_of_answer_comes_back_as_it_was_written() {
        let set = definition::read(
            r#"{"title": "T", "questions": [
            {"id": "a", "kind": "YES_NO", "text": "?"}, {"id": "b", "kind": "NUMBER", "text": "?", "decimals": 2},
            {"id": "c", "kind": "MONEY", "text": "?"}, {"id": "d", "kind": "DATE", "text": "?"},
            {"id": "e", "kind": "LONG_TEXT", "text": "?"}, {"id": "f", "kind": "PROJECTS", "text": "?"},
            {"id": "g", "kind": "MULTIPLE", "text": "?", "options": [{"id": "x", "text": "X"}, {"id": "y", "text": "Y"}]}]}"#,
        )
        .unwrap();
        let item = ProjectItem {
            id: "one".to_owned(),
            project: Some(uuid::Uuid::from_u128(7)),
            title: "T".to_owned(),
            summary: "S\nS".to_owned(),
            phase: Some(entity::kinds::Phase::Beta),
            themes: vec!["a".to_owned(), "b, c".to_owned()],
            start: date("2026-04").unwrap(),
            budget: money("1200.50", "GBP").unwrap(),
            ..ProjectItem::default()
        };
        let answers = [
            Answer::YesNo(false),
            Answer::Number(1234.5),
            Answer::Money(money("£1.2m", "GBP").unwrap().unwrap()),
            Answer::Date("2026-11-21".parse().unwrap()),
            Answer::Text("a <b> & \"c\"".to_owned()),
            Answer::Projects(vec![
                item.clone(),
                ProjectItem {
                    id: "two".to_owned(),
                    ..item
                },
            ]),
            Answer::Choices(vec!["x".to_owned(), "y".to_owned()]),
        ];
        for (question, answer) in set.questions.iter().zip(answers) {
            let mut fields = Fields::default();
            write(question, &answer, &mut fields);
            assert_eq!(read(question, &fields), Ok(Some(answer)), "{}", question.id);
            assert_eq!(read(question, &Fields::default()), Ok(None), "{}", question.id);
        }
        let mut fields = Fields::default();
        fields.add("q.b", "twelve");
        assert!(read(&set.questions[1], &fields).is_err());
    }
}
