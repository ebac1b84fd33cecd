//! Invitations: links with a secret that is shown once.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entity::kinds::{OrganisationKind, SurveyResponseState};
use entity::survey_invitation::{ActiveModel, Model};
use entity::survey_response as response;
use sea_orm::{ConnectionTrait, Set};
use uuid::Uuid;

use super::{managing, name_of};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::project::{LONGEST_SHORT_TEXT, bounded_text};
use crate::service::retry::Retry;
use crate::service::{App, fingerprint};
use crate::store;

/// The operation's name among the keys of retries.
const OPERATION: &str = "inviteToSurvey";

/// So many authorities are invited at a time.
pub const MOST_INVITED: usize = 1_000;

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The authority.
    pub organisation: Uuid,
    /// To whom the link is sent, such as an address; seen by those who run the survey only.
    pub recipient: Option<String>,
}

/// An invitation, and the secret of its link, which nobody can find out again.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The invitation.
    pub invitation: Model,
    /// The secret.
    pub token: String,
}

/// A secret of 256 bits from the operating system's source.
pub(super) fn secret() -> ApiResult<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|cause| ApiError::internal(anyhow::anyhow!("no random numbers: {cause}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Invites authorities to a round: each gets a link of its own. An authority may be invited again, for another officer.
///
/// # Errors
/// Every mistake at once; then nobody is invited.
pub async fn invite(
    app: &App,
    viewer: &Viewer,
    wave: Uuid,
    invited: Vec<Invited>,
    expires_at: Option<DateTime<Utc>>,
    retry: Option<Retry>,
) -> ApiResult<Vec<Issued>> {
    managing(viewer)?;
    let found = store::survey::wave(app.db.read(), wave).await?;
    let Some(wave) = found else {
        let message = "there is no such round of a survey";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["wave"], message));
    };
    let expires_at = expires_at.unwrap_or(wave.closes_at);
    check(app, &invited, expires_at).await?;
    let now = clock::now();
    let txn = app.db.begin().await?;
    // Locks the catalogue's row: an authority gets one response, whoever invites it at the same time.
    store::catalogue::reserve(&txn, 0).await?;
    if let Some(retry) = &retry
        && retry.earlier(&txn, OPERATION).await?.is_some()
    {
        let message = "an earlier try with this key invited them, and its links were shown then; renew a link that was lost";
        return Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["idempotencyKey"],
            message,
        ));
    }
    let responses = responses(&txn, wave.id, &invited, now).await?;
    let mut issued = Vec::with_capacity(invited.len());
    for (invited, response_id) in invited.into_iter().zip(responses) {
        let token = secret()?;
        let invitation = Model {
            id: Uuid::now_v7(),
            wave_id: wave.id,
            organisation_id: invited.organisation,
            response_id,
            recipient: invited.recipient,
            token_hash: fingerprint(&token),
            expires_at,
            revoked_at: None,
            sent_at: None,
            reminded_at: None,
            reminders: 0,
            created_by: name_of(viewer),
            created_at: now,
        };
        issued.push(Issued { invitation, token });
    }
    let rows = issued.iter().map(|issued| issued.invitation.clone()).collect();
    store::survey::invitation::insert_all(&txn, rows).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, wave.id).await?;
    }
    txn.commit().await?;
    Ok(issued)
}

async fn check(app: &App, invited: &[Invited], expires_at: DateTime<Utc>) -> ApiResult<()> {
    let mut mistakes = Vec::new();
    if invited.is_empty() || invited.len() > MOST_INVITED {
        let message = format!("from 1 to {MOST_INVITED} invitations at a time");
        mistakes.push(UserError::new(
            UserErrorCode::OutOfRange,
            &["invitations"],
            message,
        ));
        return Err(ApiError::BadInput(mistakes));
    }
    if expires_at <= clock::now() {
        let message = "the links would open nothing: give a moment to come";
        mistakes.push(UserError::new(UserErrorCode::OutOfRange, &["expiresAt"], message));
    }
    let ids: HashSet<Uuid> = invited.iter().map(|invited| invited.organisation).collect();
    let rows = store::organisation::by_ids(app.db.read(), ids).await?;
    for (place, invited) in invited.iter().enumerate() {
        let place = place.to_string();
        let row = rows.iter().find(|row| row.id == invited.organisation);
        let fits = row
            .is_some_and(|row| row.kind == OrganisationKind::LocalAuthority && row.merged_into_id.is_none());
        if !fits {
            let message = "there is no such authority";
            let path = ["invitations", place.as_str(), "authority"];
            mistakes.push(UserError::new(UserErrorCode::NotFound, &path, message));
        }
        let path = ["invitations", place.as_str(), "recipient"];
        let recipient = invited.recipient.as_deref().unwrap_or_default();
        if let Err(ApiError::BadInput(more)) = bounded_text(&path, recipient, LONGEST_SHORT_TEXT) {
            mistakes.extend(more);
        }
    }
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(ApiError::BadInput(mistakes)),
    }
}

/// The response of each authority in the round; made where there is none.
async fn responses(
    db: &impl ConnectionTrait,
    wave: Uuid,
    invited: &[Invited],
    now: DateTime<Utc>,
) -> ApiResult<Vec<Uuid>> {
    let there = store::survey::response::of_waves(db, &[wave]).await?;
    let mut known: std::collections::HashMap<Uuid, Uuid> = there
        .into_iter()
        .map(|row| (row.organisation_id, row.id))
        .collect();
    let mut fresh = Vec::new();
    for invited in invited {
        known.entry(invited.organisation).or_insert_with(|| {
            let row = response::Model {
                id: Uuid::now_v7(),
                wave_id: wave,
                organisation_id: invited.organisation,
                state: SurveyResponseState::Invited,
                revision: 0,
                version: 0,
                reason: None,
                created_at: now,
                updated_at: now,
                submitted_at: None,
            };
            let id = row.id;
            fresh.push(row);
            id
        });
    }
    store::survey::response::insert_all(db, fresh).await?;
    let ids = invited
        .iter()
        .map(|invited| known.get(&invited.organisation).copied());
    Ok(ids.map(Option::unwrap_or_default).collect())
}

/// Takes a link back: it opens nothing from now on. Doing it again changes nothing.
///
/// # Errors
/// A mistake at `id` when there is no such invitation.
pub async fn revoke(app: &App, viewer: &Viewer, id: Uuid) -> ApiResult<Model> {
    managing(viewer)?;
    let row = standing(app, id).await?;
    if row.revoked_at.is_none() {
        let change = ActiveModel {
            revoked_at: Set(Some(clock::now())),
            ..ActiveModel::default()
        };
        write(app, id, change).await?;
    }
    standing(app, id).await
}

/// Gives an invitation a new link, in the place of the old one, which opens nothing from now on.
///
/// # Errors
/// A mistake at `id` when there is no such invitation.
pub async fn renew(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    expires_at: Option<DateTime<Utc>>,
) -> ApiResult<Issued> {
    managing(viewer)?;
    let row = standing(app, id).await?;
    let wave = store::survey::wave(app.db.read(), row.wave_id).await?;
    let end = wave.map_or(row.expires_at, |wave| wave.closes_at);
    let expires_at = expires_at.unwrap_or(end);
    if expires_at <= clock::now() {
        let message = "the link would open nothing: give a moment to come";
        return Err(ApiError::bad_input(
            UserErrorCode::OutOfRange,
            &["expiresAt"],
            message,
        ));
    }
    let token = secret()?;
    let change = ActiveModel {
        token_hash: Set(fingerprint(&token)),
        expires_at: Set(expires_at),
        revoked_at: Set(None),
        sent_at: Set(None),
        ..ActiveModel::default()
    };
    write(app, id, change).await?;
    Ok(Issued {
        invitation: standing(app, id).await?,
        token,
    })
}

/// Notes that invitations, or reminders of them, were sent. Tandem sends no mail itself.
///
/// # Errors
/// A mistake at the place in the list that names no invitation.
pub async fn mark(
    app: &App,
    viewer: &Viewer,
    ids: &[Uuid],
    at: Option<DateTime<Utc>>,
    reminders: bool,
) -> ApiResult<Vec<Model>> {
    managing(viewer)?;
    if ids.is_empty() || ids.len() > MOST_INVITED {
        let message = format!("from 1 to {MOST_INVITED} invitations at a time");
        return Err(ApiError::bad_input(
            UserErrorCode::OutOfRange,
            &["invitations"],
            message,
        ));
    }
    let rows = store::survey::invitation::by_ids(app.db.read(), ids).await?;
    let missing = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !rows.iter().any(|row| row.id == **id));
    let mistakes: Vec<UserError> = missing
        .map(|(place, _)| {
            let path = ["invitations", &place.to_string()];
            UserError::new(UserErrorCode::NotFound, &path, "there is no such invitation")
        })
        .collect();
    if !mistakes.is_empty() {
        return Err(ApiError::BadInput(mistakes));
    }
    let at = at.unwrap_or_else(clock::now);
    let txn = app.db.begin().await?;
    match reminders {
        true => store::survey::invitation::reminded(&txn, ids, at).await?,
        false => store::survey::invitation::sent(&txn, ids, at).await?,
    }
    txn.commit().await?;
    Ok(store::survey::invitation::by_ids(app.db.read(), ids).await?)
}

async fn standing(app: &App, id: Uuid) -> ApiResult<Model> {
    let found = store::survey::invitation::by_id(app.db.read(), id).await?;
    found.ok_or_else(|| ApiError::bad_input(UserErrorCode::NotFound, &["id"], "there is no such invitation"))
}

async fn write(app: &App, id: Uuid, change: ActiveModel) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    store::survey::invitation::change(&txn, id, change).await?;
    txn.commit().await?;
    Ok(())
}
