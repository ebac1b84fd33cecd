//! From a flag to a decision: how far people have come with each finding, and every move that took it there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::table::{foreign_key, index};

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_10_reviews"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let priority = ColumnDef::new("priority")
            .big_integer()
            .not_null()
            .default(0)
            .take();
        let priority = Table::alter().table("overlap").add_column(priority).take();
        manager.alter_table(priority).await?;
        let db = manager.get_connection();
        // By the score, until each is judged again: the next judgement knows what is at stake.
        db.execute_unprepared("UPDATE overlap SET priority = 3000000000 + CAST(score * 1000000 AS BIGINT)")
            .await?;
        manager.create_table(review()).await?;
        manager.create_table(moves()).await?;
        for made in [
            index("overlap", &["priority"]),
            index("overlap", &["state"]),
            index("overlap_move", &["overlap_id"]),
            index("overlap_move", &["kind"]),
        ] {
            manager.create_index(made).await?;
        }
        for statement in append_only(manager.get_database_backend()) {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["overlap_move", "overlap_review"] {
            manager
                .drop_table(Table::drop().table(name).if_exists().take())
                .await?;
        }
        for name in ["ix_overlap_priority", "ix_overlap_state"] {
            manager
                .drop_index(Index::drop().name(name).table("overlap").to_owned())
                .await?;
        }
        let column = Table::alter().table("overlap").drop_column("priority").take();
        manager.alter_table(column).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let function = "DROP FUNCTION IF EXISTS overlap_move_stands()";
            manager.get_connection().execute_unprepared(function).await?;
        }
        Ok(())
    }
}

fn review() -> TableCreateStatement {
    Table::create()
        .table("overlap_review")
        .col(ColumnDef::new("overlap_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("assignee_id").uuid().null())
        .col(ColumnDef::new("assignee_name").text().null())
        .col(ColumnDef::new("outcome").string_len(32).null())
        .col(ColumnDef::new("relation").string_len(32).null())
        .col(ColumnDef::new("follow_up").string_len(32).null())
        .col(ColumnDef::new("explained").boolean().not_null())
        .col(ColumnDef::new("decided_by").uuid().null())
        .col(ColumnDef::new("decided_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("decision_id").uuid().null())
        .col(ColumnDef::new("material").text().null())
        .col(ColumnDef::new("round_began_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("reply_due_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("remind_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("appeal_due_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("appeal_open").boolean().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut foreign_key("overlap_review", "overlap_id", "overlap"))
        .take()
}

fn moves() -> TableCreateStatement {
    Table::create()
        .table("overlap_move")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("overlap_id").uuid().not_null())
        .col(ColumnDef::new("kind").string_len(32).not_null())
        .col(ColumnDef::new("moved_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("moved_by").uuid().null())
        .col(ColumnDef::new("mover").text().not_null())
        .col(ColumnDef::new("seat").string_len(32).not_null())
        .col(ColumnDef::new("organisation_id").uuid().null())
        .col(ColumnDef::new("from_state").string_len(32).not_null())
        .col(ColumnDef::new("to_state").string_len(32).not_null())
        .col(ColumnDef::new("reason").string_len(32).null())
        .col(ColumnDef::new("explanation").text().null())
        .col(ColumnDef::new("note").text().null())
        .col(ColumnDef::new("relation").string_len(32).null())
        .col(ColumnDef::new("follow_up").string_len(32).null())
        .col(ColumnDef::new("due_at").timestamp_with_time_zone().null())
        .col(ColumnDef::new("cites_id").uuid().null())
        .col(ColumnDef::new("review_version").integer().not_null())
        .col(ColumnDef::new("score").double().not_null())
        .col(ColumnDef::new("left_version").integer().not_null())
        .col(ColumnDef::new("right_version").integer().not_null())
        .col(ColumnDef::new("model_version").string_len(64).not_null())
        .foreign_key(&mut foreign_key("overlap_move", "overlap_id", "overlap"))
        .take()
}

/// What keeps a move as it was written, whoever is at the database.
fn append_only(backend: DbBackend) -> Vec<&'static str> {
    match backend {
        DbBackend::Postgres => vec![
            "CREATE FUNCTION overlap_move_stands() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'moves of a review are only ever added'; END $$",
            "CREATE TRIGGER overlap_move_stands BEFORE UPDATE OR DELETE ON overlap_move \
             FOR EACH ROW EXECUTE FUNCTION overlap_move_stands()",
        ],
        _ => vec![
            "CREATE TRIGGER overlap_move_unchanged BEFORE UPDATE ON overlap_move \
             BEGIN SELECT RAISE(ABORT, 'moves of a review are only ever added'); END",
            "CREATE TRIGGER overlap_move_undeleted BEFORE DELETE ON overlap_move \
             BEGIN SELECT RAISE(ABORT, 'moves of a review are only ever added'); END",
        ],
    }
}
