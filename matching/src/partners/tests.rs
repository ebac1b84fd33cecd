use proptest::prelude::*;

use super::*;
use crate::cluster::Link;

const TODAY: Day = Day(20_000);

fn authority(id: &str, population: f64, centre: (f64, f64)) -> AuthorityFacts {
    AuthorityFacts {
        id: id.to_owned(),
        name: id.to_uppercase(),
        tier: Some(Tier::Single),
        nation: "England".to_owned(),
        region: None,
        county: None,
        combined_authority: None,
        population: Some(population),
        area_km2: Some(100.0),
        centre: Some(centre),
        borders: Vec::new(),
    }
}

fn takes_part(authority: &str, project: u128, phase: Phase) -> Activity {
    Activity {
        authority: authority.to_owned(),
        project: Key(project),
        title: format!("project {project}"),
        themes: Vec::new(),
        technologies: Vec::new(),
        phase: Some(phase),
        proven: false,
        last_confirmed: Some(TODAY),
    }
}

/// A seeker "a" and three others, equal in all but what a test changes.
fn four() -> Vec<AuthorityFacts> {
    ["a", "b", "c", "d"]
        .iter()
        .map(|id| authority(id, 2e5, (52.0, -1.0)))
        .collect()
}

fn ask(authorities: Vec<AuthorityFacts>, activities: Vec<Activity>, links: &[Link]) -> Suggestions {
    Directory::new(authorities, activities, links)
        .suggest(&Question::new("a", TODAY))
        .unwrap()
}

fn order(answer: &Suggestions) -> Vec<&str> {
    answer.partners.iter().map(|p| p.authority.as_str()).collect()
}

fn has(reasons: &[Reason], factor: &str) -> bool {
    reasons.iter().any(|reason| reason.factor == factor)
}

#[test]
fn whoever_does_the_same_comes_first() {
    let activities = ["a", "b", "c"]
        .iter()
        .zip(1..)
        .map(|(id, p)| takes_part(id, p, Phase::Alpha))
        .collect();
    let link = Link {
        left: Key(3),
        right: Key(1),
        score: 0.9,
    };
    let answer = ask(four(), activities, &[link]);
    assert_eq!(answer.partners[0].authority, "c");
    assert_eq!(
        answer.partners[0].efforts,
        [SharedEffort {
            ours: Key(1),
            theirs: Key(3),
            score: 0.9
        }]
    );
    assert!(
        has(&answer.partners[1].counter_reasons, "efforts"),
        "the others are told to do nothing alike"
    );
}

#[test]
fn a_stage_ahead_and_proof_both_count() {
    let mut activities = vec![
        takes_part("a", 1, Phase::Alpha),
        takes_part("b", 2, Phase::Alpha),
        takes_part("c", 3, Phase::Live),
        takes_part("d", 4, Phase::Retired),
    ];
    activities[3].proven = true;
    let links: Vec<Link> = (2..5)
        .map(|p| Link {
            left: Key(1),
            right: Key(p),
            score: 0.8,
        })
        .collect();
    assert_eq!(order(&ask(four(), activities.clone(), &links)), ["d", "c", "b"]);
    activities[3].proven = false;
    let answer = ask(four(), activities, &links);
    assert_eq!(
        order(&answer),
        ["c", "b", "d"],
        "ended without proof is not ahead"
    );
    assert!(has(&answer.partners[2].counter_reasons, "ahead"));
}

#[test]
fn stale_entries_rank_lower_and_say_so() {
    let mut activities: Vec<Activity> = ["a", "b", "c"]
        .iter()
        .zip(1..)
        .map(|(id, p)| takes_part(id, p, Phase::Beta))
        .collect();
    activities[1].last_confirmed = Some(Day(TODAY.0 - 1000));
    let links: Vec<Link> = (2..4)
        .map(|p| Link {
            left: Key(1),
            right: Key(p),
            score: 0.8,
        })
        .collect();
    let answer = ask(four(), activities, &links);
    assert_eq!(order(&answer)[..2], ["c", "b"]);
    assert!(has(&answer.partners[1].counter_reasons, "stale"));
}

#[test]
fn without_projects_there_are_suggestions_and_a_note() {
    let mut authorities = four();
    authorities[1].population = Some(2e6);
    authorities[2].centre = Some((57.0, -3.0));
    let answer = ask(authorities, Vec::new(), &[]);
    assert_eq!(
        answer.partners[0].authority, "d",
        "as large and as near as can be"
    );
    assert!(
        answer.notes[0].contains("no project of A is known"),
        "{:?}",
        answer.notes
    );
    let far = answer.partners.iter().find(|p| p.authority == "c").unwrap();
    assert!(
        far.distance_km.is_some_and(|km| (550.0..590.0).contains(&km)),
        "{:?}",
        far.distance_km
    );
}

#[test]
fn other_tiers_are_told_apart() {
    let mut authorities = four();
    authorities[1].tier = Some(Tier::County);
    let answer = ask(authorities, Vec::new(), &[]);
    assert_eq!(order(&answer), ["c", "d", "b"]);
    assert!(has(&answer.partners[2].counter_reasons, "tier"));
    assert_eq!(answer.partners[2].same_tier, Some(false));
    assert!(
        answer
            .notes
            .iter()
            .any(|note| note == "1 of 3 run other services than A"),
        "{:?}",
        answer.notes
    );
}

#[test]
fn past_joint_work_counts_but_not_the_project_asked_about() {
    let activities = vec![
        takes_part("a", 1, Phase::Alpha),
        takes_part("b", 1, Phase::Alpha),
        takes_part("a", 2, Phase::Alpha),
        takes_part("c", 2, Phase::Alpha),
    ];
    let directory = Directory::new(four(), activities, &[]);
    let mut question = Question::new("a", TODAY);
    question.project = Some(Key(1));
    let answer = directory.suggest(&question).unwrap();
    assert_eq!(order(&answer), ["c", "d"], "b is on board already");
    assert!(has(&answer.partners[0].reasons, "together"));
}

#[test]
fn themes_asked_for_find_those_who_know_them() {
    let mut activities = vec![takes_part("b", 2, Phase::Beta), takes_part("c", 3, Phase::Beta)];
    activities[1].themes = vec![" Waste ".to_owned()];
    let directory = Directory::new(four(), activities, &[]);
    let mut question = Question::new("a", TODAY);
    question.themes = vec!["waste".to_owned()];
    assert_eq!(directory.suggest(&question).unwrap().partners[0].authority, "c");
}

#[test]
fn one_county_does_not_fill_the_list() {
    let mut authorities = vec![authority("a", 1e5, (52.0, 1.0))];
    for n in 0..20 {
        let mut near = authority(&format!("near{n:02}"), 1e5, (52.1, 1.0));
        near.county = Some("Norfolk".to_owned());
        authorities.push(near);
        authorities.push(authority(&format!("far{n:02}"), 1e6, (54.0, -2.0)));
    }
    let answer = ask(authorities, Vec::new(), &[]);
    let near = order(&answer).iter().filter(|id| id.starts_with("near")).count();
    assert_eq!((answer.partners.len(), near), (10, weights::MOST_OF_ONE_COUNTY));
}

#[test]
fn unknown_seekers_are_named() {
    let directory = Directory::new(four(), Vec::new(), &[]);
    let unknown = directory.suggest(&Question::new("zz", TODAY)).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "cannot suggest partners: no authority \"zz\" in the directory"
    );
    let mut question = Question::new("a", TODAY);
    question.project = Some(Key(9));
    assert_eq!(
        directory.suggest(&question).unwrap_err(),
        UnknownSeeker::Project {
            authority: "a".to_owned(),
            project: 9
        }
    );
}

#[test]
fn unknown_facts_make_no_likeness() {
    let mut bare = authority("b", f64::NAN, (f64::INFINITY, 0.0));
    (bare.tier, bare.nation, bare.area_km2) = (None, String::new(), Some(-1.0));
    let answer = ask(vec![authority("a", 1e5, (52.0, 1.0)), bare], Vec::new(), &[]);
    assert!(
        answer.partners.is_empty(),
        "nothing speaks for it: {:?}",
        answer.partners
    );
}

#[test]
fn likeness_is_symmetric_and_its_parts_add_up() {
    let mut authorities = four();
    authorities[1].population = Some(1e6);
    authorities[1].tier = Some(Tier::District);
    authorities[1].nation = "Wales".to_owned();
    let directory = Directory::new(authorities, Vec::new(), &[]);
    let from = |seeker: &str, other: &str| {
        let answer = directory.suggest(&Question::new(seeker, TODAY)).unwrap();
        answer
            .partners
            .into_iter()
            .find(|p| p.authority == other)
            .and_then(|p| p.likeness)
            .unwrap()
    };
    let likeness = from("a", "b");
    assert_eq!(likeness, from("b", "a"));
    let sum: f64 = likeness.parts.iter().map(|part| part.share).sum();
    assert!((sum - likeness.distance.powi(2)).abs() < 1e-12);
    assert_eq!(likeness.parts.iter().map(|p| p.fact).collect::<Vec<_>>().len(), 5);
    assert!(from("c", "d").distance < 1e-12);
}

fn any_authority(id: usize) -> impl Strategy<Value = AuthorityFacts> {
    let tiers = prop_oneof![
        Just(None),
        Just(Some(Tier::District)),
        Just(Some(Tier::Single)),
        Just(Some(Tier::County)),
        Just(Some(Tier::Strategic)),
    ];
    let number = || proptest::option::of(prop_oneof![1.0..1e7_f64, Just(f64::NAN), Just(-5.0)]);
    let centre = proptest::option::of((-95.0..95.0_f64, -8.0..2.0_f64));
    (tiers, number(), number(), centre, 0..4_usize, 0..12_usize).prop_map(
        move |(tier, population, area_km2, centre, county, border)| AuthorityFacts {
            tier,
            population,
            area_km2,
            centre,
            county: (county > 0).then(|| format!("county {county}")),
            borders: vec![format!("{border}")],
            ..authority(&format!("{id}"), 1.0, (0.0, 0.0))
        },
    )
}

fn any_activity() -> impl Strategy<Value = Activity> {
    let phases = proptest::option::of(prop_oneof![
        Just(Phase::Alpha),
        Just(Phase::Live),
        Just(Phase::Retired)
    ]);
    (
        0..12_usize,
        0..15_u128,
        phases,
        any::<bool>(),
        proptest::option::of(any::<i32>()),
        0..3_usize,
    )
        .prop_map(|(who, project, phase, proven, confirmed, theme)| Activity {
            phase,
            proven,
            last_confirmed: confirmed.map(Day),
            themes: (0..theme).map(|t| format!("theme {t}")).collect(),
            ..takes_part(&format!("{who}"), project, Phase::Alpha)
        })
}

type World = (Vec<AuthorityFacts>, Vec<Activity>, Vec<Link>);

fn any_world() -> impl Strategy<Value = World> {
    let authorities: Vec<_> = (0..12).map(any_authority).collect();
    let link = (0..15_u128, 0..15_u128, -0.1..1.1_f64).prop_map(|(l, r, score)| Link {
        left: Key(l),
        right: Key(r),
        score,
    });
    let activities = proptest::collection::vec(any_activity(), 0..30).prop_map(|mut all| {
        // Which of two entries for the same part counts depends on their order; give each once.
        all.sort_by(|a, b| (&a.authority, a.project).cmp(&(&b.authority, b.project)));
        all.dedup_by(|a, b| (&a.authority, a.project) == (&b.authority, b.project));
        all
    });
    (authorities, activities, proptest::collection::vec(link, 0..40))
}

proptest! {
    #[test]
    fn contributions_add_up_and_scores_stay_in_range((authorities, activities, links) in any_world(), today: i32) {
        let directory = Directory::new(authorities, activities, &links);
        for on_board in [Vec::new(), vec!["3".to_owned(), "4".to_owned()]] {
            let question = Question { on_board, first: 50, ..Question::new("0", Day(today)) };
            let answer = directory.suggest(&question).unwrap();
            for partner in &answer.partners {
                let all = partner.reasons.iter().chain(&partner.counter_reasons);
                let sum: f64 = all.map(|reason| reason.contribution).sum();
                prop_assert!((sum - partner.score).abs() < 1e-9, "{} is not {}", sum, partner.score);
                prop_assert!((0.0..=1.0).contains(&partner.score));
                prop_assert!(partner.authority != "0" && !question.on_board.contains(&partner.authority));
                prop_assert!(partner.reasons.iter().all(|r| r.contribution > 0.0 && !r.detail.is_empty()));
                prop_assert!(partner.counter_reasons.iter().all(|r| r.contribution <= 0.0 && !r.detail.is_empty()));
            }
        }
    }

    #[test]
    fn the_order_of_the_facts_does_not_matter((authorities, activities, links) in any_world(), turn in 0..40_usize) {
        let question = Question::new("0", TODAY);
        let expected = Directory::new(authorities.clone(), activities.clone(), &links).suggest(&question).unwrap();
        let (mut authorities, mut activities, mut links) = (authorities, activities, links);
        authorities.reverse();
        activities.reverse();
        let turn = turn % links.len().max(1);
        links.rotate_left(turn);
        let answer = Directory::new(authorities, activities, &links).suggest(&question).unwrap();
        prop_assert_eq!(answer, expected);
    }
}
