//! Requests that carry files, as the GraphQL multipart request specification has them: first `operations`, then `map`,
//! then each file under the name that `map` gives it.

mod form;

use std::collections::{BTreeMap, HashSet};

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use actix_web::web::Payload;
use serde_json::Value;

use super::parameters;
use super::respond::Failure;
use super::settings::HttpSettings;
use super::trusted::Asked;
use crate::graphql::scalar::{File, Uploads};
use form::{Form, Part};

/// The most files of one request.
const MOST_FILES: usize = 10;

/// The most places that one request's files are put into.
const MOST_PLACES: usize = 100;

/// One of these shows that no page of another site made a visitor's browser send the form: a page can send a form
/// anywhere, but a header of its own only where the server was asked first and allowed it.
const PREFLIGHT_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("graphql-require-preflight"),
    HeaderName::from_static("apollo-require-preflight"),
    HeaderName::from_static("x-requested-with"),
];

/// Whether a request's body is a form with files.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("multipart/form-data"))
}

/// Reads the form, never holding more than the bounds allow.
pub(super) async fn read(
    http: &HttpRequest,
    payload: Payload,
    settings: &HttpSettings,
) -> Result<Asked, Failure> {
    let boundary = admitted(http.headers())?;
    form::with(payload, boundary, settings, async |form| {
        parts(form, settings).await
    })
    .await
}

/// The boundary of a form that may be read, judged by its headers.
fn admitted(headers: &HeaderMap) -> Result<String, Failure> {
    let shown = PREFLIGHT_HEADERS
        .iter()
        .any(|name| headers.get(name).is_some_and(|value| !value.is_empty()));
    if !shown {
        let message = "a form with files needs the header `graphql-require-preflight: 1` (or `apollo-require-preflight` or \
                       `x-requested-with`), by which it is known that no other site sent it";
        return Err(Failure::new(StatusCode::FORBIDDEN, "FORBIDDEN", message));
    }
    let unsupported =
        |message: &str| Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT", message);
    let coded = headers.get(CONTENT_ENCODING);
    if coded.is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(unsupported("compressed request bodies are not accepted"));
    }
    let mut values = headers.get_all(CONTENT_TYPE);
    let (value, more) = (values.next(), values.next());
    let boundary = value
        .filter(|_| more.is_none())
        .and_then(|value| value.to_str().ok())
        .and_then(|text| multer::parse_boundary(text).ok());
    boundary.ok_or_else(|| unsupported("`content-type: multipart/form-data` needs one `boundary`"))
}

async fn parts(form: &mut Form, settings: &HttpSettings) -> Result<Asked, Failure> {
    let limit = settings.body_limit_bytes;
    let operations = named(form.next().await?, "operations", "first")?;
    let mut operations = json(&form.read(operations, limit).await?, "operations")?;
    let map = named(form.next().await?, "map", "second")?;
    let map = targets(json(&form.read(map, limit).await?, "map")?)?;
    let mut uploads = Uploads::default();
    for (key, paths) in &map {
        for path in paths {
            put(&mut operations, path, Uploads::token(key))?;
        }
    }
    while let Some(part) = form.next().await? {
        let key = part.name().to_owned();
        if !map.contains_key(&key) {
            return Err(wrong(&format!("`map` says nothing of the part “{}”", cut(&key))));
        }
        if uploads.has(&key) {
            return Err(wrong(&format!("the file “{}” was sent twice", cut(&key))));
        }
        let name = part.file_name().unwrap_or_default().to_owned();
        let bytes = form.read(part, settings.upload_limit_bytes).await?;
        uploads.add(&key, File { name, bytes });
    }
    if let Some(missing) = map.keys().find(|key| !uploads.has(key)) {
        let message = format!("`map` names the file “{}”, which was not sent", cut(missing));
        return Err(wrong(&message));
    }
    let Asked { request, document } = parameters::from_value(operations).map_err(Failure::bad_request)?;
    Ok(Asked {
        request: request.data(uploads),
        document,
    })
}

fn wrong(message: &str) -> Failure {
    Failure::bad_request(format!("the form with files is malformed: {message}"))
}

/// Texts of the client are repeated to it in part only.
fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

fn named(part: Option<Part>, name: &str, place: &str) -> Result<Part, Failure> {
    part.filter(|part| part.name() == name)
        .ok_or_else(|| wrong(&format!("`{name}` must be its {place} part")))
}

fn json(bytes: &[u8], name: &str) -> Result<Value, Failure> {
    serde_json::from_slice(bytes).map_err(|error| wrong(&format!("`{name}` is not valid JSON: {error}")))
}

/// Where each file goes: paths into `operations`.
fn targets(map: Value) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let shape = "`map` must be an object whose values are lists of paths such as \"variables.file\"";
    let Value::Object(map) = map else {
        return Err(wrong(shape));
    };
    if map.len() > MOST_FILES {
        let message = format!("at most {MOST_FILES} files are taken at once");
        return Err(Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "LIMIT_EXCEEDED",
            message,
        ));
    }
    let mut taken = HashSet::new();
    let mut targets = BTreeMap::new();
    for (key, paths) in map {
        let paths: Vec<String> = serde_json::from_value(paths).map_err(|_| wrong(shape))?;
        if paths.is_empty() {
            return Err(wrong(&format!("`map` puts the file “{}” nowhere", cut(&key))));
        }
        for path in &paths {
            if !taken.insert(path.clone()) {
                return Err(wrong(&format!("`map` puts two files at “{}”", cut(path))));
            }
        }
        targets.insert(key, paths);
    }
    if taken.len() > MOST_PLACES {
        let message = format!("`map` has more than {MOST_PLACES} paths");
        return Err(Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "LIMIT_EXCEEDED",
            message,
        ));
    }
    Ok(targets)
}

/// Puts a file's token where a path leads, which must be a null among the variables.
fn put(operations: &mut Value, path: &str, token: String) -> Result<(), Failure> {
    if operations.is_array() {
        return Err(Failure::bad_request(
            "batches are not accepted; send one operation a request",
        ));
    }
    let nowhere = || {
        wrong(&format!(
            "the path “{}” leads to no null in `operations`",
            cut(path)
        ))
    };
    let mut steps = path.split('.');
    let root = steps.next().filter(|root| *root == "variables");
    let mut place = root
        .and_then(|root| operations.get_mut(root))
        .ok_or_else(nowhere)?;
    for step in steps {
        place = match place {
            Value::Object(members) => members.get_mut(step),
            Value::Array(entries) => step
                .parse::<usize>()
                .ok()
                .and_then(|index| entries.get_mut(index)),
            _ => None,
        }
        .ok_or_else(nowhere)?;
    }
    if !place.is_null() {
        return Err(nowhere());
    }
    *place = Value::String(token);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(failure: &Failure) -> &str {
        &failure.error.message
    }

    #[test]
    fn a_map_that_is_none_is_refused() {
        let cases = [
            (json!([]), "must be an object"),
            (json!({"0": "variables.file"}), "must be an object"),
            (json!({"0": [1]}), "must be an object"),
            (json!({"0": []}), "nowhere"),
            (json!({"0": ["variables.a"], "1": ["variables.a"]}), "two files"),
        ];
        for (map, reason) in cases {
            let failure = targets(map.clone()).unwrap_err();
            assert!(said(&failure).contains(reason), "{map}: {}", said(&failure));
        }
        let many: serde_json::Map<_, _> = (0..11)
            .map(|n| (n.to_string(), json!([format!("variables.{n}")])))
            .collect();
        assert!(said(&targets(many.into()).unwrap_err()).contains("at most 10"));
    }

    #[test]
    fn a_file_goes_only_where_a_null_waits() {
        let operations =
            json!({"query": "x", "variables": {"file": null, "list": [null, 1], "input": {"file": null}}});
        for path in ["variables.file", "variables.list.0", "variables.input.file"] {
            let mut changed = operations.clone();
            put(&mut changed, path, "t".to_owned()).unwrap();
            let pointer = format!("/{}", path.replace('.', "/"));
            assert_eq!(changed.pointer(&pointer), Some(&json!("t")), "{path}");
        }
        for path in [
            "",
            "query",
            "variables",
            "variables.other",
            "variables.list.1",
            "variables.list.7",
            "file",
            "variables.file.x",
        ] {
            let failure = put(&mut operations.clone(), path, "t".to_owned()).unwrap_err();
            assert!(said(&failure).contains("leads to no null"), "{path}");
        }
    }
}
