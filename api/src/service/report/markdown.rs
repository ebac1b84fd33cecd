//! A report as Markdown: `CommonMark` with tables, readable as it is.

use super::{Report, Side, Table};

/// What means something in Markdown, and is written so that it means itself.
const SIGNS: &str = r"\`*_{}[]<>#|~&";

/// A text of somebody's own, on one line, without any meaning of its own.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => written.push(' '),
            sign if SIGNS.contains(sign) => {
                written.push('\\');
                written.push(sign);
            }
            letter => written.push(letter),
        }
    }
    written
}

/// The report.
pub(super) fn written(report: &Report) -> String {
    let mut text = format!(
        "# {} and {}\n\n{}\n\nA score is never a verdict: people decide.\n",
        plain(&report.left.plain_title()),
        plain(&report.right.plain_title()),
        plain(&report.evidence.summary)
    );
    text.push('\n');
    for (name, value) in report.head() {
        line(&mut text, &format!("- **{name}**: {}", plain(&value)));
    }
    for (name, side) in [("Left record", &report.left), ("Right record", &report.right)] {
        record(&mut text, name, side);
    }
    for (title, part) in report.parts() {
        line(&mut text, &format!("\n## {title}\n"));
        table(&mut text, &part);
    }
    text
}

fn line(text: &mut String, words: &str) {
    text.push_str(words);
    text.push('\n');
}

fn record(text: &mut String, name: &str, side: &Side) {
    line(text, &format!("\n## {name}\n"));
    let words = |segments: &[super::Segment]| -> String {
        let piece = |segment: &super::Segment| match segment.term {
            Some(number) => format!("**{}**[{number}]", plain(&segment.text)),
            None => plain(&segment.text),
        };
        segments.iter().map(piece).collect()
    };
    line(text, &format!("**Title**: {}\n", words(&side.title)));
    line(text, &format!("**Summary**: {}\n", words(&side.summary)));
    for (field, value) in &side.fields {
        line(text, &format!("- **{field}**: {}", plain(value)));
    }
    line(
        text,
        &format!("- **version judged**: {} (now {})", side.version, side.present),
    );
    for source in &side.sources {
        line(text, &format!("- **source**: {}", plain(source)));
    }
}

fn table(text: &mut String, table: &Table) {
    if table.rows.is_empty() {
        return line(text, table.empty);
    }
    line(text, &format!("| {} |", table.heads.join(" | ")));
    line(text, &format!("|{}", " --- |".repeat(table.heads.len())));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
        line(text, &format!("| {} |", cells.join(" | ")));
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_somebody_wrote_stays_text() {
        assert_eq!(plain("a|b\n# <b>*c*</b>"), r"a\|b \# \<b\>\*c\*\</b\>");
    }
}
