//! The fields of projects that are at hand.

use std::sync::Arc;

use async_graphql::{ScalarType as _, Value};
use entity::kinds::ParticipantRole;

use super::{Participant, Project};
use crate::graphql::at_hand::{Given, Shown, text, word};
use crate::graphql::id::{Kind, encode};
use crate::graphql::scalar::{Date, DateTime};
use crate::graphql::types::organisation::Organisation;

impl Shown for Project {
    fn type_name(&self) -> &'static str {
        "Project"
    }

    fn interfaces(&self) -> &'static [&'static str] {
        &["Node"]
    }

    fn give(&self, field: &str) -> Option<Given<'_>> {
        let row = &self.row;
        let day = |day: Option<chrono::NaiveDate>| {
            Given::Value(day.map_or(Value::Null, |day| Date(day).to_value()))
        };
        let moment = |moment: Option<chrono::DateTime<chrono::Utc>>| {
            Given::Value(moment.map_or(Value::Null, |moment| DateTime(moment).to_value()))
        };
        Some(match field {
            "id" => text(Some(&encode(Kind::Project, row.id))),
            "title" => text(Some(&row.title)),
            "summary" => text(Some(&row.summary)),
            "kind" => word(row.kind),
            "phase" => word(row.phase),
            "status" => word(Some(row.status)),
            "programme" => text(row.programme.as_deref()),
            "outcome" => text(row.outcome.as_deref()),
            "note" => text(row.note.as_deref()),
            "startDate" => day(row.start_date),
            "startPrecision" => word(row.start_precision),
            "endDate" => day(row.end_date),
            "endPrecision" => word(row.end_precision),
            "version" => Given::Value(row.version.into()),
            "updatedAt" => moment(Some(row.updated_at)),
            "lastConfirmedAt" => moment(row.last_confirmed_at),
            "lead" => match self.loaded.lead()? {
                Some(body) => Given::Object(Box::new(body)),
                None => Given::Value(Value::Null),
            },
            _ => return None,
        })
    }
}

impl super::loaded::Loaded {
    /// Who answers for the project, where those who take part were loaded with its page.
    fn lead(&self) -> Option<Option<Organisation>> {
        let found = self.participants.as_ref()?;
        let lead = found.iter().find(|(row, _)| row.role == ParticipantRole::Lead);
        Some(lead.map(|(_, body)| Arc::clone(body).into()))
    }
}

impl Shown for Participant {
    fn type_name(&self) -> &'static str {
        "Participant"
    }

    fn give(&self, field: &str) -> Option<Given<'_>> {
        Some(match field {
            "role" => word(Some(self.role)),
            "organisation" => Given::Object(Box::new(&self.organisation)),
            _ => return None,
        })
    }
}
