//! Which of a list are wanted, in which order, and drafts to check: the inputs of queries.

use async_graphql::{Enum, ID, InputObject};
use entity::kinds::{
    MoneyBand, OverlapRelation, OverlapState, Phase, ProjectKind, ProjectStatus, Staleness, TagKind,
};

use super::id::{Kind, decode, expect_all};
use super::scalar::{Date, DateTime};
use super::types::money::MoneyInput;
use crate::clock;
use crate::error::{ApiError, UserErrorCode};
use crate::search::{Wanted, order};
use crate::service::freshness::Cutoffs;
use crate::service::listing::ProjectList;
use crate::service::overlap::Draft;
use crate::service::vocabulary::grouped_as;
use crate::store::cluster::ClusterQuery;
use crate::store::overlap::OverlapQuery;

/// The most entries of a list in a filter.
const MOST_WANTED: usize = 100;

pub(super) fn bounded<T>(list: Option<Vec<T>>, name: &str) -> Result<Vec<T>, ApiError> {
    let list = list.unwrap_or_default();
    if list.len() <= MOST_WANTED {
        return Ok(list);
    }
    Err(ApiError::bad_input(
        UserErrorCode::TooLong,
        &[name],
        format!("at most {MOST_WANTED} entries"),
    ))
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// The smallest or earliest first.
    #[default]
    Asc,
    /// The largest or latest first.
    Desc,
}

/// Which authorities are wanted.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AuthorityFilter {
    /// Only those in one of these nations, such as `Wales`.
    pub(super) nations: Option<Vec<String>>,
    /// Only those in one of these regions, such as `South West`.
    pub(super) regions: Option<Vec<String>>,
    /// Only those of one of these tiers, such as `LONDON_BOROUGH`.
    pub(super) tiers: Option<Vec<String>>,
    /// Only those that exist (`true`, as when not given) or have ended (`false`).
    pub(super) current: Option<bool>,
}

/// How authorities are sorted.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AuthorityOrder {
    /// What to sort by.
    pub(super) field: AuthorityOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub(super) direction: OrderDirection,
}

/// What authorities are sorted by. Unknown values come last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
pub enum AuthorityOrderField {
    /// The official name.
    #[default]
    Name,
    /// The number of residents.
    Population,
}

/// Which projects are wanted. Conditions add up; a list asks for any of its entries.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ProjectFilter {
    /// Led by one of these organisations, or with it as a partner: global ids.
    pub(super) authorities: Option<Vec<ID>>,
    /// Led by one of these organisations: global ids.
    pub(super) leads: Option<Vec<ID>>,
    /// Paid by one of these organisations: global ids.
    pub(super) funders: Option<Vec<ID>>,
    /// With one of these themes; synonyms in the vocabulary mean the same.
    pub(super) themes: Option<Vec<String>>,
    /// With one of these technologies; synonyms in the vocabulary mean the same.
    pub(super) technologies: Option<Vec<String>>,
    /// In one of these phases.
    pub(super) phases: Option<Vec<Phase>>,
    /// Of one of these kinds.
    pub(super) kinds: Option<Vec<ProjectKind>>,
    /// Of one of these programmes, as named.
    pub(super) programmes: Option<Vec<String>>,
    /// Led from one of these nations.
    pub(super) nations: Option<Vec<String>>,
    /// Led from one of these regions.
    pub(super) regions: Option<Vec<String>>,
    /// Standing so in the catalogue; only active ones unless given.
    pub(super) statuses: Option<Vec<ProjectStatus>>,
    /// Started in one of these years.
    pub(super) years: Option<Vec<i32>>,
    /// With a budget in one of these bands.
    pub(super) money_bands: Option<Vec<MoneyBand>>,
    /// Started on this day or later.
    pub(super) started_from: Option<Date>,
    /// Started on this day or earlier.
    pub(super) started_to: Option<Date>,
    /// With overlaps (`true`) or without any (`false`).
    pub(super) has_overlaps: Option<bool>,
    /// So long not confirmed: `[STALE]` with `leads` lists what an authority should look at again.
    pub(super) staleness: Option<Vec<Staleness>>,
}

impl ProjectFilter {
    fn list(self) -> Result<ProjectList, ApiError> {
        let bodies =
            |ids: Option<Vec<ID>>, name: &str| expect_all(Kind::Organisation, &bounded(ids, name)?, name);
        let cutoffs = Cutoffs::at(clock::now());
        let keys = |kind, list: Option<Vec<String>>, name: &str| -> Result<Vec<String>, ApiError> {
            let labels = bounded(list, name)?;
            Ok(labels.iter().map(|label| grouped_as(kind, label).0).collect())
        };
        let wanted = Wanted {
            authorities: bodies(self.authorities, "authorities")?,
            leads: bodies(self.leads, "leads")?,
            funders: bodies(self.funders, "funders")?,
            themes: keys(TagKind::Theme, self.themes, "themes")?,
            technologies: keys(TagKind::Technology, self.technologies, "technologies")?,
            phases: bounded(self.phases, "phases")?,
            kinds: bounded(self.kinds, "kinds")?,
            programmes: bounded(self.programmes, "programmes")?,
            statuses: bounded(self.statuses, "statuses")?,
            years: bounded(self.years, "years")?,
            bands: bounded(self.money_bands, "moneyBands")?,
            started_from: self.started_from.map(|day| day.0),
            started_to: self.started_to.map(|day| day.0),
            confirmed: bounded(self.staleness, "staleness")?
                .into_iter()
                .map(|staleness| cutoffs.confirmed(staleness))
                .collect(),
            ..Wanted::default()
        };
        Ok(ProjectList {
            wanted,
            nations: bounded(self.nations, "nations")?,
            regions: bounded(self.regions, "regions")?,
            has_overlaps: self.has_overlaps,
            ranked_lower: vec![cutoffs.ageing_before, cutoffs.stale_before],
            ..ProjectList::default()
        })
    }
}

/// The list of projects that these arguments ask for.
pub(in crate::graphql) fn project_list(
    filter: Option<ProjectFilter>,
    search: Option<String>,
    updated_since: Option<DateTime>,
    order: Option<ProjectOrder>,
) -> Result<ProjectList, ApiError> {
    let search = search.filter(|text| !text.trim().is_empty());
    let order = order.unwrap_or_else(|| ProjectOrder::usual(search.is_some(), updated_since.is_some()));
    let mut list = ProjectList {
        search,
        sort: order.field.into(),
        descending: order.direction == OrderDirection::Desc,
        ..filter.unwrap_or_default().list()?
    };
    list.wanted.updated_since = updated_since.map(|moment| moment.0);
    Ok(list)
}

/// How projects are sorted.
#[derive(Debug, Clone, InputObject)]
pub struct ProjectOrder {
    /// What to sort by.
    pub(super) field: ProjectOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub(super) direction: OrderDirection,
}

impl ProjectOrder {
    /// By relevance where there is something to be relevant to, as a sync reads on where it stopped, else the latest
    /// change first.
    fn usual(searching: bool, syncing: bool) -> Self {
        let field = if searching {
            ProjectOrderField::Relevance
        } else {
            ProjectOrderField::UpdatedAt
        };
        let direction = match syncing && !searching {
            true => OrderDirection::Asc,
            false => OrderDirection::Desc,
        };
        Self { field, direction }
    }
}

/// What projects are sorted by. Unknown values come last, whichever the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ProjectOrderField {
    /// How well it fits the search: rare words count more than common ones, the title more than key words and those
    /// more than the summary, whole words more than begun ones; of two that fit alike, the one that was confirmed
    /// more lately.
    Relevance,
    /// The title.
    Title,
    /// The first day.
    StartDate,
    /// The budget, whatever its currency.
    Budget,
    /// The last change.
    UpdatedAt,
}

impl From<ProjectOrderField> for order::Sort {
    fn from(field: ProjectOrderField) -> Self {
        match field {
            ProjectOrderField::Relevance => Self::Relevance,
            ProjectOrderField::Title => Self::Title,
            ProjectOrderField::StartDate => Self::StartDate,
            ProjectOrderField::Budget => Self::Budget,
            ProjectOrderField::UpdatedAt => Self::Updated,
        }
    }
}

/// Which findings are wanted. Conditions add up; a list asks for any of its entries.
#[derive(Debug, Clone, Default, InputObject)]
pub struct OverlapFilter {
    /// At least this sure, from 0 to 1.
    pub(super) min_score: Option<f64>,
    /// Of one of these relations.
    pub(super) relations: Option<Vec<OverlapRelation>>,
    /// In one of these states.
    pub(super) states: Option<Vec<OverlapState>>,
    /// Of one of these projects: global ids.
    pub(super) projects: Option<Vec<ID>>,
    /// Of a project that one of these organisations takes part in: global ids.
    pub(super) authorities: Option<Vec<ID>>,
    /// Of a project with one of these themes.
    pub(super) themes: Option<Vec<String>>,
}

impl OverlapFilter {
    pub(super) fn query(self) -> Result<OverlapQuery, ApiError> {
        Ok(OverlapQuery {
            min_score: self.min_score,
            relations: bounded(self.relations, "relations")?,
            states: bounded(self.states, "states")?,
            projects: expect_all(Kind::Project, &bounded(self.projects, "projects")?, "projects")?,
            authorities: expect_all(
                Kind::Organisation,
                &bounded(self.authorities, "authorities")?,
                "authorities",
            )?,
            themes: bounded(self.themes, "themes")?,
            ..OverlapQuery::default()
        })
    }
}

/// How findings are sorted.
#[derive(Debug, Clone, InputObject)]
pub struct OverlapOrder {
    /// What to sort by.
    pub(super) field: OverlapOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    pub(super) direction: OrderDirection,
}

impl Default for OverlapOrder {
    fn default() -> Self {
        Self {
            field: OverlapOrderField::Score,
            direction: OrderDirection::Desc,
        }
    }
}

/// What findings are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OverlapOrderField {
    /// The score.
    Score,
    /// The time of flagging.
    FlaggedAt,
}

/// Which clusters are wanted. Conditions add up; a list asks for any of its entries.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ClusterFilter {
    /// With at least so many projects.
    pub(super) min_size: Option<i32>,
    /// With a project that one of these organisations takes part in: global ids.
    pub(super) authorities: Option<Vec<ID>>,
    /// With a project of one of these themes.
    pub(super) themes: Option<Vec<String>>,
    /// With one of these projects: global ids.
    pub(super) projects: Option<Vec<ID>>,
}

impl ClusterFilter {
    pub(super) fn query(self) -> Result<ClusterQuery, ApiError> {
        Ok(ClusterQuery {
            min_size: self.min_size,
            authorities: expect_all(
                Kind::Organisation,
                &bounded(self.authorities, "authorities")?,
                "authorities",
            )?,
            themes: bounded(self.themes, "themes")?,
            projects: expect_all(Kind::Project, &bounded(self.projects, "projects")?, "projects")?,
        })
    }
}

/// A draft to check against the catalogue. Unknown facts are left out; they count neither way.
#[derive(Debug, Clone, InputObject)]
pub struct OverlapCheckInput {
    /// The draft's title.
    pub(super) title: String,
    /// What it is about, in at most 100,000 characters.
    pub(super) summary: String,
    /// What it is about, in key words.
    pub(super) themes: Option<Vec<String>>,
    /// What it is made with.
    pub(super) technologies: Option<Vec<String>>,
    /// Who leads: an organisation's global id, code, GSS code or name.
    pub(super) lead: Option<String>,
    /// Who else takes part: global ids, codes, GSS codes or names.
    pub(super) partners: Option<Vec<String>>,
    /// The first day.
    pub(super) start_date: Option<Date>,
    /// The last day.
    pub(super) end_date: Option<Date>,
    /// What it costs.
    pub(super) budget: Option<MoneyInput>,
    /// No match below this score, from 0 to 1; the flag threshold unless given.
    pub(super) min_score: Option<f64>,
}

impl OverlapCheckInput {
    pub(super) fn draft(self) -> Result<Draft, ApiError> {
        let budget = self.budget.map(|budget| budget.amount(&["budget"])).transpose();
        Ok(Draft {
            budget: budget.map_err(|mistake| ApiError::BadInput(vec![mistake]))?,
            title: self.title,
            summary: self.summary,
            themes: self.themes.unwrap_or_default(),
            technologies: self.technologies.unwrap_or_default(),
            lead: self.lead.map(body),
            partners: self.partners.unwrap_or_default().into_iter().map(body).collect(),
            start: self.start_date.map(|day| day.0),
            end: self.end_date.map(|day| day.0),
            min_score: self.min_score,
        })
    }
}

/// Drafts as told, with every sum that cannot be understood at once.
pub(super) fn drafts(inputs: Vec<OverlapCheckInput>) -> Result<Vec<Draft>, ApiError> {
    let (mut drafts, mut found) = (Vec::with_capacity(inputs.len()), Vec::new());
    for (place, input) in inputs.into_iter().enumerate() {
        match input.draft() {
            Ok(draft) => drafts.push(draft),
            Err(ApiError::BadInput(mistakes)) => found.extend(mistakes.into_iter().map(|mut mistake| {
                mistake
                    .path
                    .splice(0..0, ["inputs".to_owned(), place.to_string()]);
                mistake
            })),
            Err(other) => return Err(other),
        }
    }
    match found.is_empty() {
        true => Ok(drafts),
        false => Err(ApiError::BadInput(found)),
    }
}

/// An organisation as told: a global id becomes the id of its row, all else stays a name.
pub(super) fn body(told: String) -> String {
    match decode(&told) {
        Some((Kind::Organisation, id)) => id.to_string(),
        _ => told,
    }
}
