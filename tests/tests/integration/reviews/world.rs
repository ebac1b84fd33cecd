//! Two councils with one effort, whoever pays, and whoever reviews.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tandem::access::{Grant, Role, Viewer};
use tandem::graphql::id::decode;
use tests::Inside;
use uuid::Uuid;

use crate::drafts::{cycle_lanes, damp, damp_elsewhere};

pub(crate) const MOVE: &str = "mutation ($input: ReviewOverlapInput!) { reviewOverlap(input: $input) {
    errors { code message path } overlap { id state review { version outcome legalMoves heard appealOpen } } } }";
pub(crate) const REPLY: &str = "mutation ($input: ReplyToOverlapInput!) { replyToOverlap(input: $input) {
    errors { code message path } overlap { state } } }";
pub(crate) const APPEAL: &str = "mutation ($input: AppealOverlapInput!) { appealOverlap(input: $input) {
    errors { code message path } overlap { state review { appealOpen } } } }";
pub(crate) const MOVES: &str = "query ($id: ID!) { overlap(id: $id) { state moves { totalCount nodes {
    move mover seat organisation { name } fromState toState reason explanation note reviewVersion
    leftVersion rightVersion modelVersion cites { move reason } } } } }";
const CREATE: &str = "mutation ($input: CreateProjectInput!) { createProject(input: $input) {
    errors { code message path } project { id } } }";
const UPDATE: &str = "mutation ($input: UpdateProjectInput!) { updateProject(input: $input) {
    errors { code message path } project { id version } } }";

/// Everybody, and the two councils' projects.
pub(crate) struct World {
    pub(crate) inside: Inside,
    pub(crate) leeds: Viewer,
    pub(crate) camden: Viewer,
    pub(crate) bristol: Viewer,
    pub(crate) funder: Viewer,
    pub(crate) first: Viewer,
    pub(crate) second: Viewer,
    pub(crate) administrator: Viewer,
    /// The finding.
    pub(crate) overlap: String,
    /// The projects, Leeds' first.
    pub(crate) projects: [String; 2],
}

fn somebody(name: &str, role: Role, organisation: Option<Uuid>) -> Viewer {
    Viewer::known(Uuid::now_v7(), name, vec![Grant { role, organisation }])
}

impl World {
    /// Two councils' projects that overlap, one of which the ministry pays for, and a third that overlaps nothing.
    pub(crate) async fn new(inside: Inside) -> Self {
        let administrator = somebody("Ada", Role::Administrator, None);
        let body = async |name: &str| {
            let query = "query ($name: String!) { resolveOrganisation(name: $name) { organisation { id } } }";
            let answer = inside.ask(&administrator, query, json!({ "name": name })).await;
            let id = answer["data"]["resolveOrganisation"][0]["organisation"]["id"]
                .as_str()
                .unwrap()
                .to_owned();
            decode(&id).unwrap().1
        };
        let [leeds, camden, bristol] = [body("LDS").await, body("CMD").await, body("BST").await];
        let ministry = body("MHCLG").await;
        let mut world = Self {
            leeds: somebody("Lee of Leeds", Role::Editor, Some(leeds)),
            camden: somebody("Cam of Camden", Role::Editor, Some(camden)),
            bristol: somebody("Bri of Bristol", Role::Editor, Some(bristol)),
            funder: somebody("Fay of the ministry", Role::Funder, Some(ministry)),
            first: somebody("Rita Reviewer", Role::Reviewer, None),
            second: somebody("Sam Reviewer", Role::Reviewer, None),
            administrator,
            inside,
            overlap: String::new(),
            projects: [String::new(), String::new()],
        };
        let everybody = [
            &world.leeds,
            &world.camden,
            &world.bristol,
            &world.funder,
            &world.first,
            &world.second,
            &world.administrator,
        ];
        for viewer in everybody {
            world.register(viewer).await;
        }
        let mut paid = damp();
        paid["funders"] = json!(["MHCLG"]);
        paid["budget"] = json!({ "amount": "250000" });
        let mut other = damp_elsewhere();
        other["budget"] = json!({ "amount": "100000" });
        world.projects = [world.create(paid).await, world.create(other).await];
        world.create(cycle_lanes()).await;
        world.settle().await;
        let found = world
            .data(&world.first, "{ overlaps { nodes { id state } } }", json!({}))
            .await;
        assert_eq!(found["overlaps"]["nodes"].as_array().unwrap().len(), 1, "{found}");
        world.overlap = found["overlaps"]["nodes"][0]["id"].as_str().unwrap().to_owned();
        world
    }

    /// Gives somebody the account that histories name them by.
    async fn register(&self, viewer: &Viewer) {
        let account = entity::account::Model {
            id: viewer.account().unwrap(),
            kind: entity::kinds::AccountKind::Person,
            name: viewer.name().to_owned(),
            issuer: None,
            subject: None,
            email: None,
            created_at: tandem::clock::now(),
            closed_at: None,
        };
        let txn = self.inside.app.db.begin().await.unwrap();
        tandem::store::account::insert(&txn, account).await.unwrap();
        txn.commit().await.unwrap();
    }

    pub(crate) async fn create(&self, input: Value) -> String {
        let made = self.change(&self.administrator, CREATE, input).await;
        assert_eq!(made["errors"], json!([]), "{made}");
        made["project"]["id"].as_str().unwrap().to_owned()
    }

    /// Changes a project and looks for overlaps.
    pub(crate) async fn update(&self, project: &str, version: i32, mut change: Value) {
        change["id"] = json!(project);
        change["version"] = json!(version);
        let made = self.change(&self.administrator, UPDATE, change).await;
        assert_eq!(made["errors"], json!([]), "{made}");
        self.settle().await;
    }

    /// Looks for overlaps of what changed.
    pub(crate) async fn settle(&self) {
        self.inside.app.live.catch_up(&self.inside.app.db).await.unwrap();
    }

    pub(crate) async fn data(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let mut answer = self.inside.ask(viewer, query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}\nanswered {answer:#}");
        answer["data"].take()
    }

    /// The payload of a mutation.
    pub(crate) async fn change(&self, viewer: &Viewer, mutation: &str, input: Value) -> Value {
        let mut data = self.data(viewer, mutation, json!({ "input": input })).await;
        data.as_object_mut().unwrap().values_mut().next().unwrap().take()
    }

    /// The code of the error that a mutation fails with as a whole.
    pub(crate) async fn failure(&self, viewer: &Viewer, mutation: &str, input: Value) -> Value {
        let answer = self.inside.ask(viewer, mutation, json!({ "input": input })).await;
        answer["errors"][0]["extensions"]["code"].clone()
    }

    pub(crate) async fn version(&self) -> i64 {
        let query = "query ($id: ID!) { overlap(id: $id) { review { version } } }";
        let data = self.data(&self.first, query, json!({ "id": self.overlap })).await;
        data["overlap"]["review"]["version"].as_i64().unwrap()
    }

    /// What a move of the finding at its present version comes to.
    pub(crate) async fn attempt(&self, viewer: &Viewer, kind: &str, mut more: Value) -> Value {
        more["overlap"] = json!(self.overlap);
        more["version"] = json!(self.version().await);
        more["move"] = json!(kind);
        self.change(viewer, MOVE, more).await
    }

    /// A move of the finding that must be made; the state after it.
    pub(crate) async fn go(&self, viewer: &Viewer, kind: &str, more: Value) -> Value {
        let mut made = self.attempt(viewer, kind, more).await;
        assert_eq!(made["errors"], json!([]), "{kind}: {made}");
        made["overlap"]["state"].take()
    }

    pub(crate) async fn reply(&self, viewer: &Viewer, text: &str) {
        let made = self
            .change(viewer, REPLY, json!({ "overlap": self.overlap, "text": text }))
            .await;
        assert_eq!(made["errors"], json!([]), "{made}");
    }

    /// The state, and the moves that somebody sees, the latest first.
    pub(crate) async fn seen(&self, viewer: &Viewer) -> (Value, Vec<Value>) {
        let mut data = self.data(viewer, MOVES, json!({ "id": self.overlap })).await;
        let overlap = &mut data["overlap"];
        let Value::Array(moves) = overlap["moves"]["nodes"].take() else {
            panic!("{overlap}")
        };
        assert_eq!(overlap["moves"]["totalCount"], moves.len());
        (overlap["state"].take(), moves)
    }

    /// Runs a statement behind the service's back.
    pub(crate) async fn execute(&self, sql: &str) -> Result<(), sea_orm::DbErr> {
        let txn = self.inside.app.db.begin().await.unwrap();
        txn.execute_unprepared(sql).await?;
        txn.commit().await
    }
}
