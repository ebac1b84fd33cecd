//! Facts, indexed; and the making of one suggestion.

use rustc_hash::FxHashMap;

use super::case::Case;
use super::effort::{self, Effort};
use super::geography::{self, Nearness};
use super::likeness::{Likeness, Profile, Yardstick};
use super::weights::{
    ASKER_PART, DOUBT_AFTER_PARTNERSHIP, DOUBT_AFTER_PROJECT, OTHER_TIER_TAKES, STALE_TAKES,
};
use super::{Activity, AuthorityFacts, Question, Suggestion, Suggestions, UnknownSeeker, Weights, rank};
use crate::Key;
use crate::cluster::Link;

/// Distances of this and more are remarked upon: no day trip.
const FAR_KM: f64 = 250.0;

/// Authorities, what they do, and which efforts overlap. Build it once, ask it often.
#[derive(Debug, Clone)]
pub struct Directory {
    /// In the order of their ids.
    pub(super) entries: Vec<Entry>,
    places: FxHashMap<String, usize>,
    /// Who takes part in a project, by place.
    parties: FxHashMap<Key, Vec<usize>>,
    links: FxHashMap<(Key, Key), f64>,
}

/// One authority with what belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) facts: AuthorityFacts,
    profile: Profile,
    reach_km: f64,
    /// In the order of the projects.
    pub(super) activities: Vec<Activity>,
}

impl Entry {
    fn nearness(&self, other: &Self) -> Nearness {
        geography::nearness(&self.facts, &other.facts, (self.reach_km * other.reach_km).sqrt())
    }
}

/// Who asks, for what, and with whom.
struct Seeker<'a> {
    entry: &'a Entry,
    at: usize,
    efforts: Vec<&'a Activity>,
    on_board: Vec<usize>,
    weights: Weights,
}

impl Directory {
    /// Indexes facts. Of authorities with the same id, or activities with the same authority and project,
    /// the first counts. Activities of authorities that are not given are ignored, as are links
    /// outside [0, 1]. Links are those that overlap findings give, the flagged and, if wished, weaker ones.
    #[must_use]
    pub fn new(authorities: Vec<AuthorityFacts>, activities: Vec<Activity>, links: &[Link]) -> Self {
        let mut authorities = authorities;
        authorities.sort_by(|a, b| a.id.cmp(&b.id));
        authorities.dedup_by(|later, first| later.id == first.id);
        let yardstick = Yardstick::over(authorities.iter());
        let reaches: Vec<f64> = authorities
            .iter()
            .map(|facts| geography::reach(facts, &authorities))
            .collect();
        let mut entries: Vec<Entry> = authorities
            .into_iter()
            .zip(reaches)
            .map(|(facts, reach_km)| {
                let profile = yardstick.profile(&facts);
                Entry {
                    facts,
                    profile,
                    reach_km,
                    activities: Vec::new(),
                }
            })
            .collect();
        let places: FxHashMap<String, usize> = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (entry.facts.id.clone(), at))
            .collect();
        for mut activity in activities {
            effort::tidy(&mut activity);
            let at = places.get(&activity.authority);
            if let Some(entry) = at.and_then(|at| entries.get_mut(*at)) {
                entry.activities.push(activity);
            }
        }
        let mut parties: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
        for (at, entry) in entries.iter_mut().enumerate() {
            entry.activities.sort_by_key(|activity| activity.project);
            entry.activities.dedup_by_key(|activity| activity.project);
            for activity in &entry.activities {
                parties.entry(activity.project).or_default().push(at);
            }
        }
        let mut scores: FxHashMap<(Key, Key), f64> = FxHashMap::default();
        for link in links
            .iter()
            .filter(|l| l.left != l.right && (0.0..=1.0).contains(&l.score))
        {
            let score = scores
                .entry((link.left.min(link.right), link.left.max(link.right)))
                .or_default();
            *score = score.max(link.score);
        }
        Self {
            entries,
            places,
            parties,
            links: scores,
        }
    }

    /// Whom to talk to, in the order in which to read the list.
    ///
    /// An authority without projects still gets suggestions, from likeness and nearness, with a note.
    /// Whoever takes part in the project asked about counts as on board.
    ///
    /// # Errors
    /// [`UnknownSeeker`] when the authority is not in the directory, or takes no part in the project.
    pub fn suggest(&self, question: &Question) -> Result<Suggestions, UnknownSeeker> {
        let seeker = self.seeker(question)?;
        let mut found: Vec<(Suggestion, Option<&str>)> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if at == seeker.at || seeker.on_board.contains(&at) {
                continue;
            }
            let suggestion = self.weigh(&seeker, entry, at, question);
            if suggestion.score > 0.0 {
                found.push((suggestion, entry.facts.county.as_deref()));
            }
        }
        let partners = rank::diverse(found, question.first);
        let notes = notes(&seeker, question, &partners);
        Ok(Suggestions { partners, notes })
    }

    /// How likely two projects pursue the same end, where a link says so.
    pub(super) fn link(&self, left: Key, right: Key) -> Option<f64> {
        self.links.get(&(left.min(right), left.max(right))).copied()
    }

    fn seeker(&self, question: &Question) -> Result<Seeker<'_>, UnknownSeeker> {
        let found = self
            .places
            .get(&question.authority)
            .and_then(|at| Some((*at, self.entries.get(*at)?)));
        let Some((at, entry)) = found else {
            return Err(UnknownSeeker::Authority(question.authority.clone()));
        };
        let asked = |activity: &&Activity| question.project.is_none_or(|p| p == activity.project);
        let efforts: Vec<&Activity> = entry.activities.iter().filter(asked).collect();
        if let (Some(project), true) = (question.project, efforts.is_empty()) {
            return Err(UnknownSeeker::Project {
                authority: question.authority.clone(),
                project: project.0,
            });
        }
        let mut on_board: Vec<usize> = question
            .on_board
            .iter()
            .filter_map(|id| self.places.get(id))
            .copied()
            .collect();
        on_board.extend(
            question
                .project
                .and_then(|p| self.parties.get(&p))
                .into_iter()
                .flatten(),
        );
        on_board.sort_unstable();
        on_board.dedup();
        on_board.retain(|other| *other != at);
        Ok(Seeker {
            entry,
            at,
            efforts,
            on_board,
            weights: question.weights.normalised(),
        })
    }

    fn weigh(&self, seeker: &Seeker<'_>, entry: &Entry, at: usize, question: &Question) -> Suggestion {
        let weights = seeker.weights;
        let effort = Effort::between(self, &seeker.efforts, &entry.activities, question);
        let likeness = seeker.entry.profile.likeness(&entry.profile);
        let near = seeker.entry.nearness(entry);
        let same_tier = seeker
            .entry
            .facts
            .tier
            .zip(entry.facts.tier)
            .map(|(ours, theirs)| ours == theirs);
        let mut case = Case::default();
        case.add("efforts", weights.efforts * effort.value, || {
            effort.detail.clone()
        });
        case.add("ahead", weights.ahead * effort.ahead, || {
            effort.ahead_detail.clone()
        });
        if effort.stale {
            let taken = STALE_TAKES * (weights.efforts * effort.value + weights.ahead * effort.ahead);
            case.add("stale", -taken, || {
                "what overlaps was not confirmed for a year and a half".to_owned()
            });
        }
        let alike = self.with_board(seeker, likeness_value(likeness.as_ref()), |other| {
            likeness_value(other.profile.likeness(&entry.profile).as_ref())
        });
        case.add("likeness", weights.likeness * alike, || {
            describe(likeness.as_ref())
        });
        if same_tier == Some(false) {
            let taken = OTHER_TIER_TAKES * weights.likeness * alike;
            case.add("tier", -taken, || {
                "runs other services, so figures compare only in part".to_owned()
            });
        }
        let nearby = self.with_board(seeker, near.value, |other| other.nearness(entry).value);
        case.add("geography", weights.geography * nearby, || {
            match near.detail.as_str() {
                "" => "near partners who are on board".to_owned(),
                detail => detail.to_owned(),
            }
        });
        self.history(seeker, entry, at, question, &mut case);
        case.add(
            "freshness",
            weights.freshness * effort::freshness(&entry.activities, question.today),
            || effort::freshness_detail(&entry.activities, question.today),
        );
        remarks(seeker, entry, &effort, &near, &mut case);
        case.close(
            entry.facts.id.clone(),
            likeness,
            near.km,
            same_tier,
            effort.shared,
        )
    }

    /// Past joint work, and joint work with anybody.
    fn history(&self, seeker: &Seeker<'_>, entry: &Entry, at: usize, question: &Question, case: &mut Case) {
        let joint = |other: &Entry| -> i32 {
            other
                .activities
                .iter()
                .filter(|a| Some(a.project) != question.project)
                .filter(|a| {
                    self.parties
                        .get(&a.project)
                        .is_some_and(|p| p.binary_search(&at).is_ok())
                })
                .map(|_| 1)
                .sum()
        };
        let ours = joint(seeker.entry);
        let trust = |projects: i32| 1.0 - DOUBT_AFTER_PROJECT.powi(projects);
        let together = self.with_board(seeker, trust(ours), |other| trust(joint(other)));
        case.add("together", seeker.weights.together * together, || match ours {
            0 => "worked with partners who are on board".to_owned(),
            1 => "worked with us in one project".to_owned(),
            n => format!("worked with us in {n} projects"),
        });
        let partnerships: i32 = entry
            .activities
            .iter()
            .filter(|a| {
                self.parties
                    .get(&a.project)
                    .is_some_and(|parties| parties.len() > 1)
            })
            .map(|_| 1)
            .sum();
        let experience = 1.0 - DOUBT_AFTER_PARTNERSHIP.powi(partnerships);
        case.add(
            "experience",
            seeker.weights.experience * experience,
            || match partnerships {
                1 => "has shared one project with others".to_owned(),
                n => format!("has shared {n} projects with others"),
            },
        );
    }

    /// A value for the asker, blended with its mean over those on board where there are any.
    fn with_board(&self, seeker: &Seeker<'_>, own: f64, of: impl Fn(&Entry) -> f64) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for other in seeker.on_board.iter().filter_map(|at| self.entries.get(*at)) {
            sum += of(other);
            count += 1.0;
        }
        if count > 0.0 {
            ASKER_PART * own + (1.0 - ASKER_PART) * sum / count
        } else {
            own
        }
    }
}

fn likeness_value(likeness: Option<&Likeness>) -> f64 {
    likeness.map_or(0.0, |likeness| likeness.value)
}

fn describe(likeness: Option<&Likeness>) -> String {
    let Some(likeness) = likeness else {
        return "like partners who are on board".to_owned();
    };
    let parts: Vec<String> = likeness
        .parts
        .iter()
        .map(|part| format!("{} {:.1}", part.fact, part.difference))
        .collect();
    format!(
        "statistical distance {:.2} ({} standard deviations apart)",
        likeness.distance,
        parts.join(", ")
    )
}

/// What a person should know although it does not change the score.
fn remarks(seeker: &Seeker<'_>, entry: &Entry, effort: &Effort, near: &Nearness, case: &mut Case) {
    if effort.value <= 0.0 && !seeker.efforts.is_empty() {
        case.remark("efforts", "no overlapping effort is known".to_owned());
    }
    if effort.ended_unproven {
        case.remark(
            "ahead",
            "an overlapping effort ended without evidence that it worked".to_owned(),
        );
    }
    let (ours, theirs) = (&seeker.entry.facts.nation, &entry.facts.nation);
    if !ours.is_empty() && !theirs.is_empty() && ours != theirs {
        case.remark("likeness", format!("in {theirs}: other law and other funders"));
    }
    if let Some(km) = near.km.filter(|km| *km >= FAR_KM) {
        case.remark("geography", format!("{km:.0} km apart"));
    }
    if !entry.activities.is_empty() && entry.activities.iter().all(|a| a.last_confirmed.is_none()) {
        case.remark("freshness", "no entry has been confirmed yet".to_owned());
    }
}

fn notes(seeker: &Seeker<'_>, question: &Question, partners: &[Suggestion]) -> Vec<String> {
    let name = &seeker.entry.facts.name;
    let mut notes = Vec::new();
    if seeker.efforts.is_empty() && question.themes.is_empty() {
        notes.push(format!(
            "no project of {name} is known: ranked by likeness, nearness and past work alone"
        ));
    }
    if seeker.entry.facts.tier.is_none() {
        notes.push(format!(
            "the tier of {name} is unknown: like tiers could not be compared with like"
        ));
    }
    let other = partners
        .iter()
        .filter(|partner| partner.same_tier == Some(false))
        .count();
    if other > 0 {
        notes.push(format!(
            "{other} of {} run other services than {name}",
            partners.len()
        ));
    }
    notes
}
