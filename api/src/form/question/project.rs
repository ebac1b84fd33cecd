//! Projects as HTML: a group of fields each, and an empty one for the next.

use super::super::Sheet;
use super::super::markup::Markup;
use super::anchor;
use crate::survey::fields::name;
use crate::survey::question::{ProjectField, ProjectGroup, Question};
use entity::kinds::Phase;

/// The projects that stand in the fields, and one that is empty.
pub(super) fn render(sheet: &Sheet, question: &Question, group: &ProjectGroup, body: &mut Markup) {
    let name = name(question);
    let count: usize = sheet.fields.get(&format!("{name}.count")).parse().unwrap_or(0);
    let filled = (0..count.min(group.most))
        .filter(|place| !is_blank(sheet, &name, *place))
        .count();
    let shown = count.min(group.most).max(filled + 1).min(group.most);
    body.raw("<input type=\"hidden\"")
        .attribute("name", &format!("{name}.count"))
        .attribute("value", &shown.to_string())
        .raw(">\n");
    for place in 0..shown {
        let one = One {
            sheet,
            question,
            group,
            field: format!("{name}.{place}"),
            anchor: format!("{}-{place}", anchor(question)),
        };
        one.render(place, body);
    }
    if shown < group.most {
        body.raw("<p><button type=\"submit\" name=\"action\" value=\"save\">Save and add another project</button></p>\n");
    }
}

fn is_blank(sheet: &Sheet, name: &str, place: usize) -> bool {
    let get = |part: &str| {
        sheet
            .fields
            .get(&format!("{name}.{place}.{part}"))
            .trim()
            .is_empty()
    };
    get("title") && get("summary") && get("project")
}

struct One<'a> {
    sheet: &'a Sheet,
    question: &'a Question,
    group: &'a ProjectGroup,
    field: String,
    anchor: String,
}

impl One<'_> {
    fn get(&self, part: &str) -> &str {
        self.sheet.fields.get(&format!("{}.{part}", self.field))
    }

    fn render(&self, place: usize, body: &mut Markup) {
        let title = self.get("title");
        body.raw("<fieldset class=\"project\">\n<legend>Project ")
            .number(place + 1);
        if !title.is_empty() {
            body.element(": ", title, "");
        }
        body.raw("</legend>\n");
        for part in ["id", "project", "currency"] {
            body.raw("<input type=\"hidden\"")
                .attribute("name", &format!("{}.{part}", self.field))
                .attribute("value", self.get(part))
                .raw(">\n");
        }
        self.proposal(body);
        self.line("title", "Title", "", body);
        for field in &self.group.fields {
            self.part(*field, body);
        }
        self.confirm(body);
        body.raw("</fieldset>\n");
    }

    fn part(&self, field: ProjectField, body: &mut Markup) {
        let needed = if self.group.required.contains(&field) {
            " (needed)"
        } else {
            ""
        };
        let label = |text: &str| format!("{text}{needed}");
        match field {
            ProjectField::Summary => self.area(&label("What it does, for whom and how"), body),
            ProjectField::Phase => self.phase(&label("How far along it is"), body),
            ProjectField::Themes => self.line("themes", &label("Themes"), "Parted by semicolons", body),
            ProjectField::Technologies => {
                self.line(
                    "technologies",
                    &label("Technologies"),
                    "Parted by semicolons",
                    body,
                );
            }
            ProjectField::StartDate => {
                self.line(
                    "startDate",
                    &label("First day"),
                    "2026-04-01, 2026-04 or 2026",
                    body,
                );
            }
            ProjectField::EndDate => {
                self.line("endDate", &label("Last day"), "2026-04-01, 2026-04 or 2026", body);
            }
            ProjectField::Budget => self.line(
                "budget",
                &label("What it costs"),
                "In pounds unless told before",
                body,
            ),
            ProjectField::Partners => {
                self.line(
                    "partners",
                    &label("Who takes part"),
                    "Names, parted by semicolons",
                    body,
                );
            }
            ProjectField::Funders => {
                self.line("funders", &label("Who pays"), "Names, parted by semicolons", body)
            }
        }
    }

    fn label(&self, part: &str, text: &str, hint: &str, body: &mut Markup) -> String {
        let id = format!("{}-{part}", self.anchor);
        body.raw("<label")
            .attribute("for", &id)
            .raw(">")
            .text(text)
            .raw("</label>\n");
        if !hint.is_empty() {
            body.raw("<p class=\"hint\"")
                .attribute("id", &format!("{id}-help"))
                .raw(">")
                .text(hint)
                .raw("</p>\n");
        }
        id
    }

    fn line(&self, part: &str, text: &str, hint: &str, body: &mut Markup) {
        let id = self.label(part, text, hint, body);
        body.raw("<input type=\"text\"").attribute("id", &id);
        if !hint.is_empty() {
            body.attribute("aria-describedby", &format!("{id}-help"));
        }
        body.attribute("name", &format!("{}.{part}", self.field))
            .attribute("value", self.get(part))
            .raw(">\n");
    }

    fn area(&self, text: &str, body: &mut Markup) {
        let id = self.label("summary", text, "Two or three sentences are enough", body);
        body.raw("<textarea rows=\"4\"")
            .attribute("id", &id)
            .attribute("aria-describedby", &format!("{id}-help"))
            .attribute("name", &format!("{}.summary", self.field))
            .raw(">\n")
            .text(self.get("summary"))
            .raw("</textarea>\n");
    }

    fn phase(&self, text: &str, body: &mut Markup) {
        let id = self.label("phase", text, "", body);
        body.raw("<select")
            .attribute("id", &id)
            .attribute("name", &format!("{}.phase", self.field));
        body.raw("><option value=\"\">Not told</option>");
        for phase in Phase::ALL {
            let word = phase.as_str();
            body.raw("<option").attribute("value", word);
            if self.get("phase") == word {
                body.raw(" selected");
            }
            let shown: String = word
                .chars()
                .take(1)
                .chain(word.to_lowercase().chars().skip(1))
                .collect();
            body.element(">", &shown, "</option>");
        }
        body.raw("</select>\n");
    }

    /// Whether it is the one that the catalogue has of the authority.
    fn proposal(&self, body: &mut Markup) {
        let found = self
            .sheet
            .proposals
            .iter()
            .find(|proposal| proposal.question == self.question.id && proposal.item == self.get("id"));
        let Some(proposal) = found else {
            if self.get("same") == "new" {
                body.raw("<input type=\"hidden\" value=\"new\"")
                    .attribute("name", &format!("{}.same", self.field))
                    .raw(">\n");
            }
            return;
        };
        let id = proposal.found.project.id.to_string();
        body.raw(
            "<fieldset class=\"same\">\n<legend>Is this the one that the catalogue has of you?</legend>\n",
        );
        let title = format!("Yes, it is “{}”", proposal.found.project.title);
        for (value, text) in [
            (id.as_str(), title.as_str()),
            ("new", "No, it is another project"),
        ] {
            let field = format!("{}-same-{value}", self.anchor);
            body.raw("<p class=\"choice\"><input type=\"radio\"")
                .attribute("id", &field)
                .attribute("name", &format!("{}.same", self.field))
                .attribute("value", value);
            if self.get("same") == value {
                body.raw(" checked");
            }
            body.raw("> <label")
                .attribute("for", &field)
                .raw(">")
                .text(text)
                .raw("</label></p>\n");
        }
        body.raw("</fieldset>\n");
    }

    /// A box to confirm what the catalogue has.
    fn confirm(&self, body: &mut Markup) {
        let known = self.sheet.prefilled.get(&self.question.id);
        let offered = known.is_some_and(|filled| match &filled.answer {
            crate::survey::answer::Answer::Projects(items) => {
                items.iter().any(|item| item.id == self.get("id"))
            }
            _ => false,
        });
        if !offered {
            return;
        }
        let id = format!("{}-confirm", self.anchor);
        body.raw("<p class=\"choice confirm\"><input type=\"checkbox\" value=\"1\"")
            .attribute("id", &id)
            .attribute(
                "name",
                &format!("{}.{}.confirm", name(self.question), self.get("id")),
            )
            .raw("> <label")
            .attribute("for", &id)
            .raw(">This is what the catalogue has: it is still right</label></p>\n");
    }
}
