//! How long checks of drafts take.

use std::time::Instant;

use matching::{Catalogue, Record, SearchOptions};

/// How long the median check takes, how long no more than one in a hundred exceeds, and the slowest: milliseconds.
pub(crate) fn times(catalogue: &Catalogue, drafts: &[Record]) -> [f64; 3] {
    let options = SearchOptions {
        first: 10,
        min_score: Catalogue::FLAG_THRESHOLD,
        exclude: None,
    };
    let mut times: Vec<f64> = drafts
        .iter()
        .map(|draft| {
            let start = Instant::now();
            std::hint::black_box(catalogue.search(draft, &options));
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |hundredths: usize| {
        let place = (times.len() * hundredths / 100).min(times.len().saturating_sub(1));
        times.get(place).copied().unwrap_or_default()
    };
    [at(50), at(99), at(100)]
}
