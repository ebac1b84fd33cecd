//! The shelf as a whole: what is found, in which order, what is counted.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::kinds::{Phase, ProjectStatus};
use uuid::Uuid;

use super::order::{Key, Sort, Stretch};
use super::*;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn card(number: u128, title: &str, summary: &str) -> Card {
    let seq = i64::try_from(number).unwrap();
    Card {
        id: id(number),
        change_seq: seq,
        updated_at: DateTime::<Utc>::from_timestamp(seq, 0).unwrap(),
        confirmed_at: None,
        status: ProjectStatus::Active,
        phase: None,
        kind: None,
        lead: None,
        authorities: vec![],
        funders: vec![],
        themes: vec![],
        technologies: vec![],
        programme: None,
        start: None,
        budget_minor: None,
        title: title.to_owned(),
        title_key: title.to_lowercase(),
        summary: summary.to_owned(),
    }
}

fn label(text: &str) -> Label {
    Label {
        key: text.to_lowercase(),
        shown: text.to_owned(),
    }
}

fn shelf(cards: &[Card]) -> Shelf {
    let mut shelf = Shelf::default();
    for card in cards {
        shelf.put(card);
    }
    shelf
}

fn best(limit: usize) -> Stretch {
    Stretch {
        sort: Sort::Relevance,
        descending: true,
        backwards: false,
        limit,
        beyond: None,
    }
}

/// The numbers of the projects that a search finds, best first.
fn search(shelf: &Shelf, text: &str) -> Vec<u128> {
    let found = shelf.page(shelf.fit(text, None, &[]), &Wanted::default(), &[], &best(100));
    assert_eq!(found.total, found.page.len());
    found.page.iter().map(|(id, _)| id.as_u128()).collect()
}

fn library() -> Shelf {
    let mut tagged = card(6, "Lifting homes", "Mobility hubs for everyone");
    tagged.themes = vec![label("Social housing")];
    shelf(&[
        card(
            1,
            "Damp sensors",
            "Small devices in social housing tell of damp and mould.",
        ),
        card(
            2,
            "Repairs chatbot",
            "Answers tenants about repairing their homes; not about damp",
        ),
        card(
            3,
            "Drones over roofs",
            "Housing roofs are looked at for social ends.",
        ),
        card(4, "E-bike hubs", "Electric bikes for café riders"),
        card(5, "Housing first", "A roof for all"),
        tagged,
    ])
}

#[test]
fn a_search_finds_what_people_expect() {
    let shelf = library();
    for (text, expected) in [
        ("repair", &[2][..]),
        ("REPAIRED", &[2]),
        ("hous", &[5, 6, 3, 1]),
        ("\"social housing\"", &[1, 6]),
        ("\"housing social\"", &[]),
        ("social housing", &[6, 1, 3]),
        ("damp", &[1, 2]),
        ("damp -chatbot", &[1]),
        ("damp -\"damp and mould\"", &[2]),
        ("cafe", &[4]),
        ("e-bike", &[4]),
        ("the damp of tenants", &[2]),
        ("\"roofs housing\"", &[]),
        ("elephant", &[]),
        ("-damp", &[3, 4, 5, 6]),
    ] {
        let found = search(&shelf, text);
        let distinct: BTreeSet<u128> = found.iter().copied().collect();
        assert_eq!(distinct, expected.iter().copied().collect(), "{text}: {found:?}");
    }
    assert_eq!(search(&shelf, "damp")[0], 1, "the title counts more");
    assert_eq!(search(&shelf, "housing")[..2], [5, 6], "then the key words");
}

#[test]
fn slips_are_put_right_and_told() {
    let shelf = library();
    for (typed, meant, expected) in [
        ("chatbto", "chatbot", 2),
        ("dronne", "drones", 3),
        ("sensros", "sensors", 1),
    ] {
        let fit = shelf.fit(typed, None, &[]);
        let correction = Correction {
            typed: typed.to_owned(),
            meant: meant.to_owned(),
        };
        assert_eq!(fit.corrections, [correction]);
        assert_eq!(search(&shelf, typed), [expected]);
    }
    assert_eq!(shelf.fit("damp", None, &[]).corrections, []);
    assert!(
        search(&shelf, "\"chatbto\"").is_empty(),
        "what is quoted is meant as it is"
    );
}

#[test]
fn a_rare_word_tells_more_than_a_common_one() {
    let mut cards: Vec<Card> = (1..=40)
        .map(|at| card(at, "Digital service", "More of the same"))
        .collect();
    cards.push(card(41, "Digital service", "With lidar"));
    cards.push(card(42, "Lidar", "A digital service"));
    assert_eq!(
        search(&shelf(&cards), "digital lidar"),
        [42, 41],
        "the title has the word that tells"
    );
}

#[test]
fn stale_projects_rank_lower_but_never_below_a_worse_fit() {
    let moment: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut fresh = card(2, "Other", "About damp");
    fresh.confirmed_at = Some(moment);
    let alike = Card {
        confirmed_at: None,
        ..card(1, "Other", "About damp")
    };
    let shelf = shelf(&[alike, fresh, card(3, "Damp", "Stale")]);
    let fit = shelf.fit("damp", None, &[moment, moment]);
    let found = shelf.page(fit, &Wanted::default(), &[], &best(9));
    assert_eq!(
        found.page.iter().map(|(id, _)| id.as_u128()).collect::<Vec<_>>(),
        [3, 2, 1]
    );
}

fn like_each_other() -> Vec<Card> {
    let alike = (1..=60_u128).map(|at| {
        let title = ["Damp", "Mould", "damp"][usize::try_from(at % 3).unwrap()];
        let day = u32::try_from(at % 4).unwrap();
        Card {
            start: NaiveDate::from_ymd_opt(2020, 1, day),
            budget_minor: (at % 5 > 0).then_some(100 * i64::try_from(at % 5).unwrap()),
            ..card(at, title, "damp and mould")
        }
    });
    alike.collect()
}

/// Reads a list through by pages, while others write what makes the word that is searched for rarer.
fn walk(mut shelf: Shelf, stretch: &Stretch) -> Vec<(Uuid, Key)> {
    let mut walked: Vec<(Uuid, Key)> = Vec::new();
    let mut weights: Option<Vec<u16>> = None;
    loop {
        let fit = shelf.fit("damp", weights.as_deref(), &[]);
        weights.get_or_insert(fit.weights.clone());
        let last = if stretch.backwards {
            walked.first()
        } else {
            walked.last()
        };
        let page = Stretch {
            limit: 7,
            beyond: last.map(|(id, key)| (key.clone(), *id)),
            ..stretch.clone()
        };
        let found = shelf.page(fit, &Wanted::default(), &[], &page);
        let at = if stretch.backwards { 0 } else { walked.len() };
        walked.splice(at..at, found.page);
        for extra in 0..30 {
            shelf.put(&card(1000 + extra, "Other", "nothing of the kind"));
        }
        if !found.more {
            return walked;
        }
    }
}

#[test]
fn pages_are_exact_in_every_order_and_direction_though_others_write() {
    let cards = like_each_other();
    for sort in [
        Sort::Relevance,
        Sort::Title,
        Sort::StartDate,
        Sort::Budget,
        Sort::Updated,
    ] {
        for (descending, backwards) in [(true, false), (true, true), (false, false), (false, true)] {
            let shelf = shelf(&cards);
            let whole = Stretch {
                sort,
                descending,
                ..best(99)
            };
            let all = shelf
                .page(shelf.fit("damp", None, &[]), &Wanted::default(), &[], &whole)
                .page;
            assert_eq!(all.len(), 60);
            let walked = walk(shelf, &Stretch { backwards, ..whole });
            assert_eq!(
                walked, all,
                "{sort:?}, descending {descending}, backwards {backwards}"
            );
        }
    }
}

#[test]
fn what_the_forerunners_did_counts_for_who_carries_it_on() {
    let led = |at, bodies: &[u128]| Card {
        authorities: bodies.iter().copied().map(id).collect(),
        ..card(at, "Damp", "")
    };
    let shelf = shelf(&[led(1, &[10]), led(2, &[10, 11]), led(3, &[11]), led(4, &[12])]);
    let wanted = Wanted {
        heirs: vec![(id(10), id(11)), (id(12), id(99)), (id(77), id(10))],
        ..Wanted::default()
    };
    let found = shelf.page(shelf.everything(), &wanted, &[Dimension::Authority], &best(9));
    let mut counts = found.counts[0].1.clone();
    counts.sort_by_key(|(body, _)| format!("{body:?}"));
    let expected = [(10, 2), (11, 3), (12, 1), (99, 1)].map(|(body, count)| (Counted::Body(id(body)), count));
    assert_eq!(counts, expected);
}

#[test]
fn what_is_renewed_or_taken_away_is_no_longer_found_as_it_was() {
    let mut shelf = shelf(&(1..=5).map(|at| card(at, "Damp", "")).collect::<Vec<_>>());
    for round in 0..2_000_u128 {
        let word = if round % 2 == 0 { "Mould" } else { "Damp" };
        shelf.put(&card(1 + round % 5, word, ""));
    }
    assert!(
        shelf.books.len() < 1_100,
        "gaps are closed: {}",
        shelf.books.len()
    );
    assert_eq!(search(&shelf, "mould").len() + search(&shelf, "damp").len(), 5);
    let retired = Card {
        status: ProjectStatus::Retired,
        ..card(1, "Lidar", "")
    };
    shelf.put(&retired);
    assert!(search(&shelf, "lidar").is_empty());
    let since = Wanted {
        updated_since: DateTime::from_timestamp(0, 0),
        ..Wanted::default()
    };
    let found = shelf.page(shelf.fit("lidar", None, &[]), &since, &[], &best(9));
    assert_eq!(found.total, 1, "whoever syncs is told of tombstones");
}

#[test]
fn a_facet_counts_without_its_own_filter_and_with_all_others() {
    let tagged = |at, theme: &str, phase| {
        let mut card = card(at, "Damp", "");
        card.themes = vec![label(theme), label(theme)];
        card.phase = Some(phase);
        card
    };
    let shelf = shelf(&[
        tagged(1, "Housing", Phase::Alpha),
        tagged(2, "Housing", Phase::Beta),
        tagged(3, "Transport", Phase::Alpha),
        tagged(4, "Parks", Phase::Live),
        card(5, "Damp", ""),
    ]);
    let wanted = Wanted {
        themes: vec!["housing".to_owned(), "unheard of".to_owned()],
        phases: vec![Phase::Alpha, Phase::Beta],
        ..Wanted::default()
    };
    let dimensions = [Dimension::Theme, Dimension::Phase, Dimension::Year];
    let found = shelf.page(shelf.everything(), &wanted, &dimensions, &best(9));
    assert_eq!(found.total, 2);
    let told: Vec<Vec<(Counted, u32)>> = found.counts.into_iter().map(|(_, counts)| counts).collect();
    let theme = |text, count| (Counted::Label(label(text)), count);
    assert_eq!(told[0], [theme("Housing", 2), theme("Transport", 1)]);
    assert_eq!(
        told[1],
        [
            (Counted::Phase(Phase::Alpha), 1),
            (Counted::Phase(Phase::Beta), 1)
        ]
    );
    assert_eq!(told[2], []);
}
