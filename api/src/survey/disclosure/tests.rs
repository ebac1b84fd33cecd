//! Attacks on what is told: whoever adds and subtracts it, knowing who answered, learns no small number.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;

use super::*;

const PRIME: u128 = (1 << 61) - 1;

fn authority(nation: u8, kind: u8, region: u8, option: usize) -> Given {
    // Regions lie within nations, and types cut across both.
    Given {
        traits: vec![
            format!("nation {nation}"),
            format!("type {kind}"),
            format!("region {nation}.{region}"),
        ],
        option,
        weight: 1.0,
    }
}

/// Kinds of authority that nobody can tell apart: one column of the equations each and an option.
fn atoms(given: &[Given]) -> Vec<Vec<String>> {
    let distinct: BTreeSet<Vec<String>> = given.iter().map(|answer| answer.traits.clone()).collect();
    distinct.into_iter().collect()
}

/// The equations that an attacker has: one row a number that is told, one row an atom whose size is known.
struct Attack {
    rows: Vec<Vec<u128>>,
}

fn vector(
    atoms: &[Vec<String>],
    options: usize,
    who: impl Fn(&[String]) -> bool,
    what: impl Fn(usize) -> bool,
) -> Vec<u128> {
    let mut row = vec![0; atoms.len() * options];
    for (atom, traits) in atoms.iter().enumerate() {
        for option in 0..options {
            row[atom * options + option] = u128::from(who(traits) && what(option));
        }
    }
    row
}

fn power(mut base: u128, mut exponent: u128) -> u128 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

impl Attack {
    fn new(given: &[Given], options: usize, told: &Told) -> Self {
        let atoms = atoms(given);
        let mut attack = Self { rows: Vec::new() };
        for atom in &atoms {
            attack.learn(vector(
                &atoms,
                options,
                |traits| traits == atom.as_slice(),
                |_| true,
            ));
        }
        if told.anything {
            for &option in &told.options {
                attack.learn(vector(&atoms, options, |_| true, |other| other == option));
                for (place, value) in &told.groups {
                    attack.learn(vector(
                        &atoms,
                        options,
                        |traits| traits[*place] == *value,
                        |other| other == option,
                    ));
                }
            }
        }
        attack
    }

    fn reduce(&self, mut row: Vec<u128>) -> Vec<u128> {
        for known in &self.rows {
            let pivot = known.iter().position(|value| *value != 0).unwrap();
            let factor = row[pivot];
            if factor != 0 {
                for (value, other) in row.iter_mut().zip(known) {
                    *value = (*value + (PRIME - factor) * other) % PRIME;
                }
            }
        }
        row
    }

    fn learn(&mut self, row: Vec<u128>) {
        let mut row = self.reduce(row);
        if let Some(pivot) = row.iter().position(|value| *value != 0) {
            let inverse = power(row[pivot], PRIME - 2);
            row.iter_mut().for_each(|value| *value = *value * inverse % PRIME);
            self.rows.push(row);
        }
    }

    /// Whether a number follows from what is known, whatever is added and subtracted.
    fn knows(&self, row: Vec<u128>) -> bool {
        self.reduce(row).iter().all(|value| *value == 0)
    }
}

/// Every group, what is left of everybody without it, and where two groups meet or one lacks the other.
fn suspects(atoms: &[Vec<String>]) -> Vec<BTreeSet<usize>> {
    let mut groups: BTreeMap<Group, BTreeSet<usize>> = BTreeMap::new();
    for (atom, traits) in atoms.iter().enumerate() {
        for (place, value) in traits.iter().enumerate() {
            groups.entry((place, value.clone())).or_default().insert(atom);
        }
    }
    let all: BTreeSet<usize> = (0..atoms.len()).collect();
    let groups: Vec<BTreeSet<usize>> = groups.into_values().chain([all.clone()]).collect();
    let mut found: HashSet<BTreeSet<usize>> = HashSet::new();
    for a in &groups {
        found.insert(&all - a);
        for b in &groups {
            found.insert(a & b);
            found.insert(a - b);
            found.insert(a | b);
        }
    }
    found.extend((0..atoms.len()).map(|atom| BTreeSet::from([atom])));
    found.into_iter().filter(|atoms| !atoms.is_empty()).collect()
}

fn attack(given: &[Given], options: usize, threshold: usize) -> Result<usize, String> {
    let told = tell(given, options, threshold, None);
    let atoms = atoms(given);
    let attack = Attack::new(given, options, &told);
    let mut learned = 0;
    for suspects in suspects(&atoms) {
        for option in 0..options {
            let inside = |answer: &Given| {
                suspects.contains(&atoms.iter().position(|atom| *atom == answer.traits).unwrap())
            };
            let chosen = given
                .iter()
                .filter(|answer| inside(answer) && answer.option == option)
                .count();
            let others = given
                .iter()
                .filter(|answer| inside(answer) && answer.option != option)
                .count();
            let place =
                |traits: &[String]| suspects.contains(&atoms.iter().position(|atom| atom == traits).unwrap());
            if attack.knows(vector(&atoms, options, place, |other| other == option)) {
                learned += 1;
                if chosen < threshold || others < threshold {
                    return Err(format!(
                        "{chosen} of {} chose {option} in {suspects:?}",
                        chosen + others
                    ));
                }
            }
        }
    }
    Ok(learned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_small_follows_from_what_is_told(
        drawn in prop::collection::vec((0_u8..3, 0_u8..3, 0_u8..3, 0_usize..3), 0..140),
        options in 2_usize..4,
        threshold in 1_usize..12,
    ) {
        let given: Vec<Given> = drawn.iter().map(|&(nation, kind, region, option)| authority(nation, kind, region, option % options)).collect();
        prop_assert!(attack(&given, options, threshold).is_ok(), "{:?}", attack(&given, options, threshold));
    }

    #[test]
    fn every_field_of_the_grid_holds_enough(
        drawn in prop::collection::vec((0_u8..2, 0_u8..3, 0_u8..4, 0_usize..4), 0..200),
        threshold in 1_usize..15,
    ) {
        let given: Vec<Given> = drawn.iter().map(|&(nation, kind, region, option)| authority(nation, kind, region, option)).collect();
        let told = tell(&given, 4, threshold, None);
        if told.anything {
            let mut fields: BTreeMap<(usize, Option<usize>), usize> = BTreeMap::new();
            for (answer, block) in given.iter().zip(&told.blocks) {
                let class = Some(answer.option).filter(|option| told.options.contains(option));
                *fields.entry((*block, class)).or_default() += 1;
            }
            prop_assert!(fields.values().all(|count| *count >= threshold), "{fields:?}");
        }
    }

    #[test]
    fn the_order_of_answers_decides_nothing(
        drawn in prop::collection::vec((0_u8..2, 0_u8..3, 0_u8..4, 0_usize..3), 0..120),
    ) {
        let given: Vec<Given> = drawn.iter().map(|&(nation, kind, region, option)| authority(nation, kind, region, option)).collect();
        let (one, other) = (tell(&given, 3, 5, None), tell(&given.iter().rev().cloned().collect::<Vec<_>>(), 3, 5, None));
        prop_assert_eq!((one.options, one.groups), (other.options, other.groups));
    }
}

#[test]
fn a_region_that_is_a_type_and_one_more_is_not_told_by_subtraction() {
    // London is 32 boroughs and the City: the region less the type is one authority.
    let mut given: Vec<Given> = (0..32).map(|number| authority(1, 1, 1, number % 2)).collect();
    given.push(authority(1, 2, 1, 0));
    given.extend((0..60).map(|number| authority(1, 3, 2, number % 2)));
    let told = tell(&given, 2, 10, None);
    assert!(told.anything);
    let region = told.groups.contains(&(2, "region 1.1".to_owned()));
    let kind = told.groups.contains(&(1, "type 1".to_owned()));
    assert!(!(region && kind), "{:?}", told.groups);
    assert!(attack(&given, 2, 10).unwrap() > 2, "what is safe is told");
}

#[test]
fn large_groups_are_told_whole() {
    let given: Vec<Given> = (0..400_usize)
        .map(|number| {
            authority(
                u8::try_from(number % 2).unwrap(),
                0,
                u8::try_from(number % 4).unwrap(),
                usize::from(number % 3 == 0),
            )
        })
        .collect();
    let told = tell(&given, 2, 10, None);
    assert_eq!(told.options.len(), 2);
    assert!(told.groups.len() >= 6, "{:?}", told.groups);
}

#[test]
fn an_attacker_who_was_told_too_much_is_noticed() {
    // The attack itself can fail: told everything, it finds the single authority.
    let mut given: Vec<Given> = (0..32).map(|number| authority(1, 1, 1, number % 2)).collect();
    given.push(authority(1, 2, 1, 0));
    let all = Told {
        options: BTreeSet::from([0, 1]),
        groups: groups(&given).into_keys().collect(),
        anything: true,
        blocks: Vec::new(),
    };
    let atoms = atoms(&given);
    let attack = Attack::new(&given, 2, &all);
    assert!(attack.knows(vector(
        &atoms,
        2,
        |traits| traits[1] == "type 2",
        |option| option == 0
    )));
}

#[test]
fn one_giant_hides_a_sum() {
    let number = |weight: f64| Given {
        traits: vec!["nation".to_owned()],
        option: 0,
        weight,
    };
    let even: Vec<Given> = (0..20).map(|_| number(100.0)).collect();
    assert!(tell(&even, 1, 10, None).anything);
    let mut giant = even.clone();
    giant.push(number(1_000_000.0));
    assert!(!tell(&giant, 1, 10, None).anything);
    assert!(!tell(&even[..9], 1, 10, None).anything, "too few");
    assert!(!tell(&[], 1, 10, None).anything);
}

#[test]
fn what_everybody_says_is_not_told() {
    let same: Vec<Given> = (0..50).map(|_| authority(1, 1, 1, 0)).collect();
    assert!(
        !tell(&same, 2, 10, None).anything,
        "whoever answered would be known to have said it"
    );
}

#[test]
fn a_question_that_only_some_are_asked_tells_no_more_groups_than_the_one_that_decides() {
    let given: Vec<Given> = (0..200_usize)
        .map(|number| {
            authority(
                u8::try_from(number % 2).unwrap(),
                0,
                0,
                usize::from(number % 4 < 2),
            )
        })
        .collect();
    let free = tell(&given, 2, 10, None);
    assert!(!free.groups.is_empty());
    let within = BTreeSet::new();
    let bound = tell(&given, 2, 10, Some(&within));
    assert!(bound.anything && bound.groups.is_empty());
}
