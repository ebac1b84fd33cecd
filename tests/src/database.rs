//! A database for one test, made before it and dropped after it.

use std::env;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;

use futures_util::FutureExt;
use sea_orm::ConnectionTrait;
use tempfile::TempDir;

/// Where the private cluster listens; `script/test` sets it.
const CLUSTER: &str = "TANDEM_TEST_POSTGRES";

/// The kinds of database that Tandem runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file.
    Sqlite,
    /// A database of the private cluster.
    Postgres,
}

/// An empty database that belongs to one test.
#[derive(Debug, Clone)]
pub struct Database {
    /// Its kind.
    pub backend: Backend,
    /// Its address, as `DATABASE_URL` takes it.
    pub url: String,
    folder: Arc<TempDir>,
}

impl Database {
    /// Makes one; `None`, said aloud, where no PostgreSQL is to be had.
    ///
    /// # Panics
    /// When it cannot be made, and where no PostgreSQL is to be had but `CI` is set.
    pub async fn create(backend: Backend) -> Option<Self> {
        let folder = Arc::new(tempfile::tempdir().expect("make a folder"));
        let url = match backend {
            Backend::Sqlite => format!("sqlite://{}?mode=rwc", folder.path().join("tandem.db").display()),
            Backend::Postgres => {
                let Ok(cluster) = env::var(CLUSTER) else {
                    crate::skip("TANDEM_TEST_POSTGRES is not set (script/test sets it)");
                    return None;
                };
                let name = format!("tandem_{}", uuid::Uuid::now_v7().simple());
                command(&cluster, &format!("CREATE DATABASE {name}")).await;
                let (server, _) = cluster
                    .rsplit_once('/')
                    .expect("the cluster's address ends in a database");
                format!("{server}/{name}")
            }
        };
        Some(Self { backend, url, folder })
    }

    /// A folder of the test's own, removed after it.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Drops it from the cluster; a file goes with its folder.
    ///
    /// # Panics
    /// When the cluster refuses.
    pub async fn remove(&self) {
        if self.backend == Backend::Postgres {
            let cluster = env::var(CLUSTER).expect("the database was made there");
            let (_, name) = self.url.rsplit_once('/').expect("made by create");
            command(&cluster, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// One statement outside any transaction, as CREATE DATABASE must be.
async fn command(url: &str, sql: &str) {
    let connection = sea_orm::Database::connect(url)
        .await
        .expect("reach the private cluster");
    connection.execute_unprepared(sql).await.expect(sql);
    connection.close().await.expect("close the connection");
}

/// What a test may ask to be given.
pub trait Fixture: Send + 'static {
    /// Makes it on an empty database.
    fn on(database: Database) -> impl Future<Output = Self> + Send;
}

impl Fixture for Database {
    async fn on(database: Database) -> Self {
        database
    }
}

/// Runs one test on a new database of that kind and drops the database afterwards, whatever the outcome.
///
/// # Panics
/// As the test does, and where no PostgreSQL is to be had but `CI` is set.
pub fn run<F, T>(backend: Backend, claim: impl FnOnce(F) -> T + Send + 'static)
where
    F: Fixture,
    T: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("start a runtime").block_on(async {
        let Some(database) = Database::create(backend).await else {
            return;
        };
        let given = database.clone();
        let test = AssertUnwindSafe(async move { claim(F::on(given).await).await });
        let outcome = test.catch_unwind().await;
        database.remove().await;
        if let Err(failure) = outcome {
            resume_unwind(failure);
        }
    });
}
