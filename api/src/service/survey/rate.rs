//! How many authorities answered.

use std::collections::BTreeMap;

use entity::kinds::SurveyResponseState as State;
use entity::{organisation, survey_response as response};
use uuid::Uuid;

use super::wave::MOST_WAVES;
use crate::error::ApiResult;
use crate::service::App;
use crate::store;
use crate::survey::statistics::share;

/// By what results are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// By nation.
    Nation,
    /// By type of authority.
    Type,
    /// By region.
    Region,
    /// Round by round.
    Wave,
}

/// The traits of an authority, in the order of [`Dimension`].
pub(super) fn traits(body: &organisation::Model) -> Vec<String> {
    let told = [&body.nation, &body.tier, &body.region];
    told.map(|value| value.clone().unwrap_or_else(|| "unknown".to_owned()))
        .to_vec()
}

impl Dimension {
    /// The place of the trait among those of an authority; `None` where rounds are compared.
    #[must_use]
    pub fn place(self) -> Option<usize> {
        match self {
            Self::Nation => Some(0),
            Self::Type => Some(1),
            Self::Region => Some(2),
            Self::Wave => None,
        }
    }
}

/// How many of a group answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rate {
    /// The round.
    pub wave: Uuid,
    /// The group; `None` for all authorities.
    pub group: Option<String>,
    /// Authorities that were invited.
    pub invited: usize,
    /// Of these, those that the survey is not meant for.
    pub ineligible: usize,
    /// Those that said that they do not answer.
    pub refused: usize,
    /// Those that answered something and submitted nothing that stands.
    pub partial: usize,
    /// Those that submitted.
    pub responded: usize,
}

impl Rate {
    /// Eligible authorities that submitted as a part of those that were invited; `None` where there are none.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        share(self.responded, self.invited.saturating_sub(self.ineligible))
    }

    fn count(&mut self, row: &response::Model) {
        self.invited += 1;
        match row.state {
            State::Invited => {}
            State::Draft | State::Returned => self.partial += 1,
            State::Submitted | State::Approved => self.responded += 1,
            State::Refused => self.refused += 1,
            State::Ineligible => self.ineligible += 1,
        }
    }
}

/// How many authorities of a round answered, all together or by group; or of each round of its survey, the latest first.
///
/// # Errors
/// A mistake at `wave` when there is no such round.
pub async fn rates(app: &App, wave: Uuid, by: Option<Dimension>) -> ApiResult<Vec<Rate>> {
    let db = app.db.read();
    let round = super::round(app, wave, &["wave"]).await?;
    let waves: Vec<Uuid> = match by {
        Some(Dimension::Wave) => {
            let rows = store::survey::waves(db, round.survey.id, MOST_WAVES).await?;
            rows.into_iter().map(|wave| wave.id).collect()
        }
        _ => vec![wave],
    };
    let rows = store::survey::response::of_waves(db, &waves).await?;
    let bodies = bodies(app, &rows).await?;
    let place = by.and_then(Dimension::place);
    let mut found: BTreeMap<(usize, Option<String>), Rate> = BTreeMap::new();
    for (number, wave) in waves.iter().enumerate() {
        if place.is_none() {
            let empty = Rate {
                wave: *wave,
                ..Rate::default()
            };
            found.insert((number, None), empty);
        }
        for row in rows.iter().filter(|row| row.wave_id == *wave) {
            let body = bodies.get(&row.organisation_id);
            let group = place.map(|place| {
                let value = body.and_then(|body| traits(body).into_iter().nth(place));
                value.unwrap_or_default()
            });
            let rate = found.entry((number, group.clone())).or_default();
            rate.wave = *wave;
            rate.group = group;
            rate.count(row);
        }
    }
    Ok(found.into_values().collect())
}

/// The authorities of responses.
pub(super) async fn bodies(
    app: &App,
    rows: &[response::Model],
) -> ApiResult<std::collections::HashMap<Uuid, organisation::Model>> {
    let ids: std::collections::BTreeSet<Uuid> = rows.iter().map(|row| row.organisation_id).collect();
    let bodies = store::organisation::by_ids(app.db.read(), ids).await?;
    Ok(bodies.into_iter().map(|body| (body.id, body)).collect())
}
