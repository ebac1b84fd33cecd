//! What an import would do, without doing it.

use bytes::Bytes;
use entity::import_job::Model;
use entity::kinds::ImportState;

use super::{FileFacts, Options, file, forgotten_before, kept};
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::exchange::projects::{ReadError, Row};
use crate::service::App;
use crate::service::import::{Bodies, Import, RowResult, Stray, Tally};
use crate::service::project::{LONGEST_SHORT_TEXT, bounded_text};
use crate::store;
use crate::store::import::JobQuery;

/// The most rows of a file that comes through the API; the command line has no such bound.
const MOST_ROWS: usize = 100_000;

/// So many previews may wait to be committed at once: each keeps a file in the database.
const MOST_WAITING: u64 = 100;

/// So many forgotten previews are cleared away whenever one is added.
const CLEARED_AT_ONCE: u64 = 10;

/// A look at what a file would do to the catalogue, which it leaves as it is.
#[derive(Debug)]
pub struct Preview {
    import: Import,
    bodies: Bodies,
    tally: Tally,
}

impl Preview {
    /// A look at the file or other source called `source`.
    #[must_use]
    pub fn new(source: &str) -> Self {
        Self {
            import: Import::new(source),
            bodies: Bodies::default(),
            tally: Tally::default(),
        }
    }

    /// What the next rows would do.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch(&mut self, app: &App, rows: Vec<Row>) -> ApiResult<Vec<RowResult>> {
        let planned = self
            .import
            .plan(app, app.db.read(), rows, &mut self.bodies)
            .await?;
        let results: Vec<RowResult> = planned.into_iter().map(|planned| planned.result).collect();
        self.tally = self.tally.plus(Tally::of(&results));
        self.tally.new_organisations = i64::try_from(self.bodies.waiting()).unwrap_or(i64::MAX);
        Ok(results)
    }

    /// The relations of the rows so far that would be left out, because nobody knows their other end. To be asked after
    /// the last batch: a later row can be that other end.
    #[must_use]
    pub fn strays(&self) -> Vec<Stray> {
        self.import.strays()
    }

    /// How the rows so far would come out.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }
}

/// A file that was sent.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its name, as told by the sender.
    pub name: String,
    /// What the source is to be called; the file's name without its ending where not given.
    pub source: Option<String>,
    /// How it is to be read.
    pub options: Options,
    /// Who sends it.
    pub by: String,
}

/// Keeps a file and says what it would do, row by row. Nothing else of the database changes.
///
/// # Errors
/// Mistakes in what was sent, with their paths; a limit when the file has too many rows or too many previews wait.
pub async fn preview(app: &App, upload: Upload) -> ApiResult<Model> {
    let name = bare(&upload.name);
    let source = source(upload.source, &name)?;
    room(app).await?;
    let options = upload.options;
    let opened = file::open(upload.bytes.clone(), name.clone(), options.reading()).await?;
    let mut reading = opened.map_err(mistake)?;
    let mut preview = Preview::new(&source);
    let mut results = Vec::new();
    loop {
        let (on, rows) = file::next(reading).await?;
        reading = on;
        let rows = rows.map_err(mistake)?;
        if rows.is_empty() {
            break;
        }
        if results.len() + rows.len() > MOST_ROWS {
            let message = format!("at most {MOST_ROWS} rows; `tandem import` takes larger files");
            return Err(ApiError::bad_input(UserErrorCode::TooLong, &["file"], message));
        }
        results.extend(preview.batch(app, rows).await?);
    }
    let strays = preview.strays();
    for result in &mut results {
        let own = strays.iter().filter(|stray| stray.line == result.line);
        result.problems.extend(own.map(Stray::problem));
    }
    let facts = FileFacts {
        source,
        file_name: Some(name),
        format: reading.format(),
        options,
        content_hash: Some(file::hash(&upload.bytes)),
        size_bytes: u64::try_from(upload.bytes.len()).ok(),
        notes: reading.notes(),
        by: upload.by,
    };
    write(app, facts, preview.tally(), &results, &upload.bytes).await
}

async fn write(
    app: &App,
    facts: FileFacts,
    tally: Tally,
    results: &[RowResult],
    bytes: &Bytes,
) -> ApiResult<Model> {
    let job = Model {
        stored: true,
        previewed: true,
        rows_total: i64::try_from(results.len()).ok(),
        created: tally.created,
        changed: tally.changed,
        unchanged: tally.unchanged,
        kept: tally.kept,
        refused: tally.refused,
        new_organisations: tally.new_organisations,
        ..facts.job(ImportState::Previewed)?
    };
    let numbered = (1..).zip(results);
    let rows = numbered.map(|(number, result)| kept(job.id, number, result));
    let rows = rows.collect::<ApiResult<Vec<_>>>()?;
    let txn = app.db.begin().await?;
    for id in store::import::forgotten(&txn, forgotten_before(), CLEARED_AT_ONCE).await? {
        store::import::remove(&txn, id).await?;
    }
    store::import::insert(&txn, job.clone()).await?;
    file::keep(&txn, job.id, bytes).await?;
    store::import::insert_rows(&txn, rows).await?;
    txn.commit().await?;
    Ok(job)
}

/// Whether one more preview may wait.
async fn room(app: &App) -> ApiResult<()> {
    let waiting = JobQuery {
        states: vec![ImportState::Previewed],
        ..JobQuery::default()
    };
    let forgotten = store::import::forgotten(app.db.read(), forgotten_before(), MOST_WAITING).await?;
    let waiting = store::import::count(app.db.read(), &waiting).await?;
    if waiting.saturating_sub(u64::try_from(forgotten.len()).unwrap_or(0)) < MOST_WAITING {
        return Ok(());
    }
    let message = format!("{MOST_WAITING} previews wait to be committed; commit some of them first");
    Err(ApiError::Limit(message))
}

/// A file's name without folders: browsers of old send them too.
fn bare(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let printable: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    match printable.is_empty() {
        true => "upload".to_owned(),
        false => printable,
    }
}

fn source(given: Option<String>, file: &str) -> ApiResult<String> {
    let given = given
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty());
    let source = given.unwrap_or_else(|| {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        if stem.is_empty() { file } else { stem }.to_owned()
    });
    bounded_text(&["source"], &source, LONGEST_SHORT_TEXT)?;
    Ok(source)
}

/// What is wrong with a file, told by the API's own names.
fn mistake(error: ReadError) -> ApiError {
    let (code, field, message) = match &error {
        ReadError::MissingColumn { field, columns, .. } => (
            UserErrorCode::Required,
            "file",
            format!("no column holds the {field}; name it in `map`; the columns are: {columns}"),
        ),
        ReadError::UnknownField { field, fields } => (
            UserErrorCode::NotFound,
            "map",
            format!("there is no field {field:?}; the fields are: {fields}"),
        ),
        ReadError::UnknownColumn { column, columns, .. } => (
            UserErrorCode::NotFound,
            "map",
            format!("the file has no column {column:?}; its columns are: {columns}"),
        ),
        other => (UserErrorCode::Invalid, "file", other.to_string()),
    };
    ApiError::bad_input(code, &[field], message)
}
