//! `cargo xtask run`: from a fresh clone to a running program.

use std::os::unix::process::CommandExt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{build, shell};

pub(crate) fn main(args: &[String]) -> Result<()> {
    let (profile, rest) = build::profile_from(args);
    let program = build::build(profile)?;
    become_program(&program, &["serve", "--config-dir", "./config"], &rest)
}

/// Turns this process into the program, so that Ctrl-C and signals reach it and nothing stands between.
pub(crate) fn become_program(program: &Path, args: &[&str], rest: &[String]) -> Result<()> {
    let error = shell::command(program, args).args(rest).exec();
    Err(error).with_context(|| format!("starting {}", program.display()))
}
