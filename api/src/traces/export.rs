//! Spans on their way to a collector.

use std::io;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Span, Told};

/// So many spans go in one message.
pub(super) const MOST_AT_ONCE: usize = 512;

/// How long spans are gathered before they go.
pub(super) const GATHERED: Duration = Duration::from_secs(1);

/// A collector that takes longer is not there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where OTLP is taken.
const PATH: &str = "/v1/traces";

/// A collector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    /// Host and port.
    authority: String,
    path: String,
}

/// Why spans were not taken.
#[derive(Debug, Error)]
pub enum CollectorError {
    /// It could not be reached.
    #[error("reaching the collector")]
    Reach(#[from] io::Error),
    /// It took too long.
    #[error("the collector did not answer in {} seconds", PATIENCE.as_secs())]
    Slow,
    /// It said no.
    #[error("the collector answered `{0}`")]
    Refused(String),
}

impl FromStr for Collector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is no collector's address; write it like http://127.0.0.1:4318");
        let rest = text.strip_prefix("http://").ok_or_else(wrong)?;
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, format!("/{path}")),
            None => (rest, String::new()),
        };
        let (host, port) = authority.rsplit_once(':').ok_or_else(wrong)?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.[]:".contains(&b);
        if host.is_empty() || !host.bytes().all(plain) || port.parse::<u16>().is_err() {
            return Err(wrong());
        }
        if !path.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(wrong());
        }
        let path = match path.trim_end_matches('/') {
            "" => PATH.to_owned(),
            path => path.to_owned(),
        };
        Ok(Self {
            authority: authority.to_owned(),
            path,
        })
    }
}

impl Collector {
    /// Sends spans.
    ///
    /// # Errors
    /// When it cannot be reached, is slow, or says no.
    pub async fn send(&self, spans: &[Span]) -> Result<(), CollectorError> {
        let message = message(spans).to_string();
        let answer = tokio::time::timeout(PATIENCE, self.exchange(&message));
        let status = answer.await.map_err(|_elapsed| CollectorError::Slow)??;
        match status.split(' ').nth(1).is_some_and(|code| code.starts_with('2')) {
            true => Ok(()),
            false => Err(CollectorError::Refused(status)),
        }
    }

    /// The first line of the answer.
    async fn exchange(&self, body: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(&self.authority).await?;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.path,
            self.authority,
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut answer = [0_u8; 256];
        let mut length = 0;
        while let Some(room) = answer.get_mut(length..).filter(|room| !room.is_empty()) {
            let read = stream.read(room).await?;
            length += read;
            let told = answer.get(..length).unwrap_or_default();
            if read == 0 || told.contains(&b'\n') {
                break;
            }
        }
        let told = String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned();
        Ok(told.lines().next().unwrap_or_default().trim().to_owned())
    }
}

/// Spans as OTLP has them in JSON: ids in hexadecimal, moments as text in nanoseconds since 1970.
fn message(spans: &[Span]) -> Value {
    let spans: Vec<Value> = spans.iter().map(span).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": attributes(&[
            ("service.name", Told::Text("tandem".to_owned())),
            ("service.version", Told::Text(env!("CARGO_PKG_VERSION").to_owned())),
        ]) },
        "scopeSpans": [{ "scope": { "name": "tandem" }, "spans": spans }],
    }] })
}

/// `SPAN_KIND_SERVER`.
const SERVER: u8 = 2;
/// `STATUS_CODE_ERROR`.
const FAILED: u8 = 2;

fn span(span: &Span) -> Value {
    let mut told = json!({
        "traceId": format!("{:032x}", span.context.trace),
        "spanId": format!("{:016x}", span.context.span),
        "name": span.name,
        "kind": SERVER,
        "startTimeUnixNano": nanoseconds(span.begun),
        "endTimeUnixNano": nanoseconds(span.ended),
        "attributes": attributes(&span.attributes),
        "status": if span.failed { json!({ "code": FAILED }) } else { json!({}) },
    });
    if let (Some(parent), Some(told)) = (span.context.parent, told.as_object_mut()) {
        told.insert("parentSpanId".to_owned(), format!("{parent:016x}").into());
    }
    told
}

fn nanoseconds(moment: SystemTime) -> String {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_nanos().to_string()
}

fn attributes(told: &[(&str, Told)]) -> Value {
    told.iter()
        .map(|(key, value)| {
            let value = match value {
                Told::Text(text) => json!({ "stringValue": text }),
                Told::Number(number) => json!({ "intValue": number.to_string() }),
            };
            json!({ "key": key, "value": value })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::*;

    #[test]
    fn a_collector_has_a_host_and_a_port() {
        let plain: Collector = "http://127.0.0.1:4318".parse().unwrap();
        assert_eq!(
            (plain.authority.as_str(), plain.path.as_str()),
            ("127.0.0.1:4318", PATH)
        );
        let other: Collector = "http://collector:4318/in/v1/traces/".parse().unwrap();
        assert_eq!(other.path, "/in/v1/traces");
        for wrong in [
            "",
            "127.0.0.1:4318",
            "https://a:1",
            "http://a",
            "http://a:x",
            "http://:1",
            "http://a b:1",
            "http://a:1/ x",
        ] {
            assert!(wrong.parse::<Collector>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_span_is_written_as_collectors_read_it() {
        let context = Context {
            trace: 0xab,
            span: 0xcd,
            parent: Some(0xef),
            is_sampled: true,
        };
        let begun = SystemTime::UNIX_EPOCH + Duration::from_nanos(1_795_000_000_000_000_001);
        let ended = begun + Duration::from_micros(5);
        let attributes = vec![("http.response.status_code", Told::Number(500))];
        let name = "POST /graphql".to_owned();
        let told = message(&[Span {
            context,
            name,
            begun,
            ended,
            attributes,
            failed: true,
        }]);
        let span = &told["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!(span["traceId"], "000000000000000000000000000000ab");
        assert_eq!(
            (&span["spanId"], &span["parentSpanId"]),
            (&json!("00000000000000cd"), &json!("00000000000000ef"))
        );
        assert_eq!(span["endTimeUnixNano"], "1795000000000005001");
        assert_eq!(span["attributes"][0]["value"]["intValue"], "500");
        assert_eq!(span["status"]["code"], 2);
    }
}
