//! What is kept of people: found, and removed.

use chrono::{DateTime, Utc};
use entity::{
    account, api_key, audit_entry, audit_origin, bid, board, board_entry, funding_call, idempotency,
    import_job, interest, overlap_move, project_version, survey_answer, survey_answer_version,
    survey_invitation, survey_response, survey_submission, survey_wave,
};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Set,
};
use uuid::Uuid;

/// What stands where something personal was.
pub const ERASED: &str = "erased";

/// Who somebody is in the rows that tell of them.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The account.
    pub account: Uuid,
    /// How histories sign for it.
    pub signature: String,
    /// Its name, where older answers have that; `None` once it is erased.
    pub name: Option<String>,
}

impl Subject {
    /// Where a column signs for them.
    fn signs(&self, column: impl ColumnTrait) -> Condition {
        Condition::any().add(column.eq(self.signature.as_str()))
    }

    /// Where a column signs for them or has their name: answers of surveys do.
    fn named(&self, column: impl ColumnTrait) -> Condition {
        match &self.name {
            Some(name) => self.signs(column).add(column.eq(name.as_str())),
            None => self.signs(column),
        }
    }
}

macro_rules! written_by {
    ($(#[$doc:meta])* $name:ident, $module:ident, $way:ident $column:ident, $order:ident) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When the database fails.
        pub async fn $name(
            db: &impl ConnectionTrait,
            subject: &Subject,
            limit: u64,
        ) -> Result<Vec<$module::Model>, DbErr> {
            let found: Select<$module::Entity> =
                $module::Entity::find().filter(subject.$way($module::Column::$column));
            found.order_by_desc($module::Column::$order).limit(limit).all(db).await
        }
    };
}

written_by!(
    /// Bids that they began, the latest first.
    bids, bid, signs CreatedBy, Id
);
written_by!(
    /// Boards that they opened, the latest first.
    boards, board, signs CreatedBy, Id
);
written_by!(
    /// What they wrote on boards, the latest first.
    board_entries, board_entry, signs CreatedBy, Id
);
written_by!(
    /// Calls that they recorded, the latest first.
    calls, funding_call, signs CreatedBy, Id
);
written_by!(
    /// Imports that they began, the latest first.
    imports, import_job, signs CreatedBy, Id
);
written_by!(
    /// Interest that they expressed, the latest first.
    interests, interest, signs CreatedBy, Id
);
written_by!(
    /// Interest that they answered, the latest first.
    answered_interests, interest, signs AnsweredBy, Id
);
written_by!(
    /// Earlier states of projects that they made, the latest first.
    project_versions, project_version, signs ChangedBy, ChangedAt
);
written_by!(
    /// Answers that they gave, the latest first.
    answers, survey_answer_version, named AnsweredBy, Id
);
written_by!(
    /// Submissions that they made, the latest first.
    submissions, survey_submission, named SubmittedBy, Id
);
written_by!(
    /// What they did, the latest first.
    entries, audit_entry, signs Actor, Seq
);

/// Decisions that they made and replies that they gave, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn moves(
    db: &impl ConnectionTrait,
    account: Uuid,
    limit: u64,
) -> Result<Vec<overlap_move::Model>, DbErr> {
    overlap_move::Entity::find()
        .filter(overlap_move::Column::MovedBy.eq(account))
        .order_by_desc(overlap_move::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// The addresses that their requests came from, as far as they are kept, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn addresses(
    db: &impl ConnectionTrait,
    subject: &Subject,
    limit: u64,
) -> Result<Vec<audit_origin::Model>, DbErr> {
    let theirs = Query::select()
        .column(audit_entry::Column::Id)
        .from(audit_entry::Entity)
        .and_where(audit_entry::Column::Actor.eq(subject.signature.as_str()))
        .take();
    audit_origin::Entity::find()
        .filter(audit_origin::Column::EntryId.in_subquery(theirs))
        .order_by_desc(audit_origin::Column::EntryId)
        .limit(limit)
        .all(db)
        .await
}

async fn rewrite<E: EntityTrait>(
    db: &impl ConnectionTrait,
    change: impl ActiveModelTrait<Entity = E>,
    of: Condition,
) -> Result<u64, DbErr> {
    let done = E::update_many().set(change).filter(of).exec(db).await?;
    Ok(done.rows_affected)
}

/// Removes what is kept of a person; the records of public bodies that they worked on stay. Returns the tables and how many
/// rows of each were rewritten.
///
/// # Errors
/// When the database fails.
pub async fn erase(db: &impl ConnectionTrait, subject: &Subject) -> Result<Vec<(&'static str, u64)>, DbErr> {
    let erased = || Set(ERASED.to_owned());
    let mut done = Vec::new();
    let change = account::ActiveModel {
        name: erased(),
        email: Set(None),
        issuer: Set(None),
        subject: Set(None),
        ..Default::default()
    };
    let own = Condition::all().add(account::Column::Id.eq(subject.account));
    done.push(("account", rewrite(db, change, own).await?));
    let change = api_key::ActiveModel {
        name: erased(),
        ..Default::default()
    };
    let own = Condition::all().add(api_key::Column::AccountId.eq(subject.account));
    done.push(("api_key", rewrite(db, change, own).await?));
    let change = board_entry::ActiveModel {
        text: erased(),
        url: Set(None),
        ..Default::default()
    };
    done.push((
        "board_entry",
        rewrite(db, change, subject.signs(board_entry::Column::CreatedBy)).await?,
    ));
    let change = interest::ActiveModel {
        message: erased(),
        ..Default::default()
    };
    let messages = rewrite(db, change, subject.signs(interest::Column::CreatedBy)).await?;
    let change = interest::ActiveModel {
        answer_note: Set(None),
        ..Default::default()
    };
    let notes = rewrite(db, change, subject.signs(interest::Column::AnsweredBy)).await?;
    done.push(("interest", messages + notes));
    done.extend(unsigned(db, subject).await?);
    let gone = super::audit::forget_origins_of(db, &subject.signature).await?;
    done.push(("audit_origin", gone));
    Ok(done)
}

/// Takes a person's name from the answers that they gave.
async fn unsigned(db: &impl ConnectionTrait, subject: &Subject) -> Result<Vec<(&'static str, u64)>, DbErr> {
    let erased = || Set(ERASED.to_owned());
    let change = survey_answer::ActiveModel {
        answered_by: erased(),
        ..Default::default()
    };
    let answers = rewrite(db, change, subject.named(survey_answer::Column::AnsweredBy)).await?;
    let change = survey_answer_version::ActiveModel {
        answered_by: erased(),
        ..Default::default()
    };
    let of = subject.named(survey_answer_version::Column::AnsweredBy);
    let versions = rewrite(db, change, of).await?;
    let change = survey_submission::ActiveModel {
        submitted_by: erased(),
        ..Default::default()
    };
    let of = subject.named(survey_submission::Column::SubmittedBy);
    let submitted = rewrite(db, change, of).await?;
    let change = survey_submission::ActiveModel {
        decided_by: Set(Some(ERASED.to_owned())),
        ..Default::default()
    };
    let of = subject.named(survey_submission::Column::DecidedBy);
    let decided = rewrite(db, change, of).await?;
    Ok(vec![
        ("survey_answer", answers),
        ("survey_answer_version", versions),
        ("survey_submission", submitted + decided),
    ])
}

/// The responses of rounds that closed before a moment.
fn closed_responses(before: DateTime<Utc>) -> SelectStatement {
    let waves = Query::select()
        .column(survey_wave::Column::Id)
        .from(survey_wave::Entity)
        .and_where(survey_wave::Column::ClosesAt.lt(before))
        .take();
    Query::select()
        .column(survey_response::Column::Id)
        .from(survey_response::Entity)
        .and_where(survey_response::Column::WaveId.in_subquery(waves))
        .take()
}

/// Forgets whom links were sent to and who answered by them, of rounds that closed before a moment. Returns how many rows
/// were rewritten.
///
/// # Errors
/// When the database fails.
pub async fn forget_respondents(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let change = survey_invitation::ActiveModel {
        recipient: Set(None),
        ..Default::default()
    };
    let of = Condition::all()
        .add(survey_invitation::Column::Recipient.is_not_null())
        .add(survey_invitation::Column::ResponseId.in_subquery(closed_responses(before)));
    let mut done = rewrite(db, change, of).await?;
    let change = survey_answer::ActiveModel {
        answered_by: Set(ERASED.to_owned()),
        ..Default::default()
    };
    let of = Condition::all()
        .add(survey_answer::Column::AnsweredBy.ne(ERASED))
        .add(survey_answer::Column::ResponseId.in_subquery(closed_responses(before)));
    done += rewrite(db, change, of).await?;
    let change = survey_answer_version::ActiveModel {
        answered_by: Set(ERASED.to_owned()),
        ..Default::default()
    };
    let of = Condition::all()
        .add(survey_answer_version::Column::AnsweredBy.ne(ERASED))
        .add(survey_answer_version::Column::ResponseId.in_subquery(closed_responses(before)));
    done += rewrite(db, change, of).await?;
    let change = survey_submission::ActiveModel {
        submitted_by: Set(ERASED.to_owned()),
        ..Default::default()
    };
    let of = Condition::all()
        .add(survey_submission::Column::SubmittedBy.ne(ERASED))
        .add(survey_submission::Column::ResponseId.in_subquery(closed_responses(before)));
    Ok(done + rewrite(db, change, of).await?)
}

/// The accounts that were closed before a moment and still have a name.
///
/// # Errors
/// When the database fails.
pub async fn closed_accounts(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<account::Model>, DbErr> {
    account::Entity::find()
        .filter(account::Column::ClosedAt.lt(before))
        .filter(account::Column::Name.ne(ERASED))
        .order_by_asc(account::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Removes keys that have let nobody in since a moment. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_dead_keys(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let dead = Condition::any()
        .add(api_key::Column::ExpiresAt.lt(before))
        .add(api_key::Column::RevokedAt.lt(before));
    let gone = api_key::Entity::delete_many().filter(dead).exec(db).await?;
    Ok(gone.rows_affected)
}

/// Removes idempotency keys that were kept before a moment. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_retries(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = idempotency::Entity::delete_many()
        .filter(idempotency::Column::CreatedAt.lt(before))
        .exec(db)
        .await?;
    Ok(gone.rows_affected)
}

/// Forgets what files of imports were called that ended before a moment. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_file_names(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let done = import_job::Entity::update_many()
        .col_expr(import_job::Column::FileName, Expr::value(Option::<String>::None))
        .filter(import_job::Column::FinishedAt.lt(before))
        .filter(import_job::Column::FileName.is_not_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
