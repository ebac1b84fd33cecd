//! What decisions say about the engine's scores.

use sea_orm::entity::prelude::*;

/// A line over the engine's log-odds that decisions bear out. It takes effect once a person accepts it.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "calibration")]
pub struct Model {
    /// UUIDv7: later ones have larger ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The method and parameters whose scores it is for.
    pub base_model: String,
    /// What findings that it made carry as the version of their model.
    pub version: String,
    /// What the engine's log-odds are multiplied with.
    pub slope: f64,
    /// What is added.
    pub shift: f64,
    /// How many decisions it was fitted on.
    pub decisions: i32,
    /// How many of them bore the engine out.
    pub borne_out: i32,
    /// Into how many parts they were split to judge it.
    pub folds: i32,
    /// The mean logarithmic loss of the scores as they are.
    pub loss_before: f64,
    /// The same after it, on decisions that it was not fitted on.
    pub loss_after: f64,
    /// Brier's score as they are.
    pub brier_before: f64,
    /// The same after it, on decisions that it was not fitted on.
    pub brier_after: f64,
    /// Who had it fitted.
    #[sea_orm(column_type = "Text")]
    pub fitted_by: String,
    /// When.
    pub fitted_at: DateTimeUtc,
    /// Who accepted it.
    #[sea_orm(column_type = "Text", nullable)]
    pub accepted_by: Option<String>,
    /// When it took effect.
    pub accepted_at: Option<DateTimeUtc>,
    /// What it makes of the few weights, as JSON; `None` where it is a line alone.
    #[sea_orm(column_type = "Text", nullable)]
    pub weights: Option<String>,
    /// Why it was accepted.
    #[sea_orm(column_type = "Text", nullable)]
    pub accepted_reason: Option<String>,
}

/// None are declared: queries join by name.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
