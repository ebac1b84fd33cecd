//! The messages of the graphql-transport-ws protocol.

use serde_json::{Map, Value, json};

/// What a client says.
#[derive(Debug)]
pub(super) enum ClientMessage {
    /// With what the client shows to be let in.
    Init(Option<String>),
    Ping(Option<Value>),
    Pong,
    Subscribe {
        id: String,
        payload: Value,
    },
    Complete {
        id: String,
    },
}

/// Ids are echoed with every result, so they are kept short.
const MAX_ID_BYTES: usize = 256;

impl ClientMessage {
    /// Reads a message; the error is the reason for closing the socket.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let Ok(Value::Object(mut members)) = serde_json::from_str(text) else {
            return Err("a message must be a JSON object");
        };
        let kind = match members.remove("type") {
            Some(Value::String(kind)) => kind,
            _ => return Err("a message needs a type"),
        };
        match kind.as_str() {
            "connection_init" => init(&mut members).map(Self::Init),
            "ping" => optional_object(&mut members).map(Self::Ping),
            "pong" => optional_object(&mut members).map(|_payload| Self::Pong),
            "subscribe" => {
                let payload = members.remove("payload").ok_or("subscribe needs a payload")?;
                Ok(Self::Subscribe {
                    id: id(&mut members)?,
                    payload,
                })
            }
            "complete" => Ok(Self::Complete {
                id: id(&mut members)?,
            }),
            _ => Err("a message is of an unknown type"),
        }
    }
}

fn optional_object(members: &mut Map<String, Value>) -> Result<Option<Value>, &'static str> {
    match members.remove("payload") {
        None | Some(Value::Null) => Ok(None),
        Some(payload @ Value::Object(_)) => Ok(Some(payload)),
        Some(_) => Err("a payload must be an object"),
    }
}

/// The credential of a payload, under the name that HTTP's header has, whatever its case.
fn init(members: &mut Map<String, Value>) -> Result<Option<String>, &'static str> {
    let Some(Value::Object(payload)) = optional_object(members)? else {
        return Ok(None);
    };
    let mut shown = payload
        .into_iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    match (shown.next(), shown.next()) {
        (None | Some((_, Value::Null)), None) => Ok(None),
        (Some((_, Value::String(shown))), None) => Ok(Some(shown)),
        (_, Some(_)) => Err("show one credential"),
        (Some(_), None) => Err("authorization must be a text"),
    }
}

fn id(members: &mut Map<String, Value>) -> Result<String, &'static str> {
    match members.remove("id") {
        Some(Value::String(id)) if (1..=MAX_ID_BYTES).contains(&id.len()) => Ok(id),
        _ => Err("a message needs an id of 1 to 256 bytes"),
    }
}

/// `connection_ack`.
pub(super) fn ack() -> String {
    json!({"type": "connection_ack"}).to_string()
}

/// `pong`, with the ping's payload.
pub(super) fn pong(payload: Option<Value>) -> String {
    match payload {
        Some(payload) => json!({"type": "pong", "payload": payload}).to_string(),
        None => json!({"type": "pong"}).to_string(),
    }
}

/// `complete`.
pub(super) fn complete(id: &str) -> String {
    json!({"type": "complete", "id": id}).to_string()
}

/// `next` or `error`, whose payload is JSON already.
pub(super) fn with_payload(kind: &'static str, id: &str, payload: &str) -> String {
    let id = Value::from(id);
    format!(r#"{{"type":"{kind}","id":{id},"payload":{payload}}}"#)
}
