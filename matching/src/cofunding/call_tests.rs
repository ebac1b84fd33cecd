mod brute;

use proptest::prelude::*;

use brute::{Brute, KINDS, NATIONS, any_body, any_rules};

use super::*;
use crate::cluster::Link;

fn body(at: usize) -> Body {
    Body {
        named: Named {
            id: format!("b{at:03}"),
            name: format!("Body {at}"),
        },
        kind: KINDS[0].to_owned(),
        nation: Some(NATIONS[0].to_owned()),
        region: None,
        ended: false,
        led: 0,
        efforts: vec![effort(at, 10_000)],
    }
}

fn effort(at: usize, minor: i64) -> Effort {
    Effort {
        project: Key(u128::try_from(at).unwrap()),
        phase: Some(Phase::Alpha),
        proven: false,
        themes: Vec::new(),
        costs: vec![Sum {
            currency: "GBP".to_owned(),
            minor,
        }],
    }
}

fn gbp() -> Rules {
    Rules {
        currency: "GBP".to_owned(),
        ..Rules::default()
    }
}

/// Everybody alike to everybody.
fn all_alike(count: usize, score: f64) -> Vec<Link> {
    let key = |at: usize| Key(u128::try_from(at).unwrap());
    let pairs = (0..count).flat_map(|left| (left + 1..count).map(move |right| (left, right)));
    let link = |(left, right)| Link {
        left: key(left),
        right: key(right),
        score,
    };
    pairs.map(link).collect()
}

fn ids(bid: &Consortium) -> Vec<&str> {
    bid.seats.iter().map(|seat| seat.body.id.as_str()).collect()
}

#[test]
fn a_bid_keeps_every_rule_and_adds_up() {
    let mut bodies: Vec<Body> = (0..4).map(body).collect();
    bodies[2].nation = Some("Wales".to_owned());
    bodies[3].ended = true;
    let rules = Rules {
        fewest_partners: 1,
        most_partners: Some(1),
        quotas: vec![Quota {
            nation: "wales".to_owned(),
            fewest: 1,
        }],
        match_rates: vec![MatchRate {
            kind: KINDS[0].to_owned(),
            basis_points: 2_500,
        }],
        most_grant: Some(5_000),
        ..gbp()
    };
    let found = Pool::new(bodies, &all_alike(4, 0.8)).propose(&rules, None, Assumptions::default());
    let members: Vec<_> = found.bids.iter().map(ids).collect();
    assert_eq!(
        members,
        [["b000", "b002"], ["b001", "b002"], ["b002", "b000"]].map(|ids| ids.to_vec())
    );
    for bid in &found.bids {
        assert!(bid.complete && bid.points == bid.at_most, "{bid:#?}");
        // Alone 200 pounds; together 100 + 0.3 × 100 = 130, a quarter of it to be brought, 50 granted.
        let Part {
            alone,
            share,
            matched,
            grant,
            gap,
            saved,
        } = bid.total;
        assert_eq!(
            (alone, share, matched, grant, gap, saved),
            (20_000, 13_000, 3_250, 5_000, 4_750, 7_000)
        );
    }
    let out: Vec<_> = found
        .left_out
        .iter()
        .map(|out| (out.body.id.as_str(), out.checks[0].rule))
        .collect();
    assert_eq!(out, [("b003", Rule::Standing)]);
    assert_eq!(found.near_miss, None);
}

#[test]
fn a_near_miss_says_what_would_mend_it() {
    let bodies: Vec<Body> = (0..3).map(body).collect();
    let pool = Pool::new(bodies, &all_alike(3, 0.9));
    let quota = |fewest| Rules {
        quotas: vec![Quota {
            nation: "Wales".to_owned(),
            fewest,
        }],
        ..gbp()
    };
    let lead = Rules {
        lead_kinds: vec![KINDS[1].to_owned()],
        ..gbp()
    };
    let least = Rules {
        least_grant: Some(20_000),
        ..gbp()
    };
    let several = Rules {
        fewest_partners: 4,
        ..quota(2)
    };
    let cases = [
        (quota(1), vec!["one more partner in Wales"]),
        (
            Rules {
                fewest_partners: 4,
                ..gbp()
            },
            vec!["2 more partners"],
        ),
        (lead, vec!["a lead of the kind UNIVERSITY"]),
        // 0.3 × 300 + 0.7 × 100 = 160 pounds is the most that they need.
        (least, vec!["40.00 GBP more to ask for"]),
        (several, vec!["2 more partners", "2 more partners in Wales"]),
    ];
    for (rules, fixes) in cases {
        let found = pool.propose(&rules, None, Assumptions::default());
        assert!(found.bids.is_empty(), "{rules:?}");
        let near = found.near_miss.unwrap();
        assert!(!near.complete);
        let told: Vec<_> = near
            .checks
            .iter()
            .filter_map(|check| check.fix.as_deref())
            .collect();
        assert_eq!(told, fixes);
    }
}

#[test]
fn whoever_asks_takes_part_or_hears_why_not() {
    let mut bodies: Vec<Body> = (0..4).map(body).collect();
    bodies[3].ended = true;
    // The third has nothing in common with the others.
    let links: Vec<Link> = all_alike(4, 0.9)
        .into_iter()
        .filter(|link| ![link.left, link.right].contains(&Key(2)))
        .collect();
    let pool = Pool::new(bodies, &links);
    let found = pool.propose(&gbp(), Some("b002"), Assumptions::default());
    assert!(
        found.bids.iter().all(|bid| ids(bid).contains(&"b002")),
        "{found:#?}"
    );
    assert_eq!(found.bids.len(), 3);
    let barred = pool.propose(&gbp(), Some("b003"), Assumptions::default());
    assert!(barred.bids.is_empty() && barred.left_out.len() == 1);
}

#[test]
fn a_large_pool_is_answered_and_says_what_could_be_better() {
    let bodies: Vec<Body> = (0..80)
        .map(|at| Body {
            nation: Some(NATIONS[at % 3].to_owned()),
            region: Some(format!("Region {}", at % 11)),
            efforts: vec![effort(at, 10_000 + 997 * i64::try_from(at * at % 61).unwrap())],
            ..body(at)
        })
        .collect();
    let links: Vec<Link> = all_alike(80, 0.3)
        .into_iter()
        .enumerate()
        .map(|(n, link)| Link {
            score: f64::from(u32::try_from(n * 7919 % 600).unwrap()) / 1000.0,
            ..link
        })
        .collect();
    let pool = Pool::new(bodies, &links);
    assert_eq!((pool.bodies().len(), pool.overlooked), (MOST_BODIES, 16));
    let rules = Rules {
        most_partners: Some(9),
        most_grant: Some(60_000),
        ..gbp()
    };
    let found = pool.propose(&rules, None, Assumptions::default());
    assert_eq!(found.bids.len(), LEADS);
    for bid in &found.bids {
        assert!(bid.seats.len() <= 10 && bid.points <= bid.at_most, "{bid:?}");
    }
}

#[test]
fn nobody_leads_more_than_a_call_allows() {
    let offer = |lead: &str, points| Offer {
        lead: lead.to_owned(),
        points,
    };
    let offers = [
        vec![offer("a", 900), offer("b", 800)],
        vec![offer("a", 850)],
        vec![offer("a", 100), offer("c", 50)],
        vec![],
    ];
    // The second can only be led by a, so the others make way although a would be their best.
    assert_eq!(spread(&offers, |_| 1), [Some(1), Some(0), Some(1), None]);
    assert_eq!(spread(&offers, |_| 3), [Some(0), Some(0), Some(0), None]);
    assert_eq!(
        spread(&offers, |lead| usize::from(lead != "a")),
        [Some(1), None, Some(1), None]
    );
}

/// The search finds for each lead, of the best [`LEADS`], what going through every choice finds; whatever the order.
fn agrees(
    mut bodies: Vec<Body>,
    scores: &[(u8, u8, u32)],
    shared: bool,
    rules: &Rules,
) -> Result<(), TestCaseError> {
    for (at, body) in bodies.iter_mut().enumerate() {
        body.named.id = format!("b{at:03}");
        for (place, effort) in body.efforts.iter_mut().enumerate() {
            effort.project = Key(u128::try_from(2 * at + place).unwrap());
        }
    }
    if shared && bodies.len() > 1 {
        bodies[1].efforts[0].project = Key(0);
    }
    let link = |(left, right, score): &(u8, u8, u32)| Link {
        left: Key((*left).into()),
        right: Key((*right).into()),
        score: f64::from(*score) / 1000.0,
    };
    let links: Vec<Link> = scores.iter().map(link).collect();
    let pool = Pool::new(bodies.clone(), &links);
    let found = pool.propose(rules, None, Assumptions::default());
    let brute = Brute {
        bodies: &bodies,
        links: &links,
        rules,
    };
    let all = bodies
        .iter()
        .enumerate()
        .filter_map(|(lead, body)| Some((brute.best(lead)?, body.named.id.as_str())));
    let mut best: Vec<(i64, &str)> = all.collect();
    best.sort_by_key(|(points, id)| (-points, *id));
    best.truncate(LEADS);
    let ours: Vec<(i64, &str)> = found
        .bids
        .iter()
        .filter_map(|bid| Some((bid.points, bid.lead()?)))
        .collect();
    prop_assert_eq!(ours, best);
    for bid in &found.bids {
        prop_assert!(bid.complete && bid.points == bid.at_most, "{:?}", bid);
    }
    if let Some(near) = &found.near_miss {
        let failing = near.checks.iter().filter(|check| !check.holds).count();
        prop_assert!(!near.complete && failing > 0 && found.bids.is_empty());
    }
    bodies.reverse();
    prop_assert_eq!(
        Pool::new(bodies, &links).propose(rules, None, Assumptions::default()),
        found
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn brute_force_agrees_on_small_pools(
        made in proptest::collection::vec(any_body(), 1..8),
        scores in proptest::collection::vec((0..16_u8, 0..16_u8, 0..=1000_u32), 0..20),
        shared in any::<bool>(),
        rules in any_rules(),
    ) {
        agrees(made, &scores, shared, &rules)?;
    }

    #[test]
    fn parts_add_up_to_the_penny(
        payers in proptest::collection::vec((proptest::option::of(0..1_000_000_000_000_i64), 0..10_001_u32), 0..20),
        each in proptest::option::of(0..1_000_000_000_i64),
        most in proptest::option::of(0..1_000_000_000_i64),
        local in 0..=100_u8,
    ) {
        let payers: Vec<Payer> = payers.into_iter().map(|(alone, basis_points)| Payer { alone, basis_points }).collect();
        let assumed = Assumptions { local_share_percent: local };
        let money = split(&payers, each, most, assumed);
        let mut sum = Part::default();
        for part in &money.each {
            prop_assert_eq!(part.share, part.matched + part.grant + part.gap);
            prop_assert_eq!(part.alone, part.share + part.saved);
            prop_assert!(part.grant >= 0 && part.gap >= 0 && part.saved >= 0 && part.matched >= 0, "{:?}", part);
            prop_assert!(each.is_none_or(|most| part.grant <= most));
            sum.alone += part.alone;
            sum.grant += part.grant;
            sum.gap += part.gap;
            sum.share += part.share;
            sum.matched += part.matched;
            sum.saved += part.saved;
        }
        prop_assert_eq!(sum, money.total);
        prop_assert!(most.is_none_or(|most| sum.grant <= most));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn brute_force_agrees_on_pools_with_more_leads_than_are_proposed(
        made in proptest::collection::vec(any_body(), 9..12),
        scores in proptest::collection::vec((0..24_u8, 0..24_u8, 0..=1000_u32), 20..80),
        rules in any_rules(),
    ) {
        agrees(made, &scores, false, &rules)?;
    }
}
