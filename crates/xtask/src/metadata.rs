//! What `cargo metadata` says, as far as we ask.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::shell;

#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) license_file: Option<String>,
    pub(crate) manifest_path: String,
    /// Absent for the crates of this workspace.
    pub(crate) source: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dev`, `build`, or absent for an ordinary one.
    pub(crate) kind: Option<String>,
    /// Present when it is a folder of this workspace.
    pub(crate) path: Option<String>,
}

/// The workspace's own crates.
pub(crate) fn workspace() -> Result<Metadata> {
    load(&["metadata", "--format-version", "1", "--no-deps"])
}

/// Everything that is compiled in, for any platform.
pub(crate) fn everything() -> Result<Metadata> {
    load(&["metadata", "--format-version", "1", "--locked"])
}

fn load(args: &[&str]) -> Result<Metadata> {
    let text = shell::read(&mut shell::cargo(args))?;
    serde_json::from_str(&text).context("reading what `cargo metadata` printed")
}
