use super::*;
use std::path::PathBuf;

fn reading(text: &[u8], options: &ReadOptions) -> Result<Reading, ReadError> {
    read(Box::new(io::Cursor::new(text.to_vec())), "test.csv", options)
}

/// Titles of the kept rows, and every problem as told.
fn outcome(text: &str, options: &ReadOptions) -> (Vec<ProjectRecord>, Vec<String>) {
    let (mut kept, mut told) = (Vec::new(), Vec::new());
    for row in reading(text.as_bytes(), options).unwrap() {
        let row = row.unwrap();
        told.extend(row.problems.iter().map(ToString::to_string));
        kept.extend(row.record);
    }
    (kept, told)
}

fn titles(text: &str) -> Vec<String> {
    outcome(text, &ReadOptions::default())
        .0
        .into_iter()
        .map(|record| record.title)
        .collect()
}

fn mapped(pairs: &[(&str, &str)]) -> ReadOptions {
    let mapping = pairs
        .iter()
        .map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned()))
        .collect();
    ReadOptions {
        mapping,
        ..ReadOptions::default()
    }
}

fn fault(text: &[u8], options: &ReadOptions) -> String {
    match reading(text, options) {
        Err(error) => error.to_string(),
        Ok(reading) => panic!("{reading:?} was read"),
    }
}

#[test]
fn a_full_row_is_understood_whole() {
    let text = "ID;Title;Description;Lead authority;Partners;Tags;Technology;Start date;End date;Amount awarded;Status;Source URL\n\
                7;Damp sensors;\"Sensors; many\nof them\";Leeds City Council;York | Hull;housing, damp;IoT;1st May 2019;2020;£1.2m;Pilot;www.leeds.gov.uk\n";
    let (kept, told) = outcome(text, &ReadOptions::default());
    assert_eq!(told, Vec::<String>::new());
    let record = &kept[0];
    assert_eq!(record.id.as_deref(), Some("7"));
    assert_eq!(
        (record.line, record.summary.as_str()),
        (2, "Sensors; many\nof them")
    );
    assert_eq!(record.partners, ["York", "Hull"]);
    assert_eq!(record.themes, ["housing", "damp"]);
    assert_eq!(record.start.unwrap().date.to_string(), "2019-05-01");
    assert_eq!(record.awards[0].amount.minor, 120_000_000);
    assert_eq!(record.phase, Some(entity::kinds::Phase::Beta));
    assert_eq!(record.sources, ["https://www.leeds.gov.uk"]);
}

#[test]
fn a_bad_value_is_dropped_and_a_bad_row_refused_each_by_line_and_field() {
    let big = "x".repeat(10 << 20);
    let text = format!(
        "title,summary,start,end,budget,phase\n\
         A,s,April,TBC,60-78k,sbri\n\
         ,s,,,,\n\
         B,s,2020,2019,,\n\
         C,s,,,-5,\n\
         D,s,,,2e12,\n\
         E,{big},,,,\n\
         F,s,2019,2019-06,£5,live\n\
         G,s,,,,,oops\n"
    );
    let (kept, told) = outcome(&text, &ReadOptions::default());
    assert_eq!(
        kept.iter()
            .map(|record| record.title.as_str())
            .collect::<Vec<_>>(),
        ["A", "F"]
    );
    assert_eq!(
        told,
        [
            "line 2, startDate (start): \"April\" names no year (left out)",
            "line 2, budget: \"60-78k\" is a range, not one amount (left out)",
            "line 2, phase: \"sbri\" is not a phase that is known (left out)",
            "line 3, title: is missing (row refused)",
            "line 4, endDate (end): \"2019\" lies before the start, 2020-01-01 (row refused)",
            "line 5, budget: \"-5\" is negative (row refused)",
            "line 6, budget: \"2e12\" is more than any project costs (row refused)",
            "line 7, summary: is 10485760 bytes long; at most 1048576 are read (row refused)",
            "line 9, row: the row has 7 cells and the header 6; a quote may be missing around a cell that holds the separator (row refused)",
        ]
    );
}

#[test]
fn encodings_and_layouts_give_the_same_projects() {
    assert_eq!(titles("\u{feff}title,summary\r\nTŷ,s\r\n"), ["Tŷ"]);
    assert_eq!(
        titles("{\"title\": \"Tŷ\"}\n{\"name\": \"B\", \"x\": 1}\n"),
        ["Tŷ", "B"]
    );
    assert_eq!(titles("[{\"title\": \"Tŷ\"}]"), ["Tŷ"]);
    assert_eq!(
        titles("{\n \"title\": \"Tŷ\"\n}\n{\"title\": \"B\"}"),
        ["Tŷ", "B"]
    );
    assert_eq!(
        titles("\n\n title , summary\nTŷ,s\n,\ntitle,summary\nB,s"),
        ["Tŷ", "B"]
    );
    let mut reading = reading(b"title\tsummary\nCaf\xE9 \x80\ts\n", &ReadOptions::default()).unwrap();
    assert_eq!(reading.next().unwrap().unwrap().record.unwrap().title, "Café €");
    assert!(reading.notes().iter().any(|note| note.contains("Windows-1252")));
}

#[test]
fn broken_lines_of_json_are_told_and_the_rest_kept() {
    let (kept, told) = outcome(
        "{\"title\": \"A\"}\n{\"title\": \n[]\n{\"title\": \"B\", \"budget\": true}\n",
        &ReadOptions::default(),
    );
    assert_eq!(kept.len(), 2);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("line 2, row: not JSON"), "{told:?}");
    assert_eq!(told[1], "line 3, row: not a JSON object (row refused)");
    assert_eq!(
        told[2],
        "line 4, budget: \"true\" is not an amount that can be read (left out)"
    );
}

#[test]
fn a_quote_that_is_never_closed_is_told() {
    let (kept, told) = outcome("title,summary\nA,s\nB,\"never\nC,s\n", &ReadOptions::default());
    assert_eq!(kept.len(), 1);
    assert_eq!(
        told,
        [
            "line 3, row: a quote opened on line 3 is never closed, so nothing after it could be read (row refused)"
        ]
    );
}

#[test]
fn what_is_missing_is_named_with_the_remedy() {
    let options = ReadOptions::default();
    assert_eq!(
        fault(b"what,who\na,b\n", &options),
        "test.csv has no column for the title; its columns are: what, who; name the right one with --map title=COLUMN"
    );
    assert_eq!(fault(b"", &options), "cannot read test.csv: the file is empty");
    assert_eq!(
        fault(b" \r\n\n", &options),
        "cannot read test.csv: the file is empty"
    );
    assert!(fault(b"PK\x03\x04", &options).contains("cannot be unpacked"));
    assert!(fault(b"{\"a\": 1}\n", &options).contains("no column for the title; its columns are: a;"));
    assert!(fault(b"title\na", &mapped(&[("titel", "title")])).contains("there is no field \"titel\""));
    assert!(fault(b"title\na", &mapped(&[("title", "name")])).contains("has no column \"name\""));
    assert!(
        fault(
            b"title\na",
            &ReadOptions {
                separator: Some('é'),
                ..options.clone()
            }
        )
        .contains("separator")
    );
    assert!(
        fault(
            b"title,x\na,b",
            &ReadOptions {
                needs_summary: true,
                ..options
            }
        )
        .contains("no column for the summary")
    );
    let missing = open(Path::new("no such file.csv"), &ReadOptions::default()).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "cannot open no such file.csv: there is no such file"
    );
    assert!(
        open(Path::new("."), &ReadOptions::default())
            .unwrap_err()
            .to_string()
            .ends_with("it is a folder")
    );
}

#[test]
fn columns_may_be_mapped_and_put_together() {
    let text = "what,who,where,title\nA,Ann,Leeds,ignored\n";
    let (kept, _) = outcome(
        text,
        &mapped(&[("title", "what"), ("summary", "who"), ("summary", "where")]),
    );
    assert_eq!(
        (kept[0].title.as_str(), kept[0].summary.as_str()),
        ("A", "Ann\nLeeds")
    );
}

#[test]
fn without_a_summary_the_columns_of_words_make_up_for_it() {
    let text = "id%title%authors%code%year\n0%Workflow%Gottfried Vossen, Mathias Weske%X12%1999\n";
    let mut reading = reading(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(
        reading.notes()[0],
        "no column is called summary: the text of authors is read as one"
    );
    let record = reading.next().unwrap().unwrap().record.unwrap();
    assert_eq!(record.summary, "Gottfried Vossen, Mathias Weske");
    assert_eq!(record.start.unwrap().date.to_string(), "1999-01-01");
    let (kept, told) = outcome("title\nAlone\n", &ReadOptions::default());
    assert_eq!(
        (kept[0].title.as_str(), kept[0].summary.as_str(), told.len()),
        ("Alone", "", 0)
    );
}

#[test]
fn no_bytes_make_it_panic() {
    let seeds: [&[u8]; 6] = [
        b"title,summary,start,budget\nA,\"b\",2019,\xA35k\n",
        b"[{\"title\": \"a\", \"budget\": {\"amount\": 1e400}}]",
        b"{\"title\": \"\\ud800\", \"start\": [1,2]}",
        b"sep=\xFF\ntitle",
        b"\xFF\xFEt\0",
        b"title;url\n\xE2\x80;http://..;;\n",
    ];
    for seed in seeds {
        for at in 0..seed.len() {
            for byte in [0, b'"', b'\n', b'\r', b',', b'{', b'[', b'}', 0x80, 0xFF] {
                let mut bytes = seed.to_vec();
                bytes[at] = byte;
                if let Ok(reading) = reading(&bytes, &ReadOptions::default()) {
                    reading.for_each(drop);
                }
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
/// The shared folder beside the repository; `None`, said aloud, where it is absent.
fn shared(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(file);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is absent", path.display());
    println!("skipped: {} is absent", path.display());
    None
}

/// Reads a shared file: the records, the lines refused, and the line and field of every value left out.
struct Shared {
    kept: Vec<ProjectRecord>,
    refused: Vec<(u64, &'static str)>,
    left_out: Vec<(u64, &'static str)>,
}

#[expect(clippy::print_stdout, reason = "the report of a failing test")]
fn read_shared(file: &str) -> Option<Shared> {
    let mut shared_file = Shared {
        kept: Vec::new(),
        refused: Vec::new(),
        left_out: Vec::new(),
    };
    let reading = open(&shared(file)?, &ReadOptions::default()).unwrap();
    println!("{file}: {:?} {:?}", reading.columns(), reading.notes());
    for row in reading {
        let row = row.unwrap();
        for problem in &row.problems {
            println!("{problem}");
            let list = match problem.consequence {
                Consequence::RowRefused => &mut shared_file.refused,
                Consequence::ValueDropped => &mut shared_file.left_out,
            };
            list.push((problem.line, problem.field));
        }
        shared_file.kept.extend(row.record);
    }
    Some(shared_file)
}

#[test]
fn digiscot_is_understood_as_a_person_would() {
    let Some(Shared {
        kept,
        refused,
        left_out,
    }) = read_shared("data/projects/digiscot_projects.csv")
    else {
        return;
    };
    assert_eq!(kept.len(), 83);
    // One project ends in the January before the October in which it starts.
    assert_eq!(refused, [(40, "endDate")]);
    // One names its months without a year.
    assert_eq!(left_out, [(47, "startDate"), (47, "endDate")]);
    assert_eq!(kept.iter().filter(|record| record.awards.is_empty()).count(), 0);
    let dated = |record: &&ProjectRecord| record.start.is_some();
    assert_eq!(
        kept.iter().filter(dated).count(),
        78,
        "2 blank, 2 to be confirmed, 1 without a year"
    );
    let awards: i64 = kept
        .iter()
        .flat_map(|record| record.awards.iter().map(|award| &award.amount))
        .map(|award| award.minor)
        .sum();
    assert_eq!(awards, 64_693_115);
    assert_eq!(kept[0].themes, ["older-people", "Glasgow"]);
}

#[test]
fn the_innovative_services_are_understood_as_a_person_would() {
    let Some(Shared {
        kept,
        refused,
        left_out,
    }) = read_shared("data/projects/ips_cases.csv")
    else {
        return;
    };
    assert_eq!((kept.len(), refused.len()), (853, 0));
    // Titles, remarks and addresses spoilt by a search-and-replace, where a web address should be.
    let lines: Vec<u64> = left_out.iter().map(|(line, _)| *line).collect();
    let spoilt = [
        319, 348, 435, 537, 993, 1056, 1057, 1060, 1127, 1129, 1130, 1131, 1132, 1133, 1134, 1135, 1136,
        1137, 1169, 1185,
    ];
    assert_eq!(lines, spoilt);
    assert!(left_out.iter().all(|(_, field)| *field == "sources"));
    assert!(
        kept.iter()
            .all(|record| record.start.is_some() && record.phase.is_some() && !record.summary.is_empty())
    );
    assert_eq!(kept.iter().filter(|record| record.end.is_some()).count(), 118);
    assert_eq!(kept.iter().filter(|record| record.lead.is_none()).count(), 23);
}

#[test]
fn the_council_projects_are_understood_as_a_person_would() {
    let Some(Shared {
        kept,
        refused,
        left_out,
    }) = read_shared("data/projects/uk_council_projects.csv")
    else {
        return;
    };
    assert_eq!((kept.len(), refused.len()), (62, 0));
    // Ways of buying, written where the phase should be.
    let lines: Vec<u64> = left_out.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [26, 53, 54, 56, 57, 58]);
    assert!(left_out.iter().all(|(_, field)| *field == "phase"));
    assert_eq!(kept.iter().filter(|record| record.budget.is_some()).count(), 32);
    assert_eq!(kept.iter().filter(|record| record.start.is_some()).count(), 41);
    assert_eq!(kept.iter().filter(|record| record.kind.is_some()).count(), 4);
}

#[test]
fn the_benchmarks_are_read_without_a_word() {
    for (file, rows) in [
        ("benchmarks/overlap-dev.jsonl", 100),
        ("benchmarks/er/abt-buy/abt.csv", 1076),
        ("benchmarks/er/abt-buy/buy.csv", 1076),
        ("benchmarks/er/dblp-acm/dblp.csv", 2616),
        ("benchmarks/er/dblp-acm/acm.csv", 2294),
    ] {
        let Some(Shared {
            kept,
            refused,
            left_out,
        }) = read_shared(file)
        else {
            return;
        };
        assert_eq!(
            (kept.len(), refused.len(), left_out.len()),
            (rows, 0, 0),
            "{file}"
        );
    }
}
