//! Surveys: what is asked, of whom, and what was answered.

use sea_orm_migration::prelude::*;

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_14_surveys"
    }
}

/// The tables, those that others name first.
const TABLES: [&str; 9] = [
    "survey",
    "survey_question_set",
    "survey_wave",
    "survey_response",
    "survey_invitation",
    "survey_answer",
    "survey_answer_version",
    "survey_submission",
    "survey_upload",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            survey(),
            question_set(),
            wave(),
            response(),
            invitation(),
            answer(),
            answer_version(),
            submission(),
            upload(),
        ] {
            manager.create_table(table).await?;
        }
        let mut unique = [
            index("survey_question_set", &["survey_id", "number"]),
            index("survey_invitation", &["token_hash"]),
            index("survey_response", &["wave_id", "organisation_id"]),
            index("survey_submission", &["response_id", "version"]),
        ];
        for index in &mut unique {
            manager.create_index(index.unique().take()).await?;
        }
        for index in [
            index("survey_wave", &["survey_id", "opens_at"]),
            index("survey_invitation", &["wave_id", "id"]),
            index("survey_invitation", &["response_id"]),
            index("survey_response", &["organisation_id"]),
            index("survey_answer_version", &["response_id", "question"]),
            index("survey_upload", &["wave_id", "content_hash"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in TABLES.into_iter().rev() {
            manager
                .drop_table(Table::drop().table(name).if_exists().take())
                .await?;
        }
        Ok(())
    }
}

fn survey() -> TableCreateStatement {
    Table::create()
        .table("survey")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("title").text().not_null())
        .col(ColumnDef::new("threshold").integer().not_null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .take()
}

fn question_set() -> TableCreateStatement {
    Table::create()
        .table("survey_question_set")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("survey_id").uuid().not_null())
        .col(ColumnDef::new("number").integer().not_null())
        .col(ColumnDef::new("definition").text().not_null())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("cloned_from_id").uuid().null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("published_by").text().null())
        .col(ColumnDef::new("published_at").timestamp_with_time_zone().null())
        .foreign_key(&mut foreign_key("survey_question_set", "survey_id", "survey"))
        .foreign_key(&mut foreign_key(
            "survey_question_set",
            "cloned_from_id",
            "survey_question_set",
        ))
        .take()
}

fn wave() -> TableCreateStatement {
    Table::create()
        .table("survey_wave")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("survey_id").uuid().not_null())
        .col(ColumnDef::new("question_set_id").uuid().not_null())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("opens_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("closes_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut foreign_key("survey_wave", "survey_id", "survey"))
        .foreign_key(&mut foreign_key(
            "survey_wave",
            "question_set_id",
            "survey_question_set",
        ))
        .take()
}

fn response() -> TableCreateStatement {
    Table::create()
        .table("survey_response")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("wave_id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("state").string_len(32).not_null())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("reason").text().null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("submitted_at").timestamp_with_time_zone().null())
        .foreign_key(&mut foreign_key("survey_response", "wave_id", "survey_wave"))
        .foreign_key(&mut foreign_key(
            "survey_response",
            "organisation_id",
            "organisation",
        ))
        .take()
}

fn invitation() -> TableCreateStatement {
    Table::create()
        .table("survey_invitation")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("wave_id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("response_id").uuid().not_null())
        .col(ColumnDef::new("recipient").text().null())
        .col(ColumnDef::new("token_hash").string_len(64).not_null())
        .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("revoked_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("sent_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("reminded_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("reminders").integer().not_null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut foreign_key("survey_invitation", "wave_id", "survey_wave"))
        .foreign_key(&mut foreign_key(
            "survey_invitation",
            "organisation_id",
            "organisation",
        ))
        .foreign_key(&mut foreign_key(
            "survey_invitation",
            "response_id",
            "survey_response",
        ))
        .take()
}

fn answer() -> TableCreateStatement {
    Table::create()
        .table("survey_answer")
        .col(ColumnDef::new("response_id").uuid().not_null())
        .col(ColumnDef::new("question").string_len(64).not_null())
        .col(ColumnDef::new("value").text().null())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("answered_by").text().not_null())
        .col(
            ColumnDef::new("answered_at")
                .timestamp_with_time_zone()
                .not_null(),
        )
        .primary_key(Index::create().col("response_id").col("question"))
        .foreign_key(&mut foreign_key(
            "survey_answer",
            "response_id",
            "survey_response",
        ))
        .take()
}

fn answer_version() -> TableCreateStatement {
    Table::create()
        .table("survey_answer_version")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("response_id").uuid().not_null())
        .col(ColumnDef::new("question").string_len(64).not_null())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("value").text().null())
        .col(ColumnDef::new("taken").boolean().not_null())
        .col(ColumnDef::new("answered_by").text().not_null())
        .col(
            ColumnDef::new("answered_at")
                .timestamp_with_time_zone()
                .not_null(),
        )
        .foreign_key(&mut foreign_key(
            "survey_answer_version",
            "response_id",
            "survey_response",
        ))
        .take()
}

fn submission() -> TableCreateStatement {
    Table::create()
        .table("survey_submission")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("response_id").uuid().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("answers").text().not_null())
        .col(ColumnDef::new("submitted_by").text().not_null())
        .col(
            ColumnDef::new("submitted_at")
                .timestamp_with_time_zone()
                .not_null(),
        )
        .col(ColumnDef::new("decision").string_len(32).null())
        .col(ColumnDef::new("remarks").text().null())
        .col(ColumnDef::new("decided_by").text().null())
        .col(ColumnDef::new("decided_at").timestamp_with_time_zone().null())
        .foreign_key(&mut foreign_key(
            "survey_submission",
            "response_id",
            "survey_response",
        ))
        .take()
}

fn upload() -> TableCreateStatement {
    Table::create()
        .table("survey_upload")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("wave_id").uuid().not_null())
        .col(ColumnDef::new("file_name").text().not_null())
        .col(ColumnDef::new("content_hash").string_len(64).not_null())
        .col(ColumnDef::new("rows").text().not_null())
        .col(ColumnDef::new("committed").boolean().not_null())
        .col(ColumnDef::new("created_by").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("committed_at").timestamp_with_time_zone().null())
        .foreign_key(&mut foreign_key("survey_upload", "wave_id", "survey_wave"))
        .take()
}
