//! The web app's side: its packages, its build, its own tools.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::shell;

/// The web app's folder.
pub(crate) fn dir() -> PathBuf {
    shell::root().join("web")
}

/// Builds the web app into `web/dist`.
pub(crate) fn build() -> Result<()> {
    install()?;
    script("build", &[])
}

/// Builds the web app only if there is none: enough for checks that merely compile the server around it.
pub(crate) fn build_if_missing() -> Result<()> {
    if dir().join("dist/index.html").is_file() { install() } else { build() }
}

/// Installs the packages exactly as the lock file names them, if that has not been done since it last changed.
pub(crate) fn install() -> Result<()> {
    let installed = modified(&dir().join("node_modules/.package-lock.json"));
    let wanted = modified(&dir().join("package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    if shell::find("npm").is_none() {
        bail!("npm was not found: install Node.js 20.19 or newer (https://nodejs.org), then try again");
    }
    shell::run(Command::new("npm").args(["ci", "--no-progress"]).current_dir(dir()))
}

/// Runs one of the scripts in `web/package.json`.
pub(crate) fn script(name: &str, args: &[&str]) -> Result<()> {
    shell::run(&mut npm_run(name, args))
}

/// The same, for callers that add environment variables or look at the outcome themselves.
pub(crate) fn npm_run(name: &str, args: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", name, "--"]).args(args).current_dir(dir());
    command
}

/// Reads a JSON report that one of the web tools has written.
pub(crate) fn report(path: &Path) -> Result<serde_json::Value> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading the report {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("the report {} is not JSON", path.display()))
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|facts| facts.modified()).ok()
}
