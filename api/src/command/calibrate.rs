//! `tandem calibrate`.

use std::io::Write;

use anyhow::Context as _;
use entity::calibration::Model;

use super::{ExitStatus, database};
use crate::access::Viewer;
use crate::config::{DatabaseArgs, EncoderArgs};
use crate::graphql::id::{Kind, encode, expect};
use crate::service::calibration::{self, moved};

/// Fit the scores to what reviewers decided, and say how much better they would be
///
/// Nothing changes by that: the calibration takes effect once somebody accepts it with --accept, for findings that
/// are judged from then on. Findings that are there keep the version that made them. At least 50 decided findings
/// are needed, right ones and wrong ones.
#[derive(Clone, Debug, clap::Args)]
pub struct CalibrateArgs {
    /// Let the calibration with this id take effect, instead of fitting another
    #[arg(long, value_name = "ID", requires = "reason")]
    pub accept: Option<String>,
    /// Why it is accepted
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// List the calibrations, the latest first
    #[arg(long, conflicts_with_all = ["accept", "reason"])]
    pub list: bool,
    /// Fit the few weights too, each pulled towards what it is at present, and not the slope
    #[arg(long, conflicts_with_all = ["accept", "list"])]
    pub weights: bool,
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Fits a calibration, lists them, or lets one take effect.
///
/// # Errors
/// When too few findings were decided, there is no such calibration, or the database fails.
pub fn run(args: &CalibrateArgs, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let rows = database::run("calibrate", done(args))?;
    for row in &rows {
        tell(row, out).context("writing the answer")?;
    }
    if rows.is_empty() {
        writeln!(out, "there is no calibration yet").context("writing the answer")?;
    }
    Ok(ExitStatus::Done)
}

async fn done(args: &CalibrateArgs) -> anyhow::Result<Vec<Model>> {
    let app = database::open(&args.database, &EncoderArgs::default()).await?;
    let operator = Viewer::operator();
    let rows = match (&args.accept, args.list) {
        (Some(id), _) => {
            let id = expect(Kind::Calibration, id, &["accept"]).map_err(database::cause)?;
            let reason = args.reason.as_deref().unwrap_or_default();
            let row = calibration::accept(&app, &operator, id, reason).await;
            vec![row.map_err(database::cause)?]
        }
        (None, true) => calibration::latest(&app, &operator)
            .await
            .map_err(database::cause)?,
        (None, false) => vec![
            calibration::propose(&app, &operator, args.weights)
                .await
                .map_err(database::cause)?,
        ],
    };
    app.db.close().await.context("closing the database")?;
    Ok(rows)
}

fn tell(row: &Model, out: &mut dyn Write) -> std::io::Result<()> {
    let id = encode(Kind::Calibration, row.id);
    writeln!(out, "calibration {} (model {})", id.as_str(), row.version)?;
    writeln!(
        out,
        "  log-odds × {:.3} {:+.3}, fitted on {} decisions of which {} bore the engine out",
        row.slope, row.shift, row.decisions, row.borne_out
    )?;
    for weight in moved(row).unwrap_or_default() {
        writeln!(
            out,
            "  weight of {}: the engine's × {:.3} before, × {:.3} after",
            weight.name, weight.before, weight.after
        )?;
    }
    writeln!(
        out,
        "  log loss {:.4} before, {:.4} after; Brier score {:.4} before, {:.4} after ({}-fold cross-validated)",
        row.loss_before, row.loss_after, row.brier_before, row.brier_after, row.folds
    )?;
    match (&row.accepted_by, row.accepted_at) {
        (Some(_), Some(when)) => writeln!(out, "  accepted on {}", when.format("%Y-%m-%d %H:%M UTC")),
        _ => writeln!(out, "  not accepted: it has no effect yet"),
    }
}
