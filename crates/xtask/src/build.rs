//! `cargo xtask build`: the program with the web app inside.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{shell, web};

/// How the program is compiled.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// What people run.
    Release,
    /// Without link-time optimisation: for trying out, browser and crash tests.
    Quick,
}

impl Profile {
    const fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Quick => "quick",
        }
    }
}

pub(crate) fn main(args: &[String]) -> Result<()> {
    let (profile, rest) = profile_from(args);
    if let Some(unknown) = rest.first() {
        bail!("`build` knows --quick, not `{unknown}`");
    }
    let program = build(profile)?;
    println!("{}", shell::relative(&program));
    Ok(())
}

/// Takes `--quick` out of the arguments.
pub(crate) fn profile_from(args: &[String]) -> (Profile, Vec<String>) {
    let rest: Vec<String> = args.iter().filter(|arg| *arg != "--quick").cloned().collect();
    let profile = if rest.len() < args.len() { Profile::Quick } else { Profile::Release };
    (profile, rest)
}

/// Builds the web app, then the server around it, and returns the program's path.
pub(crate) fn build(profile: Profile) -> Result<PathBuf> {
    web::build()?;
    server(profile)
}

/// Builds the server alone, around the web app that is there.
pub(crate) fn server(profile: Profile) -> Result<PathBuf> {
    shell::run(&mut shell::cargo(&["build", "--profile", profile.name(), "--package", "hmm-server", "--bin", "hmm"]))?;
    Ok(shell::target_dir().join(profile.name()).join("hmm"))
}
