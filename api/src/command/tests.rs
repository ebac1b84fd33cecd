use super::*;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// A folder of its own for one test, taken away at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tandem-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// What a command wrote to standard output, what it told, and how it ended.
fn run(
    command: impl FnOnce(Surroundings<'_>) -> anyhow::Result<ExitStatus>,
) -> (String, String, Result<ExitStatus, String>) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let around = Surroundings {
        places: &["Leeds"],
        resolve: &|_| None,
        encoder: None,
        out: &mut out,
        err: &mut err,
    };
    let status = command(around).map_err(|error| format!("{error:#}"));
    (
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
        status,
    )
}

const DAMP: &str = "Sensors in council flats warn of damp and mould before tenants fall ill";
const BINS: &str = "Cameras on refuse lorries count missed waste bins along each collection round";

fn table(rows: &[(&str, &str, &str)]) -> String {
    let rows = rows
        .iter()
        .map(|(id, title, summary)| format!("{id},{title},{summary}\n"));
    std::iter::once("id,title,summary\n".to_owned())
        .chain(rows)
        .collect()
}

fn scan_of(file: &Path) -> scan::ScanArgs {
    let pairs = PairArgs {
        min_score: Some(0.0),
        ..PairArgs::default()
    };
    scan::ScanArgs {
        file: file.to_owned(),
        pairs,
        top: None,
        input: FileArgs::default(),
        encoder: EncoderArgs::default(),
    }
}

#[test]
fn a_scan_is_the_same_whatever_the_order_of_the_rows() {
    let folder = Folder::new("scan");
    let mut rows = [
        ("b", "Damp sensors", DAMP),
        ("a", "Damp sensor pilot", DAMP),
        ("c", "Bin cameras", BINS),
    ];
    let one = folder.file("one.csv", &table(&rows));
    rows.reverse();
    let other = folder.file("other.csv", &table(&rows));
    let (first, told, status) = run(|around| scan::run(&scan_of(&one), around));
    assert_eq!(status, Ok(ExitStatus::Done), "{told}");
    assert!(
        first.starts_with("left_id,right_id,score,relation\na,b,"),
        "{first}"
    );
    assert_eq!(first, run(|around| scan::run(&scan_of(&other), around)).0);
}

#[test]
fn refused_rows_are_told_counted_and_written() {
    let folder = Folder::new("refused");
    let text = format!("{}{}", table(&[("a", "Damp", DAMP)]), ",,no title\n".repeat(30));
    let mut args = scan_of(&folder.file("in.csv", &text));
    args.input.errors = Some(folder.0.join("errors.csv"));
    let (_, told, status) = run(|around| scan::run(&args, around));
    assert_eq!(status, Ok(ExitStatus::RowsRefused));
    assert_eq!(told.matches("title: is missing (row refused)").count(), 20);
    assert!(told.contains("… and 10 more"), "{told}");
    assert!(told.contains("1 records, 30 rows refused"), "{told}");
    assert_eq!(
        fs::read_to_string(folder.0.join("errors.csv"))
            .unwrap()
            .lines()
            .count(),
        31
    );
}

#[test]
fn ids_that_occur_again_are_told_and_kept() {
    let folder = Folder::new("ids");
    let file = folder.file(
        "in.csv",
        &table(&[
            ("7", "Damp", DAMP),
            ("7", "Damp again", DAMP),
            ("", "Third damp", DAMP),
        ]),
    );
    let (out, told, _) = run(|around| scan::run(&scan_of(&file), around));
    assert!(told.contains("1 ids occur more than once"), "{told}");
    for pair in ["4,7,", "4,7#3,", "7,7#3,"] {
        assert!(out.contains(pair), "{pair} in {out}");
    }
}

#[test]
fn a_link_gives_pairs_across_the_files_only_each_record_once() {
    let folder = Folder::new("link");
    let left = folder.file(
        "left.csv",
        &table(&[("z", "Damp", DAMP), ("y", "Damp", DAMP), ("x", "Bins", BINS)]),
    );
    let right = folder.file("right.csv", &table(&[("a", "Damp", DAMP), ("b", "Bins", BINS)]));
    let pairs = PairArgs {
        min_score: Some(0.0),
        ..PairArgs::default()
    };
    let mut args = link::LinkArgs {
        left,
        right,
        pairs,
        one_to_one: false,
        input: FileArgs::default(),
        encoder: EncoderArgs::default(),
    };
    let lefts = |out: &str| {
        out.lines()
            .skip(1)
            .map(|line| line.split(',').take(2).collect::<String>())
            .collect::<Vec<_>>()
    };
    let (all, told, _) = run(|around| link::run(&args, around));
    let across = |pair: &String| pair.starts_with(['x', 'y', 'z']) && pair.ends_with(['a', 'b']);
    assert!(lefts(&all).iter().all(across), "{all} {told}");
    args.one_to_one = true;
    let (once, ..) = run(|around| link::run(&args, around));
    assert_eq!(lefts(&once).len(), 2, "{once}");
    assert!(lefts(&once).contains(&"xb".to_owned()), "{once}");
}

#[test]
fn a_check_compares_drafts_with_the_catalogue_not_with_each_other() {
    let folder = Folder::new("check");
    let file = folder.file(
        "drafts.csv",
        &table(&[("d1", "Damp", DAMP), ("d2", "Damp", DAMP), ("d3", "x", "")]),
    );
    let catalogue = folder.file(
        "catalogue.jsonl",
        &format!("{{\"id\": \"c\", \"title\": \"Damp\", \"summary\": \"{DAMP}\"}}\n"),
    );
    let line = ["tandem", "check", "--min-score", "0", "--explain", "--against"].map(OsString::from);
    let line = line.into_iter().chain([catalogue.into(), file.into()]);
    let Some(Command::Check(mut args)) = Cli::from_arguments(line).unwrap().command else {
        panic!("the line says check")
    };
    let (out, told, status) = run(|around| check::run(&args, None, around));
    assert_eq!(status, Ok(ExitStatus::Done));
    assert!(told.contains("1 drafts too short to judge, 2 pairs"), "{told}");
    assert!(
        out.starts_with("left_id,right_id,score,relation,reasons\nd1,c,"),
        "{out}"
    );
    args.against = None;
    let (_, _, status) = run(|around| check::run(&args, None, around));
    assert_eq!(
        status,
        Err("there is nothing to check against; name a file with --against".to_owned())
    );
}

#[test]
fn what_cannot_be_done_leaves_nothing_behind() {
    let folder = Folder::new("cannot");
    let mut args = scan_of(&folder.0.join("absent.csv"));
    args.pairs.out = Some(folder.0.join("pairs.csv"));
    let (_, _, status) = run(|around| scan::run(&args, around));
    assert!(status.unwrap_err().contains("there is no such file"));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0);
}

#[test]
fn arguments_are_checked_as_they_are_read() {
    assert_eq!(
        mapping("title = Project=name"),
        Ok(("title".into(), "Project=name".into()))
    );
    assert!(mapping("title").is_err() && mapping("=x").is_err());
    assert_eq!(
        (separator("%"), separator("\\t"), separator("tab")),
        (Ok('%'), Ok('\t'), Ok('\t'))
    );
    assert!(separator("ab").is_err() && separator("").is_err());
    assert_eq!(score("0.5"), Ok(0.5));
    assert!(score("1.1").is_err() && score("NaN").is_err() && score("-1").is_err());
}
