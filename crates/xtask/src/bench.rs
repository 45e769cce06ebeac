//! `cargo xtask bench`: measures the program as people run it and keeps the table in docs/bench.md.
//!
//! What is measured lives with the server, as an example target named `bench`; this file builds and starts it.

use anyhow::{Result, bail};

use crate::shell;

pub(crate) fn main(args: &[String]) -> Result<()> {
    if !shell::root().join("crates/server/examples/bench").exists()
        && !shell::root().join("crates/server/examples/bench.rs").exists()
    {
        bail!("there is nothing to measure with yet: crates/server/examples/bench is missing");
    }
    let program = crate::build::build(crate::build::Profile::Quick)?;
    let mut command =
        shell::cargo(&["run", "--profile", "quick", "--package", "hmm-server", "--example", "bench", "--"]);
    shell::run(command.arg("--program").arg(program).args(args))
}
