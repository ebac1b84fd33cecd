//! Organisations that nobody knew yet.

use entity::kinds::OrganisationKind;
use entity::{organisation, organisation_alias as alias, organisation_identifier as identifier};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::LONGEST_NAME;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::App;
use crate::service::directory::{Directory, Meaning, Meanings};
use crate::service::project::bounded_text;
use crate::service::reference::named_body;
use crate::service::retry::Retry;
use crate::store;
use crate::store::organisation::Rows;
use crate::store::search::folded;

/// The operation's name among the keys of retries.
const OPERATION: &str = "createOrganisation";

/// The most other names or identifiers.
const MOST_NAMES: usize = 100;

/// The longest identifier, in characters.
const LONGEST_IDENTIFIER: usize = 100;

/// An organisation as told.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// The official name.
    pub name: String,
    /// What sort of body.
    pub kind: OrganisationKind,
    /// The everyday name.
    pub short_name: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Identifiers in public registers: scheme and id.
    pub identifiers: Vec<(String, String)>,
    /// The nation that it lies in.
    pub nation: Option<String>,
    /// The region that it lies in.
    pub region: Option<String>,
}

/// Records an organisation. A retry with the same key and input gives the same one.
///
/// # Errors
/// Every mistake at once: names that are missing, too long or another organisation's, identifiers that are none or
/// another's; a conflict when the key came with another input.
pub async fn create(app: &App, told: NewOrganisation, retry: Option<Retry>) -> ApiResult<Uuid> {
    let told = tidied(told);
    let mut mistakes = Vec::new();
    check(&told, &mut mistakes);
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that one body cannot be recorded twice at once.
    store::catalogue::reserve(&txn, 0).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    check_known(&txn, &app.directory, &told, &mut mistakes).await?;
    if !mistakes.is_empty() {
        txn.rollback().await?;
        return Err(ApiError::BadInput(mistakes));
    }
    let id = Uuid::now_v7();
    let rows = rows(id, told);
    store::organisation::insert(&txn, rows.clone()).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    txn.commit().await?;
    app.directory.learn(rows);
    Ok(id)
}

fn tidied(mut told: NewOrganisation) -> NewOrganisation {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = |text: Option<String>| text.map(|text| spaced(&text)).filter(|text| !text.is_empty());
    told.name = spaced(&told.name);
    told.short_name = known(told.short_name);
    told.nation = known(told.nation);
    told.region = known(told.region);
    told.aliases = told.aliases.iter().map(|name| spaced(name)).collect();
    let trimmed = |(scheme, id): (String, String)| (scheme.trim().to_ascii_uppercase(), id.trim().to_owned());
    told.identifiers = told.identifiers.into_iter().map(trimmed).collect();
    told
}

fn check(told: &NewOrganisation, mistakes: &mut Vec<UserError>) {
    if told.kind == OrganisationKind::Group {
        let message = "a group has members; make it by createOrganisationGroup";
        mistakes.push(UserError::new(UserErrorCode::Invalid, &["kind"], message));
    }
    let mut text = |path: &[&str], text: &str, longest| {
        if text.is_empty() {
            mistakes.push(UserError::new(UserErrorCode::Required, path, "a text is needed"));
        } else if let Err(ApiError::BadInput(errors)) = bounded_text(path, text, longest) {
            mistakes.extend(errors);
        }
    };
    text(&["name"], &told.name, LONGEST_NAME);
    for (field, value) in [
        ("shortName", &told.short_name),
        ("nation", &told.nation),
        ("region", &told.region),
    ] {
        if let Some(value) = value {
            text(&[field], value, LONGEST_NAME);
        }
    }
    for (place, name) in told.aliases.iter().enumerate() {
        text(&["aliases", &place.to_string()], name, LONGEST_NAME);
    }
    for (place, (_, id)) in told.identifiers.iter().enumerate() {
        text(&["identifiers", &place.to_string(), "id"], id, LONGEST_IDENTIFIER);
    }
    for (place, (scheme, _)) in told.identifiers.iter().enumerate() {
        if !is_scheme(scheme) {
            let path = ["identifiers", &place.to_string(), "scheme"];
            let message = "a scheme of org-id.guide such as GB-COH is expected, or GSS";
            mistakes.push(UserError::new(UserErrorCode::Invalid, &path, message));
        }
    }
    for (field, length) in [
        ("aliases", told.aliases.len()),
        ("identifiers", told.identifiers.len()),
    ] {
        if length > MOST_NAMES {
            let message = format!("at most {MOST_NAMES} entries");
            mistakes.push(UserError::new(UserErrorCode::TooLong, &[field], message));
        }
    }
}

/// Schemes of org-id.guide begin with a country's or an international list's letters: `GB-COH`, `XI-GRID`.
fn is_scheme(scheme: &str) -> bool {
    let mut parts = scheme.split('-');
    let country = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    scheme == "GSS"
        || (country.len() == 2 && letters(country) && !rest.is_empty() && rest.into_iter().all(letters))
}

/// The official name of the organisation that bears a name already.
///
/// # Errors
/// When the database fails.
pub async fn known_as(
    db: &impl ConnectionTrait,
    directory: &Directory,
    name: &str,
) -> ApiResult<Option<String>> {
    let key = folded(name);
    // The names in memory may not know what another process recorded a moment ago; the table does.
    if let Some(row) = store::organisation::named(db, &key).await? {
        return Ok(Some(row.name));
    }
    match directory.meaning(name, None) {
        Meaning::Clear(other) if store::organisation::bears(db, other, &key).await? => {
            Ok(directory.name(other))
        }
        _ => Ok(None),
    }
}

/// Whether a name or an identifier is another organisation's already.
async fn check_known(
    db: &impl ConnectionTrait,
    directory: &Directory,
    told: &NewOrganisation,
    mistakes: &mut Vec<UserError>,
) -> ApiResult<()> {
    let known = known_as(db, directory, &told.name).await?;
    if let Some(name) = known {
        let message = format!("this is a name of {name}, which is recorded already");
        mistakes.push(UserError::new(UserErrorCode::Duplicate, &["name"], message));
    }
    for (place, (scheme, id)) in told.identifiers.iter().enumerate() {
        if let Some(other) = store::organisation::identified(db, scheme, id).await? {
            let name = directory.name(other).unwrap_or_default();
            let path = ["identifiers", &place.to_string()];
            let message = format!("{scheme}-{id} is {name}, which is recorded already");
            mistakes.push(UserError::new(UserErrorCode::Duplicate, &path, message));
        }
    }
    Ok(())
}

fn rows(id: Uuid, told: NewOrganisation) -> Rows {
    let body = organisation::Model {
        short_name: told.short_name,
        nation: told.nation,
        region: told.region,
        ..named_body(id, told.kind, &told.name)
    };
    let aliases = told.aliases.into_iter().map(|name| alias::Model {
        id: Uuid::now_v7(),
        organisation_id: id,
        name,
        shown: true,
    });
    let identifiers = told
        .identifiers
        .into_iter()
        .map(|(scheme, value)| identifier::Model {
            id: Uuid::now_v7(),
            organisation_id: id,
            scheme,
            value,
        });
    Rows {
        organisations: vec![body],
        aliases: aliases.collect(),
        identifiers: identifiers.collect(),
        ..Rows::default()
    }
}
