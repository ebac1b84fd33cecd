//! Records made from a seed, for measuring at size.

#![allow(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::allow_attributes,
    reason = "test support on data it makes"
)]

mod numbers;

use matching::Record;

use super::sets;
use numbers::Numbers;

/// So many records, and which were copied from which.
pub(crate) fn records(count: usize) -> (Vec<Record>, Vec<(usize, usize)>) {
    let texts: Vec<Vec<String>> = sets::ips_cases()
        .iter()
        .map(|case| format!("{} {}", case.title, case.summary))
        .chain(
            sets::table("data/projects/uk_funding_competitions.csv", ',')
                .iter()
                .map(|row| row["description"].clone()),
        )
        .map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|words| words.len() > 60)
        .collect();
    let mut numbers = Numbers(7);
    let mut made: Vec<Record> = Vec::with_capacity(count);
    let mut copies = Vec::new();
    while made.len() < count {
        if made.len() > 10 && numbers.below(10) == 0 {
            let from = numbers.below(made.len());
            let mut words: Vec<String> = made[from].summary.split(' ').map(str::to_owned).collect();
            for _ in 0..words.len() / 4 {
                let at = numbers.below(words.len());
                match numbers.below(3) {
                    0 => {
                        words.remove(at);
                    }
                    1 => {
                        let other = numbers.below(words.len());
                        words.swap(at, other);
                    }
                    _ => {
                        words[at].pop();
                    }
                }
            }
            copies.push((from, made.len()));
            made.push(Record {
                title: made[from].title.clone(),
                summary: words.join(" "),
                ..Record::default()
            });
            continue;
        }
        let (one, two) = (
            &texts[numbers.below(texts.len())],
            &texts[numbers.below(texts.len())],
        );
        let length = 40 + numbers.below(40);
        let words: Vec<&str> = (0..length)
            .map(|n| {
                let text = if n % 2 == 0 { one } else { two };
                text[numbers.below(text.len())].as_str()
            })
            .collect();
        made.push(Record {
            title: words[..6].join(" "),
            summary: words[6..].join(" "),
            ..Record::default()
        });
    }
    (made, copies)
}
