//! The form in a real browser, by the keyboard alone, with and without scripts.

use std::path::Path;
use std::process::Command;

use tests::{Backend, Server, root, run, skip};

use super::form::links;

/// A script of `tests/clients`, and a browser for it; `None`, said aloud, without Chromium or the packages there.
fn script(name: &str) -> Option<(Command, &'static str)> {
    let known = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let clients = root().join("tests/clients");
    let browser = known.into_iter().find(|path| Path::new(path).exists());
    let there = |package: &str| clients.join("node_modules").join(package).is_dir();
    let Some(browser) = browser.filter(|_| there("playwright-core") && there("axe-core")) else {
        skip("Chromium or the packages of tests/clients are not installed (script/clients installs them)");
        return None;
    };
    let mut command = Command::new("node");
    command.current_dir(clients).arg(name);
    Some((command, browser))
}

/// Runs a script that must find nothing wrong. Returns what it said.
async fn succeeds(mut command: Command) -> String {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let heard =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{heard}");
    heard
}

/// Fills in the form.
fn fill(mode: &'static str) {
    let Some((mut command, browser)) = script("survey.js") else {
        return;
    };
    run(Backend::Sqlite, move |server: Server| async move {
        let link = links(&server).await.remove(0);
        let shot = server.database.folder().join("survey.png");
        command.arg(&link).arg(&shot).args([mode, browser]);
        succeeds(command).await;
        assert!(
            std::fs::metadata(&shot).unwrap().len() > 10_000,
            "the picture shows something"
        );
        if let Some(kept) = std::env::var_os("TANDEM_TEST_SHOTS") {
            std::fs::copy(&shot, Path::new(&kept).join(format!("survey-{mode}.png"))).unwrap();
        }
    });
}

#[test]
fn the_form_is_filled_in_by_the_keyboard_where_scripts_run() {
    fill("scripted");
}

#[test]
fn the_form_is_filled_in_by_the_keyboard_without_scripts() {
    fill("plain");
}

#[test]
fn the_form_is_for_everybody() {
    let Some((mut command, browser)) = script("accessible.js") else {
        return;
    };
    run(Backend::Sqlite, move |server: Server| async move {
        let links = links(&server).await;
        command.args([links[0].as_str(), links[1].as_str(), browser]);
        let heard = succeeds(command).await;
        assert!(heard.contains("0 troubles"), "{heard}");
    });
}
