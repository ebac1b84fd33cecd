//! What a statement that writes does to which table, read from its text.
//!
//! Every such statement is made by one library, whose identifiers are quoted and whose values are parameters, so that a
//! small reader suffices. What it does not understand it says nothing of, and the entry then counts the rows alone.

/// What is done to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// They are added.
    Insert,
    /// They are changed.
    Update,
    /// They are removed.
    Delete,
}

impl Verb {
    /// The word in an entry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// A statement that writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// What it does.
    pub verb: Verb,
    /// To which table.
    pub table: String,
    /// The columns that it gives values, in its order.
    pub columns: Vec<String>,
    /// The text of its condition, without the word.
    pub condition: Option<String>,
    /// How many parameters stand before the condition.
    pub before_condition: usize,
    /// How many stand in it.
    pub in_condition: usize,
}

/// A piece of a statement at the outermost level.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<'a> {
    Word(&'a str),
    Name(&'a str),
    Inner(&'a str),
    Other(&'a str),
}

/// Reads a statement; `None` when it writes nothing or is not understood.
#[must_use]
pub fn read(sql: &str) -> Option<Write> {
    // Most statements read, and are told by their first word.
    if !["INSERT", "UPDATE", "DELETE"]
        .iter()
        .any(|verb| sql.starts_with(verb))
    {
        return None;
    }
    // What follows are parameters, row after row.
    let head = match sql.starts_with("INSERT") {
        true => sql.split_once(" VALUES ").map_or(sql, |(head, _)| head),
        false => sql,
    };
    let pieces = pieces(head)?;
    let word = |at: usize| match pieces.get(at) {
        Some((Piece::Word(word), _)) => word.to_ascii_uppercase(),
        _ => String::new(),
    };
    let name = |at: usize| match pieces.get(at)?.0 {
        Piece::Name(name) | Piece::Word(name) => Some(name.to_owned()),
        _ => None,
    };
    let (verb, table, from) = match (word(0).as_str(), word(1).as_str()) {
        ("INSERT", "INTO") => (Verb::Insert, name(2)?, 3),
        ("UPDATE", _) => (Verb::Update, name(1)?, 2),
        ("DELETE", "FROM") => (Verb::Delete, name(2)?, 3),
        _ => return None,
    };
    let rest = pieces.get(from..)?;
    let columns = match verb {
        Verb::Insert => match rest.first()?.0 {
            Piece::Inner(inner) => listed(inner)?,
            _ => return None,
        },
        Verb::Update => assigned(rest),
        Verb::Delete => Vec::new(),
    };
    let mut write = Write {
        verb,
        table,
        columns,
        condition: None,
        before_condition: 0,
        in_condition: 0,
    };
    if verb == Verb::Insert {
        return Some(write);
    }
    let keyword = |wanted: &str| {
        rest.iter()
            .find(|(piece, _)| matches!(piece, Piece::Word(word) if word.eq_ignore_ascii_case(wanted)))
            .map(|(_, at)| *at)
    };
    if let Some(at) = keyword("WHERE") {
        let end = keyword("RETURNING").unwrap_or(sql.len());
        let condition = sql.get(at + "WHERE".len()..end)?.trim();
        write.before_condition = parameters(sql.get(..at)?);
        write.in_condition = parameters(condition);
        write.condition = Some(condition.to_owned());
    }
    Some(write)
}

/// A condition whose parameters are counted from one again, as a statement of its own needs them on PostgreSQL.
#[must_use]
pub fn renumbered(condition: &str, by: usize) -> String {
    let mut text = String::with_capacity(condition.len());
    let mut rest = condition;
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        match digits.parse::<usize>() {
            Ok(number) => text.push_str(&format!("${}", number.saturating_sub(by))),
            Err(_) => text.push('$'),
        }
        rest = after.get(digits.len()..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// The parameters of a text: `?` on SQLite, `$1` on PostgreSQL.
fn parameters(sql: &str) -> usize {
    sql.bytes().filter(|byte| matches!(byte, b'?' | b'$')).count()
}

/// The names in a list of columns.
fn listed(inner: &str) -> Option<Vec<String>> {
    let names = pieces(inner)?.into_iter().filter_map(|(piece, _)| match piece {
        Piece::Name(name) | Piece::Word(name) => Some(name.to_owned()),
        _ => None,
    });
    Some(names.collect())
}

/// The columns that an update sets: names that an equals sign follows, up to the condition.
fn assigned(rest: &[(Piece<'_>, usize)]) -> Vec<String> {
    let end = rest.iter().position(|(piece, _)| {
        matches!(piece, Piece::Word(word) if ["WHERE", "FROM", "RETURNING"].iter().any(|end| word.eq_ignore_ascii_case(end)))
    });
    let pieces = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let mut columns = Vec::new();
    let mut begins = true;
    for (piece, _) in pieces {
        match piece {
            Piece::Word(word) if word.eq_ignore_ascii_case("SET") => begins = true,
            Piece::Name(name) | Piece::Word(name) if begins => {
                columns.push((*name).to_owned());
                begins = false;
            }
            Piece::Other(",") => begins = true,
            _ => {}
        }
    }
    columns
}

/// The pieces at the outermost level and where each begins; `None` when a quote or a parenthesis is not closed.
fn pieces(sql: &str) -> Option<Vec<(Piece<'_>, usize)>> {
    let bytes = sql.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (piece, end) = match byte {
            b' ' | b'\n' | b'\t' => {
                at += 1;
                continue;
            }
            b'"' => {
                let end = closing(bytes, at)?;
                (Piece::Name(sql.get(at + 1..end)?), end + 1)
            }
            b'\'' => {
                let end = closing(bytes, at)?;
                (Piece::Other(sql.get(at..=end)?), end + 1)
            }
            b'(' => {
                let end = parenthesis(bytes, at)?;
                (Piece::Inner(sql.get(at + 1..end)?), end + 1)
            }
            b if b.is_ascii_alphanumeric() || b == b'_' => {
                let length = bytes
                    .get(at..)?
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
                let end = at + length.count();
                (Piece::Word(sql.get(at..end)?), end)
            }
            _ => {
                let end = (at + 1..=bytes.len()).find(|end| sql.is_char_boundary(*end))?;
                (Piece::Other(sql.get(at..end)?), end)
            }
        };
        found.push((piece, at));
        at = end;
    }
    Some(found)
}

/// Where a quote that opens at `at` closes; a doubled one stands for itself.
fn closing(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at)?;
    let mut place = at + 1;
    loop {
        match (bytes.get(place)?, bytes.get(place + 1)) {
            (b, Some(next)) if *b == quote && *next == quote => place += 2,
            (b, _) if *b == quote => return Some(place),
            _ => place += 1,
        }
    }
}

/// Where a parenthesis that opens at `at` closes.
fn parenthesis(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut place = at;
    loop {
        match bytes.get(place)? {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(place),
            b')' => depth -= 1,
            b'"' | b'\'' => place = closing(bytes, place)?,
            _ => {}
        }
        place += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_writes_is_read_and_the_rest_is_not() {
        let insert = r#"INSERT INTO "project_tag" ("id", "project_id") VALUES ($1, $2), ($3, $4)"#;
        let read_insert = read(insert).unwrap();
        assert_eq!(
            (read_insert.verb, read_insert.table.as_str()),
            (Verb::Insert, "project_tag")
        );
        assert_eq!(read_insert.columns, ["id", "project_id"]);
        let update = r#"UPDATE "bid" SET "version" = "version" + $1, "state" = COALESCE($2, 'a, b WHERE') WHERE "bid"."id" = $3 AND "state" IN ($4, $5) RETURNING "id""#;
        let read_update = read(update).unwrap();
        assert_eq!(read_update.columns, ["version", "state"]);
        assert_eq!(
            read_update.condition.as_deref(),
            Some(r#""bid"."id" = $3 AND "state" IN ($4, $5)"#)
        );
        assert_eq!((read_update.before_condition, read_update.in_condition), (2, 3));
        let delete = r#"DELETE FROM "project_tag" WHERE "project_tag"."project_id" IN (SELECT "id" FROM "project" WHERE "x" = ?)"#;
        let read_delete = read(delete).unwrap();
        assert_eq!((read_delete.before_condition, read_delete.in_condition), (0, 1));
        assert!(read_delete.condition.unwrap().starts_with(r#""project_tag"."#));
        for sql in ["SELECT 1", "", "PRAGMA x", "UPDATE", r#"INSERT INTO "x"#] {
            assert_eq!(read(sql), None, "{sql}");
        }
    }

    #[test]
    fn a_condition_counts_its_parameters_anew() {
        assert_eq!(
            renumbered(r#""a" = $3 AND "b" IN ($4, $15)"#, 2),
            r#""a" = $1 AND "b" IN ($2, $13)"#
        );
        assert_eq!(renumbered("\"a\" = ?", 2), "\"a\" = ?");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail(sql in "(INSERT INTO|UPDATE|DELETE FROM)? ?[a-z\"'()$?,= WHERE🙂]{0,60}") {
            let _ = read(&sql);
            let _ = renumbered(&sql, 3);
        }
    }
}
