//! The tables as the audit log knows them: what names a row, what is no change worth telling, what is never digested.

use std::collections::HashMap;
use std::sync::LazyLock;

use entity::registry;

use crate::access::personal;

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The columns that name a row.
    pub key: Vec<&'static str>,
    /// Every column.
    pub columns: Vec<&'static str>,
}

/// Tables of which nothing is told: counters, locks, the log itself, parts of files, and what is worked out anew from other
/// rows.
pub const UNTOLD: [&str; 12] = [
    "access_state",
    "audit_chain",
    "audit_entry",
    "audit_origin",
    "catalogue",
    "idempotency_key",
    "import_chunk",
    "import_row",
    "overlap_cluster",
    "overlap_cluster_member",
    "project_meaning",
    "seaql_migrations",
];

/// Columns that are noted in passing and are no change.
const PASSING: [(&str, &str); 1] = [("api_key", "last_used_at")];

/// Columns that hold secrets or their hashes: of them not even a digest is kept.
const SECRET: [(&str, &str); 2] = [("api_key", "hash"), ("survey_invitation", "token_hash")];

static TABLES: LazyLock<HashMap<&'static str, Table>> = LazyLock::new(|| {
    registry::tables()
        .into_iter()
        .filter(|table| !UNTOLD.contains(&table.name))
        .map(|table| {
            let columns = table.columns.iter().map(|(column, _)| *column).collect();
            let key = table.key;
            (table.name, Table { key, columns })
        })
        .collect()
});

/// A table by its name; `None` for those of which nothing is told and for unknown ones.
#[must_use]
pub fn of(name: &str) -> Option<&'static Table> {
    TABLES.get(name)
}

/// Whether a change of these columns of a table is told.
#[must_use]
pub fn is_told(table: &str, columns: &[String]) -> bool {
    let in_passing = |column: &String| PASSING.contains(&(table, column.as_str()));
    !UNTOLD.contains(&table) && (columns.is_empty() || !columns.iter().all(in_passing))
}

/// Whether a column is kept out of digests: it is personal, or a secret.
#[must_use]
pub fn is_withheld(table: &str, column: &str) -> bool {
    SECRET.contains(&(table, column)) || personal::is_personal(table, column)
}

/// A value that a database quoted as it would be written in a statement, as text: ids of SQLite are bytes.
#[must_use]
pub fn plain(quoted: &str) -> String {
    let inner = quoted
        .strip_prefix("E'")
        .or_else(|| quoted.strip_prefix('\''))
        .and_then(|rest| rest.strip_suffix('\''));
    if let Some(text) = inner {
        return text.replace("''", "'");
    }
    let bytes = quoted.strip_prefix("X'").and_then(|rest| rest.strip_suffix('\''));
    match bytes.and_then(|bytes| uuid::Uuid::try_parse(bytes).ok()) {
        Some(id) => id.to_string(),
        None => quoted.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_both_databases_read_alike() {
        let id = "0190163d-8694-739b-aea5-966c26f8ad91";
        assert_eq!(plain(&format!("'{id}'")), id);
        assert_eq!(plain("X'0190163D8694739BAEA5966C26F8AD91'"), id);
        assert_eq!(plain("'it''s'"), "it's");
        assert_eq!(plain("17"), "17");
    }

    #[test]
    fn composite_keys_are_known_and_uses_of_keys_are_no_change() {
        assert_eq!(of("bid_member").unwrap().key, ["bid_id", "organisation_id"]);
        assert!(of("account").unwrap().columns.contains(&"name"));
        assert!(!is_told("api_key", &["last_used_at".to_owned()]));
        assert!(is_told(
            "api_key",
            &["last_used_at".to_owned(), "revoked_at".to_owned()]
        ));
        assert!(!is_told("import_row", &[]));
    }
}
