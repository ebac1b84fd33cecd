//! One question as HTML.

mod project;

use super::markup::Markup;
use super::{Sheet, seen};
use crate::service::survey::prefill::Source;
use crate::survey::fields::{self, name};
use crate::survey::question::{Choice, Kind, Question, Steps};

/// What the page calls a question: the summary of mistakes leads here.
pub(super) fn anchor(question: &Question) -> String {
    format!("q-{}", question.id)
}

/// The question with whatever stands in its fields.
pub(super) fn render(sheet: &Sheet, question: &Question, body: &mut Markup) {
    let told = Told::of(sheet, question);
    body.raw("<div class=\"question\"");
    if let Some(condition) = &question.ask_if {
        body.attribute("data-if", &format!("q.{}", condition.question))
            .attribute("data-any", &condition.any_of.join(" "));
    }
    body.raw(">\n");
    let revision = sheet.given.rows.get(&question.id).map_or(0, |row| row.revision);
    body.raw("<input type=\"hidden\"")
        .attribute("name", &format!("r.{}", question.id))
        .attribute("value", &revision.to_string())
        .raw(">\n");
    // After a mistake the fields hold what was typed, and the mark what is stored.
    body.raw("<input type=\"hidden\"")
        .attribute("name", &format!("o.{}", question.id))
        .attribute("value", &seen(sheet.given.answers.get(&question.id)))
        .raw(">\n");
    match &question.kind {
        Kind::YesNo => {
            let choices = [("YES", "Yes"), ("NO", "No")].map(|(id, text)| Choice {
                id: id.to_owned(),
                text: text.to_owned(),
            });
            told.group(&choices, "radio", body);
        }
        Kind::Single(choices) => told.group(choices, "radio", body),
        Kind::Multiple(choices, _) => told.group(choices, "checkbox", body),
        Kind::Scale(steps) => told.group(&steps_of(steps), "radio", body),
        Kind::Projects(group) => {
            told.legend(body);
            project::render(sheet, question, group, body);
            told.confirm_none(body);
            body.raw("</fieldset>\n");
        }
        Kind::Money(currencies, _) => told.money(currencies, body),
        Kind::LongText(..) => {
            told.label(body);
            body.raw("<textarea rows=\"6\"");
            told.described(body);
            body.raw(">\n").text(told.value()).raw("</textarea>\n");
            told.confirm(body);
        }
        kind => {
            told.label(body);
            body.raw("<input type=\"text\"");
            if let Kind::Number(_) = kind {
                body.raw(" inputmode=\"decimal\"");
            }
            told.described(body);
            body.attribute("value", told.value()).raw(">\n");
            told.confirm(body);
        }
    }
    body.raw("</div>\n");
}

fn steps_of(steps: &Steps) -> Vec<Choice> {
    let text = |step: i32| {
        let meaning = match step {
            step if step == steps.from => steps.low.as_ref(),
            step if step == steps.to => steps.high.as_ref(),
            _ => None,
        };
        meaning.map_or(step.to_string(), |meaning| format!("{step} – {meaning}"))
    };
    let choices = (steps.from..=steps.to).map(|step| Choice {
        id: step.to_string(),
        text: text(step),
    });
    choices.collect()
}

/// A question on its page.
struct Told<'a> {
    sheet: &'a Sheet,
    question: &'a Question,
    anchor: String,
    name: String,
    /// The ids of the texts that belong to its fields.
    descriptions: String,
    hints: Vec<(String, String, &'static str)>,
}

impl<'a> Told<'a> {
    fn of(sheet: &'a Sheet, question: &'a Question) -> Self {
        let anchor = anchor(question);
        let mut hints = Vec::new();
        let mut hint = |part: &str, text: String, class: &'static str| {
            hints.push((format!("{anchor}-{part}"), text, class));
        };
        if let Some(condition) = &question.ask_if {
            hint("if", when(sheet, condition), "hint only");
        }
        if let Some(help) = &question.help {
            hint("help", help.clone(), "hint");
        }
        if let Kind::Date(..) = question.kind {
            hint("form", "Written as 2026-11-21".to_owned(), "hint");
        }
        if let Kind::ShortText(longest) | Kind::LongText(longest, _) = question.kind {
            hint("form", format!("At most {longest} characters"), "hint");
        }
        if question.confidential {
            let text = "Confidential: seen by your authority and reviewers only";
            hint("confidential", text.to_owned(), "hint");
        }
        for (number, message) in sheet.mistakes.get(&question.id).into_iter().flatten().enumerate() {
            hint(&format!("wrong-{number}"), format!("Error: {message}"), "error");
        }
        if let Some(text) = clash(sheet, question) {
            hint("clash", text, "error");
        }
        let ids: Vec<&str> = hints.iter().map(|(id, ..)| id.as_str()).collect();
        Self {
            descriptions: ids.join(" "),
            name: name(question),
            sheet,
            question,
            anchor,
            hints,
        }
    }

    fn value(&self) -> &str {
        self.sheet.fields.get(&self.name)
    }

    fn is_wrong(&self) -> bool {
        self.hints.iter().any(|(.., class)| *class == "error")
    }

    fn caption(&self, body: &mut Markup) {
        body.text(&self.question.text);
        if self.question.required {
            body.raw(" <span class=\"needed\">(needed)</span>");
        }
    }

    fn texts(&self, body: &mut Markup) {
        for (id, text, class) in &self.hints {
            body.raw("<p")
                .attribute("id", id)
                .attribute("class", class)
                .raw(">");
            body.text(text).raw("</p>\n");
        }
    }

    /// A label over one field.
    fn label(&self, body: &mut Markup) {
        body.raw("<label").attribute("for", &self.anchor).raw(">");
        self.caption(body);
        body.raw("</label>\n");
        self.texts(body);
    }

    /// A legend over several fields.
    fn legend(&self, body: &mut Markup) {
        body.raw("<fieldset tabindex=\"-1\"")
            .attribute("id", &self.anchor);
        body.attribute_if("aria-describedby", &self.descriptions)
            .raw(">\n<legend>");
        self.caption(body);
        body.raw("</legend>\n");
        self.texts(body);
    }

    fn described(&self, body: &mut Markup) {
        body.attribute("id", &self.anchor).attribute("name", &self.name);
        self.state(body);
    }

    fn state(&self, body: &mut Markup) {
        body.attribute_if("aria-describedby", &self.descriptions);
        if self.is_wrong() {
            body.raw(" aria-invalid=\"true\"");
        }
    }

    fn group(&self, choices: &[Choice], kind: &str, body: &mut Markup) {
        self.legend(body);
        for choice in choices {
            let id = format!("{}-{}", self.anchor, choice.id);
            body.raw("<p class=\"choice\"><input")
                .attribute("type", kind)
                .attribute("id", &id)
                .attribute("name", &self.name)
                .attribute("value", &choice.id);
            if self.sheet.fields.all(&self.name).contains(&choice.id) {
                body.raw(" checked");
            }
            body.raw("> <label")
                .attribute("for", &id)
                .raw(">")
                .text(&choice.text)
                .raw("</label></p>\n");
        }
        self.confirm(body);
        body.raw("</fieldset>\n");
    }

    fn money(&self, currencies: &[String], body: &mut Markup) {
        self.label(body);
        let (amount, currency) = (format!("{}.amount", self.name), format!("{}.currency", self.name));
        body.raw("<span class=\"money\"><input type=\"text\" inputmode=\"decimal\"")
            .attribute("id", &self.anchor)
            .attribute("name", &amount);
        self.state(body);
        body.attribute("value", self.sheet.fields.get(&amount))
            .raw(">\n<select")
            .attribute("name", &currency)
            .raw(" aria-label=\"Currency\">");
        for code in currencies {
            body.raw("<option");
            if self.sheet.fields.get(&currency) == code {
                body.raw(" selected");
            }
            body.element(">", code, "</option>");
        }
        body.raw("</select></span>\n");
        self.confirm(body);
    }

    /// A box to confirm what was filled in beforehand.
    fn confirm(&self, body: &mut Markup) {
        if self.sheet.prefilled.contains_key(&self.question.id) {
            let id = format!("{}-confirm", self.anchor);
            let who = match self
                .sheet
                .prefilled
                .get(&self.question.id)
                .map(|filled| filled.from)
            {
                Some(Source::Predecessor) => "the authority before yours told",
                _ => "you told",
            };
            body.raw("<p class=\"choice confirm\"><input type=\"checkbox\" value=\"1\"")
                .attribute("id", &id)
                .attribute("name", &format!("{}.confirm", self.name))
                .raw("> <label")
                .attribute("for", &id)
                .raw(">This is what ")
                .raw(who)
                .raw(" last time: it is still right</label></p>\n");
        }
    }

    /// Projects are confirmed one by one.
    fn confirm_none(&self, body: &mut Markup) {
        if self.sheet.prefilled.contains_key(&self.question.id) {
            body.raw("<p class=\"hint\">Projects that you neither confirm nor change stay in the catalogue as they are.</p>\n");
        }
    }
}

/// When a question is asked, for people.
fn when(sheet: &Sheet, condition: &crate::survey::question::Condition) -> String {
    let set = &sheet.respondent.round.set;
    let Some(earlier) = set.question(&condition.question) else {
        return String::new();
    };
    let text = |id: &String| match (
        id.as_str(),
        earlier.choices().iter().find(|choice| choice.id == *id),
    ) {
        (_, Some(choice)) => choice.text.clone(),
        ("YES", None) => "Yes".to_owned(),
        ("NO", None) => "No".to_owned(),
        (other, None) => other.to_owned(),
    };
    let options: Vec<String> = condition.any_of.iter().map(text).collect();
    match options.is_empty() {
        true => format!("Only if you answered “{}”", earlier.text),
        false => format!(
            "Only if you answered “{}” with {}",
            earlier.text,
            options.join(" or ")
        ),
    }
}

/// What a colleague answered meanwhile.
fn clash(sheet: &Sheet, question: &Question) -> Option<String> {
    let conflict = sheet
        .conflicts
        .iter()
        .find(|conflict| conflict.question == question.id)?;
    let theirs = match &conflict.stored {
        None => "took the answer back".to_owned(),
        Some(answer) => {
            let mut told = fields::Fields::default();
            fields::write(question, answer, &mut told);
            let name = name(question);
            let text = match question.kind {
                Kind::Money(..) => told.get(&format!("{name}.amount")).to_owned(),
                Kind::Projects(_) => "other projects".to_owned(),
                _ => told.all(&name).join(", "),
            };
            format!("answered “{text}”")
        }
    };
    Some(format!(
        "A colleague ({}) {theirs} meanwhile, and that stands. Below is yours: save again if it is to stand instead.",
        conflict.by
    ))
}
