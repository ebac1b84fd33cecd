//! What people send, and what those send who mean no good: one test each.
use super::*;

fn rows(bytes: &[u8]) -> (Vec<ProjectRecord>, Vec<String>) {
    let (mut kept, mut told) = (Vec::new(), Vec::new());
    let options = ReadOptions::default();
    for row in read(Box::new(io::Cursor::new(bytes.to_vec())), "test", &options).unwrap() {
        let row = row.unwrap();
        told.extend(row.problems.iter().map(ToString::to_string));
        kept.extend(row.record);
    }
    (kept, told)
}

/// The only record of a file about which there is nothing to tell.
fn one(bytes: &[u8]) -> ProjectRecord {
    let (mut kept, told) = rows(bytes);
    assert_eq!((kept.len(), told), (1, Vec::new()));
    kept.remove(0)
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_name() {
    assert_eq!(one(b"\xEF\xBB\xBFtitle\nBins\n").title, "Bins");
    assert_eq!(one(b"\xFF\xFEt\0i\0t\0l\0e\0\n\0B\0i\0n\0s\0").title, "Bins");
}

#[test]
fn windows_1252_is_read_as_it_was_meant() {
    assert_eq!(one(b"title\nCaf\xE9 \x96 \xA35\n").title, "Café – £5");
}

#[test]
fn semicolons_and_tabs_part_cells_too() {
    assert_eq!(one(b"title;summary\nBins;a, b\n").summary, "a, b");
    assert_eq!(one(b"title\tsummary\nBins\ta; b, c\n").summary, "a; b, c");
}

#[test]
fn a_quoted_line_break_stays_in_its_cell() {
    assert_eq!(
        one(b"title,summary\r\nBins,\"one\r\ntwo\"\r\n").summary,
        "one\ntwo"
    );
}

#[test]
fn sums_are_read_as_people_write_them() {
    for (written, pence) in [
        ("£1.2m", 120_000_000),
        ("\"20,000\"", 2_000_000),
        ("£20k", 2_000_000),
    ] {
        let record = one(format!("title,budget\nBins,{written}\n").as_bytes());
        assert_eq!(record.budget.unwrap().minor, pence, "{written}");
    }
}

#[test]
fn dates_are_read_as_people_write_them() {
    use entity::kinds::DatePrecision::{Day, Year};
    for (written, date, precision) in [
        ("circa 2019", "2019-01-01", Year),
        ("1st December 2015", "2015-12-01", Day),
        // The number under which Excel keeps 1 May 2019.
        ("43586", "2019-05-01", Day),
    ] {
        let start = one(format!("title,start\nBins,{written}\n").as_bytes())
            .start
            .unwrap();
        assert_eq!(
            (start.date.to_string().as_str(), start.precision),
            (date, precision),
            "{written}"
        );
    }
}

#[test]
fn blank_rows_and_repeated_headers_are_no_projects() {
    let (kept, told) = rows(b"title,summary\n\nBins,x\n , \ntitle,summary\nDamp,y\n");
    assert_eq!((kept.len(), told.len()), (2, 0));
}

#[test]
fn what_is_not_understood_is_told_and_kept_as_it_was_given() {
    let (kept, told) = rows(b"title,start,budget,note\nBins,when ready,about a third,Mine\n");
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(
        kept[0].note.as_deref(),
        Some("Mine\nstartDate as given: when ready\nbudget as given: about a third")
    );
}

#[test]
fn a_guarded_cell_is_what_stood_there_before() {
    assert_eq!(one(b"title,summary\nBins,'=1+1\n").summary, "=1+1");
}

/// Gives a header, a title, and then so many bytes of one cell without end.
struct Endless {
    begun: io::Cursor<&'static [u8]>,
    left: u64,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let begun = self.begun.read(out)?;
        if begun > 0 {
            return Ok(begun);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        out[..most].fill(b'x');
        self.left -= u64::try_from(most).unwrap();
        Ok(most)
    }
}

#[test]
fn a_cell_without_end_is_measured_and_its_row_refused() {
    let bytes = Endless {
        begun: io::Cursor::new(b"title,summary\nBins,"),
        left: 128 << 20,
    };
    let mut reading = read(Box::new(bytes), "test", &ReadOptions::default()).unwrap();
    let row = reading.next().unwrap().unwrap();
    assert_eq!(row.record, None);
    assert!(
        row.problems[0].to_string().contains("is 134217728 bytes long"),
        "{:?}",
        row.problems
    );
}

#[test]
fn of_a_million_columns_only_so_many_are_kept() {
    let mut text = b"title".to_vec();
    text.extend((0..1_000_000).flat_map(|_| *b",a"));
    text.extend(b"\nBins");
    text.extend((0..1_000_000).flat_map(|_| *b",b"));
    let reading = read(Box::new(io::Cursor::new(text)), "test", &ReadOptions::default()).unwrap();
    assert!(reading.keys.len() <= 16_384);
    let row = reading.into_iter().next().unwrap().unwrap();
    assert_eq!(row.record.unwrap().title, "Bins");
}

#[test]
fn json_without_end_is_told() {
    let (kept, told) = rows(format!("[{{\"title\": {}", "[".repeat(100_000)).as_bytes());
    assert_eq!((kept.len(), told.len()), (0, 1));
    let (kept, told) =
        rows(format!("{{\"title\": {}{}}}\n", "[".repeat(1_000), "]".repeat(1_000)).as_bytes());
    assert_eq!((kept.len(), told.len()), (0, 1), "{told:?}");
}
