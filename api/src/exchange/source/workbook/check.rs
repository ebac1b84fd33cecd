//! Whether a workbook can be opened without harm.
//!
//! A zip archive tells the sizes of its parts, and may lie. So every part that is read later is unpacked once
//! into nothing, against the size that it tells; and the sizes are bounded: those of parts that are held in memory
//! whole, and that of a single run between two marks of XML, which is a cell's text at most.

use super::super::SourceError;
use std::fs::File;
use std::io::Read;
use zip::ZipArchive;
use zip::result::ZipError;

/// An honest workbook has a few parts a sheet.
const MOST_PARTS: usize = 2_000;
/// Texts that cells share are held in memory.
const MOST_SHARED_BYTES: u64 = 256 << 20;
/// So may styles, relations and the like be.
const MOST_OTHER_BYTES: u64 = 32 << 20;
/// Sheets are read as a stream: a million rows of projects take about 1.5 GiB.
const MOST_SHEET_BYTES: u64 = 8 << 30;
/// A text longer than this is no cell of Excel's, which end at 32,767 characters.
const LONGEST_RUN: usize = 1 << 20;
/// Zip does not pack sheets of real data tighter than this; what repeats itself without end it does.
const MOST_PACKED: u64 = 400;
/// Below this size it does not matter how tightly a part is packed.
const HARMLESS_BYTES: u64 = 8 << 20;

/// Checks a workbook.
pub(super) fn check(file: &File) -> Result<(), SourceError> {
    let mut archive = ZipArchive::new(file).map_err(unzip)?;
    if archive.len() > MOST_PARTS {
        return Err(SourceError::Broken(format!(
            "the workbook has {} parts; at most {MOST_PARTS} are read",
            archive.len()
        )));
    }
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.map(std::borrow::Cow::into_owned))
        .collect::<Result<_, _>>()
        .map_err(unzip)?;
    let lower = |name: &String| name.to_ascii_lowercase();
    if !names.iter().any(|name| name == "xl/workbook.xml") {
        return Err(SourceError::NotText(
            "it is a zip archive and no Excel workbook; unpack it, or save the sheet as CSV",
        ));
    }
    let runs = |name: &String| {
        let name = lower(name);
        name.contains("vbaproject") || name.contains("macrosheets/") || name.contains("activex/")
    };
    if names.iter().any(runs) {
        return Err(SourceError::NotText(
            "the workbook holds macros; save it as .xlsx without them",
        ));
    }
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(unzip)?;
        let name = part.name().map_err(unzip)?.into_owned();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let most = match name.to_ascii_lowercase() {
            name if name.contains("worksheets/") => MOST_SHEET_BYTES,
            name if name.contains("sharedstrings") => MOST_SHARED_BYTES,
            _ => MOST_OTHER_BYTES,
        };
        let (told, packed) = (part.size(), part.compressed_size());
        let bomb = told > HARMLESS_BYTES && told / packed.max(1) > MOST_PACKED;
        if told > most || bomb {
            return Err(SourceError::Broken(format!(
                "the part {} of the workbook would unpack to {told} bytes from {packed}, which no honest workbook does",
                shown(&name)
            )));
        }
        unpack(&mut part, told, &name)?;
    }
    Ok(())
}

/// Unpacks a part into nothing, and looks for what is too long.
fn unpack(part: &mut impl Read, told: u64, name: &str) -> Result<(), SourceError> {
    let mut chunk = vec![0; 64 << 10];
    let (mut bytes, mut run) = (0_u64, 0_usize);
    let mut kept = Vec::new();
    loop {
        let read = part.read(&mut chunk)?;
        let Some(text) = chunk.get(..read).filter(|text| !text.is_empty()) else {
            break;
        };
        bytes += u64::try_from(read).unwrap_or(u64::MAX);
        if bytes > told {
            return Err(SourceError::Broken(format!(
                "the part {} of the workbook unpacks to more than the {told} bytes that it tells",
                shown(name)
            )));
        }
        for piece in text.split_inclusive(|byte| matches!(byte, b'<' | b'>')) {
            run += piece.len();
            if run > LONGEST_RUN {
                return Err(SourceError::Broken(format!(
                    "a cell or another text in the part {} of the workbook is longer than a mebibyte",
                    shown(name)
                )));
            }
            if matches!(piece.last(), Some(b'<' | b'>')) {
                run = 0;
            }
        }
        if name == "[Content_Types].xml" {
            kept.extend_from_slice(text);
        }
    }
    let kept = String::from_utf8_lossy(&kept).to_ascii_lowercase();
    if kept.contains("macroenabled") {
        return Err(SourceError::NotText(
            "the workbook holds macros; save it as .xlsx without them",
        ));
    }
    Ok(())
}

fn unzip(error: ZipError) -> SourceError {
    match error {
        ZipError::Io(cause) => SourceError::Io(cause),
        other => SourceError::Broken(format!("the workbook cannot be unpacked: {other}")),
    }
}

/// A part's name, shortened for a message.
fn shown(name: &str) -> String {
    name.chars().take(80).collect()
}
