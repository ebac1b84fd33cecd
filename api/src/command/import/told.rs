//! What a person at the terminal is told of an import's rows.

use std::io::Write;

use entity::kinds::ImportOutcome;

use crate::service::import::{Consequence, Problem, RowResult, Stray, Tally};

/// So many rows of a kind are shown; the rest are counted.
const SHOWN: usize = 20;

/// So many bodies that nobody knew are told one by one; the others are counted.
const RECORDED_SHOWN: usize = 5;

/// So much of a value is shown, in characters.
const VALUE_SHOWN: usize = 80;

/// What is worth telling, the first of each kind.
#[derive(Debug, Default)]
pub(super) struct Told {
    created: Lines,
    changed: Lines,
    problems: Lines,
    recorded: Lines,
}

/// The first lines of a kind, and how many there were.
#[derive(Debug, Default)]
struct Lines {
    first: Vec<String>,
    count: usize,
}

impl Lines {
    fn push(&mut self, shown: usize, line: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < shown {
            self.first.push(line());
        }
    }

    fn write(&self, more: &str, err: &mut dyn Write) -> std::io::Result<()> {
        for line in &self.first {
            writeln!(err, "{line}")?;
        }
        match self.count - self.first.len() {
            0 => Ok(()),
            rest => writeln!(err, "… and {rest} more {more}"),
        }
    }
}

impl Told {
    /// Takes in what became of a batch.
    pub(super) fn take(&mut self, results: &[RowResult]) {
        for result in results {
            let line = result.line;
            match result.outcome {
                ImportOutcome::Created => self.created.push(SHOWN, || {
                    format!("line {line}: “{}” would be created", result.title)
                }),
                ImportOutcome::Changed => self.changed.push(SHOWN, || changed(result)),
                ImportOutcome::Unchanged | ImportOutcome::Kept | ImportOutcome::Refused => {}
            }
            for problem in result.met_after_reading() {
                self.problem(line, problem);
            }
        }
    }

    /// Takes in the relations that were left out.
    pub(super) fn strays(&mut self, strays: &[Stray]) {
        for stray in strays {
            self.problem(stray.line, &stray.problem());
        }
    }

    fn problem(&mut self, line: u64, problem: &Problem) {
        let end = match problem.consequence {
            Consequence::RowRefused => " (row refused)",
            Consequence::ValueDropped => " (left out)",
            Consequence::Noted | Consequence::Recorded => "",
        };
        let text = || format!("line {line}, {}: {}{end}", problem.field, problem.message);
        match problem.consequence {
            Consequence::Recorded => self.recorded.push(RECORDED_SHOWN, text),
            _ => self.problems.push(SHOWN, text),
        }
    }

    /// Writes what would be created and changed.
    pub(super) fn changes(&self, err: &mut dyn Write) -> anyhow::Result<()> {
        self.created.write("that would be created", err)?;
        self.changed.write("that would be changed", err)?;
        Ok(())
    }

    /// Writes what is wrong with rows that could be read.
    pub(super) fn problems(&self, err: &mut dyn Write) -> anyhow::Result<()> {
        self.problems.write("notes of this kind", err)?;
        self.recorded.write("organisations that were not known", err)?;
        Ok(())
    }

    /// Writes how many rows came out how.
    pub(super) fn counts(tally: &Tally, dry_run: bool, err: &mut dyn Write) -> anyhow::Result<()> {
        let would = if dry_run { "would be " } else { "" };
        writeln!(
            err,
            "{} projects {would}created, {} changed, {} unchanged, {} rows refused; {} organisations {would}recorded by name",
            tally.created, tally.changed, tally.unchanged, tally.refused, tally.new_organisations
        )?;
        if tally.kept > 0 {
            writeln!(
                err,
                "{} projects left as they are, because they were changed or taken out in the catalogue since",
                tally.kept
            )?;
        }
        Ok(())
    }
}

fn changed(result: &RowResult) -> String {
    let value = |value: &Option<String>| match value {
        Some(text) if text.chars().count() > VALUE_SHOWN => {
            format!("“{}…”", text.chars().take(VALUE_SHOWN).collect::<String>())
        }
        Some(text) => format!("“{text}”"),
        None => "nothing".to_owned(),
    };
    let fields = result.changes.iter().map(|change| {
        format!(
            "\n    {}: {} → {}",
            change.field,
            value(&change.before),
            value(&change.after)
        )
    });
    let fields: String = fields.collect();
    format!(
        "line {}: “{}” would be changed{fields}",
        result.line, result.title
    )
}
