//! `tandem backup` and `tandem restore`: the whole database as one file, and back, for either kind of database.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::destination::Destination;
use super::{ExitStatus, database};
use crate::config::DatabaseArgs;
use crate::service::backup;

/// Write everything that the database holds at this moment to a file, while it is in use; a name that ends in `.gz` is
/// compressed. The file holds personal data: keep it like the database
#[derive(Debug, Clone, clap::Args)]
pub struct BackupArgs {
    /// The file to write
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Make the database what a backup says, then bring it up to date. The backup may be of the other kind of database and of
/// an earlier version
#[derive(Debug, Clone, clap::Args)]
pub struct RestoreArgs {
    /// The file that `tandem backup` wrote
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Lose whatever the database holds
    #[arg(long)]
    pub replace: bool,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// How files compressed by gzip begin.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Writes the backup.
///
/// # Errors
/// When the database cannot be read or the file cannot be written; then no file is left behind.
pub fn write(args: &BackupArgs, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    if args.file.as_os_str() == "-" {
        bail!("name a file; a backup is not written to standard output");
    }
    let destination = Destination::open(Some(&args.file))?;
    let runtime = database::runtime()?;
    let database = runtime.block_on(database::connect(&args.database))?;
    let mut rows = 0;
    destination.fill(&mut std::io::sink(), |out| {
        let written = match args.file.extension().is_some_and(|extension| extension == "gz") {
            true => {
                let mut packed = GzEncoder::new(out, Compression::fast());
                let written = runtime.block_on(backup::write(&database, &mut packed));
                packed.finish().context("writing the backup")?;
                written
            }
            false => runtime.block_on(backup::write(&database, out)),
        };
        rows = written.map_err(database::cause)?;
        Ok(())
    })?;
    private(&args.file)?;
    runtime.block_on(database.close())?;
    writeln!(err, "{rows} rows written to {}", args.file.display())?;
    Ok(ExitStatus::Done)
}

/// Lets nobody else read the file: it holds names and the hashes of keys.
#[cfg(unix)]
fn private(file: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let own = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(file, own).with_context(|| format!("making {} private", file.display()))
}

#[cfg(not(unix))]
fn private(_file: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// Restores a backup.
///
/// # Errors
/// When the file is no whole backup, the database holds something and `--replace` is not said, or the database fails.
pub fn restore(args: &RestoreArgs, err: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let mut file = unpacked(&args.file)?;
    let restored = database::run("restore", async {
        let database = database::connect(&args.database).await?;
        let restored = backup::restore(&database, &mut file, args.replace).await;
        database.close().await?;
        restored
    })?;
    let forward = match restored.migrated {
        0 => String::new(),
        count => format!(", and brought forward by {count} migrations"),
    };
    writeln!(
        err,
        "{} rows restored, written by tandem {}{forward}",
        restored.rows, restored.program
    )?;
    Ok(ExitStatus::Done)
}

/// The file; one that is compressed is unpacked beside the others that are temporary.
fn unpacked(path: &Path) -> anyhow::Result<BufReader<File>> {
    let cannot = || format!("cannot read {}", path.display());
    let mut file = File::open(path).with_context(cannot)?;
    let mut begins = Vec::new();
    (&file).take(2).read_to_end(&mut begins).with_context(cannot)?;
    file.seek(SeekFrom::Start(0)).with_context(cannot)?;
    if begins != GZIP {
        return Ok(BufReader::new(file));
    }
    let mut plain = tempfile::tempfile().context("making a temporary file")?;
    std::io::copy(&mut MultiGzDecoder::new(BufReader::new(file)), &mut plain)
        .with_context(|| format!("unpacking {}", path.display()))?;
    plain
        .seek(SeekFrom::Start(0))
        .context("reading a temporary file")?;
    Ok(BufReader::new(plain))
}
