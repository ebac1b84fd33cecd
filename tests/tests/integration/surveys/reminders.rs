//! Who is to be reminded, and of what.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};
use tandem::access::{Role, Viewer};
use tandem::service::survey::reminder::{Reminders, Wanted, export};
use tandem::survey::sheet::Layout;
use tests::Inside;

use super::*;

const EXPORT: &str = "mutation ($input: ExportSurveyRemindersInput!) { exportSurveyReminders(input: $input) {
    errors { code message path } hasMore invitations file { name mediaType base64 } } }";
const MARK: &str =
    "mutation ($input: MarkSurveyInvitationsSentInput!) { markSurveyInvitationsSent(input: $input) {
    errors { code path } invitations { reminders remindedAt } } }";

/// The rows of a workbook's first sheet, its header first.
pub(super) fn sheet(bytes: Vec<u8>, name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range(name).unwrap();
    let text = |cell: &Data| cell.to_string();
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

/// The reminders of a round as rows, without their header; the first of three invitations is Leeds', the last Bristol's.
async fn reminders(inside: &Inside, wave: &str, renew: bool) -> (Reminders, Vec<Vec<String>>) {
    let wanted = Wanted {
        wave: tandem::graphql::id::decode(wave).unwrap().1,
        layout: Layout::Xlsx,
        renew,
        address: Some("https://tandem.example/".to_owned()),
        not_since: None,
    };
    let made = export(&inside.app, &operator(), wanted, |id| id.to_string())
        .await
        .unwrap();
    let mut rows = sheet(made.file.bytes.clone(), "Reminders");
    assert_eq!(
        rows.remove(0)[..4],
        ["invitation", "authority", "recipient", "state"]
    );
    (made, rows)
}

async fn exported(inside: &Inside, input: Value) -> Value {
    ask(inside, &operator(), EXPORT, json!({ "input": input })).await
}

tests::on_each_database! {
    async fn those_who_have_not_answered_are_listed_with_what_to_write_them(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        answer(&inside, SAVE, json!({ "token": tokens[0], "answers": [{ "question": "staff", "number": 3, "revision": 0 }] })).await;
        let (made, rows) = reminders(&inside, &wave, false).await;
        assert_eq!((made.invitations.len(), made.more), (3, false));
        assert_eq!(rows[0][1..4], ["Leeds City Council", "officer of LDS", "DRAFT"]);
        assert_eq!((rows[2][3].as_str(), rows[2][7].as_str()), ("INVITED", ""), "no link can be told again");
        assert!(rows[0][8].starts_with("Short, Spring: Leeds City Council has begun to answer") && rows[0][8].contains("1 January 2099"), "{}", rows[0][8]);
        assert!(!rows.iter().flatten().any(|cell| tokens.iter().any(|token| cell.contains(token))));

        // What is sent is marked; who was reminded is left out where that is asked for.
        let file = exported(&inside, json!({ "wave": wave })).await;
        assert_eq!((&file["file"]["name"], file["invitations"].as_array().unwrap().len()), (&json!("reminders.csv"), 3));
        let first = json!([file["invitations"][0]]);
        let marked = run(&inside, MARK, json!({ "invitations": first, "reminders": true })).await;
        assert_eq!(marked["invitations"][0]["reminders"], 1);
        let rest = exported(&inside, json!({ "wave": wave, "notRemindedSince": "2026-01-01T00:00:00Z" })).await;
        assert_eq!(rest["invitations"], json!([file["invitations"][1], file["invitations"][2]]));
        let (_, rows) = reminders(&inside, &wave, false).await;
        assert_eq!((rows[0][5].as_str(), rows[0][6].is_empty(), rows[1][5].as_str()), ("1", false, "0"));

        // Who submitted, or declined, is left in peace.
        answer(&inside, SUBMIT, json!({ "token": tokens[0], "answers": [{ "question": "started", "yes": true, "revision": 0 }] })).await;
        let decline = "mutation ($input: DeclineSurveyInput!) { declineSurvey(input: $input) { errors { code } } }";
        answer(&inside, decline, json!({ "token": tokens[2], "reason": "No time" })).await;
        assert_eq!(exported(&inside, json!({ "wave": wave })).await["invitations"], json!([]));
    }

    async fn a_reminder_with_a_new_link_opens_the_same_response(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        let read = async |token: &str| inside.ask(&Viewer::public(), READ, json!({ "token": token })).await;
        let before = read(&tokens[2]).await["data"]["surveyResponse"]["id"].take();
        let expire = "UPDATE survey_invitation SET expires_at = '2026-01-01 00:00:00+00:00'";
        let txn = inside.app.db.begin().await.unwrap();
        sea_orm::ConnectionTrait::execute_unprepared(&txn, expire).await.unwrap();
        txn.commit().await.unwrap();
        let late = read(&tokens[2]).await;
        assert_eq!((&late["errors"][0]["extensions"]["code"], &late["errors"][0]["extensions"]["inputPath"]), (&json!("BAD_USER_INPUT"), &json!(["token"])));
        assert!(late["errors"][0]["message"].as_str().unwrap().contains("expired"), "{late}");
        for (query, more) in [(SAVE, json!({ "answers": [] })), (SUBMIT, json!({}))] {
            let mut input = more;
            input["token"] = json!(tokens[2]);
            assert_eq!(mistakes(&answer(&inside, query, input).await), ["CONFLICT input.token"], "an expired link writes nothing");
        }
        assert_eq!(reminders(&inside, &wave, false).await.1, Vec::<Vec<String>>::new(), "an expired link is of no use to them");

        let (_, rows) = reminders(&inside, &wave, true).await;
        let links: Vec<&str> = rows.iter().map(|row| row[7].as_str()).collect();
        assert_eq!(links.len(), 3);
        let token = links[2].strip_prefix("https://tandem.example/survey/").unwrap();
        assert!(rows[2][8].ends_with(links[2]) && token.len() == 43, "{}", rows[2][8]);
        assert_eq!(read(token).await["data"]["surveyResponse"]["id"], before);
        assert!(read(&tokens[2]).await["errors"].is_array(), "the old link opens nothing any more");
    }

    async fn reminders_that_cannot_be_change_no_link(inside: Inside) {
        let (wave, tokens) = open(&inside).await;
        let wrong = exported(&inside, json!({ "wave": wave, "renewLinks": true, "address": "tandem.example" })).await;
        assert_eq!((mistakes(&wrong), &wrong["file"]), (vec!["INVALID input.address".to_owned()], &Value::Null));
        let none = exported(&inside, json!({ "wave": tokens[0] })).await;
        assert_eq!(mistakes(&none), ["INVALID input.wave"]);
        let leeds = authority(&inside, "LDS").await;
        for (viewer, code) in [(Viewer::public(), "UNAUTHENTICATED"), (holding(Role::Editor, Some(&leeds)), "FORBIDDEN")] {
            let refused = inside.ask(&viewer, EXPORT, json!({ "input": { "wave": wave } })).await;
            assert_eq!(refused["errors"][0]["extensions"]["code"], code);
        }
        close(&inside, &wave).await;
        let late = exported(&inside, json!({ "wave": wave, "renewLinks": true })).await;
        assert_eq!(mistakes(&late), ["CONFLICT input.wave"]);
        let read = inside.ask(&Viewer::public(), READ, json!({ "token": tokens[0] })).await;
        assert!(read["errors"].is_null(), "{read}");
    }
}
