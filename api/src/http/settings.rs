//! What can be set about the HTTP front.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::{AllowanceSettings, DocumentSettings, Forms, Introspection, Origin};
use crate::graphql::limits::Limits;

/// Settings of the HTTP front. The defaults suit one small machine.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Where to listen; port 0 takes a free one, which [`Running::address`](super::Running::address) tells.
    pub bind: SocketAddr,
    /// Threads that serve; `None` takes one a core.
    pub workers: Option<usize>,
    /// The longest request body that is read.
    pub body_limit_bytes: usize,
    /// The longest file that is taken, in bytes.
    pub upload_limit_bytes: usize,
    /// Requests with files that may be under way at once: each holds its files in memory.
    pub max_uploads: usize,
    /// The longest that reading and executing one operation may take.
    pub request_timeout: Duration,
    /// Whether `/` shows GraphiQL to browsers.
    pub graphiql: bool,
    /// A directory with GraphiQL's own files, for networks without access to a CDN.
    pub graphiql_assets: Option<PathBuf>,
    /// Title and text of the queries that GraphiQL opens with.
    pub examples: &'static [(&'static str, &'static str)],
    /// Whoever tells what stands on the pages that people fill in.
    pub forms: Option<Forms>,
    /// Other sites whose pages may call the API from a browser.
    pub allowed_origins: Vec<Origin>,
    /// Bounds on GraphQL documents.
    pub limits: Limits,
    /// How much one client may ask.
    pub allowances: AllowanceSettings,
    /// Whether a proxy in front tells the client's address by `X-Forwarded-For`.
    pub trust_forwarded: bool,
    /// Which documents are run.
    pub documents: DocumentSettings,
    /// Who may ask what the schema has.
    pub introspection: Introspection,
    /// Bounds on WebSocket connections.
    pub socket: SocketSettings,
    /// How long `/health/ready` says no before the server stops accepting, so that a load balancer notices.
    pub drain: Duration,
    /// How long requests that have begun may take to end when the server stops.
    pub shutdown_grace: Duration,
}

/// Bounds on WebSocket connections.
#[derive(Clone, Debug)]
pub struct SocketSettings {
    /// How long a client may take to introduce itself.
    pub init_timeout: Duration,
    /// How often the server pings; a client that is silent for two intervals is dropped.
    pub ping_interval: Duration,
    /// How long a client may take to receive one message.
    pub send_timeout: Duration,
    /// Operations that one socket may have open at once.
    pub max_operations: usize,
    /// The longest message that is read.
    pub max_message_bytes: usize,
    /// Sockets that may be open at once.
    pub max_sockets: usize,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            workers: None,
            body_limit_bytes: 1 << 20,
            upload_limit_bytes: 32 << 20,
            max_uploads: 4,
            request_timeout: Duration::from_secs(30),
            graphiql: true,
            graphiql_assets: None,
            examples: &[],
            forms: None,
            allowed_origins: Vec::new(),
            limits: Limits::default(),
            allowances: AllowanceSettings::default(),
            trust_forwarded: false,
            documents: DocumentSettings::default(),
            introspection: Introspection::default(),
            socket: SocketSettings::default(),
            drain: Duration::ZERO,
            shutdown_grace: Duration::from_secs(30),
        }
    }
}

impl Default for SocketSettings {
    fn default() -> Self {
        Self {
            init_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(12),
            send_timeout: Duration::from_secs(10),
            max_operations: 50,
            max_message_bytes: 256 << 10,
            max_sockets: 1_000,
        }
    }
}
