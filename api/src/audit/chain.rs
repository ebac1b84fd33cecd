//! How entries hang together: each one's hash is over the hash before it and everything that it says.

use entity::audit_entry::Model;
use serde_json::json;
use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A SHA-256 in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An entry as it is hashed: a JSON array of its fields in a fixed order, without spaces. Times are milliseconds since 1970,
/// so that every database gives back what was hashed.
#[must_use]
pub fn canonical(entry: &Model) -> String {
    json!([
        entry.previous_hash,
        entry.seq,
        entry.id,
        entry.at.timestamp_millis(),
        entry.kind.as_str(),
        entry.actor,
        entry.operation,
        entry.transport.as_str(),
        entry.request_id,
        entry.origin_digest,
        entry.changes,
    ])
    .to_string()
}

/// The hash that belongs to what an entry says.
#[must_use]
pub fn hash(entry: &Model) -> String {
    digest(canonical(entry).as_bytes())
}

/// What the chain keeps of an address: with the salt it shows that an address is the one that was noted, and without the
/// salt it tells nothing.
#[must_use]
pub fn origin_digest(salt: &str, address: &str) -> String {
    digest(format!("{salt} {address}").as_bytes())
}

/// What is wrong with an entry that follows `before` (its place and hash); `None` when nothing is.
#[must_use]
pub fn fault(before: (i64, &str), entry: &Model) -> Option<String> {
    let (seq, previous) = before;
    if entry.seq != seq + 1 {
        return Some(format!(
            "entry {} follows entry {seq}: entries between them are gone",
            entry.seq
        ));
    }
    if entry.previous_hash != previous {
        return Some(format!(
            "entry {} does not follow from entry {seq}: one of the two was changed or replaced",
            entry.seq
        ));
    }
    (entry.hash != hash(entry)).then(|| format!("entry {} was changed: its hash is another one", entry.seq))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::kinds::{AuditKind, AuditTransport};
    use uuid::Uuid;

    use super::*;

    fn entry(seq: i64, previous: &str) -> Model {
        let mut entry = Model {
            id: Uuid::from_u128(7),
            seq,
            at: DateTime::from_timestamp_millis(1_795_000_000_123).unwrap(),
            kind: AuditKind::Change,
            actor: "account:1".to_owned(),
            operation: "createProject".to_owned(),
            transport: AuditTransport::Http,
            request_id: Some("r".to_owned()),
            origin_digest: None,
            changes: "[]".to_owned(),
            previous_hash: previous.to_owned(),
            hash: String::new(),
        };
        entry.hash = hash(&entry);
        entry
    }

    #[test]
    fn whole_entries_have_no_fault_and_every_changed_field_has_one() {
        let first = entry(1, BEGINNING);
        assert_eq!(fault((0, BEGINNING), &first), None);
        let second = entry(2, &first.hash);
        assert_eq!(fault((1, &first.hash), &second), None);
        let changes: [fn(&mut Model); 9] = [
            |entry| entry.id = Uuid::from_u128(8),
            |entry| entry.at += chrono::TimeDelta::milliseconds(1),
            |entry| entry.kind = AuditKind::Read,
            |entry| entry.actor.push('2'),
            |entry| entry.operation.clear(),
            |entry| entry.transport = AuditTransport::Server,
            |entry| entry.request_id = None,
            |entry| entry.origin_digest = Some(String::new()),
            |entry| entry.changes.push(' '),
        ];
        for change in changes {
            let mut changed = second.clone();
            change(&mut changed);
            let told = fault((1, &first.hash), &changed);
            assert!(
                told.is_some_and(|told| told.contains("entry 2 was changed")),
                "{changed:?}"
            );
        }
    }

    #[test]
    fn a_gap_and_a_replaced_entry_are_told_apart() {
        let first = entry(1, BEGINNING);
        let third = entry(3, &first.hash);
        assert!(fault((1, &first.hash), &third).is_some_and(|told| told.contains("gone")));
        let mut other = entry(1, BEGINNING);
        other.operation = "another".to_owned();
        other.hash = hash(&other);
        let second = entry(2, &first.hash);
        assert!(fault((1, &other.hash), &second).is_some_and(|told| told.contains("replaced")));
    }
}
