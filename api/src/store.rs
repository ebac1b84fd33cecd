//! The database. Every query stands in a file of this folder, and takes any connection.

pub mod account;
pub mod audit;
pub mod bid;
pub mod board;
pub mod calibration;
pub mod catalogue;
pub mod cluster;
pub mod dump;
pub mod funding;
pub mod group;
pub mod health;
pub mod idempotency;
pub mod import;
pub mod interest;
pub mod meaning;
pub mod merge;
pub mod organisation;
pub mod organisation_change;
pub mod overlap;
pub mod page;
pub mod place;
pub mod privacy;
pub mod project;
pub mod review;
pub mod search;
pub mod survey;
pub mod transaction;
pub mod version;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
pub use transaction::Transaction;
use uuid::Uuid;

/// How long a writer waits for another before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// A connection that was idle for so long may have been cut by the other side, and is tried before use.
const PINGED_AFTER: Duration = Duration::from_secs(1);

/// How many rows one INSERT carries: 500 rows of 20 columns stay under SQLite's
/// 32,766 bound variables and PostgreSQL's 65,535.
pub const ROWS_AN_INSERT: usize = 500;

/// The key of the advisory lock that keeps two replicas from migrating at once.
const MIGRATION_LOCK: i64 = 0x7461_6e64_656d;

/// Rows by the project, or whatever else, that they belong to; each owner's in the order in which they came.
pub(crate) fn grouped<T>(rows: Vec<T>, owner: impl Fn(&T) -> Uuid) -> HashMap<Uuid, Vec<T>> {
    let mut groups: HashMap<Uuid, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(owner(&row)).or_default().push(row);
    }
    groups
}

/// The connections to one database.
///
/// Writers have a pool of their own: they wait for each other, and one that reads while it holds what the others wait for
/// must find a connection. SQLite has one writer: its pool has one connection, so that writers queue here instead of
/// failing there, and a transaction takes the write lock at its beginning.
#[derive(Debug, Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
    statements: Arc<AtomicU64>,
}

impl Database {
    /// Opens the database at `url` (`sqlite:` or `postgres:`), creating a SQLite file
    /// that does not exist. There are `connections` for reading at most, and beside them one for writing on SQLite and half as
    /// many, at least two, on PostgreSQL. A reader waits for a connection for `patience` at most, a writer for no less than 30
    /// seconds: it queues behind other writers.
    ///
    /// # Errors
    /// When it cannot be reached or opened.
    pub async fn connect(url: &str, connections: u32, patience: Duration) -> Result<Self, DbErr> {
        let statements = Arc::new(AtomicU64::new(0));
        let writers = match url.starts_with("sqlite:") {
            true => 1,
            false => connections.div_ceil(2).max(2),
        };
        let write = open(url, writers, patience.max(BUSY_TIMEOUT), &statements).await?;
        let read = open(url, connections, patience, &statements).await?;
        Ok(Self {
            read,
            write,
            statements,
        })
    }

    /// Brings the tables up to date. Replicas that start together take turns.
    ///
    /// # Errors
    /// When a migration fails; nothing of it stays.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if self.backend() != DbBackend::Postgres {
            return Migrator::up(&self.write, None).await;
        }
        let lock = self.write.begin().await?;
        lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
        let done = Migrator::up(&self.write, None).await;
        lock.commit().await?;
        done
    }

    /// Every migration that this program knows, in their order.
    #[must_use]
    pub fn migrations() -> Vec<String> {
        let known = Migrator::migrations();
        known
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect()
    }

    /// The migrations that the database has, in their order; those that this program does not know come last.
    ///
    /// # Errors
    /// When the database fails, or was never migrated.
    pub async fn applied(&self, db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
        let sql = "SELECT version FROM seaql_migrations ORDER BY version";
        let rows = db
            .query_all_raw(Statement::from_string(self.backend(), sql))
            .await?;
        let versions = rows.iter().map(|row| row.try_get("", "version"));
        let mut versions: Vec<String> = versions.collect::<Result<_, _>>()?;
        let known = Self::migrations();
        versions.sort_by_key(|version| {
            known
                .iter()
                .position(|name| name == version)
                .unwrap_or(usize::MAX)
        });
        Ok(versions)
    }

    /// Removes every table and makes those anew that the first `count` migrations make.
    ///
    /// # Errors
    /// When the database fails; then it may be empty.
    pub async fn rebuild(&self, count: usize) -> Result<(), DbErr> {
        let db = &self.write;
        let mut tables = dump::names(db).await?;
        tables.push("seaql_migrations".to_owned());
        if self.backend() == DbBackend::Postgres {
            for table in tables {
                db.execute_unprepared(&format!("DROP TABLE IF EXISTS \"{table}\" CASCADE"))
                    .await?;
            }
            let functions = "SELECT p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n \
                             ON n.oid = p.pronamespace WHERE n.nspname = current_schema() AND p.prorettype = 'trigger'::regtype";
            for row in db
                .query_all_raw(Statement::from_string(self.backend(), functions))
                .await?
            {
                let name: String = row.try_get("", "name")?;
                db.execute_unprepared(&format!("DROP FUNCTION IF EXISTS {name}"))
                    .await?;
            }
        } else {
            // The writer's pool has one connection, so this holds until it is said otherwise.
            db.execute_unprepared("PRAGMA foreign_keys = OFF").await?;
            for table in tables {
                db.execute_unprepared(&format!("DROP TABLE IF EXISTS \"{table}\""))
                    .await?;
            }
            db.execute_unprepared("PRAGMA foreign_keys = ON").await?;
        }
        Migrator::up(db, Some(u32::try_from(count).unwrap_or(u32::MAX))).await
    }

    /// Whether the tables are up to date.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_current(&self) -> Result<bool, DbErr> {
        Ok(Migrator::get_pending_migrations(&self.write).await?.is_empty())
    }

    /// For reading.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Begins a transaction that will write, for whoever acts in this task ([`crate::audit::acting`]).
    ///
    /// # Errors
    /// When the write lock cannot be had in time.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        Ok(Transaction::new(self.begin_silently().await?))
    }

    /// The same, of which the audit log does not tell: for what restores the log itself.
    ///
    /// # Errors
    /// When the write lock cannot be had in time.
    pub async fn begin_unlogged(&self) -> Result<Transaction, DbErr> {
        Ok(Transaction::unlogged(self.begin_silently().await?))
    }

    /// Begins to read: everything is seen as it is now, whatever is written meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        match self.backend() {
            DbBackend::Postgres => {
                let (level, mode) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
                self.read.begin_with_config(Some(level), Some(mode)).await
            }
            _ => self.read.begin().await,
        }
    }

    async fn begin_silently(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.write.begin_with_options(options).await
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    /// How many statements were run since it was opened.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Counts a statement that went past sea-orm, which counts its own.
    fn count_statement(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits for what is under way and closes every connection.
    ///
    /// # Errors
    /// When a pool cannot be closed.
    pub async fn close(self) -> Result<(), DbErr> {
        self.read.close().await?;
        self.write.close().await
    }
}

async fn open(
    url: &str,
    connections: u32,
    patience: Duration,
    statements: &Arc<AtomicU64>,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(patience)
        .sqlx_logging(false)
        // A connection in steady use is not asked for its health before each statement: that would double the calls.
        .test_before_acquire_if_idle_for(PINGED_AFTER)
        .map_sqlx_sqlite_opts(|sqlite| {
            private(sqlite.get_filename());
            sqlite
                .create_if_missing(true)
                .busy_timeout(BUSY_TIMEOUT)
                .foreign_keys(true)
                .pragma("journal_mode", "WAL")
                // NORMAL would lose what was acknowledged last when the machine, not the process, goes down.
                .pragma("synchronous", "FULL")
        });
    let mut connection = sea_orm::Database::connect(options).await?;
    let counter = Arc::clone(statements);
    connection.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    Ok(connection)
}

/// Makes a file that does not exist such that nobody else reads it: it is to hold names, drafts and the hashes of keys.
/// SQLite gives the files beside it the same mode. Where the file cannot be made, opening it says why.
#[cfg(unix)]
fn private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    drop(made);
}

#[cfg(not(unix))]
fn private(_file: &Path) {}
