//! From flat paths to nested JSON.

use serde_json::{Map, Number, Value};

/// A number, whole where it can be.
pub(super) fn number_of(text: &str) -> Value {
    if let Ok(whole) = text.strip_suffix(".00").unwrap_or(text).parse::<i64>() {
        return whole.into();
    }
    let number = text.parse::<f64>().ok().and_then(Number::from_f64);
    number.map_or_else(|| text.into(), Value::Number)
}

/// Puts a value where a path leads, making lists and objects on the way.
pub(super) fn put(whole: &mut Value, path: &str, value: Value) {
    let mut place = whole;
    for segment in path.split('/') {
        place = match segment.parse::<usize>() {
            Ok(index) if index < 1_000 => {
                if !place.is_array() {
                    *place = Value::Array(Vec::new());
                }
                let Some(entries) = place.as_array_mut() else {
                    return;
                };
                while entries.len() <= index {
                    entries.push(Value::Null);
                }
                let Some(entry) = entries.get_mut(index) else {
                    return;
                };
                entry
            }
            _ => {
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                let Some(fields) = place.as_object_mut() else {
                    return;
                };
                fields.entry(segment.to_owned()).or_insert(Value::Null)
            }
        };
    }
    *place = value;
}

/// The same without the holes of lists.
pub(super) fn without_holes(value: Value) -> Value {
    match value {
        Value::Array(entries) => {
            let filled = entries.into_iter().filter(|entry| !entry.is_null());
            Value::Array(filled.map(without_holes).collect())
        }
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_holes(value)))
            .collect(),
        scalar => scalar,
    }
}
