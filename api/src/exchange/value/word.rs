//! Words of the closed lists, and what people say instead.

use entity::kinds::{Phase, ProjectKind};

/// What a phase column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Phase(Phase),
    /// The word tells what sort of effort it is, not how far along.
    Kind(ProjectKind),
}

const PHASES: [(Phase, &[&str]); 6] = [
    (
        Phase::Concept,
        &[
            "idea",
            "proposal",
            "proposed",
            "planned",
            "planning",
            "plan",
            "pre discovery",
            "scoping",
            "feasibility",
        ],
    ),
    (
        Phase::Discovery,
        &[
            "research",
            "exploration",
            "exploring",
            "investigation",
            "feasibility study",
        ],
    ),
    (
        Phase::Alpha,
        &[
            "prototype",
            "prototyping",
            "proof of concept",
            "poc",
            "in development",
            "development",
            "under development",
            "mvp",
            "build",
            "design",
        ],
    ),
    (
        Phase::Beta,
        &[
            "pilot",
            "piloting",
            "trial",
            "trialling",
            "testing",
            "private beta",
            "public beta",
            "pilot phase",
        ],
    ),
    (
        Phase::Live,
        &[
            "implemented",
            "in production",
            "production",
            "operational",
            "in use",
            "in operation",
            "running",
            "deployed",
            "launched",
            "business as usual",
            "bau",
            "rolled out",
            "established",
            "adopted",
        ],
    ),
    (
        Phase::Retired,
        &[
            "not in use anymore",
            "not in use",
            "no longer in use",
            "decommissioned",
            "discontinued",
            "withdrawn",
            "abandoned",
            "stopped",
            "switched off",
            "retired service",
        ],
    ),
];

const KINDS: [(ProjectKind, &[&str]); 4] = [
    (
        ProjectKind::Accelerator,
        &["acceleration", "accelerator programme", "incubator", "incubation"],
    ),
    (
        ProjectKind::Demonstrator,
        &[
            "demonstration",
            "demo",
            "demonstrator project",
            "testbed",
            "test bed",
            "pathfinder",
            "showcase",
        ],
    ),
    (
        ProjectKind::Experiment,
        &[
            "experimentation",
            "trial",
            "pilot",
            "innovation pilot",
            "test",
            "proof of concept",
            "prototype",
        ],
    ),
    (
        ProjectKind::Rollout,
        &[
            "roll out",
            "deployment",
            "implementation",
            "scale up",
            "scaling",
            "adoption",
        ],
    ),
];

/// How far along; `None` if the word is not known.
pub(crate) fn stage(text: &str) -> Option<Stage> {
    let word = plain(text);
    let phase = Phase::parse(&word).or_else(|| find(&PHASES, &word));
    let kind = || ProjectKind::parse(&word).or_else(|| find(&KINDS, &word));
    phase.map(Stage::Phase).or_else(|| kind().map(Stage::Kind))
}

/// What sort of effort; `None` if the word is not known.
pub(crate) fn kind(text: &str) -> Option<ProjectKind> {
    let word = plain(text);
    ProjectKind::parse(&word).or_else(|| find(&KINDS, &word))
}

fn find<T: Copy>(list: &[(T, &[&str])], word: &str) -> Option<T> {
    list.iter()
        .find(|(_, words)| words.contains(&word))
        .map(|(meant, _)| *meant)
}

/// Lower case, one space between words, without "phase" or "stage" around the word.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase().replace(['-', '_', '/'], " ");
    let words: Vec<&str> = lower
        .split_whitespace()
        .filter(|word| !matches!(*word, "phase" | "stage"))
        .collect();
    words.join(" ").trim_matches(['.', ',', ';', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_known_by_many_names() {
        for (text, phase) in [
            ("alpha", Phase::Alpha),
            ("Alpha phase", Phase::Alpha),
            ("BETA", Phase::Beta),
            ("Pilot", Phase::Beta),
            ("In development", Phase::Alpha),
            ("Proof-of-concept", Phase::Alpha),
            ("Implemented", Phase::Live),
            ("In production", Phase::Live),
            ("Planned", Phase::Concept),
            ("Not in use anymore", Phase::Retired),
        ] {
            assert_eq!(stage(text), Some(Stage::Phase(phase)), "{text:?}");
        }
        assert_eq!(
            stage("demonstrator"),
            Some(Stage::Kind(ProjectKind::Demonstrator))
        );
        assert_eq!(stage("roll-out"), Some(Stage::Kind(ProjectKind::Rollout)));
        for text in ["procurement", "sbri", "completed", "", "🙂"] {
            assert_eq!(stage(text), None, "{text:?}");
        }
    }

    #[test]
    fn kinds_are_known_by_many_names() {
        assert_eq!(kind("Pilot"), Some(ProjectKind::Experiment));
        assert_eq!(kind("Roll-out"), Some(ProjectKind::Rollout));
        assert_eq!(kind("Service"), None);
    }
}
