//! What authorities could be funded for together: an idea for a cluster, the calls that fit, the bids that could be made.

mod known;
mod pool;
mod rules;
pub mod suggestion;

use std::collections::HashMap;

use entity::kinds::{OutcomeFinding, ParticipantRole};
use matching::cofunding::{Assumptions, Idea, Member, Named, idea};
use matching::{Key, Money};
use uuid::Uuid;

use super::{App, summary};
use crate::error::ApiResult;
use crate::exchange::record::PartialDate;
use crate::exchange::to_matching::{day, period, phase};
use crate::store;

pub use known::Cache;
use pool::{nobody, pools};
pub(in crate::service) use pool::{pool, told};
pub use rules::rules;
// What the API shows of a bid that could be made.
pub use matching::cofunding::{Check, Consortium, LeftOut, Part, Rule, Seat};

/// The idea for a cluster; `None` where fewer than two bodies lead its projects.
///
/// # Errors
/// When the database fails.
pub async fn for_cluster(app: &App, cluster: Uuid) -> ApiResult<Option<Idea>> {
    let members = store::cluster::members(app.db.read(), &[cluster]).await?;
    let ids: Vec<Uuid> = members.into_iter().map(|row| row.project_id).collect();
    Ok(idea(&members_of(app, &ids).await?, &Assumptions::default()))
}

/// Projects as efforts of those who lead them; projects without a lead are left out.
async fn members_of(app: &App, ids: &[Uuid]) -> ApiResult<Vec<Member>> {
    let costs = summary::costs(app, ids).await?;
    let mut bodies: HashMap<Uuid, Vec<(ParticipantRole, Named)>> = HashMap::new();
    for (row, body) in store::project::participants(app.db.read(), ids).await? {
        let named = Named {
            id: body.id.to_string(),
            name: body.name.clone(),
        };
        bodies.entry(row.project_id).or_default().push((row.role, named));
    }
    let outcomes = store::project::outcomes(app.db.read(), ids).await?;
    let projects = store::project::by_ids(app.db.read(), ids).await?;
    let members = projects.into_iter().filter_map(|row| {
        let own = bodies.remove(&row.id).unwrap_or_default();
        let with = |role| {
            own.iter()
                .filter(move |(own, _)| *own == role)
                .map(|(_, named)| named.clone())
        };
        let funder = with(ParticipantRole::Funder).next().map(|funder| funder.id);
        let partial = |date: Option<_>, precision: Option<_>| {
            date.zip(precision)
                .map(|(date, precision)| PartialDate { date, precision })
        };
        let money = costs.get(&row.id).into_iter().flatten();
        let mut found = outcomes.iter().filter(|outcome| outcome.project_id == row.id);
        Some(Member {
            project: Key(row.id.as_u128()),
            authority: with(ParticipantRole::Lead).next()?,
            partners: with(ParticipantRole::Partner).collect(),
            phase: row.phase.map(phase),
            proven: found.any(|outcome| outcome.finding == OutcomeFinding::Worked),
            period: period(
                partial(row.start_date, row.start_precision),
                partial(row.end_date, row.end_precision),
            ),
            money: money
                .map(|sum| Money {
                    minor: sum.minor,
                    currency: sum.currency.clone(),
                    funder: funder.clone(),
                })
                .collect(),
            last_confirmed: row.last_confirmed_at.map(|at| day(at.date_naive())),
            title: row.title,
        })
    });
    Ok(members.collect())
}
