//! Who is to be reminded.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode, expect};
use crate::graphql::scalar::DateTime;
use crate::graphql::types::survey::{SurveyFile, SurveyFileFormat};
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::survey::reminder::{Reminders, Wanted, export};

/// Whom to remind, and how.
#[derive(Debug, Clone, InputObject)]
pub(in crate::graphql::mutation) struct ExportSurveyRemindersInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the round; it must be open.
    wave: ID,
    /// How the file is laid out; CSV unless given.
    format: Option<SurveyFileFormat>,
    /// Whether each gets a new link, which the file shows this once. The links that were sent before open nothing from then
    /// on, so that the reminders must really be sent. Otherwise they speak of the link that was sent before, and those whose
    /// link has expired are left out.
    renew_links: Option<bool>,
    /// The address of this server, such as `https://tandem.example`, so that new links can be clicked; at most 500 characters.
    address: Option<String>,
    /// Only those who were not reminded since, as told by `markSurveyInvitationsSent`.
    not_reminded_since: Option<DateTime>,
}

/// A file of reminders.
#[derive(Debug, Clone, SimpleObject)]
pub(in crate::graphql::mutation) struct ExportSurveyRemindersPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// A row for each invitation to be reminded of: its id, the authority, the recipient, how far it has come, when it was sent
    /// and reminded of, the new link and a text to send; null when there were mistakes.
    file: Option<SurveyFile>,
    /// The global ids of the invitations in the file, at most 1,000, for `markSurveyInvitationsSent`.
    invitations: Vec<ID>,
    /// Whether more are to be reminded than one file holds: mark these as sent, and ask again with `notRemindedSince`.
    has_more: bool,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// Reminding those who were invited. For administrators.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::graphql::mutation) struct SurveyReminderMutation;

/// Reminding those who were invited. For administrators.
#[Object]
impl SurveyReminderMutation {
    /// A file of whom to remind and what to write them: every invitation whose authority has neither submitted nor declined.
    /// Tandem sends no mail; `markSurveyInvitationsSent` notes that it was sent. For administrators.
    async fn export_survey_reminders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and how.")] input: ExportSurveyRemindersInput,
    ) -> Result<ExportSurveyRemindersPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        Ok(match mistakes(reminders(ctx, input).await)? {
            Ok(made) => ExportSurveyRemindersPayload {
                client_mutation_id,
                file: Some(made.file.into()),
                invitations: made
                    .invitations
                    .into_iter()
                    .map(|id| encode(Kind::SurveyInvitation, id))
                    .collect(),
                has_more: made.more,
                errors: Vec::new(),
            },
            Err(errors) => ExportSurveyRemindersPayload {
                client_mutation_id,
                file: None,
                invitations: Vec::new(),
                has_more: false,
                errors,
            },
        })
    }
}

async fn reminders(ctx: &Context<'_>, input: ExportSurveyRemindersInput) -> ApiResult<Reminders> {
    let wanted = Wanted {
        wave: expect(Kind::SurveyWave, &input.wave, &["wave"])?,
        layout: input.format.unwrap_or(SurveyFileFormat::Csv).into(),
        renew: input.renew_links.unwrap_or(false),
        address: input.address,
        not_since: input.not_reminded_since.map(|moment| moment.0),
    };
    let (app, viewer) = (ctx.data_unchecked::<App>(), viewer::of(ctx));
    export(app, &viewer, wanted, |id| {
        encode(Kind::SurveyInvitation, id).to_string()
    })
    .await
}
