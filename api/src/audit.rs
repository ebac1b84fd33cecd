//! PURE but for who acts in the present task: what the audit log says of a change, and how its entries hang together.
//!
//! Every transaction that writes is a [`crate::store::Transaction`], which notes the rows that its statements touch and, in
//! its commit, adds one entry of who did it and from where. Services know nothing of it, so none can forget it.

pub mod chain;
pub mod change;
pub mod statement;
pub mod tables;

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use entity::kinds::AuditTransport;

/// The longest text that is kept of an operation, in characters.
const LONGEST_OPERATION: usize = 200;

/// Who acts, from where, and what they asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// How histories know whoever acts: by their account, whose name can be erased.
    pub actor: String,
    /// What was asked for: names of operations, or of a command.
    pub operation: String,
    /// By which way it came.
    pub transport: AuditTransport,
    /// The id of the request, which finds its line in the log.
    pub request_id: Option<String>,
    /// Where the request came from; a proxy's address behind one.
    pub address: Option<IpAddr>,
    /// Whether what is written follows from other rows, so that it can be had again and no digests are needed.
    pub derived: bool,
}

/// What those are called who are not known.
const PUBLIC: &str = "public";

impl Origin {
    /// Somebody's request; what they asked for is not known yet.
    #[must_use]
    pub fn request(
        transport: AuditTransport,
        signature: &str,
        request_id: &str,
        address: Option<IpAddr>,
    ) -> Self {
        Self {
            actor: match signature.is_empty() {
                true => PUBLIC.to_owned(),
                false => signature.to_owned(),
            },
            operation: String::new(),
            transport,
            request_id: Some(request_id.to_owned()),
            address,
            derived: false,
        }
    }

    /// A command at this machine.
    #[must_use]
    pub fn command(operation: &str) -> Self {
        Self {
            actor: "command line".to_owned(),
            operation: operation.to_owned(),
            transport: AuditTransport::CommandLine,
            request_id: None,
            address: None,
            derived: false,
        }
    }

    /// Work that the server does by itself.
    #[must_use]
    pub fn server(operation: &str) -> Self {
        Self {
            actor: "server".to_owned(),
            transport: AuditTransport::Server,
            ..Self::command(operation)
        }
    }

    /// The same, for what was asked.
    #[must_use]
    pub fn asking(self, operation: &str) -> Self {
        Self {
            operation: operation.chars().take(LONGEST_OPERATION).collect(),
            ..self
        }
    }

    /// The same, writing what follows from other rows.
    #[must_use]
    pub fn deriving(self) -> Self {
        Self {
            derived: true,
            ..self
        }
    }
}

tokio::task_local! {
    static ACTING: Arc<Origin>;
}

/// Who acts where nobody said so: tests within the process, and what runs before a server serves.
static PROCESS: LazyLock<Arc<Origin>> = LazyLock::new(|| Arc::new(Origin::server("process")));

/// Does work on behalf of somebody: whatever it writes in its own task is theirs.
pub async fn on_behalf<T>(origin: Origin, work: impl Future<Output = T>) -> T {
    ACTING.scope(Arc::new(origin), work).await
}

/// Who acts in this task.
#[must_use]
pub fn acting() -> Arc<Origin> {
    ACTING
        .try_with(Arc::clone)
        .unwrap_or_else(|_| Arc::clone(&PROCESS))
}
