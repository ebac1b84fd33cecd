//! The real server, and what a client does with it.

use std::path::Path;

use serde_json::{Value, json};

use crate::binary::{self, Process};
use crate::database::{Database, Fixture};
use crate::subscription::Socket;

/// A server that runs on a database of its own.
#[derive(Debug)]
pub struct Server {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// Where it stores.
    pub database: Database,
    /// For requests that are not plain GraphQL; an administrator, like every request here unless it says otherwise.
    pub http: reqwest::Client,
    /// The administrator's key.
    pub key: String,
    process: Process,
    settings: Vec<String>,
}

impl Server {
    /// Starts one on what the database has by now.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(database: Database) -> Self {
        Self::start_as(database, &[]).await
    }

    /// Starts one with settings of its own, as `tandem serve` takes them.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_as(database: Database, settings: &[&str]) -> Self {
        let key = key(database.folder(), &database.url, &["--role", "administrator"]);
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        Self::start_with(database, key, settings).await
    }

    async fn start_with(database: Database, key: String, settings: Vec<String>) -> Self {
        let mut command = binary::command(database.folder());
        command.args(["serve", "--bind", "127.0.0.1:0", "--database-url", &database.url]);
        // Tests ask faster than people do; those of the bounds set their own.
        for variable in ["TANDEM_RATE_LIMIT_STRANGERS", "TANDEM_RATE_LIMIT_KNOWN"] {
            command.env(variable, "off");
        }
        command.args(&settings);
        let process = Process::start(command);
        Self {
            url: process.url.clone(),
            database,
            http: client(Some(&key)),
            key,
            process,
            settings,
        }
    }

    /// Ends the server and starts another on the same database.
    pub async fn restart(mut self) -> Self {
        self.process.stop();
        Self::start_with(self.database, self.key, self.settings).await
    }

    /// Ends the server and gives back what it logged and whether it ended well.
    pub fn stop(mut self) -> (std::process::ExitStatus, Vec<String>) {
        self.process.stop()
    }

    /// Kills the server as a power cut does, and starts another on the same database.
    pub async fn crash(mut self) -> Self {
        self.process.kill();
        Self::start_with(self.database, self.key, self.settings).await
    }

    /// The whole answer to one request: `data`, `errors`, `extensions`.
    ///
    /// # Panics
    /// When the answer is not JSON.
    pub async fn graphql(&self, query: &str, variables: Value) -> Value {
        self.graphql_by(&self.http, query, variables).await
    }

    /// The whole answer to one request of somebody else, such as [`client`] makes.
    ///
    /// # Panics
    /// When the answer is not JSON.
    pub async fn graphql_by(&self, by: &reqwest::Client, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let request = by.post(format!("{}/graphql", self.url)).json(&body);
        let answer = request.send().await.expect("send the request");
        answer.json().await.expect("the answer is JSON")
    }

    /// The `data` of an answer that must have no errors.
    ///
    /// # Panics
    /// When it has any.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.graphql(query, variables).await;
        assert!(
            answer.get("errors").is_none(),
            "{query}\nanswered {answer:#}\nThe server said:\n{}",
            self.process.said().join("\n")
        );
        answer["data"].take()
    }

    /// A socket that is initialised and has no operation yet.
    pub async fn socket(&self) -> Socket {
        let mut socket = Socket::open(&self.url).await;
        socket.init().await;
        socket
    }
}

/// A new account's key, made on the command line: roles and such as `tandem key create` takes them.
///
/// # Panics
/// When it cannot be made.
pub fn key(folder: &Path, database_url: &str, arguments: &[&str]) -> String {
    let mut command = binary::command(folder);
    command.args([
        "key",
        "create",
        "--name",
        "A test",
        "--database-url",
        database_url,
    ]);
    let output = command.args(arguments).output().expect("run tandem key");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tandem key create {arguments:?}: {told}");
    String::from_utf8(output.stdout)
        .expect("a key is text")
        .trim()
        .to_owned()
}

/// A client that shows a key, or none.
///
/// # Panics
/// When a key is no header's value.
pub fn client(key: Option<&str>) -> reqwest::Client {
    let shown = key.map(|key| {
        let value = format!("Bearer {key}").parse().expect("a key is plain text");
        (reqwest::header::AUTHORIZATION, value)
    });
    let client = reqwest::Client::builder().default_headers(shown.into_iter().collect());
    client.build().expect("make a client")
}

impl Fixture for Server {
    async fn on(database: Database) -> Self {
        Self::start(database).await
    }
}
