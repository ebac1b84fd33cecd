//! A page of projects, with facets and what was put right in the search.

use std::sync::Arc;

use async_graphql::{Context, Enum, Lookahead, Object, SimpleObject, Value};

use super::Project;
use crate::error::ApiError;
use crate::graphql::at_hand::AtHand;
use crate::graphql::id::{Kind, encode};
use crate::graphql::pagination::{PageArguments, PageInfo, cursor, page_info, size_of};
use crate::search::Dimension;
use crate::service::{App, facet, listing};
use crate::store::page::Position;

/// How many values of a facet are given when it is not said.
const USUAL_BUCKETS: i32 = 10;

/// A page of projects.
#[derive(Debug, Clone)]
pub struct ProjectConnection {
    edges: Vec<ProjectEdge>,
    page_info: PageInfo,
    total_count: i32,
    facets: Vec<facet::Facet>,
    corrections: Vec<SearchCorrection>,
}

/// One of a page of projects.
#[derive(Debug, Clone)]
pub struct ProjectEdge {
    cursor: String,
    node: Project,
}

/// A word of a search that was put right, because no project has the one that was typed.
#[derive(Debug, Clone, SimpleObject)]
pub struct SearchCorrection {
    /// As typed.
    pub typed: String,
    /// As searched for.
    pub meant: String,
}

/// What projects are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum FacetDimension {
    /// What they are about: `themes` of the filter.
    Theme,
    /// What they are made with: `technologies` of the filter.
    Technology,
    /// How far along they are: `phases` of the filter.
    Phase,
    /// What sort of effort they are: `kinds` of the filter.
    Kind,
    /// The local authorities that lead them or are partners: `authorities` of the filter, by global id.
    Authority,
    /// The region of the lead: `regions` of the filter.
    Region,
    /// The nation of the lead: `nations` of the filter.
    Nation,
    /// Who pays: `funders` of the filter, by global id.
    Funder,
    /// The year in which they start: `years` of the filter.
    Year,
    /// The band of the budget: `moneyBands` of the filter.
    MoneyBand,
}

macro_rules! dimensions {
    ($($name:ident),+) => {
        impl From<Dimension> for FacetDimension {
            fn from(dimension: Dimension) -> Self {
                match dimension { $(Dimension::$name => Self::$name,)+ }
            }
        }

        impl From<FacetDimension> for Dimension {
            fn from(dimension: FacetDimension) -> Self {
                match dimension { $(FacetDimension::$name => Self::$name,)+ }
            }
        }
    };
}

dimensions!(
    Theme, Technology, Phase, Kind, Authority, Region, Nation, Funder, Year, MoneyBand
);

/// How many projects of a list there are of each sort.
#[derive(Debug, Clone, SimpleObject)]
pub struct Facet {
    /// What they are told apart by.
    pub dimension: FacetDimension,
    /// The values that occur, the most frequent first.
    pub buckets: Vec<FacetBucket>,
    /// Whether there are values beyond those.
    pub more: bool,
}

/// One value of a facet.
#[derive(Debug, Clone, SimpleObject)]
pub struct FacetBucket {
    /// The value as the filter takes it: a global id, a word of a list, a year (as a number there), a label.
    pub value: String,
    /// The value as people read it.
    pub label: String,
    /// How many projects have it.
    pub count: i32,
}

/// A page of projects.
#[Object]
impl ProjectConnection {
    /// The projects of this page, each with its cursor.
    async fn edges(&self) -> &[ProjectEdge] {
        &self.edges
    }

    /// The projects of this page.
    async fn nodes(&self) -> Vec<AtHand<&Project>> {
        self.edges.iter().map(|edge| AtHand(&edge.node)).collect()
    }

    /// Where this page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many projects there are in all; counted only when asked for.
    async fn total_count(&self) -> i32 {
        self.total_count
    }

    /// How many projects of the whole list there are of each sort. A facet heeds the search and every filter but its
    /// own, so that it shows what choosing another value as well would bring. Counted only when asked for.
    #[graphql(complexity = "child_complexity + 1")]
    async fn facets(
        &self,
        #[graphql(desc = "Which; all unless given.")] dimensions: Option<Vec<FacetDimension>>,
        #[graphql(desc = "How many values of each, from 0 to 100; 10 unless given.")] first: Option<i32>,
    ) -> Result<Vec<Facet>, ApiError> {
        let first = size_of(first.or(Some(USUAL_BUCKETS)), "first")?;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let wanted =
            |dimension: FacetDimension| dimensions.as_ref().is_none_or(|list| list.contains(&dimension));
        let facets = self.facets.iter().filter(|facet| wanted(facet.dimension.into()));
        Ok(facets.map(|facet| shown(facet, first)).collect())
    }

    /// Words of the search that no project has, and what was searched for in their place.
    async fn corrections(&self) -> &[SearchCorrection] {
        &self.corrections
    }
}

/// One of a page of projects.
#[Object]
impl ProjectEdge {
    /// Give this as `after` or `before` to go on from here.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The item itself.
    async fn node(&self) -> AtHand<&Project> {
        AtHand(&self.node)
    }
}

fn shown(facet: &facet::Facet, first: usize) -> Facet {
    let bucket = |bucket: &facet::Bucket| FacetBucket {
        value: match &bucket.value {
            facet::Value::Body(id) => encode(Kind::Organisation, *id).to_string(),
            facet::Value::Word(word) => word.clone(),
        },
        label: bucket.label.clone(),
        count: i32::try_from(bucket.count).unwrap_or(i32::MAX),
    };
    Facet {
        dimension: facet.dimension.into(),
        buckets: facet.buckets.iter().take(first).map(bucket).collect(),
        more: facet.more || facet.buckets.len() > first,
    }
}

/// The facets that a query asks for, and the most values of any.
fn asked(look: &Lookahead<'_>) -> (Vec<Dimension>, usize) {
    let mut dimensions = Vec::new();
    let mut most = 0;
    for field in look.field("facets").selection_fields() {
        let arguments = field.arguments().unwrap_or_default();
        let argument = |wanted: &str| {
            arguments
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value)
        };
        let listed = argument("dimensions").map(|value| match value {
            Value::List(names) => names.iter().filter_map(named).collect(),
            // A single value stands for a list of one.
            one => named(one).map_or_else(|| Dimension::ALL.to_vec(), |one| vec![one]),
        });
        dimensions.extend(listed.unwrap_or_else(|| Dimension::ALL.to_vec()));
        let first = match argument("first") {
            Some(Value::Number(number)) => number.as_u64().and_then(|first| usize::try_from(first).ok()),
            _ => None,
        };
        most = most.max(
            first
                .or(usize::try_from(USUAL_BUCKETS).ok())
                .unwrap_or(0)
                .min(100),
        );
    }
    dimensions.sort_unstable();
    dimensions.dedup();
    (dimensions, most)
}

fn named(value: &Value) -> Option<Dimension> {
    let name = match value {
        Value::Enum(name) => name.as_str(),
        Value::String(name) => name.as_str(),
        _ => return None,
    };
    let items = Dimension::ALL.into_iter();
    items
        .map(|dimension| {
            (
                dimension,
                async_graphql::resolver_utils::enum_value(FacetDimension::from(dimension)),
            )
        })
        .find(|(_, item)| matches!(item, Value::Enum(item) if item.as_str() == name))
        .map(|(dimension, _)| dimension)
}

impl Project {
    /// A page of the projects that fit.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        list: listing::ProjectList,
        arguments: &PageArguments,
    ) -> Result<ProjectConnection, ApiError> {
        let look = ctx.look_ahead();
        let (facets, most) = asked(&look);
        let wanted = listing::Asked {
            page: arguments.page(list.sorted_by())?,
            total: look.field("totalCount").exists(),
            facets,
            most,
        };
        let listed = listing::list(ctx.data_unchecked::<App>(), list, wanted).await?;
        let place = |(row, key): &(Arc<entity::project::Model>, _)| Position {
            key: Clone::clone(key),
            id: row.id,
        };
        let page_info = page_info(&listed.slice, place);
        let cursors: Vec<String> = listed.slice.rows.iter().map(|row| cursor(&place(row))).collect();
        let rows = listed.slice.rows.into_iter().map(|(row, _)| row).collect();
        let asked = [look.field("nodes"), look.field("edges").field("node")];
        let nodes = Self::page(ctx, rows, &asked).await?;
        let edges = cursors.into_iter().zip(nodes);
        let correction = |one: crate::search::Correction| SearchCorrection {
            typed: one.typed,
            meant: one.meant,
        };
        Ok(ProjectConnection {
            edges: edges.map(|(cursor, node)| ProjectEdge { cursor, node }).collect(),
            page_info,
            total_count: i32::try_from(listed.total).unwrap_or(i32::MAX),
            facets: listed.facets,
            corrections: listed.corrections.into_iter().map(correction).collect(),
        })
    }
}
