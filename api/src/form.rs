//! The plain web form of a survey: `/survey/{secret}`.
//!
//! Everything works without a script: each button sends the whole form, what can be kept is kept, and what cannot is shown
//! with the reason beside it. Where scripts run, the form saves itself as it is filled in.

mod markup;
mod page;
mod question;

use std::collections::BTreeMap;

use futures_util::FutureExt as _;
use serde_json::json;

use crate::access::Viewer;
use crate::audit::on_behalf;
use crate::error::{ApiError, ApiResult, UserError};
use crate::http::{FormAnswer, FormRequest, Forms};
use crate::service::audit::note_read;
use crate::service::survey::prefill::{Prefilled, prefilled};
use crate::service::survey::project::{Overlapping, Proposal, overlapping, proposals};
use crate::service::survey::respondent::{Claim, Respondent, open, reading};
use crate::service::survey::response::{AnswerConflict, Content, Sent, save};
use crate::service::survey::submission::submit;
use crate::service::survey::{Given, given};
use crate::service::{App, fingerprint};
use crate::survey::answer::{Answer, ProjectItem};
use crate::survey::check::{Answers, is_asked};
use crate::survey::fields::{self, Fields};
use crate::survey::question::Question;

/// The pages of an application.
#[must_use]
pub fn forms(app: App) -> Forms {
    Forms::new(move |request| {
        let app = app.clone();
        let origin = request.origin.clone();
        let work = async move {
            match answer(&app, request).await {
                Ok(answer) => answer,
                Err(error) => failed(error),
            }
        };
        on_behalf(origin, work).boxed()
    })
}

/// What a page shows.
struct Sheet {
    respondent: Respondent,
    given: Given,
    prefilled: BTreeMap<String, Prefilled>,
    proposals: Vec<Proposal>,
    /// What stands in the fields.
    fields: Fields,
    /// What is wrong with the answer to a question.
    mistakes: BTreeMap<String, Vec<String>>,
    conflicts: Vec<AnswerConflict>,
    overlapping: Vec<Overlapping>,
    notice: Notice,
}

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notice {
    Nothing,
    Saved,
    Submitted,
    Closed,
}

async fn answer(app: &App, request: FormRequest) -> ApiResult<FormAnswer> {
    let claim = Claim::Token(request.token.clone());
    let respondent = reading(app, &Viewer::public(), &claim).await?;
    let is_open = open(&respondent.round).is_ok();
    match request.fields {
        Some(_) if !is_open => {
            let sheet = sheet(app, respondent, Notice::Closed).await?;
            Ok(page::render(&sheet, 409))
        }
        Some(bytes) => take(app, &claim, respondent, &request.token, &bytes, request.scripted).await,
        None => {
            let response = respondent.response.id.to_string();
            note_read(&app.db, &[("surveyForm".to_owned(), vec![response])]).await?;
            let notice = match request.query.as_str() {
                _ if !is_open => Notice::Closed,
                "saved" => Notice::Saved,
                "submitted" => Notice::Submitted,
                _ => Notice::Nothing,
            };
            Ok(page::render(&sheet(app, respondent, notice).await?, 200))
        }
    }
}

/// The page as it is stored.
async fn sheet(app: &App, respondent: Respondent, notice: Notice) -> ApiResult<Sheet> {
    let given = given(app.db.read(), respondent.response.id).await?;
    let prefilled = prefilled(app, &respondent, &given).await?;
    let mut fields = Fields::default();
    for question in &respondent.round.set.questions {
        if let Some(answer) = given.answers.get(&question.id) {
            fields::write(question, answer, &mut fields);
        }
        if let Some(filled) = prefilled.get(&question.id) {
            fields::write(question, &filled.answer, &mut fields);
        }
    }
    let shown = match notice {
        Notice::Submitted => overlapping(app, &respondent, &given.answers).await?,
        _ => Vec::new(),
    };
    Ok(Sheet {
        proposals: proposals(app, &respondent, &given.answers).await?,
        overlapping: shown,
        respondent,
        given,
        prefilled,
        fields,
        mistakes: BTreeMap::new(),
        conflicts: Vec::new(),
        notice,
    })
}

/// Takes what was typed: keeps what can be kept, and submits it where that was asked for.
async fn take(
    app: &App,
    claim: &Claim,
    respondent: Respondent,
    token: &str,
    bytes: &[u8],
    scripted: bool,
) -> ApiResult<FormAnswer> {
    let typed = Fields::parse(bytes);
    let mut sheet = sheet(app, respondent, Notice::Nothing).await?;
    let (sent, mut mistakes) = read(&sheet, &typed);
    let questions: Vec<String> = sent.iter().map(|sent| sent.question.clone()).collect();
    let viewer = Viewer::public();
    match save(app, &viewer, claim, sent).await {
        Ok((_, conflicts)) => sheet.conflicts = conflicts,
        Err(ApiError::BadInput(found)) => note(&mut mistakes, found, &questions),
        Err(other) => return Err(other),
    }
    if typed.get("action") == "submit" && mistakes.is_empty() && sheet.conflicts.is_empty() {
        match submit(app, &viewer, claim, Vec::new()).await {
            Ok(done) if done.conflicts.is_empty() => return Ok(page::sent_on(token, "submitted")),
            Ok(done) => sheet.conflicts = done.conflicts,
            Err(ApiError::BadInput(found)) => note(&mut mistakes, found, &questions),
            Err(other) => return Err(other),
        }
    }
    sheet.given = given(app.db.read(), sheet.respondent.response.id).await?;
    if scripted {
        return Ok(told(&sheet, &questions, &mistakes));
    }
    if mistakes.is_empty() && sheet.conflicts.is_empty() {
        return Ok(page::sent_on(token, "saved"));
    }
    sheet.proposals = proposals(app, &sheet.respondent, &sheet.given.answers).await?;
    sheet.fields = typed;
    sheet.mistakes = mistakes;
    Ok(page::render(&sheet, 422))
}

/// What a script is told: of what it sent and was saved, the new revisions and marks; and what was not taken.
fn told(sheet: &Sheet, sent: &[String], mistakes: &BTreeMap<String, Vec<String>>) -> FormAnswer {
    let conflicts: Vec<&String> = sheet
        .conflicts
        .iter()
        .map(|conflict| &conflict.question)
        .collect();
    let taken = sent
        .iter()
        .filter(|question| !mistakes.contains_key(*question) && !conflicts.contains(question));
    let saved: BTreeMap<&String, (i32, String)> = taken
        .map(|question| {
            let revision = sheet.given.rows.get(question).map_or(0, |row| row.revision);
            (question, (revision, seen(sheet.given.answers.get(question))))
        })
        .collect();
    let body = json!({ "saved": saved, "conflicts": conflicts, "mistakes": mistakes });
    FormAnswer {
        status: 200,
        media_type: "application/json",
        body: body.to_string(),
        location: None,
        policy: "default-src 'none'".to_owned(),
    }
}

/// Puts mistakes beside their questions; what belongs to none stands above all.
fn note(mistakes: &mut BTreeMap<String, Vec<String>>, found: Vec<UserError>, questions: &[String]) {
    for mistake in found {
        let named = match mistake.path.as_slice() {
            [first, key, ..] if first == "answers" => {
                let place = key.parse::<usize>().ok();
                place
                    .and_then(|place| questions.get(place))
                    .unwrap_or(key)
                    .clone()
            }
            _ => String::new(),
        };
        let path: Vec<&str> = mistake.path.iter().map(String::as_str).collect();
        let message = match path.as_slice() {
            ["answers", _, "projects", number, field, ..] => {
                let number = number.parse::<usize>().map_or(0, |number| number + 1);
                format!("Project {number}, {field}: {}", mistake.message)
            }
            _ => mistake.message,
        };
        mistakes.entry(named).or_default().push(message);
    }
}

/// The answers that were typed, and what is wrong with them. What was filled in beforehand and neither changed nor
/// confirmed is none.
fn read(sheet: &Sheet, typed: &Fields) -> (Vec<Sent>, BTreeMap<String, Vec<String>>) {
    let set = &sheet.respondent.round.set;
    let mut mistakes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut answers = Answers::new();
    let mut sent = Vec::new();
    for question in &set.questions {
        let base = typed.get(&format!("r.{}", question.id)).parse().unwrap_or(0);
        let told = match fields::read(question, typed) {
            Ok(answer) => answer.map(Answer::tidied).filter(|answer| !answer.is_blank()),
            Err(slip) => {
                mistakes.entry(question.id.clone()).or_default().push(slip);
                continue;
            }
        };
        if !sheet.prefilled.contains_key(&question.id)
            && typed.get(&format!("o.{}", question.id)) == seen(told.as_ref())
        {
            // Nobody touched it since it was shown: what a colleague answered meanwhile stands.
            answers.extend(told.map(|told| (question.id.clone(), told)));
            continue;
        }
        let told = told.and_then(|told| chosen(sheet, question, told, typed));
        if let Some(told) = &told {
            if !is_asked(set, question, &answers) {
                let slip = "This question is not asked, because of what you answered before; the answer was not kept";
                let list = mistakes.entry(question.id.clone()).or_default();
                if sheet.given.answers.get(&question.id) != Some(told) {
                    list.push(slip.to_owned());
                } else {
                    mistakes.remove(&question.id);
                }
                continue;
            }
            answers.insert(question.id.clone(), told.clone());
        }
        if told.as_ref() == sheet.given.answers.get(&question.id) {
            continue;
        }
        let content = told.map_or(Content::Cleared, Content::Given);
        sent.push(Sent {
            question: question.id.clone(),
            content,
            base,
        });
    }
    (sent, mistakes)
}

/// A mark of what a question's fields held when they were shown, to know whether somebody touched them.
fn seen(answer: Option<&Answer>) -> String {
    let text = answer.and_then(|answer| serde_json::to_string(answer).ok());
    fingerprint(&text.unwrap_or_default()).chars().take(16).collect()
}

/// What somebody really said of what was filled in: what they confirmed or changed.
fn chosen(sheet: &Sheet, question: &Question, told: Answer, typed: &Fields) -> Option<Answer> {
    let name = fields::name(question);
    let filled = sheet.prefilled.get(&question.id).map(|filled| &filled.answer);
    match (told, filled) {
        (Answer::Projects(items), Some(Answer::Projects(known))) => {
            let kept = items.into_iter().filter(|item| {
                let place = |field: &str| format!("{name}.{}.{field}", item.id);
                let same = known.iter().any(|known| is_same(known, item));
                !same || !typed.get(&place("confirm")).is_empty()
            });
            Some(Answer::Projects(kept.collect())).filter(|answer| !answer.is_blank())
        }
        (told, Some(known)) if told == *known && typed.get(&format!("{name}.confirm")).is_empty() => None,
        (told, _) => Some(told),
    }
}

fn is_same(known: &ProjectItem, told: &ProjectItem) -> bool {
    let plain = |item: &ProjectItem| ProjectItem {
        id: String::new(),
        separate: false,
        unchanged: false,
        summary: item.summary.trim().replace("\r\n", "\n"),
        ..item.clone()
    };
    plain(known) == plain(told)
}

/// A page that says why there is no form.
fn failed(error: ApiError) -> FormAnswer {
    let (status, message) = match error {
        ApiError::BadInput(found) => {
            let gone = found
                .iter()
                .any(|mistake| mistake.code == crate::error::UserErrorCode::NotFound);
            let messages: Vec<String> = found.into_iter().map(|mistake| mistake.message).collect();
            (if gone { 404 } else { 410 }, messages.join("; "))
        }
        ApiError::NotFound(message) => (404, message),
        ApiError::Conflict(message) | ApiError::Limit(message) => (409, message),
        ApiError::Unauthenticated(message) | ApiError::Forbidden(message) => (403, message),
        ApiError::Internal(cause) => {
            tracing::error!(cause = format!("{cause:#}"), "a survey's page failed inside");
            (
                500,
                "the server could not do this; what was saved before is kept".to_owned(),
            )
        }
    };
    page::plain(status, &message)
}
