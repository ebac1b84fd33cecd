//! Which column holds what.

mod names;

pub(crate) use names::Field;

use names::{NAMES, Names};
use std::collections::BTreeMap;

impl Field {
    /// The field that the user calls so, and the currency if the name ends in one ("budgetGbp").
    fn called(name: &str) -> Option<(Self, Option<&'static str>)> {
        let known = recognise(&plain(name))?;
        Names::is_ours(known.rank).then_some((known.field, known.currency))
    }
}

/// What a column's name says.
#[derive(Debug, Clone, Copy)]
struct Known {
    field: Field,
    currency: Option<&'static str>,
    /// The lower, the better the name.
    rank: usize,
}

/// Lower case, letters and digits only.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn recognise(plain: &str) -> Option<Known> {
    let direct = NAMES.iter().find_map(|names| {
        let rank = names.rank(plain)?;
        Some(Known {
            field: names.field,
            currency: None,
            rank,
        })
    });
    direct.or_else(|| {
        let (name, code) = plain.split_at_checked(plain.len().checked_sub(3)?)?;
        let currency = super::value::amount::currency(code)?;
        let known = recognise(name).filter(|known| matches!(known.field, Field::Budget | Field::Award))?;
        Some(Known {
            currency: Some(currency),
            ..known
        })
    })
}

/// How many of the names are names of fields.
pub(crate) fn known(header: &[String]) -> usize {
    header
        .iter()
        .filter(|name| recognise(&plain(name)).is_some())
        .count()
}

/// One column that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) index: usize,
    /// Its name as the file writes it.
    pub(crate) name: String,
    /// The currency that its name gives.
    pub(crate) currency: Option<&'static str>,
}

/// Which columns hold which field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) fields: BTreeMap<Field, Vec<Column>>,
    /// Columns that would have done but for a better one, with the field.
    pub(crate) passed_over: Vec<(String, Field)>,
    /// Columns that no field claims.
    pub(crate) unclaimed: Vec<Column>,
}

/// A `--map` that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MapFault {
    /// We have no such field.
    NoField(String),
    /// The file has no such column.
    NoColumn(String),
}

impl Plan {
    /// Gives each field its columns: those that the user named, else those that have our names, else synonyms.
    pub(crate) fn new(header: &[String], mapping: &[(String, String)]) -> Result<Self, MapFault> {
        let mut plan = Self::default();
        let mut taken = plan.follow(header, mapping)?;
        let mut candidates: Vec<(Known, usize)> = header
            .iter()
            .enumerate()
            .filter(|(index, _)| !taken.contains(index))
            .filter_map(|(index, name)| Some((recognise(&plain(name))?, index)))
            .collect();
        candidates.sort_by_key(|(known, index)| (known.rank, *index));
        let mapped: Vec<Field> = plan.fields.keys().copied().collect();
        for (known, index) in candidates {
            taken.push(index);
            let name = header.get(index).cloned().unwrap_or_default();
            let columns = plan.fields.entry(known.field).or_default();
            if columns.is_empty() || known.field.gathers() && !mapped.contains(&known.field) {
                columns.push(Column {
                    index,
                    name,
                    currency: known.currency,
                });
            } else {
                plan.passed_over.push((name, known.field));
            }
        }
        for columns in plan.fields.values_mut().filter(|_| mapped.is_empty()) {
            columns.sort_by_key(|column| column.index);
        }
        let unclaimed = header
            .iter()
            .enumerate()
            .filter(|(index, _)| !taken.contains(index));
        plan.unclaimed = unclaimed
            .map(|(index, name)| Column {
                index,
                name: name.clone(),
                currency: None,
            })
            .collect();
        Ok(plan)
    }

    /// The columns of a standard, in their order.
    pub(crate) fn fixed(columns: &[(Field, &'static str)]) -> Self {
        let mut plan = Self::default();
        for (index, (field, name)) in columns.iter().enumerate() {
            plan.fields.entry(*field).or_default().push(Column {
                index,
                name: (*name).to_owned(),
                currency: None,
            });
        }
        plan
    }

    fn follow(&mut self, header: &[String], mapping: &[(String, String)]) -> Result<Vec<usize>, MapFault> {
        let mut taken = Vec::new();
        for (ours, theirs) in mapping {
            let (field, currency) = Field::called(ours).ok_or_else(|| MapFault::NoField(ours.clone()))?;
            let index = position(header, theirs).ok_or_else(|| MapFault::NoColumn(theirs.clone()))?;
            let name = header.get(index).cloned().unwrap_or_default();
            let currency = currency.or_else(|| recognise(&plain(&name)).and_then(|known| known.currency));
            taken.push(index);
            self.fields.entry(field).or_default().push(Column {
                index,
                name,
                currency,
            });
        }
        Ok(taken)
    }

    /// The columns of a field, in order.
    pub(crate) fn columns(&self, field: Field) -> &[Column] {
        self.fields.get(&field).map_or(&[], Vec::as_slice)
    }
}

/// The column that the user calls so: exactly, or but for case, spaces and signs.
fn position(header: &[String], theirs: &str) -> Option<usize> {
    let exactly = header.iter().position(|name| name.trim() == theirs.trim());
    exactly.or_else(|| header.iter().position(|name| plain(name) == plain(theirs)))
}

/// Whether the header has a column that the user calls so.
pub(crate) fn names_one(header: &[String], theirs: &str) -> bool {
    position(header, theirs).is_some()
}

/// Our field names, for messages.
pub(crate) fn our_names() -> String {
    NAMES
        .iter()
        .map(|names| names.field.name())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(header: &str, mapping: &[(&str, &str)]) -> Result<String, MapFault> {
        let header: Vec<String> = header.split('|').map(str::to_owned).collect();
        let mapping: Vec<(String, String)> = mapping
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        let plan = Plan::new(&header, &mapping)?;
        let told = plan.fields.iter().map(|(field, columns)| {
            let names: Vec<String> = columns
                .iter()
                .map(|c| format!("{}{}", c.name, c.currency.unwrap_or("")))
                .collect();
            format!("{}={}", field.name(), names.join("+"))
        });
        Ok(told.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn columns_are_known_by_our_names_and_by_natural_ones() {
        assert_eq!(
            plan("Title|Description|Lead Organisation", &[]).unwrap(),
            "title=Title summary=Description authority=Lead Organisation"
        );
        assert_eq!(
            plan("start_date|startYear|END", &[]).unwrap(),
            "startDate=start_date endDate=END"
        );
        assert_eq!(
            plan("award_gbp|budgetEur|amount", &[]).unwrap(),
            "budget=budgetEurEUR award=award_gbpGBP"
        );
        assert_eq!(
            plan("tags|themes|sector", &[]).unwrap(),
            "themes=tags+themes+sector"
        );
        assert_eq!(plan("🙂|é|ab", &[]).unwrap(), "");
    }

    #[test]
    fn our_name_beats_a_synonym_and_the_loser_is_told() {
        let header: Vec<String> = ["name", "title", "postcode"].map(str::to_owned).to_vec();
        let plan = Plan::new(&header, &[]).unwrap();
        assert_eq!(plan.columns(Field::Title)[0].name, "title");
        assert_eq!(plan.passed_over, [("name".to_owned(), Field::Title)]);
        assert_eq!(plan.unclaimed[0].name, "postcode");
    }

    #[test]
    fn the_users_word_beats_everything() {
        assert_eq!(
            plan("title|name|notes|who", &[("title", "name")]).unwrap(),
            "title=name"
        );
        assert_eq!(
            plan("t|a|b", &[("summary", "a"), ("summary", "B"), ("title", "t")]).unwrap(),
            "title=t summary=a+b"
        );
        assert_eq!(
            plan("price|t", &[("budgetGbp", "price")]).unwrap(),
            "budget=priceGBP"
        );
        assert_eq!(
            plan("t", &[("colour", "t")]),
            Err(MapFault::NoField("colour".into()))
        );
        assert_eq!(
            plan("t", &[("description", "t")]),
            Err(MapFault::NoField("description".into()))
        );
        assert_eq!(plan("t", &[("title", "x")]), Err(MapFault::NoColumn("x".into())));
    }
}
