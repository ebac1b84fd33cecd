//! Pairs of overlapping records on their way out.

pub use super::destination::Destination;

use anyhow::Context;
use matching::{Evidence, Relation, Score};
use std::io::{self, Write};

/// Two records that overlap.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair<'a> {
    /// One record's id.
    pub left: &'a str,
    /// The other's.
    pub right: &'a str,
    /// How sure.
    pub score: Score,
    /// What they seem to be to each other.
    pub relation: Relation,
    /// Why, in one cell.
    pub reasons: Option<String>,
}

/// The relation as the API writes it.
#[must_use]
pub fn relation_name(relation: Relation) -> &'static str {
    match relation {
        Relation::SameProject => "SAME_PROJECT",
        Relation::LaterPhase => "LATER_PHASE",
        Relation::SameSolution => "SAME_SOLUTION",
        Relation::SimilarEffort => "SIMILAR_EFFORT",
    }
}

/// The evidence as one line: its sentence, then each part of the score with what it added in log-odds.
#[must_use]
pub fn reasons(evidence: &Evidence) -> String {
    let parts = evidence.contributions.iter().filter(|part| part.log_odds != 0.0);
    let parts: Vec<String> = parts
        .map(|part| format!("{} {:+.2} ({})", part.factor, part.log_odds, part.detail))
        .collect();
    format!("{} {}", evidence.summary, parts.join("; "))
        .trim()
        .to_owned()
}

/// Best first, equals in the order of their ids. Equal is what six decimals cannot tell apart.
pub fn sort(pairs: &mut [Pair<'_>]) {
    let shown = |pair: &Pair<'_>| (pair.score.value() * 1e6).round();
    pairs.sort_by(|a, b| {
        shown(b)
            .total_cmp(&shown(a))
            .then_with(|| (a.left, a.right).cmp(&(b.left, b.right)))
    });
}

/// The least score of a pair that is linked one to one, where none is asked for. Two lists of the same things hold
/// many likenesses that would be nothing among projects: products of one maker, papers of one group. Chosen on Abt-Buy
/// and DBLP-ACM, whose F1 hardly changes from 0.0001 to 0.001.
pub const LEAST_OF_ONE_TO_ONE: f64 = 0.0003;

/// Takes pairs best first while both records are still free. One that would not be flagged is only taken if it is
/// the best pair of either record: what is left over when better pairs are taken is not linked for want of others.
pub fn one_to_one(pairs: &mut Vec<Pair<'_>>) {
    let (mut lefts, mut rights) = (std::collections::HashSet::new(), std::collections::HashSet::new());
    let (mut seen_lefts, mut seen_rights) =
        (std::collections::HashSet::new(), std::collections::HashSet::new());
    pairs.retain(|pair| {
        let best = [
            seen_lefts.insert(pair.left.to_owned()),
            seen_rights.insert(pair.right.to_owned()),
        ]
        .contains(&true);
        let sure = pair.score.value() >= matching::Catalogue::FLAG_THRESHOLD;
        let free = (best || sure) && !lefts.contains(pair.left) && !rights.contains(pair.right);
        if free {
            lefts.insert(pair.left.to_owned());
            rights.insert(pair.right.to_owned());
        }
        free
    });
}

impl Destination {
    /// Writes the header and the pairs; `out` is used where no file was named.
    ///
    /// # Errors
    /// If writing fails.
    pub fn write(self, pairs: &[Pair<'_>], explain: bool, out: &mut dyn Write) -> anyhow::Result<()> {
        self.fill(out, |out| match table(pairs, explain, out) {
            // Without words of ours, so that a reader that has gone away is known by it.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(error.into()),
            other => other.context("cannot write the pairs"),
        })
    }
}

fn table(pairs: &[Pair<'_>], explain: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let header = ["left_id", "right_id", "score", "relation", "reasons"];
    table.write_record(header.iter().take(if explain { 5 } else { 4 }))?;
    for pair in pairs {
        let score = format!("{:.6}", pair.score.value());
        let mut fields = vec![pair.left, pair.right, &score, relation_name(pair.relation)];
        if explain {
            fields.push(pair.reasons.as_deref().unwrap_or_default());
        }
        table.write_record(fields)?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn pair(left: &'static str, right: &'static str, score: f64) -> Pair<'static> {
        Pair {
            left,
            right,
            score: Score::new(score).unwrap(),
            relation: Relation::SimilarEffort,
            reasons: None,
        }
    }

    #[test]
    fn pairs_are_best_first_and_equals_by_their_ids() {
        let mut pairs = vec![
            pair("b", "c", 0.500_000_1),
            pair("a", "d", 0.5),
            pair("z", "y", 0.9),
        ];
        sort(&mut pairs);
        let mut out = Vec::new();
        Destination::open(None)
            .unwrap()
            .write(&pairs, false, &mut out)
            .unwrap();
        let expected = "left_id,right_id,score,relation\nz,y,0.900000,SIMILAR_EFFORT\na,d,0.500000,SIMILAR_EFFORT\nb,c,0.500000,SIMILAR_EFFORT\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn each_record_is_linked_once_by_its_best_free_pair() {
        let mut pairs = vec![
            pair("a", "x", 0.9),
            pair("a", "y", 0.8),
            pair("b", "x", 0.7),
            pair("b", "y", 0.6),
        ];
        one_to_one(&mut pairs);
        assert_eq!(pairs, [pair("a", "x", 0.9), pair("b", "y", 0.6)]);
    }

    #[test]
    fn what_is_left_over_is_not_linked_unless_it_is_flagged() {
        let mut pairs = vec![
            pair("a", "x", 0.3),
            pair("a", "y", 0.2),
            pair("b", "x", 0.1),
            pair("b", "y", 0.05),
            pair("c", "x", 0.04),
            pair("c", "z", 0.03),
        ];
        one_to_one(&mut pairs);
        assert_eq!(pairs, [pair("a", "x", 0.3), pair("c", "z", 0.03)]);
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = std::env::temp_dir().join(format!("tandem-pairs-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("pairs.csv");
        drop(Destination::open(Some(&path)).unwrap());
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            0,
            "an abandoned file leaves nothing"
        );
        Destination::open(Some(&path))
            .unwrap()
            .write(&[pair("a", "b", 1.0)], true, &mut Vec::new())
            .unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "left_id,right_id,score,relation,reasons\na,b,1.000000,SIMILAR_EFFORT,\n"
        );
        let nowhere = Destination::open(Some(&folder.join("no folder/pairs.csv"))).unwrap_err();
        assert!(format!("{nowhere}").starts_with("cannot write "), "{nowhere}");
        assert!(Destination::open(Some(&folder)).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
