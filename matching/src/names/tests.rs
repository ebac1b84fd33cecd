//! Names as people write them, against every authority that we know.
#![expect(
    clippy::print_stdout,
    reason = "the figures and what was skipped are for whoever runs the tests"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authority {
    key: String,
    code: Option<String>,
    name: String,
    short_name: String,
    aliases: Vec<String>,
    spellings: Vec<String>,
    gss: Option<String>,
    former_gss: Vec<String>,
    start: Option<String>,
    end: Option<String>,
}

/// Days since 1970-01-01 of a day written as 2023-04-01, by the civil calendar.
fn day(text: &str) -> Day {
    let mut parts = text.split('-').map(|part| part.parse::<i32>().expect("a number"));
    let (year, month, day) = (
        parts.next().unwrap(),
        parts.next().unwrap(),
        parts.next().unwrap(),
    );
    let year = if month <= 2 { year - 1 } else { year };
    let era_year = year - 1600;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Day(era_year * 365 + era_year / 4 - era_year / 100 + era_year / 400 + day_of_year - 135_080)
}

fn authorities() -> Vec<Entry> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/data/authorities.jsonl");
    let text = std::fs::read_to_string(path).expect("the shipped authorities are there");
    text.lines()
        .map(|line| {
            let a: Authority = serde_json::from_str(line).expect("a shipped line parses");
            let names = [a.name, a.short_name]
                .into_iter()
                .chain(a.aliases)
                .chain(a.spellings)
                .collect();
            let codes = a.code.into_iter().chain(a.gss).chain(a.former_gss).collect();
            Entry {
                id: a.key,
                names,
                codes,
                start: a.start.map(|d| day(&d)),
                end: a.end.map(|d| day(&d)),
            }
        })
        .collect()
}

fn resolver() -> Resolver {
    Resolver::new(authorities())
}

fn clear(resolver: &Resolver, name: &str) -> Option<String> {
    match resolver.resolve_one(name, None) {
        Resolution::Clear(found) => Some(found.id),
        Resolution::Ambiguous(_) | Resolution::Unknown(_) => None,
    }
}

/// A file of the shared folder, or none with a line that says so. Under CI the folder must be there.
fn shared(file: &str) -> Option<String> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/authorities")
        .join(file);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{file} is missing from the shared folder"
        );
        println!("skipped: the shared folder has no {file}");
    }
    text
}

/// The name and the code of each row; names may be quoted, and a quoted one may hold commas.
fn pairs(text: &str) -> Vec<(String, String)> {
    text.lines()
        .skip(1)
        .filter_map(|line| line.rsplit_once(','))
        .map(|(name, code)| (name.trim_matches('"').to_owned(), format!("gb:{}", code.trim())))
        .collect()
}

#[test]
fn days_are_counted_from_1970() {
    assert_eq!(
        (day("1970-01-01"), day("2000-03-01"), day("2023-04-01")),
        (Day(0), Day(11_017), Day(19_448))
    );
}

#[test]
fn names_as_people_write_them_are_clear() {
    let resolver = resolver();
    for (name, code) in [
        ("Leeds C.C.", "LDS"),
        ("LB Camden", "CMD"),
        ("L.B. of Camden", "CMD"),
        ("Camden London Borough Council", "CMD"),
        ("hull city council", "KHL"),
        ("B'ham", "BIR"),
        ("B’ham City Council", "BIR"),
        ("Council, Leeds City", "LDS"),
        ("  LEEDS   CITY COUNCIL ", "LDS"),
        ("Leeds City Coucil", "LDS"),
        ("Birmingam", "BIR"),
        ("Barnsley MBC", "BNS"),
        ("Barnsley Met Borough", "BNS"),
        ("Royal Borough Kensington & Chelsea", "KEC"),
        ("Kensington and Chealsea", "KEC"),
        ("St Helens", "SHN"),
        ("Kings Lynn & West Norfolk BC", "KIN"),
        ("Ynys Mon", "AGY"),
        ("Sir Ynys Môn", "AGY"),
        ("North Yorkshire County Council", "NYK"),
        ("North Yorkshire Council", "NYE"),
        ("Lincolnshire", "LIN"),
        ("Lincoln", "LIC"),
        ("Lincolnshire CC", "LIN"),
        ("Lincon", "LIC"),
        ("Lincolnshir", "LIN"),
        ("Leicester", "LCE"),
        ("Leicestershire", "LEC"),
        ("Leicestreshire", "LEC"),
        ("Newcastle under Lyme", "NEC"),
        ("Newcastle-upon-Tyne", "NET"),
        ("Newcastle on Tyne", "NET"),
        ("Kingston upon Thames", "KTT"),
        ("Kingston upon Hull", "KHL"),
        ("Greater Manchester Combined Authority", "GMCA"),
        ("Greater Manchester CA", "GMCA"),
        ("Manchester", "MAN"),
        ("North Somerset", "NSM"),
        ("Westmoreland & Furness", "WAF"),
        ("GB-LAE", ""),
        ("LDS", "LDS"),
        ("e08000035", "LDS"),
        ("S12000009", "EDU"),
    ] {
        let wanted = Some(format!("gb:{code}")).filter(|_| !code.is_empty());
        assert_eq!(
            clear(&resolver, name),
            wanted,
            "{name}: {:?}",
            resolver.resolve(name, None)
        );
    }
}

#[test]
fn what_may_mean_two_is_left_to_a_person() {
    let resolver = resolver();
    for (name, codes) in [
        ("Newcastle", vec!["NET", "NEC"]),
        ("Kingston", vec!["KTT", "KHL"]),
        ("Richmond", vec!["RIC"]),
        ("London", vec!["LND", "GLA"]),
        ("Leicester County Council", vec!["LCE"]),
        ("LCC", vec!["LDS", "LIV"]),
        ("Basingstoke", vec!["BAN"]),
        ("Somerset", vec!["SOM", "SMT"]),
        ("North Yorkshire", vec!["NYK", "NYE"]),
    ] {
        let Resolution::Ambiguous(found) = resolver.resolve_one(name, None) else {
            panic!("{name}: {:?}", resolver.resolve_one(name, None))
        };
        let ids: Vec<&str> = found.iter().map(|m| m.id.as_str()).collect();
        for code in codes {
            assert!(
                ids.contains(&format!("gb:{code}").as_str()),
                "{name}: {code} is not among {ids:?}"
            );
        }
    }
}

#[test]
fn what_means_nobody_is_not_guessed() {
    let resolver = resolver();
    for name in [
        "",
        "   ",
        "?!",
        "Council",
        "Leeds Beckett University",
        "Barcelona",
        "Microsoft",
        "the",
        "NHS England",
        "University of York",
        "Leeds Teaching Hospitals NHS Trust",
        "East Somerset Railway",
        "Rye",
        "Xy",
    ] {
        assert_eq!(
            clear(&resolver, name),
            None,
            "{name}: {:?}",
            resolver.resolve(name, None)
        );
    }
}

#[test]
fn a_date_chooses_between_a_body_and_its_successor() {
    let resolver = resolver();
    for (name, before, after) in [
        ("north yorkshire", "gb:NYK", "gb:NYE"),
        ("somerset", "gb:SOM", "gb:SMT"),
    ] {
        let dated = |text: &str| match resolver.resolve_one(name, Some(day(text))) {
            Resolution::Clear(found) => found.id,
            other => panic!("{name} on {text}: {other:?}"),
        };
        assert_eq!(dated("2023-03-31"), before);
        assert_eq!(dated("2023-04-01"), after);
        let undated = resolver.resolve(name, None);
        let both: BTreeSet<&str> = undated.iter().take(2).map(|m| m.id.as_str()).collect();
        assert_eq!(both, BTreeSet::from([before, after]));
        assert!(undated.iter().all(|m| m.valid_on_date));
    }
    let gone = resolver.resolve_one("Allerdale", Some(day("2024-01-01")));
    let Resolution::Ambiguous(found) = gone else {
        panic!("{gone:?}")
    };
    assert!(found[0].id == "gb:ALL" && !found[0].valid_on_date, "{found:?}");
}

#[test]
fn every_known_name_resolves_to_its_authority() {
    let Some(text) = shared("name_to_code.csv") else {
        return;
    };
    let resolver = resolver();
    let names = pairs(&text);
    assert_eq!(names.len(), 1774);
    let mut unclear = BTreeSet::new();
    for (name, id) in &names {
        let found = resolver.resolve(name, None);
        let top: Vec<&str> = found
            .iter()
            .filter(|m| m.score == found[0].score)
            .map(|m| m.id.as_str())
            .collect();
        assert!(top.contains(&id.as_str()), "{name} is {id}, not {found:?}");
        match clear(&resolver, name) {
            Some(clear) => assert_eq!(&clear, id, "{name}"),
            None => {
                unclear.insert(name.to_lowercase());
            }
        }
    }
    assert_eq!(
        unclear,
        BTreeSet::from(["north yorkshire".to_owned(), "somerset".to_owned()])
    );
}

#[test]
fn every_gss_code_resolves_current_and_former() {
    let Some(text) = shared("gss_to_code.csv") else {
        return;
    };
    let resolver = resolver();
    let codes: Vec<_> = pairs(&text)
        .into_iter()
        .filter(|(gss, _)| !gss.is_empty())
        .collect();
    assert_eq!(codes.len(), 458);
    for (gss, id) in codes {
        assert_eq!(clear(&resolver, &gss), Some(id), "{gss}");
    }
}

#[test]
fn an_entry_can_be_added_replaced_and_removed() {
    let mut resolver = resolver();
    let known = resolver.len();
    let loti = |name: &str| Entry {
        id: "body:loti".into(),
        names: vec![name.into()],
        codes: vec!["GB-X-1".into()],
        ..Entry::default()
    };
    resolver.insert(loti("London Office of Technology and Innovation"));
    assert_eq!(
        clear(&resolver, "london office of technology & inovation").as_deref(),
        Some("body:loti")
    );
    assert_eq!(clear(&resolver, "gb-x-1").as_deref(), Some("body:loti"));
    resolver.insert(loti("Bureau of Tomorrow"));
    assert_eq!(resolver.len(), known + 1);
    assert_eq!(
        clear(&resolver, "London Office of Technology and Innovation"),
        None
    );
    assert_eq!(
        clear(&resolver, "bureau of tomorow").as_deref(),
        Some("body:loti")
    );
    assert!(resolver.remove("body:loti") && !resolver.remove("body:loti"));
    assert_eq!((clear(&resolver, "gb-x-1"), resolver.len()), (None, known));
    assert!(
        resolver
            .resolve("Bureau of Tomorrow", None)
            .iter()
            .all(|m| m.id != "body:loti")
    );
}

/// A small generator of repeatable numbers (a linear congruence by Knuth's constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// One slip: a letter left out, doubled by another, replaced, or swapped with the next.
fn slip(name: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = chance.below(letters.len());
    let other = char::from(b'a' + u8::try_from(chance.below(26)).unwrap());
    match chance.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, other),
        2 => letters[at] = other,
        _ => letters.swap(at, (at + 1).min(name.chars().count() - 1)),
    }
    letters.into_iter().collect()
}

struct Tally {
    asked: u32,
    clear: u32,
    right: u32,
    first: u32,
    listed: u32,
}

/// Every current authority's official and short name with so many slips, ten times over.
fn tally(slips: usize) -> Tally {
    let entries = authorities();
    let resolver = Resolver::new(entries.clone());
    let mut chance = Chance(20_261_121);
    let mut tally = Tally {
        asked: 0,
        clear: 0,
        right: 0,
        first: 0,
        listed: 0,
    };
    for entry in entries.iter().filter(|entry| entry.end.is_none()) {
        for name in entry.names.iter().take(2).cycle().take(20) {
            let mut wrong = name.clone();
            (0..slips).for_each(|_| wrong = slip(&wrong, &mut chance));
            let found = resolver.resolve(&wrong, Some(day("2026-01-01")));
            tally.asked += 1;
            tally.first += u32::from(found.first().is_some_and(|m| m.id == entry.id));
            tally.listed += u32::from(found.iter().take(5).any(|m| m.id == entry.id));
            if let Resolution::Clear(one) = resolver.resolve_one(&wrong, Some(day("2026-01-01"))) {
                tally.clear += 1;
                tally.right += u32::from(one.id == entry.id);
            }
        }
    }
    tally
}

#[test]
fn names_with_typos_are_found_and_seldom_taken_for_another() {
    for (slips, least_precision, least_recall, least_listed) in
        [(1, 0.998, 0.97, 0.995), (2, 0.995, 0.91, 0.97)]
    {
        let t = tally(slips);
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole);
        let (precision, recall) = (share(t.right, t.clear), share(t.right, t.asked));
        let (first, listed) = (share(t.first, t.asked), share(t.listed, t.asked));
        println!(
            "{slips} typo(s), {} names: clear answers right {precision:.4}, recall {recall:.4}, first {first:.4}, \
             in the first five {listed:.4}",
            t.asked
        );
        assert!(
            precision >= least_precision,
            "{slips} typos: precision {precision}"
        );
        assert!(recall >= least_recall, "{slips} typos: recall {recall}");
        assert!(
            listed >= least_listed,
            "{slips} typos: in the first five {listed}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_gives_ordered_scores_in_range(name in "\\PC{0,60}|[a-z ]{0,40}|[A-Z.&' ]{0,20}") {
        static RESOLVER: std::sync::LazyLock<Resolver> = std::sync::LazyLock::new(resolver);
        let found = RESOLVER.resolve(&name, None);
        prop_assert!(found.iter().all(|m| (0.0..=1.0).contains(&m.score)));
        prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
        prop_assert!(found.len() <= MOST);
    }
}

#[test]
fn a_megabyte_is_no_name() {
    assert_eq!(clear(&resolver(), &"a\u{301}\u{202e}🏴".repeat(100_000)), None);
}
