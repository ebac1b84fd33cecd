//! Settings of the server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};

use super::{DatabaseArgs, EncoderArgs, OidcArgs, RetentionArgs, SafetyArgs, values};
use crate::graphql::limits::Limits;
use crate::http::{DocumentSettings, HttpSettings, Origin, SocketSettings};
use crate::traces::Collector;

/// Arguments of `tandem serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Leave the database's tables as they are; fails when they are not up to date
    #[arg(long)]
    pub no_migrate: bool,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What reads texts as a whole.
    #[command(flatten)]
    pub encoder: EncoderArgs,
    /// How to serve.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of `tandem demo`.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// Print the report and stop, without serving
    #[arg(long)]
    pub report_only: bool,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What reads texts as a whole.
    #[command(flatten)]
    pub encoder: EncoderArgs,
    /// How to serve.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// How to serve.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Server")]
pub struct ServerArgs {
    /// Address and port to listen on; port 0 takes a free one. Beyond loopback an administrator must have been made first
    #[arg(long, env = "TANDEM_BIND", value_name = "ADDRESS", default_value = "127.0.0.1:8080",
          value_parser = values::address)]
    pub bind: SocketAddr,
    /// Another site whose pages may call the API, such as `https://partner.example`; repeat for several
    #[arg(
        long,
        env = "TANDEM_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub allow_origin: Vec<Origin>,
    /// Threads that serve requests [default: one a core]
    #[arg(long, env = "TANDEM_WORKERS", value_name = "COUNT", value_parser = values::count)]
    pub workers: Option<usize>,
    /// Show GraphiQL at `/` to browsers
    #[arg(long, env = "TANDEM_GRAPHIQL", value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    pub graphiql: bool,
    /// Directory with GraphiQL's files, as `script/graphiql` fetches them [default: load them from a CDN]
    #[arg(long, env = "TANDEM_GRAPHIQL_ASSETS", value_name = "DIRECTORY")]
    pub graphiql_assets: Option<PathBuf>,
    /// Tell Prometheus what is measured, at `/metrics` of this address, on loopback; port 0 takes a free one
    /// [default: tell nobody]
    #[arg(long, env = "TANDEM_METRICS_BIND", value_name = "ADDRESS", value_parser = values::loopback_address)]
    pub metrics_bind: Option<SocketAddr>,
    /// Send a span of each request to the OpenTelemetry collector at this address, such as `http://127.0.0.1:4318`, by OTLP
    /// over HTTP in JSON [default: send none]
    #[arg(long, env = "TANDEM_TRACES", value_name = "URL")]
    pub traces: Option<Collector>,
    /// How long `/health/ready` says no before the server stops accepting requests
    #[arg(long, env = "TANDEM_DRAIN", value_name = "DURATION", default_value = "0s",
          value_parser = values::duration)]
    pub drain: Duration,
    /// How long requests that have begun may take to end when the server stops
    #[arg(long, env = "TANDEM_SHUTDOWN_GRACE", value_name = "DURATION", default_value = "30s",
          value_parser = values::duration)]
    pub shutdown_grace: Duration,
    /// Who vouches for people.
    #[command(flatten)]
    pub oidc: OidcArgs,
    /// What strangers may ask, and how much anybody may.
    #[command(flatten)]
    pub safety: SafetyArgs,
    /// Bounds on what clients may ask.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// For how long personal data are kept.
    #[command(flatten)]
    pub retention: RetentionArgs,
}

/// Bounds on what clients may ask.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Longest request body
    #[arg(long, env = "TANDEM_BODY_LIMIT", value_name = "BYTES", default_value = "1M",
          value_parser = values::bytes)]
    pub body_limit: usize,
    /// Longest file that is taken by an import; held in memory while it is looked at
    #[arg(long, env = "TANDEM_UPLOAD_LIMIT", value_name = "BYTES", default_value = "32M",
          value_parser = values::bytes)]
    pub upload_limit: usize,
    /// Requests with files under way at once
    #[arg(long, env = "TANDEM_MAX_UPLOADS", value_name = "COUNT", default_value = "4",
          value_parser = values::count)]
    pub max_uploads: usize,
    /// Longest time for one operation
    #[arg(long, env = "TANDEM_REQUEST_TIMEOUT", value_name = "DURATION", default_value = "30s",
          value_parser = values::timeout)]
    pub request_timeout: Duration,
    /// Levels of fields in a GraphQL document; introspection may have 10 more
    #[arg(long, env = "TANDEM_MAX_DEPTH", value_name = "COUNT", default_value = "15",
          value_parser = values::count)]
    pub max_depth: usize,
    /// Fields in a GraphQL document, its fragments expanded
    #[arg(long, env = "TANDEM_MAX_FIELDS", value_name = "COUNT", default_value = "3000",
          value_parser = values::count)]
    pub max_fields: usize,
    /// Aliases in a GraphQL document, its fragments expanded
    #[arg(long, env = "TANDEM_MAX_ALIASES", value_name = "COUNT", default_value = "100",
          value_parser = values::count)]
    pub max_aliases: usize,
    /// WebSocket connections open at once
    #[arg(long, env = "TANDEM_MAX_SOCKETS", value_name = "COUNT", default_value = "1000",
          value_parser = values::count)]
    pub max_sockets: usize,
    /// Operations that one WebSocket may have open at once
    #[arg(long, env = "TANDEM_MAX_SUBSCRIPTIONS", value_name = "COUNT", default_value = "50",
          value_parser = values::count)]
    pub max_subscriptions: usize,
    /// Longest message over a WebSocket
    #[arg(long, env = "TANDEM_SOCKET_MESSAGE_LIMIT", value_name = "BYTES", default_value = "256k",
          value_parser = values::bytes)]
    pub socket_message_limit: usize,
    /// How long a WebSocket client may take to introduce itself
    #[arg(long, env = "TANDEM_SOCKET_INIT_TIMEOUT", value_name = "DURATION", default_value = "10s",
          value_parser = values::timeout)]
    pub socket_init_timeout: Duration,
    /// How often a WebSocket client is pinged; one that is silent for two intervals is dropped
    #[arg(long, env = "TANDEM_SOCKET_PING_INTERVAL", value_name = "DURATION", default_value = "12s",
          value_parser = values::timeout)]
    pub socket_ping_interval: Duration,
}

/// Levels that introspection may have beyond other documents: wrapped types make it deep.
const INTROSPECTION_ALLOWANCE: usize = 10;

impl ServerArgs {
    /// The settings of the HTTP front, which shows `examples` in GraphiQL.
    pub fn http_settings(&self, examples: &'static [(&'static str, &'static str)]) -> HttpSettings {
        HttpSettings {
            bind: self.bind,
            workers: self.workers,
            body_limit_bytes: self.limits.body_limit,
            upload_limit_bytes: self.limits.upload_limit,
            max_uploads: self.limits.max_uploads,
            request_timeout: self.limits.request_timeout,
            graphiql: self.graphiql,
            graphiql_assets: self.graphiql_assets.clone(),
            examples,
            forms: None,
            allowed_origins: self.allow_origin.clone(),
            limits: Limits {
                depth: self.limits.max_depth,
                introspection_depth: self
                    .limits
                    .max_depth
                    .max(15)
                    .saturating_add(INTROSPECTION_ALLOWANCE),
                fields: self.limits.max_fields,
                aliases: self.limits.max_aliases,
                ..Limits::default()
            },
            socket: SocketSettings {
                init_timeout: self.limits.socket_init_timeout,
                ping_interval: self.limits.socket_ping_interval,
                max_operations: self.limits.max_subscriptions,
                max_message_bytes: self.limits.socket_message_limit,
                max_sockets: self.limits.max_sockets,
                ..SocketSettings::default()
            },
            allowances: self.safety.allowances(),
            trust_forwarded: self.safety.trust_forwarded,
            introspection: self.safety.introspection,
            documents: DocumentSettings::default(),
            drain: self.drain,
            shutdown_grace: self.shutdown_grace,
        }
    }
}
