//! What was found and decided about a record that becomes part of another: it follows to the record that stays.
//!
//! A finding of the record that goes and a third project becomes one of the record that stays and that project, with all its
//! moves. Where the two have one already, the one that people moved stands; where people moved both, that of the record that
//! stays. A decision holds over the merge: it rests on the records as they stand after it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::kinds::ProjectStatus;
use entity::{overlap, overlap_review as review, project};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::service::evidence::Stored;
use crate::service::review::material;
use crate::service::review::settled::carry;
use crate::store;

/// A finding that followed, and how it stood before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Followed {
    /// The finding.
    overlap: Uuid,
    /// The project that it is about beside the two.
    third: Uuid,
    /// The finding of the record that stays, whose place it took.
    displaced: Option<(Uuid, Option<DateTime<Utc>>)>,
    versions: (i32, i32),
    evidence: String,
    withdrawn_at: Option<DateTime<Utc>>,
    /// The version of its review after it had followed, and what its decision rested on before; `None` where nobody moved it.
    review: Option<(i32, Option<String>)>,
}

/// Two projects, the smaller id first.
fn pair(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    (one.min(other), one.max(other))
}

fn beside(row: &overlap::Model, one: Uuid) -> Uuid {
    if row.left_id == one {
        row.right_id
    } else {
        row.left_id
    }
}

/// Lets every finding of `goes` with a third project follow to `stays`.
///
/// # Errors
/// When the database fails.
pub(super) async fn follow(
    db: &impl ConnectionTrait,
    (stays, goes): (&project::Model, &project::Model),
) -> ApiResult<Vec<Followed>> {
    let known = store::overlap::ever_of(db, &[stays.id, goes.id]).await?;
    let ids: Vec<Uuid> = known.iter().map(|row| row.id).collect();
    let reviews = store::review::by_overlaps(db, &ids).await?;
    let reviews: HashMap<Uuid, review::Model> =
        reviews.into_iter().map(|row| (row.overlap_id, row)).collect();
    let (theirs, own): (Vec<_>, Vec<_>) = known
        .into_iter()
        .filter(|row| pair(stays.id, goes.id) != (row.left_id, row.right_id))
        .partition(|row| [row.left_id, row.right_id].contains(&goes.id));
    let own: HashMap<Uuid, overlap::Model> =
        own.into_iter().map(|row| (beside(&row, stays.id), row)).collect();
    let thirds: Vec<Uuid> = theirs.iter().map(|row| beside(row, goes.id)).collect();
    let active = standing(db, &thirds).await?;
    let mut followed = Vec::new();
    for row in theirs {
        let third = beside(&row, goes.id);
        let (review, there) = (reviews.get(&row.id), own.get(&third));
        let settled = there.is_some_and(|there| review.is_none() || reviews.contains_key(&there.id));
        if settled || (row.withdrawn_at.is_some() && review.is_none()) || !active.contains(&third) {
            continue;
        }
        followed.push(take_along(db, (stays, goes), (row, third), (review, there)).await?);
    }
    Ok(followed)
}

/// Those of these projects that were not taken out.
async fn standing(db: &impl ConnectionTrait, ids: &[Uuid]) -> ApiResult<HashSet<Uuid>> {
    let mut found = HashSet::with_capacity(ids.len());
    for ids in ids.chunks(store::ROWS_AN_INSERT) {
        let rows = store::project::by_ids(db, ids).await?.into_iter();
        found.extend(
            rows.filter(|row| row.status == ProjectStatus::Active)
                .map(|row| row.id),
        );
    }
    Ok(found)
}

async fn take_along(
    db: &impl ConnectionTrait,
    (stays, goes): (&project::Model, &project::Model),
    (row, third): (overlap::Model, Uuid),
    (review, there): (Option<&review::Model>, Option<&overlap::Model>),
) -> ApiResult<Followed> {
    let displaced = there.map(|there| (there.id, there.withdrawn_at));
    let mut kept = Followed {
        overlap: row.id,
        third,
        displaced,
        versions: (row.left_version, row.right_version),
        evidence: row.evidence.clone(),
        withdrawn_at: row.withdrawn_at,
        review: None,
    };
    let evidence: Stored = serde_json::from_str(&row.evidence).map_err(ApiError::internal)?;
    let evidence = evidence.followed(&goes.title, &stays.title);
    let mut moved = overlap::Model {
        evidence: serde_json::to_string(&evidence).map_err(ApiError::internal)?,
        ..placed(db, row, pair(stays.id, third)).await?
    };
    if let Some(review) = review {
        let material = match &review.material {
            Some(_) => rests_on(db, &moved).await?,
            None => None,
        };
        let why = format!("“{}” became part of “{}”", goes.title, stays.title);
        carry(db, &mut moved, (review, material), why).await?;
        kept.review = Some((review.version + 1, review.material.clone()));
    }
    let out = there.map(|there| overlap::Model {
        withdrawn_at: there.withdrawn_at.or(Some(clock::now())),
        ..there.clone()
    });
    exchange(db, moved, out.map(|out| (out, pair(goes.id, third)))).await?;
    Ok(kept)
}

/// Gives findings that followed back to the record that becomes its own again. Returns those that somebody moved since, and
/// that stay where they are.
///
/// # Errors
/// When the database fails.
pub(super) async fn give_back(
    db: &impl ConnectionTrait,
    (stays, back): (&project::Model, &project::Model),
    followed: Vec<Followed>,
) -> ApiResult<Vec<String>> {
    let mut left = Vec::new();
    for one in followed {
        let Some(row) = store::overlap::by_id(db, one.overlap).await? else {
            continue;
        };
        let review = store::review::by_overlap(db, row.id).await?;
        let version = review.as_ref().map(|review| review.version);
        if version != one.review.as_ref().map(|(version, _)| *version) {
            let third = store::project::by_id(db, one.third).await?;
            left.push(format!(
                "finding with “{}”",
                third.map(|row| row.title).unwrap_or_default()
            ));
            continue;
        }
        let (left_id, right_id) = pair(back.id, one.third);
        let mut moved = overlap::Model {
            left_id,
            right_id,
            left_version: one.versions.0,
            right_version: one.versions.1,
            evidence: one.evidence,
            withdrawn_at: one.withdrawn_at,
            updated_at: clock::now(),
            ..row
        };
        if let Some((review, (_, material))) = review.as_ref().zip(one.review) {
            let why = format!("“{}” is a project of its own again", back.title);
            carry(db, &mut moved, (review, material), why).await?;
        }
        let out = match one.displaced {
            Some((id, withdrawn_at)) => store::overlap::by_id(db, id)
                .await?
                .map(|out| overlap::Model { withdrawn_at, ..out }),
            None => None,
        };
        exchange(db, moved, out.map(|out| (out, pair(stays.id, one.third)))).await?;
    }
    Ok(left)
}

/// Writes a finding, and with another pair the one whose place it takes. No pair is there twice at any moment: the one in
/// between is the other way round, as no pair is.
async fn exchange(
    db: &impl ConnectionTrait,
    moved: overlap::Model,
    out: Option<(overlap::Model, (Uuid, Uuid))>,
) -> ApiResult<()> {
    let Some((out, (left_id, right_id))) = out else {
        return Ok(store::overlap::update(db, moved).await?);
    };
    let aside = overlap::Model {
        left_id: moved.right_id,
        right_id: moved.left_id,
        ..out.clone()
    };
    store::overlap::update(db, aside).await?;
    store::overlap::update(db, moved).await?;
    let out = overlap::Model {
        left_id,
        right_id,
        updated_at: clock::now(),
        ..out
    };
    Ok(store::overlap::update(db, out).await?)
}

/// A finding with another pair, of which it says the versions that stand.
async fn placed(
    db: &impl ConnectionTrait,
    row: overlap::Model,
    (left_id, right_id): (Uuid, Uuid),
) -> ApiResult<overlap::Model> {
    let rows = store::project::by_ids(db, &[left_id, right_id]).await?;
    let version = |id: Uuid, before: i32| {
        rows.iter()
            .find(|row| row.id == id)
            .map_or(before, |row| row.version)
    };
    Ok(overlap::Model {
        left_id,
        right_id,
        left_version: version(left_id, row.left_version),
        right_version: version(right_id, row.right_version),
        updated_at: clock::now(),
        ..row
    })
}

/// What a decision on a finding rests on, as its two records stand.
async fn rests_on(db: &impl ConnectionTrait, row: &overlap::Model) -> ApiResult<Option<String>> {
    let pair = material::Pair::of(db, row.left_id, row.right_id).await?;
    pair.map(|pair| pair.kept()).transpose()
}
