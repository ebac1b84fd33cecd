//! The evidence report of a finding: all that somebody needs to follow how it came about, as data, as Markdown and as a
//! page to print. Both records are shown as of the versions that were judged, not as they are now.

pub mod dimension;
mod facts;
mod markdown;
mod marks;
mod page;
mod side;

use chrono::{DateTime, Utc};
use entity::kinds::{DeclaredRelation, OverlapRelation, OverlapState};
use entity::{organisation, overlap, overlap_move};
use sea_orm::ConnectionTrait;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

use super::App;
use super::evidence::Stored;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::service::review::own_judgements;
use crate::service::review::parties::{Parties, concerned, reviews};
use crate::store;
use crate::store::page::Page;
use crate::store::review::Sight;
use dimension::Dimension;
pub use facts::{Period, SameCost, SharedParticipant, SharedPlace, Sum};
pub use marks::Segment;
pub use side::Side;

/// So many moves are shown, the latest.
const MOST_MOVES: u64 = 100;

/// Organisations by their ids.
type Bodies = HashMap<Uuid, organisation::Model>;

/// All that is known of a finding.
#[derive(Debug, Clone)]
pub struct Report {
    /// The finding.
    pub overlap: overlap::Model,
    /// One record, as it was judged.
    pub left: Side,
    /// The other.
    pub right: Side,
    /// Every contribution, the words that met, and what is missing.
    pub evidence: Stored,
    /// In which ways the two overlap.
    pub dimensions: Vec<Dimension>,
    /// Who takes part in both, and as what.
    pub participants: Vec<SharedParticipant>,
    /// How the periods lie to each other.
    pub period: Period,
    /// Places that both are for, or that both are led from.
    pub places: Vec<SharedPlace>,
    /// Every sum of either, by who gives it.
    pub sums: Vec<Sum>,
    /// Sums that may be one cost.
    pub same_costs: Vec<SameCost>,
    /// What either declares to be to the other: whether the left one declares it, and what.
    pub declared: Vec<(bool, DeclaredRelation)>,
    /// The moves of its review that whoever asks may see, the latest first.
    pub moves: Vec<overlap_move::Model>,
    /// Whether reviewers' notes are among what they may see.
    pub inner: bool,
    /// When the report was made.
    pub made_at: DateTime<Utc>,
}

/// Puts a report together for whoever asks.
///
/// # Errors
/// When the database fails, or what was kept cannot be read.
pub async fn make(app: &App, viewer: &Viewer, overlap: overlap::Model) -> ApiResult<Report> {
    let db = app.db.read();
    let evidence: Stored = serde_json::from_str(&overlap.evidence).map_err(ApiError::internal)?;
    let left = side::stated(db, overlap.left_id, overlap.left_version).await?;
    let right = side::stated(db, overlap.right_id, overlap.right_version).await?;
    let ids: BTreeSet<Uuid> = left.bodies().chain(right.bodies()).collect();
    let bodies = store::organisation::by_ids(db, ids).await?;
    let bodies: Bodies = bodies.into_iter().map(|body| (body.id, body)).collect();
    let declared = declared(&overlap, &left, &right);
    let participants = facts::participants(&left.state, &right.state, &bodies);
    let period = facts::period(&left.state, &right.state);
    let (sums, same_costs) = facts::money(&left.state, &right.state, &bodies);
    let dimensions = dimension::classify(&overlap, &participants, &period, (&sums, &same_costs));
    let (moves, inner) = moves(db, viewer, &overlap).await?;
    Ok(Report {
        places: facts::places(&left.state, &right.state, &bodies),
        left: Side::of(left, &bodies, &evidence, true),
        right: Side::of(right, &bodies, &evidence, false),
        evidence,
        dimensions,
        participants,
        period,
        sums,
        same_costs,
        declared,
        moves,
        inner,
        made_at: clock::now(),
        overlap,
    })
}

fn declared(
    overlap: &overlap::Model,
    left: &side::Stated,
    right: &side::Stated,
) -> Vec<(bool, DeclaredRelation)> {
    let of = |stated: &side::Stated, other: Uuid, is_left: bool| -> Vec<(bool, DeclaredRelation)> {
        let relations = stated.state.draft.relations.iter();
        let theirs = relations.filter(|(id, _)| *id == other);
        theirs.map(|(_, relation)| (is_left, *relation)).collect()
    };
    let mut declared = of(left, overlap.right_id, true);
    declared.extend(of(right, overlap.left_id, false));
    declared
}

/// The moves that somebody may see, and whether reviewers' notes are among that.
async fn moves(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    overlap: &overlap::Model,
) -> ApiResult<(Vec<overlap_move::Model>, bool)> {
    if viewer.grants().is_empty() {
        return Ok((Vec::new(), false));
    }
    let parties = Parties::of(db, &[overlap.left_id, overlap.right_id]).await?;
    let seats = parties.seats(viewer);
    if !concerned(&seats) {
        return Ok((Vec::new(), false));
    }
    let inner = reviews(&seats);
    let sight = Sight {
        overlap: overlap.id,
        all: inner,
        organisations: parties.own(viewer),
        own_judgements: own_judgements(overlap, viewer),
    };
    let slice = store::review::list(db, &sight, &Page::first(MOST_MOVES)).await?;
    Ok((slice.rows, inner))
}

impl Report {
    /// As Markdown (`CommonMark` with tables).
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::written(self)
    }

    /// As one page of HTML that needs nothing else.
    #[must_use]
    pub fn html(&self) -> String {
        page::written(self)
    }

    /// The report as titled parts, which both ways of writing share.
    fn parts(&self) -> Vec<(&'static str, Table)> {
        vec![
            ("In which ways they overlap", self.dimension_table()),
            ("What the score is made of", self.contribution_table()),
            ("Words that met", self.term_table()),
            ("Who takes part in both", self.participant_table()),
            ("When", self.period_table()),
            ("Where", self.place_table()),
            ("Money, by who gives it", self.sum_table()),
            ("Possibly the same cost", self.same_cost_table()),
            ("What is declared", self.declared_table()),
            ("What is missing", self.missing_table()),
            ("What people did with it", self.move_table()),
        ]
    }

    fn dimension_table(&self) -> Table {
        let rows = self.dimensions.iter().map(|dimension| {
            vec![
                dimension.kind.title().to_owned(),
                dimension.verdict.title().to_owned(),
                dimension.why.clone(),
            ]
        });
        Table::new(&["Dimension", "Finding", "Why"], rows, "")
    }

    fn contribution_table(&self) -> Table {
        let rows = self.evidence.contributions.iter().map(|part| {
            vec![
                part.factor.clone(),
                format!("{:.2}", part.weight),
                format!("{:+.2}", part.log_odds),
                part.detail.clone(),
            ]
        });
        let sum: f64 = self.evidence.contributions.iter().map(|part| part.log_odds).sum();
        let total = vec![
            "sum".to_owned(),
            String::new(),
            format!("{sum:+.2}"),
            format!("a probability of {:.3}", self.overlap.score),
        ];
        Table::new(&["Fact", "Weight", "Log-odds", "Seen"], rows.chain([total]), "")
    }

    fn term_table(&self) -> Table {
        let rows = self.evidence.aligned_terms.iter().zip(1..).map(|(term, number)| {
            vec![
                format!("{number}"),
                term.left.clone(),
                term.right.clone(),
                format!("{:.0} %", term.similarity * 100.0),
                format!("{:.1} %", term.weight * 100.0),
            ]
        });
        let heads = ["No.", "Left", "Right", "Alike", "Part of the likeness"];
        Table::new(&heads, rows, "No words met.")
    }

    fn participant_table(&self) -> Table {
        let rows = self.participants.iter().map(|shared| {
            vec![
                shared.name.clone(),
                shared.left.join(", "),
                shared.right.join(", "),
                shared.matched_by.clone(),
            ]
        });
        Table::new(
            &["Who", "Left as", "Right as", "Matched by"],
            rows,
            "Nobody is known to take part in both.",
        )
    }

    fn period_table(&self) -> Table {
        let row = vec![
            self.period.left.clone(),
            self.period.right.clone(),
            self.period.told.clone(),
        ];
        Table::new(&["Left", "Right", "Together"], [row], "")
    }

    fn place_table(&self) -> Table {
        let rows = self
            .places
            .iter()
            .map(|place| vec![place.name.clone(), place.how.to_owned()]);
        Table::new(&["Place", "How"], rows, "No place is known that both share.")
    }

    fn sum_table(&self) -> Table {
        let rows = self.sums.iter().map(|sum| {
            vec![
                if sum.is_left { "left" } else { "right" }.to_owned(),
                sum.kind.to_owned(),
                sum.source.clone().unwrap_or_else(|| "not told".to_owned()),
                sum.told(),
                sum.awarded_on.map(|day| day.to_string()).unwrap_or_default(),
            ]
        });
        Table::new(
            &["Record", "What", "From", "Amount", "On"],
            rows,
            "No sums are known.",
        )
    }

    fn same_cost_table(&self) -> Table {
        let rows = self
            .same_costs
            .iter()
            .map(|same| vec![same.told.clone(), same.why.clone()]);
        Table::new(&["Amount", "Why"], rows, "No sum stands in both records.")
    }

    fn declared_table(&self) -> Table {
        let rows = self.declared.iter().map(|(is_left, relation)| {
            let sides = if *is_left {
                ("left", "right")
            } else {
                ("right", "left")
            };
            vec![format!(
                "The {} record declares: {} the {} one",
                sides.0,
                relation.as_str(),
                sides.1
            )]
        });
        Table::new(
            &["Relation"],
            rows,
            "Neither record declares to be related to the other.",
        )
    }

    fn missing_table(&self) -> Table {
        let rows = self.evidence.missing.iter().map(|gap| vec![gap.clone()]);
        Table::new(&["Unknown"], rows, "Nothing that would have helped is unknown.")
    }

    fn move_table(&self) -> Table {
        let rows = self.moves.iter().map(|row| {
            let note = row.note.as_deref().filter(|_| self.inner);
            let note = note.map(|note| format!("(for reviewers: {note})"));
            let why = row.reason.map(|reason| reason.as_str().to_owned());
            let words: Vec<String> = why
                .into_iter()
                .chain(row.explanation.clone())
                .chain(note)
                .collect();
            vec![
                row.moved_at.format("%Y-%m-%d %H:%M").to_string(),
                row.seat.as_str().to_owned(),
                row.kind.as_str().to_owned(),
                format!("{} → {}", row.from_state.as_str(), row.to_state.as_str()),
                words.join(": "),
            ]
        });
        Table::new(
            &["When", "As", "What", "State", "Why"],
            rows,
            "Nothing that you can see.",
        )
    }

    /// What the finding says of itself in a line each.
    fn head(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Seems to be", relation(self.overlap.relation).to_owned()),
            ("Probability", format!("{:.3}", self.overlap.score)),
            ("State", state(self.overlap.state).to_owned()),
            ("Flagged", self.overlap.created_at.format("%Y-%m-%d").to_string()),
            (
                "Judged",
                self.overlap.updated_at.format("%Y-%m-%d %H:%M").to_string(),
            ),
            (
                "Method and parameters",
                format!("version {}", self.overlap.model_version),
            ),
            ("Finding", self.overlap.id.to_string()),
            (
                "Report made",
                self.made_at.format("%Y-%m-%d %H:%M UTC").to_string(),
            ),
        ]
    }
}

/// A table of the report; where it has no rows, what is said in its place.
#[derive(Debug, Clone)]
struct Table {
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    empty: &'static str,
}

impl Table {
    fn new(heads: &[&'static str], rows: impl IntoIterator<Item = Vec<String>>, empty: &'static str) -> Self {
        Self {
            heads: heads.to_vec(),
            rows: rows.into_iter().collect(),
            empty,
        }
    }
}

fn relation(relation: OverlapRelation) -> &'static str {
    match relation {
        OverlapRelation::SameProject => "one project recorded twice",
        OverlapRelation::LaterPhase => "a later phase of the same effort",
        OverlapRelation::SameSolution => "the same solution elsewhere",
        OverlapRelation::SimilarEffort => "a separate effort after the same end",
    }
}

fn state(state: OverlapState) -> &'static str {
    match state {
        OverlapState::Flagged => "flagged by the engine; nobody has looked at it",
        OverlapState::UnderReview => "under review",
        OverlapState::Confirmed => "confirmed by people",
        OverlapState::Dismissed => "dismissed by people",
        OverlapState::Related => "related, and explained",
        OverlapState::NeedsInfo => "waits for facts",
        OverlapState::Closed => "closed",
    }
}
