//! `tandem key`: who is let in. Whoever may run this on the database is trusted, and so it makes the first administrator.

use std::io::Write;

use anyhow::{Context as _, bail};
use entity::kinds::{AccountKind, KeyScope, Role};
use uuid::Uuid;

use super::{ExitStatus, database};
use crate::access::Viewer;
use crate::config::DatabaseArgs;
use crate::graphql::id::{Kind, decode, encode};
use crate::service::App;
use crate::service::account::{self, LONGEST_DAYS, NewAccount, NewKey};
use crate::service::directory::{Meaning, Meanings as _};
use crate::store;
use crate::store::page::{Page, Position};

/// Let somebody in: make an account with its roles, and a key that is printed once
#[derive(Debug, Clone, clap::Args)]
pub struct KeyCreateArgs {
    /// Whom the key is for, such as "Ada Lovelace" or "Partner map"
    #[arg(long, value_name = "NAME", required_unless_present = "account")]
    pub name: Option<String>,
    /// An account that is there, as `tandem key list` names it, instead of a new one
    #[arg(long, value_name = "ACCOUNT", conflicts_with_all = ["name", "role", "person"], value_parser = account_id)]
    pub account: Option<Uuid>,
    /// A role: app, reviewer or administrator; or member, editor or funder of a body, as in editor=LDS. The body is
    /// named by its code, its GSS code or its name; may be given several times
    #[arg(long, value_name = "ROLE[=BODY]", value_parser = role)]
    pub role: Vec<(Role, Option<String>)>,
    /// The account is a person's, not a program's
    #[arg(long)]
    pub person: bool,
    /// Let the key only read
    #[arg(long)]
    pub read_only: bool,
    /// For how many days the key works
    #[arg(long, value_name = "DAYS", default_value = "365", value_parser = clap::value_parser!(i64).range(1..=LONGEST_DAYS))]
    pub days: i64,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// List accounts, their roles and their keys
#[derive(Debug, Clone, clap::Args)]
pub struct KeyListArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Take a key back at once
#[derive(Debug, Clone, clap::Args)]
pub struct KeyRevokeArgs {
    /// The key, as `tandem key list` names it
    #[arg(value_name = "KEY", value_parser = key_id)]
    pub key: Uuid,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

fn role(text: &str) -> Result<(Role, Option<String>), String> {
    let (name, body) = match text.split_once('=') {
        Some((name, body)) => (name, Some(body.trim().to_owned()).filter(|body| !body.is_empty())),
        None => (text, None),
    };
    let known = || -> Vec<String> {
        Role::ALL
            .iter()
            .map(|role| role.as_str().to_lowercase())
            .collect()
    };
    let role = Role::parse(name).ok_or_else(|| format!("the roles are {}", known().join(", ")))?;
    match (role.is_for_an_organisation(), &body) {
        (true, None) => Err(format!("say of which body, as in {}=LDS", name.trim())),
        (false, Some(_)) => Err(format!("{} is held for the whole catalogue", name.trim())),
        _ => Ok((role, body)),
    }
}

fn account_id(text: &str) -> Result<Uuid, String> {
    of_kind(Kind::Account, text)
}

fn key_id(text: &str) -> Result<Uuid, String> {
    of_kind(Kind::ApiKey, text)
}

fn of_kind(kind: Kind, text: &str) -> Result<Uuid, String> {
    match decode(text) {
        Some((found, id)) if found == kind => Ok(id),
        _ => Err("give an id that `tandem key list` shows".to_owned()),
    }
}

/// Makes an account and a key. The key alone goes to `out`.
///
/// # Errors
/// When a body is not known, or the database cannot be used.
pub fn create(args: &KeyCreateArgs, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    database::run("key create", async {
        let app = open(&args.database).await?;
        let operator = Viewer::operator();
        let account = match (args.account, &args.name) {
            (Some(account), _) => account,
            (None, Some(name)) => {
                let new = NewAccount {
                    kind: match args.person {
                        true => AccountKind::Person,
                        false => AccountKind::App,
                    },
                    name: name.clone(),
                    identity: None,
                    grants: grants(&app, &args.role)?,
                };
                account::create(&app, &operator, new, None)
                    .await
                    .map_err(database::cause)?
            }
            (None, None) => bail!("say whom the key is for: --name or --account"),
        };
        let new = NewKey {
            account: Some(account),
            name: "made on the command line".to_owned(),
            scope: match args.read_only {
                true => KeyScope::Read,
                false => KeyScope::Write,
            },
            days: args.days,
            replaces: None,
        };
        let made = account::create_key(&app, &operator, new, None)
            .await
            .map_err(database::cause)?;
        app.db.close().await?;
        let key = made.key.context("the key was shown before")?;
        writeln!(out, "{}", key.reveal())?;
        writeln!(
            err,
            "This key is shown once. Send it as `Authorization: Bearer KEY`. It works until {}; its id is {}.",
            made.row.expires_at.format("%Y-%m-%d"),
            encode(Kind::ApiKey, made.row.id).as_str()
        )?;
        Ok(ExitStatus::Done)
    })
}

async fn open(args: &DatabaseArgs) -> anyhow::Result<App> {
    let database = database::connect(args).await?;
    App::open(database, None).await.map_err(database::cause)
}

fn grants(app: &App, wanted: &[(Role, Option<String>)]) -> anyhow::Result<Vec<(Role, Option<Uuid>)>> {
    wanted
        .iter()
        .map(|(role, body)| {
            let Some(body) = body else {
                return Ok((*role, None));
            };
            match app.directory.as_ref().meaning(body, None) {
                Meaning::Clear(id) => Ok((*role, Some(id))),
                _ => bail!("no one body is called “{body}”; give its code, such as LDS"),
            }
        })
        .collect()
}

/// Lists accounts, the latest first, each with its roles and keys.
///
/// # Errors
/// When the database cannot be used.
pub fn list(args: &KeyListArgs, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    database::run("key list", async {
        let app = open(&args.database).await?;
        let db = app.db.read();
        let mut page = Page::first(100);
        loop {
            let accounts = store::account::list(db, &page).await?;
            for account in &accounts.rows {
                let closed = if account.closed_at.is_some() {
                    ", closed"
                } else {
                    ""
                };
                let id = encode(Kind::Account, account.id);
                writeln!(
                    out,
                    "{} {} ({}{closed})",
                    id.as_str(),
                    account.name,
                    account.kind.as_str()
                )?;
                for grant in store::account::grants(db, &[account.id]).await? {
                    let of = grant.organisation_id.and_then(|id| app.directory.name(id));
                    let of = of.map(|name| format!(" of {name}")).unwrap_or_default();
                    writeln!(out, "  {}{of}", grant.role.as_str())?;
                }
                for key in store::account::keys(db, &[account.id]).await? {
                    let used = key.last_used_at.map_or_else(
                        || "never".to_owned(),
                        |at| at.format("%Y-%m-%d %H:%M").to_string(),
                    );
                    let until = key.revoked_at.map_or(key.expires_at, |at| at.min(key.expires_at));
                    writeln!(
                        out,
                        "  key {} {}… {}, until {}, last used {used}",
                        encode(Kind::ApiKey, key.id).as_str(),
                        key.prefix,
                        key.scope.as_str(),
                        until.format("%Y-%m-%d %H:%M"),
                    )?;
                }
            }
            let Some(last) = accounts.rows.last().filter(|_| accounts.has_next) else {
                break;
            };
            page.beyond = Some(Position::by_id(last.id));
        }
        app.db.close().await.context("closing the database")?;
        Ok(ExitStatus::Done)
    })
}

/// Takes a key back.
///
/// # Errors
/// When there is no such key, or the database cannot be used.
pub fn revoke(args: &KeyRevokeArgs, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    database::run("key revoke", async {
        let app = open(&args.database).await?;
        let row = account::revoke_key(&app, &Viewer::operator(), args.key)
            .await
            .map_err(database::cause)?;
        app.db.close().await?;
        writeln!(err, "The key {}… lets nobody in any more.", row.prefix)?;
        Ok(ExitStatus::Done)
    })
}
