//! `/reports/overlaps/{id}`: the evidence report of a finding as a page, for browsers and for print.
//!
//! It is asked of the schema like everything else, so that it shows to whom what the API shows to them.

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::web::{self, Data};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use async_graphql::{Executor, Request, Value, Variables};
use entity::kinds::AuditTransport;
use serde_json::json;

use super::Shared;
use super::allowance::{Client, Standing};
use super::execution;
use super::media::ResponseMedia;
use super::request_id::{ClientAddress, RequestId};
use super::respond::Failure;

const QUERY: &str = "query Report($id: ID!) { overlap(id: $id) { report { document(format: HTML) } } }";

/// The page needs nothing but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The page, or why there is none.
pub(super) async fn overlap<E: Executor>(
    http: HttpRequest,
    id: web::Path<String>,
    shared: Data<Shared<E>>,
) -> HttpResponse {
    let request_id = http
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_else(RequestId::fresh);
    match written(&http, &id, &shared, &request_id).await {
        Ok(page) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .body(page),
        Err(failure) => failure.render(ResponseMedia::Json, &request_id),
    }
}

async fn written<E: Executor>(
    http: &HttpRequest,
    id: &str,
    shared: &Shared<E>,
    request_id: &RequestId,
) -> Result<String, Failure> {
    let request = Request::new(QUERY).variables(Variables::from_json(json!({ "id": id })));
    let address = ClientAddress::of(http, &shared.settings);
    let viewer = shared.viewer(http).await?;
    let Ok(admitted) = execution::admit(shared, request, &viewer) else {
        return Err(missing());
    };
    let client = Client::of(&viewer, address);
    let _place = shared.allowances.begin(client, Instant::now())?;
    priced(http, shared, client, admitted.price(&shared.prices))?;
    let request = execution::with_context(
        admitted.request,
        request_id,
        address,
        viewer,
        AuditTransport::Http,
    );
    let response = execution::execute(shared, &admitted.operation, request).await?;
    let refused = response.errors.iter().any(|error| {
        let code = error.extensions.as_ref().and_then(|told| told.get("code"));
        code == Some(&Value::from("INTERNAL"))
    });
    if refused {
        return Err(execution::panicked());
    }
    document(response.data).ok_or_else(missing)
}

/// A page costs its reader what its query costs over the API.
fn priced<E>(http: &HttpRequest, shared: &Shared<E>, client: Client, price: u64) -> Result<(), Failure> {
    let charged = shared.allowances.charge(client, price, Instant::now());
    let refusal = charged.as_ref().err().map(Standing::refusal);
    if let Some(standing) = charged.unwrap_or_else(Some) {
        http.extensions_mut().insert(standing);
    }
    refusal.map_or(Ok(()), Err)
}

/// The text at the end of the way that the query goes.
fn document(data: Value) -> Option<String> {
    let mut at = data;
    for field in ["overlap", "report", "document"] {
        let Value::Object(mut fields) = at else {
            return None;
        };
        at = fields.swap_remove(field)?;
    }
    match at {
        Value::String(page) => Some(page),
        _ => None,
    }
}

fn missing() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is no such finding")
}
