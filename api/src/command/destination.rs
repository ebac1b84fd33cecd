//! Where results go: a file that appears whole or not at all, or standard output.

use anyhow::Context;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Where results go. A named file appears whole or not at all: it is written beside its place and moved
/// there at the end.
#[derive(Debug)]
pub struct Destination {
    /// The file's place and the unfinished file; `None` for standard output.
    file: Option<(PathBuf, PathBuf, File)>,
}

impl Destination {
    /// Makes sure, before any work is done, that the file can be written.
    ///
    /// # Errors
    /// If it cannot be.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            return Ok(Self { file: None });
        };
        let cannot = || format!("cannot write {}", path.display());
        if path.is_dir() {
            return Err(anyhow::anyhow!("it is a folder")).with_context(cannot);
        }
        // A device or a pipe is written to as it is.
        if path.exists() && !path.is_file() {
            let file = OpenOptions::new().write(true).open(path).with_context(cannot)?;
            return Ok(Self {
                file: Some((path.to_owned(), path.to_owned(), file)),
            });
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(name);
        let file = File::create(&part).with_context(cannot)?;
        Ok(Self {
            file: Some((path.to_owned(), part, file)),
        })
    }

    /// Lets `work` write the results; `out` is where they go when no file was named.
    ///
    /// # Errors
    /// If `work` fails, or writing; a reader of `out` that has gone away is no failure.
    pub fn fill(
        mut self,
        out: &mut dyn Write,
        work: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        match &mut self.file {
            None => match work(out) {
                Err(error) if is_closed_pipe(&error) => Ok(()),
                other => other,
            },
            Some((path, part, file)) => {
                let mut buffered = BufWriter::new(&mut *file);
                work(&mut buffered)?;
                let written = buffered.flush();
                drop(buffered);
                let moved = written.and_then(|()| match part == path {
                    true => Ok(()),
                    false => fs::rename(&*part, &*path),
                });
                moved.with_context(|| format!("cannot write {}", path.display()))
            }
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

impl Drop for Destination {
    fn drop(&mut self) {
        if let Some((path, part, _)) = &self.file
            && path != part
        {
            // After a success there is nothing left to remove.
            drop(fs::remove_file(part));
        }
    }
}
