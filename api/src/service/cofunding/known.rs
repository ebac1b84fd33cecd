//! The funding calls as texts, to say which are about what a project is about. Likeness ranks calls; it never makes up for a rule.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use matching::{Catalogue, Key, Record, SearchOptions, SearchOutcome};
use uuid::Uuid;

use crate::error::ApiResult;
use crate::live::Silent;
use crate::service::App;
use crate::store;
use crate::store::funding::{CallQuery, State};
use crate::work;
use entity::kinds::CallTermKind;

/// So many calls are compared by their texts.
const MOST_CALLS: u64 = 20_000;

/// So many calls that are about the same are asked for a project.
const MOST_ALIKE: usize = 500;

/// The texts of the calls, kept while none changes.
#[derive(Debug, Default)]
pub struct Cache {
    kept: Mutex<Option<(State, Arc<Catalogue>)>>,
}

/// How much each call is about what each set of texts is about, from 0 to 1; calls that share nothing are left out. Of
/// several texts of a set the nearest counts.
///
/// # Errors
/// When the database fails.
pub(super) async fn alike(app: &App, sets: Vec<Vec<Record>>) -> ApiResult<Vec<HashMap<Uuid, f64>>> {
    let catalogue = catalogue(app).await?;
    work::long(move || {
        let told = |texts: Vec<Record>| {
            let mut alike: HashMap<Uuid, f64> = HashMap::new();
            for text in texts {
                let options = SearchOptions {
                    first: MOST_ALIKE,
                    min_score: 0.0,
                    exclude: None,
                };
                // What is too short to judge is like nothing.
                if let SearchOutcome::Judged(found) = catalogue.search(&text, &options) {
                    for found in found {
                        let best = alike.entry(Uuid::from_u128(found.key.0)).or_default();
                        *best = best.max(found.score.value());
                    }
                }
            }
            alike
        };
        sets.into_iter().map(told).collect()
    })
    .await
}

async fn catalogue(app: &App) -> ApiResult<Arc<Catalogue>> {
    let state = store::funding::state(app.db.read()).await?;
    let kept = app
        .calls
        .kept
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if let Some((as_of, catalogue)) = kept
        && as_of == state
    {
        return Ok(catalogue);
    }
    let rows = store::funding::next(app.db.read(), &CallQuery::default(), MOST_CALLS).await?;
    let calls = super::super::funding::load(app.db.read(), rows).await?;
    let records = calls.into_iter().map(|call| {
        let topics = call
            .words(CallTermKind::Topic)
            .chain(call.words(CallTermKind::Theme));
        let record = Record {
            themes: topics.map(str::to_owned).collect(),
            title: call.row.title.clone(),
            summary: call.row.description.clone(),
            ..Record::default()
        };
        (Key(call.row.id.as_u128()), record)
    });
    let records: Vec<(Key, Record)> = records.collect();
    let catalogue = work::long(move || {
        let mut catalogue = Catalogue::default();
        catalogue.extend(records, &Silent);
        Arc::new(catalogue)
    })
    .await?;
    *app.calls.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, Arc::clone(&catalogue)));
    Ok(catalogue)
}
