//! From answers to projects of the catalogue: what is new is recorded, what is known is changed or confirmed, and each
//! says which answer it comes from.

use entity::kinds::{OverlapRelation, ProjectChange, ProjectStatus};
use entity::{project, project_source as source};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::respondent::Respondent;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::import::{laid_over, named_as_present};
use crate::service::overlap::{self, CheckMatch, Draft};
use crate::service::project::version::{self, Change, State};
use crate::service::project::{Origin, ProjectDraft, Resolved, Stamp, assemble, resolve};
use crate::service::{App, fingerprint};
use crate::store::search::folded;
use crate::store::{self, Transaction};
use crate::survey::answer::{Answer, ProjectItem};
use crate::survey::check::Answers;

/// So many projects that a told one may be, or that overlap it, are looked at.
const MOST_LOOKED_AT: usize = 20;

/// So many of an authority's own projects are compared by their titles.
const MOST_OWN: u64 = 500;

/// A project of an answer that may be one of those that the catalogue has of the authority.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The question.
    pub question: String,
    /// The place of the project in the answer.
    pub place: usize,
    /// The project's own name in the answer.
    pub item: String,
    /// The project of the catalogue, and why it may be the same.
    pub found: CheckMatch,
}

/// What others do that overlaps a project of an answer.
#[derive(Debug, Clone)]
pub struct Overlapping {
    /// The question.
    pub question: String,
    /// The project's own name in the answer.
    pub item: String,
    /// Its title.
    pub title: String,
    /// The projects of others, the surest first.
    pub found: Vec<CheckMatch>,
}

impl Overlapping {
    /// How many other bodies lead what overlaps.
    #[must_use]
    pub fn authorities(&self) -> usize {
        let leads = self.found.iter().filter_map(|found| found.project.lead_id);
        leads.collect::<std::collections::BTreeSet<Uuid>>().len()
    }
}

/// The projects that answers tell, each with its question and its place.
fn told(answers: &Answers) -> impl Iterator<Item = (&str, usize, &ProjectItem)> {
    answers.iter().flat_map(|(question, answer)| {
        let items = match answer {
            Answer::Projects(items) => items.as_slice(),
            _ => &[],
        };
        items
            .iter()
            .enumerate()
            .map(move |(place, item)| (question.as_str(), place, item))
    })
}

/// What overlaps each project that answers tell; those that cannot be judged yet are left out.
async fn matches(
    app: &App,
    respondent: &Respondent,
    answers: &Answers,
) -> ApiResult<Vec<(String, usize, ProjectItem, Vec<CheckMatch>)>> {
    let lead = respondent.response.organisation_id.to_string();
    let mut found = Vec::new();
    for (question, place, item) in told(answers).filter(|(_, _, item)| !item.title.trim().is_empty()) {
        let draft = Draft {
            title: item.title.clone(),
            summary: item.summary.clone(),
            themes: item.themes.clone(),
            technologies: item.technologies.clone(),
            lead: Some(lead.clone()),
            partners: item.partners.clone(),
            start: item.start.map(|date| date.date),
            end: None,
            budget: item.budget.clone(),
            min_score: None,
        };
        let check = match overlap::check(app, draft, MOST_LOOKED_AT).await {
            Ok(check) => check,
            // A draft of a draft may have mistakes: they are told when it is submitted.
            Err(ApiError::BadInput(_)) => continue,
            Err(other) => return Err(other),
        };
        found.push((question.to_owned(), place, item.clone(), check.matches));
    }
    Ok(found)
}

/// For each project whose officer did not say so: which of the authority's own projects in the catalogue it may be.
///
/// # Errors
/// When the index cannot be asked.
pub async fn proposals(app: &App, respondent: &Respondent, answers: &Answers) -> ApiResult<Vec<Proposal>> {
    let own = respondent.bodies(app.db.read()).await?;
    let own = |lead: Option<Uuid>| lead.is_some_and(|lead| own.contains(&lead));
    let claimed: Vec<Uuid> = told(answers).filter_map(|(_, _, item)| item.project).collect();
    let open: Answers = answers
        .iter()
        .filter(|(_, answer)| matches!(answer, Answer::Projects(_)))
        .map(|(question, answer)| (question.clone(), answer.clone()))
        .collect();
    let mut found = Vec::new();
    for (question, place, item, matches) in matches(app, respondent, &open).await? {
        if item.project.is_some() || item.separate {
            continue;
        }
        let best = matches
            .into_iter()
            .find(|found| own(found.project.lead_id) && !claimed.contains(&found.project.id));
        found.extend(best.map(|found| Proposal {
            question,
            place,
            item: item.id,
            found,
        }));
    }
    Ok(found)
}

/// What other authorities do that overlaps the projects of answers.
///
/// # Errors
/// When the index cannot be asked.
pub async fn overlapping(
    app: &App,
    respondent: &Respondent,
    answers: &Answers,
) -> ApiResult<Vec<Overlapping>> {
    let own = respondent.bodies(app.db.read()).await?;
    let own = |lead: Option<Uuid>| lead.is_some_and(|lead| own.contains(&lead));
    let found = matches(app, respondent, answers).await?.into_iter();
    let others = found.map(|(question, _, item, mut found)| {
        found.retain(|found| !own(found.project.lead_id) && Some(found.project.id) != item.project);
        Overlapping {
            question,
            item: item.id,
            title: item.title,
            found,
        }
    });
    Ok(others
        .filter(|overlapping| !overlapping.found.is_empty())
        .collect())
}

/// What an officer must decide before a response can be submitted: whether a project is the one that was told before.
///
/// # Errors
/// Every project in doubt at once.
pub(super) async fn decided(app: &App, respondent: &Respondent, answers: &Answers) -> ApiResult<()> {
    let bodies = respondent.bodies(app.db.read()).await?;
    let titles = own_titles(app.db.read(), &bodies).await?;
    let sources = sources(app.db.read(), respondent, answers).await?;
    let mut mistakes = Vec::new();
    for proposal in proposals(app, respondent, answers).await? {
        let item = told(answers)
            .find(|(question, place, _)| *question == proposal.question && *place == proposal.place);
        let settled = item.is_some_and(|(question, _, item)| {
            titles.iter().any(|(key, _)| *key == folded(&item.title))
                || sources
                    .iter()
                    .any(|row| row.record_id == Some(record_id(respondent, question, item)))
        });
        if settled || proposal.found.relation != OverlapRelation::SameProject {
            continue;
        }
        let message = format!(
            "is this the “{}” that the catalogue has of you? Give its id as `project`, or say `isNew`",
            proposal.found.project.title
        );
        let place = proposal.place.to_string();
        let path = ["answers", &proposal.question, "projects", &place, "project"];
        mistakes.push(UserError::new(UserErrorCode::Ambiguous, &path, message));
    }
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(ApiError::BadInput(mistakes)),
    }
}

/// Whether the catalogue got a project of the authority, or another state of one, after a place in the order of changes:
/// then what was [`decided`] with an index of that place may not hold. Only who holds the catalogue's row is told for sure.
///
/// # Errors
/// When the database fails.
pub(super) async fn moved_on(
    txn: &Transaction,
    respondent: &Respondent,
    answers: &Answers,
    place: i64,
) -> ApiResult<bool> {
    if told(answers).all(|(_, _, item)| item.project.is_some() || item.separate) {
        return Ok(false);
    }
    let bodies = respondent.bodies(txn).await?;
    let latest = store::project::led_by(txn, &bodies, 1).await?;
    Ok(latest.iter().any(|row| row.change_seq > place))
}

/// The folded titles of an authority's own projects.
async fn own_titles(db: &impl ConnectionTrait, bodies: &[Uuid]) -> ApiResult<Vec<(String, project::Model)>> {
    let rows = store::project::led_by(db, bodies, MOST_OWN).await?;
    Ok(rows.into_iter().map(|row| (row.title_key.clone(), row)).collect())
}

/// What the catalogue calls the record that a project of an answer is.
fn record_id(respondent: &Respondent, question: &str, item: &ProjectItem) -> String {
    format!("{}/{question}/{}", respondent.response.id, item.id)
}

/// The sources that earlier submissions of these projects made.
async fn sources(
    db: &impl ConnectionTrait,
    respondent: &Respondent,
    answers: &Answers,
) -> ApiResult<Vec<source::Model>> {
    let ids: Vec<String> = told(answers)
        .map(|(question, _, item)| record_id(respondent, question, item))
        .collect();
    Ok(store::project::sources_of(db, &respondent.round.source(), &ids).await?)
}

/// Writes the projects of answers into the catalogue, within the transaction of the submission. Returns the answers with
/// the ids of their projects.
///
/// # Errors
/// Every project that cannot be taken, by its place.
pub(super) async fn write(
    app: &App,
    txn: &Transaction,
    respondent: &Respondent,
    answers: &Answers,
) -> ApiResult<Answers> {
    // Locks the catalogue's row: what is read from here on is what will be changed.
    store::catalogue::reserve(txn, 0).await?;
    let bodies = respondent.bodies(txn).await?;
    let writing = Writing {
        app,
        txn,
        respondent,
        sources: sources(txn, respondent, answers).await?,
        titles: own_titles(txn, &bodies).await?,
        bodies,
    };
    let mut known = answers.clone();
    let mut mistakes = Vec::new();
    for (question, place, item) in told(answers) {
        let id = match writing.one(question, item).await {
            Ok(id) => id,
            Err(ApiError::BadInput(found)) => {
                mistakes.extend(found.into_iter().map(|mistake| placed(mistake, question, place)));
                continue;
            }
            Err(other) => return Err(other),
        };
        if let Some(Answer::Projects(items)) = known.get_mut(question)
            && let Some(item) = items.get_mut(place)
        {
            item.project = Some(id);
        }
    }
    match mistakes.is_empty() {
        true => Ok(known),
        false => Err(ApiError::BadInput(mistakes)),
    }
}

fn placed(mut mistake: UserError, question: &str, place: usize) -> UserError {
    let above = ["answers", question, "projects", &place.to_string()].map(str::to_owned);
    mistake.path.splice(0..0, above);
    mistake
}

struct Writing<'a> {
    app: &'a App,
    txn: &'a Transaction,
    respondent: &'a Respondent,
    sources: Vec<source::Model>,
    /// The authority, and those that it took over from.
    bodies: Vec<Uuid>,
    titles: Vec<(String, project::Model)>,
}

impl Writing<'_> {
    async fn one(&self, question: &str, item: &ProjectItem) -> ApiResult<Uuid> {
        let record = record_id(self.respondent, question, item);
        let source = self
            .sources
            .iter()
            .find(|row| row.record_id.as_ref() == Some(&record));
        let content = serde_json::to_string(item).map_err(ApiError::internal)?;
        let origin = Origin {
            system: self.respondent.round.source(),
            record_id: Some(record),
            line: None,
            content_hash: Some(fingerprint(&content)),
        };
        match self.target(item, source).await? {
            Some(row) => self.change(row, item, origin, source).await,
            None => self.create(item, origin).await,
        }
    }

    /// The project that an item is: as said, as it was submitted before, or by its very title.
    async fn target(
        &self,
        item: &ProjectItem,
        source: Option<&source::Model>,
    ) -> ApiResult<Option<project::Model>> {
        if let Some(id) = item.project.or(source.map(|source| source.project_id)) {
            let row = store::project::by_id(self.txn, id).await?;
            let parts = store::project::roles(self.txn, &[id]).await?;
            let theirs = parts
                .iter()
                .any(|part| self.bodies.contains(&part.organisation_id));
            let standing = row.filter(|row| theirs && row.status == ProjectStatus::Active);
            return standing.map(Some).ok_or_else(|| {
                let message = "there is no such project of your authority";
                ApiError::bad_input(UserErrorCode::NotFound, &["project"], message)
            });
        }
        let title = folded(&item.title);
        let same = self
            .titles
            .iter()
            .find(|(key, _)| *key == title && !item.separate);
        Ok(same.map(|(_, row)| row.clone()))
    }

    fn draft(&self, item: &ProjectItem) -> ProjectDraft {
        ProjectDraft {
            title: item.title.clone(),
            summary: item.summary.clone(),
            phase: item.phase,
            partners: item.partners.clone(),
            funders: item.funders.clone(),
            themes: item.themes.clone(),
            technologies: item.technologies.clone(),
            start: item.start,
            end: item.end,
            budget: item.budget.clone(),
            ..ProjectDraft::default()
        }
    }

    fn by(&self, kind: ProjectChange) -> Change {
        Change {
            kind,
            by: Some(self.respondent.round.source()),
            reason: None,
        }
    }

    async fn create(&self, item: &ProjectItem, origin: Origin) -> ApiResult<Uuid> {
        let draft = ProjectDraft {
            lead: Some(self.respondent.response.organisation_id.to_string()),
            ..self.draft(item)
        };
        let resolved = resolve(self.app.directory.as_ref(), draft)?;
        let now = clock::now();
        let stamp = Stamp {
            id: Uuid::now_v7(),
            version: 1,
            change_seq: store::catalogue::reserve(self.txn, 1).await?,
            now,
            created_at: now,
            change: self.by(ProjectChange::Created),
        };
        store::project::insert(self.txn, vec![assemble(resolved, &stamp, vec![origin])]).await?;
        Ok(stamp.id)
    }

    async fn change(
        &self,
        row: project::Model,
        item: &ProjectItem,
        origin: Origin,
        source: Option<&source::Model>,
    ) -> ApiResult<Uuid> {
        let present = State::present(self.txn, &row).await?;
        let draft = match item.unchanged {
            true => present.draft.clone(),
            false => {
                let told = named_as_present(self.app, self.draft(item), &present);
                laid_over(present.draft.clone(), told)
            }
        };
        let resolved: Resolved = resolve(self.app.directory.as_ref(), draft)?;
        let kind = match State::proposed(resolved.clone()) == present {
            true => ProjectChange::Confirmed,
            false => ProjectChange::Changed,
        };
        let same = source.is_some_and(|source| source.content_hash == origin.content_hash);
        if same && kind == ProjectChange::Confirmed {
            // Submitted again as it was: nothing new is said of this one.
            return Ok(row.id);
        }
        version::keep(self.txn, &row).await?;
        let stamp = Stamp {
            id: row.id,
            version: row.version + 1,
            change_seq: store::catalogue::reserve(self.txn, 1).await?,
            now: clock::now(),
            created_at: row.created_at,
            change: self.by(kind),
        };
        let origins = match source {
            Some(source) => {
                let renewed = source::Model {
                    content_hash: origin.content_hash,
                    recorded_at: stamp.now,
                    ..source.clone()
                };
                store::project::update_source(self.txn, renewed).await?;
                Vec::new()
            }
            None => vec![origin],
        };
        let bundle = assemble(resolved, &stamp, origins);
        match store::project::replace(self.txn, bundle, row.version).await? {
            true => Ok(row.id),
            false => Err(ApiError::Conflict(
                "the project changed meanwhile; try again".to_owned(),
            )),
        }
    }
}
