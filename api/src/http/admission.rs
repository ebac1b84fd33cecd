//! Who a request is from.

use std::sync::Arc;
use std::time::Instant;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use futures_util::future::BoxFuture;

use super::Shared;
use super::allowance::{Client, WRONG_CREDENTIAL};
use super::request_id::ClientAddress;
use super::respond::Failure;
use crate::access::Viewer;
use crate::access::credential::{Credential, NotLetIn};

/// Finds out who shows a credential.
pub type Doorkeeper = Arc<dyn Fn(Credential) -> BoxFuture<'static, Result<Viewer, NotLetIn>> + Send + Sync>;

impl<E> Shared<E> {
    /// Who the headers say it is: the public, when they say nothing. A credential that is no good is never taken for
    /// none: a client with an expired key must learn of it.
    pub(super) async fn viewer(&self, http: &HttpRequest) -> Result<Viewer, Failure> {
        let address = ClientAddress::of(http, &self.settings);
        match shown(http.headers()) {
            Ok(shown) => self.who(shown.as_deref(), address).await,
            Err(failure) => Err(failure),
        }
    }

    /// Who shows what an `Authorization` header would say. Whoever tries many that are no good is soon told to wait,
    /// and not whether the next one would have been.
    pub(super) async fn who(&self, shown: Option<&str>, address: ClientAddress) -> Result<Viewer, Failure> {
        let found = self.found(shown).await;
        if found.as_ref().is_err_and(|failure| failure.challenge) {
            let stranger = Client::stranger(address);
            let charged = self.allowances.charge(stranger, WRONG_CREDENTIAL, Instant::now());
            charged.map_err(|standing| standing.refusal())?;
        }
        found
    }

    async fn found(&self, shown: Option<&str>) -> Result<Viewer, Failure> {
        let Some(shown) = shown else {
            return Ok(Viewer::public());
        };
        let credential = Credential::read(shown).map_err(refused)?;
        match (self.doorkeeper)(credential).await {
            Ok(viewer) => Ok(viewer),
            Err(NotLetIn::Refused(why)) => Err(refused(why)),
            Err(NotLetIn::Unavailable) => Err(Failure::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "INTERNAL",
                "who you are could not be found out; try again",
            )),
        }
    }
}

/// What the headers show.
pub(super) fn shown(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let mut shown = headers.get_all(AUTHORIZATION);
    match (shown.next(), shown.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => Ok(Some(one.to_str().unwrap_or_default().to_owned())),
        (Some(_), Some(_)) => Err(refused("send one Authorization header")),
    }
}

fn refused(why: &str) -> Failure {
    Failure {
        challenge: true,
        ..Failure::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", why)
    }
}
