//! Records of a file into the catalogue: what is new is created, what changed is
//! changed, what is there already is left. A batch is written whole or not at all.

mod bodies;
mod content;
mod own;

use std::collections::{HashMap, HashSet};

use entity::kinds::ProjectChange;
use entity::{project, project_source as source};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::project::{Award, Origin, ProjectDraft, Resolved, Stamp, assemble, version};
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::exchange::record::ProjectRecord;
use crate::store;
use crate::store::organisation::Rows;
use bodies::Bodies;

/// What became of the records, and what a person should know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Projects that are new.
    pub created: usize,
    /// Projects that changed.
    pub updated: usize,
    /// Records that the catalogue has as they are.
    pub unchanged: usize,
    /// Records that were left out.
    pub refused: usize,
    /// Organisations that were recorded by name.
    pub new_organisations: usize,
    /// The first places where a body was named that nobody knew.
    pub recorded: Vec<Note>,
    /// What was noticed, in the order of the lines.
    pub notes: Vec<Note>,
}

/// Something about one value of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The line of the file.
    pub line: u64,
    /// The field.
    pub field: String,
    /// What was noticed.
    pub message: String,
    /// Whether the record was left out for it.
    pub refused: bool,
}

/// One run over one file.
#[derive(Debug)]
pub struct Import {
    system: String,
    dry_run: bool,
    report: Report,
    /// The line on which an id of the file was met first.
    ids: HashMap<String, u64>,
    contents: HashSet<String>,
}

/// Records that came together, ready to be written.
struct Batch<'a> {
    app: &'a App,
    import: &'a mut Import,
    bodies: Bodies,
}

/// What is known of a record already.
enum Standing {
    New,
    Changed(source::Model),
    Unchanged,
    /// Its id stands on an earlier line of the file, with another content.
    Repeated(u64),
}

impl Import {
    /// A run over the file or other source called `system`. With `dry_run` everything is done and then undone.
    #[must_use]
    pub fn new(system: impl Into<String>, dry_run: bool) -> Self {
        let system = system.into();
        Self {
            system,
            dry_run,
            report: Report::default(),
            ids: HashMap::new(),
            contents: HashSet::new(),
        }
    }

    /// What became of the records so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Writes a batch of records.
    ///
    /// # Errors
    /// When the database fails; then nothing of the batch stays.
    pub async fn batch(&mut self, app: &App, records: Vec<ProjectRecord>) -> ApiResult<()> {
        let dry_run = self.dry_run;
        let txn = app.db.begin().await?;
        let place = store::catalogue::reserve(&txn, i64::try_from(records.len()).unwrap_or(0)).await?;
        let mut batch = Batch {
            app,
            import: self,
            bodies: Bodies::default(),
        };
        batch.write(&txn, records, place).await?;
        let bodies = batch.bodies.into_rows();
        if dry_run {
            txn.rollback().await?;
        } else {
            txn.commit().await?;
            app.directory.learn(Rows {
                organisations: bodies,
                ..Rows::default()
            });
            app.live.wake();
        }
        Ok(())
    }
}

impl Batch<'_> {
    async fn write(
        &mut self,
        db: &impl ConnectionTrait,
        records: Vec<ProjectRecord>,
        place: i64,
    ) -> ApiResult<()> {
        let records: Vec<(ProjectRecord, Origin)> = records
            .into_iter()
            .map(|record| {
                let origin = self.origin(&record);
                (record, origin)
            })
            .collect();
        let mut known = known(db, &self.import.system, &records).await?;
        let mut own = own::projects(db, &records).await?;
        let mut fresh = Vec::new();
        for ((record, origin), change_seq) in records.into_iter().zip(place..) {
            if let Some(row) = own::take(&mut own, &record) {
                self.renew(db, record, row, &origin, change_seq).await?;
                continue;
            }
            let standing = self.import.standing(&mut known, &origin, record.line);
            let Some(resolved) = self.take(record, &standing)? else {
                continue;
            };
            if let Standing::Changed(source) = standing {
                self.change(db, resolved, source, origin, change_seq).await?;
            } else {
                let now = clock::now();
                let stamp = Stamp {
                    id: Uuid::now_v7(),
                    version: 1,
                    change_seq,
                    now,
                    created_at: now,
                    change: origin.change(ProjectChange::Created),
                };
                fresh.push(assemble(resolved, &stamp, vec![origin]));
            }
        }
        self.import.report.created += fresh.len();
        self.import.report.new_organisations += self.bodies.write(db).await?;
        store::project::insert(db, fresh).await?;
        Ok(())
    }

    /// The record as it can be written; `None` when there is nothing to write, which is then in the report.
    fn take(&mut self, record: ProjectRecord, standing: &Standing) -> ApiResult<Option<Resolved>> {
        let line = record.line;
        match standing {
            Standing::Unchanged => {
                self.import.report.unchanged += 1;
                return Ok(None);
            }
            Standing::Repeated(first) => {
                let message = format!("this id stands on line {first} already, with another content");
                self.refuse(
                    line,
                    vec![UserError::new(UserErrorCode::Duplicate, &["id"], message)],
                );
                return Ok(None);
            }
            Standing::New | Standing::Changed(_) => {}
        }
        let draft = self.draft(record);
        match self
            .bodies
            .resolve(&self.app.directory, draft, line, &mut self.import.report)
        {
            Ok(resolved) => Ok(Some(resolved)),
            Err(ApiError::BadInput(mistakes)) => {
                self.refuse(line, mistakes);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    fn origin(&self, record: &ProjectRecord) -> Origin {
        let hash = content::hash(record);
        Origin {
            system: self.import.system.clone(),
            // A record without an id is known by its content.
            record_id: Some(record.id.clone().unwrap_or_else(|| format!("content:{hash}"))),
            line: i64::try_from(record.line).ok(),
            content_hash: Some(hash),
        }
    }

    fn draft(&self, record: ProjectRecord) -> ProjectDraft {
        let funder = record.funders.first().cloned();
        let award = record.award.map(|amount| Award {
            funder,
            amount,
            awarded_on: record.awarded_on,
        });
        ProjectDraft {
            title: record.title,
            summary: record.summary,
            kind: record.kind,
            phase: record.phase,
            lead: record.lead,
            partners: record.partners,
            funders: record.funders,
            themes: record.themes,
            technologies: record.technologies,
            programme: record.programme,
            outcome: record.outcome,
            start: record.start,
            end: record.end,
            budget: record.budget,
            awards: award.into_iter().collect(),
            links: record.links,
            sources: record.sources,
            ..ProjectDraft::default()
        }
    }

    fn refuse(&mut self, line: u64, mistakes: Vec<UserError>) {
        self.import.report.refused += 1;
        self.import
            .report
            .notes
            .extend(mistakes.into_iter().map(|mistake| Note {
                line,
                field: mistake.path.join("."),
                message: mistake.message,
                refused: true,
            }));
    }

    async fn change(
        &mut self,
        db: &impl ConnectionTrait,
        resolved: Resolved,
        source: source::Model,
        origin: Origin,
        change_seq: i64,
    ) -> ApiResult<()> {
        let row: Option<project::Model> = store::project::by_id(db, source.project_id).await?;
        let Some(row) = row.filter(|row| row.updated_at <= source.recorded_at) else {
            self.import.report.unchanged += 1;
            self.import.report.notes.push(Note {
                line: origin.line.and_then(|line| u64::try_from(line).ok()).unwrap_or_default(),
                field: "id".to_owned(),
                message: "the project was changed or taken out in the catalogue since it was imported; it was left as it is"
                    .to_owned(),
                refused: false,
            });
            return Ok(());
        };
        let now = clock::now();
        let stamp = Stamp {
            id: row.id,
            version: row.version + 1,
            change_seq,
            now,
            created_at: row.created_at,
            change: origin.change(ProjectChange::Changed),
        };
        let mut resolved = resolved;
        resolved.draft.sources.clear();
        self.bodies
            .write(db)
            .await
            .map(|added| self.import.report.new_organisations += added)?;
        version::keep(db, &row).await?;
        store::project::replace(db, assemble(resolved, &stamp, Vec::new()), row.version).await?;
        let renewed = source::Model {
            content_hash: origin.content_hash,
            line: origin.line,
            recorded_at: now,
            ..source
        };
        store::project::update_source(db, renewed).await?;
        self.import.report.updated += 1;
        Ok(())
    }
}

/// What the catalogue knows of a batch's records.
struct Known {
    by_id: HashMap<String, source::Model>,
    contents: HashSet<String>,
}

async fn known(
    db: &impl ConnectionTrait,
    system: &str,
    records: &[(ProjectRecord, Origin)],
) -> ApiResult<Known> {
    let ids: Vec<String> = records
        .iter()
        .filter_map(|(_, origin)| origin.record_id.clone())
        .collect();
    let hashes: Vec<String> = records
        .iter()
        .filter_map(|(_, origin)| origin.content_hash.clone())
        .collect();
    let by_id = store::project::sources_of(db, system, &ids).await?;
    let by_content = store::project::sources_with(db, &hashes).await?;
    Ok(Known {
        by_id: by_id
            .into_iter()
            .filter_map(|row| Some((row.record_id.clone()?, row)))
            .collect(),
        contents: by_content
            .into_iter()
            .filter_map(|row| row.content_hash)
            .collect(),
    })
}

impl Import {
    /// What is known of a record, which from now on counts as met.
    fn standing(&mut self, known: &mut Known, origin: &Origin, line: u64) -> Standing {
        let (id, hash) = (
            origin.record_id.clone().unwrap_or_default(),
            origin.content_hash.clone().unwrap_or_default(),
        );
        let met = !self.contents.insert(hash.clone());
        let earlier = self.ids.get(&id).copied();
        self.ids.entry(id.clone()).or_insert(line);
        if met || known.contents.contains(&hash) {
            return Standing::Unchanged;
        }
        match (earlier, known.by_id.remove(&id)) {
            (Some(line), _) => Standing::Repeated(line),
            (None, Some(row)) => Standing::Changed(row),
            (None, None) => Standing::New,
        }
    }
}
