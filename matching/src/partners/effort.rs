//! What they do that we do too, how far they are with it, and how fresh that is.

use super::weights::{FRESH_HALF_LIFE_DAYS, FURTHER_EFFORT, SAME_THEMES, SHOWN_FROM, STALE_DAYS, UNPROVEN};
use super::{Activity, Directory, Question, SharedEffort};
use crate::{Day, Phase};

/// How many of the best overlapping efforts count.
const COUNTED: usize = 3;

/// The efforts of two authorities side by side.
#[derive(Debug, Default)]
pub(super) struct Effort {
    /// In [0, 1].
    pub(super) value: f64,
    pub(super) detail: String,
    /// In [0, 1].
    pub(super) ahead: f64,
    pub(super) ahead_detail: String,
    /// Whether every overlapping effort was confirmed too long ago.
    pub(super) stale: bool,
    pub(super) ended_unproven: bool,
    pub(super) shared: Vec<SharedEffort>,
}

/// One of theirs with the best of ours, or with the themes asked for.
struct Meeting<'a> {
    theirs: &'a Activity,
    ours: Option<&'a Activity>,
    /// Whether an overlap was found, or only the themes agree.
    linked: bool,
    worth: f64,
}

impl Effort {
    pub(super) fn between(
        directory: &Directory,
        ours: &[&Activity],
        theirs: &[Activity],
        question: &Question,
    ) -> Self {
        let mut wanted = question.themes.clone();
        tidy_labels(&mut wanted);
        let mut met: Vec<Meeting<'_>> = theirs
            .iter()
            .filter(|theirs| ours.iter().all(|own| own.project != theirs.project))
            .filter_map(|theirs| best_meeting(directory, ours, theirs, &wanted))
            .collect();
        met.sort_by(|a, b| {
            b.worth
                .total_cmp(&a.worth)
                .then(a.theirs.project.cmp(&b.theirs.project))
        });
        met.truncate(COUNTED);
        let Some(best) = met.first() else {
            return Self::default();
        };
        let mut effort = Self {
            value: best.worth,
            detail: describe(best, met.len()),
            ..Self::default()
        };
        for further in met.iter().skip(1) {
            effort.value += (1.0 - effort.value) * FURTHER_EFFORT * further.worth;
        }
        for meeting in &met {
            let ahead = meeting.worth * stage(meeting);
            if ahead > effort.ahead {
                effort.ahead = ahead;
                effort.ahead_detail = describe_stage(meeting);
            }
        }
        effort.ended_unproven = met
            .iter()
            .any(|m| m.linked && m.theirs.phase == Some(Phase::Retired) && !m.theirs.proven);
        effort.stale = met
            .iter()
            .all(|m| days_since(m.theirs, question.today).is_some_and(|d| d > STALE_DAYS));
        effort.shared = met
            .iter()
            .filter(|m| m.linked && m.worth >= SHOWN_FROM)
            .filter_map(|m| {
                Some(SharedEffort {
                    ours: m.ours?.project,
                    theirs: m.theirs.project,
                    score: m.worth,
                })
            })
            .collect();
        effort
    }
}

fn best_meeting<'a>(
    directory: &Directory,
    ours: &[&'a Activity],
    theirs: &'a Activity,
    wanted: &[String],
) -> Option<Meeting<'a>> {
    let asked = SAME_THEMES * shared_part(wanted, &theirs.themes);
    let mut best = Meeting {
        theirs,
        ours: None,
        linked: false,
        worth: asked,
    };
    for &own in ours {
        let found = directory.link(own.project, theirs.project).unwrap_or(0.0);
        let themes = shared_part(&own.themes, &theirs.themes)
            .max(shared_part(&own.technologies, &theirs.technologies));
        let worth = found.max(SAME_THEMES * themes);
        if worth > best.worth {
            best = Meeting {
                theirs,
                ours: Some(own),
                linked: found >= worth,
                worth,
            };
        }
    }
    (best.worth > 0.0).then_some(best)
}

/// The part of all labels of two tidy lists that are in both (Jaccard); 0 where either is empty.
fn shared_part(left: &[String], right: &[String]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    let both: f64 = left
        .iter()
        .filter(|label| right.binary_search(label).is_ok())
        .map(|_| 1.0)
        .sum();
    let all: f64 = left.iter().chain(right).map(|_| 1.0).sum::<f64>() - both;
    both / all
}

/// How much their being further is worth, in [0, 1].
fn stage(meeting: &Meeting<'_>) -> f64 {
    let further = match (meeting.ours.and_then(|own| own.phase), meeting.theirs.phase) {
        (_, None | Some(Phase::Retired)) => false,
        (Some(ours), Some(theirs)) => theirs > ours,
        (None, Some(theirs)) => theirs >= Phase::Beta,
    };
    match (meeting.theirs.proven, further) {
        (true, _) => 1.0,
        (false, true) => UNPROVEN,
        (false, false) => 0.0,
    }
}

fn describe(best: &Meeting<'_>, met: usize) -> String {
    let theirs = &best.theirs.title;
    let more = match met {
        0 | 1 => String::new(),
        n => format!(", and {} more", n - 1),
    };
    match best.ours {
        Some(own) if best.linked => {
            format!(
                "“{theirs}” overlaps with our “{}” ({:.2}){more}",
                own.title, best.worth
            )
        }
        Some(own) => format!(
            "“{theirs}” shares themes or technologies with our “{}”{more}",
            own.title
        ),
        None => format!("“{theirs}” is about the themes asked for{more}"),
    }
}

fn describe_stage(meeting: &Meeting<'_>) -> String {
    let title = &meeting.theirs.title;
    if meeting.theirs.proven {
        format!("“{title}” has evidence that it worked: reuse before rebuild")
    } else {
        format!("“{title}” is a stage ahead")
    }
}

/// Days since an entry was confirmed; a date to come counts as today.
fn days_since(activity: &Activity, today: Day) -> Option<i32> {
    activity
        .last_confirmed
        .map(|day| today.0.saturating_sub(day.0).max(0))
}

/// How lately anything was confirmed, in [0, 1]; 0 when never.
pub(super) fn freshness(activities: &[Activity], today: Day) -> f64 {
    let days = activities
        .iter()
        .filter_map(|activity| days_since(activity, today))
        .min();
    days.map_or(0.0, |days| 0.5_f64.powf(f64::from(days) / FRESH_HALF_LIFE_DAYS))
}

pub(super) fn freshness_detail(activities: &[Activity], today: Day) -> String {
    let days = activities
        .iter()
        .filter_map(|activity| days_since(activity, today))
        .min();
    format!("confirmed an entry {} days ago", days.unwrap_or_default())
}

/// Puts labels into the form in which they are compared.
pub(super) fn tidy(activity: &mut Activity) {
    tidy_labels(&mut activity.themes);
    tidy_labels(&mut activity.technologies);
}

fn tidy_labels(labels: &mut Vec<String>) {
    for label in labels.iter_mut() {
        *label = label.trim().to_lowercase();
    }
    labels.retain(|label| !label.is_empty());
    labels.sort_unstable();
    labels.dedup();
}
