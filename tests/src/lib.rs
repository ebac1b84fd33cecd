//! What the integration tests stand on: a database of their own, the real server, its clients.
//!
//! A test that needs a database is written once and runs on each kind:
//!
//! ```text
//! tests::on_each_database! {
//!     /// A project that was retired leaves a tombstone.
//!     async fn retiring_leaves_a_tombstone(server: tests::Server) {
//!         let data = server.data("{ projects { totalCount } }", serde_json::json!({})).await;
//!         assert_eq!(data["projects"]["totalCount"], 0);
//!     }
//! }
//! ```
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test's footing fails by panicking and tells the person at the terminal why"
)]

pub mod binary;
pub mod database;
pub mod golden;
pub mod inside;
pub mod issuer;
pub mod patience;
pub mod rows;
pub mod server;
pub mod source;
pub mod subscription;

pub use binary::{Process, tandem};
pub use database::{Backend, Database, Fixture, run};
pub use inside::Inside;
pub use patience::eventually;
pub use server::Server;

use std::path::PathBuf;

/// Defines tests that run on SQLite and on PostgreSQL, each on a database of its own.
///
/// The argument's type says what the test is given: a [`Server`] that runs, or the empty [`Database`].
#[macro_export]
macro_rules! on_each_database {
    ($($(#[$note:meta])* async fn $name:ident($given:ident: $fixture:ty) $body:block)+) => {$(
        $(#[$note])*
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "a test may need none of its file's names")]
            use super::*;

            async fn claim($given: $fixture) $body

            #[test]
            fn on_sqlite() {
                $crate::run($crate::Backend::Sqlite, claim);
            }

            #[test]
            fn on_postgres() {
                $crate::run($crate::Backend::Postgres, claim);
            }
        }
    )+};
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("the crate lies in the workspace")
        .to_path_buf()
}

/// The folder of test material beside the repository; `None`, said aloud, where it is absent.
///
/// # Panics
/// Where it is absent and `CI` is set: CI skips nothing.
pub fn shared() -> Option<PathBuf> {
    let folder = root().join("../shared");
    if folder.is_dir() {
        return Some(folder);
    }
    skip("../shared is absent");
    None
}

/// Says that a test is skipped and why.
///
/// # Panics
/// Where `CI` is set: CI skips nothing.
pub fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI skips nothing, but {why}");
    eprintln!("skipped: {why}");
}
