//! How the report looks on a terminal of 100 columns.

use crate::command::serve::say;
use crate::exchange::record::Amount;

/// The report's width, in characters.
const WIDTH: usize = 100;

/// The width of one of two columns.
const COLUMN: usize = 46;

/// Prints a heading.
pub(super) fn heading(text: &str) {
    say(&format!(
        "\n{text}\n{}",
        "─".repeat(text.chars().count().min(WIDTH))
    ));
}

/// An amount as a person writes it: "£72,500".
pub(super) fn money(amount: &Amount) -> String {
    let sign = match amount.currency.as_str() {
        "GBP" => "£".to_owned(),
        "EUR" => "€".to_owned(),
        "USD" => "$".to_owned(),
        code => format!("{code} "),
    };
    let major = amount.minor / 100;
    let digits = major.unsigned_abs().to_string();
    let grouped: Vec<String> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    let pence = amount.minor.unsigned_abs() % 100;
    let pence = if pence == 0 {
        String::new()
    } else {
        format!(".{pence:02}")
    };
    format!(
        "{}{sign}{}{pence}",
        if amount.minor < 0 { "-" } else { "" },
        grouped.join(",")
    )
}

/// A text in lines that fit, the first with `bullet` before it and the others as far in.
pub(super) fn wrapped(text: &str, bullet: &str) -> String {
    let indent = bullet.chars().count();
    let lines = lines(text, WIDTH.saturating_sub(indent));
    let mut before = bullet.to_owned();
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        out.push(format!("{before}{line}"));
        before = " ".repeat(indent);
    }
    out.join("\n")
}

/// Two records beside each other, fact by fact; empty facts of both are left out.
pub(super) fn side_by_side(left: &[String], right: &[String]) -> String {
    let mut out = Vec::new();
    for (left, right) in left.iter().zip(right) {
        let (left, right) = (lines(left, COLUMN), lines(right, COLUMN));
        for place in 0..left.len().max(right.len()) {
            let of = |lines: &[String]| lines.get(place).cloned().unwrap_or_default();
            let row = format!("  {:COLUMN$} │ {}", of(&left), of(&right));
            if row.trim() != "│" {
                out.push(row.trim_end().to_owned());
            }
        }
    }
    out.join("\n")
}

fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_in_groups_of_three() {
        let amount = |minor| Amount {
            minor,
            currency: "GBP".to_owned(),
        };
        assert_eq!(money(&amount(7_250_000)), "£72,500");
        assert_eq!(money(&amount(104_729_005)), "£1,047,290.05");
        assert_eq!(money(&amount(5)), "£0.05");
        assert_eq!(
            money(&Amount {
                minor: -100_000,
                currency: "SEK".to_owned()
            }),
            "-SEK 1,000"
        );
    }

    #[test]
    fn lines_hang_under_their_bullet() {
        let text = wrapped(&"word ".repeat(30), "  - ");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(text.lines().skip(1).all(|line| line.starts_with("    word")));
    }

    #[test]
    fn facts_stand_beside_each_other() {
        let left = ["one".to_owned(), String::new()];
        let right = ["two".to_owned(), String::new()];
        assert_eq!(side_by_side(&left, &right), format!("  {:COLUMN$} │ two", "one"));
    }
}
