//! From what a request shows to who it is from.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::account_grant;
use entity::kinds::{KeyScope, Role};
use uuid::Uuid;

use super::keys::works;
use super::people;
use super::tokens::Tokens;
use crate::access::credential::{Credential, NotLetIn};
use crate::access::token::Person;
use crate::access::{Grant, Viewer};
use crate::clock;
use crate::error::ApiResult;
use crate::service::fingerprint;
use crate::store::{self, Database};

/// How long what is known of a key is believed before another process's changes are looked for.
const BELIEVED: Duration = Duration::from_secs(1);

/// At most so many keys, and so many people, are remembered; a flood of others makes the rest be read again, no more.
const MOST_REMEMBERED: usize = 10_000;

/// The use of a key is noted at most so often.
const NOTED_EVERY: TimeDelta = TimeDelta::seconds(60);

/// What is remembered of a key.
#[derive(Debug, Clone)]
struct Known {
    id: Uuid,
    viewer: Viewer,
    until: DateTime<Utc>,
    noted: DateTime<Utc>,
}

#[derive(Debug, Default)]
struct Memory {
    /// How often who may do what, and organisations, had changed when this was read.
    state: (i64, i64),
    /// When that was last looked at.
    looked: Option<Instant>,
    keys: HashMap<String, Known>,
    /// By the fingerprint of what their issuer calls them.
    people: HashMap<String, Viewer>,
}

/// Who is who, remembered for a moment.
#[derive(Debug, Default)]
pub struct Doors {
    memory: RwLock<Memory>,
}

impl Doors {
    /// Forgets everybody: something about accounts, roles or keys has changed.
    pub fn forget(&self) {
        *self.memory.write().unwrap_or_else(PoisonError::into_inner) = Memory::default();
    }

    /// Who shows this credential. Of a key that is unknown, expired, revoked or of a closed account nothing is told but
    /// that it lets nobody in. Tokens are taken where there is an issuer that vouches.
    ///
    /// # Errors
    /// When nobody is let in, the issuer cannot be reached or the database fails.
    pub async fn viewer(
        &self,
        db: &Database,
        tokens: Option<&Tokens>,
        credential: &Credential,
    ) -> Result<Viewer, NotLetIn> {
        let (found, refusal) = match (credential, tokens) {
            (Credential::Key(hash), _) => (self.by_key(db, hash).await, "this key lets nobody in"),
            (Credential::Token(token), Some(tokens)) => {
                let person = tokens.person(token).await?;
                (self.by_person(db, &person).await, "this account is closed")
            }
            (Credential::Token(_), None) => {
                return Err(NotLetIn::Refused("tokens are not taken here; use an API key"));
            }
        };
        match found {
            Ok(Some(viewer)) => Ok(viewer),
            Ok(None) => Err(NotLetIn::Refused(refusal)),
            Err(error) => {
                tracing::error!(?error, "it could not be found out who shows a credential");
                Err(NotLetIn::Unavailable)
            }
        }
    }

    async fn by_person(&self, db: &Database, person: &Person) -> ApiResult<Option<Viewer>> {
        self.follow(db).await?;
        let name = fingerprint(&format!("{}\n{}", person.issuer, person.subject));
        let (before, known) = {
            let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
            (memory.state, memory.people.get(&name).cloned())
        };
        if let Some(viewer) = known {
            return Ok(Some(viewer.known_until(person.until)));
        }
        let Some(account) = people::account_of(db, person).await? else {
            return Ok(None);
        };
        let grants = store::account::grants(db.read(), &[account.id]).await?;
        let viewer = Viewer::known(account.id, &account.name, held(db, &grants).await?);
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        if memory.state == before && memory.looked.is_some() {
            if memory.people.len() >= MOST_REMEMBERED {
                memory.people.clear();
            }
            memory.people.insert(name, viewer.clone());
        }
        Ok(Some(viewer.known_until(person.until)))
    }

    async fn by_key(&self, db: &Database, hash: &str) -> ApiResult<Option<Viewer>> {
        self.follow(db).await?;
        let now = clock::now();
        let known = match self.remembered(hash) {
            Some(known) => Some(known),
            None => self.read(db, hash).await?,
        };
        let Some(known) = known.filter(|known| known.until > now) else {
            return Ok(None);
        };
        if now - known.noted >= NOTED_EVERY {
            self.note(db, hash, &known, now).await?;
        }
        Ok(Some(known.viewer.known_until(known.until)))
    }

    /// Forgets everybody when another process changed who may do what.
    async fn follow(&self, db: &Database) -> ApiResult<()> {
        let fresh = {
            let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
            memory.looked.is_some_and(|at| at.elapsed() < BELIEVED)
        };
        if fresh {
            return Ok(());
        }
        let organisations = store::catalogue::organisations(db.read()).await?;
        let state = (store::account::state(db.read()).await?, organisations);
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        if memory.state != state {
            *memory = Memory {
                state,
                ..Memory::default()
            };
        }
        memory.looked = Some(Instant::now());
        Ok(())
    }

    fn remembered(&self, hash: &str) -> Option<Known> {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        memory.keys.get(hash).cloned()
    }

    async fn read(&self, db: &Database, hash: &str) -> ApiResult<Option<Known>> {
        let before = self.memory.read().unwrap_or_else(PoisonError::into_inner).state;
        let Some(key) = store::account::key_by_hash(db.read(), hash).await? else {
            return Ok(None);
        };
        if !works(&key, clock::now()) {
            return Ok(None);
        }
        let account = store::account::by_id(db.read(), key.account_id).await?;
        let Some(account) = account.filter(|account| account.closed_at.is_none()) else {
            return Ok(None);
        };
        let grants = store::account::grants(db.read(), &[account.id]).await?;
        let viewer = Viewer::known(account.id, &account.name, held(db, &grants).await?);
        let known = Known {
            id: key.id,
            viewer: match key.scope {
                KeyScope::Read => viewer.reading_only(),
                KeyScope::Write => viewer,
            },
            until: key.revoked_at.map_or(key.expires_at, |at| at.min(key.expires_at)),
            noted: key.last_used_at.unwrap_or(DateTime::UNIX_EPOCH),
        };
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        // What was read while somebody changed it is not kept.
        if memory.state == before && memory.looked.is_some() {
            if memory.keys.len() >= MOST_REMEMBERED {
                memory.keys.clear();
            }
            memory.keys.insert(hash.to_owned(), known.clone());
        }
        Ok(Some(known))
    }

    async fn note(&self, db: &Database, hash: &str, known: &Known, now: DateTime<Utc>) -> ApiResult<()> {
        {
            let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
            if let Some(kept) = memory.keys.get_mut(hash) {
                kept.noted = now;
            }
        }
        let txn = db.begin().await?;
        store::account::used(&txn, known.id, now).await?;
        Ok(txn.commit().await?)
    }
}

/// What roles come to by now: a role for a body is held for whatever that body was merged into, and for all whose work
/// it carries on.
async fn held(db: &Database, rows: &[account_grant::Model]) -> ApiResult<Vec<Grant>> {
    let mut grants = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(organisation) = row.organisation_id else {
            grants.push(Grant {
                role: row.role,
                organisation: None,
            });
            continue;
        };
        let body = store::organisation::survivor(db.read(), organisation).await?;
        let bodies = store::organisation::with_predecessors(db.read(), &[body]).await?;
        grants.extend(bodies.into_iter().map(|body| Grant {
            role: row.role,
            organisation: Some(body),
        }));
    }
    in_groups(db, &mut grants).await?;
    Ok(grants)
}

/// Whoever belongs to a member of a group belongs to the group, and whoever speaks for its lead speaks for it.
async fn in_groups(db: &Database, grants: &mut Vec<Grant>) -> ApiResult<()> {
    let theirs = grants
        .iter()
        .filter(|grant| matches!(grant.role, Role::Member | Role::Editor));
    let theirs: Vec<(Role, Uuid)> = theirs
        .filter_map(|grant| Some((grant.role, grant.organisation?)))
        .collect();
    if theirs.is_empty() {
        return Ok(());
    }
    let bodies: Vec<Uuid> = theirs.iter().map(|(_, body)| *body).collect();
    for (group, member, leads) in store::group::of_members(db.read(), &bodies).await? {
        let speaks = leads && theirs.contains(&(Role::Editor, member));
        let role = if speaks { Role::Editor } else { Role::Member };
        let grant = Grant {
            role,
            organisation: Some(group),
        };
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }
    Ok(())
}
