use proptest::prelude::*;

use super::*;

fn member(project: u128, authority: &str, phase: Phase, pounds: &[i64], days: Option<(i32, i32)>) -> Member {
    Member {
        project: Key(project),
        title: format!("project {project}"),
        authority: named(authority),
        partners: Vec::new(),
        phase: Some(phase),
        proven: false,
        period: Period {
            start: days.map(|d| Day(d.0)),
            end: days.map(|d| Day(d.1)),
        },
        money: pounds.iter().map(|pounds| pence(pounds * 100, None)).collect(),
        last_confirmed: None,
    }
}

fn named(id: &str) -> Named {
    Named {
        id: id.to_owned(),
        name: id.to_uppercase(),
    }
}

fn pence(minor: i64, funder: Option<&str>) -> Money {
    Money {
        minor,
        currency: "GBP".to_owned(),
        funder: funder.map(str::to_owned),
    }
}

fn of(members: &[Member]) -> Idea {
    idea(members, &Assumptions::default()).unwrap()
}

fn pounds(sums: &[Sum]) -> Vec<i64> {
    sums.iter().map(|sum| sum.minor / 100).collect()
}

#[test]
fn the_furthest_along_leads_and_the_others_join() {
    let mut members = [
        member(1, "leeds", Phase::Alpha, &[500_000], None),
        member(2, "kingston", Phase::Live, &[100_000], None),
        member(3, "derby", Phase::Retired, &[], None),
    ];
    members[1].partners = vec![named("sutton"), named("leeds")];
    let idea = of(&members);
    assert_eq!(
        (idea.lead.authority.id.as_str(), idea.lead.project),
        ("kingston", Key(2))
    );
    assert_eq!(idea.lead.reasons, ["“project 2” is furthest along (live)"]);
    let joiners: Vec<_> = idea
        .joiners
        .iter()
        .map(|j| (j.authority.id.as_str(), j.projects.len()))
        .collect();
    assert_eq!(joiners, [("derby", 1), ("leeds", 2), ("sutton", 1)]);
    assert!(
        idea.missing
            .iter()
            .any(|m| m == "no cost known: “project 3” (DERBY)"),
        "{:?}",
        idea.missing
    );
}

#[test]
fn ended_efforts_lead_only_when_proven() {
    let mut members = [
        member(1, "leeds", Phase::Concept, &[], None),
        member(2, "derby", Phase::Retired, &[], None),
    ];
    assert_eq!(of(&members).lead.authority.id, "leeds");
    members[1].proven = true;
    assert_eq!(of(&members).lead.authority.id, "derby");
}

#[test]
fn one_build_for_all_saves_what_the_formula_says() {
    let members = [
        member(1, "a", Phase::Alpha, &[100], None),
        member(2, "b", Phase::Alpha, &[300], None),
        member(3, "c", Phase::Alpha, &[600], None),
    ];
    let idea = of(&members);
    assert_eq!(pounds(&idea.together), [1000]);
    let saving = &idea.savings[0];
    // 0.3 × 1000 + 0.7 × 600 = 720
    assert_eq!((saving.alone_minor, saving.shared_minor), (100_000, 72_000));
    let each: Vec<_> = saving
        .each
        .iter()
        .map(|(who, minor)| (who.id.as_str(), *minor))
        .collect();
    assert_eq!(each, [("a", 2_800), ("b", 8_400), ("c", 16_800)]);
    assert!(idea.assumption.contains("30 per cent"));
}

#[test]
fn only_the_days_in_common_are_concurrent() {
    let members = [
        member(1, "a", Phase::Alpha, &[1000], Some((0, 99))),
        member(2, "b", Phase::Alpha, &[1000], Some((50, 149))),
        member(3, "b", Phase::Alpha, &[1000], Some((60, 79))),
        member(4, "c", Phase::Alpha, &[1000], None),
    ];
    // a: 50 of 100 days; b: 50 of 100 and 20 of 20; c cannot be told.
    assert_eq!(pounds(&of(&members).concurrent), [500 + 500 + 1000]);
    assert_eq!(pounds(&of(&members).together), [4000]);
}

#[test]
fn one_award_in_two_records_counts_once() {
    let mut members = [
        member(1, "a", Phase::Alpha, &[], None),
        member(2, "b", Phase::Alpha, &[], None),
    ];
    for member in &mut members {
        member.money = vec![pence(12_000_000, Some("GLA"))];
    }
    let idea = of(&members);
    assert_eq!(idea.together[0].minor, 12_000_000);
    assert!(idea.savings.is_empty(), "one cost is not two");
    assert_eq!(
        idea.notes,
        ["“project 2” gives a sum that another record has from GLA too: counted once"]
    );
    assert!(
        !idea.missing.iter().any(|missing| missing.starts_with("no cost")),
        "{:?}",
        idea.missing
    );
}

#[test]
fn currencies_are_never_added() {
    let mut members = [
        member(1, "a", Phase::Alpha, &[5], None),
        member(2, "b", Phase::Alpha, &[7], None),
    ];
    members[1].money[0].currency = "EUR".to_owned();
    let idea = of(&members);
    assert_eq!(
        idea.together
            .iter()
            .map(|s| s.currency.as_str())
            .collect::<Vec<_>>(),
        ["EUR", "GBP"]
    );
    assert!(idea.savings.is_empty());
}

#[test]
fn one_authority_alone_makes_no_idea() {
    let phases = [
        member(1, "a", Phase::Discovery, &[5], None),
        member(2, "a", Phase::Alpha, &[7], None),
    ];
    assert_eq!(idea(&phases, &Assumptions::default()), None);
    assert_eq!(idea(&[], &Assumptions::default()), None);
}

fn any_member() -> impl Strategy<Value = Member> {
    let phase = proptest::option::of(prop_oneof![
        Just(Phase::Alpha),
        Just(Phase::Live),
        Just(Phase::Retired)
    ]);
    let amounts = proptest::collection::vec((any::<i64>(), 0..3_usize), 0..3);
    let days = (
        proptest::option::of(any::<i32>()),
        proptest::option::of(any::<i32>()),
    );
    (0..20_u128, 0..5_u8, phase, any::<bool>(), amounts, days).prop_map(
        |(project, who, phase, proven, amounts, (start, end))| {
            let funders = [None, Some("GLA"), Some("DSIT")];
            Member {
                phase,
                proven,
                partners: vec![named(&format!("{}", who + 1))],
                period: Period {
                    start: start.map(Day),
                    end: end.map(Day),
                },
                money: amounts
                    .into_iter()
                    .map(|(minor, funder)| pence(minor, funders[funder]))
                    .collect(),
                ..member(project, &format!("{who}"), Phase::Alpha, &[], None)
            }
        },
    )
}

proptest! {
    #[test]
    fn figures_agree_with_each_other(mut members in proptest::collection::vec(any_member(), 0..12), local: u8) {
        members.sort_by_key(|member| member.project);
        members.dedup_by_key(|member| member.project);
        let assumptions = Assumptions { local_share_percent: local };
        let found = idea(&members, &assumptions);
        members.reverse();
        prop_assert_eq!(&idea(&members, &assumptions), &found, "the order of the members matters");
        let Some(found) = found else { return Ok(()) };
        prop_assert!(found.joiners.iter().all(|joiner| joiner.authority != found.lead.authority));
        for (all, part) in found.together.iter().zip(&found.concurrent) {
            prop_assert!((0..=all.minor).contains(&part.minor));
        }
        for saving in found.savings.iter().filter(|saving| saving.alone_minor < i64::MAX) {
            let sum: i64 = saving.each.iter().map(|(_, minor)| minor).sum();
            prop_assert_eq!(saving.alone_minor - saving.shared_minor, sum);
            prop_assert!(saving.each.iter().all(|(_, minor)| *minor >= 0));
        }
    }
}
