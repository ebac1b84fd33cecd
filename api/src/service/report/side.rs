//! One record of a report, as of the version that was judged.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::Bodies;
use super::marks::{Segment, marked};
use crate::error::{ApiError, ApiResult};
use crate::service::evidence::Stored;
use crate::service::project::told::{Names, told};
use crate::service::project::version::{self, State};
use crate::store;

/// A record as of a version.
pub(super) struct Stated {
    pub(super) id: Uuid,
    pub(super) version: i32,
    /// The version that the record has by now.
    pub(super) present: i32,
    pub(super) state: State,
    pub(super) sources: Vec<String>,
}

impl Stated {
    pub(super) fn bodies(&self) -> impl Iterator<Item = Uuid> {
        self.state.bodies()
    }
}

/// One record of a report.
#[derive(Debug, Clone)]
pub struct Side {
    /// The project.
    pub id: Uuid,
    /// The version that was judged.
    pub version: i32,
    /// The version that the record has by now.
    pub present: i32,
    /// The title, where words met marked.
    pub title: Vec<Segment>,
    /// The summary, where words met marked.
    pub summary: Vec<Segment>,
    /// Every other field that says something, as people read it.
    pub fields: Vec<(&'static str, String)>,
    /// Where the facts come from.
    pub sources: Vec<String>,
}

/// Reads a record as of a version.
pub(super) async fn stated(db: &impl ConnectionTrait, id: Uuid, version: i32) -> ApiResult<Stated> {
    let row = store::project::by_id(db, id).await?;
    let row = row.ok_or_else(|| ApiError::internal(anyhow::anyhow!("a finding names project {id}")))?;
    let state = match row.version == version {
        true => None,
        false => version::earlier(db, id, version).await?,
    };
    let state = match state {
        Some(state) => state,
        None => State::present(db, &row).await?,
    };
    let sources = store::project::sources(db, &[id]).await?.into_iter();
    let sources = sources.map(|source| {
        let record = source.record_id.map(|record| format!(", record {record}"));
        let url = source.url.map(|url| format!(", {url}"));
        format!(
            "{}{}{} ({})",
            source.system,
            record.unwrap_or_default(),
            url.unwrap_or_default(),
            source.recorded_at.format("%Y-%m-%d")
        )
    });
    Ok(Stated {
        id,
        version,
        present: row.version,
        state,
        sources: sources.collect(),
    })
}

/// What a report shows elsewhere, or what is no evidence.
const SHOWN_APART: [&str; 6] = [
    "title",
    "summary",
    "relations",
    "links",
    "status",
    "retiredReason",
];

impl Side {
    pub(super) fn of(stated: Stated, bodies: &Bodies, evidence: &Stored, is_left: bool) -> Self {
        let names: Names = bodies.iter().map(|(id, body)| (*id, body.name.clone())).collect();
        let fields = told(&stated.state, &names, &|id| id.to_string());
        let fields = fields
            .into_iter()
            .filter(|(field, _)| !SHOWN_APART.contains(field))
            .filter_map(|(field, text)| Some((field, text?)));
        let text = |text: &str, in_title: bool| marked(text, evidence, is_left, in_title);
        Self {
            id: stated.id,
            version: stated.version,
            present: stated.present,
            title: text(&stated.state.draft.title, true),
            summary: text(&stated.state.draft.summary, false),
            fields: fields.collect(),
            sources: stated.sources,
        }
    }

    /// The title without marks.
    #[must_use]
    pub fn plain_title(&self) -> String {
        self.title.iter().map(|segment| segment.text.as_str()).collect()
    }
}
