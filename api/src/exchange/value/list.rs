//! Several things in one cell.

use super::{is_unknown, text};

/// How the entries of a column are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parting {
    /// By `;`, `|` or line breaks. Names of bodies hold commas ("Bournemouth, Christchurch and Poole Council").
    Strong,
    /// By the strong ones, else by commas: tags and technologies.
    Comma,
    /// By white space: a column of tags that are words joined by hyphens.
    Space,
}

/// The entries, each on one line, unknown ones left out, none twice.
pub(crate) fn parse(cell: &str, parting: Parting) -> Vec<String> {
    const STRONG: [char; 3] = [';', '|', '\n'];
    let strong = cell.contains(STRONG);
    let entries: Vec<&str> = match parting {
        Parting::Comma if !strong => cell.split(',').collect(),
        Parting::Space => cell.split_whitespace().collect(),
        Parting::Strong | Parting::Comma => cell.split(STRONG).collect(),
    };
    let mut list = Vec::new();
    for entry in entries {
        add(&mut list, entry);
    }
    list
}

/// Adds an entry unless it is unknown or there already.
pub(crate) fn add(list: &mut Vec<String>, entry: &str) {
    let entry = text::line(entry);
    if !is_unknown(&entry) && !list.contains(&entry) {
        list.push(entry);
    }
}

/// Whether a column of tags is parted by spaces: nothing stronger occurs, and somewhere
/// a word with a hyphen stands beside another word.
pub(crate) fn is_space_parted<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    let mut hyphened = false;
    let weak = cells.all(|cell| {
        hyphened |= cell.contains('-') && cell.trim().contains(' ') && !cell.contains(" - ");
        !cell.contains([',', ';', '|', '\n'])
    });
    weak && hyphened
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, parting: Parting, expected: &[&str]) {
        assert_eq!(parse(cell, parting), expected, "{cell:?}");
    }

    #[test]
    fn entries_are_parted_as_their_column_parts_them() {
        check(
            "Hackney; Surrey Heath;Hackney; n/a",
            Parting::Strong,
            &["Hackney", "Surrey Heath"],
        );
        check(
            "Bournemouth, Christchurch and Poole",
            Parting::Strong,
            &["Bournemouth, Christchurch and Poole"],
        );
        check("A|B\nC", Parting::Strong, &["A", "B", "C"]);
        check("IoT, AI ,", Parting::Comma, &["IoT", "AI"]);
        check("IoT, cheap; AI", Parting::Comma, &["IoT, cheap", "AI"]);
        check(
            "older-people  Glasgow",
            Parting::Space,
            &["older-people", "Glasgow"],
        );
        check(" ", Parting::Comma, &[]);
    }

    #[test]
    fn tags_parted_by_spaces_are_recognised() {
        assert!(is_space_parted(["older-people Glasgow", "benefits"].into_iter()));
        assert!(!is_space_parted(["older people", "benefits"].into_iter()));
        assert!(!is_space_parted(["e-health, Social care"].into_iter()));
    }
}
