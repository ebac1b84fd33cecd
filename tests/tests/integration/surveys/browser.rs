//! The form in a real browser, by the keyboard alone, with and without scripts.

use std::path::Path;
use std::process::Command;

use tests::{Backend, Server, root, run, skip};

use super::form::links;

/// Fills in the form; skipped without Chromium or the packages of `tests/clients`.
fn fill(mode: &'static str) {
    let known = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let clients = root().join("tests/clients");
    let browser = known.into_iter().find(|path| Path::new(path).exists());
    let Some(browser) = browser.filter(|_| clients.join("node_modules/playwright-core").is_dir()) else {
        return skip(
            "Chromium or the packages of tests/clients are not installed (script/clients installs them)",
        );
    };
    run(Backend::Sqlite, move |server: Server| async move {
        let link = links(&server).await.remove(0);
        let shot = server.database.folder().join("survey.png");
        let mut command = Command::new("node");
        command
            .current_dir(clients)
            .arg("survey.js")
            .arg(&link)
            .arg(&shot)
            .args([mode, browser]);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        let heard =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{heard}");
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
