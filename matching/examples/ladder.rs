//! Prints the accuracy on the labelled records in the shared folder.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a tool"
)]
use matching::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    effort: String,
    title: String,
    summary: String,
    authority: String,
    technologies: Vec<String>,
    start_year: i32,
    budget_gbp: i64,
}

struct Quiet;
impl Progress for Quiet {
    fn advance(&self, _: usize) {}
}

fn main() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");
    let names = std::fs::read_to_string(format!("{root}/data/authorities/uk_local_authorities.csv")).unwrap();
    let mut lines = names.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let col = header.iter().position(|h| *h == "official-name").unwrap();
    let nice = header.iter().position(|h| *h == "nice-name").unwrap();
    let places: Vec<&str> = lines
        .flat_map(|l| {
            let c: Vec<&str> = l.split(',').collect();
            [c.get(col).copied(), c.get(nice).copied()]
        })
        .flatten()
        .collect();
    let text = std::fs::read_to_string(format!("{root}/benchmarks/overlap-dev.jsonl")).unwrap();
    let rows: Vec<Row> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let mut c = Catalogue::new(places);
    let t = std::time::Instant::now();
    c.extend(
        rows.iter()
            .enumerate()
            .map(|(i, r)| {
                (
                    Key(i as u128),
                    Record {
                        title: r.title.clone(),
                        summary: r.summary.clone(),
                        technologies: r.technologies.clone(),
                        lead: Some(Party {
                            id: None,
                            name: r.authority.clone(),
                        }),
                        period: Period {
                            start: Some(Day((r.start_year - 1970) * 365)),
                            end: None,
                        },
                        money: vec![Money {
                            minor: r.budget_gbp * 100,
                            currency: "GBP".into(),
                            funder: None,
                        }],
                        ..Record::default()
                    },
                )
            })
            .collect(),
        &Quiet,
    );
    let f = c.scan(
        &ScanOptions {
            min_score: 0.0,
            top: None,
            explain: false,
        },
        &Quiet,
    );
    println!("{} pairs in {:?}", f.len(), t.elapsed());
    let same = |f: &Finding| rows[f.left.0 as usize].effort == rows[f.right.0 as usize].effort;
    let (mut hits, mut ap, total) = (0.0, 0.0, 75.0);
    for (n, x) in f.iter().enumerate() {
        if same(x) {
            hits += 1.0;
            ap += hits / (n + 1) as f64;
        }
    }
    let (mut rec, mut cnt) = (0.0, 0.0);
    for i in 0..rows.len() {
        let partners = rows
            .iter()
            .enumerate()
            .filter(|(j, r)| *j != i && r.effort == rows[i].effort)
            .count();
        if partners == 0 {
            continue;
        }
        let best = f
            .iter()
            .filter(|x| x.left.0 as usize == i || x.right.0 as usize == i)
            .take(5)
            .filter(|x| same(x))
            .count();
        rec += best as f64 / partners as f64;
        cnt += 1.0;
    }
    println!("AP {:.4}  recall@5 {:.4}", ap / total, rec / cnt);
    if std::env::var("PAIRS").is_ok() {
        for x in f.iter().take(120) {
            println!(
                "{} {:.3} {:?} | {} {} | {} {}",
                if same(x) { "+" } else { "-" },
                x.score.value(),
                x.relation,
                rows[x.left.0 as usize].id,
                rows[x.left.0 as usize].title,
                rows[x.right.0 as usize].id,
                rows[x.right.0 as usize].title
            );
        }
    }
}
