//! What is kept of people: given to them, removed when they ask, and removed in time.

pub mod retention;

use entity::account;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::App;
use super::account::close_within;
use crate::access::Viewer;
use crate::access::viewer::signature_of;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
use crate::store::privacy::{ERASED, Subject};

/// So many rows of a table are given at most, the latest.
pub const MOST_GIVEN: usize = 10_000;

/// How many rows of a table were rewritten or removed.
pub type Erased = (&'static str, u64);

fn subject(row: &account::Model) -> Subject {
    Subject {
        account: row.id,
        signature: signature_of(row.id),
        name: Some(row.name.clone()).filter(|name| name != ERASED),
    }
}

/// Gathers lists, each cut to what is given at most.
#[derive(Default)]
struct Gathered {
    lists: Map<String, Value>,
    truncated: Vec<&'static str>,
}

impl Gathered {
    fn add<T>(&mut self, name: &'static str, mut rows: Vec<T>, told: impl Fn(T) -> Value) {
        if rows.len() > MOST_GIVEN {
            rows.truncate(MOST_GIVEN);
            self.truncated.push(name);
        }
        self.lists
            .insert(name.to_owned(), rows.into_iter().map(told).collect());
    }
}

/// Everything that is kept of whoever asks.
///
/// # Errors
/// Unauthenticated for whoever has no account; or when the database fails.
pub async fn export(app: &App, viewer: &Viewer) -> ApiResult<Value> {
    let db = app.db.read();
    let row = match viewer.account() {
        Some(id) => store::account::by_id(db, id).await?,
        None => None,
    };
    let Some(row) = row else {
        let message = "only the holder of an account has data here".to_owned();
        return Err(ApiError::Unauthenticated(message));
    };
    let who = subject(&row);
    let most = u64::try_from(MOST_GIVEN).unwrap_or(u64::MAX) + 1;
    let mut all = Gathered::default();
    all.add("roles", store::account::grants(db, &[row.id]).await?, |grant| {
        json!({ "role": grant.role.as_str(), "organisation": grant.organisation_id, "grantedBy": grant.granted_by,
            "grantedAt": grant.granted_at })
    });
    all.add("apiKeys", store::account::keys(db, &[row.id]).await?, |key| {
        json!({ "id": key.id, "name": key.name, "prefix": key.prefix, "scope": key.scope.as_str(),
            "createdAt": key.created_at, "expiresAt": key.expires_at, "revokedAt": key.revoked_at,
            "lastUsedAt": key.last_used_at })
    });
    wrote(app, &who, most, &mut all).await?;
    all.add(
        "surveyAnswers",
        store::privacy::answers(db, &who, most).await?,
        |answer| {
            json!({ "response": answer.response_id, "question": answer.question, "value": answer.value,
            "taken": answer.taken, "at": answer.answered_at })
        },
    );
    all.add(
        "surveySubmissions",
        store::privacy::submissions(db, &who, most).await?,
        |sent| json!({ "response": sent.response_id, "version": sent.version, "at": sent.submitted_at }),
    );
    all.add("audit", store::privacy::entries(db, &who, most).await?, |entry| {
        json!({ "seq": entry.seq, "at": entry.at, "kind": entry.kind.as_str(), "operation": entry.operation,
            "transport": entry.transport.as_str(), "requestId": entry.request_id, "changes": entry.changes })
    });
    all.add(
        "addresses",
        store::privacy::addresses(db, &who, most).await?,
        |origin| json!({ "entry": origin.entry_id, "address": origin.address, "at": origin.noted_at }),
    );
    let mut told = json!({
        "account": { "id": row.id, "kind": row.kind.as_str(), "name": row.name, "email": row.email, "issuer": row.issuer,
            "subject": row.subject, "createdAt": row.created_at, "closedAt": row.closed_at },
        "exportedAt": clock::now(),
        "truncated": all.truncated,
    });
    if let Some(told) = told.as_object_mut() {
        told.extend(all.lists);
    }
    Ok(told)
}

/// What they wrote and recorded.
async fn wrote(app: &App, who: &Subject, most: u64, all: &mut Gathered) -> ApiResult<()> {
    let db = app.db.read();
    all.add("bids", store::privacy::bids(db, who, most).await?, |bid| {
        json!({ "id": bid.id, "title": bid.title, "summary": bid.summary, "createdAt": bid.created_at })
    });
    all.add("boards", store::privacy::boards(db, who, most).await?, |board| {
        json!({ "id": board.id, "title": board.title, "purpose": board.purpose, "createdAt": board.created_at })
    });
    all.add(
        "boardEntries",
        store::privacy::board_entries(db, who, most).await?,
        |entry| {
            json!({ "id": entry.id, "board": entry.board_id, "text": entry.text, "url": entry.url,
            "createdAt": entry.created_at })
        },
    );
    all.add(
        "fundingCalls",
        store::privacy::calls(db, who, most).await?,
        |call| json!({ "id": call.id, "title": call.title, "createdAt": call.created_at }),
    );
    all.add("imports", store::privacy::imports(db, who, most).await?, |job| {
        json!({ "id": job.id, "source": job.source, "fileName": job.file_name, "createdAt": job.created_at })
    });
    all.add(
        "interests",
        store::privacy::interests(db, who, most).await?,
        |interest| {
            json!({ "id": interest.id, "to": interest.to_id, "message": interest.message,
            "createdAt": interest.created_at })
        },
    );
    all.add("interestAnswers", store::privacy::answered_interests(db, who, most).await?, |interest| {
        json!({ "id": interest.id, "note": interest.answer_note, "answeredAt": interest.answered_at })
    });
    all.add("projectVersions", store::privacy::project_versions(db, who, most).await?, |version| {
        json!({ "project": version.project_id, "version": version.version, "change": version.change.as_str(),
            "at": version.changed_at })
    });
    all.add(
        "findingMoves",
        store::privacy::moves(db, who.account, most).await?,
        |moved| {
            json!({ "id": moved.id, "overlap": moved.overlap_id, "kind": moved.kind.as_str(),
            "explanation": moved.explanation, "note": moved.note, "at": moved.moved_at })
        },
    );
    Ok(())
}

/// Removes what is kept of the holder of an account, closes it and revokes its keys. What public bodies recorded stays,
/// signed by an id that leads to nobody any more; so does the audit log, which never had more.
///
/// # Errors
/// A mistake at `account` when it is not the viewer's own and the viewer is no administrator, or it is that of the last
/// administrator.
pub async fn erase(app: &App, viewer: &Viewer, account: Uuid) -> ApiResult<Vec<Erased>> {
    if viewer.account() != Some(account) && !viewer.is_administrator() {
        let message = "there is no such account";
        return Err(ApiError::bad_input(
            UserErrorCode::NotFound,
            &["account"],
            message,
        ));
    }
    let txn = app.db.begin().await?;
    let row = close_within(&txn, account, &["account"]).await?;
    let done = store::privacy::erase(&txn, &subject(&row)).await?;
    txn.commit().await?;
    app.doors.forget();
    Ok(done.into_iter().filter(|(_, rows)| *rows > 0).collect())
}
