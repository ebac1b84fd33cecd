//! Media types in and out, as the GraphQL-over-HTTP specification has them.

use actix_web::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

/// The media type of a response, which also decides the status of a request that could not be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseMedia {
    /// `application/graphql-response+json`: the status tells whether the request was executed.
    GraphqlResponse,
    /// `application/json`: any well-formed request is answered with 200.
    Json,
}

impl ResponseMedia {
    /// The response's content type.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The best of the two types for an `Accept` header, or `None` when neither is acceptable.
    ///
    /// Without the header, or with nothing but wildcards, it is `application/json`, which every client
    /// understands. Between equals the type that was made for GraphQL wins.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(ACCEPT).peekable();
        if values.peek().is_none() {
            return Some(Self::Json);
        }
        let text = values
            .filter_map(|value| value.to_str().ok())
            .collect::<Vec<_>>()
            .join(",");
        let ranges: Vec<Range> = split_outside_quotes(&text, ',')
            .filter_map(Range::parse)
            .collect();
        let graphql = quality("graphql-response+json", &ranges);
        let json = quality("json", &ranges);
        let named = ranges
            .iter()
            .any(|range| range.subtype == "graphql-response+json");
        match (graphql, json) {
            (0, 0) => None,
            (graphql, json) if graphql > json || (graphql == json && named) => Some(Self::GraphqlResponse),
            _ => Some(Self::Json),
        }
    }
}

/// One entry of an `Accept` header.
struct Range {
    kind: String,
    subtype: String,
    /// In thousandths.
    quality: u16,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = split_outside_quotes(text, ';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut quality = 1_000;
        for parameter in parts {
            let (name, value) = parameter.split_once('=')?;
            match name.trim().to_ascii_lowercase().as_str() {
                "q" => {
                    quality = thousandths(value.trim())?;
                    break;
                }
                "charset" if !is_utf8(value) => return None,
                _ => {}
            }
        }
        let (kind, subtype) = (
            kind.trim().to_ascii_lowercase(),
            subtype.trim().to_ascii_lowercase(),
        );
        Some(Self {
            kind,
            subtype,
            quality,
        })
    }

    fn matches(&self, subtype: &str) -> bool {
        match (self.kind.as_str(), self.subtype.as_str()) {
            ("*", "*") | ("application", "*") => true,
            (kind, own) => kind == "application" && own == subtype,
        }
    }

    /// How exactly it names a type: the most exact entry decides.
    fn precision(&self) -> u8 {
        u8::from(self.kind != "*") + u8::from(self.subtype != "*")
    }
}

fn quality(subtype: &str, ranges: &[Range]) -> u16 {
    let matching = ranges.iter().filter(|range| range.matches(subtype));
    matching
        .max_by_key(|range| (range.precision(), range.quality))
        .map_or(0, |range| range.quality)
}

/// `0.8` is 800. At most three decimals, from 0 to 1, as HTTP has it.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1_000),
        _ => None,
    }
}

/// Why a request's body cannot be read, judged by its headers.
pub(super) fn refuse_body(headers: &HeaderMap) -> Result<(), String> {
    let wanted = "send the body as `content-type: application/json`";
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Err(format!("the request has no content type; {wanted}"));
    };
    if headers.get_all(CONTENT_TYPE).count() > 1 || !value.to_str().is_ok_and(is_json) {
        return Err(format!(
            "the request's content type is not accepted; {wanted}, in UTF-8"
        ));
    }
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            Err("compressed request bodies are not accepted".into())
        }
        _ => Ok(()),
    }
}

fn is_json(content_type: &str) -> bool {
    let mut parts = split_outside_quotes(content_type, ';').map(str::trim);
    parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
        && parts.filter(|parameter| !parameter.is_empty()).all(|parameter| {
            parameter
                .split_once('=')
                .is_some_and(|(name, value)| !name.trim().eq_ignore_ascii_case("charset") || is_utf8(value))
        })
}

fn is_utf8(charset: &str) -> bool {
    let name = charset.trim().trim_matches('"');
    name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8")
}

fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |character| {
        let divides = character == separator && !quoted;
        if character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && character == '\\' && !escaped;
        divides
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn negotiate(accept: &str) -> Option<ResponseMedia> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        ResponseMedia::negotiate(&headers)
    }

    #[test]
    fn accept_is_read_with_its_qualities() {
        use ResponseMedia::{GraphqlResponse, Json};
        let cases = [
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            (
                "application/graphql-response+json, application/json",
                Some(GraphqlResponse),
            ),
            (
                "application/json, application/graphql-response+json",
                Some(GraphqlResponse),
            ),
            (
                "application/graphql-response+json;q=0.5, application/json",
                Some(Json),
            ),
            (
                "application/graphql-response+json; charset=utf-8, application/json; q=0.9",
                Some(GraphqlResponse),
            ),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("text/html, */*;q=0.1", Some(Json)),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("APPLICATION/JSON", Some(Json)),
            ("text/html;a=\"x, application/json\"", None),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;charset=utf-16", None),
            ("", None),
        ];
        for (accept, expected) in cases {
            assert_eq!(negotiate(accept), expected, "accept: {accept}");
        }
        assert_eq!(ResponseMedia::negotiate(&HeaderMap::new()), Some(Json));
    }

    #[test]
    fn only_json_in_utf8_is_read() {
        let cases = [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/JSON;charset=\"UTF-8\"", true),
            ("application/json; charset=iso-8859-1", false),
            ("text/plain", false),
            ("application/jsonp", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("text/plain; application/json", false),
        ];
        for (content_type, accepted) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
            assert_eq!(
                refuse_body(&headers).is_ok(),
                accepted,
                "content type: {content_type}"
            );
        }
        assert!(refuse_body(&HeaderMap::new()).is_err());
    }
}
