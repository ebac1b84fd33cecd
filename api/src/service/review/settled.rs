//! What people decided, held against what changed since: a dismissal holds until a record materially changes, and what
//! an authority declared explains a pair until a reviewer looks at it.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::kinds::{DeclaredRelation, OverlapState, ProjectStatus, ReviewMove, ReviewReason, ReviewSeat};
use entity::{overlap, overlap_move, overlap_review as review};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::case::unmoved;
use super::material::{self, Material, Pair};
use super::moves::{self, Standing};
use super::{fresh, queue, renewed_priority, stake, undecide};
use crate::clock;
use crate::error::ApiResult;
use crate::exchange::record::Amount;
use crate::service::summary;
use crate::store;

/// Who moves what nobody moves.
const TANDEM: &str = "Tandem";

/// What bears on a batch of findings that were judged anew.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    reviews: HashMap<Uuid, review::Model>,
    materials: HashMap<Uuid, Material>,
    merged: HashMap<Uuid, Uuid>,
    declared: HashMap<(Uuid, Uuid), DeclaredRelation>,
    costs: HashMap<Uuid, Vec<Amount>>,
}

impl Settled {
    /// Reads what bears on findings that are there, and on pairs that were judged now.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn read(
        db: &impl ConnectionTrait,
        known: &[overlap::Model],
        judged: &[(Uuid, Uuid)],
    ) -> ApiResult<Self> {
        let both = |(left, right): &(Uuid, Uuid)| [*left, *right];
        let ids: BTreeSet<Uuid> = judged.iter().flat_map(both).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut found = Self {
            costs: summary::costs_in(db, &ids).await?,
            ..Self::default()
        };
        for ids in ids.chunks(store::ROWS_AN_INSERT) {
            for row in store::project::relations(db, ids).await? {
                let pair = (row.project_id.min(row.other_id), row.project_id.max(row.other_id));
                found.declared.insert(pair, row.relation);
            }
        }
        let moved = known.iter().filter(|row| row.state != OverlapState::Flagged);
        let moved: Vec<&overlap::Model> = moved.collect();
        if moved.is_empty() {
            return Ok(found);
        }
        let reviews: Vec<Uuid> = moved.iter().map(|row| row.id).collect();
        let reviews = store::review::by_overlaps(db, &reviews).await?;
        found.reviews = reviews.into_iter().map(|row| (row.overlap_id, row)).collect();
        let sides: BTreeSet<Uuid> = moved.iter().flat_map(|row| [row.left_id, row.right_id]).collect();
        let sides: Vec<Uuid> = sides.into_iter().collect();
        found.materials = material::of_projects(db, &sides).await?;
        found.merged = store::organisation::merged(db).await?.into_iter().collect();
        Ok(found)
    }

    /// What is at stake in a pair of this score.
    fn stake(&self, left: Uuid, right: Uuid, score: f64) -> i64 {
        let of = |id: &Uuid| summary::added(self.costs.get(id).into_iter().flatten());
        let (left, right) = (of(&left), of(&right));
        let shared = left.iter().filter_map(|one| {
            let other = right.iter().find(|other| other.currency == one.currency)?;
            Some(one.minor.min(other.minor))
        });
        stake(score, shared.max())
    }

    /// Says how soon a finding is to be read that was just flagged.
    pub(crate) fn place(&self, row: &mut overlap::Model) {
        row.priority = fresh(self.stake(row.left_id, row.right_id, row.score));
    }

    /// What people decided about a finding that was judged anew, as far as it still holds. `row` is the finding as it
    /// will be written. Returns whether it was flagged anew.
    ///
    /// # Errors
    /// When the database fails, or what was kept cannot be read.
    pub(crate) async fn settle(
        &self,
        db: &impl ConnectionTrait,
        row: &mut overlap::Model,
    ) -> ApiResult<bool> {
        let stake = self.stake(row.left_id, row.right_id, row.score);
        row.priority = renewed_priority(row.priority, stake);
        let declared = self.declared.get(&(row.left_id, row.right_id));
        if row.state == OverlapState::Flagged {
            if let Some(relation) = declared {
                self.explain(db, row, *relation).await?;
            }
            return Ok(false);
        }
        let Some(review) = self.reviews.get(&row.id) else {
            return Ok(false);
        };
        let why = match (review.explained, declared) {
            (true, Some(_)) => None,
            (true, None) => Some("the relation that explained it is no longer declared".to_owned()),
            (false, _) => self.changed(row, review)?,
        };
        match why {
            Some(why) => self.flag_anew(db, row, review, why).await,
            None => Ok(false),
        }
    }

    /// What materially changed since a finding was decided, in words.
    fn changed(&self, row: &overlap::Model, review: &review::Model) -> ApiResult<Option<String>> {
        let sides = self
            .materials
            .get(&row.left_id)
            .zip(self.materials.get(&row.right_id));
        let Some((kept, (left, right))) = review.material.as_deref().zip(sides) else {
            return Ok(None);
        };
        let now = Pair {
            left: left.clone(),
            right: right.clone(),
        };
        let parts = now.changed(kept, &|id| self.survivor(id))?;
        Ok((!parts.is_empty())
            .then(|| format!("since it was decided a record changed its {}", parts.join(", "))))
    }

    fn survivor(&self, id: Uuid) -> Uuid {
        let mut id = id;
        for _ in 0..=self.merged.len() {
            match self.merged.get(&id) {
                Some(into) => id = *into,
                None => break,
            }
        }
        id
    }

    /// Explains a finding by a declared relation, until a reviewer nods or looks at it.
    ///
    /// # Errors
    /// When the database fails.
    async fn explain(
        &self,
        db: &impl ConnectionTrait,
        row: &mut overlap::Model,
        relation: DeclaredRelation,
    ) -> ApiResult<()> {
        let before = store::review::by_overlap(db, row.id).await?;
        let before = before.unwrap_or_else(|| unmoved(row));
        let after = review::Model {
            outcome: Some(OverlapState::Related),
            explained: true,
            ..next(&before)
        };
        let told = Told {
            kind: ReviewMove::Explain,
            to: OverlapState::Related,
            reason: Some(ReviewReason::DeclaredRelation),
            explanation: format!("declared: one {} the other", relation.as_str()),
            cites: None,
        };
        write(db, row, after, told).await
    }

    /// The same, for a finding that was just written.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn explain_fresh(
        &self,
        db: &impl ConnectionTrait,
        row: &mut overlap::Model,
    ) -> ApiResult<()> {
        if let Some(relation) = self.declared.get(&(row.left_id, row.right_id)) {
            self.explain(db, row, *relation).await?;
            store::review::place(db, row.id, row.state, row.priority).await?;
        }
        Ok(())
    }

    async fn flag_anew(
        &self,
        db: &impl ConnectionTrait,
        row: &mut overlap::Model,
        review: &review::Model,
        why: String,
    ) -> ApiResult<bool> {
        let at = Standing {
            state: row.state,
            outcome: review.outcome,
            explained: review.explained,
            followed: review.follow_up.is_some(),
            heard: false,
            appealable: false,
            appealed: review.appeal_open,
            own_decision: false,
        };
        if moves::moved(ReviewMove::FlagAnew, &at, &[ReviewSeat::System]).is_err() {
            return Ok(false);
        }
        let mut after = next(review);
        let cites = after.decision_id;
        undecide(&mut after);
        after.assignee_id = None;
        after.assignee_name = None;
        after.reply_due_at = None;
        after.remind_at = None;
        after.round_began_at = Some(after.updated_at);
        let told = Told {
            kind: ReviewMove::FlagAnew,
            to: OverlapState::Flagged,
            reason: None,
            explanation: why,
            cites,
        };
        write(db, row, after, told).await?;
        Ok(true)
    }
}

/// Of findings that the engine no longer makes, those that are left to people: they were confirmed, related or are looked
/// at, and both projects still stand.
///
/// # Errors
/// When the database fails.
pub(crate) async fn kept(db: &impl ConnectionTrait, gone: &[overlap::Model]) -> ApiResult<HashSet<Uuid>> {
    use OverlapState::{Confirmed, NeedsInfo, Related, UnderReview};
    let theirs = |row: &&overlap::Model| matches!(row.state, Confirmed | NeedsInfo | Related | UnderReview);
    let theirs: Vec<&overlap::Model> = gone.iter().filter(theirs).collect();
    let mut standing = HashSet::new();
    for rows in theirs.chunks(store::ROWS_AN_INSERT / 2) {
        let ids: Vec<Uuid> = rows.iter().flat_map(|row| [row.left_id, row.right_id]).collect();
        let projects = store::project::by_ids(db, &ids).await?;
        let active = projects.iter().filter(|row| row.status == ProjectStatus::Active);
        let active: HashSet<Uuid> = active.map(|row| row.id).collect();
        let stand = rows
            .iter()
            .filter(|row| active.contains(&row.left_id) && active.contains(&row.right_id));
        standing.extend(stand.map(|row| row.id));
    }
    Ok(standing)
}

/// Notes that a finding followed a record that became part of another, or two again. What was decided rests on the two
/// records as `material` has them from now on.
///
/// # Errors
/// When the database fails.
pub(crate) async fn carry(
    db: &impl ConnectionTrait,
    row: &mut overlap::Model,
    (review, material): (&review::Model, Option<String>),
    why: String,
) -> ApiResult<()> {
    let after = review::Model {
        material,
        ..next(review)
    };
    let told = Told {
        kind: ReviewMove::Carry,
        to: row.state,
        reason: None,
        explanation: why,
        cites: review.decision_id,
    };
    write(db, row, after, told).await
}

fn next(before: &review::Model) -> review::Model {
    review::Model {
        version: before.version + 1,
        updated_at: clock::now(),
        ..before.clone()
    }
}

/// What Tandem itself did.
struct Told {
    kind: ReviewMove,
    to: OverlapState,
    reason: Option<ReviewReason>,
    explanation: String,
    cites: Option<Uuid>,
}

async fn write(
    db: &impl ConnectionTrait,
    row: &mut overlap::Model,
    after: review::Model,
    told: Told,
) -> ApiResult<()> {
    let moved = overlap_move::Model {
        id: Uuid::now_v7(),
        overlap_id: row.id,
        kind: told.kind,
        moved_at: after.updated_at,
        moved_by: None,
        mover: TANDEM.to_owned(),
        seat: ReviewSeat::System,
        organisation_id: None,
        from_state: row.state,
        to_state: told.to,
        reason: told.reason,
        explanation: Some(told.explanation),
        note: None,
        relation: None,
        follow_up: None,
        judged: None,
        due_at: None,
        cites_id: told.cites,
        review_version: after.version,
        score: row.score,
        left_version: row.left_version,
        right_version: row.right_version,
        model_version: row.model_version.clone(),
    };
    row.priority = queue::priority(row, told.to, &after, false);
    row.state = told.to;
    // The catalogue's row is locked, so nobody moved it meanwhile.
    store::review::save(db, after).await?;
    Ok(store::review::add(db, moved).await?)
}
