//! What a handler costs that reads the rows of a page and writes them as JSON, and does nothing else: no GraphQL, no
//! checks, no bounds, statements and fields fixed. `script/bench api` holds Tandem's own answers against it.
//!
//! `bare DATABASE_URL` prints the address that it listens on; `/project/ID` and `/projects` answer.

use std::collections::HashMap;
use std::io::Write as _;

use actix_web::web::{Data, Path};
use actix_web::{App, HttpResponse, HttpServer, web};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr, FromQueryResult, Statement, Value};
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    title: String,
    summary: String,
    phase: Option<String>,
    start_date: Option<chrono::NaiveDate>,
    version: i32,
}

#[derive(Debug, FromQueryResult)]
struct Part {
    project_id: Uuid,
    role: String,
    organisation_id: Uuid,
    name: String,
}

#[derive(Debug, Serialize)]
struct Body {
    id: Uuid,
    name: String,
}

#[derive(Debug, Serialize)]
struct Participant {
    role: String,
    organisation: Body,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Project {
    id: Uuid,
    title: String,
    summary: String,
    phase: Option<String>,
    start_date: Option<chrono::NaiveDate>,
    version: i32,
    participants: Vec<Participant>,
}

impl Project {
    fn new(row: Row, parts: Vec<Part>) -> Self {
        let participants = parts.into_iter().map(|part| Participant {
            role: part.role,
            organisation: Body {
                id: part.organisation_id,
                name: part.name,
            },
        });
        Self {
            id: row.id,
            title: row.title,
            summary: row.summary,
            phase: row.phase,
            start_date: row.start_date,
            version: row.version,
            participants: participants.collect(),
        }
    }
}

const COLUMNS: &str = "SELECT id, title, summary, phase, start_date, version FROM project";

async fn rows<T: FromQueryResult>(
    db: &DatabaseConnection,
    sql: String,
    values: Vec<Value>,
) -> Result<Vec<T>, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    T::find_by_statement(statement).all(db).await
}

async fn parts(db: &DatabaseConnection, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<Part>>, DbErr> {
    let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT p.project_id, p.role, p.organisation_id, o.name FROM project_participant p \
         JOIN organisation o ON o.id = p.organisation_id WHERE p.project_id IN ({}) ORDER BY p.position, p.id",
        places.join(", ")
    );
    let found: Vec<Part> = rows(db, sql, ids.into_iter().map(Value::from).collect()).await?;
    let mut groups: HashMap<Uuid, Vec<Part>> = HashMap::new();
    for part in found {
        groups.entry(part.project_id).or_default().push(part);
    }
    Ok(groups)
}

fn failed(error: DbErr) -> actix_web::Error {
    actix_web::error::ErrorInternalServerError(error)
}

async fn one(db: Data<DatabaseConnection>, id: Path<Uuid>) -> actix_web::Result<HttpResponse> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    let found: Vec<Row> = rows(&db, sql, vec![id.into_inner().into()])
        .await
        .map_err(failed)?;
    let project = found.into_iter().next().map(|row| Project::new(row, Vec::new()));
    Ok(HttpResponse::Ok().json(project))
}

async fn page(db: Data<DatabaseConnection>) -> actix_web::Result<HttpResponse> {
    let sql = format!("{COLUMNS} WHERE status = 'ACTIVE' ORDER BY change_seq DESC LIMIT 50");
    let found: Vec<Row> = rows(&db, sql, Vec::new()).await.map_err(failed)?;
    let ids = found.iter().map(|row| row.id).collect();
    let mut parts = parts(&db, ids).await.map_err(failed)?;
    let projects = found.into_iter().map(|row| {
        let parts = parts.remove(&row.id).unwrap_or_default();
        Project::new(row, parts)
    });
    Ok(HttpResponse::Ok().json(projects.collect::<Vec<_>>()))
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::args().nth(1).unwrap_or_default();
    let mut options = ConnectOptions::new(url);
    options.max_connections(10).sqlx_logging(false);
    let db = Data::new(Database::connect(options).await?);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(db.clone())
            .route("/project/{id}", web::get().to(one))
            .route("/projects", web::get().to(page))
    })
    .bind(("127.0.0.1", 0))?;
    let address = server.addrs().first().copied();
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "http://{}",
        address.map_or_else(String::new, |address| address.to_string())
    )?;
    drop(out);
    Ok(server.run().await?)
}
