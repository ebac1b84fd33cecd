//! What reviewers' decisions say about the engine's scores.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_12_calibrations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create()
            .table("calibration")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("base_model").string_len(64).not_null())
            .col(ColumnDef::new("version").string_len(64).not_null())
            .col(ColumnDef::new("decisions").integer().not_null())
            .col(ColumnDef::new("borne_out").integer().not_null())
            .col(ColumnDef::new("folds").integer().not_null())
            .col(ColumnDef::new("fitted_by").text().not_null())
            .col(ColumnDef::new("fitted_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("accepted_by").text().null())
            .col(ColumnDef::new("accepted_at").timestamp_with_time_zone().null())
            .col(ColumnDef::new("accepted_reason").text().null())
            .take();
        for number in [
            "slope",
            "shift",
            "loss_before",
            "loss_after",
            "brier_before",
            "brier_after",
        ] {
            table.col(ColumnDef::new(number).double().not_null());
        }
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("calibration").if_exists().take())
            .await
    }
}
