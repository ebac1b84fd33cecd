//! The audit log: noting who looked, and finding out whether anybody touched it.

use entity::audit_entry;
use entity::kinds::AuditKind;
use serde_json::{Value, json};

use crate::audit::acting;
use crate::audit::chain::{BEGINNING, fault, origin_digest};
use crate::audit::change::Changes;
use crate::error::ApiResult;
use crate::store::{self, Database};

/// So many entries are read at a time.
const BATCH: u64 = 1_000;

/// Notes that whoever acts was shown what is not public: operations, each with the ids that it was asked about.
///
/// # Errors
/// When the database fails; then nothing may be shown.
pub async fn note_read(db: &Database, shown: &[(String, Vec<String>)]) -> ApiResult<()> {
    let mut changes = Changes::default();
    for (field, ids) in shown {
        changes.read(field, ids);
    }
    let txn = db.begin().await?;
    store::audit::append(&txn, AuditKind::Read, &acting(), changes.written()).await?;
    Ok(txn.commit().await?)
}

/// What became of a look at the whole log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is whole.
    Whole {
        /// How many entries.
        entries: i64,
        /// The hash of the last one: whoever writes it down elsewhere can tell later that nothing before it was replaced.
        head: String,
    },
    /// It is not.
    Broken {
        /// The place of the first entry that is wrong.
        seq: i64,
        /// What is wrong with it.
        why: String,
    },
}

/// Looks at every entry. With `noted`, a place and a hash that were written down before must still be there.
///
/// # Errors
/// When the database fails.
pub async fn verify(db: &Database, noted: Option<&(i64, String)>) -> ApiResult<Verdict> {
    let head = store::audit::head(db.read()).await?;
    let (mut seq, mut hash) = (0, BEGINNING.to_owned());
    let mut met = noted.is_none_or(|(seq, _)| *seq == 0);
    loop {
        let entries = store::audit::after(db.read(), seq, BATCH).await?;
        if entries.is_empty() {
            break;
        }
        let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
        let origins = store::audit::origins(db.read(), &ids).await?;
        for entry in entries {
            if let Some(why) = fault((seq, &hash), &entry) {
                return Ok(Verdict::Broken { seq: entry.seq, why });
            }
            let origin = origins.iter().find(|origin| origin.entry_id == entry.id);
            let told = origin.map(|origin| origin_digest(&origin.salt, &origin.address));
            if told.is_some() && told != entry.origin_digest {
                let why = format!("the address of entry {} was changed", entry.seq);
                return Ok(Verdict::Broken { seq: entry.seq, why });
            }
            if let Some((place, expected)) = noted.filter(|(place, _)| *place == entry.seq) {
                if *expected != entry.hash {
                    let why = format!("entry {place} is another one than was noted: the log was rewritten");
                    return Ok(Verdict::Broken { seq: *place, why });
                }
                met = true;
            }
            (seq, hash) = (entry.seq, entry.hash);
        }
    }
    // Entries that came meanwhile are read too, so the end that was told before may lie behind.
    if seq < head.seq || (seq == head.seq && hash != head.hash) {
        let why = format!(
            "the log ends at entry {seq}, and was at entry {}: its end was cut off",
            head.seq
        );
        return Ok(Verdict::Broken { seq: seq + 1, why });
    }
    if let Some((place, _)) = noted.filter(|_| !met) {
        let why = format!("entry {place}, which was noted, is not there: the log was cut off or rewritten");
        return Ok(Verdict::Broken { seq: seq + 1, why });
    }
    Ok(Verdict::Whole {
        entries: seq,
        head: hash,
    })
}

/// Gives every entry in its order as JSON, a batch at a time, to `take`.
///
/// # Errors
/// When the database or `take` fails.
pub async fn export(db: &Database, mut take: impl FnMut(Value) -> anyhow::Result<()>) -> ApiResult<i64> {
    let mut seq = 0;
    loop {
        let entries = store::audit::after(db.read(), seq, BATCH).await?;
        let Some(last) = entries.last() else {
            return Ok(seq);
        };
        seq = last.seq;
        for entry in &entries {
            take(exported(entry))?;
        }
    }
}

/// An entry with the very values that its hash is over. Addresses are left out: they are kept for some days only.
fn exported(entry: &audit_entry::Model) -> Value {
    json!({
        "seq": entry.seq,
        "id": entry.id,
        "at": entry.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "atMs": entry.at.timestamp_millis(),
        "kind": entry.kind.as_str(),
        "actor": entry.actor,
        "operation": entry.operation,
        "transport": entry.transport.as_str(),
        "requestId": entry.request_id,
        "originDigest": entry.origin_digest,
        "changes": entry.changes,
        "previousHash": entry.previous_hash,
        "hash": entry.hash,
    })
}
