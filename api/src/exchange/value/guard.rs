//! Cells that a spreadsheet would run as a formula.

/// A spreadsheet runs a cell that begins with one of these.
const RUN: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cell with an apostrophe before it where a spreadsheet would run it.
pub(crate) fn guarded(cell: String) -> String {
    let quoted = cell.trim_start_matches('\'');
    if quoted.starts_with(RUN) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// The cell without the apostrophe that guards it.
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(RUN) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_be_run_is_guarded_and_comes_back() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("-5", "'-5"),
            ("'=1", "''=1"),
            ("'twas", "'twas"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell.to_owned()), shown);
            assert_eq!(unguarded(shown), cell);
        }
    }
}
