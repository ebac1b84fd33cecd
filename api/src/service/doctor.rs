//! What is wrong with a database, and how to mend it.

use chrono::TimeDelta;

use crate::clock;
use crate::error::ApiResult;
use crate::service::audit::{Verdict, verify};
use crate::store::{self, Database};

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Well,
    /// It works, and somebody should look at it.
    Odd,
    /// It does not work, or not for long.
    Ill,
}

/// What was found of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which part.
    pub part: &'static str,
    /// How it is.
    pub state: State,
    /// What was found.
    pub what: String,
    /// What to do about it; empty where all is well.
    pub mend: String,
}

impl Finding {
    /// All is well.
    #[must_use]
    pub fn well(part: &'static str, what: impl Into<String>) -> Self {
        Self {
            part,
            state: State::Well,
            what: what.into(),
            mend: String::new(),
        }
    }

    /// Something is wrong.
    #[must_use]
    pub fn wrong(part: &'static str, state: State, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            part,
            state,
            what: what.into(),
            mend: mend.into(),
        }
    }
}

/// An import of which nothing was written for so long stands still: a server would have gone on with it.
const STILL: TimeDelta = TimeDelta::minutes(5);

/// Two clocks that differ by more make histories hard to read.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(2);

/// Looks at the tables: whether they are this program's. The others are looked at only when they are.
///
/// # Errors
/// When the database fails.
pub async fn tables(db: &Database) -> ApiResult<Finding> {
    const PART: &str = "tables";
    let known = Database::migrations();
    let names = store::dump::names(db.read()).await?;
    if names.is_empty() {
        let what = "the database is empty";
        return Ok(Finding::wrong(
            PART,
            State::Ill,
            what,
            "run `tandem migrate` or `tandem serve`, or restore a backup",
        ));
    }
    let applied = db.applied(db.read()).await?;
    let later: Vec<&String> = applied.iter().filter(|name| !known.contains(name)).collect();
    if let Some(later) = later.first() {
        let what = format!("a later version of tandem changed them (`{later}`)");
        return Ok(Finding::wrong(
            PART,
            State::Ill,
            what,
            "run that version, or restore the backup made before",
        ));
    }
    let pending = known.len().saturating_sub(applied.len());
    Ok(match pending {
        0 => Finding::well(PART, format!("up to date ({} migrations)", applied.len())),
        pending => Finding::wrong(
            PART,
            State::Ill,
            format!("{pending} migrations are pending"),
            "make a backup, then run `tandem migrate`; `tandem serve` migrates by itself",
        ),
    })
}

/// Looks at everything else that the database tells.
///
/// # Errors
/// When the database fails.
pub async fn examine(db: &Database) -> ApiResult<Vec<Finding>> {
    Ok(vec![
        soundness(db).await?,
        clocks(db).await?,
        overlaps(db).await?,
        imports(db).await?,
        administrator(db).await?,
        audit(db).await?,
    ])
}

async fn soundness(db: &Database) -> ApiResult<Finding> {
    let faults = store::health::faults(db.read()).await?;
    Ok(match faults.is_empty() {
        true => Finding::well("integrity", "the database finds no fault with itself"),
        false => Finding::wrong(
            "integrity",
            State::Ill,
            faults.join("; "),
            "stop the server, keep a copy of the database as it is, and restore the last backup",
        ),
    })
}

async fn clocks(db: &Database) -> ApiResult<Finding> {
    let now = clock::now();
    let changed = store::audit::after(db.read(), store::audit::head(db.read()).await?.seq - 1, 1).await?;
    if let Some(entry) = changed.first().filter(|entry| entry.at > now + CLOCKS_DIFFER) {
        let what = format!(
            "the last change is dated {}, which is yet to come",
            entry.at.to_rfc3339()
        );
        return Ok(Finding::wrong(
            "clock",
            State::Odd,
            what,
            "set this machine's clock by a time server",
        ));
    }
    let theirs = store::health::clock(db.read()).await?;
    let apart = theirs.map(|theirs| (theirs - clock::now()).abs());
    Ok(match apart.filter(|apart| *apart > CLOCKS_DIFFER) {
        Some(apart) => Finding::wrong(
            "clock",
            State::Odd,
            format!(
                "the database's clock and this machine's are {} s apart",
                apart.num_seconds()
            ),
            "set both by the same time server",
        ),
        None => Finding::well("clock", now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
    })
}

async fn overlaps(db: &Database) -> ApiResult<Finding> {
    let state = store::catalogue::state(db.read()).await?;
    let behind = state.change_seq - state.settled_seq;
    Ok(match (behind, state.settled_model.is_some()) {
        (0, _) => Finding::well(
            "overlaps",
            format!("looked for up to change {}", state.settled_seq),
        ),
        (behind, true) => Finding::wrong(
            "overlaps",
            State::Odd,
            format!("{behind} changes were not looked at yet"),
            "start `tandem serve`, or wait a moment where it runs; if the number does not fall, read its log",
        ),
        (behind, false) => Finding::wrong(
            "overlaps",
            State::Odd,
            format!("they were never looked for; {behind} changes wait"),
            "start `tandem serve`",
        ),
    })
}

async fn imports(db: &Database) -> ApiResult<Finding> {
    let stuck = store::health::stuck_imports(db.read(), clock::now() - STILL).await?;
    let Some(first) = stuck.first() else {
        return Ok(Finding::well("imports", "none stands still"));
    };
    let what = format!("{} stand still, the first one of “{}”", stuck.len(), first.source);
    let mend =
        "`tandem import list` names them; `tandem import resume` goes on, `tandem import undo` takes back";
    Ok(Finding::wrong("imports", State::Odd, what, mend))
}

async fn administrator(db: &Database) -> ApiResult<Finding> {
    Ok(match store::account::has_administrator(db.read()).await? {
        true => Finding::well("administrator", "there is one"),
        false => Finding::wrong(
            "administrator",
            State::Odd,
            "nobody may put things right through the API",
            "run `tandem key create --name NAME --role administrator`",
        ),
    })
}

async fn audit(db: &Database) -> ApiResult<Finding> {
    Ok(match verify(db, None).await? {
        Verdict::Whole { entries, head } => Finding::well(
            "audit log",
            format!("{entries} entries, none touched; it ends at {entries}:{head}"),
        ),
        Verdict::Broken { why, .. } => Finding::wrong(
            "audit log",
            State::Ill,
            why,
            "find out who had access to the database; keep it as it is, and compare it with the last backup",
        ),
    })
}
