//! Who answers, and for whom.

use chrono::{DateTime, Utc};
use entity::survey_response as response;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{Round, round, sees};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::{App, fingerprint};
use crate::store;

/// The longest secret that is looked up, in bytes.
const LONGEST_TOKEN: usize = 200;

/// How somebody shows that a response is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// By the secret in a link.
    Token(String),
    /// By an account, for an authority.
    Account {
        /// The round.
        wave: Uuid,
        /// The authority.
        organisation: Uuid,
    },
}

/// Somebody who works on a response.
#[derive(Debug, Clone)]
pub struct Respondent {
    /// The round.
    pub round: Round,
    /// The response.
    pub response: response::Model,
    /// How the history of the answers calls them.
    pub by: String,
}

impl Respondent {
    /// The authority, and all whose work it carries on: what they told and lead is its own to go on with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bodies(&self, db: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
        store::organisation::with_predecessors(db, &[self.response.organisation_id]).await
    }
}

/// Somebody who wants to see a response.
///
/// # Errors
/// A mistake at `token` or `wave`; what one may not see looks as if it were not there.
pub async fn reading(app: &App, viewer: &Viewer, claim: &Claim) -> ApiResult<Respondent> {
    match claim {
        Claim::Token(token) => by_token(app, token).await,
        Claim::Account { wave, organisation } => {
            let found = store::survey::response::of(app.db.read(), *wave, *organisation).await?;
            let Some(response) = found.filter(|response| sees(viewer, response)) else {
                return Err(absent());
            };
            Ok(Respondent {
                round: round(app, response.wave_id, &["wave"]).await?,
                response,
                by: viewer.name().to_owned(),
            })
        }
    }
}

/// Somebody who wants to change a response.
///
/// # Errors
/// As [`reading`]; a mistake at `wave` when the round is not open; forbidden to those who only look.
pub async fn writing(app: &App, viewer: &Viewer, claim: &Claim) -> ApiResult<Respondent> {
    let respondent = reading(app, viewer, claim).await?;
    if let Claim::Account { organisation, .. } = claim {
        let may = viewer.speaks_for(*organisation) || viewer.is_administrator();
        if !may {
            let message = "only editors of the authority answer for it";
            return Err(ApiError::Forbidden(message.to_owned()));
        }
    }
    open(&respondent.round)?;
    Ok(respondent)
}

/// Refuses what comes before or after a round.
///
/// # Errors
/// A mistake at `wave`.
pub fn open(round: &Round) -> ApiResult<()> {
    let now = clock::now();
    if round.is_open(now) {
        return Ok(());
    }
    let message = match now < round.wave.opens_at {
        true => format!("this round opens on {}", moment(round.wave.opens_at)),
        false => format!(
            "this round closed on {}; what was saved before is kept",
            moment(round.wave.closes_at)
        ),
    };
    Err(ApiError::bad_input(UserErrorCode::Conflict, &["wave"], message))
}

/// A moment, for people.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

async fn by_token(app: &App, token: &str) -> ApiResult<Respondent> {
    let refuse = |code, message: &str| Err(ApiError::bad_input(code, &["token"], message));
    let db = app.db.read();
    let found = match token.len() <= LONGEST_TOKEN {
        true => store::survey::invitation::by_hash(db, &fingerprint(token.trim())).await?,
        false => None,
    };
    let Some(invitation) = found else {
        return refuse(UserErrorCode::NotFound, "this link opens no survey");
    };
    if invitation.revoked_at.is_some() {
        return refuse(
            UserErrorCode::Conflict,
            "this link was taken back; ask for another",
        );
    }
    if invitation.expires_at <= clock::now() {
        return refuse(UserErrorCode::Conflict, "this link has expired; ask for another");
    }
    let response = store::survey::response::by_id(db, invitation.response_id).await?;
    let Some(response) = response else {
        return Err(absent());
    };
    Ok(Respondent {
        round: round(app, invitation.wave_id, &["token"]).await?,
        response,
        by: invitation.recipient.unwrap_or_else(|| "by link".to_owned()),
    })
}

fn absent() -> ApiError {
    let message = "there is no such response, or it is not yours";
    ApiError::bad_input(UserErrorCode::NotFound, &["wave"], message)
}
