//! Authorities and consortia, read from the shared folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use matching::cluster::Link;
use matching::partners::{AuthorityFacts, Tier};
use matching::{Catalogue, Day, Key, Period, Phase, Progress, Record, ScanOptions};

type Row = BTreeMap<String, String>;

/// A project with the authorities in it. A partner may be two authorities that work as one ("Adur & Worthing").
pub(crate) struct Project {
    pub(crate) key: Key,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) phase: Option<Phase>,
    pub(crate) start: Option<Day>,
    pub(crate) lead: Option<String>,
    pub(crate) partners: Vec<Vec<String>>,
}

impl Project {
    pub(crate) fn authorities(&self) -> BTreeSet<&String> {
        self.lead.iter().chain(self.partners.iter().flatten()).collect()
    }
}

pub(crate) struct World {
    pub(crate) facts: Vec<AuthorityFacts>,
    pub(crate) projects: Vec<Project>,
    pub(crate) links: Vec<Link>,
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data")
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn number(row: &Row, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

fn tier(row: &Row) -> Option<Tier> {
    Some(match row["local-authority-type"].as_str() {
        "NMD" => Tier::District,
        "NID" => Tier::NorthernIrelandDistrict,
        "CTY" => Tier::County,
        "COMB" | "SRA" => Tier::Strategic,
        "UA" | "MD" | "LBO" | "CC" | "SCO" | "WPA" => Tier::Single,
        _ => return None,
    })
}

fn facts(authorities: &[Row], borders: &BTreeMap<String, Vec<serde_json::Value>>) -> Vec<AuthorityFacts> {
    let code_of: BTreeMap<&str, &str> = authorities
        .iter()
        .map(|row| (row["gss-code"].as_str(), row["local-authority-code"].as_str()))
        .collect();
    let text = |row: &Row, column: &str| Some(row[column].clone()).filter(|text| !text.is_empty());
    let current = authorities
        .iter()
        .filter(|row| row["current-authority"] == "True");
    current
        .map(|row| {
            // The first entry of a list holds those with a shared boundary, the rest are merely near.
            let border = borders
                .get(&row["gss-code"])
                .and_then(|list| list.first()?.as_array());
            let codes = border
                .into_iter()
                .flatten()
                .filter_map(|gss| code_of.get(gss.as_str()?));
            AuthorityFacts {
                id: row["local-authority-code"].clone(),
                name: row["nice-name"].clone(),
                tier: tier(row),
                nation: row["nation"].clone(),
                region: text(row, "region"),
                county: text(row, "county-la"),
                combined_authority: text(row, "combined-authority"),
                population: number(row, "pop-2020"),
                area_km2: number(row, "area"),
                centre: number(row, "lat").zip(number(row, "long")),
                borders: codes.map(|code| (*code).to_owned()).collect(),
            }
        })
        .collect()
}

/// Days since 1970 of a date such as 2018-12-07, by counting days of the civil calendar.
fn day(text: &str) -> Option<Day> {
    let mut parts = text.split('-').map(|part| part.parse::<i32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let (y, m) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    Some(Day(365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day
        - 1
        - 719_468))
}

fn phase(text: &str) -> Option<Phase> {
    Some(match text {
        "discovery" => Phase::Discovery,
        "alpha" => Phase::Alpha,
        "beta" | "pilot" | "demonstrator" => Phase::Beta,
        "live" => Phase::Live,
        _ => return None,
    })
}

/// Codes of current authorities by name; an ended one stands for its successor.
fn resolver(authorities: &[Row], names: &[Row]) -> impl Fn(&str) -> Vec<String> + use<> {
    let replaced: BTreeMap<String, String> = authorities
        .iter()
        .map(|row| (row["local-authority-code"].clone(), row["replaced-by"].clone()))
        .collect();
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for row in names {
        codes.insert(row["la-name"].to_lowercase(), row["local-authority-code"].clone());
    }
    codes.insert("gla".to_owned(), "GLA".to_owned());
    move |name: &str| {
        let whole = codes.get(&name.to_lowercase());
        let found: Vec<&String> = match whole {
            Some(code) => vec![code],
            None => name
                .split(" & ")
                .filter_map(|part| codes.get(&part.to_lowercase()))
                .collect(),
        };
        let successor = |code: &String| {
            let mut code = code.clone();
            while let Some(next) = replaced
                .get(&code)
                .filter(|next| !next.is_empty() && !next.contains(','))
            {
                code.clone_from(next);
            }
            code
        };
        found.into_iter().map(successor).collect()
    }
}

struct Quiet;

impl Progress for Quiet {
    fn advance(&self, _records: usize) {}
}

fn overlaps(projects: &[Project], facts: &[AuthorityFacts]) -> Vec<Link> {
    let mut catalogue = Catalogue::new(facts.iter().map(|facts| facts.name.as_str()));
    for project in projects {
        let record = Record {
            title: project.title.clone(),
            summary: project.summary.clone(),
            phase: project.phase,
            period: Period {
                start: project.start,
                end: None,
            },
            ..Record::default()
        };
        catalogue.insert(project.key, record);
    }
    let found = catalogue.scan(
        &ScanOptions {
            min_score: 0.1,
            top: None,
            explain: false,
        },
        &Quiet,
    );
    found
        .iter()
        .map(|f| Link {
            left: f.left,
            right: f.right,
            score: f.score.value(),
        })
        .collect()
}

pub(crate) fn world() -> Option<World> {
    let folder = shared();
    if !folder.exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the shared folder is needed in continuous integration"
        );
        println!("skipped: no shared folder beside the repository");
        return None;
    }
    let authorities = rows(&folder.join("authorities/uk_local_authorities.csv"));
    let resolve = resolver(&authorities, &rows(&folder.join("authorities/name_to_code.csv")));
    let borders = std::fs::read_to_string(folder.join("authorities/lad2021_neighbours.json")).unwrap();
    let facts = facts(&authorities, &serde_json::from_str(&borders).unwrap());
    let projects: Vec<Project> = rows(&folder.join("projects/uk_council_projects.csv"))
        .iter()
        .zip(1..)
        .map(|(row, key)| Project {
            key: Key(key),
            title: row["title"].clone(),
            summary: row["summary_paraphrased"].clone(),
            phase: phase(&row["phase"]),
            start: day(&row["start"]),
            lead: resolve(&row["lead_authority"]).into_iter().next(),
            partners: row["partners"]
                .split(';')
                .map(|name| resolve(name.trim()))
                .filter(|codes| !codes.is_empty())
                .collect(),
        })
        .collect();
    let links = overlaps(&projects, &facts);
    Some(World {
        facts,
        projects,
        links,
    })
}
