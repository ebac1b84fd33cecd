//! The evidence report of a finding.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::kinds::DeclaredRelation;
use entity::overlap::Model;

use super::money::Money;
use super::organisation::Organisation;
use super::organisation_change::organisation;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::scalar::{Date, DateTime};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::report::{self, Report, Segment, Side, dimension};

/// All that somebody needs to follow how a finding came about. Both records are shown as they were judged, not as they
/// are now.
#[derive(Debug, Clone)]
pub struct OverlapReport(Report);

impl OverlapReport {
    /// The report of a finding, for whoever asks.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn of(ctx: &Context<'_>, overlap: &Model) -> ApiResult<Self> {
        let app = ctx.data_unchecked::<App>();
        Ok(Self(report::make(app, &viewer::of(ctx), overlap.clone()).await?))
    }
}

/// All that somebody needs to follow how a finding came about. Both records are shown as they were judged, not as they
/// are now.
#[Object]
impl OverlapReport {
    /// When it was made.
    async fn made_at(&self) -> DateTime {
        DateTime(self.0.made_at)
    }

    /// The left record as it was judged.
    async fn left(&self) -> ReportSide {
        self.0.left.clone().into()
    }

    /// The right record as it was judged.
    async fn right(&self) -> ReportSide {
        self.0.right.clone().into()
    }

    /// In which ways the two overlap, each judged for itself: same topic is not same cost.
    async fn dimensions(&self) -> Vec<OverlapDimension> {
        let dimensions = self.0.dimensions.iter().cloned();
        dimensions.map(OverlapDimension::from).collect()
    }

    /// Who takes part in both.
    async fn shared_participants(&self, ctx: &Context<'_>) -> Result<Vec<SharedParticipant>, ApiError> {
        let mut found = Vec::with_capacity(self.0.participants.len());
        for shared in &self.0.participants {
            found.push(SharedParticipant {
                organisation: organisation(ctx, shared.organisation).await?,
                left_roles: shared.left.iter().map(|role| role.to_uppercase()).collect(),
                right_roles: shared.right.iter().map(|role| role.to_uppercase()).collect(),
                matched_by: shared.matched_by.clone(),
            });
        }
        Ok(found)
    }

    /// How many days both ran, both ends counted: 0 when they did not run at the same time; null when a beginning or an
    /// end is unknown.
    async fn days_together(&self) -> Option<i32> {
        let days = self.0.period.days_together?;
        Some(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// How the two periods lie to each other, in words.
    async fn period(&self) -> &str {
        &self.0.period.told
    }

    /// Places that both are for, or that both are led from, and how.
    async fn shared_places(&self) -> Vec<SharedPlace> {
        let place = |place: &report::SharedPlace| SharedPlace {
            name: place.name.clone(),
            how: place.how.to_owned(),
        };
        self.0.places.iter().map(place).collect()
    }

    /// Every sum of either record, by who gives it.
    async fn sums(&self, ctx: &Context<'_>) -> Result<Vec<ReportSum>, ApiError> {
        let mut found = Vec::with_capacity(self.0.sums.len());
        for sum in &self.0.sums {
            found.push(ReportSum {
                side: if sum.is_left {
                    ReportSideName::Left
                } else {
                    ReportSideName::Right
                },
                is_award: sum.kind == "award",
                source: match sum.organisation {
                    Some(id) => Some(organisation(ctx, id).await?),
                    None => None,
                },
                amount: sum.amount.clone().into(),
                awarded_on: sum.awarded_on.map(Date),
            });
        }
        Ok(found)
    }

    /// Sums that stand in both records, and so may be one cost.
    async fn possible_same_costs(&self) -> Vec<PossibleSameCost> {
        let same = |same: &report::SameCost| PossibleSameCost {
            amount: same.amount.clone().into(),
            same_source: same.same_source,
            why: same.why.clone(),
        };
        self.0.same_costs.iter().map(same).collect()
    }

    /// What either record declares to be to the other.
    async fn declared_links(&self) -> Vec<DeclaredLink> {
        let link = |(is_left, relation): &(bool, DeclaredRelation)| DeclaredLink {
            by: if *is_left {
                ReportSideName::Left
            } else {
                ReportSideName::Right
            },
            relation: *relation,
        };
        self.0.declared.iter().map(link).collect()
    }

    /// The whole report as a text. The page is also at `/reports/overlaps/{id}`, with the finding's global id.
    async fn document(&self, #[graphql(desc = "How it is written.")] format: ReportFormat) -> String {
        match format {
            ReportFormat::Markdown => self.0.markdown(),
            ReportFormat::Html => self.0.html(),
        }
    }
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ReportFormat {
    /// `CommonMark` with tables.
    Markdown,
    /// One page of HTML that needs nothing else, to read and to print.
    Html,
}

/// One of the two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ReportSideName {
    /// The left record.
    Left,
    /// The right record.
    Right,
}

/// A record as it was judged.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportSide {
    /// The project's global id.
    pub project_id: ID,
    /// The version that was judged.
    pub version: i32,
    /// The version that the record has by now.
    pub present_version: i32,
    /// The title in pieces, those marked where words met.
    pub title: Vec<TextSegment>,
    /// The summary in pieces, those marked where words met.
    pub summary: Vec<TextSegment>,
    /// Every other field that said something then.
    pub facts: Vec<ReportFact>,
    /// Where the facts come from.
    pub sources: Vec<String>,
}

/// A piece of a text. The pieces together are the text.
#[derive(Debug, Clone, SimpleObject)]
pub struct TextSegment {
    /// As written.
    pub text: String,
    /// Which of the finding's aligned terms stands here, counted from 1; null between them.
    pub term: Option<i32>,
}

/// A field of a record, as people read it.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportFact {
    /// The field's name, as `Project` has it.
    pub field: String,
    /// What it says.
    pub value: String,
}

/// A way in which two efforts overlap, and what is found of it.
#[derive(Debug, Clone, SimpleObject)]
pub struct OverlapDimension {
    /// The way.
    pub kind: OverlapDimensionKind,
    /// What is found.
    pub verdict: DimensionVerdict,
    /// Why, in a sentence.
    pub why: String,
}

/// A way in which two efforts overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OverlapDimensionKind {
    /// They are after the same thing.
    Topic,
    /// The same cost may be paid twice.
    Budgetary,
    /// The same people are bound to both at the same time.
    Commitment,
}

/// What is found of one way of overlapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DimensionVerdict {
    /// The facts say so.
    Found,
    /// The facts allow it, and a person should look.
    Possible,
    /// The facts speak against it.
    NotFound,
    /// Facts are missing.
    Unknown,
}

/// Somebody who takes part in both projects.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedParticipant {
    /// Who.
    pub organisation: Organisation,
    /// What they do in the left project: words of `ParticipantRole`.
    pub left_roles: Vec<String>,
    /// What they do in the right project: words of `ParticipantRole`.
    pub right_roles: Vec<String>,
    /// What shows that it is the same body.
    pub matched_by: String,
}

/// A place that both projects share.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedPlace {
    /// Its name.
    pub name: String,
    /// How both have to do with it.
    pub how: String,
}

/// A sum of one of the records.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportSum {
    /// Which record says it.
    pub side: ReportSideName,
    /// Whether it was granted; otherwise it is the budget.
    pub is_award: bool,
    /// Who gives it, where that is known.
    pub source: Option<Organisation>,
    /// How much.
    pub amount: Money,
    /// When it was granted, where known.
    pub awarded_on: Option<Date>,
}

/// A sum that stands in both records.
#[derive(Debug, Clone, SimpleObject)]
pub struct PossibleSameCost {
    /// How much.
    pub amount: Money,
    /// Whether one body gives both.
    pub same_source: bool,
    /// Why it may be one cost.
    pub why: String,
}

/// What one record declares to be to the other.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeclaredLink {
    /// Which record declares it.
    pub by: ReportSideName,
    /// What it declares to be to the other.
    pub relation: DeclaredRelation,
}

impl From<Side> for ReportSide {
    fn from(side: Side) -> Self {
        let pieces = |segments: Vec<Segment>| -> Vec<TextSegment> {
            let piece = |segment: Segment| TextSegment {
                text: segment.text,
                term: segment.term,
            };
            segments.into_iter().map(piece).collect()
        };
        let fact = |(field, value): (&str, String)| ReportFact {
            field: field.to_owned(),
            value,
        };
        Self {
            project_id: encode(Kind::Project, side.id),
            version: side.version,
            present_version: side.present,
            title: pieces(side.title),
            summary: pieces(side.summary),
            facts: side.fields.into_iter().map(fact).collect(),
            sources: side.sources,
        }
    }
}

impl From<dimension::Dimension> for OverlapDimension {
    fn from(found: dimension::Dimension) -> Self {
        Self {
            kind: match found.kind {
                dimension::Kind::Topic => OverlapDimensionKind::Topic,
                dimension::Kind::Budgetary => OverlapDimensionKind::Budgetary,
                dimension::Kind::Commitment => OverlapDimensionKind::Commitment,
            },
            verdict: match found.verdict {
                dimension::Verdict::Found => DimensionVerdict::Found,
                dimension::Verdict::Possible => DimensionVerdict::Possible,
                dimension::Verdict::NotFound => DimensionVerdict::NotFound,
                dimension::Verdict::Unknown => DimensionVerdict::Unknown,
            },
            why: found.why,
        }
    }
}
