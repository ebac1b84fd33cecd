//! What is not for everybody, made on purpose: words that stand nowhere else, and everybody who may ask for them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tandem::access::{Grant, Role, Viewer};
use tandem::graphql::id::decode;
use tests::Inside;
use uuid::Uuid;

use super::questions::Question;
use crate::drafts::{damp, damp_elsewhere};
use crate::funding_calls::{administrator, organisation, recorded};
use crate::joint_bids::{change, global, project};
use crate::surveys::{SAVE, SHORT, answer, run};

/// What is written where.
pub(super) const WORDS: [(&str, &str); 14] = [
    ("qxperson", "the name of an account"),
    ("qxsubject", "what an issuer calls somebody"),
    ("qxaddress", "where somebody gets mail"),
    ("qxkey", "what a key is for"),
    ("qxmessage", "a message of interest from Leeds to Camden"),
    ("qxanswer", "the answer to it"),
    ("qxpost", "an entry of their board"),
    ("qxmilestone", "a milestone of their board"),
    ("qxbid", "the title of their draft of a bid"),
    ("qxnote", "a reviewer's note"),
    ("qxrecipient", "whom a survey's link was sent to"),
    ("qxdraft", "a question that is not published"),
    ("74312", "a confidential amount of one authority"),
    ("qxreason", "why an authority declined"),
];

/// Global ids by what they are of.
pub(super) type Ids = BTreeMap<&'static str, String>;

/// Everybody who asks: by role, and of which body.
pub(super) struct Askers {
    pub(super) all: Vec<(&'static str, Viewer)>,
    /// How many at the beginning have nothing to do with Leeds, Camden or the call.
    outsiders: usize,
    leeds: Viewer,
    camden: Viewer,
    reviewer: Viewer,
}

pub(super) struct World {
    pub(super) askers: Askers,
    pub(super) ids: Ids,
}

fn holding(role: Role, organisation: Option<Uuid>) -> Viewer {
    let grant = Grant { role, organisation };
    Viewer::known(Uuid::now_v7(), "somebody", vec![grant])
}

/// Does as somebody what must succeed.
async fn done(inside: &Inside, viewer: &Viewer, name: &str, fields: &str, input: Value) -> Value {
    let fields = format!("{fields} errors {{ path message }}");
    let made = change(inside, viewer, name, &fields, input).await;
    assert_eq!(made["errors"], json!([]), "{name}: {made}");
    made
}

fn text(id: &Value) -> String {
    id.as_str().unwrap().to_owned()
}

impl World {
    /// What is public: projects that overlap, a call, a survey that is open; and those who ask.
    pub(super) async fn public(inside: &Inside) -> Self {
        let fund = recorded(inside, "Northern Gift Fund", "FUNDER").await;
        let leeds = organisation(inside, "Leeds City Council").await;
        let camden = organisation(inside, "London Borough of Camden").await;
        let hull = organisation(inside, "Hull City Council").await;
        let input = json!({ "kind": "PERSON", "name": "qxperson", "issuer": "https://issuer.example", "subject": "qxsubject",
            "email": "qxaddress@leeds.example" });
        let made = done(inside, &administrator(), "createAccount", "account { id }", input).await;
        let account = &made["account"]["id"];
        let (_, row) = decode(account.as_str().unwrap()).unwrap();
        let mut world = Self {
            askers: Askers::of(row, [leeds, camden, hull, fund]),
            ids: Ids::new(),
        };
        world.add("account", account);
        world.add("leeds", &global(leeds));
        world.add("camden", &global(camden));
        world.add("project", &project(inside, damp(), "100000").await);
        world.add("twin", &project(inside, damp_elsewhere(), "60000").await);
        inside.settle().await;
        let found = inside.data("{ overlaps(first: 1) { nodes { id } } }").await;
        world.add("overlap", &found["overlaps"]["nodes"][0]["id"]);
        let call = json!({ "title": "Sensors in social housing", "funder": "Northern Gift Fund", "opens": "2026-01-01", "closes": "2036-01-01",
            "description": "For councils that put sensors into homes against damp and mould.", "mostGrant": { "amount": "80000" }, "mostLed": 1 });
        let made = done(
            inside,
            &administrator(),
            "createFundingCall",
            "fundingCall { id }",
            json!({ "call": call }),
        )
        .await;
        world.add("call", &made["fundingCall"]["id"]);
        let (survey, set) = crate::surveys::survey(inside, SHORT).await;
        let wave = crate::surveys::wave(inside, &set, "Spring", "2026-01-01T00:00:00Z").await;
        for (name, id) in [("survey", survey), ("questionSet", set), ("wave", wave)] {
            world.ids.insert(name, id);
        }
        world
    }

    fn add(&mut self, name: &'static str, id: &Value) {
        self.ids.insert(name, text(id));
    }

    /// What Leeds and Camden do between themselves, and administrators among themselves: nobody else may notice any of it.
    pub(super) async fn behind_doors(&mut self, inside: &Inside) {
        let Askers { leeds, camden, .. } = &self.askers;
        let (leeds, camden) = (leeds.clone(), camden.clone());
        let ids = self.ids.clone();
        let input = json!({ "from": ids["leeds"], "to": ids["camden"], "project": ids["twin"], "message": "qxmessage" });
        let made = done(inside, &leeds, "expressInterest", "interest { id }", input).await;
        self.add("interest", &made["interest"]["id"]);
        let input = json!({ "id": self.ids["interest"], "answer": "ACCEPT", "note": "qxanswer" });
        let made = done(
            inside,
            &camden,
            "answerInterest",
            "interest { board { id version } }",
            input,
        )
        .await;
        let board = &made["interest"]["board"];
        self.add("board", &board["id"]);
        let plan = json!([{ "title": "qxmilestone", "dueOn": "2030-01-01", "owner": ids["leeds"] }]);
        let input = json!({ "id": board["id"], "version": board["version"], "milestones": plan });
        done(inside, &leeds, "updateBoard", "board { id }", input).await;
        let input =
            json!({ "id": board["id"], "kind": "DECISION", "text": "qxpost", "organisation": ids["leeds"] });
        done(inside, &leeds, "postToBoard", "board { id }", input).await;
        let input = json!({ "call": ids["call"], "title": "qxbid", "summary": damp()["summary"], "lead": ids["leeds"],
            "partners": [ids["camden"]], "projects": [ids["project"], ids["twin"]] });
        let made = done(inside, &leeds, "createBid", "bid { id }", input).await;
        self.add("bid", &made["bid"]["id"]);
        let made = done(
            inside,
            &administrator(),
            "cloneQuestionSet",
            "questionSet { id revision }",
            json!({ "id": ids["questionSet"] }),
        )
        .await;
        let draft = &made["questionSet"];
        self.add("draft", &draft["id"]);
        let input = json!({ "id": draft["id"], "revision": draft["revision"], "definition": SHORT.replace("Started?", "qxdraft") });
        done(
            inside,
            &administrator(),
            "changeQuestionSet",
            "questionSet { id }",
            input,
        )
        .await;
        let made = done(
            inside,
            &leeds,
            "createApiKey",
            "apiKey { id }",
            json!({ "name": "qxkey" }),
        )
        .await;
        self.add("key", &made["apiKey"]["id"]);
    }

    /// What everybody sees a part of: a finding under review, answers to a survey.
    pub(super) async fn in_part(&mut self, inside: &Inside) {
        let found = inside
            .data("{ overlaps(first: 1) { nodes { review { version } } } }")
            .await;
        let version = &found["overlaps"]["nodes"][0]["review"]["version"];
        let input =
            json!({ "overlap": self.ids["overlap"], "version": version, "move": "START", "note": "qxnote" });
        done(
            inside,
            &self.askers.reviewer.clone(),
            "reviewOverlap",
            "overlap { id }",
            input,
        )
        .await;
        let invitations = json!([
            { "authority": self.ids["leeds"], "recipient": "qxrecipient" },
            { "authority": self.ids["camden"], "recipient": "an officer" },
        ]);
        let input = json!({ "wave": self.ids["wave"], "invitations": invitations });
        let made = run(inside, crate::surveys::INVITE, input).await;
        self.add("invitation", &made["links"][0]["invitation"]["id"]);
        let token = |place: usize| made["links"][place]["token"].clone();
        let answers = json!([{ "question": "spend", "money": { "amount": "74312" } }]);
        let saved = answer(inside, SAVE, json!({ "token": token(0), "answers": answers })).await;
        assert_eq!(saved["errors"], json!([]), "{saved}");
        let input = json!({ "token": token(1), "reason": "qxreason" });
        done(
            inside,
            &Viewer::public(),
            "declineSurvey",
            "response { state }",
            input,
        )
        .await;
        let query = "query ($authority: ID!, $wave: ID!) { surveyResponse(authority: $authority, wave: $wave) { id } }";
        let asked = json!({ "authority": self.ids["leeds"], "wave": self.ids["wave"] });
        let response = crate::surveys::ask(inside, &administrator(), query, asked).await;
        self.add("response", &response["id"]);
    }

    /// Puts in what a question is about where its arguments say so.
    pub(super) fn fill(&self, question: &mut Question) {
        for (word, name) in [(": LEEDS", "leeds"), (": ROUND", "wave")] {
            let value = format!(": \"{}\"", self.ids[name]);
            question.text = question.text.replace(word, &value);
            question.probe = question.probe.replace(word, &value);
        }
    }

    /// Whether somebody has a part in what Leeds and Camden do between themselves and with the funder.
    pub(super) fn concerns(who: &str) -> bool {
        ["of Leeds", "of Camden", "of the call"]
            .iter()
            .any(|end| who.ends_with(end))
    }

    /// Those whom nothing of what Leeds and Camden do between themselves concerns.
    pub(super) fn outsiders(&self) -> &[(&'static str, Viewer)] {
        &self.askers.all[..self.askers.outsiders]
    }
}

impl Askers {
    fn of(account: Uuid, [leeds, camden, hull, fund]: [Uuid; 4]) -> Self {
        let grant = |role, organisation| Grant { role, organisation };
        let editor = Viewer::known(account, "qxperson", vec![grant(Role::Editor, Some(leeds))]);
        let (camdens, reviewer) = (holding(Role::Editor, Some(camden)), holding(Role::Reviewer, None));
        Self {
            all: vec![
                ("PUBLIC", Viewer::public()),
                ("EDITOR of Hull", holding(Role::Editor, Some(hull))),
                ("FUNDER of nothing", holding(Role::Funder, Some(hull))),
                ("REVIEWER", reviewer.clone()),
                ("NOBODY", Viewer::known(Uuid::now_v7(), "nobody", Vec::new())),
                ("APP", holding(Role::App, None)),
                ("APP that reads", holding(Role::App, None).reading_only()),
                ("MEMBER of Hull", holding(Role::Member, Some(hull))),
                ("MEMBER of Leeds", holding(Role::Member, Some(leeds))),
                ("EDITOR of Leeds", editor.clone()),
                ("EDITOR of Camden", camdens.clone()),
                ("FUNDER of the call", holding(Role::Funder, Some(fund))),
                ("ADMINISTRATOR", administrator()),
            ],
            outsiders: 4,
            leeds: editor,
            camden: camdens,
            reviewer,
        }
    }
}

/// An id of the same kind that nothing has.
pub(super) fn unused(id: &str) -> String {
    let (kind, _) = decode(id).unwrap();
    tandem::graphql::id::encode(kind, Uuid::now_v7()).to_string()
}
