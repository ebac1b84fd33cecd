//! The tables of overlaps.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{Table as Made, foreign_key, index};

pub(super) fn tables(_backend: DbBackend) -> Vec<Made> {
    vec![overlap(), overlap_cluster(), overlap_cluster_member()]
}

fn overlap() -> Made {
    let table = Table::create()
        .table("overlap")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("left_id").uuid().not_null())
        .col(ColumnDef::new("right_id").uuid().not_null())
        .col(ColumnDef::new("score").double().not_null())
        .col(ColumnDef::new("relation").string_len(32).not_null())
        .col(ColumnDef::new("state").string_len(32).not_null())
        .col(ColumnDef::new("evidence").text().not_null())
        .col(ColumnDef::new("left_version").integer().not_null())
        .col(ColumnDef::new("right_version").integer().not_null())
        .col(ColumnDef::new("model_version").string_len(64).not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("withdrawn_at").timestamp_with_time_zone().null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("overlap", "left_id", "project"))
        .foreign_key(&mut foreign_key("overlap", "right_id", "project"))
        .take();
    Made {
        table,
        indexes: vec![index("overlap", &["right_id"]), index("overlap", &["score"])],
    }
}

fn overlap_cluster() -> Made {
    let table = Table::create()
        .table("overlap_cluster")
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("central_id").uuid().not_null())
        .col(ColumnDef::new("size").integer().not_null())
        .col(ColumnDef::new("cohesion").double().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut foreign_key("overlap_cluster", "central_id", "project"))
        .take();
    Made {
        table,
        indexes: vec![index("overlap_cluster", &["size"])],
    }
}

fn overlap_cluster_member() -> Made {
    let table = Table::create()
        .table("overlap_cluster_member")
        .col(ColumnDef::new("cluster_id").uuid().not_null())
        .col(ColumnDef::new("project_id").uuid().not_null())
        .primary_key(Index::create().col("cluster_id").col("project_id"))
        .foreign_key(&mut foreign_key(
            "overlap_cluster_member",
            "cluster_id",
            "overlap_cluster",
        ))
        .foreign_key(&mut foreign_key(
            "overlap_cluster_member",
            "project_id",
            "project",
        ))
        .take();
    Made {
        table,
        indexes: vec![index("overlap_cluster_member", &["project_id"])],
    }
}
