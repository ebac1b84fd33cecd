//! Where words met, marked in a text by their positions.

use crate::service::evidence::Stored;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// As written.
    pub text: String,
    /// The number of the words that met here, from 1, in the order of the evidence; none between such words.
    pub term: Option<i32>,
}

/// A text cut where words met. The pieces together are the text; of words that lie over each other the first is marked.
pub(super) fn marked(text: &str, evidence: &Stored, is_left: bool, in_title: bool) -> Vec<Segment> {
    let mut spans: Vec<(usize, usize, i32)> = Vec::new();
    for (term, number) in evidence.aligned_terms.iter().zip(1..) {
        let own = if is_left {
            &term.left_spans
        } else {
            &term.right_spans
        };
        for span in own.iter().filter(|span| span.in_title == in_title) {
            let place = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
            spans.push((place(span.start), place(span.end), number));
        }
    }
    spans.sort_unstable();
    let letters: Vec<char> = text.chars().collect();
    let mut segments = Vec::new();
    let mut at = 0;
    let mut cut = |from: usize, to: usize, term: Option<i32>| {
        if let Some(piece) = letters.get(from..to).filter(|piece| !piece.is_empty()) {
            segments.push(Segment {
                text: piece.iter().collect(),
                term,
            });
        }
    };
    for (start, end, number) in spans {
        if start >= at && end > start && end <= letters.len() {
            cut(at, start, None);
            cut(start, end, Some(number));
            at = end;
        }
    }
    cut(at, letters.len(), None);
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::evidence::{StoredSpan, StoredTerm};

    fn evidence(spans: &[(u32, u32)]) -> Stored {
        let spans = spans.iter().map(|(start, end)| StoredSpan {
            in_title: true,
            start: *start,
            end: *end,
        });
        let term = |span: StoredSpan| StoredTerm {
            left: String::new(),
            right: String::new(),
            similarity: 1.0,
            weight: 0.5,
            left_spans: vec![span],
            right_spans: vec![],
        };
        Stored {
            summary: String::new(),
            contributions: vec![],
            aligned_terms: spans.map(term).collect(),
            missing: vec![],
        }
    }

    #[test]
    fn the_pieces_are_the_text_whatever_the_positions() {
        let text = "Dämp – and mould";
        for spans in [
            vec![],
            vec![(0, 4)],
            vec![(11, 16), (0, 4)],
            vec![(0, 4), (2, 6)],
            vec![(3, 99), (5, 5), (7, 2)],
        ] {
            let pieces = marked(text, &evidence(&spans), true, true);
            let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            assert_eq!(whole, text, "{spans:?}");
        }
        let pieces = marked(text, &evidence(&[(11, 16), (0, 4)]), true, true);
        let told: Vec<(&str, Option<i32>)> = pieces
            .iter()
            .map(|piece| (piece.text.as_str(), piece.term))
            .collect();
        assert_eq!(told, [("Dämp", Some(2)), (" – and ", None), ("mould", Some(1))]);
        assert_eq!(
            marked(text, &evidence(&[(0, 4)]), false, true).len(),
            1,
            "the other side has its own"
        );
    }
}
