//! Projects as fields: one group of fields each, counted.

use entity::kinds::Phase;
use uuid::Uuid;

use super::{Fields, Slip, date, date_told, money};
use crate::exchange::currency::decimal;
use crate::survey::answer::{Answer, ProjectItem};
use crate::survey::check::MOST_PROJECTS;

/// Writes projects behind those that are there already.
pub(in crate::survey) fn write(name: &str, items: &[ProjectItem], fields: &mut Fields) {
    let first = fields.count(&format!("{name}.count"));
    for (place, item) in (first..).zip(items) {
        let field = |part: &str| format!("{name}.{place}.{part}");
        fields.add(&field("id"), item.id.as_str());
        fields.add(
            &field("project"),
            item.project.map(|id| id.to_string()).unwrap_or_default(),
        );
        fields.add(&field("same"), if item.separate { "new" } else { "" });
        fields.add(&field("title"), item.title.as_str());
        fields.add(&field("summary"), item.summary.as_str());
        fields.add(&field("phase"), item.phase.map(Phase::as_str).unwrap_or_default());
        fields.add(&field("themes"), item.themes.join("; "));
        fields.add(&field("technologies"), item.technologies.join("; "));
        fields.add(&field("startDate"), item.start.map(date_told).unwrap_or_default());
        fields.add(&field("endDate"), item.end.map(date_told).unwrap_or_default());
        let (sum, currency) = match &item.budget {
            Some(sum) => (decimal(sum), sum.currency.as_str()),
            None => (String::new(), "GBP"),
        };
        fields.add(&field("budget"), sum);
        fields.add(&field("currency"), currency);
        fields.add(&field("partners"), item.partners.join("; "));
        fields.add(&field("funders"), item.funders.join("; "));
    }
    fields.0.remove(&format!("{name}.count"));
    fields.add(&format!("{name}.count"), (first + items.len()).to_string());
}

/// Reads the projects; groups that were left empty are none.
pub(in crate::survey) fn read(name: &str, fields: &Fields) -> Result<Option<Answer>, Slip> {
    let count = fields.count(&format!("{name}.count")).min(MOST_PROJECTS + 1);
    let mut items = Vec::new();
    for place in 0..count {
        let item = item(name, place, fields).map_err(|slip| format!("Project {}: {slip}", place + 1))?;
        if !item.is_blank() {
            items.push(item);
        }
    }
    Ok(Some(Answer::Projects(items)).filter(|answer| !answer.is_blank()))
}

fn item(name: &str, place: usize, fields: &Fields) -> Result<ProjectItem, Slip> {
    let get = |part: &str| fields.get(&format!("{name}.{place}.{part}")).trim();
    let list = |part: &str| {
        let entries = get(part).split(';').map(|entry| entry.trim().to_owned());
        entries.filter(|entry| !entry.is_empty()).collect::<Vec<_>>()
    };
    // Whoever says which project it is says so of one that is new to the form.
    let chosen = Uuid::try_parse(get("same")).ok();
    let currency = get("currency");
    Ok(ProjectItem {
        id: match get("id") {
            "" => format!("p{place}"),
            id => id.to_owned(),
        },
        project: Uuid::try_parse(get("project")).ok().or(chosen),
        separate: get("same") == "new",
        unchanged: false,
        title: get("title").to_owned(),
        summary: get("summary").to_owned(),
        phase: Phase::parse(get("phase")),
        themes: list("themes"),
        technologies: list("technologies"),
        start: date(get("startDate"))?,
        end: date(get("endDate"))?,
        budget: money(get("budget"), if currency.is_empty() { "GBP" } else { currency })?,
        partners: list("partners"),
        funders: list("funders"),
    })
}
