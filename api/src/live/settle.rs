//! From what the index finds to what the database says: findings are stored once a
//! pair, renewed when a record or the method changed, and withdrawn when they no
//! longer hold. What people decided about a pair stays until a record materially changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::kinds::{OverlapRelation, OverlapState};
use entity::overlap::Model as Overlap;
use matching::{
    Catalogue, Evidence, Finding, Key, Match, Relation, ScanOptions, SearchOptions, SearchOutcome,
};
use sea_orm::{ConnectionTrait, Set};
use uuid::Uuid;

use super::{Live, Silent};
use crate::clock;
use crate::error::ApiResult;
use crate::service::calibration::Current as Calibration;
use crate::service::review::settled::{Settled, kept};
use crate::service::{cluster, evidence};
use crate::store::{self, Database};

/// At most so many findings are stored for one project.
const MOST_FINDINGS: usize = 200;

/// Two projects, the smaller id first.
type Pair = (Uuid, Uuid);

/// A pair as judged now.
struct Judged {
    /// The method and parameters that judged.
    model: String,
    score: f64,
    relation: OverlapRelation,
    evidence: String,
}

impl Judged {
    /// Whether it is sure enough to be flagged, with what decisions say of such scores: the engine is asked for a little
    /// more than that.
    fn is_flagged(&self) -> bool {
        Calibration::reaches(self.score, Catalogue::FLAG_THRESHOLD)
    }
}

impl Live {
    /// Looks for overlaps in the whole catalogue.
    pub(super) async fn settle_all(&self, db: &Database) -> ApiResult<()> {
        let calibration = self.calibration();
        let options = ScanOptions {
            min_score: calibration.before(Catalogue::FLAG_THRESHOLD),
            top: Some(MOST_FINDINGS),
            explain: true,
        };
        let found = self
            .with(move |catalogue| catalogue.scan(&options, &Silent))
            .await?;
        let judged = found
            .into_iter()
            .filter_map(|finding| of_finding(finding, &calibration))
            .filter(|judged| judged.as_ref().map_or(true, |(_, judged)| judged.is_flagged()))
            .collect::<Result<BTreeMap<_, _>, _>>()?;
        self.store(db, None, judged).await
    }

    /// Looks for overlaps of projects that changed, and of those they touch: a newcomer
    /// makes its neighbours' other likenesses a little more or less special.
    pub(super) async fn settle_changed(&self, db: &Database, changed: Vec<Uuid>) -> ApiResult<()> {
        let calibration = self.calibration();
        let look = move |catalogue: &Catalogue| around(catalogue, &changed, &calibration);
        let (concerned, found) = self.with(look).await?;
        let judged = found
            .into_iter()
            .map(|(pair, judged)| Ok((pair, judged?)))
            .filter(|judged| judged.as_ref().map_or(true, |(_, judged)| judged.is_flagged()))
            .collect::<Result<_, serde_json::Error>>();
        self.store(db, Some(concerned), judged.map_err(anyhow::Error::from)?)
            .await
    }

    /// Stores what was judged. With `concerned`, only findings of these projects are
    /// renewed or withdrawn; without, all.
    async fn store(
        &self,
        db: &Database,
        concerned: Option<Vec<Uuid>>,
        mut judged: BTreeMap<Pair, Judged>,
    ) -> ApiResult<()> {
        let now = clock::now();
        let txn = db.begin().await?;
        // Locks the catalogue's row: processes that look for overlaps take turns.
        store::catalogue::reserve(&txn, 0).await?;
        let versions = versions(&txn, &judged).await?;
        let known = match &concerned {
            Some(ids) => store::overlap::ever_of(&txn, ids).await?,
            None => store::overlap::every(&txn).await?,
        };
        let pairs: Vec<Pair> = judged.keys().copied().collect();
        let settled = Settled::read(&txn, &known, &pairs).await?;
        let (mut gone, mut told) = (Vec::new(), Vec::new());
        for row in known {
            match judged.remove(&(row.left_id, row.right_id)) {
                Some(now_judged) => {
                    let id = row.id;
                    if renew(&txn, row, (now_judged, &versions), &settled).await? {
                        told.push(id);
                    }
                }
                None if row.withdrawn_at.is_none() => gone.push(row),
                None => {}
            }
        }
        let kept = kept(&txn, &gone).await?;
        let gone: Vec<Uuid> = gone
            .iter()
            .map(|row| row.id)
            .filter(|id| !kept.contains(id))
            .collect();
        store::overlap::withdraw(&txn, &gone, now).await?;
        let mut fresh: Vec<Overlap> = judged
            .into_iter()
            .filter_map(|(pair, judged)| flagged(pair, judged, &versions))
            .collect();
        for row in &mut fresh {
            settled.place(row);
        }
        store::overlap::insert(&txn, fresh.clone()).await?;
        for row in &mut fresh {
            settled.explain_fresh(&txn, row).await?;
        }
        told.extend(fresh.iter().map(|row| row.id));
        cluster::renew(&txn).await?;
        let note = entity::catalogue::ActiveModel {
            settled_seq: Set(self.place()),
            settled_model: Set(Some(Catalogue::MODEL_VERSION.to_owned())),
            ..Default::default()
        };
        store::catalogue::note(&txn, note).await?;
        txn.commit().await?;
        for id in told {
            // Nobody listens: nothing to do.
            drop(self.inner.flagged.send(id));
        }
        Ok(())
    }
}

type Around = (Vec<Uuid>, BTreeMap<Pair, Result<Judged, serde_json::Error>>);

/// The overlaps of the changed projects and of all that they overlap with.
fn around(catalogue: &Catalogue, changed: &[Uuid], calibration: &Calibration) -> Around {
    let mut found = BTreeMap::new();
    let mut ring = BTreeSet::new();
    for id in changed {
        for other in overlaps_of(catalogue, *id, calibration, &mut found) {
            ring.insert(other);
        }
    }
    for id in ring.iter().filter(|id| !changed.contains(id)) {
        overlaps_of(catalogue, *id, calibration, &mut found);
    }
    ring.extend(changed);
    (ring.into_iter().collect(), found)
}

fn overlaps_of(
    catalogue: &Catalogue,
    id: Uuid,
    calibration: &Calibration,
    found: &mut BTreeMap<Pair, Result<Judged, serde_json::Error>>,
) -> Vec<Uuid> {
    let key = Key(id.as_u128());
    let options = SearchOptions {
        first: MOST_FINDINGS,
        min_score: calibration.before(Catalogue::FLAG_THRESHOLD),
        exclude: Some(key),
    };
    let Some(SearchOutcome::Judged(matches)) = catalogue.overlaps_of(key, &options) else {
        return Vec::new();
    };
    let mut others = Vec::with_capacity(matches.len());
    for Match { key: other, .. } in matches {
        let other_id = Uuid::from_u128(other.0);
        others.push(other_id);
        let pair = (id.min(other_id), id.max(other_id));
        // Judged with the smaller id on the left, as a scan does.
        let (left, right) = (Key(pair.0.as_u128()), Key(pair.1.as_u128()));
        if !found.contains_key(&pair)
            && let Some((score, relation, evidence)) = catalogue.judge(left, right)
        {
            found.insert(pair, judged(score.value(), relation, &evidence, calibration));
        }
    }
    others
}

fn of_finding(finding: Finding, calibration: &Calibration) -> Option<ApiResult<(Pair, Judged)>> {
    let pair = (Uuid::from_u128(finding.left.0), Uuid::from_u128(finding.right.0));
    let evidence = finding.evidence?;
    let judged = judged(finding.score.value(), finding.relation, &evidence, calibration);
    Some(
        judged
            .map(|judged| (pair, judged))
            .map_err(|error| anyhow::Error::from(error).into()),
    )
}

fn judged(
    score: f64,
    relation: Relation,
    evidence: &Evidence,
    calibration: &Calibration,
) -> Result<Judged, serde_json::Error> {
    let (score, evidence) = calibration.told(score, evidence::Stored::from(evidence));
    let evidence = serde_json::to_string(&evidence)?;
    Ok(Judged {
        model: calibration.version.clone(),
        score,
        relation: named(relation),
        evidence,
    })
}

/// The stored word for the matcher's relation.
#[must_use]
pub(crate) fn named(relation: Relation) -> OverlapRelation {
    match relation {
        Relation::SameProject => OverlapRelation::SameProject,
        Relation::LaterPhase => OverlapRelation::LaterPhase,
        Relation::SameSolution => OverlapRelation::SameSolution,
        Relation::SimilarEffort => OverlapRelation::SimilarEffort,
    }
}

/// The versions of the records that were judged.
async fn versions(
    db: &impl ConnectionTrait,
    judged: &BTreeMap<Pair, Judged>,
) -> ApiResult<HashMap<Uuid, i32>> {
    let ids: BTreeSet<Uuid> = judged.keys().flat_map(|(left, right)| [*left, *right]).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut versions = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(store::ROWS_AN_INSERT) {
        let rows = store::project::by_ids(db, ids).await?;
        versions.extend(rows.into_iter().map(|row| (row.id, row.version)));
    }
    Ok(versions)
}

fn flagged((left_id, right_id): Pair, judged: Judged, versions: &HashMap<Uuid, i32>) -> Option<Overlap> {
    let now = clock::now();
    Some(Overlap {
        id: Uuid::now_v7(),
        left_id,
        right_id,
        score: judged.score,
        relation: judged.relation,
        state: OverlapState::Flagged,
        evidence: judged.evidence,
        priority: 0,
        left_version: *versions.get(&left_id)?,
        right_version: *versions.get(&right_id)?,
        model_version: judged.model,
        created_at: now,
        updated_at: now,
        withdrawn_at: None,
    })
}

/// Writes a finding as it is judged now, and what people decided about it as far as that still holds. Returns whether it
/// was flagged anew.
async fn renew(
    db: &impl ConnectionTrait,
    row: Overlap,
    (judged, versions): (Judged, &HashMap<Uuid, i32>),
    settled: &Settled,
) -> ApiResult<bool> {
    let Some(fresh) = flagged((row.left_id, row.right_id), judged, versions) else {
        return Ok(false);
    };
    let mut renewed = Overlap {
        id: row.id,
        state: row.state,
        priority: row.priority,
        created_at: row.created_at,
        updated_at: row.updated_at,
        ..fresh
    };
    let anew = settled.settle(db, &mut renewed).await?;
    if renewed != row {
        store::overlap::update(
            db,
            Overlap {
                updated_at: clock::now(),
                ..renewed
            },
        )
        .await?;
    }
    Ok(anew)
}
