//! Who is to be reminded, as a file to send mails from. Tandem sends none.
//!
//! Of a link only a hash is kept, so that no link can be told twice. A reminder therefore speaks of the link that was sent
//! before, or brings a new one, with which the old one opens nothing any more.

use chrono::{DateTime, Utc};
use entity::kinds::SurveyResponseState as State;
use entity::survey_invitation::Model;
use uuid::Uuid;

use super::export::File;
use super::invitation::{MOST_INVITED, secret};
use super::respondent::{moment, open};
use super::{Round, managing, round};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::{App, fingerprint};
use crate::store::survey::invitation::Waiting;
use crate::store::{self, Transaction};
use crate::survey::sheet::{Layout, Sheet, write};

/// The longest address of a server, in characters.
const LONGEST_ADDRESS: usize = 500;

/// The columns of the file.
const HEADER: [&str; 9] = [
    "invitation",
    "authority",
    "recipient",
    "state",
    "sent",
    "reminders",
    "last reminder",
    "link",
    "text",
];

/// Whom to remind, and how.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The round.
    pub wave: Uuid,
    /// How the file is laid out.
    pub layout: Layout,
    /// Whether each gets a new link. Otherwise those whose link has expired are left out: it would be of no use to them.
    pub renew: bool,
    /// The address of this server, for links that can be clicked.
    pub address: Option<String>,
    /// Only those who were not reminded since.
    pub not_since: Option<DateTime<Utc>>,
}

/// A file of reminders.
#[derive(Debug, Clone)]
pub struct Reminders {
    /// The file.
    pub file: File,
    /// The invitations in it, in their order, to be marked once the mails are sent.
    pub invitations: Vec<Uuid>,
    /// Whether more are to be reminded than a file holds.
    pub more: bool,
}

/// Writes the file, and gives new links where that is wanted. `named` tells by what name the API knows an invitation.
///
/// # Errors
/// A mistake at `wave` when there is no such round or it is not open, or at `address`; then no link was renewed.
pub async fn export(
    app: &App,
    viewer: &Viewer,
    wanted: Wanted,
    named: fn(Uuid) -> String,
) -> ApiResult<Reminders> {
    managing(viewer)?;
    let address = wanted.address.as_deref().map(address).transpose()?;
    let round = round(app, wanted.wave, &["wave"]).await?;
    open(&round)?;
    let waiting = Waiting {
        wave: wanted.wave,
        open_at: (!wanted.renew).then(clock::now),
        not_reminded_since: wanted.not_since,
    };
    let txn = app.db.begin().await?;
    let most = u64::try_from(MOST_INVITED).unwrap_or(u64::MAX);
    let mut rows = store::survey::invitation::waiting(&txn, &waiting, most.saturating_add(1)).await?;
    let more = rows.len() > MOST_INVITED;
    rows.truncate(MOST_INVITED);
    let responses: Vec<Uuid> = rows.iter().map(|row| row.response_id).collect();
    let states = store::survey::response::states(&txn, &responses).await?;
    let mut sheet = Sheet {
        name: "Reminders".to_owned(),
        header: HEADER.map(str::to_owned).to_vec(),
        rows: Vec::with_capacity(rows.len()),
    };
    for row in &rows {
        let link = match wanted.renew {
            true => Some(renewed(&txn, row, &round, address.as_deref()).await?),
            false => None,
        };
        let state = states.get(&row.response_id).copied().unwrap_or(State::Invited);
        let name = app.directory.name(row.organisation_id).unwrap_or_default();
        let mut cells = vec![named(row.id)];
        cells.extend(line(row, &round, state, (&name, link)));
        sheet.rows.push(cells);
    }
    let bytes = write(&[sheet], wanted.layout).map_err(ApiError::internal)?;
    txn.commit().await?;
    Ok(Reminders {
        file: File {
            name: format!("reminders.{}", wanted.layout.ending()),
            media_type: wanted.layout.media_type(),
            bytes,
        },
        invitations: rows.into_iter().map(|row| row.id).collect(),
        more,
    })
}

/// An address to which paths can be put.
fn address(told: &str) -> ApiResult<String> {
    let told = told.trim().trim_end_matches('/');
    let rest = told
        .strip_prefix("https://")
        .or_else(|| told.strip_prefix("http://"));
    let plain =
        |rest: &str| !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control());
    if told.chars().count() <= LONGEST_ADDRESS && rest.is_some_and(plain) {
        return Ok(told.to_owned());
    }
    let message = format!(
        "an address such as https://tandem.example is expected, at most {LONGEST_ADDRESS} characters"
    );
    Err(ApiError::bad_input(UserErrorCode::Invalid, &["address"], message))
}

/// Gives an invitation a new link, until the round closes. Returns it.
async fn renewed(txn: &Transaction, row: &Model, round: &Round, address: Option<&str>) -> ApiResult<String> {
    let token = secret()?;
    let hash = fingerprint(&token);
    store::survey::invitation::renewed(txn, row.id, hash, round.wave.closes_at).await?;
    Ok(format!("{}/survey/{token}", address.unwrap_or_default()))
}

/// What is told of an invitation, beside its id.
fn line(row: &Model, round: &Round, state: State, (name, link): (&str, Option<String>)) -> [String; 8] {
    let day = |at: Option<DateTime<Utc>>| at.map_or(String::new(), |at| at.format("%Y-%m-%d").to_string());
    let how = match (&link, row.sent_at) {
        (Some(link), _) => format!("Please use this link; an earlier one opens nothing any more: {link}"),
        (None, Some(at)) => format!(
            "Please use the link that was sent to you on {}.",
            at.format("%-d %B %Y")
        ),
        (None, None) => "Please use the link that was sent to you.".to_owned(),
    };
    let text = format!(
        "{}, {}: {name} {} The round closes on {}. {how}",
        round.survey.title,
        round.wave.name,
        so_far(state),
        moment(round.wave.closes_at)
    );
    [
        name.to_owned(),
        row.recipient.clone().unwrap_or_default(),
        state.as_str().to_owned(),
        day(row.sent_at),
        row.reminders.to_string(),
        day(row.reminded_at),
        link.unwrap_or_default(),
        text,
    ]
}

/// How far an authority has come, for its officer.
fn so_far(state: State) -> &'static str {
    match state {
        State::Draft => "has begun to answer, and not submitted it yet.",
        State::Returned => "was asked to put something right and to submit its answers again.",
        _ => "has not answered yet.",
    }
}
