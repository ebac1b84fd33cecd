//! The page as a whole.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entity::kinds::SurveyResponseState as State;
use sha2::{Digest as _, Sha256};

use super::markup::Markup;
use super::{Notice, Sheet, question};
use crate::http::FormAnswer;
use crate::survey::question::Question;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page may run its own script and style, send its own form, and nothing else.
fn policy() -> String {
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; connect-src 'self'; img-src data:; \
         script-src 'sha256-{}'; style-src 'sha256-{}'",
        digest(SCRIPT),
        digest(STYLE)
    )
}

fn html(status: u16, title: &str, body: &str, scripted: bool) -> FormAnswer {
    let mut page = Markup::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<link rel=\"icon\" href=\"data:,\">\n")
        .element("<title>", title, "</title>\n")
        .raw("<style>")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n")
        .raw("<a class=\"skip\" href=\"#main\">Skip to the questions</a>\n<main id=\"main\" tabindex=\"-1\">\n")
        .raw(body)
        .raw("</main>\n");
    if scripted {
        page.raw("<script>").raw(SCRIPT).raw("</script>\n");
    }
    page.raw("</body>\n</html>\n");
    FormAnswer {
        status,
        media_type: "text/html; charset=utf-8",
        body: page.finish(),
        location: None,
        policy: policy(),
    }
}

/// A page that says why there is no form.
pub(super) fn plain(status: u16, message: &str) -> FormAnswer {
    let mut body = Markup::default();
    body.raw("<h1>This page cannot be shown</h1>\n")
        .element("<p>", &sentence(message), "</p>\n");
    html(status, "This page cannot be shown", &body.finish(), false)
}

fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(char::to_uppercase);
    let text: String = first.into_iter().flatten().chain(letters).collect();
    if text.ends_with(['.', '?', '!']) {
        text
    } else {
        format!("{text}.")
    }
}

/// Sends the browser back to the page, so that loading it again sends nothing twice.
pub(super) fn sent_on(token: &str, notice: &str) -> FormAnswer {
    FormAnswer {
        status: 303,
        media_type: "text/plain; charset=utf-8",
        body: String::new(),
        location: Some(format!("/survey/{token}?{notice}")),
        policy: "default-src 'none'".to_owned(),
    }
}

/// The page.
pub(super) fn render(sheet: &Sheet, status: u16) -> FormAnswer {
    let round = &sheet.respondent.round;
    let title = format!("{} – {}", round.survey.title, round.wave.name);
    let wrong = !sheet.mistakes.is_empty() || !sheet.conflicts.is_empty();
    let mut body = Markup::default();
    body.element("<h1>", &round.set.title, "</h1>\n");
    body.element("<p class=\"round\">", &round.wave.name, "</p>\n");
    summary(sheet, &mut body);
    notice(sheet, &mut body);
    let closed = sheet.notice == Notice::Closed;
    if let Some(introduction) = &round.set.introduction {
        body.element("<p>", introduction, "</p>\n");
    }
    body.raw("<form method=\"post\" autocomplete=\"off\" novalidate>\n");
    if closed {
        body.raw("<fieldset disabled class=\"bare\">\n");
    }
    let mut section: Option<&String> = None;
    for question in &round.set.questions {
        if question.section.is_some() && question.section.as_ref() != section {
            section = question.section.as_ref();
            body.element("<h2>", section.map_or("", String::as_str), "</h2>\n");
        }
        question::render(sheet, question, &mut body);
    }
    if closed {
        body.raw("</fieldset>\n");
    } else {
        body.raw("<p class=\"actions\"><button type=\"submit\" name=\"action\" value=\"save\">Save and go on later</button>\n")
            .raw("<button type=\"submit\" name=\"action\" value=\"submit\" class=\"first\">Submit</button></p>\n")
            .raw("<p id=\"status\" role=\"status\"></p>\n");
    }
    body.raw("</form>\n");
    let title = if wrong { format!("Error: {title}") } else { title };
    html(status, &title, &body.finish(), !closed)
}

/// Every mistake in one place, each with a way to its question.
fn summary(sheet: &Sheet, body: &mut Markup) {
    if sheet.mistakes.is_empty() && sheet.conflicts.is_empty() {
        return;
    }
    let questions: BTreeMap<&str, &Question> = sheet
        .respondent
        .round
        .set
        .questions
        .iter()
        .map(|question| (question.id.as_str(), question))
        .collect();
    body.raw("<div class=\"wrong\" role=\"alert\" tabindex=\"-1\" id=\"summary\" aria-labelledby=\"summary-title\" autofocus>\n")
        .raw("<h2 id=\"summary-title\">There is something to put right</h2>\n")
        .raw("<p>Everything else is saved.</p>\n<ul>\n");
    let mut item = |id: &str, message: &str| match questions.get(id) {
        Some(asked) => {
            body.raw("<li><a href=\"#");
            body.text(&question::anchor(asked)).raw("\">");
            body.text(&asked.text)
                .raw("</a>: ")
                .text(&sentence(message))
                .raw("</li>\n");
        }
        None => {
            body.element("<li>", &sentence(message), "</li>\n");
        }
    };
    for (id, messages) in &sheet.mistakes {
        for message in messages {
            item(id, message);
        }
    }
    for conflict in &sheet.conflicts {
        item(
            &conflict.question,
            "a colleague answered this otherwise meanwhile",
        );
    }
    body.raw("</ul>\n</div>\n");
}

fn notice(sheet: &Sheet, body: &mut Markup) {
    let row = &sheet.respondent.response;
    let text = match (sheet.notice, row.state) {
        (Notice::Closed, _) => "This round is not open: what you see cannot be changed.",
        (Notice::Submitted, _) => "Thank you. Your answers are submitted.",
        (Notice::Saved, _) => "Saved. You can go on at any time by the same link.",
        (Notice::Nothing, State::Submitted) => {
            "Your answers are submitted. You can change them and submit again."
        }
        (Notice::Nothing, State::Approved) => "Your answers are submitted and approved.",
        (Notice::Nothing, State::Returned) => {
            "Your answers came back with remarks: please put them right and submit again."
        }
        (Notice::Nothing, _) => "",
    };
    if !text.is_empty() {
        body.element("<p class=\"notice\" role=\"status\">", text, "</p>\n");
    }
    if sheet.notice != Notice::Submitted {
        return;
    }
    for overlapping in &sheet.overlapping {
        let count = overlapping.authorities();
        body.raw("<section class=\"others\">\n<h2>");
        match count {
            0 | 1 => body.raw("Somebody else is doing something like this"),
            count => body.number(count).raw(" others are doing something like this"),
        };
        body.element(": ", &overlapping.title, "</h2>\n<ul>\n");
        for found in overlapping.found.iter().take(5) {
            body.element("<li>", &found.project.title, ". ")
                .text(&found.evidence.summary)
                .raw("</li>\n");
        }
        body.raw("</ul>\n</section>\n");
    }
}
