//! What a row says in entries of several parts: awards, relations, outcomes, adopters.

use super::super::columns::Field;
use super::super::problem::Consequence;
use super::super::record::{AdoptionRecord, AwardRecord, OutcomeRecord, RelationRecord};
use super::super::value::amount::{self, AmountFault};
use super::super::value::date::{self, Edge};
use super::super::value::list::{self, Parting};
use super::super::value::{award, text};
use super::RowReader;
use entity::kinds::{DatePrecision, DeclaredRelation};

/// Goals are numbered so.
const GOALS: std::ops::RangeInclusive<u8> = 1..=17;

impl RowReader<'_> {
    /// The sole award of the columns for one, then those of the column for several. Without a word on the
    /// giver it is the first funder's.
    pub(super) fn awards(&mut self, funder: Option<&String>) -> Vec<AwardRecord> {
        let mut awards = Vec::new();
        let (sum, awarded_on) = (self.amount(Field::Award), self.day(Field::AwardedOn));
        match (sum, awarded_on) {
            (Some(amount), _) => awards.push(AwardRecord {
                funder: funder.cloned(),
                amount,
                awarded_on,
            }),
            (None, Some(day)) => self
                .kept
                .push(format!("{} as given: {day}", Field::AwardedOn.name())),
            (None, None) => {}
        }
        let told = self
            .one_line(Field::Currency)
            .and_then(|code| amount::currency(&code));
        for (column, cell) in self.texts(Field::Awards) {
            for award in award::parse(&cell, told) {
                match award {
                    Ok(award) => awards.push(award),
                    Err((entry, AmountFault::Unreadable(message))) => {
                        self.tell(Field::Awards, column, &entry, message, Consequence::ValueDropped);
                    }
                    Err((entry, AmountFault::Impossible(message))) => {
                        self.tell(Field::Awards, column, &entry, message, Consequence::RowRefused);
                    }
                }
            }
        }
        awards
    }

    /// Entries such as "CONTINUES 0198…".
    pub(super) fn relations(&mut self) -> Vec<RelationRecord> {
        let mut relations = Vec::new();
        for (column, cell) in self.texts(Field::Relations) {
            for entry in list::parse(&cell, Parting::Strong) {
                let parts = entry.split_once(' ');
                let read = parts.and_then(|(word, other)| {
                    Some(RelationRecord {
                        relation: DeclaredRelation::parse(word)?,
                        other: other.trim().to_owned(),
                    })
                });
                match read {
                    Some(relation) => relations.push(relation),
                    None => {
                        let message = "is not a relation and an id, such as CONTINUES 17";
                        self.tell(
                            Field::Relations,
                            column,
                            &entry,
                            message,
                            Consequence::ValueDropped,
                        );
                    }
                }
            }
        }
        relations
    }

    /// Entries of an identifier, a space and the name that it belongs to.
    pub(super) fn identifiers(&self) -> Vec<(String, String)> {
        let entries = self
            .texts(Field::Identifiers)
            .flat_map(|(_, cell)| cell.lines().map(text::line).collect::<Vec<_>>());
        entries
            .filter_map(|entry| {
                let (id, name) = entry.split_once(' ')?;
                Some((name.to_owned(), id.to_owned()))
            })
            .collect()
    }

    /// JSON objects, one a line.
    pub(super) fn outcomes(&mut self) -> Vec<OutcomeRecord> {
        let mut outcomes = Vec::new();
        for (column, cell) in self.texts(Field::Outcomes) {
            for line in cell.lines().map(str::trim).filter(|line| !line.is_empty()) {
                match serde_json::from_str(line) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(_) => {
                        let message = "is not an outcome as a JSON object with a finding and a statement";
                        self.tell(Field::Outcomes, column, line, message, Consequence::ValueDropped);
                    }
                }
            }
        }
        outcomes
    }

    /// Names, each with the day where it is known: "Leeds City Council on 2024-05-01".
    pub(super) fn adopters(&self) -> Vec<AdoptionRecord> {
        let entries = self.list(Field::Adopters, Parting::Strong).into_iter();
        let adoption = |entry: String| {
            let parts = entry.rsplit_once(" on ").and_then(|(name, day)| {
                let day = date::parse(day, Edge::Start).ok()??;
                (day.precision == DatePrecision::Day).then(|| (name.to_owned(), day.date))
            });
            let (organisation, adopted_on) = match parts {
                Some((name, day)) => (name, Some(day)),
                None => (entry, None),
            };
            AdoptionRecord {
                organisation,
                adopted_on,
            }
        };
        entries.map(adoption).collect()
    }

    /// Numbers of Sustainable Development Goals.
    pub(super) fn goals(&mut self) -> Vec<u8> {
        let mut goals = Vec::new();
        for entry in self.list(Field::Goals, Parting::Comma) {
            match entry.parse::<u8>() {
                Ok(goal) if GOALS.contains(&goal) => goals.push(goal),
                _ => {
                    if let Some((column, _)) = self.texts(Field::Goals).next() {
                        let message = "is not the number of a Sustainable Development Goal";
                        self.tell(Field::Goals, column, &entry, message, Consequence::ValueDropped);
                    }
                }
            }
        }
        goals
    }
}
