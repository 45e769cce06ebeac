//! `cargo xtask demo`: the program with a simulated neighbourhood; no hardware is touched.

use anyhow::Result;

use crate::{build, run};

pub(crate) fn main(args: &[String]) -> Result<()> {
    let (profile, rest) = build::profile_from(args);
    let program = build::build(profile)?;
    run::become_program(&program, &["demo"], &rest)
}
