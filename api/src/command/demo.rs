//! `tandem demo`: the main job, end to end.

use super::serve::say;
use super::{ExitStatus, database, report, serve};
use crate::config::DemoArgs;
use crate::service::demonstration;

/// Loads the demonstration catalogue, finds its overlaps, reports them, and serves.
///
/// # Errors
/// When the database cannot be used or the address cannot be bound.
pub fn run(args: &DemoArgs) -> anyhow::Result<ExitStatus> {
    database::run("demo", async {
        let app = database::open(&args.database, &args.encoder).await?;
        let loaded = demonstration::load(&app).await.map_err(database::cause)?;
        database::index(&app).await?;
        say(&match loaded {
            0 => format!(
                "The catalogue in {} is used as it is.",
                args.database.database_url
            ),
            loaded => format!(
                "{loaded} projects were loaded into {}.",
                args.database.database_url
            ),
        });
        report::print(&app).await?;
        if args.report_only {
            app.db.close().await?;
            return Ok(ExitStatus::Done);
        }
        serve::serve(app, &args.server).await
    })
}
