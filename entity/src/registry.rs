//! Every table with its columns, for what goes over all of them: backups and the audit log.

use sea_orm::{ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable};

/// What a column holds, on every database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A UUID.
    Uuid,
    /// Text, words of closed lists among it.
    Text,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    BigInt,
    /// A number of 64 bits with a fraction.
    Double,
    /// Yes or no.
    Bool,
    /// A moment.
    Time,
    /// A day.
    Date,
    /// Bytes.
    Bytes,
}

impl Holds {
    /// Every one, with its name in a backup.
    pub const NAMES: [(Self, &'static str); 9] = [
        (Self::Uuid, "uuid"),
        (Self::Text, "text"),
        (Self::Int, "int"),
        (Self::BigInt, "bigint"),
        (Self::Double, "double"),
        (Self::Bool, "bool"),
        (Self::Time, "time"),
        (Self::Date, "date"),
        (Self::Bytes, "bytes"),
    ];

    fn of(column: &ColumnType) -> Self {
        match column {
            ColumnType::Uuid => Self::Uuid,
            ColumnType::Integer | ColumnType::SmallInteger | ColumnType::TinyInteger => Self::Int,
            ColumnType::BigInteger => Self::BigInt,
            ColumnType::Double | ColumnType::Float => Self::Double,
            ColumnType::Boolean => Self::Bool,
            ColumnType::TimestampWithTimeZone | ColumnType::DateTime | ColumnType::Timestamp => Self::Time,
            ColumnType::Date => Self::Date,
            ColumnType::Binary(_) | ColumnType::VarBinary(_) | ColumnType::Blob => Self::Bytes,
            _ => Self::Text,
        }
    }
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that name a row.
    pub key: Vec<&'static str>,
    /// Every column, and what it holds.
    pub columns: Vec<(&'static str, Holds)>,
}

fn described<E: EntityTrait>() -> Table
where
    E::Column: Iterable + IdenStatic,
    E::PrimaryKey: Iterable + IdenStatic,
{
    Table {
        name: E::default().table_name(),
        key: E::PrimaryKey::iter().map(|column| column.as_str()).collect(),
        columns: E::Column::iter()
            .map(|column| (column.as_str(), Holds::of(column.def().get_column_type())))
            .collect(),
    }
}

macro_rules! tables {
    ($($module:ident),+ $(,)?) => {
        /// Every table, each after those that its rows name.
        #[must_use]
        pub fn tables() -> Vec<Table> {
            vec![$(described::<crate::$module::Entity>(),)+]
        }
    };
}

tables!(
    catalogue,
    access_state,
    audit_chain,
    audit_entry,
    audit_origin,
    organisation,
    organisation_alias,
    organisation_identifier,
    organisation_neighbour,
    organisation_successor,
    organisation_change,
    organisation_group,
    organisation_group_member,
    account,
    account_grant,
    api_key,
    idempotency,
    project,
    project_adopter,
    project_award,
    project_link,
    project_meaning,
    project_merge,
    project_outcome,
    project_participant,
    project_place,
    project_relation,
    project_source,
    project_tag,
    project_version,
    overlap,
    overlap_cluster,
    overlap_cluster_member,
    overlap_review,
    overlap_move,
    calibration,
    import_job,
    import_row,
    import_chunk,
    funding_call,
    funding_call_term,
    bid,
    bid_member,
    bid_project,
    bid_version,
    bid_introduction,
    board,
    board_member,
    board_project,
    board_milestone,
    board_entry,
    interest,
    survey,
    survey_question_set,
    survey_wave,
    survey_response,
    survey_invitation,
    survey_answer,
    survey_answer_version,
    survey_submission,
    survey_upload,
);
