//! What a project was, and how it came to be so.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use entity::project::Model;
use uuid::Uuid;

use super::money::Money;
use super::word::{ProjectChange, ProjectStatus};
use crate::error::{ApiError, ApiResult};
use crate::exchange::record::{Amount, PartialDate};
use crate::graphql::id::{Kind, encode};
use crate::graphql::pagination::{PageArguments, connection, cursor, page_info};
use crate::graphql::scalar::DateTime;
use crate::service::App;
use crate::service::project::Outcome;
use crate::service::project::version::{State, Version, history};
use crate::store;
use crate::store::page::{KeyKind, Position, Slice, SortKey};

/// The names of organisations, by id.
type Names = HashMap<Uuid, String>;

/// One state of a project: what it said, who made it so, when and why.
#[derive(Debug, Clone)]
pub struct ProjectVersion {
    version: Arc<Version>,
    /// The state before, where it is kept.
    before: Option<Arc<Version>>,
    names: Arc<Names>,
}

connection!(
    ProjectVersionConnection,
    ProjectVersionEdge,
    ProjectVersion,
    "versions"
);

/// A field of a project, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct FieldValue {
    /// The field's name in this API.
    pub field: &'static str,
    /// What it said. Lists are joined by semicolons; organisations are told by name.
    pub value: String,
}

/// A field that a change touched.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct FieldChange {
    /// The field's name in this API.
    pub field: &'static str,
    /// What it said before; null when it was unknown.
    pub before: Option<String>,
    /// What it said after; null when it was cleared.
    pub after: Option<String>,
}

/// A field that two people changed at once.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct FieldConflict {
    /// The field's name in this API.
    pub field: &'static str,
    /// What it said in the version that your change is based on; null when it was unknown.
    pub before: Option<String>,
    /// What it says now, changed by somebody else.
    pub theirs: Option<String>,
    /// What you want it to say.
    pub yours: Option<String>,
}

/// One state of a project: what it said, who made it so, when and why.
#[Object]
impl ProjectVersion {
    /// 1 at creation, one more with each change.
    async fn version(&self) -> i32 {
        self.version.number
    }

    /// What was done.
    async fn change(&self) -> ProjectChange {
        self.version.change.kind.into()
    }

    /// When it was done.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.version.changed_at)
    }

    /// Who did it: a person, a file with its line, or `api` for what came through this API. Null where it was not kept.
    async fn changed_by(&self) -> Option<&str> {
        self.version.change.by.as_deref()
    }

    /// Why, where told.
    async fn reason(&self) -> Option<&str> {
        self.version.change.reason.as_deref()
    }

    /// The title from then on.
    async fn title(&self) -> &str {
        &self.version.state.draft.title
    }

    /// Where the record stood in the catalogue from then on.
    async fn status(&self) -> ProjectStatus {
        self.version.state.status.into()
    }

    /// Every field that was known from then on.
    async fn fields(&self) -> Vec<FieldValue> {
        let known = told(&self.version.state, &self.names).into_iter();
        known
            .filter_map(|(field, value)| Some(FieldValue { field, value: value? }))
            .collect()
    }

    /// The fields that this change touched; empty for the first version and where the one before is not kept.
    async fn changes(&self) -> Vec<FieldChange> {
        let Some(before) = &self.before else {
            return Vec::new();
        };
        let pairs = told(&before.state, &self.names)
            .into_iter()
            .zip(told(&self.version.state, &self.names));
        pairs
            .filter(|((_, before), (_, after))| before != after)
            .map(|((field, before), (_, after))| FieldChange { field, before, after })
            .collect()
    }
}

impl ProjectVersion {
    /// A page of a project's versions, the latest first.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(super) async fn connection(
        ctx: &Context<'_>,
        row: &Model,
        arguments: &PageArguments,
    ) -> ApiResult<ProjectVersionConnection> {
        let page = arguments.page(KeyKind::Integer)?;
        let db = ctx.data_unchecked::<App>().db.read();
        let before = match page.beyond.as_ref().map(|place| &place.key) {
            Some(SortKey::Integer(number)) => i32::try_from(*number).ok(),
            _ => None,
        };
        let size = usize::try_from(page.limit).unwrap_or(0);
        // One more tells whether there are more, and what the last one changed.
        let mut found = history(db, row, before, page.limit.saturating_add(1)).await?;
        let beyond = (found.len() > size).then(|| found.pop()).flatten().map(Arc::new);
        let names = names(
            ctx,
            found
                .iter()
                .chain(beyond.as_deref())
                .map(|version| &version.state),
        )
        .await?;
        let slice = Slice {
            has_next: beyond.is_some(),
            has_previous: page.beyond.is_some(),
            rows: found.into_iter().map(Arc::new).collect(),
        };
        let place = |version: &Arc<Version>| Position {
            key: SortKey::Integer(version.number.into()),
            id: row.id,
        };
        let info = page_info(&slice, place);
        let cursors = slice.rows.iter().map(|version| cursor(&place(version))).collect();
        let befores = slice.rows.iter().skip(1).cloned().map(Some).chain([beyond]);
        let nodes = slice.rows.iter().zip(befores).map(|(version, before)| Self {
            version: Arc::clone(version),
            before,
            names: Arc::clone(&names),
        });
        let total = match ctx.look_ahead().field("totalCount").exists() {
            true => store::version::count(db, row.id).await?.saturating_add(1),
            false => 0,
        };
        Ok(ProjectVersionConnection::new(
            nodes.collect(),
            cursors,
            info,
            total,
        ))
    }
}

/// The fields that both of two people changed, each since the state that they both began from.
///
/// # Errors
/// When the database fails.
pub(crate) async fn conflicts(
    ctx: &Context<'_>,
    before: &State,
    theirs: &State,
    yours: &State,
) -> ApiResult<Vec<FieldConflict>> {
    let names = names(ctx, [before, theirs, yours]).await?;
    let [before, theirs, yours] = [before, theirs, yours].map(|state| told(state, &names));
    let fields = before.into_iter().zip(theirs).zip(yours);
    let fields = fields.map(|(((field, before), (_, theirs)), (_, yours))| FieldConflict {
        field,
        before,
        theirs,
        yours,
    });
    Ok(fields
        .filter(|field| {
            field.before != field.theirs && field.before != field.yours && field.theirs != field.yours
        })
        .collect())
}

async fn names<'a>(
    ctx: &Context<'_>,
    states: impl IntoIterator<Item = &'a State>,
) -> Result<Arc<Names>, ApiError> {
    let ids: BTreeSet<Uuid> = states.into_iter().flat_map(State::bodies).collect();
    let rows = match ids.is_empty() {
        true => Vec::new(),
        false => store::organisation::by_ids(ctx.data_unchecked::<App>().db.read(), ids).await?,
    };
    Ok(Arc::new(rows.into_iter().map(|row| (row.id, row.name)).collect()))
}

/// Every field of a state as people read it, in one order; `None` where it is unknown.
fn told(state: &State, names: &Names) -> Vec<(&'static str, Option<String>)> {
    let draft = &state.draft;
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let list = |parts: Vec<String>| text(&parts.join("; "));
    let body = |id: &String| {
        let name = Uuid::try_parse(id).ok().and_then(|id| names.get(&id));
        name.unwrap_or(id).clone()
    };
    let bodies = |ids: &[String]| list(ids.iter().map(body).collect());
    let date = |date: Option<PartialDate>| {
        use entity::kinds::DatePrecision::{Day, Month, Year};
        date.map(|date| match date.precision {
            Day => date.date.to_string(),
            Month => date.date.format("%Y-%m").to_string(),
            Year => date.date.format("%Y").to_string(),
        })
    };
    let money = |amount: &Amount| {
        let money = Money::from(amount.clone());
        format!("{} {}", money.amount, money.currency)
    };
    let awards = draft.awards.iter().map(|award| {
        let by = award.funder.as_ref().map(|id| format!(" by {}", body(id)));
        let on = award.awarded_on.map(|day| format!(" on {day}"));
        format!(
            "{}{}{}",
            money(&award.amount),
            by.unwrap_or_default(),
            on.unwrap_or_default()
        )
    });
    let relations = draft
        .relations
        .iter()
        .map(|(other, relation)| format!("{} {}", relation.as_str(), encode(Kind::Project, *other).as_str()));
    let adopters = draft.adopters.iter().map(|adoption| {
        let on = adoption.adopted_on.map(|day| format!(" on {day}"));
        format!("{}{}", body(&adoption.organisation), on.unwrap_or_default())
    });
    vec![
        ("title", text(&draft.title)),
        ("summary", text(&draft.summary)),
        ("kind", draft.kind.map(|kind| kind.as_str().to_owned())),
        ("phase", draft.phase.map(|phase| phase.as_str().to_owned())),
        ("status", text(state.status.as_str())),
        ("lead", draft.lead.as_ref().map(body)),
        ("partners", bodies(&draft.partners)),
        ("funders", bodies(&draft.funders)),
        ("suppliers", bodies(&draft.suppliers)),
        ("evaluators", bodies(&draft.evaluators)),
        ("themes", list(draft.themes.clone())),
        ("technologies", list(draft.technologies.clone())),
        ("sectors", list(draft.sectors.clone())),
        ("goals", list(draft.goals.iter().map(u8::to_string).collect())),
        ("programme", draft.programme.clone()),
        ("outcome", draft.outcome.clone()),
        ("outcomes", list(draft.outcomes.iter().map(outcome).collect())),
        ("adopters", list(adopters.collect())),
        (
            "beneficiaryPlaces",
            list(draft.places.iter().map(|place| place.name.clone()).collect()),
        ),
        ("note", draft.note.clone()),
        ("startDate", date(draft.start)),
        ("endDate", date(draft.end)),
        ("budget", draft.budget.as_ref().map(money)),
        ("awards", list(awards.collect())),
        ("links", list(draft.links.clone())),
        ("relations", list(relations.collect())),
        ("retiredReason", state.retired_reason.clone()),
    ]
}

fn outcome(told: &Outcome) -> String {
    let evidence = told.evidence.iter().chain(&told.evidence_url).cloned();
    let reusable = told.reusable.map(|word| format!("reusable {}", word.as_str()));
    let beside: Vec<String> = evidence.chain(reusable).collect();
    let beside = if beside.is_empty() {
        String::new()
    } else {
        format!(" ({})", beside.join(", "))
    };
    format!("{}: {}{beside}", told.finding.as_str(), told.statement)
}
