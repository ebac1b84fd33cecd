//! A value of a row as JSON, and back, so that every database gives and takes the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use entity::registry::Holds;
use sea_orm::Value;
use serde_json::Value as Json;
use uuid::Uuid;

/// A value as JSON: moments as RFC 3339, bytes as Base64. Numbers with a fraction are text, since that comes back exactly.
pub(super) fn to_json(value: Value) -> Json {
    match value {
        Value::Uuid(Some(id)) => id.to_string().into(),
        Value::String(Some(text)) => text.into(),
        Value::Int(Some(number)) => number.into(),
        Value::BigInt(Some(number)) => number.into(),
        Value::Double(Some(number)) => format!("{number:?}").into(),
        Value::Bool(Some(truth)) => truth.into(),
        Value::ChronoDateTimeUtc(Some(moment)) => moment.to_rfc3339_opts(SecondsFormat::AutoSi, true).into(),
        Value::ChronoDate(Some(day)) => day.to_string().into(),
        Value::Bytes(Some(bytes)) => STANDARD.encode(bytes.as_slice()).into(),
        _ => Json::Null,
    }
}

/// A value from JSON; `None` when it is not of its kind.
pub(super) fn from_json(json: Json, holds: Holds) -> Option<Value> {
    if json.is_null() {
        return Some(nothing(holds));
    }
    let text = || json.as_str();
    Some(match holds {
        Holds::Uuid => Uuid::try_parse(text()?).ok()?.into(),
        Holds::Text => text()?.into(),
        Holds::Int => i32::try_from(json.as_i64()?).ok()?.into(),
        Holds::BigInt => json.as_i64()?.into(),
        Holds::Double => text()?.parse::<f64>().ok()?.into(),
        Holds::Bool => json.as_bool()?.into(),
        Holds::Time => DateTime::parse_from_rfc3339(text()?).ok()?.to_utc().into(),
        Holds::Date => text()?.parse::<NaiveDate>().ok()?.into(),
        Holds::Bytes => STANDARD.decode(text()?).ok()?.into(),
    })
}

fn nothing(holds: Holds) -> Value {
    match holds {
        Holds::Uuid => None::<Uuid>.into(),
        Holds::Text => None::<String>.into(),
        Holds::Int => None::<i32>.into(),
        Holds::BigInt => None::<i64>.into(),
        Holds::Double => None::<f64>.into(),
        Holds::Bool => None::<bool>.into(),
        Holds::Time => None::<DateTime<Utc>>.into(),
        Holds::Date => None::<NaiveDate>.into(),
        Holds::Bytes => None::<Vec<u8>>.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_as_it_went_out() {
        let moment = DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap();
        let values: [(Holds, Value); 9] = [
            (Holds::Uuid, Uuid::from_u128(7).into()),
            (Holds::Text, "ä\n\"".into()),
            (Holds::Int, i32::MIN.into()),
            (Holds::BigInt, i64::MAX.into()),
            (Holds::Double, 0.1_f64.mul_add(3.0, 1e-17).into()),
            (Holds::Bool, true.into()),
            (Holds::Time, moment.into()),
            (Holds::Date, NaiveDate::from_ymd_opt(2026, 11, 22).unwrap().into()),
            (Holds::Bytes, vec![0_u8, 255, 10].into()),
        ];
        for (holds, value) in values {
            let text = to_json(value.clone()).to_string();
            let read = from_json(serde_json::from_str(&text).unwrap(), holds);
            assert_eq!(read, Some(value), "{text}");
            assert_eq!(from_json(to_json(nothing(holds)), holds), Some(nothing(holds)));
        }
        assert_eq!(from_json("x".into(), Holds::Uuid), None);
        assert_eq!(from_json(i64::MAX.into(), Holds::Int), None);
    }
}
