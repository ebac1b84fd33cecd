//! Files of projects on their way to the matcher.

use super::{FileArgs, Surroundings};
use crate::exchange::projects::{self, Consequence, ReadOptions, RowError};
use crate::exchange::to_matching;
use crate::progress::Progress;
use crate::service::meaning;
use anyhow::Context;
use matching::Record;
use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

/// So many problems are shown; the rest are counted.
const SHOWN: usize = 20;

/// The records of one file in the order of their ids, which is the order of their keys.
#[expect(
    clippy::vec_box,
    reason = "there are a million of them: boxed ones are put in order and handed on without being moved"
)]
pub(super) struct Intake {
    pub(super) ids: Vec<String>,
    pub(super) records: Vec<Box<Record>>,
    pub(super) refused: usize,
}

/// Collects what could not be read, shows the first of it, and writes all of it to a file if asked.
pub(super) struct Complaints {
    shown: usize,
    more: usize,
    file: Option<csv::Writer<std::fs::File>>,
}

impl Complaints {
    pub(super) fn new(args: &FileArgs) -> anyhow::Result<Self> {
        let file = args.errors.as_deref().map(|path| {
            let mut file = csv::Writer::from_path(path)?;
            file.write_record([
                "file",
                "line",
                "field",
                "column",
                "value",
                "problem",
                "consequence",
            ])?;
            anyhow::Ok(file)
        });
        let file = file.transpose().with_context(|| match &args.errors {
            Some(path) => format!("cannot write {}", path.display()),
            None => String::new(),
        })?;
        Ok(Self {
            shown: 0,
            more: 0,
            file,
        })
    }

    pub(super) fn take(&mut self, name: &str, problem: &RowError, err: &mut dyn Write) -> anyhow::Result<()> {
        if let Some(file) = &mut self.file {
            let consequence = match problem.consequence {
                Consequence::RowRefused => "row refused",
                Consequence::ValueDropped => "left out",
            };
            let line = problem.line.to_string();
            let fields = [
                name,
                &line,
                problem.field,
                &problem.column,
                &problem.value,
                &problem.message,
                consequence,
            ];
            file.write_record(fields)
                .context("cannot write the file of errors")?;
        }
        if self.shown < SHOWN {
            self.shown += 1;
            writeln!(err, "{name}, {problem}")?;
        } else {
            self.more += 1;
        }
        Ok(())
    }

    /// Says how many were not shown.
    pub(super) fn finish(mut self, err: &mut dyn Write) -> anyhow::Result<()> {
        if let Some(file) = &mut self.file {
            file.flush().context("cannot write the file of errors")?;
        }
        if self.more > 0 {
            let where_all = if self.file.is_some() {
                ""
            } else {
                "; --errors FILE writes them all to a file"
            };
            writeln!(
                err,
                "… and {} more values or rows that could not be read{where_all}",
                self.more
            )?;
        }
        Ok(())
    }
}

/// Reads a whole file. An id that occurs again gets the line as a suffix ("7#12"), and a record
/// without an id gets its line for one, so that every record can be named; the former is told.
pub(super) fn read(
    path: &Path,
    options: &ReadOptions,
    complaints: &mut Complaints,
    around: &mut Surroundings<'_>,
) -> anyhow::Result<Intake> {
    let mut reading = projects::open(path, options)?;
    let name = path.display().to_string();
    for note in reading.notes() {
        writeln!(around.err, "{name}: {note}")?;
    }
    let progress = Progress::new("reading", reading.size().unwrap_or(0));
    let mut rows: Vec<(String, u64, Box<Record>)> = Vec::new();
    let (mut refused, mut seen, mut again) = (0, HashSet::new(), 0_usize);
    while let Some(row) = reading.next() {
        let row = row?;
        progress.reach(reading.position());
        for problem in &row.problems {
            complaints.take(&name, problem, around.err)?;
        }
        let Some(project) = row.record else {
            refused += 1;
            continue;
        };
        let mut id = project.id.clone().unwrap_or_else(|| row.line.to_string());
        if seen.contains(&id) {
            again += usize::from(project.id.is_some());
            id = format!("{id}#{}", row.line);
        }
        seen.insert(id.clone());
        let record = to_matching::record(&project, around.resolve);
        rows.push((id, row.line, Box::new(record)));
    }
    drop(progress);
    if again > 0 {
        writeln!(
            around.err,
            "{name}: {again} ids occur more than once; the later ones are called ID#LINE"
        )?;
    }
    rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut intake = Intake {
        ids: Vec::with_capacity(rows.len()),
        records: Vec::with_capacity(rows.len()),
        refused,
    };
    for (id, _, record) in rows {
        intake.ids.push(id);
        intake.records.push(record);
    }
    if let Some(encoder) = around.encoder {
        let progress = Progress::new("encoding", u64::try_from(intake.records.len()).unwrap_or(0));
        let mut records: Vec<&mut Record> = intake.records.iter_mut().map(Box::as_mut).collect();
        meaning::encode(encoder, &mut records, &progress)?;
    }
    Ok(intake)
}
