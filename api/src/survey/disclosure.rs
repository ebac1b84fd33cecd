//! What may be told of confidential answers, so that no small number follows from what is told.
//!
//! Hiding small cells alone is not enough: a hidden one follows from a total less its neighbours, from a breakdown by
//! another trait, or from what is told of everybody else. So the answers are first laid out on a grid: authorities in
//! blocks, options in classes, so coarse that every field of the grid holds at least as many answers as the threshold
//! says. Only sums of whole fields are ever told: a group of authorities is shown when it is made of whole blocks, an
//! option when it is a class of its own. Whatever is added to or taken from such numbers is again a sum of whole fields,
//! and so counts no fewer answers than the threshold, or none at all. This holds even for somebody who knows how many
//! authorities answered anywhere, because each block has at least two classes.
//!
//! The grid depends on the answers alone and not on what is asked for: asking again, otherwise, tells nothing new.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Of a sum of money, what all but the two largest give is at least this part of the largest, so that the second cannot
/// work out the largest to within this part of it.
const LEAST_REST: f64 = 0.1;

/// A group of authorities: the place of a trait among the traits, and its value.
pub type Group = (usize, String);

/// One answer: what its authority is like, and which option it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The value of each trait by which results are told, such as nation, type, region.
    pub traits: Vec<String>,
    /// The option, counted from 0.
    pub option: usize,
    /// How much it adds to a sum; 1 where only answers are counted.
    pub weight: f64,
}

/// What may be told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// The options whose counts may be told.
    pub options: BTreeSet<usize>,
    /// The groups whose numbers may be told, beside all authorities together.
    pub groups: BTreeSet<Group>,
    /// Whether anything may be told at all.
    pub anything: bool,
    /// The block of each answer, in the order in which they came.
    pub blocks: Vec<usize>,
}

/// Decides what may be told of answers with so many options. Where groups are given in `within`, no others are told:
/// those of the question that decides who is asked this one.
#[must_use]
pub fn tell(given: &[Given], options: usize, threshold: usize, within: Option<&BTreeSet<Group>>) -> Told {
    let classes = classes(given, options, threshold);
    let fields = Fields {
        given,
        classes: &classes,
        count: classes.iter().max().map_or(0, |last| last + 1),
        threshold,
    };
    let everybody: Vec<usize> = (0..given.len()).collect();
    // With one class only, its count is the number of those who answered, and nothing is told by it of what they said;
    // but numbers, which have one option, are told.
    let open = (options == 1 || fields.count > 1) && fields.hold(&everybody);
    if !open {
        return Told {
            blocks: vec![0; given.len()],
            ..Told::default()
        };
    }
    let groups = groups(given);
    let mut blocks = vec![everybody];
    for group in in_order(&groups) {
        if within.is_some_and(|within| !within.contains(group)) {
            continue;
        }
        let members = groups.get(group).map(Vec::as_slice).unwrap_or_default();
        let split = split(&blocks, members);
        if split.len() > blocks.len() && split.iter().all(|block| fields.hold(block)) {
            blocks = split;
        }
    }
    let mut block_of = vec![0; given.len()];
    for (number, block) in blocks.iter().enumerate() {
        for member in block {
            if let Some(place) = block_of.get_mut(*member) {
                *place = number;
            }
        }
    }
    let whole = |members: &[usize]| is_whole(&blocks, members);
    let shown = groups
        .iter()
        .filter(|(group, members)| whole(members) && within.is_none_or(|within| within.contains(*group)));
    Told {
        options: alone(&classes, options),
        groups: shown.map(|(group, _)| group.clone()).collect(),
        anything: true,
        blocks: block_of,
    }
}

/// The class of each option: those chosen often enough are their own, the others are one, made large enough by the
/// rarest of the rest.
fn classes(given: &[Given], options: usize, threshold: usize) -> Vec<usize> {
    let mut counts = vec![0_usize; options];
    for answer in given {
        if let Some(count) = counts.get_mut(answer.option) {
            *count += 1;
        }
    }
    let mut rarest_first: Vec<(usize, usize)> = counts.iter().copied().zip(0..).collect();
    rarest_first.sort_unstable();
    let mut hidden = BTreeSet::new();
    let mut together = 0;
    for (count, option) in rarest_first {
        if count >= threshold && (hidden.is_empty() || together >= threshold) {
            break;
        }
        together += count;
        hidden.insert(option);
    }
    let mut next = usize::from(!hidden.is_empty());
    let class = (0..options).map(|option| {
        if hidden.contains(&option) {
            return 0;
        }
        next += 1;
        next - 1
    });
    class.collect()
}

/// The options that are a class of their own.
fn alone(classes: &[usize], options: usize) -> BTreeSet<usize> {
    let of_class = |class: usize| classes.iter().filter(|other| **other == class).count();
    (0..options)
        .filter(|option| classes.get(*option).is_some_and(|class| of_class(*class) == 1))
        .collect()
}

/// The grid's fields: answers by block and class.
struct Fields<'a> {
    given: &'a [Given],
    classes: &'a [usize],
    count: usize,
    threshold: usize,
}

impl Fields<'_> {
    /// Whether every field of a block holds enough.
    fn hold(&self, block: &[usize]) -> bool {
        let mut weights: HashMap<usize, Vec<f64>> = HashMap::new();
        for answer in block.iter().filter_map(|member| self.given.get(*member)) {
            let class = self.classes.get(answer.option).copied().unwrap_or_default();
            weights.entry(class).or_default().push(answer.weight.abs());
        }
        weights.len() == self.count && weights.into_values().all(|weights| self.suffices(weights))
    }

    fn suffices(&self, mut weights: Vec<f64>) -> bool {
        weights.sort_by(|a, b| b.total_cmp(a));
        let largest = weights.first().copied().unwrap_or_default();
        let rest: f64 = weights.iter().skip(2).sum();
        weights.len() >= self.threshold && rest >= LEAST_REST * largest
    }
}

/// Who is in each group.
fn groups(given: &[Given]) -> BTreeMap<Group, Vec<usize>> {
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (member, answer) in given.iter().enumerate() {
        for (place, value) in answer.traits.iter().enumerate() {
            groups.entry((place, value.clone())).or_default().push(member);
        }
    }
    groups
}

/// The groups in the order in which room is made for them: trait by trait, the largest first.
fn in_order(groups: &BTreeMap<Group, Vec<usize>>) -> Vec<&Group> {
    let mut order: Vec<(&Group, usize)> = groups
        .iter()
        .map(|(group, members)| (group, members.len()))
        .collect();
    order.sort_by(|(a, of_a), (b, of_b)| (a.0, of_b, &a.1).cmp(&(b.0, of_a, &b.1)));
    order.into_iter().map(|(group, _)| group).collect()
}

/// The blocks, each parted into those who are in a group and those who are not.
fn split(blocks: &[Vec<usize>], members: &[usize]) -> Vec<Vec<usize>> {
    let inside: BTreeSet<usize> = members.iter().copied().collect();
    let parts = blocks.iter().flat_map(|block| {
        let (within, without): (Vec<usize>, Vec<usize>) =
            block.iter().partition(|member| inside.contains(*member));
        [within, without]
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// Whether a group is made of whole blocks.
fn is_whole(blocks: &[Vec<usize>], members: &[usize]) -> bool {
    split(blocks, members).len() == blocks.len()
}

#[cfg(test)]
mod tests;
