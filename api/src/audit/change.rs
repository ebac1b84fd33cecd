//! What an entry says of the rows that a transaction touched.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::chain::digest;
use super::tables;

/// So many rows of one statement are told one by one; of more their number is told.
pub const MOST_ROWS: usize = 20;

/// So many changes are told one by one in an entry; the rest are counted by table.
const MOST_CHANGES: usize = 50;

/// Columns whose values are told in full: words of closed lists, numbers of versions, moments and ids, which say what
/// became of a row and nothing of a person. Of every other column only its name and a digest are kept.
const TOLD: [&str; 18] = [
    "account_id",
    "closed_at",
    "decision",
    "expires_at",
    "follow_up",
    "merged_into_id",
    "organisation_id",
    "outcome",
    "phase",
    "published_at",
    "relation",
    "retired_at",
    "revoked_at",
    "role",
    "scope",
    "state",
    "status",
    "version",
];

/// The values of a row by column, as the database quotes them.
pub type Cells = BTreeMap<String, String>;

/// What was done by a transaction, as it goes.
#[derive(Debug, Default)]
pub struct Changes {
    told: Vec<Value>,
    counted: BTreeMap<(String, &'static str), u64>,
}

impl Changes {
    /// Whether nothing was done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.told.is_empty() && self.counted.is_empty()
    }

    /// Whether one more change is told in detail.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.told.len() < MOST_CHANGES
    }

    /// Notes a row before and after; `None` where it was not there. A row that stayed as it was is no change.
    pub fn row(
        &mut self,
        table: &str,
        action: &'static str,
        row: &str,
        states: (Option<Cells>, Option<Cells>),
    ) {
        let (before, after) = states;
        if before.is_some() && before == after {
            return;
        }
        if !self.has_room() {
            return self.count(table, action, 1);
        }
        let empty = Cells::new();
        let (old, new) = (
            before.as_ref().unwrap_or(&empty),
            after.as_ref().unwrap_or(&empty),
        );
        let changed = |column: &&String| old.get(*column) != new.get(*column);
        let mut fields: Vec<&String> = old.keys().chain(new.keys()).filter(changed).collect();
        fields.sort();
        fields.dedup();
        let mut values = Map::new();
        for field in fields.iter().filter(|field| TOLD.contains(&field.as_str())) {
            values.insert(
                (**field).clone(),
                json!([plain(old.get(*field)), plain(new.get(*field))]),
            );
        }
        let mut change = json!({ "table": table, "action": action, "row": row, "fields": fields });
        if let Some(change) = change.as_object_mut() {
            for (name, state) in [("before", &before), ("after", &after)] {
                if let Some(state) = state {
                    change.insert(name.to_owned(), json!(digest_of(table, state)));
                }
            }
            if !values.is_empty() {
                change.insert("values".to_owned(), Value::Object(values));
            }
        }
        self.told.push(change);
    }

    /// Notes rows without telling each.
    pub fn count(&mut self, table: &str, action: &'static str, rows: u64) {
        if rows > 0 {
            *self.counted.entry((table.to_owned(), action)).or_default() += rows;
        }
    }

    /// Notes what somebody was shown: an operation, and what it was asked about.
    pub fn read(&mut self, field: &str, ids: &[String]) {
        self.told
            .push(json!({ "action": "READ", "field": field, "ids": ids }));
    }

    /// What stands in the entry.
    #[must_use]
    pub fn written(self) -> String {
        let counted = self
            .counted
            .into_iter()
            .map(|((table, action), rows)| json!({ "table": table, "action": action, "rows": rows }));
        Value::Array(self.told.into_iter().chain(counted).collect()).to_string()
    }
}

/// A digest of a row's values, without those that are personal or secret: a digest of a name can be guessed, and must not
/// outlive the name.
fn digest_of(table: &str, cells: &Cells) -> String {
    let kept: Vec<(&String, &String)> = cells
        .iter()
        .filter(|(column, _)| !tables::is_withheld(table, column))
        .collect();
    digest(json!(kept).to_string().as_bytes())
}

/// A value without the database's quotes.
fn plain(value: Option<&String>) -> Option<String> {
    let value = value?;
    if value == "NULL" {
        return None;
    }
    Some(tables::plain(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: &[(&str, &str)]) -> Cells {
        cells
            .iter()
            .map(|(column, value)| ((*column).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_name_leaves_no_trace_but_that_it_changed() {
        let mut changes = Changes::default();
        let before = cells(&[("name", "'Ada'"), ("closed_at", "NULL")]);
        let after = cells(&[("name", "'Ben'"), ("closed_at", "'2026-11-22'")]);
        changes.row("account", "UPDATE", "7", (Some(before.clone()), Some(after)));
        let written = changes.written();
        assert!(!written.contains("Ada") && !written.contains("Ben"), "{written}");
        assert!(written.contains(r#""fields":["closed_at","name"]"#), "{written}");
        assert!(
            written.contains(r#""closed_at":[null,"2026-11-22"]"#),
            "{written}"
        );
        let other = cells(&[("name", "'Cyd'"), ("closed_at", "NULL")]);
        assert_eq!(digest_of("account", &before), digest_of("account", &other));
        assert_ne!(digest_of("project", &before), digest_of("project", &other));
    }

    #[test]
    fn what_stays_is_no_change_and_floods_are_counted() {
        let mut changes = Changes::default();
        let same = cells(&[("state", "'A'")]);
        changes.row("bid", "UPDATE", "1", (Some(same.clone()), Some(same.clone())));
        assert!(changes.is_empty());
        for row in 0..MOST_CHANGES + 3 {
            changes.row("bid", "INSERT", &row.to_string(), (None, Some(same.clone())));
        }
        let written = changes.written();
        assert!(
            written.ends_with(r#"{"action":"INSERT","rows":3,"table":"bid"}]"#),
            "{written}"
        );
    }
}
