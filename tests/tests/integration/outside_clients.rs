//! Clients that others wrote, run against the real server with the demonstration catalogue.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tests::binary::{self, Process};
use tests::server::key;
use tests::{root, skip};

/// What `script/clients` installs the Python clients into, below the folder that cargo builds in.
const PYTHON: &str = "clients/bin/python";

fn clients() -> PathBuf {
    root().join("tests/clients")
}

/// The folder that cargo builds in: the test lies in `TARGET/PROFILE/deps`.
fn target() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_path_buf()
}

/// A command that runs one of the scripts in `tests/clients`; `None`, said aloud, where its tool is missing.
fn client(tool: &Path, script: &str) -> Option<Command> {
    let runs = Command::new(tool)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !runs || !clients().join("node_modules/graphql").is_dir() {
        skip(&format!(
            "{script} has no {} to run it, or no packages (script/clients installs them)",
            tool.display()
        ));
        return None;
    }
    let mut command = Command::new(tool);
    command.current_dir(clients()).arg(script);
    Some(command)
}

fn node(script: &str) -> Option<Command> {
    client(Path::new("node"), script)
}

/// Everything that a client said, for whoever reads a failure.
fn heard(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[track_caller]
fn succeeds(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?} said\n{}", heard(&output));
}

#[track_caller]
fn fails(mut command: Command, saying: &str) {
    let output = command.output().unwrap();
    assert!(
        !output.status.success() && heard(&output).contains(saying),
        "{command:?} said\n{}",
        heard(&output)
    );
}

/// A server with the demonstration catalogue, in a folder of its own.
/// The demonstration, served, and an administrator's key.
fn demonstration(arguments: &[&str]) -> (Process, String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = binary::command(folder.path());
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("tandem.db").display());
    command
        .args(["demo", "--bind", "127.0.0.1:0", "--database-url", &url])
        .args(arguments);
    let process = Process::start(command);
    let key = key(folder.path(), &url, &["--role", "administrator"]);
    (process, key, folder)
}

#[test]
fn the_http_audit_passes_whole() {
    let Some(mut audit) = node("audit.js") else { return };
    let (server, _, _folder) = demonstration(&[]);
    audit.arg(format!("{}/graphql", server.url));
    succeeds(audit);
}

#[test]
fn urql_with_generated_types_queries_and_listens() {
    let Some(mut generate) = node("typed/generate.js") else {
        return;
    };
    generate.arg(root().join("schema.graphql"));
    succeeds(generate);
    let mut compile = node("node_modules/typescript/bin/tsc").unwrap();
    compile.args(["--project", "typed/tsconfig.json"]);
    succeeds(compile);
    let (server, key, _folder) = demonstration(&[]);
    let mut run = node("generated/js/typed/client.js").unwrap();
    run.arg(&server.url).env("TANDEM_KEY", key);
    succeeds(run);
}

#[test]
fn python_gql_validates_queries_and_listens() {
    let Some(mut run) = client(&target().join(PYTHON), "python_gql.py") else {
        return;
    };
    let (server, key, _folder) = demonstration(&[]);
    run.arg(&server.url).env("TANDEM_KEY", key);
    succeeds(run);
}

#[test]
fn the_schema_pleases_the_linter() {
    let Some(mut lint) = node("lint.js") else { return };
    lint.arg(root().join("schema.graphql"));
    succeeds(lint);

    let folder = tempfile::tempdir().unwrap();
    let ugly = folder.path().join("ugly.graphql");
    fs::write(
        &ugly,
        "type Query { bad_name: ItemConnection }\ntype ItemConnection { edges: Int }\n",
    )
    .unwrap();
    let mut lint = node("lint.js").unwrap();
    lint.arg(&ugly);
    fails(lint, "relay-connection-types");
}

/// Once something is released its schema lies in `tests/released.graphql`, and nothing may be taken from it.
#[test]
fn nothing_is_taken_from_clients_of_the_last_release() {
    let Some(mut compare) = node("breaking.js") else {
        return;
    };
    let released = root().join("tests/released.graphql");
    if released.is_file() {
        compare.arg(released).arg(root().join("schema.graphql"));
        succeeds(compare);
    }

    let folder = tempfile::tempdir().unwrap();
    let (older, newer) = (
        folder.path().join("older.graphql"),
        folder.path().join("newer.graphql"),
    );
    fs::write(&older, "type Query { kept: Int gone: Int }").unwrap();
    fs::write(&newer, "type Query { kept: Int added: Int }").unwrap();
    let mut compare = node("breaking.js").unwrap();
    compare.arg(&older).arg(&newer);
    fails(compare, "Field 'gone' was removed");
}

/// Runs the first example of the page in a browser and keeps a picture of it; skipped without Chromium.
fn visit(editor: &str, arguments: &[&str]) {
    let Some(mut visit) = node("graphiql.js") else {
        return;
    };
    let known = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let Some(browser) = known.into_iter().find(|path| Path::new(path).exists()) else {
        return skip("Chromium is not installed");
    };
    let (server, _, _folder) = demonstration(arguments);
    let shot = target().join(format!("{editor}.png"));
    visit.arg(&server.url).arg(&shot).arg(editor).arg(browser);
    succeeds(visit);
    assert!(
        fs::metadata(&shot).unwrap().len() > 10_000,
        "the picture shows something"
    );
}

#[test]
fn graphiql_runs_its_first_example_in_a_browser() {
    let assets = target().join("graphiql");
    if !assets.is_dir() {
        return skip("GraphiQL's files are absent (script/graphiql installs them)");
    }
    visit("graphiql", &["--graphiql-assets", assets.to_str().unwrap()]);
}

#[test]
fn a_plain_editor_stands_in_for_graphiql_without_a_network() {
    visit("plain", &[]);
}
