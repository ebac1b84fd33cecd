//! The application within the test's own process, for what cannot be seen from outside: statements, and an
//! index that is brought up to date when the test says so.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Variables};
use serde_json::Value;
use tandem::access::Viewer;
use tandem::graphql::{self, Schema};
use tandem::live::Silent;
use tandem::service::{App, demonstration};
use tandem::store;

use crate::database::{Database, Fixture};

/// The application over a catalogue that is empty at first.
pub struct Inside {
    /// The application.
    pub app: App,
    schema: Schema,
}

impl Inside {
    /// Loads the demonstration catalogue and finds its overlaps.
    ///
    /// # Panics
    /// When that fails.
    pub async fn demonstrate(&self) {
        demonstration::load(&self.app)
            .await
            .expect("load the demonstration");
        self.settle().await;
    }

    /// Finds the overlaps of everything by now.
    ///
    /// # Panics
    /// When that fails.
    pub async fn settle(&self) {
        let live = &self.app.live;
        let done = live.load(&self.app.db, Arc::new(Silent)).await;
        done.expect("bring the index up to date");
    }

    /// The whole answer to one request.
    ///
    /// # Panics
    /// When it is not JSON.
    pub async fn graphql(&self, query: &str) -> Value {
        serde_json::to_value(
            self.schema
                .execute(Request::new(query).data(Viewer::operator()))
                .await,
        )
        .expect("answers are JSON")
    }

    /// The whole answer to one request with variables, as somebody asks it.
    ///
    /// # Panics
    /// When it is not JSON.
    pub async fn ask(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let request = Request::new(query)
            .variables(Variables::from_json(variables))
            .data(viewer.clone());
        serde_json::to_value(self.schema.execute(request).await).expect("answers are JSON")
    }

    /// The `data` of an answer that must have no errors.
    ///
    /// # Panics
    /// When it has any.
    pub async fn data(&self, query: &str) -> Value {
        let mut answer = self.graphql(query).await;
        assert!(answer.get("errors").is_none(), "{query}\nanswered {answer:#}");
        answer["data"].take()
    }

    /// How many statements a request costs.
    pub async fn statements(&self, query: &str) -> u64 {
        let before = self.app.db.statements();
        self.data(query).await;
        self.app.db.statements() - before
    }
}

impl Fixture for Inside {
    async fn on(database: Database) -> Self {
        let opened = store::Database::connect(&database.url, 5, Duration::from_secs(30)).await;
        let app = App::open(opened.expect("open the database"), None).await;
        let app = app.expect("load the reference data");
        Self {
            schema: graphql::schema(app.clone()),
            app,
        }
    }
}
