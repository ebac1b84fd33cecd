//! Accounts of people whom an issuer vouches for.

use entity::account;
use entity::kinds::AccountKind;
use uuid::Uuid;

use crate::access::token::Person;
use crate::clock;
use crate::error::ApiResult;
use crate::store::{self, Database};

/// The account of a person, made when they come for the first time: then it may do nothing but what the public may, until
/// somebody grants it a role. One that was made for their verified address becomes theirs, roles and all. `None` when
/// the account was closed.
pub(super) async fn account_of(db: &Database, person: &Person) -> ApiResult<Option<account::Model>> {
    let found = store::account::by_subject(db.read(), &person.issuer, &person.subject).await?;
    let row = match found {
        Some(row) => row,
        None => first_seen(db, person).await?,
    };
    Ok(Some(row).filter(|row| row.closed_at.is_none()))
}

async fn first_seen(db: &Database, person: &Person) -> ApiResult<account::Model> {
    let txn = db.begin().await?;
    // Whoever comes by two requests at once is made once: such changes take turns.
    store::account::touch_state(&txn).await?;
    if let Some(row) = store::account::by_subject(&txn, &person.issuer, &person.subject).await? {
        return Ok(row);
    }
    let awaited = match &person.email {
        Some(email) => store::account::awaited(&txn, &person.issuer, email).await?,
        None => None,
    };
    let row = match awaited {
        Some(row) => {
            store::account::recognise(&txn, row.id, &person.subject).await?;
            account::Model {
                subject: Some(person.subject.clone()),
                ..row
            }
        }
        None => {
            let row = account::Model {
                id: Uuid::now_v7(),
                kind: AccountKind::Person,
                name: person.name.clone(),
                issuer: Some(person.issuer.clone()),
                subject: Some(person.subject.clone()),
                email: person.email.clone(),
                created_at: clock::now(),
                closed_at: None,
            };
            store::account::insert(&txn, row.clone()).await?;
            row
        }
    };
    txn.commit().await?;
    tracing::info!(account = %row.id, "somebody came in by their issuer for the first time");
    Ok(row)
}
