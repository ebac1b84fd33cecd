//! The report of `tandem demo`: what overlaps, why, whom to talk to, what could be funded together.

mod layout;

use entity::kinds::{OverlapRelation, TagKind};
use entity::{overlap, overlap_cluster};
use sea_orm::DbErr;
use uuid::Uuid;

use super::database::cause;
use super::serve::say;
use crate::exchange::record::Amount;
use crate::service::evidence::Stored;
use crate::service::{App, cofunding, partner, summary};
use crate::store;
use crate::store::cluster::ClusterQuery;
use crate::store::overlap::OverlapQuery;
use crate::store::page::Page;
use crate::store::project::{Participation, ProjectQuery};
use layout::{heading, money, side_by_side, wrapped};

/// So many overlaps are shown side by side.
const SHOWN_OVERLAPS: u64 = 5;

/// So many clusters are shown.
const SHOWN_CLUSTERS: u64 = 4;

/// Among so many clusters the co-funding idea is sought.
const CONSIDERED_CLUSTERS: u64 = 20;

/// So many of those who join are shown.
const SHOWN_JOINERS: usize = 6;

/// So many partners are shown.
const SHOWN_PARTNERS: usize = 4;

/// Prints the whole report.
pub(super) async fn print(app: &App) -> anyhow::Result<()> {
    counts(app).await?;
    overlaps(app).await?;
    let cluster = clusters(app).await?;
    if let Some(cluster) = cluster {
        partners(app, cluster).await?;
        together(app, cluster).await?;
    }
    say("");
    Ok(())
}

async fn counts(app: &App) -> anyhow::Result<()> {
    let db = app.db.read();
    let projects = store::project::count(db, &ProjectQuery::default()).await?;
    let of = async |relations: Vec<OverlapRelation>| -> Result<u64, DbErr> {
        store::overlap::count(
            db,
            &OverlapQuery {
                relations,
                ..OverlapQuery::default()
            },
        )
        .await
    };
    let all = of(Vec::new()).await?;
    let phases = of(vec![OverlapRelation::LaterPhase]).await?;
    let clusters = store::cluster::count(db, &ClusterQuery::default()).await?;
    heading("The catalogue");
    say(&format!(
        "{projects} projects, {all} overlaps in {clusters} clusters. {phases} of the overlaps are successive\n\
         phases of one effort, which is no duplication; {} are worth a conversation.",
        all - phases
    ));
    let rows = summary::summarise(app, summary::Dimension::Theme, &OverlapQuery::default())
        .await
        .map_err(cause)?;
    let themes: Vec<String> = rows
        .iter()
        .take(5)
        .map(|row| format!("{} ({})", row.key.to_lowercase(), row.overlaps))
        .collect();
    if !themes.is_empty() {
        say(&wrapped(
            &format!("Most overlaps by theme: {}.", themes.join(", ")),
            "",
        ));
    }
    Ok(())
}

async fn overlaps(app: &App) -> anyhow::Result<()> {
    use OverlapRelation::{LaterPhase, SameProject, SameSolution, SimilarEffort};
    heading("The strongest overlaps");
    let different = vec![SameProject, SameSolution, SimilarEffort];
    for (relations, limit) in [(different, SHOWN_OVERLAPS), (vec![LaterPhase], 1)] {
        let query = OverlapQuery {
            relations,
            ..OverlapQuery::default()
        };
        for row in store::overlap::all(app.db.read(), &query, limit).await? {
            one_overlap(app, &row).await?;
        }
    }
    Ok(())
}

async fn one_overlap(app: &App, row: &overlap::Model) -> anyhow::Result<()> {
    let db = app.db.read();
    let sides = [row.left_id, row.right_id];
    let projects = store::project::by_ids(db, &sides).await?;
    let bodies = store::project::participants(db, &sides).await?;
    let tags = store::project::tags(db, &sides).await?;
    let costs = summary::costs(app, &sides).await.map_err(cause)?;
    let column = |id: Uuid| -> Vec<String> {
        let Some(project) = projects.iter().find(|project| project.id == id) else {
            return Vec::new();
        };
        let own: Vec<_> = tags.iter().filter(|tag| tag.project_id == id).cloned().collect();
        let technologies = store::project::labels(&own, TagKind::Technology).join(", ");
        let facts = [
            project.programme.clone().unwrap_or_default(),
            when(project),
            price(costs.get(&id)),
        ];
        let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        vec![
            project.title.clone(),
            lead(&bodies, id),
            facts.join(" · "),
            technologies,
        ]
    };
    say(&format!("\n{:.3}  {}", row.score, in_words(row.relation)));
    say(&side_by_side(&column(row.left_id), &column(row.right_id)));
    let evidence: Stored = serde_json::from_str(&row.evidence)?;
    say(&wrapped(&format!("Why: {}", evidence.summary), "  "));
    Ok(())
}

fn in_words(relation: OverlapRelation) -> &'static str {
    match relation {
        OverlapRelation::SameProject => "the same project, recorded twice",
        OverlapRelation::LaterPhase => "the next phase of the same effort: no duplication",
        OverlapRelation::SameSolution => "the same solution elsewhere",
        OverlapRelation::SimilarEffort => "a separate effort after the same end",
    }
}

fn lead(bodies: &[Participation], project: Uuid) -> String {
    use entity::kinds::ParticipantRole::{Lead, Partner};
    let of = |role| {
        bodies
            .iter()
            .filter(move |(row, _)| row.project_id == project && row.role == role)
    };
    let lead = of(Lead)
        .next()
        .map_or("lead unknown", |(_, body)| body.name.as_str());
    match of(Partner).count() {
        0 => lead.to_owned(),
        1 => format!("{lead} and 1 partner"),
        count => format!("{lead} and {count} partners"),
    }
}

fn when(project: &entity::project::Model) -> String {
    let phase = project.phase.map(|phase| phase.as_str().to_lowercase());
    let year = project.start_date.map(|day| day.format("%Y").to_string());
    [phase, year].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn price(costs: Option<&Vec<Amount>>) -> String {
    costs
        .map(|costs| costs.iter().map(money).collect::<Vec<_>>().join(" + "))
        .unwrap_or_default()
}

/// Prints the largest clusters; returns the one that would save most if funded together.
async fn clusters(app: &App) -> anyhow::Result<Option<Uuid>> {
    let db = app.db.read();
    heading("Efforts that belong together");
    let rows = store::cluster::list(db, &ClusterQuery::default(), &Page::first(CONSIDERED_CLUSTERS))
        .await?
        .rows;
    let mut chosen: Option<(i64, Uuid)> = None;
    for (place, row) in (0..).zip(&rows) {
        if place < SHOWN_CLUSTERS {
            one_cluster(app, row).await?;
        }
        if let Some(idea) = cofunding::for_cluster(app, row.id).await.map_err(cause)? {
            let saved = idea
                .savings
                .iter()
                .map(|saving| saving.alone_minor - saving.shared_minor)
                .max();
            let saved = saved.unwrap_or_default();
            if chosen.is_none_or(|(most, _)| saved > most) {
                chosen = Some((saved, row.id));
            }
        }
    }
    Ok(chosen.map(|(_, id)| id))
}

async fn one_cluster(app: &App, row: &overlap_cluster::Model) -> anyhow::Result<()> {
    let db = app.db.read();
    let members = store::cluster::members(db, &[row.id]).await?;
    let ids: Vec<Uuid> = members.into_iter().map(|row| row.project_id).collect();
    let projects = store::project::by_ids(db, &ids).await?;
    let bodies = store::project::participants(db, &ids).await?;
    let costs = summary::costs(app, &ids).await.map_err(cause)?;
    let total = summary::added(costs.values().flatten());
    let cost = match total.is_empty() {
        true => "no cost known".to_owned(),
        false => format!(
            "{} together, of {} with a known cost",
            total.iter().map(money).collect::<Vec<_>>().join(" + "),
            costs.len()
        ),
    };
    say(&format!("\n{} projects, {cost}", row.size));
    for project in &projects {
        say(&wrapped(
            &format!("{} ({})", project.title, lead(&bodies, project.id)),
            "  - ",
        ));
    }
    Ok(())
}

async fn partners(app: &App, cluster: Uuid) -> anyhow::Result<()> {
    let Some((authority, name)) = asker(app, cluster).await? else {
        return Ok(());
    };
    heading(&format!("Whom {name} should talk to"));
    let found = partner::suggest(app, authority, partner::Sought::default(), SHOWN_PARTNERS)
        .await
        .map_err(cause)?;
    for suggestion in found.partners {
        let id = Uuid::parse_str(&suggestion.authority)?;
        let Some(body) = store::organisation::by_id(app.db.read(), id).await? else {
            continue;
        };
        say(&format!("\n{:.2}  {}", suggestion.score, body.name));
        for reason in suggestion.reasons.iter().take(3) {
            say(&wrapped(&reason.detail, "  + "));
        }
        for reason in suggestion.counter_reasons.iter().take(1) {
            say(&wrapped(&reason.detail, "  - "));
        }
    }
    Ok(())
}

/// An authority of the cluster that leads a project there and has not ended.
async fn asker(app: &App, cluster: Uuid) -> anyhow::Result<Option<(Uuid, String)>> {
    use entity::kinds::{OrganisationKind, ParticipantRole};
    let members = store::cluster::members(app.db.read(), &[cluster]).await?;
    let ids: Vec<Uuid> = members.into_iter().map(|row| row.project_id).collect();
    let bodies = store::project::participants(app.db.read(), &ids).await?;
    let mut leads: Vec<_> = bodies
        .into_iter()
        .filter(|(row, body)| {
            row.role == ParticipantRole::Lead
                && body.kind == OrganisationKind::LocalAuthority
                && body.end_date.is_none()
        })
        .map(|(_, body)| (body.id, body.name.clone()))
        .collect();
    leads.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(leads.into_iter().next())
}

async fn together(app: &App, cluster: Uuid) -> anyhow::Result<()> {
    let Some(idea) = cofunding::for_cluster(app, cluster).await.map_err(cause)? else {
        return Ok(());
    };
    heading("What could be funded together");
    say(&wrapped(
        &format!(
            "{} could lead: {}.",
            idea.lead.authority.name,
            idea.lead.reasons.join("; ")
        ),
        "",
    ));
    for joiner in idea.joiners.iter().take(SHOWN_JOINERS) {
        say(&wrapped(
            &format!("{} joins: {}", joiner.authority.name, joiner.brings),
            "  + ",
        ));
    }
    if let Some(more) = idea
        .joiners
        .len()
        .checked_sub(SHOWN_JOINERS)
        .filter(|more| *more > 0)
    {
        say(&format!("  + and {more} more"));
    }
    for saving in &idea.savings {
        let sum = |minor: i64| {
            money(&Amount {
                minor,
                currency: saving.currency.clone(),
            })
        };
        let text = format!(
            "Alone these efforts cost {}; built once for all they would cost about {}.",
            sum(saving.alone_minor),
            sum(saving.shared_minor)
        );
        say(&wrapped(&text, ""));
    }
    say(&wrapped(&idea.assumption, ""));
    for missing in &idea.missing {
        say(&wrapped(&format!("Not known yet: {missing}"), "  ? "));
    }
    Ok(())
}
