//! The `tandem` binary itself, run as a user runs it.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// How long a start may take before the test fails: far beyond what it takes, so that only a hang is caught.
const START_LIMIT: Duration = Duration::from_secs(180);
/// What the printed address of a server begins with.
const ADDRESS: &str = "http://127.0.0.1:";

/// Runs `tandem` to its end, in the test's folder.
///
/// # Panics
/// When it cannot be started.
pub fn tandem(folder: &Path, arguments: &[&str]) -> Output {
    command(folder).args(arguments).output().expect("run tandem")
}

/// `tandem`, with none of the settings of whoever runs the tests.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(path());
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        let setting = name.to_string_lossy();
        if setting.starts_with("TANDEM_") || setting.starts_with("DATABASE_") || setting == "RUST_LOG" {
            command.env_remove(&name);
        }
    }
    command
}

/// The binary beside the test's own executable, built when it is not there.
fn path() -> PathBuf {
    let test = env::current_exe().expect("the test has a path");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in TARGET/PROFILE/deps");
    let binary = folder.join(format!("tandem{}", env::consts::EXE_SUFFIX));
    if !binary.is_file() {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["build", "--package", "api", "--bin", "tandem"];
        let built = Command::new(cargo)
            .current_dir(crate::root())
            .args(arguments)
            .status();
        assert!(built.expect("run cargo").success(), "build tandem");
    }
    binary
}

/// A server in a process of its own, ended when this is dropped.
#[derive(Debug)]
pub struct Process {
    /// `http://127.0.0.1:PORT`, as the server printed it.
    pub url: String,
    child: Child,
    said: Mutex<mpsc::Receiver<String>>,
}

impl Process {
    /// Starts `tandem` with these arguments and waits until it prints its address.
    ///
    /// # Panics
    /// When it ends, or goes on for minutes, without having printed one.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("start tandem");
        let (tell, said) = mpsc::channel();
        listen(child.stdout.take().expect("it is piped"), tell.clone());
        listen(child.stderr.take().expect("it is piped"), tell);
        let mut process = Self {
            url: String::new(),
            child,
            said: Mutex::new(said),
        };
        let mut heard = String::new();
        loop {
            let line = process.heard().recv_timeout(START_LIMIT);
            let Ok(line) = line else { break };
            if let Some(url) = address(&line) {
                process.url = url;
                return process;
            }
            heard += &line;
            heard.push('\n');
        }
        panic!("tandem printed no address, but this:\n{heard}");
    }

    /// Asks the server to end, as a supervisor does, and waits for it; what it said since its start comes with it.
    ///
    /// # Panics
    /// When the process cannot be asked or waited for.
    pub fn stop(&mut self) -> (ExitStatus, Vec<String>) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(
            asked.expect("run kill").success(),
            "the server had ended before it was asked to"
        );
        let status = self.child.wait().expect("wait for tandem");
        let said = self.heard().iter().collect();
        (status, said)
    }

    /// What the server said since it was last asked.
    pub fn said(&self) -> Vec<String> {
        self.heard().try_iter().collect()
    }

    fn heard(&self) -> MutexGuard<'_, mpsc::Receiver<String>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Process {
    /// Ends the server as a power cut does: at once, with nothing tidied up.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn kill(&mut self) {
        self.child.kill().expect("kill the server");
        self.child.wait().expect("wait for tandem");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself: nothing is left to do then.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads on in a thread, so that the server never waits for a full pipe.
fn listen(stream: impl Read + Send + 'static, tell: mpsc::Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
}

/// The server's address in a line of its output; `None` where there is none.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(ADDRESS)?;
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty() && port != "0").then(|| format!("{ADDRESS}{port}"))
}
