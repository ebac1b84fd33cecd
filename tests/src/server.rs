//! The real server, and what a client does with it.

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
    /// For requests that are not plain GraphQL.
    pub http: reqwest::Client,
    process: Process,
}

impl Server {
    /// Starts one on what the database has by now.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(database: Database) -> Self {
        let mut command = binary::command(database.folder());
        command.args(["serve", "--bind", "127.0.0.1:0", "--database-url", &database.url]);
        let process = Process::start(command);
        Self {
            url: process.url.clone(),
            database,
            http: reqwest::Client::new(),
            process,
        }
    }

    /// Ends the server and starts another on the same database.
    pub async fn restart(mut self) -> Self {
        self.process.stop();
        Self::start(self.database).await
    }

    /// Ends the server and gives back what it logged and whether it ended well.
    pub fn stop(mut self) -> (std::process::ExitStatus, Vec<String>) {
        self.process.stop()
    }

    /// Kills the server as a power cut does, and starts another on the same database.
    pub async fn crash(mut self) -> Self {
        self.process.kill();
        Self::start(self.database).await
    }

    /// The whole answer to one request: `data`, `errors`, `extensions`.
    ///
    /// # Panics
    /// When the answer is not JSON.
    pub async fn graphql(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let request = self.http.post(format!("{}/graphql", self.url)).json(&body);
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

impl Fixture for Server {
    async fn on(database: Database) -> Self {
        Self::start(database).await
    }
}
