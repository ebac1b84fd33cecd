//! Answers kept in files, compared after what differs from run to run is blotted out.

use std::fs;

use serde_json::Value;

/// Compares an answer with `tests/goldens/NAME.json`; `UPDATE_GOLDENS=1` writes the file anew.
///
/// # Panics
/// Where they differ, or the file is absent, or it has 40 lines or more: nobody reads a longer one.
pub fn check(name: &str, answer: &Value) {
    let path = crate::root()
        .join("tests/goldens")
        .join(name)
        .with_extension("json");
    let found = serde_json::to_string_pretty(&redact(answer)).expect("JSON prints") + "\n";
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("make the folder");
        fs::write(&path, &found).expect("write the golden");
    }
    let kept = fs::read_to_string(&path).unwrap_or_else(|cause| panic!("read golden {name}: {cause}"));
    assert_eq!(found, kept, "golden {name} (UPDATE_GOLDENS=1 writes it anew)");
    assert!(kept.lines().count() < 40, "golden {name} is too long to be read");
}

/// The answer with each id as `[id 1]`, `[id 2]`… and each time as `[time]`.
///
/// The same id keeps its number within one answer, so that what refers to what can still be read.
pub fn redact(answer: &Value) -> Value {
    blot(answer, "", &mut Vec::new())
}

fn blot(value: &Value, key: &str, seen: &mut Vec<String>) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), blot(value, key, seen)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| blot(item, key, seen)).collect(),
        Value::String(text) if is_id(key) => {
            let known = seen.iter().position(|id| id == text);
            let place = known.unwrap_or_else(|| {
                seen.push(text.clone());
                seen.len() - 1
            });
            Value::String(format!("[id {}]", place + 1))
        }
        Value::String(text) if is_time(text) => Value::String("[time]".to_owned()),
        other => other.clone(),
    }
}

fn is_id(key: &str) -> bool {
    matches!(key, "id" | "ids" | "cursor") || key.ends_with("Id") || key.ends_with("Cursor")
}

/// A moment as RFC 3339 has it, not a date: dates of projects are facts that a test may claim.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 20 && bytes[4] == b'-' && bytes[10] == b'T' && bytes[13] == b':' && text.ends_with('Z')
}
